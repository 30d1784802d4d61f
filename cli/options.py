"""What the commands share: the formula and its values, and the options on how to read and draw them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar

import click

from graphviz_ad.diagram.layers import LAYERS, PRESETS
from graphviz_ad.language.assignments import can_be_given
from graphviz_ad.language.names import listed
from graphviz_ad.language.number_format import DEFAULT_ENTRIES, MAX_ENTRIES, MIN_ENTRIES, STYLES, Unasked
from graphviz_ad.language.tokens import normalise
from graphviz_ad.messages.catalogue import languages

from .output import Misuse
from .request import Request

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
BY, PASSES, SKIPPED = ("edge", "node", "statement", "phase"), ("forward", "backward"), ("trivial",)
"""What the options of a picture may be, here again since `diagram`, which has them too, takes time to import."""


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


def _groups(ctx: click.Context, param: click.Parameter, words: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """X=x_1,x_2 words → the columns of each matrix."""
    groups: dict[str, tuple[str, ...]] = {}
    for word in map(normalise, words):
        name, _, parts = (part.strip() for part in word.partition("="))
        if not can_be_given(name) or not listed(parts):
            raise Misuse(f"'{word}' is no matrix of columns", "write it as in --columns X=x_1,x_2")
        if name in groups:
            raise Misuse(f"the matrix '{name}' is made twice", "name all of its columns at once, as in X=x_1,x_2")
        groups[name] = listed(parts)
    return groups


_VALUES: tuple[Decorator, ...] = (
    click.argument("values", nargs=-1, metavar="[NAME=VALUE | @FILE]..."),
    click.option("--encoding", metavar="NAME", help="Of a CSV file that is not UTF-8, as shift_jis."),
    click.option("--columns", multiple=True, metavar="X=x_1,x_2", callback=_groups,
                 help="Make a matrix of columns of a CSV, .npy or .npz file."),
)  # fmt: skip
"""Values, and how files of them are read."""


def values_options(function: Function) -> Function:
    """A command that takes `values`, `encoding` and `columns` → one with the argument and the options for them."""
    return add_all(function, _VALUES)


DETAILS = click.Choice(("operation", "constants", "affine", "function", "statement", "module", "block"))
"""What may be one node."""
_REQUEST: tuple[Decorator, ...] = (
    click.argument("formula"),
    *_VALUES,
    click.option("--share", is_flag=True, help="Make one node of subexpressions that are the same."),
    click.option("--pairs", is_flag=True, help="Sums and products of two terms each: a + b + c is two nodes."),
    click.option("--expand", multiple=True, metavar="NAME", help="Open an operation into its definition."),
    click.option("--collapse", multiple=True, metavar="NAME", help="Keep calls of your function as one node."),
    click.option("--detail", type=DETAILS,
                 help="What is one node: each operation, that with its constants, also with maps 2*x + 1 it reads, call of "
                      "a function, statement, that with its parameters, or with its data too."),
    click.option("--close", multiple=True, metavar="NAME", help="Make one node of a statement or of a function."),
    click.option("--open", multiple=True, metavar="NAME", help="Leave it open where --detail closes the others."),
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
"""The formula, its values and the options of all commands that read one, in the order of the help."""


def request_options(function: Callable[..., Status]) -> Callable[..., Status]:
    """A command that takes a `Request` → one with the arguments and options that make it."""

    @wraps(function)
    def command(**options: Any) -> Status:
        request = Request(**{name: options.pop(name) for name in Request.__slots__ if name in options})
        return function(request, **options)

    return add_all(command, _REQUEST)


def mode_options(function: Function) -> Function:
    """A command with a `Request` → one that may ask for forward mode."""
    return add_all(
        function,
        (
            click.option("--mode", "ad_mode", type=click.Choice(("reverse", "forward")), default="reverse",
                         show_default=True, help="Gradients from the output back, or tangents with the values."),
            click.option("--tangent", multiple=True, metavar="NAME=VALUE",
                         help="In forward mode how an input moves; the others stay."),
        ),
    )  # fmt: skip


def backward_options(function: Function) -> Function:
    """A command that draws a pass → one that may draw the backward pass as a graph, and what is called on .grad."""
    return add_all(
        function,
        (
            click.option("--backward-graph", is_flag=True,
                         help="Draw the backward pass as a graph of its own, under the forward pass or beside it."),
            click.option("--calls", metavar="CALL,…",
                         help="Calls on PyTorch's .grad as steps of it: backward, zero_grad, NAME.retain_grad."),
        ),
    )  # fmt: skip


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


def _digits(ctx: click.Context, param: click.Parameter, value: int) -> int:
    """Digits, which know whether someone asked for them."""
    is_default = ctx.get_parameter_source("digits") is click.core.ParameterSource.DEFAULT
    return Unasked(value) if is_default else value


def digits_option(function: Function) -> Function:
    """Adds --digits."""
    return click.option("--digits", type=_Whole(1, 17), metavar="N", default=4, show_default=True, callback=_digits,
                        help="Significant digits of numbers.")(function)  # fmt: skip


def number_options(function: Function) -> Function:
    """Adds --digits, --numbers and --entries."""
    return add_all(
        function,
        (
            digits_option,
            click.option("--numbers", type=click.Choice(tuple(STYLES)), default="decimal", show_default=True,
                         help="How they are written: " + "; ".join(map(": ".join, STYLES.items())) + "."),
            click.option("--entries", type=_Whole(MIN_ENTRIES, MAX_ENTRIES), metavar="N", default=DEFAULT_ENTRIES,
                         show_default=True, help="Entries up to which a row or column of an array is written out."),
        ),
    )  # fmt: skip


def jobs_option(function: Function) -> Function:
    """Command → the same with the number of processes that share its work."""
    return click.option(
        "--jobs", type=click.IntRange(0), default=1, show_default=True, metavar="N",
        help="Processes; 0 is one for each core.",
    )(function)  # fmt: skip


def output_option(explanation: str) -> Decorator:
    """What -o means → what adds it."""
    return click.option("-o", "--output", metavar="PATH", help=explanation)


def format_option(formats: tuple[str, ...], explanation: str) -> Decorator:
    """The formats there are, and what -T means → what adds it."""
    return click.option("-T", "--format", "asked_format", type=click.Choice(formats), help=explanation)


_ANNOTATIONS: tuple[Decorator, ...] = (
    click.option("--same-rank", multiple=True, metavar="NAME,NAME…",
                 help="These nodes stand in one column, or row from top to bottom."),
    click.option("--first", multiple=True, metavar="NAME,…", help="These inputs stand first, in this order."),
    click.option("--highlight", multiple=True, metavar="NAME,…",
                 help="Mark these nodes and the edges between them."),
    click.option("--title", metavar="TEXT", default="", help="Stands above the picture; mathematics between $ and $."),
    click.option("--caption", metavar="TEXT", default="",
                 help="Stands below: of one picture in place of the sentence."),
    click.option("--note", multiple=True, metavar="NODE=TEXT", help="A note at this node."),
    click.option("--equations", type=click.Choice(("partial", "delta")), is_flag=False, flag_value="partial",
                 help="The equations of both passes below the graph, gradients as ∂L/∂z or as δ; with --show "
                 "names,gradients at the nodes."),
    click.option("--legend", is_flag=True, help="Say below the picture which numbers are what."),
)  # fmt: skip
"""What is said about a picture, as `graphviz_ad.diagram.annotations` has it."""


def picture_options(function: Function) -> Function:
    """A command that takes the look of a picture as `**look` → one with the options that say it."""
    return add_all(
        function,
        (
            click.option("--theme", callback=_theme, metavar=f"[{'|'.join(THEMES)}|FILE.toml]", default="light",
                         show_default=True, help="Colours and sizes: one of these, or a file of your own."),
            lang_option,
            number_options,
            click.option("--direction", type=click.Choice(DIRECTIONS), default="LR", show_default=True,
                         help="From left to right or from top to bottom."),
            click.option("--fit", type=click.Choice(FITS), default="graph", show_default=True,
                         help="As large as the graph needs; closer, in rows, for a page; or a slide of 16:9."),
            click.option("--show", multiple=True, metavar="LAYER,…",
                         help=f"Only these labels: {', '.join(PRESETS)}, or some of {', '.join(LAYERS)}."),
            click.option("--hide", multiple=True, metavar="LAYER,…", help="Leave these labels out."),
            *_ANNOTATIONS,
        ),
    )  # fmt: skip


def by_option(function: Function) -> Function:
    """Adds --by."""
    return click.option("--by", type=click.Choice(BY), default="edge", show_default=True,
                        help="What is one step.")(function)  # fmt: skip


def selection_options(function: Function) -> Function:
    """A command that takes which steps it shows → one with the options that say it."""
    return add_all(
        function,
        (
            by_option,
            click.option("--steps", metavar="RANGE",
                         help="Only steps of these numbers, as in 30-45, 30-, -5 or 3,7,10-12."),
            click.option("--only", type=click.Choice(PASSES), help="One of the two passes."),
            click.option("--skip", type=click.Choice(SKIPPED),
                         help="Leave out steps at which nothing is to be learnt, as where a sum hands on."),
        ),
    )  # fmt: skip


def add_all(function: Function, decorators: tuple[Decorator, ...]) -> Function:
    """Command, and what adds its arguments and options in the order of the help → the command with them."""
    for decorator in reversed(decorators):
        function = decorator(function)
    return function
