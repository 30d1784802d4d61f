"""Glued connectors: they run through no node and no label but where they begin and end."""

from __future__ import annotations

from itertools import pairwise

import pytest

from graphviz_ad.diagram.layout import Direction
from graphviz_ad.diagram.style import Fit
from graphviz_ad.export.powerpoint import connector_routing as routing
from graphviz_ad.export.powerpoint.connectors import Connectors
from tests.diagram.cases import CASES, Case, deck_of
from tests.diagram.test_fold import LONG

SLACK_PT = 1.0
"""A connector may touch the border of a node or a label: its curve is computed at points, and rounded."""


def runs_through(case: Case, *, direction: Direction = "LR", fit: Fit = "graph") -> list[str]:
    """Formula → edges and what their connectors run through."""
    deck = deck_of(case, direction=direction, fit=fit)
    scene, upright = deck.scene, direction == "TB"
    blocked = routing.obstacles(scene)
    collisions = []
    for edge, waypoints in zip(scene.edges, Connectors(deck).waypoints, strict=True):
        (a, _), (b, _) = routing.sites(edge, scene.nodes[edge.arg], scene.nodes[edge.node], upright)
        corners = [a]
        for (x, y), area in waypoints:
            x0, y0, x1, y1 = area or (x, y, x, y)
            corners += [(x, y0), (x, y1)] if upright else [(x0, y), (x1, y)]
        corners.append(b)
        ends = {f"n{edge.arg}", f"n{edge.node}", f"e{edge.node}-{edge.slot}"}
        for start, stop in pairwise(corners):
            for x, y in routing.connector_curve(start, stop, upright):
                collisions += [
                    f"{edge.arg}-{edge.node}: {name}"
                    for name, (x0, y0, x1, y1) in blocked.items()
                    if name not in ends and x0 + SLACK_PT < x < x1 - SLACK_PT and y0 + SLACK_PT < y < y1 - SLACK_PT
                ]
    return sorted(set(collisions))


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_lines_run_past_what_is_not_theirs(case: Case, direction: Direction) -> None:
    assert runs_through(case, direction=direction) == []


@pytest.mark.parametrize("name", LONG)
def test_lines_run_past_what_is_not_theirs_in_rows(name: str) -> None:
    assert runs_through(LONG[name], fit="slide") == []


def test_a_line_without_detours_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "detours", lambda *_: [])
    assert any(runs_through(case) for case in CASES.values())
