"""Numbers between bounds, as MATLAB, Julia and R write them → a call: (0:N-1), [0:2:10], sum(1:n)."""

from __future__ import annotations

from graphviz_ad.language.logic import Logic
from graphviz_ad.language.ranges import COLON
from graphviz_ad.language.tree import CALL
from graphviz_ad.language.vocabulary import EMPTY

_MAX_BOUNDS = 2
"""Bounds before the last colon of a:step:b."""


class Colons(Logic):
    """Reads a colon outside an index; last of the classes, it has a slot for what the parser sets at its start, since
    Python finds methods faster where few attributes stand beside them."""

    __slots__ = (
        "bare_bounds", "condition", "consulted", "defaults", "divergences", "dropped", "first", "form", "forms",
        "functions", "has_loops", "left_powers", "letters", "limits", "looped", "name", "names", "notes", "one_based",
        "pairs", "params", "plain", "powers", "respelled", "row_sums", "separators", "spelled", "statements", "taken",
        "updated", "vocabulary",
    )  # fmt: skip

    def colon(self, start: int, want: bool) -> bool:
        """Read a colon between two bounds, the last of which belongs to the numbers → a value comes next."""
        frame = self.innermost() if self.brackets else None
        is_open = frame is not None and (
            frame.what in ("group", "range", "list")
            or (frame.what == "call" and self.vocabulary.function(str(frame.head)) is not None)
        )
        bare = frame is None and self.name is not None and self.params is None
        bounds = self.bare_bounds if frame is None else frame.bounds
        if want or self.vocabulary is EMPTY or self.is_sheet or not (is_open or bare) or len(bounds) >= _MAX_BOUNDS:
            return super().colon(start, want)
        self.reduce_to_frame()
        if frame is None:
            self.bare_bounds += (self.operands.pop(),)
        else:
            frame.what = "range" if frame.what == "group" else frame.what
            frame.bounds += (self.operands.pop(),)
        return True

    def numbers(self, bounds: tuple[int | None, ...], last: int) -> int:
        """Bounds before the last colon, and the last one → the call that says the numbers."""
        first, *rest = [bound for bound in bounds if bound is not None]
        return self.added(CALL, COLON, (first, *rest, last), (self.starts[first], self.stops[last]))
