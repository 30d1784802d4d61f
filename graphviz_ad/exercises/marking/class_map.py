"""Exercise, and how many students made a mistake where → its graph with these numbers on it."""

from __future__ import annotations

from collections.abc import Mapping

from graphviz_ad.diagram.paint import ink
from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.style import make_style
from graphviz_ad.diagram.theme import Theme
from graphviz_ad.diagram.typeset import Label, Request, short, typeset
from graphviz_ad.exercises.sheets.figures import Figure, centred, written_on
from graphviz_ad.exercises.sheets.fillable_graph import Spot, graph_with_room
from graphviz_ad.items.model import Exercise, Place
from graphviz_ad.messages.catalogue import say

_TYPE_SIZE = 13.0
"""Of a number, in units of the picture: as large as an answer on a sheet."""
_MIN_RADIUS = 11.0
"""Of the disc about a number: room for two digits."""
_DISC_PAD = 6.0
"""Between the digits of a number and the rim of its disc."""


def class_map(exercise: Exercise, counts: Mapping[Place, int], students: int) -> Figure:
    """Exercise, and how many of so many students made a mistake at each place → the picture.

    It shows no values, since every student has others.
    """
    style = make_style(lang=exercise.lang)
    labels = typeset([Request(f"${count}$", _TYPE_SIZE) for count in counts.values()], style.lang)
    badges = dict(zip(map(_spot, counts), zip(counts.values(), labels, strict=True), strict=True))
    rooms = {spot: (2 * _radius(label) + 2, 2 * _radius(label) + 2) for spot, (_, label) in badges.items()}
    blank, boxes = graph_with_room(exercise.trace, rooms, style, valued=False)
    over = "".join(
        _badge(box, badges[spot][1], 0.25 + 0.75 * badges[spot][0] / max(1, students), style.theme)
        for spot, box in boxes.items()
    )
    return written_on(blank, over, style.theme.paper, exercise.title, say("class.picture", style.lang))


def _spot(place: Place) -> Spot:
    """Place of a mistake → where its number stands: at the gradient of a node, at the contribution of an edge."""
    node, slot = place
    return ("gradient", node, None) if slot is None else ("contribution", node, slot)


def _radius(label: Label) -> float:
    return max(_MIN_RADIUS, label.ink_width / 2 + _DISC_PAD)


def _badge(box: Rect, label: Label, strength: float, theme: Theme) -> str:
    """Number of students → it in a disc, whose rim is the thicker the more they are."""
    x, y, radius = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, short(_radius(label))
    disc = (
        f'<ellipse cx="{short(x)}" cy="{short(y)}" rx="{radius}" ry="{radius}" '
        f'fill="{theme.backward_tint}" stroke="{theme.backward}" stroke-width="{short(3 * strength)}"/>'
    )
    return disc + ink(centred(label, box), theme.backward)
