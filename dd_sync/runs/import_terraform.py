"""One conversion of a Terraform state from the command line: read, write, prove, say what is left to do."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dd_sync.core.errors import DdsyncError
from dd_sync.core.live import Live
from dd_sync.core.normal import same
from dd_sync.core.references import Name, ObjectId, resolve
from dd_sync.core.resource import Desired
from dd_sync.core.wording import quantity
from dd_sync.disk.files import write_file
from dd_sync.importing.modules import Imported, Surroundings, modules_of
from dd_sync.kinds import KINDS
from dd_sync.project.adoptions import FILE, add_adoptions, load_adoptions
from dd_sync.project.loading import pack_names
from dd_sync.project.new_service import write_new
from dd_sync.project.project import load_project
from dd_sync.project.settings import find_root, load_settings
from dd_sync.runs.console import Console
from dd_sync.terraform.conversion import Converted, convert_state
from dd_sync.terraform.handover import BLOCKS, SCRIPT, removed_blocks, state_rm_script, whole_blocks
from dd_sync.terraform.state import Resource, read_state

HANDOVER = "handover"


@dataclass(frozen=True)
class _Outcome:
    """What a conversion did."""

    found: Converted
    made: Imported
    files: Sequence[str]
    wrong: Sequence[Name]
    known: int
    """Objects that adopt.yaml names already."""


def convert(start: Path, state: Path, out: Path | None, tty: Console) -> int:
    """Writes definitions, adoptions and the hand-over. The exit status is 1 where a definition gives something else."""
    root = out or find_root(start)
    resources = read_state(_text(state), str(state))
    target, targets = _target(start)
    there = {} if out is not None else _adopted(root, target, targets)
    names = () if out is not None else [one.name for one in _built(root)]
    found = convert_state(resources)
    new = [live for _, live in found.objects if (live.kind, live.id) not in there]
    limit = target if out is None and len(targets) > 1 else ""
    made = modules_of(new, KINDS, Surroundings(_taken(root), names, there, limit))
    handover = _handover([one for one, _ in found.objects], resources)
    write_new(root, made.files)
    for name, text in handover.items():  # made of the state alone, so that a second run makes it again
        write_file(root / name, text, parents=True)
    if made.ids:
        add_adoptions(root, target, targets, made.ids)
    desired = _built_alone(made) if out is not None else _built(root)
    wrong = list(_wrong(made, new, desired, there))
    outcome = _Outcome(found, made, [*made.files, *handover], wrong, len(found.objects) - len(new))
    tty.result("\n".join(_lines(outcome, len(resources))))
    return 1 if wrong else 0


def _text(state: Path) -> str:
    try:
        return state.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not a text in UTF-8"
        raise DdsyncError(f"{state}: {why}", hint="terraform show -json > state.json writes one") from None


def _target(start: Path) -> tuple[str, Sequence[str]]:
    """The target whose objects Terraform has, and all there are: that of the project around, `prod` without one."""
    try:
        settings, _ = load_settings(find_root(start))
    except DdsyncError:
        return "prod", ("prod",)
    return settings.default_target or next(iter(settings.targets)), list(settings.targets)


def _adopted(root: Path, target: str, targets: Sequence[str]) -> dict[tuple[str, ObjectId], Name]:
    found = load_adoptions(root, targets).get(target, {})
    return {(kind, object_id): (kind, key) for (kind, key), object_id in found.items()}


def _taken(root: Path) -> dict[str, set[str]]:
    """The names that new files may not have: those that are there, and those of packs, which they would hide."""
    folders = {kind.folder for kind in KINDS.values()}
    return {folder: {*pack_names(), *(path.stem for path in (root / folder).glob("*"))} for folder in folders}


def _handover(gone: Sequence[Resource], resources: Sequence[Resource]) -> dict[str, str]:
    if not gone:
        return {}
    blocks = whole_blocks(gone, resources)
    script = {f"{HANDOVER}/{SCRIPT}": state_rm_script(gone)}
    return {f"{HANDOVER}/{BLOCKS}": removed_blocks(blocks), **script} if blocks else script


def _wrong(
    made: Imported,
    objects: Sequence[Live],
    desired: Sequence[Desired],
    there: Mapping[tuple[str, ObjectId], Name],
) -> Iterator[Name]:
    """Compares what the written files give, loaded afresh, with what the state says."""
    by_name = {one.name: one for one in desired}
    by_id = {(live.kind, live.id): live for live in objects}
    ids = {**{name: object_id for (_, object_id), name in there.items()}, **made.ids}
    for (kind, key), object_id in made.ids.items():
        payload = resolve(by_name[kind, key].payload, ids, KINDS[kind].text_references)
        if not same(*KINDS[kind].comparable(payload, by_id[kind, object_id].payload)):
            yield kind, key


def _built(root: Path) -> Sequence[Desired]:
    """Everything the project makes for the target that the conversion is for."""
    project = load_project(root)
    name, _ = _target(root)
    return project.build(project.settings.targets[name]).desired


def _built_alone(made: Imported) -> Sequence[Desired]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_new(root, {**made.files, "ddsync.yaml": "project: converted\npacks: []\n"})
        return _built(root)


def _lines(outcome: _Outcome, resources: int) -> Iterator[str]:
    made = outcome.made
    counts = [(sum(kind == one for one, _ in made.ids), kind) for kind in KINDS]
    words = " · ".join(quantity(number, kind) for number, kind in counts if number)
    yield f"converted {words}, of {resources} resources of Datadog's" if words else "nothing new to convert"
    if outcome.known:
        yield f"  known    {outcome.known} that {FILE} names already"
    yield from (f"  written  {file}" for file in outcome.files)
    if made.ids:
        yield f"  written  {FILE}"
    for resource, why in outcome.found.left:
        yield f"  left     {resource.address}: {why}"
    for resource, why in outcome.found.notes:
        yield f"  note     {resource.address}: {why}"
    for live, why in made.left:
        yield f"  left     {live.kind}:{live.id}: {why}"
    for kind, key in outcome.wrong:
        yield f"  differs  {kind} {key}: this is a bug of ddsync, please report it"
    if made.ids and not outcome.wrong:
        yield "Next: ddsync plan shows them as adopted, with what differs from the state"
        yield f"  then let Terraform forget them ({HANDOVER}/), and ddsync apply"
