"""Scene → where the arrow keys lead from each node and edge."""

from __future__ import annotations

import math
from collections.abc import Iterable

from graphviz_ad.diagram.layout import Point
from graphviz_ad.diagram.scene import Scene

_SIDEWAYS_FACTOR = 3.0
"""A point aside from where the key points counts as much as three ahead: a key should lead on, not off its line."""
_MAX_SLOPE = 2.0
"""What lies more than twice as far aside as ahead belongs to the other two keys."""
_MIN_DISTANCE_PT = 1.0
"""Things nearer than that are level with each other: rounding in the layout moves no focus."""

Targets = tuple[str | None, str | None, str | None, str | None]
"""Left, right, up, down: the story there, None where there is nothing."""


def arrow_targets(scene: Scene, *, upright: bool = False) -> dict[str, Targets]:
    """Scene → by story (`n3`, `e7-0`) where ←, →, ↑ and ↓ lead.

    Along the graph a key goes from node to edge and from edge to node; across it to what lies nearest.
    """
    at = {f"n{node.id}": (node.x, node.y) for node in scene.nodes}
    before: dict[str, list[str]] = {story: [] for story in at}
    after: dict[str, list[str]] = {story: [] for story in at}
    for edge in scene.edges:
        story = f"e{edge.node}-{edge.slot}"
        at[story] = edge.middle or edge.points[len(edge.points) // 2]
        before[story], after[story] = [f"n{edge.arg}"], [f"n{edge.node}"]
        before[f"n{edge.node}"].append(story)
        after[f"n{edge.arg}"].append(story)
    targets = {story: list(_targets(story, at, before[story], after[story], upright)) for story in at}
    _reach_all(targets, (0, 1) if upright else (2, 3))
    return {story: (left, right, up, down) for story, (left, right, up, down) in targets.items()}


def _reach_all(targets: dict[str, list[str | None]], across: tuple[int, int]) -> None:
    """Targets by story → the same, with what no key leads to put between a thing beside it and that thing's target.

    `across` are the places of the two keys that lead across the graph.
    """
    reached = {target for own in targets.values() for target in own}
    for story, own in targets.items():
        if story in reached:
            continue
        for there, back in (across, across[::-1]):
            beside = own[there]
            if beside is not None:
                own[back] = targets[beside][back] or own[back]
                targets[beside][back] = story
                break


def _targets(story: str, at: dict[str, Point], before: list[str], after: list[str], upright: bool) -> Targets:
    """Story of a node or edge, and those before and after it → the stories left, right, above and below."""

    def straightest(stories: list[str]) -> str | None:
        across = 0 if upright else 1
        return min(stories, key=lambda other: abs(at[other][across] - at[story][across]), default=None)

    left, right, up, down = (
        _nearest(at[story], direction, (item for item in at.items() if item[0] != story))
        for direction in ((-1, 0), (1, 0), (0, -1), (0, 1))
    )
    if upright:
        return left, right, straightest(before) or up, straightest(after) or down
    return straightest(before) or left, straightest(after) or right, up, down


def _nearest(start: Point, direction: Point, others: Iterable[tuple[str, Point]]) -> str | None:
    """Place, direction and things with their places → the nearest of them in that direction."""
    best, least = None, math.inf
    for story, (x, y) in others:
        ahead = (x - start[0]) * direction[0] + (y - start[1]) * direction[1]
        aside = abs((x - start[0]) * direction[1] + (y - start[1]) * direction[0])
        distance = ahead + _SIDEWAYS_FACTOR * aside
        if ahead > _MIN_DISTANCE_PT and aside <= _MAX_SLOPE * ahead and distance < least:
            best, least = story, distance
    return best
