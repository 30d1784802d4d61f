"""Glued connectors: they run through no node and no label but where they begin and end."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from graphviz_ad.export.powerpoint import connector_routing as ways
from graphviz_ad.export.powerpoint.connectors import Lines
from tests.diagram.cases import CASES, Case, deck_of
from tests.diagram.test_fold import LONG

SLACK = 1.0


def runs_through(case: Case, **look: Any) -> list[str]:
    """Formula → edges and what their connectors run through."""
    deck = deck_of(case, **look)
    scene, upright = deck.scene, look.get("direction") == "TB"
    blocked = ways.obstacles(scene)
    found = []
    for edge, chain in zip(scene.edges, Lines(deck).chains, strict=True):
        (a, _), (b, _) = ways.sites(edge, scene.nodes[edge.arg], scene.nodes[edge.node], upright)
        places = [a]
        for (x, y), area in chain:
            x0, y0, x1, y1 = area or (x, y, x, y)
            places += [(x, y0), (x, y1)] if upright else [(x0, y), (x1, y)]
        places.append(b)
        ends = {f"n{edge.arg}", f"n{edge.node}", f"e{edge.node}-{edge.slot}"}
        for start, stop in pairwise(places):
            for x, y in ways.curve(start, stop, upright):
                found += [
                    f"{edge.arg}-{edge.node}: {name}"
                    for name, (x0, y0, x1, y1) in blocked.items()
                    if name not in ends and x0 + SLACK < x < x1 - SLACK and y0 + SLACK < y < y1 - SLACK
                ]
    return sorted(set(found))


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_lines_run_past_what_is_not_theirs(case: Case, direction: str) -> None:
    assert runs_through(case, direction=direction) == []


@pytest.mark.parametrize("name", LONG)
def test_lines_run_past_what_is_not_theirs_in_rows(name: str) -> None:
    assert runs_through(LONG[name], fit="slide") == []


def test_a_line_without_detours_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "detours", lambda *_: [])
    assert any(runs_through(case) for case in CASES.values())
