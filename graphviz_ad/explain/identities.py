"""Known identities of a trace: σ or softmax with cross-entropy, squared error, log-sum-exp, σ(1 - σ), 1 - tanh².

No pattern of operations is looked for: an identity is proposed wherever its quantities are, and holds if the numbers
agree at the inputs given and at two other places: so it is found in `bce(a, y)` and in the formula written out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.passes import rerun
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.explain.expression import values
from graphviz_ad.explain.leaves import derivative, local_name
from graphviz_ad.graph.graph import Graph
from graphviz_ad.language.names import split
from graphviz_ad.language.tree import CALL, NAME, NUMBER, OPERATOR, Leaf, Tree, graft
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import parsed
from graphviz_ad.ops.table import BY_NAME
from graphviz_ad.values import Result, Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MAX_NODES = 80
"""Of a graph in which identities are looked for: of a larger one no reader follows the formula."""
_PLACES = ((0.31, 0.02), (-0.17, 0.05))
"""By which share of itself, and by how much besides, each input is moved for two other places."""
_TOLERANCE = 1e-9
"""How far two sides may be apart, as a share of the larger: rounding, and no other quantity."""
_SMALLEST = 1e-6
"""A number below it does not tell one expression from another."""
_KEPT = "identities"
"""Name under which a trace keeps them."""
_SATURATING = {"sigmoid": "a*(1 - a)", "tanh": "1 - a^2"}
"""Functions whose derivative is said by their result a."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A derivative with respect to `node`, of the output or of `of` where given, as a closed expression.

    `function` is what `of` is of the node, where it is known for that.
    """

    node: int
    of: int | None
    tree: Tree
    right: int
    function: str = ""

    def equation(self, trace: Trace, into: Tree) -> tuple[int, int]:
        """Put both sides into a tree → the two, as ∂L/∂z and a - y."""
        graph = trace.graph
        left = derivative(graph, self.node, into) if self.of is None else local_name(graph, self.of, self.node, into)
        return left, self.put(into)

    def put(self, into: Tree, leaves: Mapping[str, Leaf] | None = None) -> int:
        """Put the expression into a tree, names replaced by what `leaves` says."""
        return graft(into, self.tree, self.right, leaves or {})


def identities(trace: Trace) -> list[Identity]:
    """Trace → the identities that hold in it, at most one for each node, those of the loss first.

    They are kept with the trace, as its cached properties are.
    """
    kept = vars(trace)
    if _KEPT not in kept:
        kept[_KEPT] = _all(trace) if trace.opened is None else _of_opened(trace, trace.opened)
    known: list[Identity] = kept[_KEPT]
    return known


def of_output(trace: Trace) -> list[Identity]:
    """Trace → the identities of whole gradients, and not of a link on their way."""
    return [identity for identity in identities(trace) if identity.of in (None, trace.graph.output)]


def _of_opened(trace: Trace, opened: Trace) -> list[Identity]:
    """A trace with closed parts, and the same with all open → the identities of that one whose nodes are all here.

    They are not looked for here, where the parameters inside a part do not change with the place.
    """
    ids, kept = trace.graph.ids, []
    for identity in identities(opened):
        names = [opened.graph.names[identity.node]]
        names += [] if identity.of is None else [opened.graph.names[identity.of]]
        tree = identity.tree
        used = {str(head) for kind, head in zip(tree.kind, tree.head, strict=True) if kind == NAME}
        if {*names, *used} <= ids.keys() and names[0] in opened.graph.ids:
            of = None if identity.of is None else ids[names[1]]
            kept.append(replace(identity, node=ids[names[0]], of=of))
    return kept


def _all(trace: Trace) -> list[Identity]:
    graph = trace.graph
    if len(graph) > _MAX_NODES or trace.shape(graph.output) != () or not graph.inputs:
        return []
    with np.errstate(all="ignore"):
        return _identities(trace)


def _identities(trace: Trace) -> list[Identity]:
    """The same, where nothing warns of numbers that are too large."""
    moved = [place for place in (_moved(trace, *by) for by in _PLACES) if place is not None]
    if len(moved) < len(_PLACES):
        return []
    places = [trace, *moved]
    by_node: dict[int, Identity] = {}
    for identity in _candidates(trace):
        if identity.node not in by_node and _holds(identity, places):
            by_node[identity.node] = identity
    return list(by_node.values())


def _moved(trace: Trace, share: float, shift: float) -> Trace | None:
    """The same passes at other inputs; None where they cannot be there, or where something is not finite."""
    graph = trace.graph
    inputs: dict[str, Value] = {}
    for number, (name, node) in enumerate(graph.inputs.items()):
        value, own = trace.values[node], 1 + number / 8  # each by another part, or two that are alike would stay so
        inputs[name] = moved = np.multiply(value, 1 + share * own) + shift * own
        if np.ndim(value) and np.all(np.greater_equal(value, 0)) and np.all(np.sum(value, axis=-1) == 1):
            inputs[name] = moved / np.sum(moved, axis=-1, keepdims=True)  # the answer of a softmax
    for names in _answers_by_entry(trace):
        total = sum(float(inputs[name]) for name in names)
        inputs |= {name: float(inputs[name]) / total for name in names}
    try:
        place = rerun(trace, inputs)
    except GraphvizADError:
        return None
    return None if place.not_finite else place


def _answers_by_entry(trace: Trace) -> list[list[str]]:
    """Trace → the names of inputs y_1, y_2, … that are the answer of a softmax written out: none below 0, in all 1."""
    by_stem: dict[str, list[str]] = {}
    for name, node in trace.graph.inputs.items():
        if split(name).below and trace.shape(node) == () and trace.values[node] >= 0:
            by_stem.setdefault(split(name).stem, []).append(name)
    given = trace.graph.inputs
    return [names for names in by_stem.values() if len(names) > 1 and sum(trace.values[given[n]] for n in names) == 1]


def _holds(identity: Identity, places: Sequence[Trace]) -> bool:
    """Whether both sides have the same numbers at all places; at one of them, as at a minimum, they may be 0."""
    telling = 0
    for place in places:
        scope = {name: place.values[node] for name, node in place.graph.ids.items()}
        right = values(identity.tree, identity.right, scope)[identity.right]
        left = place.grads[identity.node]
        if identity.of is not None:
            right = right * place.grads[identity.of]
        if left is None or np.shape(left) != np.shape(right):
            return False
        largest = float(np.max(np.abs(left), initial=0.0))
        if np.max(np.abs(np.subtract(left, right)), initial=0.0) > _TOLERANCE * max(1.0, largest):
            return False
        telling += largest >= _SMALLEST
    return telling >= len(_PLACES)


def _candidates(trace: Trace) -> Iterator[Identity]:
    """Trace → derivatives and what they may be known as, the more telling first."""
    graph, names = trace.graph, trace.graph.names
    nodes = [node for node in range(graph.output) if trace.grads[node] is not None]
    computed = [node for node in nodes if graph.ops[node] is not None and node in graph.given_names]
    for node in computed:
        for function in ("sigmoid", "softmax") if trace.shape(node)[-1:] > (1,) else ("sigmoid",):  # that of one is 1
            results = [reader for reader, _ in graph.consumers[node] if graph.op_name(reader) == function]
            predictions = [(NAME, names[result]) for result in results] or [(CALL, function)]
            for prediction in predictions:
                yield from _errors(trace, node, prediction)
        yield from _errors_of_class(trace, node)
        yield from _errors_of_entry(trace, node)
    for node in computed:
        yield from _errors(trace, node, (NAME, names[node]))
    for node in computed:
        if trace.shape(node)[-1:] > (1,):
            tree = Tree()
            yield Identity(node, None, tree, tree.add(CALL, "softmax", (tree.add(NAME, names[node]),)))
    yield from _saturating(trace, [*nodes, graph.output])


def _errors(trace: Trace, node: int, prediction: tuple[int, str]) -> Iterator[Identity]:
    """Node, and a prediction by name or as a function of the node → prediction minus answer, with the usual factors."""
    graph, size = trace.graph, max(1, int(np.size(trace.values[node])))
    rows = trace.shape(node)[0] if trace.shape(node) else 1
    answers = [
        name for name, at in graph.inputs.items() if trace.shape(at) == trace.shape(node) and name != graph.names[node]
    ]
    for answer in answers:
        for number, divided in dict.fromkeys([(1.0, 1), (2.0, 1), (1.0, rows), (1.0, size), (2.0, size)]):
            tree = Tree()
            kind, name = prediction
            of = tree.add(NAME, name) if kind == NAME else tree.add(CALL, name, (tree.add(NAME, graph.names[node]),))
            whole = tree.add(OPERATOR, "-", (of, tree.add(NAME, answer)))
            if number != 1:
                whole = tree.add(OPERATOR, "*", (tree.add(NUMBER, number), whole))
            if divided != 1:
                whole = tree.add(OPERATOR, "/", (whole, tree.add(NUMBER, float(divided))))
            yield Identity(node, None, tree, whole)


def _errors_of_class(trace: Trace, node: int) -> Iterator[Identity]:
    """Node of which a softmax is made, and of that one entry taken, as in -log p[k] → p minus the vector of class k."""
    graph = trace.graph
    taken = [
        (result, number)
        for result, _ in graph.consumers[node]
        if graph.op_name(result) in ("softmax", "log_softmax")
        for number in _entries_taken(graph, result)
    ]
    for result, number in taken:
        tree = Tree()
        if graph.op_name(result) == "softmax":
            softmax = tree.add(NAME, graph.names[result])
        else:
            softmax = tree.add(CALL, "softmax", (tree.add(NAME, graph.names[node]),))
        chosen = tree.add(CALL, "one_hot", (tree.add(NUMBER, float(number)), softmax))
        yield Identity(node, None, tree, tree.add(OPERATOR, "-", (softmax, chosen)))


def _errors_of_entry(trace: Trace, node: int) -> Iterator[Identity]:
    """Node z_1 → p_1 minus y_1, for each result and each input that has its letters: of a softmax written out."""
    graph, names = trace.graph, trace.graph.names
    if trace.shape(node) or not (below := split(names[node]).below):
        return
    alike = [at for at in range(len(graph)) if at != node and not trace.shape(at) and split(names[at]).below == below]
    for result, answer in product(alike, alike):
        if node < result and graph.ops[result] is not None and graph.ops[answer] is None:
            tree = Tree()
            sides = tree.add(NAME, names[result]), tree.add(NAME, names[answer])
            yield Identity(node, None, tree, tree.add(OPERATOR, "-", sides))


def _entries_taken(graph: Graph, node: int) -> Iterator[int]:
    """Vector → the numbers of the entries of it that are taken alone, counted from 0."""
    for reader, _ in graph.consumers[node]:
        operation = graph.ops[reader]
        at = operation.options.get("at") if operation is not None and operation.row.name == "index" else None
        if isinstance(at, tuple) and len(at) == 1 and isinstance(at[0], int) and at[0] >= 0:
            yield at[0]


def _saturating(trace: Trace, nodes: Sequence[int]) -> Iterator[Identity]:
    """Nodes that are σ or tanh of another one, though not written so → their derivative in terms of their value."""
    graph = trace.graph
    for function, text in _SATURATING.items():
        of = BY_NAME[function].forward
        for result in nodes:
            value = trace.values[result]
            if graph.ops[result] is None or graph.op_name(result) == function:
                continue
            for node in nodes:
                if node < result and trace.shape(node) == trace.shape(result) and _alike(of(trace.values[node]), value):
                    yield Identity(node, result, *_by_result(graph.names[result], text), function)


def _by_result(name: str, text: str) -> tuple[Tree, int]:
    """Name of a result a, and a text over a → the text over that name."""
    tree, program = Tree(), parsed(text)
    root = graft(tree, program.tree, program.statements[-1].root, {"a": lambda into: into.add(NAME, name)})
    return tree, root


def _alike(left: Result, right: Value) -> bool:
    return bool(np.allclose(left, right, rtol=_TOLERANCE, atol=_TOLERANCE))
