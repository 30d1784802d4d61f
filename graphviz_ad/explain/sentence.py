"""A step becomes one plain sentence, with a second one where something is unusual."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.closed_operation import OPERATION, STATEMENT
from graphviz_ad.autodiff.steps import Accumulate, Evaluate, GradCall, Pull, Seed, Step, Update
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.alike import MOVES, evaluate_key, structural_key
from graphviz_ad.explain.annotate import partial_tree
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.comparisons import Condition
from graphviz_ad.explain.equation import vanishes
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.grad_calls import grad_sentence
from graphviz_ad.explain.kinks import kinks, sentences
from graphviz_ad.explain.leaves import name_leaf
from graphviz_ad.explain.operation import called_as, operator_key
from graphviz_ad.explain.phrase import Filling, Segment, gap, join, phrase, plain
from graphviz_ad.explain.slopes import POWERS, is_zero, plain_key, slope_key
from graphviz_ad.explain.tangents import tangent_parts
from graphviz_ad.explain.trouble import accumulate_trouble, evaluate_trouble, pull_trouble
from graphviz_ad.explain.updates import update_sentence
from graphviz_ad.language import numbers
from graphviz_ad.language.numbers import shape_text
from graphviz_ad.language.operators import COMPARE, OPERATORS
from graphviz_ad.language.tree import OPERATOR, VALUE, Tree
from graphviz_ad.lazy import lazy
from graphviz_ad.messages.catalogue import is_known
from graphviz_ad.ops.broadcasting import shape
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

__all__ = ["Segment", "plain", "sentence"]


def sentence(trace: Trace, step: Step, lang: str = "en", digits: int = numbers.DEFAULT_DIGITS) -> tuple[Segment, ...]:
    """Step → what happens in it, in words, as segments of text and mathematics."""
    return tuple(segment for part in parts(trace, step, lang, digits) for segment in part())


def parts(trace: Trace, step: Step, lang: str, digits: int) -> tuple[Callable[[], tuple[Segment, ...]], ...]:
    """Step → what says what happens, and what says why a number is not finite: together its sentence."""
    write = _StepWriter(trace, step.node, lang, digits)
    match step:
        case Evaluate():
            return partial(write.evaluate, step), write.evaluate_trouble, write.place
        case Seed():
            is_default = isinstance(step.grad, float) and step.grad == 1
            return (partial(write, "seed" if is_default else "seed.given"),)
        case Pull():
            return partial(write.pull, step), lambda: write.more(pull_trouble(trace, step), op=write.op())
        case Accumulate():
            return partial(write.accumulate, step), lambda: write.more(accumulate_trouble(trace, step))
        case Update():
            return (partial(update_sentence, trace, step, lang, digits),)
        case GradCall():
            return (partial(grad_sentence, trace, step, lang, digits),)
        case _:
            return tangent_parts(trace, step, lang, digits)


class _StepWriter:
    """Writes the sentence of a step about one node of a trace, in one language."""

    def __init__(self, trace: Trace, node: int, lang: str, digits: int) -> None:
        self.trace, self.graph, self.node, self.lang, self.digits = trace, trace.graph, node, lang, digits

    def __call__(self, key: str, several: int | None = None, /, **fillings: Filling) -> tuple[Segment, ...]:
        """Entry of the catalogue, with the node's name put in as `out`."""
        return phrase(key, self.lang, several, **{"out": self.name(self.node), **fillings})

    def also(self, segments: tuple[Segment, ...], key: str, **fillings: Filling) -> tuple[Segment, ...]:
        """Segments → the same with one more sentence behind them."""
        return (*segments, *self.more(key, **fillings))

    def more(self, key: str | None, **fillings: Filling) -> tuple[Segment, ...]:
        """Entry of the catalogue, behind other sentences; nothing where there is none."""
        return () if key is None else (*gap(self.lang), *self(key, **fillings))

    def place(self) -> tuple[Segment, ...]:
        """Where the program computes the node, behind other sentences; nothing where there is no program."""
        place = self.graph.places.get(self.graph.given_names.get(self.node, ""))
        return self.more("in_code", place=place) if place else ()

    def name(self, node: int) -> Chain:
        """Node → its name as mathematics."""
        tree = Tree()
        return self.math(tree, name_leaf(self.graph, node, self.digits)(tree))

    def product(self, nodes: Sequence[int]) -> Chain:
        """Nodes → their product as mathematics."""
        tree = Tree()
        factors = [name_leaf(self.graph, node, self.digits)(tree) for node in nodes]
        return self.math(tree, reduce(lambda left, right: tree.add(OPERATOR, "*", (left, right)), factors))

    def value(self, value: Value) -> Chain:
        """Float or array → its value as mathematics."""
        tree = Tree()
        return self.math(tree, tree.add(VALUE, value))

    def math(self, tree: Tree, *nodes: int, sign: str = "=") -> Chain:
        """Nodes of a tree → mathematics, with the sign between them."""
        return Chain(tuple(Expression(tree, node) for node in nodes), (sign,) * len(nodes), self.digits)

    def op(self) -> Filling:
        """What the node's operation is called in running text; a statement, or one with its constants, by its name."""
        bound = self.graph.ops[self.node]
        assert bound is not None
        if bound.row.name in (STATEMENT, OPERATION):
            return self.name(self.node)
        key = f"op.{bound.row.name}"
        if self.compares():
            key = "op.compare"
        return plain(phrase(key, self.lang)) if is_known(key) else called_as(self.graph, self.node, bound.row)

    def compares(self) -> bool:
        """Whether the node is a comparison."""
        bound = self.graph.ops[self.node]
        key = operator_key(bound.row) if bound else None
        return key is not None and OPERATORS[key].precedence == COMPARE

    # -- forward ------------------------------------------------------------------------------

    def evaluate(self, step: Evaluate) -> tuple[Segment, ...]:
        """What the node is, and what was broadcast."""
        segments = self.definition()
        args = list(dict.fromkeys(self.graph.args[self.node]))
        large = shape(step.value)
        bound = self.graph.ops[self.node]
        assert bound is not None
        if bound.row.pointwise and large:
            for arg in args:
                small = self.trace.shape(arg)
                if small == large or arg in self.graph.constants:
                    continue
                key = "broadcast" if small else "broadcast.scalar"
                segments = self.also(segments, key, x=self.name(arg), small=shape_text(small), large=shape_text(large))
        return segments

    def evaluate_trouble(self) -> tuple[Segment, ...]:
        """Why the value is not finite."""
        key, at = evaluate_trouble(self.trace, self.node) or (None, None)
        return self.more(key, op=self.op(), x=self.name(self.node if at is None else at))

    def definition(self) -> tuple[Segment, ...]:
        """`m is the product of w and x`."""
        bound = self.graph.ops[self.node]
        assert bound is not None
        row, args = bound.row, self.graph.args[self.node]
        names = [self.name(arg) for arg in args]
        fillings: dict[str, Filling] = dict(zip("xyz", names))
        fillings["args"] = join("list" if len(names) > 2 else "both", self.lang, [(("math", n),) for n in names])
        fillings["op"] = self.op()
        key = evaluate_key(row.name)
        axis = bound.options.get("axis")
        if self.compares():
            key = "evaluate.compare"
        elif row.name in (STATEMENT, OPERATION):
            key = "evaluate.statement"
        elif row.name == "power":
            key = "evaluate.square" if bound.options["n"] == 2 else key
            fillings["n"] = numbers.number(float(bound.options["n"]), self.digits)
        elif len(args) > 2 and row.name in ("add", "multiply"):
            key = f"{key}.several"
            terms: list[tuple[Segment, ...]] = [(("math", name),) for name in names]
            *first, last = terms
            fillings["args"] = join("both", self.lang, [join("list", self.lang, first), last])
        elif row.name == "diag" and len(self.trace.shape(args[0])) == 1:
            key = "evaluate.diag.matrix"
        elif axis is not None and len(args) == 1 and len(self.trace.shape(args[0])) > 1 and row.name not in MOVES:
            key = "evaluate.axis"
            if len(self.trace.shape(args[0])) == 2 and not isinstance(axis, tuple):
                key = "evaluate.axis.row" if axis % 2 else "evaluate.axis.column"
            fillings["axis"] = ", ".join(str(int(a)) for a in (axis if isinstance(axis, tuple) else (axis,)))
        return self(key if is_known(key) else "evaluate.other", **fillings)

    # -- backward -----------------------------------------------------------------------------

    def pull(self, step: Pull) -> tuple[Segment, ...]:
        """Why the contribution is what it is, and what is unusual about it."""
        args = self.graph.args[self.node]
        stopped = is_zero(step.upstream)
        needed = [] if stopped else kinks(self.trace, self.node, step.slot)
        segments = self.structural(step, needed) if step.local is None else self.pointwise(step)
        bound = self.graph.ops[self.node]
        if needed and bound is not None:
            names = [self.graph.names[arg] for arg in args]
            segments = self.also(segments, "convention", words=sentences(bound.row, needed, names, self.lang))
        if args.count(step.to) > 1:
            is_square = len(args) == 2 and bound is not None and bound.row.name == "multiply"
            sides = ("pull.place.left", "pull.place.right")
            key = sides[step.slot] if is_square else "pull.place"
            segments = self.also(segments, key, to=self.name(step.to), place=str(step.slot + 1))
        if step.summed:
            large = self.trace.shape(self.node) or np.broadcast_shapes(*map(self.trace.shape, args))
            segments = self.also(
                segments, "pull.summed", to=self.name(step.to), axes=self.axes(step), large=shape_text(large)
            )
        return segments

    def accumulate(self, step: Accumulate) -> tuple[Segment, ...]:
        """How many contributions have arrived."""
        stage = "first" if step.count == 1 else "partial"
        if step.count == step.of:
            stage = "final.two" if step.of == 2 else "final"
        counts = {"count": str(step.count), "of": str(step.of)}
        several = None if stage == "final.two" else step.of
        return self(f"accumulate.{stage}", several, to=self.name(step.to), **counts)

    def axes(self, step: Pull) -> str:
        """The axes a contribution was summed over, in words."""
        ndim = len(self.trace.shape(self.node))
        if ndim and step.summed == tuple(range(ndim)):
            return plain(self("axis.all"))
        listed = ", ".join(map(str, step.summed))
        return plain(self("axis.listed", len(step.summed), axis=listed))

    def pointwise(self, step: Pull) -> tuple[Segment, ...]:
        """One sentence on an edge with a local derivative."""
        bound = self.graph.ops[self.node]
        assert bound is not None
        to, local, name = self.name(step.to), step.local, bound.row.name
        fillings: dict[str, Filling] = {"to": to, "op": self.op()}
        if isinstance(local, float):
            fillings["local"] = self.value(local)
        others = [arg for slot, arg in enumerate(self.graph.args[self.node]) if slot != step.slot]
        if others:
            fillings["other"] = self.product(others) if name == "multiply" else self.name(others[0])
        if is_zero(step.upstream):
            return self("pull.zero.upstream", **fillings)
        key = plain_key(name, step)
        if key is not None and not (key == "pull.divide.second" and "local" not in fillings):
            return self(f"{key}.several" if name == "multiply" and len(others) > 1 else key, **fillings)
        tree, because = Tree(), list[Condition]()
        reasons = because if isinstance(local, float) else None
        symbol = partial_tree(self.trace, self.node, step.slot, tree, digits=self.digits, because=reasons)
        fillings["symbol"] = self.math(tree, symbol)
        assert local is not None
        if not isinstance(local, float):
            if name in POWERS:
                return self("pull.exponent" if step.slot else "pull.power", **fillings)
            is_mask = np.all(np.logical_or(np.equal(local, 0), np.equal(local, 1)))
            return self("pull.mask" if is_mask else "pull.entries", **fillings)
        if name in POWERS:  # only its exceptions are worth a reason
            because = [condition for condition in because if condition.held]
        fillings["reason"] = self.reason(tree, because, local)
        key = slope_key(name, step.slot, local, bool(fillings["reason"]))
        if key == "pull.zero":
            key, unknown = self.no_slope(bound.row.partials[step.slot] == "0", step)
            fillings["x"] = self.name(step.to if unknown is None else unknown)
        elif key == "pull.zero.because" and vanishes(self.trace, step, self.digits):
            key = "pull.vanished"
        return self(key, **fillings)

    def no_slope(self, always: bool, step: Pull) -> tuple[str, int | None]:
        """Why a slope is 0 without a reason given, and the argument that is no number where it is that."""
        if always:
            return "pull.zero.always", None
        for arg in self.graph.args[self.node]:
            if self.trace.values[arg] != self.trace.values[arg]:
                return "pull.zero.nan", arg
        return ("pull.vanished" if vanishes(self.trace, step, self.digits) else "pull.zero"), None

    def reason(self, tree: Tree, because: list[Condition], local: float) -> tuple[Segment, ...]:
        """The comparisons that decided the slope: for a slope of 0 those that failed, where there are any."""
        failed = [condition for condition in because if not condition.held]
        chosen = failed if local == 0 and failed else because
        comparisons: list[tuple[Segment, ...]] = [
            (("math", self.math(tree, condition.left, condition.right, sign=condition.sign)),) for condition in chosen
        ]
        unique = {plain(part): part for part in comparisons}
        return join("and", self.lang, unique.values())

    def structural(self, step: Pull, needed: list[int]) -> tuple[Segment, ...]:
        """One sentence on an edge whose operation is not entry by entry; `needed` of its convention holds here."""
        args = self.graph.args[self.node]
        if is_zero(step.upstream):
            return self("pull.zero.upstream", to=self.name(step.to))
        key = structural_key(self.trace, step, bool(needed))
        fillings: dict[str, Filling] = {"to": self.name(step.to), "op": self.op()}
        if len(args) > 1:
            fillings["other"] = self.name(args[1 - step.slot] if step.slot < 2 else args[0])
        numbers_only = self.trace.shape(self.node) == self.trace.shape(step.to) == ()
        return self(key if is_known(key) else "pull" if numbers_only else "pull.structural", **fillings)
