"""What a person holds of a picture."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphviz_ad.diagram import picture
    from graphviz_ad.export.image.bundle import Bundle

Path = str | os.PathLike[str]
"""Where a file is, or is to be."""
MediaTypes = Collection[str] | None
"""What Jupyter wants of a bundle, or does not; None is all, or nothing."""


@dataclass(frozen=True)
class Picture:
    """One frame of a trace; shows itself in a notebook."""

    frame: picture.Picture

    @property
    def shown(self) -> tuple[float, float]:
        """Width and height in pixels."""
        return self.frame.shown

    @property
    def warnings(self) -> list[str]:
        """What a reader should know of the picture."""
        return self.frame.deck.warnings

    def svg(self) -> str:
        """→ SVG text."""
        return self.frame.svg()

    def png(self, scale: float = 2.0) -> bytes:
        """→ PNG, `scale` pixels a unit of the picture."""
        from graphviz_ad.export.image.pages import picture_png

        return picture_png(self.frame, scale)

    def pdf(self) -> bytes:
        """→ PDF of one page."""
        return self._exported("pdf")

    def dot(self) -> str:
        """→ DOT of this step on its own, labels as text."""
        return self._exported("dot").decode()

    def tex(self) -> str:
        """→ LaTeX: a document with a TikZ picture of this step."""
        return self._exported("tex").decode()

    def save(self, path: Path) -> None:
        """→ a file in the format of its suffix: svg, png, pdf, dot or tex.

        Raises OutputError.
        """
        from graphviz_ad.export.deck import save_picture

        save_picture(self.frame, os.fspath(path))

    def _exported(self, kind: str) -> bytes:
        from graphviz_ad.export.registry import PICTURES

        return PICTURES[kind](self.frame)

    def __repr__(self) -> str:
        return repr(self.frame)

    def _repr_mimebundle_(self, include: MediaTypes = None, exclude: MediaTypes = None) -> Bundle:
        from graphviz_ad.export.image.bundle import bundle

        return bundle(lambda: self.frame, self.frame.spoken, include, exclude)
