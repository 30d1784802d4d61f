"""A function or a module of PyTorch and its arguments → the trace of what it computes, compared with torch's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import torch

from graphviz_ad.autodiff.detail import LINEAR
from graphviz_ad.autodiff.passes import run
from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.capture.calls import WHOLE
from graphviz_ad.capture.comparison import require_equal, value_of
from graphviz_ad.capture.losses import LOSSES
from graphviz_ad.capture.naming import Names, arguments, chosen, module
from graphviz_ad.capture.opaque import TorchCall
from graphviz_ad.capture.places import NOWHERE, CaptureError
from graphviz_ad.capture.recorder import Recorder
from graphviz_ad.capture.recording import recording
from graphviz_ad.capture.records import Record, Visit, needed
from graphviz_ad.capture.repeats import Called, with_repeats
from graphviz_ad.errors import GraphvizADError, LimitError
from graphviz_ad.graph.build import parse
from graphviz_ad.graph.graph import Graph, Group, Limits
from graphviz_ad.ops.bound import BoundOperation

_MAX_CHARACTERS = 60
"""Of an expression without a name: a longer one becomes a statement, so that people can read it."""
_PRIVATE = 0xF0000
"""Characters from here on stand in no code."""
_ATOM = re.compile(r"[^\W\d][\w.]*(\{[^{}]*\})?|\d+(\.\d+)?")
"""A name or a number, which needs no brackets."""


def captured(
    function: Callable[..., Any], args: Sequence[Any], options: Mapping[str, Any], *,
    loss: Callable[[Any], torch.Tensor] | None = None, limits: Limits | None = None,
    names: Mapping[torch.Tensor | str, str] | None = None,
) -> Trace:  # fmt: skip
    """A function or module, its arguments, and what makes one number of what it gives → the trace.

    `names` says what tensors, or parameters and modules by their paths, are to be called.

    The code is run once. Where it calls `backward()`, that is the loss. Raises CaptureError where no graph can be made,
    or where one of its numbers is not torch's.
    """
    inner = getattr(function, "func", function)  # of functools.partial
    inner = getattr(inner, "_orig_mod", inner)  # of torch.compile
    args, options = (*getattr(function, "args", ()), *args), {**getattr(function, "keywords", {}), **options}
    given = [*args, *options.values()]
    roots = [value for value in (inner, *given) if isinstance(value, torch.nn.Module)]
    owner = getattr(inner, "__self__", None)
    roots += [owner] if isinstance(owner, torch.nn.Module) else []
    require_python((inner, *roots))
    with recording(roots, arguments(inner, args, options), chosen(names or {}, roots)) as recorder:
        out = inner(*args, **options)
        if loss is not None:
            out = loss(out)
    record = _loss(recorder, out)
    if record.gradients is None and record.gets_gradient:
        recorder.ask(record)
    return _Assembly(recorder, record, limits or Limits()).trace()


def require_python(parts: Sequence[Any]) -> None:
    """Raise CaptureError where code is compiled, so that no call in it can be seen."""
    scripts = (torch.jit.ScriptModule, torch.jit.ScriptFunction)
    modules = [module for part in parts if isinstance(part, torch.nn.Module) for module in part.modules()]
    for part in (*parts, *modules):
        if isinstance(part, scripts):
            name = getattr(part, "original_name", None) or getattr(part, "name", "")
            raise CaptureError(
                f"'{name}' is compiled by torch.jit, and no call in it can be seen",
                hint="capture the module or function it was made of",
            )


def _loss(recorder: Recorder, out: Any) -> Record:
    """What the code gave → the record of the number that is differentiated: that of `backward`, if it was called."""
    losses = recorder.seen.losses
    backward = [record for record, by_backward in losses.items() if by_backward]
    if len(backward) > 1:
        recorder.seen.notes.setdefault(f"backward() is called {len(backward)} times; the last is shown")
    if backward:
        return backward[-1]
    if losses and not (isinstance(out, torch.Tensor) and out.numel() == 1 and out.requires_grad):
        return list(losses)[-1]
    return _output(recorder, out)


def _output(recorder: Recorder, out: Any) -> Record:
    """What the code gave → the record of its one tensor."""
    if not isinstance(out, torch.Tensor):
        kind = type(out).__name__
        raise CaptureError(
            f"the code gives no tensor, but {'nothing' if out is None else f'a value of type {kind}'}",
            hint="let it return a tensor, or say with loss=… what makes one number of it",
        )
    record = recorder.seen.known(out)
    if record is None and out.dtype in WHOLE:
        raise CaptureError("the code gives whole numbers, which have no gradient", hint="let it return fractional ones")
    if record is None and id(out) not in recorder.inputs:
        raise CaptureError(
            "what the code gives does not come from its inputs by calls of torch that are seen",
            hint="let it compute with what it is given (what torch.jit compiled is not seen)",
        )
    if record is None or record.is_leaf:
        raise CaptureError("the code gives back what it was given", hint="let it compute something")
    if out.numel() != 1:
        raise CaptureError(
            f"the code gives a tensor of shape {tuple(out.shape)}; a backward pass begins at one number",
            hint='say what makes a number of it, as in loss=lambda out: out.sum(), or --loss "out.sum()"',
        )
    return record


class _Assembly:
    """Writes what was recorded as a formula, and runs that."""

    def __init__(self, recorder: Recorder, output: Record, limits: Limits) -> None:
        self.seen, self.output, self.limits = recorder.seen, output, limits
        self.names, self.texts = Names(), dict[int, str]()
        self.needed = needed(output)
        self.uses: dict[int, int] = {}
        self.handed_over = set[int]()  # from one module to another, to a linear map or by one
        for record in self.needed:
            for arg, times in zip(record.args, _times(record), strict=True):
                self.uses[id(arg)] = self.uses.get(id(arg), 0) + times
                if arg.modules[1:] != record.modules[1:] or LINEAR in (arg.kind, record.kind):
                    self.handed_over.add(id(arg))
        authors = {record.name.partition("_")[0] for record in self.needed}
        self.letter = next((letter for letter in "vusrm" if letter not in authors), "v")
        self.targets = {record.args[1] for record in self.needed if record.kind in LOSSES and len(record.args) > 1}
        self.operations: dict[str, BoundOperation] = {}
        self.lines: list[str] = []
        self.named: dict[str, Record] = {}

    def trace(self) -> Trace:
        """→ the trace, all of whose numbers are torch's."""
        leaves = [record for record in self.needed if record.is_leaf]
        for record in leaves:
            self.texts[id(record)] = self._leaf(record)
        for record in self.needed:
            if not record.is_leaf:
                self._write(record)
        if self.output.value.ndim:
            self.lines.append(f"{self.names.fresh('loss')} = sum({self.texts[id(self.output)]})")
        self.seen.keep(record.tensor for record in leaves)  # what they are in may be trained on
        given = {name: value_of(record) for name, record in self.named.items() if record.is_leaf}
        try:
            graph = parse(
                "\n".join(self.lines), given=given, latex=False, limits=self.limits, operations=self.operations
            )
            given = {name: value for name, value in given.items() if name in graph.inputs}
            wrt = [name for name in given if self.named[name].gets_gradient]
            trace = run(graph, given, wrt=wrt or None)
        except LimitError:
            raise
        except GraphvizADError as problem:
            raise self._in_the_code(problem) from None
        trace.graph = self._grouped(trace.graph)
        require_equal(trace, self.named, self.output, self.needed, self.seen)
        places = {
            name: record.line for name, record in self.named.items() if not record.is_leaf and record.line != NOWHERE
        }
        trace.graph = replace(
            trace.graph, notes=tuple(self.seen.notes), places=places
        )  # how a formula is read is no question here
        return trace

    def _in_the_code(self, problem: GraphvizADError) -> CaptureError:
        """What is wrong in the formula → the same at the line of the code that the statement is of."""
        if problem.source is None or problem.span is None:
            return CaptureError(problem.message, hint=problem.hint)
        statement = self.lines[problem.source.text[: problem.span[0]].count("\n")]
        record = self.named.get(statement.partition(" = ")[0])
        place = f"{record.line}: " if record and record.line else ""
        return CaptureError(
            f"{place}no graph can be made of this line: {problem.message}",
            hint=f"as a formula it is {_shortened(statement)}",
        )

    # -- text ----------------------------------------------------------------------------------

    def _leaf(self, record: Record) -> str:
        """A leaf → its name; a single number without a gradient that has no name is written as such."""
        name = record.name or self.seen.parameters.get(id(record.tensor), "")  # modules may be seen after those
        if record.value.ndim == 0 and not record.gets_gradient and not name:
            return repr(float(record.value))
        return self._name(record, name or ("target" if record in self.targets else "c"))

    def _name(self, record: Record, preferred: str) -> str:
        name = self.names.fresh(preferred)
        self.named[name] = record
        return name

    def _write(self, record: Record) -> None:
        """A call → a statement of its own where it has a name, is used more than once or in another module, else a part
        of one."""
        texts = [self.texts[id(arg)] for arg in record.args]
        if record.text is not None:
            atoms = [text if _ATOM.fullmatch(text) else f"({text})" for text in texts]
            text = record.text(*atoms)
        else:
            assert record.opaque is not None
            name = self.names.function(record.kind)
            dtypes, active = zip(*((arg.tensor.dtype, arg.gets_gradient) for arg in record.args), strict=True)
            self.operations[name] = TorchCall(self.names.sign(record.kind), record.opaque, dtypes, active)
            text = f"{name}({', '.join(texts)})"
        if record.cut:
            text = f"detach({text})"
        several, long = self.uses.get(id(record), 0) > 1, len(text) > _MAX_CHARACTERS
        is_whole = several or long or record.opaque or id(record) in self.handed_over
        if record is self.output or record.name or is_whole:
            name = self._name(record, record.name or ("loss" if record is self.output else self.letter))
            self.lines.append(f"{name} = {text}")
            text = name
        self.texts[id(record)] = text

    # -- groups --------------------------------------------------------------------------------

    def _grouped(self, graph: Graph) -> Graph:
        """Graph → the same with a group for each call of a module, whose nodes are those of the statements within."""
        members, parents = dict[Visit, list[int]](), dict[Visit, Visit]()
        own = {
            graph.inputs[name] for name, record in self.named.items() if name in graph.inputs and self._is_own(record)
        }
        last, maps = -1, list[Group]()
        for name, node in graph.scope.items():
            record = self.named.get(name)
            if record is None or record.is_leaf or graph.ops[node] is None:
                continue
            nodes = [n for n in range(last + 1, node + 1) if graph.ops[n] is not None or n in graph.constants]
            last = max(last, node)
            if record.kind == LINEAR and len(inside := _linear_map(graph, node)) > 1:
                maps.append(Group(LINEAR, inside, node))
            for parent, visit in pairwise(record.modules):
                parents[visit] = parent
                members.setdefault(visit, []).extend(nodes)
        calls = []
        for visit, nodes in members.items():
            parameters = tuple(dict.fromkeys(arg for node in nodes for arg in graph.args[node] if arg in own))
            if len(nodes) > 1:
                group = Group(
                    module(visit.path, visit.kind), tuple(nodes), nodes[-1], is_module=True, parameters=parameters
                )
                calls.append(Called(visit, parents[visit], group))
        return replace(graph, groups=(*with_repeats(graph, calls), *maps))

    def _is_own(self, record: Record) -> bool:
        """Whether a leaf is a parameter or a buffer of a module, or a tensor that one made for itself."""
        return record.is_inner or id(record.tensor) in self.seen.parameters


def _linear_map(graph: Graph, node: int) -> tuple[int, ...]:
    """The node of what a linear map gives → that, and of the nodes before it the product and the transpose."""
    inside = [node]
    for name in ("matmul", "transpose"):
        steps = ((arg, graph.ops[arg]) for arg in graph.args[inside[-1]])
        inside += [arg for arg, bound in steps if bound is not None and bound.row.name == name and arg not in inside][
            -1:
        ]
    return tuple(sorted(inside))


def _times(record: Record) -> list[int]:
    """Record → how often its text has each argument in it: o*o has one twice."""
    if record.text is None:
        return [1] * len(record.args)
    marks = [chr(_PRIVATE + place) for place in range(len(record.args))]
    text = record.text(*marks)
    return [text.count(mark) for mark in marks]


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_CHARACTERS else f"{text[:_MAX_CHARACTERS]}…"
