"""Operations over entries of which the same is to be said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_ad.autodiff.steps import Pull
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.slopes import is_zero
from graphviz_ad.lazy import lazy

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

MOVES = frozenset(("transpose", "reshape", "concat", "stack", "flatten", "squeeze", "unsqueeze", "permute", "diag"))
"""Operations that only move entries about."""
_FLAT = frozenset(("argmax", "argmin", "len", "size"))
"""Operations that let no gradient through anywhere."""
_LIKE = {
    "softmin": "pull.softmax", "batch_norm": "pull.layer_norm",
    **{f"{kind}avg_pool{axes}d": "pull.avg_pool" for kind in ("", "adaptive_") for axes in (1, 2)},
    **{f"max_pool{axes}d": "pull.max_pool" for axes in (1, 2)},
}  # fmt: skip
"""Operations that send back what another does."""

_WINDOWS = {
    f"{name}{axes}d": name.removeprefix("adaptive_")
    for name in ("conv", "conv_transpose", "max_pool", "avg_pool", "adaptive_avg_pool") for axes in (1, 2)
}  # fmt: skip
"""Operations with windows that slide, and what they are called whatever they slide over."""

_COMPARED = frozenset(("bce", "bce_with_logits", "cross_entropy", "nll", "hinge", "kl_div"))
"""Losses whose second argument is the answer, and whose slope by it is another than by the first."""
_WEIGHTS = frozenset(("softmax", "softmin", "log_softmax"))
"""Operations whose entries are shares of a whole, so that one entry alone is always the whole."""
_KINKS = frozenset(("std", "norm", "rmse", "mae", "hinge"))
"""Operations over entries that have kinks, where their derivative is taken as 0."""
_EXTREMES = frozenset(("max", "min"))
"""Operations that pass the gradient on to the entry they chose."""
_CLASSES = frozenset(("cross_entropy", "nll"))
"""Losses whose second argument may be a class."""


def pull_key(name: str, slot: int) -> tuple[str, bool]:
    """Operation and argument → the entry of the catalogue for its edge, and whether it holds without a contribution."""
    if name in _FLAT:
        return "pull.argmax", True
    if name in MOVES:
        return "pull.moved", False
    if name == "solve":
        return "pull.solve.right" if slot else "pull.solve.matrix", False
    if name.startswith("conv") and name in _WINDOWS:
        return f"pull.{_WINDOWS[name]}.{'kernel' if slot else 'input'}", False
    return _LIKE.get(name, f"pull.{name}"), False


def evaluate_key(name: str) -> str:
    """Operation → the entry of the catalogue for its value: one for windows over one axis and over two."""
    return f"evaluate.{_WINDOWS.get(name, name)}"


def structural_key(trace: Trace, step: Pull, needed: bool) -> str:
    """Edge of an operation that is not entry by entry, and whether its convention is needed here → its entry."""
    bound = trace.graph.ops[step.node]
    assert bound is not None
    name, args = bound.row.name, trace.graph.args[step.node]
    key, always = pull_key(name, step.slot)
    if name == "matmul" and all(len(trace.shape(arg)) == 1 for arg in args):
        return "pull.dot"
    if name in _WEIGHTS and np.size(trace.values[step.to]) == 1:
        return "pull.alone"
    if name in _CLASSES and step.slot == 1 and needed:
        return "pull.class"
    if name in _EXTREMES:
        return _extreme(name, trace, step.node, needed)
    if needed and name in _KINKS and is_zero(step.contribution):
        return "pull.kink"
    if trace.shape(step.node) == () and is_zero(step.contribution) and not always:
        return "pull.structural.zero"
    return "pull.target" if step.slot == 1 and name in _COMPARED else key


def _extreme(name: str, trace: Trace, node: int, tied: bool) -> str:
    """The entry for a largest or smallest entry: of all or along an axis, one or several that are alike."""
    out = trace.values[node]
    if np.any(np.isnan(out)):
        return "pull.structural"
    return f"pull.{name}" + (".axis" if np.size(out) > 1 else "") + (".tied" if tied else "")
