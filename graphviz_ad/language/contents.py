"""What stands in square brackets → whether it is an index, a factor or vectors one under the other."""

from __future__ import annotations

import re

from graphviz_ad.language.lowered import Lowered
from graphviz_ad.language.names import Parts, split
from graphviz_ad.language.operators import COMPARISONS
from graphviz_ad.language.ranges import LENGTHS
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.stack import OpenBracket
from graphviz_ad.language.tree import CALL, NAME, NUMBER, OPERATOR, SLICE, TOTAL
from graphviz_ad.language.vocabulary import EMPTY

_WORD = re.compile(r"[A-Za-z]{3}")
"""Letters of a name that is none of mathematics."""

_OF_INDICES = frozenset(("arange", "range", "flatten", "ravel"))
"""Functions of which indices are made."""


class Contents(Lowered):
    """Tells what brackets hold."""

    def is_factor(self, node: int, frame: OpenBracket | None = None) -> bool:
        """Whether what stands in square brackets behind a value is no index: a sum or a call, of more than counters;
        right behind a long name it is one."""
        tree, below = self.tree, nodes_below(self.tree, node)
        base = frame.items[0] if frame is not None and tree.kind[frame.items[0]] == NAME else -1
        is_beside = base >= 0 and frame is not None and frame.mark == self.stops[base]
        if self.vocabulary is EMPTY or (is_beside and _WORD.search(str(tree.head[base]))):
            return False
        if tree.kind[node] not in (OPERATOR, CALL, TOTAL) or (is_beside and tree.head[node] in COMPARISONS):
            return False  # x[x > 0]
        if tree.head[node] in _OF_INDICES or any(tree.head[n] in LENGTHS for n in below):
            return False
        if any(tree.kind[n] == OPERATOR and tree.head[n] == "^" for n in below):
            return True  # P[i(1 + i)^n]
        names = {tree.head[n] for n in below if tree.kind[n] == NAME}
        return any(len(str(name)) > 1 or str(name) not in "ijklmnt" for name in names)

    def are_stacked(self, nodes: list[int]) -> bool:
        """Whether nodes with commas between them are no indices, but vectors: h_{t-1}, x_t, perhaps r * h_{t-1}."""
        scripted = [self.is_scripted(node) for node in nodes]
        return any(scripted) and all(
            has or (self.tree.kind[node] == OPERATOR and self.is_factor(node))
            for has, node in zip(scripted, nodes, strict=True)
        )

    def is_scripted(self, node: int) -> bool:
        """Whether a node is a letter with something below or above it, which is no counter: h_{t-1}, a^{(t)}."""
        parts = split(str(self.tree.head[node])) if self.tree.kind[node] == NAME else Parts("")
        return (
            self.vocabulary is not EMPTY
            and len(parts.stem) == 1
            and parts.below + parts.above != ""
            and parts.stem not in "ijklmn"
        )

    def is_of_r(self, frame: OpenBracket, index: int) -> bool:
        """Whether an index is one of R behind something computed, which counts from 1: y <- cumsum(x)[2]."""
        text = self.source.text
        if text[frame.mark - 1 : frame.mark] != ")" or not ("<-" in text or "%*%" in text):
            return False
        if self.tree.kind[index] == OPERATOR and self.tree.head[index] == "neg":
            hint = "give what is computed a name, as in y <- cumsum(x); y[-1]"
            self.fail("a negative index leaves out an entry in R", self.span(index), hint)
        if self.tree.kind[index] in (NUMBER, NAME, SLICE):
            self.notes["indices count from 1, as Julia and R have them"] = None
            return True
        return False
