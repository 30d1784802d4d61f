"""Every number of a trace beside the same number from elsewhere → a report.

`table.check` leads; the partners are torch, the complex step, central differences and the sum over all paths.
"""

__all__ = ["comparison", "table"]
