"""A run as JSON, `graphviz-ad/run/1`, for other programs."""

from __future__ import annotations

from collections.abc import Iterator

from graphviz_ad.explain.json_text import Source, json_pieces
from graphviz_ad.training.diagnosis import diagnosis
from graphviz_ad.training.run import Run

SCHEMA = "graphviz-ad/run/1"
"""Name and version of what is written, which readers ask for."""


def content(run: Run) -> Iterator[bytes]:
    """Run → JSON in pieces."""
    for piece in json_pieces(record(run)):
        yield piece.encode()
    yield b"\n"


def record(run: Run) -> dict[str, Source]:
    """Run → what was asked for, and what came out, as an object.

    `loss` has the loss of each batch before its update; `kept` are the numbers of the updates after which `parameters`
    are those, beginning with 0; `total` is the loss over all examples after some of them. Batches can be made again: of
    epoch e (from 0) they are `numpy.random.default_rng([seed, e]).permutation(examples)`, cut into pieces. `diagnosis`
    has what is wrong with the run: kinds, the numbers that were computed, sentences.
    """
    marks = run.marks()
    return {
        "schema": SCHEMA,
        **learnt(run),
        "settings": settings(run),
        "updates": run.updates,
        "stopped": run.stopped,
        "notes": list(run.notes),
        "diagnosis": [
            {"kind": finding.key.removeprefix("diagnosis."), "numbers": dict(finding.numbers), "text": str(finding)}
            for finding in diagnosis(run)
        ],
        "loss": run.loss,
        "seconds": run.seconds,
        "kept": list(run.kept),
        "parameters": dict(run.parameters),
        "total": {"updates": marks, "loss": [run.total(mark) for mark in marks]},
    }


def learnt(run: Run) -> dict[str, Source]:
    """Run → what was learnt from what: the formula, the data, the values that are held."""
    model = run.model
    return {
        "formula": model.graph.source.text,
        "loss_name": model.graph.names[model.graph.output],
        "data": {"source": model.table.source, "examples": len(model.table), "columns": dict(model.columns)},
        "fixed": dict(model.fixed),
    }


def settings(run: Run) -> dict[str, Source]:
    """Run → how it went: batches, rate, optimiser."""
    how, batches, rule = run.settings, run.settings.batches, run.settings.optimizer
    return {
        "batch": batches.size, "shuffled": batches.size < batches.examples, "seed": batches.seed,
        "drop_last": batches.drop_last, "epochs": how.epochs, "rate": how.rate, "schedule": how.schedule,
        "optimizer": {"name": rule.name, "rule": list(rule.statements), "constants": dict(rule.constants)},
    }  # fmt: skip
