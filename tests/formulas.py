"""Texts for tests by chance: formulas that are right, and what fingers and files make of them."""

from __future__ import annotations

from hypothesis import strategies as st

from graphviz_ad.ops.table import TABLE

_NAMES = st.sampled_from(["x", "y", "w_1", "θ", "ŷ", "損失", "x'"])
_SCALARS = st.sampled_from(["0", "1", "2", "0.5", "3.", ".25", "1e-3", "1e300"])
_NUMBERS = _SCALARS | st.sampled_from(["[1, 2]", "[[1, 2], [3, 4]]"])
_POINTWISE = st.sampled_from([row for row in TABLE if not row.internal and row.pointwise and row.name.isidentifier()])
_FUNCTIONS = st.sampled_from([row for row in TABLE if not row.internal and row.name.isidentifier()])
_BINARY = st.sampled_from([" + ", "-", "*", "/", "^", "**", " @ ", " < ", "==", "·", " × ", "−", " "])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions → larger ones that are made of them."""
    calls = _FUNCTIONS.flatmap(
        lambda row: st.lists(
            inner, min_size=1 if row.variadic else len(row.params), max_size=3 if row.variadic else len(row.params)
        ).map(lambda args: f"{row.name}({', '.join(args)})")
    )
    return st.one_of(
        st.builds("({}){}({})".format, inner, _BINARY, inner),
        st.builds("{}{}{}".format, inner, _BINARY, inner),
        calls,
        st.builds("-{}".format, inner),
        st.builds("({})²".format, inner),
        st.builds("√({})".format, inner),
        st.builds("({}).T".format, inner),
        st.builds("({})[{}]".format, inner, st.sampled_from(["0", "-1", "5", ":", "0:1", "::2", "0, 1", ":, 0"])),
        st.builds("[{}, {}]".format, inner, inner),
    )


def _larger_scalar(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Numbers → larger expressions that are numbers."""
    calls = _POINTWISE.flatmap(
        lambda row: st.tuples(*[inner] * len(row.params)).map(lambda args: f"{row.name}({', '.join(args)})")
    )
    signs = st.sampled_from([" + ", "-", "*", "/", "^", "·", " × ", "−"])
    return st.one_of(calls, st.builds("({}){}({})".format, inner, signs, inner), st.builds("-{}".format, inner))


SCALARS = st.recursive(_NAMES | _SCALARS, _larger_scalar, max_leaves=6)
"""Formulas of numbers, which give a result for whatever values."""

EXPRESSIONS = st.recursive(_NAMES | _NUMBERS, _larger, max_leaves=8)

PROGRAMS = st.one_of(
    SCALARS,
    st.builds("u = {}; u*({}) + u".format, SCALARS, SCALARS),
    st.builds("f(t, r) = t*({})\nf({}, 2)".format, SCALARS, SCALARS),
    EXPRESSIONS,
    st.builds("z = {}; {}*z".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("f(t) = {}*t\nL = f({}) + f(2)  # twice".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("sum({})".format, EXPRESSIONS),
)
"""Formulas by the grammar, with every operation of the table; shapes and values need not fit."""

_TOKENS = st.sampled_from(
    list("xyzwf ()[],;:=<>+-*/^@#.'")
    + ["\n", "==", "!=", "**", "²", "⁻¹", "√", ".T", "ᵀ", "f(x) = ", "n=", "axis=", "1", "2.5", "1e9"]
    + [row.name + "(" for row in TABLE if row.name.isidentifier()]
)
TOKEN_SOUP = st.lists(_TOKENS, max_size=30).map("".join)
"""The alphabet of the grammar in any order."""

ANYTHING = st.text(max_size=40)
"""Any Unicode."""


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A formula with a piece cut out, doubled or replaced."""
    text: str = draw(PROGRAMS)
    start = draw(st.integers(0, len(text)))
    stop = draw(st.integers(start, min(len(text), start + 5)))
    middle: str = draw(st.one_of(st.just(""), st.just(text[start:stop] * 2), _TOKENS, st.characters()))
    return text[:start] + middle + text[stop:]


TEXTS = st.one_of(PROGRAMS, damaged(), TOKEN_SOUP, ANYTHING)
