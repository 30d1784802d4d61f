"""What MATLAB, R, Julia, numpy, spreadsheets and tools for optimisation write: entries counted from 1, ranges, models,
systems of equations, functions that they have built in; and what students type in exponents."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.autodiff.passes import forward, prepared
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.language import (
    applied,
    assignments,
    backslashes,
    builtin,
    comprehensions,
    modelled,
    ranges,
    reading,
    run_together,
)
from graphviz_ad.language.assignments import read_assignment
from graphviz_ad.language.builtin import BuiltIn
from graphviz_ad.language.counting import Counting
from graphviz_ad.language.from_one import FromOne
from graphviz_ad.language.modelled import Modelled
from graphviz_ad.language.objectives import Objectives
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.printer import LATEX, write
from graphviz_ad.language.spelled import Spelled
from graphviz_ad.language.words import Words
from graphviz_ad.ops.table import NOTATIONS, VOCABULARY
from tests.language.test_typed_formulas import _NEVER

X = [1.0, 2.0, 4.0, 7.0]
Y = [2.0, 1.0, 0.5, 3.0]
M = [[1.0, 2.0], [3.0, 4.0]]
S = [[2.0, 0.5], [0.5, 1.0]]
W = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
TALL = [[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]
V = [1.0, 2.0]
_x, _y, _m, _s, _w, _tall, _v = map(np.array, (X, Y, M, S, W, TALL, V))
_DENSITY = np.exp(-0.5 * ((_x - 1) / 2) ** 2) / (2 * np.sqrt(2 * np.pi))

Cases = list[tuple[str, dict[str, object], object]]

ENTRIES: Cases = [
    ("x(1) + x(2)*x(3)", {"x": X}, 9),
    ("-x(2)^2", {"x": X}, -4),
    ("x(2)(1 - x(2))", {"x": X}, -2),
    ("2x(1) - 0.5x(2)", {"x": X}, 1),
    ("x(1)**2 + x(2)**2", {"x": X}, 5),
    ("z = norm(u(1)*exp(-u(2)*x) - y);", {"u": [3.0, 0.5], "x": X, "y": Y}, np.linalg.norm(3 * np.exp(-0.5 * _x) - _y)),
    ("x(end) - x(end-1)", {"x": X}, 3),
    ("x(k+1) - x(k)", {"x": X, "k": 2}, 2),
    ("x(end:-1:1)", {"x": X}, _x[::-1]),
    ("sum(x(1:2:end))", {"x": X}, 5),
    ("M(1,2) + M(end,end)", {"M": M}, 6),
    ("W(1,:)*x", {"W": W, "x": [1.0, 2.0, 3.0]}, 14),
    ("W(:)", {"W": W}, _w.T.ravel()),
    ("[1 x(1) x(2)]*a", {"x": X, "a": [1.0, 2.0, 3.0]}, 9),
    ("y(1) = 2*x(1)", {"x": X}, 2),
    ("x(1) + x(2*k - 1)", {"x": X, "k": 2}, 5),
    ("x(1) + y(n/2)", {"x": X, "y": Y, "n": 4}, 2),
    ("V(1) + 1", {"V(1)": 2.0}, 3),
]  # fmt: skip
"""Entries in round brackets."""
SQUARE: Cases = [
    ("x[1] + x[4]", {"x": X}, 8),
    ("x[4] + x[2*1 - 1]", {"x": X}, 8),
    ("x[n]", {"x": X, "n": 4}, 7),
    ("i[1] + x[i[1]] + x[4]", {"i": [2, 3], "x": X}, 11),
    ("100*sqrt(abs(x[2] - 0.01x[1]^2)) + x[1]", {"x": [-9.0, 1.4]}, 100 * np.sqrt(1.4 - 0.81) + 9 * -1),
    ("x[end] - x[1]", {"x": X}, 6),
    ("y <- x[2] - x[1]", {"x": X}, 1),
    ("y <- x[length(x)] - x[1]", {"x": X}, 6),
    ("r <- x[-1] / x[-length(x)]", {"x": X}, _x[1:] / _x[:-1]),
    ("sum(x[i]*y[i] for i in 1:n)", {"x": X, "y": Y, "n": 4}, float(_x @ _y)),
]  # fmt: skip
"""Entries in square brackets that count from 1."""
UNCHANGED: Cases = [
    ("a(1 - a)", {"a": V}, _v * (1 - _v)),
    ("w(2)", {"w": 3.0}, 6),
    ("f(x) = x^2; f(2)", {}, 4),
    ("x(b)", {"x": X, "b": 1.5}, 1.5 * _x),
    ("x[0] + x[3]", {"x": X}, 8),
    ("x[-1]", {"x": X}, 7),
    ("x[1] + x[2]", {"x": X}, 6),
    ("sum(x[1:4])", {"x": X}, 13),
    ("W[1][2]", {"W": W}, 6),
    ("d/dx", {"d": 1.0, "dx": 2.0}, 0.5),
    ("x^2y", {"x": 3.0, "y": 2.0}, 18),
    ("e^x y", {"x": 1.0, "y": 2.0}, 2 * np.e),
    ("pos*sd + diff", {"pos": 2.0, "sd": 3.0, "diff": 1.0}, 7),
    ("PV*(1 + r)", {"PV": 100.0, "r": 0.1}, 110),
    ("sin2x", {"sin2x": 5.0}, 5),
]  # fmt: skip
"""What stays as it was."""
RANGES: Cases = [
    ("y = 0:N-1", {"N": 4}, [0, 1, 2, 3]),
    ("2*(1:3)", {}, [2, 4, 6]),
    ("sum(1:10)", {}, 55),
    ("[0:2:6]", {}, [0, 2, 4, 6]),
    ("(n:-1:1)", {"n": 3}, [3, 2, 1]),
    ("h = 0.54 - 0.46*cos(2*pi*[0:N-1]'/(N-1));", {"N": 5}, 0.54 - 0.46 * np.cos(np.pi * np.arange(5) / 2)),
    ("cos(pi() * ((-n/2):1:(n/2 - 1)))", {"n": 4}, [1, -1, 1, -1]),
    ("t = 0:0.25:1; y = 2*t", {}, [0, 0.5, 1, 1.5, 2]),
    ("linspace(-1, b, 3)*2", {"b": 3.0}, [-2, 2, 6]),
    ("np.linspace(0, 1, 4, endpoint=False)", {}, [0, 0.25, 0.5, 0.75]),
    ("seq(0, 1, by=0.5) + seq(1, 2, length.out=3)", {}, [1, 2, 3]),
    ("seq_len(n)^2", {"n": 3}, [1, 4, 9]),
]  # fmt: skip
"""Ranges as lists."""
LETTERS: Cases = [
    ("-o[x] + log(Σ_a exp(o[a] - max(o))) + max(o)", {"o": X, "x": 2}, -4 + np.log(np.exp(_x).sum())),
    ("Σ_{a,b} X[a,b]*p[a]", {"X": W, "p": V}, float(_v @ _w.sum(1))),
    ("Σ_i Σ_j W[i][j]*x[j]", {"W": W, "x": [1.0, 2.0, 3.0]}, 46),
    ("k_{ij}*(r_{ij} - r_0_{ij})^2", {"k": M, "r": M, "r_0": S}, _m * (_m - _s) ** 2),
]  # fmt: skip
"""Letters of sums in square brackets, and a number in the name of an array."""
DIFFERENCES: Cases = [
    ("norm(diff(x), 1)", {"x": X}, 6),
    ("np.diff(x, n=2)", {"x": X}, [1, 1]),
    ("np.diff(A)", {"A": M}, np.diff(_m)),
    ("diff(A)", {"A": M}, np.diff(_m, axis=0)),
]  # fmt: skip
"""Differences of neighbours."""
MODELS: Cases = [
    ("simplify(-log(s) - (x - 1)^2/2)", {"s": 2.0, "x": 3.0}, -np.log(2) - 2),
    ("L = -sum(xlogy(y, p) + xlog1py(1 - y, -p))", {"y": V, "p": [0.3, 0.6]},
     -float((_v * np.log([0.3, 0.6]) + (1 - _v) * np.log1p([-0.3, -0.6])).sum())),
    ("$PMT$ * (1 - 1/(1 + $r$)^$n$)/$r$", {"PMT": 250.0, "r": 0.5, "n": 2.0}, 250 * (1 - 1 / 2.25) / 0.5),
    ("y ~ a*exp(-b*x)", {"a": 1.0, "b": 2.0, "x": X}, np.exp(-2 * _x)),
    ("log(y) ~ a + b*x", {"a": 1.0, "b": 2.0, "x": X}, 1 + 2 * _x),
    ("y ~ I(a + b*x)", {"a": 1.0, "b": 2.0, "x": X}, 1 + 2 * _x),
    ("obj <- Minimize(sum_squares(A %*% v - b))", {"A": M, "v": V, "b": V}, float(((_m @ _v - _v) ** 2).sum())),
    ("minimize( norm(S*v - b) )", {"S": S, "v": V, "b": V}, np.linalg.norm(_s @ _v - _v)),
    ("@objective(model, Min, sum((S*v - b).^2))", {"S": S, "v": V, "b": V}, float(((_s @ _v - _v) ** 2).sum())),
    ("quad_form(v, S) + cp.norm1(v)", {"v": V, "S": S}, float(_v @ _s @ _v) + 3),
    ("cp.logistic(x)", {"x": 1.0}, np.log1p(np.e)),
    ("special.kl_div(x, y)", {"x": 1.0, "y": 2.0}, 1 - np.log(2)),
]  # fmt: skip
"""Models of R, and objectives of tools for optimisation."""
SYSTEMS: Cases = [
    ("A\\b", {"A": S, "b": V}, np.linalg.solve(_s, _v)),
    ("2*S\\b", {"S": S, "b": V}, np.linalg.solve(2 * _s, _v)),
    ("x = A \\ (b - c)", {"A": S, "b": V, "c": [0.0, 1.0]}, np.linalg.solve(_s, [1, 1])),
    ("(mu1-mu0)'*sig1\\(mu1-mu0)", {"mu1": V, "mu0": [0.0, 0.0], "sig1": S}, float(_v @ np.linalg.solve(_s, _v))),
    ("X'*X\\X'*y", {"X": TALL, "y": [1.0, 0.0, 2.0]}, np.linalg.lstsq(_tall, [1, 0, 2], rcond=None)[0]),
    ("X\\y", {"X": TALL, "y": [1.0, 0.0, 2.0]}, np.linalg.lstsq(_tall, [1, 0, 2], rcond=None)[0]),
    ("2\\6", {}, 3),
]  # fmt: skip
"""Systems of equations."""
EXPONENTS: Cases = [
    ("Z = x^3 - e^xy", {"x": 1.0, "y": 2.0}, 1 - np.exp(2)),
    ("A = P(1 + r)^nt", {"P": 2.0, "r": 0.5, "n": 2, "t": 1.0}, 2 * 1.5**2),
    ("e^2x + 1", {"x": 2.0}, np.exp(4) + 1),
    ("e^-0.5x^2", {"x": 2.0}, np.exp(-2)),
    ("e^at^2", {"a": 0.5, "t": 2.0}, np.exp(2)),
    ("2sinxcosx", {"x": 0.7}, np.sin(1.4)),
    ("5!/(3!2!)", {}, 10),
]  # fmt: skip
"""Exponents and functions without brackets."""
BUILT_IN: Cases = [
    ("dnorm(x, 1, 2)", {"x": X}, _DENSITY),
    ("dnorm(x, mean=1, sd=2, log=TRUE)", {"x": X}, np.log(_DENSITY)),
    ("norm.pdf(x, loc=1, scale=2)", {"x": X}, _DENSITY),
    ("norm.logpdf(x, 1, 2)", {"x": X}, np.log(_DENSITY)),
    ("pnorm(1, 1, 2) + plogis(0)", {}, 1),
    ("mean(x)/sd(x)", {"x": X}, _x.mean() / _x.std(ddof=1)),
    ("polyval(p, x)", {"p": [1.0, -2.0, 3.0], "x": X}, _x**2 - 2 * _x + 3),
    ("np.trapz(y, x)", {"x": X, "y": Y}, float((np.diff(_x) * (_y[1:] + _y[:-1])).sum() / 2)),
    ("np.average(x, weights=y)", {"x": X, "y": Y}, float(_x @ _y / _y.sum())),
    ("cumprod(x)", {"x": X}, np.cumprod(_x)),
    ("np.clip(x, 1.5, None)", {"x": X}, np.clip(_x, 1.5, None)),
    ("logsumexp(W, 2)", {"W": W}, np.log(np.exp(_w).sum(1))),
    ("crossprod(X)", {"X": TALL}, _tall.T @ _tall),
    ("2*7 %% 4 + 7 %/% 2", {}, 9),
    ("r2 <- if (t > 0) 1 - r/t else 1", {"t": 2.0, "r": 0.5}, 0.75),
    ("fit <- nls(y ~ a*exp(b*x), data = d)", {"a": 2.0, "b": 0.0, "x": 1.0}, 2),
    ("x <- sum(W[,1]*W[,3]) + W[2,1]", {"W": W}, 31),
    ("rep(2, 3)", {}, [2, 2, 2]),
    ("y = 2 if x %% 2 > 0\ny = 3 if x %% 2 <= 0", {"x": 4.0}, 3),
    ("[1 2; 3 4]*v", {"v": V}, _m @ _v),
    ("[y(2); -y(1)]", {"y": X}, [2, -1]),
    ("[cos(t), -sin(t); sin(t), cos(t)]", {"t": 0.0}, [1, 0, 0, 1]),
    ("[M, S; S, M]", {"M": M, "S": S}, np.block([[_m, _s], [_s, _m]])),
    ("2.*x.*y", {"x": X, "y": Y}, 2 * _x * _y),
    ("V - an^2", {"V": 10.0, "a": 0.5, "n": 2.0}, 8),
    ("100*float64(x)", {"x": 2.0}, 200),
    ("sum((x[i] - y[i])^2 for i = 1:n)", {"x": X, "y": Y, "n": 4}, float(((_x - _y) ** 2).sum())),
    ("=NPV(A1, B1:B2)", {"A1": 0.1, "B1": 1.1, "B2": 1.21}, 2),
    ("ncol(W) + nrow(W)", {"W": W}, 5),
    ("=PMT(A1/12, B1, -C1)", {"A1": 0.12, "B1": 12.0, "C1": 100.0}, 100 * 0.01 / (1 - 1.01**-12)),
    ("=ROUND(A1/B1, 2)", {"A1": 1.0, "B1": 3.0}, 0.33),
]  # fmt: skip
"""Functions that other languages have built in."""
WRAPPED: Cases = [
    ("(r_sq <- 1 - (rss/tss))", {"rss": 1.0, "tss": 4.0}, 0.75),
    ("rss <- sum((d$y - d$p)^2)", {"d$y": X, "d$p": Y}, float(((_x - _y) ** 2).sum())),
    ("`y = A*exp(-x/tau) + B`.", {"A": 2.0, "x": 0.0, "tau": 1.0, "B": 1.0}, 3),
    ("y = a*exp(b*x) + c (e.g. y = 2*exp(0.1*x) + 1)", {"a": 2.0, "b": 0.0, "x": 1.0, "c": 1.0}, 3),
    ("ŷ = w·z + b       — evaluation in centipawns", {"w": V, "z": V, "b": 1.0}, 6),
]  # fmt: skip
"""What is wrapped round a formula."""
READ = [
    *ENTRIES, *SQUARE, *UNCHANGED, *RANGES, *LETTERS, *DIFFERENCES, *MODELS, *SYSTEMS, *EXPONENTS, *BUILT_IN, *WRAPPED,
]  # fmt: skip

REFUSED: list[tuple[str, dict[str, object], str]] = [
    ("x(0)", {"x": X}, "x[0] for an entry counted from 0"),
    ("W(2)", {"W": W}, "W(2, :) for a row"),
    ("x(1) + x(1 - x)", {"x": X}, "x*(1 - x) for the product"),
    ("x(5)", {"x": X}, "none at 4"),
    ("u(1)*t", {}, "write u[0] for the entry"),
    ("x[0] + x[4]", {"x": X}, "none at 4"),
    ("np.sum(x) + x[4]", {"x": X}, "none at 4"),
    ("y <- (1:n-1)", {"n": 4}, "can be read in two ways"),
    ("(0:n)", {}, "the numbers of (0:n) are not known"),
    ("linspace(0, 1)", {}, "write how many"),
    ("diff(sqrt(e^x + a), x)", {"a": 1.0, "x": 2.0}, "y = sqrt(e^x + a): its gradient stands at x"),
    ("log(b + x).diff(x)", {"b": 1.0, "x": 2.0}, "y = log(b + x): its gradient stands at x"),
    ("diff(x^2)", {"x": 2.0}, "y = x^2: its gradient stands at x"),
    ("d/dx (x^2 + 3x)", {"x": 2.0}, "y = x^2 + 3x: its gradient stands at x"),
    ("∂/∂x sin(x)", {"x": 2.0}, "y = sin(x): its gradient stands at x"),
    ("d(x^2)/dx", {"x": 2.0}, "y = x^2: its gradient stands at x"),
    ("D(x^2, x)", {"x": 2.0}, "y = x^2: its gradient stands at x"),
    ("grad(f)", {"f": 1.0}, "its gradients stand at its inputs"),
    ("y ~ x + z", {"x": X, "z": Y}, "y = b0 + b1*x"),
    ("y ~ x + I(x^2)", {"x": X}, "y = b0 + b1*x"),
    ("y ~ Normal(0, 1)", {}, "no distributions"),
    ("[a, b; c, d]", dict.fromkeys("abcd", V), "two ways"),
    ("[1 -2 3]", {}, "a comma is missing"),
    ("[1 2; 3]", {}, "as many entries in each"),
    ("trapz(x, y)", {"x": X, "y": Y}, "np.trapz(x, y) for numpy's"),
    ("V(s) = max(V(s - 1), 0)", {}, "a recursion has no value"),
]
"""What has no reading, or two, and what the message says."""

NOTED: list[tuple[str, dict[str, object], str]] = [
    ("u(1)*t", {"u": V, "t": 1.0}, "u(1) is an entry of u; for a product write u*(1)"),
    ("x[1] + x[4]", {"x": X}, "since x[4] would not be there counted from 0"),
    ("y = 0:N-1", {"N": 4}, "R has (0:N)-1"),
    ("diff(x)", {"x": X}, "x[1:] - x[:-1]"),
    ("y ~ a*exp(x)", {"a": 1.0, "x": X}, "its right side is computed"),
    ("A\\b", {"A": S, "b": V}, "solves the system of equations"),
    ("e^xy", {"x": 1.0, "y": 2.0}, "e^xy is read as e^(xy)"),
    ("e^2(x + 1)", {"x": 1.0}, "(e^(2))·(…)"),
    ("10^2x", {"x": 1.0}, "10^2x is read as (10^2)·x"),
    ("e^-x^2/2", {"x": 1.0}, "(e^-x^2)/…"),
    ("x^1/2", {"x": 4.0}, "for the root write x^(1/2)"),
    ("norm(A.^2)", {"A": M}, "MATLAB's is the largest singular value"),
    ("K = H*P'/S; z = K.*2", {"H": M, "P": M, "S": S}, "for MATLAB's A/B of matrices write A*inv(B)"),
    ("t = (m - 5)/s/√n", {"m": 5.2, "s": 0.8, "n": 16.0}, "for the other reading write …/(s/√…)"),
    ("sqrt x^2 + y^2", {"x": 3.0, "y": 4.0}, "write brackets for the root of a sum"),
]
"""What is said of a reading that could be another."""


def value(text: str, given: dict[str, object]) -> np.ndarray:
    """Formula and values → what is computed."""
    decided, inputs = prepared(parse(text, given=given), given)
    return np.asarray(forward(decided, inputs)[decided.output], dtype=float)


def message(text: str, given: dict[str, object]) -> str:
    """Formula that is refused → what is said."""
    with pytest.raises(GraphvizADError) as raised:
        value(text, given)
    return str(raised.value)


@pytest.mark.parametrize(("text", "given", "expected"), READ)
def test_what_other_languages_write_is_read(text: str, given: dict[str, object], expected: object) -> None:
    assert value(text, given).ravel() == pytest.approx(np.asarray(expected, dtype=float).ravel())


@pytest.mark.parametrize(("text", "given", "says"), REFUSED)
def test_what_has_two_readings_is_refused_with_both(text: str, given: dict[str, object], says: str) -> None:
    assert says in message(text, given)


@pytest.mark.parametrize(("text", "given", "says"), NOTED)
def test_a_reading_that_could_be_another_is_said(text: str, given: dict[str, object], says: str) -> None:
    assert any(says in note for note in parse(text, given=given).notes)


def test_entries_are_read_so_where_only_names_were_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def result() -> float:
        trace = run(parse("u(1)^2*t", given=["u", "t"]), {"u": [3.0, 4.0], "t": 1.0})
        return float(np.sum(trace.values[trace.graph.output]))

    assert result() == 9
    monkeypatch.setattr(Counting, "doubtful", lambda _: frozenset())
    with pytest.raises(GraphvizADError):  # an array, for which a gradient has to be given
        result()


def test_a_value_can_be_given_for_a_name_with_an_equals_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_assignment("P(Home=k)=0.3") == ("P(Home=k)", 0.3)
    monkeypatch.setattr(assignments, "_NAME_AND_SIGN", _NEVER)
    with pytest.raises(GraphvizADError):
        read_assignment("P(Home=k)=0.3")


def test_a_power_in_a_logarithm_has_no_brackets_of_its_own() -> None:
    program = parse_program("log1p(u^2)", vocabulary=VOCABULARY)
    assert write(program.tree, program.statements[0].root, LATEX.using(NOTATIONS)).count("(") == 1


def _nothing(*_: object) -> None:
    """Do nothing."""


PLANTED: list[tuple[object, str, Any, str, dict[str, object], object]] = [
    (Counting, "is_round_entry", lambda *_: False, "u(1)*2", {"u": V}, 2),
    (Counting, "counts_from_one", False, "x[1] + x[4]", {"x": X}, 8),
    (Counting, "is_r", False, "r <- x[-1]", {"x": X}, _x[1:]),
    (FromOne, "stepped_from_zero", lambda self, a, b, s, span: self.added(6, "", (), span), "x(end:-1:1)", {"x": X}, _x[::-1]),
    (FromOne, "rank", lambda *_: 1, "[1 x(1)]*a", {"x": X, "a": V}, 3),
    (FromOne, "rank", lambda *_: None, "[y(2); -y(1)]", {"y": X}, [2, -1]),
    (Spelled, "with_choice", lambda _, text: text, "y = if (t > 0) 1 else 2", {"t": 1.0}, 1),
    (reading, "without_wrappings", lambda text: text, "`y = A + B`.", {"A": 1.0, "B": 2.0}, 3),
    (reading, "has_members", lambda _: False, "sum(d$y - d$p)", {"d$y": X, "d$p": Y}, 7.5),
    (ranges, "_ROUNDING", -1.0, "sum(1:10)", {}, 55),
    (ranges, "_counts", lambda *_: [], "linspace(0, 1, 3)", {}, [0, 0.5, 1]),
    (comprehensions, "_NUMBERS", _NEVER, "sum(x[i] for i in 1:n)", {"x": X, "n": 4}, 14),
    (applied, "_BOUND_AS_INDEX", _NEVER, "Σ_a o[a]", {"o": X}, 14),
    (Spelled, "numbered_array", lambda _, entry: entry[0], "k_{ij} - r_0_{ij}", {"k": M, "r_0": S}, _m - _s),
    (BuiltIn, "part", lambda self, value, letter, span: value, "np.trapz(y)", {"y": [1.0, 3.0]}, 2),
    (builtin, "_BUILT", {}, "sd(x)", {"x": X}, _x.std(ddof=1)),
    (builtin, "_DENSITIES", {}, "pnorm(1, 1, 2)", {}, 0.5),
    (Modelled, "sum_of_squares", lambda self, span, x: x, "quad_over_lin(x, 2)", {"x": 4.0}, 8),
    (Modelled, "is_row", lambda *_: False, "d'*S\\d", {"d": V, "S": S}, float(_v @ np.linalg.solve(_s, _v))),
    (Modelled, "raised_number", lambda *_: False, "e^2x", {"x": 2.0}, np.exp(4)),
    (backslashes, "_BETWEEN", _NEVER, "A\\b", {"A": S, "b": V}, np.linalg.solve(_s, _v)),
    (Objectives, "with_model", lambda _, text: text, "y ~ a*exp(x)", {"a": 1.0, "x": 0.0}, 1),
    (Words, "is_after_sign", lambda *_: False, "e^xy", {"x": 1.0, "y": 2.0}, np.exp(2)),
    (run_together, "_WAVES", _NEVER, "sin2x", {"x": 1.0}, np.sin(2)),
]  # fmt: skip
"""A rule that is taken away, and a formula that is then not read."""


@pytest.mark.parametrize(("place", "name", "fault", "text", "given", "expected"), PLANTED)
def test_a_planted_fault_is_seen(
    monkeypatch: pytest.MonkeyPatch,
    place: object,
    name: str,
    fault: Callable[..., object] | object,
    text: str,
    given: dict[str, object],
    expected: object,
) -> None:
    assert value(text, given).ravel() == pytest.approx(np.asarray(expected, dtype=float).ravel())
    monkeypatch.setattr(place, name, fault)
    try:
        result = value(text, given)
    except GraphvizADError:
        return
    wanted = np.asarray(expected, dtype=float)
    assert result.size != wanted.size or not np.allclose(result.ravel(), wanted.ravel())


@pytest.mark.parametrize(
    ("place", "name", "fault", "text", "given"),
    [
        (modelled, "ASKED", frozenset(), "grad(f)", {"f": 1.0}),
        (Modelled, "require_no_derivative", _nothing, "d/dx (x^2)", {"x": 1.0}),
    ],
)
def test_a_message_that_is_gone_is_seen(
    monkeypatch: pytest.MonkeyPatch, place: object, name: str, fault: object, text: str, given: dict[str, object]
) -> None:
    says = message(text, given)
    monkeypatch.setattr(place, name, fault)
    with contextlib.suppress(pytest.fail.Exception):  # where it is read now, without a word
        assert message(text, given) != says
