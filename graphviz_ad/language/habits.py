"""Words of other languages → how a formula says the same."""

from __future__ import annotations

import re

from graphviz_ad.source import Span

_CHOICE_HINT = "for a choice write where(x > 0, x, 0)"
"""What to write for an if statement."""
_LOOP_HINT = "there are no loops; write the steps out: h1 = f(h0); h2 = f(h1)"
"""What to write for a loop."""
_DROPOUT_HINT = "leave it out, which is what it does where nothing is trained, or multiply by a mask: h ⊙ m, m=[1, 0]"
"""What to write for a layer that drops values at random."""

HABITS = {
    "if": _CHOICE_HINT, "then": _CHOICE_HINT, "else": _CHOICE_HINT, "elif": _CHOICE_HINT,
    "and": "write a product: (a > 0)*(b > 0)", "or": "write maximum(a > 0, b > 0)", "not": "write 1 - (a > 0)",
    "for": _LOOP_HINT, "while": _LOOP_HINT,
    "return": "the last line is the result; write it without 'return'",
    "def": "a function is defined as in f(t) = t^2", "lambda": "a function is defined as in f(t) = t^2",
    "hstack": "write concat(a, b), or concat(A, B, axis=1) for matrices",
    "vstack": "write stack(a, b) for vectors, concat(A, B, axis=0) for matrices",
    "model": "write what the model computes, as in w*x + b",
    "criterion": "write the loss that it is, as in mse(p, y)",
    "Dropout": _DROPOUT_HINT, "dropout": _DROPOUT_HINT,
    "print": "the last line is the result; write it without 'print'",
    "import": "there is nothing to import; operations are called by their names, as in exp(x)",
}  # fmt: skip
"""Words of other languages, and what to write."""

NO_FORMULA = dict.fromkeys(
    ("rand", "randn", "randint", "uniform", "normal", "multivariate_normal", "choice", "multinomial", "permutation",
     "shuffle", "sample", "randperm", "seed", "RandomState", "default_rng", "rnorm", "runif", "random"),
    "random numbers are no formula: give them as values, as in Z=[0.3, -1.2]",
) | dict.fromkeys(
    ("zeros", "ones", "full", "empty", "logspace", "meshgrid", "loadtxt", "array_split"),
    "an array of constants is no formula: write it as a list, [0, 0], or give it as a value",
) | dict.fromkeys(
    ("open", "load", "save", "read_csv", "plot", "show", "scatter", "append", "extend", "join", "format", "strip",
     "split", "figure", "write", "print_function", "savefig"),
    "files, pictures and texts are no formula: leave this line out",
) | dict.fromkeys(("cov",), "write cov(x, y) of two arrays") | dict.fromkeys(
    ("cor", "corr", "corrcoef"), "write corr(x, y) of two arrays",
)  # fmt: skip
"""Functions of programs that compute nothing a derivative could go through, and what to do about them."""

_FOREIGN_WORD = re.compile(rf"(?<!\w)(?:{'|'.join(HABITS)})(?!\w)")
"""One of these words."""
_NEAR = 100
"""Characters before a place among which the word before it is looked for."""
_MODULES = frozenset(("np", "numpy", "jnp", "jax", "torch", "tf", "math", "nn", "F", "K"))
"""Names of modules, which are no arguments of the function behind the dot."""
_DOTTED_NAME = re.compile(r"(?<!\w)(\w++)((?:\.\w++)++)(\(?)")
"""A name with a path behind it, and perhaps the bracket of a call."""
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
"""A number that may be one of thousands."""
_DECIMAL_COMMA = re.compile(r"(?<![0-9])[0-9]++,[0-9]++")
"""A comma between digits."""


def foreign_word(text: str, span: Span) -> str | None:
    """Formula and a place → the word of another language that stands there, right before it or at the beginning of its
    line; None where none does."""
    line = text[: span[0]].rpartition("\n")[2]
    words = [text[span[0] : span[1]], *re.findall(r"\w+", line[-_NEAR:])[-1:], *line[:_NEAR].split()[:1]]
    foreign = (word for part in words for word in _FOREIGN_WORD.findall(part))
    return next(foreign, None)


def dotted(text: str, dot: int) -> str | None:
    """Formula and where a dot stands in it → how to write `np.exp(x)` or `x.sum()`, None where it is neither.

    >>> dotted("np.exp(x)", 2), dotted("x.sum()", 1), dotted("math.pi", 4)
    ('write exp(…)', 'write sum(x)', 'write pi')
    """
    for match in _DOTTED_NAME.finditer(text):
        if match.start() < dot < match.end() and match[1].isidentifier():
            name = match[2].rpartition(".")[2]
            call = f"({'…' if match[1] in _MODULES else match[1]})" if match[3] else ""
            return f"write {name}{call}"
    return None


def decimal_comma(text: str, comma: int) -> str | None:
    """Formula and where a comma stands in it → the number meant, None where the comma is between no digits.

    >>> decimal_comma("L = 1,5*x", 5)
    '1.5'
    """
    for match in _DECIMAL_COMMA.finditer(text):
        if match.start() < comma < match.end():
            number = match.group().replace(",", ".")
            whole = number.replace(".", "")
            return f"{whole}, or {number}" if _THOUSANDS.fullmatch(match.group()) else number
    return None
