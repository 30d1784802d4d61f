"""What was seen of a run: tensors that were there, and calls that made others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

import torch


@dataclass(eq=False)
class Record:
    """A tensor as it was when it was seen: a leaf, or what a call made.

    `text` writes it, given the texts of `args`; a leaf has none. `value` is a copy of the tensor, `tensor` the tensor
    itself, in whose graph torch finds its gradient. `frame` is where the author's code was, `line` its place; `modules`
    the paths of the modules it was in. `kind` is what torch calls the function. It is
    `cut` where torch sends no gradient on, and `stale` where torch has none to compare with: of a tensor that was
    written to, and of one of several results.
    """

    value: torch.Tensor
    tensor: torch.Tensor
    args: Sequence[Record] = ()
    text: Callable[..., str] | None = None
    kind: str = ""
    frame: FrameType | None = None
    line: str = ""
    modules: tuple[str, ...] = ()
    name: str = ""
    opaque: Callable[..., torch.Tensor] | None = None
    cut: bool = False
    stale: bool = False

    @property
    def is_leaf(self) -> bool:
        """Whether no call made it."""
        return self.text is None and self.opaque is None

    @property
    def gets_gradient(self) -> bool:
        """Whether torch sends a gradient to it."""
        return bool(self.tensor.requires_grad)


@dataclass
class Seen:
    """All that was seen, in order; `by_tensor` finds the latest record of a tensor, with its version then."""

    leaves: list[Record] = field(default_factory=list)
    calls: list[Record] = field(default_factory=list)
    by_tensor: dict[int, tuple[Record, int]] = field(default_factory=dict)
    parameters: Mapping[int, str] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    loss: Record | None = None

    def known(self, tensor: torch.Tensor) -> Record | None:
        """Tensor → its record, None where it was not seen."""
        found = self.by_tensor.get(id(tensor))
        return found[0] if found else None

    def version(self, tensor: torch.Tensor) -> int:
        """Tensor → the version at which it was seen."""
        return self.by_tensor[id(tensor)][1]

    def put(self, tensor: torch.Tensor, record: Record) -> None:
        """A tensor is from now on what a record says."""
        self.by_tensor[id(tensor)] = (record, tensor._version)
