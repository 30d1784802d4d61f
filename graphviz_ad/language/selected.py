"""Entries for which something holds, inside a sum or mean → the whole array: mean(z[z > 3]) is sum(where(z > 3, z,
0))/sum(z > 3)."""

from __future__ import annotations

from graphviz_ad.language.given import Given
from graphviz_ad.language.names import identity
from graphviz_ad.language.operators import COMPARISONS
from graphviz_ad.language.replanting import Additions, nodes_below
from graphviz_ad.language.shapes import BY_ENTRY, ENTRY_SIGNS, known_shapes, number_at
from graphviz_ad.language.tree import CALL, INDEX, NAME, NUMBER, OPERATOR, Program

_SIGNS = ENTRY_SIGNS | {"neg"}
"""Signs of numbers computed entry by entry."""
_NEUTRAL = {"sum": 0.0, "norm": 0.0, "mean": 0.0, "prod": 1.0, "max": -float("inf"), "min": float("inf")}
"""Reductions, and what stands for an entry that they leave out."""
_COUNTS = frozenset(("len", "size", "length", "numel"))
"""Functions that count entries."""


def with_selected_entries(program: Program, given: Given) -> Program:
    """Program → the same with where(c, x, …) for x[c] in reductions, where c is a condition that is computed, or a
    given mask."""
    tree = program.tree
    if INDEX not in tree.kind:
        return program
    selector = _Selector(program, given)
    selector.multiply()
    selector.take()
    for node in range(len(tree)):
        if (
            tree.kind[node] == CALL
            and len(tree.args[node]) == 1
            and (tree.head[node] in _NEUTRAL or tree.head[node] in _COUNTS)
        ):
            selector.reduce(node)
    return selector.additions.planted(notes=tuple(selector.notes)) if selector.changed else program


class _Selector:
    """Writes reductions of chosen entries as reductions of whole arrays."""

    def __init__(self, program: Program, given: Given) -> None:
        self.program, self.tree, self.given = program, program.tree, given
        self.additions = Additions(program)
        self.changed = False
        self.notes = dict.fromkeys(program.notes)
        self.shapes = known_shapes(program, given)
        self.roots = {statement.name: statement.root for statement in program.computed}

    def take(self) -> None:
        """(x' * y)[1], the only entry of an inner product of vectors → the product itself."""
        tree = self.tree
        for node in [node for node, kind in enumerate(tree.kind) if kind == INDEX]:
            product, *places = tree.args[node]
            left = product
            while tree.kind[left] == OPERATOR and tree.head[left] in ("·", "@"):
                left = tree.args[left][0]
            is_row = tree.kind[left] == OPERATOR and tree.head[left] == "T" and len(self.shapes.get(left, ())) == 1
            is_number = self.shapes.get(product) == () and all(number_at(tree, place) == 0 for place in places)
            if left != product and is_row and is_number:
                tree.kind[node], tree.head[node], tree.args[node] = OPERATOR, tree.head[product], tree.args[product]
                self.changed = True

    def multiply(self) -> None:
        """x[x > 0] of a number, or where no shapes are known → a product."""
        tree = self.tree
        for node in [node for node, kind in enumerate(tree.kind) if kind == INDEX]:
            array, index = (*tree.args[node], -1)[:2]
            is_condition = index >= 0 and tree.kind[index] == OPERATOR and self.compares(index)
            if is_condition and len(tree.args[node]) == 2 and not (self.given.shapes and self.shapes.get(array) != ()):
                start, stop = self.program.span(node)
                self.notes[f"{self.program.source.text[start:stop]} is read as a product"] = None
                tree.kind[node], tree.head[node], self.changed = OPERATOR, "·", True

    def reduce(self, call: int) -> None:
        """A reduction of one argument → the same over the whole arrays, where entries are chosen in it."""
        tree, head = self.tree, str(self.tree.head[call])
        chosen = self.chosen(tree.args[call][0])
        if not chosen:
            return
        conditions = {self.written(tree.args[node][1]) for node in chosen}
        if len(conditions) > 1:
            return
        condition = tree.args[chosen[0]][1]
        self.changed = True
        neutral = self.additions.number(1.0, call)
        for node in chosen:
            tree.kind[node], tree.head[node], tree.args[node] = CALL, "where", (condition, tree.args[node][0], neutral)
        count = self.additions.add(CALL, "sum", (condition,), call)
        if head in _COUNTS:
            tree.head[call], tree.args[call] = "sum", (condition,)
            return
        other = self.other(_NEUTRAL[head], call)
        whole = self.additions.add(CALL, "where", (condition, tree.args[call][0], other), call)
        if head == "mean":
            total = self.additions.add(CALL, "sum", (whole,), call)
            tree.kind[call], tree.head[call], tree.args[call] = OPERATOR, "/", (total, count)
        else:
            tree.args[call] = (whole,)

    def other(self, value: float, place: int) -> int:
        """What stands for an entry that is left out → its node."""
        if abs(value) != float("inf"):
            return self.additions.number(value, place)
        node = self.additions.add(NAME, "∞", (), place)
        return node if value > 0 else self.additions.add(OPERATOR, "neg", (node,), place)

    def chosen(self, root: int) -> list[int]:
        """Argument of a reduction → the chosen entries in it; none where something else than numbers meets them."""
        tree, stack = self.tree, [root]
        entries: list[int] = []
        while stack:
            node = stack.pop()
            kind, head, args = tree.kind[node], tree.head[node], tree.args[node]
            if kind == INDEX and len(args) == 2 and self.is_condition(args[1], args[0]):
                entries.append(node)
            elif (kind == OPERATOR and head in _SIGNS) or (kind == CALL and head in BY_ENTRY):
                stack.extend(args)
            elif kind != NUMBER and self.shapes.get(node) != ():
                return []
        return entries

    def is_condition(self, index: int, array: int) -> bool:
        """Whether an index is a condition that is computed, or a given mask that fits the array."""
        tree, head = self.tree, str(self.tree.head[index])
        if tree.kind[index] == NAME:
            root = self.roots.get(head)
            if root is not None:
                return self.compares(root)
            shape = self.given.by_identity.get(identity(head))
            is_mask = "mask" in head.lower() and self.given.whole(head) is not None
            return is_mask and bool(shape) and self.shapes.get(array) == shape
        if not self.compares(index):
            return False
        names = {str(tree.head[node]) for node in nodes_below(tree, index) if tree.kind[node] == NAME}
        return not all(name in self.given.values and name not in self.roots for name in names)

    def compares(self, node: int) -> bool:
        """Whether a node is a comparison, or a product of such."""
        tree, stack = self.tree, [node]
        while stack:
            top = stack.pop()
            if tree.kind[top] != OPERATOR or tree.head[top] not in COMPARISONS | {"*"}:
                return False
            stack.extend(tree.args[top] if tree.head[top] == "*" else ())
        return True

    def written(self, root: int) -> tuple[object, ...]:
        """Node → what it consists of."""
        tree = self.tree
        return tuple((tree.kind[node], tree.head[node], len(tree.args[node])) for node in nodes_below(tree, root))
