"""Situations: atlas."""
