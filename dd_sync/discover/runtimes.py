"""The language a service runs on, if its manifest shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dd_sync.discover.environment import Environment
from dd_sync.discover.found import Fact
from dd_sync.discover.tree import strings
from dd_sync.discover.workloads import Workload, image_path, image_tag

_LIBRARY = re.compile(
    r"admission\.datadoghq\.com/(?:.+\.)?(java|js|python|dotnet|ruby|php)-lib\.(?:version|custom-image)"
)
_INJECTED = re.compile(r"instrumentation\.opentelemetry\.io/inject-(java|nodejs|python|dotnet|go)")
_SAME = {"js": "node", "nodejs": "node"}

# Variables that only one language's runtime, or its usual framework, reads.
_VARIABLES: dict[str, re.Pattern[str]] = {
    "node": re.compile(r"NODE_(OPTIONS|ENV|PATH|EXTRA_CA_CERTS)|NPM_CONFIG_.*|OTEL_NODE_.*"),
    "java": re.compile(r"JAVA_TOOL_OPTIONS|_?JAVA_OPTIONS|JAVA_OPTS|JDK_JAVA_OPTIONS|JVM_OPTS|SPRING_.*|OTEL_JAVA.*"),
    "python": re.compile(r"PYTHON[A-Z]+|DJANGO_SETTINGS_MODULE|FLASK_.*|GUNICORN_.*|UVICORN_.*|OTEL_PYTHON_.*"),
    "go": re.compile(r"GOMEMLIMIT|GOGC|GOMAXPROCS|GODEBUG|GOTRACEBACK"),
    "dotnet": re.compile(r"ASPNETCORE_.*|DOTNET_.*|CORECLR_.*|OTEL_DOTNET_.*"),
    "ruby": re.compile(r"RAILS_.*|RACK_ENV|RUBY(OPT|LIB)|BUNDLE_.*|OTEL_RUBY_.*"),
    "php": re.compile(r"PHP_.*|OTEL_PHP_.*"),
}
_PROGRAMS = {
    "node": "node npm npx yarn pnpm ts-node nodemon",
    "java": "java",
    "python": "python gunicorn uvicorn celery flask hypercorn daphne",
    "dotnet": "dotnet",
    "ruby": "ruby bundle rails puma sidekiq unicorn rake",
    "php": "php php-fpm artisan",
}
_IMAGES = {
    "node": "node nodejs",
    "java": "java openjdk jdk jre temurin corretto tomcat jetty wildfly quarkus",
    "python": "python",
    "go": "go golang",
    "dotnet": "dotnet aspnet aspnetcore",
    "ruby": "ruby rails",
    "php": "php",
}


def runtime(workload: Workload, env: Environment, *, own_image: bool) -> Fact | None:
    """The runtime and what gives it away; None when nothing does, or when two languages are equally likely.

    `own_image` is False for databases, agents and the like, whose image's name (`aws-node`) is no hint.
    """
    return (
        _one(_annotations(workload))
        or _one(_variables(env))
        or _one(_commands(workload))
        or (_one(_image(workload.image)) if own_image and workload.image else None)
    )


def injected_runtime(workload: Workload) -> Fact | None:
    """Datadog's library injection, switched on for the pods by their label."""
    label = "admission.datadoghq.com/enabled"
    return Fact(True, f"label {label}") if workload.labels.get(label) == "true" else None


def _one(found: Iterable[Fact]) -> Fact | None:
    """The first, provided that all agree."""
    by_language = {each.value: each for each in reversed(list(found))}
    return next(iter(by_language.values())) if len(by_language) == 1 else None


def _annotations(workload: Workload) -> Iterable[Fact]:
    for name, value in workload.annotations.items():
        match = _LIBRARY.fullmatch(name) or (_INJECTED.fullmatch(name) if value != "false" else None)
        if match:
            yield Fact(_SAME.get(match[1], match[1]), f"annotation {name}")


def _variables(env: Environment) -> Iterable[Fact]:
    for name, setting in env.items():
        for language, pattern in _VARIABLES.items():
            if pattern.fullmatch(name):
                yield Fact(language, setting.source)


def _commands(workload: Workload) -> Iterable[Fact]:
    """The program that is started: `command`, or `args` where the image brings the rest."""
    for place in ("command", "args"):
        words = strings(workload.container.get(place))
        program = words[0].rpartition("/")[2] if words else ""
        for language, names in _PROGRAMS.items():
            if program.rstrip("0123456789.") in names.split():
                yield Fact(language, f"{place} {program}")


def _image(image: str) -> Iterable[Fact]:
    """A word of the image's name (`cart-go`) or tag (`9-jdk17`)."""
    words = f"{image_path(image).rpartition('/')[2]}-{image_tag(image) or ''}".lower()
    tokens = {word.rstrip("0123456789") for word in re.split(r"[^a-z0-9]+", words)}
    for language, names in _IMAGES.items():
        if tokens & set(names.split()):
            yield Fact(language, "image name")
