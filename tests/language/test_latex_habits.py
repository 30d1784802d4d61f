"""LaTeX of many fields as it is pasted: what finance, physics, econometrics, documents and authors' own commands bring."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from graphviz_ad.api import parse
from graphviz_ad.errors import ParseError
from graphviz_ad.language.latex.authors import expanded
from graphviz_ad.source import Source
from tests.language.test_corpus import Entry, outcome

X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])
D, M, W = [[2.0, 0.0], [0.0, 4.0]], [[1.0, 1.0], [1.0, 0.0]], [[1.0, 2.0], [3.0, 4.0]]
Y, R, Z = [1.0, 2.0, 4.0, 3.0], [1.0, 2.0, 4.0], [0.0, 0.0, 2.0]
V = [1.0, 2.0, 0.0]
LINE = {"a": 1.0, "x": 2.0, "b": 3.0}
TWO = {"a": 4.0, "b": 2.0}
ACTIONS = {"Q(s, a)": 1.0, "α": 0.5, "r": 0.5, "γ": 0.5, "Q(s', a')": [-1.0, -2.0]}
BATCH = {"X": X, "γ": [1.0, 2.0], "β": [0.0, 1.0], "ε": 0.5}
NORMALISED = np.array([1.0, 2.0]) * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + 0.5) + np.array([0.0, 1.0])
ATTENTION = {"Q": W, "K": M, "V": W}
SCORES = np.exp(np.array([[3.0, 1.0], [7.0, 3.0]]) / 2**0.5)
SCORES /= SCORES.sum(axis=1, keepdims=True)
ROOT = np.diag([2**-0.5, 4**-0.5])


def cdf(x: float) -> float:
    """Number → the distribution function of the standard normal distribution there."""
    return math.erfc(-x / math.sqrt(2)) / 2


def density(x: float) -> float:
    """Number → the density of the standard normal distribution there."""
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


VALUES: list[tuple[str, dict[str, object], object]] = [
    # exponents in round brackets
    (r"$c = S - e^(−rT)K$", {"S": 5.0, "r": 0.5, "T": 2.0, "K": 3.0}, 5 - 3 * math.exp(-1)),
    (r"$`c = S − K e^(-rT)`$", {"S": 5.0, "r": 0.5, "T": 2.0, "K": 3.0}, 5 - 3 * math.exp(-1)),
    (r"\sigma(x) = \frac{1}{1 + e^(-x)}", {"x": 2.0}, 1 / (1 + math.exp(-2))),
    (r"y = \frac{a}{b} e^(-x/b)", LINE, math.exp(-2 / 3) / 3),
    (r"y = 2^(a+1) \cdot b", {"a": 1.0, "b": 3.0}, 12.0),
    (r"y = \frac{1}{b}(1 + x)^(a+b)", LINE, 27.0),
    (r"y = \frac{b}{2} x^(-1)", {"x": 2.0, "b": 3.0}, 0.75),
    (r"y = \frac{b}{2} e^(-(x - a)^2)", LINE, 1.5 * math.exp(-1)),
    (r"y = 10^(-2)\,b", {"b": 3.0}, 0.03),
    (r"y = 0.5^(x/2) \sqrt{b}", {"x": 2.0, "b": 3.0}, math.sqrt(3) / 2),
    # the normal distribution
    (r"$c = S N(d_1) - e^{-r}KN(d_2)$", {"S": 5.0, "r": 0.5, "d_1": 0.3, "K": 3.0, "d_2": 0.2}, 5 * cdf(0.3) - 3 * math.exp(-0.5) * cdf(0.2)),
    (r"$`c = S(0)N(d1) − e^(−rT)KN(d2)`$", {"S(0)": 5.0, "r": 0.5, "T": 2.0, "d1": 0.3, "K": 3.0, "d2": 0.2}, 5 * cdf(0.3) - 3 * math.exp(-1) * cdf(0.2)),
    (r"p = KN(-d_2) - \frac{S}{2}N(-d_1)", {"S": 5.0, "d_1": 0.3, "K": 3.0, "d_2": 0.2}, 3 * cdf(-0.2) - 2.5 * cdf(-0.3)),
    (r"P = K e^{-r} \mathcal{N}(-d_2)", {"K": 2.0, "r": 0.0, "d_2": 0.5}, 2 * cdf(-0.5)),
    (r"\Delta = N(d_{1})", {"d_1": 0.5}, cdf(0.5)),
    (r"c = N\left(\frac{\ln(S/K)}{\sigma\sqrt{T}}\right)", {"S": 2.0, "K": 1.0, "\\sigma": 1.0, "T": 1.0}, cdf(math.log(2))),
    (r"\Gamma = \frac{N'(d_1)}{S\sigma}", {"d_1": 0.5, "S": 2.0, "\\sigma": 0.5}, density(0.5)),
    (r"\Gamma = \frac{n(d_1)}{S\sigma}", {"d_1": 0.5, "S": 2.0, "\\sigma": 0.5}, density(0.5)),
    (r"\nu = S \varphi(d_1)", {"d_1": 0.5, "S": 2.0}, 2 * density(0.5)),
    (r"\lambda = \frac{\phi(z)}{1-\Phi(z)}", {"z": 1.0}, density(1) / (1 - cdf(1))),
    (r"a = \phi(z),\quad \phi(z) = \max(0,z)", {"z": 1.0}, 1.0),
    (r"y = \phi(1 + z)", {"z": 1.0, "\\phi": 2.0}, 4.0),
    (r"y = \frac1N(1 + z)", {"z": 1.0, "N": 2.0}, 1.0),
    (r"N(x) = \frac{1}{\sqrt{2\pi}} e^{-x^2/2}", {"x": 1.0}, density(1)),
    (r"f = \frac{x^{\alpha-1}(1-x)^{\beta-1}}{B(\alpha,\beta)}", {"\\alpha": 2.0, "\\beta": 2.0, "x": 0.5}, 1.5),
    # a bracket behind a power multiplies it, and one behind the bounds of a sum does not
    (r"c = e^{-rT}\left[F a - b\right]", {"r": 0.5, "T": 1.0, "F": 2.0, "a": 3.0, "b": 1.0}, 5 * math.exp(-0.5)),
    (r"c = \beta x^{2}\big[F a - 1\big]^2", {"\\beta": 1.0, "x": 3.0, "F": 2.0, "a": 3.0}, 225.0),
    (r"c = \sum_{i=1}^{n}\left[x_i - 1\right]", {"x": R}, 4.0),
    (r"r = \alpha k[A]^2[B]", {"\\alpha": 1.0, "k": 2.0, "[A]": 3.0, "[B]": 2.0}, 36.0),
    ("k[a + 1]^2 b", {"k": 2.0, "a": 3.0, "b": 2.0}, 64.0),
    ("k b[a + 1]^2", {"k": 2.0, "a": 3.0, "b": 2.0}, 64.0),
    ("b^(k)[a + 1]^2", {"k": 2.0, "a": 3.0, "b": 2.0}, 64.0),
    (r"y = \exp\left[a\right] b", TWO, 2 * math.exp(4)),
    (r"y = \log_2[a] b + \max[a, b]", TWO, 8.0),
    (r"y = \sigma\left[0 a\right] b", TWO, 1.0),
    (r"y = \exp{a}b", TWO, 2 * math.exp(4)),
    (r"y = \cos{\theta}x + \sin{\theta} \cos{\theta}", {"\\theta": 0.0, "x": 3.0}, 3.0),
    ("exp[a - 2] b", TWO, 2 * math.exp(2)),
    ("sum [a, b] b", TWO, 12.0),
    ("b^k[a]", {"k": 2.0, "a": 3.0, "b": 2.0}, 12.0),
    ("k x[1]^2", {"x": [1.0, 2.0, 3.0], "k": 2.0}, 8.0),
    # commands of authors
    (r"\newcommand{\vx}{\mathbf{x}} \newcommand{\norm}[1]{\left\lVert #1 \right\rVert} f = \norm{\vx}^2", {"\\mathbf{x}": [3.0, 4.0]}, 25.0),
    (r"\def\R{\mathbb{R}} \DeclareMathOperator{\softm}{softmax} y = \softm(z)", {"z": [0.0, 0.0]}, [0.5, 0.5]),
    (r"\renewcommand\eps{\varepsilon} y = \eps_t + \eps_{t}^2", {"\\varepsilon_t": 2.0}, 6.0),
    (r"\newcommand{\a}{\b + 1} \newcommand{\b}{x} y = 2(\a)", {"x": 2.0}, 6.0),
    (r"\DeclarePairedDelimiter{\abs}{\lvert}{\rvert} y = \abs*{x}", {"x": -2.0}, 2.0),
    # what documents do to LaTeX
    (r"f(x) = \begin{cases} x &amp; x &gt; 0 \\ 0 &amp; x &lt;= 0 \end{cases}", {"x": 3.0}, 3.0),
    (r"\\hat{y} = \\sigma(w^T x + b)", {"w": [1.0, 2.0], "x": [0.0, 0.0], "b": 0.0}, 0.5),
    (r"\\begin{aligned} y &= a x \\\\ z &= y^2 \\end{aligned}", {"a": 2.0, "x": 1.0}, 4.0),
    (r"σ(\vec{x})_i = \frac{\\e^{z_{i}}}{\\sum_{j=1}^{k} \\e^{z_{j}}}", {"z": [0.0, 0.0]}, [0.5, 0.5]),
    (r"y = 10\,000\,\alpha + 1{,}000{,}000 + 20{,}000", {"\\alpha": 1.0}, 1030000.0),
    (r"y = \alpha x \eqno(2)", {"\\alpha": 2.0, "x": 3.0}, 6.0),
    (r"{\displaystyle y_i = x_i + {\frac {1}{2}}\ \ {\text{ for }}i=1,\dotsc ,K}", {"x": [1.0, 2.0]}, [1.5, 2.5]),
    # words between formulas and legends behind them
    *(
        (rf"a = \tanh(z)\qquad\text{{{word} }} z = w^\top x", {"w": [1.0, 2.0], "x": [0.5, 0.1]}, math.tanh(0.7))
        for word in ("mit", "wobei", "avec", "où", "donde", "где", "其中", "dove")
    ),
    ("d = \\frac{1}{y}{z}^{2}\n\nwith\n\nz = 1+\\frac{y}{2}", {"y": 2.0}, 2.0),
    (r"\text{Let } u = x + y \text{ and } v = x - y. \text{ Then } w = uv", {"x": 3.0, "y": 2.0}, 5.0),
    (r"y = \frac{1}{1+e^{-z}} \quad (z = w^\top x)", {"w": [1.0, 2.0], "x": [0.0, 0.0]}, 0.5),
    ("\\begin{equation}\n  y = a x + b .\n\\end{equation}\nwhere $a$ is the slope and $b$ the intercept.", LINE, 5.0),
    (r"$y = ax + b$, where $a$ is the slope", LINE, 5.0),
    (r"Call: :math:`a d_1 - b`, where :math:`d_1=x+1` and :math:`d_2=d_1 b`", LINE, 0.0),
    (r"$R^2$ is $1 - \frac{a}{b}$", TWO, -1.0),
    (r"where :math:`a` is the slope, it is :math:`y = ax + b` with :math:`x \geq 0`.", LINE, 5.0),
    (r"#' The line \eqn{y = a x + b}{y = a*x + b} for \eqn{x \ge 0}, with \eqn{a} its slope", LINE, 5.0),
    ("#' \\deqn{y = a x\n#'   + \\frac{b}{1}}", LINE, 5.0),
    # names of values with brackets
    (r"Q(s, a) \leftarrow Q(s, a) + \alpha \left[ r + \gamma \max_{a'} Q(s', a') - Q(s, a) \right]", ACTIONS, 0.5),
    (r"Q(s,a) \gets (1 - \alpha) Q(s,a) + \alpha (r + \gamma \max_{a'} Q(s',a'))", ACTIONS, 0.5),
    ("Q(s,a) <- Q(s,a) + α [r + γ max_a' Q(s',a') - Q(s,a)]", ACTIONS, 0.5),
    ("Q(s, a) ← Q(s, a) + α (r + γ Q(s', a') - Q(s, a))", ACTIONS | {"Q(s', a')": -1.0}, 0.5),
    (r"V(s_t) \leftarrow V(s_t) + \alpha (r + \gamma V(s_{t+1}) - V(s_t))", {"V(s_t)": 2.0, "V(s_{t+1})": 4.0, "α": 0.5, "r": 1.0, "γ": 0.5}, 2.5),
    # a parameter that another statement defines
    ("k(r)=\\exp(-r),\nwhere\nr(x,x')=\\|x-x'\\|", {"x": R, "x'": R}, 1.0),
    ("f(u) = u^2\nu(x) = 3x", {"x": 2.0}, 36.0),
    (r"k(r, a) = \exp(-r/a), \quad r = \|x - x'\|", {"x": [3.0], "x'": [1.0], "a": 2.0}, math.exp(-1)),
    ("g(f) = f^2\nf(x) = x + 1\ny = f(2)", {}, 3.0),
    # entries in round brackets, and sums with one term more than what they are divided by
    (r"\frac{1}{H{\times}W} \sum_{i=1}^{H}\sum_{j=1}^{W} (A(i,j) - B(i,j))^{2}", {"A": W, "B": M}, 21 / 4),
    ("1/(m n) sum_{i=1}^m sum_{j=1}^n |A(i, j) - B(i, j)|", {"A": W, "B": M}, 7 / 4),
    (r"r_i = \sum_{j=1}^{n} A(i,j)", {"A": W}, [3.0, 7.0]),
    (r"\frac{1}{N} \sum_{i=0}^N (y_i - x_i)^2", {"y": Y, "x": [0.0, 0.0, 0.0, 1.0]}, 25 / 4),
    (r"\frac{\sum_{i=0}^{n}{(y_i - x_i)}}{n}", {"y": Y, "x": [0.0, 0.0, 0.0, 2.0]}, 2.0),
    ("1/n Σ_{i=0}^{n} y_i", {"y": Y}, 2.5),
    ("1/n Σ_{i=0}^{n} y_i", {"y": Y, "n": 3}, 10 / 3),
    # a batch below E, Var, μ and σ; what a given value is
    (r"\gamma \cdot \frac{X - \text{E}_B[X]}{\sqrt{\text{Var}_{B}[X] + \epsilon}} + \beta", BATCH, NORMALISED),
    (r"\gamma \cdot \frac{X - \mathbb{E}_{\mathcal{B}}[X]}{\sqrt{\mathrm{Var}_{\mathcal{B}}[X] + \epsilon}} + \beta", BATCH, NORMALISED),
    (r"\gamma \odot \frac{X - \mu_B}{\sqrt{\sigma_B^2 + \epsilon}} + \beta", BATCH, NORMALISED),
    ("γ * (X - E_B[X])/sqrt(Var_B[X] + ε) + β", BATCH, NORMALISED),
    (r"m = \text{E}_B[x] + \mathrm{Var}_B[x]", {"x": Y}, 2.5 + 1.25),
    (r"\hat{x}_i = \frac{x_i - \mu_B}{\sigma_B}", {"x": [1.0, 3.0]}, [-1.0, 1.0]),
    (r"L = -\sum_{n=1}^{N} y_n \log \hat{p}_n, \qquad \hat{p}_n = P(y_n = 1 \mid x_n).", {"y": [1.0, 1.0], "\\hat{p}": [1.0, math.exp(-1)]}, 1.0),
    (r"L = -\log p, p = P(y=1|x)", {"p": math.exp(-1)}, 1.0),
    (r"L = -\log p, p = P(y=1|x)", {"P(y=1|x)": math.exp(-1)}, 1.0),
    # the number of columns of K
    (r"\mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right) V", ATTENTION, SCORES @ np.array(W)),
    (r"\mathrm{softmax}(d_{k}^{-1/2} QK^\top) V", ATTENTION, SCORES @ np.array(W)),
    ("softmax(Q @ K.T / np.sqrt(d_k)) @ V", ATTENTION, SCORES @ np.array(W)),
    ("s = Q Kᵀ / √d\na = softmax(s) V", ATTENTION, SCORES @ np.array(W)),
    (r"e_{ij} = \frac{q_i^\top k_j}{\sqrt{d_k}}", {"q": W, "k": M}, np.array([[3.0, 1.0], [7.0, 3.0]]) / 2**0.5),
    (r"s = \frac{q^\top k}{\sqrt{d_k}}", {"q": Y, "k": Y}, 15.0),
    (r"s = \frac{q^\top k}{\sqrt{d_k}}", {"q": Y, "k": Y, "d_k": 9.0}, 10.0),
    (r"The loss is $L = (x - p)^2$, where $p = a + b$ and $b > 0$.", LINE, 4.0),
    ("$$y = ax + b$$\n其中 $a$ 是斜率，$b$ 是截距。", LINE, 5.0),
    (r"$y = ax + b$ and $z = y^2$", LINE, 25.0),
    (r"y = a \cdot b \text{ (Gl. 3)}", TWO, 8.0),
    (r"y = a \cdot b \quad [\mathrm{kg}]", TWO, 8.0),
    (r"\min_{w} \frac{1}{2}\|w\|^2 \quad \text{s.t.}\quad y_i(w^Tx_i+b)\geq 1", {"w": [3.0, 4.0]}, 12.5),
    # units
    (r"E_n = -\frac{13.6 \, \text{eV}}{n^2}", {"n": 2.0}, -3.4),
    (r"\lambda = \frac{500~\text{nm}}{n}", {"n": 2.0}, 250.0),
    (r"F = m \cdot 9.81\,\mathrm{m/s^2}", {"m": 2.0}, 19.62),
    (r"x = 3\,\text{m} + \text{m}", {"m": 2.0}, 8.0),
    (r"n_1 = 2 \text{ items}", {"items": 2.0}, 4.0),
    # ∀ and ∈
    (r"x \in \mathbb{R}^n, y = \|x\|_2", {"x": [3.0, 4.0]}, 5.0),
    (r"x \in \mathbb{R}^n,\ w \in \mathbb{R}^n,\ y = w^\top x", {"x": [3.0, 4.0], "w": [1.0, 1.0]}, 7.0),
    (r"\forall i \in \{1, \ldots, n\}: \quad y_i = 2x_i", {"x": [2.0, 3.0]}, [4.0, 6.0]),
    (r"y_i = 2x_i \quad \forall i = 1, \ldots, n", {"x": [2.0, 3.0]}, [4.0, 6.0]),
    (r"\hat y_i=\theta_0+x_i\quad i=1,2,\ldots,n", {"\\theta_0": 1.0, "x": [1.0, 2.0]}, [2.0, 3.0]),
    (r"f(x) = \begin{cases} 1 & x \in [0, 1] \\ 3 & x \notin [0,1]\end{cases}", {"x": 2.0}, 3.0),
    # conditions in words
    *(
        (rf"f = \begin{{cases}} 1 & \text{{{words}}} \\ 3 & \text{{{other}}} \end{{cases}}", {"spam": holds}, 3.0 - 2 * holds)
        for words, other in (("if spam", "otherwise"), ("spam", "else"), ("falls spam", "sonst"), ("si spam", "sinon"))
        for holds in (0.0, 1.0)
    ),
    (r"y = \begin{cases} r & \text{for terminal } s_t \\ r + 1 & \text{otherwise} \end{cases}", {"r": 1.0, "terminal": 0.0}, 2.0),
    (r"y = \begin{cases} r & \text{if } t \\ r + 1 & \text{otherwise} \end{cases}", {"r": 1.0, "t": 1.0}, 1.0),
    # binomial coefficients, remainders, inner products
    (r"P = {n \choose k} p^k (1-p)^{n-k}", {"n": 4.0, "k": 2.0, "p": 0.5}, 0.375),
    (r"h = (a x + b) \bmod m", {**LINE, "m": 4.0}, 1.0),
    (r"y = 1 + \left(\frac{x}{2} \bmod 3\right)^2", {"x": 7.0}, 1.25),
    (r"x_{n+1} = (a x_n + c) \pmod{m}", {"a": 2.0, "x_n": 7.0, "c": 1.0, "m": 4.0}, 3.0),
    (r"y = \langle x | y\rangle", {"x": [1.0, 2.0], "y": [3.0, 4.0]}, 11.0),
    # sums with a bound and a condition
    (r"\sum_{i=1,i\neq k}^{n} x_i", {"x": R, "k": 2}, 5.0),
    (r"\sum_{\substack{i=1 \\ i \neq k}}^{n} (x_i+1)", {"x": R, "k": 2}, 7.0),
    (r"s = \sum_{i=1}^{n} \sum_{\substack{j=1\\ j\ne i}}^{n} x_i x_j", {"x": R}, 28.0),
    (r"s = \sum_{1\le i<j\le n} x_i x_j", {"x": R}, 14.0),
    (r"\ell_i = \prod_{j=0, j \neq i}^n \frac{z-x_j}{x_i-x_j}", {"x": R, "z": 3.0}, [-1 / 3, 1.0, 1 / 3]),
    (r"L = \sum_{i=0}^{n} y_i \prod_{\substack{0\le j\le n \\ j \neq i}} \frac{z-x_j}{x_i-x_j}", {"x": R, "y": [1.0, 2.0, 3.0], "z": 3.0}, 8 / 3),
    (r"\sum_{\substack{i,j\\i\neq j}} x_ix_j", {"x": R}, 28.0),
    # sums above and below a line
    (r"d=\frac{\sum_{t=2}^T(e_t-e_{t-1})^2}{\sum_{t=1}^Te_t^2}", {"e": R}, 5 / 21),
    (r"r = \frac{\sum_{t=k+1}^{T}(y_t-\bar y)(y_{t-k}-\bar y)}{\sum_{t=1}^{T}(y_t-\bar y)^2}", {"y": Y, "k": 1}, 0.75 / 5),
    # left sides
    (r"p(x) = \binom{n}{k}p^k(1-p)^{n-k}", {"n": 4.0, "k": 2.0, "p": 0.5}, 0.375),
    (r"p(x) = p_0 e^{-x}", {"p_0": 2.0, "x": 0.0}, 2.0),
    (r"\hat{x}_k+1 = A \hat{x}_k", {"A": 2.0, "\\hat{x}_k": 3.0}, 6.0),
    (r"\operatorname{score}(\{q\}, k) = q k", {"q": 1.0, "k": 2.0}, 2.0),
    (r"\begin{bmatrix} x' \\ y' \end{bmatrix} = \begin{bmatrix} 0 & -1 \\ 1 & 0 \end{bmatrix} \begin{bmatrix} x \\ y \end{bmatrix}", {"x": 1.0, "y": 2.0}, [-2.0, 1.0]),
    ("P_{k}^{-} = F P_{k-1}^{+} F^{T}", {"F": 2.0, "P_{k-1}^{+}": 3.0}, 12.0),
    (r"\mathbb{P} = \alpha", {"\\alpha": 2.0}, 2.0),
    (r"M = \left[ \begin{matrix} 1 && x \\ x && 2 \end{matrix} \right]", {"x": 3.0}, [1.0, 3.0, 3.0, 2.0]),
    (r"d = \ln\left(\frac{\det\Sigma_1}{\det\Sigma_0}\right)", {"\\Sigma_1": D, "\\Sigma_0": [[1.0, 0.0], [0.0, 1.0]]}, math.log(8)),
    # vectors in space
    (r"\vec{F} = q(\vec{E} + \vec{v} \times \vec{B})", {"q": 2.0, "\\vec{E}": [1.0, 0.0, 0.0], "\\vec{v}": V, "\\vec{B}": Z}, [10.0, -4.0, 0.0]),
    (r"a = \boldsymbol\omega \times (\boldsymbol\omega \times \mathbf{r})", {"\\boldsymbol\\omega": Z, "\\mathbf{r}": V}, [-4.0, -8.0, 0.0]),
    (r"\mathbf{W} \times \mathbf{x}", {"\\mathbf{W}": W, "\\mathbf{x}": [1.0, 1.0]}, [3.0, 7.0]),
    # powers of matrices
    (r"Y = (\tilde D^{-1/2}\tilde A\tilde D^{-1/2})^K X", {"\\tilde D": D, "\\tilde A": M, "K": 3, "X": W}, np.linalg.matrix_power(ROOT @ M @ ROOT, 3) @ W),
    (r"S = (X \odot Y)^2", {"X": W, "Y": W}, np.array(W) ** 4),
    # means of rows, values that are given for calls
    (r"S = \frac{1}{n-1}\sum_{i=1}^n (x_i-\bar{x})(x_i-\bar{x})^\top", {"x": X.tolist()}, np.cov(X.T)),
    (r"d = \sum_{i,j} (x_{ij}-\bar{x})^2", {"x": X.tolist()}, ((X - X.mean()) ** 2).sum()),
    (r"s = \frac{E[R_p] - R_f}{\sigma_p}", {"E[R_p]": 0.5, "R_f": 0.1, "\\sigma_p": 0.2}, 2.0),
    (r"v = a^2\operatorname{Var}(X)", {"a": 2.0, "\\operatorname{Var}(X)": 3.0}, 12.0),
    (r"tfidf(t,d) = tf(t,d) \cdot idf(t)", {"tf(t,d)": 3.0, "idf(t)": 5.0}, 15.0),
    (r"v=\frac{V_{\max}[S]}{K_M+[S]}", {"V_{\\max}": 2.0, "[S]": 1.0, "K_M": 1.0}, 1.0),
    # binomial coefficients as columns, rows in braces, vectors of numbers
    (r"P = \left(\begin{array}{c}{n} \\ {k}\end{array}\right) p^k(1-p)^{n-k}", {"n": 4.0, "k": 2.0, "p": 0.5}, 0.375),
    (r"P = \begin{pmatrix}n\\k\end{pmatrix} p^{k}", {"n": 4.0, "k": 2.0, "p": 0.5}, 1.5),
    (r"v = \begin{pmatrix}a\\b\end{pmatrix} c^{2}", {**TWO, "c": 2.0}, [16.0, 8.0]),
    (r"y = \left[ \matrix{ 1 & a \cr 0 & 1 } \right] \pmatrix{x\cr b}", {"a": 2.0, "x": 1.0, "b": 2.0}, [5.0, 2.0]),
    (r"f(x) = \cases{ x^2, & \text{if } x > 0 \\ 0, & \text{otherwise} }", {"x": 2.0}, 4.0),
    (r"\boldsymbol{x} = (1, 2, 1) \\ y = \boldsymbol{w}^\top\boldsymbol{x}", {"\\boldsymbol{w}": [1.0, 1.0, 1.0]}, 4.0),
    (r"\left\{\begin{matrix} y=r\cos\phi\\ z=r\sin\phi + y \end{matrix}\right.", {"r": 1.0, "\\phi": 0.0}, 1.0),
    # names and remarks
    (r"y = \bbeta^\top \bx", {"\\bbeta": [1.0, 2.0], "\\bx": [1.0, 1.0]}, 3.0),
    (r"k = \prod_{i=1}^d x^{\prime(i)}", {"x'": [2.0, 3.0]}, 6.0),
    (r"t := t - \alpha \quad \text{(update all } t \text{ at once)}", {"t": 1.0, "\\alpha": 0.25}, 0.75),
    (r"y = \alpha + b \hspace{2em} \cdots (1)", {"\\alpha": 1.0, "b": 2.0}, 3.0),
    (r"y = x_1 + x_2 + \cdot\cdot\cdot + x_n", {"x": R}, 7.0),
    ("y = \\alpha / (1 + b)\\", {"\\alpha": 1.0, "b": 3.0}, 0.25),
    # tags round formulas
    *(
        (begin + r"y = \frac{a}{b}" + end, TWO, 2.0)
        for begin, end in (
            ("$`", "`$"), ("The ratio is $`", "`$ here."), ("<math>", "</math>"), ("[latex]", "[/latex]"), ("[tex]", "[/tex]"),
            (r"[math]\displaystyle{ ", " }[/math]"), ("$latex ", "$"), ("<p>$", "$</p>"),
        )
    ),
]  # fmt: skip

REFUSED: list[tuple[str, dict[str, object], str]] = [
    (r"a = \phi(z)", {"z": 1.0}, "there is no function"),
    (r"y = \frac{1}{2} (1 + x)^(n)", {"x": 2.0, "n": 1.0}, "missing"),
    (r"y = \frac{1}{2} x^(n+1)", {"x": 2.0, "n": 1.0}, "missing"),
    (r"z = \mu + \Phi^{-1}(\alpha)", {"\\mu": 0.0, "\\alpha": 0.5}, "quantile"),
    (r"X_k = \sum_{n=0}^{N-1} x_n e^{-\frac{2\pi i}{N}kn}", {"x": Y, "N": 4, "k": 2}, "complex numbers"),
    (r"The derivative of $x^2$ is $2x$.", {"x": 3.0}, "several formulas without a name"),
    (r"h = \frac{W^T x}{\sqrt{d}}", {"W": W, "x": [1.0, 2.0]}, "no value for 'd'"),
    (r"\frac{1}{N} \sum_{i=0}^N a_i x^i", {"a": Y, "x": 2.0}, "no value for 'N'"),
    (r"\frac{1}{N+1} \sum_{i=0}^N a_i", {"a": Y}, "no value for 'N'"),
    (r"z = \frac{x - \mu_B}{\sigma_B}", {"x": 2.0}, "no value for 'μ_B'"),
    (r"f = \begin{cases} 1 & \text{if spam} \\ 0 & \text{otherwise} \end{cases}", {}, "no value for 'spam'"),
    (r"h = a x + b \bmod m", {**LINE, "m": 4.0}, "two ways"),
    (r"a \equiv b \pmod{n}", {"a": 1.0, "b": 4.0, "n": 3.0}, "cannot be computed"),
    (r"y = \mathbb{1}[x \in A]", {"x": 0.5}, "in a set"),
    (r"\frac{\sum_{t=1}^{n-1} (x_t - \bar x)}{\sum_{t=1}^n x_t}", {"x": Y}, "n is not known"),
    (r"\sum_{t=2}^{n} x_{t-1}^2 / \sum_{s=2}^n x_s^2", {"x": Y}, "n is not known"),
    (r"\frac1N\sum_i x_i^{(j)} x_i^{(k)} + \text{mean}(x^{(j)})", {"x^{(j)}": R, "x^{(k)}": R[::-1], "N": 3}, "one name"),
    (r"z = \alpha w \times x", {"\\alpha": 1.0, "w": R, "x": R}, "two ways"),
    (r"\newcommand{\a}{\a + 1} y = \a", {}, "itself in it"),
    (r"\newcommand{\a}[2]{#1 + #2} y = \a{x}", {"x": 1.0}, "too few arguments"),
    (r"\newcommand{\a} y = x", {"x": 1.0}, "cannot be read"),
    (r"y = 1{,}234 x", {"x": 1.0}, "missing"),
]  # fmt: skip


def entry(text: str, inputs: dict[str, object], value: object) -> Entry:
    """Formula, inputs and the value that is meant → an entry of a corpus."""
    expected = np.asarray(value, dtype=float).ravel().tolist()
    return {"id": "", "text": text, "source": "", "inputs": inputs, "value": expected, "error": None, "note": None}


@pytest.mark.parametrize(("text", "inputs", "value"), VALUES, ids=[text for text, _, _ in VALUES])
def test_what_is_meant_is_computed(text: str, inputs: dict[str, object], value: object) -> None:
    result = outcome(entry(text, inputs, value))
    assert result.kind == "read", f"{result.value}: {result.message}"


@pytest.mark.parametrize(("text", "inputs", "words"), REFUSED, ids=[text for text, _, _ in REFUSED])
def test_what_is_not_computed_is_refused_with_a_word(text: str, inputs: dict[str, object], words: str) -> None:
    result = outcome(entry(text, inputs, math.nan))
    assert result.kind == "refused"
    assert words in result.message
    assert "hint: " in result.message


def place(text: str, given: Sequence[str] = ()) -> str:
    """A formula that is refused → what the caret points at."""
    with pytest.raises(ParseError) as caught:
        parse(text, given=dict.fromkeys(given, 1.0))
    assert caught.value.source is not None
    assert caught.value.span is not None
    return caught.value.source.text[slice(*caught.value.span)]


def test_places_with_commands_of_authors_are_those_of_the_author() -> None:
    text = r"\newcommand{\vx}{\mathbf{x}} y = 2\vx + \frac{1"
    assert place(text) == "{"
    graph = parse(r"\newcommand{\half}[1]{\frac{#1}{2}} y = \half{a} + b")
    assert graph.program.source.text.endswith(r"y = \half{a} + b")
    assert graph.program.source.text[slice(*graph.program.statements[0].span)] == r"\half{a} + b"


def test_a_definition_that_grows_without_end_is_an_error() -> None:
    text = r"\newcommand{\a}{\b\b\b\b\b\b\b\b} \newcommand{\b}{\c\c\c\c\c\c\c\c} \newcommand{\c}{\d\d\d\d\d\d\d\d} \newcommand{\d}{x} y=\a"
    with pytest.raises(ParseError, match="itself in it, or stands for too much"):
        expanded(Source(text), 300)


def test_what_is_read_in_one_of_several_ways_is_said() -> None:
    notes = {
        r"\Delta = N(d_1)": "normal distribution",
        r"E = 13.6\,\text{eV} \cdot d_1": "unit eV",
        r"\min_w d_1 \quad \text{s.t.}\ w \ge 1": "constraints",
        r"y_i = 2d_1 \quad \forall i \in S": "left out",
    }
    for text, words in notes.items():
        assert any(words in note for note in parse(text, given={"d_1": 1.0}).notes), text


@pytest.mark.parametrize(
    "text", [r"y = \defb{x} + newcommand{\a}{x}", r"y = \text{} \sigma(x)", r"y = \newcommand\def"]
)
def test_what_only_looks_like_a_definition_ends(text: str) -> None:
    result = outcome(entry(text, {"x": 1.0}, math.nan))
    assert result.kind in ("refused", "noted", "misread")
