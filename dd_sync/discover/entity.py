"""A service file as people would write it: a Software Catalog entity, with a comment for each open question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import yaml

from dd_sync.core.span_operations import candidates
from dd_sync.discover.found import Found, Queue, Schedule

DEFINED_KINDS = ("http", "grpc", "worker", "cron")
"""What a service of a definitions project can be."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9@:._/-]*(?: [A-Za-z0-9@._/-]+)*")
_LANGUAGES = {"node": "js"}


@dataclass(frozen=True)
class _Settings:
    owner: str | None
    tier: str | None
    kinds: tuple[str, ...]
    runtime: str | None
    envs: tuple[str, ...]
    operation: str | None
    doubt: str


def entity(
    found: Found,
    *,
    owner: str | None = None,
    tier: str | int | None = None,
    kinds: Sequence[str] | None = None,
    runtime: str | None = None,
    envs: Sequence[str] | None = None,
    operation: str | None = None,
    doubt: str = "",
) -> str:
    """The text of `services/NAME.yaml`: an entity of Datadog's Software Catalog (v3), our settings under `extensions`.

    Arguments that are given win over what was found. What nobody knows is a comment that says what to set; `doubt` is
    a comment beside an operation that is a guess. A Found with nothing but its service serves where there are no
    manifests. PyYAML reads the text; it holds no aliases.
    """
    settings = _Settings(
        owner=owner or found.owner,
        tier=str(tier) if tier is not None else found.tier,
        kinds=tuple(kinds) if kinds else tuple(kind for kind in found.kinds if kind in DEFINED_KINDS),
        runtime=runtime or found.runtime,
        envs=tuple(envs) if envs else ((found.env,) if found.env else ()),
        operation=operation,
        doubt=doubt,
    )
    lines = (
        "apiVersion: v3",
        "kind: service",
        *_block("metadata:", _metadata(found, settings)),
        *_block("spec:", _spec(found, settings)),
        *_block("extensions:", _block("  ddsync:", _ddsync(found, settings))),
    )
    return "\n".join(lines) + "\n"


def _block(header: str, lines: Iterable[str]) -> Iterator[str]:
    """A mapping; its header is a comment too where all of it is, since YAML reads a mapping of comments as null."""
    lines = list(lines)
    is_empty = all(line.lstrip().startswith("#") for line in lines)
    if lines:
        name = header.lstrip()
        yield f"{header.removesuffix(name)}# {name}" if is_empty else header
        yield from lines


def _metadata(found: Found, settings: _Settings) -> Iterator[str]:
    yield f"  name: {_scalar(found.service)}"
    if settings.owner:
        yield f"  owner: {_scalar(settings.owner)}"
    else:
        yield "  # owner: the team that is told; one of `teams:` in ddsync.yaml"


def _spec(found: Found, settings: _Settings) -> Iterator[str]:
    yield (
        f"  tier: {_scalar(settings.tier)}"
        if settings.tier
        else '  # tier: "1" to "4"; decides who is paged, and SLO targets'
    )
    api = next((kind for kind in settings.kinds if kind in ("http", "grpc")), None)
    if api:
        yield f"  type: {api}"
    if settings.runtime:
        yield f"  languages: [{_scalar(_LANGUAGES.get(settings.runtime, settings.runtime))}]"
    else:
        yield "  # languages: [python], [js], [java] or [go]; the manifests do not say"
    if found.depends_on:
        yield from ("  dependsOn:", *(f"    - {_scalar(each)}" for each in found.depends_on))
    if found.system:
        yield f"  componentOf: [{_scalar(f'system:{found.system}')}]"


def _ddsync(found: Found, settings: _Settings) -> Iterator[str]:
    if settings.kinds:
        yield f"    kind: [{', '.join(map(_scalar, settings.kinds))}]{_because(found, settings)}"
    else:
        yield f"    # kind: [http], [grpc], [worker] or [cron]; found: {found.kind}"
    yield from _operation(found, settings)
    if settings.envs:
        yield f"    envs: [{', '.join(map(_scalar, settings.envs))}]"
    else:
        yield "    # envs: [staging, prod]; the manifests do not say"
    yield from _block("    kubernetes:", _kubernetes(found))
    if found.queue:
        yield from _block(f"    queue:  # {_comment(found.queue.source)}", _queue(found.queue))
    elif "worker" in settings.kinds:
        yield "    # queue: {type: sqs, name: NAME, dlq: NAME}; where its work comes from"
    if found.schedule:
        yield from _block(f"    cron:  # {_comment(found.schedule.cron)}", _cron(found, found.schedule))
        if found.schedule.suspended and "cron" in settings.kinds:
            yield "    # monitors: {cron-not-succeeded: off}; it is suspended in the manifests, so that no run succeeds"
    elif "cron" in settings.kinds:
        yield "    # cron: {name: NAME, period_s: 86400}; the CronJob, and seconds between two runs"


def _because(found: Found, settings: _Settings) -> str:
    source = found.facts.get("kind")
    return f"  # {_comment(source.source)}" if source and settings.kinds == found.kinds else ""


def _operation(found: Found, settings: _Settings) -> Iterator[str]:
    main = next(iter(settings.kinds), "")
    names = candidates(main, settings.runtime, found.queue.type if found.queue else None)
    if settings.operation:
        doubt = f"  # {_comment(settings.doubt)}" if settings.doubt else ""
        yield f"    operation: {_scalar(settings.operation)}{doubt}"
    elif len(names) == 1 and settings.runtime:
        yield f"    operation: {names[0]}"
    elif names and settings.runtime:
        yield f"    # operation: by framework, one of {', '.join(names)}"
    elif names:
        yield f"    # operation: by runtime, for example {', '.join(names[:4])}"
    elif main in ("http", "grpc", "worker"):
        yield "    # operation: the name of its primary spans, as APM shows it"


def _kubernetes(found: Found) -> Iterator[str]:
    yield (
        f"      namespace: {_scalar(found.namespace)}" if found.namespace else "      # namespace: not in the manifests"
    )
    yield f"      workload: {_scalar(found.workload)}" if found.workload else "      # workload: Deployment/NAME"
    if found.hpa and found.hpa.min != found.hpa.max:
        yield f"      hpa: {_scalar(found.hpa.name)}"
    elif found.hpa:
        yield f"      # hpa: {_scalar(found.hpa.name)}; of one size only, so that it is always at its maximum"
    if found.volumes:
        yield f"      volumes: [{', '.join(_scalar(volume.claim) for volume in found.volumes)}]"


def _queue(queue: Queue) -> Iterator[str]:
    yield f"      type: {_scalar(queue.type)}"
    yield f"      name: {_scalar(queue.name)}" if queue.name else "      # name: not in the manifests"
    if queue.group:
        yield f"      group: {_scalar(queue.group)}"
    if queue.type in ("sqs", "rabbitmq", "servicebus"):
        yield "      # dlq: its dead-letter queue, if there is one"


def _cron(found: Found, schedule: Schedule) -> Iterator[str]:
    yield f"      name: {_scalar(found.workload.partition('/')[2])}"
    if schedule.period_s is None:
        yield "      # period_s: seconds between two runs"
    else:
        yield f"      period_s: {schedule.period_s}"


def _scalar(value: str) -> str:
    """As a person would write it, quoted only where YAML would read something else."""
    if _PLAIN.fullmatch(value) and yaml.safe_load(value) == value:
        return value
    return yaml.safe_dump(value, default_style='"', allow_unicode=True, width=10**9).strip()


def _comment(value: str) -> str:
    """Text that cannot end its comment's line."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in value).split())
