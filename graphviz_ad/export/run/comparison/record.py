"""A comparison as JSON, `graphviz-ad/comparison/1`, for other programs."""

from __future__ import annotations

from collections.abc import Iterator

from graphviz_ad.explain.json_text import Source, json_pieces
from graphviz_ad.export.run.record import learnt, settings
from graphviz_ad.training.compare import Comparison
from graphviz_ad.training.curves import Band, Curve

SCHEMA = "graphviz-ad/comparison/1"
"""Name and version of what is written, which readers ask for."""


def content(compared: Comparison) -> Iterator[bytes]:
    """Comparison → JSON in pieces."""
    for piece in json_pieces(record(compared)):
        yield piece.encode()
    yield b"\n"


def record(compared: Comparison) -> dict[str, Source]:
    """Comparison → what the runs share, and each with its settings and its curve, as an object.

    `start` are the parameters all begin with, `best` is the least loss that is known and where. A curve is the loss
    over all examples after some updates; a `band` is the same over several seeds: the median and the bounds of the
    middle `share`, for as many of the first marks as all seeds have.
    """
    first = compared.runs[0]
    return {
        "schema": SCHEMA,
        **learnt(first),
        "start": dict(first.model.start),
        "seed": first.settings.batches.seed,
        "best": {"loss": compared.best, "parameters": dict(compared.best_at)},
        "runs": [_run(compared, number) for number in range(len(compared.runs))],
    }


def _run(compared: Comparison, number: int) -> dict[str, Source]:
    run = compared.runs[number]
    return {
        "label": compared.labels[number],
        "settings": settings(run),
        "updates": run.updates,
        "stopped": run.stopped,
        "notes": list(run.notes),
        "final": dict(run.final),
        "curve": _curve(compared.curves[number], excess=compared.excess(number)),
        "band": _band(compared.bands[number]) if compared.bands else None,
    }


def _curve(curve: Curve, **more: Source) -> dict[str, Source]:
    """Curve, and what goes with it → an object."""
    return {
        "updates": curve.updates.astype(int), "epochs": curve.epochs, "examples": curve.examples.astype(int),
        "seconds": curve.seconds, "loss": curve.loss, **more,
    }  # fmt: skip


def _band(band: Band) -> dict[str, Source]:
    return _curve(band.middle, low=band.low, high=band.high, seeds=band.count, share=band.share)
