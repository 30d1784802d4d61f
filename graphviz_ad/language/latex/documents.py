"""A document → the formulas in it, by number: of LaTeX what stands in its mathematics, of Markdown also in fences."""

from __future__ import annotations

import re

from graphviz_ad.errors import InputError
from graphviz_ad.language.latex.symbols import ALIGNED

_ENVIRONMENTS = "|".join(
    re.escape(name)
    for name in sorted(ALIGNED, key=len, reverse=True)
    if name not in ("aligned", "split", "gathered", "alignedat")
)
"""Environments that begin mathematics: those whose rows are lines, but for those that stand within another."""
_FORMULA = re.compile(
    rf"(?P<comment>(?<!\\)%[^\n]*)"
    rf"|\\begin\{{(?P<environment>{_ENVIRONMENTS})\}}(?P<inside>.*?)\\end\{{(?P=environment)\}}"
    r"|(?<!\\)\$\$(?P<display>.+?)(?<!\\)\$\$|\\\[(?P<bracket>.+?)\\\]|\\\((?P<inline>.+?)\\\)"
    r"|(?<![\\$])\$(?P<dollar>[^$\n]+?)(?<!\\)\$(?!\d)",
    re.DOTALL,
)
"""A formula in running text, or a comment of LaTeX, in which none is looked for."""
_FENCE = re.compile(
    r"^(?P<fence>```+|~~~+)[ \t]*(?P<kind>\w*)[^\n]*\n(?P<inside>.*?)^(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE
)
"""A fenced block of Markdown."""
_MATH_FENCES = ("math", "latex", "tex", "graph")
"""Kinds of fenced block that hold a formula."""
_MAX_LISTED_CHARACTERS = 60
"""Characters of a formula in a list of them, so that each takes one line of a terminal."""
DOCUMENTS = (".tex", ".md", ".markdown", ".qmd", ".Rmd", ".rst", ".ltx")
"""Endings of files in which formulas stand among other text."""


def formulas(text: str, *, markdown: bool) -> list[str]:
    """Text of a document → its formulas, in order.

    >>> formulas("Let $z = w_1x + b$ and \\\\[a = \\\\sigma(z)\\\\] be given.", markdown=True)
    ['z = w_1x + b', 'a = \\\\sigma(z)']
    """
    places: list[tuple[int, str]] = []
    if markdown:
        for fence in _FENCE.finditer(text):
            if fence["kind"] in _MATH_FENCES:
                places.append((fence.start(), fence["inside"].strip()))
        text = _FENCE.sub(lambda fence: " " * len(fence[0]), text)
        text = re.sub(r"(?<!`)`[^`\n]+`(?!`)", lambda code: " " * len(code[0]), text)
    for match in _FORMULA.finditer(text):
        if match["comment"] is not None and not markdown:
            continue
        environment = match["environment"]
        if environment is not None:
            places.append((match.start(), f"\\begin{{{environment}}}{match['inside']}\\end{{{environment}}}"))
            continue
        inside = match["display"] or match["bracket"] or match["inline"] or match["dollar"]
        if inside and _is_formula(inside):
            places.append((match.start(), inside.strip()))
    return [formula for _, formula in sorted(places)]


def _is_formula(text: str) -> bool:
    """Whether mathematics is more than a name or a number in running text."""
    return re.search(r"[=+*/^<>(]|\\(?:frac|sum|leftarrow|cdot|log|exp|sqrt)|[^\s-]\s*-\s*\S", text) is not None


def formula_of(text: str, path: str, number: str | None) -> str:
    """Text of a document, its name, and the number after "#" → the formula of that number, counted from 1.

    Raises InputError, which lists the formulas, where there is none of that number, or no number and several.
    """
    texts = formulas(text, markdown=not path.endswith((".tex", ".ltx")))
    if number is None and len(texts) == 1:
        return texts[0]
    if number is not None and number.isdecimal() and 1 <= int(number) <= len(texts):
        return texts[int(number) - 1]
    if not texts:
        raise InputError(
            f"'{path}' holds no formula",
            hint="formulas stand between $ and $, in \\[ \\] or in an environment such as align",
        )
    listed = "\n".join(
        f"  {n:>3}  {' '.join(formula.split())[:_MAX_LISTED_CHARACTERS]}" for n, formula in enumerate(texts, 1)
    )
    problem = (
        f"there is no formula {number} in '{path}'" if number is not None else f"'{path}' holds {len(texts)} formulas"
    )
    raise InputError(f"{problem}:\n{listed}", hint=f"name one by its number, as in @{path}#1")
