"""Whole-process measurements: how long, how much CPU and memory, how many calls, against the floor of a download."""
