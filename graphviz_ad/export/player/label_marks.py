"""A label whose number may change → the mark that stands for its outlines, and these as SVG."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from graphviz_ad.diagram.nodes import Placed
from graphviz_ad.diagram.outlines import Label, Run
from graphviz_ad.diagram.scene import Scene
from graphviz_ad.export.player.digit_glyphs import Brackets, Piece
from graphviz_ad.export.states import glyphs_of

MARK = "@"
"""How the path of a label begins that stands for what a script sets; its key follows."""

Outlined = tuple[str, str, str]
"""An outline: where it begins, x and y, and the rest of it."""


@dataclass
class LiveLabels:
    """The scene with marks for paths, the outlines that stand for each mark at first, and data for the script."""

    scene: Scene
    first: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, int] = field(default_factory=dict)
    faces: dict[str, dict[str, Piece]] = field(default_factory=dict)
    brackets: dict[str, dict[str, Brackets]] = field(default_factory=dict)
    labels: dict[str, dict[str, object]] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, object]:
        """What the script reads."""
        faces = {name: {**pieces, "frames": self.brackets[name]} for name, pieces in self.faces.items()}
        return {"faces": faces, "labels": self.labels}

    @property
    def defined(self) -> dict[str, str]:
        """The outlines of digits and signs, and their names."""
        return {f"M0 0{outline}": f"k{number}" for outline, number in self.shapes.items()}

    def shape(self, outline: str) -> int:
        return self.shapes.setdefault(outline, len(self.shapes))


def with_mark(placed: Placed, key: str) -> Placed:
    """A label in its place → the same with a mark for its path."""
    return replace(placed, label=replace(placed.label, runs=(Run("", MARK + key, placed.label.box),)))


def glyphs_in(label: Label) -> list[Outlined]:
    """Label → its outlines, each in its place."""
    return [glyph for run in label.runs for glyph in glyphs_of(run.path)]


def drawn(live: LiveLabels, glyphs: Iterable[Outlined]) -> str:
    """Outlines in their places → the same as SVG."""
    parts = []
    for x, y, outline in glyphs:
        if outline[:1] == "H":
            parts.append(f'<path d="M{x} {y}{outline}"/>')
        elif outline:
            parts.append(f'<use href="#k{live.shape(outline)}" x="{x}" y="{y}"/>')
    return "".join(parts)
