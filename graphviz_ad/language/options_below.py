"""Options that stand below the name of an operation, as pictures and LaTeX have them → options of its call.

mean_{axis 1}(x) is mean(x, axis=1), and Huber_{δ = 2}(x, y) is huber(x, y, delta=2).
"""

from __future__ import annotations

import re

from graphviz_ad.language.names import identity
from graphviz_ad.language.replanting import Additions
from graphviz_ad.language.tree import CALL, KEYWORD, LIST, Program
from graphviz_ad.language.vocabulary import Vocabulary

_NUMBER = r"-?(?:[0-9]+\.?[0-9]*(?:e-?[0-9]+)?|∞|inf)"
"""A number, whose spaces are gone."""
_NUMBERS = rf"{_NUMBER}(?:,{_NUMBER})*,?"
"""Several of them."""
_PART = (
    rf"axis-?[0-9]+|axis\({_NUMBERS}\)|keepdims|n(?:-[0-9.]+)?(?!\w)|\w+={_NUMBER}|\w+=\({_NUMBERS}\)"
    rf"|\[{_NUMBERS}\]|\({_NUMBERS}\)|{_NUMBER}"
)
"""One option: an axis, n - 1, δ=2, bounds, a shape, or a number alone."""
OPTIONS = re.compile(rf"(?:axis-?[0-9]+|axis\({_NUMBERS}\)|keepdims)(?:,keepdims)?")
"""What stands below a sum sign in place of a letter, or below bars: the axis."""
_BELOW = re.compile(rf"(\w*?)_\{{?((?:{_PART})(?:,(?:{_PART}))*)\}}?")
"""The name of an operation, and the options below it."""
_UNNAMED = ("slope", "p", "shape")
"""Options whose values stand there without their names: LeakyReLU_{0.1}(x)."""
_PARTS = re.compile(_PART)
"""All options below a name, one by one."""


def axis_below(text: str) -> str:
    """What stands below a sum sign or bars → the same without spaces where it is an axis, "" for anything else."""
    text = text.replace(" ", "")
    return text if OPTIONS.fullmatch(text) is not None else ""


def with_options_below(program: Program, vocabulary: Vocabulary) -> Program:
    """Program → the same with the options that stand below the names of operations behind their arguments."""
    tree = program.tree
    below = [
        (node, match)
        for node, (kind, head) in enumerate(zip(tree.kind, tree.head, strict=True))
        if kind == CALL and "_" in head and (match := _BELOW.fullmatch(head.replace(" ", ""))) is not None
    ]
    if not below:
        return program
    defined = {statement.name for statement in program.statements}
    additions = Additions(program)
    for node, match in below:
        name = "cosine_similarity" if match[1] == "cos" else match[1]
        operation = vocabulary.operation(name)
        options = _options(match[2], vocabulary.options.get(operation or "", ()))
        if operation is None or options is None or tree.head[node] in defined:
            continue
        more = [additions.add(KEYWORD, name, (_value(additions, text, node),), node) for name, text in options]
        tree.head[node], tree.args[node] = operation, (*tree.args[node], *more)
    return additions.planted()


def _options(text: str, names: tuple[str, ...]) -> list[tuple[str, str]] | None:
    """What stands below a name, and the options that the operation has → these with their values; None for others."""
    options: list[tuple[str, str]] = []
    for part in _PARTS.findall(text):
        name, _, value = part.partition("=")
        if part.startswith("axis"):
            name, value = "axis", part[4:]
        elif part == "keepdims":
            value = "1"
        elif part.startswith("n") and "correction" in names:
            name, value = "correction", part[2:] or "0"
        elif part.startswith("[") and names[:2] == ("lo", "hi"):
            options += zip(names, part[1:-1].split(","), strict=True)
            continue
        elif not value:
            name, value = next((known for known in names if known in _UNNAMED), ""), part
        name = next((known for known in names if identity(known) == identity(name)), "")
        if not name:
            return None
        options.append((name, value))
    return options


def _value(additions: Additions, text: str, place: int) -> int:
    """Text of a number, or of several in brackets, and the node they belong to → the node of the value."""
    numbers = [float(part.replace("∞", "inf")) for part in text.strip("()").split(",") if part]
    nodes = tuple(additions.number(value, place) for value in numbers)
    return additions.add(LIST, None, nodes, place) if text.startswith("(") else nodes[0]
