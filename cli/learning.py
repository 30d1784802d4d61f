"""What `train` and `compare` share: the options of descent, and a formula, data and start values → a run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import click

from .options import Decorator, add_all
from .output import Misuse, report
from .progress import progress_bar
from .request import Request

if TYPE_CHECKING:
    from graphviz_ad.api.comparisons import Comparison
    from graphviz_ad.api.runs import Run
    from graphviz_ad.diagram.style import StyleOptions
    from graphviz_ad.training.model import Init

Function = TypeVar("Function", bound=Callable[..., object])

OPTIMIZERS = ("sgd", "rmsprop", "adagrad", "adam", "adamw")
FIGURES = ("path", "loss", "noise", "boundary", "memory", "outlier", "rate", "norms", "schedule")
INITS = ("xavier", "he", "normal", "zeros")
"""What `graphviz_ad.training` has, here again since that takes time to import."""


class Descent(TypedDict):
    """Options of descent, as click gives them."""

    lr: float
    epochs: int
    seed: int
    optimizer: str
    momentum: float
    nesterov: bool
    weight_decay: float | None
    clip: float | None
    constant: tuple[str, ...]
    schedule: str
    drop_last: bool
    shape: tuple[str, ...]
    init: Init
    fixed: tuple[str, ...]


_DESCENT: tuple[Decorator, ...] = (
    click.option("--epochs", type=int, default=10, show_default=True, metavar="N", help="Times all examples are seen."),
    click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N",
                 help="Of the order of examples, and of values that are drawn."),
    click.option("--momentum", type=float, default=0.0, metavar="μ", help="Of sgd and rmsprop, as 0.9."),
    click.option("--nesterov", is_flag=True, help="Look ahead by the momentum."),
    click.option("--weight-decay", type=float, metavar="λ", help="Adds λw to the gradient; adamw shrinks w."),
    click.option("--clip", type=float, metavar="NORM", help="The largest norm of all gradients together."),
    click.option("--constant", multiple=True, metavar="NAME=VALUE",
                 help="Another constant of the optimiser: alpha, beta_1, beta_2, epsilon."),
    click.option("--schedule", default="constant", show_default=True, metavar="NAME|FORMULA",
                 help="The rate over time: constant, linear, cosine, inverse, root, step, warmup, or a formula over "
                      "η, t (the update), T (how many) and e (epochs done), as η/(1 + 0.1*e)."),
    click.option("--drop-last", is_flag=True, help="Leave out the last batch of an epoch where it is smaller."),
    click.option("--shape", multiple=True, metavar="NAME=2x16",
                 help="A parameter whose first values are drawn, and its shape."),
    click.option("--init", type=click.Choice(INITS), default="xavier", show_default=True, help="How they are drawn."),
    click.option("--fixed", multiple=True, metavar="NAME,…", help="These keep their values."),
)  # fmt: skip
"""The options of descent in the order of the help."""


_VARIED: tuple[tuple[str, dict[str, object]], ...] = (
    ("--batch", {"default": "all", "metavar": "N|all", "help": "Examples an update is made from"}),
    ("--lr", {"type": float, "default": 0.1, "metavar": "η", "help": "The learning rate"}),
    ("--optimizer", {"type": click.Choice(OPTIMIZERS), "default": "sgd", "help": "The rule, as in torch.optim"}),
)
"""The options in which runs that are compared may differ."""


def descent_options(*, several: bool = False) -> Decorator:
    """→ what adds the options of descent; with `several` batch, rate and optimiser can be given more than once."""

    def varied(name: str, settings: dict[str, Any]) -> Decorator:
        default, explanation = settings["default"], settings["help"]
        more = {"default": (default,), "multiple": True, "help": f"{explanation}; repeatable."}
        usual = {"help": f"{explanation}."}
        return click.option(name, show_default=True, **(settings | (more if several else usual)))

    def add(function: Function) -> Function:
        return add_all(function, (*(varied(name, settings) for name, settings in _VARIED), *_DESCENT))

    return add


def figure_option(function: Function) -> Function:
    """Adds --figure."""
    explanation = "Draw this figure: -o x.svg, .png or .pdf."
    return click.option("--figure", type=click.Choice(FIGURES), help=explanation)(function)


def save_figure(subject: Run | Comparison, kind: str, output: str, look: StyleOptions) -> None:
    """A run or a comparison, a kind of figure, a file and the look → the figure in the file."""
    size = "slide" if look["fit"] == "slide" else None
    subject.figure(kind, theme=look["theme"], lang=look["lang"], size=size).save(output)
    report("note", f"wrote {output}")


def require_figure(output: str) -> None:
    """Raise OutputError, before anything is computed, where a figure cannot be written to the file."""
    from graphviz_ad.export.run.figures.figure import suffix_of

    suffix_of(output)


def batch_size(text: str) -> int | None:
    """ "8" or "all" → how many examples a batch has, None for all."""
    if text == "all":
        return None
    if not re.fullmatch(r"\d{1,9}", text):
        raise Misuse(f"a batch cannot have '{text}' examples", "give a whole number, as --batch 8, or all")
    return int(text)


def trained(request: Request, batch: int | None, descent: Descent) -> Run:
    """Formula and values, the size of a batch, the options of descent → the run; what is to be known is told."""
    from .request import listed_names
    from .values import read_tables, with_columns

    for name in ("wrt", "data", "upstream", "random"):
        if getattr(request, name):
            raise Misuse(f"'--{name}' does not go with training", "leave it out; --fixed NAME keeps a parameter")
    table, start = read_tables(request.values, request.encoding, request.columns, request.max_array)
    shapes = dict(map(_shape, descent["shape"]))
    graph = request.graph({**(with_columns(table, start) if table else start), **shapes})
    with progress_bar("epochs") as progress:
        run = graph.train(
            table, start, batch=batch, lr=descent["lr"], epochs=descent["epochs"], seed=descent["seed"],
            optimizer=descent["optimizer"], momentum=descent["momentum"], nesterov=descent["nesterov"],
            weight_decay=descent["weight_decay"], clip=descent["clip"], constants=_constants(descent["constant"]),
            schedule=descent["schedule"], drop_last=descent["drop_last"], shapes=shapes, init=descent["init"],
            fixed=listed_names(descent["fixed"]), progress=progress,
        )  # fmt: skip
    for note in (*run.model.graph.notes, *run.notes):
        report("note", note)
    if run.stopped:
        report("warning", run.stopped)
    return run


def _shape(word: str) -> tuple[str, tuple[int, ...]]:
    """ "W=2x16" → the name and the shape."""
    name, sign, lengths = word.partition("=")
    if not sign or not name or not re.fullmatch(r"\d{1,7}(?:[x×,]\d{1,7})*", lengths):
        raise Misuse(f"'{word}' is no shape", "write it as --shape W=2x16, or --shape b=16")
    sizes = tuple(map(int, re.split("[x×,]", lengths)))
    if 0 in sizes:
        raise Misuse(f"'{word}' has no entries", "give lengths of 1 and more")
    return name, sizes


def _constants(words: tuple[str, ...]) -> Mapping[str, float]:
    """ "beta_1=0.8" … → the constants by name."""
    constants = {}
    for word in words:
        name, sign, value = word.partition("=")
        try:
            constants[name] = float(value)
        except ValueError:
            sign = ""
        if not sign:
            raise Misuse(f"'{word}' is no constant", "write it as --constant beta_1=0.8")
    return constants
