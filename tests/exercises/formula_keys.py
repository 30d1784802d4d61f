"""Every operation with an exercise about its own derivative, and right answers to it."""

from __future__ import annotations

import re
from functools import cache

from graphviz_ad import parse
from graphviz_ad.exercises.making import of_formula
from graphviz_ad.exercises.sheets.key import right_text
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Exercise, Field, Formula
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import TABLE

OPERATIONS = [row for row in TABLE if row.pointwise and row.scalar is not None and not row.internal]


def asked(row: Operation) -> Exercise:
    """Operation → an exercise that asks for its local derivatives as formulas."""
    return _exercise(f"L = {row.name}({', '.join(row.params)})")


@cache
def _exercise(formula: str) -> Exercise:
    return of_formula(parse(formula), 1, asked=("rules",))


def stated(row: Operation, field: Field) -> str:
    """Operation and the field of one of its edges → the derivative as `graphviz-ad ops` states it, with the name of the
    node and the numbers of its options put in."""
    assert field.place is not None
    assert field.place[1] is not None
    names = {"out": "L"} | {name: f"({value!r})" for name, value in row.options.items()}
    return re.sub(r"[^\W\d]\w*", lambda word: names.get(word[0], word[0]), row.partials[field.place[1]])


def shown(exercise: Exercise, field: Field) -> str:
    """Field → its derivative as the worked solution shows it."""
    (question,) = exercise.questions
    return plain(question.solution[question.fields.index(field)]).partition(" = ")[2]


def right_spellings(row: Operation, field: Field) -> list[str]:
    """Operation and the field of one of its edges → the derivative as key, as solution and as `graphviz-ad ops` spell it."""
    return [right_text(field, 4), shown(asked(row), field), stated(row, field)]


def wrong(field: Field) -> str:
    assert isinstance(field.response, Formula)
    return f"1.0001*({field.response.right}) - 0.00037"
