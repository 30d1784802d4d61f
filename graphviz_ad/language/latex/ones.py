"""Vectors of ones, products with dots, signs that are part of a name or a number → plain notation."""

from __future__ import annotations

import re

from graphviz_ad.language.latex import symbols
from graphviz_ad.language.latex.flatten import flat
from graphviz_ad.language.latex.labels import Range, Task
from graphviz_ad.language.latex.pieces import END
from graphviz_ad.language.latex.slashes import Slashes
from graphviz_ad.language.latex.tokens import FRACTIONS, fail
from graphviz_ad.language.names import identity

BOLD = frozenset(("mathbb", "mathbf", "mathds", "boldsymbol", "bm", "vec", "textbf"))
"""Fonts in which 1 is a vector of ones, or an indicator."""
_SUM_HINT = "write the sum that it makes, as in sum(x) for 1ᵀx"
"""Hint at a vector of ones that makes no sum."""
_POWERS = re.compile(r"\^\([^()]*\)|\^\{[^{}]*\}|\^-?[0-9.]+|ᵀ")
"""Powers of factors in plain notation."""
_FACTOR = re.compile(r"[^\W\d_][\u0300-\u036f]*(?:_\w+|_\{[^{}]*\})?")
"""A factor in plain notation that is a name."""
_MAX_PIECES = 100
"""Pieces up to which what stands before a power is looked through."""
_MAX_FACTORS = 20
"""The highest power of a matrix that is written out."""
_ENDS_OF_PRODUCTS = frozenset((
    "+", "-", "−", "=", ",", ";", "&", "/", ")", "]", "right", "rangle", "<", ">", "le", "leq", "ge", "geq", "approx",
    "odot", "quad", "qquad", ".",
))  # fmt: skip
"""What stands behind a product."""
_SIGNS_BEFORE = frozenset("+-−=,;/\n([{<>≈←")
"""What stands before a product, as the first character of a piece or its last one."""


class Ones(Slashes):
    """Reads what is a value in some places, and a sign in others."""

    def ones(self, at: int, following: int, stop: int) -> tuple[int, list[Task]] | None:
        """\\mathbf{1}^T x and X \\mathbf{1} → sums; None for a number 1, as in \\mathbf{1} - a."""
        place = self.starts[at]
        below, above, after = self.script_ranges(following, stop)
        end = self.product_end(after, stop)
        if above is not None and flat(self.tokens[slice(*above)]) in ("T", "⊤"):
            body: Range = (after, end)
            last = self.bold_one(body)
            if last is not None:
                self.notes["1ᵀ … 1 is the sum of all entries"] = None
                return end, [(self.apart("sum") + "sum(", place), (after, last, ""), (")", place)]
            if any(self.tokens[n].joins < 2 and self.tokens[n].kind != "space" for n in range(*body)):
                self.notes["1ᵀ before a value is its sum over the first axis"] = None
                return end, [(self.apart("sum") + "sum(", place), (*body, ""), (", axis=0)", place)]
            fail(self.source, "how many ones are in this vector is not known", self.span(at, after), _SUM_HINT)
        if above is not None:
            return None
        begin = self.product_begin()
        if begin < len(self.out.pieces) and end == self.skip_blanks(after):
            self.out.pieces.insert(begin, "sum(")
            self.out.places.insert(begin, self.out.places[begin])
            self.notes["1 behind a value makes its sum over the last axis"] = None
            return after, [(", axis=-1)", place)]
        if below is not None or begin < len(self.out.pieces) or end > self.skip_blanks(after):
            fail(self.source, "how many ones are in this vector is not known", self.span(at, after), _SUM_HINT)
        return None

    def bold_one(self, body: Range) -> int | None:
        """A product → where its last factor begins, if that is a vector of ones; None where it is not."""
        last = max((n for n in range(*body) if self.tokens[n].text in BOLD), default=None)
        if last is None or last == body[0]:
            return None
        first, end, after = self.argument(last + 1, last)
        return last if flat(self.tokens[first:end]) == "1" and self.skip_blanks(after) >= body[1] else None

    def product_end(self, at: int, stop: int) -> int:
        """A place in a product → where the product ends."""
        at = self.skip_blanks(at)
        while at < stop:
            token = self.tokens[at]
            if token.kind in ("row", "end") or token.text in _ENDS_OF_PRODUCTS:
                return at
            if token.text == "(" or (token.text == "left" and self.tokens[at + 1].text == "("):
                at = self.closed(at if token.text == "(" else at + 1)
                continue
            at = self.partners.get(at, at) + 1
        return stop

    def product_begin(self) -> int:
        """→ The piece with which the product begins that is written last; behind the last piece, where none is."""
        depth, begin = 0, len(self.out.pieces)
        for number in range(len(self.out.pieces) - 1, -1, -1):
            piece = self.out.pieces[number].strip()
            inner = depth
            depth += sum(map(piece.count, ")]}")) - sum(map(piece.count, "([{"))
            if depth < 0 or (
                depth == inner == 0 and piece and (piece[0] in _SIGNS_BEFORE and piece[-1] in _SIGNS_BEFORE)
            ):
                return begin
            if piece:
                begin = number
        return begin

    def matrix_power(self, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """(D^{-1/2} A D^{-1/2})^K of given square matrices → the product of K such brackets; None for others."""
        below, above, after = self.script_ranges(at + 1, stop)
        begin = len(self.out.pieces)
        depth = 1
        while begin and depth and len(self.out.pieces) - begin < _MAX_PIECES:
            begin -= 1
            depth += self.out.pieces[begin].count(")") - self.out.pieces[begin].count("(")
        if above is None or below is not None or depth or self.out.pieces[begin].strip() != "(":
            return None
        power = flat(self.tokens[slice(*above)]).strip()
        wholes = {identity(name): number for name, number in self.vocabulary.whole.items()}
        count = int(power) if power.isdecimal() else wholes.get(identity(power), 0) if power else 0
        bare = _POWERS.sub("", "".join(self.out.pieces[begin + 1 :]))
        shapes = {identity(name): shape for name, shape in self.vocabulary.shapes.items()}
        factors = {shapes.get(identity(name), ()) for name in _FACTOR.findall(bare)}
        is_product = len(_FACTOR.findall(bare)) > 1 and not _FACTOR.sub("", bare).strip(" ·{}")
        size = factors.pop() if len(factors) == 1 else ()
        if not (is_product and len(size) == 2 and size[0] == size[1] > 1 and 1 < count <= _MAX_FACTORS):
            return None
        self.counts.update(() if power.isdecimal() else [power])
        self.notes[f"the power {power} of a product of square matrices is that of the matrix"] = None
        pieces, places = self.out.pieces[begin:], self.out.places[begin:]
        self.out.pieces[begin:begin], self.out.places[begin:begin] = ["{"], [places[0]]
        for _ in range(count - 1):
            self.out.pieces += [")", " @ ", *pieces]
            self.out.places += [self.starts[at], self.starts[at], *places]
        return after, [(")", self.starts[at]), ("}", self.starts[at])]

    def remainder(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """a \\bmod n → mod(a, n).

        Raises ParseError for a congruence, and where a sum stands before it without brackets.
        """
        name, pieces = self.tokens[at].text, self.out.pieces
        begin = self.product_begin()
        before = next((piece.strip() for piece in reversed(pieces[:begin]) if piece.strip()), "")
        if "\\equiv" in self.source.text or begin >= len(pieces):
            fail(self.source, f"'\\{name}' cannot be computed", self.span(at), "write mod(x, y) for a remainder")
        if before[-1:] in "+-−" and before:
            fail(self.source, "what is divided can be read in two ways", self.span(at),
                 "put it in brackets, as in (a + b) \\bmod n")  # fmt: skip
        first, last, after = (
            self.argument(at + 1, at) if name == "pmod" else (at + 1, *2 * (self.product_end(at + 1, stop),))
        )
        pieces.insert(begin, self.apart("mod") + "mod(")
        self.out.places.insert(begin, self.out.places[begin])
        return after, [(", ", self.starts[at]), (first, last, ""), (")", self.starts[at])]

    def dots(self, at: int) -> tuple[int, list[Task]]:
        """\\lambda_1 \\cdots \\lambda_n → a product with dots; anywhere else the dots alone."""
        before = "".join(self.out.pieces[-2:]).rstrip()
        following = self.skip_blanks(at + 1)
        token = self.tokens[following] if following < len(self.tokens) else END
        begins = token.kind == "letter" or (
            token.kind == "command" and token.text in (*symbols.LETTERS, *symbols.FONTS, *symbols.ACCENTS, *FRACTIONS)
        )
        if begins and before and (before[-1].isalnum() or before[-1] in "})'"):
            return at + 1, [(" · … · ", self.starts[at])]
        return at + 1, [(" … ", self.starts[at])]

    def counted(self, at: int) -> tuple[int, list[Task]]:
        """\\# before a name → nothing, since the name says what is counted; 30\\% → 30/100, × 100\\% → × 100."""
        following = self.skip_blanks(at + 1)
        token = self.tokens[following] if following < len(self.tokens) else END
        if self.tokens[at].text == "#":
            if token.kind != "letter" and token.text not in symbols.WORDS:
                fail(self.source, "'#' stands before no name", self.span(at), "name what is counted, as in \\#correct")
            return at + 1, []
        if "".join(self.out.pieces[-3:]).replace(" ", "").endswith(("×100", "·100", "*100")):
            self.notes["the value is in percent"] = None
            return at + 1, []
        return at + 1, [("/100", self.starts[at])]
