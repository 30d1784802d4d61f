"""A derivative's text → a Python function, once for each operation and its options.

The text is parsed by the same parser as a formula. Two functions come of it: one over Python floats,
which is fast and may raise where IEEE arithmetic would give inf or nan, and one over numpy arrays, which
never does. The Python source is made here from the tree, from names and numbers only; nothing a user
typed is in it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from graphviz_ad.language.operators import COMPARE, OPERATORS
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.tree import CALL, KEYWORD, NAME, NUMBER, OPERATOR, Program
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.operation import Operation, Option
from graphviz_ad.values import ArrayFunction, ComplexFunction

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Lookup = Callable[[str], Operation]
"""Name of an operation → its row."""


@cache
def parsed(text: str) -> Program:
    """Text of a row → its tree."""
    return parse_program(text, name="derivative")


class BoundOperation:
    """An operation with its options fixed: the functions that the passes call.

    `row` is the row as it is with these options. `forward(*args)`, `scalar(*args)` and, over complex numbers,
    `complex(*args)` compute the value; `vjp(g, *args, out)` gives all contributions over floats at once;
    `partial(slot)` and `pullback(slot, ndims)` give the functions over arrays. `opaque` is one of which only values and
    gradients are known, no texts.
    """

    opaque = False

    def __init__(self, row: Operation, options: tuple[tuple[str, Option], ...], lookup: Lookup) -> None:
        self.options: dict[str, Any] = dict(options)  # of what type an option is, its name says
        self.row = row = row.chosen(self.options)
        self.can_end = row.can_end
        self._lookup = lookup
        keywords = self.options
        self.forward: ArrayFunction = row.forward
        self.scalar: Callable[..., float] | None = row.scalar
        self.complex: ComplexFunction = row.complex or row.forward
        if keywords:
            forward, scalar, over_complex = self.forward, row.scalar, self.complex
            self.forward = lambda *args: forward(*args, **keywords)
            self.complex = lambda *args: over_complex(*args, **keywords)
            if scalar is not None:
                values = tuple(keywords.values())
                self.scalar = lambda *args: scalar(*args, *values)

    def __repr__(self) -> str:
        return f"BoundOperation({self.row.name}, {self.options})"

    @cached_property
    def vjp(self) -> Callable[..., tuple[float, ...]]:
        """(g, *args, out) over floats → the contribution to each argument."""
        row = self.row
        parts = []
        for text in row.partials:
            local = source(parsed(text), scalar=True)
            if row.mask:
                parts.append(f"(0.0 if (d := {local}) == 0.0 else g*d)")
            else:
                parts.append("g" if local == "1.0" else "-g" if local == "(-1.0)" else f"g*{local}")
        return self._function(f"({', '.join(parts)},)", row.partials, scalar=True)

    @cache  # noqa: B019  (bound operations are few and live as long as the program)
    def partial(self, slot: int, *, scalar: bool = False) -> ArrayFunction:
        """(g, *args, out) → the local derivative of a pointwise operation with respect to argument `slot`."""
        text = self.row.partials[slot]
        return self._function(source(parsed(text), scalar=scalar), (text,), scalar=scalar)

    @cache  # noqa: B019
    def pullback(self, slot: int, ndims: tuple[int, ...]) -> ArrayFunction:
        """(g, *args, out) → the contribution to argument `slot` of a structural operation."""
        text = self.row.pullback_text(slot, ndims)
        return self._function(source(parsed(text)), (text,), scalar=False, slot=slot)

    @cache  # noqa: B019
    def pushforward(self, slot: int, text: str) -> ArrayFunction:
        """(t, *args, out) → what the tangent of argument `slot` becomes, by the text for it (`ops.pushforward`)."""
        return self._function(source(parsed(text), names={"t": "g"}), (text,), scalar=False, slot=slot)

    @cache  # noqa: B019
    def _function(self, source: str, texts: tuple[str, ...], *, scalar: bool, slot: int = 0) -> Callable[..., Any]:
        """Python source and the texts it came from → the function, with the operations it calls in scope."""
        scope: dict[str, object] = {"pow_": math.pow, "k": slot, "pi": math.pi, **self.options}
        if not scalar:
            scope["np"] = np
        for text in texts:
            for name in calls(parsed(text)):
                called = self._lookup(name)
                scope[f"f_{name}"] = (called.scalar if scalar else None) or called.forward
        params = ", ".join((*self.row.params, *(["x"] if self.row.variadic else [])))
        function: Callable[..., object] = eval(f"lambda g, {params}, out: {source}", scope)  # noqa: S307
        if self.row.variadic:
            return lambda g, *args: function(g, args[:-1], args[slot], args[-1])
        return function


def calls(program: Program) -> Iterator[str]:
    """The operations a text calls by name, or by a sign that Python has not."""
    tree = program.tree
    for kind, head in zip(tree.kind, tree.head, strict=True):
        if kind == CALL and head != "where":
            yield str(head)
        elif kind == OPERATOR and head in _CALLED:
            yield _CALLED[head]


_CALLED = {"T": "transpose", "root": "sqrt"}
"""Signs that Python has not, and the operations they stand for."""


def source(
    program: Program, *, scalar: bool = False, names: Mapping[str, str] | None = None,
    known: Mapping[int, str] | None = None,
) -> str:  # fmt: skip
    """Tree of a row's text → a Python expression, over floats or over arrays.

    `names` are expressions in place of names, `known` in place of nodes. The operations that the text `calls` are
    called f_NAME in it.
    """
    tree, names, known = program.tree, names or {}, known or {}
    done: list[str] = []
    for node, (kind, head, args) in enumerate(zip(tree.kind, tree.head, tree.args, strict=True)):
        parts = [done[arg] for arg in args]
        if node in known:
            done.append(known[node])
        elif kind == NUMBER:
            done.append(repr(float(head)))
        elif kind == NAME:
            done.append(names.get(str(head), str(head)))
        elif kind == KEYWORD:
            done.append(f"{head}={parts[0]}")
        elif kind == CALL:
            done.append(_call_source(str(head), parts, scalar=scalar))
        else:
            assert kind == OPERATOR, "texts of rows hold numbers, names, operators and calls"
            done.append(_operator_source(str(head), parts, scalar=scalar))
    return done[program.statements[-1].root]


def _call_source(name: str, parts: list[str], *, scalar: bool) -> str:
    if name == "where":
        condition, yes, no = parts
        return f"({yes} if {condition} else {no})" if scalar else f"np.where({', '.join(parts)})"
    return f"f_{name}({', '.join(parts)})"


def _operator_source(key: str, parts: list[str], *, scalar: bool) -> str:
    operator = OPERATORS[key]
    if operator.arity == 1:
        return f"(-{parts[0]})" if key == "neg" else f"f_{_CALLED[key]}({parts[0]})"
    if operator.precedence == COMPARE:
        comparison = f"({parts[0]} {operator.sign} {parts[1]})"
        return f"(1.0 if {comparison} else 0.0)" if scalar else f"np.multiply({comparison}, 1.0)"
    if key == "^":
        return f"pow_({parts[0]}, {parts[1]})" if scalar else f"({parts[0]} ** {parts[1]})"
    return f"({parts[0]} {operator.sign} {parts[1]})"
