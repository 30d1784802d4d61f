"""Signs of MATLAB and Octave in a text: matrices with rows, arrays of ones by their lengths, lines that end with ;"""

from __future__ import annotations

import re

BY_ENTRIES = re.compile(r"\.(?:[*/^(]|(?<= \.)[-+])")
"""A sign entry by entry, quickly found."""
_MATRIX = re.compile(
    r"\[[^\[\];]*,[^\[\];]*;[^\[\]]*\]|\[[ \t]*[-0-9.]+(?:[ \t]+[-0-9.]+)+[ \t]*;[^\[\]]*\]"
    r"|\[(?=[^\[\]]*;)[^\[\]]*[\w.)'][ \t]+[-−][\w.(][^\[\]]*\]"
)
"""A matrix with semicolons between its rows: [1 2; 3 4]."""
_FILLED = re.compile(
    r"(?<![\w.])(?:ones|zeros|eye)\((?:[ \t]*size\("
    r"|[\w \t]+(?:\([^()]*\)[ \t]*)?,[ \t]*[\w \t]+(?:\([^()]*\))?[ \t]*\))"
)
"""An array by its lengths: ones(m, 1), eye(size(A))."""
_OF_OTHERS = re.compile(
    r"\[|\{|\*\*|%\*%|(?<![\w.])(?:float|double|int|const|var|let|auto|return|vec[234]|mat[234])\b"
    r"|->|::|\bMath\.|\.\(| \.[-+]|@\."
)
"""Signs of other languages whose lines end so too, and of Julia."""
_CODE_LINE = re.compile(r"(?m)^[ \t]*([^\s%#][^%#\n]*)")
"""A line up to its comment."""


def has_matrices(text: str) -> bool:
    """Whether a matrix or an array of ones stands in a text as MATLAB has it.

    >>> has_matrices("A = [1 2; 3 4]"), has_matrices("[ones(m, 1) X]"), has_matrices("np.ones((2, 1))")
    (True, True, False)
    """
    return (";" in text and _MATRIX.search(text) is not None) or (
        ("(" in text and ("ones(" in text or "zeros(" in text or "eye(" in text)) and _FILLED.search(text) is not None
    )


def is_terminated(text: str) -> bool:
    """Whether every line but the last of several ends with a semicolon, and nothing shows another language.

    >>> is_terminated("x = x + K*y;"), is_terminated("x = 2; y"), is_terminated("float y = a*x;")
    (True, False, False)
    """
    if ";" not in text or _OF_OTHERS.search(text) is not None:
        return False
    lines = [line.rstrip() for line in _CODE_LINE.findall(text)]
    before = lines[:-1] or lines
    return bool(lines) and all(line.endswith((";", "...")) for line in before)
