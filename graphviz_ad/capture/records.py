"""What was seen of a run: tensors that were there, and calls that made others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from types import FrameType
from typing import Any, NamedTuple

import torch


class Visit(NamedTuple):
    """A module's path, which of the calls of modules it is, as one that is called twice works twice, and its class."""

    path: str
    number: int
    kind: str = ""


@dataclass(eq=False, repr=False)
class Record:
    """A tensor as it was when it was seen: a leaf, or what a call made.

    `text` writes it, given the texts of `args`; a leaf has none. `value` are its numbers, a copy of them once the
    code may write to them (`Seen.keep`), `tensor` is the tensor itself, in whose graph torch finds its gradient.
    `frame` is where the author's code was, while it runs, `line` its place; `modules` the calls of modules it was in.
    `kind` is what torch calls the function. It is `cut` where torch sends no gradient on. `edge` is its place in
    torch's graph, where it has one; `gradients` are torch's own, of a record that is a loss, with respect to the
    records it is made of. `is_inner` says of a leaf that a module made it for itself, as a mask. Those made later
    have larger numbers.
    """

    value: torch.Tensor
    tensor: torch.Tensor
    args: Sequence[Record] = ()
    text: Callable[..., str] | None = None
    kind: str = ""
    frame: FrameType | None = None
    line: str = ""
    modules: tuple[Visit, ...] = ()
    name: str = ""
    opaque: Callable[..., torch.Tensor] | None = None
    cut: bool = False
    edge: Any = None
    gradients: Mapping[Record, torch.Tensor | None] | None = None
    is_inner: bool = False
    number: int = field(default_factory=count().__next__)

    @property
    def is_leaf(self) -> bool:
        """Whether no call made it."""
        return self.text is None and self.opaque is None

    @property
    def gets_gradient(self) -> bool:
        """Whether torch sends a gradient to it."""
        return self.edge is not None


def version(tensor: torch.Tensor) -> int:
    """Tensor → how often it was written to; those of inference mode do not count it."""
    return 0 if tensor.is_inference() else tensor._version


def edge(tensor: torch.Tensor) -> Any:
    """Tensor → its place in the graph of torch, which stays when it is written to; None where it has none."""
    return torch.autograd.graph.get_gradient_edge(tensor) if tensor.requires_grad else None


def memory(tensor: torch.Tensor) -> int:
    """Tensor → where its numbers are; views of one tensor are in one place."""
    try:
        return tensor.untyped_storage().data_ptr()
    except NotImplementedError:  # torch.func wraps tensors in others, whose memory is not told
        return id(tensor)


@dataclass
class Seen:
    """All that was seen, in order; `by_tensor` finds the latest record of a tensor, with its version then.

    `by_memory` has the same tensors by the memory they are in, `shared` the records whose numbers are no copies;
    `broken` are tensors whose numbers were changed where it could not be followed; `losses` are the records that the
    code asked gradients of, and whether by `backward`.
    """

    leaves: list[Record] = field(default_factory=list)
    calls: list[Record] = field(default_factory=list)
    by_tensor: dict[int, tuple[Record, int, torch.Tensor]] = field(default_factory=dict)
    by_memory: dict[int, set[int]] = field(default_factory=dict)
    shared: dict[int, list[Record]] = field(default_factory=dict)
    parameters: Mapping[int, str] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    losses: dict[Record, bool] = field(default_factory=dict)
    hooks: list[str] = field(default_factory=list)
    dtypes: set[torch.dtype] = field(default_factory=set)
    broken: dict[int, torch.Tensor] = field(default_factory=dict)

    def known(self, tensor: torch.Tensor) -> Record | None:
        """Tensor → its record, None where it was not seen."""
        entry = self.by_tensor.get(id(tensor))
        return entry[0] if entry else None

    def version(self, tensor: torch.Tensor) -> int:
        """Tensor → the version at which it was seen."""
        return self.by_tensor[id(tensor)][1]

    def put(self, tensor: torch.Tensor, record: Record) -> None:
        """A tensor is from now on what a record says; it is kept, so that no other gets its id."""
        self.by_tensor[id(tensor)] = (record, version(tensor), tensor)
        self.by_memory.setdefault(memory(tensor), set()).add(id(tensor))

    def numbers(self, record: Record) -> None:
        """A record is new: what gets no gradient is copied, as code outside of torch may write to it."""
        if record.tensor.requires_grad:
            self.shared.setdefault(memory(record.tensor), []).append(record)
        else:
            record.value = record.value.clone()

    def keep(self, tensors: Iterable[torch.Tensor]) -> None:
        """Tensors may be written to now: the numbers of records in the same memory are copied before."""
        for tensor in tensors:
            for record in self.shared.pop(memory(tensor), ()):
                record.value = record.value.clone()

    def keep_all(self) -> None:
        """The same for all that was seen."""
        self.keep([records[0].tensor for records in self.shared.values()])

    def forget(self, tensor: torch.Tensor) -> None:
        """A tensor is not what was seen any more."""
        self.by_tensor.pop(id(tensor), None)

    def forget_others(self, tensor: torch.Tensor) -> None:
        """A tensor was written to: others with the same memory that do not count it, as those of .data, change too."""
        place = memory(tensor)
        for key in [key for key in self.by_memory.get(place, ()) if key in self.by_tensor]:
            _, was, other = self.by_tensor[key]
            if memory(other) == place and version(other) == was:  # no other that has its id by now
                del self.by_tensor[key]
                if other.grad_fn is not None:
                    self.broken[key] = other


def needed(output: Record) -> list[Record]:
    """Record → all that it is made of and itself, in the order in which they were made."""
    reached, stack = {output}, [output]
    while stack:
        new = set(stack.pop().args) - reached
        reached |= new
        stack += new
    return sorted(reached, key=lambda record: record.number)
