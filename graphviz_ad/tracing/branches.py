"""A computation with unknown numbers → a tree of forks: a comparison that decides is answered yes and no in turn."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

Outcome = TypeVar("Outcome")
"""What a computation comes to where unknown numbers decide nothing more."""

Test = Callable[[float], float]
"""What is computed of one number alone, for floats."""


class Question(Protocol):
    """A number that is asked for its truth; see `tracing.scalar.TracedFloat`."""

    code: str
    of: str | None
    test: Test | None
    near: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Fork:
    """A question that decides: its JavaScript, and what comes of a yes and of a no, forks in their turn or the end."""

    ask: str
    yes: object
    no: object


@dataclass
class _Exploration:
    """One run through the computation, with the answers that lead to its end, by the question's text.

    `open` are the questions that had no answer yet, in their order: they are answered yes. `tests` are, by number, the
    tests made of it with their answers, and `near` the numbers it was compared with.
    """

    answers: dict[str, bool]
    open: list[str] = field(default_factory=list)
    tests: dict[str, list[tuple[Test, bool]]] = field(default_factory=dict)
    near: dict[str, list[float]] = field(default_factory=dict)

    def leave(self, ask: str) -> bool:
        """Question without an answer → yes; no is explored later."""
        self.open.append(ask)
        self.answers[ask] = True
        return True


_exploration: ContextVar[_Exploration | None] = ContextVar("exploration", default=None)
"""The run that is being explored, None where none is."""
_ANYWHERE = (math.nan, math.inf, -math.inf, 0.0, 1e-300, -1e-300, 1.0, -1.0, 0.37, -0.37, 1e300, -1e300)
"""Numbers of every kind, to see whether a question is answered by those before it."""


def explore(make: Callable[[], Outcome]) -> Outcome | Fork:
    """Computation with unknown numbers → its result where they decide nothing, else forks that lead to its results.

    `make` is run once for every result, and must do the same every time. Answers that no number gives are left out.
    """
    return _explored(make, {})


def _explored(make: Callable[[], Outcome], answers: dict[str, bool]) -> Outcome | Fork:
    exploration = _Exploration(dict(answers))
    token = _exploration.set(exploration)
    try:
        result: Outcome | Fork = make()
    finally:
        _exploration.reset(token)
    for at in reversed(range(len(exploration.open))):
        *before, ask = exploration.open[: at + 1]
        no = _explored(make, answers | dict.fromkeys(before, True) | {ask: False})
        result = result if result == no else Fork(ask, result, no)
    return result


def decide(question: Question) -> bool:
    """A number that is asked for its truth → the answer in the run that is being explored.

    Raises LookupError where nothing is being explored.
    """
    exploration = _exploration.get()
    if exploration is None:
        raise LookupError(f"no one knows {question.code}")
    answer = exploration.answers.get(question.code)
    of, test = question.of, question.test
    if of is not None and test is not None:
        near = exploration.near.setdefault(of, [])
        for value in question.near:
            near += [value, math.nextafter(value, math.inf), math.nextafter(value, -math.inf), -value]
        answers = exploration.tests.setdefault(of, [])
        if answer is None:
            left = (number for number in (*_ANYWHERE, *near) if all(bool(past(number)) == so for past, so in answers))
            outcomes = {bool(test(number)) for number in left}
            if len(outcomes) == 1:
                return outcomes.pop()
            answer = exploration.leave(question.code)
        answers.append((test, answer))
    elif answer is None:
        answer = exploration.leave(question.code)
    return answer


def leaves(outcome: object) -> Iterator[str]:
    """Markup, or a fork → the markups it may lead to."""
    if isinstance(outcome, Fork):
        yield from leaves(outcome.yes)
        yield from leaves(outcome.no)
    else:
        assert isinstance(outcome, str)
        yield outcome


def numbered(outcome: object, markups: list[str]) -> Fork | tuple[int, ...]:
    """Markup, or a fork → the same with the number of each markup in its place."""
    if isinstance(outcome, Fork):
        return Fork(outcome.ask, numbered(outcome.yes, markups), numbered(outcome.no, markups))
    assert isinstance(outcome, str)
    return (markups.index(outcome),)
