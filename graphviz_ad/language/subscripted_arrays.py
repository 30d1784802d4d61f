"""Arrays whose name has a letter below it, in loops over their entries → names without it, while the formula is read.

In sum(x_i[j] for j in range(k)) the vector x_i has entries with one index, where x_ij would be one of a matrix.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from graphviz_ad.language.given import Given
from graphviz_ad.language.tree import NAME, Program
from graphviz_ad.language.vocabulary import Vocabulary

_LOOP = re.compile(r"(?<!\w)for\s+(\w+)\s+in\s+range\(")
"""A loop over numbers."""
_LOOP_OVER = re.compile(r"(?<!\w)for\s+[\w, ()]{1,80}?\s+in\s+(?!range\()((?:zip|enumerate)?\(?[\w, ]+)")
"""A loop over arrays, and these."""
_LETTER_BELOW = re.compile(r"([^\W\d_])_[a-z]")
"""A letter with a letter below it."""


def plain_names(text: str, given: Given) -> dict[str, str]:
    """Formula → names of given vectors with a letter below, whose entries it takes in loops → their unused stems."""
    names: dict[str, str] = {}
    if "for" not in text or "_" not in text:
        return names
    letters, looped = set(_LOOP.findall(text)), " ".join(_LOOP_OVER.findall(text))
    for name, shape in given.shapes.items() if letters or looped else ():
        match = _LETTER_BELOW.fullmatch(name)
        if match is None or len(shape) != 1 or (name[-1] in letters and len(letters) > 1) or match[1] in names.values():
            continue
        taken = {match[1]} & {str(part)[:1] for part in given.shapes if part != name}
        entry = re.search(rf"(?<![\w.]){name}\[[ ]*(?:{'|'.join(letters)})[ ]*\]", text) if letters else None
        entry = entry or re.search(rf"(?<![\w.]){name}(?!\w)", looped)
        alone = re.search(rf"(?<!\w){match[1]}(?!\w)|(?<!\w){name}(?!\w|\[[ ]*\w+[ ]*\]|[ ]*[,)\]])", text)
        if entry is not None and alone is None and not taken:
            names[name] = match[1]
    return names


def with_plain_names(text: str, names: Mapping[str, str]) -> str:
    """Formula → the same length of text with other names for arrays."""
    for name, plain in names.items():
        shorter = plain + "\\1" + " " * (len(name) - len(plain))
        text = re.sub(rf"(?<![\w.]){name}(?!\w)(\[?)", shorter, text)
    return text


def known_by(names: Mapping[str, str], given: Given, vocabulary: Vocabulary) -> tuple[Given, Vocabulary]:
    """Other names for arrays → what is known of the values and the names, under these."""
    shapes = {names.get(name, name): shape for name, shape in given.shapes.items()}
    values = frozenset(names.get(name, name) for name in vocabulary.values)
    return replace(given, shapes=shapes), replace(vocabulary, values=values)


def with_own_names(program: Program, names: Mapping[str, str]) -> Program:
    """Program that was read with other names for arrays → the same with their own."""
    own = {plain: name for name, plain in names.items()}
    heads = program.tree.head
    for node, kind in enumerate(program.tree.kind):
        if kind == NAME:
            heads[node] = own.get(heads[node], heads[node])
    return program
