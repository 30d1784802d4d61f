"""What a document asks for → a figure: a formula with its values, which pictures of it, and how they look."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from graphviz_ad import __version__
from graphviz_ad.autodiff.detail import Detail, closed
from graphviz_ad.autodiff.grad_calls import calling
from graphviz_ad.autodiff.passes import run
from graphviz_ad.autodiff.statements import statement_steps
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.annotations import AnnotationOptions, marks
from graphviz_ad.diagram.captions import spoken
from graphviz_ad.diagram.frames import Frame
from graphviz_ad.diagram.layout import Direction
from graphviz_ad.diagram.picture import Deck, Picture
from graphviz_ad.diagram.selection import WHOLE, Selection, SelectionOptions, chosen, make_selection, require_step
from graphviz_ad.diagram.style import Fit, Style, make_style
from graphviz_ad.diagram.surroundings import plain_caption
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.explain.equations import Symbol
from graphviz_ad.explain.moments import ExplainedStep
from graphviz_ad.export.files import write_atomic
from graphviz_ad.export.registry import PICTURES, make
from graphviz_ad.graph.build import parse
from graphviz_ad.language.assignments import Value, read_assignments
from graphviz_ad.language.number_format import (
    DEFAULT_ENTRIES,
    MAX_DIGITS,
    MAX_ENTRIES,
    MIN_ENTRIES,
    NumberStyle,
    Unasked,
)
from graphviz_ad.language.numbers import DEFAULT_DIGITS

ANNOTATIONS = ("same-rank", "first", "highlight", "title", "caption", "note", "legend", "equations")
"""Those of them that say something about the picture; several sets of nodes, and several notes, stand between `;`."""
OPTIONS = (
    "step", "by", "steps", "only", "skip", "theme", "inputs", "lang", "digits", "numbers", "entries", "direction",
    "fit", "show", "hide", "expand", "collapse", "pairs", "detail", "close", "open", "backward-graph",
    "calls", *ANNOTATIONS,
)  # fmt: skip
"""Options of a figure, each a text."""
FLAGS = ("legend", "pairs", "backward-graph")
"""Those of them that need no text."""
_NEXT_NOTE = re.compile(r"[;\n]\s*(?=[^\s=;]+\s*=)")
"""Between two notes: a semicolon or the end of a line, if NODE= follows."""

STEPS = ("last", "all", "player")
"""What `step` may be besides a number: the finished picture, every step, the page that plays them.

Without it, what says which steps (`by`, `steps` …) asks for all of these.
"""


@dataclass(frozen=True)
class Figure:
    """A formula with its values, the pictures that are shown of it, and their look."""

    formula: str
    inputs: dict[str, Value]
    step: int | str
    expand: tuple[str, ...]
    collapse: tuple[str, ...]
    style: Style
    start: int = 0
    """The step at which a player begins."""
    selection: Selection = WHOLE
    """What makes a step, and which of them are shown."""
    pairs: bool = False
    """Whether sums and products have two terms each."""
    close: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    """Parts of the formula to close, and to leave open, besides the level of detail in the style."""
    calls: str = ""
    """Calls on PyTorch's .grad, which are steps too."""

    @property
    def name(self) -> str:
        """The beginning of the names of its files, which holds a hash of all that they depend on."""
        look = (
            self.formula,
            sorted(self.inputs.items()),
            self.expand,
            self.collapse,
            self.pairs,
            self.close,
            self.open,
            self.calls,
            self.style,
            self.start,
            self.selection,
            __version__,
        )
        return "graph-" + hashlib.sha256(repr(look).encode()).hexdigest()[:16]

    def trace(self) -> Trace:
        """Both passes over it. Raises GraphvizADError, also for a node that is named and not there."""
        graph = parse(self.formula, expand=self.expand, collapse=self.collapse, given=self.inputs, pairs=self.pairs)
        trace = closed(run(graph, dict(self.inputs)), self.style.detail or "operation", self.close, self.open)
        trace = calling(trace, self.calls) if self.calls else trace
        marks(trace.graph, self.style.annotations)
        return trace

    def numbers(self, trace: Trace) -> list[int]:
        """Trace → the numbers of the frames to show; in place of a player stands the finished picture.

        Raises GraphvizADError for a step that is not there.
        """
        total = len(trace.steps)
        for step in (self.step, self.start):
            if isinstance(step, int) and step > total:
                raise GraphvizADError(f"there is no step {step}", hint=f"the steps are 0 to {total}")
        shown = chosen(trace, self.selection)
        if self.step == "all":
            return shown
        if isinstance(self.step, str):
            return shown[-1:]
        require_step(trace, self.selection, self.step)
        return [self.step]

    def spoken(self, trace: Trace, number: int) -> str:
        """Number of a frame → what it shows in one line, for screen readers; nothing is drawn for it."""
        steps: dict[int, ExplainedStep] = {step.k: step for step in trace.steps}
        if self.selection.by == "statement":
            steps |= {statement.k: statement for statement in statement_steps(trace)}
        frame = Frame(min(number, len(trace.steps)), steps.get(number), None, (), ())
        sentence = spoken(trace, frame, self.style.lang, self.style.digits)
        return " ".join(filter(None, (sentence, plain_caption(self.style.annotations))))


def read_figure(formula: str, options: Mapping[str, str], inputs: Mapping[str, Value], lang: str) -> Figure:
    """Formula, options and inputs as a document gives them → Figure; `lang` is the language unless an option says one.

    Raises GraphvizADError, of which only what is wrong in the formula itself is left to `Figure.trace`.
    """
    values = read_assignments(options.get("inputs", ""), "inputs")
    for name in values.keys() & inputs.keys():
        raise GraphvizADError(f"'{name}' is given twice", hint=f"leave out one of the values of '{name}'")
    asked = options.get("digits")
    digits = Unasked(DEFAULT_DIGITS) if asked is None else _count("digits", asked, 1, MAX_DIGITS)
    entries = _count("entries", options.get("entries", str(DEFAULT_ENTRIES)), MIN_ENTRIES, MAX_ENTRIES)
    numbers = cast(NumberStyle, options.get("numbers", "decimal"))  # as is another direction
    direction = cast(Direction, options.get("direction", "LR"))  # another is refused there
    fit = cast(Fit, options.get("fit", "graph"))
    style = make_style(
        options.get("theme", "light"), options.get("lang", lang), digits, direction, fit,
        show=options.get("show", ""), hide=options.get("hide", ""), numbers=numbers, entries=entries,
        detail=cast(Detail | None, options.get("detail")), backward_graph=_is_on("backward-graph", options),
        **_annotations(options),
    )  # fmt: skip
    which = {name: options[name] for name in ("by", "steps", "only", "skip") if name in options}
    step, start = _step(options.get("step", "all" if which else "last"))
    for name in which.keys() - {"by"}:
        if step not in ("all", "player"):
            raise GraphvizADError(f"'{name}' is for several steps", hint="it goes with the step all or player")
    return Figure(
        formula,
        values | dict(inputs),
        step,
        _names(options.get("expand")),
        _names(options.get("collapse")),
        style,
        start,
        make_selection(**cast(SelectionOptions, which)),
        _is_on("pairs", options),
        _names(options.get("close")),
        _names(options.get("open")),
        options.get("calls", ""),
    )


def _count(option: str, text: str, least: int, largest: int) -> int:
    """A number of digits or entries as written → it. Raises GraphvizADError for one that there is not."""
    if not (text.isdecimal() and least <= int(text) <= largest):
        raise GraphvizADError(f"'{text}' is no number of {option}", hint=f"use {least} to {largest}")
    return int(text)


def _annotations(options: Mapping[str, str]) -> AnnotationOptions:
    """Options of a figure → those that say something about the picture."""
    return {
        "same_rank": options.get("same-rank", "").split(";"), "first": options.get("first", ""),
        "highlight": options.get("highlight", "").split(";"), "title": options.get("title", ""),
        "caption": options.get("caption", ""), "legend": _is_on("legend", options),
        "equations": cast(Symbol | None, options.get("equations")),
        "note": [note for note in _NEXT_NOTE.split(options.get("note", "")) if note.strip()],
    }  # fmt: skip


def _is_on(flag: str, options: Mapping[str, str]) -> bool:
    """Name of a flag, and the options of a figure → whether it is set. Raises GraphvizADError."""
    if (choice := options.get(flag, "no")) not in ("", "yes", "no"):
        raise GraphvizADError(f"'{choice}' is no choice for {flag}", hint="use yes or no")
    return choice != "no"


def _step(text: str) -> tuple[int | str, int]:
    """`step` as written → a number, or one of STEPS; and where a player begins, as in "player 4"."""
    if text in STEPS:
        return text, 0
    player, _, number = text.rpartition(" ")
    if not number.isdecimal() or player.strip() not in ("", "player"):
        wrong = text.removeprefix("player ")
        raise GraphvizADError(f"there is no step '{wrong}'", hint=f"use a number, or {', '.join(STEPS)}")
    return ("player", int(number)) if player else (int(number), 0)


def _names(text: str | None) -> tuple[str, ...]:
    """Names with commas or spaces between them → the names."""
    return tuple(re.findall(r"[^\s,]+", text or ""))


def svgs(figure: Figure, trace: Trace) -> list[tuple[str, str]]:
    """Figure and its trace → each picture as SVG, and what it shows in one line."""
    deck, numbers = _deck(figure, trace), figure.numbers(trace)
    return [(deck.svg(number), figure.spoken(trace, number)) for number in numbers]


def player(figure: Figure, trace: Trace) -> str:
    """Figure and its trace → the page that plays the steps."""
    style = replace(figure.style, fit="page")
    deck = Deck(trace, style, [], selection=figure.selection)  # its words are text of the page
    return make("html", deck, deck.pictures(), "", lambda done: None, start=figure.start)[0].decode()


def height(page: str) -> int:
    """Page that plays steps → how high a frame for it is, in pixels: the picture, and the controls and words around."""
    viewport = re.search(r'viewBox="\S+ \S+ \S+ (\S+)"', page[page.index("<figure") :])
    assert viewport is not None, "the page has a picture"
    return round(min(max(_MIN_HEIGHT_PX, _CONTROLS_PX + float(viewport[1])), _MAX_HEIGHT_PX))


_CONTROLS_PX = 440
"""What controls, equation and sentence take, measured in a column of text as narrow as documents have."""
_MIN_HEIGHT_PX, _MAX_HEIGHT_PX = 520, 900
"""Of the frame: the controls with a single row of nodes, and what is seen at once on a screen of 1080."""


def write(figure: Figure, numbers: Sequence[int], kind: str, folder: str) -> list[str]:
    """Figure, numbers of its frames and format → the paths of its pictures in the folder; those there are not drawn.

    Raises GraphvizADError.
    """
    paths = [os.path.join(folder, f"{figure.name}-{number:03d}.{kind}") for number in numbers]
    missing = [(path, number) for path, number in zip(paths, numbers, strict=True) if not os.path.exists(path)]
    if missing:
        os.makedirs(folder, exist_ok=True)
        deck = _deck(figure, figure.trace())
        for path, number in missing:
            write_atomic(path, PICTURES[kind](Picture(deck, number)))
    return paths


def write_player(figure: Figure, folder: str) -> str:
    """Figure → the path of its player in the folder, which is not made anew if it is there.

    Raises GraphvizADError.
    """
    path = os.path.join(folder, f"{figure.name}.html")
    if not os.path.exists(path):
        os.makedirs(folder, exist_ok=True)
        write_atomic(path, player(figure, figure.trace()).encode())
    return path


def _deck(figure: Figure, trace: Trace) -> Deck:
    """The deck in which the figure's frames are."""
    only = None if figure.step == "all" else figure.numbers(trace)
    return Deck(trace, figure.style, only, selection=figure.selection)
