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
    postfix    = { "√" } atom { "[" index { "," index } "]" | ".T" | "ᵀ" | "!" | "." NAME "(" … ")" }
    atom       = NUMBER | NAME | NAME "(" [ argument { "," argument } ] ")" | "(" expression ")" | "{" expression "}"
               | "[" [ expression { "," expression } ] "]" | "|" expression "|" | "‖" expression "‖" [ "_" order ]
    argument   = [ NAME "=" ] expression
    index      = expression | [ expression ] ":" [ expression ] [ ":" [ expression ] ]

A product without a sign binds as "*" does (`1/2x` is `(1/2)*x`), but behind "⊙" and within the argument of a function
without brackets it binds tighter: `r ⊙ W h` is `r ⊙ (W h)`, `sin 2x` is `sin(2*x)`. A root covers the power of what it
stands before. A name right before "(" is a call where it is an operation or is defined as a function, a product where
it has a value or stands elsewhere without a bracket. A line ends a statement unless a bracket is open, a value is still
missing or the next line begins with an operator. `#` starts a comment. `sums` writes a sum over a letter as operations
on arrays. Which names are operations the parser is told by a `Vocabulary`.
"""

from __future__ import annotations

import re
from array import array

from graphviz_ad.errors import LimitError
from graphviz_ad.language import tokens
from graphviz_ad.language.brackets import CLOSABLE
from graphviz_ad.language.colons import Colons
from graphviz_ad.language.layout import without_words
from graphviz_ad.language.operators import BINARY, POWER, SIGN
from graphviz_ad.language.piecewise import with_pieces
from graphviz_ad.language.replanting import replanted
from graphviz_ad.language.stack import QUOTIENT, SOLVE, TIGHT
from graphviz_ad.language.tree import NAME, NUMBER, Program
from graphviz_ad.language.vocabulary import EMPTY, SUMS, Vocabulary
from graphviz_ad.source import Source

_INFINITY = float("inf")
_EQUALS = frozenset(("=", ":=", "←", "<-", "≔", "≜", "≝", "≈", "→", "->", "+=", "-=", "*=", "/=", "@="))
"""Signs that give a name to a value, or a new value to a name."""

_CALLABLE = frozenset(("function", "both", "program", "derived", "based"))
"""Kinds of `knowledge.Word` that are calls right before a bracket."""

DEFAULT_MAX_LENGTH = 64 * 1024
"""Characters a formula may have unless the caller says otherwise."""

DOTS = re.compile(r"\.\.\.?|…|⋯")
"""Dots that stand for what is left out."""
_SPEC = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
"""A word among the arguments of a call: the letters of axes in einsum, reduction='sum'."""
FULL_STOP = re.compile(r"[.,][ \t]*(?=\n|$)")
"""A full stop or a comma at the end of a line."""


def parse_program(
    text: str, *, name: str = "formula", max_length: int = DEFAULT_MAX_LENGTH, vocabulary: Vocabulary = EMPTY
) -> Program:
    """Text → Program.

    Raises ParseError, which points at the place, and LimitError for more than `max_length` characters.
    """
    require_length(text, name, max_length)
    if text.lstrip()[:1] == "=":
        text = text.replace("$", "")  # cells of a spreadsheet: =$A2*F$1
    return _Parser(Source(tokens.normalise(text), name), vocabulary).run()


def require_length(text: str, name: str, max_length: int) -> None:
    """Raise LimitError for a text that is too long; `name` is what the message calls it."""
    if len(text) > max_length:
        raise LimitError(
            f"the {name} has {len(text)} characters; the limit is {max_length}",
            hint="raise it with --max-length (Limits(length=…) in Python)",
        )


class _Parser(Colons):
    """Passes once over the tokens: values and signs, brackets, statements."""

    def __init__(self, source: Source, vocabulary: Vocabulary) -> None:
        super().__init__(source, vocabulary)
        self.names, self.spelled, self.updated, self.powers = {}, {}, {}, {}
        self.defaults, self.consulted, self.taken, self.respelled = set(), set(), set(), set()
        self.form, self.plain, self.looped, self.has_loops, self.bare_bounds = 0, source.text, {}, False, ()
        self.divergences, self.pairs, self.separators, self.condition = set(), set(), set(), None
        self.one_based, self.row_sums, self.dropped = set(), set(), set()

    def run(self) -> Program:
        """All tokens → Program."""
        text, operands, tree = self.source.text, self.operands, self.tree
        if self.vocabulary is not EMPTY:
            self.plain = text = self.with_equality(
                self.with_quotients(self.with_times(self.without_domain(with_pieces(without_words(text)))))
            )
            self.is_sheet  # noqa: B018 what it is decides the order of signs
            text = self.with_choices(self.with_means(self.without_number(self.without_prose(text))))
            text = self.with_epsilons(self.with_divergences(self.without_optimisation(text)))
            text = self.with_several_names(text)
            text = self.with_labels(self.with_given_names(self.with_derivatives(self.with_python_spellings(text))))
        kinds, heads, arguments = tree.kind, tree.head, tree.args
        starts, stops, marks, names, is_matlab = self.starts, self.stops, self.marks, self.names, self.is_matlab
        plain, is_name = tokens.PLAIN, tokens.NAME
        want = True  # a value comes next
        named = 0  # whether the token before was a name, so that "(" may be a call
        resume = 0  # characters before which tokens have been read already
        for match in tokens.VISIBLE.finditer(text):
            start = match.start()
            if start < resume:
                continue
            kind = match.lastindex or 0
            word = match[kind]
            if kind == plain or kind == tokens.SIGN:
                if not want and word in BINARY:
                    self.binary(self.product_of_matrices() if is_matlab and word == "*" else word, start)
                    want, named = True, False
                    continue
                if word in CLOSABLE:
                    want = (self.close_with_loops if self.has_loops else self.close)(word, start, want)
                elif word == "{" or (word == "(" and not named):
                    if not want:
                        self.juxtapose(start)
                    want = self.open("brace" if word == "{" else "group", start)
                elif word == "=":
                    want = self.equals(word, start, want)
                else:
                    want = self.other_sign(word, start, want, named)
            elif kind == is_name or kind == tokens.NUMBER:
                stop = start + len(word)
                if kind == is_name:
                    known = names.get(word)
                    if known is None:
                        known = self.learn(word)
                    if not isinstance(known, str):
                        if known.sort not in _CALLABLE or not text.startswith("(", stop):
                            want, named = self.special(known, word, start, stop, want)
                            resume = self.resume
                            continue
                        if not want:
                            self.juxtapose(start)
                        want, named = self.open("call", stop, known.written or known.name, start), False
                        resume = stop + 1
                        continue
                    head: object = known
                    if not want:
                        self.juxtapose(start)
                else:
                    if not want:
                        self.number_behind(start, stop)
                    head = float(word)
                    if not 0 < head < _INFINITY and (head or word.strip("0.")[:1] not in ("", "e", "E")):
                        self.fail_size(word, start, stop)
                operands.append(len(kinds))
                kinds.append(NAME if kind == is_name else NUMBER)
                heads.append(head)
                arguments.append(())
                starts.append(start)
                stops.append(stop)
                marks.append(start)
                want, named = False, kind == is_name
                continue
            elif kind == tokens.END:
                want = self.end_line(start, want) if word == "\n" else self.end(word, start, want)
            elif kind == tokens.POWER:
                self.superscript(word, start, want)
            elif word[0] == "#":
                continue
            else:
                want = self.other_character(word, start, want)
            named = kind == tokens.OTHER and word in "∂∇"
            resume = self.resume
        self.finish(len(text), want, at_end=True)
        if not self.statements:
            self.fail("there is no formula here", (0, 1), 'write one, for example "sigmoid(w*x + b)"')
        self.keep_rows()
        program = Program(
            self.source, tree, tuple(self.statements), array("I", starts), array("I", stops), array("I", marks),
            tuple(self.notes), frozenset(self.defaults), frozenset(self.consulted), powers=self.powers,
            doubtful=self.doubtful(),
        )  # fmt: skip
        return replanted(program) if self.scattered else program

    def fail_size(self, word: str, start: int, stop: int) -> None:
        """Raise ParseError for a number that floats cannot hold."""
        if float(word) == _INFINITY:
            self.fail("this number is too large", (start, stop), "numbers go up to about 1.8e308")
        self.fail("this number is too small", (start, stop), "numbers but 0 begin at about 5e-324; write 0 for 0")

    def other_sign(self, sign: str, start: int, want: bool, named: int) -> bool:
        """A sign that is not a binary operator here → whether a value comes next."""
        if sign == "(":
            if named and self.is_left_side(start):
                return False
            if named and self.is_density(start):
                return self.open_call(start)
            if named and (self.is_conditional(start) or self.is_entry(start) or self.is_value_at(start)):
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
            if not want and self.is_joined(start):
                self.juxtapose(start)  # W [h; x]
                want = True
            return self.open("list" if want else "index", start)
        if sign == ",":
            if self.ends_here(start):
                return self.end(";", start, want)
            return self.comma(start, want)
        if sign == ":":
            if not want and self.is_choosing():
                return self.choice(":", start)
            return self.colon(start, want)
        if sign == "<-" and not want and (self.stack or self.name is not None) and not self.is_changing(want):
            self.binary("<", start)
            self.stack.append((SIGN, "neg", start + 1, None))
            return True
        if sign in _EQUALS:
            return self.equals(sign, start, want)
        if sign in ("-", "−", "–", "—", "+") and want:
            if sign != "+":
                self.minus(start)
            return True
        if sign in ("√", "∛"):
            return self.prefix(POWER, "root" if sign == "√" else "cbrt", start, want)
        if sign[0] in "|‖∥":
            return self.bar(sign, start, want)
        if sign in ("⌊", "⌈", "⟨"):
            if not want:
                self.juxtapose(start)
            return self.open({"⌊": "floor", "⌈": "ceil", "⟨": "dot"}[sign], start)
        if sign in SUMS:
            return self.total(SUMS[sign], sign, start, start + 1, want)[0]
        if (sign[0] == "." and len(sign) > 2) or sign == ".t":
            return self.method(sign, start, want)
        if sign[0] == "^" and not want and self.is_set("T"):
            self.binary("^", start)
            return self.value("T", start + 1, start + len(sign), want=True)
        if want:
            self.fail_missing(start, sign)
        if sign[0] == "^":
            self.defaults.add("T")
        elif sign not in (".T", "ᵀ", "⊤", "⊺", ".'"):
            return self.method(sign, start, want)
        self.transpose(start, start + len(sign))  # what is left
        return False

    def other_character(self, sign: str, start: int, want: bool) -> bool:
        """Read a fraction, a derivative or the full stop behind a formula → whether a value comes next."""
        if sign in tokens.FRACTIONS:
            if not want and self.tree.kind[self.operands[-1]] == NUMBER and self.stops[-1] == start:
                self.tree.head[-1] += tokens.FRACTIONS[sign]  # 2½
                self.stops[-1] = start + 1
            else:
                self.number(tokens.FRACTIONS[sign], start, start + 1, want)
            return False
        if want and (dots := DOTS.match(self.source.text, start)):
            self.resume = dots.end()
            return self.value("…", start, dots.end(), want)
        if sign == "?" and not want:
            return self.choice("?", start)
        if sign in ("⸨⸩⸧~¬!" if want else "⸨⸩⸧&∧∨%"):
            return self.joined(sign, start, want)
        if sign == "!" and not want:
            return self.factorial(start)
        if sign in "∂∇":
            return self.derivative(start, want)
        frame = self.stack[-1][3] if self.stack else None
        if frame is not None and frame.what == "call" and want and (spec := _SPEC.match(self.source.text, start)):
            self.resume = spec.end()
            return self.value(spec.group(), start, spec.end(), want)
        if sign == "'" and not want and (self.is_matlab or self.source.text[start - 1] in ")]"):
            self.notes["' behind a bracket is read as a transpose"] = None
            self.transpose(start, start + 1)
            return False
        if sign == TIGHT and not want:
            return self.tight_quotient(start)
        if not want and (sign in (QUOTIENT, SOLVE) or (sign == "." and self.is_product(start))):
            self.binary("·" if sign == "." else "/", start)
            return True
        if sign == "." and not want and FULL_STOP.match(self.source.text, start):
            return self.end(";", start, want)
        self.fail_character(sign, start)
