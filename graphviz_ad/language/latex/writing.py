"""Tokens of LaTeX → the same formula in plain notation, with the place that each piece came from.

One stack holds what is still to be done: pieces of text, and ranges of tokens; nothing is recursive.
"""

from __future__ import annotations

import re

from graphviz_ad.language.latex import symbols
from graphviz_ad.language.latex.flatten import flat
from graphviz_ad.language.latex.indicators import BEFORE_CONDITION
from graphviz_ad.language.latex.labels import Task
from graphviz_ad.language.latex.moments import STATISTICS
from graphviz_ad.language.latex.ones import BOLD
from graphviz_ad.language.latex.operations import EXPECTED
from graphviz_ad.language.latex.pieces import ALWAYS, END, NEVER
from graphviz_ad.language.latex.ranges import DOTS
from graphviz_ad.language.latex.scripts import CLEAR, Written
from graphviz_ad.language.latex.stacked import OVER
from graphviz_ad.language.latex.texts import Texts
from graphviz_ad.language.latex.tokens import FRACTIONS, fail
from graphviz_ad.language.names import identity

_FUNCTIONALS = ("E", "P", "R", "V")
"""Letters on a blackboard that stand for what cannot be computed without examples, or for a set."""
_BETWEEN_POINTS = re.compile("[A-Z]{2}")
"""Two points, which an arrow goes from and to."""
_MEASURED = "Ê"
"""An expectation over what was seen."""


class Writer(Texts):
    """Walks once over the tokens of a formula."""

    def run(self) -> Written:
        """All tokens → plain notation; `values` are then names that are no functions and no signs."""
        self.out = Written()
        pieces, places, starts = self.out.pieces, self.out.places, self.starts
        tokens, compared = [*self.tokens, END, END], self.compared
        tasks: list[Task] = [(0, len(self.tokens), "")]
        parted = OVER.search(self.source.text) is not None
        while tasks:
            task = tasks.pop()
            if len(task) == 2:
                if task[0]:
                    pieces.append(task[0])
                    places.append(task[1])
                continue
            begin, stop, mode = task
            if parted and (over := self.over(begin, stop)) is not None:
                tasks.extend(reversed(self.parted(begin, over, stop)))
                continue
            while begin < stop:
                for at in range(begin, stop):
                    token = tokens[at]
                    text = token.written
                    if text is None:
                        following = tokens[at + 1]
                        if token.alone is None:
                            if (
                                token.text == "1"
                                and following.joins == NEVER
                                and following.text not in BEFORE_CONDITION
                            ):
                                text = "1"
                        elif token.text == "=":
                            text = token.alone if following is not token and at not in compared else None
                        elif following.joins < token.reach or (
                            following.kind == "space" and tokens[at + 2].joins < ALWAYS
                        ):
                            text = token.alone
                        if text is None:
                            break
                        if text and pieces and token.kind != "sign" and pieces[-1][-1] not in CLEAR:
                            text = self.apart(text) + text
                    if text:
                        pieces.append(text)
                        places.append(starts[at])
                else:
                    break
                begin, new = self.read(at, stop)
                for n, part in enumerate(new):
                    if len(part) == 3:
                        tasks.append((begin, stop, mode))
                        tasks.extend(reversed(new[n:]))
                        begin = stop
                        break
                    if part[0]:
                        pieces.append(part[0])
                        places.append(part[1])
        return self.out

    def read(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """The token at a place, of which more must be known → where to go on, and what is to be done before."""
        token, place = self.tokens[at], self.starts[at]
        match token.kind:
            case "begin":
                return self.environment(at)
            case "number":
                if token.text == "1":
                    if not self.may_indicate(at + 1, stop):
                        return at + 1, [(self.apart("1") + "1", place)]
                    if (indicator := self.indicator(at, stop)) is not None:
                        return indicator
                return self.scripts(at + 1, stop, token.text, place, number=True)
            case "letter":
                word, following = self.word(at, stop)
                if token.text == "f" and self.source.text.startswith("for", place):
                    end = self.range_end(at + 3, stop)
                    if end is not None:
                        return end, []
                if word in EXPECTED and word not in self.vocabulary.values:
                    bracket = self.expected_at(following, stop)
                    if bracket is not None:
                        return self.expectation(word, bracket, place)
                if word in STATISTICS and (known := self.statistic(word, at, following, stop)) is not None:
                    return known
                return self.scripts(following, stop, word, place)
            case "command":
                return self.command(at, stop)
        return self.sign(at, stop)

    # -- signs and commands --------------------------------------------------------------------

    def sign(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """A character that is no letter or digit → where to go on, and its tasks."""
        token, place = self.tokens[at], self.starts[at]
        if token.text == "{":
            close = self.partners[at]
            if (turned := self.turned_behind(at, close, stop)) is not None:
                return turned
            over = self.over(at + 1, close)
            if over is not None:
                return close + 1, self.parted(at + 1, over, close)
            if (whole := self.scripted_group(at, close, stop)) is not None:
                return whole
            inner = self.letter_of(at + 1, close) or self.braced_word(at, close)
            if inner is not None:
                return self.scripts(close + 1, stop, inner, place)
            if self.ends_with_bracket(at, close, stop):
                return close + 1, [(at + 1, close, "")]  # {\|u\|}_2
            after, scripts = self.raised(close + 1, stop)
            opening, closing = "()" if at in self.enclosing else "{}"
            if scripts and not self.is_balanced(at + 1, close):  # ({x)}^2
                opening = closing = ""
            elif scripts and scripts[0][0] in ("^2", "^(2)") and self.is_name_alone(at, close):
                opening, closing = (" ‖", "‖") if self.is_squared_vector(self.starts[at + 1]) else "{}"
            if (scripts or opening == "(") and at + 1 < close:
                return after, [(opening, place), (at + 1, close, ""), (closing, self.starts[close]), *scripts]
            return close + 1, [(at + 1, close, "")]
        if token.text == "[":
            new = (
                self.around_matrix(at, stop)
                or self.entry(at, stop)
                or self.joined(at, stop)
                or self.behind_power(at, stop)
            )
            if new is not None:
                return new
            self.compared.update(self.equals_within(at))
            beside = at and self.tokens[self.before(at)].kind == "number"  # 2 [A]
            return at + 1, [(" · [" if beside or self.is_stacked(at, stop) else "[", place)]
        if token.text == "=" and (at in self.compared or self.tokens[min(at + 1, stop - 1)] is token):
            return at + 1 + (at + 1 < stop and self.tokens[at + 1] is token), [(" == ", place)]
        if token.text == "." and self.tokens[min(self.skip_blanks(at + 1), stop - 1)].text in FRACTIONS:
            self.notes["a full stop before a quotient is read as a product"] = None
            return at + 1, [(" · ", place)]
        if token.text in "^_":
            return self.scripts(at, stop, "", place)
        if token.text == "/":
            return self.quotient(at, stop)
        if token.text == "'":
            return at + 1, [("'", place)]
        if token.text == "|":
            self.refuse_place(at, stop)
        if token.text == ")" and self.vocabulary.shapes and (power := self.matrix_power(at, stop)) is not None:
            return power
        if token.text in ("|", ")", "]", "||"):
            return self.scripts(at + 1, stop, "‖" if token.text == "||" else token.text, place, closing=True)
        return at + 1, [(" = " if token.text == "=" else token.text, place)]

    def command(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """A command → what it is in plain notation."""
        token = self.tokens[at]
        name, place = token.text, self.starts[at]
        if name in FRACTIONS:
            return self.fraction(at, stop)
        if name in ("left", "right"):
            return self.edge(at), []
        if name in symbols.DROPPED:
            return self.argument(at + 1, at)[2], [("   " * name.startswith("hspace"), place)]
        if name == "in":  # x ∈ ℝ says what x is
            self.refuse_membership(at, stop)
            end, begins = self.membership_end(at, stop, (",",))
            return end, [(" ; " * begins, place)]
        if name == "forall":
            end, begins = self.membership_end(at, stop, (",", ":", "colon", ";"))
            words = self.source.text[self.starts[at] : self.stops[end - 1]].strip(" ,:;")
            self.notes[f"'{words}' is left out"] = None
            return end, [(" ; " * begins, place)]
        if name in DOTS or name in "#%":
            return self.dots(at) if name in DOTS else self.counted(at)
        if name == "times":
            return self.cross_product(at, stop) or (at + 1, [(" × ", place)])
        if name in ("bmod", "mod", "pmod"):
            return self.remainder(at, stop)
        if name in symbols.REFUSED:
            fail(self.source, f"'\\{name}' cannot be computed", self.span(at), symbols.REFUSED[name])
        if name in ("binom", "dbinom", "tbinom"):
            return self.binomial(at)
        if name in ("underbrace", "overbrace", "underbracket", "overbracket"):
            return self.braced(at, stop)
        if name in ("stackrel", "overset", "underset") and (above := self.under(at, stop)) is not None:
            return above
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
        if name in symbols.ACCENTS and (mean := self.over_expression(at, stop)) is not None:
            return mean
        if name in symbols.ACCENTS or name in symbols.LETTERS or name in ("partial", "nabla"):
            word, following = self.symbol(at, stop)
            if word == "σ" and (after := self.gate_sigmoid(following, stop)) is not None:
                return after, [(self.apart(word) + word, place)]
            if word == "σ" and word not in self.given and self.square(following, stop)[0] is not None:
                return self.function(word, following, stop, place)
            if word in STATISTICS and (known := self.statistic(word, at, following, stop)) is not None:
                return known
            if word == _MEASURED and word not in self.vocabulary.values:
                bracket = self.expected_at(following, stop)
                if bracket is not None:
                    return self.expectation("E", bracket, place)
            return self.scripts(following, stop, word, place)
        if (
            name == "{"
            and (begun := self.skip_blanks(at + 1)) < len(self.tokens)
            and self.tokens[begun].kind == "begin"
        ):
            return at + 1, []  # \\left\\{ before cases in another environment
        if name in symbols.SIGNS:
            sign = symbols.SIGNS[name]
            if name != "{":
                return self.scripts(at + 1, stop, sign, place, closing=True)
            return at + 1, [(sign, place)]
        return self.own(at, stop)

    def edge(self, at: int) -> int:
        """\\left or \\right → where to go on: behind its full stop, which stands for no bracket."""
        stands = at + 1 < len(self.tokens) and self.tokens[at + 1].text == "."
        return at + 2 if stands else at + 1

    def font(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """A command for how letters look → its letter with the scripts, or what stands in its braces."""
        token, place, start = self.tokens[at], self.starts[at], at
        first, last, following = self.argument(at + 1, at)
        text = flat(self.tokens[first:last])
        if (
            token.text in ("vec", "overrightarrow")
            and _BETWEEN_POINTS.fullmatch(text)
            and identity(text) not in self.given
        ):
            fail(self.source, f"the vector from {text[0]} to {text[1]} is not read", self.span(start, following),
                 f"write it as {text[1]} - {text[0]}, or give {text} a value")  # fmt: skip
        if text == "E" and (bracket := self.expected_at(following, stop)) is not None:
            return self.expectation(text, bracket, place)
        at = self.skip_blanks(following)
        if (text == "B" or (text == "N" and token.text in ("mathcal", "cal", "mathscr"))) and (
            known := self.statistic(text, start, following, stop)
        ) is not None:
            return known
        bold = text in ("1", "I") and token.text in BOLD
        if bold and at < stop and (indicator := self.indicator(following - 1, stop)) is not None:
            return indicator
        if bold and text == "1" and (ones := self.ones(start, following, stop)) is not None:
            return ones
        if token.text == "mathbb" and text in _FUNCTIONALS and self.is_given_call(text, at):
            return self.scripts(following, stop, text, place)
        if token.text == "mathbb" and text in _FUNCTIONALS and self.is_what_is_set(start, at, stop):
            return self.scripts(following, stop, text, place)
        if token.text == "mathbb" and text in _FUNCTIONALS and self.is_left_side(start, following):
            return self.scripts(following, stop, text, place)
        if token.text == "mathbb" and text in _FUNCTIONALS:
            fail(
                self.source, f"'\\mathbb{{{text}}}' cannot be computed", (place, self.stops[last - 1]),
                "write mean(…) over given examples for an expectation; what stands in a set is given as a value",
            )  # fmt: skip
        if token.text in ("mathcal", "cal") and text == "L":
            return self.scripts(following, stop, "ℒ", place)
        inner = self.letter_of(start, last) or (self.braced_word(first - 1, last) if last < following else None)
        if inner is not None:
            return self.scripts(following, stop, inner, place)
        return following, [(first, last, "")]
