"""Cells of recurrent networks by their definitions, which torch computes in one call.

They are run in place of torch's, so that what is in them is seen: the formulas are those of its documentation
(https://pytorch.org/docs/stable/generated/torch.nn.LSTMCell.html).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

Tensor = torch.Tensor


def _linear(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    return torch.nn.functional.linear(x, weight, bias)


def _rnn(activation: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    def cell(x: Tensor, h: Tensor, w: Tensor, u: Tensor, b: Tensor | None = None, c: Tensor | None = None) -> Tensor:
        return activation(_linear(x, w, b) + _linear(h, u, c))

    return cell


def _lstm(
    x: Tensor, state: Any, w: Tensor, u: Tensor, b: Tensor | None = None, c: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    hidden, memory = state
    gates = _linear(x, w, b) + _linear(hidden, u, c)
    i, f, g, o = gates.chunk(4, -1)
    following = torch.sigmoid(f) * memory + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(following), following


def _gru(x: Tensor, h: Tensor, w: Tensor, u: Tensor, b: Tensor | None = None, c: Tensor | None = None) -> Tensor:
    from_input, from_state = _linear(x, w, b), _linear(h, u, c)
    r_x, z_x, n_x = from_input.chunk(3, -1)
    r_h, z_h, n_h = from_state.chunk(3, -1)
    r, z = torch.sigmoid(r_x + r_h), torch.sigmoid(z_x + z_h)
    n = torch.tanh(n_x + r * n_h)
    return (1 - z) * n + z * h


DEFINITIONS: Mapping[str, Callable[..., Any]] = {
    "rnn_tanh_cell": _rnn(torch.tanh), "rnn_relu_cell": _rnn(torch.relu), "lstm_cell": _lstm, "gru_cell": _gru,
}  # fmt: skip
"""Calls of torch by name, and what is run in their place."""
