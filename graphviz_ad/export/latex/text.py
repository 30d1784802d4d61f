"""Text for LaTeX: words that show exactly themselves, and names of files that it can include."""

from __future__ import annotations

from graphviz_ad.errors import OutputError
from graphviz_ad.explain.phrase import latex

_TROUBLE = '%#{}~^&$\\"'
"""What LaTeX does not take in the name of a file that it includes."""


def plain_text(text: str) -> str:
    """Text → LaTeX that shows exactly it."""
    return latex([("text", text)])


def require_includable(name: str, example: str) -> None:
    """Raise OutputError for the name of a file that LaTeX cannot include; `example` is one that it can."""
    bad = next((sign for sign in name if sign in _TROUBLE), None)
    if bad:
        raise OutputError(
            f"LaTeX cannot include a file whose name holds '{bad}'", hint=f"give another name with -o, as in {example}"
        )
