"""Coverage as one page that needs nothing else: to keep as a CI artifact and to send around."""

from __future__ import annotations

from jinja2 import Environment

from dd_sync.core.coverage import ASPECTS, Coverage
from dd_sync.reports.coverage import SIGNS, shown_services

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Coverage of {{ project }}</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
h1 { font-size: 1.3rem; }
div { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); padding: .3rem .7rem; }
th { font-weight: 600; text-align: left; }
td.sign { text-align: center; }
td.no { background: #d33; color: #fff; }
td.yes { background: color-mix(in srgb, #2a2 18%, transparent); }
td.na { opacity: .4; }
small { opacity: .7; }
</style>
<h1>{{ project }}: {{ total }} covered</h1>
<p>{{ rows|length }} services. Hover a cell for what watches it, or what would.</p>
<div><table>
<thead><tr><th>service<th>tier<th>team<th>covered{% for aspect in aspects %}<th>{{ aspect }}{% endfor %}</tr></thead>
<tbody>
{%- for row in rows %}
<tr><th scope="row">{{ row.service }}{% if not row.listed %} <small>no service file</small>{% endif %}
<td>{{ row.tier or "" }}<td>{{ row.team }}<td>{{ shown(row.share) }}
{%- for aspect in aspects %}{% set cell = row.cells[aspect] %}
<td class="sign {{ cell.state.replace("/", "") }}" title="{{ cell.by|join("&#10;"|safe) or cell.hint }}">
{{- signs[cell.state] }}{% endfor %}</tr>
{%- endfor %}
</tbody></table></div>
</html>
"""


def coverage_html(found: Coverage, project: str) -> str:
    """The whole page; names of others cannot become markup."""
    page = Environment(autoescape=True).from_string(_PAGE)
    return page.render(
        project=project,
        total=shown_services(found.share),
        rows=found.rows,
        aspects=ASPECTS,
        signs=SIGNS,
        shown=shown_services,
    )
