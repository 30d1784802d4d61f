"""What a picture may show, a step, all steps over a statement, the beginning, the end → heading, equation, sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from graphviz_ad.autodiff.statements import StatementSteps
from graphviz_ad.autodiff.steps import Step
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.chain import Equation
from graphviz_ad.explain.ending import around
from graphviz_ad.explain.equation import equation
from graphviz_ad.explain.overview import Overview, remark
from graphviz_ad.explain.phrase import Segment
from graphviz_ad.explain.sentence import parts, sentence
from graphviz_ad.explain.statements import statement_equation, statement_parts, statement_sentence
from graphviz_ad.messages.catalogue import say

ExplainedStep = Step | StatementSteps
"""What has an equation and a sentence of its own."""
Moment = ExplainedStep | Literal["start", "finished"]
"""What is told at once."""


def heading(trace: Trace, moment: Moment, lang: str) -> str:
    """Moment → which step, or which statement, of how many it is."""
    if isinstance(moment, str):
        return say(moment, lang)
    if isinstance(moment, StatementSteps):
        place = say("counter.statement", lang).format(k=moment.number, n=moment.of)
    else:
        place = say("counter", lang).format(k=moment.k, n=len(trace.steps))
    return f"{say(moment.phase, lang)} · {place}"


def line(trace: Trace, moment: Moment, digits: int, *, numbered: bool = True) -> Equation | Overview:
    """Moment → its equation, or several side by side; `numbered` says whether arrays have numbers in the picture."""
    if isinstance(moment, str):
        return around(trace, moment, digits, numbered=numbered)
    if isinstance(moment, StatementSteps):
        return statement_equation(trace, moment, digits)
    return equation(trace, moment, digits)


def prose(trace: Trace, moment: Moment, lang: str, digits: int) -> tuple[Segment, ...]:
    """Moment → what happens, in words."""
    if isinstance(moment, str):
        words = remark(trace, moment, lang)
        if not words and isinstance(shown := line(trace, moment, digits), Equation) and shown.adds:
            words = say("summary.sum", lang)
        return (("text", words),)
    if isinstance(moment, StatementSteps):
        return statement_sentence(trace, moment, lang, digits)
    return sentence(trace, moment, lang, digits)


def sentence_parts(
    trace: Trace, moment: ExplainedStep, lang: str, digits: int
) -> tuple[Callable[[], tuple[Segment, ...]], ...]:
    """What is told → what says what happens, and what says why a number is not finite: together its sentence."""
    if isinstance(moment, StatementSteps):
        return statement_parts(trace, moment, lang, digits)
    return parts(trace, moment, lang, digits)
