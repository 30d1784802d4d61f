"""The part of a trace that knows of rounding dust; `autodiff.dust` finds it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from graphviz_ad.values import Mask

if TYPE_CHECKING:
    from graphviz_ad.autodiff.trace import Trace


class Swept:
    """A trace that can be shown without rounding dust; `dust` is what is 0 for that reason where it is shown."""

    dust: ClassVar[Mapping[tuple[str, int, int], Mask]] = {}

    def is_dust(self, kind: str, node: int, slot: int = 0) -> bool:
        """Whether some entry of a number that is shown is rounding dust: it is 0 then, and gets ≈."""
        return (kind, node, slot) in self.dust

    @cached_property
    def shown(self) -> Trace:
        """The trace as it is shown to people: with 0 in place of rounding dust."""
        from graphviz_ad.autodiff.dust import shown
        from graphviz_ad.autodiff.trace import Trace

        assert isinstance(self, Trace)
        return shown(self)
