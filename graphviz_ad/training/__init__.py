"""A graph and data become a run: the loss and the parameters after every update.

`optimizers` has the rules of updates as text, `model` says which inputs are data and which are learnt, `updates` compiles
a batch's update to lines of numpy calls (`straight_line`, `gradients`), `descent` runs them, `run` is what comes out.
"""

__all__ = ["descent", "model", "optimizers", "run"]
