"""A run of descent → files: a table, JSON, a notebook, a program, figures, a page.

`registry` has the formats, and `save` writes one; `figures` draws.
"""

__all__ = ["figures", "registry"]
