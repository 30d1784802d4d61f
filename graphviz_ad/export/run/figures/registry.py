"""The figures of runs: one table, which the command's help, its errors, the guides and the tests read.

A new figure is a module of this package with a function `draw(sheet, subject) -> Words`, and one entry here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypedDict

from graphviz_ad.diagram.style import AnyTheme, make_style
from graphviz_ad.errors import InputError, OutputError, nearest
from graphviz_ad.export.run.figures.figure import Figure
from graphviz_ad.lazy import optional
from graphviz_ad.training.compare import Comparison, comparison, distinctions
from graphviz_ad.training.functions import flat
from graphviz_ad.training.run import Run
from graphviz_ad.values import Array

Size = str | tuple[float, float]
"""Of a figure: "page", "slide", or width and height in pixels."""
_SIZES = ("page", "slide")
"""Sizes that have a name."""
_MIN_PX, _MAX_PX = 200.0, 4000.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of figure: its module here, what it shows, what it needs of the model, whether it is one of examples."""

    module: str
    shows: str
    needs: str = ""
    of_examples: bool = False


FIGURES: Mapping[str, Kind] = {
    "path": Kind("path", "the path of two parameters over the contour of the loss, or of a single one on its curve"),
    "loss": Kind("loss", "the loss against epochs, updates, examples and seconds"),
    "noise": Kind(
        "noise", "gradients of batches at one point, and their spread by the size", "a mean over examples", True
    ),
    "boundary": Kind(
        "boundary",
        "the boundary between classes, or the fitted line, as it moves",
        "one or two features and a label",
        True,
    ),
    "memory": Kind("memory", "the bytes that a batch holds, by its size", of_examples=True),
    "outlier": Kind("outlier", "how far an update jumps with an outlier in its batch", "a mean over examples", True),
    "rate": Kind("rate", "descent with a learning rate below, at and above its limit", "at most 200 parameters"),
    "norms": Kind("norms", "the norm of each parameter's gradient over the updates"),
    "schedule": Kind("schedule", "the learning rate of each update"),
}
"""Figures by name."""


def names() -> tuple[str, ...]:
    """→ the names of the figures, for --figure."""
    return tuple(FIGURES)


def table() -> str:
    """→ the figures with what each shows and needs, a line each, for a terminal."""
    return "\n".join(
        f"  {name:<10}{kind.shows}" + (f" (needs {kind.needs})" if kind.needs else "") for name, kind in FIGURES.items()
    )


@dataclass(frozen=True)
class Subject:
    """What a figure is of: runs, and what was asked for besides; `comparison` is made when a figure reads it.

    `panel` is the one run whose panel is drawn, where each has one; its axes are those of all.
    """

    runs: tuple[Run, ...]
    given: Comparison | None = field(default=None, repr=False)
    parameters: Sequence[str] | None = None
    update: int = 0
    axes: Sequence[str] | None = None
    panel: int | None = None

    @cached_property
    def comparison(self) -> Comparison:
        """→ the runs beside one another."""
        return self.given or comparison(self.runs)

    @cached_property
    def distinctions(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """→ what sets each run apart."""
        return self.given.distinctions if self.given else distinctions(self.runs)

    @property
    def run(self) -> Run:
        """→ the first of them, of which figures of one point are made."""
        return self.runs[0]

    @property
    def point(self) -> Array:
        """→ its parameters after the update that was asked for, which is none unless said."""
        self.run.require(self.update, least=0)
        return flat(self.run.after(self.update)[0])


@dataclass(frozen=True, slots=True)
class Words:
    """What a figure is called, and a sentence that says what is seen, with numbers."""

    title: str
    description: str


class FigureOptions(TypedDict, total=False):
    """How a figure looks, and what of a run it shows, by name."""

    theme: AnyTheme
    lang: str
    size: Size | None
    parameters: Sequence[str] | None
    update: int
    axes: Sequence[str] | None
    panel: int | None


@contextmanager
def _no_word_of_caches() -> Iterator[None]:
    """While matplotlib is imported it says nothing of a home it cannot write to, since it goes on without."""
    log = logging.getLogger("matplotlib")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


def figure(
    subject: Run | Comparison, kind: str, *, theme: AnyTheme = "light", lang: str = "en", size: Size | None = None,
    parameters: Sequence[str] | None = None, update: int = 0, axes: Sequence[str] | None = None,
    panel: int | None = None,
) -> Figure:  # fmt: skip
    """A run or a comparison, and the name of a figure → the figure.

    `size` is "page", "slide" (16:9; that of the theme "slides" unless said) or width and height in pixels. `parameters`
    are the two that `path` shows, `update` the one after which `noise` and `outlier` look at the gradients, `axes`
    those of "epochs", "updates", "examples", "seconds" that `loss` is drawn against, of a single run epochs unless
    said. `panel` is the number of the run, from 0, whose way alone `path` draws, on the axes of all.

    Raises MissingPartError without matplotlib, GraphvizADError for a name, a look or a size that is not there, and
    where the model lacks what the figure needs.
    """
    if kind not in FIGURES:
        near = nearest(kind, FIGURES)
        meant = f"did you mean '{near}'? " if near else ""
        raise OutputError(f"there is no figure '{kind}'", hint=f"{meant}the figures are {', '.join(FIGURES)}")
    style = make_style(theme=theme, lang=lang)
    size = size or ("slide" if style.theme.name == "slides" else "page")
    _require_size(size)
    with _no_word_of_caches():
        drawing = optional("graphviz_ad.export.run.figures.drawing", "plots", "a figure of a run")
    module = optional(f"graphviz_ad.export.run.figures.{FIGURES[kind].module}", "plots", "a figure of a run")
    given = subject if isinstance(subject, Comparison) else None
    runs = given.runs if given else (subject,)
    asked = Subject(runs, given, parameters, update, axes, panel)  # type: ignore[arg-type]
    if asked.run.updates == 0:
        raise InputError("the run has no update to show", hint="give a smaller learning rate")
    if FIGURES[kind].of_examples and not asked.run.model.columns:
        fitting = ", ".join(name for name, other in FIGURES.items() if not other.of_examples)
        raise InputError(f"the figure '{kind}' is of examples, and there are none", hint=f"take one of {fitting}")
    with drawing.settled():
        sheet = drawing.Sheet(style.theme, style.lang, size)
        words: Words = module.draw(sheet, asked)
        text, shown = sheet.svg(words.title, words.description)
    return Figure(text, shown, kind, words.description, title=words.title)


def _require_size(size: Size) -> None:
    """Raise OutputError for a size that is none."""
    if isinstance(size, str):
        if size not in _SIZES:
            raise OutputError(f"there is no size '{size}'", hint=f"use {' or '.join(_SIZES)}, or width and height")
    elif len(size) != 2 or not all(_MIN_PX <= side <= _MAX_PX for side in size):
        hint = f"give width and height in pixels, each {_MIN_PX:g} to {_MAX_PX:g}"
        raise OutputError("a figure cannot have that size", hint=hint)
