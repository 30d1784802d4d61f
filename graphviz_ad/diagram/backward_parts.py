"""What a backward graph has besides the forward graph, in its place: gradients, pullbacks, dashed arrows, .grad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphviz_ad.diagram import edges as edge_parts
from graphviz_ad.diagram.backward_labels import Edge
from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.nodes import Node, Placed
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.typeset import union
from graphviz_ad.errors import OutputError


@dataclass(frozen=True, slots=True)
class PullbackNode:
    """The node of a pullback in its place; `result` is its contribution, where it is not all of a gradient."""

    rect: Rect
    symbols: Placed | None
    numbers: Placed | None
    result: Placed | None

    @property
    def around(self) -> Rect:
        """What it takes with its contribution."""
        return union([self.rect, self.result.rect] if self.result else [self.rect])


@dataclass(frozen=True, slots=True)
class SavedArrow:
    """A value that is kept: its node, the edge whose pullback uses it, and the line between them."""

    source: int
    edge: Edge
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class GradBox:
    """The .grad of a node: its frame, its texts by how many gradients are added up, the arrow that leads to it."""

    rect: Rect
    texts: Mapping[int, Placed]
    arrow: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class BackwardScene(Scene):
    """The forward graph, and what belongs to the backward pass: gradients by node, edges and pullbacks by edge."""

    gradients: Mapping[int, Node] = field(default_factory=dict)
    returns: Mapping[Edge, edge_parts.Edge] = field(default_factory=dict)
    pullbacks: Mapping[Edge, PullbackNode] = field(default_factory=dict)
    saved: tuple[SavedArrow, ...] = ()
    grads: Mapping[int, GradBox] = field(default_factory=dict)
    key: Placed | None = None


def require_plain(scene: Scene, what: str) -> None:
    """Raise OutputError where what is to be made cannot show a backward graph."""
    if isinstance(scene, BackwardScene):
        raise OutputError(
            f"{what} cannot show a backward graph",
            hint="leave out the one or the other",
        )
