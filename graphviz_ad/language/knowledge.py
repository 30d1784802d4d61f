"""Names of one parse → what they are: set, given or operations, and which spellings are one name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from graphviz_ad.language import run_together, tokens
from graphviz_ad.language.bars import Bars
from graphviz_ad.language.called import PROGRAMS, R_LIST
from graphviz_ad.language.distributions import distribution
from graphviz_ad.language.left_names import defined_names, set_names
from graphviz_ad.language.letters import array_name
from graphviz_ad.language.modules import BEHIND_DOT, is_library
from graphviz_ad.language.names import Parts, identity, letter, pieces, split
from graphviz_ad.language.tree import NAME, NUMBER
from graphviz_ad.language.vocabulary import EMPTY, GATES, LETTERED, LIBRARIES, LOG_NOTE, LOGARITHMS, LOGIC, SUMS, TRUTH

LOWER_INDEX = re.compile(r"[^\W\d_]['′]?|\{ *[^\W\d_]['′]? *(?:(?:!=|[=≠<>≤≥])[^{}]*|(?:, *[^\W\d_]['′]? *)+)?\}")
"""A letter that a sum runs over, as it stands below it."""
_RATIO = re.compile(r"d\w+/d\w+['′]*")
"""A derivative as programs write it: dL/dw."""
VALUE_LETTERS = frozenset("abcfghijklmnopqrstuvwxyzABCDEGHIJLMNOPQRSUVWXYZ")
"""Letters that alone or before a number are nothing but values."""
_MAX_PRODUCT_LETTERS = 40
"""Letters of a name that may be a product; all ways to part it are tried, which takes time for a long one."""
_FACTOR = re.compile(tokens.NAME_PATTERN)
"""A part of a name that can be a factor."""
OF_NAMES = re.compile(rf"\([ \t]*{tokens.NAME_PATTERN}(?:[ \t]*[,;][ \t]*{tokens.NAME_PATTERN})*[ \t]*\)")
"""Names in brackets."""
_DERIVATIVE_OF_OPERATION = re.compile(
    r"(?P<of>[^\W\d_]\w*?)_?(?:prime|derivative|deriv|der|grad|diff|Prime|Derivative|Deriv|Grad)"
    r"|(?:d_?|deriv_|derivative_|derivative_of_|grad_)(?P<by>[^\W\d_]\w+)"
)
"""What programs call the derivative of an operation: relu_prime, sigmoid_derivative, d_tanh."""
_P_ALONE = re.compile(r"(?<!\w)p(?!\w)")
"""The name p by itself."""
_VALUE_AND_FUNCTION = re.compile(r"([^\W\d_](?:_[ijkn])?)(log|ln|exp|tanh|sin|cos|sqrt|max|min)")
"""A value and a function without a space between them."""
_ACTIVATIONS = frozenset(("σ", "sigma", "sigmoid", "tanh", "relu", "ReLU", "softmax"))
"""Operations that have the number of a layer below their names."""
_CHOSEN = re.compile(r"(?<!\w)C[ \t]*\([ \t]*[nNmM0-9][^(),\n]*,[^(),\n]+\)(?![ \t]*=(?!=))")
"""A binomial coefficient: C(n, k)."""
_STAND_INS = re.compile(r"([\u3400-\u4dbf])\1*|[^\u3400-\u4dbf]+")
"""Words that stand for names of several words or with brackets, and what stands between them."""


@dataclass(frozen=True, slots=True)
class Word:
    """Says of a name that may be more than a value what it is ("function", "sum", …), which operation is meant, and its
    name in a call."""

    sort: str
    name: str
    written: str = ""


class Knowledge(Bars):
    """Says what a name is, wherever it stands."""

    names: dict[str, str | Word]
    """Names as typed → the spelling under which they were first met, or what else they are."""
    spelled: dict[Parts | str, str]
    """Names by identity → that spelling."""
    respelled: set[str]
    """Words that stand for names which are none by themselves, as W[1]."""
    defaults: set[str]
    """Names that were read as something else, since no value is given for them."""
    consulted: set[str]
    """Names that are read as they are since a value is given for them."""

    @cached_property
    def set_names(self) -> frozenset[str]:
        """→ Names that some statement gives a value to, and those for which values are given."""
        return set_names(self.plain) | self.vocabulary.values

    @cached_property
    def defined(self) -> frozenset[str]:
        """→ Functions that some statement defines."""
        return defined_names(self.plain)

    @cached_property
    def bare(self) -> frozenset[str]:
        """→ Names that stand somewhere without a bracket behind them, or are set or given."""
        pattern = rf"({tokens.NAME_PATTERN})(?!['′″]*[ \t]*\(|[ \t]*=(?!=))"
        return frozenset(re.findall(pattern, self.plain)) | self.set_names

    @cached_property
    def has_paths(self) -> bool:
        """Whether names stand behind dots, as in np.exp(x)."""
        return BEHIND_DOT.search(self.source.text) is not None

    @cached_property
    def given(self) -> frozenset[Parts | str]:
        """→ Identities of the names that values are given for."""
        return frozenset(map(identity, self.vocabulary.values))

    def is_set(self, word: str) -> bool:
        """Whether a name has a value in this formula."""
        if word in self.set_names:
            if word in self.vocabulary.values:
                self.consulted.add(word)
            return True
        if self.given and (identity(word) in self.given or identity(array_name(word)) in self.given):
            self.consulted.add(word)
            return True
        return False

    def learn(self, word: str) -> str | Word:
        """Name met for the first time → its spelling, or what else it is."""
        known = None if self.vocabulary is EMPTY else self.classify(word)
        self.names[word] = known = known or self.spelled.setdefault(identity(word), word)
        return known

    def classify(self, word: str) -> Word | str | None:
        """Name → what it is besides a value, or another name that is meant; None where it is no more."""
        is_letter = (len(word) == 1 or word[1:].isdecimal()) and word[0] in VALUE_LETTERS
        if is_letter and not self.given and (word != "c" or "<-" not in self.plain):
            return None
        stem, _, below = word.partition("_")
        if word in LIBRARIES:
            return Word("library", word)
        if word in ("if", "then", "else", "IF"):
            return Word("choice", word)
        if word in ("for", "when", "otherwise"):
            return Word("case", word)
        if word in TRUTH or word in LOGIC:
            return Word("constant" if word in TRUTH else "logic", word)
        if (factor := self.glued(word)) is not None:
            return Word("glued", factor)
        if self.is_set(word):
            return self.both(word)
        if word == "e":
            return Word("euler", word)
        if word == "t" and "%*%" in self.plain and "t" not in self.set_names:
            return Word("function", "transpose")  # R
        if word == "c" and ("%*%" in self.plain or "<-" in self.plain) and word not in self.defined:
            return Word("program", R_LIST)
        if word in ("M_PI", "PI"):
            return "π"
        if word in ("sum", "prod") and word not in self.defined:
            return Word("word", word)
        if word[0] in SUMS and len(stem.rstrip("ᵢⱼₖₗₘₙₜ")) == 1 and f"|{word}|" not in self.plain:
            return Word("sum", SUMS[word[0]])
        if below and stem in LETTERED and LOWER_INDEX.fullmatch(below):
            return Word("sum", LETTERED[stem])
        if word in LOGARITHMS:
            return Word("function", LOGARITHMS[word])
        if stem == "log" and self.is_set(below.strip("{}")):
            return Word("based", word)
        if word[0] == "d" and len(word) > 1 and any(_RATIO.fullmatch(name) for name in self.set_names):
            return Word("leibniz", word)
        if (operation := self.numbered_or_typed(word)) is not None:
            return Word("function", operation)
        if word == "pi" and self.given and self.is_set("p") and not _P_ALONE.search(self.plain):
            self.notes["pi is read as p_i, since a value is given for p; write π for the number"] = None
            return "p_i"
        if word == "lg":
            self.notes["lg is the logarithm to base 10; ln is the natural one"] = None
        if word == "LOG" and self.source.text.lstrip()[:1] == "=":
            self.notes[LOG_NOTE] = None
            return Word("function", "log10")
        if self.has_paths and is_library(self.source.text, word, self.vocabulary):
            return Word("library", word)  # t.exp(x), where t has no value
        word_or_binomial = "binom" if word == "C" and _CHOSEN.search(self.plain) else word
        if word_or_binomial in PROGRAMS and word not in self.defined:
            return Word("program", word_or_binomial)
        function = None if word in self.defined else self.vocabulary.function(word)
        if function is not None and len(word) > 1 and letter(word) != word:  # gamma
            if word in self.bare:
                return None
            self.notes[f"{word}(…) is the Gamma function; a value that is given for {word} makes it a factor"] = None
        two = len(word) == 2 and self.given and self.factors(word)  # mv, where m and v have values
        if function is not None and not (two and re.search(rf"{word}[ \t]*[(A-Za-z]", self.source.text) is None):
            return Word("function", function, self.called(word, function))
        if word not in self.bare | self.defined and (operation := distribution(word, self.plain)):
            self.notes[f"{word}(…) is {operation}(…); for a product write {word}*(…)"] = None
            return Word("derived" if operation[-1] == "'" else "function", operation, operation)
        if (operation := self.differentiated(word)) is not None:
            return Word("derived", f"{operation}'")
        if word[-1] == "'" and self.given and word[:-1] not in self.defined and self.is_set(word[:-1]):
            return Word("turned", word[:-1])
        is_lettered = len(word) == 2 and word[1] in "ijkn" and word != "pi"
        if is_lettered and self.is_set(word[0]) and not self.are_numbers(word):
            return f"{word[0]}_{word[1]}"  # Xi, where X has a value
        if self.factors(word):
            return Word("product", word)
        if run_together.waves(word):
            return Word("waves", word)
        function, argument = run_together.function_before(word)
        if function and (self.is_set(argument) or run_together.is_argument(argument)):
            self.notes[f"{word} is read as {function}({argument})"] = None
            return Word("fused", function)
        if not self.given and run_together.DOUBTFUL.fullmatch(word) and word not in self.defined:
            self.notes[f"{word} is read as one name; for the product write {word[0]} {word[1]}"] = None
        return None

    def differentiated(self, word: str) -> str | None:
        """What a program calls the derivative of an operation → the operation's name; None for any other name."""
        name = _DERIVATIVE_OF_OPERATION.fullmatch(word) if word != "dexp" else None  # R's density
        operation = self.vocabulary.function(name["of"] or name["by"]) if name and word not in self.defined else None
        if operation is None or re.search(rf"(?<!\w){word}[ \t]*\(", self.plain) is None:
            return None
        other = "; where the argument is the value already, write a*(1 - a)" if operation == "sigmoid" else ""
        self.notes[f"{word}(…) is read as the derivative of {operation} at its argument{other}"] = None
        return operation

    def glued(self, word: str) -> str | None:
        """ylog, y_ilog before an argument → the value that a function is glued to; None for any other name."""
        if (match := _VALUE_AND_FUNCTION.fullmatch(word)) is None:
            return None
        if identity(word) in self.given or word in self.set_names or self.vocabulary.operation(word) is not None:
            return None
        is_function = self.vocabulary.function(match[2]) == match[2]
        called = not self.given and word not in self.defined and re.search(rf"(?<!\w){word}[ \t]*\(", self.plain)
        return match[1] if is_function and (called or self.is_set(match[1])) else None

    def numbered_or_typed(self, word: str) -> str | None:
        """σ₁(…), the activation of a layer, and expf(…), powl(…) as C has them → the operation; None for others."""
        stem, _, below, *_ = parts = split(word)
        is_gate = below in GATES and stem in ("σ", "sigma")
        is_numbered = stem in _ACTIVATIONS and (is_gate or below.isdecimal()) and parts == Parts(stem, below=below)
        name = operation = self.vocabulary.function(letter(stem)) if is_numbered else None
        if name is None and word[-1] in "fl" and self.vocabulary.function(word) is None:
            operation = self.vocabulary.function(word[:-1])
        call = rf"(?<![\w.]){re.escape(word)}[ \t]*\("
        if operation is None or word in self.defined or re.search(call, self.plain) is None:
            return None
        if name is not None:
            self.notes[f"{word}(…) is read as {stem}(…)"] = None
        return operation

    def both(self, word: str) -> Word | None:
        """Name of an operation for which there is a value too → the operation, which mean(…) is while mean is the
        value; None for others."""
        name = self.vocabulary.operation(word)
        if name is None or len(word) < 2 or letter(word) != word or word in self.defined:
            return None
        places = list(re.finditer(rf"(?<![\w.]){re.escape(word)}(?!\w)", self.plain))
        calls = [place for place in places if self.plain.startswith("(", place.end())]
        depends = len(calls) == len(places) and all(OF_NAMES.match(self.plain, place.end()) for place in calls)
        if not calls or depends:  # MSE(θ): what the value depends on
            return None
        return Word("both", name, self.called(word, name))

    def factors(self, word: str) -> list[str]:
        """A name that is several names with values, one behind the other → these: wx is w and x; else nothing.

        Letters with their subscripts are tried first, as in w_1x_1.
        """
        if len(word) < 2 or len(word) > _MAX_PRODUCT_LETTERS:
            return []

        def is_factor(part: str, start: int) -> bool:
            """Whether a part of the word, which begins at `start`, is a name or a number that can be multiplied."""
            if _FACTOR.fullmatch(part) is None:
                return False
            if part[-1] == "'" and start and not self.is_set(part):
                return self.is_set(part[:-1])  # QK', a transpose
            is_letter = part == "π" or part == ("I" if start else "T")
            return part.isdecimal() or self.is_set(part) or part in self.respelled or is_letter

        if (
            self.respelled and len(apart := [part[0] for part in _STAND_INS.finditer(word)]) > 1
        ):  # P(A)P(B), where P(A) is given
            return apart
        is_factor_of_e = word[-1] == "e" and (self.is_set(word[:-1]) or (not self.given and len(word) == 2))
        if is_factor_of_e and run_together.is_raised(word, self.plain) and not self.is_set("e"):
            return [word[:-1], "e"]  # λe^{-λx}
        parts = pieces(word, is_factor) if self.given else []
        if not parts and run_together.is_numbered(word):
            return []
        return parts or run_together.factors(word, *self.shown, self.plain)

    @cached_property
    def shown(self) -> tuple[frozenset[str], frozenset[str]]:
        """→ Names of one letter that stand alone somewhere, and what the left sides are functions of."""
        return run_together.alone(self.bare), run_together.parameters(self.plain)

    def called(self, word: str, name: str) -> str:
        """Name as typed, and that of its operation → the one that the table of operations has."""
        return word if word in self.vocabulary.functions else name

    def value(self, name: str, start: int, stop: int, want: bool) -> bool:
        """A name as the latest operand → no value comes next."""
        if not want:
            self.juxtapose(start)
        known = self.names.get(name) or self.spelled.setdefault(identity(name), name)
        name = known if isinstance(known, str) else name
        self.add(NAME, name, (), (start, stop), start)
        return False

    def number(self, number: float, start: int, stop: int, want: bool) -> None:
        """Add a number as the latest operand."""
        if not want:
            self.juxtapose(start)
        self.add(NUMBER, number, (), (start, stop), start)
