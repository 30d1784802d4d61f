"""Signs that only their neighbours tell → the signs they stand for, in the same length of text: (1+r)⁻n is (1+r)⁻ⁿ."""

from __future__ import annotations

import re
from collections.abc import Mapping

from graphviz_ad.language.tokens import RAISED

_RAISED_MINUS = re.compile(
    r"(?:[)\]]|(?<![\w.])[0-9]+(?:\.[0-9]+)?|(?<!\w)e)⁻([0-9]+|[a-z])(?![\w.(\[^\u0300-\u036f⁰¹²³⁴-⁹⁺⁻₀-₉])"
)
"""A raised minus before a letter or a number of the usual height: (1+r)⁻n. Behind a name it may be a label: P⁻."""
_ABOVE = {chr(plain): chr(raised) for raised, plain in RAISED.items()}
"""Plain signs → raised ones."""
_DOT = re.compile(
    r"(?<=\])[ \t]+\.[ \t]+(?=\[|[^\W\d_]{1,2}[0-9]?(?!\w))|(?<![^\W\d_]{3})(?<=[^\W_])[ \t]+\.[ \t]+(?=\[)"
)
"""A full stop with blanks round it between lists: [1, 0] . [1, 1]."""
_MODULE = re.compile(r"(\bnn\.[A-Z]\w*)\(([ \t]*[a-z]\w*[ \t]*=[^(),=]*(?:,[ \t]*[a-z]\w*[ \t]*=[^(),=]*)*)\)\(")
"""A module of torch that is called at once, with options alone in its own brackets."""
_QUADRATIC = re.compile(
    r"\(t\((\w+)\)[ \t]*%\*%(?:[^;\n\[\]]{0,200}%\*%)?[ \t]*(\w+)\)(\[\[1\]\]|\[1,[ ]?1\])(?=[ \t]*(?:[;\n}]|$))"
)
"""The only entry of R's quadratic form: (t(w) %*% V %*% w)[[1]]."""
_SPREAD = re.compile(r"(?<![\w.])(STDEV|VAR)\.([SP])\(")
"""A deviation or variance as newer spreadsheets have it, of a sample or of all: STDEV.P(A1:A9)."""


def with_plain_signs(text: str, shapes: Mapping[str, tuple[int, ...]]) -> str:
    """Formula and the shapes of given arrays → the same length of text without signs that only their neighbours tell.

    >>> with_plain_signs("(1+r)⁻n", {}), with_plain_signs("nn.MSELoss(reduction='sum')(x, y)", {})
    ('(1+r)⁻ⁿ', "nn.MSE()(reduction='sum',   x, y)")
    """
    if "⁻" in text:
        text = _RAISED_MINUS.sub(_raised, text)
    if text.lstrip()[:1] == "=" and (".S(" in text or ".P(" in text):
        text = _SPREAD.sub(lambda name: f"{name[1]}{name[2].replace('S', '')}".ljust(len(name[0]) - 1) + "(", text)
    if " . " in text and "[" in text:
        text = _DOT.sub(lambda dot: dot[0].replace(".", "·"), text)
    if "nn." in text and ")(" in text:
        text = _MODULE.sub(_called, text)
    if "%*%" in text and ")[" in text:
        text = _QUADRATIC.sub(lambda form: _entry(form, shapes), text)
    return text


def _raised(power: re.Match[str]) -> str:
    """A raised minus with what it is before → the same with that raised too, where there are such letters."""
    raised = [_ABOVE.get(sign, "") for sign in power[1]]
    return power[0].removesuffix(power[1]) + "".join(raised) if all(raised) else power[0]


def _called(module: re.Match[str]) -> str:
    """A module that is called at once, up to its arguments → one call with the options before them."""
    name = module[1].removesuffix("Loss")
    if name == module[1]:
        return f"{module[1]}({module[2]}, "
    return f"{name}()({module[2]},".ljust(len(module[0]))


def _entry(form: re.Match[str], shapes: Mapping[str, tuple[int, ...]]) -> str:
    """A quadratic form of columns with the index of its entry → the same counted from 0; of vectors it is a number."""
    ranks = {len(shapes.get(name, ())) for name in (form[1], form[2])}
    index = {1: "", 2: "[0,0]"}.get(max(ranks)) if len(ranks) == 1 else None
    return form[0] if index is None else form[0].removesuffix(form[3]) + index.ljust(len(form[3]))
