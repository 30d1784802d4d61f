"""Text as people write it, or LaTeX → a tree, and the tree → text, LaTeX, Typst.

`reading.read_formula` leads; `parser` is the one pass over plain text, `latex` the reader of LaTeX, `printer` the
writer, whose dialects are values. `numbers` is the only place where a number becomes text.
"""

__all__ = ["numbers", "parser", "printer", "reading", "tree", "vocabulary"]
