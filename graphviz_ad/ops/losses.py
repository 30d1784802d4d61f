"""Losses: what a network's output x is worth beside the target y, as one number, the mean over all entries.

Where the last axis runs over classes, it is the sum over the classes and the mean over the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from graphviz_ad.language.markup import Words, X, below
from graphviz_ad.language.notation import Notation
from graphviz_ad.language.numbers import is_known
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.functions import magnitude
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.reductions import log_softmax
from graphviz_ad.ops.writing import applied, equation, function, word
from graphviz_ad.values import Array, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = lazy("numpy")


def one_hot(y: Array, like: Array) -> Array:
    """Class indices → rows with a 1 at the class, in the shape of `like`; what has that shape already stays.

    Raises ValueError where an index is not a whole number or no class.
    """
    if np.ndim(y) == np.ndim(like):
        return y
    classes = np.shape(like)[-1]
    rows: Array = np.multiply(np.arange(classes) == np.expand_dims(_classes(y, classes), -1), 1.0)
    return rows


def _classes(y: Array, classes: int) -> NDArray[np.int_]:
    if not is_known(y):
        return y  # type: ignore[return-value]
    index = np.real(y)
    if np.any((index != np.floor(index)) | (index < 0) | (index >= classes)):
        raise ValueError(f"a class is a whole number from 0 to {classes - 1}")
    return np.asarray(index, dtype=int)


def batch(x: Array) -> float:
    """How many rows a loss is the mean of: a vector is one row."""
    return float(np.shape(x)[0]) if np.ndim(x) > 1 else 1.0


def _entries_of_classes(x: Array, y: Array) -> Array:
    """The entry of each row of x at its class."""
    index = np.expand_dims(_classes(y, np.shape(x)[-1]), -1)
    return np.take_along_axis(x, index, axis=-1)[..., 0]


def _fit(name: str, x: Array, y: Array, *, soft: bool) -> None:
    """Refuse shapes that are no rows of classes with a target for each: ValueError with what to give."""
    rows = np.shape(x)[:-1]
    if np.ndim(x) not in (1, 2) or (np.shape(y) != rows and not (soft and np.shape(y) == np.shape(x))):
        also = ", or one-hot rows as long as those of x" if soft else ""
        raise ValueError(f"{name} takes a vector or rows x, and for y one class for each row{also}")


def _cross_entropies(x: Array, y: Array) -> Array:
    _fit("cross_entropy", x, y, soft=True)
    logs = log_softmax(x)
    entropies: Array = -np.sum(y * logs, axis=-1) if np.ndim(y) == np.ndim(x) else -_entries_of_classes(logs, y)
    return entropies


def _cross_entropy(x: Array, y: Array) -> Result:
    return np.mean(_cross_entropies(x, y))


def _nll(x: Array, y: Array) -> Result:
    _fit("nll", x, y, soft=False)
    return np.mean(-_entries_of_classes(x, y))


def _huber(x: Array, y: Array, delta: float) -> Result:
    apart = magnitude(x - y)
    return np.mean(np.where(np.real(apart) <= delta, apart * apart / 2, delta * (apart - delta / 2)))


def _smooth_l1(x: Array, y: Array, beta: float) -> Result:
    apart = magnitude(x - y)
    return np.mean(np.where(np.real(apart) < beta, apart * apart / 2 / beta, apart - beta / 2))


def _log_bounded(x: Array) -> Array:
    """log, but no less than -100."""
    logarithm = np.log(x)
    return np.where(np.real(logarithm) < -100, -100.0, logarithm)


def _binary_entropies(x: Array, y: Array) -> Array:
    entropies: Array = -(y * _log_bounded(x) + (1 - y) * _log_bounded(1 - x))
    return entropies


def _bce(x: Array, y: Array) -> Result:
    return np.mean(_binary_entropies(x, y))


def _entropies_of_logits(x: Array, y: Array) -> Array:
    """softplus(x) - x y, without the difference of two infinities where x is infinite and y is 0."""
    terms: Array = np.where(np.real(x) > 0, x * (1 - y), -x * y) + np.log1p(np.exp(-magnitude(x)))
    return terms


def _bce_with_logits(x: Array, y: Array) -> Result:
    return np.mean(_entropies_of_logits(x, y))


def _hinge(x: Array, y: Array) -> Result:
    return np.mean(np.maximum(1 - x * y, 0.0))


def _hinge_complex(x: Array, y: Array) -> Result:
    apart = 1 - x * y
    return np.mean(np.where(np.real(apart) > 0, apart, 0.0))


def _kl_div(x: Array, y: Array) -> Result:
    parts = np.where(np.equal(y, 0), 0.0, y * np.log(y)) - y * x
    return np.sum(parts) / batch(parts)


EACH: Mapping[str, Callable[..., Array]] = {
    "mean": lambda x: x, "sum": lambda x: x, "mse": lambda x, y: (x - y) * (x - y), "bce": _binary_entropies,
    "bce_with_logits": _entropies_of_logits, "cross_entropy": _cross_entropies,
}  # fmt: skip
"""Operation that goes over the examples, a mean or a sum → what it goes over."""


def _loss(short: str) -> Notation:
    """Abbreviation of a loss → L_short(x, y)."""
    return applied(below("loss", Words(short, "label")), 2)


_PAIRS = (((), ()), ((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (3,)))
"""Shapes of a prediction and a target with which tests try a loss."""
_BOTH = "*torch.broadcast_tensors(x, y)"
"""Both arguments in one shape: torch warns of losses that broadcast."""
_KL_ROW = ("-g*y", "g*(log(y) + y/y - x)")
"""Pullbacks of the divergence of one distribution."""
_KL_ROWS = ("-g*y/batch(x - y)", "g*(log(y) + y/y - x)/batch(x - y)")
"""The same for the mean over a batch."""

_REGRESSION = (
    Operation("mse", ("x", "y"), lambda x, y: np.mean((x - y) * (x - y)), sign=function("MSE"), notation=word("MSE", 2),
        pullbacks=("2*g*(x - y)/count(x - y)", "-2*g*(x - y)/count(x - y)"), definition="mean((x - y)^2)",
        torch=f"F.mse_loss({_BOTH})", shapes=_PAIRS),
    Operation("mae", ("x", "y"), lambda x, y: np.mean(magnitude(x - y)), sign=function("MAE"), notation=word("MAE", 2),
        pullbacks=("g*sign(x - y)/count(x - y)", "-g*sign(x - y)/count(x - y)"), definition="mean(abs(x - y))",
        torch=f"F.l1_loss({_BOTH})", shapes=_PAIRS,
        kinks=(("x == y", 0),)),
    Operation("huber", ("x", "y"), _huber, options={"delta": 1.0}, sign=below(function("Huber"), equation("delta")),
        notation=word("Huber", 2, below=equation("delta")),
        pullbacks=("g*clamp(x - y, -delta, delta)/count(x - y)", "-g*clamp(x - y, -delta, delta)/count(x - y)"),
        definition="d = abs(x - y); mean(where(d <= delta, d^2/2, delta*(d - delta/2)))",
        torch=f"F.huber_loss({_BOTH}, delta=delta)", shapes=_PAIRS),
    Operation("smooth_l1", ("x", "y"), _smooth_l1, options={"beta": 1.0}, sign=function("SmoothL1"),
        notation=word("SmoothL1", 2, below=equation("beta")),
        pullbacks=("g*clamp((x - y)/beta, -1, 1)/count(x - y)", "-g*clamp((x - y)/beta, -1, 1)/count(x - y)"),
        definition="d = abs(x - y); mean(where(d < beta, d^2/(2*beta), d - beta/2))",
        torch=f"F.smooth_l1_loss({_BOTH}, beta=beta)", shapes=_PAIRS),
    Operation("rmse", ("x", "y"), lambda x, y: np.sqrt(np.mean((x - y) * (x - y))), sign=function("RMSE"),
        notation=word("RMSE", 2),
        pullbacks=("g*where(out == 0, 0, (x - y)/(count(x - y)*out))",
                   "-g*where(out == 0, 0, (x - y)/(count(x - y)*out))"),
        definition="norm(x - y)/sqrt(count(x - y))",
        torch="(lambda d: torch.linalg.vector_norm(d) / d.numel() ** 0.5)(x - y)", shapes=_PAIRS,
        kinks=(("out == 0", 0),)),
)  # fmt: skip
"""Losses of a number against a number."""

_UNIT = ((0.05, 0.95), (0.0, 1.0))
"""Sample ranges of a probability and of a target between 0 and 1."""

_BINARY = (
    Operation("bce", ("x", "y"), _bce, sign=function("BCE"), notation=_loss("BCE"), sample=_UNIT, shapes=_PAIRS,
        pullbacks=("g*(x - y)/maximum(x*(1 - x), 10^(-12))/count(x - y)", "g*(log(1 - x) - log(x))/count(x - y)"),
        definition="-mean(y*log(x) + (1 - y)*log(1 - x))", torch=f"F.binary_cross_entropy({_BOTH})",
        kinks=(("x*(1 - x) < 10^(-12)", 0),)),
    Operation("bce_with_logits", ("x", "y"), _bce_with_logits, sign=function("BCE"), notation=_loss("BCE with logits"),
        pullbacks=("g*(sigmoid(x) - y)/count(x - y)", "-g*x/count(x - y)"), definition="mean(softplus(x) - x*y)",
        torch=f"F.binary_cross_entropy_with_logits({_BOTH})", sample=((-3.0, 3.0), (0.0, 1.0)), shapes=_PAIRS),
    Operation("hinge", ("x", "y"), _hinge, sign=function("hinge"), notation=_loss("hinge"),
        pullbacks=("-y*where(x*y < 1, g, 0)/count(x*y)", "-x*where(x*y < 1, g, 0)/count(x*y)"),
        definition="mean(relu(1 - x*y))",
        torch="torch.mean(F.relu(1 - x * y))", shapes=_PAIRS, complex=_hinge_complex,
        kinks=(("x*y == 1", 1),)),
)  # fmt: skip
"""Losses of a yes or no."""

_CLASSES = (
    Operation("cross_entropy", ("x", "y"), _cross_entropy, sign=function("CE"), notation=_loss("CE"),
        pullbacks={
            (1, 0): ("g*(softmax(x) - one_hot(y, x))", "0*y"),
            (1, 1): ("g*(softmax(x)*sum(y) - y)", "-g*log_softmax(x)"),
            (2, 1): ("g*(softmax(x) - one_hot(y, x))/batch(x)", "0*y"),
            (2, 2): ("g*(softmax(x)*sum(y, axis=-1, keepdims=1) - y)/batch(x)", "-g*log_softmax(x)/batch(x)"),
        },
        definition="mean(-sum(one_hot(y, x)*log_softmax(x), axis=-1))", sample=((-3.0, 3.0), (0.0, 1.0)),
        torch="F.cross_entropy(x, y.long() if y.ndim < x.ndim else y)",
        shapes=(((3,), ()), ((3,), (3,)), ((4, 3), (4,)), ((4, 3), (4, 3))),
        kinks=(("k*(count(y) < count(x))", 1),)),
    Operation("nll", ("x", "y"), _nll, sign=function("NLL"), notation=_loss("NLL"),
        pullbacks={(1, 0): ("-g*one_hot(y, x)", "0*y"), (2, 1): ("-g*one_hot(y, x)/batch(x)", "0*y")},
        definition="-mean(sum(one_hot(y, x)*x, axis=-1))", sample=((-3.0, 0.0), (0.0, 1.0)),
        torch="F.nll_loss(x, y.long())", shapes=(((3,), ()), ((4, 3), (4,))),
        kinks=(("k", 1),)),
    Operation("kl_div", ("x", "y"), _kl_div, sign=function("KL"), notation=_loss("KL"),
        pullbacks={(x, y): _KL_ROWS if max(x, y) > 1 else _KL_ROW for x in range(3) for y in range(3)},
        definition="mean(sum(y*(log(y) - x), axis=-1))", sample=((-3.0, 0.0), (0.05, 1.0)),
        torch='F.kl_div(*torch.broadcast_tensors(x, y), reduction="sum")'
              ' / (torch.broadcast_shapes(x.shape, y.shape)[0] if max(x.ndim, y.ndim) > 1 else 1)',
        shapes=(((3,), (3,)), ((4, 3), (4, 3)), ((4, 3), (3,))),
        kinks=(("k*(y == 0)", 1),)),
)  # fmt: skip
"""Losses of a choice between classes."""

_INTERNAL = (
    Operation("one_hot", ("x", "like"), one_hot, sign=function("1-hot"), internal=True,
        pullbacks={(n, rows): ("g" if n == rows else "0*x", "0*like") for rows in (1, 2) for n in (rows - 1, rows)},
        notation=Notation(below("bold e", X))),
    Operation("batch", ("x",), batch, pullbacks=("0*x",), sign="n", notation=Notation("n"), internal=True),
)  # fmt: skip
"""Operations that only texts and definitions of other rows call."""

ROWS = (*_REGRESSION, *_BINARY, *_CLASSES, *_INTERNAL)
"""All losses, in the order of the documentation."""
