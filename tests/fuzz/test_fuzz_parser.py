"""A bounded run of each coverage-guided fuzzer; longer ones as in the docstrings of fuzz_parser and fuzz_csv."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
FORMULAS = (
    "z = w*x + b; a = sigmoid(z); L = (a - y)^2 + 0.1*w^2",
    "f(t) = t*tanh(t)\nL = sum(f([[1, 2], [3, 4]])[0, :])  # 損失",
    "where(x < 1, √x, x⁻¹) @ A.T",
    "x = 1\nx -=\nW=3",
    r"\hat{y}_k = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}",
    r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}",
)
FILES = (
    "x,y\n1,2\n-3.5e-2,4\n",
    "\ufeffx₁;w_2;ŷ\r\n−1,5;２;1/3\r\n",
    'x\t"h_{1,2}"\n"1"\tnan\n\n',
    "x,y\n1,setosa\n2,\n1_0,1e999\n",
)


@pytest.mark.parametrize(("target", "seeds"), [("fuzz_parser", FORMULAS), ("fuzz_csv", FILES)])
@pytest.mark.slow
def test_bytes_are_read_or_one_of_our_errors(target: str, seeds: tuple[str, ...], tmp_path: Path) -> None:
    outcome = _fuzzed(target, seeds, tmp_path, 5)
    assert outcome.returncode == 0, outcome.stderr[-3000:]
    assert "DONE" in outcome.stderr or "Done" in outcome.stderr, "the run was bounded by its time, not by a finding"


PLANTED = """
import sys
from tests.fuzz import fuzz_csv
import numpy as np
def planted(texts):
    try:
        return np.array([float(text) for text in texts])
    except ValueError:
        return None
fuzz_csv._PLAIN_NUMBERS = fuzz_csv.csv_file._plain_numbers = planted
fuzz_csv.main()
"""
"""A reader that takes nan for a number."""


@pytest.mark.slow
def test_a_planted_mistake_is_found(tmp_path: Path) -> None:
    outcome = _fuzzed("fuzz_csv", ("x\n1\n", "x,y\nnan,1\n"), tmp_path, 15, PLANTED)
    assert outcome.returncode != 0
    assert "AssertionError" in outcome.stdout, outcome.stdout[-3000:] + outcome.stderr[-3000:]


def _fuzzed(
    target: str, seeds: tuple[str, ...], folder: Path, seconds: int, code: str = ""
) -> subprocess.CompletedProcess[str]:
    """Fuzzer, texts to begin with and a folder for these → what as many seconds of it say."""
    pytest.importorskip("atheris", reason="atheris is not installed")
    for number, text in enumerate(seeds):
        (folder / f"seed{number}").write_text(text, encoding="utf-8", newline="")
    # The peak of memory that the fuzzer compares with its limit is, on Linux, also that of the process it was started from.
    return subprocess.run(
        [sys.executable, *(["-c", code] if code else ["-m", f"tests.fuzz.{target}"]), f"-max_total_time={seconds}",
         "-max_len=300", "-timeout=5", "-rss_limit_mb=0", f"-artifact_prefix={folder}/", str(folder)],
        capture_output=True, text=True, errors="replace", timeout=120, cwd=REPOSITORY,
    )  # fmt: skip
