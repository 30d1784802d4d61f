"""Labels level with an end of their edge: one bend where dot makes two."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from graphviz_ad.diagram import levelled, routing
from tests.diagram.cases import deck_of

NEURON = ("f = 1/(1 + exp(-(w_0*x_0 + w_1*x_1 + w_2)))", {"w_0": 2, "x_0": -1, "w_1": -3, "x_1": -2, "w_2": -3})


def stairs(**options: Any) -> list[str]:
    """Options of a look → the edges whose labels are level with neither end, of those that leave their node alone."""
    drawn, across = deck_of(NEURON, **options).scene, 0 if options.get("direction") == "TB" else 1
    leaving = Counter(edge.arg for edge in drawn.edges)
    return [
        f"{edge.arg}-{edge.node}"
        for edge in drawn.edges
        if edge.middle is not None
        and (edge.local or edge.number or edge.contribution)
        and leaving[edge.arg] == 1
        and min(abs(edge.middle[across] - edge.points[end][across]) for end in (0, -1)) > 1
    ]


@pytest.mark.parametrize("options", [{}, {"fit": "slide"}, {"direction": "TB"}], ids=str)
def test_an_edge_bends_once(options: dict[str, Any]) -> None:
    assert stairs(**options) == []


def test_stairs_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        routing, "levelled", lambda placement, edges, middles, fanned, boxes, direction: (placement, list(boxes))
    )
    assert stairs(fit="slide")


def test_a_label_may_reach_out_of_the_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levelled, "MORE_ROOM_PT", 0.0)
    assert stairs()


def test_labels_of_edges_that_leave_in_one_line_stand_near_their_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    """So each edge has room to bend behind its label."""

    def room() -> list[float]:
        drawn = deck_of(("f = x*x + sin(x)*x", {"x": 2})).scene
        return [edge.points[-1][0] - edge.local.rect[2] for edge in drawn.edges if edge.node == 1 and edge.local]

    near = room()
    monkeypatch.setattr(levelled, "_MAX_EDGES_FANNED", 0)
    assert all(after > before + 20 for after, before in zip(near, room(), strict=True))
