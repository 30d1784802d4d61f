"""Recurrent layers and attention by their definitions, which torch computes in one call.

They are run in place of torch's, so that what is in them is seen: the formulas are those of its documentation
(https://pytorch.org/docs/stable/generated/torch.nn.LSTM.html, …/torch.nn.MultiheadAttention.html). What is bound to a
variable here keeps its name. A definition that does not hold for its arguments gives NotImplemented, and the call is
torch's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.nn.functional import linear

Tensor = torch.Tensor
Cell = Callable[..., Any]

_MAX_CELLS = 12
"""Cells of a layer that are written out, over its time steps, layers and directions."""


# -- cells ---------------------------------------------------------------------------------------


def _rnn(activation: Callable[[Tensor], Tensor]) -> Cell:
    def cell(x: Tensor, h: Tensor, w: Tensor, u: Tensor, b: Tensor | None = None, d: Tensor | None = None) -> Tensor:
        h = activation(linear(x, w, b) + linear(h, u, d))
        return h

    return cell


def _lstm(
    x: Tensor, state: Any, w: Tensor, u: Tensor, b: Tensor | None = None, d: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    h, c = state
    a = linear(x, w, b) + linear(h, u, d)
    parts = a.chunk(4, -1)
    i = torch.sigmoid(parts[0])
    f = torch.sigmoid(parts[1])
    g = torch.tanh(parts[2])
    o = torch.sigmoid(parts[3])
    c = f * c + i * g
    h = o * torch.tanh(c)
    return h, c


def _gru(x: Tensor, h: Tensor, w: Tensor, u: Tensor, b: Tensor | None = None, d: Tensor | None = None) -> Tensor:
    of_x, of_h = linear(x, w, b).chunk(3, -1), linear(h, u, d).chunk(3, -1)
    r = torch.sigmoid(of_x[0] + of_h[0])
    z = torch.sigmoid(of_x[1] + of_h[1])
    n = torch.tanh(of_x[2] + r * of_h[2])
    h = (1 - z) * n + z * h
    return h


# -- layers --------------------------------------------------------------------------------------


def _layers(cell: Cell, *, has_memory: bool = False) -> Cell:
    """Cell → what runs it over time, layer by layer and in both directions."""

    def run(
        x: Tensor, start: Any, weights: Any, has_biases: Any, count: Any, dropout: Any, train: Any, both: Any,
        batch_first: Any,
    ) -> Any:  # fmt: skip
        if not isinstance(weights, list | tuple):  # of sequences of several lengths
            return NotImplemented
        per_layer, directions = (4 if has_biases else 2), (2 if both else 1)
        axis = 1 if batch_first and x.ndim == 3 else 0
        steps = x.shape[axis]
        too_many = count * directions * steps > _MAX_CELLS
        if too_many or len(weights) != per_layer * count * directions or (dropout and train and count > 1):
            return NotImplemented
        h_0: Any = start[0] if has_memory else start
        c_0: Any = start[1] if has_memory else None
        sequence: Sequence[Tensor] = [x[:, t] if axis else x[t] for t in range(steps)]
        last: list[Any] = []
        for layer in range(count):
            over: list[list[Tensor]] = []
            for direction in range(directions):
                place = layer * directions + direction
                own = weights[per_layer * place : per_layer * (place + 1)]
                state = (h_0[place], c_0[place]) if has_memory else h_0[place]
                outputs = []
                for x in sequence[:: -1 if direction else 1]:
                    state = cell(x, state, *own)
                    outputs.append(state[0] if has_memory else state)
                over.append(outputs[:: -1 if direction else 1])
                last.append(state)
            sequence = over[0] if directions == 1 else [torch.cat(pair, -1) for pair in zip(*over, strict=True)]
        output = torch.stack(list(sequence), axis)
        if has_memory:
            return output, torch.stack([h for h, _ in last]), torch.stack([c for _, c in last])
        return output, torch.stack(last)

    return run


# -- attention -----------------------------------------------------------------------------------


def _attention(
    q: Tensor, k: Tensor, v: Tensor, attn_mask: Tensor | None = None, dropout_p: float = 0.0, is_causal: bool = False,
    scale: float | None = None, enable_gqa: bool = False,
) -> Any:  # fmt: skip
    if dropout_p or enable_gqa or (attn_mask is not None and (attn_mask.dtype is torch.bool or is_causal)):
        return NotImplemented
    scores = q @ k.transpose(-2, -1)
    scores = scores / math.sqrt(q.shape[-1]) if scale is None else scores * scale
    if is_causal:
        above = torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool).triu(1)
        scores = scores.masked_fill(above, -math.inf)
    if attn_mask is not None:
        scores = scores + attn_mask
    weights = torch.softmax(scores, -1)
    return weights @ v


def _of_one(x: Tensor) -> Tensor:
    """What a layer is given of one example → a matrix."""
    return x[:, 0] if x.ndim == 3 else x


def _rows(bias: Tensor | None, rows: slice) -> Tensor | None:
    return None if bias is None else bias[rows]


def _heads(
    query: Tensor, key: Tensor, value: Tensor, embed_dim_to_check: int, num_heads: int, in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None, bias_k: Any, bias_v: Any, add_zero_attn: bool, dropout_p: float,
    out_proj_weight: Tensor, out_proj_bias: Tensor | None, training: bool = True, key_padding_mask: Any = None,
    need_weights: bool = True, attn_mask: Any = None, use_separate_proj_weight: bool = False,
    q_proj_weight: Any = None, k_proj_weight: Any = None, v_proj_weight: Any = None, static_k: Any = None,
    static_v: Any = None, average_attn_weights: bool = True, is_causal: bool = False,
) -> Any:  # fmt: skip
    others = (bias_k, bias_v, key_padding_mask, attn_mask, static_k, static_v)
    of_one_example = query.ndim == 2 or query.shape[1] == 1
    usual = in_proj_weight is not None and not (add_zero_attn or use_separate_proj_weight or is_causal)
    if not (of_one_example and usual) or (dropout_p and training) or any(other is not None for other in others):
        return NotImplemented
    size = embed_dim_to_check // num_heads
    assert in_proj_weight is not None

    first, second = slice(0, embed_dim_to_check), slice(embed_dim_to_check, 2 * embed_dim_to_check)
    third = slice(2 * embed_dim_to_check, None)
    Q = linear(_of_one(query), in_proj_weight[first], _rows(in_proj_bias, first))  # noqa: N806  (as books call them)
    K = linear(_of_one(key), in_proj_weight[second], _rows(in_proj_bias, second))  # noqa: N806
    V = linear(_of_one(value), in_proj_weight[third], _rows(in_proj_bias, third))  # noqa: N806
    heads, weights = [], []
    for number in range(num_heads):
        own = slice(number * size, (number + 1) * size)
        A = torch.softmax(Q[:, own] @ K[:, own].T / math.sqrt(size), -1)  # noqa: N806
        heads.append(A @ V[:, own])
        weights.append(A)
    output = linear(torch.cat(heads, -1), out_proj_weight, out_proj_bias)
    shown = torch.stack(weights) if need_weights else None
    if shown is not None and average_attn_weights:
        shown = shown.mean(0)
    if query.ndim == 3:
        return output.unsqueeze(1), None if shown is None else shown.unsqueeze(0)
    return output, shown


# -- distances -----------------------------------------------------------------------------------


def _normalized(x: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12, out: Any = None) -> Any:
    if p not in (1, 2, math.inf) or not isinstance(dim, int):
        return NotImplemented
    return x / x.norm(p, dim, keepdim=True).clamp_min(eps)


def _distance(x: Tensor, y: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Any:
    if p not in (1, 2, math.inf):
        return NotImplemented
    return torch.linalg.vector_norm(x - y + eps, p, -1, keepdim)


def _distances(x: Tensor, y: Tensor, p: float = 2.0, compute_mode: Any = None) -> Any:
    if p not in (1, 2, math.inf):
        return NotImplemented
    return torch.linalg.vector_norm(x.unsqueeze(-2) - y.unsqueeze(-3), p, -1)


def _triplet(
    anchor: Tensor, positive: Tensor, negative: Tensor, margin: float = 1.0, p: float = 2, eps: float = 1e-6,
    swap: bool = False, size_average: Any = None, reduce: Any = None, reduction: str = "mean",
) -> Any:  # fmt: skip
    if p not in (1, 2, math.inf) or swap or reduce is not None or size_average is not None:
        return NotImplemented
    losses = torch.relu(margin + _distance(anchor, positive, p, eps) - _distance(anchor, negative, p, eps))
    return _reduced(losses, reduction)


def _ranking(
    x: Tensor, y: Tensor, target: Tensor, margin: float = 0, size_average: Any = None, reduce: Any = None,
    reduction: str = "mean",
) -> Any:  # fmt: skip
    if reduce is not None or size_average is not None:
        return NotImplemented
    return _reduced(torch.relu(-target * (x - y) + margin), reduction)


def _reduced(losses: Tensor, reduction: str) -> Tensor:
    return losses if reduction == "none" else losses.sum() if reduction == "sum" else losses.mean()


# -- edges ---------------------------------------------------------------------------------------


def _padded(x: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Any:
    if mode != "constant" or min(pad) < 0:
        return NotImplemented
    for place in range(0, len(pad), 2):
        axis, parts = x.ndim - 1 - place // 2, [x]
        for at, count in ((0, pad[place]), (len(parts), pad[place + 1])):
            if count:
                shape = (*x.shape[:axis], count, *x.shape[axis + 1 :])
                edge = torch.full(shape, value or 0.0, dtype=x.dtype)
                parts.insert(at and len(parts), edge)
        x = torch.cat(parts, axis) if len(parts) > 1 else x
    return x


DEFINITIONS: Mapping[str, Callable[..., Any]] = {
    "rnn_tanh_cell": _rnn(torch.tanh), "rnn_relu_cell": _rnn(torch.relu), "lstm_cell": _lstm, "gru_cell": _gru,
    "rnn_tanh": _layers(_rnn(torch.tanh)), "rnn_relu": _layers(_rnn(torch.relu)), "gru": _layers(_gru),
    "lstm": _layers(_lstm, has_memory=True), "scaled_dot_product_attention": _attention,
    "multi_head_attention_forward": _heads, "normalize": _normalized, "pairwise_distance": _distance,
    "cdist": _distances, "pad": _padded, "triplet_margin_loss": _triplet, "margin_ranking_loss": _ranking,
}  # fmt: skip
"""Calls of torch by name, and what is run in their place."""
