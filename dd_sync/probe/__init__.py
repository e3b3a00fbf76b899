"""Experiments on a sandbox account: what no recording of Datadog tells, asked of Datadog itself.

Each assumption that ddsync makes without knowing has an experiment here, and a row in `docs/unverified.md`.
"""
