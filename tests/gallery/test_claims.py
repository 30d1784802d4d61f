"""The claims on batches: runs made now give the verdicts that stand in the gallery, and a wrong engine would not."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from gallery import claims
from graphviz_ad.training import functions


def verdicts(text: str) -> dict[str, str]:
    """Page → the verdict of each claim."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {claim: verdict for claim, _, verdict in lines[1:]}


def test_the_page_has_every_claim_and_none_that_failed() -> None:
    written = verdicts(claims.PATH.read_text(encoding="utf-8"))
    assert len(written) == 16
    assert claims.NOT_REPRODUCED not in written.values()


@pytest.mark.slow
def test_the_verdicts_come_out_again() -> None:
    written = verdicts(claims.PATH.read_text(encoding="utf-8"))
    computed = verdicts(claims.page(claims.rows()))
    timed = "batch sizes should be powers of two"  # a busy machine may tear neighbours apart
    assert {claim: computed[claim] for claim in computed if claim != timed} == {
        claim: written[claim] for claim in written if claim != timed
    }
    assert computed[timed] in (written[timed], claims.NOT_REPRODUCED)


@pytest.mark.parametrize("claim", [claims.noisy, claims.outlier])
def test_a_wrong_gradient_is_seen(claim: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert claim().verdict != claims.NOT_REPRODUCED
    module = {"noisy": "noise", "outlier": "outlier"}[claim.__name__]

    def planted(model: Any, rows: Any, vector: Any) -> Any:
        return np.abs(functions.example_gradients(model, rows, vector)) + 1e3

    monkeypatch.setattr(f"graphviz_ad.training.{module}.example_gradients", planted)
    if claim is claims.noisy:
        monkeypatch.setattr(claims, "batches_of", lambda gradients, size, draws, seed: gradients[:1] * 2)
    assert claim().verdict == claims.NOT_REPRODUCED


def test_a_verdict_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    assert claims.memory().verdict == "true: linear in B"
    monkeypatch.setattr(claims.footprint(claims.line().model).__class__, "bytes", lambda self, size: 100)
    assert claims.memory().verdict == claims.NOT_REPRODUCED
    assert re.fullmatch(r"more than 100 times", claims.below(245))
