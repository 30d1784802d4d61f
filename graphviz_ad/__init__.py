"""A formula becomes a graph, the graph becomes a list of steps, and all a person sees is read off that list.

The rooms of the house, each importing only from those above it:

    source, errors   where in the text something stands, and what can be wrong there
    language         text → tree → text, LaTeX, Typst
    ops              the table of operations, each derivative written once, in the language itself
    graph            tree → computational graph
    autodiff         graph → trace: values, gradients and the frozen steps between them
    explain          step → equation in three stages and a sentence, in English and Japanese
    check            the same numbers from elsewhere: torch, finite differences, complex step, paths
    diagram          trace → typeset labels, one layout, a scene for each step, SVG
    office           frames → slides of PowerPoint: shapes, glued connectors, Office mathematics
    export           pictures and decks → files
    documents        figures in documents: markdown for MkDocs and Python-Markdown, sphinx for Sphinx
    notebook         trace → a player in a cell; formulas in cells

>>> graph = parse("L = (w*x - y)^2")
>>> trace = graph.run(w=2, x=3, y=5)
>>> trace.value("L"), trace.grad("w")
(1.0, 6.0)
"""

from typing import Any

from graphviz_ad.errors import GraphvizADError
from graphviz_ad.graph.build import parse
from graphviz_ad.graph.graph import Graph, Limits

__version__ = "0.1.0"
__all__ = ["Graph", "GraphvizADError", "Limits", "parse"]


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext graphviz_ad` → the magics `%graph` and `%%graph`."""
    from graphviz_ad.notebook.magics import load

    load(shell)
