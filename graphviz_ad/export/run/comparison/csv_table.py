"""A comparison as CSV: a row for each run and each mark of its curve."""

from __future__ import annotations

from collections.abc import Iterator

from graphviz_ad.export.run.csv_table import line
from graphviz_ad.language.numbers import exact
from graphviz_ad.training.compare import Comparison


def content(compared: Comparison) -> Iterator[bytes]:
    """Comparison → lines of CSV: what sets the run apart and its settings, what was spent, the loss over all examples
    and how much it is above the least that is known; with several seeds the bounds of the band too.

    No text in it begins with a sign that makes a spreadsheet compute.
    """
    bounds = ["low", "high"] if compared.bands else []
    yield line(
        ["run", "batch", "rate", "optimizer", "seed", "update", "epoch", "examples", "seconds", "loss", "excess",
         *bounds]
    )  # fmt: skip
    for number, (label, run, curve) in enumerate(zip(compared.labels, compared.runs, compared.curves, strict=True)):
        how, band = run.settings, _band(compared, number)
        settings = [label, str(how.batches.size), exact(how.rate), how.optimizer.name, str(how.batches.seed)]
        excess = compared.excess(number)
        for mark, update in enumerate(curve.updates):
            spent = [f"{update:.0f}", exact(curve.epochs[mark]), f"{curve.examples[mark]:.0f}"]
            ends = band.get(int(update), ["", ""]) if bounds else []
            losses = [exact(float(curve.loss[mark])), exact(float(excess[mark]))]
            yield line([*settings, *spent, f"{curve.seconds[mark]:.6f}", *losses, *ends])


def _band(compared: Comparison, number: int) -> dict[int, list[str]]:
    """Number of a run → the bounds of its band by update."""
    if not compared.bands:
        return {}
    band = compared.bands[number]
    triples = zip(band.middle.updates, band.low, band.high, strict=True)
    return {int(update): [exact(float(low)), exact(float(high))] for update, low, high in triples}
