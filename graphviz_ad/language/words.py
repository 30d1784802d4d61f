"""Names of one parse: values, functions with and without brackets, sum signs, names of modules, methods."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property

from graphviz_ad.language import tokens
from graphviz_ad.language.brackets import Brackets
from graphviz_ad.language.letters import array_name
from graphviz_ad.language.names import GREEK, Parts, identity, letter
from graphviz_ad.language.operators import APPLIED, BIG, CHOICE, JUXTAPOSED
from graphviz_ad.language.operators import POWER as POWER_LEVEL
from graphviz_ad.language.stack import Function
from graphviz_ad.language.tree import CALL, KEYWORD, NAME, NUMBER, OPERATOR, OTHERWISE, Limits
from graphviz_ad.language.vocabulary import EMPTY, LETTERED, LIBRARIES, POPULATION, SUMS

_SET = re.compile(rf"(?:^|[;\n,])[ \t]*({tokens.NAME_PATTERN}|d\w+/d\w+)[ \t]*(?::?=(?!=)|<-|[←≔≜≝≈])")
"""A name that a statement gives a value to."""
_DEFINED = re.compile(r"(?:^|[;\n])[ \t]*(\w+['′]*)[ \t]*\([^()=\n]*\)[ \t]*(?::?=(?!=)|[←≔≜≝])")
_POWER = re.compile(r"[ \t]*(?:(?:\^|\*\*)[ \t]*(?:\{[ \t]*([-−]?[0-9]+)[ \t]*\}|\(?([-−]?[0-9]+)\)?)|([⁻⁺]?[⁰¹²³⁴-⁹]+))")
"""A power between the name of a function and its argument."""
_OPERAND = re.compile(r"[ \t]*(?!(?:if|else|and|or)\b)(?:[^\W]|[.√∛|‖⌊⌈⟨\[{∑∏∞½⅓¼¾∂∇])")
"""What an argument without brackets can begin with."""
_MINUS = re.compile(r"[ \t]+[-−](?=[\w(.√])")
"""A minus that belongs to what follows: exp -x."""
_DOTTED = re.compile(r"((?:\.[ \t]?\w+)+)(\(\)(?=[ \t]*\())?")
_OWN_METHOD = re.compile(r"\([ \t]*(?:axis|dim|keepdim|\)|-?[0-9]+[ \t]*[,)])")
"""What follows the name of a method, whose receiver is the argument, rather than that of a library's function."""
_RAISE = re.compile(r"[ \t]*(?:\^(?!(?:\{[T⊤⊺]\}|[T⊤⊺])(?!\w))|\*\*)")
_LIMITS = re.compile(
    r"(?:[ \t]*_?(\{[^{}\n]*\}|(?<=_)\w+|[ᵢⱼₖₗₘₙₜ]+(?:₌[₀-₉]+)?))?(?:[ \t]*\^(\{[^{}\n]*\}|\([^()\n]*\)|\w+)|[ \t]*([ᴺⁿᵏᵐᵗ]+))?"
)
_BOUND = re.compile(r"[ \t]*([^\W\d]['′]?)(?:[ \t]*=[ \t]*([^{}\n]+?))?[ \t]*")
_LOWERED = str.maketrans("ᵢⱼₖₗₘₙₜ₌₀₁₂₃₄₅₆₇₈₉", "ijklmnt=0123456789")
_RAISED = str.maketrans("ᴺⁿᵏᵐᵗ", "Nnkmt")
_DERIVATIVE = re.compile(
    rf"(?:∂(?:[²³]|\^[0-9])?[ \t]*{tokens.NAME_PATTERN}[ \t]*/[ \t]*∂[ \t]*{tokens.NAME_PATTERN}[²³]?"
    rf"|∇(?:_(?:\{{[^{{}}\n]*\}}|\w))?[ \t]*(?:{tokens.NAME_PATTERN})?)"
)
_INDEX = re.compile(r"[^\W\d_]|\{[ ]*[^\W\d_][ ]*(?:=[^{}]*)?\}")
"""A letter that a sum runs over, as it stands below it."""
_LEIBNIZ = re.compile(r"/d\w+['′]*")
_RATIO = re.compile(r"d\w+/d\w+['′]*")
_SHAPE = re.compile(r"\.(?:shape\[[ \t]*(-?[0-9]+)[ \t]*\]|size\((-?[0-9]+)\))")
_CONSTANTS = {"pi": "π", "inf": "∞", "infty": "∞", "newaxis": "None"}
_VALUES = frozenset("abcfghijklmnopqrstuvwxyzABCDEGHIJLMNOPQRSUVWXYZ")
"""Letters that alone or before a number are nothing but values."""
_LONGEST = 40
"""Letters of a name that may be a product."""
_FACTOR = re.compile(rf"{tokens.NAME_PATTERN}")
"""What can be a factor of one."""
_COPIES = frozenset(("array", "asarray", "tensor", "float32", "float64", "as_tensor", "constant", "Tensor"))
"""Functions of libraries that give what they are given."""
_UNCHANGED = frozenset(("float", "double", "cpu", "item", "numpy", "clone", "contiguous", "copy", "astype", "eval"))
"""Methods that do so."""
_WORDS = {"True": 1.0, "False": 0.0}
_ATTRIBUTES = frozenset(("values", "data", "real"))
"""What may stand behind an array and changes nothing."""


@dataclass(frozen=True, slots=True)
class Word:
    """A name that may be more than a value: what it is ("function", "sum", …), the operation meant, and its name in a call."""

    sort: str
    name: str
    written: str = ""


class Words(Brackets):
    """What a name means where it stands.

    `power` and `library` are what the name of a function read just now has behind and before it.
    """

    power: float | None = None
    library = ""
    condition: int | None = None
    """Under which this statement holds."""
    names: dict[str, str | Word]
    """Names as typed → the spelling under which they were first met, or what else they are."""
    spelled: dict[Parts | str, str]
    """Names by identity → that spelling."""
    defaults: set[str]
    """Names that were read as something else, since no value is given for them."""
    consulted: set[str]
    """Names that are read as they are since a value is given for them."""

    @cached_property
    def set_names(self) -> frozenset[str]:
        """Names that some statement gives a value to, and those for which values are given."""
        text = self.source.text
        return frozenset(_SET.findall(text)) | self.vocabulary.values

    @cached_property
    def defined(self) -> frozenset[str]:
        """Functions that some statement defines."""
        return frozenset(_DEFINED.findall(self.source.text))

    @cached_property
    def bare(self) -> frozenset[str]:
        """Names that stand somewhere without a bracket behind them, or are set or given."""
        pattern = rf"({tokens.NAME_PATTERN})(?![ \t]*\(|[ \t]*=(?!=))"
        return frozenset(re.findall(pattern, self.source.text)) | self.set_names

    @cached_property
    def given(self) -> frozenset[Parts | str]:
        """Identities of the names that values are given for."""
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
        known: str | Word | None = None if self.vocabulary is EMPTY else self.classify(word)
        if known is None:
            known = self.spelled.setdefault(identity(word), word)
        self.names[word] = known
        return known

    def classify(self, word: str) -> Word | None:
        """Name → what it is besides a value, None where it is no more."""
        if (len(word) == 1 or word[1:].isdigit()) and word[0] in _VALUES and not self.given:
            return None
        stem, _, below = word.partition("_")
        if word in LIBRARIES:
            return Word("library", word)
        if word in ("if", "then", "else", "IF"):
            return Word("choice", word)
        if word in ("for", "when", "otherwise"):
            return Word("case", word)
        if word in _WORDS:
            return Word("constant", word)
        if self.is_set(word):
            return None
        if word == "e":
            return Word("euler", word)
        if word in ("sum", "prod") and word not in self.defined:
            return Word("word", word)
        if word[0] in SUMS and len(stem.rstrip("ᵢⱼₖₗₘₙₜ")) == 1:
            return Word("sum", SUMS[word[0]])
        if below and stem in LETTERED and _INDEX.fullmatch(below):
            return Word("sum", stem)
        if stem == "log" and below.strip("{}") in ("2", "10", "e"):
            return Word("function", {"2": "log2", "10": "log10", "e": "log"}[below.strip("{}")])
        if word in ("log₂", "log₁₀"):
            return Word("function", "log2" if word == "log₂" else "log10")
        if word[0] == "d" and len(word) > 1 and any(_RATIO.fullmatch(name) for name in self.set_names):
            return Word("leibniz", word)
        if word == "LOG" and self.source.text.lstrip()[:1] == "=":
            self.notes["LOG is the logarithm to base 10, as spreadsheets have it; LN is the natural one"] = None
            return Word("function", "log10")
        function = None if word in self.defined else self.vocabulary.function(word)
        if function is not None:
            return Word("function", function, self.called(word, function))
        return Word("product", word) if self.factors(word) else None

    def factors(self, word: str) -> list[str]:
        """A name that is several names with values, one behind the other → these: wx is w and x; else nothing.

        Letters with their subscripts are tried first, as in w_1x_1.
        """
        if not self.given or len(word) < 2 or len(word) > _LONGEST:
            return []
        best: list[list[str] | None] = [[], *([None] * len(word))]  # by how much of the word is made
        for stop in range(1, len(word) + 1):
            for start in range(stop):
                before, part = best[start], word[start:stop]
                if before is None or part == word or not _FACTOR.fullmatch(part):
                    continue
                if best[stop] is None and (part.isdigit() or self.is_set(part) or start == 0 and part == "T"):
                    best[stop] = [*before, part]
        return best[-1] or []

    # -- where it stands -----------------------------------------------------------------------

    def special(self, known: Word, word: str, start: int, stop: int, want: bool) -> tuple[bool, int]:
        """A name that may be more than a value → whether a value comes next, and whether "(" after it is a call."""
        text = self.source.text
        match known.sort:
            case "function":
                return self.function(known.name, word, start, stop, want)
            case "library" if (path := _DOTTED.match(text, stop)) and self.is_module(word, path):
                return self.dotted(word, path, start, want)
            case "library" if self.factors(word):
                return self.product(word, start, want)
            case "choice" if word.lower() == "if" and want and text[stop:].lstrip(" ").startswith("("):
                return self.value("where", start, stop, want), True
            case "choice" if word == "if" and want:
                self.stack.append((CHOICE, "if then", start, None))
                return True, False
            case "choice" if not want and word != "IF":
                return self.choice(word, start), False
            case "case" if not want and not self.brackets:
                return self.case(word, start), False
            case "constant":
                self.number(_WORDS[word], start, stop, want)
                return False, False
            case "euler" if raised := _RAISE.match(text, stop):
                self.resume = raised.end()
                self.notes["e^x is exp(x), e the base of the natural logarithm"] = None
                self.defaults.add("e")
                return self.prefix(POWER_LEVEL, "exp", start, want), False
            case "euler" if (after := text[stop : stop + 1]) and tokens.superscript(after) != after:
                return self.raised_euler(start, stop, want), False
            case "word" if text[stop:].lstrip(" \t")[:1] != "(" and _OPERAND.match(text, stop):
                self.prefix(BIG, "total", start, want)  # sum y_i log p_i
                self.limits.append(Limits(word))
                return True, False
            case "sum":
                stem = len(word) if word in SUMS else len(word.partition("_")[0].rstrip("ᵢⱼₖₗₘₙₜ"))
                return self.total(known.name, word, start, start + stem, want)
            case "product":
                return self.product(word, start, want)
            case "leibniz" if path := _LEIBNIZ.match(text, stop):
                whole = word + path.group()
                self.resume = path.end()
                return self.value(whole, start, path.end(), want), False
        return self.value(word, start, stop, want), True

    def value(self, name: str, start: int, stop: int, want: bool) -> bool:
        """A name as the latest operand → no value comes next."""
        if not want:
            self.juxtapose(start)
        known = self.names.get(name) or self.spelled.setdefault(identity(name), name)
        name = known if isinstance(known, str) else name
        self.add(NAME, name, (), (start, stop), start)
        return False

    def product(self, word: str, start: int, want: bool) -> tuple[bool, int]:
        """wx, where w and x have values: their product."""
        parts = self.factors(word)
        if parts[0] == "T" and self.stack and self.stack[-1][1] == "^" and want:  # q^Tk
            self.stack.pop()
            value = self.operands.pop()
            self.add(OPERATOR, "T", (value,), (self.starts[value], start + 1), start)
            parts, start, want = parts[1:], start + 1, False
        else:
            self.notes[f"{word} is read as the product of {', '.join(parts)}"] = None
        for number, part in enumerate(parts):
            if number and not want:  # as one factor: 1/wx is 1/(w·x)
                while self.stack and self.stack[-1][0] >= JUXTAPOSED:
                    self.reduce()
                self.stack.append((JUXTAPOSED, "·", start, None))
                want = True
            want = self.value(part, start, start + len(part), want)
            start += len(part)
        return want, True

    def number(self, number: float, start: int, stop: int, want: bool) -> None:
        """A number as the latest operand."""
        if not want:
            self.juxtapose(start)
        self.add(NUMBER, number, (), (start, stop), start)

    def function(self, name: str, word: str, start: int, stop: int, want: bool) -> tuple[bool, int]:
        """The name of an operation: a call, or before its argument without brackets, or a value of that name."""
        text = self.source.text
        raised = _POWER.match(text, stop)
        greek = len(word) == 1 and letter(word).lower() in GREEK.values()
        if raised is not None and not greek:
            after = raised.end()
            called = text[after:].lstrip(" \t")[:1] == "("
            if called or (_OPERAND.match(text, after) and self.vocabulary.functions[name]):
                sign = raised[1] or raised[2] or tokens.superscript(raised[3])
                power = float(sign.replace("−", "-"))
                self.resume = after
                if called:
                    self.power = power
                    return self.value(self.called(word, name), start, stop, want), True
                return self.applied(name, power, start, want), False
        if text[stop:].lstrip(" \t")[:1] == "(":
            return self.value(self.called(word, name), start, stop, want), True
        if greek or not self.vocabulary.functions[name]:
            return self.value(word, start, stop, want), True
        if _OPERAND.match(text, stop) or _MINUS.match(text, stop):
            return self.applied(self.called(word, name), None, start, want), False
        return self.value(word, start, stop, want), True

    def called(self, word: str, name: str) -> str:
        """The name of an operation as typed, where the table knows it so, else as the table has it."""
        return word if word in self.vocabulary.functions else name

    def applied(self, name: str, power: float | None, start: int, want: bool) -> bool:
        """A function before its argument without brackets."""
        self.prefix(APPLIED, "applied", start, want)
        self.functions.append(Function(name, power))
        return True

    def raised_euler(self, start: int, stop: int, want: bool) -> bool:
        """eˣ, e⁻ˣ: exp of what is raised."""
        match = re.compile(rf"[{tokens.RAISED_SIGNS}]+").match(self.source.text, stop)
        assert match is not None
        if not want:
            self.juxtapose(start)
        self.defaults.add("e")
        self.raised_value(match.group(), stop)
        self.add(CALL, "exp", (self.operands.pop(),), (start, match.end()), start)
        self.resume = match.end()
        return False

    def is_module(self, word: str, path: re.Match[str]) -> bool:
        """Whether a name before a dot is a library, and not an array of that name: K.T, T.sum(axis=1)."""
        if self.is_set(word):
            return False
        if len(word) > 1:
            return True
        return path[1] != ".T" and not _OWN_METHOD.match(self.source.text, path.end())

    def dotted(self, module: str, path: re.Match[str], start: int, want: bool) -> tuple[bool, int]:
        """`np.exp`, `torch.nn.functional.relu`: the last name is meant, `np.pi` is π."""
        last = path[1].rpartition(".")[2].strip()
        self.resume = path.end()
        if last == "e" and module in ("np", "numpy", "math", "jnp", "torch"):
            self.number(math.e, start, path.end(), want)
            return False, False
        if last in _CONSTANTS:
            return self.value(_CONSTANTS[last], start, path.end(), want), False
        if path[2]:
            last = last.removesuffix("Loss") or last
        if module in ("self", "this"):
            return self.value(path[1].lstrip("."), start, path.end(), want), True
        if last in _COPIES and self.source.text[path.end() :].lstrip(" ")[:1] == "(":
            if not want:
                self.juxtapose(start)
            return True, False
        name = last if last in self.vocabulary.functions else self.vocabulary.function(last) or last
        self.library = module if module in POPULATION else "torch"
        return self.value(name, start, path.end(), want), True

    def method(self, sign: str, start: int, want: bool) -> bool:
        """`x.T`, `x.sum(…)`, `x.shape[0]` → no value comes next, or the first argument does."""
        text = self.source.text
        if want:
            self.fail_missing(start, sign)
        name, stop = sign[1:], start + len(sign)
        sized = _SHAPE.match(text, start)
        value = self.operands[-1]
        if sized is not None:
            self.operands.pop()
            axis = float(sized[1] or sized[2])
            self.add(NUMBER, axis, (), (start, sized.end()), start)
            self.add(KEYWORD, "axis", (self.operands.pop(),), (start, sized.end()), start)
            self.add(CALL, "size", (value, self.operands.pop()), (self.starts[value], sized.end()), start)
            self.resume = sized.end()
            return False
        called = text[stop:].lstrip(" \t")[:1] == "("
        if name in ("T", "mT") or (called and name == "t"):
            self.operands.pop()
            self.add(OPERATOR, "T", (value,), (self.starts[value], stop), start)
            if called:
                self.resume = text.index(")", stop) + 1 if ")" in text[stop:] else stop
            return False
        if called and name in _UNCHANGED and (end := re.compile(r"[ \t]*\([^()]*\)").match(text, stop)):
            self.resume = end.end()
            return False
        if called:
            self.resume = text.index("(", stop) + 1
            return self.open_method(name, start)
        if name in _ATTRIBUTES:
            return False
        if name == "size":
            self.operands.pop()
            self.add(CALL, "size", (value,), (self.starts[value], stop), start)
            return False
        if self.is_set(name):  # w.x
            self.binary("·", start)
            return self.value(name, start + 1, stop, want=True)
        if self.tree.kind[value] == NAME and self.stops[value] == start and self.vocabulary is not EMPTY:
            self.tree.head[value] = f"{self.tree.head[value]}.{name}"  # output.value is one name
            self.stops[value] = stop
            return False
        known = self.vocabulary.function(name)
        hint = f"write {name}(…) with the value in brackets" if known else "a value has .T, .shape[0] and methods such as .sum()"
        self.fail(f"'{sign}' is not part of a formula", (start, stop), hint)

    def choice(self, word: str, start: int) -> bool:
        """`a if c else b`."""
        stack = self.stack
        while stack and stack[-1][0] > CHOICE:
            self.reduce()
        if word in "?:":
            if word == "?":
                stack.append((CHOICE, "?", start, None))
            else:
                stack[-1] = (CHOICE, "?:", stack[-1][2], None)
        elif word == "then" or (word == "else" and stack and stack[-1][1] == "?"):
            if not stack or stack[-1][1] not in ("if then", "?"):
                self.fail("'then' has no 'if' before it", (start, start + 4), "write a choice as: x if x > 0 else 0")
            stack[-1] = (CHOICE, "?" if word == "then" else "?:", stack[-1][2], None)
        elif word == "else":
            if not stack or stack[-1][1] != "if":
                self.fail("'else' has no 'if' before it", (start, start + 4), "write a choice as: x if x > 0 else 0")
            stack[-1] = (CHOICE, "else", stack[-1][2], None)
        else:
            stack.append((CHOICE, "if", start, None))
        return True

    def case(self, word: str, start: int) -> bool:
        """`x for x > 0`, `0 otherwise`: the statement holds where a condition does."""
        self.reduce_to_frame()
        if word == "otherwise":
            self.condition = OTHERWISE
            return False
        self.stack.append((CHOICE, "if", start, None))
        return True

    def is_choosing(self) -> bool:
        """Whether a "?" waits for its ":"."""
        for level, key, _, _ in reversed(self.stack):
            if key == "?":
                return True
            if level == 0:
                return False
        return False

    # -- sums ----------------------------------------------------------------------------------

    def total(self, operation: str, word: str, start: int, stop: int, want: bool) -> tuple[bool, int]:
        """A sum sign: its limits, and whether something to add up follows; else it is a name."""
        text = self.source.text
        limits = _LIMITS.match(text, stop)
        assert limits is not None
        has_letter = limits[1] is not None
        end = limits.end() if has_letter else stop
        following = text[end:].lstrip(" \t")
        if not has_letter and word in ("Σ", "Π") and not _OPERAND.match(text, stop) and following[:1] != "(":
            return self.value(word, start, stop, want), True
        head = self.bounds(operation, limits, start, end) if has_letter else Limits(operation)
        self.prefix(BIG, "total", start, want)
        self.limits.append(head)
        self.resume = end
        return True, False

    def bounds(self, operation: str, limits: re.Match[str], start: int, stop: int) -> Limits:
        """What stands at a sum sign → its letters and bounds."""
        below = limits[1].strip("{}").translate(_LOWERED)
        above = (limits[2] or "").strip("{}()").strip() or (limits[3] or "").translate(_RAISED)
        letters, lower = [], ""
        for part in ",".join(below) .split(",") if below.isalpha() and below.islower() and len(below) <= 3 else below.split(","):
            match = _BOUND.fullmatch(part)
            if match is None:
                self.fail(
                    f"a {operation} over '{below.strip()}' cannot be read", (start, stop),
                    "name the letter alone, as in ∑_i or ∑_{i=1}^{n}; it runs over the whole axis",
                )  # fmt: skip
            letters.append(match[1])
            lower = match[2] or ""
        return Limits(operation, tuple(letters), lower, above)

    def derivative(self, start: int, want: bool) -> bool:
        """`∂L/∂w`, `∇L`: one name."""
        match = _DERIVATIVE.match(self.source.text, start)
        if match is None:
            self.fail_character(self.source.text[start], start)
        self.resume = match.end()
        return self.value("".join(match.group().split()), start, match.end(), want)
