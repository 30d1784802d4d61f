"""Text → Program, by one pass over the tokens with one explicit stack.

    program    = statement { (";" | newline) statement }
    statement  = [ left "=" ] expression { "=" expression }                  several sides: one quantity in several
    forms
    left       = NAME | NAME "(" NAME { "," NAME } ")"                       also ":=", "←", "<-"
    expression = comparison [ "if" expression "else" expression ]
    comparison = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]
    sum        = product { ("+" | "-") product }
    product    = signed { ["*" | "·" | "/" | "@" | "⊙"] signed }             no sign is "·": what the shapes make of it
    signed     = { "-" | "+" } power | FUNCTION signed | "∑" [ limits ] product
    power      = postfix [ ("^" | "**") signed | SUPERSCRIPT ]
    postfix    = { "√" } atom { "[" index { "," index } "]" | ".T" | "ᵀ" | "^T" | "." NAME "(" … ")" }
    atom       = NUMBER | NAME | NAME "(" [ argument { "," argument } ] ")" | "(" expression ")" | "{" expression "}"
               | "[" [ expression { "," expression } ] "]" | "|" expression "|" | "‖" expression "‖" [ "_" order ]
    argument   = [ NAME "=" ] expression
    index      = expression | [ expression ] ":" [ expression ] [ ":" [ expression ] ]

A product without a sign binds as "*" does (`1/2x` is `(1/2)*x`), but within the argument of a function without
brackets it binds tighter: `sin 2x` is `sin(2*x)`. A root covers the power of what it stands before. A name right
before "(" is a call where it is an operation or is defined as a function, a product where it has a value or stands
elsewhere without a bracket. A line ends a statement unless a bracket is open, a value is still missing or the next
line begins with an operator. `#` starts a comment. `sums` writes a sum over a letter as operations on arrays. Which
names are operations the parser is told by a `Vocabulary`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from graphviz_ad.errors import LimitError
from graphviz_ad.language import tokens
from graphviz_ad.language.operators import BINARY, POWER, SIGN
from graphviz_ad.language.replanting import replanted
from graphviz_ad.language.statements import Statements
from graphviz_ad.language.tree import NAME, NUMBER, OPERATOR, Program
from graphviz_ad.language.vocabulary import EMPTY, SUMS, Vocabulary
from graphviz_ad.source import Source

_NAMED, _CALLED = 1, 2
_EQUALS = frozenset(("=", ":=", "←", "<-", "≔", "≜", "≝", "≈", "→", "->", "+=", "-=", "*=", "/=", "@="))
"""Signs that give a name to a value, or a new value to a name."""

DEFAULT_MAX_LENGTH = 64 * 1024
"""Characters a formula may have unless the caller says otherwise."""

_LABEL = re.compile(
    r"(?m)^[ \t]*(?:[-*•][ \t]+(?=[^\W\d]\S*[ \t]*=))?(?:\([0-9]+(?:[.-][0-9]+)*[a-z]?\)[ \t]+(?=[^\n]*=)"
    r"|(?:var|let|const|double|float|auto)[ \t]+(?=[^\W\d]\w*[ \t]*=)|(?!for\b|while\b|if\b|def\b|else\b)[^\W\d_][\w \t'/-]{0,60}:(?!=)[ \t]+(?=\S)|return[ \t]+(?=\S)|\w+[ \t]*(?:→|->)[ \t]*(?=[^\W\d]\w*['′]*[ \t]*=))"
)
"""What stands before a formula as its title or number: "MSE: L = …", "(3.2) z = …"."""
_RANGE = re.compile(
    r"[,;]?[ \t]*\b(?:for|where)[ \t]+(?:all[ \t]+)?\w'?[ \t]*(?:=|∈)[^;\n=]*?(?:…|\.\.\.?|\bto\b)[^;\n=]*"
)
"""What says which numbers a letter stands for: for i = 1, …, n."""
_COMMENT = re.compile(r"(?:(?<=[;,])|^)[ \t]*(?://|%(?!\*%))[^\n]*|[ \t]{2,}%[ \t][^\n]*", re.MULTILINE)
"""A comment as MATLAB, C and JavaScript have it: behind a statement or on a line of its own."""
_COLUMNS = re.compile(r"[ \t]{3,}(?=[^\W\d]\S*[ \t]*(?:=(?!=)|[≈←]))")
"""The space between two statements on one line."""
_WHERE = re.compile(
    r"([,;\n]|^)([ \t\n]*(?:where|with|and|for|let|here)\b)(?=[ \t]+[^\W\d][^\n=;]*(?<![=<>!])=(?!=))", re.IGNORECASE
)
"""A word that joins a definition to the formula before it."""
_CONDITIONAL = re.compile(r"\([ \t]*[^\W\d][\w,=^{} \t'θ]*(?:\|\|?|‖|∥|;)[ \t]*[^\W\d][\w,;=^{} \t']*\)")
"""Arguments with a bar between them: those of a conditional probability or a divergence."""
_DEPENDS = re.compile(
    rf"\([ \t]*{tokens.NAME_PATTERN}(?:[ \t]*[,;][ \t]*{tokens.NAME_PATTERN})+[ \t]*\)(?![ \t]*(?::?=|←))"
)
_DEPENDS_ON_ONE = re.compile(
    rf"\([ \t]*{tokens.NAME_PATTERN}(?:[ \t]*[,;][ \t]*{tokens.NAME_PATTERN})*[ \t]*\)(?![ \t]*(?::?=|←))"
)
"""What a value depends on, in brackets."""
_LEFT = re.compile(r"[ \t]*(_\{[^{}\n]*\}|_[^\W_])?[ \t\n]*(?:=(?!=)|:=|←)")
_NAMES = re.compile(rf"\([ \t]*{tokens.NAME_PATTERN}(?:[ \t]*,[ \t]*{tokens.NAME_PATTERN})*[ \t]*\)")
_DOTS = re.compile(r"\.\.\.?|…|⋯")
_LETTER = re.compile(r"\([ \t]*([^\W\d_])[ \t]*\)")
_IN_BRACKETS = re.compile(r"\[[ ]*([ijklmn](?:[ ]*,[ ]*[ijklmn])*)[ ]*\]")
"""Letters as indices of an array."""
_DOT = re.compile(r"\.(?:[ \t]+(?=[^\W\d])|(?=[ \t]*\())")
"""A full stop that is a product: u . v, α.(x - 1)."""
_FULL_STOP = re.compile(r"[.,][ \t]*(?=\n|$)")


def parse_program(
    text: str, *, name: str = "formula", max_length: int = DEFAULT_MAX_LENGTH, vocabulary: Vocabulary = EMPTY
) -> Program:
    """Text → Program.

    Raises ParseError, which points at the place, and LimitError for more than `max_length` characters.
    """
    if len(text) > max_length:
        raise LimitError(
            f"the {name} has {len(text)} characters; the limit is {max_length}",
            hint="raise it with --max-length (Limits(length=…) in Python)",
        )
    if text.lstrip()[:1] == "=":
        text = text.replace("$", "")  # cells of a spreadsheet: =$A2*F$1
    return _Parser(Source(tokens.normalise(text), name), vocabulary).run()


def _without_words(text: str) -> str:
    """Formula → the same length of text, with blanks for titles, numbers and words between statements."""
    if ":" in text or "return" in text or "→" in text or "->" in text or text.lstrip()[:1] in ("(", "-", "*", "•"):
        text = _LABEL.sub(lambda label: " " * len(label[0]), text)
    if "%" in text or "//" in text:
        text = _COMMENT.sub(lambda comment: " " * len(comment[0]), text)
    if "…" in text or ".." in text or " to " in text:
        text = _RANGE.sub(lambda words: " " * len(words[0]), text)
    if "=" in text:
        text = _COLUMNS.sub(
            lambda gap: (
                ";" + " " * (len(gap[0]) - 1)
                if gap.start() and text[: gap.start()].rpartition("\n")[2].strip()
                else gap[0]
            ),
            text,
        )
        text = _WHERE.sub(lambda word: (";" if word[1] else "") + " " * len(word[2]), text)
    return text


class _Parser(Statements):
    """One pass over the tokens: values and signs, brackets, statements."""

    def __init__(self, source: Source, vocabulary: Vocabulary) -> None:
        super().__init__(source, vocabulary)
        self.names, self.spelled, self.updated, self.powers = {}, {}, {}, {}
        self.defaults, self.consulted, self.taken = set(), set(), set()
        self.form = 0

    def run(self) -> Program:
        """All tokens → Program."""
        text, operands, tree = self.source.text, self.operands, self.tree
        if self.vocabulary is not EMPTY:
            text = self.with_given_names(self.with_means(_without_words(text)))
        kinds, heads, arguments = tree.kind, tree.head, tree.args
        starts, stops, marks = self.starts, self.stops, self.marks
        names = self.names
        want = True  # a value comes next
        named = 0  # whether the token before was a name, so that "(" may be a call, or is one
        matches = tokens.TOKEN.finditer(text)
        for match in matches:
            kind = match.lastindex
            if kind == tokens.SPACE:
                continue
            if kind == tokens.NAME or kind == tokens.NUMBER:
                start, stop = match.span()
                word = match.group()
                if kind == tokens.NAME:
                    known = names.get(word)
                    if known is None:
                        known = self.learn(word)
                    certain = False
                    if type(known) is not str:
                        certain = known.sort == "function" and text.startswith("(", stop)
                        if not certain:
                            want, named = self.special(known, word, start, stop, want)
                            if self.resume > stop:
                                self.skip(matches)
                            continue
                        known = known.written or known.name
                    head: object = known
                    if not want:
                        self.juxtapose(start)
                else:
                    if not want:
                        self.fail_side_by_side((start, stop))
                    head = float(word)
                    if head == math.inf or (head == 0 and word.strip("0.")[:1] not in ("", "e", "E")):
                        self.fail_size(word, start, stop)
                kinds.append(NAME if kind == tokens.NAME else NUMBER)
                heads.append(head)
                arguments.append(())
                starts.append(start)
                stops.append(stop)
                marks.append(start)
                operands.append(len(kinds) - 1)
                want, named = False, (_CALLED if certain else _NAMED) if kind == tokens.NAME else 0
                continue
            start = match.start()
            sign = match.group()
            if kind == tokens.SIGN:
                if not want and sign in BINARY:
                    self.binary(sign, start)
                    want, named = True, 0
                    continue
                if named == _CALLED:
                    want, named = self.open_call(start), 0
                    continue
                want = self.other_sign(sign, start, want, named)
            elif kind == tokens.END:
                want = self.end(sign, start, want)
            elif kind == tokens.POWER:
                self.superscript(sign, start, want)
            else:
                want = self.other_character(sign, start, want)
            named = _NAMED if kind == tokens.OTHER and sign in "∂∇" else 0
            if self.resume > match.end():
                self.skip(matches)
        self.finish(len(text), want, at_end=True)
        if not self.statements:
            self.fail("there is no formula here", (0, 1), 'write one, for example "sigmoid(w*x + b)"')
        program = Program(
            self.source, tree, tuple(self.statements), self.starts, self.stops, self.marks, tuple(self.notes),
            frozenset(self.defaults), frozenset(self.consulted), powers=self.powers,
        )  # fmt: skip
        return replanted(program) if self.scattered else program

    def skip(self, matches: Iterator[re.Match[str]]) -> None:
        """Leave out the tokens before `resume`, which were read together."""
        for match in matches:
            if match.end() >= self.resume:
                return

    def fail_size(self, word: str, start: int, stop: int) -> None:
        """A number that floats cannot hold."""
        if float(word) == math.inf:
            self.fail("this number is too large", (start, stop), "numbers go up to about 1.8e308")
        self.fail("this number is too small", (start, stop), "numbers but 0 begin at about 5e-324; write 0 for 0")

    def other_sign(self, sign: str, start: int, want: bool, named: int) -> bool:
        """A sign that is not a binary operator here → whether a value comes next."""
        if sign == "(":
            if named and self.is_left_side(start):
                return False
            if named and (self.is_conditional(start) or self.is_entry(start)):
                return False
            if named and self.is_call():
                power, library = self.power, self.library
                self.power, self.library = None, ""
                return self.open_call(start, power, library)
            if named and self.is_applied(start):
                return False
            if not want:
                self.juxtapose(start)
            return self.open("group", start)
        if sign == "[":
            if named and self.is_lettered(start):
                return False
            return self.open("list" if want else "index", start)
        if sign in (")", "]", "}", "⌋", "⌉", "⟩"):
            return self.close(sign, start, want)
        if sign == ",":
            if self.ends_here(start):
                return self.end(";", start, want)
            return self.comma(start, want)
        if sign == ":":
            if not want and self.is_choosing():
                return self.choice(":", start)
            return self.colon(start, want)
        if sign == "<-" and (self.stack or want or self.name is not None):
            self.binary("<", start)
            self.stack.append((SIGN, "neg", start + 1, None))
            return True
        if sign in _EQUALS:
            return self.equals(sign, start, want)
        if sign in ("-", "−", "–", "—", "+") and want:
            if sign != "+":
                self.stack.append((SIGN, "neg", start, None))
            return True
        if sign in ("√", "∛"):
            return self.prefix(POWER, "root" if sign == "√" else "cbrt", start, want)
        if sign[0] in "|‖∥":
            return self.bar(sign, start, want)
        if sign in ("{", "⌊", "⌈", "⟨"):
            if not want:
                self.juxtapose(start)
            return self.open({"{": "brace", "⌊": "floor", "⌈": "ceil", "⟨": "dot"}[sign], start)
        if sign in SUMS:
            return self.total(SUMS[sign], sign, start, start + 1, want)[0]
        if (sign[0] == "." and len(sign) > 2) or sign == ".t":
            return self.method(sign, start, want)
        if sign[0] == "^" and self.is_set("T"):
            self.binary("^", start)
            return self.value("T", start + 1, start + len(sign), want=True)
        if want:
            self.fail_missing(start, sign)
        if sign[0] == "^":
            self.defaults.add("T")
        elif sign not in (".T", "ᵀ", "⊤", "⊺", ".'"):
            return self.method(sign, start, want)
        value = self.operands.pop()  # what is left is a transpose
        self.add(OPERATOR, "T", (value,), (self.starts[value], start + len(sign)), start)
        return False

    def is_left_side(self, start: int) -> bool:
        """p(x; μ, σ²) = …: what a name on the left depends on, where it is more than names, is only named."""
        if self.vocabulary is EMPTY or self.stack or self.name is not None or len(self.operands) != 1:
            return False
        text, depth = self.source.text, 0
        line = text.find("\n", start)
        for at in range(start, len(text) if line < 0 else line):
            depth += {"(": 1, ")": -1}.get(text[at], 0)
            if not depth:
                break
        after = _LEFT.match(text, at + 1)
        if depth or after is None or _NAMES.fullmatch(text, start, at + 1):
            return False
        self.letters = (after[1] or "").strip("_{}").replace(",", "").replace(" ", "")
        self.stops[-1] = self.resume = after.end(1) if after[1] else at + 1
        return True

    def is_conditional(self, start: int) -> bool:
        """p(y|x), D(p‖q): a name with what is in its brackets."""
        if self.vocabulary is EMPTY or self.power is not None:
            return False
        bracket = _CONDITIONAL.match(self.source.text, start)
        if bracket is None:
            return False
        name = str(self.tree.head[-1]) + "".join(bracket.group().split())
        self.tree.head[-1] = name
        self.stops[-1] = self.resume = bracket.end()
        return True

    def is_applied(self, start: int) -> bool:
        """L(w, b), where L is a value: what it depends on is only named."""
        name = str(self.tree.head[-1])
        bracket = (_DEPENDS_ON_ONE if len(name) > 1 and name.isalpha() else _DEPENDS).match(self.source.text, start)
        if bracket is None or self.vocabulary is EMPTY:
            return False
        self.notes[f"{name}{bracket.group()} is read as the value {name}"] = None
        self.stops[-1] = self.resume = bracket.end()
        return True

    def is_entry(self, start: int) -> bool:
        """p(x) behind a sum over x, or over nothing that is said: the entry of p at x."""
        if not self.limits:
            return False
        bracket = _LETTER.match(self.source.text, start)
        name = str(self.tree.head[-1])
        letters = [letter for limits in self.limits for letter in limits.letters]
        if bracket is None or name in self.vocabulary.functions or (letters and bracket[1] not in letters):
            return False
        self.tree.head[-1] = f"{name}_{bracket[1]}"
        self.stops[-1] = self.resume = bracket.end()
        return True

    def is_lettered(self, start: int) -> bool:
        """p[i], where i is no number that is known: the entry p_i."""
        bracket = _IN_BRACKETS.match(self.source.text, start)
        if bracket is None or self.vocabulary is EMPTY or any(self.is_set(letter) for letter in bracket[1].split(",")):
            return False
        letters = bracket[1].replace(",", "").replace(" ", "")
        self.tree.head[-1] = f"{self.tree.head[-1]}_{letters if len(letters) == 1 else f'{{{letters}}}'}"
        self.stops[-1] = self.resume = bracket.end()
        return True

    def is_call(self) -> bool:
        """Whether the name read just now, which stands before "(", is called."""
        if self.vocabulary is EMPTY or self.power is not None or self.library:
            return True
        name = str(self.tree.head[-1])
        if name in self.vocabulary.functions and not self.is_set(name):
            return True
        return name in self.defined or (name not in self.bare and not self.is_set(name))

    def other_character(self, sign: str, start: int, want: bool) -> bool:
        """A fraction, a derivative, the full stop behind a formula; nothing else is part of one."""
        if sign in tokens.FRACTIONS:
            if not want and self.tree.kind[self.operands[-1]] == NUMBER and self.stops[-1] == start:
                self.tree.head[-1] += tokens.FRACTIONS[sign]  # 2½
                self.stops[-1] = start + 1
            else:
                self.number(tokens.FRACTIONS[sign], start, start + 1, want)
            return False
        if want and (dots := _DOTS.match(self.source.text, start)):
            self.resume = dots.end()
            return self.value("…", start, dots.end(), want)
        if sign == "?" and not want:
            return self.choice("?", start)
        if sign in "∂∇":
            return self.derivative(start, want)
        if sign == "." and not want and _DOT.match(self.source.text, start):
            self.binary("·", start)
            return True
        if sign == "." and not want and _FULL_STOP.match(self.source.text, start):
            return self.end(";", start, want)
        self.fail_character(sign, start)
