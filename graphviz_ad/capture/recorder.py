"""Code of PyTorch, while it runs → records of its calls: values, what each is as a text, what tensors are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from types import FrameType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from graphviz_ad.capture import naming
from graphviz_ad.capture.calls import (
    ATTRIBUTES,
    COMPARISONS,
    MAKING,
    RANDOM,
    STEERING,
    WHOLE,
    is_composite,
    may_write,
    opened,
    pure,
    seeded,
)  # fmt: skip
from graphviz_ad.capture.composites import DEFINITIONS
from graphviz_ad.capture.places import CaptureError, author, is_of_module, place, require_cpu, require_plain
from graphviz_ad.capture.records import Record, Seen, Visit, edge, needed, version
from graphviz_ad.capture.writing import base_name, gives_the_same, is_fixed, operands, parts_of, writer


class Recorder(TorchFunctionMode):
    """Sees every call of a function of torch, and records those that make tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = Seen()
        self.modules: list[Visit] = []
        self.paths: dict[int, str] = {}
        self.inputs: Mapping[int, str] = {}
        self.chosen: Mapping[int, str] = {}
        self.by_modules = set[Record]()  # those that are called by the modules whose outputs they are
        self.arguments: dict[int, str] = {}  # what modules call what they are given
        self.given: dict[int, torch.Tensor] = {}  # to modules by the author, and what is made of these alone
        self._quiet = 0

    # -- calls ---------------------------------------------------------------------------------

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """A call of torch → what it gives; it is recorded on the way."""
        options = dict(kwargs or {})
        name = base_name(func)
        if self._quiet or name in ATTRIBUTES:
            return func(*args, **options)
        frame = author()
        if name in ("to", "cuda") or "device" in options:
            require_cpu(name, args, options, frame)
        self.find_names()
        if name in ("register_hook", "register_post_accumulate_grad_hook"):
            self.seen.hooks.append(place(frame))
        if name in ("backward", "grad"):
            self._backward(name, args, options, frame)
        tensors = operands(args, options)
        if tensors and name in DEFINITIONS:
            with self:
                defined = DEFINITIONS[name](*args, **options)
            if defined is not NotImplemented:
                return defined
        before = [self.record_of(tensor, frame) for tensor in tensors]
        if may_write(func, args, options):
            self.seen.keep(tensors)
        if not before or name in MAKING:
            return func(*args, **options)
        if is_composite(func, args, options):
            with self:
                return opened(func)(*args, **options)
        state, versions = None if is_fixed(name) else torch.get_rng_state(), list(map(version, tensors))
        out = func(*args, **options)
        if state is not None and torch.equal(state, torch.get_rng_state()):
            state = None  # chance had no part in it
        if name in STEERING:
            self.seen.notes.setdefault(f"{place(frame)}: a number of the graph steers the code ({name.strip('_')})")
        changed = [tensor for tensor, was in zip(tensors, versions, strict=True) if version(tensor) != was]
        if changed:
            self._changed(func, name, args, options, changed, before, frame)
        elif name == "requires_grad_" and not before[0].gets_gradient and tensors[0].requires_grad:
            self.seen.forget(tensors[0])  # a leaf of torch's graph begins
        elif name == "__set__" and func.__self__.__name__ in ("data", "requires_grad"):
            self.seen.forget(tensors[0])
        else:
            self._record(func, name, args, options, out, before, frame, state)
        return out

    def _backward(self, name: str, args: Sequence[Any], options: Mapping[str, Any], frame: FrameType | None) -> None:
        """The code asks for gradients: these are asked for first, before anything can change what they are made of."""
        if options.get("create_graph"):
            raise CaptureError(
                f"{place(frame)}: derivatives of derivatives are not drawn (create_graph=True, torch.func)",
                hint="capture the code before that line",
            )
        outputs = args[0] if args else options.get("self", options.get("outputs", options.get("tensors")))
        outputs = [outputs] if isinstance(outputs, torch.Tensor) else outputs
        if not outputs:
            return
        upstream = next((options[key] for key in ("gradient", "grad_outputs", "grad_tensors") if key in options), None)
        upstream = args[1] if upstream is None and name == "backward" and len(args) > 1 else upstream
        upstream = [upstream] if upstream is None or isinstance(upstream, torch.Tensor) else upstream
        with self:
            parts = [
                out if g is None else (out * g).sum() for out, g in zip_longest(outputs, upstream) if out is not None
            ]
            loss = sum(parts[1:], parts[0])
        if loss.numel() != 1 or not loss.requires_grad:
            return  # torch says so
        record = self.record_of(loss, frame)
        self.seen.losses[record] = name == "backward"
        self.ask(record)

    def ask(self, output: Record) -> None:
        """Have torch compute the gradients of a record, for all that it is made of."""
        records = [record for record in needed(output) if record.edge is not None]
        self._quiet += 1
        try:
            with torch.enable_grad():
                grads = torch.autograd.grad(
                    output.tensor, [record.edge for record in records], allow_unused=True, retain_graph=True
                )
        except RuntimeError as problem:
            if "use_reentrant" in str(problem):
                what, hint = "a checkpoint with use_reentrant=True hides what is in it", "take use_reentrant=False"
            else:
                what, hint = f"{output.line}: torch finds no gradients of this: {problem}", "run the file alone"
            raise CaptureError(what, hint=hint) from None
        finally:
            self._quiet -= 1
        output.gradients = dict(zip(records, grads, strict=True))

    def _record(
        self, func: Any, name: str, args: Sequence[Any], options: dict[str, Any], out: Any, before: list[Record],
        frame: FrameType | None, state: torch.Tensor | None,
    ) -> None:  # fmt: skip
        """What came out of a call → its records."""
        if isinstance(out, torch.Tensor):
            if out.dtype in WHOLE and name.strip("_") not in COMPARISONS:
                return  # a leaf where it is used
            if gives_the_same(func, args, out):
                self.seen.dtypes.add(out.dtype)
                self.seen.put(out, before[0])
                return
            if state is not None and name in RANDOM:
                self._dropped(func, args, options, out, before, frame, state)
                return
            if name != "__getitem__" and all(self._is_constant(record) for record in before):
                if any(id(record.tensor) in self.given for record in before):
                    self.given[id(out)] = out
                return  # what no input reaches is a leaf where it is used
            text = writer(func, args, options, out)
            function = None if text else seeded(pure(func, args, options, None), state)
            self._add(out, before, text, function, name, frame)
        elif isinstance(out, list | tuple) and any(isinstance(part, torch.Tensor) for part in out):
            if name == "broadcast_tensors":
                self._broadcast(args, out, frame)
                return
            texts = parts_of(name, args, options, out)
            for number, part in enumerate(out):
                if isinstance(part, torch.Tensor) and self.seen.known(part) in before:
                    continue  # what was given, as it is
                if texts:
                    if texts[number] is not None:
                        self._add(part, before, texts[number], None, name, frame)
                elif isinstance(part, torch.Tensor) and part.dtype.is_floating_point:
                    function = seeded(pure(func, args, options, number), state)
                    self._add(part, before, None, function, f"{name}_{number}", frame)

    def _broadcast(self, args: Sequence[Any], out: Sequence[torch.Tensor], frame: FrameType | None) -> None:
        """Tensors brought to one shape → a record for each that is another now, and is no constant."""
        given = args if isinstance(args[0], torch.Tensor) else args[0]
        for tensor, part in zip(given, out, strict=True):
            record, to = self.record_of(tensor, frame), (tensor, tuple(part.shape))
            if self.seen.known(part) is not record and not self._is_constant(record):
                text = writer(torch.broadcast_to, to, {}, part)
                function = None if text else pure(torch.broadcast_to, to, {}, None)
                self._add(part, [record], text, function, "broadcast_to", frame)

    def _is_constant(self, record: Record) -> bool:
        """Whether a record is a tensor that was made on the way and gets no gradient."""
        return record.is_leaf and not record.gets_gradient and id(record.tensor) not in self.inputs

    def _add(
        self, out: torch.Tensor, before: list[Record], text: Callable[..., str] | None,
        function: Callable[..., torch.Tensor] | None, kind: str, frame: FrameType | None,
    ) -> Record:  # fmt: skip
        """A tensor that a call made → its record."""
        require_plain(out, frame)
        cut = not out.requires_grad and any(record.gets_gradient for record in before) and out.dtype.is_floating_point
        record = Record(
            out.detach(), out, before, text, kind, frame, place(frame), tuple(self.modules), opaque=function,
            cut=cut and kind not in ("detach", ".data"), edge=edge(out),
        )  # fmt: skip
        self.seen.numbers(record)
        self.seen.calls.append(record)
        self.seen.put(out, record)
        return record

    def add_call(
        self, func: Any, args: Sequence[Any], options: Mapping[str, Any], out: Any, before: list[Record]
    ) -> None:
        """What an author's own function of autograd gave → records of calls without a text."""
        frame, kind = author(), func.__self__.__name__
        parts = list(enumerate(out)) if isinstance(out, tuple) else [(None, out)]
        for number, part in parts:
            if isinstance(part, torch.Tensor) and part.dtype.is_floating_point:
                name = kind if number is None else f"{kind}_{number}"
                self._add(part, before, None, pure(func, args, options, number), name, frame)

    def _dropped(
        self, func: Any, args: Sequence[Any], options: dict[str, Any], out: torch.Tensor, before: list[Record],
        frame: FrameType | None, state: torch.Tensor,
    ) -> None:  # fmt: skip
        """Dropout → a product with its mask, which is made once more from the same random numbers."""
        later = torch.get_rng_state()
        torch.set_rng_state(state)
        self._quiet += 1
        try:
            mask = func(
                torch.ones_like(before[0].value), *args[1:], **{k: v for k, v in options.items() if k != "input"}
            )
        finally:
            self._quiet -= 1
            torch.set_rng_state(later)
        leaf = self._leaf(mask.detach(), frame, "mask")
        self._add(out, [before[0], leaf], lambda x, m: f"{x}*{m}", None, "dropout", frame)

    def _changed(
        self, func: Any, name: str, args: Sequence[Any], options: dict[str, Any], changed: list[torch.Tensor],
        before: list[Record], frame: FrameType | None,
    ) -> None:  # fmt: skip
        """A call wrote to tensors: what the first is from now on is a call too, others are new leaves."""
        for tensor in changed:
            self.seen.forget(tensor)
            self.seen.forget_others(tensor)
        target = changed[0]
        is_given = id(target) in self.inputs and not target.requires_grad
        if target is not operands(args, options)[0] or (target.grad_fn is None and not is_given):
            return
        text = None
        if name not in ("__setitem__", "copy", "fill", "zero"):
            text = writer(func, args, options, target)
        self._add(target, before, text, None if text else pure(func, args, options, None, writes=True), name, frame)

    # -- tensors -------------------------------------------------------------------------------

    def record_of(self, tensor: torch.Tensor, frame: FrameType | None) -> Record:
        """Tensor → its record; one that was not seen is a leaf."""
        record = self.seen.known(tensor)
        if record is not None and self.seen.version(tensor) == version(tensor):
            return record
        if (record is not None and tensor.grad_fn is not None) or id(tensor) in self.seen.broken:
            raise CaptureError(
                f"{place(frame)}: a tensor was changed through another name for it (a view, or .data)",
                hint="make a new tensor instead, as in x = x + 1, or write to the tensor itself",
            )
        if tensor.grad_fn is not None:
            raise CaptureError(
                f"{place(frame)}: a tensor comes from a call that was not seen ({tensor.grad_fn.name()})",
                hint="make it within the code (what torch.jit compiled is not seen), or detach it before",
            )
        return self._leaf(tensor, frame)  # one that torch has no graph of is a new one when it has changed

    def _leaf(self, tensor: torch.Tensor, frame: FrameType | None, name: str = "") -> Record:
        require_plain(tensor, frame)
        key = id(tensor)
        name = self.chosen.get(key) or name or self.seen.parameters.get(key) or naming.variable(tensor, frame)
        has_owner = key in self.inputs or key in self.given or key in self.seen.parameters or tensor.requires_grad
        name = name or self.inputs.get(key, "") or self.arguments.get(key, "")
        record = Record(
            tensor.detach(), tensor, frame=frame, line=place(frame), name=name, edge=edge(tensor),
            is_inner=not has_owner and is_of_module(tensor, frame),
        )  # fmt: skip
        self.seen.numbers(record)
        self.seen.leaves.append(record)
        self.seen.put(tensor, record)
        return record

    def find_names(self) -> None:
        """Give the records made lately the names that their tensors are bound to by now."""
        waiting = [record for record in self.seen.calls[-8:] if not record.name]
        waiting += [record for record in self.seen.calls[-2:] if record in self.by_modules]  # bound at once
        for record, name in zip(waiting, naming.variables(waiting), strict=True):
            if record not in self.by_modules:
                record.name = name
            elif name and name != record.name and not self._is_taken(name):  # a variable of its own says more
                record.name = name
                self.by_modules.discard(record)

    def _is_taken(self, name: str) -> bool:
        return any(record.name == name for record in (*self.seen.leaves, *self.seen.calls))
