"""Exercise → JSON, the exercise itself."""

from __future__ import annotations

from collections.abc import Sequence

from graphviz_ad.exercises.record import dumps
from graphviz_ad.exercises.registry import Files, Sheet
from graphviz_ad.items.model import Exercise


def handout(exercises: Sequence[Exercise], name: str, sheet: Sheet) -> Files:
    """One exercise → the file that `graphviz-ad mark` reads."""
    return [(f"{name}.json", dumps(exercises[0]).encode())]
