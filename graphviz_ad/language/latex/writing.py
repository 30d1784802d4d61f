"""Tokens of LaTeX → the same formula in plain notation, with the place that each piece came from.

One stack holds what is still to be done: pieces of text, and ranges of tokens; nothing is recursive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphviz_ad.language.latex import symbols
from graphviz_ad.language.latex.flatten import flat, worded
from graphviz_ad.language.latex.operations import EXPECTED, Operations
from graphviz_ad.language.latex.scripts import Task, Written
from graphviz_ad.language.latex.tokens import fail

_MODULE = re.compile(r"^(?:np|numpy|torch|tf|jnp|math|F|nn)(?:\.\w+)*\.(?=\w+$)")
"""What stands before the name of a library's function."""


class Writer(Operations):
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
            while begin < stop:
                following, new = self.read(begin, stop)
                if len(new) > 1 or (new and len(new[0]) > 2):
                    tasks.append((following, stop, how))
                    tasks.extend(reversed(new))
                    break
                if new:
                    self.out.add(*new[0])
                begin = following
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
                if (
                    word in EXPECTED
                    and word not in self.vocabulary.values
                    and bracket < stop
                    and self.tokens[bracket].text == "["
                ):
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
        if token.text == "[":
            self.compared.update(self.equals_within(at))
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

    def equals_within(self, at: int) -> Iterator[int]:
        """Where "=" stands right within square brackets, and compares: [a = b]."""
        depth = 0
        for place in range(at, len(self.tokens)):
            token = self.tokens[place]
            depth += {"[": 1, "(": 1, "]": -1, ")": -1}.get(token.text, 0)
            if depth == 0 or token.kind in ("row", "end"):
                return
            if token.text == "=" and depth == 1:
                yield place

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
        return following, [("   ", self.tokens[at].start)] if self.tokens[at].text in ("quad", "qquad") else []

    def font(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """A command for how letters look: its letter with the scripts, or what stands in its braces."""
        token = self.tokens[at]
        first, last, following = self.argument(at + 1, token)
        text = flat(self.tokens[first:last])
        at = self.skip_blanks(following)
        if text == "E" and at < len(self.tokens) and self.tokens[at].text == "[":
            return self.expectation(text, at, token.start)
        if token.text == "mathbb" and text in ("E", "P", "R"):
            fail(
                self.source, f"'\\mathbb{{{text}}}' cannot be computed", (token.start, self.tokens[last - 1].stop),
                "write mean(…) over given examples for an expectation; what stands in a set is given as a value",
            )  # fmt: skip
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
        whole = _MODULE.sub("", whole)
        if token.text.startswith("operatorname") and self.is_function(whole):
            return self.function(self.function_name(whole), following, stop, token.start)
        if whole.strip(" ,").lower().startswith("for") and (end := self.range_end(following, stop)) is not None:
            return end, []
        if whole.strip(" ,.:;").lower() in symbols.JOINING:
            return following, [(" ; ", token.start)]
        if whole.rstrip()[-1:] in (":", "：") and self.begins_statement(at):
            return following, []  # a title
        if (word := symbols.CONDITIONS.get(whole.strip(" ,，").lower())) is not None:
            return following, [(f" {word} ", token.start)]
        following_token = (
            self.tokens[self.skip_blanks(following)] if self.skip_blanks(following) < len(self.tokens) else None
        )
        if whole in EXPECTED and following_token is not None and following_token.text == "[":
            return self.expectation(whole, self.skip_blanks(following), token.start)
        word = flat(self.tokens[first:last]) if "\\" in whole.replace("\\_", "") else worded(whole)
        if not word:
            return following, []
        if self.is_function(word):
            return self.function(self.function_name(word), following, stop, token.start)
        return self.scripts(following, stop, word, token.start)
