"""Situations: service."""
