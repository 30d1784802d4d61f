"""All comparisons → a table in Markdown: `python -m tests.benchmarks.ratios [--write] [WORD …]`.

With words only the comparisons that have one of them in their name. `--write` puts the table into CONTRIBUTING.md.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from . import arrays, capturing, parsing, pictures, scalars, starting, training
from .comparing import HEAD, Comparison

COMPARISONS: tuple[Comparison, ...] = (
    *scalars.COMPARISONS,
    *arrays.COMPARISONS,
    *training.COMPARISONS,
    *parsing.COMPARISONS,
    *pictures.COMPARISONS,
    *starting.COMPARISONS,
    *capturing.COMPARISONS,
)
BEGIN, END = "<!-- ratios -->", "<!-- /ratios -->"
_FILE = Path(__file__).parents[2] / "CONTRIBUTING.md"


def chosen(words: Sequence[str]) -> list[Comparison]:
    """Words → the comparisons that have one of them; all without any."""
    return [c for c in COMPARISONS if not words or any(word in f"{c.what} {c.peer}" for word in words)]


def written(document: str, table: str) -> str:
    """Document → the same with the table between its marks, or at its end where it has none.

    >>> written("a <!-- ratios -->old<!-- /ratios --> b", "new")
    'a <!-- ratios -->\\nnew\\n<!-- /ratios --> b'
    """
    before, begin, rest = document.partition(BEGIN)
    if not begin:
        return f"{document.rstrip()}\n\n{BEGIN}\n{table}\n{END}\n"
    return f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}"


def main(arguments: Sequence[str]) -> int:
    """Arguments → exit code 1 where a target is missed."""
    words = [argument for argument in arguments if not argument.startswith("-")]
    lines = [HEAD]
    print(HEAD, flush=True)
    missed = 0
    for comparison in chosen(words):
        result = comparison.measure()
        missed += not result.met
        lines.append(result.row())
        print(lines[-1], flush=True)
    if not words:
        remarks = f"{scalars.report()}\n\nPython {platform.python_version()} on {platform.machine()}; medians of both in turns."
        lines += ["", remarks]
        print(f"\n{remarks}")
    if "--write" in arguments:
        document = _FILE.read_text(encoding="utf-8") if _FILE.exists() else ""
        _FILE.write_text(written(document, "\n".join(lines)), encoding="utf-8")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
