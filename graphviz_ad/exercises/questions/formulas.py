"""Trace → questions whose answers are formulas: local derivatives, the product along a path, the sum over paths."""

from __future__ import annotations

from dataclasses import replace

from graphviz_ad.exercises.questions.numbers import Asker
from graphviz_ad.explain.annotate import partial_tree
from graphviz_ad.explain.chain import Chain
from graphviz_ad.explain.expression import Expression
from graphviz_ad.explain.leaves import derivative, local_name
from graphviz_ad.items.model import Field, Formula, Question, Text
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.language import numbers
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.printer import TEXT, write
from graphviz_ad.language.tree import OPERATOR, VALUE, Tree

Path = tuple[tuple[int, int], ...]
"""Edges (node, slot) from the output back to a node."""

_EXACT = replace(TEXT, write_value=lambda value, digits: numbers.exact(value))
"""The language, with every number in as many digits as it has: what answers are compared with."""

_MAX_PATHS = 4
"""Paths over which a student is asked to sum: with more the formula does not fit the line it is written on."""
_MAX_PARTS = 60
"""Parts of a formula that a student may be asked to write."""


def rules(ask: Asker, name: str) -> Question | None:
    """The local derivative on every edge whose operation states one, as a formula."""
    trace, graph = ask.trace, ask.trace.graph
    asked, solution = [], list[Text]()
    for node, slot, _ in trace.backward_edges():
        bound = graph.ops[node]
        if bound is None or not bound.row.pointwise or not _scalar(ask, node):
            continue
        tree = Tree()
        root = partial_tree(graph, node, slot, tree)
        if len(tree) > _MAX_PARTS:
            continue
        symbol: Text = (("math", ask.local(node, slot)),)
        formula = _formula(ask, tree, root, Quantity("local", node, slot))
        asked.append((symbol, formula, (node, slot)))
        left = ask.local(node, slot).parts
        solution.append((("math", Chain((*left, _shown(tree, root)), ("", "="))),))
    if not asked:
        return None
    fields = tuple(
        Field(name if len(asked) == 1 else f"{name}.{count}", label, formula, place)
        for count, (label, formula, place) in enumerate(asked, 1)
    )
    node, slot = asked[0][2]
    hints = (ask.say("hint.local", x=ask.name(graph.args[node][slot]), out=ask.name(node)),)
    return Question(name, "rules", ask.say("ask.rules"), fields, len(fields), hints=hints, solution=tuple(solution))


def path(ask: Asker, name: str) -> Question | None:
    """The product of local derivatives along one path of at least two edges."""
    paths_from = {node: paths for node in ask.trace.graph.inputs.values() if (paths := _paths(ask, node))}
    long = [(node, edges) for node, paths in paths_from.items() for edges in paths if len(edges) > 1]
    if not long:
        return None
    node, chosen = ask.chance.choice(long)
    graph = ask.trace.graph
    nodes = [node, *(edge_node for edge_node, _ in reversed(chosen))]
    arrows: Text = ()
    for passed in nodes:
        arrows = (*arrows, ("text", " → "), ("math", ask.name(passed))) if arrows else (("math", ask.name(passed)),)
    tree = Tree()
    root = _product(ask, chosen, tree)
    prompt = ask.say("ask.path", path=arrows, what=_gradient(ask, node))
    if len(paths_from[node]) > 1:  # the product is but one term of the gradient
        product = Tree()
        symbols = [_symbol(ask, edge, product) for edge in chosen]
        prompt = ask.say("ask.path", path=arrows, what=_chain(product, _times(product, symbols)))
    quantity = Quantity("gradient", node) if len(paths_from[node]) == 1 else None
    field = Field(name, (), _formula(ask, tree, root, quantity), (node, None))
    solution: tuple[Text, ...] = ((("math", Chain((_shown(tree, root),), ("",))),),)
    hints = (ask.say("hint.begin", out=ask.name(graph.output)), ask.say("hint.path"))
    return Question(name, "path", prompt, (field,), 2, hints=hints, solution=solution)


def paths(ask: Asker, name: str) -> Question | None:
    """The gradient of an input with several paths to the output, as their sum."""
    paths_from = {node: _paths(ask, node) for node in ask.trace.graph.inputs.values()}
    several = [node for node, paths in paths_from.items() if 1 < len(paths) <= _MAX_PATHS]
    if not several:
        return None
    node = ask.chance.choice(several)
    tree = Tree()
    terms = [_product(ask, edges, tree) for edges in paths_from[node]]
    root = terms[0]
    for term in terms[1:]:
        root = tree.add(OPERATOR, "+", (root, term))
    if len(tree) > 2 * _MAX_PARTS:
        return None
    prompt = ask.say(
        "ask.paths", len(terms), what=_gradient(ask, node), count=str(len(terms)),
        x=ask.name(node), out=ask.name(ask.trace.graph.output),
    )  # fmt: skip
    field = Field(name, (), _formula(ask, tree, root, Quantity("gradient", node)), (node, None))
    hints = (ask.say("hint.path"), ask.say("hint.paths"))
    solution: tuple[Text, ...] = ((("math", Chain((_shown(tree, root),), ("",))),),)
    return Question(name, "paths", prompt, (field,), 3, hints=hints, solution=solution)


def _scalar(ask: Asker, node: int) -> bool:
    """Whether a node and its arguments are numbers."""
    nodes = (node, *ask.trace.graph.args[node])
    return all(isinstance(ask.trace.values[node], float) for node in nodes)


def _paths(ask: Asker, node: int) -> list[Path]:
    """Node → its paths to the output; none where an edge is an array's or states no local derivative."""
    trace = ask.trace
    into: dict[int, list[tuple[int, int]]] = {}
    for out, slot, arg in trace.backward_edges():
        if not _scalar(ask, out) or trace.local(out, slot) is None:
            return []
        into.setdefault(arg, []).append((out, slot))
    finished: list[Path] = []
    waiting: list[Path] = [((out, slot),) for out, slot in into.get(node, [])]
    while waiting and len(finished) <= _MAX_PATHS:
        begun = waiting.pop()
        last = begun[-1][0]
        if last == trace.graph.output:
            finished.append(begun[::-1])
        waiting += [(*begun, edge) for edge in into.get(last, [])]
    return sorted(finished)


def _product(ask: Asker, edges: Path, tree: Tree) -> int:
    """Path → the product of its local derivatives, put into the tree."""
    return _times(tree, [partial_tree(ask.trace.graph, node, slot, tree) for node, slot in edges])


def _symbol(ask: Asker, edge: tuple[int, int], tree: Tree) -> int:
    node, slot = edge
    return local_name(ask.trace.graph, node, ask.trace.graph.args[node][slot], tree)


def _times(tree: Tree, factors: list[int]) -> int:
    root = factors[0]
    for factor in factors[1:]:
        root = tree.add(OPERATOR, "*", (root, factor))
    return root


def _chain(tree: Tree, root: int) -> Chain:
    return Chain((Expression(tree, root),), ("",))


def _gradient(ask: Asker, node: int) -> Chain:
    tree = Tree()
    return _chain(tree, derivative(ask.trace.graph, node, tree))


def _formula(ask: Asker, tree: Tree, root: int, quantity: Quantity | None) -> Formula:
    """Expression → the response that asks for it, with the names of nodes that may stand in it."""
    graph = ask.trace.graph
    names = tuple(name for node, name in enumerate(graph.names) if node not in graph.constants)
    return Formula(write(tree, root, _EXACT), names, quantity)


def _shown(tree: Tree, root: int) -> Expression:
    """Expression → the same as a solution shows it: its numbers with all digits, since it is what one writes."""
    if VALUE not in tree.kind:
        return Expression(tree, root)
    program = parse_program(write(tree, root, _EXACT))
    return Expression(program.tree, program.statements[-1].root)
