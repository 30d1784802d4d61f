"""Exercise → its graph for paper: boxes to write in, each with the number of its field, empty or with the answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Literal

from graphviz_ad.diagram.layout import Direction
from graphviz_ad.diagram.nodes import Placed
from graphviz_ad.diagram.paint import document, ink, rect
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.style import make_style
from graphviz_ad.diagram.theme import Theme
from graphviz_ad.diagram.typeset import Label, Request, text, typeset
from graphviz_ad.exercises.board import Board, board, small
from graphviz_ad.exercises.figures import Figure, figure
from graphviz_ad.exercises.key import right_math
from graphviz_ad.exercises.model import Exercise
from graphviz_ad.explain.words import say
from graphviz_ad.graph.build import parse
from graphviz_ad.language.printer import TYPST

State = Literal["blank", "key", "finished"]

_TAG, _ANSWER, _LEAST = 8.0, 13.0, 6.0
"""Sizes of type: the number of a field, an answer, and the smallest of an answer that is long."""
_PAD = 2.0
_ROOMS: tuple[tuple[Direction, str, float, float], ...] = (
    ("LR", "", 493.0, 300.0), ("TB", "", 493.0, 520.0), ("LR", "turned", 735.0, 400.0), ("TB", "page", 493.0, 690.0),
)  # fmt: skip
"""Ways to put a graph on paper: direction, whether on a page of its own and how it lies, width and height in points."""
_ENOUGH, _MOST = 0.62, 0.85
"""Points for a unit of the picture at which one can write in its boxes, and the most."""


def worksheet(exercise: Exercise, state: State, direction: Direction = "LR") -> Figure:
    """Exercise → its graph with boxes to write in, or with the answers in them, or with all that was computed.

    The places of the boxes do not depend on the answers.
    """
    style = make_style(lang=exercise.lang, digits=exercise.digits, direction=direction)
    if state == "finished":
        return figure(exercise, "finished", style)
    laid = board(exercise, style)
    fields = {field.name: field for field in exercise.fields}
    marks = typeset([Request(text(name), _TAG) for name in laid.fields], style.lang)
    theme, over = style.theme, []
    for box, mark in zip(laid.fields.values(), marks, strict=True):
        x0, y0, x1, y1 = box
        over.append(rect(x0, y0, x1 - x0, y1 - y0, f'fill="{theme.paper}" stroke="{theme.quiet}" stroke-width="0.8"'))
        if state == "blank":
            over.append(ink(Placed(mark, x0 + _PAD, y0 + _PAD - mark.box[1]), theme.quiet))
    if state == "key":
        answers = {name: f"${right_math(fields[name], exercise.digits).write(TYPST)}$" for name in laid.fields}
        over += _written(laid.fields, answers, theme, style.lang)
    said = say("figure.blank" if state == "blank" else "sheet.answers", style.lang)
    return _document(laid, "".join(over), exercise.title, said)


def arranged(exercise: Exercise, state: State) -> tuple[Figure, float, str]:
    """Exercise → its graph, points for a unit of it, and the page of its own that it needs, "" where it needs none."""
    found = []
    for direction, own, width, height in _ROOMS:
        made = worksheet(exercise, state, direction)
        scale = min(_MOST, width / made.width, height / made.height)
        found.append((made, scale, own))
        if scale >= _ENOUGH:
            return found[-1]
    return max(found, key=lambda one: one[1])


def _written(boxes: Mapping[str, Rect], answers: Mapping[str, str], theme: Theme, lang: str) -> list[str]:
    """Boxes and what stands in them → its outlines, smaller where it is long."""
    labels = typeset([Request(answers[name], _ANSWER) for name in boxes], lang)
    sizes = [_fitting(label, box) for label, box in zip(labels, boxes.values(), strict=True)]
    fitted = typeset([Request(answers[name], size) for name, size in zip(boxes, sizes, strict=True)], lang)
    return [ink(_centred(label, box), theme.backward) for label, box in zip(fitted, boxes.values(), strict=True)]


def _fitting(label: Label, box: Rect) -> float:
    room = box[2] - box[0] - 2 * _PAD
    return max(_LEAST, _ANSWER * min(1.0, room / max(label.width, 1.0)))


def _centred(label: Label, box: Rect) -> Placed:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return Placed(label, x - (label.box[0] + label.box[2]) / 2, y - (label.box[1] + label.box[3]) / 2)


def option(formula: str, letter: str, lang: str) -> Figure:
    """Formula and letter of an option → its graph, of which nothing tells the formula but the picture."""
    style = make_style(lang=lang)
    return _document(small(parse(formula), lang, style), "", letter, say("sheet.option", lang).format(letter=letter))


def _document(laid: Board, over: str, title: str, description: str) -> Figure:
    """A board and what lies over it → the figure."""
    body = laid.svg[laid.svg.index(">") + 1 : laid.svg.rindex("</svg>")]
    paper = rect(0, 0, laid.width, laid.height, 'fill="#ffffff"')
    key = hashlib.sha256((title + body + over).encode()).hexdigest()[:10]
    svg = document(
        (paper, body, over), laid.width, laid.height, title=title, description=description,
        shown=(laid.width, laid.height), key=key,
    )  # fmt: skip
    return Figure(svg, laid.width, laid.height, {})
