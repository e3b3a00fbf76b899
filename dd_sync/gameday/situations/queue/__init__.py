"""Situations: queue."""
