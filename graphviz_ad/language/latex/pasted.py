"""What documents and programs do to LaTeX on its way: HTML's entities, doubled backslashes, digits in groups → as it
was, in the same length of text."""

from __future__ import annotations

import re

from graphviz_ad.language.hypertext import with_signs
from graphviz_ad.language.latex.authors import closing
from graphviz_ad.language.latex.lines import LINE
from graphviz_ad.language.latex.macros import KNOWN_COMMANDS
from graphviz_ad.language.tokens import blank, closer

_SINGLE = re.compile(r"(?<!\\)\\(?=[A-Za-z])")
"""The backslash of a command."""
_DOUBLED = re.compile(r"\\\\(?:([A-Za-z]+)|(?=[{}|,;:!%_]))")
"""A command with two backslashes, as a string of a program has it."""
_DOUBLED_NAME = re.compile(r"\\\\([A-Za-z]+)")
"""A command with two backslashes."""
_HAS_ROWS = re.compile(r"\\begin|\\substack|matrix|cases|\\\\\\|\\shortstack")
"""What has rows, which two backslashes part."""
_FOUR = re.compile(r"\\{4}")
"""The end of a row with each of its backslashes doubled."""
_GROUPED = re.compile(r"(?<![\d.,}])([1-9]\d{0,2})((?:(?:\{,\}|\\[,;: ]|~)\d{3})+)(?![\d{}])(?!\{,\}|\\,\d|~\d)")
"""A number whose digits stand in groups of three: 10\\,000, 1{,}000{,}000."""
_THIRD = re.compile(r"\{,\}|\\[,;: ]|~")
"""What stands between two groups of digits."""
_NEXT_GROUP = re.compile(rf"(?:{_THIRD.pattern})\d{{3}}")
"""The same with the group behind it, quickly found."""
_DOTTED = re.compile(r"\\cdot\s*\\cdot\s*\\cdot(?![A-Za-z])")
"""Three dots, one by one."""
_PRIMED_LABEL = re.compile(r"\^\{[ ]*\\prime[ ]*(\([^(){}]*\))[ ]*\}")
"""A prime and a label in one script."""
_DENSITY = re.compile(r"(?<![A-Za-z\\])n(?=[ ]*\([ ]*[-+]?[ ]*d_)")
"""The density of the standard normal distribution by a small letter: n(d_1)."""
_NUMBER_BEHIND = re.compile(
    r"\\l?eqno(?![A-Za-z])[ ]*(?:\([^()\n]*\)|\{[^{}]*\}|\\(?:text|mbox|hbox|rm)[ ]*\{[^{}]*\}|\d+)"
)
"""The number of an equation as plain TeX has it."""
_INNER_PRODUCT = re.compile(
    r"(\\langle(?![A-Za-z])(?:(?!\\[lr]angle)[^|])*?)((?<!\\)\||\\mid(?![A-Za-z])|\\vert(?![A-Za-z]))"
    r"((?:(?!\\[lr]angle|\\mid(?![A-Za-z])|\\vert(?![A-Za-z]))[^|])*?\\rangle(?![A-Za-z]))"
)
"""An inner product with one bar between its factors: ⟨x | y⟩."""
_STYLED = re.compile(r"([\s$]*)\{\\(?:display|text)style(?![A-Za-z])")
"""What an encyclopedia puts round a whole formula."""
_BRACED_WORD = re.compile(
    r"\{(\\(?:text|mbox|textrm)[ ]*\{[ ]*(?:for|for all|if|when|where|with|and|otherwise|else|or)[ ]*\})[ ]*\}"
)
"""A word between formulas in braces of its own, as encyclopedias have it: {\\text{ for }}."""
_DEFINED_BEHIND = re.compile(
    r"\\q?quad(?![A-Za-z])\s*\(\s*((?:\\[A-Za-z]+[ ]*(?:\{[^{}]*\})?|[A-Za-z])(?:_(?:\{[^{}]*\}|\w))?\s*=(?!=)"
    r"(?=[^()]*[\\A-Za-z])(?:[^()=]|\([^()]*\))*)\)(?=[\s.,$]*\Z)"
)
"""A definition in brackets behind the formula."""
_ROUND_POWER = re.compile(r"(?:(?<![A-Za-z\\])e|(?<![A-Za-z_.\d])[0-9.]+|\)|(?=\^\([ ]*[-−][ ]*[0-9]))\^\(")
"""A power in round brackets behind e, a number or a bracket, or that is a negative number."""
_MAX_EXPONENT = 200
"""Characters among which the end of such an exponent is looked for."""
_MAX_MARKS = 40
"""Dollar signs up to which a legend is looked for."""
_UNIT_BEHIND = re.compile(
    r"(?:\\q?quad(?![A-Za-z])|\\[;,: ]|~)\s*(?:\\left)?\[\s*\\(?:mathrm|text|rm|si|unit)[ ]*\{[^{}]*\}"
    r"[^\[\]=]*(?:\\right)?\](?=[\s.,$]*\Z)"
)
"""A unit in square brackets at the end."""
_EXPLAINED = r"[^$\\=^_{}]*\$[ ]*(?:\\[A-Za-z]+[ ]*(?:\{[^{}$=]*\})?|[A-Za-z])(?:[ ]*[_^](?:\{[^{}$=]*\}|\w))*[ ]*\$"
"""Words before a name between dollar signs."""
_LEGEND = re.compile(
    rf"(?<=[\n,;.$}}\]])\s*(?=[^$]*[^\W\d_]{{2}})(?:{_EXPLAINED})+[^$\\=^_{{}}]*[^\W\d_]{{2}}[^$\\=^_{{}}]*\Z"
)
"""What says in words behind a formula what its names are: where $a$ is the slope and $b$ the intercept."""


def restored(text: str) -> str:
    """LaTeX as it was pasted → the same length of LaTeX as its author wrote it.

    >>> restored(r"x &lt; 10\\,000")
    'x <    10000  '
    """
    if "&" in text and ";" in text:
        text = with_signs(text)
    if "\\\\" in text and _SINGLE.search(text) is None:
        text = _with_single_backslashes(text)
    elif "{\\\\" in text and _HAS_ROWS.search(text) is None:
        text = _DOUBLED_NAME.sub(lambda command: _single_within_braces(text, command), text)
    if (styled := _STYLED.match(text)) is not None:
        close = closing(text, styled.end(1))
        if not text[close + 1 :].strip(" .,$\n"):
            text = blank(text[: styled.end()]) + text[styled.end() : close] + " " + text[close + 1 :]
    if "{\\" in text:
        text = _BRACED_WORD.sub(lambda word: f" {word[1]}".ljust(len(word[0])), text)
    if 1 < text.count("$") < _MAX_MARKS and "=" in text and (legend := _LEGEND.search(text)) is not None:
        text = text[: legend.start()] + blank(legend[0]) if "=" in text[: legend.start()] else text
    if "q" in text and "quad" in text and "dots" not in text:
        text = _DEFINED_BEHIND.sub(lambda behind: f"{LINE}{behind[1]}".rjust(len(behind[0]) - 1) + " ", text)
    if "]" in text and _UNIT_BEHIND.search(text) is not None:
        text = _UNIT_BEHIND.sub(lambda unit: blank(unit[0]), text)
    if "cdot\\cdot" in text or "cdot \\cdot" in text:
        text = _DOTTED.sub(lambda dots: "\\cdots".ljust(len(dots[0])), text)
    if "^(" in text:
        text = _with_braces(text)
    if "prime" in text:
        text = _PRIMED_LABEL.sub(lambda prime: f"'^{{{prime[1]}}}".ljust(len(prime[0])), text)
    if text.rstrip()[-1:] == "\\" and text.rstrip()[-2:] != "\\\\":
        text = text.rstrip()[:-1].ljust(len(text))
    if "[" in text:
        text = text.replace("\\sigma\\left[", "\\sigma     [")
    if "_" in text and "d_" in text:
        text = _DENSITY.sub("φ", text)
    if "q" in text and "eqno" in text:
        text = _NUMBER_BEHIND.sub(lambda number: blank(number[0]), text)
    if "\\langle" in text:
        text = _INNER_PRODUCT.sub(lambda bar: f"{bar[1]},{blank(bar[2][1:])}{bar[3]}", text)
    if any(sign in text for sign in (",", ";", ":", "~", "\\ ")) and _NEXT_GROUP.search(text) is not None:
        text = _GROUPED.sub(_joined, text)
    return text


def _with_braces(text: str) -> str:
    """LaTeX with exponents in round brackets, e^(−rT) or 2^(n+1) → the same length of LaTeX with braces; behind a name
    they may be a label, x^(i)."""
    for power in reversed([*_ROUND_POWER.finditer(text)]):
        opener = power.end() - 1
        close = closer(text, opener, opener + _MAX_EXPONENT)
        is_label = text[power.start()] == ")" and text[opener + 1 : close].strip().isalpha()  # (W x)^(l)
        if close > opener + 1 and not is_label:
            text = f"{text[:opener]}{{{text[opener + 1 : close]}}}{text[close + 1 :]}"
    return text


def _with_single_backslashes(text: str) -> str:
    """LaTeX without a single backslash before a letter → the same length of text with one before each command, where
    all that stands behind two is a known one."""
    names = [name for name in _DOUBLED.findall(_FOUR.sub("    ", text)) if name]
    if not names or not all(name in KNOWN_COMMANDS for name in names):
        return text
    return _DOUBLED.sub(lambda command: f" \\{command[1] or ''}", _FOUR.sub(r"  \\\\", text))


def _single_within_braces(text: str, command: re.Match[str]) -> str:
    """A command with two backslashes in a text without rows → the same with one where it stands within braces, a letter
    without any."""
    if text.count("{", 0, command.start()) <= text.count("}", 0, command.start()):
        return command[0]
    return f" \\{command[1]}" if command[1] in KNOWN_COMMANDS else f"  {command[1]}"


def _joined(grouped: re.Match[str]) -> str:
    """Digits in groups → the number; 1{,}234 stays, which may have a decimal comma."""
    if grouped[2].count("{,}") == 1 and "\\" not in grouped[2] and "~" not in grouped[2] and grouped[2][-3:] != "000":
        return grouped[0]
    return (grouped[1] + _THIRD.sub("", grouped[2])).ljust(len(grouped[0]))
