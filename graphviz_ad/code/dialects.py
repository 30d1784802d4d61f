"""The three libraries: how each writes an operation, numbers and arrays."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from graphviz_ad.code.common import TEMPLATES

To = Literal["torch", "jax", "numpy"]
"""The library that code is for."""


@dataclass(frozen=True)
class Dialect:
    """One library: `np` is the prefix of its functions, `axis` and `keepdims` what it calls these options."""

    name: To
    title: str
    np: str
    axis: str
    keepdims: str
    templates: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, object] = field(default_factory=dict)

    def template(self, name: str) -> str | None:
        """Name of an operation → how it is written; None where the library has nothing for it."""
        own = self.templates.get(name)
        return own if own is not None else self.spelled(TEMPLATES[name]) if name in TEMPLATES else None

    def spelled(self, text: str) -> str:
        """A template for numpy → the same for this library."""
        if self.np == "np":
            return text
        text = text.replace("np.", f"{self.np}.")
        return text.replace("axis=", "dim=").replace("keepdims=", "keepdim=") if self.name == "torch" else text

    def array(self, node: ast.expr) -> ast.expr:
        """Nested lists of floats → an array of the library."""
        if self.name == "torch":
            kind = ast.keyword("dtype", ast.parse("torch.float64", mode="eval").body)
            return ast.Call(ast.parse("torch.tensor", mode="eval").body, [node], [kind])
        return ast.Call(ast.parse(f"{self.np}.array", mode="eval").body, [node], [])


_JAX = {
    **{name: f"jax.nn.{called}(x)" for name, called in {
        "relu": "relu", "selu": "selu", "sigmoid": "sigmoid", "softplus": "softplus", "logsigmoid": "log_sigmoid",
        "silu": "silu", "mish": "mish", "softsign": "soft_sign", "relu6": "relu6", "hardsigmoid": "hard_sigmoid",
        "hardswish": "hard_swish",
    }.items()},
    "leaky_relu": "jax.nn.leaky_relu(x, negative_slope=slope)", "elu": "jax.nn.elu(x, alpha=alpha)",
    "celu": "jax.nn.celu(x, alpha=alpha)", "gelu": "jax.nn.gelu(x, approximate=False)", "gelu_tanh": "jax.nn.gelu(x)",
    "logsumexp": "jax.nn.logsumexp(x, axis=axis, keepdims=keepdims)", "softmax": "jax.nn.softmax(x, axis=axis)",
    "softmin": "jax.nn.softmax(-x, axis=axis)", "log_softmax": "jax.nn.log_softmax(x, axis=axis)",
    "erf": "jax.scipy.special.erf(x)", "erfc": "jax.scipy.special.erfc(x)",
    "gamma": "jax.scipy.special.gamma(x)", "lgamma": "jax.scipy.special.gammaln(x)",
    "digamma": "jax.scipy.special.digamma(x)", "factorial": "jax.scipy.special.gamma(x + 1)",
    "logit": "jax.scipy.special.logit(x)", "normal_cdf": "jax.scipy.stats.norm.cdf(x)",
    "normal_pdf": "jax.scipy.stats.norm.pdf(x)", "rsqrt": "jax.lax.rsqrt(x)", "detach": "jax.lax.stop_gradient(x)",
}  # fmt: skip

_TORCH = {
    **{name: f"F.{called}(x)" for name, called in {
        "selu": "selu", "softplus": "softplus", "logsigmoid": "logsigmoid", "silu": "silu", "gelu": "gelu",
        "mish": "mish", "softsign": "softsign", "tanhshrink": "tanhshrink", "relu6": "relu6", "hardswish": "hardswish",
    }.items()},
    **{name: f"torch.{called}(x)" for name, called in {
        "asin": "asin", "acos": "acos", "atan": "atan", "asinh": "asinh", "acosh": "acosh", "atanh": "atanh",
        "erf": "erf", "erfc": "erfc", "lgamma": "lgamma", "digamma": "digamma", "rsqrt": "rsqrt", "relu": "relu",
        "sigmoid": "sigmoid", "logit": "logit", "reciprocal": "reciprocal", "trace": "trace", "diag": "diag",
        "flatten": "flatten", "normal_cdf": "special.ndtr",
    }.items()},
    "mod": "torch.remainder(x, y)", "floor_divide": 'torch.div(x, y, rounding_mode="floor")', "cbrt": "cbrt(x)",
    "gamma": "gamma(x)", "factorial": "gamma(x + 1)", "atan2": "torch.atan2(y, x)",
    "leaky_relu": "F.leaky_relu(x, negative_slope=slope)", "elu": "F.elu(x, alpha=alpha)",
    "celu": "F.celu(x, alpha=alpha)", "gelu_tanh": 'F.gelu(x, approximate="tanh")',
    "hardtanh": "F.hardtanh(x, lo, hi)", "hardsigmoid": "F.relu6(x + 3) / 6",
    "softmax": "torch.softmax(x, dim=axis)", "softmin": "F.softmin(x, dim=axis)",
    "log_softmax": "torch.log_softmax(x, dim=axis)", "logsumexp": "torch.logsumexp(x, dim=axis, keepdim=keepdims)",
    "var": "torch.var(x, dim=axis, correction=correction, keepdim=keepdims)",
    "std": "torch.std(x, dim=axis, correction=correction, keepdim=keepdims)",
    "max": "torch.amax(x, dim=axis, keepdim=keepdims)", "min": "torch.amin(x, dim=axis, keepdim=keepdims)",
    "norm": "torch.linalg.vector_norm(x, ord=p, dim=axis, keepdim=keepdims)",
    "argmax": "torch.argmax(x, dim=axis, keepdim=keepdims).double()",
    "argmin": "torch.argmin(x, dim=axis, keepdim=keepdims).double()",
    "cross": "torch.linalg.cross(x, y)", "concat": "torch.cat(xs, dim=axis)",
    "cosine_similarity": "F.cosine_similarity(x, y, dim=axis, eps=eps)", "unsqueeze": "torch.unsqueeze(x, axis)",
    "squeeze": "torch.squeeze(x, dim=axis)", "permute": "torch.permute(x, axes)", "detach": "x.detach()",
    "max_of": "torch.amax(torch.stack(xs), dim=0)", "min_of": "torch.amin(torch.stack(xs), dim=0)",
    "normal_pdf": "torch.exp(-x ** 2 / 2) / math.sqrt(2 * math.pi)",
    "bce": "-torch.mean(y * torch.log(x) + (1 - y) * torch.log(1 - x))",
    "bce_with_logits": "torch.mean(F.softplus(x) - x * y)", "hinge": "torch.mean(torch.relu(1 - x * y))",
}  # fmt: skip

DIALECTS: dict[str, Dialect] = {
    "torch": Dialect("torch", "PyTorch", "torch", "dim", "keepdim", _TORCH),
    "jax": Dialect("jax", "JAX", "jnp", "axis", "keepdims", _JAX),
    "numpy": Dialect("numpy", "NumPy", "np", "axis", "keepdims"),
}
"""The libraries by name."""
