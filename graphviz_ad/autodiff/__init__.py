"""A graph and values → a trace: the values, the gradients, and the frozen steps between them.

`passes.run` leads; `trace` holds what was found, `steps` what happened, `edges` what goes over one edge.
"""

__all__ = ["jacobian", "passes", "steps", "trace"]
