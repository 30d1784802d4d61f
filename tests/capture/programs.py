"""Programs as students write them: each gives what is captured, its arguments, and what makes a number of its result."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

Program = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
PROGRAMS: dict[str, Callable[[], Program]] = {}


def program(make: Callable[[], Program]) -> Callable[[], Program]:
    PROGRAMS[make.__name__] = make
    return make


@program
def scalars():
    w, b = torch.tensor(2.0, requires_grad=True), torch.tensor(-1.0, requires_grad=True)

    def neuron(x, y):
        z = w * x + b
        a = torch.sigmoid(z)
        L = (a - y) ** 2
        return L

    return neuron, (torch.tensor(3.0), torch.tensor(1.0)), {}


@program
def linear_and_bce():
    y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    return nn.Linear(3, 1), (torch.randn(4, 3),), {"loss": lambda out: F.binary_cross_entropy(torch.sigmoid(out), y)}


@program
def perceptron():
    net = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))
    return net, (torch.randn(2, 4),), {"loss": lambda out: F.cross_entropy(out, torch.tensor([0, 2]))}


@program
def logistic_regression_by_hand():
    w, b = torch.randn(3, requires_grad=True), torch.zeros(1, requires_grad=True)
    X, y = torch.randn(5, 3), (torch.rand(5) > 0.5).double()

    def step():
        loss = 0
        for i in range(5):
            p = 1 / (1 + torch.exp(-((w * X[i]).sum() + b)))
            loss = loss - (y[i] * torch.log(p) + (1 - y[i]) * torch.log(1 - p))
        loss = loss / 5
        loss.backward()
        return loss

    return step, (), {}


@program
def attention_head():
    class Head(nn.Module):
        def __init__(self, wide, narrow):
            super().__init__()
            self.q, self.k, self.v = (nn.Linear(wide, narrow, bias=False) for _ in range(3))

        def forward(self, x):
            q, k, v = self.q(x), self.k(x), self.v(x)
            att = F.softmax(q @ k.transpose(-2, -1) / math.sqrt(k.size(-1)), dim=-1)
            return att @ v

    return Head(4, 3), (torch.randn(3, 4),), {"loss": lambda out: out.pow(2).mean()}


@program
def layer_norm_and_gelu():
    return nn.Sequential(nn.LayerNorm(4), nn.Linear(4, 4), nn.GELU()), (torch.randn(2, 4),), {"loss": torch.sum}


@program
def convolution():
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 3))
    return net, (torch.randn(1, 1, 6, 6),), {"loss": lambda out: F.cross_entropy(out, torch.tensor([1]))}


@program
def rnn_cells():
    cell = nn.RNNCell(2, 3)

    def unrolled(xs):
        h = torch.zeros(3)
        for t in range(3):
            h = cell(xs[t], h)
        return h.sum()

    return unrolled, (torch.randn(3, 2),), {}


@program
def lstm_cells():
    cell = nn.LSTMCell(2, 3)

    def unrolled(xs):
        h = c = torch.zeros(1, 3)
        for t in range(3):
            h, c = cell(xs[t], (h, c))
        return h.pow(2).sum()

    return unrolled, (torch.randn(3, 1, 2),), {}


@program
def gru_cell():
    cell = nn.GRUCell(2, 3)
    return (lambda x, h: cell(x, h).pow(2).sum()), (torch.randn(1, 2), torch.randn(1, 3)), {}


@program
def embedding():
    table, layer = nn.Embedding(5, 3), nn.Linear(3, 2)
    return (lambda index: F.cross_entropy(layer(table(index)), torch.tensor([0, 1]))), (torch.tensor([1, 3]),), {}


@program
def in_place():
    w = torch.randn(3, requires_grad=True)

    def changed():
        x = w * 2
        x += 1
        x.mul_(3)
        return x.relu_().sum()

    return changed, (), {}


@program
def loops_and_branches_on_data():
    w = torch.tensor(1.5, requires_grad=True)

    def grown():
        s = w * 1
        while s < 10:
            s = s * w
        if s > 12:
            s = s - 12
        return s

    return grown, (), {}


@program
def custom_function():
    class Square(torch.autograd.Function):
        @staticmethod
        def forward(context, x):
            context.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(context, g):
            (x,) = context.saved_tensors
            return 2 * x * g

    w = torch.randn(3, requires_grad=True)
    return (lambda: Square.apply(w).sum() * 2), (), {}


@program
def detach_and_no_grad():
    w = torch.randn(3, requires_grad=True)

    def stopped():
        a = w * 2
        b = a.detach()
        with torch.no_grad():
            c = w * 5
        return (a * b + c * w).sum()

    return stopped, (), {}


@program
def einsum():
    A, B = torch.randn(2, 3, requires_grad=True), torch.randn(3, 4, requires_grad=True)
    return (lambda: torch.einsum("ij,jk->ik", A, B).pow(2).sum()), (), {}


@program
def weight_decay():
    layer, x, y = nn.Linear(2, 1), torch.randn(3, 2), torch.randn(3, 1)

    def regularised():
        loss = F.mse_loss(layer(x), y)
        return loss + 0.1 * sum((p**2).sum() for p in layer.parameters())

    return regularised, (), {}


@program
def straight_through():
    w = torch.randn(4, requires_grad=True)

    def rounded():
        q = w + (torch.round(w) - w).detach()
        return (q * torch.arange(4.0)).sum()

    return rounded, (), {}


@program
def dropout():
    net = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.Linear(4, 1))
    return net, (torch.randn(2, 3),), {"loss": torch.mean}


@program
def multi_head_attention():
    net = nn.MultiheadAttention(4, 2, batch_first=True)
    return (lambda x: net(x, x, x)[0].pow(2).sum()), (torch.randn(1, 3, 4),), {}


@program
def several_outputs():
    layer = nn.Linear(3, 6)

    def gated(x):
        a, b = layer(x).chunk(2, -1)
        m, _ = b.max(dim=1)
        return (torch.sigmoid(a) * b).sum() + m.sum()

    return gated, (torch.randn(2, 3),), {}


@program
def writing_to_an_entry():
    w = torch.randn(3, requires_grad=True)

    def written():
        x = w * 2
        x[1] = w[0]
        return (x**2).sum()

    return written, (), {}


@program
def lstm_in_one_call():
    net = nn.LSTM(2, 3, batch_first=True)
    return (lambda x: net(x)[0].sum()), (torch.randn(1, 3, 2),), {}


@program
def training_step():
    layer, x, y = nn.Linear(2, 1), torch.randn(3, 2), torch.randn(3, 1)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)

    def step():
        optimizer.zero_grad()
        loss = ((layer(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        return loss

    return step, (), {}


@program
def batch_norm():
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh())
    return net, (torch.randn(5, 3),), {"loss": lambda out: out.pow(2).mean()}


@program
def shared_and_frozen():
    layer = nn.Linear(3, 3)
    layer.bias.requires_grad_(False)
    return (lambda x: layer(torch.relu(layer(x))).sum()), (torch.randn(2, 3),), {}


@program
def transformer_block():
    class Block(nn.Module):
        def __init__(self, wide, heads):
            super().__init__()
            self.ln_1, self.ln_2 = nn.LayerNorm(wide), nn.LayerNorm(wide)
            self.c_attn, self.c_proj = nn.Linear(wide, 3 * wide), nn.Linear(wide, wide)
            self.mlp = nn.Sequential(nn.Linear(wide, 4 * wide), nn.GELU(), nn.Linear(4 * wide, wide))
            self.heads = heads

        def forward(self, x):
            B, T, C = x.size()
            q, k, v = self.c_attn(self.ln_1(x)).split(C, dim=2)
            q, k, v = (part.view(B, T, self.heads, C // self.heads).transpose(1, 2) for part in (q, k, v))
            att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
            att = att.masked_fill(torch.tril(torch.ones(T, T)) == 0, float("-inf"))
            y = (F.softmax(att, dim=-1) @ v).transpose(1, 2).contiguous().view(B, T, C)
            x = x + self.c_proj(y)
            return x + self.mlp(self.ln_2(x))

    return Block(8, 2), (torch.randn(1, 4, 8),), {"loss": lambda out: out.pow(2).mean()}


def _over_time(layer: nn.Module, *shape: int) -> Program:
    head = nn.Linear(layer.hidden_size * (2 if layer.bidirectional else 1), 1)

    def loss(x):
        outputs, _ = layer(x)
        return head(outputs[:, -1] if layer.batch_first else outputs[-1]).pow(2).sum()

    return loss, (torch.randn(*shape),), {}


@program
def lstm_layer():
    return _over_time(nn.LSTM(2, 3, batch_first=True), 2, 3, 2)


@program
def gru_layers_in_both_directions():
    return _over_time(nn.GRU(2, 2, num_layers=2, bidirectional=True), 3, 1, 2)


@program
def rnn_layer_without_biases():
    return _over_time(nn.RNN(2, 3, nonlinearity="relu", bias=False), 4, 2, 2)


@program
def long_lstm():  # as torch computes it
    return _over_time(nn.LSTM(2, 3), 20, 1, 2)


@program
def causal_attention():
    def loss(q, k, v, mask):
        causal = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return (causal * F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=0.3)).sum()

    q, k, v = (torch.randn(3, 2, requires_grad=True) for _ in range(3))
    return loss, (q, k, v, torch.randn(3, 3)), {}


@program
def encoder_layer():
    layer = nn.TransformerEncoderLayer(4, 2, 6, dropout=0.0, batch_first=True)
    return lambda x: layer(x).pow(2).sum(), (torch.randn(1, 3, 4),), {}


@program
def heads_of_several_examples():  # as torch computes them
    layer = nn.MultiheadAttention(4, 2)
    return lambda x: layer(x, x, x)[0].pow(2).sum(), (torch.randn(3, 2, 4),), {}
