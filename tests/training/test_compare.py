"""Runs beside one another: what sets them apart, and bands over seeds."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.api import parse
from graphviz_ad.api.comparisons import compare
from graphviz_ad.data.named import named
from graphviz_ad.training.curves import Curve, band


@pytest.mark.parametrize(
    ("settings", "labels"),
    [
        ([{"batch": 1}, {"batch": 8}], ("B = 1", "B = 8")),
        ([{"optimizer": "sgd"}, {"optimizer": "adam"}], ("sgd", "adam")),
        ([{}, {"momentum": 0.9}], None),
        ([{"optimizer": "adam"}, {"optimizer": "adam", "constants": {"beta_1": 0.8}}], ("β_1 = 0.9", "β_1 = 0.8")),
        (
            [{"optimizer": "sgd"}, {"optimizer": "adam"}, {"optimizer": "adam", "constants": {"beta_1": 0.8}}],
            ("sgd", "adam, β_1 = 0.9", "adam, β_1 = 0.8"),
        ),
        ([{}, {}], ("1", "2")),
    ],
)
def test_a_run_is_called_by_what_sets_it_apart(
    settings: list[dict[str, object]], labels: tuple[str, ...] | None
) -> None:
    graph = parse("L = mean((w x - y)^2)")
    made = [graph.train(named("line"), **{"batch": 8, "epochs": 1, "w": 0, **how}) for how in settings]  # type: ignore[arg-type]
    found = compare(made).labels
    assert len(set(found)) == len(found)
    assert labels is None or found == labels


def test_a_band_is_at_the_marks_that_all_seeds_have() -> None:
    def curve(updates: list[float]) -> Curve:
        marks = np.array(updates)
        return Curve(marks, marks / 4, 8 * marks, marks / 1000, 100 - marks)

    made = band([curve([0, 1, 2, 10, 20, 30]), curve([0, 1, 2, 5, 10])])
    assert made.middle.updates.tolist() == [0, 1, 2, 10]
    assert made.low.tolist() == made.high.tolist() == made.middle.loss.tolist() == [100, 99, 98, 90]
