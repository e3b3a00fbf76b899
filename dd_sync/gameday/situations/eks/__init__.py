"""Situations: eks."""
