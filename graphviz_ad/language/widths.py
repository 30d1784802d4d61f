"""The d_k of attention, where nothing says what it is → the number of columns of K: softmax(Q Kᵀ/√d_k) V."""

from __future__ import annotations

import re

from graphviz_ad.language.given import Given
from graphviz_ad.language.letters import array_name
from graphviz_ad.language.names import identity, split
from graphviz_ad.language.replanting import Additions
from graphviz_ad.language.tree import CALL, KEYWORD, NAME, NUMBER, OPERATOR, Program

_WIDTH = re.compile(r"[dD](?:_?(?:\{(?:k|K|q|h|key|head)\}|k|K|q|h|key|head)|ₖ)?|dim|head_dim")
"""Names for how many entries a key has."""
_QUERY, _KEY = "Qq", "Kk"
"""Letters of queries and keys."""
_MAX_ROOTS = 20
"""Roots beside which Q Kᵀ is looked for."""
_MULTIPLYING = ("·", "*", "@", "/")
"""Signs between factors."""


def with_widths(program: Program, given: Given) -> Program:
    """Program → the same with size(K, axis=-1) for the d_k of a root that stands beside Q Kᵀ, where arrays are given
    and no value for d_k."""
    tree = program.tree
    if not any(given.by_identity.values()) or not any(
        kind == NAME and _WIDTH.fullmatch(str(head)) for kind, head in zip(tree.kind, tree.head, strict=True)
    ):
        return program
    known = {*given.by_identity, *(identity(statement.name) for statement in program.statements if statement.name)}
    widths: dict[str, tuple[str, int]] = {}
    above = {arg: node for node in range(len(tree)) for arg in tree.args[node]}
    roots = [(node, name) for node in range(len(tree)) if (name := _under_root(program, node))]
    for node, name in roots[:_MAX_ROOTS]:
        if identity(name) in known or name in widths:
            continue
        top = node
        while top in above and tree.kind[above[top]] == OPERATOR and tree.head[above[top]] in _MULTIPLYING:
            top = above[top]
        if (width := _width(program, given, top)) is not None:
            widths[name] = width
    if not widths:
        return program
    additions = Additions(program)
    notes = dict.fromkeys(program.notes)
    for node in range(len(tree)):
        if tree.kind[node] == NAME and (name := str(tree.head[node])) in widths:
            array, axis = widths[name]
            is_vector = len(given.by_identity.get(identity(array), ())) == 1
            what = "entries" if is_vector else "rows" if axis == 0 else "columns"
            notes[f"{name} is the number of {what} of {array}"] = None
            value = additions.add(NAME, array, (), node)
            option = additions.add(KEYWORD, "axis", (additions.add(NUMBER, float(axis), (), node),), node)
            tree.kind[node], tree.head[node], tree.args[node] = CALL, "size", (value, option)
    return additions.planted(notes=tuple(notes))


def _under_root(program: Program, node: int) -> str:
    """√d_k, d_k^0.5 or d_k^{-1/2} → the name under the root; "" for any other node."""
    tree = program.tree
    head, args = tree.head[node], tree.args[node]
    is_root = (tree.kind[node] == OPERATOR and head == "root") or (tree.kind[node] == CALL and head == "sqrt")
    is_power = tree.kind[node] == OPERATOR and head == "^" and abs(_power(program, args[1])) == 0.5
    name = str(tree.head[args[0]]) if (is_root or is_power) and tree.kind[args[0]] == NAME else ""
    return name if _WIDTH.fullmatch(name) else ""


def _power(program: Program, node: int, depth: int = 3) -> float:
    """Exponent → the number that it is, -1/2; 0 where it is none."""
    tree = program.tree
    if tree.kind[node] == NUMBER:
        return float(str(tree.head[node]))
    if tree.kind[node] != OPERATOR or tree.head[node] not in ("neg", "/") or not depth:
        return 0.0
    values = [_power(program, arg, depth - 1) for arg in tree.args[node]]
    return -values[0] if len(values) < 2 else values[0] / (values[1] or 1.0)


def _width(program: Program, given: Given, top: int) -> tuple[str, int] | None:
    """Product with a quotient in it → of Q Kᵀ the array K and its last axis, of Kᵀ Q K and its first one; None where it
    is no such product."""
    tree = program.tree
    roots = {statement.name: statement.root for statement in program.statements if statement.params is None}
    factors: list[tuple[str, bool]] = []
    stack = [top]
    while stack and len(factors) < 3:
        node = stack.pop()
        args = tree.args[node]
        if tree.kind[node] == OPERATOR and tree.head[node] in _MULTIPLYING:
            stack.extend(reversed(args[:1] if tree.head[node] == "/" else args))
        elif tree.kind[node] == OPERATOR and tree.head[node] == "T" and tree.kind[args[0]] == NAME:
            factors.append((str(tree.head[args[0]]), True))
        elif tree.kind[node] == NAME and split(name := str(tree.head[node])).stem in (*_QUERY, *_KEY):
            factors.append((name, False))
        elif tree.kind[node] == NAME and name in roots and not factors:
            stack.append(roots.pop(name))  # S = Q Kᵀ, A = softmax(S/√d_k)
    if len(factors) != 2:
        return None
    (first, first_turned), (second, second_turned) = factors
    stems = {split(first).stem, split(second).stem}
    if first_turned == second_turned or stems not in ({"Q", "K"}, {"q", "k"}, {"q", "K"}):
        return None
    name = second if second_turned else first
    array = array_name(name)
    if array != name and identity(name) not in given.by_identity and name not in roots:  # q_iᵀ k_j of rows
        shape = given.by_identity.get(identity(array), ())
        return (array, -1) if len(shape) == 2 else None
    return name, -1 if second_turned else 0
