"""Program → Graph: names become nodes, signs and calls become operations, functions are inlined."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from graphviz_ad.errors import GraphvizADError, InputError, ParseError
from graphviz_ad.graph.builder import Builder
from graphviz_ad.graph.functions import expandable
from graphviz_ad.graph.graph import Graph, Limits
from graphviz_ad.graph.terms import joined
from graphviz_ad.language.given import Given
from graphviz_ad.language.latex.reader import plain_name
from graphviz_ad.language.names import identity
from graphviz_ad.language.notations import Convention
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.reading import Reading, read_formula
from graphviz_ad.language.tokens import normalise
from graphviz_ad.language.tree import Program
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.table import VOCABULARY
from graphviz_ad.values import Shape


def parse(
    text: str,
    *,
    share: bool = False,
    expand: Iterable[str] = (),
    collapse: Iterable[str] = (),
    limits: Limits | None = None,
    given: Collection[str] = (),
    form: int | None = None,
    latex: bool | None = None,
    unroll: Mapping[str, int | None] | Iterable[str] = (),
    notation: Convention | None = None,
    intermediates: str = "v",
    pairs: bool = False,
    operations: Mapping[str, BoundOperation] | None = None,
) -> Graph:
    """Formula → Graph, by the options that `graphviz_ad.parse` explains.

    `operations` are others than those of the table, by the names that this formula has for them.
    """
    if not isinstance(text, str):
        raise ParseError(f"a formula is text, not {type(text).__name__}", hint='as in parse("y = w*x + b")')
    if not intermediates.isalpha():
        raise InputError(f"'{intermediates}' is no letter for intermediate results", hint="write one, as in u")
    limits = limits or Limits()
    if f"\n{MARK}" in text:
        return build_texts(text, limits)
    names = frozenset(plain_name(normalise(name)) for name in given)
    letters = dict.fromkeys(unroll) if not isinstance(unroll, Mapping) else dict(unroll)
    asked = Reading(form, latex, letters, notation, _known(given) if isinstance(given, Mapping) else Given())
    program = read_formula(
        text, VOCABULARY.with_functions(operations or ()).given(names), asked, max_length=limits.length
    )
    share = share or bool(letters and program.entries)
    graph = build(program, share=share, expand=expand, collapse=collapse, limits=limits, operations=operations or {})
    options: dict[str, object] = {
        "given": sorted(program.consulted),
        "form": form,
        "latex": latex,
        "notation": notation,
    }
    options["unroll"] = {letter: count or _terms(program, letter) for letter, count in letters.items()}
    if intermediates != "v":
        graph.intermediates = options["intermediates"] = intermediates
    graph.asked = {**graph.asked, **{name: value for name, value in options.items() if value}}
    if pairs:
        graph.asked = {**graph.asked, "pairs": True}
        return graph
    return joined(graph)


MARK = "# backward:"
"""How the line begins behind which a program has its backward pass (`autodiff.backward_program`)."""


def build_texts(text: str, limits: Limits) -> Graph:
    """Program in the language of the texts of rows, in which every name before a bracket is a call → Graph.

    It may call the operations that only these texts call. Raises ParseError, UnknownNameError, LimitError.
    """
    builder = Builder(parse_program(text, name="formula", max_length=limits.length), False, limits)
    builder.expanding = True
    graph = builder.run()
    graph.asked = {"limits": limits} if limits != Limits() else {}
    return graph


def _known(given: Mapping[str, object]) -> Given:
    """Values by name → their shapes, and which are whole numbers."""
    values = {plain_name(normalise(name)): value for name, value in given.items()}
    whole = {n: int(v) for n, v in values.items() if isinstance(v, int | float) and float(v).is_integer()}
    return Given({name: _shape_of(value) for name, value in values.items()}, whole, values)


def _shape_of(value: object) -> Shape:
    """A number, nested lists or an array → its shape."""
    shape: list[int] = []
    if hasattr(value, "shape"):
        return tuple(value.shape)
    while isinstance(value, list | tuple) and value:
        shape.append(len(value))
        value = value[0]
    return tuple(shape)


def _terms(program: Program, letter: str) -> int:
    """How many terms a sum was written out to."""
    return max((index[0] + 1 for _, index in program.entries.values()), default=1)


def read_with(graph: Graph, given: Collection[str]) -> Graph:
    """Graph and the names that values are given for → the graph of the same formula read with these names known.

    It is the same graph unless some name would have no place in it, as e where e^x was read as exp(x).
    """
    values = given if isinstance(given, Mapping) else {}
    if any(_shape_of(values[name]) for name in graph.program.doubtful if name in values):
        return parse(graph.source.text, **{**graph.asked, "limits": graph.limits, "given": given})  # u(1)
    others = [name for name in given if name not in graph.inputs]
    if not others:  # as ever when it is run: names of all nodes would take longer than both passes
        return graph
    arrays = (base for base, _ in graph.program.entries.values())
    known = {identity(name) for name in (*graph.inputs, *graph.ids, *graph.program.ignored, *arrays)}
    strange = [name for name in others if identity(name) not in known]
    if not strange:
        return graph
    asked = dict(graph.asked)
    names = {*asked.pop("given", ()), *map(str, given)}
    try:
        other = parse(graph.source.text, **{**asked, "limits": graph.limits}, given=names)
    except GraphvizADError:
        return graph
    known_now = {*other.inputs, *(base for base, _ in other.program.entries.values())}
    return other if any(name in known_now for name in strange) else graph


def build(
    program: Program,
    *,
    share: bool = False,
    expand: Iterable[str] = (),
    collapse: Iterable[str] = (),
    limits: Limits | None = None,
    operations: Mapping[str, BoundOperation] | None = None,
) -> Graph:
    """Program → Graph; see `parse`."""
    asked: dict[str, Any] = {"share": share, "expand": [*expand], "collapse": [*collapse], "limits": limits or Limits()}
    builder = Builder(program, share, asked["limits"])
    builder.expanded = expandable(asked["expand"])
    builder.collapsed = set(asked["collapse"])
    builder.operations = asked["operations"] = operations or {}
    graph = builder.run()
    graph.asked = {name: value for name, value in asked.items() if value and value != Limits()}
    return graph
