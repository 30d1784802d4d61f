"""A formula and its values as the command line has them → a graph and a trace."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .output import Misuse, report

if TYPE_CHECKING:
    from graphviz_ad.api import Graph, Trace
    from graphviz_ad.autodiff.detail import Detail
    from graphviz_ad.data.table import Table
    from graphviz_ad.diagram.style import StyleOptions
    from graphviz_ad.graph.graph import Limits
    from graphviz_ad.language.notations import Convention

Mode = Literal["reverse", "forward"]
"""In which direction derivatives are carried: from the output back, or with the values."""

_MAX_WARNINGS = 5
"""Values that are not finite that are each given a line: the later ones mostly follow from the first."""


@dataclass(frozen=True, slots=True)
class Request:
    """A formula, its values, and how both are to be read: what a command works on."""

    formula: str
    values: tuple[str, ...]
    encoding: str | None
    columns: dict[str, tuple[str, ...]]
    share: bool
    pairs: bool
    expand: tuple[str, ...]
    collapse: tuple[str, ...]
    detail: Detail | None
    close: tuple[str, ...]
    open: tuple[str, ...]
    wrt: tuple[str, ...]
    data: tuple[str, ...]
    upstream: str | None
    strict: bool
    random: int | None
    form: int | None
    syntax: str
    unroll: tuple[str, ...]
    notation: Convention | None
    intermediates: str
    max_length: int
    max_nodes: int
    max_array: int
    max_drawn: int
    max_seconds: float
    max_memory: int
    ad_mode: Mode = "reverse"
    tangent: tuple[str, ...] = ()

    @property
    def limits(self) -> Limits:
        """How large things may grow."""
        from graphviz_ad.graph.graph import Limits

        return Limits(
            self.max_length, self.max_nodes, self.max_array, self.max_drawn, self.max_seconds, self.max_memory
        )

    def graph(self, given: Collection[str] = ()) -> Graph:
        """The formula's graph, read with the values that are given; raises what `graphviz_ad.parse` raises."""
        from graphviz_ad.api import parse

        from .values import read_formula

        return parse(
            read_formula(self.formula, self.max_length), share=self.share, expand=listed_names(self.expand),
            collapse=listed_names(self.collapse), limits=self.limits, given=given, form=self.form,
            latex=None if self.syntax == "auto" else self.syntax == "latex",
            unroll=dict(map(_letter, listed_names(self.unroll))), notation=self.notation,
            intermediates=self.intermediates, pairs=self.pairs,
        )  # fmt: skip

    def trace(self) -> Trace:
        """Both passes, or forward mode; what is not finite is told on stderr."""
        from graphviz_ad.api import run
        from graphviz_ad.autodiff.remarks import remarks
        from graphviz_ad.errors import InputError, ShapeError
        from graphviz_ad.language.assignments import read_value
        from graphviz_ad.language.notations import side_by_side

        tangents = self._tangents()
        graph, values, table = self._read()
        upstream = None
        if self.upstream is not None:
            from graphviz_ad.language.tokens import normalise
            from graphviz_ad.source import Source

            upstream = read_value(Source(normalise(self.upstream), "--upstream"))
        try:
            trace = run(
                graph, values, upstream=upstream, wrt=self.sources(graph), strict=self.strict, tangents=tangents
            )
        except ShapeError as problem:
            if self.random is not None:
                problem.hint = f"{problem.hint}; --random chooses numbers, so give arrays yourself"
            raise
        except InputError as problem:
            if table is not None and problem.option == "random":
                problem.hint = f"'{table.source}' has the columns {', '.join(table.columns)}; {problem.hint}"
            raise
        not_finite = trace.not_finite
        for node, quantity in not_finite[:_MAX_WARNINGS]:
            report("warning", trace.describe_not_finite(node, quantity))
        if len(not_finite) > _MAX_WARNINGS:
            report("warning", f"{len(not_finite) - _MAX_WARNINGS} more values or gradients are not finite")
        if trace.graph.program.aliases:
            report("note", "the same quantities under both names:\n  " + "\n  ".join(side_by_side(trace.graph.program)))
        for sentence in (*trace.graph.notes, *_not_expanded(graph, self.expand), *remarks(trace)):
            report("note", sentence)
        return self.closed(trace)

    @property
    def closes(self) -> bool:
        """Whether it was said what is closed."""
        return bool(self.detail or self.close or self.open)

    def closed(self, trace: Trace) -> Trace:
        """Trace → the same with the parts closed that were asked for."""
        return trace.closed(self.detail or "operation", close=listed_names(self.close), open=listed_names(self.open))

    def formula_and_values(self) -> tuple[Graph, dict[str, object]]:
        """The formula's graph, and the values of its inputs by name."""
        return self._read()[:2]

    def _read(self) -> tuple[Graph, dict[str, object], Table | None]:
        """The formula's graph, the values of its inputs by name, and the table that some of them come from."""
        from .values import read_tables, used_values, with_columns

        table, others = read_tables(self.values, self.encoding, self.columns, self.max_array)
        graph = self.graph(with_columns(table, others))
        values = used_values(graph, table, others)
        if self.random is not None:
            values |= _chosen(graph, values, self.random)
        return graph, values, table

    def _tangents(self) -> dict[str, object] | None:
        """The tangents of --tangent by name, None in reverse mode. Raises Misuse for options of the other mode."""
        if self.ad_mode == "reverse":
            if self.tangent:
                raise Misuse("--tangent is of forward mode", "add --mode forward")
            return None
        for option, is_given in (("upstream", self.upstream is not None), ("wrt", self.wrt), ("data", self.data)):
            if is_given:
                raise Misuse(
                    f"--{option} is of reverse mode, which carries gradients",
                    "leave it out; --tangent NAME=VALUE says which inputs move",
                )
        if not self.tangent:
            raise Misuse("forward mode needs the tangent of an input", "say how one moves, as in --tangent w=1")
        return self.named_values("--tangent", self.tangent)

    def named_values(self, option: str, words: tuple[str, ...]) -> dict[str, object]:
        """An option and its NAME=VALUE words → the values by name. Raises Misuse for a name that is there twice."""
        from graphviz_ad.language.assignments import read_assignment

        values: dict[str, object] = {}
        for name, value in map(read_assignment, words):
            if name in values:
                raise Misuse(f"{option} names '{name}' twice", "leave one of them out")
            values[name] = value
        return values

    def look(self, options: StyleOptions) -> StyleOptions:
        """The look that was asked for → the same, which closes nothing besides where it was said what is closed."""
        return {**options, "detail": "operation"} if self.closes else options

    def sources(self, graph: Graph) -> Sequence[str] | None:
        """Graph → the inputs whose gradients are asked for: those of --wrt, or all but --data; None for all."""
        wrt, data = listed_names(self.wrt), listed_names(self.data)
        if not data:
            return wrt or None
        nodes = {graph.find(name) for name in data}
        chosen = [name for name in wrt or graph.inputs if graph.find(name) not in nodes]
        if not chosen:
            raise Misuse(
                "nothing is left to differentiate with respect to", f"leave one of {', '.join(data)} out of --data"
            )
        return chosen


def _letter(word: str) -> tuple[str, int | None]:
    """ "i" or "i=12" → the letter, and how many terms its sum has."""
    letter, sign, count = word.partition("=")
    if len(letter) != 1 or (sign and not (count.isdecimal() and int(count) > 0)):
        raise Misuse(
            f"'{word}' is no letter of a sum", "write it as --unroll i, or with the number of terms as --unroll i=12"
        )
    return letter, int(count) if count else None


def _not_expanded(graph: Graph, expand: tuple[str, ...]) -> list[str]:
    """Graph and the names given to --expand → a sentence for each that is not in the formula."""
    from graphviz_ad.language.tree import CALL
    from graphviz_ad.ops.table import BY_NAME

    tree = graph.program.tree
    called = {group.name for group in graph.groups}
    called |= {
        BY_NAME[str(head)].name
        for kind, head in zip(tree.kind, tree.head, strict=True)
        if kind == CALL and head in BY_NAME
    }
    names = [name for name in listed_names(expand) if BY_NAME[name].name not in called]
    return [f"--expand {name} changes nothing: the formula does not call it" for name in names]


def _chosen(graph: Graph, given: Mapping[str, object], seed: int) -> dict[str, float]:
    """Values for the inputs that have none, told on stderr so that they can be given again."""
    from graphviz_ad.autodiff.random_inputs import random_inputs

    chosen = random_inputs(graph, seed, given)
    if chosen:
        report("note", f"--random {seed} chose " + " ".join(f"{name}={value:g}" for name, value in chosen.items()))
    return chosen


def listed_names(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words of the command line, each perhaps several names with commas → the names."""
    from graphviz_ad.language.names import listed
    from graphviz_ad.language.tokens import normalise

    return listed(map(normalise, words))
