"""LaTeX → tokens with their places, and which opening token belongs to which closing one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple, NoReturn

from graphviz_ad.errors import ParseError
from graphviz_ad.language.latex.pieces import BLANK, END, Token, number, token_of
from graphviz_ad.source import Source, Span

_REST = (
    r"|\\(?:\\(?:\[[^\]\n]*\])?|(?:begin|end)[ \t]*\{[^{}\n]*\}|(?:operatorname|tag|hspace)\*|[A-Za-z]+|.)"
    r"|[0-9]+(?:\.[0-9]+)?|\.[0-9]+"
    rf"|(?:{BLANK.pattern})+"
    r"|[^\W\d_][\u0300-\u036f]*"
    r"|:=|[<>!]=|\|\||[\s\S]"
)
PIECE = re.compile(
    r"[A-Za-z](?![\u0300-\u036f])| (?![ \t\r\n\u00a0%$])|[-+*(){}^_=,/&\[\]]" + _REST  # most pieces, the quick way
)
"""A piece of a text; together they are all of it."""
_ASCII_PIECE = re.compile(r"[-A-Za-z+*(){}^_=,/&\[\]]| (?![ \t\r\n%$])" + _REST)
"""The same of a text in ASCII, whose letters have no accents behind them."""
_DIGIT_ARGUMENTS = [re.compile(before + r"(?:[ \t\r\n\u00a0$]|%[^\n]*\n)*[0-9.][0-9.]") for before in ("_", "frac")]
"""Digits that may be an argument without braces, behind _ or \\frac, which is one digit."""
FRACTIONS = ("frac", "dfrac", "tfrac", "cfrac")
"""Commands that take two arguments, a digit each where there are no braces."""


class Tokens(NamedTuple):
    """Holds tokens, and where each of them starts and stops in the text."""

    tokens: list[Token]
    starts: list[int]
    stops: list[int]

    def only(self, kept: Sequence[int]) -> Tokens:
        """Numbers → the tokens of these numbers."""
        return Tokens([self.tokens[n] for n in kept], [self.starts[n] for n in kept], [self.stops[n] for n in kept])


_CHARACTER_TOKENS = {character: token_of(character) for character in map(chr, range(ord(" "), ord("~") + 1))}
"""Tokens of one character, which most are."""
_OPENING, _CLOSING = _CHARACTER_TOKENS["{"], _CHARACTER_TOKENS["}"]


class _TokenTable(dict[str, Token]):
    """Pieces of a text → their tokens, each made where it is met first.

    `parts` are the pieces that may be several tokens: what is blank in several ways, and digits, since TeX takes one
    digit as in \\frac12.
    """

    def __init__(self, *, has_digit_arguments: bool) -> None:
        super().__init__(_CHARACTER_TOKENS)
        self.has_digit_arguments = has_digit_arguments
        self.parts: dict[str, Sequence[str]] = {}

    def __missing__(self, piece: str) -> Token:
        """Piece met for the first time → its token."""
        token = self[piece] = token_of(piece)
        if token.kind == "number":
            if self.has_digit_arguments and len(piece) > 1:
                self.parts[piece] = piece
        elif BLANK.match(piece) and len(blanks := BLANK.findall(piece)) > 1:
            self.parts[piece] = blanks
        return token


def fail(source: Source, message: str, span: Span, hint: str) -> NoReturn:
    """Raise ParseError at a place of the LaTeX."""
    raise ParseError(message, source=source, span=span, hint=hint)


def fail_optimum(source: Source, span: Span) -> NoReturn:
    """Raise ParseError at argmin or argmax with the letter it is over."""
    fail(source, "an optimum is not computed here", span, "write only what is minimised or maximised")


def tokenise(source: Source) -> Tokens:
    """LaTeX → its tokens; spaces only where they part two letters."""
    text = source.text
    pieces = (_ASCII_PIECE if text.isascii() else PIECE).findall(text)
    table = _TokenTable(has_digit_arguments=any(argument.search(text) for argument in _DIGIT_ARGUMENTS))
    tokens = [*map(table.__getitem__, pieces)]
    stops = [*accumulate(map(len, pieces))]
    placed = Tokens(tokens, [0, *stops[:-1]], stops)
    if parts := table.parts:
        split = {n: parts[piece] for n, piece in enumerate(pieces) if piece in parts and _is_split(tokens, n)}
        placed = _apart(placed, split) if split else placed
    if placed.tokens and placed.tokens[0].kind == "space":
        placed = placed.only(range(1, len(placed.tokens)))
    return placed


def _is_split(tokens: Sequence[Token], at: int) -> bool:
    """Whether the parts of a piece are tokens, as they are of a number that is an argument."""
    if tokens[at].kind != "number":
        return True
    before = tokens[at - 1] if at else END
    if before.kind == "space":
        before = tokens[at - 2] if at > 1 else END
    return (before.kind, before.text) == ("sign", "_") or (before.kind == "command" and before.text in FRACTIONS)


def _apart(placed: Tokens, split: Mapping[int, Sequence[str]]) -> Tokens:
    """Tokens → the same, those of some numbers in parts; of spaces side by side the first."""
    new = Tokens([], [], [])
    for at, (whole, start, stop) in enumerate(zip(*placed, strict=True)):
        if at not in split:
            new.tokens.append(whole)
            new.starts.append(start)
            new.stops.append(stop)
            continue
        for part in split[at]:
            token = number(part) if whole.kind == "number" else token_of(part)
            if token.kind != "space" or (new.tokens and new.tokens[-1].kind != "space"):
                new.tokens.append(token)
                new.starts.append(start)
                new.stops.append(start + len(part))
            start += len(part)
    return new


def partners(source: Source, placed: Tokens) -> dict[int, int]:
    """Tokens → for each opening brace and environment, the number of what closes it.

    Raises ParseError where one has no partner.
    """
    tokens, starts, stops = placed
    pairs: dict[int, int] = {}
    if "{" not in source.text and "}" not in source.text:
        return pairs
    stack: list[int] = []
    for at in [n for n, token in enumerate(tokens) if token.paired]:
        token = tokens[at]
        if token is _OPENING or token.kind == "begin":
            stack.append(at)
            continue
        if token is _CLOSING and stack and tokens[stack[-1]] is _OPENING:
            pairs[stack.pop()] = at
            continue
        opener = tokens[stack[-1]] if stack else None
        closes = "}" if token.kind == "sign" else f"\\end{{{token.text}}}"
        if opener is None:
            fail(source, f"'{closes}' closes nothing", (starts[at], stops[at]), "take it out, or open it before")
        if (opener.kind, token.kind, opener.text) != ("begin", "end", token.text):
            opened = "{" if opener.kind == "sign" else f"\\begin{{{opener.text}}}"
            problem = f"'{opened}' is closed by '{closes}'"
            fail(source, problem, (starts[at], stops[at]), "close what was opened last first")
        pairs[stack.pop()] = at
    if stack:
        at = stack[-1]
        closer = "}" if tokens[at].kind == "sign" else f"\\end{{{tokens[at].text}}}"
        fail(source, "this is never closed", (starts[at], stops[at]), f"add a '{closer}'")
    return pairs


def without_derivatives(placed: Tokens) -> Tokens:
    """Tokens → the same without the sides of a chain of equalities that ask for a derivative: ∂/∂x (xᵀa) = … = a."""
    tokens = placed.tokens
    kept: list[int] = []
    side: list[int] = []
    depth = 0
    for at, token in enumerate([*tokens, None]):
        if token is not None and token.kind == "sign":
            depth += {"{": 1, "}": -1}.get(token.text, 0)
        if token is None or (token.text == "=" and depth == 0):
            inside = [tokens[n] for n in side if tokens[n].kind != "space"]
            last = max(
                (n for n, inner in enumerate(inside) if inner.kind not in ("row", "end") and inner.text != "&"),
                default=0,
            )
            whole = not any(inner.kind == "row" for inner in inside[:last])
            if token is not None and whole and _asks(inside, is_left=not kept):
                kept += [n for n in side if tokens[n].kind in ("begin", "row")]
                side = []
                continue
            kept += side
            side = []
        if token is not None:
            side.append(at)
    return placed.only(kept)


def _derives_product(texts: list[str]) -> bool:
    """Whether what stands above the line of the quotient that a side is has a sign between values: ∂ x^T W x / ∂W."""
    end = next((n for n in range(2, len(texts)) if texts[n : n + 2] == ["}", "{"]), len(texts))
    inside = texts[3:end]
    return (
        sum(text.isalpha() and len(text) == 1 for text in inside) > 1
        and any(text in ("^", "+", "-", "sum", "frac", "|", "Vert") for text in inside)
        and "(" not in inside[:3]
    )


def _asks(side: list[Token], *, is_left: bool = False) -> bool:
    """Whether a side has \\frac{\\partial}{…} or \\frac{d}{dx}, with nothing above the line but the sign."""
    texts = [token.text for token in side]
    if is_left and texts[:3] == ["frac", "{", "partial"] and _derives_product(texts):
        return True
    return any(
        texts[n : n + 4] == ["frac", "{", "partial", "}"]
        or (texts[n : n + 6] == ["frac", "{", "d", "}", "{", "d"] and texts[n + 6 : n + 7] != ["_"])
        for n in range(len(texts))
    )
