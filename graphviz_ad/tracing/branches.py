"""Questions that only a reader's numbers can answer: each is answered yes and no, and what comes of both is kept."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

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
    yes: Any
    no: Any


@dataclass
class _Way:
    """The answers that lead to where an exploration is: by the question's text, and what they say of each number.

    `open` are the questions that had no answer, in their order: those are answered yes.
    """

    answers: dict[str, bool]
    open: list[str] = field(default_factory=list)
    said: dict[str, list[tuple[Test, bool]]] = field(default_factory=dict)
    near: dict[str, list[float]] = field(default_factory=dict)

    def leave(self, ask: str) -> bool:
        """Question without an answer → yes; what comes of a no is left for later."""
        self.open.append(ask)
        self.answers[ask] = True
        return True


_way: ContextVar[_Way | None] = ContextVar("way", default=None)
_ANYWHERE = (math.nan, math.inf, -math.inf, 0.0, 1e-300, -1e-300, 1.0, -1.0, 0.37, -0.37, 1e300, -1e300)
"""Numbers of every kind, to see whether a question is answered by those before it."""


def explore(make: Callable[[], Any]) -> Any:
    """What is made from unknown numbers → the same where they decide nothing, else forks that lead to it.

    `make` is run once for every end, and must do the same every time. Ways that no number goes are left out.
    """
    return _explored(make, {})


def _explored(make: Callable[[], Any], answers: dict[str, bool]) -> Any:
    way = _Way(dict(answers))
    token = _way.set(way)
    try:
        made = make()
    finally:
        _way.reset(token)
    for at in reversed(range(len(way.open))):
        *before, ask = way.open[: at + 1]
        no = _explored(make, answers | dict.fromkeys(before, True) | {ask: False})
        made = made if made == no else Fork(ask, made, no)
    return made


def decide(question: Question) -> bool:
    """A number that is asked for its truth → the answer on this way.

    Raises LookupError where nothing is being explored.
    """
    way = _way.get()
    if way is None:
        raise LookupError(f"no one knows {question.code}")
    answer = way.answers.get(question.code)
    of, test = question.of, question.test
    if of is not None and test is not None:
        near = way.near.setdefault(of, [])
        for value in question.near:
            near += [value, math.nextafter(value, math.inf), math.nextafter(value, -math.inf), -value]
        said = way.said.setdefault(of, [])
        if answer is None:
            left = (one for one in (*_ANYWHERE, *near) if all(bool(past(one)) == so for past, so in said))
            found = {bool(test(one)) for one in left}
            if len(found) == 1:
                return found.pop()
            answer = way.leave(question.code)
        said.append((test, answer))
    elif answer is None:
        answer = way.leave(question.code)
    return answer
