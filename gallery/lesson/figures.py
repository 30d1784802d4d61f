"""Runs → the figures of the lesson by name, in either language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gallery.lesson import runs
from graphviz_ad.api.runs import Run

Draw = Callable[[str, str], Any]
"""Language and path → a file there."""


def _run(make: Callable[[], Any], kind: str, **options: Any) -> Draw:
    """What makes a run or a comparison, and the name of a figure → how it is drawn."""
    return lambda lang, path: make().figure(kind, lang=lang, **options).save(path)


def _update(make: Callable[[], Run]) -> Draw:
    """What makes a run → how its first update is drawn: the finished picture, or as .html the page that plays it."""

    def draw(lang: str, path: str) -> Any:
        trace = make().update(1)
        if path.endswith(".html"):
            return trace.save(path, lang=lang)
        return trace.draw(lang=lang, fit="page").save(path)

    return draw


def _xor(place: int) -> Draw:
    return lambda lang, path: Run.of(runs.xor()[place]).figure("boundary", lang=lang).save(path)


FIGURES: Mapping[str, Draw] = {
    "update.svg": _update(runs.neuron),
    "update.html": _update(runs.neuron),
    "bowl.svg": _run(runs.bowl, "rate"),
    "rate.svg": _run(runs.one_line, "rate"),
    "ravine.svg": _run(runs.memory, "loss", axes=["updates"]),
    "batch.svg": _update(runs.three),
    "batch.html": _update(runs.three),
    "sizes.svg": _run(runs.sizes, "path"),
    "loss.svg": _run(runs.sizes, "loss"),
    "noise.svg": _run(runs.one_line, "noise"),
    "outlier.svg": _run(runs.outlier, "outlier"),
    "memory.svg": _run(runs.one_line, "memory"),
    "classes.svg": _run(runs.classes, "boundary"),
    "xor-line.svg": _xor(0),
    "xor-product.svg": _xor(1),
    "xor-network.svg": _xor(2),
}
"""By the names of their files."""


def make(name: str, lang: str, folder: Path) -> Path:
    """Name of a figure, language and folder → its file there, which is made unless it is there."""
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        FIGURES[name](lang, str(path))
    return path
