"""What follows from wrong numbers of one's own, one quantity at a time: what marking finds for all of them in one pass."""

from __future__ import annotations

from collections.abc import Mapping

from graphviz_ad.autodiff.trace import Trace
from graphviz_ad.items.quantities import Quantity
from graphviz_ad.misconceptions.follow_through import following


def carried(trace: Trace, asked: Quantity, own: Mapping[Quantity, float]) -> float | None:
    """Trace, the quantity that is asked for, and wrong numbers of one's own → what follows from them, as
    `all_carried` has it."""
    number = following(trace, asked, own)
    telling = {quantity: number for quantity, number in own.items() if abs(number) not in (0.0, 1.0)}
    if len(telling) < len(own) and following(trace, asked, telling) != number:
        return None
    return number
