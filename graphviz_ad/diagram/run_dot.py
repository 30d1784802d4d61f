"""DOT → Graphviz's JSON with all places: in this process, by a command, or in a child with a time limit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from graphviz_ad.errors import MissingPartError
from graphviz_ad.installing import library

_CHILD = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from graphviz_ad.diagram.run_dot import in_process; sys.stdout.write(in_process(sys.stdin.read()))"
)
"""The program of the child, which gets `_ROOT` as its argument, reads DOT and writes Graphviz's JSON."""
_ROOT = str(Path(__file__).resolve().parents[2])
"""Where this package lies, which need not be installed; last on the path, as it may be the working directory."""


_OR_INSTALL = (
    "or install Graphviz so that 'dot' is on the PATH "
    "(Debian: apt install graphviz, Alpine: apk add graphviz, macOS: brew install graphviz)"
)
"""What to do without Graphviz; there are no wheels of pygraphviz for Alpine and for Windows on ARM."""


def in_process(dot: str, *, placed: bool = False) -> str:
    """DOT → Graphviz's JSON, by the library that pygraphviz bundles, else by a `dot` on the PATH.

    With `placed` its nodes have their places, and only its edges are led around them.
    """
    try:
        import pygraphviz
    except ImportError:
        return _by_command(dot, placed)
    graph = pygraphviz.AGraph(string=dot)
    answer: bytes = graph.draw(format="json0", prog="nop2" if placed else "dot")
    graph.close()
    return answer.decode("utf-8")


def _by_command(dot: str, placed: bool) -> str:
    """DOT → Graphviz's JSON, by the command `dot`, or `neato -n2` for what is placed.

    Raises MissingPartError where there is none.
    """
    import graphviz

    try:
        answer: str = graphviz.Source(dot, engine="neato" if placed else "dot").pipe(
            format="json0", encoding="utf-8", neato_no_op=2 if placed else None
        )
        return answer
    except graphviz.ExecutableNotFound:
        hint = f"{library('pygraphviz')}, {_OR_INSTALL}"
        raise MissingPartError("Graphviz was not found", hint=hint) from None


def in_child(dot: str, seconds: float) -> str:
    """DOT → Graphviz's JSON, made in a process that is stopped after so many seconds.

    The child imports nothing from the working directory (`-P`). Raises subprocess.TimeoutExpired.
    """
    child = subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "-P", "-c", _CHILD, _ROOT], input=dot, capture_output=True, text=True, encoding="utf-8",
        timeout=seconds, check=False,
    )  # fmt: skip
    if child.returncode:
        raise MissingPartError(
            "Graphviz failed: " + (child.stderr.strip().splitlines() or ["no message"])[-1],
            hint=f"{library('pygraphviz')} --upgrade",
        )
    return child.stdout
