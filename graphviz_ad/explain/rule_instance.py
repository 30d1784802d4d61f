"""The text of a row, copied into a tree node by node: see `annotate`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphviz_ad.autodiff.closed_operation import ClosedOperation
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.comparisons import SHARPER, Condition, sharpest
from graphviz_ad.explain.expression import number, values
from graphviz_ad.explain.folding import RULES, Folded, fold, without_brackets
from graphviz_ad.explain.leaves import derivative, name_leaf, value_leaf
from graphviz_ad.explain.operation import option_leaf
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.operators import COMPARE, OPERATORS
from graphviz_ad.language.tree import CALL, KEYWORD, LIST, NAME, NUMBER, OPERATOR, VALUE, Head, Leaf, Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import parsed
from graphviz_ad.ops.operation import VARIADIC
from graphviz_ad.ops.pushforward import TANGENT
from graphviz_ad.ops.table import BY_NAME
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

PI = "π"
"""The name of the number in a tree, which every dialect can write."""

_COUNTS = frozenset(("count", "batch"))
"""Calls that say how many entries there are: written as the number."""

_IN_GENERAL = {"==": False, "!=": True}
"""Comparisons of two quantities of which nothing is known, and whether they hold almost everywhere."""

_OF_WINDOWS = frozenset(("stride", "padding", "output_padding", "dilation"))
"""Options that go without saying where they are what they are unless said."""


@dataclass
class RuleInstance:
    """One pass over the text of a row, children before parents.

    `uniform` are the nodes of the text that repeat one number over an array and are written as the number:
    next to an array that is the same, and elsewhere the call that repeats it is written. `pushforward` is a text for
    forward mode, `tangent` the tangent in it.
    """

    where: Trace | Graph
    node: int
    slot: int
    into: Tree
    numeric: bool
    digits: int
    upstream: Leaf | None = None
    because: list[Condition] | None = None
    pushforward: str | None = None
    tangent: Leaf | None = None
    copies: dict[int, Folded] = field(default_factory=dict)
    uniform: set[int] = field(default_factory=set)
    computed: dict[int, Any] | None = None

    def __post_init__(self) -> None:
        self.trace = self.where if isinstance(self.where, Trace) else None
        self.graph = self.where.graph if isinstance(self.where, Trace) else self.where
        bound = self.graph.ops[self.node]
        assert bound is not None
        self.bound, self.row = bound, bound.row
        self.args = self.graph.args[self.node]
        nodes = (*self.args, self.node)
        self.decides = self.trace is not None and not self.trace.in_symbols
        self.scalar = self.trace is None or all(isinstance(self.trace.values[n], float) for n in nodes)

    def run(self) -> int:
        """The whole text → the index of its copy."""
        program = parsed(self.text())
        self.text_tree = program.tree
        self.root = program.statements[-1].root
        for at in range(self.root + 1):
            self.copies[at] = self.copy(at)
        return self.repeated(self.root)

    def text(self) -> str:
        """The text that the row gives for this argument, or the one for its tangent."""
        if self.pushforward is not None:
            return self.pushforward
        if self.row.pointwise:
            return self.row.partials[self.slot]
        ndims = tuple(len(self.trace.shape(arg)) if self.trace else 2 for arg in self.args)  # matrices, unless known
        return self.row.pullback_text(self.slot, ndims)

    def index(self, folded: Folded) -> int:
        """A folded node of the text → its index in the tree."""
        at, literal = folded
        if at is not None:
            return at
        assert literal is not None
        return number(self.into, literal, self.digits)

    def repeated(self, part: int) -> int:
        """A node of the text → its index, repeated over the array where it is written as one number."""
        at = self.index(self.copies[part])
        return self.into.add(CALL, "spread", (at,)) if part in self.uniform else at

    # -- values, where a branch or an elementwise product depends on them ---------------------

    def values(self) -> dict[int, Any]:
        """The number of every node of the text at this step; computed once, and only where asked for."""
        if self.computed is None:
            assert self.trace is not None
            args = [self.trace.values[arg] for arg in self.args]
            scope: dict[str, object] = {"pi": math.pi, "k": self.slot}
            params = ("x", VARIADIC) if self.row.variadic else self.row.params
            scope |= zip(params, (args[self.slot], tuple(args)) if self.row.variadic else args)
            g = self.trace.grads[self.node]
            g = np.ones(self.trace.shape(self.node)) if g is None else g
            scope |= {"out": self.trace.values[self.node], "g": g, "t": self.trace.tangents[self.args[self.slot]]}
            self.computed = values(self.text_tree, self.root, scope | self.bound.options)
        return self.computed

    def all_true(self, at: int) -> bool | None:
        """Whether a condition holds for all entries (True), for none (False), or for some only or unknown (None)."""
        if not self.decides:
            return _IN_GENERAL.get(self.text_tree.head[at]) if self.trace is not None else None
        condition = self.values()[at]
        if isinstance(condition, float):
            return bool(condition)
        return True if np.all(condition) else False if not np.any(condition) else None

    # -- single nodes -----------------------------------------------------------------------------

    def copy(self, at: int) -> Folded:
        """One node of the text → its copy."""
        tree = self.text_tree
        kind, head, parts = tree.kind[at], tree.head[at], tree.args[at]
        if kind == NUMBER:
            return None, float(head)
        if kind == NAME:
            return self.name(str(head))
        if kind == CALL and head == "where":
            return self.choose(at)
        if kind == OPERATOR:
            return self.operator(at, str(head), [self.copies[part] for part in parts])
        if kind == KEYWORD:
            return (None, None) if self.copies[parts[0]] == (None, None) else self.add(kind, head, parts)
        if kind == CALL and head in _COUNTS and self.decides:
            return None, float(self.values()[at])
        if head == "tied" and self.decides:
            tied = self.values()[at]
            if np.all(np.equal(tied, 1)):
                return None, 1.0
            if self.numeric:
                return self.into.add(VALUE, tied), None
        if head == "spread" and self.trace is not None and not self.ndim(parts[0]):
            if self.ndim(at):
                self.uniform.add(at)
            return self.copies[parts[0]]
        return self.add(kind, head, self.shown_args(str(head), parts) if kind == CALL else parts)

    def ndim(self, part: int) -> int:
        """Dimensions of what a node of the text is written as."""
        return 0 if part in self.uniform else np.ndim(self.values()[part])

    def add(self, kind: int, head: Head, parts: Sequence[int]) -> Folded:
        """A copy of a node as it is."""
        return self.into.add(kind, head, tuple(self.repeated(part) for part in parts)), None

    def shown_args(self, head: str, parts: tuple[int, ...]) -> list[int]:
        """The arguments of a call that are written: not what only gives a shape, nor what goes without saying."""
        params = BY_NAME[head].params
        tree, args = self.text_tree, []
        arrays = [part for part in parts if tree.kind[part] != KEYWORD]
        for place, part in enumerate(parts):
            if tree.kind[part] == KEYWORD:
                only_axis = tree.head[part] == "axis" and self.trace is not None
                only_axis = only_axis and (all(map(self.flat, arrays)) or self.is_all(head, parts[0], part))
                needless = tree.head[part] == "keepdims" and not self.keeps(head, parts)
                if (option := str(tree.head[part])) in _OF_WINDOWS:
                    needless |= self.copies[tree.args[part][0]][1] == BY_NAME[head].options[option]
                if needless or only_axis or self.copies[part] == (None, None):
                    continue
            elif place and place < len(params) and params[place] == "like":
                continue
            args.append(part)
        return args

    def keeps(self, head: str, parts: tuple[int, ...]) -> bool:
        """Whether it must be said that a reduction keeps its axes: those before the last would not line up again."""
        tree = self.text_tree
        axes = [part for part in parts if tree.kind[part] == KEYWORD and tree.head[part] == "axis"]
        if head == "spread" or self.trace is None or not axes or self.flat(parts[0]):
            return False
        axis, ndim = self.values()[axes[0]], np.ndim(self.values()[parts[0]])
        if axis is None or self.is_all(head, parts[0], axes[0]):
            return False
        dropped = {int(place) % ndim for place in (axis if isinstance(axis, tuple) else (axis,))}
        return dropped != set(range(len(dropped)))

    def is_all(self, head: str, part: int, axis: int) -> bool:
        """Whether a reduction over an axis is the sum of all entries: of a single row along it."""
        shape, axes = np.shape(self.values()[part]), self.values()[axis]
        if head != "sum" or axes is None:
            return False
        return all(length == 1 for length in np.delete(shape, np.atleast_1d(axes).astype(int)))

    def flat(self, part: int) -> bool:
        """Whether a node of the text has one axis at most, which need not be named."""
        value = self.values()[part]
        return all(np.ndim(array) < 2 for array in (value if isinstance(value, tuple) else (value,)))

    def name(self, name: str) -> Folded:
        """A name of the text: an argument, the result, the upstream gradient, an option."""
        if name == "g":
            if self.upstream is not None:
                return self.upstream(self.into), None
            if self.numeric:
                assert self.trace is not None
                return self.into.add(VALUE, self.trace.grads[self.node]), None
            return derivative(self.graph, self.node, self.into), None
        if name == TANGENT and self.tangent is not None:
            return self.tangent(self.into), None
        if name == "out":
            return self.leaf(self.node), None
        if name in ("k", "inf"):
            return None, float(self.slot) if name == "k" else math.inf
        if name == VARIADIC and self.row.variadic:
            return self.into.add(LIST, None, tuple(self.leaf(arg) for arg in self.args)), None
        is_this_argument = name == "x" and self.row.variadic
        if is_this_argument or name in self.row.params:
            arg = self.args[self.slot if is_this_argument else self.row.params.index(name)]
            constant = self.graph.constants.get(arg)
            literal = constant if isinstance(constant, float) and self.graph.constant_name(arg) is None else None
            return None if literal is not None else self.leaf(arg), literal
        if name == "pi":
            return self.into.add(NAME, PI), None
        if isinstance(self.bound, ClosedOperation):
            value: Value = self.bound.options[name]
            return self.into.add(*((VALUE, value) if self.numeric else (NAME, self.bound.parameter(name)))), None
        return option_leaf(self.into, self.bound.options[name], self.digits)

    def leaf(self, node: int) -> int:
        """A node of the graph, by name or by value."""
        if self.numeric:
            assert self.trace is not None
            return value_leaf(self.trace, node, self.digits)(self.into)
        return name_leaf(self.graph, node, self.digits)(self.into)

    def choose(self, at: int) -> Folded:
        """A `where`: the branch all entries take, or the whole where they part."""
        condition, yes, no = self.text_tree.args[at]
        literal = self.copies[condition][1]
        holds = self.all_true(condition) if literal is None else literal != 0
        if holds is None:
            parts = tuple(self.index(self.copies[part]) for part in (condition, yes, no))
            return self.into.add(CALL, "where", parts), None
        if literal is None:
            self.remember(condition, holds)
        return self.copies[yes if holds else no]

    def remember(self, condition: int, holds: bool) -> None:
        """Keep the comparison that was decided, as sharply as the values allow."""
        tree, head = self.text_tree, self.text_tree.head[condition]
        if self.because is None or self.ndim(condition) or tree.kind[condition] != OPERATOR or head not in SHARPER:
            return
        (left, right), computed = tree.args[condition], self.values()
        if sign := sharpest(head, holds, computed[left], computed[right]):
            self.because.append(Condition(self.index(self.copies[left]), sign, self.index(self.copies[right]), holds))

    def operator(self, at: int, key: str, operands: list[Folded]) -> Folded:
        """A sign: folded where literals meet, elementwise between arrays."""
        literals = [literal for _, literal in operands]
        parts = self.text_tree.args[at]
        if self.uniform.intersection(parts):
            if key in ("@", "T"):
                return self.add(OPERATOR, key, parts)
            if not any(map(self.ndim, parts)):
                self.uniform.add(at)
        if None not in literals:
            folded = fold(key, [float(x) for x in literals if x is not None], self.digits)
            if folded is not None:
                return None, folded
        elif self.trace is not None and OPERATORS[key].precedence == COMPARE and (key == "==" or not self.ndim(at)):
            if (holds := self.all_true(at)) is not None and not (holds and self.ndim(at)):
                self.remember(at, holds)
                return None, float(holds)
        elif (rule := RULES.get(key)) and (simpler := rule(operands, self.negative)) is not None:
            return simpler
        if key == "*" and not self.scalar and all(map(self.ndim, parts)):
            key = "odot"
        copies = without_brackets(self.into, key, tuple(map(self.index, operands)))
        return self.into.add(OPERATOR, key, copies), None

    def negative(self, operand: Folded) -> Folded:
        """The copy with a minus before it."""
        return self.into.add(OPERATOR, "neg", (self.index(operand),)), None
