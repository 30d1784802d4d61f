"""A trace → one layout, and a painting of it for each step.

`picture` leads: `typeset_labels` are typeset and measured by `typeset`, placed by `layout` (Graphviz), arranged in a
`scene`, and painted in the colours of a `theme`.
"""

__all__ = ["frames", "layout", "paint", "picture", "scene", "style", "theme", "typeset", "typeset_labels"]
