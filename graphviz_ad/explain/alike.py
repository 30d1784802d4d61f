"""Operations over entries of which the same is to be said."""

from __future__ import annotations

MOVES = frozenset(("transpose", "reshape", "concat", "stack", "flatten", "squeeze", "unsqueeze", "permute", "diag"))
"""Operations that only move entries about."""
_FLAT = frozenset(("argmax", "argmin", "len", "size"))
"""Operations that let no gradient through anywhere."""
_LIKE = {"softmin": "pull.softmax", "batch_norm": "pull.layer_norm"}
"""Operations that send back what another does."""


def pull_key(name: str, slot: int) -> tuple[str, bool]:
    """Operation and argument → the entry of the catalogue for its edge, and whether it holds where nothing is sent."""
    if name in _FLAT:
        return "pull.argmax", True
    if name in MOVES:
        return "pull.moved", False
    if name == "solve":
        return "pull.solve.right" if slot else "pull.solve.matrix", False
    return _LIKE.get(name, f"pull.{name}"), False
