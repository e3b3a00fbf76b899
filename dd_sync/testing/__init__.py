"""Tests of definitions, without Datadog."""
