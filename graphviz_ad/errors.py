"""Everything that can be wrong, said so that a student can act on it."""

from __future__ import annotations

from collections.abc import Iterable

from graphviz_ad.source import Source, Span


class GraphvizADError(Exception):
    """Something is wrong; knows where in the formula, and what to do about it.

    `str(error)` is the message, the line with a caret, and the hint. `option` names what the caller could have
    said besides (`random`, `upstream`), for those who offer it.
    """

    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        source: Source | None = None,
        span: Span | None = None,
        hint: str | None = None,
        option: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.source, self.span, self.hint = message, source, span, hint
        self.option = option

    def __str__(self) -> str:
        parts = [self.message]
        if self.source is not None and self.span is not None:
            parts.append(self.source.excerpt(self.span))
        if self.hint:
            parts.append(f"hint: {self.hint}")
        return "\n".join(parts)


class ParseError(GraphvizADError):
    """The text is not a formula."""


class UnknownNameError(GraphvizADError):
    """A name or a function that is not known, or is used as what it is not."""


class ArityError(GraphvizADError):
    """A function has too many or too few arguments, or an option it does not know."""


class InputError(GraphvizADError):
    """A value is missing, unknown, or not a number."""


class ShapeError(GraphvizADError):
    """Arrays whose shapes do not fit."""


class NotDifferentiableError(GraphvizADError):
    """An operation whose derivative no text states, as that of the derivative of a derivative may be."""


class DomainError(GraphvizADError):
    """A value or gradient is not finite, and `strict` was asked for."""


class LimitError(GraphvizADError):
    """The formula or its arrays are larger than the limits allow."""


class OutputError(GraphvizADError):
    """A file cannot be written, or not in the format asked for."""


class ExerciseError(GraphvizADError):
    """An exercise cannot be made of the formula, or a file is no exercise or no answers."""


class MissingPartError(GraphvizADError):
    """An optional part (torch, a font, a layout engine) is not installed."""

    exit_code = 3


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Word → the known word most like it, or None where none is near."""
    from difflib import get_close_matches

    words = list(known)
    same = [candidate for candidate in words if candidate.casefold() == word.casefold()]
    matches = same or get_close_matches(word, words, n=1, cutoff=0.6)
    return matches[0] if matches else None
