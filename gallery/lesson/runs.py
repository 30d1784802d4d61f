"""The runs that the lesson tells of: each is made once, when a number or a figure first asks for it."""

from __future__ import annotations

from functools import cache

from gallery.claims import LINE, SIZES, line, ravine, xor_runs
from graphviz_ad import compare, parse
from graphviz_ad.api.comparisons import Comparison
from graphviz_ad.api.runs import Run
from graphviz_ad.data.named import named

NEURON = "z = w_1 x + b; a = sigmoid(z); L = bce(a, y)"
"""Logistic regression with one feature."""


@cache
def neuron() -> Run:
    """→ logistic regression that learns from one example, again and again."""
    return parse(NEURON).train({"x": [2], "y": [1]}, batch=1, lr=0.5, epochs=20, w_1=1, b=-1)


@cache
def three() -> Run:
    """→ one update from a batch of three examples."""
    return parse("L = mean((w x - y)^2)").train({"x": [1, 2, 3], "y": [2, 5, 8]}, batch=3, lr=0.05, epochs=1, w=1)


@cache
def bowl() -> Run:
    """→ one update on the curve 2w², whose curvature is 4."""
    return parse("L = mean((w x)^2)/2").train({"x": [2]}, batch=1, lr=0.05, epochs=1, w=3)


@cache
def one_line() -> Run:
    """→ descent on all points of a line."""
    return line(batch=None)


@cache
def sizes() -> Comparison:
    """→ runs on points of a line with four sizes of batches."""
    return compare([line(batch=size) for size in SIZES], marks=2000)


@cache
def outlier() -> Run:
    """→ descent with one point far off, from where it does no harm yet."""
    return LINE.train(named("line-outlier"), batch=8, lr=0.05, epochs=2, w=1.5, b=-0.5)


@cache
def memory() -> Comparison:
    """→ runs in a ravine, without and with momentum."""
    return compare(ravine(epochs=400)[1])


@cache
def classes() -> Run:
    """→ softmax regression on three clouds."""
    return parse("Z = X W + b; L = mean(cross_entropy(Z, y))").train(
        named("three-classes").joined({"X": ["x_1", "x_2"]}), batch=32, lr=0.2, epochs=5, seed=1,
        shapes={"W": (2, 3), "b": (3,)}, init="zeros",
    )  # fmt: skip


@cache
def xor() -> list[Run]:
    """→ XOR learnt by logistic regression, with the product as a feature, and by a network."""
    return xor_runs()
