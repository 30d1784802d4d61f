"""Exercises → one PDF (A4) by Typst, tagged, whose words are text; each exercise begins on a page of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import Any
from unicodedata import east_asian_width

from graphviz_ad.autodiff.product_signs import shown_with_product_signs
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.fonts import MATH_FONT, TEXT_FONT, fonts_for, typst_lang
from graphviz_ad.diagram.header import MAX_SET_NODES
from graphviz_ad.diagram.theme import LIGHT
from graphviz_ad.diagram.typeset import new_compiler, text
from graphviz_ad.errors import ExerciseError
from graphviz_ad.exercises.registry import Files, Sheet
from graphviz_ad.exercises.sheets.figures import Figure
from graphviz_ad.exercises.sheets.printed import Cell, Choosable, Part, Printed, Row, printed
from graphviz_ad.exercises.sheets.worksheet import State, arranged, option_figure
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.phrase import Segment, plain
from graphviz_ad.items.model import Exercise, Text
from graphviz_ad.language.printer import DISPLAY, TYPST, write
from graphviz_ad.messages.catalogue import between, has_han, say
from graphviz_ad.ops.table import NOTATIONS

_PAGE_MM, _BOX_MM, _SIGNS_MM = 174.0, 20.0, 9.0
"""Widths of a line of the page, of a box, and of the signs about the boxes of a field."""
_LETTER_MM, _KANJI_MM, _MATH_MM = 1.7, 3.8, 1.2
"""Width of a character of a label; less in mathematics, where fractions stand one over the other."""
_MAX_COLUMNS = 3
"""Fields side by side: a fourth would leave each label the width of four letters."""
_MAX_UNBROKEN_ITEMS = 26
"""Rows, options and given lines of a question that stays on one page: with more it may go on on the next."""
_MAX_SHORT_CHARACTERS = 34
"""Of an option of which two stand side by side: half a line."""
_MAX_OPTION_SCALE, _MAX_OPTION_WIDTH, _MAX_OPTION_HEIGHT = 0.55, 205.0, 120.0
"""Of the graph of an option, in points: two of them stand side by side."""
_MINUS = re.compile(r"(?<![\w-])-(?=\d)")
"""The sign of a negative number in a text."""
_UNSET = re.compile(r'the text `"(.+?)"` could not be displayed')
"""What Typst says of a sign that no font has, which PDF/UA forbids."""
_WORDS = ("name", "date", "ident", "given", "all", "page")
"""Keys of the texts that the template sets itself."""


def handout(exercises: Sequence[Exercise], name: str, sheet: Sheet) -> Files:
    """Exercises → one PDF of them all; pages are numbered for each of them (PDF/UA-1, ISO 14289-1)."""
    return [(f"{name}.pdf", document(exercises, sheet))]


def document(exercises: Sequence[Exercise], sheet: Sheet, *, fillable: bool = False) -> bytes:
    """Exercises and which sheet → the PDF; if it is to be filled in, places to write in are links to `field:NAME`.

    A sign of a name that no font has, as an emoji, is left out. Raises ExerciseError where a sign stands elsewhere.
    """
    try:
        return _compiled(exercises, sheet, fillable)
    except RuntimeError as problem:  # of which TypstError is one
        unset = _UNSET.search(str(problem))
        if unset is None:
            raise
        sign = unset[1]
        if not any(sign in exercise.student.name for exercise in exercises):
            hint = "write it otherwise, or install a font that has it"
            raise ExerciseError(f"no font has '{sign}'", hint=hint) from None
        known = [
            replace(each, student=replace(each.student, name=each.student.name.replace(sign, ""))) for each in exercises
        ]
        return document(known, sheet, fillable=fillable)


def _compiled(exercises: Sequence[Exercise], sheet: Sheet, fillable: bool) -> bytes:
    """Exercises and which sheet → the PDF. Raises TypstError."""
    lang = exercises[0].lang
    sheets = json.dumps([_sheet(printed(exercise, sheet), fillable) for exercise in exercises], ensure_ascii=False)
    words = json.dumps({key: say(f"sheet.{key}", lang) for key in _WORDS}, ensure_ascii=False)
    fonts = fonts_for(sheets + words, lang=lang)
    compiled: bytes = _compiler(fonts.folders).compile(
        sys_inputs={
            "sheets": sheets, "words": words, "lang": typst_lang(lang), "textfont": TEXT_FONT, "mathfont": MATH_FONT,
            "heading": "regular" if has_han(lang) else "bold", "fillable": "yes" if fillable else "no",
            "families": json.dumps(fonts.families), "second": LIGHT.backward, "title": exercises[0].title,
        },
        format="pdf", pdf_standards=["ua-1"],
    )  # fmt: skip
    return compiled


@lru_cache(maxsize=2)
def _compiler(folders: tuple[str, ...]) -> Any:
    """Folders of fonts → a compiler for sheets, kept."""
    template = files("graphviz_ad.exercises.formats").joinpath("pdf.typ").read_text(encoding="utf-8")
    return new_compiler(template, folders)


def _sheet(page: Printed, fillable: bool) -> dict[str, object]:
    """A sheet → what the template is given: markup and pictures."""
    exercise = page.exercise
    lang = exercise.lang
    described = say("sheet.answers" if page.sheet == "key" else "figure.blank", lang)
    graphs = [_graph(exercise, "blank" if page.sheet == "blank" else "key", described, "")]
    if page.sheet == "solution":
        graphs.append(_graph(exercise, "finished", say("figure.finished", lang), say("sheet.finished", lang)))
    about = list(map(_text, page.about))
    if page.sheet == "blank" and graphs[0]["own"]:
        about.append(text(say("sheet.last", lang)))
    if fillable:
        about.append(text(say("sheet.form", lang)))
    return {
        "title": page.title, "kind": "" if page.sheet == "blank" else say(f"sheet.{page.sheet}", lang),
        "student": text(exercise.student.name) if exercise.student.name else "",
        "ident": text(exercise.student.ident) if exercise.student.ident else "",
        "mark": page.mark, "points": page.points, "name": page.sheet == "blank",
        "formula": _formula(exercise.trace), "inputs": list(map(_text, page.inputs)),
        "about": about, "graphs": graphs, "parts": [_part(part, lang) for part in page.parts],
    }  # fmt: skip


def _graph(exercise: Exercise, state: State, alt: str, heading: str) -> dict[str, object]:
    figure, scale, own = arranged(exercise, state)
    return _picture(figure, scale, alt) | {"own": own, "heading": heading}


def _picture(figure: Figure, scale: float, alt: str) -> dict[str, object]:
    return {"svg": figure.svg, "width": scale * figure.width, "alt": alt}


def _part(part: Part, lang: str) -> dict[str, object]:
    items = sum(len(row.options) + len(row.cells) for row in part.rows) + len(part.given)
    return {
        "heading": part.heading, "points": part.points, "prompt": _text(part.prompt),
        "given": list(map(_text, part.given)), "rows": [_row(row, lang) for row in part.rows], "above": part.above,
        "columns": _columns(part), "solution": [list(_step(line, lang)) for line in part.solution],
        "breakable": items > _MAX_UNBROKEN_ITEMS,
    }  # fmt: skip


def _columns(part: Part) -> int:
    """Question → the number of its fields side by side."""
    if any(row.kind != "number" for row in part.rows):
        return 1
    label = max(sum(map(_width, row.label)) for row in part.rows)
    widest = max(len(cells) for row in part.rows for cells in row.cells)
    return max(1, min(_MAX_COLUMNS, int(_PAGE_MM / (label + max(1.4, widest) * _BOX_MM + _SIGNS_MM))))


def _width(segment: Segment) -> float:
    """Piece of a label → about how many millimetres it is wide."""
    if segment[0] == "math":
        return _MATH_MM * len(segment[1].write(DISPLAY))
    return sum(_KANJI_MM if east_asian_width(character) in "WF" else _LETTER_MM for character in segment[1])


def _row(row: Row, lang: str) -> dict[str, object]:
    columns = 2 if all(len(plain(option.words)) <= _MAX_SHORT_CHARACTERS for option in row.options) else 1
    return {
        "kind": row.kind, "label": _text(row.label), "name": row.name, "side": columns,
        "cells": [list(map(_cell, cells)) for cells in row.cells],
        "options": [_option(option, lang) for option in row.options],
    }  # fmt: skip


def _cell(cell: Cell) -> dict[str, object]:
    return {"name": cell.name, "answer": None if cell.answer is None else _math(cell.answer)}


def _option(option: Choosable, lang: str) -> dict[str, object]:
    picture = None
    if option.formula is not None:
        figure = option_figure(option.formula, option.letter, lang)
        scale = min(_MAX_OPTION_SCALE, _MAX_OPTION_WIDTH / figure.width, _MAX_OPTION_HEIGHT / figure.height)
        picture = _picture(figure, scale, say("sheet.option", lang).format(letter=option.letter))
    return {"letter": option.letter, "words": _text(option.words), "picture": picture, "marked": option.marked}


def _step(line: Text, lang: str) -> Iterable[str]:
    """A line of a solution → its equation and its sentence, each on a line of its own."""
    if len(line) > 1 and line[0][0] == "math" and line[1] == ("text", between("language.step", lang)):
        return _text(line[:1]), _text(line[2:])
    return (_text(line),)


def _formula(trace: Trace) -> list[str]:
    """Trace → the statements of its formula as markup, or its text where it is too long to be set."""
    program = trace.graph.program
    if len(program.tree) > MAX_SET_NODES:
        return [text(" ".join(program.source.text.split()))]
    tree, equations = shown_with_product_signs(trace), []
    for statement in program.statements:
        texts = []
        for dialect in (TYPST, DISPLAY):
            right = write(tree, statement.root, dialect.using(NOTATIONS))
            params = f"({', '.join(map(dialect.write_name, statement.params))})" if statement.params is not None else ""
            texts.append(f"{dialect.write_name(statement.name)}{params} = {right}" if statement.name else right)
        equations.append(_equation(*texts))
    return equations


def _text(segments: Iterable[Segment]) -> str:
    """Words with mathematics → markup; a minus sign before a number is one."""
    return "".join(
        text(_MINUS.sub("−", segment[1])) + ";" if segment[0] == "text" else _math(segment[1]) for segment in segments
    )


def _math(chain: Chain) -> str:
    """Chain → markup."""
    return _equation(chain.write(TYPST), chain.write(DISPLAY))


def _equation(typst: str, alt: str) -> str:
    """Typst mathematics, and the same as plain text, which a PDF reads aloud → markup."""
    return f"#math.equation(alt: {text(alt)[1:]}, ${typst}$);"
