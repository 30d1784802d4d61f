"""Code of PyTorch, while it runs → records of its calls: values, what each is as a text, what tensors are called."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

import graphviz_ad
from graphviz_ad.capture import naming
from graphviz_ad.capture.calls import RANDOM, is_composite, opened, pure, put, template
from graphviz_ad.capture.composites import DEFINITIONS
from graphviz_ad.capture.records import Record, Seen
from graphviz_ad.capture.writing import base_name, gives_the_same, is_in_place, operands, parts_of, writer
from graphviz_ad.errors import GraphvizADError

_STEERING = ("__bool__", "item", "__float__", "__int__", "tolist", "__index__")
"""Functions by which numbers leave the graph and steer the program."""
_COMPARISONS = ("gt", "lt", "ge", "le", "eq", "ne")
_WHOLE = frozenset((torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64))


_OTHERS = (os.path.dirname(torch.__file__), os.path.dirname(graphviz_ad.__file__))
"""Folders of code that is not the author's."""


class CaptureError(GraphvizADError):
    """Code that cannot be made a graph of, with the place in the author's file."""


class Recorder(TorchFunctionMode):
    """Sees every call of a function of torch, and records those that make tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = Seen()
        self.modules: list[str] = []
        self.paths: dict[int, str] = {}
        self.inputs: Mapping[int, str] = {}
        self._quiet = 0

    # -- calls ---------------------------------------------------------------------------------

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """A call of torch → what it gives; it is recorded on the way."""
        options = dict(kwargs or {})
        if self._quiet:
            return func(*args, **options)
        name, frame = base_name(func), _author()
        self.find_names()
        if name == "backward" and isinstance(args[0], torch.Tensor):
            self.seen.loss = self.record_of(args[0], frame)
            options["retain_graph"] = True  # its gradients are asked for once more, to be compared
        if name in ("__setitem__", "copy", "fill", "zero") and not torch.is_inference_mode_enabled():
            return self._changed(func, name, args, options, frame)
        before = [self.record_of(tensor, frame) for tensor in operands(args, options)]
        state = torch.get_rng_state() if name in RANDOM else None
        if not before:
            return func(*args, **options)
        if name in DEFINITIONS:
            with self:
                return DEFINITIONS[name](*args, **options)
        if is_composite(func, args, options):
            with self:
                return opened(func)(*args, **options)
        if is_in_place(func):
            before[0].stale = True  # torch has no gradient of what it was
        out = func(*args, **options)
        if name in _STEERING:
            self.seen.notes.setdefault(f"{_place(frame)}: a number of the graph steers the code ({name.strip('_')})")
        self._record(func, name, args, options, out, before, frame, state)
        return out

    def _record(
        self, func: Any, name: str, args: Sequence[Any], options: dict[str, Any], out: Any, before: list[Record],
        frame: FrameType | None, state: torch.Tensor | None,
    ) -> None:  # fmt: skip
        """What came out of a call → its records."""
        if isinstance(out, torch.Tensor):
            if out.dtype in _WHOLE and name.strip("_") not in _COMPARISONS:
                return  # a leaf where it is used
            if gives_the_same(func, args, out):
                self.seen.put(out, before[0])
                return
            if state is not None and options.get("training", len(args) > 2 and args[2]):
                self._dropped(func, args, options, out, before, frame, state)
                return
            if name != "__getitem__" and all(self._is_constant(record) for record in before):
                return  # what no input reaches is a leaf where it is used
            text = writer(func, args, options, out)
            function = None if text else pure(func, args, options, None)
            self._add(out, before, text, function, name, frame)
        elif isinstance(out, list | tuple) and any(isinstance(part, torch.Tensor) for part in out):
            texts = parts_of(name, args, options, out)
            for number, part in enumerate(out):
                if texts:
                    self._add(part, before, texts[number], None, name, frame)
                elif isinstance(part, torch.Tensor) and part.dtype.is_floating_point:
                    function = pure(func, args, options, number)
                    self._add(part, before, None, function, f"{name}_{number}", frame).stale = True

    def _is_constant(self, record: Record) -> bool:
        """Whether a record is a tensor that was made on the way and gets no gradient."""
        return record.is_leaf and not record.gets_gradient and id(record.tensor) not in self.inputs

    def _add(
        self, out: torch.Tensor, before: list[Record], text: Callable[..., str] | None,
        function: Callable[..., torch.Tensor] | None, kind: str, frame: FrameType | None,
    ) -> Record:  # fmt: skip
        """A tensor that a call made → its record."""
        cut = not out.requires_grad and any(record.gets_gradient for record in before) and out.dtype.is_floating_point
        record = Record(
            out.detach().clone(), out, before, text, kind, frame, _place(frame), tuple(self.modules), opaque=function,
            cut=cut and kind != "detach",
        )  # fmt: skip
        self.seen.calls.append(record)
        self.seen.put(out, record)
        return record

    def _dropped(
        self, func: Any, args: Sequence[Any], options: dict[str, Any], out: torch.Tensor, before: list[Record],
        frame: FrameType | None, state: torch.Tensor,
    ) -> None:  # fmt: skip
        """Dropout → a product with its mask, which is made once more from the same random numbers."""
        later = torch.get_rng_state()
        torch.set_rng_state(state)
        self._quiet += 1
        try:
            mask = func(torch.ones_like(args[0]), *args[1:], **{k: v for k, v in options.items() if k != "input"})
        finally:
            self._quiet -= 1
            torch.set_rng_state(later)
        leaf = self._leaf(mask.detach(), frame, "mask")
        self._add(out, [before[0], leaf], lambda x, m: f"{x}*{m}", None, "dropout", frame)

    def _changed(
        self, func: Any, name: str, args: Sequence[Any], options: dict[str, Any], frame: FrameType | None
    ) -> Any:
        """A tensor is written to: what it is from now on is a call too, or a new leaf outside of torch's graph."""
        target = args[0]
        if not torch.is_grad_enabled() or self.seen.known(target) is None:
            out = func(*args, **options)
            self.seen.by_tensor.pop(id(target), None)
            return out
        before = [self.record_of(tensor, frame) for tensor in operands(args, options)]
        before[0].stale = True
        places = template(tuple(args), list(map(id, operands(args, options))))
        out = func(*args, **options)

        def changed(*tensors: torch.Tensor) -> torch.Tensor:
            target, *rest = put(places, tensors)
            copy: torch.Tensor = target.clone()
            func(copy, *rest)
            return copy

        self._add(target, before, None, changed, name.strip("_"), frame)
        return out

    # -- tensors -------------------------------------------------------------------------------

    def record_of(self, tensor: torch.Tensor, frame: FrameType | None) -> Record:
        """Tensor → its record; one that was not seen is a leaf."""
        record = self.seen.known(tensor)
        if record is not None:
            if self.seen.version(tensor) != tensor._version:
                if record.is_leaf and not torch.is_grad_enabled():
                    return self._leaf(tensor, frame)
                raise CaptureError(
                    f"{_place(frame)}: a tensor was changed through another name for it (a view, or .data)",
                    hint="make a new tensor instead, as in x = x + 1, or write to the tensor itself",
                )
            return record
        if tensor.grad_fn is not None:
            raise CaptureError(
                f"{_place(frame)}: a tensor comes from a call that was not seen ({tensor.grad_fn.name()})",
                hint="make it within the code that is captured, or detach it before",
            )
        return self._leaf(tensor, frame)

    def _leaf(self, tensor: torch.Tensor, frame: FrameType | None, name: str = "") -> Record:
        if tensor.is_complex():
            raise CaptureError(f"{_place(frame)}: complex numbers are not drawn", hint="use real ones")
        if tensor.device.type != "cpu":
            raise CaptureError(f"{_place(frame)}: a tensor is on {tensor.device}", hint="run the code on the CPU")
        name = name or self.seen.parameters.get(id(tensor), "") or naming.variable(tensor, frame)
        name = name or self.inputs.get(id(tensor), "")
        record = Record(tensor.detach().clone(), tensor, frame=frame, line=_place(frame), name=name)
        self.seen.leaves.append(record)
        self.seen.put(tensor, record)
        return record

    def find_names(self) -> None:
        """Give the records made lately the names that their tensors are bound to by now."""
        for record in reversed(self.seen.calls[-8:]):
            if not record.name:
                record.name = naming.variable(record.tensor, record.frame)


def _author() -> FrameType | None:
    """→ the innermost frame that is neither torch's nor ours."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if not frame.f_code.co_filename.startswith(_OTHERS):
            return frame
        frame = frame.f_back
    return None


def _place(frame: FrameType | None) -> str:
    """Frame → file and line."""
    if frame is None:
        return "the code"
    return f"{frame.f_code.co_filename.rsplit('/', 1)[-1]}:{frame.f_lineno}"


@contextmanager
def recording(roots: Sequence[torch.nn.Module], inputs: Mapping[int, str]) -> Iterator[Recorder]:
    """Modules whose parameters have names, and what the code calls the tensors that it is given, by their ids → a
    recorder that sees all calls in the block."""
    recorder = Recorder()
    recorder.inputs = inputs
    names: dict[int, str] = {}
    for root in roots:
        names |= naming.paths(root)
        recorder.paths |= {id(module): path for path, module in root.named_modules()}
    recorder.seen.parameters = names

    def enter(module: torch.nn.Module, _: Any) -> None:
        if id(module) not in recorder.paths:  # of the author's, and not among what was given
            name = naming.variable(module, _author()) if recorder.paths else ""
            name = f"{name}0" if len(name) == 1 else name  # a letter alone would be an index
            recorder.seen.parameters = {**recorder.seen.parameters, **naming.paths(module, name)}
            recorder.paths |= {id(part): f"{name}.{path}".strip(".") for path, part in module.named_modules()}
        recorder.modules.append(recorder.paths[id(module)] or type(module).__name__.lower())

    def leave(module: torch.nn.Module, _: Any, out: Any) -> None:
        path = recorder.modules.pop()
        known = recorder.seen.known(out) if isinstance(out, torch.Tensor) else None
        if known is not None and not known.is_leaf and not known.name and recorder.paths.get(id(module)):
            known.name = naming.variable(out, known.frame) or naming.output(path)

    apply = torch.autograd.Function.__dict__["apply"]

    def seen_apply(cls: Any, *args: Any, **options: Any) -> Any:
        recorder._quiet += 1
        try:
            before = [recorder.record_of(tensor, _author()) for tensor in operands(args, options)]
            out = apply.__func__(cls, *args, **options)
            if isinstance(out, torch.Tensor):
                function = pure(partial(apply.__func__, cls), args, options, None)
                recorder._add(out, before, None, function, cls.__name__, _author())
        finally:
            recorder._quiet -= 1
        return out

    hooks = [
        torch.nn.modules.module.register_module_forward_pre_hook(enter),
        torch.nn.modules.module.register_module_forward_hook(leave),
    ]
    torch.autograd.Function.apply = classmethod(seen_apply)  # type: ignore[assignment,method-assign]
    try:
        with recorder:
            yield recorder
        recorder.find_names()
    finally:
        torch.autograd.Function.apply = apply  # type: ignore[method-assign]
        for hook in hooks:
            hook.remove()
