"""Texts and formulas → outlines with measures, by Typst: one compile, one page for all labels.

What a user typed reaches Typst as data only: names hold letters, digits and primes and are quoted by
`language.notation`, other text is a string literal made by `text`. The compiler's root is an empty folder.
"""

from __future__ import annotations

import atexit
import json
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from graphviz_ad.diagram.budget import budget
from graphviz_ad.diagram.fonts import PLAIN_FONTS, Fonts, fonts_for, typst_lang
from graphviz_ad.diagram.outlines import EMPTY, Label, Request, Run, read, short, union
from graphviz_ad.errors import OutputError

__all__ = ["EMPTY", "Label", "Request", "Run", "new_compiler", "short", "text", "typeset", "union"]


class Compiler(Protocol):
    """Typst's compiler of a template, as far as it is used here."""

    def compile(
        self, *, sys_inputs: dict[str, str], format: str, ppi: float = ..., pdf_standards: list[str] = ...
    ) -> bytes:
        """Inputs of the template → the file in that format."""


_TEXTS_PER_PAGE = 512
"""Texts that are set at a time: as quick as all at once, and Typst keeps what it made of its last ten documents."""
_TEMPLATE = """
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set par(leading: 0.7em)
#let families = json(bytes(sys.inputs.families))
#set text(font: (sys.inputs.textfont, ..families), fallback: true, lang: sys.inputs.lang)
#show math.equation: set text(font: (sys.inputs.mathfont, ..families), cjk-latin-spacing: none)
#let T(tag, body) = text(fill: rgb("#" + tag), body)
#let mark(n) = {
  let colour = rgb(1, calc.quo(n, 256), calc.rem(n, 256))
  box(width: 0pt, height: 0pt, outset: (right: 0.1pt, bottom: 0.1pt), fill: colour)
}
#for (i, label) in json(bytes(sys.inputs.labels)).enumerate() {
  let body = text(size: label.size * 1pt, mark(i) + eval(label.markup, mode: "markup", scope: (T: T)))
  let side = if label.side == "left" { left } else { center }
  if label.width == none { block(body + mark(i)) } else { block(width: label.width * 1pt, align(side, body)) }
}
"""
"""The document that Typst compiles: each label alone, with tiny squares whose colour holds its number."""

_MAX_KEPT_LABELS = 2_048
"""Most labels of a sheet are those of the one before; at some ten kilobytes each these take twenty megabytes."""
_kept: dict[tuple[Request, str, Fonts], Label] = {}
"""Labels set before: sheets of a class have most of theirs in common."""


def text(plain: str) -> str:
    """Plain text → Typst markup that shows exactly it."""
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'#"{escaped}"'


def typeset(requests: Sequence[Request], lang: str = "en", fonts: Fonts = PLAIN_FONTS) -> list[Label]:
    """Requests → labels, in the same order; equal requests are set once, in those fonts and what their texts need.

    Raises MissingPartError where a text is Japanese or Chinese and no font has its letters, LimitError where there are
    too many.
    """
    distinct = list(dict.fromkeys(requests))
    fonts = fonts_for("".join(request.markup for request in distinct), fonts, lang=lang)
    done = {request: _kept[request, lang, fonts] for request in distinct if (request, lang, fonts) in _kept}
    missing = [request for request in distinct if request not in done]
    if len(missing) > _TEXTS_PER_PAGE:
        done.update(_in_parts(missing, lang, fonts, sum(len(request.markup) for request in requests)))
    elif missing:
        done.update(zip(missing, read(_compile(missing, fonts, lang), missing), strict=True))
    _kept.update({(request, lang, fonts): done[request] for request in missing[:_MAX_KEPT_LABELS]})
    for oldest in list(_kept)[:-_MAX_KEPT_LABELS]:
        del _kept[oldest]
    return [done[request] for request in requests]


def _in_parts(requests: Sequence[Request], lang: str, fonts: Fonts, length: int) -> Iterator[tuple[Request, Label]]:
    """Requests, and the length of all markups where equal ones are counted too → each with its label.

    Raises LimitError after the first parts where those to come take too much time or memory.
    """
    spending, size, characters, began = budget(), 0, 0, time.perf_counter()
    for start in range(0, len(requests), _TEXTS_PER_PAGE):
        part = requests[start : start + _TEXTS_PER_PAGE]
        labels = read(_compile(part, fonts, lang), part)
        yield from zip(part, labels, strict=True)
        done = start + len(part)
        if start == 0:
            began = time.perf_counter()  # with the first part fonts are read too, so it says nothing of the others
        if spending:
            size += sum(len(run.path) for label in labels for run in label.runs)
            seconds = (time.perf_counter() - began) * (len(requests) - done) / max(1, start)
            characters += sum(len(request.markup) for request in part)
            spending.spent(done, len(requests), seconds, size / characters * length)


def _compile(requests: Iterable[Request], fonts: Fonts, lang: str) -> bytes:
    """Requests → Typst's SVG of one page, on which they stand one under the other, each between two marks."""
    labels = [{"markup": r.markup, "size": r.size, "width": r.width, "side": r.side} for r in requests]
    inputs = {"labels": json.dumps(labels), "lang": typst_lang(lang), **fonts.inputs}
    return compiler(fonts.folders).compile(format="svg", sys_inputs=inputs)


@lru_cache(maxsize=4)
def compiler(folders: tuple[str, ...] = ()) -> Compiler:
    """Folders of fonts → a Typst compiler for labels, kept, since starting one costs more than a compile."""
    return new_compiler(_TEMPLATE, folders)


def new_compiler(template: str, folders: tuple[str, ...]) -> Compiler:
    """Template and folders of fonts → a Typst compiler for it, which looks for fonts nowhere else."""
    import typst

    try:  # what cannot be removed at the end, since a scanner of Windows has it open, is left to the system
        root = tempfile.TemporaryDirectory(prefix="graphviz_ad-", ignore_cleanup_errors=True)
    except OSError as problem:
        raise OutputError(
            f"no folder for temporary files can be written to: {problem.strerror}",
            hint="name one that can: set TMPDIR, which is TEMP on Windows",
        ) from problem
    atexit.register(root.cleanup)
    main = Path(root.name) / "main.typ"
    main.write_text(template, encoding="utf-8")
    new: Any = typst.Compiler  # whose own types have a variable that mypy cannot solve for
    paths = [Path(folder) for folder in folders]
    started: Compiler = new(input=str(main), root=root.name, ignore_system_fonts=True, font_paths=paths)
    return started
