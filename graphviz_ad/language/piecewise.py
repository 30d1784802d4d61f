"""Several values with their conditions → signs that say which is which: f(x) = {x², x ≥ 0; -x, x < 0}."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphviz_ad.language.tokens import apart, blank, closer

CONDITION_FOLLOWS, NEXT_CASE, NEXT_OTHERWISE = "⸨", "⸩", "⸧"
"""What stands for the comma before a condition, for what ends a case, and for what ends it before `otherwise`."""

_OURS = str.maketrans(dict.fromkeys((CONDITION_FOLLOWS, NEXT_CASE, NEXT_OTHERWISE), "\ufffd"))
"""These signs in what someone typed, where they say nothing."""
_QUICK = re.compile(
    r"[<>≤≥≠∈]|[!=]=|otherwise|\b(?:if|when|for)\b(?:(?!\b(?:if|when|for)\b)[^\n=])*=|\{[^{},]*,[^{}=]*="
)
"""What a condition has."""
_SIGNS_OF_CONDITIONS = ("<", ">", "≤", "≥", "≠", "∈", "!=", "==", "otherwise", "if ", "when ", "for ")
"""The same, quickly found."""
_ASSIGNS = re.compile(r"(?<![<>=!≤≥≠:~])=(?!=)")
"""A sign that gives a value."""
_LEFT_SIDE = re.compile(r"[;\n][ \t]*[^\W\d][\w{}^'′(), ]*$")
"""A further left side before such a sign."""
_BRACED = re.compile(r"(?:\A|(?<![<>=!])=)[ \t\n]*(\{)")
"""What begins cases in braces, behind a left side or without one."""
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
_LEFT_OVER_BEHIND = re.compile(r"(.*\S)[ \t]+(?:otherwise|elsewhere|else)[ \t.]*", re.DOTALL)
"""A value with that word behind it."""
_LEFT_OVER_BEFORE = re.compile(r"\s*(?:otherwise|else|and|or)[ \t]+(?:otherwise[ \t]+)?(?=\S)")
"""The same before a value."""
_SINGLE_EQUALS = re.compile(r"[ \t]=(?!=)|(?<![<>=!≤≥≠ \t])=[ \t](?!=)")
"""A sign of equality in a condition."""
_CASE_LINE = re.compile(
    r"\S(?:[ \t]+|[ \t]*,[ \t]*)\(?(?:if|when|for)(?!\w)(?:(?!(?<!\w)(?:if|when|for)(?!\w))[^\n=<>≤≥≠])*[=<>≤≥≠]"
    r"|(?<!\w)(?:otherwise|else)(?!\w)|,[^,;()\n<>≤≥≠]*[<>≤≥≠]"
)
"""What a line has that is one of several cases."""
_LINE_END = re.compile(r"(\n|;(?=[ \t]*[^\W\d][\w{}^'′(), ]*=(?!=)(?:(?!\b(?:if|when|for)\b)[^;\n])*(?:[;\n]|$)))")
"""The end of a line, or of a statement before one that is no case."""
_BRACKETED_CONDITION = re.compile(r"\(([ \t]*(?:if|when|for)(?!\w)[^()]*)\)(?=[ \t.,;]*$)")
"""A condition in brackets at the end of a line."""
_LEFT_OF_CASE = re.compile(r"[ \t]*([^\W\d][\w{}^'′(), ]*)?(?<![<>=!≤≥≠:~])=(?!=)")
"""A left side that stands before each of several cases; only its sign where it is the same."""
_CASE_WORD = re.compile(r"(?<!\w)(if|when|for|where|provided|with|to|in)(?!\w)|…|\.\.")
"""Words before conditions, and what stands where a letter runs over numbers."""
_CASE_SIGNS = re.compile(f"[{CONDITION_FOLLOWS}{NEXT_CASE}{NEXT_OTHERWISE}]")
"""A sign between values and conditions."""


def with_pieces(text: str) -> str:
    """Formula → the same length of text with signs of cases: between a value and its condition, and between cases."""
    text = text if text.isascii() else text.translate(_OURS)
    if not ("," in text or ";" in text or "\n" in text or "{" in text):
        return text
    if (
        not (("{" in text and "=" in text) or any(sign[0] in text and sign in text for sign in _SIGNS_OF_CONDITIONS))
        or _QUICK.search(text) is None
        or " else " in text
    ):
        return text
    for begin in reversed([*_BRACED.finditer(text)]):
        close = closer(text, begin.start(1))
        if close > 0 and (cases := _cases(text[begin.end(1) : close], in_braces=True)) is not None:
            text = f"{text[: begin.start(1)]} {cases} {text[close + 1 :]}"
    cases = _with_left_side(text)
    return _by_lines(text) if cases == text else cases


def _with_left_side(text: str) -> str:
    """Formula → the same length of text with signs of cases, where all of it behind the first "=" is cases."""
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


def _by_lines(text: str) -> str:
    """Formula → the same length of text with signs of cases, where neighbouring lines are cases, each perhaps with the
    same left side, and other statements may stand before and behind them."""
    pieces = _LINE_END.split(text)  # lines, and what ends them between
    lines, written, start = pieces[::2], "", 0
    while start < len(lines):
        stop = start
        while stop < len(lines) and (_CASE_LINE.search(lines[stop]) or (stop > start and not lines[stop].strip())):
            stop += 1
        cases = _of_one_value(lines[start:stop]) if stop > start else None
        stop += stop == start
        written += "".join(pieces[2 * start : 2 * stop - 1]) if cases is None else cases
        written += "".join(pieces[2 * stop - 1 : 2 * stop])
        start = stop
    return written


def _of_one_value(lines: list[str]) -> str | None:
    """Lines that may be cases → the same length of text with signs of cases; None where they are something else, such
    as a letter that runs over numbers, or conditions on different names."""
    words = {word[0] for line in lines for word in _CASE_WORD.finditer(line)}
    if words - {"if", "when", "for"}:
        return None
    lines = [_BRACKETED_CONDITION.sub(r" \1 ", line) for line in lines]
    first = _LEFT_OF_CASE.match(lines[0])
    first = None if first is not None and _CASE_WORD.search(first[0]) else first
    lead, bare = first[0] if first is not None else "", [lines[0][first.end() if first is not None else 0 :]]
    for line in lines[1:]:
        left = _LEFT_OF_CASE.match(line) if first is not None else None
        is_same = left is not None and (not left[1] or left[1].split() == ((first and first[1]) or "").split())
        bare.append(blank(left[0]) + line[left.end() :] if left is not None and is_same else line)
    body = "\n".join(re.sub(r"^[ \t]*\{(?=[^{}]*$)", lambda brace: blank(brace[0]), line) for line in bare)
    cases = _cases(body)
    if cases is None:
        return None
    parts, signs = _CASE_SIGNS.split(cases), _CASE_SIGNS.findall(cases)
    conditions = [part for part, sign in zip(parts[1:], signs, strict=True) if sign == CONDITION_FOLLOWS]
    values = [part for part, sign in zip(parts, ("", *signs), strict=True) if sign != CONDITION_FOLLOWS]
    names = [set(re.findall(r"[^\W\d]\w*", condition)) for condition in conditions]
    is_other = any(not value.strip() or _ASSIGNS.search(value) or _COMPARES.search(value) for value in values)
    return None if is_other or not set.intersection(*names) else lead + cases


def _parts(body: str) -> Iterator[tuple[str, str]]:
    """Body → what stands between commas, semicolons, ends of lines outside brackets, each with the sign before it."""
    start = 0
    for part in apart(body, ",;\n"):
        yield body[start - 1 : start] if start else "", part
        start += len(part) + 1


def _cases(body: str, *, in_braces: bool = False) -> str | None:
    """What stands behind "=" → the same length of text with signs of cases, None where it is something else."""
    written, count, has_value, has_condition = "", 0, False, False
    conditional = 0
    for sign, part in _parts(body):
        if not part.strip():
            written += (" " if count or sign not in ("", "\n") else sign) + part
            continue
        word = _WORD.search(part)
        is_left_over = _LEFT_OVER.fullmatch(part) is not None
        is_condition = word is not None and not part[: word.start()].strip()
        compares = _COMPARES.search(part) is not None or (in_braces and _ASSIGNS.search(part) is not None)
        is_condition = is_condition or (word is None and has_value and compares)
        if (is_condition or is_left_over) and has_value and not has_condition:
            has_condition = True
            conditional += 1
            if is_left_over:
                written += " " + part
                continue
            words = _WORD.match(part.lstrip())
            lead = len(part) - len(part.lstrip()) + (words.end() if words is not None else 0)
            written += CONDITION_FOLLOWS + _compared(blank(part[:lead]) + part[lead:])
            continue
        if (has_value and not has_condition) or (in_braces and word is None and _ASSIGNS.search(part)):
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
            condition = _compared(" " * (len(word[0]) - 1) + part[word.end() :])
            written += separator + part[: word.start()] + CONDITION_FOLLOWS + condition
        else:
            has_condition = behind is not None
            conditional += has_condition
            if behind is not None and count > 1:
                separator, part = NEXT_OTHERWISE, behind[1].ljust(len(part))
            written += separator + part
    if count > 1 and has_condition and conditional == count:
        return written
    return None


def _compared(condition: str) -> str:
    """A condition behind blanks → the same length of text with == for the sign of equality."""
    compared = re.sub(r"(?<![<>=!≤≥≠])=(?!=)", "==", _SINGLE_EQUALS.sub("==", condition))
    blanks = len(compared) - len(condition)
    return compared[blanks:] if not compared[:blanks].strip() else condition
