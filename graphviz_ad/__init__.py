"""A formula becomes a graph, the graph becomes a list of steps, and all a person sees is read off that list.

The rooms of the house, each importing only from those above it:

    source, errors   where in the text something stands, and what can be wrong there
    installing       what is missing → the line that installs it
    values           the types of what flows along a graph: a number, an array
    workers          where work that can be spread is done: the cores of this machine, a cluster
    language         text or LaTeX → tree → text, LaTeX, Typst
    data             files and named sets → tables of examples
    ops              the table of operations, each derivative written once, in the language itself
    graph            tree → computational graph
    autodiff         graph → trace: values, gradients and the frozen steps between them
    tracing          numbers that record what is computed with them, for pages that compute anew
    messages         every sentence, in each language
    explain          step → equation in three stages and a sentence
    check            the same numbers from elsewhere: torch, finite differences, complex step, paths
    training         graph and data → a run of descent: the loss and the parameters after every update
    items            what a question is made of, and what it may ask of a pass
    misconceptions   the mistakes students make, as mutants of a pass, and which numbers they give
    diagram          trace → typeset labels, one layout, a scene for each step, SVG
    export           pictures and decks → files: images, texts, LaTeX, PowerPoint, the player of web pages
    notebook         trace → a player in a cell
    documents        what a document asks for → a figure
    exercises        trace → questions, sheets, self-tests, formats of platforms, marks
    course           a term of exercises for a class
    api              what people hold: the one package that knows all others
    magics, markdown, pytorch, sphinx   formulas in cells of notebooks, in MkDocs and Python-Markdown, in Sphinx

>>> graph = parse("L = (w*x - y)^2")
>>> trace = graph.run(w=2, x=3, y=5)
>>> trace.value("L"), trace.grad("w")
(1.0, 6.0)
"""

from typing import TYPE_CHECKING, Any

from graphviz_ad.api import Graph, Picture, Trace, parse, run
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.graph.graph import Limits

if TYPE_CHECKING:
    from graphviz_ad.api.comparisons import Comparison, compare
    from graphviz_ad.api.runs import Run
    from graphviz_ad.check.table import Report
    from graphviz_ad.data.table import Table
    from graphviz_ad.diagram.theme import Theme
    from graphviz_ad.explain.explanation import Explanation
    from graphviz_ad.export.run.figures.figure import Figure
    from graphviz_ad.notebook.widget import Player

__version__ = "0.1.0"
__all__ = [
    "Comparison", "Explanation", "Figure", "Graph", "GraphvizADError", "Limits", "Picture", "Player", "Report", "Run",
    "Table", "Theme", "Trace", "compare", "parse", "run",
]  # fmt: skip

_LATE = {
    "Comparison": "graphviz_ad.api.comparisons", "compare": "graphviz_ad.api.comparisons",
    "Figure": "graphviz_ad.export.run.figures.figure",
    "Explanation": "graphviz_ad.explain.explanation", "Player": "graphviz_ad.notebook.widget",
    "Report": "graphviz_ad.check.table", "Run": "graphviz_ad.api.runs",
    "Table": "graphviz_ad.data.table", "Theme": "graphviz_ad.diagram.theme",
}  # fmt: skip
"""Names of the surface whose modules take time to import, or need an extra."""


if not TYPE_CHECKING:  # which would take every name for one of the package

    def __getattr__(name: str) -> object:
        """A name that is imported when it is asked for."""
        if name not in _LATE:
            raise AttributeError(f"module 'graphviz_ad' has no attribute '{name}'")
        from importlib import import_module

        return getattr(import_module(_LATE[name]), name)


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext graphviz_ad` → the magics `%graph` and `%%graph`."""
    from graphviz_ad.magics import load

    load(shell)
