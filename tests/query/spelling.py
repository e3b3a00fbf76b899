"""Queries made up by hypothesis: every one is written as Datadog's docs describe, none is taken from the parser."""

from __future__ import annotations

from hypothesis import strategies as st

letters = st.text("abcxyz", min_size=1, max_size=4)
tag_keys = st.sampled_from(["env", "host", "service", "kube_cluster_name", "availability-zone", "http.status_class"])
tag_values = st.sampled_from(["prod", "a-b", "web-*", "*", "5xx", "1.2.3", "$env.value", "/dev/sda1", "x:y"])
plain_tags = st.builds("{}:{}".format, tag_keys, tag_values)
tags = st.one_of(plain_tags, st.sampled_from(["$env", "$service", "*", "group:"]), st.builds("!{}".format, plain_tags))


def _joined(items: st.SearchStrategy[str], by: str) -> st.SearchStrategy[str]:
    return st.lists(items, min_size=1, max_size=4).map(by.join)


memberships = st.builds("{} {} ({})".format, tag_keys, st.sampled_from(["IN", "NOT IN", "in"]), _joined(letters, ", "))
booleans = st.recursive(
    st.one_of(plain_tags, memberships, st.just("$env")),
    lambda inner: st.one_of(
        st.builds("({})".format, inner),
        st.builds("NOT {}".format, st.builds("({})".format, inner)),
        _joined(inner, " AND "),
        _joined(inner, " OR "),
    ),
    max_leaves=6,
)
scopes = st.one_of(st.just("*"), _joined(tags, ","), _joined(tags, " , "), booleans)

aggregators = st.sampled_from(["avg", "max", "min", "sum", "count", "p95", "p99.9"])
metric_names = st.sampled_from(["system.load.1", "trace.flask.request.hits", "aws.elb.httpcode_5xx", "x"])
groupings = st.one_of(st.just(""), _joined(tag_keys, ",").map(" by {{{}}}".format))
modifiers = st.lists(
    st.sampled_from(
        [".as_count()", ".as_rate()", ".rollup(sum, 60)", ".rollup(avg)", ".fill(zero)", ".fill(last, 600)"]
    ),
    max_size=2,
).map("".join)
aggregations = st.one_of(aggregators, aggregators, st.sampled_from(["count(v: v<=0.5)", "count(v: v>10)"]))
metrics = st.builds("{}:{}{{{}}}{}{}".format, aggregations, metric_names, scopes, groupings, modifiers)

numbers = st.sampled_from(["1", "100", "0.5", "1e3", "60"])
operators = st.sampled_from([" + ", " - ", " * ", " / ", "/", "*"])


def _expressions(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        st.one_of(leaves, leaves, numbers),
        lambda inner: st.one_of(
            st.builds("{}{}{}".format, inner, operators, inner),
            st.builds("({})".format, inner),
            st.builds("default_zero({})".format, leaves),
            st.builds("top({}, 10, 'mean', 'desc')".format, leaves),
            st.builds("anomalies({}, 'agile', 2, direction='above', interval=60)".format, leaves),
            st.builds("-{}".format, leaves),
        ),
        max_leaves=5,
    )


expressions = _expressions(metrics)
formulas = _expressions(st.sampled_from(["query1", "query2", "a", "errors_total"]))

spans = st.sampled_from(["5m", "1h", "30m", "1d"])
windows = st.builds("last_{}".format, spans)
evaluations = st.one_of(
    st.builds("{}({}):".format, st.sampled_from(["avg", "max", "min", "sum"]), windows),
    st.builds("change(avg({}),{}):".format, windows, windows),
    st.builds("pct_change(max({}),1h_ago):".format, windows),
)
conditions = st.builds(
    "{}{}".format, st.sampled_from([" > ", " >= ", " < ", "<=", " == "]), st.sampled_from(["5", "0.5", "-1", "1e3"])
)
metric_alerts = st.builds("{}{}{}".format, evaluations, expressions, conditions)

searches = st.sampled_from(
    ["*", "status:error", "service:(a OR b) -env:dev", 'x:\\"y z\\" AND @http.code:[400 TO 499]', ""]
)
log_alerts = st.builds(
    'logs("{}").index("*").rollup("count").by("service,@x").last("{}"){}'.format, searches, spans, conditions
)
service_checks = st.builds(
    '"{}".over({}).by("host").last({}).count_by_status()'.format,
    metric_names,
    st.sampled_from(['"*"', '"env:prod","role:db"']),
    st.integers(1, 100),
)
monitor_ids = st.one_of(st.integers(1, 10**9).map(str), st.just("${monitor:eks/node/prod}"))
composites = st.recursive(
    monitor_ids,
    lambda inner: st.one_of(
        st.builds("{} && {}".format, inner, inner),
        st.builds("({} || !{})".format, inner, monitor_ids),
    ),
    max_leaves=5,
)

typed = st.one_of(
    st.tuples(metric_alerts, st.just("query alert")),
    st.tuples(log_alerts, st.just("log alert")),
    st.tuples(service_checks, st.just("service check")),
    st.tuples(composites, st.just("composite")),
    st.tuples(_joined(expressions, ", "), st.just("dashboard")),
    st.tuples(expressions, st.just("slo")),
    st.tuples(formulas, st.just("formula")),
)
"""(query, type) of every language."""
