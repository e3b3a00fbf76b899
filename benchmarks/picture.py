"""A chart with two logarithmic axes, as SVG: enough to see whether a cost grows in step."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BELOW, ABOVE, RIGHT = 640, 360, 60, 48, 24, 110
COLOURS = ("#632ca6", "#1a7f64", "#b35900")


@dataclass(frozen=True)
class Line:
    """A name with its unit, and a value for each size."""

    name: str
    values: Mapping[int, float]


def picture(across: str, lines: Sequence[Line]) -> str:
    """The chart's text; every value is above 0."""
    sizes = [size for line in lines for size in line.values]
    values = [value for line in lines for value in line.values.values()]
    x = _axis(min(sizes), max(sizes), LEFT, WIDTH - RIGHT)
    y = _axis(
        10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(values))), HEIGHT - BELOW, ABOVE
    )
    body = "\n".join([*_grid(sizes, values, x, y), *_drawn(lines, x, y)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n{body}\n'
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{across}</text>\n</svg>\n'
    )


class _axis:  # noqa: N801 - a function with a memory of its ends
    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.span, self.start, self.length = math.log10(low), math.log10(high / low), start, end - start

    def __call__(self, value: float) -> float:
        return round(self.start + (math.log10(value) - self.low) / self.span * self.length, 1)


def _grid(sizes: Sequence[float], values: Sequence[float], x: _axis, y: _axis) -> Iterator[str]:
    for power in range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 1):
        at = y(10**power)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at}" y2="{at}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 8}" y="{at + 4}" text-anchor="end">{10**power:g}</text>'
    for size in sorted(set(sizes)):
        yield f'<text x="{x(size)}" y="{HEIGHT - BELOW + 18}" text-anchor="middle">{size:,}</text>'


def _drawn(lines: Sequence[Line], x: _axis, y: _axis) -> Iterator[str]:
    for line, colour in zip(lines, COLOURS, strict=False):
        points = [(x(size), y(value)) for size, value in sorted(line.values.items())]
        path = " ".join(f"{across},{up}" for across, up in points)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{across}" cy="{up}" r="3" fill="{colour}"/>' for across, up in points)
        last = points[-1]
        yield f'<text x="{last[0] + 8}" y="{last[1] + 4}" fill="{colour}">{line.name}</text>'
