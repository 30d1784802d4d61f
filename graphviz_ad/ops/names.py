"""What numpy, torch, jax, tensorflow, spreadsheets and textbooks call the operations and their options.

Only names under which the same thing is computed from the same arguments: Keras's binary_crossentropy takes the target
first, Excel's LOG is to base 10, and numpy's var divides by n, so none of these is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from graphviz_ad.ops.operation import Operation

NAMES: Mapping[str, str] = {
    "subtract": "sub", "multiply": "mul", "divide": "div true_divide truediv",
    "negate": "negative", "mod": "modulo MOD", "exp": "EXP expf",
    "square": "abs2", "log": "LN logf", "log10": "lg LOG10", "sqrt": "SQRT sqrtf",
    "abs": "absolute fabs fabsf ABS", "sign": "sgn signum SIGN", "ceil": "ceiling", "round": "rint", "sin": "SIN",
    "cos": "COS", "tan": "tg TAN", "cot": "ctg", "atan": "arctg", "tanh": "Tanh TANH tanhf",
    "normal_cdf": "normcdf NORMSDIST", "normal_pdf": "normpdf", "sigmoid": "expit logistic sigm Sigmoid",
    "logsigmoid": "log_sigmoid", "softplus": "Softplus", "silu": "SiLU Swish", "gelu": "GELU", "mish": "Mish",
    "softsign": "soft_sign", "leaky_relu": "LeakyReLU lrelu", "elu": "ELU", "selu": "SELU", "celu": "CELU",
    "prelu": "PReLU", "relu6": "ReLU6", "hardtanh": "hard_tanh", "hardsigmoid": "hard_sigmoid",
    "hardswish": "hard_swish hard_silu", "clamp": "clip_by_value", "where": "ifelse if_else",
    "sum": "reduce_sum SUM summation",
    "mean": "average reduce_mean AVERAGE", "prod": "reduce_prod PRODUCT", "max": "fmax fmaxf amax reduce_max MAX",
    "min": "fmin fminf amin reduce_min MIN", "var": "VAR", "std": "stddev stdev STDEV", "norm": "vector_norm l2_norm",
    "logsumexp": "lse LSE LogSumExp reduce_logsumexp", "softmax": "Softmax", "log_softmax": "logsoftmax LogSoftmax",
    "layer_norm": "layernorm LayerNorm standardize", "batch_norm": "batchnorm BatchNorm",
    "rms_norm": "rmsnorm RMSNorm", "matmul": "mm mv bmm MMULT",
    "dot": "vdot inner inner_product dot_product SUMPRODUCT", "outer": "outer_product", "transpose": "TRANSPOSE",
    "diag": "diagonal", "det": "determinant MDETERM", "inv": "MINVERSE", "cross": "cross_product",
    "cosine_similarity": "cos_sim",
    "maximum": "pmax", "minimum": "pmin",
    "len": "length nrow", "concat": "concatenate cat", "reshape": "view", "mse": "mse_loss mean_squared_error MSE",
    "mae": "l1_loss mean_absolute_error MAE", "huber": "huber_loss", "smooth_l1": "smooth_l1_loss SmoothL1",
    "rmse": "root_mean_squared_error RMSE", "hinge": "hinge_loss", "bce": "binary_cross_entropy BCE",
    "bce_with_logits": "binary_cross_entropy_with_logits", "cross_entropy": "cross_entropy_loss", "nll": "nll_loss",
}  # fmt: skip
"""Names by operation, besides those that stand in its row."""

OPTIONS: Mapping[str, Mapping[str, str]] = {
    "clamp": {"min": "lo", "max": "hi", "a_min": "lo", "a_max": "hi"},
    "hardtanh": {"min_val": "lo", "max_val": "hi"},
    "leaky_relu": {"negative_slope": "slope", "alpha": "slope"},
    "var": {"ddof": "correction", "unbiased": "correction"},
    "std": {"ddof": "correction", "unbiased": "correction"},
    "norm": {"ord": "p"},
    "reshape": {"newshape": "shape"},
}
"""Names of options by operation, besides those that are the same for all."""


def named(row: Operation) -> Operation:
    """Operation → the row with all names it goes by."""
    names = (*row.aliases, *NAMES.get(row.name, "").split())
    return replace(row, aliases=names, option_aliases={**OPTIONS.get(row.name, {}), **row.option_aliases})
