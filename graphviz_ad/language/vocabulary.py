"""What a reader of formulas knows before the first line: the operations' names, and which names have values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

_MIN_LETTERS = 2
"""Letters of an operation's name from which on it is known in any case: EXP(x), ReLU(x); E(x) is no exp."""


@dataclass(frozen=True)
class Vocabulary:
    """Says which names are operations, and which are values.

    `functions` are the operations by name, True where one has a single argument and may stand before it without
    brackets, as log in `log p`; `options` are the names of their options. `values` are names for which a value is
    given: they are values also where an operation is called so; `shapes` and `whole` are the shapes of these, and the
    whole numbers among them, where they are known. `is_typed` is False for what was LaTeX, where h_t-1 is h_t less 1.
    """

    functions: Mapping[str, bool] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Set[str] = frozenset()
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    whole: Mapping[str, int] = field(default_factory=dict)
    is_typed: bool = True

    @cached_property
    def _any_case(self) -> dict[str, str]:
        """→ Operations by their names in small letters."""
        folded: dict[str, str] = {}
        for name in self.functions:
            if len(name) >= _MIN_LETTERS:
                folded.setdefault(name.casefold(), name)
        return folded

    def function(self, name: str) -> str | None:
        """Name as typed → the operation's name, None where it is none or has a value."""
        return None if name in self.values else self.operation(name)

    def operation(self, name: str) -> str | None:
        """Name as typed → the operation's name, None where it is none."""
        if name in self.functions:
            return name
        return self._any_case.get(name.casefold()) if len(name) >= _MIN_LETTERS else None

    def spelling(self, name: str) -> str:
        """Name as typed → the same where the table has it so, the operation's name where it has that, else as typed."""
        return name if name in self.functions else self.function(name) or name

    def given(self, names: Set[str]) -> Vocabulary:
        """Names for which values are given → the same vocabulary with these."""
        return replace(self, values=frozenset(names)) if names else self

    def with_functions(self, names: Iterable[str]) -> Vocabulary:
        """Names of functions besides those of the table → the same vocabulary with these."""
        more = dict.fromkeys(names, False)
        return replace(self, functions={**self.functions, **more}) if more else self


EMPTY = Vocabulary()
"""For texts in which every name before a bracket is a call: the derivatives and definitions of the table."""

LIBRARIES = frozenset((
    "np", "numpy", "jnp", "jax", "torch", "tf", "math", "nn", "F", "K", "T", "scipy", "sp", "cupy", "keras", "tt",
    "Math", "npf", "SpecialFunctions",
    "self", "this", "theano", "tensor", "paddle", "cp", "cvxpy", "cvx",
    "mxnet", "nd", "chainer", "cntk", "st", "stats", "special", "statistics",
))  # fmt: skip
"""Names of modules before a dot."""

POPULATION = frozenset(("np", "numpy", "jnp", "jax", "cupy", "tf", "keras", "K"))
"""Those of the modules whose var and std divide by n."""

INVERSES = {
    "sin": "asin", "cos": "acos", "tan": "atan", "sinh": "asinh", "cosh": "acosh", "tanh": "atanh",
}  # fmt: skip
"""Functions whose power of -1 is their inverse."""

OVER_AXIS = frozenset(
    ("sum", "mean", "prod", "std", "var", "cumsum", "max", "min", "size", "softmax", "log_softmax", "logsumexp")
)
"""Operations whose axis may stand second, or is called dims."""

SUMS = {"∑": "sum", "Σ": "sum", "∏": "prod", "Π": "prod"}
"""Signs of operations over all entries, or over what the letter below them stands for."""
LETTERED = {
    "sum": "sum", "prod": "prod", "mean": "mean", "max": "max", "min": "min", "Sum": "sum", "SUM": "sum",
    "Prod": "prod", "PROD": "prod", "product": "prod", "Product": "prod",
}  # fmt: skip
"""Words that may have such a letter below them too, sum_i, Product_j, with the operations that they are."""

LOG_NOTE = "LOG is the logarithm to base 10, as spreadsheets have it; LN is the natural one"
"""What is said of LOG(x) in a spreadsheet."""
TRUTH = {"True": 1.0, "False": 0.0, "M_E": math.e}
"""Constants of programs that are numbers."""
LOGIC = frozenset(("and", "or", "not"))
"""Words that join conditions."""

GATES = frozenset(("g", "a", "l", "f", "o"))
"""Letters below σ with which it is the sigmoid; σ_h and σ_c are tanh to many."""

LOGARITHMS = {
    "log₂": "log2", "log_2": "log2", "log_{2}": "log2", "log₁₀": "log10", "log_10": "log10", "log_{10}": "log10",
    "log_e": "log", "log_{e}": "log",
}  # fmt: skip
"""Logarithms with their bases below them."""

COVARIANCES = frozenset(("cov", "Cov", "COV", "COVAR"))
"""Names of the covariance of two arrays."""
CORRELATIONS = frozenset(("cor", "corr", "Cor", "Corr", "corrcoef", "CORREL", "PEARSON"))
"""Names of the correlation of two arrays."""
ROOTS_OF_SQUARES = frozenset(("rms", "RMS", "Rms"))
"""Names of the root of the mean of squares."""
LOSSES_OF_LOGITS = frozenset((
    "softmax_cross_entropy_with_logits", "softmax_cross_entropy_with_logits_v2", "sigmoid_cross_entropy_with_logits",
))  # fmt: skip
"""TensorFlow's losses of each example."""
DEGREES = frozenset(("degrees", "rad2deg"))
"""Names of an angle in degrees."""
RADIANS = frozenset(("radians", "deg2rad", "toRadians", "degToRad", "degreesToRadians"))
"""Names of an angle of degrees."""
MEASURES = COVARIANCES | CORRELATIONS | ROOTS_OF_SQUARES | LOSSES_OF_LOGITS | DEGREES | RADIANS
"""Names of all of them."""

COVARIANCE_OF_ROWS, COVARIANCE_OF_COLUMNS = "cov of rows", "cov of columns"
"""What the covariance of one matrix is called until its shape is known: numpy's, that of R and MATLAB."""
AT_LABELS = "at labels"
"""What holds of the entry of each row that its label says, as in p[arange(n), y] = 0."""
JOINED = frozenset(("cbind", "rbind", "column_stack", "row_stack", "hstack", "vstack"))
"""Functions that put vectors and matrices beside each other as columns or rows."""
REPEATED = frozenset(("rep", "full"))
"""Functions that repeat one value."""
GOALS = frozenset(("Minimize", "Maximize", "minimize", "maximize", "Minimise", "Maximise", "minimise", "maximise"))
"""Names that say what is to be done with an objective."""
REWRITTEN = frozenset(
    ("simplify", "expand", "nsimplify", "trigsimp", "logcombine", "Simplify", "FullSimplify", "Expand")
)
"""Functions of computer algebra whose result has the value of what is in them."""
CVX_KL = "kl_div of two values"
"""What scipy's and CVXPY's kl_div is called, x log(x/y) - x + y entry by entry."""
OBJECTIVES = GOALS | REWRITTEN | frozenset((
    "xlogy", "xlog1py", "diff",
    "sum_squares", "sumsq", "sum_square", "sum_entries", "max_entries", "min_entries", "log_sum_exp", "norm1",
    "norm_1", "norm2", "normInf", "norm_inf", "norminf", "quad_form", "quad_over_lin", "pos", "inv_pos", "square_pos",
    "entr", "rel_entr", CVX_KL, "ncol", "NCOL", "NROW",
))  # fmt: skip
"""Functions of tools for optimisation, and of MATLAB and R, that are written out."""
ASKED = frozenset(("D", "grad", "deriv", "derivative", "Derivative", "jacobian", "hessian", "ForwardDiff"))
"""Functions that ask for a derivative."""
BUILT_IN = frozenset((
    "dnorm", "pnorm", "plogis", "qlogis", "sd", "crossprod", "tcrossprod", "trapz", "trapezoid", "polyval", "cumprod",
    "PMT", "PV", "FV", "NPV", "norm_logpdf", "normlogpdf", "rep",
))  # fmt: skip
"""Functions that R, MATLAB, numpy and spreadsheets have built in, and that are written out."""
