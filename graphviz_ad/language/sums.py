"""Sums over a letter → operations on whole arrays: ∑_i w_i x_i is w @ x, z_j = ∑_i W_{ji} x_i is z = W @ x.

Every expression has axes, each called by a letter. Entries with the same letters meet entry by entry; where letters
differ, an array gets a new axis of length 1; a sum over a letter that two factors share is a matrix product.
"""

from __future__ import annotations

from array import array
from collections.abc import Set
from dataclasses import replace
from itertools import pairwise

from graphviz_ad.errors import ParseError
from graphviz_ad.language.contractions import Contractions
from graphviz_ad.language.free_letters import has_free_letters
from graphviz_ad.language.given import Given
from graphviz_ad.language.letter_search import find_letters, has_lettered_calls
from graphviz_ad.language.letters import LETTERED_CALL, array_name, entries, letters_inside, side_nodes, totals
from graphviz_ad.language.names import identity
from graphviz_ad.language.operators import OPERATORS
from graphviz_ad.language.replanting import factors_of, nodes_below, replanted
from graphviz_ad.language.rows import Indexed
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
)


def without_sums(program: Program, values: Set[str] = frozenset(), known: Given | None = None) -> Program:
    """Program → the same without sum signs and indices; `values` are names that values are given for, `known` what is
    known of these.

    Raises ParseError where an index says what arrays cannot.
    """
    given = frozenset(map(identity, values))
    is_plain = TOTAL not in program.tree.kind and "einsum" not in program.tree.head
    if (
        is_plain
        and not (program.ranges or any(statement.letters for statement in program.statements))
        and not (has_lettered_calls(program) or has_free_letters(program, given))
        and next(entries(program, given), None) is None
    ):
        return program
    letters = find_letters(program, given, known)
    if is_plain and not any(letters.of.values()):
        return program
    return _Writer(program, letters, given).run()


def with_lengths(program: Program) -> Program:
    """Program → the same with a statement for each name that is the length of an axis: N = size(x, axis=0)."""
    tree = program.tree
    set_names = {statement.name for statement in program.statements}
    read = {head for kind, head in zip(tree.kind, tree.head, strict=True) if kind == NAME}
    used = [name for name in program.lengths if not name.isdecimal() and name in read - set_names]
    if not used:
        return program
    starts, stops, marks = (array("I", column) for column in (program.starts, program.stops, program.marks))
    new = []
    for name in used:
        first = len(tree)
        place = next(n for n in range(first) if tree.kind[n] == NAME and tree.head[n] == name)
        base, axis = program.lengths[name]
        array_read = tree.add(NAME, base)
        keyword = tree.add(KEYWORD, "axis", (tree.add(NUMBER, float(axis)),))
        root = tree.add(CALL, "size", (array_read, keyword))
        for column, old in ((starts, program.starts), (stops, program.stops), (marks, program.marks)):
            column.extend([old[place]] * (len(tree) - first))
        new.append(Statement(name, None, first, root, (program.starts[place], program.stops[place])))
    return replace(program, statements=(*new, *program.statements), starts=starts, stops=stops, marks=marks)


class _Writer(Contractions):
    """Walks once over a program, and writes the new one."""

    def run(self) -> Program:
        """All statements → the new program."""
        statements = []
        for number, statement in enumerate(self.program.statements):
            self.statement = number
            forms = tuple(self.side(form, statement, number) for form in statement.forms)
            chosen = next(
                (new for new, form in zip(forms, statement.forms, strict=True) if form.root == statement.root), None
            )
            form = chosen or self.form(statement.root, statement.span, number)
            name = statement.name
            if name and (number in self.letters.left or self.meets_entries(name, statement)):
                name = self.free_name(array_name(name), form)
            elif name and name not in self.old.head:
                name = self.free_name(name, form)  # L = 1/N ∑_i L_i, where L_i is given
            statements.append(statement._replace(name=name, first=form.first, root=form.root, forms=forms, letters=""))
        ends = {head.upper for head in self.old.head if isinstance(head, Limits) and head.upper}
        program = replace(
            self.program, ignored=self.program.ignored | ends | self.letters.spans.used | self.picked,
            tree=self.tree, statements=tuple(statements), starts=self.starts, stops=self.stops, marks=self.marks,
            lengths=self.lengths, reductions=frozenset(self.reductions), rowwise=frozenset(self.rowwise),
            ranks=self.ranks, consulted=self.program.consulted | self.consulted,
            notes=tuple(dict.fromkeys((*self.notes, *self.letters.spans.notes))),
            shown=self.program,
        )  # fmt: skip
        return with_lengths(replanted(program))

    def meets_entries(self, name: str, statement: Statement) -> bool:
        """Whether a left side is called as the array whose entries alone are on the right: p = ∏_k p_k."""
        heads = [str(self.old.head[n]) for n in side_nodes(statement) if self.old.kind[n] == NAME]
        return name not in heads and any(
            array_name(head) == name != head and self.letters.indices(head, self.statement) for head in heads
        )

    def free_name(self, name: str, form: Form) -> str:
        """The name of an array → the one of its new value, where it stands on both sides: δ_j = ∑_k w_{jk} δ_k."""
        if name not in self.tree.head[form.first : form.root + 1]:
            return name
        self.notes[f"{name} = … gives a new value, which is called {name}'"] = None
        return name + "'"

    def side(self, form: Form, statement: Statement, number: int) -> Form:
        """One side of a chain → the same in the new tree; where its sums cannot be read and another side is computed,
        with the letters of that one alone."""
        letters = self.letters.of[number]
        try:
            return self.form(form.root, form.span, number)
        except ParseError:
            if form.root == statement.root:
                raise
            bound = {x for _, limits in totals(self.program, statement._replace(forms=())) for x in limits.letters}
            self.letters.of[number] = [letter for letter in letters if letter in bound]
            return self.form(form.root, form.span, number)
        finally:
            self.letters.of[number] = letters

    def form(self, root: int, span: tuple[int, int], number: int) -> Form:
        """The nodes of one side → the same in the new tree."""
        begin = len(self.tree)
        indexed = self.indexed = {}
        for node in nodes_below(self.old, root):
            self.place = node
            indexed[node] = self.write(node, indexed)
        whole = indexed[root]
        left = tuple(dict.fromkeys(self.letters.left.get(number, "")))
        if left and set(left) == set(whole.axes):
            whole = Indexed(self.arranged(whole, left), left)
        return Form(begin, whole.node, span)

    def write(self, node: int, indexed: dict[int, Indexed]) -> Indexed:
        """One old node → the new one."""
        kind, head = self.old.kind[node], self.old.head[node]
        args = [indexed[arg] for arg in self.old.args[node]]
        if kind == NAME:
            return self.name(str(head))
        if kind == TOTAL:
            return self.total(node, head, args[0], indexed)
        if kind == CALL and (lettered := LETTERED_CALL.fullmatch(head)) is not None:
            return self.along(lettered[1], lettered[2], args[0])
        if kind == CALL and head == "einsum":
            return self.einsum(node, args)
        if kind == LIST and len(args) == 1 and args[0].axes:
            return args[0]  # log [x_i]
        axes = {arg.axes for arg in args if arg.axes}
        if not axes:
            return Indexed(self.add(kind, head, *(arg.node for arg in args)))
        if kind == OPERATOR and OPERATORS[head].arity == 2:
            self.refuse_whole(self.old.args[node])
            return self.binary(str(head), args[0], args[1], self.old.args[node])
        if kind == OPERATOR and head == "T":
            return Indexed(args[0].node, args[0].axes, args[0].row)  # of one entry; what it is multiplied with decides
        if kind == CALL and head == "norm" and self.are_numbers(self.old.args[node][0]):
            return Indexed(self.add(CALL, "abs", args[0].node), args[0].axes)
        if kind == CALL and head == "norm":
            axis = self.number(-1.0)
            norm = self.add(CALL, "norm", *(a.node for a in args), self.add(KEYWORD, "axis", axis))
            return Indexed(norm, args[0].axes, False if args[0].row else None)
        if kind == INDEX:
            self.fail(node, "an index in brackets and a letter below one name", "use one of the two, as in x_i")
        if kind == CALL and head == "dot" and len(args) == 2:
            product = self.inner_of_rows(args[0], args[1], self.old.args[node])
            if product is not None:
                return product
        target = max((arg.axes for arg in args), key=len)
        if any(set(arg.axes) - set(target) for arg in args):
            target = tuple(dict.fromkeys(letter for arg in args for letter in arg.axes))
        nodes = [self.arranged(arg, target) if arg.axes else arg.node for arg in args]
        new = self.add(kind, head, *nodes)
        if kind == CALL and head == "abs":
            self.rowwise.add(new)  # |x_i - x_j|
        by_entry = len(args) == 1 and (kind == OPERATOR or self.is_by_entry(str(head)))
        return Indexed(new, target, args[0].row if by_entry else None)

    def total(self, node: int, limits: Limits, body: Indexed, indexed: dict[int, Indexed]) -> Indexed:
        """A sum over letters → a matrix product, or a reduction over their axes."""
        if not limits.letters:
            self.count_all(node, limits)
            operation = f"{limits.operation}_{{{limits.lower}}}" if limits.lower else limits.operation
            return Indexed(self.add(CALL, operation, body.node), ())
        self.note_length(node, limits)
        missing = [letter for letter in limits.letters if letter not in body.axes]
        if missing and body.axes:
            self.fail(
                node, f"nothing behind this sum has the letter {missing[0]}",
                f"write it below a name, as x_{missing[0]}, or leave out the letter to add up all entries",
            )  # fmt: skip
        if missing:
            if missing[0] not in letters_inside(self.program, node, ()):  # as m_kg has, which is given whole
                whole = "all entries are added up" if limits.operation == "sum" else "it is over all entries"
                self.notes[f"nothing behind the {limits.operation} has the letter {missing[0]}: {whole}"] = None
            if (repeated := self.repeated(node, limits, body)) is not None:
                return repeated
            plain = self.add(CALL, limits.operation, body.node)
            self.reductions.add(plain)
            return Indexed(plain)
        if limits.condition is not None:
            body = self.chosen(node, limits, body)
        elif limits.operation == "sum" and len(limits.letters) == 1:
            contracted = self.contracted(self.old.args[node][0], limits.letters[0], indexed)
            if contracted is not None:
                return contracted
        return self.reduced(limits.operation, body, limits.letters)

    def note_length(self, node: int, limits: Limits) -> None:
        """Note that what stands above a sum sign is the length of the axis."""
        if limits.letters[0] in self.letters.spans.letters.get(self.statement, {}):
            return
        if limits.lower not in ("", "0", "1") and limits.lower.isdecimal() and limits.upper.isdecimal():
            count = self.letters.carried_length(limits.letters[0], self.statement)
            if count in (None, int(limits.upper) - int(limits.lower) + 1):
                return  # ∑_{i=3}^{5} i²
        if limits.lower not in ("", "0", "1"):
            self.fail(
                node,
                f"a sum that begins at {limits.lower} cannot be read",
                f"give {limits.lower} a whole number, counted from 1"
                if limits.lower.isalpha()
                else "sums run over the whole axis; take a part, as x[1:]",
            )
        upper = limits.upper.replace(" ", "").replace("−", "-")
        if limits.lower == "0":
            if upper and not upper.endswith("-1") and not upper.isdecimal():
                return  # from 0 to T: as many terms as there are entries, which are T + 1
            upper = str(int(upper) + 1) if upper.isdecimal() else upper.removesuffix("-1")
        known = identity(self.lengths[upper][0]) in self.given if upper in self.lengths else False
        if not upper or known:
            return
        for inner in nodes_below(self.old, node):
            axes = (
                self.letters.indices(str(self.old.head[inner]), self.statement) if self.old.kind[inner] == NAME else ()
            )
            base = array_name(str(self.old.head[inner])) if axes else ""
            if limits.letters[0] in axes and (upper not in self.lengths or identity(base) in self.given):
                self.lengths[upper] = base, axes.index(limits.letters[0])
                return

    def contracted(self, body: int, letter: str, indexed: dict[int, Indexed]) -> Indexed | None:
        """A product in which two factors carry the letter → their matrix product times the others; None for any
        other."""
        numerator = self.numerator(body)
        factors = factors_of(self.old, numerator)
        for row, column in pairwise(factors):
            if self.is_turned(row) and bool(indexed[row].axes) != bool(indexed[column].axes) and len(factors) > 2:
                return None  # y_i wᵀ x_i: entry by entry, y_i times the inner product
        if self.has_inner_product(body):
            return None
        parts = self.parts.get(body) or self.divided(self.with_matrices(factors), body, numerator, letter)
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
        lettered = [factor for factor in factors if letter in indexed[factor].axes]
        last = lettered[-1] if lettered else body
        if left.axes == right.axes == (letter,) and self.old.kind[last] == OPERATOR and self.old.head[last] == "T":
            product = Indexed(self.add(OPERATOR, "@", self.add(OPERATOR, "T", left.node), right.node))  # ∑ x_n x_nᵀ
        elif left.axes == right.axes == (letter,) and len(lettered) == 2 and self.are_rows(lettered, known=True):
            return None  # v_i·u_i of rows is a number for each i
        else:
            product = self.matrix_product(left, right, letter)
        others = [part for part in parts if letter not in part.axes]
        self.parts[self.place] = [*others, product]
        for other in others:
            product = self.binary("*", other, product, (body, body))
        return product
