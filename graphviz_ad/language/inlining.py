"""A function of the author's that is called with an entry, f(x_i) → what it is of that entry, so that sums see it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from graphviz_ad.language.letters import array_name, index_letters
from graphviz_ad.language.names import Parts, identity, split
from graphviz_ad.language.replanting import Additions, nodes_below, replanted
from graphviz_ad.language.tree import CALL, NAME, TOTAL, Limits, Program, Statement, Tree

_MAX_ROUNDS = 8
"""How deep functions of entries may be called within each other."""


def with_functions_of_entries(program: Program) -> Program:
    """Program → the same with the bodies of functions for their calls with entries that a sum runs over."""
    for _ in range(_MAX_ROUNDS):
        tree = program.tree
        functions = {s.name: s for s in program.statements if s.params is not None and _is_plain(tree, s)}
        if not functions:
            return program
        letters = {letter for head in tree.head if isinstance(head, Limits) for letter in head.letters}
        letters |= {letter for statement in program.statements for letter in statement.letters}
        calls = [node for node in range(len(tree)) if _is_of_entry(tree, node, functions, letters)]
        if not calls:
            return program
        inlined = {str(tree.head[node]) for node in calls}
        additions = Additions(program)
        for node in calls:
            _inline(tree, node, functions[str(tree.head[node])], additions)
        program = additions.planted(statements=tuple(_without(program.statements, tree, inlined)))
    return program


def with_signals(program: Program, given: Set[Parts | str]) -> Program:
    """e(t) = r - y; u(t) = K e(t), where t has no value and e does not need it → the quantity e for its calls e(t)."""
    tree = program.tree
    of: dict[str, tuple[str, ...]] = {}
    for statement in program.statements:
        params, name = statement.params, statement.name
        if not params or not name:
            continue
        below = {str(tree.head[node]) for node in nodes_below(tree, statement.root) if tree.kind[node] == NAME}
        below |= {array_name(name) for name in below} | {split(name).stem for name in below}
        if not below.intersection(params) and not any(identity(p) in given for p in params):
            of[name] = params
    if not of:
        return program
    names = {str(head) for kind, head in zip(tree.kind, tree.head, strict=True) if kind == NAME}
    calls = [node for node, kind in enumerate(tree.kind) if kind == CALL and tree.head[node] in of]
    for node in calls:
        arguments = tuple(str(tree.head[arg]) for arg in tree.args[node] if tree.kind[arg] == NAME)
        if arguments != of[str(tree.head[node])] or len(arguments) < len(tree.args[node]):
            return program
    if not calls or any(name in names for name in of):
        return program
    used = {str(tree.head[node]) for node in calls}
    for node in calls:
        tree.kind[node], tree.args[node] = NAME, ()
    statements = tuple(s._replace(params=None) if s.name in used else s for s in program.statements)
    ignored = program.ignored.union(*(of[name] for name in used))
    return replanted(replace(program, statements=statements, ignored=ignored))


def _is_plain(tree: Tree, function: Statement) -> bool:
    """Whether a function has one form without a sum, in which its parameters stand without letters below them."""
    nodes = nodes_below(tree, function.root)
    names = [str(tree.head[node]) for node in nodes if tree.kind[node] == NAME]
    params = function.params or ()
    lettered = any(name not in params and array_name(name) in params for name in names)
    return not function.forms and not lettered and all(tree.kind[node] != TOTAL for node in nodes)


def _is_of_entry(tree: Tree, node: int, functions: dict[str | None, Statement], letters: set[str]) -> bool:
    """Whether a node is a call of such a function with a name that has the letter of a sum."""
    function = functions.get(str(tree.head[node])) if tree.kind[node] == CALL else None
    if function is None or function.params is None or len(function.params) != len(tree.args[node]):
        return False
    arguments = [str(tree.head[arg]) for arg in tree.args[node] if tree.kind[arg] == NAME]
    return any(letters.intersection(index_letters(split(name))) for name in arguments)


def _inline(tree: Tree, node: int, function: Statement, additions: Additions) -> None:
    """A call → the body of its function, with the arguments for the parameters."""
    given = dict(zip(function.params or (), tree.args[node], strict=True))
    new: dict[int, int] = {}
    for inner in nodes_below(tree, function.root):
        kind, head = tree.kind[inner], tree.head[inner]
        if kind == NAME and head in given:
            new[inner] = given[str(head)]
        else:
            new[inner] = additions.add(kind, head, tuple(new[arg] for arg in tree.args[inner]), inner)
    root = new[function.root]
    tree.kind[node], tree.head[node], tree.args[node] = tree.kind[root], tree.head[root], tree.args[root]


def _without(statements: tuple[Statement, ...], tree: Tree, inlined: set[str]) -> list[Statement]:
    """Statements → the same without the functions that were inlined and are called nowhere now."""
    called = {
        tree.head[node]
        for statement in statements
        for node in nodes_below(tree, statement.root)
        if tree.kind[node] == CALL
    }
    return [s for s in statements if s.params is None or s.name not in inlined or s.name in called]
