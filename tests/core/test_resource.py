"""What a definition returns: written with a model, or taken from Datadog as it is."""

from __future__ import annotations

from typing import Any, ClassVar

from dd_sync.core.resource import Context, Desired, Resource


class Note(Resource):
    kind: ClassVar[str] = "note"
    title: str = ""
    size: int = 0

    @property
    def title_text(self) -> str:
        return self.title

    def complete(self, context: Context) -> dict[str, Any]:
        return {**self.to_payload(), "text": context.fill(context.runbook), "tags": list(context.tags)}


CONTEXT = Context("Look {where}.", fill=lambda text: text.format(where="there"), tags=["env:prod"])


def test_what_is_written_gets_what_its_surroundings_add() -> None:
    made = Note(title="CPU").render(CONTEXT)
    assert made == {"title": "CPU", "text": "Look there.", "tags": ["env:prod"]}


def test_what_was_taken_from_datadog_is_sent_as_it_was() -> None:
    payload = {"title": "CPU", "shiny": {"new": 1}, "key": "theirs"}
    made = Note.from_api(payload)
    assert made.render(CONTEXT) == payload
    assert made.verbatim == payload
    assert (made.title, made.size, made.key) == ("CPU", 0, None)
    assert Note(title="x").verbatim is None


def test_one_among_several_goes_by_its_key_or_a_slug_of_its_title() -> None:
    assert Note(title="CPU of nodes").item == "cpu-of-nodes"
    assert Note(title="CPU of nodes", key="cpu").item == "cpu"
    assert Note.from_api({"title": "CPU"}, key="mine").item == "mine"


def test_a_desired_object_goes_by_kind_and_key() -> None:
    assert Desired("note", "a/b", {}).name == ("note", "a/b")


def test_nobody_is_told_unless_somebody_says_who() -> None:
    assert Context("x").told(1) == ((), (), ())
    assert Context("x").fill("{as it is}") == "{as it is}"
