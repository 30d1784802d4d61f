"""Where output goes: the result to stdout or a file, all else to stderr, colours only on a terminal."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from itertools import chain
from typing import IO

import click

from .console import encodable

OK, WRONG, USAGE, MISSING_PART = 0, 1, 2, 3
"""Exit codes: fine; the formula, its inputs or a check are wrong; misuse; an optional part is missing."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal would obey."""
_COLOURS = {"error": "red", "warning": "yellow", "hint": "cyan"}
"""Colours of the words that begin a line, as compilers have them."""


class Misuse(click.UsageError):
    """The command is used in a way it cannot be; with a hint that is an action."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def colours(stream: IO[str] | None) -> bool:
    """Whether to colour what goes to the stream: a terminal, and no NO_COLOR (https://no-color.org)."""
    if stream is None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(stream.isatty())


def report(kind: str, text: str) -> None:
    """Kind (error, warning, note) and what is to be said → stderr."""
    if sys.stderr is None:
        return
    text = _CONTROL.sub("\ufffd", f"{kind}: {text}")
    if colours(sys.stderr):
        text = re.sub(r"^(error|warning|hint)(?=:)", _painted, text, flags=re.MULTILINE)
        text = re.sub(r"(?<=\| ) *\^+$", lambda carets: click.style(carets.group(), fg="red"), text, flags=re.MULTILINE)
    try:
        click.echo(encodable(text, sys.stderr), err=True, color=colours(sys.stderr))
    except OSError:
        return  # nobody is listening


def _painted(match: re.Match[str]) -> str:
    return click.style(match.group(), fg=_COLOURS[match.group()], bold=True)


def emit(data: str | bytes | Iterator[str], output: str | None = None) -> None:
    """The result, or its text in pieces → stdout, or the file `output` names, written whole or not at all.

    Text is UTF-8 with a line end at its end; on a terminal it is what the terminal can show.
    """
    if isinstance(data, str) and not data.endswith("\n"):
        data += "\n"
    pieces = [data] if isinstance(data, str | bytes) else chain(data, ["\n"])
    if output is not None and output != "-":
        from graphviz_ad.export.files import write_atomic

        write_atomic(output, map(_encoded, pieces))
        return
    stream = sys.stdout
    if stream is None:
        raise Misuse("there is no standard output to write to", "give a file with -o")
    if not isinstance(data, bytes) and stream.isatty():
        lost = False
        for piece in map(str, pieces):
            shown = encodable(piece, stream)
            lost = lost or shown.count("?") > piece.count("?")
            click.echo(shown, nl=False, color=colours(stream))
        if lost:
            report("note", "this console has no letters for each '?': write to a file with -o, or set PYTHONUTF8=1")
        return
    stream.flush()
    binary: IO[bytes] = stream.buffer
    binary.writelines(map(_encoded, pieces))


def _encoded(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


def emit_json(value: object, output: str | None = None) -> None:
    """A value of numbers, texts, lists and objects → JSON, as `emit` does it."""
    import json

    emit(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2), output)


def flush() -> None:
    """Hand on what is still held back, so that a closed pipe or a full disk is seen now."""
    if sys.stdout is not None:
        sys.stdout.flush()


def file_format(output: str | None, asked: str | None, formats: tuple[str, ...], default: str | None = None) -> str:
    """-o and -T → the format: what -T says, else the suffix, else the default.

    Raises Misuse where there is none, or it is none of the formats.
    """
    if asked:
        return asked
    suffix = os.path.splitext(output)[1].lower().lstrip(".") if output and output != "-" else ""
    if suffix in formats:
        return suffix
    if default is not None and (not output or output == "-"):
        return default
    listed = ", ".join(formats)
    problem = f"'.{suffix}' is not a format" if suffix else f"'{output}' has no suffix that says the format"
    raise Misuse(problem, f"the formats are {listed}; say it with -T or in the name, as in -o x.{formats[0]}")


def make_folder(folder: str) -> None:
    """Make a folder and those above it, where they are not there. Raises OutputError."""
    from graphviz_ad.errors import OutputError

    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as problem:
        why = problem.strerror
        raise OutputError(f"'{folder}' cannot be written: {why}", hint="give another folder with -o") from None
