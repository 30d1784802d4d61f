"""At kinks, ties and poles the sentence is true, and says which convention holds: every row and language."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.api import Trace, run
from graphviz_ad.autodiff.steps import Pull
from graphviz_ad.explain.kinks import convention, kinks, sentences
from graphviz_ad.explain.phrase import plain
from graphviz_ad.explain.sentence import sentence
from graphviz_ad.messages.catalogue import is_known, languages, say
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import BY_NAME, TABLE
from tests.ops.both import OPTIONS, formula, label
from tests.ops.test_kinks import POINTS

pytestmark = pytest.mark.slow

ROWS = [row for row in TABLE if is_known(f"convention.{row.name}") and not row.internal]
SMOOTH = {
    "softplus", "where", "huber", "smooth_l1", "layer_norm", "batch_norm", "rms_norm", "det", "cosine_similarity", "diag",
    "detach", "len", "size", "zeros_like", "ones_like",
}  # fmt: skip
"""Rows whose convention speaks of no point: how it is computed, or that both pieces agree."""
CONVENTION = {lang: say("convention", lang).removeprefix("({words} ").removeprefix("（{words}") for lang in languages()}
inf, nan = math.inf, math.nan


def trace_of(row: Operation, point: list[Any], option: str = "") -> Trace:
    """A call of the row at a point of the tests at edges → its trace."""
    names = ["p", "q", "r"][: len(point)]
    values = {
        name: np.array(entry) if isinstance(entry, list) else entry for name, entry in zip(names, point, strict=True)
    }
    graph = parse(formula(row, list(values), option))
    out = run(graph, values, wrt=(), upstream=1.0).values[graph.output]
    return run(graph, values, upstream=np.ones(np.shape(out)) if np.ndim(out) else 1.0)


def sentences_of(trace: Trace, lang: str = "en") -> list[str]:
    """What is said of each edge."""
    return [plain(sentence(trace, step, lang)) for step in trace.steps if isinstance(step, Pull)]


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_a_row_with_a_convention_says_where_it_holds(row: Operation) -> None:
    assert bool(row.kinks) == (row.name not in SMOOTH)
    for lang in languages():
        for _, number in row.kinks:
            assert sentences(row, [number], row.params, lang) in (convention(row, lang) or "")


CASES = [
    (row, point, option)
    for row in ROWS
    for point in POINTS.get(row.name, [])
    for option in OPTIONS.get(row.name, [""])
    if not ("axis" in option and np.ndim(point[0]) < 2) and "[" not in option
    and not ("correction" in option and np.ndim(point[0]) < 1)
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*degrees of freedom")
@pytest.mark.parametrize(("row", "point", "option"), CASES, ids=label)
@pytest.mark.parametrize("lang", languages())
def test_a_convention_is_mentioned_where_it_holds_and_nowhere_else(
    row: Operation, point: list[Any], option: str, lang: str
) -> None:
    trace = trace_of(row, point, option)
    for step, words in zip(
        (pull for pull in trace.steps if isinstance(pull, Pull)), sentences_of(trace, lang), strict=True
    ):
        needed = kinks(trace, step.node, step.slot)
        assert (CONVENTION[lang] in words) == bool(needed), words
        if needed:
            names = [trace.graph.names[arg] for arg in trace.graph.args[step.node]]
            assert sentences(row, needed, names, lang) in words


POINTS_TOO: dict[str, list[list[Any]]] = {
    "cbrt": [[0.0]], "nll": [[[-1.0, -2.0], 1.0]], "inv": [[[[1.0, 2.0], [2.0, 4.0]]]],
    "solve": [[[[1.0, 2.0], [2.0, 4.0]], [1.0, 2.0]]],
}  # fmt: skip


@pytest.mark.parametrize("row", [row for row in ROWS if row.kinks], ids=label)
def test_every_kink_is_met(row: Operation) -> None:
    """Among the points of the tests at edges there is one at which the convention holds."""
    option = "n=0.5" if row.name == "power" else OPTIONS.get(row.name, [""])[0]
    traces = [trace_of(row, point, option) for point in (*POINTS.get(row.name, []), *POINTS_TOO.get(row.name, []))]
    assert any(kinks(trace, node, slot) for trace in traces for node, slot, _ in trace.backward_edges())


def test_a_row_that_is_silent_at_its_kink_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from graphviz_ad.explain import sentence as module

    trace = trace_of(BY_NAME["abs"], [0.0])
    monkeypatch.setattr(module, "kinks", lambda *_: [])
    assert kinks(trace, 1, 0) == [0]
    assert CONVENTION["en"] not in sentences_of(trace)[0]


SENTENCES = {
    ("max", ((1.0, 1.0, 0.0),)): "Several entries of p are the largest: they share the gradient of v1 equally, and the "
    "others get 0. (Entries that share the extreme share the gradient equally. This is a convention.)",
    ("max", ((1.0, 2.0, 0.0),)): "Only the largest entry of p decides v1, so the gradient goes to that one and the others get 0.",
    ("max", ((1.0, nan),)): "Several entries of p act on v1 together, so the gradient goes back through max as a whole. "
    "Some entries are not finite.",
    ("relu", (nan,)): "p is nan (not a number), and no comparison with it holds: the slope of ReLU counts as 0, "
    "so no gradient gets through to p.",
    ("relu", (-inf,)): "Since p < 0, the slope of ReLU is 0 here: no gradient gets through to p.",
    ("hardtanh", (inf,)): "Since p > 1, the slope of hardtanh is 0 here: no gradient gets through to p.",
    ("abs", (0.0,)): "The slope of abs is 0 at this point, so no gradient gets through to p. "
    "(At 0 the derivative is taken as 0, between the slopes -1 and 1. This is a convention.)",
    ("hinge", (1.0, 1.0)): "At this point the hinge loss has a kink, where its derivative is taken as 0: no gradient gets "
    "through to p. (At the corner, p q = 1, the derivative is taken as 0. This is a convention.)",
    ("mae", (2.0, 2.0)): "At this point the mean absolute error has a kink, where its derivative is taken as 0: no gradient "
    "gets through to p. (Where p equals q the derivative is taken as 0. This is a convention.)",
    ("floor", (2.0,)): "The slope of floor is 0 everywhere, so no gradient gets through to p. "
    "(The derivative is 0 everywhere, at the jumps too. This is a convention.)",
    ("floor", (2.5,)): "The slope of floor is 0 everywhere, so no gradient gets through to p.",
    ("elu", (-1000.0,)): "The slope of ELU is so small here that it counts as 0: no gradient gets through to p.",
    ("relu", ((0.0, 1.0),)): "Where the slope of ReLU is 1 the gradient gets through to p, where it is 0 it is blocked. "
    "(At 0 the derivative is taken as 0, the slope on the left. This is a convention.)",
    ("atan2", (0.0, -1.0)): "Since q^2 + p^2 > 0, the slope of atan2 is -1 here; the gradient times this goes on to p. "
    "(On the negative x-axis the angle jumps. This is a convention.)",
}  # fmt: skip


@pytest.mark.parametrize(("name", "point"), SENTENCES, ids=str)
def test_what_is_said(name: str, point: tuple[Any, ...]) -> None:
    trace = trace_of(BY_NAME[name], [list(entry) if isinstance(entry, tuple) else entry for entry in point])
    assert sentences_of(trace)[0] == SENTENCES[name, point]


JAPANESE = {
    ("max", ((1.0, 1.0, 0.0),)): "p には最大の要素が複数あるので、v1 の勾配はそれらに等分されて伝わり、ほかは 0 です。"
    "（最大・最小の値をとる成分が複数あれば、勾配を等分する。これは規約です。）",
    ("relu", (nan,)): "p は nan（非数）で、どの比較も成り立たないので、ReLU の局所微分は 0 とみなされ、勾配は p に伝わりません。",
    ("abs", (0.0,)): "この点での abs の局所微分は 0 なので、勾配は p に伝わりません。"
    "（0 では左右の傾き -1 と 1 の間をとり、微分を 0 とする。これは規約です。）",
    ("hinge", (1.0, 1.0)): "この点でヒンジ損失は微分できないので、微分を 0 とし、勾配は p に伝わりません。"
    "（折れ点 p q = 1 では微分を 0 とする。これは規約です。）",
}  # fmt: skip


@pytest.mark.parametrize(("name", "point"), JAPANESE, ids=str)
def test_what_is_said_in_japanese(name: str, point: tuple[Any, ...]) -> None:
    trace = trace_of(BY_NAME[name], [list(entry) if isinstance(entry, tuple) else entry for entry in point])
    assert sentences_of(trace, "ja")[0] == JAPANESE[name, point]


def test_a_class_is_no_variable() -> None:
    trace = parse("L = cross_entropy(z, c)").run(z=[1.0, 2.0], c=1.0)
    assert sentences_of(trace)[1] == (
        "c says which class is right; it is no variable, so it gets gradient 0. "
        "(A class is no variable: it gets gradient 0. This is a convention.)"
    )


def test_largest_along_an_axis() -> None:
    trace = run(parse("max(x, axis=0)"), {"x": [[1.0, 2.0], [3.0, 2.0]]}, upstream=np.ones(2))
    assert sentences_of(trace)[0].startswith(
        "Each entry of v1 is the largest of its entries of x and gives its gradient to that one; where several"
    )
    trace = run(parse("min(x, axis=0)"), {"x": [[1.0, 2.0], [3.0, 1.0]]}, upstream=np.ones(2))
    assert sentences_of(trace)[0] == (
        "Each entry of v1 is the smallest of its entries of x, so its gradient goes to that one, and the others get 0."
    )
