"""Sums and lists whose middle is left out → those of all entries: w_1 x_1 + … + w_n x_n is ∑_i w_i x_i."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from graphviz_ad.errors import ParseError
from graphviz_ad.language.given import Given
from graphviz_ad.language.letters import array_name
from graphviz_ad.language.names import split
from graphviz_ad.language.replanting import Additions, nodes_below, replanted
from graphviz_ad.language.shapes import known_shapes
from graphviz_ad.language.tree import INDEX, LIST, NAME, NUMBER, OPERATOR, SLICE, TOTAL, Limits, Program

DOTS = "…"
"""The name that stands for what is left out."""
_TIMES = ("·", "*")
"""Signs of products."""
_INDEX = "i"
"""The letter that the sum runs over."""


def without_dots(program: Program, given: Given | None = None) -> Program:
    """Program → the same with sums over a letter for those with dots, and with all axes between for x[..., 0] of an
    array whose shape is known.

    Raises ParseError where the terms beside the dots do not say what goes on.
    """
    if DOTS not in program.tree.head:
        return program
    program = _with_axes(program, known_shapes(program, given or Given()))
    return _Continuation(program).run() if DOTS in program.tree.head else program


def _with_axes(program: Program, shapes: Mapping[int, tuple[int, ...]]) -> Program:
    """Program → the same with a slice for each axis that the dots of an index stand for."""
    tree, additions = program.tree, Additions(program)
    for node in [node for node, kind in enumerate(tree.kind) if kind == INDEX]:
        array, *indices = tree.args[node]
        heads = [tree.head[index] for index in indices]
        if heads.count(DOTS) == 1 and array in shapes:
            at, count = heads.index(DOTS), len(shapes[array]) - len(indices) + 1
            if count >= 0:
                whole = [additions.add(SLICE, "", (), node) for _ in range(count)]
                tree.args[node] = (array, *indices[:at], *whole, *indices[at + 1 :])
    return additions.planted()


class _Continuation:
    """Walks once over the sums of a program."""

    def __init__(self, program: Program) -> None:
        self.program, self.tree = program, program.tree
        self.counted = False  # whether the letter stands for a number in a term, as in x^n
        self.signs: tuple[str, ...] = ("+",)  # of what is walked over: a sum or a product
        self.notes = list(program.notes)
        self.ignored = program.ignored
        self.additions = Additions(program)
        self.add = self.additions.add

    def run(self) -> Program:
        """All statements → the program."""
        tree, program = self.tree, self.program
        for node in range(len(tree)):
            if tree.kind[node] == LIST and len(tree.args[node]) > 2 and tree.head[tree.args[node][-2]] == DOTS:
                self.listed(node)
            if tree.kind[node] != OPERATOR or tree.head[node] not in ("+", *_TIMES):
                continue
            left, last = tree.args[node]
            self.signs = ("+",) if tree.head[node] == "+" else _TIMES
            if self.is_row(left) and tree.head[tree.args[left][1]] == DOTS:
                self.continued(node, tree.args[left][0], last)
        moved = _without_dotted_sides(self.additions.planted(notes=tuple(self.notes), ignored=self.ignored))
        if DOTS in moved.tree.head:
            at = moved.tree.head.index(DOTS)
            raise ParseError("these dots do not say what goes on", source=program.source, span=moved.span(at),
                             hint="end with a letter, as in w_1 x_1 + … + w_n x_n, or write all terms")  # fmt: skip
        return moved

    def continued(self, node: int, before: int, last: int) -> None:
        """`before + … + last` at a node → what stands before the first term of the row, and the sum over its letter."""
        tree = self.tree
        letter, behind = self.letter(last), None
        is_sum = self.signs == ("+",)
        if letter is None and not is_sum:
            return
        if letter is None:  # w_1 x_1 + w_2 x_2 + … + b
            letter, behind, last = _INDEX, last, self.pattern(before)
        rest: int | None = before
        self.counted = False
        number: int | None = None
        while rest is not None:
            is_row = self.is_row(rest)
            term = tree.args[rest][1] if is_row else rest
            forms = [last] if number is None or number > 2 else [last, *self.low_powers(last, letter, number - 1)]
            term_number = next((n for form in forms if (n := self.number(term, form, letter)) is not None), None)
            if term_number is None:
                break
            number = term_number
            rest = tree.args[rest][0] if is_row else None
        if number not in (0, 1):
            return
        body = self.copied(last, lambda name: self.with_index(name, letter))
        limits = Limits("sum" if is_sum else "prod", (_INDEX,), str(number), letter if behind is None else "")
        total = self.add(TOTAL, limits, (body,), node)
        if behind is not None:
            self.notes.append("the dots go on to the last entry of the arrays before them")
        parts = [part for part in (rest, total, behind) if part is not None]
        if len(parts) == 1:
            tree.kind[node], tree.head[node], tree.args[node] = TOTAL, limits, (body,)
            return
        if len(parts) == 3:
            parts = [self.add(OPERATOR, self.signs[0], (parts[0], parts[1]), node), parts[2]]
        tree.args[node] = (parts[0], parts[1])

    def is_row(self, node: int) -> bool:
        """Whether a node is a sum, or a product, with more terms on its left."""
        return self.tree.kind[node] == OPERATOR and self.tree.head[node] in self.signs

    def listed(self, node: int) -> None:
        """A list [e^{x_1}, …, e^{x_n}] → e^x of the array."""
        tree = self.tree
        *terms, _, last = tree.args[node]
        letter, self.counted = self.letter(last), False
        if letter is None:
            return
        numbers = [self.number(term, last, letter) for term in terms]
        if self.counted or numbers[0] not in (0, 1) or numbers != [*range(numbers[0], numbers[0] + len(numbers))]:
            return
        self.ignored |= {letter}
        array = self.copied(last, lambda name: array_name(name) if split(name).below == letter else name)
        tree.kind[node], tree.head[node], tree.args[node] = tree.kind[array], tree.head[array], tree.args[array]

    def pattern(self, before: int) -> int:
        """The terms before the dots → the last of them with a letter for its number: w_i x_i for w_2 x_2."""
        tree = self.tree
        term = tree.args[before][1] if tree.kind[before] == OPERATOR and tree.head[before] == "+" else before
        return self.copied(term, lambda name: f"{array_name(name)}_{_INDEX}" if split(name).below.isdecimal() else name)

    def low_powers(self, last: int, letter: str, number: int) -> list[int]:
        """The last term of a polynomial, w_n x^n → what its term of power 1 or 0 looks like: w_n x, w_n."""
        tree = self.tree
        raised = [
            node for node in nodes_below(tree, last)
            if tree.kind[node] == OPERATOR and tree.head[node] == "^" and tree.head[tree.args[node][1]] == letter
        ]  # fmt: skip
        if len(raised) != 1 or tree.kind[last] != OPERATOR or raised[0] not in tree.args[last] or number not in (0, 1):
            return []
        left, right = tree.args[last]
        if number == 0:
            return [left if right == raised[0] else right]
        base = tree.args[raised[0]][0]
        args = (left, base) if right == raised[0] else (base, right)
        return [self.add(OPERATOR, tree.head[last], args, last)]

    def letter(self, last: int) -> str | None:
        """Last term → the one letter below its names; None where there is none or several."""
        subscripts = {
            split(str(self.tree.head[node])).below
            for node in nodes_below(self.tree, last)
            if self.tree.kind[node] == NAME
        }
        letters = {below for below in subscripts if len(below) == 1 and below.isalpha()}
        return letters.pop() if len(letters) == 1 else None

    def number(self, term: int, last: int, letter: str) -> int | None:
        """A term that is the last one with a number in place of the letter → the number; None for any other."""
        tree = self.tree
        term_nodes, last_nodes = nodes_below(tree, term), nodes_below(tree, last)
        if len(term_nodes) != len(last_nodes):
            return None
        numbers = set()
        for a, b in zip(term_nodes, last_nodes, strict=True):
            head, pattern = tree.head[a], tree.head[b]
            if tree.kind[b] == NAME and tree.kind[a] == NUMBER and pattern == letter:  # x^2 beside x^n
                numbers.add(head)
                self.counted = True
                continue
            if tree.kind[a] != tree.kind[b]:
                return None
            if tree.kind[a] != NAME or split(str(pattern)).below != letter:
                if head != pattern:
                    return None
                continue
            below = split(str(head)).below
            if array_name(str(head)) != array_name(str(pattern)) or not below.isdecimal():
                return None
            numbers.add(float(below))
        return int(numbers.pop()) if len(numbers) == 1 else None

    def copied(self, root: int, renamed: Callable[[str], str]) -> int:
        """An expression with other names → the copy."""
        new: dict[int, int] = {}
        for node in nodes_below(self.tree, root):
            head = self.tree.head[node]
            name = renamed(str(head)) if self.tree.kind[node] == NAME else head
            new[node] = self.add(self.tree.kind[node], name, tuple(new[arg] for arg in self.tree.args[node]), node)
        return new[root]

    def with_index(self, name: str, letter: str) -> str:
        """x_n → x_i, and n alone → i where terms have numbers in its place."""
        if name == letter:
            return _INDEX if self.counted else name
        return f"{array_name(name)}_{_INDEX}" if split(name).below == letter else name


def _without_dotted_sides(program: Program) -> Program:
    """Program → the same without sides of chains of equalities whose dots do not say what goes on, where another side
    says it: u = w_1 x_1 + … + b = W x + b."""
    tree = program.tree
    statements = []
    for statement in program.statements:
        sides = tuple(s for s in statement.forms if all(tree.head[n] != DOTS for n in nodes_below(tree, s.root)))
        if 0 < len(sides) < len(statement.forms):
            side = next((s for s in sides if s.root == statement.root), sides[-1])
            forms = sides if len(sides) > 1 else ()
            statement = statement._replace(first=side.first, root=side.root, span=side.span, forms=forms)
        statements.append(statement)
    if tuple(statements) == program.statements:
        return program
    note = "the side with dots is left out, since another one says the same without them"
    return replanted(replace(program, statements=tuple(statements), notes=(*program.notes, note)))
