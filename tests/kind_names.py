"""Finds where code chooses by the kind of an object, in whatever spelling."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from dd_sync.kinds import KINDS

_MODELS = {kind.resource.__name__ for kind in KINDS.values()}
_CLASSES = {type(kind).__name__ for kind in KINDS.values()}
_PATHS = {kind.endpoint.path for kind in KINDS.values()}
_REFERENCE = re.compile(rf"(\$\{{)?({'|'.join(KINDS)}):")


def kind_choices(source: str) -> Iterator[tuple[int, str]]:
    """The lines of a module that name a kind to choose by it, each with what stands there.

    A kind's name as a text, wherever it is: a comparison, a key, a `case`, an argument. A text that begins like a
    reference to one, or is its endpoint's path. Its name taken from its model (`Monitor.kind`). A test of the model's
    class, or of the kind's.
    """
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str() as text) if id(node) not in prose:
                if text in KINDS or text in _PATHS or _REFERENCE.match(text):
                    yield node.lineno, repr(text)
            case ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr="kind") if name in _MODELS:
                yield node.lineno, ast.unparse(node)
            case ast.Attribute(value=ast.Name(id="KIND") | ast.Attribute(attr="KIND"), attr="name"):
                yield node.lineno, ast.unparse(node)
            case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[_, classes]):
                if _names(classes) & (_MODELS | _CLASSES):
                    yield node.lineno, ast.unparse(node)
            case ast.MatchClass(cls=cls) if _names(cls) & (_MODELS | _CLASSES):
                yield cls.lineno, ast.unparse(cls)


def _names(node: ast.AST) -> set[str]:
    inner = list(ast.walk(node))
    return {one.id for one in inner if isinstance(one, ast.Name)} | {
        one.attr for one in inner if isinstance(one, ast.Attribute)
    }
