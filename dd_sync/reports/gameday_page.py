"""A game day as one page that needs nothing else: what is wrong first, each situation with its picture."""

from __future__ import annotations

from jinja2 import Environment
from markupsafe import Markup

from dd_sync.core.gameday import GameDay, Played
from dd_sync.reports.gameday_chart import draw_scene
from dd_sync.reports.hypertext import shield

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Game day of {{ project }}</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
:root { --line: color-mix(in srgb, currentColor 15%, transparent); }
body { margin: 2rem auto; max-width: 64rem; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
details { border-top: 1px solid var(--line); padding: .5rem 0; }
summary { cursor: pointer; } summary b { font-weight: 600; }
summary small, p small, li small { opacity: .7; }
.sums { display: flex; flex-wrap: wrap; gap: 1.5rem; padding: 0; list-style: none; }
.sums b { display: block; font-size: 1.5rem; }
.missed b, .woken b { color: #c62828; } .late b, .told b { color: #b26a00; } .ok b { color: #2e7d32; }
svg.scene { width: 100%; height: auto; font-size: 11px; }
svg.scene polyline { fill: none; stroke: #1565c0; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
svg.scene circle { fill: #1565c0; }
svg.scene text { fill: currentColor; } svg.scene .range, svg.scene .mark { opacity: .65; font-size: 10px; }
svg.scene .begin { stroke: currentColor; opacity: .5; } svg.scene .within { stroke: #b26a00; stroke-dasharray: 4 3; }
svg.scene rect.alert { fill: #d32f2f; } svg.scene rect.warn { fill: #f9a825; } svg.scene rect.no-data { fill: #8e8e8e; }
@media (prefers-color-scheme: dark) { svg.scene polyline { stroke: #64b5f6; } svg.scene circle { fill: #64b5f6; } }
</style>
<h1>Game day of {{ project }}</h1>
<ul class="sums">
{%- for name, title, shown in groups %}
<li class="{{ name }}"><b>{{ shown|length }}</b>{{ title }}</li>
{%- endfor %}
</ul>
<p>{{ day.alerts|length }} alerts were played. Red is alert, yellow warning, grey no data; a series that breaks off was
not sent.</p>
{%- for name, title, shown in groups if shown %}
<h2 id="{{ name }}">{{ title }}</h2>
{%- for one in shown %}
<details{% if name in ("missed", "woken", "late") and loop.index <= 12 %} open{% endif %}>
<summary class="{{ name }}"><b>{{ one.name }}</b> {{ one.about }} <small>{{ words(one) }}</small></summary>
<p>{{ one.story }}{% if one.why %}<br><small>{{ one.why }}</small>{% endif %}</p>
{% if one.scene %}{{ draw(one) }}{% endif %}
</details>
{%- endfor %}
{%- endfor %}
{%- for title, listed in (("Not played", day.not_played), ("See nothing", day.blind)) if listed %}
<h2>{{ title }}</h2>
<ul>
{%- for key, reason in listed|dictsort %}
<li>{{ key }} <small>{{ reason }}</small></li>
{%- endfor %}
</ul>
{%- endfor %}
</html>
"""

_TITLES = {
    "missed": "nobody notices",
    "late": "noticed too late",
    "woken": "wakes somebody for nothing",
    "told": "messages of normal life",
    "ok": "as it should be",
}


def gameday_html(day: GameDay, project: str) -> str:
    """The whole page; names of others cannot become markup."""
    page = Environment(autoescape=True, finalize=shield).from_string(_PAGE)
    groups = [(name, title, [one for one in day.played if _group(one) == name]) for name, title in _TITLES.items()]
    return page.render(project=project, day=day, groups=groups, words=_words, draw=_draw)


def _group(one: Played) -> str:
    return "told" if one.result == "ok" and one.expects == "quiet" and one.noticed else one.result


def _words(one: Played) -> str:
    if one.expects == "quiet":
        return "nobody should hear of it"
    return f"somebody should be {'woken' if one.expects == 'paged' else 'told'} within {one.within} min"


def _draw(one: Played) -> Markup:
    return draw_scene(one.scene, one.within if one.expects != "quiet" else None) if one.scene else Markup()
