"""Functions along an axis with a letter below their name: softmax_j(e_ij) is over the axis that j stands for."""

from __future__ import annotations

import re
from dataclasses import replace

from graphviz_ad.language.letters import LETTERED_CALL, index_letters
from graphviz_ad.language.names import split
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.tree import CALL, NAME, Program
from graphviz_ad.language.vocabulary import Vocabulary

_LETTER_BELOW = re.compile(r"(\w+?)_\{?([^\W\d_])\}?")
"""The name of a function and a letter below it."""


def with_subscripted_calls(program: Program, vocabulary: Vocabulary) -> Program:
    """Program → the same with softmax(W x) for softmax_k(W x), where no name has the letter k; where one has, the call
    has the operation's name and the letter."""
    tree = program.tree
    notes = dict.fromkeys(program.notes)
    defined = {statement.name for statement in program.statements}
    for node, (kind, head) in enumerate(zip(tree.kind, tree.head, strict=True)):
        below = _LETTER_BELOW.fullmatch(head) if kind == CALL and "_" in head and head not in defined else None
        name = f"{vocabulary.operation(below[1])}_{below[2]}" if below is not None else ""
        if below is None or LETTERED_CALL.fullmatch(name) is None:
            continue
        inside = [split(str(tree.head[n])) for n in nodes_below(tree, node) if tree.kind[n] == NAME]
        is_of_letter = any(below[2] in index_letters(parts) for parts in inside)
        tree.head[node] = name if is_of_letter else name.rpartition("_")[0]
        if not is_of_letter:
            notes[f"nothing in {head}(…) has the letter {below[2]}: it is over the last axis"] = None
    return replace(program, notes=tuple(notes)) if len(notes) > len(program.notes) else program
