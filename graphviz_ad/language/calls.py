"""A call becomes what mathematics writes for it: its notation with arguments and options in their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphviz_ad.language import numbers
from graphviz_ad.language.dialect import Dialect
from graphviz_ad.language.markup import (
    Argument,
    Arguments,
    Fenced,
    Form,
    Infix,
    Markup,
    MoreOptions,
    OptionValue,
    WithOptions,
    Words,
    parts_of,
)
from graphviz_ad.language.notation import FLAGS, LABELS, Notation
from graphviz_ad.language.operators import ATOM, POWER, PRODUCT
from graphviz_ad.language.pieces import Child, Piece, bracketed
from graphviz_ad.language.tree import KEYWORD, LIST, NUMBER, OPERATOR, Tree

Given = Mapping[str, tuple[int, ...]]
"""Options by name → their nodes."""


def commas(dialect: Dialect, args: Sequence[int]) -> list[Piece]:
    """Arguments → pieces with commas between them."""
    pieces: list[Piece] = []
    for arg in args:
        pieces += [dialect.sign(", "), Child(arg)]
    return pieces[1:]


def called(tree: Tree, args: tuple[int, ...], notation: Notation, dialect: Dialect) -> list[Piece]:
    """Arguments of a call → the pieces of its notation."""
    arguments, given = _bound(tree, args, notation)
    return _Filling(tree, arguments, given, notation, dialect).pieces(_with_options(notation.markup))


def placed(
    markup: Markup, notation: Notation, options: Mapping[str, object], dialect: Dialect
) -> tuple[Tree, list[Piece]]:
    """Markup without arguments, as the sign of an operation is, and its options → the pieces of it, and their tree."""
    tree = Tree()
    given: Given = {name: (_node(tree, value),) for name, value in options.items()}
    whole = _with_options(markup) if notation.options else markup
    return tree, _Filling(tree, (), given, notation, dialect).pieces(whole)


@cache
def _with_options(markup: Markup) -> Markup:
    """Markup → the same with a place for options that have none of their own."""
    has = any(isinstance(part, WithOptions | MoreOptions) for part in parts_of(markup))
    return markup if has else WithOptions(markup)


def _bound(tree: Tree, args: tuple[int, ...], notation: Notation) -> tuple[list[int], Given]:
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
    """What is put into markup: arguments, and options that were given (`tree` has them); the rest are defaults."""

    tree: Tree
    arguments: Sequence[int]
    given: Given
    notation: Notation
    dialect: Dialect

    def pieces(self, markup: Markup) -> list[Piece]:
        """Markup → pieces."""
        own = {part.name for part in parts_of(markup) if isinstance(part, OptionValue)}
        return self._pieces(markup, own)

    def _pieces(self, markup: Markup, own: set[str]) -> list[Piece]:
        """Part of the markup → its pieces; `own` are the options that have a place of their own."""
        dialect = self.dialect
        match markup:
            case str():
                return [dialect.sign(markup)]
            case tuple():
                return [piece for part in markup for piece in self._pieces(part, own)]
            case Infix(key):
                return [dialect.binary[key]]
            case Words(text, kind):
                return [dialect.words(text, kind)]
            case Fenced(fence, inside):
                return bracketed(dialect.fences[fence], self._pieces(inside, own))
            case Form(name, parts):
                return dialect.form(dialect.spelling(name, parts), *(self._pieces(part, own) for part in parts))
            case Argument() | Arguments():
                return self._argument(markup)
            case OptionValue(name, less):
                return self._less(name) if less else self._value(name)
            case MoreOptions():
                rest = self._rest((), own)
                return [dialect.sign(", "), *rest] if rest else []
            case WithOptions(base, first):
                rest, whole = self._rest(first, own), self._pieces(base, own)
                return dialect.form("below", whole, rest) if rest else whole

    def _argument(self, place: Argument | Arguments) -> list[Piece]:
        """Place of an argument → what is put there."""
        if isinstance(place, Arguments):
            return commas(self.dialect, self.arguments)
        if place.slot >= len(self.arguments):
            return []
        level = {"atom": ATOM, "factor": POWER, "term": PRODUCT}.get(place.kind, 0)
        return [Child(self.arguments[place.slot], level, bare=place.kind == "condition")]

    def _rest(self, first: Sequence[str], own: set[str]) -> list[Piece]:
        """The options without a place → those of them that were given, with commas."""
        dialect, pieces = self.dialect, list[Piece]()
        for name in [*first, *(other for other in self.given if other not in first)]:
            if name in own or name not in self.given or (name in FLAGS and self._number(name) == 0):
                continue
            label = LABELS.get(name, f"{name} = ") if name not in first else ""
            value = [] if name in FLAGS else self._value(name)
            if len(value) > 1 and name not in first and self._many(name):
                value = [dialect.sign("("), *value, dialect.sign(")")]
            comma = [dialect.sign(", ")] if pieces else []
            pieces += [*comma, *([dialect.words(label, "text")] if label else []), *value]
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
        if name not in self.given:
            default = self._number(name)
            return [] if default is None else self._literal(default)
        nodes = self.given[name]
        if len(nodes) == 1 and self.tree.kind[nodes[0]] == LIST:
            nodes = self.tree.args[nodes[0]]
        pieces: list[Piece] = []
        for node in nodes:
            negative = self.tree.kind[node] == OPERATOR and self.tree.head[node] == "neg"
            own: list[Piece] = [Child(node)]
            pieces += [self.dialect.sign(", "), *(self.dialect.form("ordinary", own) if negative else own)]
        return pieces[1:]

    def _literal(self, value: float) -> list[Piece]:
        """Number → its pieces; the minus of one below 0 is no sign of a difference."""
        dialect = self.dialect
        size = abs(value)
        text = dialect.sign("infinity") if size == float("inf") else dialect.number(numbers.exact(size))
        return dialect.form("ordinary", [dialect.sign("neg"), text]) if value < 0 else [text]

    def _less(self, name: str) -> list[Piece]:
        """Option → ` - ` and its value, nothing where it is 0."""
        number = self._number(name)
        if number is None:
            return [self.dialect.binary["-"], *self._value(name)]
        if number == 0:
            return []
        return [self.dialect.binary["-" if number > 0 else "+"], *self._literal(abs(number))]
