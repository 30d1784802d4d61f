"""Scene → where the arrow keys lead from each node and edge."""

from __future__ import annotations

import math
from collections.abc import Iterable

from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.scene import Scene

_ASIDE = 3.0
"""How much farther a thing counts for every point it lies beside the way the key points."""

Steps = tuple[str | None, str | None, str | None, str | None]
"""Left, right, up, down: the story there, None where there is nothing."""


def walk(scene: Scene, *, upright: bool = False) -> dict[str, Steps]:
    """Scene → by story (`n3`, `e7-0`) where ←, →, ↑ and ↓ lead.

    Along the graph a key goes from node to edge and from edge to node; across it to what lies nearest.
    """
    at = {f"n{node.id}": (node.x, node.y) for node in scene.nodes}
    before: dict[str, list[str]] = {story: [] for story in at}
    after: dict[str, list[str]] = {story: [] for story in at}
    for edge in scene.edges:
        story = f"e{edge.node}-{edge.slot}"
        at[story] = edge.points[len(edge.points) // 2]
        before[story], after[story] = [f"n{edge.arg}"], [f"n{edge.node}"]
        before[f"n{edge.node}"].append(story)
        after[f"n{edge.arg}"].append(story)
    found = {story: list(_steps(story, at, before[story], after[story], upright)) for story in at}
    _lead_everywhere(found, (0, 1) if upright else (2, 3))
    return {story: (left, right, up, down) for story, (left, right, up, down) in found.items()}


def _lead_everywhere(found: dict[str, list[str | None]], across: tuple[int, int]) -> None:
    """What no key leads to comes between a thing beside it and the next one on that side."""
    reached = {story for steps in found.values() for story in steps}
    for story, steps in found.items():
        if story in reached:
            continue
        for there, back in (across, across[::-1]):
            beside = steps[there]
            if beside is not None:
                steps[back] = found[beside][back] or steps[back]
                found[beside][back] = story
                break


def _steps(story: str, at: dict[str, Point], before: list[str], after: list[str], upright: bool) -> Steps:
    """One thing → what lies left, right, above and below."""

    def straightest(stories: list[str]) -> str | None:
        across = 0 if upright else 1
        return min(stories, key=lambda other: abs(at[other][across] - at[story][across]), default=None)

    left, right, up, down = (
        _nearest(at[story], way, (item for item in at.items() if item[0] != story))
        for way in ((-1, 0), (1, 0), (0, -1), (0, 1))
    )
    if upright:
        return left, right, straightest(before) or up, straightest(after) or down
    return straightest(before) or left, straightest(after) or right, up, down


def _nearest(start: Point, way: Point, others: Iterable[tuple[str, Point]]) -> str | None:
    """Place, direction and things with their places → the nearest of them in that direction."""
    best, least = None, math.inf
    for story, (x, y) in others:
        along = (x - start[0]) * way[0] + (y - start[1]) * way[1]
        aside = abs((x - start[0]) * way[1] + (y - start[1]) * way[0])
        if along > 1 and aside <= 2 * along and along + _ASIDE * aside < least:
            best, least = story, along + _ASIDE * aside
    return best
