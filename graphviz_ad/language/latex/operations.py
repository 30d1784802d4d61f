"""Commands with arguments: fractions, roots, sums, functions, expectations → plain notation."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.language.latex.flatten import flat
from graphviz_ad.language.latex.labels import GROWING, Range, Task
from graphviz_ad.language.latex.macros import TRANSPOSES, WRAPPED, mistyped
from graphviz_ad.language.latex.names import DERIVED
from graphviz_ad.language.latex.pieces import Token
from graphviz_ad.language.latex.ranges import bounds, conditioned
from graphviz_ad.language.latex.stacked import Stacked
from graphviz_ad.language.latex.symbols import LETTERS
from graphviz_ad.language.latex.tokens import fail, fail_optimum
from graphviz_ad.language.names import identity
from graphviz_ad.language.options_below import axis_below, is_of_batch

EXPECTED = {"E": ("mean(", ")"), "Var": ("var(", ", correction=0)")}
"""Words before square brackets, and the calls they are."""
_OF_BATCH = {"E": ("E_B[", "]"), "Var": ("Var_B[", "]")}
_BEFORE_TERMS = frozenset("([{=,;+\n")
"""Signs behind which a term begins."""
_BEHIND_QUOTIENTS = frozenset(("+", "-", "*", "cdot", "times", ")", "]", "=", ",", "right"))
"""What ends a term, or multiplies it."""
_REMARK_SPACES = frozenset((" ", "quad", "qquad", ",", ";", ":", "~"))
"""Spaces that set a remark apart from a formula."""


class Operations(Stacked):
    """Reads commands that stand for operations."""

    def range_end(self, at: int, stop: int) -> int | None:
        """Place behind a "for" → where `i = 1, …, n` ends; None where something else follows."""
        end = next((n for n in range(at, stop) if self.tokens[n].kind in ("row", "end")), stop)
        dots = ("dots", "ldots", "cdots", "…")
        return end if any(token.text in dots for token in self.tokens[at:end]) else None

    def expected_at(self, at: int, stop: int) -> int | None:
        """Place behind an E → that of the square bracket whose mean it is, perhaps behind a letter below, as in
        E_t[x]; None where there is none."""
        at = self.skip_blanks(at)
        below, above, after = self.script_ranges(at, stop)
        if above is not None or (below is not None and not self.is_sample(below)):
            return None
        at = self.skip_blanks(after if below is not None else at)
        if at < stop and self.tokens[at].text in GROWING:
            at = self.skip_blanks(at + 1)
        return at if at < stop and self.tokens[at].text == "[" else None

    def is_sample(self, below: Range) -> bool:
        """Whether what stands below an E only says what is drawn, as t or x \\sim p, and p is not given."""
        names = [token for token in self.tokens[slice(*below)] if token.kind == "letter" or token.text in LETTERS]
        behind = next((n for n, token in enumerate(self.tokens[slice(*below)]) if token.text == "sim"), None)
        drawn = self.tokens[below[0] + behind : below[1]] if behind is not None else ()
        return bool(names) and not any(identity(LETTERS.get(token.text, token.text)) in self.given for token in drawn)

    def expectation(self, word: str, bracket: int, place: int) -> tuple[int, list[Task]]:
        """E[x] and Var[x] over given examples → the mean, and the variance that divides by their number."""
        depth, close = 0, bracket
        for close in range(bracket, len(self.tokens)):
            depth += {"[": 1, "]": -1}.get(self.tokens[close].text, 0)
            if not depth:
                break
        given = f"{word}({flat(self.tokens[bracket + 1 : close])})".replace(" ", "")
        if identity(given) in self.given:
            return close + 1, [(self.apart(given) + given, place)]
        of_batch = is_of_batch(self.source.text, self.starts[bracket])
        begin, end = _OF_BATCH[word] if of_batch else EXPECTED[word]
        what = "mean" if word == "E" else "variance, divided by n,"
        self.notes |= {} if of_batch else {f"{word}[…] is the {what} over all entries that are given": None}
        return close + 1, [(self.apart(begin) + begin, place), (bracket + 1, close, ""), (end, place)]

    def function(self, name: str, at: int, stop: int, place: int) -> tuple[int, list[Task]]:
        """A function → its tasks, with the power or the letter that may stand at it: \\sin^2 x, \\log_2, \\max_i."""
        while at < stop and self.tokens[at].text == "'":
            name, at = name + "'", at + 1
        below, above, at = self.script_ranges(at, stop)
        if above is not None and flat(self.tokens[above[0] : above[1]]) == "'":
            name, above = name + "'", None
        is_optimum = name in ("argmax", "argmin") and identity(name) not in self.given
        if is_optimum and below is not None and not axis_below(flat(self.tokens[slice(*below)])):
            fail_optimum(self.source, (place, self.stops[below[1] - 1]))
        text = name
        if name == "exp" and above is not None and not flat(self.tokens[above[0] : above[1]]).lstrip("-").isdecimal():
            return at, [(self.apart(text) + "exp(", place), (*above, ""), (")", place)]  # \\exp^{-x}
        if below is not None:
            inside = self.tokens[below[0] : self.without_set(below)[0] if name in ("max", "min") else below[1]]
            letters = flat(inside)
            text += bounds(inside) or (f"_{letters}" if letters.isalnum() else f"_{{{letters}}}")
        tasks: list[Task] = [(self.apart(text) + text, place)]
        if above is not None:
            power = flat(self.tokens[above[0] : above[1]])
            plain = power.lstrip("-").isdecimal()
            tasks += [(f"^{{{power}}} ", place)] if plain else [("^(", place), (*above, ""), (") ", place)]
        following = self.skip_blanks(at)
        square, after = self.square(following, stop)  # \\exp[a] b is exp(a) b
        is_entry = after < stop and self.tokens[after].text == "_"  # \\log [f(z)]_y
        if square is not None and not is_entry and (name in ("max", "min") or not self.has_comma(square)):
            after, scripts = self.raised(after, stop)
            bracket = self.starts[square[0] - 1]
            return after, [*tasks, ("(", bracket), (*square, ""), (")", bracket), *scripts]
        if following >= len(self.tokens) or self.opens(following) or self.encloses(following, name):
            return at, tasks
        close = self.partners.get(following, 0) if self.tokens[following].kind == "sign" else 0
        behind = self.skip_blanks(close + 1)
        raised = behind < len(self.tokens) and self.tokens[behind].text in "^_"
        if close > following + 1 and not raised:  # \\cos{θ}x is cos(θ) x
            return close + 1, [
                *tasks,
                ("(", self.starts[following]),
                (following + 1, close, ""),
                (")", self.starts[close]),
            ]
        return at, [*tasks, (" ", place)]

    def fraction(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """\\frac{a}{b} → {{a}/{b}}; of two derivatives ∂L/∂w, one name."""
        place = self.starts[at]
        above = self.argument(at + 1, at)
        below = self.argument(above[2], at)
        first = self.tokens[above[0]]
        if first.kind not in ("letter", "number") or first.text in ("∂", "d"):  # which few are
            self.refuse_operator(at, above[:2], below[:2])
            name = self.derivative(above[:2], below[:2])
            if name:
                return below[2], [(self.apart(name) + name, place)]
        top = ("{", "}") if self.is_long(above[0], above[1]) else ("", "")
        bottom = ("{", "}") if self.is_long(below[0], below[1]) else ("", "")
        begin, end = ("", "") if top[0] and self.is_factor_alone(below[2], stop) else ("{", "}")
        tasks: list[Task] = [
            (begin + top[0], place),
            (above[0], above[1], ""),
            (f"{top[1]}/{bottom[0]}", place),
            self.whole(below[0], below[1]),
        ]
        if closing := bottom[1] + end:
            tasks.append((closing, place))
        if not end:
            return below[2], tasks
        after, scripts = self.raised(below[2], stop)
        return after, [*tasks, *scripts]

    def whole(self, first: int, last: int) -> Task:
        """A part of a fraction behind its line → its task: of one digit or letter what it is."""
        token = self.tokens[first]
        if last == first + 1 and token.kind in ("letter", "number") and token.alone is not None:
            return token.alone, self.starts[first]
        return first, last, ""

    def binomial(self, at: int) -> tuple[int, list[Task]]:
        """\\binom{n}{k} → n!/(k! (n - k)!)."""
        place = self.starts[at]
        above = self.argument(at + 1, at)
        below = self.argument(above[2], at)
        return below[2], self.combinations(above[:2], below[:2], place)

    def refuse_operator(self, at: int, above: Range, below: Range) -> None:
        """Raise ParseError for d/dx before what is derived; where d has a value, it is a quotient."""
        sign = self.with_sign(above[0]) if above[1] - above[0] == 1 else ""
        is_sign = sign in ("d", "∂") and identity(sign) not in self.given and self.first_sign(below) == sign
        if is_sign and DERIVED.fullmatch(self.with_signs(below)[1:]):
            fail(self.source, "this asks for a derivative", self.span(at, below[1] + 1),
                 "write only what is derived: its derivative with respect to each input is computed")  # fmt: skip

    def is_factor_alone(self, at: int, stop: int) -> bool:
        """Whether a quotient that ends before a place begins a term, and a sign or the end is behind it: it needs no
        brackets."""
        pieces = self.out.pieces
        if pieces and pieces[-1].rstrip(" ")[-1:] not in _BEFORE_TERMS:
            return False
        at = self.skip_blanks(at)
        return at >= stop or self.tokens[at].text in _BEHIND_QUOTIENTS

    def remark_end(self, at: int, following: int, name: str) -> int | None:
        """`1 - x \\ (\\text{error})`: words in brackets behind a space that end a line → where to go on, or None."""
        close, before = self.skip_blanks(following), at - 2
        if not self.given or before < 1 or self.tokens[at - 1].text != "(" or self.out.pieces[-1:] != ["("]:
            return None
        while before > 0 and self.tokens[before].kind == "space":
            before -= 1
        if (
            self.tokens[before].text not in _REMARK_SPACES
            or close >= len(self.tokens)
            or self.tokens[close].text != ")"
        ):
            return None
        end = self.skip_blanks(close + 1)
        ends = end >= len(self.tokens) or self.tokens[end].kind in ("row", "end") or self.tokens[end].text in ",."
        if not ends or identity(name) in self.given:
            return None
        self.notes[f"({name}) at the end has no value and is left out"] = None
        return close + 1

    def root(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """\\sqrt{x} → √{x}, \\sqrt[3]{x} → ∛{x}, \\sqrt[n]{x} → {x}^(1/n)."""
        place = self.starts[at]
        following = self.skip_blanks(at + 1)
        degree: Sequence[Token] = ()
        if following < len(self.tokens) and self.tokens[following].text == "[":
            close = next((n for n in range(following, len(self.tokens)) if self.tokens[n].text == "]"), None)
            if close is None:
                opened = self.span(following)
                fail(self.source, "this '[' is never closed", opened, "add a ']'")
            degree, following = self.tokens[following + 1 : close], close + 1
        first, last, after = self.argument(following, at)
        if last == after:  # \\sqrt x_i
            below, _, end = self.script_ranges(after, stop)
            last = after = end if below is not None else after
        inner: list[Task] = [("{", place), (first, last, ""), ("}", place)]
        after, scripts = self.raised(after, stop)
        if scripts:
            inner = [("{", place), *self.rooted(degree, inner, place), ("}", place), *scripts]
            return after, inner
        return after, self.rooted(degree, inner, place)

    def rooted(self, degree: Sequence[Token], inner: list[Task], place: int) -> list[Task]:
        """Degree, and the tasks of what stands below the sign → the tasks of the root."""
        number = flat(degree)
        if number in ("", "2"):
            return [("√", place), *inner]
        if number == "3":
            return [("∛", place), *inner]
        return [*inner, (f"^(1/({number}))", place)]

    def own(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """A command of the author's own → brackets round its argument, another look for it, or a name."""
        name, place = self.tokens[at].text, self.starts[at]
        following = self.skip_blanks(at + 1)
        braced = following < len(self.tokens) and self.tokens[following].text == "{"
        if name[0] == "b" and name[1:] in LETTERS:  # \\bbeta
            self.notes[f"\\{name} is read as {LETTERS[name[1:]]}"] = None
            return self.scripts(at + 1, stop, LETTERS[name[1:]], place)
        near = mistyped(name)
        if not name.isalpha() or (near is not None and name not in WRAPPED):
            hint = f"did you mean \\{near}?" if near else "write it in other signs"
            fail(
                self.source, f"there is no '\\{name}' in a formula that can be computed", self.span(at),
                f"{hint}; names of several letters go in \\text{{…}}",
            )  # fmt: skip
        if not braced:
            if name not in TRANSPOSES:
                self.notes[f"\\{name} is read as the name {name}"] = None
            return self.scripts(at + 1, stop, name, place)
        first, last, end = self.argument(following, at)
        if name in WRAPPED:
            opening, closing = WRAPPED[name]
            if closing in "‖|":
                after, scripts = self.scripts(end, stop, closing, place, closing=True)
                return after, [(self.apart(opening) + opening, place), (first, last, ""), *scripts]
            return end, [(self.apart(opening) + opening, place), (first, last, ""), (closing, place)]
        inner = self.alone(first, last)
        if inner is None or (end < stop and self.tokens[end].text == "{"):
            fail(
                self.source, f"there is no '\\{name}' in a formula that can be computed", self.span(at),
                "write what it stands for",
            )  # fmt: skip
        self.notes[f"\\{name}{{{inner}}} is read as {inner}"] = None
        return self.scripts(end, stop, inner, place)

    def total(self, sign: str, at: int, stop: int) -> tuple[int, list[Task]]:
        """\\sum_{i=1}^N → ∑_{i=1}^{N}."""
        below, above, following = self.script_ranges(at + 1, stop)
        text = sign
        if below is not None:
            end, whole = self.without_set(below)
            inside = self.tokens[below[0] : end]
            letter, first, compared, other = conditioned(self.tokens[slice(*below)])
            upper = f"^{{{flat(self.tokens[slice(*above)])}}}" if above is not None else ""
            if letter and (other.isdecimal() or identity(other) in self.given):
                if sign == "∑" and first:
                    return following, [
                        (f"∑_{{{letter}={first}}}{upper} [{letter} {compared} {other}] ", self.starts[at])
                    ]
            elif letter:
                return following, [(f"{sign}_{{{letter}{compared}{other}}}{upper} ", self.starts[at])]
            if inside and inside[0].text == "substack":
                inside = [Token("sign", ",") if token.kind == "row" else token for token in inside[1:]]
            if above is None and (listed := bounds(inside)):
                return following, [(f"{sign}{listed} ", self.starts[at])]
            text += f"_{{{flat(inside)}}}" + (f"^{{{whole}}}" if whole else "")
        if above is not None:
            text += f"^{{{flat(self.tokens[above[0] : above[1]])}}}"
        return following, [(text + " ", self.starts[at])]

    def without_set(self, below: Range) -> tuple[int, str]:
        """n \\in N below a sum → where the letter n ends, and the set."""
        first, last = below
        tokens = self.tokens[first:last]
        at = next((n for n, token in enumerate(tokens) if token.kind == "command" and token.text == "in"), None)
        if at is None:
            return last, ""
        if any(token.text == "_" for token in tokens[at:]):
            fail(self.source, "a sum over a set that depends on a letter cannot be read",
                 self.span(first + at, last), "multiply by a table of memberships, as in r_{ik}")  # fmt: skip
        letters, whole = flat(tokens[:at]), [token for token in tokens[at + 1 :] if token.kind != "space"]
        self.notes[f"the sum over {letters} in {flat(whole)} is one over all entries"] = None
        named = len(whole) == 1 and whole[0].kind == "letter" and "," not in letters
        return first + at, whole[0].text if named else ""
