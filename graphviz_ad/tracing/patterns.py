"""Regular expressions of Python → the same of JavaScript, with its flags u and, for lines, m; and tables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_LETTER, _DIGIT, _WORD = r"\p{L}\p{Nl}\p{No}", r"\p{Nd}", r"\p{L}\p{N}_"
_CLASSES = {
    r"[^\W\d]": f"[{_LETTER}_]", r"[^\W_]": r"[\p{L}\p{N}]", r"[^\W\d_]": f"[{_LETTER}]", r"[^\W]": f"[{_WORD}]",
    r"[\W]": f"[^{_WORD}]",
}  # fmt: skip
"""Classes with the opposite of letters, which JavaScript takes for those of ASCII."""
_EDGE = f"(?:(?<![{_WORD}])(?=[{_WORD}])|(?<=[{_WORD}])(?![{_WORD}]))"
r"""Python's \b: a place with a letter, digit or underscore of any script on one side only."""
_SPACE = r"\s\x1c-\x1f\x85"
r"""Python's \s, inside a class: JavaScript's lacks the separators U+001C to U+001F and U+0085."""
_KEPT = frozenset(r"^$\.*+?()[]{}|/ntrfvSxu0123456789")
"""What may stand behind a backslash in JavaScript with the flag u."""


def javascript(pattern: str | re.Pattern[str], *, kinds: bool = False) -> str:
    r"""Regular expression of Python → its text in JavaScript, whose flags are u, s where it had that, and m.

    `kinds` gives the groups at the top the names k1, k2, … Atomic groups become what JavaScript has instead of them.

    >>> javascript(r"[^\W\d]\w*(?>a|ab)")
    '[\\p{L}\\p{Nl}\\p{No}_][\\p{L}\\p{N}_]*(?=(?<a0>a|ab))\\k<a0>'
    """
    text = pattern if isinstance(pattern, str) else pattern.pattern
    text = re.sub(r"^\(\?[ms]+\)", "", text)
    return _Translation(text, kinds).run()


def table(value: object) -> str:
    """Dict, list or text → JavaScript, in which a table has what stands in it and nothing else, not even `constructor`.

    >>> table({"a": [1, {}]})
    '{__proto__:null,"a":[1,{__proto__:null}]}'
    """
    if isinstance(value, Mapping):
        return (
            f"{{{','.join(['__proto__:null', *(f'{table(name)}:{table(entry)}' for name, entry in value.items())])}}}"
        )
    if isinstance(value, list | tuple):
        return f"[{','.join(map(table, value))}]"
    return json.dumps(value, ensure_ascii=False)


class _Translation:
    """One pass over the signs of a pattern."""

    def __init__(self, text: str, kinds: bool) -> None:
        self.text, self.kinds, self.at = text, kinds, 0
        self.closers: list[str] = []
        self.atoms = self.groups = 0
        self.in_class = False

    def run(self) -> str:
        """All signs → JavaScript."""
        done = []
        while self.at < len(self.text):
            done.append(self._step())
        return "".join(done)

    def _step(self) -> str:
        text, at = self.text, self.at
        sign = text[at]
        self.at += 1
        if sign == "\\":
            self.at += 1
            return self._escaped(text[at + 1])
        if self.in_class:
            self.in_class = sign != "]"
            return f"\\{sign}" if sign == "[" else sign
        if sign == "[":
            for known, other in _CLASSES.items():
                if text.startswith(known, at):
                    self.at = at + len(known)
                    return other
            self.in_class = True
            if text.startswith("^", at + 1):
                self.at += 1
                return "[^"
            return "["
        if sign == "(":
            return self._opened()
        if sign == ")":
            return self.closers.pop()
        if sign == "+" and at and text[at - 1] in "*+?}" and text[at - 2] != "\\":
            raise ValueError("JavaScript has no repeats that give nothing back")
        return sign

    def _opened(self) -> str:
        if self.text.startswith("?>", self.at):
            self.at += 2
            name = f"a{self.atoms}"
            self.atoms += 1
            self.closers.append(rf"))\k<{name}>")
            return f"(?=(?<{name}>"
        top = not self.closers
        self.closers.append(")")
        if self.text.startswith("?", self.at) or not (self.kinds and top):
            return "("
        self.groups += 1
        return f"(?<k{self.groups}>"

    def _escaped(self, sign: str) -> str:
        if sign in "wds":
            inner = {"w": _WORD, "d": _DIGIT, "s": _SPACE}[sign]
            return inner if self.in_class else f"[{inner}]"
        if sign == "b":
            return _EDGE
        if sign == "S" and not self.in_class:
            return f"[^{_SPACE}]"
        if sign in _KEPT or (sign == "-" and self.in_class):
            return f"\\{sign}"
        if sign in "Wdb":
            raise ValueError(f"\\{sign} has no place in a class of JavaScript")
        return sign
