"""The table of operations: what each computes, its derivative as text in the language itself, how it is written.

`table` gathers the rows of the files by kind, `operation` says what a row holds, `bound` makes functions of its
texts.
"""

__all__ = ["bound", "broadcasting", "operation", "table"]
