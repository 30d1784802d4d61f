"""Values that programs keep in dictionaries: params['W1'] → W1, or grads_W1 where another one has that key too."""

from __future__ import annotations

import re
from collections import defaultdict

from graphviz_ad.language.tokens import blank

_ENTRY = re.compile(
    r"(?<![\w.'\"\])])(?:[^\W\d]\w*\.)*([^\W\d]\w*)\[[ \t]*(?P<quote>['\"])([^\W\d]\w*)(?P=quote)[ \t]*\]"
)
"""A value of a dictionary."""
_NAME = re.compile(r"(?<![\w'\"])[^\W\d]\w*(?![\w'\"])")
"""A name that is no key."""
_TAKEN = re.compile(rf"(?m)^[ \t]*([^\W\d]\w*)[ \t]*=[ \t]*{_ENTRY.pattern}[ \t]*;?[ \t]*(?=\n|#|$)")
"""A line that takes a value out of a dictionary: W1 = params['W1']."""


def without_keys(text: str) -> str:
    """Formula → the same length of text with a name for each value of a dictionary."""
    if "[" not in text or ("'" not in text and '"' not in text):
        return text
    taken = {line[1] for line in _TAKEN.finditer(text) if line[1] == line[4]}
    text = _TAKEN.sub(lambda line: blank(line[0]) if line[1] == line[4] else line[0], text)
    alone = set(_NAME.findall(text))
    dictionaries: dict[str, set[str]] = defaultdict(set)
    for entry in _ENTRY.finditer(text):
        dictionaries[entry[3]].add(entry[1])

    def name(entry: re.Match[str]) -> str:
        """A value → its key, perhaps with the dictionary before it, as long."""
        is_one = len(dictionaries[entry[3]]) == 1 and (entry[3] in taken or entry[3] not in alone)
        return (entry[3] if is_one else f"{entry[1]}_{entry[3]}").rjust(len(entry[0]))

    return _ENTRY.sub(name, text)


def key_of(name: str) -> str:
    """Name of a value as someone gave it → the key, where it is one of a dictionary; else the same.

    >>> key_of("params['W1']"), key_of("w")
    ('W1', 'w')
    """
    entry = _ENTRY.fullmatch(name)
    return name if entry is None else entry[3]
