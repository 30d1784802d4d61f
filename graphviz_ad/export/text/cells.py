"""Cells of a Jupyter notebook (nbformat 4.5), with the outputs that running them gives, and values as Python."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from graphviz_ad.export.image.bundle import bundle
from graphviz_ad.export.image.pages import Shown
from graphviz_ad.graph.graph import Graph
from graphviz_ad.messages.catalogue import say
from graphviz_ad.values import Value

_MAX_LINE_CHARACTERS = 80
"""Of a line of code: longer ones are scrolled in a cell of JupyterLab on a laptop."""
_MAX_EXACT_INTEGER = 1e15
"""Whole numbers below it are exact in a float (2^53 is 9e15), and are written without a point."""

Output = dict[str, object]
"""The output of a cell, as nbformat has it."""


@dataclass
class Notebook:
    """Cells as they are added; those with an output count as run, one after the other."""

    lang: str
    cells: list[dict[str, object]] = field(default_factory=list)
    run: int = 0

    def say(self, key: str) -> str:
        return say(f"notebook.{key}", self.lang)

    def text(self, source: str) -> None:
        """Markdown → a cell, with which a slide begins (`nbconvert --to slides`)."""
        self._add("markdown", source, {"slideshow": {"slide_type": "slide"}})

    def code(self, source: str, output: Output | None = None) -> None:
        """Code and its output → a cell."""
        self.run += output is not None
        if output and output["output_type"] == "execute_result":
            output = {**output, "execution_count": self.run}
        count = self.run if output else None
        self._add("code", source, {}, execution_count=count, outputs=[output] if output else [])

    def _add(self, kind: str, source: str, metadata: dict[str, object], **more: object) -> None:
        name = hashlib.sha256(f"{len(self.cells)} {kind} {source}".encode()).hexdigest()[:12]
        lines = source.splitlines(keepends=True)
        self.cells.append({"cell_type": kind, "id": name, "metadata": metadata, "source": lines, **more})

    def file(self, title: str) -> bytes:
        """→ the notebook, written as Jupyter writes it."""
        metadata = {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "title": title,
        }
        whole = {"cells": self.cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        return (json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def pictured(draw: Callable[[], Shown], text: str, kinds: Sequence[str] | None = None) -> Output:
    """What draws a picture, and the text in its place → the output of a cell, in all formats or in these."""
    data, metadata = bundle(draw, text, kinds, small=True)
    lines = {kind: text if kind == "image/png" else text.splitlines(keepends=True) for kind, text in data.items()}
    return {"output_type": "execute_result", "data": lines, "metadata": metadata}


def printed(text: str) -> Output:
    """Text → the output of a cell that prints it."""
    return {"output_type": "stream", "name": "stdout", "text": f"{text}\n".splitlines(keepends=True)}


def arguments_of(graph: Graph) -> str:
    """Graph → the arguments of `parse` that make it."""
    lines = [json.dumps(line, ensure_ascii=False) for line in graph.source.text.splitlines(keepends=True)]
    text = lines[0] if len(lines) == 1 else "\n    " + "\n    ".join(lines)
    options = [f"{name}={python(value)}" for name, value in graph.asked.items()]
    if len(lines) == 1:
        return ", ".join([text, *options])
    return ",\n    ".join([text, *options]) + ",\n" if options else f"{text}\n"


def mapping(values: Mapping[str, Value]) -> str:
    """Values by name → a dict in Python."""
    pairs = [f"{json.dumps(name, ensure_ascii=False)}: {python(value)}" for name, value in values.items()]
    line = "{" + ", ".join(pairs) + "}"
    return line if len(line) <= _MAX_LINE_CHARACTERS else "{\n    " + ",\n    ".join(pairs) + ",\n}"


def python(value: object) -> str:
    """Number, array or option → Python that gives it."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return f'float("{value}")'
        return str(int(value)) if value.is_integer() and abs(value) < _MAX_EXACT_INTEGER else repr(value)
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return "[" + ", ".join(map(python, value)) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
