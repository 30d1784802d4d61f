"""Edges of a layout → what each costs a reader beyond the direct way, as it winds, crosses others, runs beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_ad.diagram.crossings import crossing_pairs, sampled
from graphviz_ad.diagram.ways import Array, efforts_of

if TYPE_CHECKING:
    from graphviz_ad.diagram.calmer import Calming

CROSSING_COST, BESIDE_COST = 60.0, 1.0
"""What a crossing at a right angle, half of one along the line, and a point of the way beside another line cost, in
points of way across the direction of the graph."""
BESIDE_PT = 9.0
"""Nearer two lines run side by side."""
BEFORE_HEAD_PT = 18.0
"""Before a node lines may be near each other that arrive there together."""


def excess(calming: Calming) -> Array:
    """By the number of the edge its cost beyond the direct way."""
    whole = [(*first, *second[1:]) for first, second in zip(calming.lines[::2], calming.lines[1::2], strict=True)]
    direct = np.array([abs(line[-1][1] - line[0][1]) for line in whole])
    costs: Array = efforts_of(whole) - direct + CROSSING_COST * _crossings(calming) + BESIDE_COST * _beside(calming)
    return costs


def _beside(calming: Calming) -> Array:
    """By the number of the edge how far it runs beside others, by points of it that may be far from each other."""
    of, pieces = sampled(calming.lines)
    of, middles, lengths = of // 2, pieces.mean(axis=1), np.abs(pieces[:, 1] - pieces[:, 0]).sum(axis=1)
    x, y = middles.T
    is_near = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2 < BESIDE_PT**2
    is_near &= calming.tails[of][:, None] != calming.tails[of]
    end_x, end_y = np.array([line[-1] for line in calming.lines[1::2]])[of].T
    arrives = (x > end_x - BEFORE_HEAD_PT) & (np.abs(y - end_y) < BEFORE_HEAD_PT)
    is_near &= (calming.heads[of][:, None] != calming.heads[of]) | ~arrives[:, None]
    is_near &= ~(calming.in_bus[of][:, None] & calming.in_bus[of]) | (x > calming.bus_end)
    return np.bincount(of, lengths * is_near.any(axis=1), len(calming.ends)).astype(float)


def _crossings(calming: Calming) -> Array:
    """By the number of the edge how often others cross it, but for two of lines that run side by side."""
    of, pieces = sampled(calming.lines)
    first, second = crossing_pairs(of // 2, pieces)
    counts = ~(calming.in_bus[first] & calming.in_bus[second]) | (calming.tails[first] == calming.tails[second])
    return np.bincount(np.concatenate([first[counts], second[counts]]), minlength=len(calming.ends)).astype(float)
