"""Loops within brackets, as Python has them → sums: sum(w*x for w, x in zip(ws, xs)) is the sum over i of ws_i xs_i."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NoReturn

from graphviz_ad.language import tokens
from graphviz_ad.language.brackets import Brackets
from graphviz_ad.language.names import split
from graphviz_ad.language.replanting import nodes_below
from graphviz_ad.language.stack import OpenBracket
from graphviz_ad.language.tree import INDEX, KEYWORD, NAME, OPERATOR, SLICE, TOTAL, Limits
from graphviz_ad.language.vocabulary import LETTERED
from graphviz_ad.source import Span

_FOR_CLAUSE = re.compile(
    r"\s*for\s+(?P<targets>[\w\s,()]+?)(?:\s+in\s+|\s*=\s*(?=[01]:))(?P<source>(?:(?!\bfor\b|\bif\b).)+)", re.DOTALL
)
"""One `for … in …` of a comprehension, up to the next one."""
_LOOP_SOURCE = re.compile(r"(zip|enumerate|range)\s*\((.*)\)", re.DOTALL)
"""A call that a loop runs over."""
_NUMBERS = re.compile(r"([01]):([\w.]+(?:\(\w+\))?)")
"""What a loop of Julia runs over, its last number belonging to it: 1:n."""
_LENGTH_CALL = re.compile(r"(?:len|length)\([ ]*([\w.]+)[ ]*\)|([\w.]+)\.shape\[0\]|([\w.]+)\.size(?:\(0\))?")
"""The length of an array as the end of a range: the loop then runs over all entries."""
_OWNER_PREFIX = re.compile(r"^(?:self|this)\.")
"""The object that an array belongs to, whose name is left out."""
_LETTERS = "ijklmn"
"""Letters that count the rounds of a loop."""
_ARRAY_MAKERS = frozenset(("array", "asarray", "tensor", "stack", "vstack", "list"))
"""Functions that make an array of the values a loop gives."""


class Comprehensions(Brackets):
    """Reads what stands before `for … in …` in brackets as an expression with an index."""

    has_loops: bool
    """Whether a loop was read."""
    looped: dict[int, tuple[Limits, ...]]
    """Nodes that are one value for each round of loops, with the letters and the bounds of these."""

    def comprehension(self, start: int) -> bool:
        """`for x in xs` up to the end of the bracket → no value comes next."""
        self.reduce_to_frame()
        self.has_loops = True
        frame, text = self.stack[-1][3], self.source.text
        assert frame is not None
        if text[frame.mark] not in "([{":
            self.fail_loop((start, start + 3))
        stop = tokens.closer(text, frame.mark)
        at, body = start, self.operands[-1]
        while at < stop and (clause := _FOR_CLAUSE.match(text, at, stop)) is not None:
            targets = re.findall(r"\w+", clause["targets"])
            frame.loops += (self.loop(frame.loops, body, targets, clause["source"].strip(" \t\n,"), clause.span()),)
            at = clause.end()
        if not frame.loops or text[at : max(at, stop)].strip():
            self.fail_loop((start, start + 3))
        self.resume = at
        return False

    def loop(self, outer: tuple[Limits, ...], body: int, targets: list[str], source: str, span: Span) -> Limits:
        """What a loop runs over → its letter and bounds; in its body each target is an entry of its array."""
        called = _LOOP_SOURCE.fullmatch(source)
        function, inside = called.groups() if called else ("", source)
        taken = "".join(limits.letters[0] for limits in outer)
        text = self.source.text
        free = [sign for sign in _LETTERS if sign not in taken and not re.search(rf"(?<!\w){sign}(?!\w)", text)]
        if (numbers := _NUMBERS.fullmatch(source)) is not None:  # for i in 1:n
            letter = targets[0] if len(targets[0]) == 1 else "".join(free[:1])
            upper = numbers[2] if numbers[1] == "1" else f"{numbers[2]}+1"
            return self.counted(body, targets[0], letter, [numbers[1], upper], span)
        if function == "range":
            letter = targets[0] if len(targets[0]) == 1 else "".join(free[:1])
            return self.counted(body, targets[0], letter, [bound.strip() for bound in inside.split(",")], span)
        letter, number = "".join(free[:1]), ""
        if function == "enumerate" and len(targets) > 1:
            number, *targets = targets
            inner = _LOOP_SOURCE.fullmatch(inside)
            inside = inner[2] if inner and inner[1] == "zip" else inside
            letter = number if len(number) == 1 else letter
        arrays = [_OWNER_PREFIX.sub("", name.strip()) for name in inside.split(",")]
        if letter in free:
            below = {sign for name in arrays for sign in split(name).below}
            letter = next((sign for sign in free if sign not in below), "")
        if len(arrays) != len(targets) or not letter or not all(map(tokens.is_name, arrays)):
            self.fail_loop(span)
        entries = {target: f"{name}_{letter}" for target, name in zip(targets, arrays, strict=True)}
        for node in nodes_below(self.tree, body):
            if self.tree.kind[node] == NAME:
                head = str(self.tree.head[node])
                self.tree.head[node] = entries.get(head, letter if head == number else head)
        return Limits("", (letter,), "0" if number else "")

    def counted(self, body: int, target: str, letter: str, bounds: list[str], span: Span) -> Limits:
        """`for i in range(…)` → its letter and bounds; in the body x[i] is an entry, and i alone its number."""
        tree = self.tree
        lower, upper = ("0", bounds[0]) if len(bounds) == 1 else (bounds[0], bounds[1])
        if not letter or len(bounds) > 2 or lower not in ("0", "1"):
            self.fail_loop(span)
        for node in nodes_below(tree, body):
            args = tree.args[node]
            kinds, heads = [tree.kind[arg] for arg in args], [tree.head[arg] for arg in args]
            is_row = kinds == [NAME, NAME, SLICE] and heads[2] == ""  # A[i, :]
            if tree.kind[node] == INDEX and (is_row or kinds == [NAME, NAME]) and heads[1] == target:
                tree.kind[node], tree.head[node], tree.args[node] = NAME, f"{heads[0]}_{letter}", ()
                self.scattered = True
            elif tree.kind[node] == NAME and tree.head[node] == target:
                tree.head[node] = letter
        if _LENGTH_CALL.fullmatch(upper):
            return Limits("", (letter,), lower)
        if lower == "1":
            return Limits("", (letter,), lower, re.sub(r"\s*\+\s*1$", "", upper))
        return Limits("", (letter,), lower, str(int(upper) - 1) if upper.isdecimal() else f"{upper}-1")

    def fail_loop(self, span: Span) -> NoReturn:
        """Raise ParseError for a loop that is no expression with an index."""
        self.fail(
            "this loop cannot be read", span,
            "loops run over whole arrays with a name, as in sum(w*x for w, x in zip(ws, xs)), or over range(n)",
        )  # fmt: skip

    def close_with_loops(self, sign: str, start: int, want: bool) -> bool:
        """Close a bracket; with a loop in it, it is what stands before the loop → no value comes next."""
        frame = self.innermost()
        if frame is None or not frame.loops or frame.what == "call":
            return self.close(sign, start, want)
        value, loops = self.operands[-1], frame.loops
        if frame.what == "list":
            self.starts[value], self.stops[value] = frame.start, start + 1
            self.pop_frame()
        else:
            self.close(sign, start, want)
        self.looped[value] = loops
        return False

    def call(self, frame: OpenBracket, span: Span) -> None:
        """Add a call of a loop: the sum over its letter, its mean, or the array of the values the loop gives."""
        loops = frame.loops or (self.looped.pop(frame.items[0], ()) if frame.items else ())
        if not loops:
            super().call(frame, span)
            return
        body, *rest = frame.items
        operation = self.vocabulary.operation(str(frame.head))
        positional = [item for item in rest if self.tree.kind[item] != KEYWORD]
        self.scattered = self.scattered or bool(rest)
        if operation in LETTERED and len(positional) <= (operation == "sum"):
            for limits in reversed(loops):
                body = self.added(TOTAL, replace(limits, operation=operation), (body,), span)
            if positional:  # where Python's sum begins
                body = self.added(OPERATOR, "+", (body, positional[0]), span)
        elif str(frame.head) in _ARRAY_MAKERS and not positional:
            self.looped[body] = loops
        else:
            self.fail_loop(span)
        self.operands.append(body)

    def take_loops(self, root: int) -> None:
        """Give a statement that is a loop its letters; raise ParseError for a loop anywhere else."""
        self.letters += "".join(letter for limits in self.looped.pop(root, ()) for letter in limits.letters)
        for node in self.looped:
            self.fail_loop((self.starts[node], self.stops[node]))
