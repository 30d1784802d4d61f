"""Names in LaTeX → names in plain notation: one letter each, with accents and scripts; words where it says so."""

from __future__ import annotations

import re
import unicodedata

from graphviz_ad.language.latex import symbols
from graphviz_ad.language.latex.flatten import flat
from graphviz_ad.language.latex.labels import COUNTED, Range, Task
from graphviz_ad.language.latex.pieces import END
from graphviz_ad.language.latex.tokens import fail
from graphviz_ad.language.latex.words import Words
from graphviz_ad.language.names import identity

DERIVED = re.compile(r"[^\W\d_][\w{}^()\[\]'\u0300-\u036f+-]*")
"""What is derived, or by what."""
_ARGUMENTS = re.compile(r"(?<!\^)\([^()]*\)$")
"""What a value that is derived depends on: the (w, b) of ∂J(w, b)."""
_GATE_DEFINED = re.compile(r"\\sigma_\{?g\}?\s*\([^()]*\)\s*&?=(?!=)")
"""A left side that says what σ_g is."""
_RAISED_PART = re.compile(r"\^(?:\{([^{}()]+)\}|(\w))")
"""What stands raised in a name."""
_VECTORS = frozenset(
    ("mathbf", "boldsymbol", "bm", "vec", "pmb", "symbf", "symbfit", "bf", "overrightarrow", "underline")
)
"""How vectors look."""
_EULER = re.compile(
    r"(?<![A-Za-z\\{}])(?<!\\vec )(?<!\\bm )(?<!\\hat )(?<!\\bar )(?<!\\tilde )(?<!\\bf )e *\^(?! *\{ *\()"
    r"|\\mathrm *\{e\} *\^"
)
"""A power of Euler's number."""


class Names(Words):
    """Reads letters and commands as names."""

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

    def gate_sigmoid(self, at: int, stop: int) -> int | None:
        """\\sigma_g before a bracket, without a value → where to go on behind the g: it is the sigmoid of gates."""
        below, above, after = self.script_ranges(at, stop)
        bracket = self.skip_blanks(after)
        if below is None or above is not None or bracket >= stop or not self.opens(bracket):
            return None
        if (
            flat(self.tokens[slice(*below)]) != "g"
            or identity("σ_g") in self.given
            or _GATE_DEFINED.search(self.source.text) is not None
        ):
            return None
        self.notes["σ_g is read as the sigmoid, the activation of gates"] = None
        return after

    def derivative(self, above: Range, below: Range) -> str:
        """Numerator and denominator → the name ∂L/∂w that they are; "" where they are a quotient."""
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
                is_function = self.tokens[at].kind == "command" and text in symbols.FUNCTIONS  # no d of a derivative
                return "" if is_function else text[0]
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
