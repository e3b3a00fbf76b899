"""Numbers with their nouns, as every text says them."""

from __future__ import annotations


def quantity(number: int, noun: str, plural: str = "") -> str:
    """`1 service`, `3 services`; `plural` where adding an s does not make it."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
