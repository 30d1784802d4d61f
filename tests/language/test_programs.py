"""Lines of programs: the value is what numpy, torch or Julia make of them; what computes nothing is refused plainly."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.api import parse, run
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.graph.stars import Stars
from graphviz_ad.language.changed import Changed
from graphviz_ad.language.left_sides import LeftSides

_CUBES = [[[[1, 2]], [[3, 4]], [[5, 6]]]]
"""An array with four axes."""

READ = [
    ('def f(self, z):\n    """The tanh of `z`."""\n    return np.tanh(z)', {"z": 0.5}, np.tanh(0.5)),
    ('def f(x):\n    r"""\n    $$x \\cdot \\sigma(x)$$\n    """\n    return 2 * x', {"x": 3}, 6),
    ("a = b ** 2\n# $$\\rho = \\frac{2}{1 - b}$$\nr = 2 / (1 - a)", {"b": 3}, -0.25),
    ("# y = x^2", {"x": 3}, 9),
    ("v[:] = beta * v + p.grad", {"beta": 0.5, "v": [2, 4], "p.grad": [1, 1]}, [2, 3]),
    ("v[...] = 2 * v", {"v": [1, 2]}, [2, 4]),
    ("W[:, k] = W[:, k] * 2", {"W": [[1, 2], [3, 4]], "k": 1}, [4, 8]),
    ("w[0] = w[0] - lr * g[0]", {"w": [1, 2], "lr": 0.5, "g": [4, 0]}, -1),
    ("p[:] -= lr * g", {"p": [1, 2], "lr": 1, "g": [1, 1]}, [0, 1]),
    ("Q[s, a] += lr * (r - Q[s, a])", {"Q": [[1, 2], [3, 4]], "s": 1, "a": 0, "lr": 0.5, "r": 5}, 4),
    ("self.rate = self.rate * self.factor", {"rate": 2, "factor": 3}, 6),
    ("value = nodes.value * nodes.value", {"nodes.value": 3}, 9),
    ("rate = data.rate[:2]\nreturn rate.sum() / 2", {"data.rate": [1, 2, 9]}, 1.5),
    ("loss = -np.sum(np.log(npx.sigmoid(d)), 0, keepdims=True)", {"d": [0, 0]}, [2 * np.log(2)]),
    ("y = d2l.matmul(X, self.w) + self.b", {"X": [[1, 2]], "w": [3, 4], "b": 1}, [12]),
    ("y = tl.where(c, x, 0.0)", {"c": [1, 0], "x": [5, 6]}, [5, 0]),
    ("y = x * std + mean", {"x": 2, "std": 3, "mean": 1}, 7),
    ("out = x.clamp(min=lo)", {"x": [1, 5], "lo": 2}, [2, 5]),
    ("out = np.clip(x, lo, 2 * lo)", {"x": [1, 5], "lo": 2}, [2, 4]),
    ("np.clip(x, None, hi)", {"x": [1, 5], "hi": 2}, [1, 2]),
    ("torch.cat([x] * 2)", {"x": [1, 2]}, [1, 2, 1, 2]),
    ("x[..., None] * y[None]", {"x": [1, 2], "y": [3, 4]}, [[3, 4], [6, 8]]),
    ("x[1, ...] + z[...]", {"x": [[1, 2], [3, 4]], "z": [1, 1]}, [4, 5]),
    ("x.reshape(-1,)", {"x": [[1, 2], [3, 4]]}, [1, 2, 3, 4]),
    ("np.dot(x, W) + x.dot(3)", {"x": 2, "W": [1, 2]}, [8, 10]),
    ("Q[(s, a)] + Q[s][a]", {"Q": [[1, 2], [3, 4]], "s": 1, "a": 0}, 6),
    ("Q[s][a] = Q[s][a] + lr * r", {"Q": [[1, 2]], "s": 0, "a": 1, "lr": 1, "r": 2}, 4),
    ("m * edge.data['norm'].unsqueeze(1)", {"m": [[1, 2], [3, 4]], "norm": [1, 2]}, [[1, 2], [6, 8]]),
    ("-np.log(y_pred[y == 1]).sum()", {"y_pred": [0.5, 0.25], "y": [1, 0]}, np.log(2)),
    ("feats[inds + 1] * feats[p[0]]", {"feats": [1, 2, 3], "inds": 1, "p": [2, 0]}, 9),
    ("x[:int(.5 * len(x))].sum() + x[-k]", {"x": [1, 2, 3, 4], "k": 1}, 7),
    ("w.g = out.g.unsqueeze(1) * x", {"out.g": [1, 2], "x": [[1], [1]]}, [[1], [2]]),
    ("self.r = self.r * f\nreturn self.r", {"r": 2, "f": 3}, 6),
    ("p.avg = b * p.avg + g\nu = p.avg / 2", {"p.avg": 2, "b": 3, "g": 0}, 3),
    ("W = ALS.W / 2", {"ALS.W": 4}, 2),
    ("d = ll - prev\nprev = ll\nreturn d", {"ll": 4, "prev": 1}, 3),
    ("np.array([[1, 2]] * 2) * x", {"x": 3}, [[3, 6], [3, 6]]),
    ("r = (ρ - 4)*ρ∞", {"ρ": 6, "ρ∞": 3}, 6),
    ("Z[l] = W[l] @ A[l-1] + b[l]", {"W[l]": [[1, 2]], "A[l-1]": [1, 1], "b[l]": 1}, [4]),
    ("&= x_1 w_1 + x_2 w_2", {"x_1": 1, "w_1": 2, "x_2": 3, "w_2": 4}, 14),
    ("x.transpose(1, 2)", {"x": _CUBES}, np.swapaxes(_CUBES, 1, 2)),
    ("x.view(1, 3, 2, 1).transpose(-3, -2)", {"x": _CUBES[0]}, np.reshape([1, 3, 5, 2, 4, 6], (1, 2, 3, 1))),
    ("np.transpose(x, (0, 2, 1, 3))", {"x": _CUBES}, np.swapaxes(_CUBES, 1, 2)),
    ("x.transpose(0, 1)", {"x": _CUBES[0]}, np.swapaxes(_CUBES[0], 0, 1)),
    ("x.T", {"x": _CUBES[0]}, np.swapaxes(_CUBES[0], -1, -2)),
    ("self.pi * B", {"pi": 2, "B": 3}, 6),
    ("jnp.var(x) + numpy.var(x, axis=0)", {"x": [1, 2, 3]}, 4 / 3),
    ("np.array([0] * 2 + [1] * 2) * x", {"x": 3}, [0, 0, 3, 3]),
    ("np.concatenate([[a * b], [b + a]])", {"a": [1, 2], "b": [3, 4]}, [[3, 8], [4, 6]]),
    ("x.mT", {"x": _CUBES[0]}, np.swapaxes(_CUBES[0], 1, 2)),
    ("sum(abs2, x; dims = 1)", {"x": [[1, 2], [3, 4]]}, [10, 20]),
    ("y = 2.0f0 * x - 1.5f-1", {"x": 1}, 1.85),
    ("precision=TP/(TP+FP)，精度是精确性的度量，表示比例。", {"TP": 3, "FP": 1}, 0.75),
    ("正确率是评价指标，accuracy = TP/N，正确率是比例。", {"TP": 3, "N": 4}, 0.75),
    ("(p.ge(0).float() - t) + torch.lt(p, 1) + p.eq(2)", {"p": [0, 2], "t": 0.5}, [1.5, 1.5]),
    ("tf.cast(tf.not_equal(a, 1), tf.float32) + a.ne(1).float()", {"a": [1, 2]}, [0, 2]),
    ("np.linalg.slogdet(C)[1] + torch.logdet(C @ C)", {"C": [[1, 2], [3, 4]]}, np.log(8)),
    ("sign, logabs = np.linalg.slogdet(C)\nsign * logabs", {"C": [[1, 2], [3, 4]]}, -np.log(2)),
    ("torch.einsum('ijk,ilk->ijl', (q, k))", {"q": [[[1, 2]]], "k": [[[3, 4], [0, 1]]]}, [[[11, 2]]]),
    ("torch.einsum('ij,jk', [A, A])", {"A": [[1, 2], [0, 1]]}, [[1, 4], [0, 1]]),
    ("b = jnp.linspace(p, q, n)\na = jnp.cumprod(1 - b, axis=0)", {"p": 0, "q": 0.5, "n": 3}, [1, 0.75, 0.375]),
    ("(1 - b).cumprod(dim=-1) + torch.cumprod(b, 0)", {"b": [0.5, 0.5]}, [1, 0.5]),
    ("np.cumprod(A, axis=0) + np.cumprod(A, 1)", {"A": [[1, 2], [3, 4]]}, [[2, 4], [6, 20]]),
    ("# R(x₁, x₂; a = 1.0, b = 1.0) = (a-x₁)^2 + b*(x₂ - x₁^2)^2", {"x₁": 0, "x₂": 2}, 5),
    ("f(x, a=2) = a*x", {"x": 3}, 6),
    ("f(x, a=2) = a*x", {"x": 3, "a": 1}, 3),
    ("f(x::Real, λ::Float64=1//2) where T = λ*x", {"x": 3}, 1.5),
    ("fun softmax(z: MatrixExpr) = exp(z) / sum(exp(z))", {"z": [[0, 0]]}, [[0.5, 0.5]]),
    ("def f(x: Double, k: Double = 2.0): Double = k*x", {"x": 3}, 6),
    ("const f = (x, a = 2) => a*x", {"x": 3}, 6),
    ("p.rmse <- function(y, p, w){\nsqrt(mean((p-y)^2*w))\n}", {"y": [1, 2], "p": [3, 4], "w": [1, 1]}, 2),
    ("my.f <- function(x, k = 2) x^k", {"x": 3}, 9),
    ("f <- function(x, k = 2) {\n y <- x^k\n y + 1\n}", {"x": 3}, 10),
    ("my.f <- function(x) x^2\nmy.f(3) + my.f(x)", {"x": 1}, 10),
    ("dot1(x::Vector, y::Vector) = (x' * y)[1]", {"x": [1, 2], "y": [3, 4]}, 11),
    ("(x' * A * x)[1,1] + (A' * x)[1]", {"A": [[1, 2], [3, 4]], "x": [1, 2]}, 34),
    ("a = one(eltype(x)) * 10\nreturn size(x, 1) * a + sum(@. x^2)", {"x": [1, 2]}, 25),
    ("P(x, y=1) = x*y", {"x": 2, "y": 3}, 6),
    ("b, device = l.shape[0], l.device\nF.cross_entropy(l, torch.arange(b, device=device))", {"l": np.eye(2)}, 0.313262),
    ("device = l.device\nn, d = l.size(0), l.dtype\nl.sum()/n", {"l": np.eye(2)}, 1),
    ("y = torch.arange(l.size(0)).long().to(device)\nF.cross_entropy(l, y)", {"l": np.eye(2)}, 0.313262),
    ("np.divide(a, b, out=np.ones_like(b), where=b!=0)", {"a": [2, 3], "b": [0, 2]}, [1, 1.5]),
    ("np.log(a, where=(a > 0), out=np.zeros_like(a, dtype=float))", {"a": [0, 1]}, [0, 0]),
    ("np.logical_xor(a > 0, a > 1)", {"a": [0, 1, 2]}, [0, 1, 0]),
    ("T = torch.cumprod(torch.cat([torch.ones(1), 1 - a]), 0)[:-1]\na*T", {"a": [0.5, 0.5]}, [0.5, 0.25]),
    ("a * torch.cumprod(torch.cat([torch.ones((1,1)), 1 - a], -1), -1)[:, :-1]", {"a": [[0.5, 0.5]]}, [[0.5, 0.25]]),
    ("np.concatenate((a, a), 1) + np.zeros((1,4))", {"a": [[1, 2]]}, [[1, 2, 1, 2]]),
    ("torch.stack([a, a], 1)", {"a": [1, 2]}, [[1, 1], [2, 2]]),
]  # fmt: skip

TYPED = [
    ("δˡ = (Wˡ⁺¹)ᵀ δˡ⁺¹ ⊙ σ'(zˡ)", ["W^{(l+1)}", "δ^{(l+1)}", "z^{(l)}"]),
    ("δᴸ = (o - t) × σ'(zᴸ)", ["o", "t", "z^{(L)}"]),
    ("y = x^L + zᴸ", ["x^{(L)}", "z^{(L)}"]),
    ("softmax(QK^T / √d_k) V", ["Q", "K", "d_k", "V"]),
    ("h_t = tanh(W * h_t-1 + U * x_t)", ["W", "h_{t-1}", "U", "x_t"]),
    ("L = ‖ε − ε_θ(x_t,t)‖²", ["ε", "ε_θ"]),
    ("Q(s,a) ← Q(s,a) + α[r + γ max(Q(s',a')) - Q(s,a)]", ["Q(s,a)", "α", "r", "γ", "Q(s',a')"]),
    ("P(A|B) = P(B|A)·P(A)/P(B)", ["P(B|A)", "P(A)", "P(B)"]),
    ("log p(x|z) + log p(z)", ["p(x|z)", "p(z)"]),
    ("Σ(y - y´)^2", ["y", "y'"]),
]

REFUSED = [
    ("x - 1.5f-1", "can be read in two ways", "write 1.5e-1, or 1.5 - 1 with spaces"),
    ("W = np.random.randn(3, 2) * s", "there is no function 'randn'", "random numbers are no formula"),
    ("X = np.zeros((n, m))", "there is no function 'zeros'", "an array of constants is no formula"),
    ("y = x * df.read_csv(path)", "there is no function 'read_csv'", "files, pictures and texts are no formula"),
    ("dX[:, 1] = w * 2; y = sum(dX)", "only a part of 'dX' gets a value here", "dX_new = …"),
    ("np.array([0] * n)", "how often the list is repeated is not known", "write a number, as in [0] * 3"),
    ("dX[0] += w; y = sum(dX)", "only a part of 'dX' gets a value here", "dX_new = …"),
]


@pytest.mark.parametrize(("text", "inputs", "value"), READ)
def test_a_line_of_a_program_has_the_value_that_it_has_there(
    text: str, inputs: dict[str, object], value: object
) -> None:
    _same(text, inputs, value)


def _same(text: str, inputs: dict[str, object], value: object) -> None:
    trace = run(parse(text, given=inputs), inputs, upstream=None if np.ndim(value) == 0 else np.ones(np.shape(value)))
    computed = np.asarray(trace.values[trace.graph.output])
    assert computed.shape == np.shape(value), text
    np.testing.assert_allclose(computed, value, rtol=1e-6, err_msg=text)


@pytest.mark.parametrize(("text", "message", "hint"), REFUSED)
def test_what_is_no_formula_is_refused_plainly(text: str, message: str, hint: str) -> None:
    with pytest.raises(GraphvizADError) as refusal:
        parse(text)
    assert message in str(refusal.value), text
    assert hint in str(refusal.value), text


@pytest.mark.parametrize(("text", "names"), TYPED)
def test_names_are_those_that_a_reader_sees(text: str, names: list[str]) -> None:
    assert list(parse(text).inputs) == names


def test_the_gradient_of_exchanged_axes_goes_back_to_where_it_came_from() -> None:
    """x.transpose(1, 2) of four axes, weighed entry by entry, against numpy's swap of the weights."""
    x, w = np.arange(6.0).reshape(1, 3, 2, 1), np.arange(6.0).reshape(1, 2, 3, 1) ** 2
    inputs = {"x": x.tolist(), "w": w.tolist()}
    trace = run(parse("sum(x.transpose(1, 2) * w)", given=inputs), inputs)
    np.testing.assert_allclose(trace.gradients["x"], np.swapaxes(w, 1, 2))


def test_axes_that_are_not_exchanged_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test has teeth: were a transpose always that of the last two axes, x.transpose(1, 2) would be another."""
    monkeypatch.setattr(Stars, "turned", lambda self, node, operation, rank: operation)
    with pytest.raises((AssertionError, GraphvizADError)):
        _same("x.transpose(1, 2)", {"x": _CUBES}, np.swapaxes(_CUBES, 1, 2))


def test_a_part_that_is_taken_for_a_side_of_a_chain_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test has teeth: were W[:, k] = … a chain of equalities, the old values would be computed."""
    monkeypatch.setattr(LeftSides, "is_changed_part", lambda *_: False)
    monkeypatch.setattr(Changed, "is_last_entry", lambda *_: False)
    with pytest.raises(AssertionError):
        _same("W[:, k] = W[:, k] * 2", {"W": [[1, 2], [3, 4]], "k": 1}, [4, 8])
