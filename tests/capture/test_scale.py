"""Large modules: folded to a picture that a reader takes in, with the numbers of the open graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is missing: pip install -e '.[dev]'")

from graphviz_ad.diagram.legible import legible  # noqa: E402
from graphviz_ad.diagram.style import make_style  # noqa: E402
from graphviz_ad.pytorch import trace  # noqa: E402

from .programs import PROGRAMS  # noqa: E402

pytestmark = pytest.mark.torch
nn, F = torch.nn, torch.nn.functional


class Block(nn.Module):
    def __init__(self, narrow: int, wide: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(narrow, wide, 3, stride, 1, bias=False), nn.BatchNorm2d(wide)
        self.conv2, self.bn2 = nn.Conv2d(wide, wide, 3, 1, 1, bias=False), nn.BatchNorm2d(wide)
        self.down = nn.Conv2d(narrow, wide, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x: Any) -> Any:
        out = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(out + self.down(x))


class ResNet(nn.Module):
    """ResNet-18 with a given width of its first layer, which is 64."""

    def __init__(self, wide: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, wide, 7, 2, 3, bias=False), nn.BatchNorm2d(wide)
        self.layer1 = nn.Sequential(Block(wide, wide), Block(wide, wide))
        self.layer2 = nn.Sequential(Block(wide, 2 * wide, 2), Block(2 * wide, 2 * wide))
        self.layer3 = nn.Sequential(Block(2 * wide, 4 * wide, 2), Block(4 * wide, 4 * wide))
        self.layer4 = nn.Sequential(Block(4 * wide, 8 * wide, 2), Block(8 * wide, 8 * wide))
        self.fc = nn.Linear(8 * wide, 10)

    def forward(self, x: Any) -> Any:
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))


def resnet(wide: int, size: int) -> Any:
    torch.manual_seed(0)
    x = torch.randn(2, 3, size, size, dtype=torch.float64)
    return trace(ResNet(wide).double(), x, loss=lambda out: F.cross_entropy(out, torch.tensor([1, 2])))


def test_a_residual_network_folds_to_its_modules() -> None:
    traced = resnet(4, 32)
    folded = traced.closed("module")
    operations = [bound.row.name for bound in folded.graph.ops if bound is not None]
    assert [name for name in operations if name != "statement"] == [
        "conv2d", "bn1", "layer1", "layer2", "layer3", "layer4", "fc", "cross_entropy",
    ]  # fmt: skip
    assert len(folded.graph) < 30
    assert folded.value("loss") == traced.value("loss")
    assert (folded.gradients["W_{conv1}"] == traced.gradients["W_{conv1}"]).all()


def test_a_module_that_is_opened_shows_its_blocks() -> None:
    folded = resnet(4, 32).closed("module", open=["layer1"])
    operations = {bound.row.name for bound in folded.graph.ops if bound is not None}
    assert {"layer1_0", "layer1_1", "layer2"} <= operations
    assert "layer1" not in operations


@pytest.mark.slow
class Gate(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(2, 2), nn.Linear(2, 2)

    def forward(self, x: Any) -> Any:
        return self.second(torch.sigmoid(self.first(x)) * x)


class Gated(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm, self.gate, self.out = nn.LayerNorm(2), Gate(), nn.Linear(2, 2)

    def forward(self, x: Any) -> Any:
        x = x + self.gate(self.norm(x))
        return x + self.out(x)


def test_the_last_part_of_an_opened_module_stays_closed_although_the_result_has_its_name(tmp_path: Any) -> None:
    torch.manual_seed(0)
    captured = trace(Gated().double(), torch.randn(3, 2, dtype=torch.float64), loss=lambda out: out.pow(2).mean())
    opened = captured.closed("module", open=["gate"])
    assert [bound.row.name for bound in opened.graph.ops if bound] == [
        "norm", "first", "statement", "second", "add", "out", "statement",
    ]  # fmt: skip
    captured.closed("module", open=["gate", "second"]).save(
        tmp_path / "x.svg"
    )  # it has a parameter outside of statements


def test_resnet_18_is_within_the_limits(tmp_path: Any) -> None:
    folded = resnet(64, 64).closed("module")
    folded.save(tmp_path / "net.svg")
    assert "layer4" in (tmp_path / "net.svg").read_text()


class Layers(nn.Module):
    """Layers that are alike, in a row: in a container that is called, or in a list that is gone through."""

    def __init__(self, count: int, contained: bool) -> None:
        super().__init__()
        layers = [nn.Sequential(nn.Linear(2, 2), nn.Tanh()) for _ in range(count)]
        self.layers = nn.Sequential(*layers) if contained else nn.ModuleList(layers)

    def forward(self, x: Any) -> Any:
        if isinstance(self.layers, nn.Sequential):
            return self.layers(x)
        for layer in self.layers:
            x = layer(x)
        return x


@pytest.mark.parametrize("contained", [False, True])
def test_equal_modules_in_a_row_are_one_node_with_their_number(contained: bool) -> None:
    traced = trace(Layers(4, contained).double(), torch.ones(2, dtype=torch.float64), loss=lambda out: out.sum())
    folded = traced.closed("module", close="layers×4")
    kinds = [bound.row.name for bound in folded.graph.ops if bound is not None]
    assert kinds == ["layers×4", "sum"]
    assert folded.value("loss") == traced.value("loss")
    one_by_one = [bound.row.name for bound in traced.closed("module").graph.ops if bound is not None]
    assert one_by_one == (kinds if contained else ["layers_0", "layers_1", "layers_2", "layers_3", "sum"])


def test_modules_that_differ_or_branch_stand_for_themselves() -> None:
    two, net = nn.Sequential(nn.Linear(2, 2), nn.ReLU()), Layers(4, False)
    net.layers[2] = two
    traced = trace(net.double(), torch.ones(2, dtype=torch.float64), loss=lambda out: out.sum())
    assert not [group.name for group in traced.graph.groups if "×" in group.name]


def test_a_module_that_is_called_twice_is_two_parts_with_what_it_computes_alone() -> None:
    class Shared(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(2, 2)

        def forward(self, x: Any) -> Any:
            return self.fc(F.relu(self.fc(x)))

    traced = trace(Shared().double(), torch.ones(2, dtype=torch.float64), loss=lambda out: out.sum())
    closed = [bound.row.name for bound in traced.closed("function").graph.ops if bound is not None]
    assert closed == ["fc", "relu", "fc", "sum"]


class Cell(nn.Module):
    """An LSTM cell of linear maps, as tutorials have it; one gate is always open."""

    def __init__(self) -> None:
        super().__init__()
        self.input, self.output, self.gate = (nn.Linear(5, 3) for _ in range(3))

    def forward(self, x: Any, h: Any, c: Any) -> Any:
        z = torch.cat([x, h], -1)
        c = c + torch.sigmoid(self.input(z)) * torch.tanh(self.gate(z))
        h = torch.sigmoid(self.output(z)) * torch.tanh(c)
        return h, c


class Unrolled(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.cell, self.head = Cell(), nn.Linear(3, 1)

    def forward(self, x: Any) -> Any:
        h, c = torch.zeros(1, 3), torch.zeros(1, 3)
        for t in range(3):
            h, c = self.cell(x[t], h, c)
        return self.head(h)


def unrolled() -> Any:
    torch.manual_seed(0)
    net = Unrolled().double()
    torch.set_default_dtype(torch.float64)
    try:
        return trace(net, torch.randn(3, 1, 2), loss=lambda out: out.pow(2).mean())
    finally:
        torch.set_default_dtype(torch.float32)


def test_a_module_of_several_results_closes_to_one_node_for_each_with_its_parameters_inside() -> None:
    traced = unrolled()
    folded = traced.closed("module")
    graph = folded.graph
    kinds = [bound.row.name for bound in graph.ops if bound is not None]
    assert kinds == ["index", "cell", "cell", "index", "cell", "cell", "index", "cell", "head", "statement"]
    assert set(graph.inputs) == {"x"}
    assert all((folded.value(name) == traced.value(name)).all() for name in ("c_2", "h_2", "c_3", "h_3"))
    for node in (graph.ids[name] for name in ("c_2", "h_2", "c_3", "h_3", "h_4")):
        sent = [pulled(folded, reader, slot) for reader, slot in graph.consumers[node]]
        assert np.allclose(sum(sent), folded.grads[node], rtol=1e-12, atol=0)


def pulled(folded: Any, node: int, slot: int) -> Any:
    """What a node sends back to one of its arguments."""
    args, values = folded.graph.args[node], folded.values
    pullback = folded.graph.ops[node].pullback(slot, tuple(np.ndim(values[arg]) for arg in args))
    return pullback(folded.grads[node], *(values[arg] for arg in args), values[node])


def test_a_parameter_that_two_modules_share_is_seen() -> None:
    net = Gated()
    net.out.weight = net.gate.first.weight
    traced = trace(net.double(), torch.ones(3, 2, dtype=torch.float64), loss=lambda out: out.pow(2).mean())
    assert [name for name in traced.closed("module").graph.inputs if name.startswith("W")] == ["W_{gate.first}"]


def test_statements_stand_in_the_order_in_which_they_ran() -> None:
    entries = [line for line in unrolled().graph.source.text.splitlines() if "x[" in line]
    assert [line.partition(" = ")[2] for line in entries] == ["x[0]", "x[1]", "x[2]"]


def test_a_linear_map_is_one_node_of_a_picture() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1, bias=False)).double()
    traced = trace(net, torch.randn(4, 2, dtype=torch.float64), loss=lambda out: out.sum())
    drawn = legible(traced, make_style())[0].graph
    assert [bound.row.name for bound in drawn.ops if bound is not None] == ["statement", "relu", "statement", "sum"]
    assert "x @ W0.T + b0" in traced.to_code("torch").replace("_", "").replace("input", "x")
    shown = legible(traced, make_style(detail="operation"))[0].graph
    assert [bound.row.name for bound in shown.ops if bound is not None].count("transpose") == 2


def test_a_module_that_does_nothing_names_nothing() -> None:
    net = nn.Sequential(nn.Linear(2, 2), nn.Identity(), nn.Dropout(0.0), nn.Tanh())
    traced = trace(net.double(), torch.ones(1, 2, dtype=torch.float64), loss=lambda out: out.sum())
    assert [name for name in traced.graph.scope if name.startswith("h")] == ["h_0", "h_3"]


def test_a_chain_of_residual_blocks_has_no_endless_text() -> None:
    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(2, 2)

        def forward(self, x: Any) -> Any:
            return x + F.layer_norm(torch.tanh(self.fc(x)) * x, (2,))

    net = nn.Sequential(*(Residual() for _ in range(40))).double()
    traced = trace(net, torch.ones(1, 2, dtype=torch.float64), loss=lambda out: out.sum())
    folded = traced.closed("module", close="h×40")
    assert len(folded.graph) == 3
    assert folded.graph.ops[1].row.untold


def test_blocks_are_alike_whatever_the_order_of_their_operations() -> None:
    block = type(PROGRAMS["transformer_block"]()[0])
    net = nn.Sequential(*(block(8, 2) for _ in range(3))).double()
    torch.set_default_dtype(torch.float64)
    try:
        traced = trace(net, torch.randn(1, 4, 8), loss=lambda out: out.pow(2).mean())
    finally:
        torch.set_default_dtype(torch.float32)
    assert "h×3" in [group.name for group in traced.graph.groups]
