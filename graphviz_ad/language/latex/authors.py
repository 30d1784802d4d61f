"""Commands that an author defines beside the formula, \\newcommand{\\vx}{\\mathbf{x}} → the formula with what they
stand for."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphviz_ad.errors import ParseError
from graphviz_ad.language.tokens import blank
from graphviz_ad.language.tree import Program, relocated
from graphviz_ad.source import Source, Span

DEFINES = re.compile(r"\\(?:(?:re|provide)?newcommand|DeclareMathOperator|def(?=[ ]*\\)|DeclarePairedDelimiter)")
"""A command that defines one."""
BRACED_ROWS = re.compile(r"\\([pbvBV]?matrix|cases)\s*(?=\{)")
"""Rows in braces as plain TeX has them, which other LaTeX puts into an environment: \\pmatrix{a \\cr b}."""
HAS_OWN_COMMANDS = re.compile(f"{DEFINES.pattern}|{BRACED_ROWS.pattern}")
"""One of both."""
WORDS_OF_BOTH = ("command", "Declare", "\\def", "matrix", "cases")
"""What they have in them, quickly found."""
_HEAD = re.compile(
    r"\\(?:(?:re|provide)?newcommand\*?\s*\{?\s*\\([A-Za-z]+)\s*\}?\s*(?:\[(\d)\])?\s*(?=\{)"
    r"|(DeclareMathOperator)\*?\s*\{?\s*\\([A-Za-z]+)\s*\}?\s*(?=\{)"
    r"|def\s*\\([A-Za-z]+)((?:#\d)*)\s*(?=\{)"
    r"|(DeclarePairedDelimiter)\s*\{?\s*\\([A-Za-z]+)\s*\}?\s*\{([^{}]*)\}\s*(?=\{))"
)
"""What stands before the body of a definition."""
_PARAMETER = re.compile(r"#(\d)")
"""Where an argument stands in a body."""
_MAX_ROUNDS = 12
"""How deep definitions may stand in one another."""


@dataclass(frozen=True, slots=True)
class Definition:
    """Holds what a command stands for: how many arguments it takes, and the LaTeX in which they stand as #1, #2."""

    count: int
    body: str


@dataclass(frozen=True, slots=True)
class Expanded:
    """Holds a formula with what its own commands stand for, and of each character where it comes from."""

    source: Source
    text: str
    begins: Sequence[int]
    ends: Sequence[int]

    def span(self, span: Span) -> Span:
        """A span in the formula → the one in what the author wrote."""
        last = len(self.begins) - 1
        first, end = min(span[0], last), min(max(span[1] - 1, span[0]), last)
        return self.begins[first], max(self.ends[end], self.begins[first] + 1)

    def placed(self, program: Program) -> Program:
        """Program of the formula → the same with places in what the author wrote."""
        statements = relocated(program.statements, self.span)
        spans = [*map(self.span, zip(program.starts, program.stops, strict=True))]
        return replace(
            program, source=self.source, statements=statements,
            starts=array("I", [start for start, _ in spans]), stops=array("I", [stop for _, stop in spans]),
            marks=array("I", [self.span((mark, mark + 1))[0] for mark in program.marks]),
        )  # fmt: skip

    def problem(self, problem: ParseError) -> ParseError:
        """An error in the formula → the same with its place in what the author wrote."""
        span = self.span(problem.span) if problem.span is not None else None
        return ParseError(problem.message, source=self.source, span=span, hint=problem.hint)


def expanded(source: Source, max_length: int) -> Expanded:
    """LaTeX with definitions of commands → the formula without these, each of its commands replaced by what it stands
    for.

    Raises ParseError where a definition cannot be read, or has itself in it.
    """
    text, definitions = _definitions(source)
    for name in BRACED_ROWS.findall(text):
        definitions.setdefault(name, Definition(1, rf"\begin{{{name}}}#1\end{{{name}}}"))
    begins, ends = [*range(len(text))], [*range(1, len(text) + 1)]
    if not definitions:
        return Expanded(source, text, begins, ends)
    command = re.compile(rf"\\({'|'.join(sorted(definitions, key=len, reverse=True))})(?![A-Za-z])")
    for _ in range(_MAX_ROUNDS):
        pieces, places, last = list[str](), list[tuple[int, int]](), 0
        for call in command.finditer(text):
            if call.start() < last:
                continue  # within the argument of another one
            body, end = _body(source, text, definitions[call[1]], call, begins)
            pieces += [text[last : call.start()], body]
            places += zip(begins[last : call.start()], ends[last : call.start()], strict=True)
            places += [(begins[call.start()], ends[end - 1])] * len(body)
            last = end
        if not pieces:
            return Expanded(source, text, begins, ends)
        places += zip(begins[last:], ends[last:], strict=True)
        text = "".join([*pieces, text[last:]])
        begins, ends = [begin for begin, _ in places], [end for _, end in places]
        if len(text) > max_length:
            break
    left = command.search(text)
    place = begins[left.start()] if left is not None else 0
    raise ParseError(
        "a command that is defined here has itself in it, or stands for too much", source=source,
        span=(place, place + 1), hint="write what it stands for",
    )  # fmt: skip


def _definitions(source: Source) -> tuple[str, dict[str, Definition]]:
    """Source → the same length of text without definitions, and these by the names of their commands."""
    text, at = source.text, 0
    definitions: dict[str, Definition] = {}
    while (begun := DEFINES.search(text, at)) is not None:
        head = _HEAD.match(text, begun.start())
        close = closing(text, head.end()) if head is not None else -1
        if head is None or close < 0:
            raise ParseError(
                "this definition of a command cannot be read", source=source, span=begun.span(),
                hint=r"write it as \newcommand{\name}[1]{…}, or write in the formula what it stands for",
            )  # fmt: skip
        body = text[head.end() + 1 : close]
        if head[3]:
            name, definition = head[4], Definition(0, rf"\operatorname{{{body}}}")
        elif head[7]:
            name, definition = head[8], Definition(1, rf"\left{head[9]} #1 \right{body}")
        elif head[5]:
            name, definition = head[5], Definition(len(head[6]) // 2, body)
        else:
            name, definition = head[1], Definition(int(head[2] or 0), body)
        definitions[name] = definition
        text = text[: begun.start()] + blank(text[begun.start() : close + 1]) + text[close + 1 :]
        at = close + 1
    return text, definitions


def _body(
    source: Source, text: str, definition: Definition, call: re.Match[str], begins: Sequence[int]
) -> tuple[str, int]:
    """A command in a text → what it stands for there, and where its last argument ends."""
    arguments, at = list[str](), call.end()
    starred = definition.count and text.startswith("*", at)
    at += 1 if starred else 0
    for _ in range(definition.count):
        while at < len(text) and text[at].isspace():
            at += 1
        close = closing(text, at) if text.startswith("{", at) else -1
        if close > 0:
            arguments.append(text[at + 1 : close])
            at = close + 1
            continue
        single = re.compile(r"\\[A-Za-z]+|\\.|[^{}\\]").match(text, at)
        if single is None:
            place = begins[call.start()]
            raise ParseError(
                f"'{call[0]}' has too few arguments", source=source, span=(place, place + len(call[0])),
                hint=f"it takes {definition.count}, each in braces",
            )  # fmt: skip
        arguments.append(single[0])
        at = single.end()
    body = _PARAMETER.sub(lambda place: arguments[int(place[1]) - 1] if int(place[1]) <= len(arguments) else "",
                          definition.body)  # fmt: skip
    ends_open = re.search(r"\\[A-Za-z]+$", body) is not None and text[at : at + 1].isalpha()
    return body + " " * ends_open, at


def closing(text: str, at: int) -> int:
    """An opening brace → where the one that closes it stands; -1 where none does."""
    depth = 0
    for place in range(at, len(text)):
        if text[place] in "{}" and text[place - 1 : place] != "\\":
            depth += 1 if text[place] == "{" else -1
            if depth == 0:
                return place
    return -1
