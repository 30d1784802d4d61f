"""Conditions in LaTeX: 1_{t < t_0}, 1(a = b), [a = b] → comparisons, which are 1 where they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from graphviz_ad.language.latex import symbols
from graphviz_ad.language.latex.labels import GROWING, Range, Task
from graphviz_ad.language.latex.operations import Operations
from graphviz_ad.language.latex.pieces import NESTING, NEVER
from graphviz_ad.language.latex.ranges import DOTS
from graphviz_ad.language.latex.tokens import fail

BEFORE_CONDITION = frozenset(("_", "^", "(", "[", "{"))
"""What stands behind the 1 of an indicator."""
GIVEN_BY = frozenset(("|", "mid", "vert", ";"))
"""Signs before the parameters of a density."""
_MAX_TOKENS = 2000
"""Tokens up to which the inside of a bracket behind a power is looked through."""


class Indicators(Operations):
    """Reads what is 1 where a condition holds."""

    def may_indicate(self, at: int, stop: int) -> bool:
        """Whether a script, a bracket or what else may belong to a number stands at a place, perhaps behind spaces."""
        at = self.skip_blanks(at)
        return at < stop and (self.tokens[at].joins != NEVER or self.tokens[at].text in BEFORE_CONDITION)

    def indicator(self, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """1_{t < t_0}, 1(a = b) → [t < t_0], which is 1 where it holds; None for a number like any other."""
        below, above, following = self.script_ranges(at + 1, stop)
        if above is None and below is None:
            below, following = self.bracketed(self.skip_blanks(at + 1), stop)
        if below is not None and not self.compares(below):
            member = next((n for n in range(*below) if self.tokens[n].text in ("in", "notin")), None)
            if member is not None:
                self.refuse_membership(member, stop)
        if below is None or above is not None or not self.compares(below):
            return None
        place = self.starts[at]
        self.compared.update(range(*below))
        return following, [("[", place), (*below, ""), ("]", place)]

    def compares(self, cell: tuple[int, int]) -> bool:
        """Whether a comparison stands in a range."""
        signs = ("<", ">", "=", "<=", ">=", "!=", "le", "leq", "ge", "geq", "ne", "neq", "lt", "gt")
        return any(token.text in signs for token in self.tokens[cell[0] : cell[1]])

    def is_condition(self, at: int, stop: int) -> bool:
        """Whether the rest of a row compares, and gives no name to a value."""
        end = next((n for n in range(at, stop) if self.tokens[n].kind in ("row", "end")), stop)
        while end > at and (self.tokens[end - 1].kind == "space" or self.tokens[end - 1].text in ",."):
            end -= 1
        return self.compares((at, end)) and not any(token.text in ("=", ",") for token in self.tokens[at:end])

    def refuse_membership(self, at: int, stop: int) -> None:
        """Raise ParseError for x \\in S in brackets or in a condition, where it would have to be 0 or 1."""
        depth = 0
        for place in range(at, stop):
            token = self.tokens[place]
            if token.kind in ("row", "end"):
                break
            depth += NESTING.get(token.text, 0)
            if depth < 0:
                break
        if depth < 0 or at in self.compared:
            fail(self.source, "whether something is in a set is not computed here", self.span(at),
                 "write comparisons, as in 0 < x, or multiply by a table of 0 and 1")  # fmt: skip

    def membership_end(self, at: int, stop: int, signs: Sequence[str]) -> tuple[int, bool]:
        """Place of what says from which set a letter is → where that ends, and whether a statement follows in the row,
        behind one of some signs."""
        depth, behind = 0, None
        for place in range(at + 1, stop):
            token = self.tokens[place]
            if token.kind in ("row", "end"):
                return place, False
            depth += NESTING.get(token.text, 0)
            if depth == 0 and token.text in (*signs, "quad", "qquad"):
                behind = place + 1
            elif depth == 0 and token.text in ("=", ":=", "leftarrow", "gets") and behind is not None:
                inside = self.tokens[behind:place]
                listed = any(inner.text in DOTS for inner in self.tokens[place:stop])
                if len(inside) and not listed:
                    return behind, True
        return stop, False

    def entry(self, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """[\\mathbf{W}]_{ij} → the name W with that subscript; None for any other bracket."""
        inside, after = self.bracketed(at, stop)
        below = self.skip_blanks(after)
        if inside is None or below >= stop or self.tokens[below].text != "_":
            return None
        name = self.alone(*inside)
        return None if name is None else self.scripts(after, stop, name, self.starts[at])

    def joined(self, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """[h \\Vert x] → [h; x], which joins arrays; None for any other bracket."""
        inside, after = self.bracketed(at, stop)
        depth, bars = 0, []
        for place in range(*inside) if inside is not None else ():
            token = self.tokens[place]
            depth += NESTING.get(token.text, 0)
            if (
                depth == 0
                and token.text in ("Vert", "|", "parallel", "||")
                and (token.kind, token.text) != ("sign", "|")
            ):
                bars.append(place)
        if inside is None or len(bars) % 2 == 0:
            return None
        place = self.starts[at]
        tasks: list[Task] = [(self.apart("x") + "[", place)]
        for first, last in pairwise([inside[0] - 1, *bars, inside[1]]):
            tasks += [("; " if first >= inside[0] else "", place), (first + 1, last, "")]
        behind, raised = self.raised(after, stop)
        return behind, [*tasks, ("]", place), *raised]

    def behind_power(self, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """e^{-rT}[F - K] → a product with what stands in the bracket; None for any other bracket."""
        script = self.script_before(at)
        base = script
        while base >= 0 and (further := self.script_before(base)) >= 0:
            base = further
        if script < 0 or self.tokens[script].text != "^":
            return None
        inside, after = self.bracketed(at, stop)
        if (
            self.tokens[self.before(base)].text in ("sum", "prod")
            or inside is None
            or inside[1] - inside[0] > _MAX_TOKENS
            or len(self.arguments(inside, (",",))) > 1
        ):
            return None
        self.compared.update(self.equals_within(at))
        place = self.starts[at]
        after, raised = self.raised(after, stop)
        return after, [(" · (", place), (*inside, ""), (")", place), *raised]

    def script_before(self, at: int) -> int:
        """Place → that of the _ or ^ whose script ends before it; -1 where there is none."""
        last = self.before(at)
        if last < 1:
            return -1
        closes = self.tokens[last].text == "}"
        first = self.openers.get(last, last) if closes else last
        script = self.before(first)
        is_script = script >= 0 and (self.tokens[script].kind, self.tokens[script].text) in (
            ("sign", "^"),
            ("sign", "_"),
        )
        return script if is_script else -1

    def arguments(self, inside: Range, signs: Sequence[str]) -> list[Range]:
        """What stands in brackets → its parts between some signs that stand in no further bracket."""
        parts, depth, first = list[Range](), 0, inside[0]
        for place in range(*inside):
            token = self.tokens[place]
            depth += NESTING.get(token.text, 0)
            if depth == 0 and token.text in signs and (token.kind == "sign" or token.text in GIVEN_BY - {";"}):
                last = place - 1 if place > first and self.tokens[place - 1].text in GROWING else place
                parts.append((first, last))
                first = place + 1
        last = inside[1] - 1 if inside[1] > first and self.tokens[inside[1] - 1].text in GROWING else inside[1]
        return [*parts, (first, last)]

    def is_stacked(self, at: int, stop: int) -> bool:
        """Whether a bracket behind a name holds vectors, in bold or transposed: W[\\mathbf{h}, \\mathbf{x}]."""
        piece = self.out.pieces[-1].strip() if self.out.pieces else ""
        inside, _ = self.bracketed(at, stop)
        if inside is None or piece[:1] in ("∑", "∏") or not (piece[-1:].isalnum() or piece[-1:] in ("}", "'", ")")):
            return False
        texts = [token.text for token in self.tokens[slice(*inside)]]
        end = self.skip_blanks(inside[1] + 1)
        turned = end < stop and self.tokens[end].text == "^"
        return "," in texts and (
            turned
            or (
                piece[0].isupper()
                and len(piece.partition("_")[0].rstrip("'")) == 1
                and not symbols.FONTS.isdisjoint(texts)
            )
        )

    def equals_within(self, at: int) -> Iterator[int]:
        """Opening bracket → the places right within it where "=" compares: [a = b]."""
        depth = 0
        for place in range(at, len(self.tokens)):
            token = self.tokens[place]
            depth += {"[": 1, "(": 1, "]": -1, ")": -1}.get(token.text, 0)
            if depth == 0 or token.kind in ("row", "end"):
                return
            if token.text == "=" and depth == 1:
                yield place
