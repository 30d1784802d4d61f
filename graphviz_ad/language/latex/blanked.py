"""LaTeX → as much LaTeX without the signs that begin and end mathematics, and with what is written in several ways in
one of them."""

from __future__ import annotations

import re

from graphviz_ad.language.latex.lines import with_lines, without_remarks

_MARKS = re.compile(r"\\[\[\]()](?<!\\\\.)")
"""What begins and ends mathematics in a text, and no row that ends before a bracket, as \\\\[10pt] and \\\\(x)."""
_DOUBLED_MARKS = re.compile(r"\\\\[\[\]()]")
"""The same with a backslash more, as some documents have them."""
_WRAPPED = re.compile(
    r"(\\math(?:op|rel|bin|ord|open|close|punct|inner)[ ]*\{)(?!\s*\\(?:rm|bf|sf|it)(?![A-Za-z]))"
    r"((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
)
"""What is set as a sign or an operator of its kind: \\mathop{\\mathbb E}."""
_DECIMAL_COMMA = re.compile(r"([0-9])\{,\}([0-9]{1,2}|[0-9]{4,})(?![0-9])")
"""A decimal comma: 3{,}14; before three digits it may be one of thousands."""
_UNDER_EXPECTATION = re.compile(
    r"\\underset[ ]*\{((?:[^{}]|\{[^{}]*\})*)\}[ ]*\{[ ]*(\\mathbb[ ]*(?:\{[ ]*E[ ]*\}|E)|\\operatorname\{E\}|E)[ ]*\}"
)
"""An expectation with what is drawn below it."""
_ARROW = r"\\(?:vec|overrightarrow)[ ]*(?:\{[^{}]*\}|[A-Za-z])(?:_(?:\{[^{}]*\}|\w))?"
_LENGTH = re.compile(
    rf"(\\lvert|\\left[ ]*\||\|)([ ]*{_ARROW}[ ]*(?:[-+][ ]*{_ARROW}[ ]*)*)(\\rvert(?![A-Za-z])|\\right[ ]*\||\|)"
)
"""Bars round vectors with arrows, or a sum of them."""
_PRIME = re.compile(r"\^(?:\{[ ]*(?:\\prime|')[ ]*\}|\\prime(?![A-Za-z]))")
"""A prime as a power."""
_PRIMED_WORD = re.compile(r"(\\(?:text\w*|math[a-z]+|operatorname\*?|bm|boldsymbol)[ ]*\{[^{}']*)('+)\}")
"""A word in a font with its primes: \\text{ReLU'}."""
OF_PARAMETERS = re.compile(
    r"((?<![A-Za-z\\])[A-DF-Za-z]|\\(?:mathbf|boldsymbol|bm|mbox|text|mathrm)\{[A-DF-Za-z]\})"
    r"\[([^\[\]=:;]*\\(?:phi|theta|psi|Theta|Phi)(?![A-Za-z])[^\[\]=:;]*)\]"
)
"""A function with its parameters in square brackets, as Prince has them: f[x, \\phi]."""
_FORMULA_IN_WORDS = re.compile(
    r"(\\(?:text|textrm|mbox|textnormal|mathrm)[ ]*\{[ ]*(?:if|for|when|where|otherwise if)[ ]*)"
    r"\$([^$]*)\$(\s*[.,;]?)\}"
)
"""A word with a formula in one \\text: \\text{if $y = 1$}."""
_ANGLED = re.compile(r"\^(\{[ ]*)<([^<>{}=]{1,8})>([ ]*\})")
"""A label in angle brackets of the keyboard: a^{<t>}."""
_NUMBERS = re.compile(
    r"(=\s*(?:\\left\s*)?)\((\s*[-+]?[0-9.]+(?:\s*,\s*[-+]?[0-9.]+){2,}\s*(?:\\right\s*)?|\s*[-+]?[0-9.]+\s*,\s+[-+]?[0-9.]+\s*(?:\\right\s*)?)\)"
)
"""A vector of numbers in round brackets: = (1, 0, 1); (3,14) may have a decimal comma."""
_COLUMN = re.compile(r"((?:^|[=,+&{$-])\s*(?:\\left\s*)?)\(([^()]*;[^()]*)\)")
"""A vector with semicolons between its entries: (a; b; c)."""
_SEMICOLON = re.compile(r"(?<!\\);")
"""A semicolon that is no space."""


def blanked(text: str) -> str:
    """LaTeX → the same length without the signs that begin and end mathematics."""
    if "\\not" in text:
        text = text.replace("\\not=", "\\neq ").replace("\\not\\in", "\\notin ")
    text = _MARKS.sub("  ", text)
    if text.lstrip().startswith(("\\\\[", "\\\\(")):
        text = _DOUBLED_MARKS.sub("   ", text)
    if "\\math" in text:
        text = _WRAPPED.sub(lambda wrapped: f"{'':{len(wrapped[1])}}{wrapped[2]} ", text)
    if "," in text and "{,}" in text:
        text = _DECIMAL_COMMA.sub(r"\1.\2  ", text)
    if "\\underset" in text:
        text = _UNDER_EXPECTATION.sub(lambda under: f"{under[2]}_{{{under[1]}}}".ljust(len(under[0])), text)
    if "\\vec" in text or "\\overrightarrow" in text:
        text = _LENGTH.sub(lambda bars: "‖".ljust(len(bars[1])) + bars[2] + "‖".rjust(len(bars[3])), text)
    if "[" in text:
        text = OF_PARAMETERS.sub(r"\1(\2)", text)
    if "'" in text and "'}" in text:
        text = _PRIMED_WORD.sub(r"\1}\2", text)
    if "$" in text:
        text = _FORMULA_IN_WORDS.sub(r"\1}\2\3  ", text)
    if "\\prime" in text or ("'" in text and "'}" in text):
        text = _PRIME.sub(lambda prime: "'".ljust(len(prime[0])), text)
    if "," in text:
        text = _NUMBERS.sub(lambda vector: f"{vector[1]}[{vector[2]}]", text)
    if ";" in text:
        text = _COLUMN.sub(lambda vector: f"{vector[1]}[{_SEMICOLON.sub(',', vector[2])}]", text)
    if "\\in" in text or "\\sim" in text:
        text = without_remarks(text)
    text = _ANGLED.sub(r"^\1(\2)\3", with_lines(text)) if "<" in text else with_lines(text)
    return text.replace("$", " ")
