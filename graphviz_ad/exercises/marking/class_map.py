"""Exercise, and how many students made a mistake where → its graph with these numbers on it."""

from __future__ import annotations

from collections.abc import Mapping

from graphviz_ad.diagram.paint import ink
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.style import make_style
from graphviz_ad.diagram.theme import Theme
from graphviz_ad.diagram.typeset import Label, Request, short, typeset
from graphviz_ad.exercises.sheets.figures import Figure, centred, written_on
from graphviz_ad.exercises.sheets.fillable_graph import Spot, roomy
from graphviz_ad.items.model import Exercise, Place
from graphviz_ad.messages.catalogue import say

_TYPE = 13.0
_ROUND = 11.0
"""Least radius of the disc about a number."""


def tally(exercise: Exercise, counts: Mapping[Place, int], students: int) -> Figure:
    """Exercise, and how many of so many students made a mistake at each place → the picture.

    It shows no values, since every student has others.
    """
    style = make_style(lang=exercise.lang)
    labels = typeset([Request(f"${count}$", _TYPE) for count in counts.values()], style.lang)
    badges = dict(zip(map(_spot, counts), zip(counts.values(), labels, strict=True), strict=True))
    rooms = {spot: (2 * _radius(label) + 2, 2 * _radius(label) + 2) for spot, (_, label) in badges.items()}
    laid, found = roomy(exercise.trace, rooms, style, valued=False)
    over = "".join(
        _badge(box, badges[spot][1], 0.25 + 0.75 * badges[spot][0] / max(1, students), style.theme)
        for spot, box in found.items()
    )
    return written_on(laid, over, style.theme.paper, exercise.title, say("class.picture", style.lang))


def _spot(place: Place) -> Spot:
    """Place of a mistake → where its number stands: at the gradient of a node, at what an edge sends back."""
    node, slot = place
    return ("gradient", node, None) if slot is None else ("contribution", node, slot)


def _radius(label: Label) -> float:
    return max(_ROUND, label.ink_width / 2 + 6)


def _badge(box: Rect, label: Label, strength: float, theme: Theme) -> str:
    """A number of students in a disc, the stronger the more they are."""
    x, y, radius = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, short(_radius(label))
    disc = (
        f'<ellipse cx="{short(x)}" cy="{short(y)}" rx="{radius}" ry="{radius}" '
        f'fill="{theme.backward_tint}" stroke="{theme.backward}" stroke-width="{short(3 * strength)}"/>'
    )
    return disc + ink(centred(label, box), theme.backward)
