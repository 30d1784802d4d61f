"""Numbers and arrays that record what is computed with them, so that a page can compute it anew.

`scalar` and `array` are such numbers, `branches` answers what they decide in both ways, `calculation` makes the
script of a trace, `functions` that of all operations; `formulas` are numbers that write formulas instead of a script.
What they need of the core registers there; the core knows nothing of them.
"""

__all__ = ["array", "branches", "calculation", "formulas", "functions", "scalar", "tape"]
