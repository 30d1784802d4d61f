"""Operations of the graph in torch, from the `torch` text of each row."""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections.abc import Sequence
from types import CodeType
from typing import TYPE_CHECKING, Any

from graphviz_ad.errors import MissingPartError
from graphviz_ad.installing import library
from graphviz_ad.lazy import lazy
from graphviz_ad.ops.bound import BoundOperation
from graphviz_ad.ops.operation import Option
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

Tensor = Any
"""A tensor of torch, which need not be installed, so that its type is not known here."""


class TorchOperations:
    """Torch in double precision. Raises MissingPartError where it is not installed."""

    def __init__(self) -> None:
        if importlib.util.find_spec("torch") is None:
            raise MissingPartError("torch is not installed", hint=library("torch"))
        self.torch: Any = importlib.import_module("torch")
        self.scope = {"torch": self.torch, "F": importlib.import_module("torch.nn.functional")}
        self.codes: dict[str, CodeType] = {}

    def tensor(self, value: Value) -> Tensor:
        """Float or array → a new tensor of doubles."""
        return self.torch.tensor(np.array(value, dtype=float, order="C"))

    def apply(self, bound: BoundOperation, args: Sequence[Tensor]) -> Tensor:
        """One operation on tensors, as the `torch` text of its row says."""
        row = bound.row
        if row.torch not in self.codes:
            self.codes[row.torch] = compile(row.torch, f"<torch text of {row.name}>", "eval")
        named = {row.params[0]: list(args)} if row.variadic else dict(zip(row.params, args, strict=True))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of degrees of freedom, say: what comes of it is compared
            out = eval(self.codes[row.torch], self.scope | _options(bound) | named)  # noqa: S307  (a row's text)
        return out.clone() if any(out is arg for arg in args) else out


def _options(bound: BoundOperation) -> dict[str, Option]:
    """Options as torch takes them: an axis is an int there, a number of the language here."""
    return {name: int(v) if name == "axis" and isinstance(v, float) else v for name, v in bound.options.items()}
