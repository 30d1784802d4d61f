"""What the tests of documents share: a program that builds, in a process of its own, and figures to build."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def built(*words: str, folder: Path, seconds: int = 120) -> tuple[int, str]:
    """Module and its arguments → exit code, and what it said."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "PYTHONWARNINGS": "ignore"}
    completed = subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds
    )
    return completed.returncode, completed.stdout + completed.stderr


def write(folder: Path, files: dict[str, str]) -> None:
    """Names and texts → files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
