"""A finished figure of runs: SVG, and the same as PNG and PDF; shows itself in a notebook."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphviz_ad.errors import OutputError, nearest
from graphviz_ad.export.files import write_atomic
from graphviz_ad.graph.graph import Limits

if TYPE_CHECKING:
    from graphviz_ad.export.image.bundle import Bundle

SUFFIXES = ("svg", "png", "pdf")
"""Of files that a figure is saved as."""


def suffix_of(path: str) -> str:
    """Path → the format of a figure that its suffix says. Raises OutputError where there is none."""
    suffix = os.path.splitext(path)[1][1:].lower()
    if suffix in SUFFIXES:
        return suffix
    near = nearest(suffix, SUFFIXES)
    meant = f"did you mean '.{near}'? " if near else ""
    hint = f"{meant}a figure is saved as .{', .'.join(SUFFIXES)}"
    raise OutputError(f"a figure cannot be '.{suffix}'" if suffix else f"'{path}' has no suffix", hint=hint)


@dataclass(frozen=True)
class Figure:
    """A figure of a run or of several; `description` says in a sentence what is seen, `title` what it is called."""

    text: str = field(repr=False)
    shown: tuple[float, float]
    kind: str
    description: str
    limits: Limits = field(default=Limits(), repr=False)
    title: str = ""

    def svg(self) -> str:
        """→ SVG text."""
        return self.text

    def png(self, scale: float = 2.0) -> bytes:
        """→ PNG, `scale` pixels a unit of the picture. Raises LimitError where that is too large."""
        from graphviz_ad.export.image.pages import picture_png

        return picture_png(self, scale)

    def pdf(self) -> bytes:
        """→ PDF of one page."""
        from graphviz_ad.export.image.pages import pdf

        return pdf([self.text])

    def save(self, path: str | os.PathLike[str]) -> list[str]:
        """→ a file in the format of its suffix, svg, png or pdf; the paths written. Raises OutputError."""
        where = os.fspath(path)
        suffix = suffix_of(where)
        data = {"svg": lambda: self.text.encode(), "png": self.png, "pdf": self.pdf}[suffix]()
        write_atomic(where, data)
        return [where]

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> Bundle:
        from graphviz_ad.export.image.bundle import bundle

        return bundle(lambda: self, self.description, include, exclude)
