"""Options that stand below the name of an operation, as pictures and LaTeX have them → options of its call.

mean_{axis 1}(x) is mean(x, axis=1), and Huber_{δ = 2}(x, y) is huber(x, y, delta=2).
"""

from __future__ import annotations

import re

from graphviz_ad.language.names import identity
from graphviz_ad.language.replanting import Additions, nodes_below
from graphviz_ad.language.tree import CALL, KEYWORD, LIST, NAME, NUMBER, Program
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
_OF_BATCH = re.compile(r"(mean|[vV]ar)_\{?B\}?")
"""A mean or a variance over a batch."""
_BATCH = re.compile(r"_ *\{? *(?:\\(?:mathcal|cal|mathbf|text|mathrm) *\{? *)?B[ }]*(?:\\(?:left|[bB]igg?l?))? *$")
"""The letter of a batch below what stands before a bracket, in LaTeX."""
_UNNAMED = ("slope", "p", "shape")
"""Options whose values stand there without their names: LeakyReLU_{0.1}(x)."""
_PARTS = re.compile(_PART)
"""All options below a name, one by one."""


def axis_below(text: str) -> str:
    """What stands below a sum sign or bars → the same without spaces where it is an axis, "" for anything else."""
    text = text.replace(" ", "")
    return text if OPTIONS.fullmatch(text) is not None else ""


def is_of_batch(text: str, bracket: int) -> bool:
    """LaTeX and the place of a bracket → whether the letter B stands below what is before it."""
    return _BATCH.search(text[max(bracket - 40, 0) : bracket]) is not None


def with_options_below(program: Program, vocabulary: Vocabulary) -> Program:
    """Program → the same with the options that stand below the names of operations behind their arguments."""
    tree = program.tree
    if any(kind == CALL and _OF_BATCH.fullmatch(head) for kind, head in zip(tree.kind, tree.head, strict=True)):
        program = _with_batches(program, vocabulary)
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


def _with_batches(program: Program, vocabulary: Vocabulary) -> Program:
    """Program with mean_B(X) or var_B(X) → the same with these over the batch: axis 0 where a matrix is given, else all
    entries; a variance is divided by their number, as in batch normalisation."""
    tree = program.tree
    shapes = {identity(name): shape for name, shape in vocabulary.shapes.items()}
    defined = {statement.name for statement in program.statements}
    additions, notes = Additions(program), dict.fromkeys(program.notes)
    for node in range(len(tree)):
        called = _OF_BATCH.fullmatch(str(tree.head[node])) if tree.kind[node] == CALL else None
        if called is None or tree.head[node] in defined or identity("B") in shapes:
            continue
        names = [str(tree.head[n]) for n in nodes_below(tree, node) if tree.kind[n] == NAME]
        operation, what = ("mean", "mean") if called[1] == "mean" else ("var", "variance, divided by their number,")
        options = {} if operation == "mean" else {"correction": 0.0}
        has_rows = any(len(shapes.get(identity(name), ())) == 2 for name in names)
        options |= {"axis": 0.0} if has_rows else {}
        notes[f"B below it is the batch: the {what} over {'the rows, axis 0' if has_rows else 'all entries'}"] = None
        more = [
            additions.add(KEYWORD, name, (additions.add(NUMBER, value, (), node),), node)
            for name, value in options.items()
        ]
        tree.head[node], tree.args[node] = operation, (*tree.args[node], *more)
    return additions.planted(notes=tuple(notes))


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
