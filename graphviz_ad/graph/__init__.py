"""A tree → a computational graph, in topological order.

`build.parse` leads; `builder` adds the nodes, `functions` inlines what is called, `products` decides by shapes what
a product without a sign is, `collapse` makes one node of a user's function.
"""

__all__ = ["build", "graph", "products", "views"]
