"""Trace → lines of the backward pass by hand: one for each gradient, with a comment where contributions add up."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.code.fitting import fitted, repeated
from graphviz_ad.code.layout import WIDTH, write
from graphviz_ad.code.operand import Operand
from graphviz_ad.code.texts import Texts
from graphviz_ad.code.trees import is_zero, name_of, number, total
from graphviz_ad.code.writer import Writer
from graphviz_ad.explain.kinks import kinks, sentences
from graphviz_ad.lazy import lazy
from graphviz_ad.messages.catalogue import is_known, say
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import KINDS
from graphviz_ad.values import Shape

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_TIMES = {2: "twice", 3: "three times", 4: "four times", 5: "five times"}
"""How often a result is read, in words; more is a numeral."""
CORNERS = frozenset({
    *(row.name for row in (*KINDS["activations"], *KINDS["piecewise"]) if row.kinks), "abs", "max", "min", "hinge",
} - {"atan2", "hypot"} - {row.name for row in KINDS["piecewise"] if row.ends})  # fmt: skip
"""Operations with a corner in sight, whose convention is said wherever they stand."""


@dataclass(frozen=True)
class Gradient:
    """`name = code`: the gradient of a node, and the comments on it."""

    node: int
    name: str
    code: ast.expr
    comments: tuple[str, ...]
    places: tuple[tuple[str, ast.expr], ...] = ()
    """Statements behind it that fill it in: what stands before the value ("d_p[0] = "), and the value."""


class Backward:
    """Writes the gradients of a trace, from the output to the inputs."""

    def __init__(
        self, trace: Trace, writer: Writer, names: Mapping[int, str], new: Callable[[str], str],
        classes: Collection[int] = (),
    ) -> None:  # fmt: skip
        self.classes = classes
        self.trace, self.graph, self.names, self.new = trace, trace.graph, names, new
        self.writer, self.texts = writer, Texts(writer)
        self.grads: dict[int, Operand] = {}
        self.called: dict[int, str] = {}
        self.lines: list[Gradient] = []
        self.values = [self._value(node) for node in range(len(trace.graph))]

    def _value(self, node: int) -> Operand:
        """Node → its value by name, a number as it is."""
        graph, value = self.graph, self.trace.values[node]
        if node in graph.constants and isinstance(value, float):
            if graph.constant_name(node) in ("pi", "π"):
                return self.writer.pi()
            return self.writer.constant(value)
        return Operand(name_of(self.names[node]), value, whole=node in self.classes)

    def run(self) -> list[Gradient]:
        """→ the lines, from the output on."""
        trace, graph = self.trace, self.graph
        waiting: dict[int, list[tuple[Operand, tuple[str, ...]]]] = {graph.output: [(self._seed(), ())]}
        for node in range(graph.output, -1, -1):
            if not trace.active[node]:
                continue
            given = waiting.pop(node, [])
            if not given and not self._is_asked(node):
                continue
            self.grads[node] = g = self._gradient(node, given)
            bound = graph.ops[node]
            if bound is None or not given:
                continue
            for slot, arg in enumerate(graph.args[node]):
                if trace.active[arg] and (contribution := self._contribution(node, slot, g)) is not None:
                    waiting.setdefault(arg, []).append(contribution)
        return self.lines

    def _is_asked(self, node: int) -> bool:
        return self.graph.is_input(node) or node in self.graph.constants

    def _seed(self) -> Operand:
        seed, torch = self.trace.seed, self.writer.dialect.name == "torch"
        operand = self.writer.constant(seed).as_decimal()
        return self.writer.tensor(operand) if torch else operand

    def _gradient(self, node: int, given: list[tuple[Operand, tuple[str, ...]]]) -> Operand:
        """Contributions to a node → its gradient, under a name unless it is only handed on."""
        graph, own = self.graph, self.names[node]
        comments = [comment for _, texts in given for comment in texts]
        places: list[tuple[str, ast.expr]] = []
        value = self.trace.reached_gradient(node)
        if not given:
            comments, code = [f"no gradient reaches {own}"], self._zeros(node)
        else:
            code = given[0][0].code
            for other, _ in given[1:]:
                code = total(code, other.code)
            places = self._places([contribution.code for contribution, _ in given])
            if len(given) > 1:
                times = _TIMES.get(len(given), f"{len(given)} times")
                comments.insert(0, f"{own} is used {times}: the contributions add up")
            handed_on = isinstance(code, ast.Name) and not comments and len(given) == 1
            if handed_on and node not in graph.given_names and node != graph.output:
                return given[0][0]
        self.called[node] = name = self.new(f"d_{own}")
        if places:
            code = self.writer.np("np.zeros_like(x)", x=self.values[node])
        filled = tuple((f"{name}{place}", part) for place, part in places)
        if len(given) > 1 and not filled and len(write(code)) + len(name) + 3 > WIDTH - 4:  # a statement for each
            code, *others = [contribution.code for contribution, _ in given]
            filled = tuple((f"{name} = ", total(name_of(name), other)) for other in others)
        self.lines.append(Gradient(node, name, code, tuple(dict.fromkeys(comments)), filled))
        return Operand(name_of(name), value)

    def _places(self, codes: list[ast.expr]) -> list[tuple[str, ast.expr]]:
        """Contributions that are all zeros but for some entries → where each goes, and what; else nothing."""
        places = []
        for code in codes:
            match code:
                case ast.Call(func=ast.Name(id="placed"), args=[value, ast.Name(), at]):
                    if any(isinstance(part, ast.List) for part in ast.walk(at)):
                        return []
                    index = ast.Subscript(name_of("_"), _as_index(at), ast.Load())
                    places.append((f"{write(index)[1:]} {'+=' if len(codes) > 1 else '='} ", value))
                case _:
                    return []
        return places

    def _zeros(self, node: int) -> ast.expr:
        if not self.trace.shape(node) and self.writer.dialect.name != "torch":
            return ast.Constant(0.0)
        return self.writer.np("np.zeros_like(x)", x=self.values[node])

    def _contribution(self, node: int, slot: int, g: Operand) -> tuple[Operand, tuple[str, ...]] | None:
        """Edge and the gradient at its node → the contribution in the argument's shape; None where none comes."""
        graph, trace = self.graph, self.trace
        bound, args = graph.ops[node], graph.args[node]
        assert bound is not None
        row, options = bound.row, bound.options
        ndims = tuple(len(trace.shape(arg)) for arg in args)
        if bound.can_end and row.ends_at(slot, ndims):
            return None
        operands = [self.values[arg] for arg in args]
        place = Operand(number(float(slot)), float(slot), constant=True)
        env: dict[str, Operand] = {"out": self.values[node], "k": place}
        if row.variadic:
            env |= {"xs": operands, "x": operands[slot]}  # type: ignore[dict-item]
        else:
            env |= dict(zip(row.params, operands, strict=True))
        if row.pointwise:
            local = self.texts.value(row.partials[slot], env, options)
            if is_zero(local.code):
                return None
            value = self.texts.times(g, local)
        else:
            value = self.texts.value(row.pullback_text(slot, ndims), env | {"g": g}, options)
            if is_zero(value.code):
                return None
        return self._in_shape(node, slot, self.writer.as_number(value), row)

    def _in_shape(self, node: int, slot: int, value: Operand, row: Operation) -> tuple[Operand, tuple[str, ...]]:
        trace, args = self.trace, self.graph.args[node]
        shapes, to = [trace.shape(arg) for arg in args], trace.shape(args[slot])
        if len(shapes) == 2 and value.shape != to and not row.pointwise and trace.shape(node) == ():
            every = _broadcast(*shapes)
            if every is not None and _broadcast(value.shape or (), every) == every:
                value = repeated(self.writer, value, every)
        have = value.shape or ()
        if row.pointwise and have != trace.shape(node):  # one gradient for all entries
            value = repeated(self.writer, value, trace.shape(node))
            have = trace.shape(node)
        comments = list(self._kinks(node, slot, row))
        if row.name in ("sum", "mean") and to and have != to:
            same = "the same gradient" if row.name == "sum" else "the same share of the gradient"
            comments.append(f"{row.name}: every entry gets {same}")
        value, axes = fitted(self.writer, value, to)
        if axes:
            comments.append(f"{self.names[args[slot]]} was broadcast: {_summed(axes, len(have))}")
        return value, tuple(comments)

    def _kinks(self, node: int, slot: int, row: Operation) -> list[str]:
        """What the row's convention says, where it has a corner or stands at a point without a derivative."""
        if not row.kinks or not is_known(f"convention.{row.name}"):
            return []
        names = [self.names[arg] for arg in self.graph.args[node]]
        here = kinks(self.trace, node, slot)
        if here:
            return [f"{row.name}: {sentences(row, here, names, 'en')}"]
        if row.name in CORNERS:
            sentence = say(f"convention.{row.name}", "en").partition(". ")[0].rstrip(".") + "."
            return [f"{row.name}: {sentence.format(**dict(zip(row.params, names)))}"]
        return []


def _as_index(at: ast.expr) -> ast.expr:
    """An index as an argument → as it stands between brackets: slice(1, 3) is 1:3."""
    match at:
        case ast.Tuple(elts=parts):
            return ast.Tuple([_as_index(part) for part in parts], ast.Load())
        case ast.Call(args=args):
            ends = [None if isinstance(end, ast.Constant) and end.value is None else end for end in args]
            return ast.Slice(*ends)
    return at


def _broadcast(*shapes: Shape) -> Shape | None:
    try:
        return tuple(np.broadcast_shapes(*shapes))
    except ValueError:
        return None


def _summed(axes: tuple[int, ...], ndim: int) -> str:
    """Axes that were summed → what is summed over, in words."""
    if len(axes) == ndim:
        return "sum over all entries"
    if ndim == 2:
        return "sum over the rows" if axes == (0,) else "sum over the columns"
    return f"sum over axis {axes[0]}" if len(axes) == 1 else f"sum over the axes {', '.join(map(str, axes))}"
