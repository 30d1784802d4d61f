"""A run, or several beside one another, and the name of a figure → the figure as SVG, PNG or PDF.

`registry` has the kinds of figures, each in a module of its own; `drawing` is the sheet they draw on: matplotlib places
lines, axes and ticks, our own typesetting sets the words, and `renderer` writes both as plain SVG.
"""

__all__ = ["drawing", "registry", "renderer"]
