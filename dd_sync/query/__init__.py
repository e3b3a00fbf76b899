"""Datadog's query languages: read, printed, explained, compared and checked, offline.

Import from the module that does it: `parse.parse`, `printer.render`, `explain.explain`, `difference.difference`,
`checks.check_monitor` and its like, `message.recipients`, `comparison.comparison`. Nothing is loaded before it is used.
"""
