"""Formula or level, and a seed → an exercise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import ExerciseError, nearest
from graphviz_ad.exercises.inputs import choose
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.questions.kinds import KINDS, usual
from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.explain.phrase import require
from graphviz_ad.graph.build import parse
from graphviz_ad.graph.graph import Graph
from graphviz_ad.items.model import Exercise, Question
from graphviz_ad.language.numbers import DEFAULT_DIGITS
from graphviz_ad.values import Shape

_STEPS = frozenset(("values", "locals", "contributions", "gradients"))
"""Kinds of question that ask for the numbers on the way."""


def of_level(
    level: int, seed: int, *, asked: Sequence[str] = (), lang: str = "en", digits: int = DEFAULT_DIGITS
) -> Exercise:
    """Level of the built-in course and seed → an exercise, with its own kinds of question unless others are given.

    The same seed gives the same exercise. Raises ExerciseError for a level that is not there.
    """
    if level not in LEVELS:
        raise ExerciseError(f"there is no level {level}", hint=f"the levels are {min(LEVELS)} to {max(LEVELS)}")
    template = LEVELS[level].templates[Random(f"level {level} {seed}").randrange(len(LEVELS[level].templates))]  # noqa: S311
    kinds = asked or LEVELS[level].asked
    trace = choose(
        parse(template.formula), seed, shapes=template.shapes, wrt=template.wrt or None,
        results_alone=_are_results_alone(kinds),
    )  # fmt: skip
    return ask(trace, kinds, seed, lang=lang, digits=digits, level=level, strict=bool(asked))


def of_formula(
    graph: Graph, seed: int, *, asked: Sequence[str] = (), given: Mapping[str, object] | None = None,
    shapes: Mapping[str, Shape] | None = None, lang: str = "en", digits: int = DEFAULT_DIGITS,
) -> Exercise:  # fmt: skip
    """Graph, seed, kinds of question, values that are fixed, shapes of arrays → an exercise; other inputs are chosen.

    Raises ExerciseError where no good inputs are found, or there is nothing to ask; what `run` raises for the values.
    """
    kinds = asked or usual()
    trace = choose(graph, seed, given, shapes, results_alone=_are_results_alone(kinds))
    return ask(trace, kinds, seed, lang=lang, digits=digits, strict=bool(asked))


def _are_results_alone(kinds: Sequence[str]) -> bool:
    """Whether gradients of inputs are asked for, and no step before them."""
    return "inputs" in kinds and _STEPS.isdisjoint(kinds)


def ask(
    trace: Trace, asked: Sequence[str], seed: int, *, lang: str = "en", digits: int = DEFAULT_DIGITS,
    level: int | None = None, strict: bool = False,
) -> Exercise:  # fmt: skip
    """Trace and kinds of question → the exercise, without kinds of which the formula has none; with `strict` an error.

    A kind that is named twice is asked once.

    Raises ExerciseError for a kind that is not known, and where no question is left.
    """
    require(lang)
    asked = tuple(dict.fromkeys(asked))
    for kind in asked:
        if kind not in KINDS:
            near = nearest(kind, KINDS)
            hint = f"did you mean '{near}'?" if near else "the kinds are " + ", ".join(KINDS)
            raise ExerciseError(f"there is no kind of question '{kind}'", hint=hint)
    trace = trace.shown  # whose answers are 0 where rounding left something else
    asker = Asker(trace, lang, digits, Random(seed))  # noqa: S311
    questions, missing = list[Question](), list[str]()
    for kind in asked:
        question = KINDS[kind].make(asker, f"q{len(questions) + 1}")
        if question is None:
            missing.append(kind)
        else:
            questions.append(question)
    if missing and (strict or not questions):
        raise ExerciseError(
            f"this formula has nothing to ask of the kind '{missing[0]}'",
            hint=f"leave it out, or take another formula: {KINDS[missing[0]].needs}",
        )
    return Exercise(trace, tuple(questions), asked, lang, digits, seed, level)


def asked_again(
    trace: Trace, named: Iterable[tuple[str, str]], asked: Sequence[str], seed: int, lang: str, digits: int,
    level: int | None,
) -> Exercise:  # fmt: skip
    """Trace, names and kinds of questions that were asked of it, and all kinds → the exercise with these questions, to
    be marked with: without hints."""
    asker = Asker(trace.shown, lang, digits, Random(seed), with_hints=False)  # noqa: S311
    attempts = (KINDS[kind].make(asker, name) for name, kind in named)
    questions = tuple(question for question in attempts if question)
    return Exercise(asker.trace, questions, tuple(asked), lang, digits, seed, level)
