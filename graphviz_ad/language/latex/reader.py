"""LaTeX → Program: read as plain notation, with places and errors in the LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import overload

from graphviz_ad.errors import ParseError
from graphviz_ad.language.keys import key_of
from graphviz_ad.language.latex.authors import HAS_OWN_COMMANDS, WORDS_OF_BOTH, expanded
from graphviz_ad.language.latex.blanked import OF_PARAMETERS, blanked
from graphviz_ad.language.latex.heads import refuse_imaginary, without_heads
from graphviz_ad.language.latex.lines import (
    LISTED,
    range_of,
    with_counts,
    with_letters_apart,
    with_words_together,
    without_condition,
    without_ranges,
)
from graphviz_ad.language.latex.pasted import restored
from graphviz_ad.language.latex.remarks import NUMBER_BEHIND_DOTS, WRITTEN, without_written_remarks
from graphviz_ad.language.latex.scripts import Written
from graphviz_ad.language.latex.tokens import tokenise, without_derivatives
from graphviz_ad.language.latex.writing import Writer
from graphviz_ad.language.names import identity
from graphviz_ad.language.parser import DEFAULT_MAX_LENGTH, parse_program, require_length
from graphviz_ad.language.tokens import blank, normalise
from graphviz_ad.language.tree import Program, relocated
from graphviz_ad.language.vocabulary import Vocabulary
from graphviz_ad.source import Source, Span

COMMENT = re.compile(r"(?<!\\)#[^\n]*")
"""A comment as the command line has it, in which no command is looked for."""
COMMAND = re.compile(r"\\(?![_*#&%]|[ \t]*\n)")
"""A backslash that begins a command, rather than standing before a sign as Markdown has it or at the end of a line."""
_RAISED_SIGN = re.compile(r"\^(?:\{[-+]\}|[-+](?=[ \t]*(?:[=)\]&]|$)))")
"""A sign above a name, P_k^{-}, which no plain text has."""


def is_latex(text: str) -> bool:
    """Whether a formula is LaTeX: it has a command or a raised sign, or stands between $ and $."""
    text = COMMENT.sub("", text)
    if COMMAND.search(text) is not None or (text.count("$") >= 2 and not text.lstrip().startswith("=")):
        return True
    return "^" in text and _RAISED_SIGN.search(text) is not None


def read_latex(
    text: str, vocabulary: Vocabulary, *, name: str = "formula", max_length: int = DEFAULT_MAX_LENGTH
) -> Program:
    """LaTeX → Program.

    Raises ParseError, which points into the LaTeX, and LimitError for more than `max_length` characters.
    """
    require_length(text, name, max_length)
    source = Source(normalise(text), name)
    if any(word in source.text for word in WORDS_OF_BOTH) and HAS_OWN_COMMANDS.search(source.text) is not None:
        written_out = expanded(source, max_length)
        try:
            program = read_latex(written_out.text, vocabulary, name=name, max_length=max_length)
        except ParseError as problem:
            raise written_out.problem(problem) from None
        return written_out.placed(program)
    inner, ranges = blanked(restored(source.text)), dict[str, tuple[str, str]]()
    remarks: list[str] = []
    if not inner.isascii() and re.search(WRITTEN, inner) is not None:
        inner, remarks = without_written_remarks(inner)
    if "dots" in inner:
        inner = NUMBER_BEHIND_DOTS.sub(lambda number: blank(number[0]), inner)
    if "dots" in inner or "..." in inner or "…" in inner or LISTED.search(inner) is not None:
        inner, ranges = without_ranges(inner)
    inner, condition = without_condition(inner)
    ranges |= range_of(condition)
    inner, counted = with_counts(inner) if "{|" in inner else (inner, "")
    given = {identity(value) for value in vocabulary.values}
    if "pi" in inner or "omega" in inner:
        refuse_imaginary(source, inner, given)
    inner, left = without_heads(inner, given) if "=" in inner else (inner, [])
    inner, apart = with_letters_apart(inner) if "\\sum" in inner and "frac" in inner else (inner, [])
    inner, joined = with_words_together(inner, given)
    tokens = tokenise(Source(inner, name))
    asks = "partial" in inner or ("frac{d}" in inner and "d" not in vocabulary.values)
    remaining = without_derivatives(tokens) if asks else tokens
    writer = Writer(Source(inner, name), remaining, vocabulary)
    writer.notes.update(dict.fromkeys([*([counted] if counted else ()), *remarks, *left, *apart, *joined]))
    if condition:
        writer.notes[f"the condition {condition} is left out"] = None
    if len(remaining.tokens) < len(tokens.tokens):
        writer.notes["a side that says ∂/∂x of an expression is left out; the other sides are read"] = None
    written = writer.run()
    values = writer.values | {"Σ"} if "\\Sigma" in inner and _MATRIX.search(inner) is not None else writer.values
    places = _Places(written, len(source.text))
    plain = "".join(written.pieces)
    values = {name for name in values if name[0] != "Δ" or re.search(rf"(?m)^ *{re.escape(name)} *=", plain) is None}
    vocabulary = vocabulary.given(vocabulary.values | values)
    try:
        program = parse_program(plain, name=name, max_length=16 * max_length, vocabulary=vocabulary)
    except ParseError as problem:
        span = places.span(problem.span) if problem.span is not None else None
        hint = problem.hint
        if problem.message.startswith(("'|' is closed", "'‖' is closed")) and _CONDITIONAL.search(inner) is not None:
            hint = "a probability or a distance is given under its whole name, as in 'p(x|y)=0.5' or 'KL(q‖p)=0.5'"
        raise ParseError(problem.message, source=source, span=span, hint=hint) from None
    program = _placed(program, source, places, (*writer.notes, *program.notes))
    ends = writer.counts | {
        name for bounds in ranges.values() for bound in bounds for name in re.findall(r"[^\W\d_]\w*", bound)
    }
    return replace(program, ranges=ranges, ignored=program.ignored | ends) if ranges or ends else program


_MATRIX = re.compile(
    r"\\(?:boldsymbol|mathbf|bm|(?:wide)?hat|(?:wide)?tilde|bar|det)[ ]*\{?[ ]*\\Sigma(?![A-Za-z])"
    r"|\\Sigma(?![A-Za-z]| *\^(?:\{[^{}]*\}|\w) *_) *(?:_(?:\{[^{}=]*\}|\w) *)?"
    r"(?:\^|\\?[|)\]},;&+=]|-|\\r(?:ight|[vV]ert)|\\[lr]?[vV]ert|\\(?:cdot|odot|times)(?![A-Za-z])|$)"
    r"|(?:\^ *(?:T|\\top|\\intercal|\{ *(?:T|\\top|\\(?:mathrm|text) *\{?T\}?) *\})|[A-Z]\}?|\|) *\\Sigma(?![A-Za-z])"
)
"""The letter Σ as the name of a matrix: raised, between bars, behind a transpose or another matrix."""
_FUNCTIONAL = re.compile(r"\\mathbb[ \t]*\{?([EPRV])\}?(?=[ \t]*[(\[])")
"""An expectation or the like, which may be the name of a value."""
_RAISED_WORD = re.compile(r"\^\{([A-Za-z]{2,})\}")
"""A word above a name: X^{old}."""
_ROUND_LABEL = re.compile(r"\^\([ ]*([^\W_]+)[ ]*([-+][ ]*[0-9]+)?[ ]*\)")
"""A raised label in round brackets, without braces: W^(l+1)."""
_RAISED_LETTER = re.compile(r"\^\(([^\W\d_])\)")
"""A power that is a letter, which is a label in a name: h_{ij}^{k}."""
_LAYER = re.compile(r"\w+\^[A-Za-z]")
"""A name with one raised letter: a^L."""
_FIRST_WORD = re.compile(r"^[A-Za-z]{2,}")
"""Letters that begin a name, and are no product: dZ^{[l]}."""
_LABELLED = re.compile(
    r"([^\W\d_]+)(?:_(?:\{(\w+)\}|(\w+?)))?\^(?:\{([A-Za-z]{2,})\}|([A-Za-z]{2,}))(?:_(?:\{(\w+)\}|(\w+)))?"
)
"""A name with a word above it, and perhaps something below, in either order: v^cmd_xy, v_xy^{cmd}."""
_TILDE_BEHIND = re.compile(r"^([^\W\d_])~(?=_)")
"""A letter with a tilde behind it and a subscript: h~_t."""
_NESTED = re.compile(r"\{[^{}]*_")
"""A subscript within a subscript: E_{I_1}."""
_EXPECTED_NAME = re.compile(r"^(?:\\(?:mathbb|mathrm|operatorname|text)[ ]*\{)?(E|Var)\}?\[([^\[\]]*)\]$")
"""An expectation that is given as it stands: E[R_p]."""
_CONCENTRATION = re.compile(r"\[[\w\\{}^_+]+\]")
"""A name in square brackets, as chemists write a concentration."""
_CONDITIONAL = re.compile(
    r"[A-Za-z}][ ]*(?:\\!|\\left|\\[bB]igg?l?)?[ ]*\([^()]*(?:\||\\mid|\\[lr]?[vV]ert|\\parallel|\\\|)"
)
"""A bar in the brackets behind a name."""


def plain_name(name: str) -> str:
    """A name as someone gave it, perhaps in LaTeX or of an object → in plain notation: \\tilde{H}_t is H̃_t.

    >>> plain_name("\\\\theta_0"), plain_name("n_{H_{prev}}"), plain_name("w_1")
    ('θ_0', 'n_Hprev', 'w_1')
    """
    name = key_of(name).removeprefix("self.").removeprefix("this.").removesuffix(".data")
    name = _EXPECTED_NAME.sub(r"\1(\2)", name)
    name = name[1:-1] if name[:1] == "[" and _CONCENTRATION.fullmatch(name) else name
    name = OF_PARAMETERS.sub(r"\1(\2)", _TILDE_BEHIND.sub("\\1\u0303", name))
    if "^" in name and (labelled := _LABELLED.fullmatch(name)) is not None:
        stem, *below = labelled.group(1, 2, 3, 6, 7)
        lower = [part for part in below if part]
        if len(lower) < 2:
            return "".join((stem, *(f"_{{{part}}}" for part in lower), f"^{{({labelled[4] or labelled[5]})}}"))
    name = name if "\\" in name else _ROUND_LABEL.sub(r"^{(\1\2)}", name)
    if (
        "\\" not in name
        and name.count("{") < 2
        and ("^" not in name or _LAYER.fullmatch(name))
        and not _NESTED.search(name)
    ):
        return name
    name = _RAISED_WORD.sub(lambda word: word[0] if _in_braces(name, word.start()) else f"^{{({word[1]})}}", name)
    name = _FUNCTIONAL.sub(r"\1", name.replace("<", "(").replace(">", ")"))
    source = Source(normalise(name), "name")
    try:
        written = Writer(source, tokenise(source), Vocabulary(values=frozenset(_FIRST_WORD.findall(name)))).run()
    except ParseError:
        return name
    return _RAISED_LETTER.sub(r"^{(\1)}", "".join(written.pieces).strip())


def _in_braces(text: str, at: int) -> bool:
    """Whether a place is within braces."""
    return text.count("{", 0, at) > text.count("}", 0, at)


class _Places:
    """Places in plain notation → places in the LaTeX, looked up when someone asks for them."""

    def __init__(self, written: Written, length: int) -> None:
        self.written, self.length = written, length

    @cached_property
    def of(self) -> Sequence[int]:
        """For each character of the plain notation, the number of its piece."""
        return [number for number, piece in enumerate(self.written.pieces) for _ in piece]

    @cached_property
    def following(self) -> Sequence[int]:
        """For each piece the next place behind it that a later piece has, or the end of the text."""
        following: list[int] = []
        ahead: list[int] = []
        behind = self.length
        for place in reversed(self.written.places):
            while behind <= place:
                behind = ahead.pop()
            following.append(behind)
            ahead.append(behind)
            behind = place
        return following[::-1]

    def start(self, place: int) -> int:
        """A place in plain notation → where its piece begins."""
        return self.written.places[self.of[place]]

    def stop(self, place: int) -> int:
        """Where something ends in plain notation → where the piece behind it begins."""
        return self.following[self.of[place - 1]]

    def span(self, span: Span) -> Span:
        """A span in plain notation → the one in the LaTeX; where nothing was written, its first character."""
        end = len(self.of)
        if not end:
            return 0, 1
        start, stop = span[0], max(span[1], span[0] + 1)
        if start >= end:  # what is missing at the end
            return self.length, self.length + 1
        return self.start(start), self.stop(min(stop, end))


class _Asked(Sequence[int]):
    """Places in plain notation, read as those in the LaTeX."""

    def __init__(self, look: Callable[[int], int], places: Sequence[int]) -> None:
        self.look, self.places = look, places

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, at: int) -> int: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[int]: ...

    def __getitem__(self, at: int | slice) -> int | Sequence[int]:
        return self.look(self.places[at]) if isinstance(at, int) else [*map(self.look, self.places[at])]


def _placed(program: Program, source: Source, places: _Places, notes: tuple[str, ...]) -> Program:
    """Program with places in plain notation → the same with places in the LaTeX, and with notes."""
    statements = relocated(program.statements, places.span)
    return replace(
        program, source=source, statements=statements, notes=notes, starts=_Asked(places.start, program.starts),
        stops=_Asked(places.stop, program.stops), marks=_Asked(places.start, program.marks),
    )  # fmt: skip
