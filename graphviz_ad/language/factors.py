"""½ wᵀ w → ½ (wᵀ w): a number before a row and a column multiplies their product, as one reads it."""

from __future__ import annotations

from graphviz_ad.language.names import split
from graphviz_ad.language.replanting import Additions
from graphviz_ad.language.tree import NAME, NUMBER, OPERATOR, Program, Tree


def with_factors_outside(program: Program) -> Program:
    """Program → the same in which numbers multiply the product of the row and what follows it."""
    tree = program.tree
    if "T" not in tree.head:
        return program
    rows = [node for node in range(len(tree)) if _is_row_after_factor(tree, node)]
    if not rows:
        return program
    above = {args[0]: node for node, args in enumerate(tree.args) if is_product(tree, node)}
    additions = Additions(program)
    for node in rows:
        factor, inner = tree.args[node]
        mark, top = additions.marks[node], node
        while (product := above.get(top)) is not None:
            inner = additions.add(OPERATOR, "·", (inner, tree.args[product][1]), product)
            additions.starts[inner] = additions.starts[tree.args[node][1]]
            top = product
        if top != node:
            tree.args[top], additions.marks[top] = (factor, inner), mark
    return additions.planted()


def is_product(tree: Tree, node: int) -> bool:
    """Whether a node is a product without a sign, or with a dot."""
    return tree.kind[node] == OPERATOR and tree.head[node] == "·"


def is_factor_of_row(tree: Tree, factor: int, node: int) -> bool:
    """Whether a node is a product that begins with a row, as wᵀ x does, and a number stands before it."""
    while is_product(tree, node):
        node = tree.args[node][0]
    return tree.kind[node] == OPERATOR and tree.head[node] == "T" and _is_number(tree, factor)


def _is_row_after_factor(tree: Tree, node: int) -> bool:
    """Whether a node is the product of a number and a row: λ wᵀ."""
    if not is_product(tree, node):
        return False
    factor, row = tree.args[node]
    return not is_product(tree, row) and is_factor_of_row(tree, factor, row)


def _is_number(tree: Tree, factor: int) -> bool:
    """Whether a factor is a number by its looks: ½, λ, −2λ, λ/(2n)."""
    waiting = [(factor, False)]
    while waiting:
        node, below_line = waiting.pop()
        kind, head, args = tree.kind[node], tree.head[node], tree.args[node]
        if kind == OPERATOR and head in ("neg", "·", "*", "/"):
            waiting.extend((arg, below_line or (head == "/" and slot == 1)) for slot, arg in enumerate(args))
        elif kind == NAME and not below_line:
            stem = split(str(head)).stem
            if len(stem) != 1 or not "α" <= stem <= "ω":
                return False
        elif kind not in (NUMBER, NAME):
            return False
    return True
