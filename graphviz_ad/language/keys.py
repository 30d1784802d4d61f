"""Values that programs keep in dictionaries: params['W1'] → W1, or grads_W1 where another one has that key too."""

from __future__ import annotations

import re
from collections import defaultdict

from graphviz_ad.language.tokens import blank

_ENTRY = re.compile(r"(?<![\w.'\"\])])(?:self\.)?([^\W\d]\w*)\[[ \t]*(?P<quote>['\"])([^\W\d]\w*)(?P=quote)[ \t]*\]")
"""A value of a dictionary."""
_TAKEN = re.compile(rf"(?m)^[ \t]*([^\W\d]\w*)[ \t]*=[ \t]*{_ENTRY.pattern}[ \t]*;?[ \t]*(?=\n|#|$)")
"""A line that takes a value out of a dictionary: W1 = params['W1']."""


def without_keys(text: str) -> str:
    """Formula → the same length of text with a name for each value of a dictionary."""
    taken = {line[1] for line in _TAKEN.finditer(text) if line[1] == line[4]}
    text = _TAKEN.sub(lambda line: blank(line[0]) if line[1] == line[4] else line[0], text)
    dictionaries: dict[str, set[str]] = defaultdict(set)
    for entry in _ENTRY.finditer(text):
        dictionaries[entry[3]].add(entry[1])

    def name(entry: re.Match[str]) -> str:
        """A value → its key, perhaps with the dictionary before it, as long."""
        alone = entry[3] in taken or re.search(rf"(?<![\w'\"]){entry[3]}(?![\w'\"])", text) is None
        alone = alone and len(dictionaries[entry[3]]) == 1
        return (entry[3] if alone else f"{entry[1]}_{entry[3]}").rjust(len(entry[0]))

    return _ENTRY.sub(name, text)


def key_of(name: str) -> str:
    """Name of a value as someone gave it → the key, where it is one of a dictionary; else the same.

    >>> key_of("params['W1']"), key_of("w")
    ('W1', 'w')
    """
    entry = _ENTRY.fullmatch(name)
    return name if entry is None else entry[3]
