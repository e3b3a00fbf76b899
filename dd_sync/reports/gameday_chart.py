"""A situation drawn: its series one below the other, under them its alerts, all on one time line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from dd_sync.core.gameday import Bar, Line, Scene
from dd_sync.core.model import plain

WIDTH = 900
_LEFT = 330  # of the time line; names stand before it
_ROW, _BAR, _TOP, _FOOT = 46, 20, 8, 22
_LONGEST = 52


def draw_scene(scene: Scene, within: int | None) -> Markup:
    """The scene as SVG; `within` marks the minute by which somebody should have heard."""
    height = _TOP + _ROW * len(scene.lines) + _BAR * len(scene.bars) + _FOOT
    parts = [*_axis(scene, within, height)]
    for n, line in enumerate(scene.lines):
        parts += _line(line, scene, _TOP + _ROW * n)
    for n, bar in enumerate(scene.bars):
        parts += _bar(bar, scene, _TOP + _ROW * len(scene.lines) + _BAR * n)
    svg = Markup('<svg class="scene" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>')
    return svg.format(WIDTH, height, _words(scene), Markup("").join(parts))


def _words(scene: Scene) -> str:
    series = ", ".join(line.name for line in scene.lines)
    alerts = ", ".join(bar.key for bar in scene.bars) or "no alert"
    return f"{series}; {alerts}"


def _x(minute: float, scene: Scene) -> float:
    return round(_LEFT + (WIDTH - _LEFT - 8) * (minute - scene.start) / max(1, scene.end - scene.start), 1)


def _axis(scene: Scene, within: int | None, height: int) -> Iterator[Markup]:
    foot = height - _FOOT + 2
    marks = [("begin", 0, "begins")] + ([("within", within, f"by {within} min")] if within else [])
    for name, minute, text in marks:
        at = _x(minute, scene)
        yield Markup('<line class="{}" x1="{x}" x2="{x}" y1="0" y2="{}"/>').format(name, foot, x=at)
        yield Markup('<text class="mark" x="{}" y="{}">{}</text>').format(at + 3, foot + 14, text)
    yield Markup('<text class="mark" x="{}" y="{}" text-anchor="end">{} min</text>').format(
        WIDTH - 4, foot + 14, scene.end
    )


def _line(line: Line, scene: Scene, top: int) -> Iterator[Markup]:
    known = [value for value in line.values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    yield Markup('<text class="name" x="0" y="{}"><title>{}</title>{}</text>').format(
        top + 18, line.name, _short(line.name)
    )
    span = f"{plain(round(low, 4))} to {plain(round(high, 4))}" if known else "silent"
    yield Markup('<text class="range" x="0" y="{}">{}</text>').format(top + 33, span)
    for points in _pieces(line.values, scene, top, low, high):
        if len(points) == 1:
            x, y = points[0]
            yield Markup('<circle cx="{}" cy="{}" r="1.5"/>').format(x, y)
        else:
            yield Markup('<polyline points="{}"/>').format(" ".join(f"{x},{y}" for x, y in points))


def _pieces(
    values: Sequence[float | None], scene: Scene, top: int, low: float, high: float
) -> Iterator[list[tuple[float, float]]]:
    """The line cut where nothing was sent."""
    piece: list[tuple[float, float]] = []
    for n, value in enumerate(values):
        if value is None:
            if piece:
                yield piece
            piece = []
        else:
            share = (value - low) / (high - low) if high > low else 0.5
            piece.append((_x(scene.start + n, scene), round(top + 6 + (1 - share) * (_ROW - 14), 1)))
    if piece:
        yield piece


def _bar(bar: Bar, scene: Scene, top: int) -> Iterator[Markup]:
    yield Markup('<text class="name alert" x="0" y="{}"><title>{}</title>{}</text>').format(
        top + 13, bar.key, _short(bar.key)
    )
    ends = [minute for minute, _ in bar.states[1:]] + [scene.end]
    for (minute, state), end in zip(bar.states, ends, strict=True):
        if state != "ok":
            x = _x(minute, scene)
            wide = max(2.0, round(_x(end, scene) - x, 1))
            yield Markup(
                '<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{} from minute {} to {}</title></rect>'
            ).format(state.replace(" ", "-"), x, top + 3, wide, _BAR - 6, state, minute, end)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
