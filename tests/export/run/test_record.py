"""Runs as CSV and JSON: every number is that of the run, and the registry knows what it writes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from graphviz_ad.errors import OutputError
from graphviz_ad.export.run.registry import RUNS, kind_of, table
from tests.training.test_descent import line, network


def test_json(tmp_path: Path) -> None:
    run = line(epochs=2)
    assert run.save(tmp_path / "run.json") == [str(tmp_path / "run.json")]
    record = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert record["schema"] == "graphviz-ad/run/1"
    assert record["loss"] == run.loss.tolist()
    assert record["parameters"]["w_1"] == run.parameters["w_1"].tolist()
    assert record["diagnosis"] == []


def test_the_diagnosis_in_json(tmp_path: Path) -> None:
    line(batch=None, lr=2.0, epochs=1000).save(tmp_path / "run.json")
    findings = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["diagnosis"]
    assert [finding["kind"] for finding in findings] == ["diverged.grown", "rate"]
    assert findings[1]["numbers"]["limit"] == pytest.approx(0.717, rel=1e-3)
    assert "2.79 times its limit" in findings[1]["text"]


def test_csv(tmp_path: Path) -> None:
    run = network(epochs=1)
    run.save(tmp_path / "run.csv")
    head, first, *rows = csv.reader((tmp_path / "run.csv").read_text(encoding="utf-8").splitlines())
    assert head[:6] == ["update", "epoch", "examples", "seconds", "loss", "b"]
    assert (first[0], first[4], len(rows)) == ("0", "", run.updates)
    last = [float(cell) for cell in rows[-1][5:]]
    assert np.array_equal(last, np.concatenate([np.ravel(value) for value in run.final.values()]))


@pytest.mark.parametrize("path", ["run", "run.xlsx", "run.jsn"])
def test_other_suffixes_are_refused(path: str) -> None:
    with pytest.raises(OutputError, match=r"a run cannot be|no suffix"):
        kind_of(path)


def test_every_format_is_in_the_table() -> None:
    assert all(f".{suffix}" in table() for suffix in RUNS)
