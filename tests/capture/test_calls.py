"""Calls of torch with their options: each has a text, and the gradients that torch gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is missing: pip install -e '.[torch]'")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from graphviz_ad.pytorch import trace  # noqa: E402

pytestmark = pytest.mark.torch


@pytest.fixture(autouse=True)
def double() -> Any:
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(1)
    yield
    torch.set_default_dtype(before)


Y = torch.tensor([2, 0, 1])
IMAGE = (2, 4, 3, 5)
CALLS: dict[str, tuple[Callable[[Any], Any], tuple[int, ...]]] = {
    "batch norm of images": (nn.BatchNorm2d(4), IMAGE),
    "batch norm of sequences": (nn.BatchNorm1d(4, eps=0.1), (2, 4, 3)),
    "batch norm without parameters": (nn.BatchNorm2d(4, affine=False, track_running_stats=False), IMAGE),
    "batch norm in use": (nn.BatchNorm2d(4).eval(), IMAGE),
    "batch norm of rows in use": (nn.BatchNorm1d(3).eval(), (4, 3)),
    "group norm": (nn.GroupNorm(2, 4), IMAGE),
    "instance norm": (nn.InstanceNorm2d(4, affine=True), IMAGE),
    "layer norm over two axes": (nn.LayerNorm((3, 5)), IMAGE),
    "RMS norm": (nn.RMSNorm(5), IMAGE),
    "transposed convolution": (nn.ConvTranspose2d(4, 2, 3, stride=2, padding=1, output_padding=1), IMAGE),
    "transposed convolution of sequences": (nn.ConvTranspose1d(4, 2, 2, stride=2, dilation=3), (4, 3)),
    "convolution in groups": (nn.Conv2d(4, 6, 2, groups=2, padding=1), IMAGE),
    "upsampling": (nn.Upsample(scale_factor=2), IMAGE),
    "padding": (lambda x: F.pad(x, (1, 2, 0, 1)) * F.pad(x, (0, 3, 1, 0), value=2.0), (3, 4)),
    "classes of images": (lambda x: F.cross_entropy(x, torch.tensor([[0, 1], [3, -100]])), (2, 4, 2)),
    "label smoothing": (lambda x: F.cross_entropy(x, Y, label_smoothing=0.1), (3, 4)),
    "label smoothing, added up": (lambda x: F.cross_entropy(x, Y, label_smoothing=0.1, reduction="sum"), (3, 4)),
    "classes that are left out": (lambda x: F.cross_entropy(x, Y, ignore_index=0), (3, 4)),
    "weights of classes": (lambda x: F.cross_entropy(x, Y, weight=torch.tensor([1.0, 2.0, 3.0, 4.0])), (3, 4)),
    "classes, each": (lambda x: F.cross_entropy(x, Y, reduction="none"), (3, 4)),
    "classes, added up": (lambda x: F.nll_loss(x.log_softmax(1), Y, reduction="sum"), (3, 4)),
    "weights of answers": (lambda x: F.binary_cross_entropy_with_logits(x, x.detach().abs(), pos_weight=torch.tensor(3.0)), (3,)),
    "logits, added up": (lambda x: F.binary_cross_entropy_with_logits(x, x.detach().abs(), reduction="sum"), (3,)),
    "Huber": (lambda x: F.huber_loss(x, 2 * x.detach(), delta=0.5), (3, 4)),
    "smooth L1": (lambda x: F.smooth_l1_loss(x, 2 * x.detach(), beta=0.5, reduction="sum"), (3, 4)),
    "Kullback-Leibler": (lambda x: F.kl_div(x.log_softmax(-1), torch.full((3, 4), 0.25), reduction="batchmean"), (3, 4)),
    "Kullback-Leibler of logarithms": (lambda x: F.kl_div(x, x.detach() / 2, log_target=True, reduction="sum"), (3, 4)),
    "a triplet": (lambda x: F.triplet_margin_loss(x, 2 * x, x + 1), (3, 4)),
    "a ranking": (lambda x: F.margin_ranking_loss(x, x * x, torch.tensor([1.0, -1.0, 1.0]), margin=0.5), (3,)),
    "cosines": (lambda x: F.cosine_similarity(x, x.exp(), dim=0), (3, 4)),
    "lengths taken out": (lambda x: F.normalize(x, dim=-1) ** 3, (3, 4)),
    "distances": (lambda x: torch.cdist(x, x.exp()), (3, 4)),
    "norms": (lambda x: x / x.norm(dim=1, keepdim=True) + torch.linalg.norm(x) + x.norm(p=1), (3, 4)),
    "gathered": (lambda x: x.gather(1, torch.tensor([[0], [3], [3]])) ** 2, (3, 4)),
    "a matrix of places": (nn.Embedding(4, 3), ()),
    "a mask": (lambda x: x[x > 0] ** 2, (3, 4)),
    "the largest": (lambda x: x.max(1).values ** 2 + x.min(dim=1, keepdim=True)[0], (3, 4)),
    "the largest of equals": (lambda x: (x * 0 + torch.tensor([1.0, 1.0, 0.0, 0.0])).max(1).values + x[:, 0], (3, 4)),
    "the two largest": (lambda x: x.topk(2, dim=0).values ** 2, (3, 4)),
    "sorted": (lambda x: x.sort(0, descending=True)[0].cumsum(0) ** 2, (3, 4)),
    "repeated": (lambda x: x.repeat(2, 1) + x.repeat_interleave(2, 0), (3, 4)),
    "expanded": (lambda x: x[:, None].expand(3, 2, 4) * x[0].expand(3, 2, 4), (3, 4)),
    "rolled and turned": (lambda x: x.roll(1, 1) * x.flip(0), (3, 4)),
    "a triangle": (lambda x: (x.tril() @ x.triu(1).T) ** 2, (3, 4)),
    "between": (lambda x: torch.lerp(x, x.exp(), 0.3) + torch.addcmul(x, x, x, value=0.5), (3, 4)),
    "a product added": (lambda x: torch.addmm(x, x, x, beta=2, alpha=0.5), (3, 3)),
    "gated": (lambda x: F.glu(x, 0), (4, 3)),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_a_call_has_a_text_and_the_gradients_of_torch(name: str) -> None:
    function, shape = CALLS[name]
    function = function.double() if isinstance(function, nn.Module) else function
    x = torch.randn(shape, requires_grad=True) if shape else torch.tensor([[0, 2], [2, 3]])
    leaf, called = (x, "x") if shape else (function.weight, "W")

    def end(out: Any) -> Any:
        return (out * out.detach().cos()).sum()

    traced = trace(function, x, loss=end, names={leaf: called})
    assert not [bound.row.name for bound in traced.graph.ops if bound is not None and bound.opaque]
    end(function(x)).backward()
    torch.testing.assert_close(torch.tensor(traced.grad(called)), leaf.grad, rtol=1e-12, atol=1e-12)
