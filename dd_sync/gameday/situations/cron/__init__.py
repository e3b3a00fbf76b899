"""Situations: cron."""
