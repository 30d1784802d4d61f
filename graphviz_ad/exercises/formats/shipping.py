"""Modules of this program → the files they need of it, for a place where it is not installed.

They are found by following imports, those within functions too. The package's front door, which opens on everything, is
shut. A place may have Python 3.10 and numpy 1.26, as PrairieLearn has (its pull request 13645): what the program takes
from Python 3.11 is put in, or written as 3.10 has it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

_PACKAGE = "graphviz_ad"
"""The package whose modules are copied, and the folder they are copied into."""
_INIT = '''"""The part of graphviz-ad that reads a formula and computes its value."""

import math

if not hasattr(math, "cbrt"):  # Python 3.10
    math.cbrt = lambda x: math.copysign(abs(x) ** (1 / 3), x)
    math.exp2 = lambda x: 2.0**x
'''
"""What the package's `__init__.py` holds there."""
_OLDER = (
    (re.compile(r"\(\?>"), "(?:"),  # atomic groups
    (re.compile(r"(\\w|\]|\))([*+])\+(?=[^+=\s])"), r"\1\2"),  # repeats that give nothing back
    (re.compile(r'\(\?!_\)\)"$', re.MULTILINE), '(?![0-9_]))"'),  # a number is not cut short before a name
)
"""Regular expressions of Python 3.11 → of 3.10, which may try more and find the same."""


@cache
def shipped(*modules: str) -> tuple[tuple[str, str], ...]:
    """Names of modules, as graphviz_ad.items.written → all files they need, as paths and texts, in order of path."""
    sources: dict[str, str] = {f"{_PACKAGE}/__init__.py": _INIT}
    waiting = list(modules)
    while waiting:
        parts = waiting.pop().split(".")
        for length in range(2, len(parts) + 1):  # a package is run before what is in it
            path, text = _source(parts[:length])
            if text is not None and path not in sources:
                sources[path] = _older(text)
                waiting += _imported(ast.parse(text))
    return tuple(sorted(sources.items()))


def _source(parts: list[str]) -> tuple[str, str | None]:
    """Name of a module in parts → its path and text; None for a name within a module."""
    place = files(_PACKAGE).joinpath(*parts[1:])
    if place.is_dir():
        return "/".join((*parts, "__init__.py")), place.joinpath("__init__.py").read_text(encoding="utf-8")
    path = "/".join(parts) + ".py"
    module = files(_PACKAGE).joinpath(*parts[1:-1], parts[-1] + ".py")
    return path, module.read_text(encoding="utf-8") if module.is_file() else None


def _older(text: str) -> str:
    """Source → the same for Python 3.10."""
    for newer, older in _OLDER:
        text = newer.sub(older, text)
    return text


def _imported(tree: ast.Module) -> Iterator[str]:
    """Syntax tree → the modules of this program that it imports, and names that may be modules; not for types alone."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                waiting.extend(node.orelse)
                continue
            case ast.Import():
                names = [alias.name for alias in node.names]
            case ast.ImportFrom(module=str() as module):
                names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
            case _:
                names = []
        yield from (name for name in names if name.split(".")[0] == _PACKAGE and name != _PACKAGE)
        waiting.extend(ast.iter_child_nodes(node))
