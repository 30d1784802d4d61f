"""Ours beside a peer's, measured in turns in one run, so that only the ratio counts and not the machine."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Cost = Callable[[], float]
"""Does the work once → what it cost, in the unit of the comparison."""


@dataclass(frozen=True)
class Comparison:
    """What is compared, and how many times the peer's cost ours may be.

    `prepare` makes what both need, outside of the measuring → our cost and the peer's. `unit` is how a cost is
    written ("{:.2f} µs a node").
    """

    what: str
    peer: str
    target: float
    unit: str
    prepare: Callable[[], tuple[Cost, Cost]]
    rounds: int = 7

    def measure(self) -> Result:
        """Both in turns, after one run of each that does not count → the medians."""
        ours, peer = self.prepare()
        ours(), peer()
        gc.collect()
        gc.freeze()  # or what torch has in memory would be looked through at our cost
        costs = [(ours(), peer()) for _ in range(self.rounds)]
        gc.unfreeze()
        return Result(self, statistics.median(c for c, _ in costs), statistics.median(c for _, c in costs))


@dataclass(frozen=True)
class Result:
    """Medians of a comparison."""

    comparison: Comparison
    ours: float
    peer: float

    @property
    def ratio(self) -> float:
        """Ours as a multiple of the peer's."""
        return self.ours / self.peer

    @property
    def met(self) -> bool:
        """Whether it is within the target."""
        return self.ratio <= self.comparison.target

    def row(self) -> str:
        """Result → a row of the table of `ratios`."""
        c = self.comparison
        ours, peer = c.unit.format(self.ours), c.unit.format(self.peer)
        return (
            f"| {c.what} | {ours} | {c.peer}: {peer} | {_times(self.ratio)} | ≤ {_times(c.target)} "
            f"| {'yes' if self.met else '**no**'} |"
        )


HEAD = "| what | ours | peer | ratio | target | met |\n|---|---|---|---|---|---|"


def _times(ratio: float) -> str:
    return f"{ratio:.3f}×" if ratio < 0.1 else f"{ratio:.2f}×"


def seconds(work: Callable[[], object], per: float = 1.0) -> Cost:
    """Work → its time, divided by `per`; garbage is collected before, and by Python as ever within."""

    def cost() -> float:
        gc.collect()
        begin = time.perf_counter()
        work()
        return (time.perf_counter() - begin) / per

    return cost


def microseconds(work: Callable[[], object], per: float) -> Cost:
    """Work → its time in µs, divided by `per`."""
    return seconds(work, per / 1e6)


def milliseconds(work: Callable[[], object]) -> Cost:
    """Work → its time in ms."""
    return seconds(work, 1e-3)
