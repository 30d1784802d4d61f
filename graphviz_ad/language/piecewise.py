"""Several values with their conditions → signs that say which is which: f(x) = {x², x ≥ 0; -x, x < 0}."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphviz_ad.language.tokens import apart, blank, closer

CONDITION_FOLLOWS, NEXT_CASE, NEXT_OTHERWISE = "⸨", "⸩", "⸧"
"""What stands for the comma before a condition, for what ends a case, and for what ends it before `otherwise`."""

_OURS = str.maketrans(dict.fromkeys((CONDITION_FOLLOWS, NEXT_CASE, NEXT_OTHERWISE), "\ufffd"))
"""These signs in what someone typed, where they say nothing."""
_QUICK = re.compile(r"[<>≤≥≠∈]|[!=]=|otherwise|\b(?:if|when|for)\b[^\n]*=")
"""What a condition has."""
_SIGNS_OF_CONDITIONS = ("<", ">", "≤", "≥", "≠", "∈", "!=", "==", "otherwise", "if ", "when ", "for ")
"""The same, quickly found."""
_ASSIGNS = re.compile(r"(?<![<>=!≤≥≠:~])=(?!=)")
"""A sign that gives a value."""
_LEFT_SIDE = re.compile(r"[;\n][ \t]*[^\W\d][\w{}^'′(), ]*$")
"""A further left side before such a sign."""
_BRACED = re.compile(r"(?<![<>=!])=[ \t\n]*(\{)")
"""What begins cases in braces."""
_SIGNS = re.compile(r"(?m)[⎧⎨⎩⎪]|^([ \t]*)\{(?=[^{}\n]*(?:\n|$))")
"""Parts of a tall brace, and braces at the beginning of a line that none closes."""
_WORD = re.compile(r"(?<!\w)(?:if|when|for|where|provided|with)(?!\w)")
"""A word before a condition."""
_COMPARES = re.compile(r"[<>≤≥≠∈]|[!=]=|\bin[ \t]*[\[(]")
"""A sign of a comparison."""
_CONDITION = re.compile(r"\s*(?:if|when|for|where|provided|with)?(?!\w)[^{}]*?(?:[<>≤≥≠∈=]|\bin\b)[^{}]*")
"""A condition, perhaps with a word before it."""
_LEFT_OVER = re.compile(r"\s*(?:otherwise|else|elsewhere)[ \t.]*")
"""What stands in the place of the last condition."""
_LEFT_OVER_BEHIND = re.compile(r"(.*\S)[ \t]+(?:otherwise|elsewhere)[ \t.]*", re.DOTALL)
"""A value with that word behind it."""
_LEFT_OVER_BEFORE = re.compile(r"\s*(?:otherwise|else|and|or)[ \t]+(?:otherwise[ \t]+)?(?=\S)")
"""The same before a value."""
_SINGLE_EQUALS = re.compile(r"[ \t]=(?!=)|(?<![<>=!≤≥≠ \t])=[ \t](?!=)")
"""A sign of equality in a condition."""


def with_pieces(text: str) -> str:
    """Formula → the same length of text with signs of cases: between a value and its condition, and between cases."""
    text = text if text.isascii() else text.translate(_OURS)
    if not ("," in text or ";" in text or "\n" in text or "{" in text):
        return text
    if (
        not any(sign[0] in text and sign in text for sign in _SIGNS_OF_CONDITIONS)
        or _QUICK.search(text) is None
        or " else " in text
    ):
        return text
    for begin in reversed([*_BRACED.finditer(text)]):
        close = closer(text, begin.start(1))
        if close > 0 and (cases := _cases(text[begin.end(1) : close])) is not None:
            text = f"{text[: begin.start(1)]} {cases} {text[close + 1 :]}"
    signs = [*_ASSIGNS.finditer(text)]
    if not signs or _WORD.search(text, 0, signs[0].start()) is not None:
        return text
    first = signs[0].end()
    if any(_LEFT_SIDE.search(text[: sign.start()]) is not None for sign in signs[1:]):
        return text
    if any(_WORD.search(text[: sign.start()].rpartition("\n")[2], 0) is None for sign in signs[1:]):
        return text
    body = _SIGNS.sub(lambda sign: " " * len(sign[0]), text[first:])
    body = re.sub(r"^[ \t]*\{", lambda sign: " " * len(sign[0]), body) if "}" not in body else body
    cases = _cases(body)
    return text if cases is None else text[:first] + cases


def _parts(body: str) -> Iterator[tuple[str, str]]:
    """Body → what stands between commas, semicolons, ends of lines outside brackets, each with the sign before it."""
    start = 0
    for part in apart(body, ",;\n"):
        yield body[start - 1 : start] if start else "", part
        start += len(part) + 1


def _cases(body: str) -> str | None:
    """What stands behind "=" → the same length of text with signs of cases, None where it is something else."""
    written, count, has_value, has_condition = "", 0, False, False
    conditional = 0
    for sign, part in _parts(body):
        if not part.strip():
            written += (" " if sign not in ("", "\n") else sign) + part
            continue
        word = _WORD.search(part)
        is_left_over = _LEFT_OVER.fullmatch(part) is not None
        is_condition = word is not None and not part[: word.start()].strip()
        is_condition = is_condition or (word is None and has_value and _COMPARES.search(part) is not None)
        if (is_condition or is_left_over) and has_value and not has_condition:
            has_condition = True
            conditional += 1
            if is_left_over:
                written += " " + part
                continue
            words = _WORD.match(part.lstrip())
            lead = len(part) - len(part.lstrip()) + (words.end() if words is not None else 0)
            written += CONDITION_FOLLOWS + blank(part[:lead]) + _compared(part[lead:])
            continue
        if has_value and not has_condition:
            return None
        before = _LEFT_OVER_BEFORE.match(part) if has_value else None
        behind = _LEFT_OVER_BEHIND.fullmatch(part)
        if before is not None and "otherwise" not in before[0] and "else" not in before[0]:
            part, before = blank(before[0]) + part[before.end() :], None
            word = _WORD.search(part)
        separator = (
            (NEXT_OTHERWISE if before is not None else NEXT_CASE)
            if count
            else (" " if sign not in ("", "\n") else sign)
        )
        count, has_value, has_condition = count + 1, True, before is not None
        if before is not None:
            written += separator + blank(before[0]) + part[before.end() :]
            conditional += 1
        elif word is not None and _CONDITION.fullmatch(part, word.start()) is not None:
            has_condition = True
            conditional += 1
            written += (
                separator + part[: word.start()] + CONDITION_FOLLOWS.ljust(len(word[0])) + _compared(part[word.end() :])
            )
        else:
            has_condition = behind is not None
            conditional += has_condition
            written += separator + part
    if count > 1 and has_condition and conditional == count:
        return written
    return None


def _compared(condition: str) -> str:
    """A condition → the same length of text with == for the sign of equality."""
    return _SINGLE_EQUALS.sub("==", condition)
