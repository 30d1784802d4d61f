"""Trace → the labels of its picture as LaTeX mathematics, where `labels` has them as Typst's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphviz_ad.autodiff.steps import Accumulate
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.diagram.labels import function_typed, sign_markup, space_markup
from graphviz_ad.errors import OutputError
from graphviz_ad.explain.annotate import edge_parts
from graphviz_ad.explain.expression import number
from graphviz_ad.explain.phrase import latex
from graphviz_ad.language.printer import LATEX, write
from graphviz_ad.language.tree import VALUE, Tree
from graphviz_ad.ops.table import NOTATIONS

_TROUBLE = '%#{}~^&$\\"'
"""What LaTeX does not take in the name of a file that it includes."""

_SIGNS = {
    "dot.c": r"\cdot", "dots.c": r"\cdots", "dot.o": r"\odot", "product": r"\prod", "≤": r"\le", "≥": r"\ge",
    "≠": r"\ne", "mod": r"\bmod", "phi.alt": r"\varphi", "RR": r"\mathbb{R}", "->": r"\to", "infinity": r"\infty",
}  # fmt: skip
"""Words of Typst that LaTeX has by another name."""
_FUNCTIONS = {
    "sqrt": r"\sqrt{%s}", "root": r"\sqrt[%s]{%s}", "frac": r"\frac{%s}{%s}", "abs": "|%s|",
    "floor": r"\lfloor %s\rfloor", "ceil": r"\lceil %s\rceil", "round": r"\lfloor %s\rceil", "norm": r"\lVert %s\rVert",
    "_": "_{%s}", "^": "^{%s}", "op": r"\operatorname{%s}", "class": "%.0s{%s}",
}  # fmt: skip
"""What stands before brackets of Typst that are no brackets of LaTeX, and what becomes of what is in them."""
_WORDS = re.compile(r'"[^"]*"|->|[≤≥≠]|[A-Za-z]+\.[a-z]+|[A-Za-z]{2,}|[\^_](?=\w{2,})\w*|.')


@dataclass(frozen=True, slots=True)
class NodeText:
    """What stands in a node, above it and below it; `grads[k]` after k contributions. "" where there is nothing."""

    sign: str
    name: str
    value: str
    grads: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class EdgeText:
    """What stands at an edge: the local derivative as symbol and as number, the contribution, the shape."""

    local: str
    number: str
    sent: str
    shape: str


def from_typst(markup: str) -> str:
    r"""Sign of an operation, or a space of numbers, as Typst mathematics → the same as LaTeX.

    >>> from_typst("sqrt(dot.c)"), from_typst('log op("softmax")'), from_typst("RR -> RR^(2 times 3)")
    ('\\sqrt{\\cdot}', '\\log \\operatorname{softmax}', '\\mathbb{R} \\to \\mathbb{R}^{2 \\times 3}')
    """
    stack: list[tuple[str, list[str], str]] = []  # what was open before: what stands before the bracket, parts, text
    parts, text = list[str](), ""
    words = _WORDS.findall(markup)
    for at, word in enumerate(words):
        if word == "(":
            before = words[at - 1] if at and words[at - 1] in _FUNCTIONS else ""
            stack.append((before, parts, text))
            parts, text = [], ""
        elif word == "," and stack and stack[-1][0] in ("root", "frac", "class"):
            parts, text = [*parts, text], ""
        elif word == ")" and stack:
            inside = (*parts, text.lstrip()) if parts else (text,)
            before, parts, text = stack.pop()
            text += _FUNCTIONS[before] % inside if before else f"({inside[0]})"
        elif not (word in _FUNCTIONS and words[at + 1 : at + 2] == ["("]):
            text += _word(word, quoted=bool(stack) and stack[-1][0] == "op")
    return text


def _word(word: str, *, quoted: bool) -> str:
    """A word of Typst → LaTeX; `quoted` where it is the name of a function, between quotes."""
    if word[0] == '"':
        inside = word[1:-1]
        return inside.replace("_", r"\_").replace("σ", r"\sigma") if quoted else rf"\text{{{inside}}}"
    if word[0] in "^_" and len(word) > 1:
        return f"{word[0]}{{{_word(word[1:], quoted=False)}}}"
    return _SIGNS.get(word, f"\\{word}" if len(word) > 1 and word[0].isalpha() else word)


def node_text(trace: Trace, node: int, digits: int, entrywise: bool) -> NodeText:
    """Node → its labels; `entrywise` where it is a product of arrays."""
    graph = trace.graph
    plan = graph.plans[node]
    value = value_text(trace.values[node], digits)
    if node in graph.constants:
        typed = graph.constant_name(node)
        return NodeText(LATEX.write_name(typed) if typed else _constant_text(trace.values[node], digits), "", "", {})
    name, grads = LATEX.write_name(graph.names[node]), _gradients(trace, node, digits)
    if plan is None:
        return NodeText(name, "", value, grads)
    sign = "dot.o" if entrywise else sign_markup(plan, function_typed(graph, node))
    equals = r"\approx" if trace.is_dust("value", node) else "="
    return NodeText(from_typst(sign), name, f"{equals} {value}", grads)


def _constant_text(value: Any, digits: int) -> str:
    """Number or array of the formula → LaTeX, a number as it was typed."""
    tree = Tree()
    at = number(tree, value, digits) if isinstance(value, float) else tree.add(VALUE, value)
    return write(tree, at, LATEX.using(NOTATIONS, digits))


def _gradients(trace: Trace, node: int, digits: int) -> dict[int, str]:
    """Node → what its gradient is after each contribution."""
    if trace.grads[node] is None:
        return {}
    found = {
        step.count: _near(trace, "total", step.node, step.slot) + value_text(step.total, digits) + r" {+} \cdots"
        for step in trace.steps
        if isinstance(step, Accumulate) and step.to == node and step.count < step.of
    }
    whole = _near(trace, "gradient", node) + value_text(trace.grads[node], digits)
    return found | {max(1, trace.contributions_to[node]): whole}


def _near(trace: Trace, kind: str, node: int, slot: int = 0) -> str:
    """What stands before a number that is rounding dust, and shown as 0."""
    return r"{\approx}" if trace.is_dust(kind, node, slot) else ""


def edge_text(trace: Trace, node: int, slot: int, digits: int) -> EdgeText:
    """Edge over which a gradient goes → its labels."""
    symbol, number = edge_parts(trace, node, slot, digits, LATEX)
    _, contribution, summed = trace.edge_gradient(node, slot)
    shape = space_markup(trace, node, trace.graph.args[node][slot])
    about, equals = _near(trace, "contribution", node, slot), "="
    if trace.is_dust("local", node, slot):
        equals = r"\approx"
    return EdgeText(
        set_tight(symbol),
        f"{equals} {number}" if number else "",
        (rf"\textstyle\sum {about or '='} " if summed else about) + value_text(contribution, digits),
        from_typst(shape),
    )


def value_text(value: Any, digits: int) -> str:
    """Float or array → LaTeX mathematics."""
    tree = Tree()
    return write(tree, tree.add(VALUE, value), LATEX.using(NOTATIONS, digits))


_LOW = re.compile(r"\\left\(((?:(?!\\left|\\right|\\frac|\\begin|\\sum|\\prod|\\sqrt).)*)\\right\)")
"""Brackets round what is no higher than a line."""


def set_tight(mathematics: str) -> str:
    r"""LaTeX → the same without `\left` and `\right` where brackets need not grow: these would set a space before them.

    >>> set_tight(r"\sigma\left(w\,\left(a - b\right)\right) + \left(\frac{1}{x}\right)")
    '\\sigma(w\\,(a - b)) + \\left(\\frac{1}{x}\\right)'
    """
    while (tighter := _LOW.sub(r"(\1)", mathematics)) != mathematics:
        mathematics = tighter
    return mathematics


def plain_text(text: str) -> str:
    """Text → LaTeX that shows exactly it."""
    return latex([("text", text)])


def require_includable(name: str, example: str) -> None:
    """Raise OutputError for the name of a file that LaTeX cannot include; `example` is one that it can."""
    bad = next((sign for sign in name if sign in _TROUBLE), None)
    if bad:
        raise OutputError(
            f"LaTeX cannot include a file whose name holds '{bad}'", hint=f"give another name with -o, as in {example}"
        )
