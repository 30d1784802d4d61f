"""What someone wrote as an answer → a formula's graph, and its value where its names have numbers; never by `eval`.

It stands on the language, the table and the forward pass alone: PrairieLearn gets it with them (`formats/shipping.py`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from graphviz_ad.autodiff.passes import forward
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.graph.builder import Builder
from graphviz_ad.graph.graph import Graph, Limits
from graphviz_ad.language.reading import read_formula
from graphviz_ad.language.tree import CALL
from graphviz_ad.ops.table import BY_NAME, VOCABULARY
from graphviz_ad.values import Value

MAX_CHARACTERS = 2_000
"""Of an answer."""
LIMITS = Limits(length=MAX_CHARACTERS, nodes=500, array=64)
"""How large a student's formula may be."""
_END = re.compile(r"[;；\n,.]")
"""What ends one formula before another."""
_REST_CHARACTERS = 20
"""Of an answer, or of a name in it, that are repeated where it cannot be read."""
_NOISE = 1e-9
"""What counts as 0 where a formula has values about 1."""
_SMALL = 1e-3
"""A formula whose values are all below it has less noise."""

SPELLINGS = {ord("—"): "-", ord("，"): ",", ord("："): ":", ord("＝"): "="} | dict.fromkeys(
    (0x00AD, 0x061C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
)
"""A dash for a minus, wide signs, and characters that nobody sees: they come with what is pasted."""
_NAME = r"∂?[^\W\d][\w′']*"
"""Pattern of a name, perhaps with ∂ before it."""
BEFORE = re.compile(rf"(?:{_NAME}(?:\s*/\s*{_NAME})?\s*)?[=≈](?!=)\s*")
"""What was asked for and an equals sign, as in `z = 3` and `∂L/∂z = 2*a`."""

SUM = re.compile(r"[∑Σ∏]|\\(?:sum|prod)(?![a-z])|\b(?:sum|prod)_")
"""Signs of a sum or a product over a letter."""
MANY = re.compile(r"\d{4}")
"""A number of terms that would take long to write out; no answer has so many."""


class NotAFormulaError(GraphvizADError):
    """A text is no formula: `reason` is long, formula, from or node, `fillings` what is repeated of the text."""

    def __init__(self, reason: str, **fillings: str) -> None:
        self.reason, self.fillings = reason, fillings
        super().__init__(reason)


def cleaned(text: str) -> str:
    """Text as pasted or typed anywhere → without characters nobody sees, with a plain minus, and only what is answered.

    >>> cleaned(" —3\u200e "), cleaned("∂L/∂z = 2*a")
    ('-3', '2*a')
    """
    written = text.translate(SPELLINGS).strip()
    before = BEFORE.match(written)
    return written[before.end() :] if before else written


def read(text: str, names: Collection[str] | None = None) -> Graph:
    """Formula as a student wrote it → its graph; of names it has e and, where they are given, no others than `names`.

    Raises NotAFormulaError.
    """
    written = cleaned(text)
    if len(written) > MAX_CHARACTERS:
        raise NotAFormulaError("long", most=str(MAX_CHARACTERS))
    if (signed := SUM.search(written)) and MANY.search(written, signed.start()):
        raise NotAFormulaError("from", rest=_cut(written[signed.start() :]))
    try:
        graph = rule(written, LIMITS)
    except GraphvizADError as problem:
        rest = problem.source.text[problem.span[0] :] if problem.source and problem.span else ""
        if not rest.strip():
            raise NotAFormulaError("formula") from None
        raise NotAFormulaError("from", rest=_cut(rest)) from None
    if (more := second(graph)) is not None:
        raise NotAFormulaError("from", rest=_cut(more))
    unknown = [name for name in graph.inputs if names is not None and name not in (*names, "e")]
    if unknown:
        raise NotAFormulaError("node", name=unknown[0][:_REST_CHARACTERS])
    return graph


def _cut(rest: str) -> str:
    return f"{rest[:_REST_CHARACTERS]}{'…' * (len(rest) > _REST_CHARACTERS)}"


def second(formula: Graph) -> str | None:
    """Graph of an answer → the text of a second formula in it, None where it is one, perhaps under several names."""
    text = formula.program.source.text
    spans = sorted(statement.span for statement in formula.program.statements)
    for (_, stop), (start, _) in pairwise(spans):
        if _END.search(text, stop, start):
            return text[stop:]
    return None


def rule(text: str, limits: Limits | None = None) -> Graph:
    """Formula → its graph; it may call what only derivatives call, as that of lgamma is digamma(x).

    Raises ParseError, UnknownNameError, ArityError, LimitError.
    """
    limits = limits or Limits()
    program = read_formula(text, VOCABULARY, max_length=limits.length)
    builder = Builder(program, False, limits)
    heads = {head for kind, head in zip(program.tree.kind, program.tree.head, strict=True) if kind == CALL}
    inner = [row for head in heads if (row := BY_NAME.get(head)) is not None and row.internal]
    builder.expanding = bool(inner) and all(row.scalar is not None for row in inner)
    return builder.run()


def value(formula: Graph, scope: Mapping[str, Value]) -> float | None:
    """Formula and what its names stand for → its value, None where it has none that is finite."""
    known = {"e": math.e} | dict(scope)
    if any(name not in known for name in formula.inputs):
        return None
    try:
        computed = forward(formula, {node: known[name] for name, node in formula.inputs.items()})[formula.output]
    except GraphvizADError:
        return None
    return computed if isinstance(computed, float) and math.isfinite(computed) else None


def noise(values: Sequence[float]) -> float:
    """Values of a formula → what counts as 0 beside them: 1e-9, and less where all of them are small.

    >>> noise([0.5, 20.0]), noise([2e-9, 3e-10]), noise([0.0])
    (1e-09, 1e-18, 1e-09)
    """
    largest = max(map(abs, values), default=0.0)
    if not 0 < largest < _SMALL:
        return _NOISE
    return float(f"1e{math.floor(math.log10(_NOISE)) + math.floor(math.log10(largest))}")
