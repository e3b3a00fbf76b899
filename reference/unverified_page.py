"""The page of what is taken to be so and nobody has recorded, made of the experiments that ask."""

from __future__ import annotations

from dd_sync.probe.of_kind import EXPERIMENTS


def unverified_page() -> str:
    """The page of assumptions, made of the experiments."""
    rows = [f"| `{one.id}` | {one.says} | {one.why} | {one.bears} |" for one in EXPERIMENTS]
    return f"""{_HEAD}
| | what is taken to be so | why | what depends on it |
|---|---|---|---|
{chr(10).join(rows)}

{_TAIL}"""


_HEAD = """# Unverified

What ddsync takes to be so of Datadog and nobody has recorded. Where an assumption could hurt, the careful branch is
taken, so that being wrong costs a call or a notice and never an object. `ddsync probe` asks an account of yours:

```yaml
# ddsync.yaml
targets:
  sandbox: {site: datadoghq.eu, sandbox: true}
```

```
ddsync probe --target sandbox
```

It makes about twenty monitors, SLOs, dashboards, downtimes and notification rules called `[ddsync probe] …`, reads and
edits them, and deletes each before the next experiment: about a hundred calls. Nothing else is touched. A receipt in
`.ddsync/probe/` names each object before it is made; SIGINT and SIGTERM end the run and delete what it made, and what a
killed run leaves is deleted by the next one (`ddsync probe --clean` does that alone). `--format json` writes a report
that holds no ids, addresses or keys: send it in where an assumption differs.
"""

_TAIL = """Two more are nobody's experiment, since they take time or data: what a monitor without `on_missing_data`
shows once data stops and nobody is told of it (taken: its last state stays; Datadog's page on the newer option says
that the older way reports NO DATA), and whether a monitor that is deleted and restored keeps its id.
"""
