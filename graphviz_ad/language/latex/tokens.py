"""LaTeX → tokens with their places, and which opening token belongs to which closing one."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from graphviz_ad.errors import ParseError
from graphviz_ad.source import Source, Span

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n\u00a0]+|%[^\n]*|\$+)"
    r"|(?P<environment>\\(?:begin|end)[ \t]*\{[^{}\n]*\})"
    r"|(?P<row>\\\\(?:\[[^\]\n]*\])?)"
    r"|\\(?P<command>operatorname\*|tag\*|hspace\*|[A-Za-z]+|.)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r"|(?P<letter>[^\W\d_][\u0300-\u036f]*)"
    r"|(?P<sign>:=|\|\||[\s\S])"
)
_FRACTIONS = ("frac", "dfrac", "tfrac", "cfrac")


class Token(NamedTuple):
    """A piece of LaTeX: "command" without its backslash, "letter", "number", "sign", "begin", "end", "row" or
    "space"."""

    kind: str
    text: str
    start: int
    stop: int


def fail(source: Source, message: str, span: Span, hint: str) -> NoReturn:
    """Raise ParseError at a place of the LaTeX."""
    raise ParseError(message, source=source, span=span, hint=hint)


def tokenise(source: Source) -> list[Token]:
    """LaTeX → its tokens; spaces only where they part two letters."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(source.text):
        kind = str(match.lastgroup)
        text = match.group(kind)
        if kind == "space":
            if "\n\n" in text.replace(" ", ""):
                tokens.append(Token("row", text, *match.span()))
            elif tokens and tokens[-1].kind != "space":
                tokens.append(Token("space", text, *match.span()))
            continue
        if (kind, text) == ("command", "_"):  # as Markdown has it
            kind = "sign"
        if kind == "environment":
            kind = "begin" if text.startswith("\\begin") else "end"
            text = text[text.index("{") + 1 : -1]
        if kind == "number" and _takes_one(tokens):  # TeX takes one digit: \\frac12, x^23
            tokens += [Token(kind, text[n], match.start() + n, match.start() + n + 1) for n in range(len(text))]
        else:
            tokens.append(Token(kind, text, *match.span()))
    return tokens


def _takes_one(tokens: list[Token]) -> bool:
    """Whether the digits that follow are arguments, one each."""
    before = next((token for token in reversed(tokens) if token.kind != "space"), None)
    if before is None:
        return False
    return (before.kind == "sign" and before.text in "^_") or (before.kind == "command" and before.text in _FRACTIONS)


def partners(source: Source, tokens: list[Token]) -> dict[int, int]:
    """Tokens → for each opening brace and environment, the index of what closes it.

    Raises ParseError where one has no partner.
    """
    found: dict[int, int] = {}
    stack: list[int] = []
    for index, token in enumerate(tokens):
        if (token.kind, token.text) == ("sign", "{") or token.kind == "begin":
            stack.append(index)
        elif (token.kind, token.text) == ("sign", "}") or token.kind == "end":
            closes = "}" if token.kind == "sign" else f"\\end{{{token.text}}}"
            if not stack:
                fail(source, f"'{closes}' closes nothing", (token.start, token.stop), "take it out, or open it before")
            opener = tokens[stack[-1]]
            if (opener.kind == "begin") != (token.kind == "end") or (
                opener.kind == "begin" and opener.text != token.text
            ):
                opened = "{" if opener.kind == "sign" else f"\\begin{{{opener.text}}}"
                fail(
                    source,
                    f"'{opened}' is closed by '{closes}'",
                    (token.start, token.stop),
                    "close what was opened last first",
                )
            found[stack.pop()] = index
    if stack:
        opener = tokens[stack[-1]]
        closer = "}" if opener.kind == "sign" else f"\\end{{{opener.text}}}"
        fail(source, "this is never closed", (opener.start, opener.stop), f"add a '{closer}'")
    return found


def without_derivatives(tokens: list[Token]) -> list[Token]:
    """Tokens → the same without the sides of a chain of equalities that ask for a derivative: ∂/∂x (xᵀa) = … = a."""
    if not any(token.text == "partial" for token in tokens):
        return tokens
    kept: list[Token] = []
    side: list[Token] = []
    depth = 0
    for token in [*tokens, None]:
        if token is not None and token.kind == "sign":
            depth += {"{": 1, "}": -1}.get(token.text, 0)
        if token is None or (token.text == "=" and depth == 0):
            inside = [one for one in side if one.kind != "space"]
            last = max(
                (n for n, one in enumerate(inside) if one.kind not in ("row", "end") and one.text != "&"), default=0
            )
            whole = not any(one.kind == "row" for one in inside[:last])
            if token is not None and whole and _asks(inside):
                kept += [one for one in side if one.kind in ("begin", "row")]
                side = []
                continue
            kept += side
            side = []
        if token is not None:
            side.append(token)
    return kept


def _asks(side: list[Token]) -> bool:
    """Whether a side has \\frac{\\partial}{…}, with nothing above the line but the sign."""
    texts = [token.text for token in side]
    return any(texts[n : n + 4] == ["frac", "{", "partial", "}"] for n in range(len(texts)))
