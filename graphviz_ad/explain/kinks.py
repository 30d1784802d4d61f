"""Where an operation has a kink, a tie or a pole: which words of its convention hold at this point."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.explain.expression import values
from graphviz_ad.lazy import lazy
from graphviz_ad.messages.catalogue import between, is_known, say
from graphviz_ad.ops.bound import parsed
from graphviz_ad.ops.operation import Operation

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")


def kinks(trace: Trace, node: int, slot: int) -> list[int]:
    """Edge → the sentences of its operation's convention that are needed here, in some entry at least."""
    bound = trace.graph.ops[node]
    assert bound is not None
    row = bound.row
    if not row.kinks:
        return []
    scope: dict[str, object] = {"out": trace.values[node], "k": float(slot), "pi": math.pi, **bound.options}
    args = tuple(trace.values[arg] for arg in trace.graph.args[node])
    scope |= {"xs": args, "x": args[slot]} if row.variadic else dict(zip(row.params, args))
    return [sentence for text, sentence in row.kinks if _holds(text, scope)]


def _holds(text: str, scope: dict[str, object]) -> bool:
    """Condition of a row and what its names stand for → whether it holds, in some entry at least."""
    program = parsed(text)
    root = program.statements[-1].root
    return bool(np.any(values(program.tree, root, scope)[root]))


def sentences(row: Operation, numbers: list[int], names: Sequence[str], lang: str) -> str:
    """Operation, numbers of sentences of its convention, names of the arguments → these sentences, in the language."""
    gap = between("language.gap", lang)
    end = re.escape(say("language.end", lang))
    parts = [part for part in re.split(f"(?<={end}){gap}", say(f"convention.{row.name}", lang)) if part]
    return gap.join(parts[number] for number in numbers).format(**dict(zip(row.params, names)))


def convention(row: Operation, lang: str) -> str | None:
    """Operation → the sentence about the points where it is not smooth, None where there is none."""
    key = f"convention.{row.name}"
    return say(key, lang).format(**{name: name for name in row.params}) if is_known(key) else None
