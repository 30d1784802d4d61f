"""A graph and data become a run: the loss and the parameters after every update.

`optimizers` has the rules of updates as text, `statements` computes them as they stand.
"""

__all__ = ["optimizers", "statements"]
