"""Graph without values and its look → what shows itself in a cell."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from graphviz_ad.diagram.annotations import marks
from graphviz_ad.diagram.style import Style
from graphviz_ad.diagram.symbolic_picture import symbolic_picture
from graphviz_ad.export.image.bundle import Bundle, bundle
from graphviz_ad.graph.graph import Graph


@dataclass(frozen=True)
class Symbols:
    """A graph with its names and local derivatives, in a look."""

    graph: Graph
    style: Style

    def __post_init__(self) -> None:
        """Raise GraphvizADError for a node that is not there."""
        marks(self.graph, self.style.annotations)

    def __repr__(self) -> str:
        return repr(self.graph)

    def svg(self) -> str:
        """→ SVG text."""
        return symbolic_picture(self.graph, self.style).svg()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> Bundle:
        return bundle(lambda: symbolic_picture(self.graph, self.style), repr(self), include, exclude)
