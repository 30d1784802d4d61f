"""Sums over a letter → operations on whole arrays: ∑_i w_i x_i is w @ x, z_j = ∑_i W_{ji} x_i is z = W @ x.

Every expression has axes, each called by a letter. Entries with the same letters meet entry by entry; where letters
differ, an array gets a new axis of length 1; a sum over a letter that two factors share is a matrix product.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from typing import NoReturn

from graphviz_ad.errors import ParseError
from graphviz_ad.language.letters import Letters, array_name, entries, find_letters, has_lettered_calls
from graphviz_ad.language.names import Parts, identity, split
from graphviz_ad.language.operators import OPERATORS
from graphviz_ad.language.replanting import nodes_below, replanted
from graphviz_ad.language.tree import (
    CALL,
    INDEX,
    KEYWORD,
    LIST,
    NAME,
    NUMBER,
    OPERATOR,
    TOTAL,
    Form,
    Limits,
    Program,
    Statement,
    Tree,
)

Axes = tuple[str, ...]
"""The letters of an expression's axes, in order."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A node of the new tree and the letters of its axes."""

    node: int
    axes: Axes = ()


def without_sums(program: Program, values: Set[str] = frozenset()) -> Program:
    """Program → the same without sum signs and indices; `values` are names that values are given for.

    Raises ParseError where an index says what arrays cannot.
    """
    given = frozenset(map(identity, values))
    if TOTAL not in program.tree.kind and not any(statement.letters for statement in program.statements):
        if not has_lettered_calls(program) and next(entries(program, given), None) is None:
            return program
    letters = find_letters(program, given)
    if not any(letters.of.values()) and TOTAL not in program.tree.kind:
        return program
    return _Writer(program, letters, given).run()


def with_lengths(program: Program) -> Program:
    """Program → the same with a statement for each name that is the length of an axis: N = size(x, axis=0)."""
    tree = program.tree
    set_names = {statement.name for statement in program.statements}
    used = [
        name for name in program.lengths
        if not name.isdigit() and name not in set_names and any(h == name and k == NAME for k, h in zip(tree.kind, tree.head))
    ]  # fmt: skip
    if not used:
        return program
    starts, stops, marks = (array("I", column) for column in (program.starts, program.stops, program.marks))
    new = []
    for name in used:
        first = len(tree)
        place = next(n for n in range(first) if tree.kind[n] == NAME and tree.head[n] == name)
        base, axis = program.lengths[name]
        read = tree.add(NAME, base)
        keyword = tree.add(KEYWORD, "axis", (tree.add(NUMBER, float(axis)),))
        root = tree.add(CALL, "size", (read, keyword))
        for column, old in ((starts, program.starts), (stops, program.stops), (marks, program.marks)):
            column.extend([old[place]] * (len(tree) - first))
        new.append(Statement(name, None, first, root, (program.starts[place], program.stops[place])))
    return replace(program, statements=(*new, *program.statements), starts=starts, stops=stops, marks=marks)


class _Writer:
    """One walk over a program, which writes the new one."""

    def __init__(self, program: Program, letters: Letters, given: Set[Parts | str]) -> None:
        self.given = given
        self.program, self.letters, self.old = program, letters, program.tree
        self.tree = Tree()
        self.starts, self.stops, self.marks = array("I"), array("I"), array("I")
        self.lengths: dict[str, tuple[str, int]] = {}
        self.ranks: dict[str, int] = {}
        self.reductions: set[int] = set()
        self.rowwise: set[int] = set()
        self.notes = dict.fromkeys(program.notes)
        self.statement = 0
        self.made: dict[int, Indexed] = {}
        self.parts: dict[int, list[Indexed]] = {}  # the factors that a sum over a letter left
        self.place = 0  # the old node that is being written

    def run(self) -> Program:
        """All statements → the new program."""
        statements = []
        for number, statement in enumerate(self.program.statements):
            self.statement = number
            forms = tuple(self.form(form.root, form.span, number) for form in statement.forms)
            chosen = next(
                (new for new, form in zip(forms, statement.forms, strict=True) if form.root == statement.root), None
            )
            form = chosen or self.form(statement.root, statement.span, number)
            name = array_name(statement.name) if number in self.letters.left and statement.name else statement.name
            statements.append(replace(statement, name=name, first=form.first, root=form.root, forms=forms, letters=""))
        program = replace(
            self.program, tree=self.tree, statements=tuple(statements), starts=self.starts, stops=self.stops,
            marks=self.marks, lengths=self.lengths, reductions=frozenset(self.reductions),
            rowwise=frozenset(self.rowwise), ranks=self.ranks, notes=tuple(self.notes), shown=self.program,
        )  # fmt: skip
        return with_lengths(replanted(program))

    def form(self, root: int, span: tuple[int, int], number: int) -> Form:
        """The nodes of one side → the same in the new tree."""
        begin = len(self.tree)
        made = self.made = {}
        for node in nodes_below(self.old, root):
            self.place = node
            made[node] = self.write(node, made)
        whole = made[root]
        left = tuple(self.letters.left.get(number, ""))
        if left and set(left) == set(whole.axes):
            whole = Indexed(self.arranged(whole, left), left)
        return Form(begin, whole.node, span)

    def add(self, kind: int, head: object, *args: int) -> int:
        """A node of the new tree, at the place of the old one that is being written."""
        program, place = self.program, self.place
        self.starts.append(program.starts[place])
        self.stops.append(program.stops[place])
        self.marks.append(program.marks[place])
        return self.tree.add(kind, head, args)

    def write(self, node: int, made: dict[int, Indexed]) -> Indexed:
        """One old node → the new one."""
        kind, head = self.old.kind[node], self.old.head[node]
        args = [made[arg] for arg in self.old.args[node]]
        if kind == NAME:
            return self.name(str(head))
        if kind == TOTAL:
            return self.total(node, head, args[0], made)
        axes = {arg.axes for arg in args if arg.axes}
        if not axes:
            return Indexed(self.add(kind, head, *(arg.node for arg in args)))
        if kind == OPERATOR and OPERATORS[head].arity == 2:
            return self.binary(str(head), args[0], args[1], self.old.args[node])
        if kind == OPERATOR and head == "T":
            return Indexed(args[0].node, args[0].axes)  # of one entry; what it is multiplied with decides
        if kind == CALL and head == "norm":
            axis = self.number(-1.0)
            return Indexed(
                self.add(CALL, "norm", *(a.node for a in args), self.add(KEYWORD, "axis", axis)), args[0].axes
            )
        if kind == INDEX:
            self.fail(node, "an index in brackets and a letter below one name", "use one of the two, as in x_i")
        target = max((arg.axes for arg in args), key=len)
        if any(set(arg.axes) - set(target) for arg in args):
            target = tuple(dict.fromkeys(letter for arg in args for letter in arg.axes))
        nodes = [self.arranged(arg, target) if arg.axes else arg.node for arg in args]
        return Indexed(self.add(kind, head, *nodes), target)

    def name(self, name: str) -> Indexed:
        """x_i → the array x with the axis i."""
        axes = self.letters.indices(name, self.statement)
        if not axes:
            known = self.letters.of.get(self.statement, [])
            if name in known and name not in self.letters.left.get(self.statement, ""):
                self.fail(
                    self.place, f"the letter {name} of a sum is used as a number",
                    f"sums run over entries, as x_{name}; give the numbers 1, 2, … as an input of their own",
                )  # fmt: skip
            if (entry := self.entry(name)) is not None:
                return entry
            shifted = split(name).below
            if any(shifted.startswith((f"{letter}-", f"{letter}+", f"{letter}−")) for letter in known):
                self.fail(self.place, f"'{name}' has a shifted index", "write parts of the array, as x[1:] and x[:-1]")
            return Indexed(self.add(NAME, name))
        if len(set(axes)) < len(axes):
            self.fail(
                self.place,
                f"'{name}' has one letter twice",
                f"write trace({array_name(name)}) for the sum of a diagonal",
            )
        base = array_name(name)
        self.ranks[base] = max(len(axes), self.ranks.get(base, 0))
        return Indexed(self.add(NAME, base), axes)

    def entry(self, name: str) -> Indexed | None:
        """z_1 beside z_j is the first entry of the array z, unless it has a value of its own."""
        parts = split(name)
        if not parts.below.isdigit() or array_name(name) == name or identity(name) in self.given:
            return None
        if not self.letters.carries(array_name(name)) or any(s.name == name for s in self.program.statements):
            return None
        lower = next((h.lower for h in self.old.head if isinstance(h, Limits) and h.lower), "1")
        place = int(parts.below) - (int(lower) if lower.isdigit() else 1)
        if place < 0:
            return None  # w_0 + ∑_{i=1} w_i x_i
        base = array_name(name)
        self.notes[
            f"{name} is the entry number {place + 1} of {base}; give a value for {name} to make it a name of its own"
        ] = None
        return Indexed(self.add(INDEX, None, self.add(NAME, base), self.number(float(place))))

    def number(self, value: float) -> int:
        """A number, perhaps with a minus."""
        node = self.add(NUMBER, abs(value))
        return self.add(OPERATOR, "neg", node) if value < 0 else node

    def binary(self, key: str, left: Indexed, right: Indexed, old: Sequence[int]) -> Indexed:
        """Two operands, at least one with letters → entry by entry, once their axes are the same."""
        if key == "·":
            product = self.vectors(left, right, old)
            if product is not None:
                return product
            if left.axes and right.axes and not set(left.axes) & set(right.axes) and self.is_dotted():
                self.fail(self.place, "the product of entries with different letters can be read in two ways",
                          "leave out the dot for the product of two numbers; write q @ x.T for all inner products of rows")  # fmt: skip
            if not left.axes or not right.axes:  # w·x_i, where w may be a vector and x_i a row
                new = self.add(OPERATOR, key, left.node, right.node)
                self.rowwise.add(new)
                return Indexed(new, left.axes or right.axes)
            key = "*"
        if left.axes == right.axes or not left.axes or not right.axes:
            return Indexed(self.add(OPERATOR, key, left.node, right.node), left.axes or right.axes)
        target = left.axes
        if set(left.axes) <= set(right.axes):
            target = right.axes
        elif not set(right.axes) <= set(left.axes):
            target = (*left.axes, *(letter for letter in right.axes if letter not in left.axes))
        return Indexed(self.add(OPERATOR, key, self.arranged(left, target), self.arranged(right, target)), target)

    def is_dotted(self) -> bool:
        """Whether the product that is being written has a dot."""
        text, mark = self.program.source.text, self.program.marks[self.place]
        return text[mark] in "·⋅•∙・" or text.startswith("\\cdot", mark)

    def vectors(self, left: Indexed, right: Indexed, old: Sequence[int]) -> Indexed | None:
        """wᵀx_i and x_iᵀw → x @ w: the inner product of every row; W x_i → x @ Wᵀ; None for anything else."""
        if self.old.kind[old[0]] == OPERATOR and self.old.head[old[0]] in ("·", "*") and not right.axes:
            rest, last = self.old.args[old[0]]  # y_i x_iᵀ w is y_i times the inner product
            inner = self.vectors(self.made[last], right, (last, old[1])) if self.made[last].axes else None
            return None if inner is None else self.binary("*", self.made[rest], inner, (rest, old[0]))
        turned = [self.old.kind[node] == OPERATOR and self.old.head[node] == "T" for node in old]
        if turned[0] and not left.axes and right.axes:
            plain = self.tree.args[left.node][0]
            return Indexed(self.add(OPERATOR, "@", right.node, plain), right.axes)
        if turned[0] and left.axes and not right.axes:
            return Indexed(self.add(OPERATOR, "@", left.node, right.node), left.axes)
        if turned[0] and left.axes == right.axes:
            product = self.add(OPERATOR, "*", left.node, right.node)
            axis = self.add(KEYWORD, "axis", self.number(-1.0))
            return Indexed(self.add(CALL, "sum", product, axis), left.axes)
        name = self.old.head[old[0]] if self.old.kind[old[0]] == NAME else ""
        if not left.axes and len(right.axes) == 1 and isinstance(name, str) and split(name).stem.isupper():
            return Indexed(self.add(OPERATOR, "@", right.node, self.add(OPERATOR, "T", left.node)), right.axes)
        return None

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

    # -- sums ----------------------------------------------------------------------------------

    def total(self, node: int, limits: Limits, body: Indexed, made: dict[int, Indexed]) -> Indexed:
        """A sum over letters → a matrix product, or a reduction over their axes."""
        if not limits.letters:
            return Indexed(self.add(CALL, limits.operation, body.node), ())
        self.note_length(node, limits)
        missing = [letter for letter in limits.letters if letter not in body.axes]
        if missing and body.axes:
            self.fail(node, f"nothing behind this sum has the letter {missing[0]}",
                      f"write it below a name, as x_{missing[0]}, or leave out the letter to add up all entries")  # fmt: skip
        if missing:
            self.notes[f"nothing behind the sum has the letter {missing[0]}: all entries are added up"] = None
            plain = self.add(CALL, limits.operation, body.node)
            self.reductions.add(plain)
            return Indexed(plain)
        if limits.operation == "sum" and len(limits.letters) == 1:
            contracted = self.contracted(self.old.args[node][0], limits.letters[0], made)
            if contracted is not None:
                return contracted
        rest = tuple(letter for letter in body.axes if letter not in limits.letters)
        places = [self.number(float(place)) for place, letter in enumerate(body.axes) if letter in limits.letters]
        axis = places[0] if len(places) == 1 else self.add_list(places)
        if not rest and len(places) > 1:
            return Indexed(self.add(CALL, limits.operation, body.node))
        reduction = self.add(CALL, limits.operation, body.node, self.add(KEYWORD, "axis", axis))
        self.reductions.add(reduction)
        return Indexed(reduction, rest)

    def note_length(self, node: int, limits: Limits) -> None:
        """What stands above a sum sign is the length of the axis."""
        if limits.lower not in ("", "0", "1"):
            self.fail(
                node,
                f"a sum that begins at {limits.lower} cannot be read",
                "sums run over the whole axis; take a part, as x[1:]",
            )
        upper = limits.upper.replace(" ", "").replace("−", "-")
        if limits.lower == "0":
            if upper and not upper.endswith("-1") and not upper.isdigit():
                return  # from 0 to T: as many terms as there are entries, which are T + 1
            upper = str(int(upper) + 1) if upper.isdigit() else upper.removesuffix("-1")
        if not upper or upper in self.lengths:
            return
        for inner in nodes_below(self.old, node):
            axes = (
                self.letters.indices(str(self.old.head[inner]), self.statement) if self.old.kind[inner] == NAME else ()
            )
            if limits.letters[0] in axes:
                self.lengths[upper] = array_name(str(self.old.head[inner])), axes.index(limits.letters[0])
                return

    def contracted(self, body: int, letter: str, made: dict[int, Indexed]) -> Indexed | None:
        """A product in which two factors carry the letter → their matrix product times the others; None for any
        other."""
        factors = self.factors(body)
        parts = self.parts.get(body) or [made[factor] for factor in factors]
        carry = [part for part in parts if letter in part.axes]
        if len(carry) > 2 and all(factor.axes == (letter,) for factor in carry):
            first = carry[0]
            for factor in carry[1:-1]:
                first = Indexed(self.add(OPERATOR, "*", first.node, factor.node), (letter,))
            carry = [first, carry[-1]]
        if len(carry) != 2 or max(len(factor.axes) for factor in carry) > 2:
            return None
        left, right = carry
        if set(left.axes) & set(right.axes) != {letter}:
            return None
        last = next((factor for factor in reversed(factors) if letter in made[factor].axes), body)
        if left.axes == right.axes == (letter,) and self.old.kind[last] == OPERATOR and self.old.head[last] == "T":
            product = Indexed(self.add(OPERATOR, "@", self.add(OPERATOR, "T", left.node), right.node))  # ∑ x_n x_nᵀ
        else:
            product = self.matrix_product(left, right, letter)
        others = [part for part in parts if letter not in part.axes]
        self.parts[self.place] = [*others, product]
        for other in others:
            product = self.binary("*", other, product, (body, body))
        return product

    def factors(self, node: int) -> list[int]:
        """A product → its factors; the product of vectors is one factor."""
        found, stack = [], [node]
        while stack:
            top = stack.pop()
            if self.old.kind[top] == OPERATOR and self.old.head[top] in ("*", "·"):
                stack.extend(reversed(self.old.args[top]))
            else:
                found.append(top)
        return found

    def matrix_product(self, left: Indexed, right: Indexed, letter: str) -> Indexed:
        """Two arrays of one or two axes that share a letter → their product over it."""
        if len(left.axes) == 1 and len(right.axes) == 2 and right.axes[1] == letter:
            left, right = right, left  # W @ x rather than x @ W.T
        first, second = left.node, right.node
        if len(left.axes) == 2 and left.axes[0] == letter:
            first = self.add(OPERATOR, "T", first)
        if len(right.axes) == 2 and right.axes[1] == letter:
            second = self.add(OPERATOR, "T", second)
        axes = tuple(one for one in (*left.axes, *right.axes) if one != letter)
        return Indexed(self.add(OPERATOR, "@", first, second), axes)

    def fail(self, node: int, message: str, hint: str) -> NoReturn:
        """Raise ParseError at the place of an old node."""
        program = self.program
        mark = program.marks[node]
        span = (mark, mark + 1) if self.old.kind[node] == TOTAL else program.span(node)
        raise ParseError(message, source=program.source, span=span, hint=hint)
