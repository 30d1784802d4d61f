"""Files of numbers, or the name of a small set → a table of examples, whose columns are inputs of a formula.

`table` holds the columns, `csv_file` and `npy_file` read them, `named` makes the sets that lessons use.
"""

__all__ = ["csv_file", "named", "npy_file", "table"]
