"""Situations: life."""
