"""Cold starts: a whole process from its beginning to its end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from .comparing import Comparison, Cost, milliseconds

_ROOT = Path(__file__).parents[2]
_DRAW = "import sys; from cli.main import main; sys.exit(main(['draw', 'a = sigmoid(w*x + b)', 'w=2', 'x=3', 'b=-1', '-o', '-']))"
_EXPLAIN = (
    "import sys; from cli.main import main; sys.exit(main(['explain', 'a = sigmoid(w*x + b)', 'w=2', 'x=3', 'b=-1']))"
)
_HELP = "import sys; from cli.main import main; sys.exit(main(['--help']))"


def python(code: str) -> Callable[[], None]:
    """Code → what runs it in an interpreter of its own."""

    def run() -> None:
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, cwd=_ROOT)

    return run


def _against(code: str, peer: str) -> Callable[[], tuple[Cost, Cost]]:
    return lambda: (milliseconds(python(code)), milliseconds(python(peer)))


_PEER = "import numpy, networkx"
COMPARISONS = (
    Comparison("cold start: draw a small formula", _PEER, 2.0, "{:.0f} ms", _against(_DRAW, _PEER), 9),
    Comparison("cold start: explain a small formula", _PEER, 1.0, "{:.0f} ms", _against(_EXPLAIN, _PEER), 9),
    Comparison("cold start: --help", _PEER, 0.5, "{:.0f} ms", _against(_HELP, _PEER), 9),
)
