"""What stands above or below something else: braces with words, \\stackrel, \\underset → plain notation."""

from __future__ import annotations

import re

from graphviz_ad.language.latex.environments import Environments
from graphviz_ad.language.latex.flatten import flat
from graphviz_ad.language.latex.labels import Task
from graphviz_ad.language.latex.pieces import SKIPPED
from graphviz_ad.language.latex.symbols import SIGNS
from graphviz_ad.language.latex.tokens import fail

_OUTER_SIGNS = frozenset(("+", "-", "*", "/", "=", "cdot", "times", "odot", "le", "leq", "ge", "geq", "<", ">", ","))
"""Signs that stand between values, so that what they begin or end is not one value."""
_ASSIGNMENT_SIGNS = frozenset(("=", "equiv", "approx", "leftarrow", "gets", "triangleq", "coloneqq"))
"""Signs that give a name to a value, above which people write why."""


class Stacked(Environments):
    """Reads what is set above or below."""

    def braced(self, at: int, stop: int) -> tuple[int, list[Task]]:
        """\\underbrace{a + b}_{what it is} → what is in the braces, as one value where no sign begins or ends it."""
        first, last, following = self.argument(at + 1, at)
        following = self.script_ranges(following, stop)[2]
        inside = [token for token in self.tokens[first:last] if token.joins != SKIPPED and token.text != "displaystyle"]
        if not inside or any(token.text in _OUTER_SIGNS or token.kind == "row" for token in (inside[0], inside[-1])):
            return following, [(first, last, "")]
        return following, [("{", self.starts[at]), (first, last, ""), ("}", self.starts[last])]

    def under(self, at: int, stop: int) -> tuple[int, list[Task]] | None:
        """\\stackrel{\\text{def}}{=} → the sign below it, \\underset{w}{\\min} → min_{w}; else None."""
        above = self.argument(at + 1, at)
        first, last, following = self.argument(above[2], at)
        inside = [token for token in self.tokens[first:last] if token.kind != "space"]
        word = self.source.text[self.starts[first] : self.stops[last - 1]] if first < last else ""
        word = re.sub(r"[^a-z]", "", re.sub(r"\\(?:text\w*|mbox|mathrm|operatorname|,|;)", "", word).lower())
        if word.startswith("arg") or (inside and inside[0].text == "arg"):
            fail(
                self.source, "an optimum is not computed here", self.span(at, following),
                "write only what is minimised or maximised",
            )  # fmt: skip
        if (
            word in ("min", "max", "minimize", "maximize", "minimise", "maximise")
            and self.tokens[at].text == "underset"
        ):
            over = flat(self.tokens[above[0] : above[1]])
            return following, [(f"{word[:3]}_{{{over}}} ", self.starts[at])]
        if self.tokens[at].text == "overset" and not flat(self.tokens[above[0] : above[1]]) and inside:
            name = self.alone(first, last)
            place = self.starts[at]
            return (following, [(first, last, "")]) if name is None else self.scripts(following, stop, name, place)
        if len(inside) == 1 and inside[0].text in ("sum", "prod") and self.tokens[at].text == "underset":
            _, upper, after = self.script_ranges(following, stop)
            sign = "∑" if inside[0].text == "sum" else "∏"
            limit = f"^{{{flat(self.tokens[slice(*upper)])}}}" if upper is not None else ""
            return after, [(f"{sign}_{{{flat(self.tokens[above[0] : above[1]])}}}{limit} ", self.starts[at])]
        if len(inside) != 1 or inside[0].text not in _ASSIGNMENT_SIGNS:
            return None
        return following, [
            (" = " if inside[0].text in ("=", "equiv") else f" {SIGNS[inside[0].text]} ", self.starts[at])
        ]
