"""Arguments → the formula's text and the values of its inputs; nothing is evaluated as Python."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import zip_longest

from graphviz_ad.errors import InputError, LimitError
from graphviz_ad.language.assignments import Value, read_assignment, read_object, require_joined

_MAX_DOCUMENT_CHARACTERS = 4 * 1024 * 1024
"""Of a document from which a formula is taken: longer than a book, which must not fill the memory."""


def read_formula(argument: str, limit: int) -> str:
    """Text, `@file` or `-` → the text of the formula, of at most `limit` characters.

    Of a document, `@notes.md#3` is the third formula in it. Raises InputError for what cannot be read, LimitError for
    what is longer.
    """
    if argument == "-":
        if sys.stdin is None:
            raise InputError("there is no standard input to read the formula from", hint="give it as text, or as @FILE")
        try:
            data = sys.stdin.buffer.read(4 * limit + 4)
        except (OSError, ValueError) as problem:  # a directory, or closed
            why = getattr(problem, "strerror", None) or str(problem)
            raise InputError(
                f"standard input cannot be read: {why}", hint="give the formula as text or @FILE"
            ) from None
        return _decoded(data, "standard input", limit)
    if argument.startswith("@"):
        return _from_file(argument[1:], limit)
    if any("\ud800" <= character <= "\udfff" for character in argument):
        raise InputError("the formula is not UTF-8 text", hint="set the terminal to UTF-8, or give it as @FILE")
    return argument


def _from_file(argument: str, limit: int) -> str:
    """What stands behind "@" → the formula in that file."""
    from graphviz_ad.language.latex.documents import DOCUMENTS, formula_of

    path, _, number = argument.rpartition("#")
    if not path or not path.endswith(DOCUMENTS):
        path, number = argument, ""
    if not path.endswith(DOCUMENTS):
        return _file(path, limit)
    formula = formula_of(_file(path, max(limit, _MAX_DOCUMENT_CHARACTERS)), path, number or None)
    if len(formula) > limit:
        raise LimitError(
            f"the formula has {len(formula)} characters; the limit is {limit}", hint="raise it with --max-length"
        )
    return formula


def _file(path: str, limit: int) -> str:
    """Path → the text of the file."""
    if not path:
        raise InputError("'@' needs the name of a file", hint="as in @formula.txt")
    try:
        with open(path, "rb") as file:
            return _decoded(file.read(4 * limit + 4), f"'{path}'", limit)
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        hint = "check the name behind '@' and the folder you are in"
        raise InputError(f"'{path}' cannot be read: {why}", hint=hint) from None


def _decoded(data: bytes, source: str, limit: int) -> str:
    """Bytes, and what they were read from → text. Raises LimitError, InputError."""
    if len(data) > 4 * limit:  # no character has more than four bytes
        raise LimitError(f"{source} has more than {limit} characters", hint="raise the limit with --max-length")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise InputError(f"{source} is not UTF-8 text (byte {problem.start + 1})", hint="save it as UTF-8") from None


def read_values(arguments: Iterable[str], max_array: int) -> dict[str, Value]:
    """NAME=VALUE and @file.json arguments → values by name.

    Raises InputError, which points into the argument.
    """
    values: dict[str, Value] = {}
    arguments = list(arguments)
    for argument, following in zip_longest(arguments, arguments[1:], fillvalue=""):
        require_joined(argument, following)
        if argument.startswith("@"):
            entries = _json_values(argument[1:], max_array)
        else:
            name, value = read_assignment(argument)
            entries = {name: value}
        for name, value in entries.items():
            if name in values:
                raise InputError(f"'{name}' is given twice", hint=f"leave out one of the values of '{name}'")
            values[name] = value
    return values


def _json_values(path: str, max_array: int) -> dict[str, Value]:
    """JSON file that holds an object → its values by name."""
    return read_object(_file(path, max(1 << 20, 32 * max_array)), path)
