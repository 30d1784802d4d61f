"""The report: who was asked, what it says, and that "not run" is never "ok"."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace

import pytest

from graphviz_ad import parse
from graphviz_ad.api import run
from graphviz_ad.check.comparison import Comparison
from graphviz_ad.check.table import PARTNERS, PartnerSummary, Report, check
from graphviz_ad.errors import MissingPartError, UnknownNameError
from graphviz_ad.installing import library

FORMULA = "z = w*x + b; L = (z - y)^2"
INPUTS = {"w": 2, "x": 3, "b": -1, "y": 1}


@pytest.fixture
def no_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine where torch is not installed."""
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "torch" else find_spec(name, *rest)
    )


def test_the_table_of_one_partner_as_it_is_printed() -> None:
    report = parse(FORMULA).run(INPUTS).check("complex-step")
    assert str(report) == (
        "partner       of        what    ours  theirs  difference  verdict\n"
        "─────────────────────────────────────────────────────────────────\n"
        "complex-step  gradient  ∂L/∂y   -8    -8      0           ok\n"
        "complex-step  gradient  ∂L/∂b   8     8       0           ok\n"
        "complex-step  gradient  ∂L/∂x   16    16      0           ok\n"
        "complex-step  gradient  ∂L/∂w   24    24      0           ok\n"
        "complex-step  gradient  ∂L/∂L   1     1       0           ok\n"
        "complex-step  gradient  ∂L/∂v2  8     8       0           ok\n"
        "complex-step  gradient  ∂L/∂z   8     8       0           ok\n"
        "complex-step  gradient  ∂L/∂v1  8     8       0           ok\n"
        "complex-step  edge      ∂L/∂v2  8     8       0           ok\n"
        "complex-step  edge      ∂v2/∂z  1     1       0           ok\n"
        "complex-step  edge      ∂v2/∂y  -1    -1      0           ok\n"
        "complex-step  edge      ∂z/∂v1  1     1       0           ok\n"
        "complex-step  edge      ∂z/∂b   1     1       0           ok\n"
        "complex-step  edge      ∂v1/∂w  3     3       0           ok\n"
        "complex-step  edge      ∂v1/∂x  2     2       0           ok\n"
        "\n"
        "complex-step: 15 agree"
    )


@pytest.mark.torch
def test_without_a_name_every_partner_that_can_run_is_asked() -> None:
    report = parse(FORMULA).run(INPUTS).check()
    assert [partner.name for partner in report.partners] == list(PARTNERS)
    assert all(partner.ran for partner in report.partners)
    assert report.ok


@pytest.mark.torch
def test_torch_compares_every_value_gradient_and_edge() -> None:
    trace = parse(FORMULA).run(INPUTS)
    rows = trace.check("torch").rows
    assert [row.node for row in rows if row.kind == "value"] == [n for n, p in enumerate(trace.graph.ops) if p]
    assert {row.node for row in rows if row.kind == "gradient"} == {
        n for n in range(len(trace.graph)) if trace.active[n]
    }
    edges = {(row.node, row.slot) for row in rows if row.kind == "local"}
    assert edges == {(node, slot) for node, slot, _ in trace.backward_edges()}


def test_a_partner_that_is_missing_is_named_with_what_to_install(no_torch: None) -> None:
    report = parse(FORMULA).run(INPUTS).check()
    assert str(report.partners[0]) == f"torch: not run: torch is not installed ({library('torch')})"
    assert report.ok, "the others ran"


def test_a_partner_asked_for_by_name_must_be_there(no_torch: None) -> None:
    with pytest.raises(MissingPartError) as caught:
        parse(FORMULA).run(INPUTS).check("torch")
    assert caught.value.exit_code == 3
    assert caught.value.hint == library("torch")


def test_not_run_is_not_ok() -> None:
    report = parse("L = sum(x)").run(x=[1, 2]).check("paths")
    assert str(report) == "paths: not run: 'x' is an array; paths are summed over scalars only"
    assert not report.ok


def test_inconclusive_alone_is_not_ok() -> None:
    row = Comparison("complex-step", "∂L/∂x", "gradient", 0, None, 0.0, 1.0, 1.0, "inconclusive", "a kink")
    assert not Report((row,), (PartnerSummary("complex-step", inconclusive=1),)).ok


def test_nothing_to_compare_is_not_ok() -> None:
    report = run(parse("y = 2*3"), {}).check("complex-step")
    assert str(report) == "complex-step: not run: there is nothing to compare"
    assert not report.ok


def test_an_unknown_partner_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        parse(FORMULA).run(INPUTS).check("tourch")
    assert caught.value.hint == "did you mean 'torch'?"


def test_one_row_that_differs_makes_the_report_fail_and_is_always_shown() -> None:
    report = parse(FORMULA).run(INPUTS).check("complex-step")
    last = replace(report.rows[-1], theirs=2.0000001, difference=1e-7, verdict="differs")
    wrong = Report((*report.rows[:-1], last), (PartnerSummary("complex-step", agree=14, differ=1),))
    assert not wrong.ok
    assert wrong.text(shown=1) == (
        "partner       of        what    ours  theirs     difference  verdict\n"
        "────────────────────────────────────────────────────────────────────\n"
        "complex-step  gradient  ∂L/∂y   -8    -8         0           ok\n"
        "complex-step  edge      ∂v1/∂x  2     2.0000001  1e-7        differs\n"
        "… and 13 more that agree\n"
        "\n"
        "complex-step: 14 agree, 1 differ"
    )


def test_a_large_graph_shows_forty_rows_that_agree_and_counts_the_others() -> None:
    report = parse("L = " + "+".join(f"x{i}" for i in range(50))).run({f"x{i}": i for i in range(50)}).check("paths")
    lines = str(report).splitlines()
    assert len(lines) == 2 + 40 + 1 + 1 + 1
    assert lines[-3] == "… and 59 more that agree"


def test_columns_line_up_under_wide_letters() -> None:
    lines = str(parse("損失 = 重み*x").run({"重み": 2, "x": 3}).check("paths")).splitlines()
    assert lines[2] == "paths    gradient  ∂損失/∂損失  1     1       0           ok (1 path)"
    assert lines[4] == "paths    gradient  ∂損失/∂重み  3     3       0           ok (1 path)"


def test_with_another_upstream_it_is_no_derivative_of_the_output_alone() -> None:
    rows = run(parse("y = 2*x"), {"x": 3}, upstream=5).check("complex-step").rows
    assert [(row.what, row.ours) for row in rows] == [
        ("∂(upstream·y)/∂x", 10.0), ("∂(upstream·y)/∂y", 5.0), ("∂y/∂x", 2.0),
    ]  # fmt: skip


def test_an_edge_is_shown_in_the_shape_of_the_partner() -> None:
    rows = parse("L = sum(x + 1)").run(x=[1, 2]).check("complex-step").rows
    assert str(next(row for row in rows if row.what == "∂v1/∂x").ours) == "[1. 1.]"


def test_json_holds_every_row_and_reads_back() -> None:
    trace = parse("L = x/y").run(x=1, y=0)
    report: dict[str, object] = trace.check("paths").json()
    assert json.loads(json.dumps(report, allow_nan=False)) == {
        "schema": "graphviz-ad/check/1",
        "ok": True,
        "partners": [
            {"name": "paths", "ran": True, "reason": None, "agree": 3, "differ": 0, "inconclusive": 0, "not_run": 0}
        ],
        "rows": [
            {"partner": "paths", "what": what, "kind": "gradient", "node": node, "slot": None, "ours": value,
             "theirs": value, "difference": 0.0, "verdict": "ok", "note": note}
            for what, node, value, note in (
                ("∂L/∂L", 2, 1.0, "1 path"),
                ("∂L/∂y", 1, "-inf", "1 path; not finite, and the same"),
                ("∂L/∂x", 0, "inf", "1 path; not finite, and the same"),
            )
        ],
    }  # fmt: skip


def test_partners_are_asked_once_each() -> None:
    report = check(parse(FORMULA).run(INPUTS), ["paths", "paths"])
    assert [partner.name for partner in report.partners] == ["paths"]
