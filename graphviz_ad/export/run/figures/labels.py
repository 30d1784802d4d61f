"""Names of parameters, and what sets a run apart → Typst markup, or plain text for a description."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.diagram.typeset import text
from graphviz_ad.language import numbers
from graphviz_ad.language.printer import DISPLAY, TYPST
from graphviz_ad.messages.catalogue import between, say
from graphviz_ad.training.compare import Distinction


def mathematics(name: str) -> str:
    """Name of an input or of an entry, as W[0, 1] → mathematics of Typst.

    >>> mathematics("W[0, 1]"), mathematics("b")
    ('W[0, 1]', 'b')
    """
    base, bracket, places = name.partition("[")
    return TYPST.write_name(base) + bracket + places


def plain(name: str) -> str:
    """Name of an input or of an entry → text."""
    base, bracket, places = name.partition("[")
    return DISPLAY.write_name(base) + bracket + places


def run_label(parts: Distinction, lang: str) -> str:
    """What sets a run apart → markup."""
    pieces = []
    for name, value in parts:
        number = _number(value)
        right = text(value) if number is None else f"${TYPST.write_value(number, 4)}$"
        left = f"${TYPST.write_name(name)} =$ " if name and name != "η(t)" else "$eta(t) =$ " if name else ""
        pieces.append(left + right)
    return text(say("list", lang)).join(pieces)


def run_text(parts: Distinction, lang: str) -> str:
    """What sets a run apart → plain text."""
    return say("list", lang).join(f"{name} = {value}" if name else value for name, value in parts)


def listed(items: Sequence[str], lang: str) -> str:
    """Texts → one, with what stands between things of a list."""
    return say("list", lang).join(items)


def joined_sentences(sentences: Sequence[str], lang: str) -> str:
    """Sentences → one text, with what stands between two of them."""
    return between("language.gap", lang).join(sentences)


def short(value: float, digits: int = 3) -> str:
    """Number → text with few digits."""
    return numbers.number(float(value), digits)


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
