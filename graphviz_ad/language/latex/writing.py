"""Tokens of LaTeX → the same formula in plain notation, with the place that each piece came from.

One stack holds what is still to be done: pieces of text, and ranges of tokens; nothing is recursive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from graphviz_ad.language.latex import symbols
from graphviz_ad.language.latex.flatten import flat, worded
from graphviz_ad.language.latex.names import Names
from graphviz_ad.language.latex.tokens import Token, fail

Task = tuple[str, int] | tuple[int, int, str]
"""A piece of text and its place, or a range of tokens to be read and how ("", or "row" in an environment)."""

_EXPECTED = {"E": ("mean(", ")"), "Var": ("var(", ", correction=0)")}
"""Words before square brackets, and the calls they are."""


@dataclass
class Written:
    """Plain notation, and for each of its pieces where it begins there and in the LaTeX."""

    pieces: list[str] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, place: int) -> None:
        """One more piece."""
        if text:
            self.pieces.append(text)
            self.begins.append(self.length)
            self.places.append(place)
            self.length += len(text)

    @property
    def last(self) -> str:
        """The last piece, "" before the first."""
        return self.pieces[-1] if self.pieces else ""


class Writer(Names):
    """One walk over the tokens of a formula."""

    def run(self) -> Written:
        """All tokens → plain notation."""
        self.out = Written()
        tasks: list[Task] = [(0, len(self.tokens), "")]
        while tasks:
            task = tasks.pop()
            if len(task) == 2:
                self.out.add(*task)
                continue
            begin, stop, how = task
            if begin >= stop:
                continue
            following, new = self.read(begin, stop)
            if following < stop:
                tasks.append((following, stop, how))
            tasks.extend(reversed(new))
        return self.out

    def read(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """The token at a place → where to go on, and what is to be done before."""
        token = self.tokens[at]
        match token.kind:
            case "space":
                return at + 1, []
            case "row":
                return at + 1, [("\n", token.start)]
            case "begin":
                return self.environment(at)
            case "end":
                return at + 1, []
            case "number":
                if token.text == "1" and (indicator := self.indicator(at, stop)) is not None:
                    return indicator
                return self.scripts(at + 1, stop, token.text, token.start, number=True)
            case "letter":
                word, following = self.word(at, stop)
                if (
                    self.source.text.startswith("for", token.start)
                    and (end := self.range_end(at + 3, stop)) is not None
                ):
                    return end, []
                bracket = self.skip_blanks(following)
                if word in _EXPECTED and word not in self.vocabulary.values and bracket < stop and self.tokens[bracket].text == "[":
                    return self.expectation(word, bracket, token.start)
                return self.scripts(following, stop, word, token.start)
            case "command":
                return self.command(at, stop)
        return self.sign(at, stop)

    # -- signs and commands --------------------------------------------------------------------

    def sign(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """A character that is no letter or digit."""
        token = self.tokens[at]
        if token.text == "{":
            close = self.partners[at]
            over = self.over(at + 1, close)
            if over is not None:
                return close + 1, [
                    ("{{", token.start),
                    (at + 1, over, ""),
                    ("}/{", self.tokens[over].start),
                    (over + 1, close, ""),
                    ("}}", token.start),
                ]
            inner = self.alone(at + 1, close) or self.braced_word(at, close)
            if inner is not None:
                return self.scripts(close + 1, stop, inner, token.start)
            after, scripts = self.raised(close + 1, stop)
            if scripts and at + 1 < close:
                return after, [("{", token.start), (at + 1, close, ""), ("}", self.tokens[close].start), *scripts]
            return close + 1, [(at + 1, close, "")]
        if token.text in ("&", "~"):
            return at + 1, [(" ", token.start)]
        if token.text == "=" and at in self.compared:
            return at + 1, [(" == ", token.start)]
        if token.text in "^_":
            return self.scripts(at, stop, "", token.start)
        if token.text == "'":
            return at + 1, [("'", token.start)]
        if token.text in ("|", ")", "]", "||"):
            return self.scripts(at + 1, stop, "‖" if token.text == "||" else token.text, token.start, closing=True)
        return at + 1, [(self.spaced(token.text), token.start)]

    def over(self, first: int, last: int) -> int | None:
        """Where \\over parts a group, None where it does not."""
        at = first
        while at < last:
            if (self.tokens[at].kind, self.tokens[at].text) == ("sign", "{"):
                at = self.partners[at]
            elif self.tokens[at].kind == "command" and self.tokens[at].text == "over":
                return at
            at += 1
        return None

    def indicator(self, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """1_{t < t_0} → [t < t_0], which is 1 where it holds; None for a number like any other."""
        below, above, following = self.script_ranges(at + 1, stop)
        if below is None or above is not None or not self.compares(below):
            return None
        place = self.tokens[at].start
        self.compared.update(range(*below))
        return following, [("[", place), (*below, ""), ("]", place)]

    def compares(self, cell: tuple[int, int]) -> bool:
        """Whether a comparison stands in a range."""
        signs = ("<", ">", "=", "le", "leq", "ge", "geq", "ne", "neq", "lt", "gt")
        return any(token.text in signs for token in self.tokens[cell[0] : cell[1]])

    def spaced(self, text: str) -> str:
        """A sign with the spaces that it needs around it."""
        return f" {text} " if text in ("=", "<", ">", ":=", "+") else text

    def command(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """A command → what it is in plain notation."""
        token = self.tokens[at]
        name, place = token.text, token.start
        if name in symbols.BLANKS:
            return self.blank(at)
        if name in symbols.DROPPED:
            return self.argument(at + 1, token)[2], []
        if name == "in":  # x ∈ ℝ says what x is
            end = next((n for n in range(at, stop) if self.tokens[n].kind in ("row", "end")), stop)
            return end, []
        if name in symbols.REFUSED:
            fail(self.source, f"'\\{name}' cannot be computed", (place, token.stop), symbols.REFUSED[name])
        if name in ("frac", "dfrac", "tfrac", "cfrac"):
            return self.fraction(at, stop)
        if name == "sqrt":
            return self.root(at, stop)
        if name in ("sum", "prod"):
            return self.total("∑" if name == "sum" else "∏", at, stop)
        if name in symbols.FUNCTIONS:
            return self.function(name, at + 1, stop, place)
        if name in symbols.WORDS:
            return self.text(at, stop)
        if name in symbols.FONTS:
            return self.font(at, stop)
        if name in symbols.ACCENTS or name in symbols.LETTERS or name in ("partial", "nabla"):
            word, following = self.symbol(at, stop)
            return self.scripts(following, stop, word, place)
        if (
            name == "{"
            and (begun := self.skip_blanks(at + 1)) < len(self.tokens)
            and self.tokens[begun].kind == "begin"
        ):
            return at + 1, []  # \\left\\{ before cases in another environment
        if name in symbols.SIGNS:
            sign = symbols.SIGNS[name]
            if sign in ("|", "‖", ")", "⌋", "⌉", "⟩"):
                return self.scripts(at + 1, stop, sign, place, closing=True)
            return at + 1, [(f" {sign} " if sign not in "([{⌊⌈⟨" else sign, place)]
        near = f"there is no '\\{name}' in a formula that can be computed"
        fail(
            self.source, near, (place, token.stop), "write it in other signs; names of several letters go in \\text{…}"
        )

    def blank(self, at: int) -> tuple[int, list[Task]]:
        """A command that only sets; `\\left.` has no bracket."""
        following = at + 1
        if (
            self.tokens[at].text in ("left", "right")
            and following < len(self.tokens)
            and self.tokens[following].text == "."
        ):
            following += 1
        return following, [(" ", self.tokens[at].start)] if self.tokens[at].text in ("quad", "qquad") else []

    def font(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """A command for how letters look: its letter with the scripts, or what stands in its braces."""
        token = self.tokens[at]
        first, last, following = self.argument(at + 1, token)
        text = flat(self.tokens[first:last])
        at = self.skip_blanks(following)
        if text == "E" and at < len(self.tokens) and self.tokens[at].text == "[":
            return self.expectation(text, at, token.start)
        if token.text == "mathbb" and text in ("E", "P", "R"):
            fail(self.source, f"'\\mathbb{{{text}}}' cannot be computed", (token.start, self.tokens[last - 1].stop),
                 "write mean(…) over given examples for an expectation; what stands in a set is given as a value")  # fmt: skip
        if token.text in ("mathcal", "cal") and text == "L":
            return self.scripts(following, stop, "ℒ", token.start)
        inner = self.alone(first, last) or (self.braced_word(first - 1, last) if last < following else None)
        if inner is not None:
            return self.scripts(following, stop, inner, token.start)
        return following, [(first, last, "")]

    def text(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """\\text{…}: a name of several letters, an operation, or a word between formulas."""
        token = self.tokens[at]
        first, last, following = self.argument(at + 1, token)
        whole = self.source.text[self.tokens[first].start : self.tokens[last - 1].stop] if first < last else ""
        if whole.strip(" ,").lower().startswith("for") and (end := self.range_end(following, stop)) is not None:
            return end, []
        if whole.strip(" ,.:;").lower() in symbols.JOINING:
            return following, [(" ; ", token.start)]
        if whole.strip().lower() in ("if", "otherwise", "else", "when", "for"):
            return following, [(f" {whole.strip().lower()} ", token.start)]
        following_token = (
            self.tokens[self.skip_blanks(following)] if self.skip_blanks(following) < len(self.tokens) else None
        )
        if whole in _EXPECTED and following_token is not None and following_token.text == "[":
            return self.expectation(whole, self.skip_blanks(following), token.start)
        word = flat(self.tokens[first:last]) if "\\" in whole.replace("\\_", "") else worded(whole)
        if not word:
            return following, []
        if self.is_function(word):
            return self.function(self.function_name(word), following, stop, token.start)
        return self.scripts(following, stop, word, token.start)

    def range_end(self, at: int, stop: int) -> int | None:
        """for i = 1, …, n: where that ends; None where something else follows."""
        end = next((n for n in range(at, stop) if self.tokens[n].kind in ("row", "end")), stop)
        dots = ("dots", "ldots", "cdots", "…")
        return end if any(token.text in dots for token in self.tokens[at:end]) else None

    def expectation(self, word: str, bracket: int, place: int) -> tuple[int, list[Task]]:
        """E[x] and Var[x] over given examples: the mean, and the variance that divides by their number."""
        depth, close = 0, bracket
        for close in range(bracket, len(self.tokens)):
            depth += {"[": 1, "]": -1}.get(self.tokens[close].text, 0)
            if not depth:
                break
        begin, end = _EXPECTED[word]
        self.notes[
            f"{word}[…] is the {'mean' if word == 'E' else 'variance, divided by n,'} over all entries that are given"
        ] = None
        return close + 1, [(self.apart(begin) + begin, place), (bracket + 1, close, ""), (end, place)]

    def function(self, name: str, at: int, stop: int, place: int) -> tuple[int, list[Task]]:
        """A function with the power or the letter that may stand at it: \\sin^2 x, \\log_2, \\max_i."""
        below, above, at = self.script_ranges(at, stop)
        text = name
        if name == "exp" and above is not None and not flat(self.tokens[above[0] : above[1]]).lstrip("-").isdigit():
            return at, [(self.apart(text) + "exp(", place), (*above, ""), (")", place)]  # \\exp^{-x}
        if below is not None:
            letters = flat(self.tokens[below[0] : below[1]])
            text += f"_{letters}" if letters.isalnum() else f"_{{{letters}}}"
        tasks: list[Task] = [(self.apart(text) + text, place)]
        if above is not None:
            power = flat(self.tokens[above[0] : above[1]])
            plain = power.lstrip("-").isdigit()
            tasks += [(f"^{{{power}}} ", place)] if plain else [("^(", place), (*above, ""), (") ", place)]
        following = self.skip_blanks(at)
        if following < len(self.tokens) and not self.opens(following):
            tasks.append((" ", place))
        return at, tasks

    def fraction(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """\\frac{a}{b} → {{a}/{b}}; of two derivatives ∂L/∂w, one name."""
        token = self.tokens[at]
        above = self.argument(at + 1, token)
        below = self.argument(above[2], token)
        tops, bottoms = self.tokens[above[0] : above[1]], self.tokens[below[0] : below[1]]
        name = self.derivative(tops, bottoms)
        if name:
            return below[2], [(self.apart(name) + name, token.start)]
        tasks: list[Task] = [
            ("{{", token.start),
            (above[0], above[1], ""),
            ("}/{", token.start),
            (below[0], below[1], ""),
            ("}}", token.start),
        ]
        after, scripts = self.raised(below[2], stop)
        return after, [*tasks, *scripts]

    def root(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """\\sqrt{x} → √{x}, \\sqrt[3]{x} → ∛{x}, \\sqrt[n]{x} → {x}^(1/n)."""
        token = self.tokens[at]
        following = self.skip_blanks(at + 1)
        degree: Sequence[Token] = ()
        if following < len(self.tokens) and self.tokens[following].text == "[":
            close = next((n for n in range(following, len(self.tokens)) if self.tokens[n].text == "]"), None)
            if close is None:
                fail(
                    self.source,
                    "this '[' is never closed",
                    (self.tokens[following].start, self.tokens[following].stop),
                    "add a ']'",
                )
            degree, following = self.tokens[following + 1 : close], close + 1
        first, last, after = self.argument(following, token)
        if last == after:  # \\sqrt x_i
            below, _, end = self.script_ranges(after, stop)
            last = after = end if below is not None else after
        inner: list[Task] = [("{", token.start), (first, last, ""), ("}", token.start)]
        after, scripts = self.raised(after, stop)
        if scripts:
            inner = [("{", token.start), *self.rooted(degree, inner, token.start), ("}", token.start), *scripts]
            return after, inner
        return after, self.rooted(degree, inner, token.start)

    def rooted(self, degree: Sequence[Token], inner: list[Task], place: int) -> list[Task]:
        """The root of a degree."""
        number = flat(degree)
        if number in ("", "2"):
            return [("√", place), *inner]
        if number == "3":
            return [("∛", place), *inner]
        return [*inner, (f"^(1/({number}))", place)]

    def total(self, sign: str, at: int, stop: int) -> tuple[int, list[Task]]:
        """\\sum_{i=1}^N → ∑_{i=1}^{N}."""
        token = self.tokens[at]
        below, above, following = self.script_ranges(at + 1, stop)
        text = sign
        if below is not None:
            inside = self.tokens[below[0] : below[1]]
            inside, whole = self.without_set(inside)
            if any(inner.text in ("neq", "ne", "<", ">", "le", "leq") for inner in inside):
                fail(self.source, "a sum over a part of an axis cannot be read", (inside[0].start, inside[-1].stop),
                     "a sum runs over the whole axis; multiply by a condition, as in [j > i], to leave terms out")  # fmt: skip
            text += f"_{{{flat(inside)}}}" + (f"^{{{whole}}}" if len(whole) == 1 and whole.isalpha() else "")
        if above is not None:
            text += f"^{{{flat(self.tokens[above[0] : above[1]])}}}"
        return following, [(text + " ", token.start)]

    def without_set(self, tokens: list[Token]) -> tuple[list[Token], str]:
        """n \\in N below a sum → the letter n alone, and the set."""
        at = next((n for n, token in enumerate(tokens) if token.kind == "command" and token.text == "in"), None)
        if at is None:
            return tokens, ""
        self.notes[f"the sum over {flat(tokens)} is one over all entries"] = None
        return tokens[:at], flat(tokens[at + 1 :])

    # -- environments --------------------------------------------------------------------------

    def environment(self, at: int) -> tuple[int, list[Task]]:
        """An environment: lines, cases, a matrix."""
        token = self.tokens[at]
        close = self.partners[at]
        first = at + 1
        if token.text in ("array", "alignedat", "alignat") and first < close and self.tokens[first].text == "{":
            first = self.partners[first] + 1
        if token.text in symbols.ALIGNED:
            return close + 1, [(first, close, "")]
        rows = [self.with_condition(row) for row in self.rows(first, close)]
        if token.text == "array" and self.has_statement(rows):
            return close + 1, [(first, close, "")]
        if token.text in ("cases", "dcases", "rcases") or (
            token.text in ("array", "Bmatrix", "matrix") and self.has_conditions(rows)
        ):
            return close + 1, self.cases(rows, token.start)
        if token.text in symbols.MATRICES:
            return close + 1, self.matrix(rows, token.start)
        fail(self.source, f"the environment '{token.text}' is not read", (token.start, token.stop),
             "formulas stand in align, cases, a matrix, or in none")  # fmt: skip

    def rows(self, first: int, close: int) -> list[list[tuple[int, int]]]:
        """The inside of an environment → for each row the ranges of its cells."""
        rows: list[list[tuple[int, int]]] = [[]]
        begin = at = first
        while at < close:
            token = self.tokens[at]
            if token.kind == "begin" or (token.kind, token.text) == ("sign", "{"):
                at = self.partners[at]
            elif token.kind == "row" or (token.kind, token.text) == ("sign", "&"):
                rows[-1].append((begin, at))
                begin = at + 1
                if token.kind == "row":
                    rows.append([])
            at += 1
        rows[-1].append((begin, close))
        return [row for row in rows if any(self.filled(cell) for cell in row)]

    def filled(self, cell: tuple[int, int]) -> bool:
        """Whether anything stands in a cell."""
        return any(
            token.kind != "space" and token.text not in symbols.BLANKS for token in self.tokens[cell[0] : cell[1]]
        )

    def with_condition(self, row: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """A row without "&" whose condition begins with a word → its two cells."""
        if len(row) != 1:
            return row
        first, last = row[0]
        for at in range(first + 1, last):
            if (
                self.tokens[at].kind == "command"
                and self.tokens[at].text in symbols.WORDS
                and self.condition((at, last))[1]
            ):
                begin, end, _ = self.argument(at + 1, self.tokens[at])
                if flat(self.tokens[begin:end]).strip().lower() in ("if", "otherwise", "else", "for", "when"):
                    return [(first, at), (at, last)]
        return row

    def has_statement(self, rows: list[list[tuple[int, int]]]) -> bool:
        """Whether a row gives a name to a value."""
        return any(token.text == "=" for row in rows for cell in row[:2] for token in self.tokens[cell[0] : cell[1]])

    def has_conditions(self, rows: list[list[tuple[int, int]]]) -> bool:
        """Whether the second cell of a row is a condition in words."""
        compared = ("<", ">", "le", "leq", "ge", "geq")
        return any(
            len(row) > 1
            and (
                self.condition(row[1])[1] or any(token.text in compared for token in self.tokens[row[1][0] : row[1][1]])
            )
            for row in rows
        )

    def condition(self, cell: tuple[int, int]) -> tuple[tuple[int, int], str]:
        """A cell with a condition → what is compared, and the word before it ("if", "otherwise", "")."""
        at, word = cell[0], ""
        while at < cell[1]:
            token = self.tokens[at]
            if token.kind == "letter":
                run = "".join(inner.text for inner in self.tokens[at : cell[1]] if inner.kind == "letter")
                bare = next(
                    (known for known in ("otherwise", "if", "else", "for", "when") if run.startswith(known)), ""
                )
                if bare:
                    return (at + len(bare), cell[1]), "otherwise" if bare in ("otherwise", "else") else "if"
                break
            if token.kind == "command" and token.text in symbols.WORDS:
                first, last, following = self.argument(at + 1, token)
                written = self.source.text[self.tokens[first].start : self.tokens[last - 1].stop].strip(" ,.:;").lower()
                word = "otherwise" if written.startswith(("otherwise", "else", "その他", "それ以外")) else "if"
                at = following
                break
            if token.kind != "space" and token.text not in symbols.BLANKS:
                break
            at += 1
        return (at, cell[1]), word

    def trimmed(self, cell: tuple[int, int]) -> tuple[int, int]:
        """A cell without the comma or full stop behind it."""
        first, last = cell
        while last > first and (
            self.tokens[last - 1].kind == "space" or self.tokens[last - 1].text in (",", ".", ";", "quad")
        ):
            last -= 1
        return first, last

    def cases(self, rows: list[list[tuple[int, int]]], place: int) -> list[Task]:
        """Cases → (a if c else b if d else nan)."""
        tasks: list[Task] = [("{", place)]
        ended = False
        for row in rows:
            value = self.trimmed(row[0])
            compared, word = self.condition(self.trimmed(row[1])) if len(row) > 1 else ((0, 0), "otherwise")
            self.compared.update(range(*compared))
            if word == "otherwise" or not self.filled(compared):
                tasks.append((*value, ""))
                ended = True
                break
            tasks += [("{", place), (*value, ""), ("} if {", place), (*compared, ""), ("} else ", place)]
        return [*tasks, ("" if ended else "nan", place), ("}", place)]

    def matrix(self, rows: list[list[tuple[int, int]]], place: int) -> list[Task]:
        """A matrix → [[a, b], [c, d]]; of one column or one row a vector."""
        column = all(len(row) == 1 for row in rows)
        tasks: list[Task] = [("{[", place)]
        for number, row in enumerate(rows):
            tasks.append((", " if number else "", place))
            if not column and len(rows) > 1:
                tasks.append(("[", place))
            for count, cell in enumerate(row):
                tasks += [(", " if count else "", place), ("{", place), (*cell, ""), ("}", place)]
            if not column and len(rows) > 1:
                tasks.append(("]", place))
        return [*tasks, ("]}", place)]
