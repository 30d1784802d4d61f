"""LaTeX → Program: read as plain notation, with places and errors in the LaTeX."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace

from graphviz_ad.errors import ParseError
from graphviz_ad.language.latex.scripts import Written
from graphviz_ad.language.latex.tokens import tokenise, without_derivatives
from graphviz_ad.language.latex.writing import Writer
from graphviz_ad.language.parser import DEFAULT_MAX_LENGTH, parse_program, require_length
from graphviz_ad.language.tokens import normalise
from graphviz_ad.language.tree import Form, Program
from graphviz_ad.language.vocabulary import Vocabulary
from graphviz_ad.source import Source, Span

_COMMENT = re.compile(r"(?<!\\)#[^\n]*")
_COMMAND = re.compile(r"\\(?![_*#&%])")
_AROUND = re.compile(
    r"\s*(?:\$\$?|\\\[|\\\(|\\begin\{(?:equation|displaymath|math)\*?\})(.*?)(?:\$\$?|\\\]|\\\)|\\end\{(?:equation|displaymath|math)\*?\})\s*",
    re.DOTALL,
)


def is_latex(text: str) -> bool:
    """Whether a formula is LaTeX: it has a command, or stands between $ and $."""
    text = _COMMENT.sub("", text)
    return _COMMAND.search(text) is not None or (text.count("$") >= 2 and not text.lstrip().startswith("="))


def read_latex(
    text: str, vocabulary: Vocabulary, *, name: str = "formula", max_length: int = DEFAULT_MAX_LENGTH
) -> Program:
    """LaTeX → Program.

    Raises ParseError, which points into the LaTeX, and LimitError for more than `max_length` characters.
    """
    require_length(text, name, max_length)
    source = Source(normalise(text), name)
    inner = _blanked(source.text)
    tokens = tokenise(Source(inner, name))
    kept = without_derivatives(tokens)
    writer = Writer(Source(inner, name), kept, vocabulary)
    if len(kept) < len(tokens):
        writer.notes["a side that says ∂/∂x of an expression is left out; the other sides are read"] = None
    written = writer.run()
    places = _Places(written, len(source.text))
    plain = "".join(written.pieces)
    try:
        program = parse_program(plain, name=name, max_length=16 * max_length, vocabulary=vocabulary)
    except ParseError as problem:
        span = places.span(problem.span) if problem.span is not None else None
        raise ParseError(problem.message, source=source, span=span, hint=problem.hint) from None
    return replace(_placed(program, source, places), notes=(*writer.notes, *program.notes))


def plain_name(name: str) -> str:
    """A name as someone gave it, perhaps in LaTeX or of an object → in plain notation: \\tilde{H}_t is H̃_t.

    >>> plain_name("\\\\theta_0"), plain_name("n_{H_{prev}}"), plain_name("w_1")
    ('θ_0', 'n_Hprev', 'w_1')
    """
    name = name.removeprefix("self.").removeprefix("this.").removesuffix(".data")
    if "\\" not in name and name.count("{") < 2 and "^" not in name:
        return name
    name = name.replace("<", "(").replace(">", ")")
    source = Source(normalise(name), "name")
    try:
        written = Writer(source, tokenise(source), Vocabulary(values=frozenset())).run()
    except ParseError:
        return name
    return "".join(written.pieces).strip()


def _blanked(text: str) -> str:
    """LaTeX → the same length without the signs that begin and end mathematics."""
    text = re.sub(r"\\[\[\]()]", "  ", text)
    return text.replace("$", " ")


class _Places:
    """Places in plain notation → places in the LaTeX."""

    def __init__(self, written: Written, length: int) -> None:
        self.begins, self.places = written.begins, written.places
        self.following = [length] * len(self.places)  # the next place behind that of a piece
        waiting: list[int] = []
        for piece, place in enumerate(self.places):
            while waiting and self.places[waiting[-1]] < place:
                self.following[waiting.pop()] = place
            waiting.append(piece)

    def start(self, at: int) -> int:
        """A place in plain notation → where its piece begins."""
        piece = bisect_right(self.begins, at) - 1
        return self.places[piece] if piece >= 0 else 0

    def stop(self, at: int) -> int:
        """Where something ends in plain notation → where the piece behind it begins, at least one character on."""
        piece = bisect_right(self.begins, at - 1) - 1
        if piece < 0:
            return self.places[0] if self.places and self.places[0] > 0 else 1
        return max(self.places[piece] + 1, self.following[piece])

    def span(self, span: Span) -> Span:
        """A span in plain notation → the one in the LaTeX."""
        return self.start(span[0]), self.stop(max(span[1], span[0] + 1))


def _placed(program: Program, source: Source, places: _Places) -> Program:
    """Program with places in plain notation → the same with places in the LaTeX."""

    def column(values: Iterable[int], move: str) -> array[int]:
        known: dict[int, int] = {}
        function = getattr(places, move)
        return array("I", [known[v] if v in known else known.setdefault(v, function(v)) for v in values])

    statements = tuple(
        replace(
            statement, span=places.span(statement.span),
            forms=tuple(Form(form.first, form.root, places.span(form.span)) for form in statement.forms),
        )
        for statement in program.statements
    )  # fmt: skip
    return replace(
        program, source=source, statements=statements, starts=column(program.starts, "start"),
        stops=column(program.stops, "stop"), marks=column(program.marks, "start"),
    )  # fmt: skip
