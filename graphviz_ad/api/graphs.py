"""A graph that runs and learns, and a trace that explains, checks, draws and saves itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Self, Unpack

from graphviz_ad.api.derivatives import Derivatives
from graphviz_ad.api.picture import MediaTypes, Path, Picture
from graphviz_ad.autodiff import forward_mode, passes, trace
from graphviz_ad.autodiff.steps import step_number
from graphviz_ad.errors import InputError
from graphviz_ad.graph import graph
from graphviz_ad.language.number_format import NumberOptions, number_format

if TYPE_CHECKING:
    import graphviz as graphviz_library
    import networkx

    from graphviz_ad.api.runs import Examples, Run
    from graphviz_ad.autodiff.detail import Detail
    from graphviz_ad.check.table import Report
    from graphviz_ad.code.dialects import To as Library
    from graphviz_ad.diagram.frames import Frame
    from graphviz_ad.diagram.glyphs import Glyphs
    from graphviz_ad.diagram.selection import By, DeckOptions
    from graphviz_ad.diagram.style import Style, StyleOptions
    from graphviz_ad.explain.explanation import Explanation
    from graphviz_ad.export.image.bundle import Bundle
    from graphviz_ad.notebook.player import Still
    from graphviz_ad.notebook.widget import Player
    from graphviz_ad.training.model import Init

_TRACE_FIELDS = tuple(field.name for field in fields(trace.Trace))
"""What a trace is made of: asked for once, since it would be a tenth of a small run."""

Lang = str
"""The language of words, by its code: "en", "ja", "zh"."""
Names = str | Iterable[str]
"""Names, or one text with commas between them: of layers of labels, of parts of the formula."""


def run(
    graph: graph.Graph,
    inputs: Mapping[str, object],
    *,
    upstream: object = None,
    wrt: Sequence[str] | None = None,
    strict: bool = False,
    tangents: Mapping[str, object] | None = None,
) -> Trace:
    """Graph and values of its inputs → the trace of both passes, or with tangents that of forward mode.

    `upstream` is the gradient to begin with, in the shape of the output; a scalar output needs none and
    begins with 1. `wrt` narrows the gradients to these inputs, or adds constants' by their nodes' names.
    `strict` makes a value or gradient that is not finite an error. `tangents` say in which direction some inputs
    move, the others stay: then each node is computed together with its tangent, and there are no gradients.

    Raises InputError, ShapeError, LimitError, DomainError.
    """
    if tangents is not None:
        if upstream is not None or wrt is not None:
            raise InputError(
                "upstream and wrt are of reverse mode, and tangents of forward mode", hint="leave one of them out"
            )
        return Trace.of(forward_mode.run(graph, inputs, tangents, strict=strict))
    return Trace.of(passes.run(graph, inputs, upstream=upstream, wrt=wrt, strict=strict))


class Graph(Derivatives):
    """A computational graph; node ids are positions in topological order. Shows itself in a notebook."""

    def run(self, values: Mapping[str, object] | None = None, /, **inputs: object) -> Trace:
        """Values of the inputs → the trace of a forward and a backward pass.

        Values are numbers or nested lists (or arrays); names that are no Python names, as `w₁` may be, go in
        a mapping. For more (upstream, wrt, strict) see `graphviz_ad.run`.

        Raises InputError, ShapeError.
        """
        return run(self, {**(values or {}), **inputs})

    def train(
        self, data: Examples | None = None, /, values: Mapping[str, object] | None = None, *,
        batch: int | str | None = None, lr: float = 0.1, epochs: int = 10, seed: int = 0, optimizer: str = "sgd",
        momentum: float = 0.0, nesterov: bool = False, weight_decay: float | None = None, clip: float | None = None,
        constants: Mapping[str, float] | None = None, schedule: str = "constant", drop_last: bool = False,
        columns: Mapping[str, Sequence[str]] | None = None, shapes: Mapping[str, tuple[int, ...]] | None = None,
        init: Init = "xavier", fixed: Collection[str] = (), progress: Callable[[int, int], None] | None = None,
        **start: object,
    ) -> Run:  # fmt: skip
        """Data and start values of the parameters → a run of descent on the output, which is the loss.

        `data` is a file (CSV, .npy, .npz), a mapping of columns or a table, whose columns are inputs by name; without
        it all inputs are parameters, and an epoch is an update. `columns` makes matrices of some. `values` or keywords
        are the start values of the other inputs; `shapes` those whose first values are drawn as `init` says; `fixed`
        those that stay. `batch` is how many examples an update takes, all ("all") unless given. `optimizer` is "sgd",
        "rmsprop", "adagrad", "adam" or "adamw", with the conventions of torch.optim; `constants` are alpha, beta_1,
        beta_2, epsilon; `schedule` a name or a formula over η, t, T, e.
        `progress` is called with the epochs done and how many there are.

        Raises InputError, ShapeError.
        """
        from graphviz_ad.api.runs import Run, table_of
        from graphviz_ad.training.descent import descend, settings
        from graphviz_ad.training.model import model
        from graphviz_ad.training.optimizers import optimizer as rule

        table = table_of(data).joined(columns or {})
        trained = model(
            self, table, {**(values or {}), **start}, shapes=shapes, init=init, seed=seed, fixed=fixed
        )  # fmt: skip
        method = rule(
            optimizer, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay, clip=clip, **(constants or {})
        )  # fmt: skip
        how = settings(
            trained, method, batch=batch, rate=lr, epochs=epochs, seed=seed, schedule=schedule, drop_last=drop_last
        )  # fmt: skip
        return Run.of(descend(trained, how, progress))

    def to_code(self, to: Library = "torch", backward: bool = False, values: Mapping[str, object] | None = None) -> str:
        """Graph → a program in PyTorch ("torch"), JAX ("jax") or NumPy ("numpy"), as text.

        With `values` of the inputs it is the program of that trace, which checks its gradients; without them it is a
        function of the inputs. `backward` writes the backward pass by hand.

        Raises InputError where nothing is differentiated, ShapeError, LimitError.
        """
        from graphviz_ad.code.program import function_program

        if values is not None:
            return self.run(values).to_code(to, backward)
        return function_program(self, to, backward=backward)

    def draw(self, **look: Unpack[StyleOptions]) -> Picture:
        """Graph → its picture without values, in symbols; the look is that of `Trace.draw`.

        Raises GraphvizADError for a look that is not there, InputError where what is drawn takes arrays.
        """
        from graphviz_ad.autodiff.random_inputs import in_symbols

        return Trace.of(in_symbols(self)).draw(**look)

    def to_networkx(self) -> networkx.MultiDiGraph:
        """Graph → `networkx.MultiDiGraph` with node attributes name and op and edge keys that are slots."""
        from graphviz_ad.graph.views import to_networkx

        return to_networkx(self)

    def to_dot(
        self, trace: trace.Trace | None = None, frame: Frame | None = None, style: Style | None = None
    ) -> graphviz_library.Digraph:
        """Graph → `graphviz.Digraph`, labels as text; with a trace and a frame the state of that step.

        `style` is the look, as `diagram.style.make_style` makes it.
        """
        from graphviz_ad.export.text.dot import digraph

        return digraph(self, trace, frame, style)

    def _repr_mimebundle_(self, include: MediaTypes = None, exclude: MediaTypes = None) -> Bundle:
        from graphviz_ad.diagram.symbolic_picture import symbolic_picture
        from graphviz_ad.export.image.bundle import bundle

        return bundle(lambda: symbolic_picture(self), repr(self), include, exclude)


class Trace(trace.Trace):
    """What happened in a forward and a backward pass over a graph. Shows itself in a notebook."""

    @classmethod
    def of(cls, plain: trace.Trace) -> Self:
        """A trace without methods that know other packages → the same with them, over such a graph."""
        if isinstance(plain, cls):
            return plain
        columns = {name: getattr(plain, name) for name in _TRACE_FIELDS}
        return cls(**(columns | {"graph": Graph.of(plain.graph)}))

    def explain(self, lang: Lang = "en", digits: int = 4, **look: Unpack[NumberOptions]) -> Explanation:
        """Trace → every step in words and equations; prints as text. `numbers` and `entries` are those of `draw`."""
        from graphviz_ad.explain.explanation import explain

        return explain(self, lang=lang, digits=number_format(digits, **look))

    def check(self, *partners: str) -> Report:
        """Trace → a table that compares every number with the partners' (torch, complex-step, …)."""
        from graphviz_ad.check.table import check

        return check(self, partners or None)

    def to_code(self, to: Library = "torch", backward: bool = False) -> str:
        """Trace → a program with its values that computes its gradients, prints them, and compares them with these.

        `to` is the library: "torch", "jax" or "numpy". `backward` writes the backward pass by hand, with the names of
        the picture; NumPy has no other.

        Raises InputError where nothing is differentiated, LimitError for more than a program can show.
        """
        from graphviz_ad.code.program import program_of

        return program_of(self, to, backward=backward)

    def closed(self, detail: Detail = "operation", *, close: Names = (), open: Names = ()) -> Trace:
        """Trace → the same passes with parts of the formula closed to one node each; all numbers stay as they are.

        `detail` says what is one node: each "operation", call of a "function", "statement", as a "module" a statement
        with the parameters that only it uses, or as a "block" that with its data too. `close` names statements and
        functions to close besides, `open` those to leave open.

        Raises GraphvizADError for a level or a name that is not there, or that cannot be closed.
        """
        from graphviz_ad.autodiff.detail import closed

        return Trace.of(closed(self, detail, close, open))

    def calling(self, calls: Names) -> Trace:
        """Trace, and calls in order ("backward, backward, zero_grad") → the trace with what they do to .grad as steps.

        The first backward is the pass itself, each later one adds to what PyTorch keeps in .grad, zero_grad makes it
        None; "z.retain_grad" before it keeps the gradient of a result too. Its pictures are backward graphs. Raises
        InputError for other calls, or another order.
        """
        from graphviz_ad.autodiff.grad_calls import calling

        return Trace.of(calling(self, calls))

    def draw(self, step: int | None = None, *, by: By = "edge", **look: Unpack[StyleOptions]) -> Picture:
        """Trace → the picture after one step; shows itself in a notebook.

        `step` is 0 … the number of steps; unless given, both passes are finished. `by` is what makes one, as for
        `save`. The look is said by name: `theme` is "light", "dark", "print", "slides" or a file of your own; `lang`
        the language of the words, "en", "ja" or "zh"; `digits` the significant digits of numbers; `direction` "LR"
        (from left to right) or "TB" (from top to bottom); `fit` "graph" (as large as the graph needs), "page" (closer,
        and a long one in rows) or "slide" (that, 16:9); `detail` what is one node, as in `closed`: unless given, on a
        slide as little is closed as type that can be read allows. `show` are the labels: "all", "symbols", "numbers",
        "shapes" or some of "names,values,derivatives,derivative-numbers,contributions,gradients,sums,shapes"; `hide`
        leaves some out. `numbers` is "decimal", "fraction" (1/3) or "power" (of ten), `entries` how many a row shows.
        `backward_graph` draws the backward pass as a graph of its own under the forward one (beside it from top to
        bottom): each gradient under its node, a node for each pullback, dashed arrows from the values that it keeps.

        `same_rank` are nodes in one column ("a,b,c", or a list of such), `first` inputs that stand first, in order;
        `highlight` nodes that are marked with the edges between them; `title` stands above, `caption` below in place of
        the sentence, `note` are texts by node, all with mathematics between $ and $; `legend` says what numbers are.

        Raises GraphvizADError for a step, a look or a node that is not there.
        """
        from graphviz_ad.diagram.draw import draw

        return Picture(draw(self, None if step is None else step_number(step), by=by, **look))

    def player(self, step: int = 0, **options: Unpack[DeckOptions]) -> Player | Still:
        """Trace → what plays the steps in a cell of a notebook, beginning at `step`; the look is that of `draw`.

        `by`, `steps`, `only` and `skip` say which steps, as for `save`. With anywidget it is a widget whose `step`,
        `inputs`, `lang` and `theme` can be set and observed; without it a page in a frame. Raises GraphvizADError for a
        step or a look that is not there.
        """
        from graphviz_ad.notebook.player import player

        return player(self, step_number(step), **options)

    def save(
        self, path: Path, *, format: str | None = None, fragment: bool = False, native: bool = False,
        template: Path | None = None, svg: Glyphs | None = None, progress: Callable[[int, int], None] | None = None,
        warn: Callable[[str], None] | None = None, **options: Unpack[DeckOptions],
    ) -> list[str]:  # fmt: skip
        """Trace → files of its steps; → the paths written.

        `path` says what is made: "deck.pdf" a page for each step, "x.svg" (or png, dot) the picture of the finished
        passes, a folder one file for each step, in `format` (svg unless given). `by` is what makes a step: each
        "edge", "node" or "statement", or a "phase". `steps` are the numbers of those that are shown, as in "30-45",
        "30-", "-5", "3,7,10-12" or range(30, 46); `only` "forward" or "backward" leaves out the other pass; `skip`
        "trivial" those that teach nothing. The finished picture follows, but for the forward pass alone. `progress` is
        called with how many pictures are done and how many there are, `warn` with what a reader should know. The look
        is that of `draw`; `title` is that of a deck too, and `caption` a line below every step of it. `fragment` makes
        of a reveal.js page ("x.reveal.html") only the section, to paste into another. `native` makes of "x.pptx"
        shapes that can be edited in place of pictures, and `template` is your own presentation, whose master it gets.
        In SVGs of a folder each glyph stands once; `svg="plain"` has outlines alone.

        Raises OutputError, and GraphvizADError for steps or a look that are not there.
        """
        from graphviz_ad.export.deck import save

        extras = {"fragment": fragment, "native": native, "template": template and os.fspath(template), "svg": svg}
        return save(self, os.fspath(path), format=format, progress=progress, warn=warn, extras=extras, **options)

    def _repr_mimebundle_(self, include: MediaTypes = None, exclude: MediaTypes = None) -> Bundle:
        from graphviz_ad.export.image.bundle import bundle

        return bundle(lambda: self.draw().frame, repr(self), include, exclude)
