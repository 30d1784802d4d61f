"""What a frame tells of → the key under which a page has its equation."""

from __future__ import annotations

from graphviz_ad.autodiff.statements import StatementSteps
from graphviz_ad.explain.moments import Moment


def key_of(moment: Moment) -> str:
    """Moment → `e7` for step 7, `es7` for the statement whose last step that is, or its own name."""
    if isinstance(moment, str):
        return moment
    return f"es{moment.k}" if isinstance(moment, StatementSteps) else f"e{moment.k}"
