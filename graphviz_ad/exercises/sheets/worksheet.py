"""Exercise → its graph to be looked at or printed: a box for each field, with its number, or with the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from graphviz_ad.diagram.layout import Direction
from graphviz_ad.diagram.nodes import Placed
from graphviz_ad.diagram.paint import ink, rect
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.style import make_style
from graphviz_ad.diagram.typeset import Label, Request, text, typeset
from graphviz_ad.exercises.sheets.figures import Figure, centred, finished, written_on
from graphviz_ad.exercises.sheets.fillable_graph import bare_graph, fillable_graph
from graphviz_ad.exercises.sheets.key import right_math
from graphviz_ad.graph.build import parse
from graphviz_ad.items.model import Exercise
from graphviz_ad.language.printer import TYPST
from graphviz_ad.messages.catalogue import say

State = Literal["blank", "numbered", "key", "finished"]
"""With boxes to write in, with boxes to refer to, with the answers, or with all that was computed."""

_TAG_SIZE, _ANSWER_SIZE, _MIN_SIZE = 8.0, 13.0, 6.0
"""Of type, in units of the picture: a field's number in its corner, an answer, and a long answer that has to fit."""
_PAD = 2.0
"""Between the frame of a box and what stands in it, in units of the picture."""
_PAGES: tuple[tuple[Direction, str, float, float], ...] = (
    ("LR", "", 493.0, 300.0), ("TB", "", 493.0, 520.0), ("LR", "turned", 720.0, 460.0), ("TB", "page", 493.0, 690.0),
)  # fmt: skip
"""Layouts of a graph on paper, the best first: direction, whether it has a page of its own and how it lies there,
width and height in points of the room on A4."""
_SCREEN_WIDTH = 900.0
"""Units of a picture that stand side by side on a page of a platform without getting too small to be read."""
_WRITABLE_SCALE, _MAX_SCALE = 0.6, 0.85
"""Points for a unit of the picture: at the first one can write in its boxes, at the second type is as large as text."""


def worksheet(exercise: Exercise, state: State, direction: Direction = "LR", *, edges: bool = True) -> Figure:
    """Exercise → its graph in that state, with or without boxes at edges; their places do not depend on the answers."""
    style = make_style(lang=exercise.lang, digits=exercise.digits, direction=direction)
    if state == "finished":
        return finished(exercise, style)
    blank, theme = fillable_graph(exercise, style, edges=edges), style.theme
    frame = f'fill="{theme.paper}" stroke="{theme.quiet}" stroke-width="0.8"'
    over = [rect(x0, y0, x1 - x0, y1 - y0, frame) for x0, y0, x1, y1 in blank.fields.values()]
    if state == "key":
        fields = {field.name: field for field in exercise.fields}
        answers = {name: f"${right_math(fields[name], exercise.digits).write(TYPST)}$" for name in blank.fields}
        over += _written(blank.fields, answers, theme.backward, style.lang)
    elif state == "numbered":
        over += _written(blank.fields, {name: text(name) for name in blank.fields}, theme.quiet, style.lang)
    else:
        marks = typeset([Request(text(name), _TAG_SIZE) for name in blank.fields], style.lang)
        for (x, y, _, _), mark in zip(blank.fields.values(), marks, strict=True):
            over.append(ink(Placed(mark, x + _PAD, y + _PAD - mark.box[1]), theme.quiet))
    description = say("sheet.answers" if state == "key" else "figure.blank", style.lang)
    return written_on(blank, "".join(over), theme.paper, exercise.title, description)


def on_screen(exercise: Exercise, state: State) -> Figure:
    """Exercise → its graph from left to right, or from top to bottom where that is narrower than a wide one."""
    wide = worksheet(exercise, state)
    if wide.width <= _SCREEN_WIDTH:
        return wide
    return min(wide, worksheet(exercise, state, "TB"), key=lambda figure: figure.width)


def arranged(exercise: Exercise, state: State) -> tuple[Figure, float, str]:
    """Exercise → its graph, points for a unit of it, and the page of its own that it needs, "" where it needs none.

    Where one could not write in its boxes on any page, those at edges are left out: all answers have fields besides.
    """
    layouts = []
    for edges in (True, False) if state != "finished" else (True,):
        for direction, own, width, height in _PAGES:
            figure = worksheet(exercise, state, direction, edges=edges)
            scale = min(_MAX_SCALE, width / figure.width, height / figure.height)
            layouts.append((figure, scale, own))
            if scale >= _WRITABLE_SCALE:
                return layouts[-1]
    return max(layouts, key=lambda layout: layout[1])


def _written(boxes: Mapping[str, Rect], texts: Mapping[str, str], colour: str, lang: str) -> list[str]:
    """Boxes and the text of each → its outlines, smaller where it is long."""
    labels = typeset([Request(texts[name], _ANSWER_SIZE) for name in boxes], lang)
    sizes = [_fitting(label, box) for label, box in zip(labels, boxes.values(), strict=True)]
    fitted = typeset([Request(texts[name], size) for name, size in zip(boxes, sizes, strict=True)], lang)
    return [ink(centred(label, box), colour) for label, box in zip(fitted, boxes.values(), strict=True)]


def _fitting(label: Label, box: Rect) -> float:
    """Label of an answer and its box → the size of type at which it fits."""
    room = box[2] - box[0] - 2 * _PAD
    return max(_MIN_SIZE, _ANSWER_SIZE * min(1.0, room / max(label.width, 1.0)))


def option_figure(formula: str, letter: str, lang: str) -> Figure:
    """Formula and letter of an option → its graph; title and description do not give the formula away."""
    style = make_style(lang=lang)
    description = say("sheet.option", lang).format(letter=letter)
    return written_on(bare_graph(parse(formula), lang, style), "", style.theme.paper, letter, description)
