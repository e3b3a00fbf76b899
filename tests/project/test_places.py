"""Where something stands, as a person would say it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync import Monitor, packs
from dd_sync.core.errors import DefinitionError
from dd_sync.kinds.slo import SLO
from dd_sync.project.places import LONGEST, Places


def test_paths_are_short_inside_the_project_and_the_packs(tmp_path: Path) -> None:
    places = Places(tmp_path)
    assert places.shown(str(tmp_path / "monitors/x.py"), 3) == "monitors/x.py:3"
    assert places.shown(str(packs.FOLDER / "monitors/eks/nodes.py"), 4) == "dd_sync/packs/monitors/eks/nodes.py:4"
    assert places.shown("/elsewhere/y.py", 5) == "/elsewhere/y.py:5"


def test_an_error_loses_the_project_s_path(tmp_path: Path) -> None:
    error = Places(tmp_path).shorten(DefinitionError(f"{tmp_path}/a.py is odd", at=f"{tmp_path}/b.py:1"))
    assert (error.problem, error.at) == ("a.py is odd", "b.py:1")


def raised(root: Path, code: str) -> DefinitionError:
    file = root / "monitors/x.py"
    file.parent.mkdir(exist_ok=True)
    file.write_text(code)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - of any kind
        exec(compile(code, str(file), "exec"), {"Monitor": Monitor, "SLO": SLO})
    return Places(root).error_in(caught.value, "monitors.x", "in x")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("\nMonitor(nme='x', query='q')", "monitors/x.py:2: Monitor has no field nme. Did you mean name?"),
        ("Monitor(title='x', query='q')", "monitors/x.py:1: Monitor has no field title. Did you mean name?"),
        ("Monitor(query='q')", "monitors/x.py:1: Monitor needs name"),
        ("Monitor(name='x', query='q', priority=9)", "monitors/x.py:1: Monitor: priority: input should be 1, 2, 3, 4"),
        ("{}['a']", "monitors/x.py:1: KeyError: 'a'"),
    ],
)
def test_an_exception_of_a_definition_names_its_line_and_says_it_in_words(tmp_path: Path, code: str, says: str) -> None:
    assert str(raised(tmp_path, code)).startswith(says)


def test_no_value_fills_the_screen(tmp_path: Path) -> None:
    long = raised(tmp_path, "raise ValueError('x' * 5000)")
    assert len(str(long)) < LONGEST + 100
