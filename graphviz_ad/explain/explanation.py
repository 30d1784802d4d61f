"""A trace in words and equations: for a terminal, for LaTeX, as a table and for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphviz_ad.autodiff.steps import Step
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.chain import Equation
from graphviz_ad.explain.equation import equation
from graphviz_ad.explain.phrase import Segment, latex, phrase, plain, require
from graphviz_ad.explain.record import record, record_text
from graphviz_ad.explain.sentence import sentence
from graphviz_ad.explain.table import padded, table
from graphviz_ad.language import numbers
from graphviz_ad.language.printer import DISPLAY, LATEX
from graphviz_ad.messages.catalogue import has_han
from graphviz_ad.source import width

_COLOURS = {
    "forward": "\033[32m", "backward": "\033[31m", "update": "\033[35m", "grad": "\033[35m", "tangent": "\033[35m",
}  # fmt: skip
"""Green, red and magenta, as the codes of a terminal (ECMA-48, SGR)."""
_DIM, _RESET = "\033[2m", "\033[0m"
"""Codes of the same kind for what is less important, and for the end of a colour."""


@dataclass(frozen=True)
class Explanation:
    """Every step of a trace, explained; prints as text."""

    trace: Trace = field(repr=False)
    lang: str
    digits: int

    def steps(self) -> Iterator[tuple[Step, Equation, tuple[Segment, ...]]]:
        """Each step with its equation and its sentence."""
        trace = self.trace.shown
        for step in trace.steps:
            yield step, equation(trace, step, self.digits), sentence(trace, step, self.lang, self.digits)

    def __str__(self) -> str:
        return self._text(colours=False)

    def colored(self) -> str:
        """The text with the colours of a terminal: forward green, backward red, sentences dim."""
        return self._text(colours=True)

    def _text(self, *, colours: bool) -> str:
        total = str(len(self.trace.steps))
        phases = dict.fromkeys(step.phase for step in self.trace.steps)
        names = {phase: plain(phrase(f"phase.{phase}", self.lang)) for phase in phases}
        widest = max(map(width, names.values()), default=0)
        indent = " " * (2 * len(total) + 1 + 2 + widest + 2)
        blocks = []
        for step, stages, segments in self.steps():
            head = f"{step.k:>{len(total)}}/{total}  {padded(names[step.phase], widest)}  "
            line, words = head + stages.write(DISPLAY), plain(segments)
            if colours:
                line, words = f"{_COLOURS[step.phase]}{line}{_RESET}", f"{_DIM}{words}{_RESET}"
            blocks.append(f"{line}\n{indent}{words}")
        return "\n\n".join(blocks)

    def latex(self) -> str:
        r"""LaTeX for the body of a document: each sentence, then its equation, aligned at the first sign.

        Needs `\usepackage{amsmath}`; Japanese and Chinese need a class or package for it (a comment says which).
        """
        needs = r"% needs \usepackage{amsmath}"
        if has_han(self.lang) or not "".join(self.trace.graph.names).isascii():
            needs += "; letters beyond ASCII need lualatex or xelatex, and CJK text luatexja or xeCJK"
        lines = [needs]
        for number, (step, stages, segments) in enumerate(self.steps()):
            if number:
                lines[-1] += r" \\"
                lines.append(rf"\intertext{{{step.k}. {latex(segments)}}}")
            else:
                lines += [f"{step.k}. {latex(segments)}", r"\begin{align*}"]
            first, *relations = stages.whole.relations(LATEX)
            row = first[1] + "".join(("&" if n == 0 else "") + sign + text for n, (sign, text) in enumerate(relations))
            lines.append(row.replace("& = ", " &= ").replace(r"& \approx ", r" &\approx "))
        return "\n".join([*lines, r"\end{align*}"] if len(lines) > 1 else lines)

    def table(self) -> str:
        """Primal trace and adjoint trace side by side."""
        return table(self.trace.shown, self.lang, self.digits)

    def json(self) -> dict[str, Any]:
        """The schema `graphviz-ad/trace/1`: lists, dicts, numbers and strings only."""
        return record(self.trace, self.lang, self.digits)

    def json_text(self) -> Iterator[str]:
        """The same as text in pieces, indented by two: of a large trace it is never there as a whole."""
        return record_text(self.trace, self.lang, self.digits)


def explain(trace: Trace, lang: str = "en", digits: int = numbers.DEFAULT_DIGITS) -> Explanation:
    """Trace → every step in words and equations.

    Raises InputError where there is no such language.
    """
    require(lang)
    return Explanation(trace, lang, digits)
