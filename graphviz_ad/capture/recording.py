"""What is hooked while PyTorch code is captured, and let go of afterwards, whatever happens."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count
from typing import Any

import torch
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

from graphviz_ad.capture import naming
from graphviz_ad.capture.places import author
from graphviz_ad.capture.recorder import Recorder
from graphviz_ad.capture.records import Visit
from graphviz_ad.capture.writing import operands


@contextmanager
def recording(
    roots: Sequence[torch.nn.Module], inputs: Mapping[int, str], chosen: Mapping[int, str]
) -> Iterator[Recorder]:
    """Modules whose parameters have names, what the code calls the tensors that it is given, and names that are asked
    for, by their ids → a recorder that sees all calls in the block."""
    recorder = Recorder()
    recorder.inputs, recorder.chosen = inputs, chosen
    names: dict[int, str] = {}
    visits, by_modules = count(), recorder.by_modules
    for root in roots:
        names |= naming.paths(root)
        recorder.paths |= {id(module): path for path, module in root.named_modules()}
    recorder.seen.parameters = names

    def enter(module: torch.nn.Module, args: Any) -> None:
        if id(module) not in recorder.paths:  # of the author's, and not among what was given
            name = naming.variable(module, author()) if recorder.paths else ""
            name = f"{name}0" if len(name) == 1 else name  # a letter alone would be an index
            recorder.seen.parameters = {**recorder.seen.parameters, **naming.paths(module, name)}
            recorder.paths |= {id(part): f"{name}.{path}".strip(".") for path, part in module.named_modules()}
        if not recorder.modules:
            recorder.arguments |= naming.arguments(module, args, {})
            recorder.given |= {id(tensor): tensor for tensor in operands(args, {})}
        kind = type(module).__name__
        recorder.modules.append(Visit(recorder.paths[id(module)] or kind.lower(), next(visits), kind))

    def leave(module: torch.nn.Module, _: Any, out: Any) -> None:
        visit = recorder.modules.pop()
        known = recorder.seen.known(out) if isinstance(out, torch.Tensor) else None
        is_named = known is not None and bool(known.name) and known not in by_modules
        is_own = known is not None and visit in known.modules  # not what it was given, as a dropout that does nothing
        if known is not None and is_own and recorder.paths.get(id(module)) and not is_named:
            variable = naming.variable(out, known.frame)
            known.name = variable or naming.output(visit.path)  # that of the outermost module whose output it is
            if not variable:
                by_modules.add(known)
        if known is not None and not known.is_leaf and id(module) in chosen:
            known.name = chosen[id(module)]

    apply = torch.autograd.Function.__dict__["apply"]

    def seen_apply(cls: Any, *args: Any, **options: Any) -> Any:
        tensors = operands(args, options)
        before = [recorder.record_of(tensor, author()) for tensor in tensors]
        recorder.seen.keep(tensors)
        recorder._quiet += 1
        try:
            out = apply.__func__(cls, *args, **options)
            recorder.add_call(apply.__get__(None, cls), args, options, out, before)
        finally:
            recorder._quiet -= 1
        return out

    def step_begins(_: Any, args: Any, options: Any) -> None:
        recorder.seen.keep_all()
        recorder._quiet += not _closure(args, options)  # what an optimiser computes is not the graph's

    def step_ends(_: Any, args: Any, options: Any) -> None:
        recorder._quiet -= not _closure(args, options)

    hooks = [
        torch.nn.modules.module.register_module_forward_pre_hook(enter),
        torch.nn.modules.module.register_module_forward_hook(leave),
        register_optimizer_step_pre_hook(step_begins),
        register_optimizer_step_post_hook(step_ends),
    ]
    torch.autograd.Function.apply = classmethod(seen_apply)  # type: ignore[assignment,method-assign]
    try:
        with _eager(), recorder:
            yield recorder
        recorder.find_names()
    finally:
        torch.autograd.Function.apply = apply  # type: ignore[method-assign]
        for hook in hooks:
            hook.remove()
        for record in (*recorder.seen.leaves, *recorder.seen.calls):
            record.frame = None  # it holds all that the author's code and its callers have, this recorder too


def _closure(args: Any, options: Any) -> bool:
    """Whether an optimiser runs the code of a loss itself."""
    return any(value is not None for value in (*args[1:], options.get("closure")))


def _eager() -> AbstractContextManager[Any]:
    """→ a block in which what torch.compile compiles runs as it was written, so that its calls are seen."""
    if "torch._dynamo" not in sys.modules:  # nothing is compiled, and importing it takes seconds
        return nullcontext()
    stance = getattr(torch.compiler, "set_stance", None)  # since 2.6
    return stance("force_eager") if stance else nullcontext()
