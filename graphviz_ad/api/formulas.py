"""Text → a graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from graphviz_ad.api.graphs import Graph
from graphviz_ad.graph import build, graph
from graphviz_ad.language.notations import Convention


def parse(
    text: str,
    *,
    share: bool = False,
    expand: Iterable[str] = (),
    collapse: Iterable[str] = (),
    limits: graph.Limits | None = None,
    given: Collection[str] = (),
    form: int | None = None,
    latex: bool | None = None,
    unroll: Mapping[str, int | None] | Iterable[str] = (),
    notation: Convention | None = None,
    intermediates: str = "v",
    pairs: bool = False,
) -> Graph:
    """Formula → Graph.

    `share` makes one node of subexpressions that are the same; `expand` names operations to replace by
    their definitions; `collapse` names user functions to keep as one node. `given` are the names that values will be
    given for, or these values, where that decides what is meant (e in e^x, wx for w and x); `form` the side of a
    chain of equalities to compute, counted from 1; `latex` whether the formula is LaTeX, which is seen in it unless
    said; `unroll` letters whose sums are written out term by term, perhaps with how many terms there are;
    `notation` "statistics" or "deep-learning", whose names the quantities get; `intermediates` the letter that
    intermediate results without a name are called by; `pairs` makes sums and products of two terms each.

    Raises InputError where that is no letter; ParseError, UnknownNameError, ArityError or LimitError, which point at
    the place.

    >>> parse("y = w*x + b").names
    ['w', 'x', 'v1', 'b', 'y']
    """
    return Graph.of(
        build.parse(
            text, share=share, expand=expand, collapse=collapse, limits=limits, given=given, form=form, latex=latex,
            unroll=unroll, notation=notation, intermediates=intermediates, pairs=pairs,
        )
    )  # fmt: skip
