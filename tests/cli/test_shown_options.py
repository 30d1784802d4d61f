"""A sheet shows every option without which it could not be answered, in every format that is text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

FORMULA = ("L = leaky_relu(w*x, 0.25) + norm(v, 1) + sum(max(A, axis=1))", "w=2", "x=-3", "v=[1,-2]", "A=[[1,2],[3,1]]")


@pytest.mark.parametrize(
    ("suffix", "parts"),
    [
        ("md", [r"\operatorname{LeakyReLU}_{0.25}", r"\right\rVert_{1}", r"\max_{\text{axis }1}"]),
        ("tex", [r"\operatorname{LeakyReLU}_{0.25}", r"\right\rVert_{1}", r"\max_{\text{axis }1}"]),
        ("html", ["LeakyReLU", "<mn>0.25</mn>", "axis"]),
    ],
)
def test_a_sheet_shows_the_options(run: Run, tmp_path: Path, suffix: str, parts: list[str]) -> None:
    path = tmp_path / f"sheet.{suffix}"
    assert run("exercise", *FORMULA, "-o", str(path)).code == 0
    text = path.read_text(encoding="utf-8")
    assert [part for part in parts if part not in text] == []


def test_an_explanation_in_latex_shows_them(run: Run) -> None:
    latex = run("explain", *FORMULA, "--latex").out
    for part in (
        r"\operatorname{LeakyReLU}_{0.25}",
        r"\rVert_{1}",
        r"\max_{\text{axis }1}",
        r"\mathbf{1}_{\text{axis }1}",
    ):
        assert part in latex


def test_a_drawing_says_them_in_its_description_and_dot(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.dot"
    assert run("draw", *FORMULA, "-o", str(path)).code == 0
    text = path.read_text(encoding="utf-8")
    for part in ("leaky_relu slope=0.25", "norm p=1", "max axis=1"):
        assert part in text
