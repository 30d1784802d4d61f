"""What stands above or below something else: braces with words, \\stackrel, \\underset → plain notation."""

from __future__ import annotations

import re

from graphviz_ad.language.latex.environments import Environments
from graphviz_ad.language.latex.flatten import flat
from graphviz_ad.language.latex.labels import COMBINATIONS, Range, Task
from graphviz_ad.language.latex.pieces import SKIPPED
from graphviz_ad.language.latex.symbols import ACCENTS, FONTS, LETTERS, SIGNS
from graphviz_ad.language.latex.tokens import fail, fail_optimum
from graphviz_ad.language.names import identity

_OUTER_SIGNS = frozenset(("+", "-", "*", "/", "=", "cdot", "times", "odot", "le", "leq", "ge", "geq", "<", ">", ","))
"""Signs that stand between values, so that what they begin or end is not one value."""
_ASSIGNMENT_SIGNS = frozenset(("=", "equiv", "approx", "leftarrow", "gets", "triangleq", "coloneqq"))
"""Signs that give a name to a value, above which people write why."""

_COMPUTING = frozenset(("+", "-", "*", "/", "cdot", "times", "odot", "frac", "log", "ln", "exp", "sqrt", "sum"))
"""Signs and functions that a name has not."""
_PERMUTATIONS = ("(factorial(", ")/factorial((", ")-(", ")))")
"""What stands round n, n, r in n!/(n - r)!."""
OVER = re.compile(r"\\(?:over|choose)(?![A-Za-z])")
"""What parts a group into a numerator and a denominator, or the numbers of a binomial coefficient."""
_POWER = re.compile(r"\^[0-9]")
"""A power that is a number."""


class Stacked(Environments):
    """Reads what is set above or below."""

    def braced(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """\\underbrace{a + b}_{what it is} → what is in the braces, as one value where no sign begins or ends it."""
        first, last, following = self.argument(at + 1, at)
        following = self.script_ranges(following, stop)[2]
        inside = [token for token in self.tokens[first:last] if token.joins != SKIPPED and token.text != "displaystyle"]
        if not inside or any(token.text in _OUTER_SIGNS or token.kind == "row" for token in (inside[0], inside[-1])):
            return following, [(first, last, "")]
        return following, [("{", self.starts[at]), (first, last, ""), ("}", self.starts[last])]

    def under(self, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """\\stackrel{\\text{def}}{=} → the sign below it, \\underset{w}{\\min} → min_{w}; else None."""
        above = self.argument(at + 1, at)
        first, last, following = self.argument(above[2], at)
        inside = [token for token in self.tokens[first:last] if token.kind != "space"]
        word = self.source.text[self.starts[first] : self.stops[last - 1]] if first < last else ""
        word = re.sub(r"[^a-z]", "", re.sub(r"\\(?:text\w*|mbox|mathrm|operatorname|,|;)", "", word).lower())
        if word.startswith("arg") or (inside and inside[0].text == "arg"):
            fail_optimum(self.source, self.span(at, following))
        if (
            word in ("min", "max", "minimize", "maximize", "minimise", "maximise")
            and self.tokens[at].text == "underset"
        ):
            over = flat(self.tokens[above[0] : above[1]])
            return following, [(f"{word[:3]}_{{{over}}} ", self.starts[at])]
        if self.tokens[at].text == "overset" and not flat(self.tokens[above[0] : above[1]]) and inside:
            name = self.alone(first, last)
            place = self.starts[at]
            return (following, [(first, last, "")]) if name is None else self.scripts(following, stop, name, place)
        if len(inside) == 1 and inside[0].text in ("sum", "prod") and self.tokens[at].text == "underset":
            _, upper, after = self.script_ranges(following, stop)
            sign = "∑" if inside[0].text == "sum" else "∏"
            limit = f"^{{{flat(self.tokens[slice(*upper)])}}}" if upper is not None else ""
            return after, [(f"{sign}_{{{flat(self.tokens[above[0] : above[1]])}}}{limit} ", self.starts[at])]
        if len(inside) != 1 or inside[0].text not in _ASSIGNMENT_SIGNS:
            return None
        return following, [
            (" = " if inside[0].text in ("=", "equiv") else f" {SIGNS[inside[0].text]} ", self.starts[at])
        ]

    def over_expression(self, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """\\overline{x^2} → the mean over all entries; None where an accent stands over a name.

        Raises ParseError for another accent over an expression.
        """
        first, last, following = self.argument(at + 1, at)
        inside = [token for token in self.tokens[first:last] if token.joins != SKIPPED]
        letters = [
            LETTERS.get(token.text, token.text) for token in inside if token.kind == "letter" or token.text in LETTERS
        ]
        is_computed = any(token.text in _COMPUTING for token in inside) or _POWER.search(flat(inside)) is not None
        is_product = (
            len(letters) == len(inside) > 1
            and self.given >= {*letters}
            and identity("".join(letters)) not in self.given
        )
        if not (is_computed or is_product) or "_" in flat(inside[:2]):
            return None
        place, name = self.starts[at], self.tokens[at].text
        if name not in ("bar", "overline"):
            fail(
                self.source, f"'\\{name}' stands over what is computed", self.span(at, following),
                "give that a name of its own, as in \\hat{y}",
            )  # fmt: skip
        after, scripts = self.raised(following, stop)
        self.notes["a line over what is computed is its mean over all entries"] = None
        return after, [(self.apart("mean") + "mean(", place), (first, last, ""), (")", place), *scripts]

    def parted(self, first: int, over: int, last: int) -> list[Task]:
        """A group that \\over or \\choose parts → the tasks of the quotient, or of the binomial coefficient."""
        if any(token.text == "=" or token.kind == "row" for token in self.tokens[first:last]):
            name = self.tokens[over].text
            fail(self.source, f"'\\{name}' makes one value of everything beside it", self.span(over),
                 f"put that in braces, as in y = {{a \\{name} b}}")  # fmt: skip
        place = self.starts[first - 1] if first else self.starts[first]
        if self.tokens[over].text == "choose":
            return self.combinations((first, over), (over + 1, last), place)
        return [("{{", place), (first, over, ""), ("}/{", self.starts[over]), (over + 1, last, ""), ("}}", place)]

    def over(self, first: int, last: int) -> int | None:
        """Group → where \\over or \\choose parts it, None where none does."""
        at = first
        while at < last:
            if (self.tokens[at].kind, self.tokens[at].text) == ("sign", "{"):
                at = self.partners[at]
            elif self.tokens[at].kind == "command" and self.tokens[at].text in ("over", "choose"):
                return at
            at += 1
        return None

    def turned_behind(self, at: int, close: int, stop: int) -> tuple[int, list[Task]] | None:
        """{}^{t}A → A and the sign of a transpose; None for any other group."""
        if any(token.kind != "space" for token in self.tokens[at + 1 : close]):
            return None
        below, above, after = self.script_ranges(close + 1, stop)
        begin = self.skip_blanks(after)
        if below is not None and above is None and begin < stop:
            return self.chosen(at, below, begin, stop)
        if (
            below is not None
            or above is None
            or flat(self.tokens[slice(*above)]) not in ("t", "T", "⊤")
            or begin >= stop
        ):
            return None
        end = self.argument(begin, at)[2]
        if self.tokens[begin].kind == "command" and self.tokens[begin].text in FONTS | ACCENTS.keys():
            end = self.argument(begin + 1, begin)[2]
        end = self.script_ranges(end, stop)[2]
        return end, [(begin, end, ""), ("ᵀ", self.starts[at])]

    def chosen(self, at: int, count: Range, begin: int, stop: int) -> tuple[int, list[Task]] | None:
        """{}_{n}C_{r}, {}_{n}P_{r} → n!/(r! (n - r)!), n!/(n - r)!; None for another letter."""
        first, last, after = begin, begin + 1, begin + 1
        if self.tokens[begin].kind == "command" and self.tokens[begin].text in FONTS | {"mathrm", "text", "rm"}:
            first, last, after = self.argument(begin + 1, begin)
        letter = flat(self.tokens[first:last])
        below, above, after = self.script_ranges(after, stop)
        if letter not in ("C", "P") or below is None or above is not None:
            return None
        place = self.starts[at]
        self.notes[f"{{}}_n {letter}_r is n!/{'(r! (n - r)!)' if letter == 'C' else '(n - r)!'}"] = None
        parts = (count, below, count, below) if letter == "C" else (count, count, below)
        signs = COMBINATIONS if letter == "C" else _PERMUTATIONS
        tasks: list[Task] = [(self.apart(signs[0]) + signs[0], place)]
        for part, sign in zip(parts, signs[1:], strict=True):
            tasks += [(*part, ""), (sign, place)]
        return after, tasks

    def refuse_place(self, at: int, stop: int) -> None:
        """Raise ParseError for a bar that says where a value is taken, as in |_{x=2} and |_0^1."""
        below, above, after = self.script_ranges(at + 1, stop)
        if below is None:
            return
        if any(token.text == "=" for token in self.tokens[slice(*below)]):
            fail(
                self.source, "a bar that says where the value is taken is not read", self.span(at, after),
                "leave it out, and give the value as that of an input",
            )  # fmt: skip
        if above is not None and self.tokens[at - 1].text == "right" and flat(self.tokens[slice(*above)]) != "2":
            hint = "write it as F(b) - F(a)"
            fail(self.source, "a difference between two places is not read", self.span(at, after), hint)
