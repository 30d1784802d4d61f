"""`python -m gallery.claims`: what is claimed of batches, mini-batches and single examples, each with a run of its own.

Every verdict is computed from the numbers beside it; one that its numbers do not bear out reads "not reproduced". Times
depend on the machine, so they stand as ratios, rounded down to a power of ten.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from graphviz_ad import parse
from graphviz_ad.api.runs import Run
from graphviz_ad.data.named import named
from graphviz_ad.data.table import Table
from graphviz_ad.export.files import write_atomic
from graphviz_ad.training.boundary import data_of, right
from graphviz_ad.training.compare import Comparison, comparison
from graphviz_ad.training.curves import curve, runs_over_seeds
from graphviz_ad.training.descent_limits import all_rows, limit_of_rate, lowest
from graphviz_ad.training.footprint import footprint
from graphviz_ad.training.functions import flat
from graphviz_ad.training.landscape import Landscape
from graphviz_ad.training.noise import batches_of, noise
from graphviz_ad.training.outlier import jump

PATH = Path(__file__).parent / "claims.md"
NOT_REPRODUCED = "**not reproduced**"
SIZES = (1, 8, 32, 256)
LINE = parse("z = w x + b; L = mean((z - y)^2)")


@dataclass(frozen=True)
class Row:
    """A claim, what was measured, and the verdict."""

    claim: str
    measured: str
    verdict: str


def row(claim: str, measured: str, verdict: str, holds: bool) -> Row:
    """Claim, numbers, the verdict if they bear it out, and whether they do → the row."""
    return Row(claim, measured, verdict if holds else NOT_REPRODUCED)


def line(data: str | Table = "line", **options: Any) -> Run:
    """A run on points of a line, from 0."""
    table = named(data) if isinstance(data, str) else data
    return LINE.train(table, **{"batch": 8, "lr": 0.05, "epochs": 5, "w": 0, "b": 0, **options})


def compared(**options: Any) -> Comparison:
    """Runs with four sizes of batches."""
    return comparison([line(batch=size, **options) for size in SIZES], marks=2000)


def brief(value: float, digits: int = 2) -> str:
    """Number → two digits of it."""
    return f"{value:.{digits}g}"


def listed(values: Iterator[float] | list[float], digits: int = 2) -> str:
    """Numbers → a list of them."""
    return ", ".join(brief(value, digits) for value in values)


def below(ratio: float) -> str:
    """Ratio of two times → the power of ten below it: what another run will say too."""
    return f"more than {10 ** math.floor(math.log10(ratio)):g} times" if ratio >= 1 else "less than once"


def fastest(make: Callable[[], Run], times: int = 5) -> float:
    """What makes a run → its seconds an epoch, the least of some runs."""
    return min(float(run.seconds[-1]) / run.epochs_done for run in (make() for _ in range(times)))


def slow() -> Row:
    """One example at a time against all at once, by the clock."""
    seconds = [fastest(lambda size=size: line(batch=size)) for size in SIZES]
    return row(
        "one example at a time must loop over all data: slow",
        f"an epoch at B = 1 takes {below(seconds[0] / seconds[3])} as long as at B = 256; "
        f"it gets shorter with every size of {', '.join(map(str, SIZES))}",
        "true **per epoch**",
        seconds == sorted(seconds, reverse=True) and seconds[0] > 20 * seconds[3],
    )


def goals() -> tuple[list[float | None], list[int | None]]:
    """→ by size the updates until one run touches the goal, and until the mean over 20 seeds is there and stays."""
    touched, reached = list[float | None](), list[int | None]()
    for size in SIZES:
        run = line(batch=size)
        curves = [curve(run, 2000), *runs_over_seeds(run, 20, marks=2000)]
        goal = lowest(run.model, flat(run.final))[0] + 0.01
        touched.append(curves[0].first_below(goal, "updates"))
        mean = np.mean([other.loss for other in curves[1:]], axis=0)
        reached.append(next((k for k in range(len(mean)) if np.all(mean[k:] <= goal)), None))
    return touched, reached


def quick() -> Row:
    """Who gets near the lowest point, and who stays there.

    A single run may touch it by luck, so the mean over 20 seeds decides.
    """
    touched, reached = goals()
    first, stays = (
        ", ".join("never" if count is None else f"{count:.0f}" for count in counts) for counts in (touched, reached)
    )
    return row(
        "the mini-batch is within 0.01 of the lowest loss sooner (η = 0.05, 5 epochs)",
        f"updates until one run first touches it at B = 1, 8, 32, 256: {first}; until the mean of 20 seeds is there "
        f"and stays: {stays}",
        "**false of the first touch; true of staying there**",
        reached[0] is None and reached[1] is not None and reached[2] is not None and reached[3] is None
        and touched[0] is not None and touched[0] <= max(touched[1] or 0, touched[2] or 0),
    )  # fmt: skip


def memory() -> Row:
    """What a batch holds."""
    held = footprint(line().model)
    counted = [held.bytes(size) for size in (1, 1000, 1_000_000)]
    return row(
        "one example is cheap, all of them do not fit into memory",
        f"{held.per_example} bytes an example and {held.fixed} besides; {counted[2] / 1e6:.0f} MB for 10⁶ examples",
        "true: linear in B",
        held.pairs == 0 and counted[2] > 1e5 * counted[0],
    )


def outlier() -> Row:
    """The jump of an update with one point far off, and by Huber's loss."""
    run = line("line-outlier")
    best = lowest(line().model, flat(line().final))[1]
    measured = jump(run.model, best, 0.05, SIZES)
    robust = parse("L = huber(w x + b, y)").train(named("line-outlier"), batch=8, lr=0.05, epochs=1, w=0, b=0)
    gentle = jump(robust.model, best, 0.05, (1,), index=measured.index).jumps[0]
    slope = float(np.polyfit(np.log(SIZES[:3]), np.log(measured.jumps[:3]), 1)[0])
    return row(
        "an outlier throws single examples far",
        f"one point at y = 40 has {measured.ratio:.0f} times the median gradient; an update jumps "
        f"{listed(list(measured.jumps))} at B = 1, 8, 32, 256 (slope {slope:.2f}), by Huber's loss "
        f"{brief(gentle)} at B = 1",
        "true, as 1/B; the loss matters as much",
        abs(slope + 1) < 0.05 and gentle < 0.05 * measured.jumps[0],
    )


def noisy() -> Row:
    """The gradient of a batch against its size."""
    run = line()
    measured = noise(run.model, flat(run.model.start))
    mean = batches_of(measured.gradients, 4, 20_000, 1).mean(axis=0)
    bias = float(np.linalg.norm(mean - measured.mean)) / measured.deviations[1]
    return row(
        "gradients of batches are noisy",
        f"standard deviation at B = {', '.join(map(str, measured.sizes))}: {listed(list(measured.deviations), 3)}; "
        f"slope {measured.slope:.2f} in log-log; the mean of 20,000 batches of 4 is off by "
        f"{brief(100 * bias, 1)} % of that",
        "1/√B, without bias",
        abs(measured.slope + 0.5) < 0.03 and bias < 0.03,
    )


def balls() -> list[float]:
    """→ what is left of the loss at a constant rate, in epochs 21 to 40, for the sizes but the last."""
    left = []
    for size in SIZES[:3]:
        run = line(batch=size, epochs=40)
        best = lowest(run.model, flat(run.final))[0]
        marks = range(20 * run.settings.batches.an_epoch, run.updates, max(1, run.updates // 1000))
        left.append(float(np.mean([run.total(mark) - best for mark in marks])))
    return left


def unsettled() -> Row:
    """What is left of the loss at a constant rate."""
    left = balls()
    return row(
        "single examples do not settle",
        f"mean excess in epochs 21 to 40 at B = 1, 8, 32: {listed(left)}",
        "true: a ball of noise, smaller with B",
        left[0] > 5 * left[1] > 25 * left[2],
    )


def after_updates(best: float, count: int = 20) -> list[float]:
    """The lowest loss → the mean excess over 20 seeds after so many updates, by one example and by all of them."""
    runs = ([line(batch=size, epochs=20, seed=seed) for seed in range(20)] for size in (1, 256))
    return [float(np.mean([run.total(count) for run in seeded])) - best for seeded in runs]


def all_data() -> Iterator[Row]:
    """What is said of all data at once, counted by epochs, by updates, and in the end."""
    comparison = compared()
    ends = [float(comparison.excess(number)[-1]) for number in range(4)]
    yield row(
        '"all data converge badly", counted by epochs',
        f"excess after 5 epochs at B = 1, 8, 32, 256: {listed(ends)}",
        "true per epoch",
        ends[3] > 50 * max(ends[:3]),
    )
    after = after_updates(comparison.best)
    yield row(
        "the same, counted by updates",
        f"mean excess after 20 updates at B = 1: {brief(after[0])}, at B = 256: {brief(after[1])}",
        "**false per update**",
        after[1] < after[0],
    )
    run = line(batch=None, lr=0.2, epochs=150)
    table = run.model.table.columns
    best = np.linalg.lstsq(np.column_stack([table["x"], np.ones(256)]), table["y"], rcond=None)[0]
    far = float(np.max(np.abs(flat(run.final) - best)))
    yield row(
        "the same, in the end",
        f"150 epochs at η = 0.2 end at least squares to {'1e-12' if far < 1e-12 else brief(far)}",
        "**false in the end**",
        far < 1e-12,
    )


def leaving(batch: int, rate: float, count: int = 50) -> int:
    """Size of a batch and a rate → how many of so many runs leave the shallow one of two wells."""
    graph = parse("L = mean((w^2 - 1)^2 - 0.3 w + 4 x w)")
    x = np.random.default_rng(7).standard_normal(256)
    data = {"x": x - x.mean()}
    epochs = max(1, 1280 * batch // 256)
    runs = (graph.train(data, batch=batch, lr=rate, epochs=epochs, seed=seed, w=-0.96) for seed in range(count))
    return sum(run.final["w"] > 0 for run in runs)  # type: ignore[operator]


def minima() -> Row:
    """Runs that leave a well, by the size of the batch."""
    left = [leaving(size, 0.05) for size in SIZES]
    small = leaving(1, 0.002)
    return row(
        "noise leaves local minima",
        f"of 50 runs in a loss with two wells, 1280 updates at η = 0.05, {', '.join(map(str, left))} leave the "
        f"shallow one at B = 1, 8, 32, 256; at η = 0.002 and B = 1 {small}",
        "true of some runs, with B = 1 and a large rate",
        left[0] >= 10 and left[1] <= 5 and left[2] == left[3] == 0 and small == 0,
    )


def powers() -> Row:
    """Sizes that are powers of two against their neighbours, in turns, so that a busy machine slows all of them."""
    sizes = (31, 32, 33, 127, 128, 129)
    updates: dict[int, float] = dict.fromkeys(sizes, math.inf)
    for _ in range(15):
        for size in sizes:
            run = line(batch=size, epochs=60, drop_last=True)
            updates[size] = min(updates[size], float(np.median(np.diff(run.seconds))))
    apart = max(abs(2 * updates[size] / (updates[size - 1] + updates[size + 1]) - 1) for size in (32, 128))
    return row(
        "batch sizes should be powers of two",
        "time of an update at B = 31, 32, 33 and 127, 128, 129 on a CPU: apart by "
        f"{'less' if apart < 0.2 else 'more'} than 20 %",
        "a habit",
        apart < 0.2,
    )


def rate() -> Row:
    """Descent below and above its limit."""
    run = line(batch=None)
    limit, _ = limit_of_rate(run.model, flat(run.final))
    first = run.total(0)
    ends = [line(batch=None, lr=factor * limit, epochs=200) for factor in (0.9, 1.01, 1.1)]
    losses = [end.total(end.updates) for end in ends]
    return row(
        "there is a largest learning rate",
        f"2/λmax = {limit:.3f}; after 200 updates the loss, {first:.2g} at first, is {listed(losses)} "
        "at 0.9, 1.01 and 1.1 times it",
        "exact",
        losses[0] < 0.3 < first < losses[1] < losses[2] and losses[2] > 1e6,
    )


def scaling() -> Row:
    """The same points with x in another unit."""
    plain, far = (limit_of_rate(line(data).model, np.zeros(2)) for data in ("line", "unscaled"))
    return row(
        "inputs should be scaled",
        f"x → 1000 + 50x: the condition number goes from {plain[1]:.2f} to {brief(far[1])}, the limit of the rate from "
        f"{plain[0]:.2f} to {brief(far[0])}",
        "dramatic",
        far[1] > 1e6 * plain[1] and far[0] < 1e-5 * plain[0],
    )


def ravine(epochs: int = 1500) -> tuple[float, list[Run]]:
    """→ the condition number of a ravine, and runs at the best rates without and with memory."""
    random = np.random.default_rng(3)
    points = np.linalg.qr(random.standard_normal((256, 2)))[0] * 16 * np.array([10.0, 1.0])
    data = {"x_1": points[:, 0], "x_2": points[:, 1], "y": points @ np.array([1.0, 1.0])}
    graph = parse("L = mean((w_1 x_1 + w_2 x_2 - y)^2)")
    start = {"w_1": 0, "w_2": 0}
    model = graph.train(data, start, lr=1e-3, epochs=1).model
    rows = all_rows(model)
    low, high = Landscape(model, rows).curvatures(np.zeros(2))
    root = math.sqrt(high / low)
    return high / low, [
        graph.train(data, start, epochs=epochs, **options)
        for options in (
            {"lr": 2 / (low + high)},
            {"lr": (2 / (math.sqrt(low) + math.sqrt(high))) ** 2, "momentum": ((root - 1) / (root + 1)) ** 2},
        )
    ]


def at_rest(run: Run) -> int:
    """Run → the updates until its loss is 10⁻¹² of the first."""
    return next(k for k in range(run.updates) if run.loss[k] < 1e-12 * run.loss[0])


def momentum() -> Row:
    """Updates to the lowest point of a ravine, with and without memory."""
    condition, runs = ravine()
    root, counts = math.sqrt(condition), [at_rest(run) for run in runs]
    return row(
        "momentum helps in a ravine",
        f"condition number {condition:.0f}: {counts[0]} updates without, {counts[1]} with, until the loss is "
        "10⁻¹² of the first",
        "true, by about √κ",
        root / 3 < counts[0] / counts[1] < 1.5 * root,
    )


def xor_runs() -> list[Run]:
    """→ XOR learnt from the two features, from their product too, and by a network."""
    table = named("xor")
    loss = "L = -mean(y*log(p) + (1 - y)*log(1 - p))"
    plain = parse(f"p = sigmoid(w_1 x_1 + w_2 x_2 + b); {loss}").train(table, lr=0.5, epochs=300, w_1=0.1, w_2=0, b=0)
    product = parse(f"p = sigmoid(w_1 x_1 + w_2 x_2 + w_3 x_1*x_2 + b); {loss}").train(
        table, lr=0.5, epochs=300, w_1=0.1, w_2=0, w_3=0, b=0
    )
    network = parse(f"H = tanh(X W + c); p = sigmoid(H v + b); {loss}").train(
        table.joined({"X": ["x_1", "x_2"]}), batch=32, lr=0.5, epochs=200, b=0, seed=1,
        shapes={"W": (2, 4), "c": (4,), "v": (4,)},
    )  # fmt: skip
    return [plain, product, network]


def share(run: Run) -> float:
    """Run on classes → the share of right answers at its end."""
    return right(run, data_of(run.model), run.updates)


def features() -> Row:
    """XOR with features by hand and learned."""
    shares = [share(run) for run in xor_runs()]
    return row(
        "features are made by hand or learned",
        f"XOR, right answers: logistic {shares[0]:.2f}, with x₁x₂ {shares[1]:.2f}, a 2-4-1 network {shares[2]:.2f}",
        "true",
        shares[0] < 0.8 < 0.95 < min(shares[1:]),
    )


def logistic() -> Row:
    """Newton's method and descent on the same examples."""
    table = named("two-classes")
    points = np.column_stack([table.columns["x_1"], table.columns["x_2"], np.ones(len(table))])
    y, w, steps = table.columns["y"], np.zeros(3), 0
    while steps < 50:
        p = 1 / (1 + np.exp(-points @ w))
        step = np.linalg.solve(points.T @ (points * (p * (1 - p))[:, None]), points.T @ (p - y))
        w, steps = w - step, steps + 1
        if np.max(np.abs(step)) < 1e-10:
            break
    run = parse("p = sigmoid(w_1 x_1 + w_2 x_2 + b); L = -mean(y*log(p) + (1 - y)*log(1 - p))").train(
        table, lr=1.0, momentum=0.9, epochs=3000, w_1=0, w_2=0, b=0
    )
    far = float(np.max(np.abs(flat(run.final) - w)))
    path = run.parameters["w_1"]
    updates = int(np.flatnonzero(np.abs(path - w[0]) > 1e-10)[-1]) + 1
    return row(
        "logistic regression has one answer",
        f"Newton's method takes {steps} steps, descent with momentum {updates} updates; "
        f"parameters agree to {'1e-10' if far < 1e-10 else brief(far)}",
        "true: a check",
        far < 1e-10 and steps < 15 < updates,
    )


def rows() -> list[Row]:
    """→ all claims."""
    parts: list[Row | Iterator[Row]] = [
        slow(), quick(), memory(), outlier(), noisy(), unsettled(), all_data(), minima(), powers(), rate(), scaling(),
        momentum(), features(), logistic(),
    ]  # fmt: skip
    return [claim for part in parts for claim in ([part] if isinstance(part, Row) else part)]


def page(table: list[Row]) -> str:
    """Rows → the page in Markdown."""
    head = (
        "# What is claimed of batches, and what was measured\n\n"
        "Each line is a run of its own on 256 points of y = 1.5x - 0.5 + noise, unless it says otherwise: "
        "`python -m gallery.claims` makes them again. A verdict is computed from the numbers beside it.\n\n"
        "| claim | measured | verdict |\n|---|---|---|\n"
    )
    return head + "".join(f"| {entry.claim} | {entry.measured} | {entry.verdict} |\n" for entry in table)


if __name__ == "__main__":
    write_atomic(str(PATH), page(rows()).encode())
