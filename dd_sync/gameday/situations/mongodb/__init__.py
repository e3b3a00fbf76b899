"""Situations: mongodb."""
