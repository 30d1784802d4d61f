"""A bounded run of the coverage-guided fuzzer; longer ones as in fuzz_parser's docstring."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SEEDS = (
    "z = w*x + b; a = sigmoid(z); L = (a - y)^2 + 0.1*w^2",
    "f(t) = t*tanh(t)\nL = sum(f([[1, 2], [3, 4]])[0, :])  # 損失",
    "where(x < 1, √x, x⁻¹) @ A.T",
    "x = 1\nx -=\nW=3",
    r"\hat{y}_k = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}",
    r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}",
)


@pytest.mark.slow
def test_bytes_give_a_program_or_one_of_our_errors(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="atheris is not installed")
    for number, text in enumerate(SEEDS):
        (tmp_path / f"seed{number}").write_text(text, encoding="utf-8")
    # The peak of memory that the fuzzer compares with its limit is, on Linux, also that of the process it was started from.
    completed = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.fuzz_parser", "-max_total_time=15", "-max_len=300", "-timeout=5",
         "-rss_limit_mb=0", str(tmp_path)],
        capture_output=True, text=True, errors="replace", timeout=120, cwd=REPOSITORY,
    )  # fmt: skip
    assert completed.returncode == 0, completed.stderr[-3000:]
    assert "DONE" in completed.stderr or "Done" in completed.stderr, "the run was bounded by its time, not by a finding"
