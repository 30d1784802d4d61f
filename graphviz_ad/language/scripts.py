"""What stands round a program's formulas → blanks: prompts of consoles, what they print, lines that compute nothing."""

from __future__ import annotations

import re

from graphviz_ad.language.tokens import apart, blank, closer

_PROMPT = re.compile(
    r"[ \t]*(?:>>>|In[ \t]?\[[ \t0-9]*\]:|(?:julia|octave(?::[0-9]+)?|scala|sage|ghci)[>:]>?)(?:[ \t]|$)"
)
"""What a console writes before a line that is typed."""
_GOES_ON = re.compile(r"[ \t]*\.\.\.:?(?:[ \t]|$)")
"""What it writes before a further line."""
_PRINTED_NUMBER = re.compile(r"[ \t]*Out[ \t]?\[[ \t0-9]*\]:")
"""What IPython writes before a value."""
_R_PROMPT = re.compile(r"[ \t]*>[ \t]")
"""What R writes before a line that is typed."""
_R_PRINTED = re.compile(r"[ \t]*\[[0-9]+\][ \t]")
"""What R writes before values."""
_NO_VALUE = re.compile(
    r"(?m)^[ \t]*(?:import[ \t]+[\w.]+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[\w.]+(?:[ \t]+as[ \t]+\w+)?)*"
    r"|from[ \t]+[\w.]+[ \t]+import[ \t]+[\w*][\w, \t]*|using[ \t]+[A-Z][\w, .]*"
    r"|(?:library|require|suppressPackageStartupMessages)\([\w.()]+\)|#include[ \t]*[<\"][\w./]+[>\"]"
    r"|%(?:matplotlib|load_ext|autoreload|pylab|config|time|timeit)\b[^\n]*"
    r"|(?:clc|clear|clear all|close all|hold on|figure)"
    r"|with[ \t]+(?:torch|tf)\.[\w.]+\([\w=., \t]*\)(?:[ \t]+as[ \t]+\w+)?:"
    r"|[\w.]+\.(?:backward|zero_grad|step|eval|train)\([\w=., \t]*\)"
    r"|(?:plt|ax|sns|pyplot)\.[^\n]*|(?:np|numpy|torch|random|tf\.random)\.(?:random\.)?(?:manual_|set_)?seed\([0-9]+\)"
    r"|@?assert\b[^\n]*)[ \t]*;?[ \t]*(?=\n|$)"
)
"""A line that computes nothing: import numpy as np, loss.backward()."""
_WORDS = ("import", "using ", "library(", "require(", "#include", "%", "cl", "figure", "hold on", "()", "backward(",
          "with ", "plt.", "ax.", "sns.", "seed(", "assert")  # fmt: skip
"""What such lines have, quickly found."""
_SHOWN = re.compile(r"(?m)^([ \t]*(?:print|println|display|disp|console\.log))(?=\()")
"""What begins a line that shows a value."""


def without_scripts(text: str) -> str:
    """Text of a program → the same length of text without prompts, printed values and lines that compute nothing.

    >>> without_scripts("import math\\nx = 2").split()
    ['x', '=', '2']
    """
    if ">" in text or "In [" in text or "In[" in text:
        text = _without_prompts(text)
    if "print" in text or "disp" in text or "console.log(" in text:
        text = _without_shown(text)
    if "\n" in text and any(word in text for word in _WORDS):
        rest = _NO_VALUE.sub(lambda line: blank(line[0]), text)
        text = rest if rest.strip() else text
    return text


def _without_prompts(text: str) -> str:
    """Lines typed at a console → the same without prompts and what was printed."""
    lines = text.split("\n")
    if any(map(_PROMPT.match, lines)):
        return "\n".join(_typed(lines))
    typed = [_R_PROMPT.match(line) is not None for line in lines]
    if not any(map(_R_PRINTED.match, lines)) or not any(typed):
        return text
    others = (
        is_typed or _R_PRINTED.match(line) or not line.strip() for line, is_typed in zip(lines, typed, strict=True)
    )
    if not all(others):
        return text
    return "\n".join(
        line.replace(">", " ", 1) if is_typed else blank(line) for line, is_typed in zip(lines, typed, strict=True)
    )


def _typed(lines: list[str]) -> list[str]:
    """Lines at a console of Python, Julia or Octave → what was typed, and blanks for the rest."""
    result, is_typed = [], True
    for line in lines:
        prompt = _PROMPT.match(line)
        if prompt is not None:
            is_typed = not line[prompt.end() :].strip() or "In" in prompt[0]
            result.append(blank(prompt[0]) + line[prompt.end() :])
        elif (further := _GOES_ON.match(line)) is not None and result:
            result.append(blank(further[0]) + line[further.end() :])
        else:
            is_typed = is_typed and _PRINTED_NUMBER.match(line) is None
            result.append(line if is_typed else blank(line))
    return result


def _without_shown(text: str) -> str:
    """Text → the same with the value alone for print(value) at its end; other lines that show values are left out."""
    for line in reversed([*_SHOWN.finditer(text)]):
        close = closer(text, line.end())
        end = re.compile(r"[ \t]*;?[ \t]*(?=\n|$)").match(text, close + 1)
        if close < 0 or end is None:
            continue
        inside = text[line.end() + 1 : close]
        is_last = not text[end.end() :].strip()
        if is_last and inside.strip() and len(apart(inside, ",")) == 1 and inside.lstrip()[:1] not in "fF'\"":
            shown = blank(line[0]) + " " + inside
        elif text[: line.start()].strip():
            shown = blank(text[line.start() : close])
        else:
            continue
        text = text[: line.start()] + shown + blank(text[close : end.end()]) + text[end.end() :]
    return text
