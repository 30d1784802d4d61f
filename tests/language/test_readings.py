"""What people write, as it is read: the same formula in the plainest spelling, and what is said of it."""

from __future__ import annotations

import pytest

from graphviz_ad import parse
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.language.given import Given
from graphviz_ad.language.printer import TEXT, write
from graphviz_ad.language.reading import Reading, read_formula
from graphviz_ad.language.tree import Program
from graphviz_ad.ops.table import VOCABULARY


def plain(program: Program) -> str:
    """Program → its statements in the plainest spelling."""
    statements = []
    for statement in program.statements:
        params = "" if statement.params is None else f"({', '.join(statement.params)})"
        name = "" if statement.name is None else f"{statement.name}{params} = "
        statements.append(name + write(program.tree, statement.root, TEXT))
    return "; ".join(statements)


def read(text: str, *values: str, **options: object) -> str:
    """Text, and names that values are given for → the plainest spelling."""
    return plain(read_formula(text, VOCABULARY.given(set(values)), Reading(**options)))  # type: ignore[arg-type]


READINGS = {
    # maxima, exponentials, braces
    "max(x, 0)": "max(x, 0)",
    "e^x": "exp(x)",
    "e^(-x)": "exp(-x)",
    "e^{-x}": "exp(-x)",
    "1/(1+e^-z)": "1/(1 + exp(-z))",
    "e^-z y": "exp(-z)·y",
    "eˣ + e⁻ˣ": "exp(x) + exp(-x)",
    "e = y - t; L = e^2": "e = y - t; L = e^2",
    "x^{2} + x^{n+1}": "x^2 + x^(n + 1)",
    "h_{t} = tanh(W h_{t-1} + b)": "h_{t} = tanh(W·h_{t-1} + b)",
    "W^{(1)} x + W^{[2]} y": "W^{(1)}·x + W^{[2]}·y",
    "w_1 + w₁ + w_{1}": "w_1 + w_1 + w_1",
    "theta + θ": "theta + theta",
    "max{0, x}": "max(0, x)",
    "min {1, max{0, x}}": "min(1, max(0, x))",
    # names run together
    "f(x, y) = x² + xy + y²": "f = x^2 + x·y + y^2",
    "f(x) = wx + b": "f = w·x + b",
    "f(x, y) = x^2y + xyz": "f = x^2·y + xyz",
    "2(wx - y)x": "2·(w·x - y)·x",
    "‖y - Xw‖² + λ‖w‖²": "norm(y - X·w)^2 + λ·norm(w)^2",
    "tanh(Wx @ x + Wh @ h)": "tanh(Wx @ x + Wh @ h)",
    "x·σ(βx)": "x·σ(β·x)",
    "1/√(2πσ²)": "1/√(2·(π·σ^2))",
    "(x - μx)/σx": "(x - μx)/σx",
    "w1x1 + w2x2": "w1·x1 + w2·x2",
    "dz = a - y; dw = dz x": "dz = a - y; dw = dz·x",
    "lr g + wd w": "lr·g + wd·w",
    "W x + U (r ⊙ h)": "W·x + U·(r ⊙ h)",
    "∑_i max(0, 1 - y_i(w x_i + b))": "sum(max(0, 1 - y*(w·x + b)), axis=0)",
    "F.linear(x, W, b)": "x @ W.T + b",
    r"y = {\rm sigmoid}(w x)": "y = sigmoid(w·x)",
    # bars
    "|x|": "abs(x)",
    "|x||y|": "abs(x)·abs(y)",
    "||x| - |y||": "abs(abs(x) - abs(y))",
    "2|x - |y||": "2·abs(x - abs(y))",
    "‖w‖²": "norm(w)^2",
    "||w||_1 + ‖w‖_2^2 + ‖w‖_∞": "norm(w, 1) + norm(w)^2 + norm(w, inf)",
    "⌊x⌋ + ⌈x⌉": "floor(x) + ceil(x)",
    "⟨w, x⟩": "dot(w, x)",
    # numbers and roots
    "½(y-t)²": "0.5·(y - t)^2",
    "2½": "2.5",
    "√x² y": "√x^2·y",
    "(√x)²": "(√x)^2",
    "∛x": "cbrt(x)",
    "∞": "∞",
    # functions without brackets
    "log x": "log(x)",
    "sin 2x cos y": "sin(2·x)·cos(y)",
    "-log p": "-log(p)",
    "y log a + (1-y) log(1-a)": "y·log(a) + (1 - y)·log(1 - a)",
    "log sin x": "log(sin(x))",
    "exp -x": "exp(-x)",
    "sin² x + sin^2(x)": "sin(x)^2 + sin(x)^2",
    "tan^-1(x) + sin⁻¹ x": "atan(x) + asin(x)",
    "log₂ x + log_2(x) + log_10 x": "log2(x) + log2(x) + log10(x)",
    "log p / n": "log(p)/n",
    "σ(z) + σ²": "σ(z) + σ^2",
    "σ = exp(s/2); z = (x - μ)/σ": "σ = exp(s/2); z = (x - μ)/σ",
    # products and calls
    "x(1 - x)": "x·(1 - x)",
    "2(x+1)(x-1)": "2·(x + 1)·(x - 1)",
    "λ(a + b) + λ": "λ·(a + b) + λ",
    "f(t) = t^2; f(x) y": "f(t) = t^2; f(x)·y",
    "α[r + γ q]": "α·(r + γ·q)",
    # sums
    "∑ x": "sum(x)",
    "Σ(y - t)^2": "sum((y - t)^2)",
    "∏ x": "prod(x)",
    "∑_i w_i x_i": "w @ x",
    "Σᵢ wᵢxᵢ + b": "w @ x + b",
    "z_j = ∑_i W_{ji} x_i + b_j": "z = W @ x + b",
    "∑_{i=1}^{3} (y_i - t_i)^2": "sum((y - t)^2, axis=0)",
    "1/N ∑_{i=1}^N x_i": "N = size(x, axis=0); 1/N·sum(x, axis=0)",
    "p_k = e^{z_k}/∑_j e^{z_j}": "p = exp(z)/sum(exp(z), axis=0)",
    "w_0 + ∑_{i=1}^n w_i x_i": "w_0 + w @ x",
    "∑_i ∑_j x_i A_{ij} y_j": "x @ (A @ y)",
    "∑_i (wᵀ x_i - y_i)²": "sum((x @ w - y)^2, axis=0)",
    "∑_{ij} W_{ij}²": "sum(W^2)",
    "sum y_i log p_i": "y @ log(p)",
    "w₁x₁ + w₂x₂ + ... + wₙxₙ + b": "w @ x + b",
    "w_0 + w_1 x_1 + … + w_n x_n": "w_0 + w @ x",
    "y_i = e^{x_i}/∑ e^{x_k}, for i=1,…,C": "y = exp(x)/sum(exp(x), axis=0)",
    # transposes and signs
    "xᵀ W x + y^T z + w^⊤ v": "x.T·W·x + y.T·z + w.T·v",
    "a ⊙ b ∘ c": "a ⊙ b ⊙ c",
    "r ⊙ W h x ⊙ c": "r ⊙ (W·h·x) ⊙ c",
    "r ⊙ W * h": "r ⊙ W*h",
    "w·x": "w·x",
    "a ≤ b": "a <= b",
    "0 < x < 1": "(0 < x)*(x < 1)",
    # assignments, chains, order
    "y := x²": "y = x^2",
    "y ← x²": "y = x^2",
    "y <- x²": "y = x^2",
    "w ← w - η g": "w' = w - η·g",
    "x = x + 1; y = x": "x' = x + 1; y = x'",
    "w -= a - b": "w' = w - (a - b)",
    "L = (y - t)²\n  + λ w²": "L = (y - t)^2 + λ·w^2",
    "a = σ(z), where z = w x + b": "z = w·x + b; a = σ(z)",
    "L = (a - y)²\na = w x": "a = w·x; L = (a - y)^2",
    "MSE: L = (y - t)²": "L = (y - t)^2",
    "(3.2) z = w x + b.": "z = w·x + b",
    "p = a = σ(w x + b) = 1/(1+e^{-(w x + b)})": "a = σ(w·x + b); p = a",
    "∂L/∂w = ∂L/∂z · x": "∂L/∂w = ∂L/∂z·x",
    "dL/dw = (a - y) x": "dL/dw = (a - y)·x",
    "f(x) = w x + b": "f = w·x + b",
    "σ² = var(x); y = x/√(σ² + ε)": "σ² = var(x); y = x/√(σ² + ε)",
    # code
    "np.exp(-x**2)": "exp(-x^2)",
    "torch.nn.functional.relu(x)": "relu(x)",
    "F.softmax(x, dim=1)": "softmax(x, dim=1)",
    "(a - b).pow(2).mean()": "mean(pow(a - b, 2))",
    "x.sum(axis=0, keepdims=True)": "sum(x, axis=0, keepdims=1)",
    "x.T @ y": "x.T @ y",
    "X.shape[0]": "size(X, axis=0)",
    "np.var(x)": "var(x, correction=0)",
    "np.max(x, 1)": "max(x, axis=1)",
    "np.max(x, -1, keepdims=True)": "max(x, axis=-1, keepdims=1)",
    "amax(x, 1)": "amax(x, axis=1)",
    "torch.amax(x, 1, True)": "amax(x, axis=1, keepdims=1)",
    "torch.max(x, y)": "max(x, y)",
    "np.dot(A, b)": "A @ b",
    "K.transpose(-2, -1)": "K.T",
    "np.concatenate([a, b])": "concatenate(a, b)",
    "2*np.pi*math.e": "2*π*2.718281828459045",
    "=IF(A1>0,A1,0.01*A1)": "where(A1 > 0, A1, 0.01*A1)",
    "return x if x > 0 else 0": "where(x > 0, x, 0)",
    "if x > 0 then x else 0": "where(x > 0, x, 0)",
    "x > 0 ? x : 0": "where(x > 0, x, 0)",
    "[x > 0] x": "(x > 0)·x",
    "f(x) = x for x > 0\nf(x) = 0.1x for x <= 0": "f = where(x > 0, x, where(x <= 0, 0.1·x, nan))",
    "y = x if x > 0, 0 otherwise": "y = where(x > 0, x, 0)",
    "ｙ＝ｗ・ｘ＋ｂ": "y = w·x + b",
    "w\\_1 x": "w_1·x",
    "J = sum(a .* b.^2)/m; % cost": "J = sum(a*b^2)/m",
    "Z <- W %*% X + b": "Z = W @ X + b",
    "out = self.w * layer.x": "out = w*layer.x",
    "f = σ(W·[h; x] + b)": "f = σ(W·concat(h, x) + b)",
    "Q = X W      K = X V; L = Q K": "Q = X·W; K = X·V; L = Q·K",
    "p(x; μ, σ²) = (x - μ)/σ": "p = (x - μ)/σ",
    "𝜀 + 𝐱": "ε + x",
    "wei.masked_fill(m == 0, float('-inf'))": "where(m == 0, -∞, wei)",
    "np.linalg.pinv(A) @ b": "inv(A) @ b",
    "tf.reduce_sum(y_ * tf.log(y), reduction_indices=[1])": "reduce_sum(y_*log(y), reduction_indices=[1])",
    "W1 = params['W1']\nz = W1 @ x + params['b1']": "z = W1 @ x + b1",
    "p['w'] = p['w'] - lr*g['w']": "p_w' = p_w - lr*g_w",
    # numbers that count, limits, labels
    "C = 1/2m Σ (y - t)²": "C = 1/(2·m)·sum((y - t)^2)",
    r"C = 1/2m \sum (y - t)^2": "C = 1/(2·m)·sum((y - t)^2)",
    "E = 1/2m v²": "E = 1/2·m·v^2",
    "1/√2πσ² · exp(-(x-μ)²/2σ²)": "1/√(2·(π·σ^2))·exp(-(x - μ)^2/(2·σ^2))",
    r"\exp(-(x-\mu)^2/2\sigma^2)": "exp(-(x - μ)^2/(2·σ^2))",
    "exp(μ + 1/2σ²)": "exp(μ + 1/2·σ^2)",
    "1/(√2π σ)": "1/(√(2·π)·σ)",
    "loss = nn.CrossEntropyLoss()(z, y)": "loss = cross_entropy(z, y)",
    "y = f'(a), f(t) = t²": "f(t) = t^2; y = f'(a)",
    "λ Σⱼ₌₁ᵖ βⱼ²": "λ·sum(β^2, axis=0)",
    "‖A - B‖_F²": "norm(A - B)^2",
    "Z¹ = W¹ X + b¹; Z² = W² Z¹": "Z¹ = W¹·X + b¹; Z² = W²·Z¹",
    # what stands round and between formulas
    r"J = \|X - A\|^2, \quad A \in \mathbb{R}^{n \times k}, X \in \mathbb{R}^n.": "J = norm(X - A)^2",
    r"z = m + s e, \quad e \sim \mathcal{N}(0, I)": "z = m + s·e",
    "z = w x\na = \\tanh(z)": "z = w·x; a = tanh(z)",
    "y = σ(z), z = w x, σ(z) = 1/(1+e^{-z})": "z = w·x; σ(z) = 1/(1 + exp(-z)); y = σ(z)",
    "f(x) = x/g(x), g(x) = 1/d ∑_{i=1}^d x_i": "d = size(x, axis=0); g(x) = 1/d·sum(x, axis=0); f = x/g(x)",
    # arrays
    "(x - mean(x))/sqrt(var(x) + ε)": "(x - mean(x))/sqrt(var(x, correction=0) + ε)",
    "-∑_i y_i log softmax(z)_i": "p = softmax(z); -(y @ log(p))",
    "softmax(z)_c": "softmax(z)[c]",
    "[e^{x_1}, e^{x_2}, …, e^{x_n}]": "exp(x)",
    "D = diag(a); D^{-1/2} A": "D = diag(a); diag(diag(D)^(-1/2))·A",
}
"""Texts, and the same in the plainest spelling, as a reader means them."""


@pytest.mark.parametrize("text", READINGS)
def test_reading(text: str) -> None:
    assert read(text) == READINGS[text]


@pytest.mark.parametrize(
    ("text", "given", "meaning"),
    [
        ("wx + b", ("w", "x", "b"), "w·x + b"),
        ("1/wx", ("w", "x"), "1/(w·x)"),
        ("QK^T", ("Q", "K"), "Q·K.T"),
        ("w_1x_1", ("w_1", "x_1"), "w_1·x_1"),
        ("e^x", ("e", "x"), "e^x"),
        ("x^T", ("x", "T"), "x^(T)"),
        ("λ(a + b)", ("λ", "a", "b"), "λ·(a + b)"),
        ("(x - mean)/std", ("x", "mean", "std"), "(x - mean)/std"),
        ("Σ x", ("Σ", "x"), "Σ·x"),
        ("w_i x_i", ("w", "x"), "w*x"),
        ("z_1 + ∑_i z_i", ("z",), "z[0] + sum(z, axis=0)"),
        ("z_1 + ∑_i z_i", ("z", "z_1"), "z_1 + sum(z, axis=0)"),
    ],
)
def test_a_name_with_a_value_is_that_name(text: str, given: tuple[str, ...], meaning: str) -> None:
    assert read(text, *given) == meaning


REFUSED = {
    "log x/y": "'log x / …' can be read in two ways",
    "log⁻¹ x": "'log⁻¹' can be read in two ways",
    "sum(y_k - t_k)^2": "the power behind sum(…) can be read in two ways",
    "∑_{i<j} x_i": "nothing behind this sum has the letter j",
    "∑_{i=2}^n x_i": "a sum that begins at 2 cannot be read",
    "∑_i i x_i": "the letter i stands for a number, and how many there are is not known",
    "∑_t x_{t-1} + x_t": "'x_{t-1}' has a shifted index",
    "∑ W_{ij} x_j": "this sum does not say which letter it runs over",
    "|x": "this '|' is never closed",
    "(a + b).r": "'.r' is not part of a formula",
    "x + … + y": "these dots do not say what goes on",
    "x if x > 0 else": "a value is missing at the end",
    "1e-400": "this number is too small",
    "1,000 x": "a comma stands only between arguments or entries",
    "0x10": "'0x10' is not a number here",
    "x += 1 += 2": "'+=' cannot stand here",
}
"""Texts that a reader cannot tell the meaning of, and what is said."""


@pytest.mark.parametrize("text", REFUSED)
def test_what_has_two_readings_is_refused(text: str) -> None:
    with pytest.raises(GraphvizADError) as caught:
        read(text)
    assert caught.value.message.startswith(REFUSED[text])
    assert caught.value.hint
    assert caught.value.span is not None


def test_forms_of_a_chain() -> None:
    chain = "p = a = σ(w x + b) = 1/(1+e^{-(w x + b)})"
    assert [read(chain, form=form).split("; ")[0] for form in (1, 2)] == [
        "a = σ(w·x + b)",
        "a = 1/(1 + exp(-(w·x + b)))",
    ]
    with pytest.raises(GraphvizADError, match="there is no form 3: the chain has 2"):
        read(chain, form=3)


def test_sums_are_written_out() -> None:
    assert read("∑_i w_i x_i", unroll={"i": 2}) == "w_1·x_1 + w_2·x_2"
    assert (
        read("1/N ∑_{i=1}^N (w x_i - y_i)²", unroll={"i": None}, given=Given({"x": (2,)}))
        == "1/2·((w·x_1 - y_1)^2 + (w·x_2 - y_2)^2)"
    )
    assert read("p_k = e^{z_k}/∑_{j=1}^{2} e^{z_j}", unroll={"j": None}) == (
        "p_1 = exp(z_1)/(exp(z_1) + exp(z_2)); p_2 = exp(z_2)/(exp(z_1) + exp(z_2)); p = [p_1, p_2]"
    )
    with pytest.raises(GraphvizADError, match="has 9 terms; 8 are written out unasked"):
        read("∑_i x_i", unroll={"i": None}, given=Given({"x": (9,)}))
    with pytest.raises(GraphvizADError, match="there is no sum over 'k'"):
        read("∑_i x_i", unroll={"k": 3})


def test_one_model_under_two_names() -> None:
    assert read("p = σ(θ_0 + θ_1 x)", notation="deep-learning") == "a = σ(b + w_1·x)"
    assert read("a = σ(w_1 x + b)", notation="statistics") == "p = σ(θ_1·x + θ_0)"
    assert read("a = σ(θ_0 + b)", notation="deep-learning") == "a = σ(θ_0 + b)"  # b is taken


def test_a_number_has_no_entries() -> None:
    """c_t beside a given c is the next state, not an entry of it, where c is a number."""
    names = parse("c_t = f*c; h_t = c_t*h", given={"f": 1.0, "c": 0.5, "h": 2.0}).names
    assert names == ["f", "c", "c_t", "h", "h_t"]


@pytest.mark.parametrize("text", ["x'' + ω²x = 0", r"\frac{d^2x}{dt^2} + \omega^2 x = 0"])
def test_an_equation_to_be_solved_is_not_its_right_side(text: str) -> None:
    with pytest.raises(GraphvizADError, match="no value for"):
        parse(text, given=["ω"]).run(ω=2)
