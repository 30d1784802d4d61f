"""What the commands share: the formula and its values, and the options on how to read and draw them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from graphviz_ad.diagram.layers import LAYERS, PRESETS
from graphviz_ad.messages.catalogue import languages

from .output import Misuse, report

if TYPE_CHECKING:
    from graphviz_ad.api import Graph, Trace
    from graphviz_ad.graph.graph import Limits
    from graphviz_ad.language.notations import Convention

Function = TypeVar("Function", bound=Callable[..., object])
Status = TypeVar("Status")
"""What a command returns: an exit code, or None where all is fine."""


class Decorator(Protocol):
    """Adds an argument or an option to a command."""

    def __call__(self, function: Function, /) -> Function: ...


THEMES, DIRECTIONS, FITS = (
    ("light", "dark", "print", "slides"),
    ("LR", "TB"),
    ("graph", "page", "slide"),
)
"""What the options of a picture may be, here again since `diagram`, which has them too, takes time to import."""
_MAX_WARNINGS = 5
"""Values that are not finite that are each given a line: the later ones mostly follow from the first."""


@dataclass(frozen=True, slots=True)
class Request:
    """A formula, its values, and how both are to be read: what a command works on."""

    formula: str
    values: tuple[str, ...]
    share: bool
    expand: tuple[str, ...]
    collapse: tuple[str, ...]
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
            read_formula(self.formula, self.max_length), share=self.share, expand=_names(self.expand),
            collapse=_names(self.collapse), limits=self.limits, given=given, form=self.form,
            latex=None if self.syntax == "auto" else self.syntax == "latex",
            unroll=dict(map(_letter, _names(self.unroll))), notation=self.notation,
            intermediates=self.intermediates,
        )  # fmt: skip

    def trace(self) -> Trace:
        """Both passes; what is not finite is told on stderr."""
        from graphviz_ad.api import run
        from graphviz_ad.autodiff.remarks import remarks
        from graphviz_ad.errors import ShapeError
        from graphviz_ad.language.assignments import read_value
        from graphviz_ad.language.notations import side_by_side

        from .values import read_values

        values: dict[str, object] = dict(read_values(self.values, self.max_array))
        graph = self.graph(values)
        upstream = None
        if self.upstream is not None:
            from graphviz_ad.language.tokens import normalise
            from graphviz_ad.source import Source

            upstream = read_value(Source(normalise(self.upstream), "--upstream"))
        if self.random is not None:
            values |= _chosen(graph, values, self.random)
        try:
            trace = run(graph, values, upstream=upstream, wrt=self.sources(graph), strict=self.strict)
        except ShapeError as problem:
            if self.random is not None:
                problem.hint = f"{problem.hint}; --random chooses numbers, so give arrays yourself"
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
        return trace

    def sources(self, graph: Graph) -> Sequence[str] | None:
        """Graph → the inputs whose gradients are asked for: those of --wrt, or all but --data; None for all."""
        wrt, data = _names(self.wrt), _names(self.data)
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
    names = [name for name in _names(expand) if BY_NAME[name].name not in called]
    return [f"--expand {name} changes nothing: the formula does not call it" for name in names]


def _chosen(graph: Graph, given: Mapping[str, object], seed: int) -> dict[str, float]:
    """Values for the inputs that have none, told on stderr so that they can be given again."""
    from graphviz_ad.autodiff.inputs import random_inputs

    chosen = {name: value for name, value in random_inputs(graph, seed).items() if name not in given}
    if chosen:
        report("note", f"--random {seed} chose " + " ".join(f"{name}={value:g}" for name, value in chosen.items()))
    return chosen


def _names(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words, each perhaps several names with commas → the names."""
    from graphviz_ad.language.tokens import normalise

    return tuple(name for word in words for part in normalise(word).split(",") if (name := part.strip()))


class _Whole(click.IntRange):
    """A whole number that is not below the least allowed."""

    name = "whole number"


def _theme(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """One of the themes, or a TOML file."""
    if value in THEMES or value.endswith(".toml"):
        return value
    from graphviz_ad.diagram.style import no_theme

    problem = no_theme(value)
    raise Misuse(problem.message, problem.hint or "")


def _limit(flag: str, default: float, explanation: str) -> Decorator:
    """A limit that can be changed, a whole number unless its default is none."""
    kind = _Whole(min=1) if isinstance(default, int) else click.FloatRange(min=0, min_open=True)
    return click.option(flag, type=kind, metavar="N", default=default, show_default=True, help=explanation)


_REQUEST: tuple[Decorator, ...] = (
    click.argument("formula"),
    click.argument("values", nargs=-1, metavar="[NAME=VALUE | @FILE.json]..."),
    click.option("--share", is_flag=True, help="Make one node of subexpressions that are the same."),
    click.option("--expand", multiple=True, metavar="NAME", help="Open an operation into its definition."),
    click.option("--collapse", multiple=True, metavar="NAME", help="Keep calls of your function as one node."),
    click.option("--wrt", multiple=True, metavar="NAME", help="Only the gradients with respect to these."),
    click.option("--data", multiple=True, metavar="NAME", help="No gradients of these: data and labels."),
    click.option("--upstream", metavar="VALUE", help="The gradient to begin with; 1 for a number."),
    click.option("--strict", is_flag=True, help="Make a value or gradient that is not finite an error."),
    click.option("--form", type=_Whole(min=1), metavar="N", help="Which side of a chain of equalities to compute."),
    click.option("--syntax", type=click.Choice(("auto", "plain", "latex")), default="auto", show_default=True,
                 help="How FORMULA is written; LaTeX is known by \\ or $."),
    click.option("--unroll", multiple=True, metavar="LETTER[=N]",
                 help="Write the sum over a letter out, term by term."),
    click.option("--notation", type=click.Choice(("statistics", "deep-learning")),
                 help="Call the quantities θ₀ + θ₁x and p, or w₁x + b and a."),
    click.option("--intermediates", default="v", show_default=True, metavar="LETTER",
                 help="What results without a name are called by."),
    click.option("--random", type=int, metavar="SEED", help="Choose values for the inputs that have none."),
    _limit("--max-length", 64 * 1024, "Characters of the formula."),
    _limit("--max-nodes", 100_000, "Nodes of the graph."),
    _limit("--max-array", 1_000_000, "Entries of an array."),
    _limit("--max-drawn", 300, "Nodes in a picture."),
    _limit("--max-seconds", 10.0, "Seconds for a picture: its texts and its layout."),
    _limit("--max-memory", 2_000, "Megabytes for a picture."),
    click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback with an error."),
)  # fmt: skip


def request_options(function: Callable[..., Status]) -> Callable[..., Status]:
    """A command that takes a `Request` → one with the arguments and options that make it."""

    @wraps(function)
    def command(**options: Any) -> Status:
        request = Request(**{name: options.pop(name) for name in Request.__slots__})
        return function(request, **options)

    return _all(command, _REQUEST)


class _Language(click.ParamType):  # type: ignore[type-arg]  # older releases take none
    """A language there are texts in."""

    name = "language"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return f"[{'|'.join(languages())}]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return click.Choice(languages()).convert(value, param, ctx)


def lang_option(function: Function) -> Function:
    """Adds --lang."""
    return click.option("--lang", type=_Language(), default="en", show_default=True,
                        help="Language of the sentences.")(function)  # fmt: skip


def digits_option(function: Function) -> Function:
    """Adds --digits."""
    return click.option("--digits", type=_Whole(1, 17), metavar="N", default=4, show_default=True,
                        help="Significant digits of numbers.")(function)  # fmt: skip


def output_option(explanation: str) -> Decorator:
    """What -o means → what adds it."""
    return click.option("-o", "--output", metavar="PATH", help=explanation)


def format_option(formats: tuple[str, ...], explanation: str) -> Decorator:
    """The formats there are, and what -T means → what adds it."""
    return click.option("-T", "--format", "asked_format", type=click.Choice(formats), help=explanation)


def picture_options(function: Function) -> Function:
    """A command that takes the look of a picture as `**look` → one with the options that say it."""
    return _all(
        function,
        (
            click.option("--theme", callback=_theme, metavar=f"[{'|'.join(THEMES)}|FILE.toml]", default="light",
                         show_default=True, help="Colours and sizes: one of these, or a file of your own."),
            lang_option,
            digits_option,
            click.option("--direction", type=click.Choice(DIRECTIONS), default="LR", show_default=True,
                         help="From left to right or from top to bottom."),
            click.option("--fit", type=click.Choice(FITS), default="graph", show_default=True,
                         help="As large as the graph needs; closer, in rows, for a page; or a slide of 16:9."),
            click.option("--show", multiple=True, metavar="LAYER,…",
                         help=f"Only these labels: {', '.join(PRESETS)}, or some of {', '.join(LAYERS)}."),
            click.option("--hide", multiple=True, metavar="LAYER,…", help="Leave these labels out."),
        ),
    )  # fmt: skip


def _all(function: Function, decorators: tuple[Decorator, ...]) -> Function:
    """Command, and what adds its arguments and options in the order of the help → the command with them."""
    for decorator in reversed(decorators):
        function = decorator(function)
    return function
