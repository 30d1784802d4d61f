"""Functions that a library does not have → their text, to stand above a program that calls them."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from graphviz_ad.code import sliding_helpers
from graphviz_ad.code.dialects import Dialect
from graphviz_ad.code.layout import function_head, statement
from graphviz_ad.code.trees import python
from graphviz_ad.ops.table import BY_NAME, TABLE

_ARRAYS = {
    **sliding_helpers.ARRAYS,
    "softmax": '''
def softmax(x, axis=-1):
    """Exponentials that add up to 1; less the largest, so that none overflows."""
    powers = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)
''',
    "log_softmax": '''
def log_softmax(x, axis=-1):
    """The logarithm of softmax, without taking that of a number near 0."""
    apart = x - np.max(x, axis=axis, keepdims=True)
    return apart - np.log(np.sum(np.exp(apart), axis=axis, keepdims=True))
''',
    "logsumexp": '''
def logsumexp(x, axis=None, keepdims=False):
    """The logarithm of a sum of exponentials, of which none overflows."""
    largest = np.max(x, axis=axis, keepdims=True)
    total = np.log(np.sum(np.exp(x - largest), axis=axis, keepdims=True)) + largest
    return total if keepdims else np.squeeze(total, axis=axis)
''',
    "layer_norm": '''
def layer_norm(x, axis=-1, eps=1e-05):
    """Mean 0 and variance 1 along an axis."""
    apart = x - np.mean(x, axis=axis, keepdims=True)
    return apart / np.sqrt(np.mean(apart**2, axis=axis, keepdims=True) + eps)
''',
    "batch_norm": '''
def batch_norm(x, axis=0, eps=1e-05):
    """Mean 0 and variance 1 over the rows."""
    apart = x - np.mean(x, axis=axis, keepdims=True)
    return apart / np.sqrt(np.mean(apart**2, axis=axis, keepdims=True) + eps)
''',
    "rms_norm": '''
def rms_norm(x, axis=-1, eps=1e-05):
    """A root mean square of 1 along an axis."""
    return x / np.sqrt(np.mean(x**2, axis=axis, keepdims=True) + eps)
''',
    "cosine_similarity": '''
def cosine_similarity(x, y, axis=-1, eps=1e-08):
    """The cosine of the angle between two vectors."""
    x_length = np.sqrt(np.sum(x**2, axis=axis, keepdims=True))
    y_length = np.sqrt(np.sum(y**2, axis=axis, keepdims=True))
    unit_x, unit_y = x / np.maximum(x_length, eps), y / np.maximum(y_length, eps)
    return np.sum(unit_x * unit_y, axis=axis)
''',
    "huber": '''
def huber(x, y, delta=1.0):
    """Half the square of small errors, straight lines for large ones; the mean."""
    d = np.abs(x - y)
    return np.mean(np.where(d <= delta, d**2 / 2, delta * (d - delta / 2)))
''',
    "smooth_l1": '''
def smooth_l1(x, y, beta=1.0):
    """The square of small errors, the size of large ones; the mean."""
    d = np.abs(x - y)
    return np.mean(np.where(d < beta, d**2 / (2 * beta), d - beta / 2))
''',
    "bce": '''
def bce(x, y):
    """Binary cross-entropy; logarithms are no less than -100, as in PyTorch."""
    log_x, log_rest = np.maximum(np.log(x), -100), np.maximum(np.log(1 - x), -100)
    return -np.mean(y * log_x + (1 - y) * log_rest)
''',
    "others": '''
def others(x, axis=None):
    """For every entry the product of all others, without dividing."""
    if axis is None:
        return np.reshape(others(np.ravel(x), axis=0), x.shape)
    places = range(x.shape[axis])
    every = [np.prod(np.delete(x, k, axis=axis), axis=axis) for k in places]
    return np.stack(every, axis=axis)
''',
    "cofactors": '''
def cofactors(x):
    """The derivative of a determinant, also of a singular matrix."""
    u, s, v = np.linalg.svd(x)
    return np.linalg.det(u) * np.linalg.det(v) * (u * others(s)) @ v
''',
    "placed": '''
def placed(g, like, index):
    """Zeros in the shape of `like` with g at the index, added up where it repeats."""
    zeros = np.zeros_like(like)
    np.add.at(zeros, index, g)
    return zeros
''',
    "cbrt": '''
def cbrt(x):
    """The cube root, negative of a negative number."""
    return torch.sign(x) * torch.abs(x) ** (1 / 3)
''',
}  # fmt: skip
"""Functions in numpy, of which the other libraries' follow."""

_NUMPY = {
    **{name: f'''
def {name}(x):
    """{says}, entry by entry: NumPy has none."""
    return np.vectorize(math.{name}, otypes=[float])(x)
''' for name, says in {
        "erf": "The error function", "erfc": "1 - erf(x)", "gamma": "The Gamma function",
        "lgamma": "The logarithm of the Gamma function",
    }.items()},
    **{f"{name}_": f'''
def {name}(x):
    """{says}, infinite at 0, -1, -2, …"""
    far = (np.asarray(x) > 171) | (np.asarray(x) <= 0) & (x == np.floor(x))
    inner = np.where(far, 1.0, x)
    return np.where(far, np.inf, np.vectorize(math.{name}, otypes=[float])(inner))
''' for name, says in {"gamma": "The Gamma function", "lgamma": "The logarithm of the Gamma function"}.items()},
    "digamma": '''
def digamma(x):
    """The derivative of lgamma: its recurrence up to 10, then the asymptotic series."""
    x, total = np.asarray(x, dtype=float), 0.0
    while np.any(x < 10):
        total = total - np.where(x < 10, 1 / x, 0.0)
        x = np.where(x < 10, x + 1, x)
    square = 1 / x**2
    series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240)))
    return total + np.log(x) - 1 / (2 * x) - series
''',
}  # fmt: skip

_TORCH = {
    **sliding_helpers.TORCH,
    "gamma": '''
def gamma(x):
    """The Gamma function: PyTorch has the logarithm of its size."""
    turned = (x < 0) & (torch.floor(x) % 2 != 0) & (torch.floor(x) != x)
    return torch.exp(torch.lgamma(x)) * torch.where(turned, -1.0, 1.0)
''',
    "others": '''
def others(x, axis=None):
    """For every entry the product of all others, without dividing."""
    if axis is None:
        return others(x.flatten(), axis=0).reshape(x.shape)
    places = torch.arange(x.shape[axis])
    every = [x.index_select(axis, places[places != k]).prod(dim=axis) for k in places]
    return torch.stack(every, dim=axis)
''',
    "placed": '''
def placed(g, like, index):
    """Zeros in the shape of `like` with g at the index, added up where it repeats."""
    places = torch.arange(like.numel()).reshape(like.shape)[index]
    zeros = torch.zeros(like.numel(), dtype=g.dtype)
    return zeros.index_add(0, places.flatten(), g.flatten()).reshape(like.shape)
''',
}

_IN_TORCH = (
    ("np.max(x, axis", "np.amax(x, axis"), ("np.maximum(x_length, eps)", "x_length.clamp(min=eps)"),
    ("np.maximum(y_length, eps)", "y_length.clamp(min=eps)"),
    ("np.maximum(np.log(x), -100)", "np.log(x).clamp(min=-100)"),
    ("np.maximum(np.log(1 - x), -100)", "np.log(1 - x).clamp(min=-100)"),
)  # fmt: skip
"""What is written otherwise in torch than a prefix says."""

NAMES = frozenset({*_ARRAYS, *_NUMPY, *_TORCH, *(row.name for row in TABLE if row.name.isidentifier())})
"""Names that such functions may have: names of the author keep away from them."""


def helper_texts(names: Iterable[str], dialect: Dialect, *, finite: bool = True) -> list[str]:
    """Names that a program calls → the texts of those that are such functions, each after what it calls."""
    texts: dict[str, str] = {}
    waiting = [name for name in names if name in NAMES and name != "len"]
    for name in waiting:
        if name not in texts:
            texts[name] = text = _text(name if finite else f"{name}_", dialect, name)
            waiting += [called for called in called_in(text) if called in NAMES and called not in (name, "len")]
    return [texts[name] for name in dict.fromkeys(reversed(waiting))]


def called_in(text: str) -> list[str]:
    """Text of Python → the names of functions that it calls, in order."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return list(dict.fromkeys(node.func.id for node in calls if isinstance(node.func, ast.Name)))


def _text(variant: str, dialect: Dialect, name: str) -> str:
    table = {"numpy": _NUMPY, "torch": _TORCH, "jax": sliding_helpers.JAX}[dialect.name]
    own = table.get(variant, table.get(name))
    if own is not None:
        return own.strip()
    if name in _ARRAYS:
        text = _ARRAYS[name].strip()
        if dialect.name == "torch":
            for old, new in _IN_TORCH:
                text = text.replace(old, new)
            head, _, body = text.partition("\n")
            return head + "\n" + dialect.spelled(body)
        return dialect.spelled(text)
    return _from_template(name, dialect)


def _from_template(name: str, dialect: Dialect) -> str:
    """An operation whose template names an argument twice → the function of it."""
    row, template = BY_NAME[name], dialect.template(name)
    assert template is not None, "only templates name an argument twice"
    options = [f"{option}={ast.unparse(python(value))}" for option, value in row.options.items()]
    body = ast.parse(template, mode="eval").body
    return "\n".join([*function_head(name, [*row.params, *options]), *statement("return ", body, "    ")])
