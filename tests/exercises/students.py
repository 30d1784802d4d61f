"""Students for the tests: one who answers right, and one for each mistake at each place."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from graphviz_ad import parse
from graphviz_ad.api import Trace
from graphviz_ad.exercises.making import of_formula, of_level
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.marking.marks import Mark
from graphviz_ad.exercises.sheets.key import letter_of, right_text
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Choice, Diagnosis, Exercise, Field, Number
from graphviz_ad.language import numbers
from graphviz_ad.misconceptions.diagnose import Slips

FORMULAS: dict[str, dict[str, tuple[int, ...]]] = {
    "u = 2*x; L = u*v": {},
    "p = a*b; q = b*c; L = p*q": {},
    "z = w*x + b; L = exp(z)": {},
    "z = w*x + b; L = softplus(z)": {},
    "h = tanh(w*x); L = (h - y)^2": {},
    "h = relu(w*x + b); L = h*v": {},
    "s = sigmoid(w); L = s*x + s*y": {},
    "a = x^2; b = a*y; L = b - x": {},
    "d = x - y; L = d^2 + d": {},
    "r = x/y; L = r^2": {},
    "L = (w*x - y)^2 + (w*u - v)^2": {},
    "e = w*x - y; L = 0.5*e^2": {},
    "g = sigmoid(a); L = g*x + (1 - g)*y": {},
    "c = a + b; d = b + 1; L = c*d": {},
    "z = x*y; L = z*x + z*y": {},
    "t = tanh(x); L = t^3": {},
    "m = x*y*z; L = m^2": {},
    "L = sqrt(x*x + y*y + 1)": {},
    "k = x^3; L = k*y - k": {},
    "q = exp(-x); L = w*q": {},
    "z = w*x; L = leaky_relu(z)*v": {},
    "o = 1/(1 + x^2); L = o*w": {},
    "予測 = 重み*入力 + 切片; 損失 = (予測 - 正解)^2": {},
    "z = W @ x; L = sum(z^2)": {"W": (2, 2), "x": (2,)},
    "h = W @ x + b; L = sum(tanh(h))": {"W": (2, 2), "x": (2,), "b": (2,)},
    "s = softmax(z); L = s[0]*3 + s[1]": {"z": (2,)},
    "L = mean((X @ w - y)^2)": {"X": (2, 2), "w": (2,), "y": (2,)},
    "d = x - m; L = sum(d^2)": {"x": (3,)},
    "L = dot(a, b) + sum(a)": {"a": (2,), "b": (2,)},
    "y = relu(W @ x); L = sum(y*v)": {"W": (2, 2), "x": (2,), "v": (2,)},
}
"""Formulas that no level has, with the shapes of their arrays."""


@cache
def level(number: int, seed: int = 1, lang: str = "en") -> Exercise:
    return of_level(number, seed, lang=lang)


@cache
def own(formula: str, seed: int = 1, asked: tuple[str, ...] = ()) -> Exercise:
    return of_formula(parse(formula), seed, shapes=FORMULAS.get(formula, {}), asked=asked)


def labelled(exercise: Exercise, label: str) -> Field:
    """Exercise and a label → its first field with that label."""
    return next(field for field in exercise.fields if plain(field.label) == label)


def mark_of(exercise: Exercise, answers: dict[str, str], name: str) -> Mark:
    """Exercise, answers and the name of a field → the mark of that field."""
    return next(field_mark for field_mark in mark(exercise, answers).marks if field_mark.field.name == name)


def right(exercise: Exercise) -> dict[str, str]:
    """Exercise → the answers of one who makes no mistake, as one writes them."""
    return {
        field.name: letter_of(field.response.right)
        if isinstance(field.response, Choice)
        else right_text(field, exercise.digits)
        for field in exercise.fields
    }


def answered(exercise: Exercise, mutant: Trace) -> tuple[dict[str, str], bool]:
    """Exercise and the pass of one who makes a mistake → the answers, and whether any of them shows it."""
    answers, shows = right(exercise), False
    for field in exercise.fields:
        response = field.response
        if not isinstance(response, Number) or response.quantity is None:
            continue
        number = response.quantity.read(mutant)
        if number is None:
            continue
        answers[field.name] = numbers.number(number, exercise.digits)
        shows = shows or abs(number - response.right) > response.tolerance
    return answers, shows


def mistaken(exercise: Exercise) -> Iterator[tuple[Diagnosis, dict[str, str]]]:
    """Exercise → every single mistake of either pass that shows in its answers, with these answers."""
    slips = Slips(exercise.trace)
    for diagnosis, mutant in (*slips.forward, *slips.single):
        answers, shows = answered(exercise, mutant)
        if shows:
            yield diagnosis, answers
