"""A graph and data become a run: the loss and the parameters after every update.

`optimizers` has the rules of updates as text, `model` says which inputs are data and which are learnt, `updates`
compiles a batch's update to lines of numpy calls (`straight_line`, `gradients`), `descent` runs them, `run` is what
comes out. `diagnosis` says what is wrong with it, from the loss as a `landscape` and from `symptoms` of its units.
`compare` puts several runs side by side, with their `curves` over several seeds. What figures show of a run is computed
here too: `functions` of the parameters, `curvature`, `noise`, `outlier`, `footprint`, `surface`, `boundary`.
`statements` computes a text as it stands, for one update by hand.
"""

__all__ = ["compare", "descent", "diagnosis", "model", "optimizers", "run", "statements"]
