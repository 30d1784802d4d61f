"""Entries with letters, as x_i → arrays with axes: two operands meet entry by entry once their axes are the same."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence, Set

from graphviz_ad.language.given import MAX_ENTRIES
from graphviz_ad.language.letters import Letters, array_name
from graphviz_ad.language.names import Parts, identity, split
from graphviz_ad.language.rows import Axes, Indexed, Rows
from graphviz_ad.language.spans import Part
from graphviz_ad.language.tree import (
    CALL,
    INDEX,
    KEYWORD,
    LIST,
    NAME,
    NUMBER,
    OPERATOR,
    SLICE,
    Limits,
    Program,
    Tree,
)

_LETTERS_ALONE = re.compile(r"(?<![^\W\d_])[^\W\d_]['′]?(?![^\W_])")
"""Letters by themselves below a name: i and j of x_{i-j}."""
_CIRCLE = "π"
"""The name of a number that may also be an array of weights, π_k."""


class AxesWriter(Rows):
    """Writes the nodes of a new tree, and knows which letters each has for its axes."""

    def __init__(self, program: Program, letters: Letters, given: Set[Parts | str]) -> None:
        self.given = given
        self.program, self.letters, self.old = program, letters, program.tree
        self.tree = Tree()
        self.starts, self.stops, self.marks = array("I"), array("I"), array("I")
        self.lengths: dict[str, tuple[str, int]] = {}
        self.ranks: dict[str, int] = {}
        self.reductions: set[int] = set()
        self.rowwise: set[int] = set()
        self.consulted: set[str] = set()
        self.notes = dict.fromkeys(program.notes)
        self.statement = 0
        self.indexed: dict[int, Indexed] = {}
        self.parts: dict[int, list[Indexed]] = {}  # the factors that a sum over a letter left
        self.place = 0  # the old node that is being written

    def add(self, kind: int, head: object, *args: int) -> int:
        """Kind, head and arguments → a node of the new tree, at the place of the old one that is being written."""
        program, place = self.program, self.place
        self.starts.append(program.starts[place])
        self.stops.append(program.stops[place])
        self.marks.append(program.marks[place])
        return self.tree.add(kind, head, args)

    def name(self, name: str) -> Indexed:
        """x_i → the array x with the axis i."""
        axes = self.letters.indices(name, self.statement)
        if self.given and len(axes) == 2 and split(name).stem == "δ" and not self.has_value(name):
            return self.equal(*axes)
        if not axes:
            known = self.letters.of.get(self.statement, [])
            if name in known and identity(name) not in self.given:
                return self.numbers(name)
            if (entry := self.entry(name)) is not None:
                return entry
            shifted = "" if identity(name) in self.given else split(name).below
            if re.search("[-+−]", shifted) and any(letter in _LETTERS_ALONE.findall(shifted) for letter in known):
                self.fail(
                    self.place,
                    f"'{name}' has a shifted index",
                    "say where the sum begins, as in ∑_{i=2}^{n}, or write parts of the array, as x[1:] and x[:-1]",
                )
            return Indexed(self.add(NAME, name))
        if (part := self.letters.part(name, self.statement)) is not None:
            return Indexed(self.taken(part), axes)
        base = array_name(name)
        if name[-1] == ")" and len(axes) > 1:
            self.notes[f"{name} has the axes {', '.join(axes)} in this order"] = None
        if len(axes) == 2 and axes[0] == axes[1]:  # C_{ii}
            self.ranks[base] = 2
            return Indexed(self.add(CALL, "diag", self.add(NAME, base)), axes[:1])
        if len(set(axes)) < len(axes):
            hint = "give the entries that it stands for a name of their own"
            self.fail(self.place, f"'{name}' has one letter more than once", hint)
        if len(axes) == 2 and base.islower() and identity(base) not in self.given and self.given >= {base.upper()}:
            self.notes[f"{name} are the entries of {base.upper()}"] = None
            base = base.upper()
        if base == _CIRCLE and identity(name) != identity(base):
            base = self.weights(name)
        size = self.letters.known.by_identity.get(identity(base), ())
        if 0 < len(size) < len(axes):
            self.fail(
                self.place, f"'{name}' has {len(axes)} letters, but the array {base} has fewer axes",
                f"give an array with an axis for each of {', '.join(axes)}",
            )  # fmt: skip
        if len(size) == len(axes) + 1:
            self.notes[f"{name} is a row of {base}: {axes[0]} runs over its first axis"] = None
        self.ranks[base] = max(len(axes), self.ranks.get(base, 0))
        return Indexed(self.add(NAME, base), axes, len(size) > len(axes) if size else None)

    def taken(self, part: Part) -> int:
        """The part of an array that a sum takes → its node, x[1:4]."""
        self.ranks[part.array] = max(1, self.ranks.get(part.array, 0))
        array = self.add(NAME, part.array)
        if part.is_whole:
            return array
        bounds = [self.number(float(bound)) for bound in (part.start, part.start + part.count)]
        return self.add(INDEX, None, array, self.add(SLICE, "ab", *bounds))

    def weights(self, name: str) -> str:
        """π_k, which is no part of the number π → what its array is called: π, or as the entry beside that number."""
        if any(kind == NAME and head == _CIRCLE for kind, head in zip(self.old.kind, self.old.head, strict=True)):
            return name
        self.consulted.add(_CIRCLE)
        return _CIRCLE

    def has_value(self, name: str) -> bool:
        """Whether a name, or the array that it is an entry of, is given or set."""
        names = {identity(name), identity(array_name(name))}
        return bool(names & self.given) or any(
            statement.name and identity(array_name(statement.name)) in names for statement in self.program.statements
        )

    def numbers(self, letter: str, first: int | None = None) -> Indexed:
        """A letter that stands for a number, as in ∑_j w_j x^j → the numbers that it runs through."""
        count = self.letters.length(letter, self.statement)
        first = self.letters.first(letter, self.statement) if first is None else first
        if count is None:
            self.fail(
                self.place, f"the letter {letter} stands for a number, and how many there are is not known",
                f"give values for the arrays that have it, or a number above the sum, as in ∑_{{{letter}=1}}^{{3}}",
            )  # fmt: skip
        if count > MAX_ENTRIES:
            self.fail(
                self.place, f"the letter {letter} stands for {count} numbers; the limit is {MAX_ENTRIES}",
                "give the numbers as an array of their own",
            )  # fmt: skip
        last = first + count - 1
        self.notes[f"{letter} alone is the number of the entry, from {first} to {last}"] = None
        return Indexed(self.add_list([self.number(float(first + step)) for step in range(count)]), (letter,))

    def equal(self, left: str, right: str) -> Indexed:
        """δ_ij without a value of its own → 1 where the letters are the same number, else 0."""
        self.notes[f"δ_{{{left}{right}}} is 1 where {left} = {right}, else 0"] = None
        return self.binary("==", self.numbers(left), self.numbers(right), ())

    def entry(self, name: str) -> Indexed | None:
        """z_1 beside z_j → the first entry of the array z; None where it has a value of its own."""
        parts = split(name)
        if not parts.below.isdecimal() or array_name(name) == name or identity(name) in self.given:
            return None
        if not self.letters.carries(array_name(name)) or any(s.name == name for s in self.program.statements):
            return None
        lower = next((h.lower for h in self.old.head if isinstance(h, Limits) and h.letters and h.lower), "1")
        place = int(parts.below) - (int(lower) if lower.isdecimal() else 1)
        if place < 0:
            return None  # w_0 + ∑_{i=1} w_i x_i
        base = array_name(name)
        self.notes[
            f"{name} is the entry number {place + 1} of {base}; give a value for {name} to make it a name of its own"
        ] = None
        return Indexed(self.add(INDEX, None, self.add(NAME, base), self.number(float(place))))

    def number(self, value: float) -> int:
        """Number → its node, perhaps with a minus."""
        node = self.add(NUMBER, abs(value))
        return self.add(OPERATOR, "neg", node) if value < 0 else node

    def binary(self, key: str, left: Indexed, right: Indexed, old: Sequence[int]) -> Indexed:
        """Two operands, at least one with letters → entry by entry, once their axes are the same."""
        if key == "@" and not (left.axes and right.axes):
            key = "·"
        if key == "·":
            product = self.vectors(left, right, old)
            if product is not None:
                return product
            if left.axes and right.axes and not set(left.axes) & set(right.axes) and self.is_dotted():
                self.fail(
                    self.place, "the product of entries with different letters can be read in two ways",
                    "leave out the dot for the product of two numbers; for inner products of rows write q @ x.T",
                )  # fmt: skip
            if not left.axes or not right.axes:  # w·x_i, where w may be a vector and x_i a row
                new = self.add(OPERATOR, key, left.node, right.node)
                self.rowwise.add(new)
                return Indexed(new, left.axes or right.axes)
            key = "*"
        row = self.is_row_of_two(left, right, old)
        if left.axes == right.axes or not left.axes or not right.axes:
            nodes = self.beside_rows(left, left.node, right), self.beside_rows(right, right.node, left)
            return Indexed(self.add(OPERATOR, key, *nodes), left.axes or right.axes, row)
        target = left.axes
        if set(left.axes) <= set(right.axes):
            target = right.axes
        elif not set(right.axes) <= set(left.axes):
            target = (*left.axes, *(letter for letter in right.axes if letter not in left.axes))
        nodes = (
            self.beside_rows(left, self.arranged(left, target), right),
            self.beside_rows(right, self.arranged(right, target), left),
        )
        turned = "T" in (self.tree.head[node] for node in nodes)  # A_ij * B_ji is no matrix product
        return Indexed(self.add(OPERATOR, "odot" if turned and key == "*" else key, *nodes), target, row)

    def beside_rows(self, value: Indexed, node: int, other: Indexed) -> int:
        """Numbers with letters and what they meet → their node, with an axis of length 1 behind where that are rows:
        a_i x_i is the number a_i times the vector x_i."""
        if not value.axes or value.row is not False or not other.row:
            return node
        return self.add(CALL, "unsqueeze", node, self.add(KEYWORD, "axis", self.number(-1.0)))

    def vectors(self, left: Indexed, right: Indexed, old: Sequence[int]) -> Indexed | None:
        """wᵀx_i and x_iᵀw → x @ w: the inner product of every row; W x_i → x @ Wᵀ; None for anything else."""
        turned = [self.is_turned(node) for node in old]
        if self.old.head[old[0]] == "neg" and self.is_turned(self.old.args[old[0]][0]):  # -wᵀx_i
            first = Indexed(self.tree.args[left.node][0], left.axes)
            unsigned = self.vectors(first, right, (self.old.args[old[0]][0], old[1]))
            return None if unsigned is None else Indexed(self.add(OPERATOR, "neg", unsigned.node), unsigned.axes)
        if self.is_dotted() and self.is_row_and_vector(old):  # w·x_i
            row, vector = (left, right) if left.axes else (right, left)
            return Indexed(self.add(OPERATOR, "@", row.node, vector.node), row.axes)
        if self.old.kind[old[0]] == OPERATOR and self.old.head[old[0]] in ("·", "*"):
            rest, last = self.old.args[old[0]]  # y_i x_iᵀ w and y_i wᵀ x_i are y_i times the inner product
            inner = None
            both = bool(self.indexed[last].axes and right.axes)  # y_i y_j x_iᵀ x_j
            if (
                (both and (self.is_turned(last) or (self.is_dotted() and self.are_rows((last, old[1]), known=True))))
                or (self.indexed[last].axes and not right.axes)
                or (right.axes and self.indexed[rest].axes and self.is_turned(last) and not self.indexed[last].axes)
                or (right.axes and self.is_dotted() and self.is_row_and_vector((last, old[1])))  # y_i w·x_i
            ):
                inner = self.vectors(self.indexed[last], right, (last, old[1]))
            if inner is not None or not right.axes:
                return None if inner is None else self.binary("*", self.indexed[rest], inner, (rest, old[0]))
        if turned[0] and not left.axes and right.axes:
            plain = self.tree.args[left.node][0]
            return Indexed(self.add(OPERATOR, "@", right.node, plain), right.axes)
        if turned[0] and left.axes and not right.axes:
            return Indexed(self.add(OPERATOR, "@", left.node, right.node), left.axes)
        is_row = turned[0] or (bool(left.axes and right.axes) and self.is_turned_row(old[0]))
        rows = left.axes == right.axes and self.is_dotted() and self.are_rows(old, known=True)
        if rows or (is_row and left.axes == right.axes):  # v_i·u_i, v_iᵀ W v_i
            product = self.add(OPERATOR, "*", left.node, right.node)
            axis = self.add(KEYWORD, "axis", self.number(-1.0))
            return Indexed(self.add(CALL, "sum", product, axis), left.axes)
        if len(left.axes) == len(right.axes) == 1 and left.axes != right.axes:
            if is_row and not turned[0]:  # v_iᵀ W u_j
                return self.inner(left, right)
            factors = [self.old.args[node][0] if self.is_turned(node) else node for node in old]
            if self.are_rows(factors, known=not turned[0]) and (turned[0] or turned[1] or self.is_dotted()):
                return self.inner(left, right)
        if not left.axes and len(right.axes) == 1 and self.is_matrix(old[0]):
            size = self.letters.known.by_identity.get(identity(str(self.old.head[old[0]])), ())
            product = self.add(OPERATOR, "@", right.node, self.add(OPERATOR, "T", left.node))
            return Indexed(product, right.axes, right.row if len(size) == 2 else None)
        return None

    def inner_of_rows(self, left: Indexed, right: Indexed, old: Sequence[int]) -> Indexed | None:
        """⟨u, v_i⟩, ⟨u_i, v_i⟩ and ⟨u_j, v_i⟩ of rows → their inner products; None where they are no rows."""
        if len(left.axes) + len(right.axes) == 1:
            row, other, place = (left, right, 0) if left.axes else (right, left, 1)
            known = self.are_rows(old[place : place + 1], known=True)
            return Indexed(self.add(OPERATOR, "@", row.node, other.node), row.axes) if known else None
        if len(left.axes) != 1 or len(right.axes) != 1 or not self.are_rows(old, known=left.axes == right.axes):
            return None
        if left.axes != right.axes:
            return self.inner(left, right)
        product = self.add(OPERATOR, "*", left.node, right.node)
        return Indexed(self.add(CALL, "sum", product, self.add(KEYWORD, "axis", self.number(-1.0))), left.axes)

    def inner(self, left: Indexed, right: Indexed) -> Indexed:
        """u_jᵀ v_i, rows of two matrices → the inner products of all rows, U @ Vᵀ."""
        product = self.add(OPERATOR, "@", left.node, self.add(OPERATOR, "T", right.node))
        return Indexed(product, (*left.axes, *right.axes))

    def arranged(self, value: Indexed, target: Axes) -> int:
        """An expression whose letters are among those of the target → the node with these axes, in this order."""
        kept = tuple(letter for letter in target if letter in value.axes)
        node = value.node
        if kept != value.axes:
            if len(kept) == 2:
                node = self.add(OPERATOR, "T", node)
            else:
                order = [self.number(float(value.axes.index(letter))) for letter in kept]
                axes = self.add(KEYWORD, "axes", self.add_list(order))
                node = self.add(CALL, "permute", node, axes)
        first = next((place for place, letter in enumerate(target) if letter in kept), len(target))
        for place in range(first, len(target)):
            if target[place] not in kept:
                axis = self.add(KEYWORD, "axis", self.number(float(place - first)))
                node = self.add(CALL, "unsqueeze", node, axis)
        return node

    def add_list(self, nodes: Sequence[int]) -> int:
        """Entries → a list."""
        return self.add(LIST, None, *nodes)
