"""Bars of one parse → calls: |x|, ‖w‖, ‖w‖_1, a||b, which open and close with one sign."""

from __future__ import annotations

import re

from graphviz_ad.language.brackets import CALLED
from graphviz_ad.language.comprehensions import Comprehensions
from graphviz_ad.language.names import LOWERED
from graphviz_ad.language.options_below import OPTIONS, axis_below
from graphviz_ad.language.stack import OpenBracket
from graphviz_ad.language.tree import CALL, NAME, NUMBER

_BARS = {"|": "abs", "‖": "norm", "∥": "norm", "||": "double"}
"""What each bar opens, by the kinds of `faults.OPENERS`."""
BAR = re.compile(r"\|\||\|")
"""One bar or two."""

_AXIS = re.compile(rf"_\{{?({OPTIONS.pattern})\}}?")
"""The axis of a norm below its bars."""
_ORDER = re.compile(r"_(\{(?:[12pqF∞]|inf|infty)\}|(?:[12pqF∞]|inf|infty)(?!\w))|([₁₂ₚ](?![₀-₉])|∞)")
"""The order of a norm below a single bar, and what is below two of them but no part of their sign."""


class Bars(Comprehensions):
    """Reads absolute values and norms."""

    plain: str
    """The text without what surrounds the formula."""

    def bar(self, sign: str, start: int, want: bool) -> bool:
        """`|`, `‖` or `||`, perhaps with the order of the norm below it: opens or closes → whether a value comes
        next."""
        plain, _, order = sign.replace("₁", "_1").replace("₂", "_2").partition("_")
        frame = None if want else self.innermost()
        if plain == "||" and self.two_bars(start, want, frame):
            want = self.bar("|", start, want)
            return self.bar("|" + sign[2:], start + 1, want)
        if frame is not None and frame.what == _BARS[plain]:
            below = None if order else _ORDER.match(self.plain, start + len(sign))
            if below is not None:  # |v|_p, |v|₂
                order = below[1] or below[2].translate(LOWERED)
            stop = self.resume = below.end() if below is not None else start + len(sign)
            if order and plain == "|":
                frame.what = "norm"
            return self.close_bar(order, start, stop)
        if order:
            self.fail(f"'{plain}' is not open here", (start, start + len(sign)), "write both bars, as in ‖w‖_2")
        if not want:
            self.juxtapose(start)
        return self.open(_BARS[plain], start)

    def two_bars(self, start: int, want: bool, frame: OpenBracket | None) -> bool:
        """Whether `||` is two bars: one that closes beside one that opens, or two that open or close."""
        if not want:
            return frame is not None and frame.what == "abs"
        following = BAR.search(self.source.text, start + 2)
        return following is not None and following.group() == "|"

    def close_bar(self, order: str, start: int, stop: int) -> bool:
        """Close a bar: |x| is abs(x), ‖x‖ is norm(x), ‖x‖_1 is norm(x, 1) → no value comes next."""
        frame = self.frame()
        assert frame is not None
        self.item(frame, start, want=False)
        self.pop_frame()
        items = frame.items
        order = order.strip("{} ")
        if (below := _AXIS.match(self.source.text, stop)) is not None:
            self.resume, order = below.end(), below[1]
        name = CALLED[frame.what]
        if axis := axis_below(order):
            name = f"{name}_{{{axis}}}"
        elif order and order not in ("2", "F", "2,2"):
            self.add_order(order, stop - len(order), stop)
            items.append(self.operands.pop())
        self.add(CALL, name, tuple(items), (frame.start, stop), frame.mark)
        return False

    def add_order(self, order: str, start: int, stop: int) -> None:
        """Add the order of a norm as the latest operand."""
        infinite = order in ("∞", "inf", "infty", "infinity")
        number = order.replace(".", "", 1).isdecimal()
        if infinite or not number:
            self.add(NAME, "inf" if infinite else order, (), (start, stop), start)
        else:
            self.add(NUMBER, float(order), (), (start, stop), start)
