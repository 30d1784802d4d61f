"""A call becomes what mathematics writes for it: its notation with arguments and options in their places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphviz_ad.language import numbers
from graphviz_ad.language.notation import FLAGS, LABELS, Notation
from graphviz_ad.language.operators import ATOM
from graphviz_ad.language.tree import KEYWORD, LIST, NUMBER, OPERATOR, Tree


@dataclass(frozen=True, slots=True)
class Child:
    """An argument inside a piece list: bracketed where it binds looser than `level`, or where it begins
    with a minus sign and `tight` is set (a · (−b)). `bare` is a condition: a comparison without its brackets."""

    node: int
    level: int = 0
    tight: bool = False
    bare: bool = False


Piece = str | Child

_PLACE = re.compile(r"#(?:\{([-_,]?)([\w ]*)\}|(\d|\*)([!?]?))")
"""A place in a template; see Notation."""
_LATEX = (r"_{%s}", r"\text{%s}", r"{%s}", r"\infty")
_TYPST = ("_(%s)", '"%s"', 'class("normal", %s)', "infinity")
"""A subscript, words, a number whose minus is no sign of a difference, infinity."""


def commas(args: Sequence[int]) -> list[Piece]:
    """Arguments → pieces with commas between them."""
    pieces: list[Piece] = []
    for arg in args:
        pieces += [", ", Child(arg)]
    return pieces[1:]


def called(tree: Tree, args: tuple[int, ...], notation: Notation, latex: bool) -> list[Piece]:
    """Arguments of a call → the pieces of its notation."""
    arguments, given = _bound(tree, args, notation)
    return _Filling(tree, arguments, given, notation, latex).fill(notation.latex if latex else notation.typst)


def placed(template: str, notation: Notation, given: dict[str, Any], latex: bool) -> str:
    """Template without arguments, as the sign of an operation is, and its options → the text of it.

    >>> placed("sum#{_}", Notation("", "", options={"axis": None}), {"axis": 0}, latex=True)
    'sum_{\\\\text{axis }0}'
    """
    tree = Tree()
    nodes: dict[str, tuple[int, ...]] = {name: (_node(tree, value),) for name, value in given.items()}
    filling = _Filling(tree, [], nodes, notation, latex)
    return "".join(piece if isinstance(piece, str) else filling.text(piece.node) for piece in filling.fill(template))


def _bound(tree: Tree, args: tuple[int, ...], notation: Notation) -> tuple[list[int], dict[str, tuple[int, ...]]]:
    """Arguments as they stand → those that are values, and the options by name, as the language reads them."""
    params, options = notation.params, list(notation.options)
    keywords = [(tree.head[arg], tree.args[arg][0]) for arg in args if tree.kind[arg] == KEYWORD]
    named = {notation.aliases.get(name, name): value for name, value in keywords}
    values = [arg for arg in args if tree.kind[arg] != KEYWORD]
    count = len(params) if options and params != ("xs",) else len(values)
    values, behind = values[:count], values[count:]
    values += [named.pop(param) for param in params[len(values) :] if param in named]
    given: dict[str, tuple[int, ...]] = {name: (node,) for name, node in zip(options, behind)}
    if len(behind) > len(options) > 0:  # reshape(x, 2, 3)
        given[options[-1]] = tuple(behind[len(options) - 1 :])
    return values, given | {name: (node,) for name, node in named.items()}


def _node(tree: Tree, value: Any) -> int:
    """Value of an option → its node."""
    if isinstance(value, tuple):
        return tree.add(LIST, None, tuple(_node(tree, entry) for entry in value))
    number = tree.add(NUMBER, abs(float(value)))
    return tree.add(OPERATOR, "neg", (number,)) if value < 0 else number


@dataclass(frozen=True, slots=True)
class _Filling:
    """What is put into a template: arguments, and options that were given (`tree` has them); the rest are defaults."""

    tree: Tree
    arguments: Sequence[int]
    given: dict[str, tuple[int, ...]]
    notation: Notation
    latex: bool

    def fill(self, template: str) -> list[Piece]:
        """Template → pieces."""
        places = list(_PLACE.finditer(template))
        own = {found[2] for found in places if found[2] and found[1] in ("", "-")}
        if not any(found[1] and found[1] in "_," for found in places):
            template += "#{_}"
            places = list(_PLACE.finditer(template))
        pieces: list[Piece] = []
        before = 0
        for found in places:
            pieces += [template[before : found.start()], *self._place(found, own)]
            before = found.end()
        return [*pieces, template[before:]]

    def _place(self, found: re.Match[str], own: set[str]) -> list[Piece]:
        """A place of the template → what is put there; `own` are the options that have a place of their own."""
        how, names, which, bracket = found.groups()
        if which == "*":
            return commas(self.arguments)
        if which:
            if int(which) >= len(self.arguments):
                return []
            return [Child(self.arguments[int(which)], ATOM if bracket == "!" else 0, bare=bracket == "?")]
        if how == "":
            return self._value(names)
        if how == "-":
            return self._less(names)
        rest = self._rest(names.split(), own)
        if not rest:
            return []
        if how == ",":
            return [", ", *rest]
        opening, closing = self._signs[0].split("%s")
        return [opening, *rest, closing]

    @property
    def _signs(self) -> tuple[str, str, str, str]:
        return _LATEX if self.latex else _TYPST

    def _rest(self, first: list[str], own: set[str]) -> list[Piece]:
        """The options without a place → those of them that were given, with commas."""
        word, pieces = self._signs[1], list[Piece]()
        for name in [*first, *(other for other in self.given if other not in first)]:
            if name in own or name not in self.given or (name in FLAGS and self._number(name) == 0):
                continue
            label = LABELS.get(name, f"{name} = ") if name not in first else ""
            value = [] if name in FLAGS else self._value(name)
            if len(value) > 1 and name not in first and self._many(name):
                value = ["(", *value, ")"]
            comma = [", "] if pieces else []
            pieces += [*comma, *([word % label.replace("_", r"\_" if self.latex else "_")] if label else []), *value]
        return pieces

    def _many(self, name: str) -> bool:
        nodes = self.given[name]
        return len(nodes) > 1 or self.tree.kind[nodes[0]] == LIST

    def _number(self, name: str) -> float | None:
        """Option → its value where it is a plain number, given or not."""
        if name not in self.given:
            default = self.notation.options.get(name)
            return None if default is None or isinstance(default, tuple) else float(default)
        (node, *_), tree = self.given[name], self.tree
        if tree.kind[node] == OPERATOR and tree.head[node] == "neg":
            (inner,) = tree.args[node]
            return -float(tree.head[inner]) if tree.kind[inner] == NUMBER else None
        return float(tree.head[node]) if tree.kind[node] == NUMBER else None

    def _value(self, name: str) -> list[Piece]:
        """Option → its value: a list without its brackets; nothing for one that was not given and has no default."""
        if name in self.given:
            nodes = self.given[name]
            if len(nodes) == 1 and self.tree.kind[nodes[0]] == LIST:
                nodes = self.tree.args[nodes[0]]
            pieces: list[Piece] = []
            for node in nodes:
                opening, closing = self._signs[2].split("%s") if self._is_negative(node) else ("", "")
                pieces += [", ", opening, Child(node), closing]
            return [piece for piece in pieces[1:] if piece]
        default = self._number(name)
        return [] if default is None else [self._literal(default)]

    def _is_negative(self, node: int) -> bool:
        return self.tree.kind[node] == OPERATOR and self.tree.head[node] == "neg"

    def _literal(self, value: float) -> str:
        """Number → its text."""
        infinity = self._signs[3]
        text = infinity if abs(value) == float("inf") else numbers.exact(abs(value))
        return self._signs[2] % f"-{text}" if value < 0 else text

    def _less(self, name: str) -> list[Piece]:
        """Option → ` - ` and its value, nothing where it is 0."""
        number = self._number(name)
        if number is None:
            return [" - ", *self._value(name)]
        if number == 0:
            return []
        return [" - " if number > 0 else " + ", self._literal(abs(number))]

    def text(self, node: int) -> str:
        """Number of an option → its text, for `placed`."""
        tree = self.tree
        if tree.kind[node] == OPERATOR:
            return "-" + self.text(tree.args[node][0])
        return self._literal(tree.head[node])
