"""`graphviz-ad torch`: PyTorch code in a file as a graph."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

import click
from click.core import ParameterSource

from graphviz_ad.autodiff.backward_program import backward_program
from graphviz_ad.language.assignments import read_assignment, read_value
from graphviz_ad.lazy import optional
from graphviz_ad.source import Source

from .options import DETAILS, backward_options, format_option, output_option, picture_options, selection_options
from .output import Misuse, emit, report
from .progress import progress_bar

if TYPE_CHECKING:
    from graphviz_ad.api import Trace
    from graphviz_ad.autodiff.detail import Detail
    from graphviz_ad.diagram.selection import By, Pass, Skip
    from graphviz_ad.diagram.style import StyleOptions

MANY_NODES = 40
"""Nodes of code from which on a picture shows modules closed unless it is asked for more."""
FEW_NODES = 24
"""Nodes of a picture up to which modules within others are shown in place of these."""
MOST_ALIKE = 6
"""Modules in a row that are alike, as the blocks of a transformer, up to which each is a node."""
FORMATS = ("svg", "png", "pdf", "dot", "tex")
"""Formats of the pictures in a folder."""


@click.command("torch")
@click.argument("target", metavar="FILE.py:NAME")
@click.argument("arguments", nargs=-1, metavar="[VALUE | NAME=VALUE]...")
@click.option("--input", "inputs", multiple=True, metavar="NAME=2x3",
              help="An argument of that shape, of random numbers; NAME=2x3:int of whole ones below 2.")  # fmt: skip
@click.option(
    "--loss",
    metavar="EXPRESSION",
    help="What makes one number of `out`, as 'F.cross_entropy(out, y)'; it may use names of the file.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N",
              help="Of random numbers, those of the code too.")  # fmt: skip
@click.option("--float32", is_flag=True, help="Compute as the code says; else modules and inputs are made double.")
@click.option("--detail", "level", type=DETAILS, help="What is one node.")
@click.option("--close", multiple=True, metavar="NAME", help="Make one node of a module or a statement.")
@click.option("--open", multiple=True, metavar="NAME", help="Leave it open where --detail closes the others.")
@click.option("--text", is_flag=True, help="Print the code as a formula; with --backward-graph both passes.")
@click.option("--max-drawn", type=click.IntRange(min=1), default=300, show_default=True, metavar="N",
              help="Nodes in a picture.")  # fmt: skip
@output_option("A picture, a deck or a folder of steps; else the steps are printed.")
@format_option(FORMATS, "Format of the pictures in a folder; svg unless said.")
@selection_options
@picture_options
@backward_options
@click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback with an error.")
def command(
    target: str, arguments: tuple[str, ...], inputs: tuple[str, ...], loss: str | None, seed: int, float32: bool,
    level: Detail | None, close: tuple[str, ...], open: tuple[str, ...], text: bool, max_drawn: int,
    output: str | None, asked_format: str | None, by: By, steps: str | None, only: Pass | None, skip: Skip | None,
    calls: str | None, **look: Unpack[StyleOptions],
) -> None:  # fmt: skip
    """Run the function or nn.Module NAME of FILE.py once, and show what it computes as a graph.

    THE FILE IS RUN, as Python runs it: use files you trust. VALUEs are its arguments in order or by name: numbers,
    lists, or [0, 1]:int for labels. Every value and gradient is compared with PyTorch's; where one differs nothing
    is drawn.

    \b
    Example:
      graphviz-ad torch model.py:net --input x=2x3 --loss "out.pow(2).mean()" -o net.svg
      graphviz-ad torch model.py:net --input x=2x3 --input y=2:int --loss "F.cross_entropy(out, y)" -o net.html
      graphviz-ad torch model.py:net --input x=2x3 --loss "out.sum()" --backward-graph -o backward.svg
    """  # fmt: skip
    trace = _trace(target, arguments, inputs, loss, seed, float32, max_drawn)
    for note in trace.graph.notes:
        report("note", note)
    if text:
        emit(_backward_program(trace) if look["backward_graph"] else trace.graph.source.text)
        return
    asked = level or close or open
    if not (level or close or look["backward_graph"] or calls) and _is_large(trace, output, look["fit"]):
        level = "module"
        if not open:
            open, close = _suited(trace)
        within = f", but for {', '.join(open)}" if open else ""
        report("note", f"each module is one node{within}: --detail operation shows all, --open NAME one of them")
    if level == "module" and _is_picture(output) and _is_default("fit"):
        look["fit"] = "page"
    trace = trace.closed(level or "operation", close=close, open=open)
    if calls:
        trace = trace.calling(calls)
    if output is None or output == "-":
        if look["backward_graph"]:
            raise Misuse("a backward graph is a picture", "give a file, as in -o backward.svg, or --text")
        emit(str(trace.explain(lang=look["lang"], digits=look["digits"])))
        return
    remarks: list[tuple[str, str]] = []
    from graphviz_ad.export.deck import save

    if asked:
        look["detail"] = "operation"
    with progress_bar("steps") as progress:
        save(
            trace, output, format=asked_format, by=by, steps=steps, only=only, skip=skip, progress=progress,
            warn=lambda remark: remarks.append(("warning", remark)),
            inform=lambda remark: remarks.append(("note", remark)),
            **look,
        )  # fmt: skip
    for kind, remark in (*remarks, ("note", f"wrote {output}")):
        report(kind, remark)


def _trace(
    target: str, values: tuple[str, ...], inputs: tuple[str, ...], loss: str | None, seed: int, float32: bool,
    max_drawn: int,
) -> Trace:  # fmt: skip
    """What the options say → the trace."""
    pytorch = optional("graphviz_ad.capture.files", "torch", "PyTorch code")
    from graphviz_ad.pytorch import LIMITS, trace

    arguments, named = _values(values)
    shapes, limits = _shapes(inputs), replace(LIMITS, drawn=max_drawn)
    with pytorch.drawing(seed, double=not float32):
        loaded, of_file = pytorch.load(target)
        function, extra, names = pytorch.prepared(loaded, arguments, named, shapes)
        ends = pytorch.loss_of(loss, {**of_file, **extra})
        traced: Trace = pytorch.run_safely(target, lambda: trace(function, loss=ends, limits=limits, names=names))
    return traced


def _is_large(trace: Trace, output: str | None, fit: str) -> bool:
    """Whether what the code computes is too much for pictures that show all, and its modules may be closed.

    What stands on slides is made so that it can be read, whatever it is.
    """
    from graphviz_ad.export.registry import DECKS

    on_slides = tuple(f".{suffix}" for suffix, deck in DECKS.items() if deck.fit == "slide")
    is_shown = output is not None and output != "-" and fit != "slide" and not output.lower().endswith(on_slides)
    return is_shown and len(trace.graph) > MANY_NODES and any(group.is_module for group in trace.graph.groups)


def _suited(trace: Trace) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Trace of many nodes → the modules to leave open, level by level while a reader takes in what there is then, and
    those in a row that are alike to make one of where there are many."""
    graph = trace.closed("module").graph
    max_alike = MOST_ALIKE if len(graph) <= FEW_NODES else 1
    once = tuple(group.name for group in graph.groups if group.is_repeated and len(group.members) > max_alike)
    inside = {node for group in trace.graph.groups if group.name in once for node in group.members}
    modules = [(g.name, set(g.members)) for g in trace.graph.groups if g.is_module and not g.is_repeated]
    opened: tuple[str, ...] = ()
    while True:
        closed = [(name, nodes) for name, nodes in modules if name not in opened and not nodes <= inside]
        within = [nodes for _, nodes in closed if any(nodes < others for _, others in closed)]
        outer = {name: None for name, nodes in closed if nodes not in within and any(n < nodes for n in within)}
        if not outer or len(trace.closed("module", close=once, open=(*opened, *outer)).graph) > FEW_NODES:
            return opened, once
        opened = (*opened, *outer)


def _is_picture(output: str | None) -> bool:
    """Whether it is one picture that is asked for."""
    return output is not None and output.lower().endswith((".svg", ".png"))


def _is_default(option: str) -> bool:
    """Whether no one asked for the option."""
    return click.get_current_context().get_parameter_source(option) is ParameterSource.DEFAULT


def _backward_program(trace: Trace) -> str:
    """Trace → both passes as a program in the language of formulas."""
    reached = [name for name, node in trace.graph.inputs.items() if trace.grads[node] is not None]
    return backward_program(trace.graph, trace.values, reached).text


def _values(words: tuple[str, ...]) -> tuple[list[object], dict[str, object]]:
    """VALUE and NAME=VALUE → arguments in order and by name; those with :int behind them as whole numbers."""
    ordered, named = [], {}
    for word in words:
        bare = word.removesuffix(":int")
        if re.match(r"[^\W\d]\w*=", word):
            name, value = read_assignment(bare)
            named[name] = _typed(value, bare != word)
        else:
            ordered.append(_typed(read_value(Source(bare, "the value")), bare != word))
    return ordered, named


def _typed(value: object, whole: bool) -> object:
    """A number or an array → the same of the type that torch is to have."""
    import numpy as np

    return np.asarray(value).astype(np.int64) if whole else value


def _shapes(words: tuple[str, ...]) -> dict[str, tuple[tuple[int, ...], bool]]:
    """ "x=2x3", "y=2:int" → names with their shapes, and whether they hold whole numbers."""
    shapes = {}
    for word in words:
        match = re.fullmatch(r"([^\W\d]\w*)=(\d{1,6}(?:[x×,]\d{1,6})*)?(:int)?", word)
        if match is None:
            raise Misuse(f"'{word}' is no input", "write it as --input x=2x3, or --input y=2:int")
        lengths = tuple(map(int, re.split("[x×,]", match[2]))) if match[2] else ()
        shapes[match[1]] = (lengths, match[3] is not None)
    return shapes
