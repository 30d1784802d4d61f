"""Mathematics in LaTeX → MathML, which browsers show without a script from the network."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

_GAP = '<mspace width="0.17em"></mspace>'
_FUNCTION = re.compile(r"(\(</mo>\s*)?(<mi>(?:log|tanh)</mi>(?:\s*<mo>&ApplyFunction;</mo>)?)(\s*<mo[^>]*>[(])?")
"""A function with a name, and the brackets around it, of which each stands close to it."""


def mathml(tex: str, block: bool) -> str:
    """Mathematics in LaTeX → MathML, with the gaps that a printer sets around log, tanh and /."""
    text: str = tex2mathml(tex, as_block=block)
    text = _FUNCTION.sub(_with_gaps, text)
    text = re.sub(rf"(<math[^>]*>\s*){_GAP}|{_GAP}(?=\s*</math>)", r"\1", text)
    return text.replace(">/</mo>", ' lspace="0" rspace="0">/</mo>')


def _with_gaps(match: re.Match[str]) -> str:
    """A function with the brackets around it → the same, with gaps where there are none."""
    before, name, behind = match[1] or _GAP, match[2], match[3] or _GAP
    return before + name + behind


def inline(self: Any, node: nodes.math) -> None:
    """Mathematics in a line → MathML."""
    self.body.append(mathml(node.astext(), block=False))
    raise nodes.SkipNode


def block(self: Any, node: nodes.math_block) -> None:
    """Mathematics on a line of its own → MathML."""
    self.body.append(f'<div class="math">{mathml(node.astext(), block=True)}</div>')
    raise nodes.SkipNode
