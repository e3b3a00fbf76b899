"""Who a message notifies in which state, and which tags it needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.query.message import STATES, handles, problems, recipients, variables


def states_of(message: str, handle: str = "@x") -> set[str]:
    return {state for state, found in recipients(message).items() if handle in found}


def test_text_outside_any_block_counts_for_all_states() -> None:
    assert recipients("Disk is low @slack-ops") == dict.fromkeys(STATES, ("@slack-ops",))


@pytest.mark.parametrize(
    ("block", "states"),
    [
        ("{{#is_alert}}@x{{/is_alert}}", {"alert"}),
        ("{{#is_warning}}@x{{/is_warning}}", {"warning"}),
        ("{{#is_no_data}}@x{{/is_no_data}}", {"no_data"}),
        ("{{#is_recovery}}@x{{/is_recovery}}", {"recovery"}),
        ("{{#is_alert_recovery}}@x{{/is_alert_recovery}}", {"recovery"}),
        ("{{#is_warning_recovery}}@x{{/is_warning_recovery}}", {"recovery"}),
        ("{{#is_no_data_recovery}}@x{{/is_no_data_recovery}}", {"recovery"}),
        ("{{#is_alert_to_warning}}@x{{/is_alert_to_warning}}", {"warning"}),
        ("{{#is_renotify}}@x{{/is_renotify}}", {"alert", "warning", "no_data"}),
        ("{{^is_renotify}}@x{{/is_renotify}}", set(STATES)),
        ("{{^is_alert}}@x{{/is_alert}}", {"warning", "no_data", "recovery"}),
        ("{{^is_recovery}}@x{{/is_recovery}}", {"alert", "warning", "no_data"}),
        ("{{^is_alert_recovery}}@x{{/is_alert_recovery}}", set(STATES)),
        ('{{#is_match "env.name" "prod"}}@x{{/is_match}}', set(STATES)),
        ('{{^is_match "env.name" "prod"}}@x{{/is_match}}', set(STATES)),
        ('{{#is_exact_match "env.name" "prod"}}@x{{/is_exact_match}}', set(STATES)),
        ("{{#is_priority 'P1'}}@x{{/is_priority}}", set(STATES)),
        ("{{#is_unknown}}@x{{/is_unknown}}", set()),
        ("{{ #is_alert }} @x {{ /is_alert }}", {"alert"}),
    ],
)
def test_a_block_decides_the_states(block: str, states: set[str]) -> None:
    assert states_of(f"text {block} more") == states


def test_nested_blocks_all_have_to_hold() -> None:
    message = '{{#is_alert}}{{#is_match "env.name" "prod"}}@x{{/is_match}}{{/is_alert}}'
    assert states_of(message) == {"alert"}
    assert states_of("{{#is_alert}}{{#is_warning}}@x{{/is_warning}}{{/is_alert}}") == set()
    assert states_of("{{^is_alert}}{{^is_recovery}}@x{{/is_recovery}}{{/is_alert}}") == {"warning", "no_data"}


def test_else_is_the_other_side_of_its_block() -> None:
    message = "{{#is_alert}}@pager{{else}}@chat{{/is_alert}}"
    assert states_of(message, "@pager") == {"alert"}
    assert states_of(message, "@chat") == {"warning", "no_data", "recovery"}


def test_else_inside_a_block_stays_inside_it() -> None:
    message = '{{#is_alert}}{{#is_match "env.name" "prod"}}@pager{{else}}@chat{{/is_match}}{{/is_alert}}'
    assert recipients(message)["alert"] == ("@pager", "@chat")
    assert recipients(message)["warning"] == ()


def test_the_end_of_a_block_ends_it() -> None:
    message = "{{#is_alert}}@a{{/is_alert}} {{#is_recovery}}@r{{/is_recovery}} @always"
    assert recipients(message) == {
        "alert": ("@a", "@always"),
        "warning": ("@always",),
        "no_data": ("@always",),
        "recovery": ("@r", "@always"),
    }


@pytest.mark.parametrize(
    ("message", "states"),
    [
        ("{{#is_alert}}@x", {"alert"}),
        ("{{/is_alert}}@x", set(STATES)),
        ("{{#is_alert}}{{#is_match 'a' 'b'}}@y{{/is_alert}} @x", set(STATES)),
        ("{{else}}@x", set(STATES)),
        ("{{#}}@x", set(STATES)),
        ("{{#is_alert @x", set(STATES)),
    ],
)
def test_malformed_blocks_are_read_as_well_as_possible(message: str, states: set[str]) -> None:
    assert states_of(message) == states


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@slack-ops", ["@slack-ops"]),
        ("Notify:\n@slack-Acme_Workspace-ops, @webhook-x.", ["@slack-Acme_Workspace-ops", "@webhook-x"]),
        ("(@pagerduty-Payments)", ["@pagerduty-Payments"]),
        ("@user@example.com.", ["@user@example.com"]),
        ("@first.last+pager@mail.example.com!", ["@first.last+pager@mail.example.com"]),
        (
            "@teams-Ops @opsgenie-a @team-b @sns-c @oncall-d",
            ["@teams-Ops", "@opsgenie-a", "@team-b", "@sns-c", "@oncall-d"],
        ),
        ("@all @here", ["@all", "@here"]),
        ("@workflow-restart(hostname=host.name)", ["@workflow-restart"]),
        ("@slack-{{service.name}} trouble", ["@slack-{{service.name}}"]),
        ("@slack-{{service.name}}-{{env.name}}!", ["@slack-{{service.name}}-{{env.name}}"]),
        ("@slack-{{#is_match 'a' 'b'}}x{{/is_match}}", ["@slack"]),
        ("`@slack-ops`", ["@slack-ops"]),
        ("@x, @x and @x", ["@x"]),
    ],
)
def test_handles_end_where_the_word_ends(text: str, expected: list[str]) -> None:
    assert list(handles(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "mail bob@example.com",
        "git@github.com:acme/x.git",
        "https://medium.com/@someone/post",
        "https://x.example/?user=@someone",
        "look for @http.status_code:500 in the logs",
        "{{ @machine_id.name }} and {{[@network.client.ip].name}}",
        "{{!-- once we told @slack-ops --}}",
        "{{! @slack-ops }}",
        "at @ noon",
        "@-",
    ],
)
def test_what_only_looks_like_a_handle_is_none(text: str) -> None:
    assert handles(text) == ()
    assert all(found == () for found in recipients(text).values())


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("{{host.name}}", "host"),
        ("{{ host.name }}", "host"),
        ("{{{host.name}}}", "host"),
        ("{{host.ip}}", "host"),
        ("{{host.metadata_platform}}", "host"),
        ("{{[dot.key.test].name}}", "dot.key.test"),
        ("{{dot.key.name}}", "dot.key"),
        ("{{@facet_key.name}}", "@facet_key"),
        ("{{[@network.client.ip].name}}", "@network.client.ip"),
        ("{{value}}", None),
        ("{{threshold}}", None),
        ("{{log.attributes.[error.message]}}", None),
        ("{{event.tags.env}}", None),
        ("{{span.service}}", None),
        ("{{a.value}}", None),
        ('{{#is_match "role.name" "db"}}', "role"),
        ("{{^is_match 'role.name' 'db'}}", "role"),
        ('{{#is_exact_match "host.name" "production"}}', "host"),
        ('{{#is_match "env" "production"}}', "env"),
        ("{{#is_match role.name 'db'}}", "role"),
        ('{{#is_exact_match "value" "5"}}', None),
        ('{{#is_match "log.attributes.x" "5"}}', None),
    ],
)
def test_a_variable_names_the_tag_it_needs(text: str, tag: str | None) -> None:
    (variable,) = variables(f"Look: {text} there")
    assert variable.tag == tag
    assert f"Look: {text} there"[variable.start : variable.end] == variable.text


def test_helpers_blocks_comments_and_raw_text_are_no_variables() -> None:
    message = (
        '{{eval "round(value, 2)"}} {{#is_alert}}{{else}}{{/is_alert}} {{!-- {{host.name}} --}} '
        "{{local_time 'last_triggered_at' 'Asia/Tokyo'}} {{{{raw}}}} {{ host.name }} {{{{/raw}}}} "
        "{{override_priority 'P1'}}"
    )
    assert variables(message) == ()


def test_a_match_and_a_value_are_told_apart() -> None:
    message = '{{#is_match "env.name" "prod"}}{{env.name}}{{/is_match}}'
    assert [(found.kind, found.tag) for found in variables(message)] == [("match", "env"), ("value", "env")]


def test_well_paired_blocks_have_no_problems() -> None:
    assert (
        problems('{{#is_alert}}{{#is_match "a" "b"}}x{{else}}y{{/is_match}}{{/is_alert}}{{^is_alert}}{{/is_alert}}')
        == ()
    )


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("a {{#is_alert}} b", "{{#is_alert}}"),
        ("a {{/is_alert}} b", "{{/is_alert}}"),
        ("{{#is_alert}}{{#is_warning}}x{{/is_warning}}", "{{#is_alert}}"),
        ("{{#is_alert}}x{{/is_warning}}{{/is_alert}}", "{{/is_warning}}"),
    ],
)
def test_a_block_that_does_not_pair_up_is_named_with_its_place(message: str, place: str) -> None:
    (problem,) = problems(message)
    assert message[problem.start : problem.end] == place
    assert place in problem.message


blocks = ["{{#is_alert}}", "{{/is_alert}}", "{{^is_recovery}}", "{{/is_recovery}}", "{{else}}", "{{#is_match 'a' 'b'}}"]
scraps = [
    "@x",
    " @y@z.com ",
    "{{",
    "}}",
    "{{{{raw}}}}",
    "{{!--",
    "--}}",
    "{{a.name}}",
    " text ",
    "{{#",
    "'",
    "{{/is_match}}",
]
pieces = st.sampled_from([*blocks, *scraps])


@given(st.one_of(st.text(), st.lists(pieces).map("".join)))
def test_no_message_makes_anything_raise(message: str) -> None:
    assert set(recipients(message)) == set(STATES)
    assert {handle for found in recipients(message).values() for handle in found} <= set(handles(message))
    assert all(message[found.start : found.end] == found.text for found in variables(message))
    problems(message)
