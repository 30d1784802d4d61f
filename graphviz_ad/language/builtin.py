"""Functions that R, MATLAB, numpy and spreadsheets have built in → what they are computed by: dnorm, sd, trapz."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from graphviz_ad.language import tokens
from graphviz_ad.language.matlab import is_terminated
from graphviz_ad.language.modelled import Modelled
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.stack import OpenBracket
from graphviz_ad.language.tree import CALL, INDEX, KEYWORD, LIST, NAME, NUMBER, OPERATOR, SLICE
from graphviz_ad.language.vocabulary import BUILT_IN
from graphviz_ad.source import Span

_MAX_LENGTH = 64
"""Entries of an array for which a running product or a polynomial is written out."""
_LOG_DENSITY = "log of normal_pdf"
"""What stands in the next table for the logarithm of the density."""
_DENSITIES = {
    "norm_logpdf": _LOG_DENSITY, "normlogpdf": _LOG_DENSITY,
    **dict.fromkeys(("dnorm", "normpdf", "norm_pdf", "normal_pdf"), "normal_pdf"),
    **dict.fromkeys(("pnorm", "normcdf", "norm_cdf", "normal_cdf"), "normal_cdf"),
}  # fmt: skip
"""Names of the density and the distribution function of a normal distribution, whose mean and deviation may follow."""
_ROUNDED = frozenset(("round", "ROUND", "rint"))
"""Names of what rounds to a number of digits."""
_BY_ENTRY = frozenset(("+", "-", "*", "/", "^", "odot", "neg", "T"))
"""Signs of what has as many axes as its sides."""
_OF_ENTRIES = frozenset(("exp", "log", "sqrt", "abs", "square", "tanh", "sigmoid", "relu", "sin", "cos"))
"""Operations of the same kind."""
_WEIGHTED = frozenset(("mean", "average"))
"""Names of means, which may be weighted."""
_SIGNED_ENTRY = re.compile(r"[ \t][-+−][^ \t]")
"""A sign that may begin an entry of a list of MATLAB, or join two: the - of [1 -2]."""


class BuiltIn(Modelled):
    """Reads functions that other languages have built in."""

    def number_at(self, value: float, span: Span) -> int:
        """Add a number that waits on no stack → its index."""
        node = self.added(NUMBER, abs(value), (), span)
        return node if value >= 0 else self.added(OPERATOR, "neg", (node,), span)

    def number_behind(self, start: int, stop: int) -> None:
        """Read the product of a factorial and a number, 3!2!, and the next entry of a list of MATLAB, [1 2]; raise
        ParseError for a number behind any other value."""
        frame, text = self.innermost() if self.brackets else None, self.source.text
        if frame is not None and frame.what == "list" and text[start - 1] in " \t":
            inside = text[frame.mark : max(tokens.closer(text, frame.mark), start)]
            if _SIGNED_ENTRY.search(inside) is None:
                self.notes["entries with blanks between them are read as with commas, as MATLAB has them"] = None
                self.comma(start, want=False)
                return
        if text[start - 1] != "!":
            self.fail_side_by_side((start, stop))
        self.juxtapose(start)

    def call(self, frame: OpenBracket, span: Span) -> None:
        """Add a complete call as the latest operand."""
        head, items, tree = str(frame.head), frame.items, self.tree
        count = len(items)
        if head == "norm" and items and self.vocabulary.shapes:
            self.note_norm(frame)
        if count > 1 and head not in self.defined:
            options = {str(tree.head[item]): tree.args[item][0] for item in items if tree.kind[item] == KEYWORD}
            values = [item for item in items if tree.kind[item] != KEYWORD]
            if head in _DENSITIES and values:
                self.operands.append(self.normal(_DENSITIES[head], values, options, span))
                return
            if head in _WEIGHTED and len(values) == 1 and options.keys() == {"weights"}:
                weights, self.scattered = options["weights"], True
                above = self.of("sum", span, self.of("odot", span, values[0], weights))
                self.operands.append(self.of("/", span, above, self.of("sum", span, weights)))
                return
            if head in _ROUNDED and len(values) == count == 2 and tree.kind[values[1]] == NUMBER:
                factor, self.scattered = self.number_at(10.0 ** tree.head[values[1]], span), True
                whole = self.of("round", span, self.of("*", span, values[0], factor))
                self.operands.append(self.of("/", span, whole, factor))
                return
        super().call(frame, span)

    def program_call(self, frame: OpenBracket, span: Span) -> bool:
        """sd(x), polyval(p, x), trapz(y, x) → whether that is what was called."""
        head, items = str(frame.head), frame.items
        if head not in BUILT_IN or head in self.defined:
            return super().program_call(frame, span)
        is_plain = all(self.tree.kind[item] != KEYWORD for item in items)
        build = _BUILT.get((head, len(items))) if is_plain else None
        if build is not None:
            value = build(self, span, *items)
        elif head in _DENSITIES and items and is_plain:
            value = self.normal(_DENSITIES[head], items, {}, span)
        elif head in ("trapz", "trapezoid") and items:
            value = self.trapezoid(frame, span)
        elif head == "polyval" and len(items) == 2:
            value = self.polynomial(items[0], items[1], span)
        elif head == "rep" and len(items) == 2:
            value = self.added(CALL, head, tuple(items), span)
        elif head == "NPV" and len(items) == 2 and self.length(items[1]):
            value = self.present_value(items[0], items[1], span)
        elif head == "cumprod" and self.says_axis(frame):
            value = self.added(CALL, head, tuple(items), span)
        else:
            self.fail(f"this {head}(…) is not read", span, "write the operations that it is computed by")
        self.scattered = True
        self.operands.append(value)
        return True

    def normal(self, name: str, values: list[int], options: dict[str, int], span: Span) -> int:
        """dnorm(x, mu, sd), norm.pdf(x, loc=mu, scale=sd) → the density or the distribution function there."""
        self.scattered = True
        names = [("mean", "loc", "mu"), ("sd", "scale", "sigma")]
        mean, deviation = (
            values[place] if place < len(values) else next((options[name] for name in spelled if name in options), None)
            for place, spelled in enumerate(names, 1)
        )
        known = {name for spelled in names for name in spelled} | {"log"}
        is_log = name == _LOG_DENSITY or ("log" in options and self.tree.head[options["log"]] in ("TRUE", "T", 1.0))
        if len(values) > len(names) + 1 or options.keys() - known or (is_log and name == "normal_cdf"):
            self.fail(
                "these options of a normal distribution are not read", span, "write x, the mean and the deviation"
            )
        z = values[0] if mean is None else self.of("-", span, values[0], mean)
        z = z if deviation is None else self.of("/", span, z, deviation)
        if is_log:
            half = self.of("/", span, self.of("square", span, z), self.number_at(2.0, span))
            value = self.of("-", span, self.of("neg", span, half), self.number_at(math.log(2 * math.pi) / 2, span))
            return value if deviation is None else self.of("-", span, value, self.of("log", span, deviation))
        value = self.added(CALL, name, (z,), span)
        return self.of("/", span, value, deviation) if deviation is not None and name == "normal_pdf" else value

    def trapezoid(self, frame: OpenBracket, span: Span) -> int:
        """trapz(y, x), trapz(x, y) of MATLAB, trapz(y, dx=h) → the sum of the trapezia."""
        items, tree = list(frame.items), self.tree
        options = {str(tree.head[item]): tree.args[item][0] for item in items if tree.kind[item] == KEYWORD}
        values = [item for item in items if tree.kind[item] != KEYWORD]
        if len(values) == 2 and not frame.library and not self.is_matlab:
            first, second = self.written(values[0]), self.written(values[1])
            hint = f"write np.trapz({first}, {second}) for numpy's order, np.trapz({second}, {first}) for MATLAB's"

            self.fail(f"'{self.source.text[slice(*span)]}' can be read in two ways", span, hint)
        values = values[::-1] if len(values) == 2 and not frame.library else values
        if not 1 <= len(values) <= 2 or options.keys() - {"x", "dx"}:
            self.fail("these options of trapz are not read", span, "write trapz(y, x) or trapz(y, dx=h)")
        y, x = values[0], options.get("x", values[1] if len(values) > 1 else None)
        heights = self.of("+", span, self.part(y, "a", span), self.part(y, "b", span))
        if x is not None:
            width = self.of("-", span, self.part(x, "a", span), self.part(x, "b", span))
            total = self.of("sum", span, self.of("odot", span, width, heights))
        else:
            total = self.of("sum", span, heights)
            total = self.of("*", span, options["dx"], total) if "dx" in options else total
        return self.of("/", span, total, self.number_at(2.0, span))

    def part(self, value: int, letter: str, span: Span) -> int:
        """Array → the same without its first entry ("a") or its last ("b")."""
        bound = self.number_at(1.0 if letter == "a" else -1.0, span)
        return self.added(INDEX, None, (value, self.added(SLICE, letter, (bound,), span)), span)

    def digits(self, node: int) -> int:
        """Node → the whole number it is; 0 for anything else."""
        number = self.tree.head[node] if self.tree.kind[node] == NUMBER else 0.0
        return int(number) if float(number).is_integer() else 0

    def rank(self, root: int) -> int | None:
        """Node → how many axes it has, None where that is not known."""
        tree, ranks = self.tree, dict[int, int]()
        for node in nodes_below(tree, root):
            head, args = tree.head[node], tree.args[node]
            if tree.kind[node] == NUMBER:
                ranks[node] = 0
            elif tree.kind[node] == NAME and head in self.vocabulary.shapes:
                ranks[node] = len(self.vocabulary.shapes[head])
            elif tree.kind[node] == INDEX and args[0] in ranks:
                kinds = [tree.kind[index] for index in args[1:]]
                if set(kinds) <= {SLICE, LIST, NUMBER}:
                    ranks[node] = ranks[args[0]] - kinds.count(NUMBER)
            elif tree.kind[node] == OPERATOR and head == "·" and all(arg in ranks for arg in args):
                if min(ranks[arg] for arg in args) == 0:
                    ranks[node] = max(ranks[arg] for arg in args)
            elif tree.kind[node] == OPERATOR and head in _BY_ENTRY and all(arg in ranks for arg in args):
                ranks[node] = max(ranks[arg] for arg in args)
            elif tree.kind[node] == CALL and head in _OF_ENTRIES and len(args) == 1 and args[0] in ranks:
                ranks[node] = ranks[args[0]]
        return ranks.get(root)

    def is_beyond(self, axis: int, value: int) -> bool:
        """Whether a number is an axis that a value has only where axes count from 1."""
        number = self.tree.head[axis] if self.tree.kind[axis] == NUMBER and self.vocabulary.shapes else 0
        return number > 0 and number == self.rank(value)

    def has_columns(self, value: int) -> bool:
        """Whether a value is a matrix with several rows, in lines that are MATLAB's for sure."""
        if not self.vocabulary.shapes or self.rank(value) != 2 or not self.is_matlab:
            return False
        rows = (shape[0] for shape in self.vocabulary.shapes.values() if len(shape) == 2)
        return min(rows, default=1) > 1 and (self.has_round_entries or is_terminated(self.source.text))

    def inner_product(self, frame: OpenBracket, span: Span) -> None:
        """Add ⟨x, y⟩ as the latest operand; of two matrices whose shapes differ it has the products of their rows."""
        items = frame.items
        shapes = [self.vocabulary.shapes.get(str(self.tree.head[item]), ()) for item in items]
        x, y = (self.written(item) for item in items) if len(items) == len("xy") else ("", "")
        if not x or any(len(shape) != len("xy") for shape in shapes):
            super().inner_product(frame, span)
        elif self.source.text.startswith("_F", span[1]):
            self.resume, self.scattered = span[1] + 2, True
            self.operands.append(self.of("sum", span, self.of("odot", span, *items)))
        elif shapes[0] == shapes[1]:
            hint = f"write {x} @ {y}.T for the products of all rows, sum({x}*{y}) for the sum of products"
            self.fail(f"⟨{x}, {y}⟩ of matrices can be read in two ways", span, hint)
        else:
            self.notes[f"⟨{x}, {y}⟩ of matrices has the inner products of their rows, {x} @ {y}.T"] = None
            self.scattered = True
            self.operands.append(self.of("@", span, items[0], self.of("T", span, items[1])))

    def note_norm(self, frame: OpenBracket) -> None:
        """Say what norm(A) of a matrix is, which MATLAB has another one for."""
        if self.is_matlab and len(frame.items) == 1 and self.rank(frame.items[0]) == 2:
            written, other = f"norm({self.written(frame.items[0])})", "MATLAB's is the largest singular value"
            self.notes[f"{written} is the root of the sum of squares; {other}"] = None

    def length(self, value: int) -> int:
        """Node → the length of the list or the vectors in it, 0 where that is not known."""
        if self.tree.kind[value] == LIST:
            return len(self.tree.args[value])
        names = [str(self.tree.head[n]) for n in nodes_below(self.tree, value) if self.tree.kind[n] == NAME]
        shapes = [self.shape(name) for name in names if self.shape(name)]
        return shapes[0][0] if shapes and all(shape == shapes[0] for shape in shapes) and len(shapes[0]) == 1 else 0

    def polynomial(self, coefficients: int, x: int, span: Span) -> int:
        """polyval(p, x) → p[0]*x^2 + p[1]*x + p[2], one inside the other."""
        count = self.length(coefficients)
        if not 1 <= count <= _MAX_LENGTH:
            self.fail("how many coefficients there are is not known", span, "give values for them, or write the powers")
        is_list = self.tree.kind[coefficients] == LIST
        terms = [
            self.tree.args[coefficients][place] if is_list
            else self.added(INDEX, None, (coefficients, self.number_at(float(place), span)), span)
            for place in range(count)
        ]  # fmt: skip
        value = terms[0]
        for term in terms[1:]:
            value = self.of("+", span, self.of("odot", span, value, x), term)
        return value

    def says_axis(self, frame: OpenBracket) -> bool:
        """Whether a running product says clearly what it is over: without a library an axis may count from 1."""
        further = frame.items[1:]
        is_option = all(self.tree.kind[item] == KEYWORD and self.tree.head[item] in ("axis", "dim") for item in further)
        return len(frame.items) == 1 or (len(further) == 1 and (is_option or frame.library != ""))

    def present_value(self, rate: int, values: int, span: Span) -> int:
        """NPV(r, v) → v_1/(1 + r) + v_2/(1 + r)^2 + …"""
        years = [self.number_at(float(year), span) for year in range(1, self.length(values) + 1)]
        base = self.of("+", span, self.number_at(1.0, span), rate)
        growth = self.of("^", span, base, self.added(LIST, None, tuple(years), span))
        return self.of("sum", span, self.of("/", span, values, growth))

    def with_correction(self, name: str, span: Span, x: int) -> int:
        """std or var of x → the one that divides by n - 1, as R's does."""
        return self.of(name, span, x, self.added(KEYWORD, "correction", (self.number_at(1.0, span),), span))

    def annuity(self, span: Span, rate: int, count: int) -> int:
        """Rate and number of payments → (1 - (1 + r)^-n)/r."""
        growth = self.of("+", span, self.number_at(1.0, span), rate)
        left = self.of("^", span, growth, self.of("neg", span, count))
        return self.of("/", span, self.of("-", span, self.number_at(1.0, span), left), rate)

    def growth(self, span: Span, rate: int, count: int) -> int:
        """Rate and number of payments → ((1 + r)^n - 1)/r."""
        grown = self.of("^", span, self.of("+", span, self.number_at(1.0, span), rate), count)
        return self.of("/", span, self.of("-", span, grown, self.number_at(1.0, span)), rate)


_BUILT: dict[tuple[str, int], Callable[..., int]] = {
    ("sd", 1): lambda self, span, x: self.with_correction("std", span, x),
    ("plogis", 1): lambda self, span, x: self.of("sigmoid", span, x),
    ("qlogis", 1): lambda self, span, x: self.of("logit", span, x),
    ("crossprod", 1): lambda self, span, x: self.of("@", span, self.of("T", span, x), x),
    ("crossprod", 2): lambda self, span, x, y: self.of("@", span, self.of("T", span, x), y),
    ("tcrossprod", 1): lambda self, span, x: self.of("@", span, x, self.of("T", span, x)),
    ("hypot", 2): lambda self, span, x, y: self.of(
        "sqrt", span, self.of("+", span, self.of("square", span, x), self.of("square", span, y))
    ),
    ("PMT", 3): lambda self, span, r, n, v: self.of("neg", span, self.of("/", span, v, self.annuity(span, r, n))),
    ("PV", 3): lambda self, span, r, n, p: self.of("neg", span, self.of("*", span, p, self.annuity(span, r, n))),
    ("FV", 3): lambda self, span, r, n, p: self.of("neg", span, self.of("*", span, p, self.growth(span, r, n))),
}  # fmt: skip
"""Functions of so many arguments, and what they are computed by."""
