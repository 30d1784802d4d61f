"""Letters side by side in LaTeX → the one name that is meant: each alone, or words, names with a value, gradients."""

from __future__ import annotations

from graphviz_ad.language.latex import symbols
from graphviz_ad.language.latex.flatten import flat
from graphviz_ad.language.latex.pieces import CLOSE_BY, END, only_sets
from graphviz_ad.language.latex.scripts import Scripts
from graphviz_ad.language.names import Parts, identity

_CALLED_WORDS = ("log", "exp", "tanh")
"""Functions that people write as letters, right before a name."""
_MIN_WORD_LETTERS = 4
"""Letters side by side from which on they are taken for one word: target, not t·a·r·g·e·t."""
_OPERATORS = frozenset((
    "+", "-", "*", "/", "=", "cdot", "times", "odot", "^", ",", ")", "]", "}", "&", "right", ".", "circ",
))  # fmt: skip
"""What stands behind a value, and behind no function whose argument is still to come."""


class Words(Scripts):
    """Reads letters that may be one word."""

    def word(self, at: int, stop: int) -> tuple[str, int]:
        """Letters side by side → the one name that is meant here, and where to go on.

        Each letter is a name, but for the name of an operation, a name with a value, the whole left side of a
        statement, and long words.
        """
        if self.tokens[at].text == "d" and (gradient := self.gradient_name(at, stop)) is not None:
            return gradient
        if at + 1 >= stop or self.tokens[at + 1].joins != CLOSE_BY:
            return self.tokens[at].text, at + 1
        end = at
        while end < stop and self.tokens[end].kind == "letter" and self.starts[end] == self.starts[at] + (end - at):
            end += 1
        run = "".join(token.text for token in self.tokens[at:end])
        digits = self.tokens[at + 1] if at + 1 < stop else None
        if len(run) == 1 and digits is not None and digits.kind == "number" and self.starts[at + 1] == self.stops[at]:
            return run + digits.text, at + 2  # x1
        number = self.tokens[end] if end < stop else None
        if number is not None and number.kind == "number" and identity(run + number.text) in self.given:
            return run + number.text, end + 1  # dz3
        if len(run) == 1 or len(run) != end - at:
            return self.tokens[at].text, at + 1
        if run[:-1] in _CALLED_WORDS and identity(run) not in self.given:
            return run[:-1], end - 1  # logP
        if len(run) > 1 and (words := self.spaced_words(at, end, stop)) is not None:
            return words
        if end >= len(self.tokens):
            return (
                (run, end)
                if identity(run) in self.given or (len(run) >= _MIN_WORD_LETTERS and not self.all_known(run))
                else (self.tokens[at].text, at + 1)
            )
        following = self.skip_blanks(end)
        next_text = self.tokens[following].text if following < len(self.tokens) else ""
        called = next_text in ("(", "[", "left")
        if (
            called
            and run[-1] == "N"
            and self.all_known(run[:-1])
            and not {identity(run), identity("N")} & {*self.given}
        ):
            return self.tokens[at].text, at + 1  # K N(d_2), the normal distribution
        if next_text == "{" and self.is_function(run) and self.encloses(following, run):
            return run, end
        if run == "Var" and next_text == "[":
            return run, end
        if next_text == "_" and self.source.text[self.starts[following]] == "\\" and len(run) > 1:
            last = self.letters_end(following + 1)
            if last > following + 1:  # resid\_dev
                return f"{run}_{''.join(token.text for token in self.tokens[following + 1 : last])}", last
        below, above, _ = self.script_ranges(end, stop)
        lowered = f"{run}_{{{flat(self.tokens[below[0] : below[1]])}}}" if below else run
        if (
            identity(run) in self.given
            or identity(lowered) in self.given
            or (above is not None and run in self.labelled)
            or (called and run in self.called)
            or (self.is_function(run) and (called or len(run) > 2))
        ):
            if self.is_function(run) and not called and self.is_value(end) and not self.begins_statement(at):
                self.values.add(run)
            return run, end
        if identity(run[0]) in self.given and self.is_function(run[1:]) and len(run) > 2:
            return run[0], at + 1  # ylog p
        if next_text == "(" and run.isupper() and not self.all_known(run):
            return run, end  # FFN(x)
        if self.is_left_side(at, end) or (len(run) >= _MIN_WORD_LETTERS and not self.all_known(run)):
            return run, end
        return self.tokens[at].text, at + 1

    def spaced_words(self, at: int, end: int, stop: int) -> tuple[str, int] | None:
        """number\\ of\\ items: words with LaTeX's spaces between them → the one name, and where to go on;
        None for other letters."""
        words = ["".join(token.text for token in self.tokens[at:end])]
        while end + 1 < stop and (self.tokens[end].kind, self.tokens[end].text) == ("command", " "):
            last = self.letters_end(end + 1)
            if last < end + 3 or self.starts[last - 1] - self.starts[end + 1] != last - end - 2:
                break
            words.append("".join(token.text for token in self.tokens[end + 1 : last]))
            end = last
        if len(words) == 1 or not any(len(word) >= _MIN_WORD_LETTERS for word in words):
            return None
        if any(self.is_function(word) or identity(word) in self.given for word in words):
            return None
        return "_".join(words), end

    def gradient_name(self, at: int, stop: int) -> tuple[str, int] | None:
        """d\\mathbf{A} and dA → the name dA of a gradient, where that has a value, or no value is given and the formula
        has derivatives, and where to go on; None for the letter d."""
        following = self.tokens[at + 1] if at + 1 < stop else END
        if self.starts[at] + 1 != (self.starts[at + 1] if at + 1 < stop else -1) or identity("d") in self.given:
            return None
        if following.kind == "command" and following.text in symbols.FONTS | symbols.ACCENTS.keys():
            first, last, end = self.argument(at + 2, at + 1)
            first = at + 1 if following.text in symbols.ACCENTS else first
        elif following.kind == "letter" or following.text in symbols.LETTERS:
            first, last, end = at + 1, at + 2, at + 2
            if end < stop and self.tokens[end].kind == "letter" and self.starts[end] == self.stops[end - 1]:
                return None
        else:
            return None
        inner = self.alone(first, last)
        if inner is None:
            return None
        stems = {name.stem if isinstance(name, Parts) else name for name in self.given}
        is_left = self.begins_statement(at) and self.is_left_side(at, end)
        if f"d{inner}" not in stems and not is_left and (self.given or "\\partial" not in self.source.text):
            return None
        self.values.add(f"d{inner}")
        return f"d{inner}", end

    def letters_end(self, at: int) -> int:
        """Place → where the letters that stand there side by side end."""
        while at < len(self.tokens) and self.tokens[at].kind == "letter":
            at += 1
        return at

    def is_value(self, following: int) -> bool:
        """Whether what stands behind a word says that it is a value: \\text{abs} \\cdot x."""
        at = self.skip_blanks(following)
        return at >= len(self.tokens) or self.tokens[at].text in _OPERATORS or self.tokens[at].kind in ("row", "end")

    def all_known(self, run: str) -> bool:
        """Whether each letter of a word has a value."""
        return bool(self.given) and all(identity(letter) in self.given for letter in run)

    def begins_statement(self, at: int) -> bool:
        """Whether nothing stands before a token in its row."""
        before = at - 1
        while before >= 0 and only_sets(self.tokens[before]):
            before -= 1
        return before < 0 or self.tokens[before].kind in ("row", "begin")

    def is_left_side(self, at: int, end: int) -> bool:
        """Whether letters are all that stands left of "="."""
        begins = self.begins_statement(at)
        following = self.skip_blanks(end)
        while following < len(self.tokens) and self.tokens[following].text in ("_", "^"):
            following = self.skip_blanks(self.argument(following + 1, following)[2])
        return begins and following < len(self.tokens) and self.tokens[following].text in ("=", "(", ":=", "&")

    def alone(self, first: int, last: int) -> str | None:
        """A group that is one letter, perhaps with an accent or in another font → it; None for anything else."""
        inside = [token for token in self.tokens[first:last] if token.kind != "space" and token.text not in "{}"]
        looks = symbols.FONTS | symbols.BLANKS | set(symbols.ACCENTS) | {"mathsf", "mathrm", "rm", "textbf"}
        kinds = [token for token in inside if token.kind != "command" or token.text not in looks]
        if len(kinds) != 1 or not (kinds[0].kind == "letter" or kinds[0].text in symbols.LETTERS):
            return None
        if any(token.text in ("mathcal", "cal") for token in inside):
            return "ℒ" if kinds[0].text == "L" else flat(inside)
        return flat(inside)
