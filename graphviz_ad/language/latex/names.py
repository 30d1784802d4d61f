"""Names in LaTeX → names in plain notation: one letter each, with accents and scripts; words where it says so."""

from __future__ import annotations

import re
import unicodedata

from graphviz_ad.language.latex import symbols
from graphviz_ad.language.latex.flatten import flat
from graphviz_ad.language.latex.labels import COUNTED, Range, Task
from graphviz_ad.language.latex.pieces import CLOSE_BY, END
from graphviz_ad.language.latex.scripts import Scripts
from graphviz_ad.language.latex.tokens import fail
from graphviz_ad.language.names import Parts, identity

DERIVED = re.compile(r"[^\W\d_][\w{}^()\[\]'\u0300-\u036f+-]*")
"""What is derived, or by what."""
_ARGUMENTS = re.compile(r"(?<!\^)\([^()]*\)$")
"""What a value that is derived depends on: the (w, b) of ∂J(w, b)."""
_RAISED_PART = re.compile(r"\^(?:\{([^{}()]+)\}|(\w))")
"""What stands raised in a name."""
_CALLED_WORDS = ("log", "exp", "tanh")
"""Functions that people write as letters, right before a name."""
_VECTORS = frozenset(
    ("mathbf", "boldsymbol", "bm", "vec", "pmb", "symbf", "symbfit", "bf", "overrightarrow", "underline")
)
"""How vectors look."""
_EULER = re.compile(
    r"(?<![A-Za-z\\{}])(?<!\\vec )(?<!\\bm )(?<!\\hat )(?<!\\bar )(?<!\\tilde )(?<!\\bf )e *\^(?! *\{ *\()"
    r"|\\mathrm *\{e\} *\^"
)
"""A power of Euler's number."""
_MIN_WORD_LETTERS = 4
"""Letters side by side from which on they are taken for one word: target, not t·a·r·g·e·t."""


_OPERATORS = frozenset((
    "+", "-", "*", "/", "=", "cdot", "times", "odot", "^", ",", ")", "]", "}", "&", "right", ".", "circ",
))  # fmt: skip
"""What stands behind a value, and behind no function whose argument is still to come."""


class Names(Scripts):
    """Reads letters and commands as names."""

    # -- words ---------------------------------------------------------------------------------

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
        if end >= len(self.tokens):
            return (
                (run, end)
                if identity(run) in self.given or (len(run) >= _MIN_WORD_LETTERS and not self.all_known(run))
                else (self.tokens[at].text, at + 1)
            )
        following = self.skip_blanks(end)
        next_text = self.tokens[following].text if following < len(self.tokens) else ""
        called = next_text in ("(", "[", "left")
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
        if f"d{inner}" not in stems and (self.given or "\\partial" not in self.source.text):
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
        while before >= 0 and (self.tokens[before].kind == "space" or self.tokens[before].text in symbols.BLANKS):
            before -= 1
        return before < 0 or self.tokens[before].kind in ("row", "begin")

    def is_left_side(self, at: int, end: int) -> bool:
        """Whether letters are all that stands left of "="."""
        begins = self.begins_statement(at)
        following = self.skip_blanks(end)
        while following < len(self.tokens) and self.tokens[following].text in ("_", "^"):
            following = self.skip_blanks(self.argument(following + 1, following)[2])
        return begins and following < len(self.tokens) and self.tokens[following].text in ("=", "(", ":=", "&")

    def symbol(self, at: int, stop: int) -> tuple[str, int]:
        """A command that is a letter or puts an accent on one → the name without scripts, and where to go on."""
        token = self.tokens[at]
        if token.text in symbols.ACCENTS:
            first, last, following = self.argument(at + 1, at)
            letters = flat(self.tokens[first:last])
            if not letters:
                fail(
                    self.source,
                    f"'\\{token.text}' stands over nothing",
                    self.span(at),
                    "as in \\hat{y}",
                )
            if len(letters) > 1 and letters[1] in "_^":
                script = letters[2:] if letters[2:].isalnum() else f"{{{letters[2:]}}}"
                return letters[0] + symbols.ACCENTS[token.text] + letters[1] + script, following
            return unicodedata.normalize("NFC", letters + symbols.ACCENTS[token.text]), following
        if token.text in ("partial", "nabla"):
            sign = "∂" if token.text == "partial" else "∇"
            following = self.skip_blanks(at + 1)
            below, _, after = self.script_ranges(following, stop)
            lower = f"_{{{flat(self.tokens[below[0] : below[1]])}}}" if below else ""
            after = self.skip_blanks(after)
            if after < len(self.tokens):
                first, last, end = self.argument(after, at)
                if sign == "∂" and below:
                    return f"∂{flat(self.tokens[first:last])}/∂{flat(self.tokens[below[0] : below[1]])}", end
                return sign + lower + flat(self.tokens[first:last]), end
            return sign + lower, after
        letter = symbols.LETTERS[token.text]
        if letter == "Δ" and identity("Δ") not in self.given:
            following = self.skip_blanks(at + 1)
            behind = self.tokens[following] if following < stop else END
            if behind.kind == "letter" or (behind.kind == "command" and behind.text in symbols.LETTERS):
                self.values.add(name := "Δ" + flat([behind]))
                return name, following + 1
            if behind.kind == "command" and behind.text in symbols.FONTS:
                first, last, end = self.argument(following + 1, following)
                if (inner := self.alone(first, last)) is not None:
                    self.values.add("Δ" + inner)
                    return "Δ" + inner, end
        return letter, at + 1

    def derivative(self, above: Range, below: Range) -> str:
        """Numerator and denominator → the name ∂L/∂w that they are; "" where they are a quotient."""
        if above[0] < above[1] and self.tokens[above[0]].written is None:
            token = self.tokens[above[0]]
            if token.kind in ("letter", "number") and token.text not in ("∂", "d"):  # most, the quick way
                return ""
        first = self.first_sign(above)
        if first not in ("∂", "d") or first != self.first_sign(below):
            return ""
        names = [_RAISED_PART.sub(self.raised_label, self.with_signs(part)[1:]) for part in (above, below)]
        names[0] = _ARGUMENTS.sub("", names[0])
        if not all(DERIVED.fullmatch(name) for name in names):
            return ""
        return f"∂{names[0]}/∂{names[1]}"

    def raised_label(self, raised: re.Match[str]) -> str:
        """What stands raised in a name that is derived → the same as a label, where it is one."""
        label = raised[1] or raised[2]
        is_label = label in self.labels or (label[0] in self.raised_labels and COUNTED.fullmatch(label) is not None)
        return f"^{{({label})}}" if is_label else raised[0]

    def first_sign(self, group: Range) -> str:
        """Group → the first character that it stands for; "" for none."""
        for at in range(*group):
            if text := self.with_sign(at):
                return text[0]
        return ""

    def with_sign(self, at: int) -> str:
        """A token → its text, ∂ for \\partial."""
        token = self.tokens[at]
        return "∂" if token.kind == "command" and token.text == "partial" else flat([token])

    def with_signs(self, group: Range) -> str:
        """Tokens → their text, braces of scripts kept."""
        pieces = []
        kept: list[bool] = []  # for each brace that is open
        for at in range(*group):
            token = self.tokens[at]
            if token.kind == "sign" and token.text == "{":
                kept.append(at > group[0] and self.tokens[at - 1].text in "_^")
                pieces.append("{" if kept[-1] else "")
            elif token.kind == "sign" and token.text == "}":
                pieces.append("}" if kept.pop() else "")
            else:
                pieces.append(self.with_sign(at))
        return re.sub(r"_\{(\w)\}", r"_\1", "".join(pieces))

    def scripted_group(self, at: int, close: int, stop: int) -> tuple[int, list[Task]] | None:
        """A group with scripts of its own that is a name with scripts, or a norm → its tasks; None for any other."""
        following = self.skip_blanks(close + 1)
        if following >= stop or self.tokens[following].text not in ("_", "^") or close < at + 3:
            return None
        return self.twice_scripted(at, close, stop) or self.braced_norm(at, close, stop)

    def twice_scripted(self, at: int, close: int, stop: int) -> tuple[int, list[Task]] | None:
        """{g_l}_i and {x_j}^{(i)} → the names g_{l,i} and x_j^{(i)}; None for any other group."""
        inside = [token for token in self.tokens[at + 1 : close] if token.kind != "space"]
        stem, _, below = flat(inside).partition("_")
        plain = all(t.kind in ("letter", "number") or t.text in symbols.FONTS or t.text in "_{}" for t in inside)
        if not plain or len(stem) != 1 or not stem.isalpha() or not below.isalnum():
            return None
        lower, above, after = self.script_ranges(close + 1, stop)
        label = self.label(above, stem) if above is not None else ""
        if lower is None and not label:
            return None
        lowered = f"{below},{flat(self.tokens[slice(*lower)]).replace(' ', '')}" if lower is not None else below
        place = self.starts[at]
        text = f"{stem}_{{{lowered}}}{label}"
        return after, [(self.apart(text) + text, place), *(self.power(above) if above and not label else [])]

    def braced_norm(self, at: int, close: int, stop: int) -> tuple[int, list[Task]] | None:
        """{\\|x\\|}_2 → the norm with its order; None for any other group."""
        bars = [
            n for n in range(at + 1, close) if self.tokens[n].kind == "command" and self.tokens[n].text in ("|", "Vert")
        ]
        inside = [n for n in range(at + 1, close) if self.tokens[n].kind != "space"]
        if len(bars) != 2 or bars != [inside[0], inside[-1]]:
            return None
        after, scripts = self.scripts(close + 1, stop, "‖", self.starts[bars[1]], closing=True)
        return after, [(at + 1, bars[1], ""), *scripts]

    def letter_of(self, first: int, last: int) -> str | None:
        """A group with its font → the one letter that it is, None for anything else; a vector e is not the number e."""
        inner = self.alone(first, last)
        is_vector = inner == "e" and any(token.text in _VECTORS for token in self.tokens[first:last])
        if is_vector and _EULER.search(self.source.text) is not None:
            return "e\u20d7"
        self.values.update(["e"] if is_vector else ())
        return inner

    def alone(self, first: int, last: int) -> str | None:
        """A group that is one letter, perhaps with an accent or in another font → it; None for anything else."""
        inside = [token for token in self.tokens[first:last] if token.kind != "space" and token.text not in "{}"]
        looks = symbols.FONTS | symbols.BLANKS | set(symbols.ACCENTS) | {"mathsf", "mathrm", "textbf"}
        kinds = [token for token in inside if token.kind != "command" or token.text not in looks]
        if len(kinds) != 1 or not (kinds[0].kind == "letter" or kinds[0].text in symbols.LETTERS):
            return None
        if any(token.text in ("mathcal", "cal") for token in inside):
            return "ℒ" if kinds[0].text == "L" else flat(inside)
        return flat(inside)
