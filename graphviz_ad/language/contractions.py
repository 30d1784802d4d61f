"""Products of arrays with letters for their axes, and sums over these → matrix products, reductions, einsum."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence, Set
from itertools import pairwise

from graphviz_ad.language.axes import AxesWriter
from graphviz_ad.language.letters import PICKED, Letters, array_name
from graphviz_ad.language.names import Parts, identity, split
from graphviz_ad.language.replanting import factors_of, nodes_below
from graphviz_ad.language.rows import Indexed
from graphviz_ad.language.tree import CALL, INDEX, KEYWORD, LIST, NAME, OPERATOR, Limits, Program


class Contractions(AxesWriter):
    """Writes sums over letters; `picked` are given names whose whole numbers say which entries are taken."""

    def __init__(self, program: Program, letters: Letters, given: Set[Parts | str]) -> None:
        super().__init__(program, letters, given)
        self.picked: set[str] = set()

    def refuse_whole(self, operands: tuple[int, ...]) -> None:
        """Raise ParseError where an array meets its own entries, as in x_i - x: two values have one name."""
        for whole, part in (operands, operands[::-1]):
            bare = self.old.args[whole][0] if self.is_turned(whole) else whole
            name = str(self.old.head[bare])
            if self.old.kind[bare] != NAME or self.indexed[whole].axes or not self.letters.carries(name):
                continue
            for inner in (n for n in nodes_below(self.old, part) if self.old.kind[n] == NAME):
                entry = str(self.old.head[inner])
                if self.indexed[inner].axes and array_name(entry) == name:
                    self.fail(
                        bare, f"'{name}' is the array of all {entry} here, and cannot be another value beside them",
                        f"give one of the two another name, as in {name}' for this {name}",
                    )  # fmt: skip

    def matrix_product(self, left: Indexed, right: Indexed, letter: str) -> Indexed:
        """Two arrays of one or two axes that share a letter → their product over it."""
        if len(left.axes) == 1 and len(right.axes) == 2 and right.axes[1] == letter:
            left, right = right, left  # W @ x rather than x @ W.T
        first, second = left.node, right.node
        if len(left.axes) == 2 and left.axes[0] == letter:
            first = self.add(OPERATOR, "T", first)
        if len(right.axes) == 2 and right.axes[1] == letter:
            second = self.add(OPERATOR, "T", second)
        axes = tuple(axis for axis in (*left.axes, *right.axes) if axis != letter)
        row = True if left.row or right.row else left.row if left.row == right.row else None
        return Indexed(self.add(OPERATOR, "@", first, second), axes, row)

    def reduced(self, operation: str, body: Indexed, letters: Collection[str]) -> Indexed:
        """An array and some of its letters → its sum, mean or other reduction over their axes."""
        rest = tuple(letter for letter in body.axes if letter not in letters)
        places = [self.number(float(place)) for place, letter in enumerate(body.axes) if letter in letters]
        if not rest and len(places) > 1:
            return Indexed(self.add(CALL, operation, body.node))
        axis = places[0] if len(places) == 1 else self.add_list(places)
        reduction = self.add(CALL, operation, body.node, self.add(KEYWORD, "axis", axis))
        self.reductions.add(reduction)
        return Indexed(reduction, rest, body.row)

    def einsum(self, node: int, args: Sequence[Indexed]) -> Indexed:
        """einsum('ik,kj->ij', A, B) → products and sums of the arrays, whose axes the text calls by letters.

        Without an arrow the letters that stand once are left, in the order of the alphabet, as numpy has it.
        """
        if len(args) == 2 and self.tree.kind[args[1].node] == LIST:  # torch's einsum('ik,kj->ij', [A, B])
            args = [args[0], *map(Indexed, self.tree.args[args[1].node])]
        quoted = str(self.old.head[self.old.args[node][0]])
        spec = quoted.strip("'\"").replace(" ", "")
        left, arrow, right = spec.partition("->")
        groups = left.split(",")
        if quoted[0] not in "'\"" or len(groups) != len(args) - 1 or not all(map(str.isalpha, (*groups, right or "i"))):
            self.fail(node, f"'{spec}' does not say which letters the axes of the {len(args) - 1} arrays have",
                      "as in einsum('ik,kj->ij', A, B)")  # fmt: skip
        if any(len(set(group)) < len(group) for group in groups):
            self.fail(node, f"'{spec}' has one letter twice in an array", "write trace(A) for the sum of a diagonal")
        if not arrow:
            right = "".join(sorted(letter for letter in set(left) - {","} if left.count(letter) == 1))
        product = Indexed(args[1].node, tuple(groups[0]))
        for number, (group, array) in enumerate(zip(groups, args[1:], strict=True)):
            later = set(right).union(*groups[number + 1 :])
            if number:
                product = self.product(product, Indexed(array.node, tuple(group)), later)
            if summed := set(product.axes) - later:
                product = self.reduced("sum", product, summed)
        return Indexed(self.arranged(product, tuple(right)))

    def product(self, left: Indexed, right: Indexed, kept: Collection[str]) -> Indexed:
        """Two arrays with letters → their product, a matrix product where the one letter they share is not kept."""
        shared = set(left.axes) & set(right.axes)
        if len(shared) == 1 and not shared & set(kept) and max(len(left.axes), len(right.axes)) <= 2:
            return self.matrix_product(left, right, shared.pop())
        return self.binary("*", left, right, ())

    def with_matrices(self, factors: list[int]) -> list[Indexed]:
        """Factors of a product → the same, each row with the matrix before it: α_ij and V h_j of α_ij V h_j."""
        parts: list[Indexed] = []
        for before, factor in pairwise((-1, *factors)):
            part = self.indexed[factor]
            is_row = len(part.axes) == 1 and not self.is_turned(factor)
            if is_row and len(parts) > 1 and not parts[-1].axes and self.is_matrix(before):
                part = Indexed(self.add(OPERATOR, "@", part.node, self.add(OPERATOR, "T", parts.pop().node)), part.axes)
            parts.append(part)
        return parts

    def name(self, name: str) -> Indexed:
        """p_{i,y_i} with given whole numbers y → for each row of p the entry that y_i says; x_i → x with the axis i."""
        picked = PICKED.fullmatch(split(name).below) if "_" in name else None
        places = self.letters.known.whole(picked[2]) if picked is not None else None
        size = self.letters.known.by_identity.get(identity(array_name(name)), ())
        if picked is not None and places is None and size and identity(name) not in self.given:
            self.fail(self.place, f"'{name}' is an entry of each row of {array_name(name)}, and which one is not known",
                      f"give whole numbers for {picked[2]}, counted from 0, as in {picked[2]}=[0, 2, 1]")  # fmt: skip
        if picked is None or not isinstance(places, list) or size[:1] != (len(places),) or len(size) != 2:
            return super().name(name)
        rows = self.add_list([self.number(float(row)) for row in range(len(places))])
        columns = self.add_list([self.number(float(place)) for place in places if not isinstance(place, list | tuple)])
        self.notes[f"{name} is the entry {picked[2]}_{picked[1]} of each row of {array_name(name)}, counted from 0"] = (
            None
        )
        self.picked.add(picked[2])
        return Indexed(self.add(INDEX, None, self.add(NAME, array_name(name)), rows, columns), (picked[1],))

    def count_all(self, node: int, limits: Limits) -> None:
        """Take what stands above a sum over all entries for the length of the first vector in it."""
        shapes = self.letters.known.by_identity
        names = [str(self.old.head[n]) for n in nodes_below(self.old, node) if self.old.kind[n] == NAME]
        vectors = [name for name in names if len(shapes.get(identity(name), ())) == 1]
        if limits.upper and limits.upper not in self.lengths and vectors:
            self.lengths[limits.upper] = vectors[0], 0

    def along(self, operation: str, letter: str, argument: Indexed) -> Indexed:
        """softmax and the letter j of softmax_j(e_ij) → the operation over the axis of that letter."""
        if letter not in argument.axes:
            return Indexed(self.add(CALL, operation, argument.node), argument.axes)
        axis = self.add(KEYWORD, "axis", self.number(float(argument.axes.index(letter))))
        kept = argument.axes if operation != "logsumexp" else tuple(x for x in argument.axes if x != letter)
        return Indexed(self.add(CALL, operation, argument.node, axis), kept)

    def numerator(self, body: int) -> int:
        """y_i x_i/c_i with rows x_i → its numerator, which is summed up times 1/c_i; any other body itself."""
        tree = self.old
        if tree.kind[body] != OPERATOR or tree.head[body] != "/":
            return body
        factors = factors_of(tree, tree.args[body][0])
        return tree.args[body][0] if len(factors) > 1 and self.are_rows(factors[-1:], known=True) else body

    def divided(self, parts: list[Indexed], body: int, numerator: int, letter: str) -> list[Indexed]:
        """The factors of a numerator → the same, the first with the letter of the sum divided by the denominator."""
        if body == numerator:
            return parts
        place = next((n for n, part in enumerate(parts) if letter in part.axes), 0)
        denominator = self.old.args[body][1]
        quotient = self.binary("/", parts[place], self.indexed[denominator], (numerator, denominator))
        return [*parts[:place], quotient, *parts[place + 1 :]]

    def repeated(self, node: int, limits: Limits, body: Indexed) -> Indexed | None:
        """∑_{k=1}^{K} of a number that is the same for each k → K times that number; None where it may be an array."""
        names = [str(self.old.head[n]) for n in nodes_below(self.old, node) if self.old.kind[n] == NAME]
        shapes = [self.letters.known.by_identity.get(identity(name)) for name in names]
        upper, is_number = limits.upper, limits.upper.isdecimal()
        if limits.operation != "sum" or limits.lower not in ("0", "1") or len(limits.letters) != 1:
            return None
        if any(shape != () for shape in shapes) or not (is_number or identity(upper) in self.given):
            return None
        count = Indexed(self.number(float(upper)) if is_number else self.add(NAME, upper))
        if limits.lower == "0":
            count = self.binary("+", count, Indexed(self.number(1.0)), ())
        self.notes[f"every term of the sum over {limits.letters[0]} is the same number"] = None
        return self.binary("*", count, body, ())

    def chosen(self, node: int, limits: Limits, body: Indexed) -> Indexed:
        """What is added up → the same, with what changes nothing where the condition at the sum sign does not hold."""
        neutral = {"sum": 0.0, "prod": 1.0, "max": -math.inf, "min": math.inf}.get(limits.operation)
        if neutral is None:
            self.fail(node, f"a {limits.operation} over a part of an axis cannot be read", "take a part, as x[1:]")
        left, sign, right = limits.condition or ("", "", "")
        if len(left) > 1:
            is_number = right.lstrip("-").replace(".", "", 1).isdecimal()
            value = Indexed(self.number(float(right))) if is_number else self.of_letter(right)
            condition = self.binary(sign, self.name(left), value, ())
        elif len(right) > 1 or right in self.letters.known.numbers:
            labels = 0 if sign == "!=" else None  # classes are counted from 0
            condition = self.binary(sign, self.numbers(left, first=labels), self.name(right), ())
        else:
            condition = self.binary(sign, self.numbers(left), self.numbers(right), ())
        target = tuple(dict.fromkeys((*body.axes, *condition.axes)))
        nodes = [self.arranged(condition, target), self.arranged(body, target), self.limit(neutral)]
        return Indexed(self.add(CALL, "where", *nodes), target)

    def of_letter(self, text: str) -> Indexed:
        """A name, or a letter of the left side, which counts classes from 0 → its value."""
        return self.numbers(text, first=0) if text in self.letters.left.get(self.statement, "") else self.name(text)

    def limit(self, value: float) -> int:
        """Number, perhaps infinite → its node."""
        if math.isfinite(value):
            return self.number(value)
        infinity = self.add(NAME, "∞")
        return self.add(OPERATOR, "neg", infinity) if value < 0 else infinity
