"""What people hold: a graph that runs, a trace that explains, checks, draws and saves itself, a picture, a run.

The only package that knows all others. What stands below it is pure: values, and functions that make something of them.
"""

from graphviz_ad.api.formulas import parse as parse
from graphviz_ad.api.graphs import Graph as Graph
from graphviz_ad.api.graphs import Trace as Trace
from graphviz_ad.api.graphs import run as run
from graphviz_ad.api.picture import Picture as Picture

__all__ = ["comparisons", "derivatives", "formulas", "graphs", "picture", "runs"]
