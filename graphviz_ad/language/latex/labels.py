"""What stands below and above a name in LaTeX → subscripts and labels that join it, powers, transposes."""

from __future__ import annotations

import re
from functools import cached_property

from graphviz_ad.language.latex import symbols
from graphviz_ad.language.latex.flatten import flat
from graphviz_ad.language.latex.pieces import SKIPPED, only_sets
from graphviz_ad.language.latex.tokens import Tokens, partners
from graphviz_ad.language.layers import euler_labels, label_note, raised_labels
from graphviz_ad.language.letters import PICKED
from graphviz_ad.language.names import Parts, identity
from graphviz_ad.language.vocabulary import Vocabulary
from graphviz_ad.source import Source

Task = tuple[str, int] | tuple[int, int, str]
"""A piece of text and its place, or a range of tokens to be read and how ("", or "row" in an environment)."""
Range = tuple[int, int]
"""The number of the first token of a part, and of the one behind its last."""

LABEL = re.compile(r"(?:\([^\W_]{1,8}(?:[-+][0-9]{1,4})?\)|\[[^\W_]{1,8}(?:[-+][0-9]{1,4})?\])+")
"""Raised labels with their brackets, of a layer or an example: (1), [l-1]."""
LABELS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
"""One of these labels."""
_MIN_WORD = 3
"""Letters above a name from which on they are a word, where not each has a value: x^{norm}."""
_LAYER = re.compile(r"[^\W_]+[-+][0-9]+")
"""A layer beside another."""
_COUNTED_LEFT = re.compile(
    r"(?:^|[\n&$]|\\\\)[ ]*(?:\\[a-z]+ *\{)*\\?[A-Za-z]\S{0,30}?"
    r"\^\{ *([A-Za-z]|\\ell) *[-+] *[0-9]+ *\}(?:_\S+)?[ &]*(?::?=|\\leftarrow|\\gets)"
)
"""A left side that is counted above: x^{k+1} = …"""
_COUNTED_ABOVE = re.compile(r"\^\{ *(?:[A-Za-z]|\\ell) *[-+] *[0-9]")
"""The middle of it, quickly found."""
COUNTED = re.compile(r"[A-Za-zℓ](?:[-+][0-9]+)?")
"""What stands above such a name: k, k+1."""


_TURNED = "is the conjugate transpose, which of real values is the transpose"
_DAGGER = f"^† {_TURNED}, not the pseudo-inverse"
CONJUGATES = {"H": f"^H {_TURNED}", "dagger": _DAGGER, "dag": _DAGGER, "†": _DAGGER, "*": f"^* {_TURNED}"}
"""What stands raised for the conjugate transpose, and the note that says so."""
_BOLD = re.compile(r"\{?\\(?:mathbf|boldsymbol|bm|pmb|bf|vec|symbf)(?![A-Za-z])")
"""A command for a vector or a matrix."""
_ARROWED = re.compile(
    r"\\(?:vec(?![A-Za-z])|d?dot[ ]*\{?[ ]*\\(?:mathbf|boldsymbol|bm|vec)(?![A-Za-z])|overrightarrow(?![A-Za-z]))"
)
"""A vector as physics has it: with an arrow, or in bold with a dot over it."""
_TWO_INDICES = re.compile(r"([ijklmn])(?!\1)[ijklmn]")
"""Two letters that are indices."""
_BOLD_H = re.compile(r"\\(?:mathbf|boldsymbol|bm|pmb|symbf)[ ]*\{?[ ]*H(?![A-Za-z])")
"""The letter H as a matrix."""
_STARRED_LEFT = re.compile(r"\^[ ]*(?:\*|\\ast|\{[ ]*(?:\*|\\ast)[ ]*\})[^=&\n\\]{0,20}&?[ ]*:?=(?!=)")
"""A left side with a star, which says what is best."""
GROWING = frozenset(("left", "right", "big", "Big", "bigg", "Bigg", "bigl", "Bigl", "bigr", "Bigr"))
"""Commands before a bracket that make it grow, and such with a bar."""
COMBINATIONS = ("(factorial(", ")/(factorial(", ")·factorial((", ")-(", "))))")
"""What stands round n, r, n, r in n!/(r! (n - r)!)."""
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
"""Brackets of any kind."""
_ENDING = frozenset(("+", "-", "*", "=", ")", "]", ",", "&", "}", "right"))
"""What ends a power that is written without brackets."""


class Labels:
    """Holds the tokens of a formula, and reads what stands below and above a name."""

    def __init__(self, source: Source, tokens: Tokens, vocabulary: Vocabulary) -> None:
        self.source, self.vocabulary = source, vocabulary
        self.tokens, self.starts, self.stops = tokens
        self.partners = partners(source, tokens)
        self.notes: dict[str, None] = {}
        self.values: set[str] = set()
        self.counts: set[str] = set()  # names whose numbers were taken
        self.compared: set[int] = set()  # tokens in conditions, where "=" compares
        self.enclosing: set[int] = set()  # braces that are the brackets of a function
        self.given = {identity(name) for name in vocabulary.values}
        self.called = {name.partition("(")[0] for name in vocabulary.values if "(" in name}
        self.labelled = {name.stem for name in self.given if isinstance(name, Parts) and name.above}
        raised = {name.above.strip("()") for name in self.given if isinstance(name, Parts)}
        self.labels = {label for label in raised if label.isalpha() and label not in self.given}
        counted = _COUNTED_LEFT.findall(source.text) if _COUNTED_ABOVE.search(source.text) else ()
        self.counters = {letter.replace("\\ell", "ℓ") for letter in counted}
        self.raised_labels = raised_labels(source.text, self.given)

    def power(self, above: Range) -> list[Task]:
        """What stands raised → a transpose, or an exponent."""
        first, last = above
        text = flat(self.tokens[first:last])
        place = self.starts[first] if first < last else 0
        if last == first + 1 and self.tokens[first].kind == "number":
            return [(f"^{text}" if text.isdecimal() and self.ends(last) else f"^({text})", place)]
        if text == "⊤" or self.tokens[first].text == "intercal":
            return [("ᵀ", place)]
        if text in ("-⊤", "−⊤") or (text in ("-T", "−T") and identity("T") not in self.given):
            return [("ᵀ^(-1)", place)]
        if text.rstrip("⊤T") != text and not text.strip("'⊤T") and text[0] == "'":  # X^{\prime\top}
            return [(text.rstrip("⊤T"), place), ("ᵀ", place)]
        if text == "T" and identity("T") not in self.given:
            return [("^T", place)]
        if not text and all(map(only_sets, self.tokens[first:last])):
            return []  # x^{\,}
        if set(text) <= {"'"} and text:
            return [(text, place)]
        return [("^(", place), (first, last, ""), (")", place)]

    def before(self, at: int) -> int:
        """Place → that of the token before it that does more than set; -1 where there is none."""
        at -= 1
        while at >= 0 and (self.tokens[at].joins == SKIPPED or self.tokens[at].text in GROWING):
            at -= 1
        return at

    @cached_property
    def closers(self) -> dict[int, int]:
        """→ For each opening bracket the place of what closes it, whatever the two are."""
        pairs: dict[int, int] = {}
        stack: list[int] = []
        for place, token in enumerate(self.tokens):
            if token.text in _OPENING:
                stack.append(place)
            elif token.text in _CLOSING and stack:
                pairs[stack.pop()] = place
        return pairs

    @cached_property
    def openers(self) -> dict[int, int]:
        """→ For each closing brace the place of the one that opens it."""
        return {close: begin for begin, close in self.partners.items()}

    def bracketed(self, at: int, stop: int) -> tuple[tuple[int, int] | None, int]:
        """A bracket at a place → what stands in it, and where to go on; None where there is none."""
        close = self.closers.get(at, stop)
        return ((at + 1, close), close + 1) if close < stop else (None, at)

    def is_long(self, first: int, last: int) -> bool:
        """Whether a part of a fraction is more than one letter or number."""
        return last - first != 1 or self.tokens[first].kind not in ("letter", "number")

    def combinations(self, n: Range, k: Range, place: int) -> list[Task]:
        """Two numbers n and k → the tasks of n!/(k! (n - k)!)."""
        tasks: list[Task] = [(COMBINATIONS[0], place)]
        for part, sign in zip((n, k, n, k), COMBINATIONS[1:], strict=True):
            tasks += [(*part, ""), (sign, place)]
        return tasks

    def square(self, at: int, stop: int) -> tuple[Range | None, int]:
        """A square bracket at a place, perhaps behind \\left → what stands in it, and where to go on; None for none."""
        tokens = self.tokens
        while at < stop and (tokens[at].joins == SKIPPED or tokens[at].text in GROWING):
            at += 1
        return self.bracketed(at, stop) if at < stop and tokens[at].text == "[" else (None, at)

    def has_comma(self, inside: Range) -> bool:
        """Whether a comma stands right within a bracket."""
        at = inside[0]
        while at < inside[1]:
            if (self.tokens[at].kind, self.tokens[at].text) == ("sign", ","):
                return True
            at = self.closers.get(at, at) + 1
        return False

    def is_given_call(self, name: str, at: int) -> bool:
        """Whether what stands in brackets behind a name is given with it: a value for E(z)."""
        if at >= len(self.tokens) or self.tokens[at].text != "(":
            return False
        inside, _ = self.bracketed(at, len(self.tokens))
        return inside is not None and identity(f"{name}({flat(self.tokens[inside[0] : inside[1]])})") in self.given

    def closed(self, at: int) -> int:
        """Round bracket → the place behind the one that closes it; the end, where none does."""
        depth = 0
        for place in range(at, len(self.tokens)):
            depth += {"(": 1, ")": -1}.get(self.tokens[place].text, 0)
            if depth == 0:
                return place + 1
        return len(self.tokens)

    def is_name_alone(self, at: int, close: int) -> bool:
        """Whether braces hold one name with its scripts and primes, and no sign."""
        inside = self.tokens[at + 1 : close]
        return sum(token.kind == "letter" for token in inside) < 3 and all(
            token.kind in ("letter", "number", "command", "space") or token.text in "{}_'" for token in inside
        )

    def ends(self, at: int) -> bool:
        """Whether a power without brackets ends before a token, perhaps behind braces and a space."""
        tokens = self.tokens
        if at < len(tokens) and tokens[at].text == "}":
            at += 1
        if at < len(tokens) and tokens[at].kind == "space":
            at += 1
        return at >= len(tokens) or tokens[at].kind == "row" or tokens[at].text in _ENDING

    def lower(self, lowered: str, *, closing: bool) -> str:
        """The text of a lower script → what joins the name, or the order of a norm."""
        text = lowered.replace(" ", "").replace("−", "-")
        if not text:
            return ""  # A_{}
        if "·" in text:
            text = re.sub(r"(?<=[^,·])·(?=[^,·])", "", text)  # 2 \\cdot i, but i\\cdot for all of a row
        if "_" in text and PICKED.fullmatch(text) is not None:
            return f"_{{{text}}}"
        if "_" in text and not closing and identity(text) not in self.given:  # s_{y_i}, where y_i is given
            text = text.replace("_", "")
        return f"_{text}" if text.isalnum() and text.isascii() else f"_{{{text}}}"

    def label(self, above: Range, name: str, lowered: str = "") -> str:
        """An upper script that is a label, as (1), [l], * or ⟨t⟩ → what joins the name; "" where it is a power."""
        text = flat(self.tokens[above[0] : above[1]]).replace(" ", "").replace("−", "-")
        if text == "*" and self.is_conjugate("*", name, 0):
            return ""
        if text in ("*", "-", "+"):
            return f"_{{{text}}}"
        first = self.tokens[above[0]]
        if first.kind == "command" and first.text in symbols.WORDS | symbols.FONTS and len(text) > 1 and text.isalpha():
            return f"^{{({text})}}"  # β^{\\text{ridge}}
        if text.isalnum() and lowered and identity(f"{lowered}^{text}") in self.given:  # W_i^Q
            return f"^{{({text})}}"
        if text.isalnum() and (identity(f"{name}^{text}") in self.given or text in self.labels):  # a^L
            return f"^{{({text})}}"
        if len(text) >= _MIN_WORD and text.isascii() and text.isalpha() and text.islower() and name != "e":
            known = bool(self.given) and all(identity(letter) in self.given for letter in text)
            if not known and all(token.kind == "letter" for token in self.tokens[slice(*above)]):
                return f"^{{({text})}}"  # Q^{ret}
        if _LAYER.fullmatch(text) and identity(f"{name}^{{{text}}}") in self.given:  # a^{l-1}
            return f"^{{({text})}}"
        if text[:1] == "π" and re.match(r"[ }]*(?:\\left)? *\(", self.source.text[self.stops[above[1] - 1] :]):
            return f"^{{({text.replace('_', '')})}}"
        if name != "e" and text[:1] in self.raised_labels and COUNTED.fullmatch(text):
            self.notes[label_note(text[0])] = None
            return f"^{{({text})}}"
        if name not in ("e", "β", "γ", "δ") and text[:1] in self.counters and COUNTED.fullmatch(text):
            self.notes[f"{text[0]} above a name is part of it, as on the left side"] = None
            return f"^{{({text})}}"
        if not LABEL.fullmatch(text):
            return ""
        if name == "e":
            note = (
                ""
                if "e" in self.values
                else euler_labels(f"e^{{{text}}} {self.source.text}", self.given).get(f"e^{{{text}}}")
            )
            if note is None:
                return ""
            self.notes.update({note: None} if note else {})
            self.values.add(f"e^{{{text}}}")  # which is no name in plain notation
        return "".join(f"^{{{label}}}" for label in LABELS.findall(text))

    def is_conjugate(self, sign: str, name: str, place: int) -> bool:
        """Whether H, † or * above a name or a bracket turns it: a star a matrix with a value, H no plain letter."""
        if name == "e":
            return False
        if sign == "*":
            stars = (f"{name}^*", f"{name}_{{*}}")
            return (
                name.isupper()
                and identity(name) in self.given
                and not any(identity(star) in self.given for star in stars)
                and _STARRED_LEFT.search(self.source.text) is None
            )
        if sign != "H":
            return True
        if identity("H") in self.given and name != "H" and _BOLD_H.search(self.source.text) is None:
            return False
        return name[:1].isupper() or name in (")", "]") or _BOLD.match(self.source.text, place) is not None

    def turned_entry(self, name: str, text: str, lowered: str) -> str:
        """A^T_{ij}, where A is given and A_{ij} is not → the entry A_{ji}; "" for any other name."""
        letters = lowered.replace(",", "").replace(" ", "")
        if not _TWO_INDICES.fullmatch(letters) or identity(name) not in self.given or identity(text) in self.given:
            return ""
        turned = f"{name}_{{{letters[::-1]}}}"
        self.notes[f"the entry {letters[0]}, {letters[1]} of the transpose of {name} is {turned}"] = None
        return turned

    def is_squared_vector(self, place: int) -> bool:
        """Whether a name that is squared has an arrow, or is the rate of change of a bold one: what counts is its
        length, as in physics."""
        if _ARROWED.match(self.source.text, place) is None:
            return False
        self.notes[
            "the square of a vector with an arrow, or with a dot over it, is that of its length; else write v ⊙ v"
        ] = None
        return True

    def row_or_column(self, name: str, row: str | None, column: str | None) -> str:
        """A matrix, and the row or the column that is meant → X_i for X_{i,:}, the entry of the transpose for X_{:,k},
        and where it is a number an index, counted from 1."""
        place = row or column or ""
        if place.isdecimal():
            first = 0 if place == "0" else 1
            which = "row" if row else "column"
            self.notes[f"{which} {place} of {name} is counted from {first}"] = None
            index = int(place) - first
            return f"{name}[{index}]" if row else f"{name}[:,{index}]"
        return f"{name}_{{{place}}}" if row else f"({name}ᵀ)_{{{place}}}"
