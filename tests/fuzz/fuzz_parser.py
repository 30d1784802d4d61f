"""Bytes by coverage against both readers, of plain text and of LaTeX: every outcome is a Graph or one of our errors.

    python -m tests.fuzz.fuzz_parser -max_total_time=20

Options are those of libFuzzer. Needs atheris (pip install atheris), which has wheels for Linux.
"""

from __future__ import annotations

import sys

import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]

with atheris.instrument_imports(include=["graphviz_ad"]):
    from graphviz_ad.api import parse
    from graphviz_ad.errors import GraphvizADError
    from graphviz_ad.graph.graph import Graph, Limits

LIMITS = Limits(nodes=200, array=1000)


def check(data: bytes) -> None:
    """Bytes → nothing, or an exception that is a finding."""
    text = data.decode("utf-8", "surrogateescape")
    problem: GraphvizADError | None = None
    try:
        assert isinstance(parse(text, limits=LIMITS), Graph)
    except GraphvizADError as error:
        problem = error
    if problem is not None:
        assert str(problem).startswith(problem.message)
        assert problem.hint, problem.message


def main() -> None:
    """Run until the time given is over, or something is found."""
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
