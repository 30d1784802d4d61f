"""Arguments of commands, and the scripts of names and values: subscripts, powers, labels → plain notation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from graphviz_ad.language.latex import symbols
from graphviz_ad.language.latex.flatten import flat
from graphviz_ad.language.latex.labels import CONJUGATES, LABEL, LABELS, Labels, Range, Task
from graphviz_ad.language.latex.pieces import ALWAYS, END, NESTING, SKIPPED
from graphviz_ad.language.latex.tokens import fail, fail_optimum
from graphviz_ad.language.names import identity
from graphviz_ad.language.options_below import axis_below
from graphviz_ad.source import Span

ARGUMENTS = {"frac": 2, "dfrac": 2, "tfrac": 2, "sqrt": 1}
"""Commands that may be an argument without braces, and how many they have themselves."""
_EXPONENTS = ARGUMENTS.keys() | symbols.LETTERS.keys()
"""Commands that may be the power of e behind a minus sign without braces."""
_LABEL_AND_TRANSPOSE = re.compile(rf"({LABEL.pattern})[T⊤]")
"""A label and a transpose in one script: W^{[l]T}."""
_ROW_OR_COLUMN = re.compile(r" *(?:([^\W_]+) *, *: *|: *, *([^\W_]+) *)")
"""What says below a name that a row or a column is meant: i,: and :,k."""
CLEAR = frozenset(" ({[")
"""Signs behind which a name begins anew."""


@dataclass
class Written:
    """Holds plain notation in pieces, and where each of them begins in the LaTeX."""

    pieces: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    def add(self, text: str, place: int) -> None:
        """Append one more piece."""
        if text:
            self.pieces.append(text)
            self.places.append(place)


class Scripts(Labels):
    """Holds the tokens of a formula, and reads scripts."""

    out: Written

    def span(self, first: int, last: int | None = None) -> Span:
        """A token, or those up to the one before `last` → where that stands in the text."""
        return self.starts[first], self.stops[first if last is None else last - 1]

    def is_function(self, word: str) -> bool:
        """Whether a word is an operation."""
        return self.vocabulary.function(word) is not None or word in ("sum", "mean")

    def function_name(self, word: str) -> str:
        """Word → the name of the operation as the table has it."""
        return self.vocabulary.spelling(word)

    def apart(self, text: str) -> str:
        """Text → a space where it would run into the name before it, else ""."""
        if not text or not self.out.pieces or (before := self.out.pieces[-1][-1]) in CLEAR:
            return ""
        ends_name = before.isalnum() or before in "_'}" or "\u0300" <= before <= "\u036f"
        return " " if ends_name and (text[0].isalnum() or text[0] in "∂∇_") else ""

    def skip_blanks(self, at: int) -> int:
        """Place → that of the next token that is no space."""
        tokens = self.tokens
        while at < len(tokens) and tokens[at].joins == SKIPPED:
            at += 1
        return at

    def opens(self, at: int) -> bool:
        """Whether a token begins an argument in brackets."""
        token = self.tokens[at]
        return token.text in ("(", "[", "left", "big", "Big", "bigl", "Bigl") or (
            token.kind == "command" and token.text == "{"
        )

    def encloses(self, at: int, name: str) -> bool:
        """Whether braces behind the name of a function hold several arguments or terms, and are its brackets."""
        close = self.partners.get(at)
        if close is None or self.tokens[at].text != "{" or self.tokens[at].kind != "sign":
            return False
        depth = 0
        for place in range(at + 1, close):
            token = self.tokens[place]
            depth += NESTING.get(token.text, 0)
            first = self.skip_blanks(at + 1) == place
            if not depth and not first and token.kind == "sign" and token.text in (",", "+", "-", "−"):
                if token.text != ",":
                    self.notes[f"the braces behind {name} are read as brackets"] = None
                self.enclosing.add(at)
                return True
        return False

    def is_balanced(self, first: int, last: int) -> bool:
        """Whether every round bracket in a group has its partner there."""
        depth = 0
        for token in self.tokens[first:last]:
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth < 0:
                return False
        return depth == 0

    def braced_word(self, at: int, close: int) -> str | None:
        """{pred} before a script, {\\rm pred} → the one name that it is; None for anything else."""
        inside = self.tokens[at + 1 : close]
        upright = bool(inside) and inside[0].kind == "command" and inside[0].text in symbols.WORDS
        if inside and inside[0].kind == "command" and inside[0].text in symbols.FONTS | symbols.WORDS:
            inside = [token for token in inside[1:] if token.kind != "space"]
        following = self.skip_blanks(close + 1)
        scripted = (
            following < len(self.tokens)
            and self.tokens[following].kind == "sign"
            and self.tokens[following].text in "_^"
        )
        if len(inside) < 2 or not (scripted or upright) or any(token.kind != "letter" for token in inside):
            return None
        return "".join(token.text for token in inside)

    def argument(self, at: int, command: int) -> tuple[int, int, int]:
        """Where an argument of a command stands → its first token, the one behind its last, and where to go on."""
        if (close := self.partners.get(at)) is not None and self.tokens[at].kind == "sign":
            return at + 1, close, close + 1
        at = self.skip_blanks(at)
        if at >= len(self.tokens):
            fail(
                self.source,
                f"'\\{self.tokens[command].text}' has no argument",
                self.span(command),
                "write it in braces behind it",
            )
        token = self.tokens[at]
        if (token.kind, token.text) == ("sign", "{"):
            return at + 1, self.partners[at], self.partners[at] + 1
        if token.kind == "command" and (
            token.text in symbols.FONTS or token.text in symbols.ACCENTS or token.text in symbols.WORDS
        ):
            inner = self.argument(at + 1, at)
            return at, inner[2], inner[2]
        if token.kind == "command" and (count := ARGUMENTS.get(token.text)) is not None:  # ^\\frac 1{ρ}
            end = at + 1
            for _ in range(count):
                end = self.argument(end, at)[2]
            return at, end, end
        if (token.kind == "sign" and token.text in ("}", "&")) or token.kind in ("row", "end"):
            name = self.tokens[command].text
            fail(
                self.source,
                f"'{'' if name in '_^' else chr(92)}{name}' has no argument",
                self.span(command),
                "write it in braces behind it",
            )
        return at, at + 1, at + 1

    def script_ranges(self, at: int, stop: int) -> tuple[Range | None, Range | None, int]:
        """Scripts behind a token → the ranges of the lower and of the upper one, and where to go on."""
        below = above = None
        while True:
            following = self.skip_blanks(at)
            token = self.tokens[following] if following < stop else END
            if token.joins != ALWAYS or token.kind != "sign" or token.text not in "_^":
                return below, above, at
            if (below if token.text == "_" else above) is not None:
                fail(
                    self.source,
                    "a second script of one name",
                    self.span(following),
                    "put both into one pair of braces, as in x_{ij}",
                )
            first, last, at = self.argument(following + 1, following)
            if token.text == "_" and (end := self.long_subscript(following, first, last)) is not None:
                last = at = end
            if token.text == "^" and last == at:
                last, at = self.unbraced(following, first, last, at)
            if token.text == "_":
                below = first, last
            else:
                above = first, last

    def unbraced(self, script: int, first: int, last: int, after: int) -> tuple[int, int]:
        """A power without braces that is more than TeX takes, x^12 or e^-x → where it ends, and where to go on."""
        base, sign, begin = self.tokens[script - 1] if script else END, self.tokens[first], first + 1
        if sign.text in ("-", "−") and begin < len(self.tokens) and self.starts[begin] == self.stops[first]:
            following = self.tokens[begin]
            is_base = (base.text == "e" and identity("e") not in self.given) or base.kind == "number"
            is_value = following.kind == "letter" or (following.kind == "command" and following.text in _EXPONENTS)
            if following.kind == "number" or (is_base and (is_value or following.text == "(")):
                end = self.closed(begin) if following.text == "(" else self.argument(begin, script)[1]
                behind = self.tokens[end] if end < len(self.tokens) else END
                if is_value and behind.kind in ("letter", "number"):
                    fail(self.source, "where this power ends is not said", self.span(script, begin + 1),
                         "write it in braces, as in e^{-kt}")  # fmt: skip
                last = after = end
        if last - first > 1 or (sign.kind == "number" and len(sign.text) > 1):
            power = self.source.text[self.starts[first] : self.stops[last - 1]]
            self.notes[f"^{power} is read as ^{{{power}}}"] = None
        return last, after

    def long_subscript(self, script: int, first: int, last: int) -> int | None:
        """The subscript of n_samples, where that is a name with a value → where its letters end; None for others."""
        if last - first != 1 or self.tokens[first].kind != "letter" or script == 0:
            return None
        escaped = self.source.text[self.starts[script]] == "\\"  # step\_num
        end = last
        while end < len(self.tokens) and self.tokens[end].kind == "letter" and self.starts[end] == self.stops[end - 1]:
            end += 1
        word = self.tokens[script - 1].text + "_" + "".join(token.text for token in self.tokens[first:end])
        return end if end > last and (escaped or identity(word) in self.given) else None

    def ends_with_bracket(self, at: int, close: int, stop: int) -> bool:
        """Whether braces hold what ends with a closing bracket, and have a subscript, which is that of the bracket."""
        after = self.skip_blanks(close + 1)
        last = self.tokens[close - 1]
        is_bracket = last.text in (")", "]", "||", "|", "Vert", "rVert", "rvert", "vert") and close - 1 > at
        return is_bracket and after < stop and (self.tokens[after].kind, self.tokens[after].text) == ("sign", "_")

    def is_degree(self, above: Range) -> bool:
        """Whether what stands raised is the sign for degrees alone."""
        inside = [token.text for token in self.tokens[slice(*above)] if token.kind != "space"]
        return inside == ["circ"]

    def raised(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """A power or a transpose behind a value that is no name → where to go on, and its tasks."""
        if at >= stop or self.tokens[at].joins < ALWAYS:
            return at, []
        below, above, after = self.script_ranges(at, stop)
        if below is not None:
            place = self.span(below[0])
            fail(self.source, "a subscript of what is no name", place, "give the value a name first")
        return after, self.power(above) if above is not None else []

    def scripts(
        self, at: int, stop: int, name: str, place: int, *, number: bool = False, closing: bool = False
    ) -> tuple[int, list[Task]]:
        """A name, a number or a closing bracket → the same with its scripts: a lower one joins the name, an upper one
        is a power."""
        if at >= stop or self.tokens[at].joins < ALWAYS:
            return at, [(self.apart(name) + name, place)]
        primes = ""
        while at < stop and self.tokens[at].text == "'" and not number:
            primes += "'"
            at += 1
        below, above, after = self.script_ranges(at, stop)
        following = after
        while following < stop and self.tokens[following].text == "'" and not number and not closing:
            primes += "'"
            following += 1
        after = following
        text = name
        if number and above is not None and below is None and self.is_degree(above):
            self.notes[f"{name}° is an angle in degrees, as radians"] = None
            return after, [(f"{self.apart(name)}{{{name}·π/180}}", place)]
        tasks: list[Task] = []
        upper = flat(self.tokens[above[0] : above[1]]) if above is not None else ""
        lowered = flat(self.tokens[below[0] : below[1]]) if below is not None else ""
        is_base = number or (name == "e" and identity("e") not in self.given)
        raised = upper if is_base and below and above and below > above else "0"
        if below and above and not raised.isdecimal() and not LABEL.fullmatch(raised):  # 2^x_i
            lower = (self.lower(lowered, closing=False), place)
            return after, [(f"{self.apart(text)}{text}^(", place), (*above, ""), lower, (")", place)]
        is_brace = closing and below is not None and name == ")" and self.source.text[place] == "\\"
        if is_brace and below is not None and any(token.text == "=" for token in self.tokens[slice(*below)]):
            return after, [(text, place)]  # \{a_j\}_{j=1}^n
        column = None if ":" not in lowered or closing else _ROW_OR_COLUMN.fullmatch(lowered)
        if below and name in ("argmax", "argmin") and not (axis_below(lowered) or identity(name) in self.given):
            fail_optimum(self.source, (place, self.stops[below[1] - 1]))
        if below is not None and column is None:
            text += self.lower(lowered, closing=closing)
        if above is not None:
            label = self.label(above, name, text) if not number and not closing and name else ""
            turned = _LABEL_AND_TRANSPOSE.fullmatch(upper.replace(" ", "")) if name else None
            if label:
                text += label
                self.values.update([text] if name in self.values else ())  # Δz^l
            elif turned is not None:  # W^{[l]T}
                text += "".join(f"^{{{inner_label}}}" for inner_label in LABELS.findall(turned[1]))
                tasks = [("ᵀ", place)]
            elif upper in CONJUGATES and not number and self.is_conjugate(upper, name, place):
                self.notes[CONJUGATES[upper]] = None
                tasks = [("ᵀ", place)]
            else:
                tasks = self.power(above)
                if tasks and tasks[0][0] in ("ᵀ", "^T") and (turned_name := self.turned_entry(name, text, lowered)):
                    text, tasks = turned_name, tasks[1:]
                if tasks and set(str(tasks[0][0])) == {"'"}:
                    primes, tasks = primes + str(tasks[0][0]), tasks[1:]
        if column is not None:
            text = self.row_or_column(text + primes, *column.groups())
            is_turned = bool(tasks) and tasks[0][0] in ("ᵀ", "^T")
            tasks = [("ᵀ", place), *tasks[is_turned:]] if column[1] or is_turned else tasks
            return after, [(self.apart(text) + text, place), *tasks]
        if upper.strip() == "2" and not closing and self.is_squared_vector(place):
            text, primes = f" ‖{text}{primes}‖", ""
        return after, [(self.apart(text) + text + primes, place), *tasks]
