"""PyTorch code as graphs: every program goes or is refused rightly, and no number is another than torch's."""

from __future__ import annotations

import gc
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is missing: pip install -e '.[dev]'")
optimizer = pytest.importorskip("torch.optim.optimizer")

from graphviz_ad.capture import captured as assembling  # noqa: E402
from graphviz_ad.capture import comparison  # noqa: E402
from graphviz_ad.capture.places import CaptureError  # noqa: E402
from graphviz_ad.capture.recording import recording  # noqa: E402
from graphviz_ad.errors import InputError  # noqa: E402
from graphviz_ad.pytorch import trace  # noqa: E402
from tests.capture.programs import PROGRAMS  # noqa: E402
from tests.capture.tutorials import TUTORIALS  # noqa: E402

pytestmark = pytest.mark.torch


@pytest.fixture(autouse=True)
def double() -> Any:
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    yield
    torch.set_default_dtype(before)


def captured(name: str) -> Any:
    function, args, options = {**PROGRAMS, **TUTORIALS}[name]()
    return trace(function, *args, **options)


@pytest.mark.parametrize("name", {**PROGRAMS, **TUTORIALS})
def test_a_program(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "_TOLERANCES", {torch.float64: 1e-12})
    traced = captured(name)
    assert traced.active[traced.graph.output]
    assert any(grad is not None for grad in traced.gradients.values())


def test_the_text_has_the_names_of_the_author() -> None:
    assert captured("scalars").graph.source.text == "z = w * x + b\na = sigmoid(z)\nL = (a - y) ^ 2".replace(
        "w * x + b", "(w * x) + b"
    )
    assert captured("perceptron").graph.source.text.split("\n") == [
        "h_0 = input @ W_0.T + b_0", "h_1 = relu(h_0)", "h_2 = h_1 @ W_2.T + b_2", "loss = cross_entropy(h_2, target)",
    ]  # fmt: skip


def test_modules_are_groups_that_close() -> None:
    traced = captured("transformer_block")
    assert {"mlp"} <= {group.name for group in traced.graph.groups}
    assert len(traced.closed("function").graph) < len(traced.graph)


def test_what_has_no_text_is_torchs_own() -> None:
    traced = trace(
        torch.nn.MaxPool2d(2, ceil_mode=True), torch.ones(1, 3, 3, requires_grad=True), loss=lambda out: out.sum()
    )
    assert [bound.row.name for bound in traced.graph.ops if bound is not None and bound.opaque] == ["torch_max_pool2d"]


SLIDING = [
    (lambda: torch.nn.Conv2d(2, 3, 3, 2, 1), (2, 2, 6, 6)), (lambda: torch.nn.Conv2d(1, 2, (3, 1), padding="same"), (1, 5, 5)),
    (lambda: torch.nn.Conv1d(2, 3, 3, dilation=2, bias=False), (2, 2, 8)), (lambda: torch.nn.MaxPool2d(3, 2, 1), (1, 2, 7, 7)),
    (lambda: torch.nn.AvgPool2d(2), (2, 6, 6)), (lambda: torch.nn.AdaptiveAvgPool2d((2, None)), (1, 2, 7, 5)),
    (lambda: torch.nn.MaxPool1d(2), (2, 2, 6)), (lambda: torch.nn.AvgPool1d(3, 2, 1), (2, 6)),
]  # fmt: skip


@pytest.mark.parametrize(("make", "size"), SLIDING)
def test_convolutions_and_pooling_are_explained(make: Any, size: tuple[int, ...]) -> None:
    traced = trace(make().double(), torch.randn(*size, requires_grad=True), loss=lambda out: (out * out).sum())
    assert not any(bound.opaque for bound in traced.graph.ops if bound is not None)


class Large(torch.nn.Module):
    """A convolution with a number in its name, and a layer whose weights are too many to be written out."""

    def __init__(self) -> None:
        super().__init__()
        self.conv2, self.fc = torch.nn.Conv2d(1, 2, 3), torch.nn.Linear(1800, 10)

    def forward(self, x: Any) -> Any:
        return self.fc(self.conv2(x).relu().flatten(1))


def test_a_large_layer_is_closed_and_told() -> None:
    model = Large()
    optimiser = torch.optim.SGD(model.parameters())

    def step() -> None:
        optimiser.zero_grad()
        out = model(torch.randn(1, 1, 32, 32))
        torch.nn.functional.nll_loss(out.log_softmax(1), torch.tensor([3])).backward()

    traced = trace(step)
    assert {"W_{conv2}", "b_{conv2}", "W_{fc}", "b_{fc}"} <= traced.graph.inputs.keys()
    folded = traced.closed("module")
    assert {"conv2", "fc"} <= {bound.row.name for bound in folded.graph.ops if bound is not None}
    assert "conv2" in str(folded.explain())
    assert not any(bound.row.torch for bound in folded.graph.ops if bound is not None and bound.row.name == "fc")


class Masked(torch.nn.Module):
    """Attention to what came before, with a mask that it makes for itself, and one that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.qk = torch.nn.Linear(2, 4)

    def forward(self, x: Any, weights: Any) -> Any:
        q, k = self.qk(x).chunk(2, -1)
        own = torch.ones(3, 3).tril()
        return (q @ k.T).masked_fill(own == 0, 0.0) * weights


class Outer(torch.nn.Module):
    """Hands on what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = Masked()

    def forward(self, x: Any, weights: Any) -> Any:
        return self.inner(x, weights)


def test_what_a_module_makes_for_itself_is_inside_of_it() -> None:
    outer = Outer()

    def run() -> Any:
        data, weights = torch.randn(3, 2), torch.rand(3, 3)
        return outer(data.reshape(3, 2), weights=weights).sum()

    traced = trace(run)
    assert "c" in traced.graph.inputs
    assert set(traced.closed("module").graph.inputs) == {"x", "weights"}


def test_what_hides_its_calls_is_refused() -> None:
    layer, x = torch.nn.Linear(2, 1), torch.randn(3, 2, requires_grad=True)
    with pytest.raises(CaptureError, match="use_reentrant=True hides"):
        trace(lambda: torch.utils.checkpoint.checkpoint(layer, x, use_reentrant=True).sum())


def test_parts_are_called_as_a_reader_would() -> None:
    layers = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    traced = trace(layers, torch.ones(4, 2), loss=lambda out: out.sum())
    assert [group.name for group in traced.graph.groups if group.is_module] == ["Linear_0", "Linear_2"]
    product = trace(
        lambda x: (x.exp() + 1) * (x.exp() + 1).detach(),
        torch.ones(2, requires_grad=True),
        loss=lambda out: (out * out).sum(),
    )
    assert sum(bound.row.name == "exp" for bound in product.graph.ops if bound is not None) == 2  # o*o names o


def test_layers_are_written_by_their_definitions() -> None:
    names = captured("lstm_layer").graph.scope
    assert {"i", "f", "g", "o", "c", "h", "i_3", "h_3"} <= set(names)
    assert {"Q", "K", "V", "A", "A_2"} <= set(captured("encoder_layer").graph.scope)
    kinds = {bound.row.name for bound in captured("long_lstm").graph.ops if bound is not None}
    assert "lstm_0" in kinds


def test_float32_is_compared_as_float32() -> None:
    torch.set_default_dtype(torch.float32)
    assert captured("perceptron").value("loss") > 0


@pytest.mark.parametrize("what", ["value", "gradient"])
def test_a_wrong_rule_is_refused(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphviz_ad.capture import writing

    wrong = {"value": "tanh", "gradient": "detach"}[what]
    monkeypatch.setitem(writing._UNARY, "sigmoid", wrong)
    if what == "value":
        with pytest.raises(CaptureError, match=r"programs\.py:\d+: the value of 'a' \(sigmoid\) is not torch's"):
            captured("scalars")
        return
    monkeypatch.setattr(assembling, "require_equal", _with_values_of_torch)
    with pytest.raises(CaptureError, match=r"the gradient of 'a' \(sigmoid\) is not torch's"):
        captured("scalars")


def _with_values_of_torch(traced: Any, named: Any, *others: Any) -> None:
    """The comparison, of the gradients alone."""
    for name, record in named.items():
        traced.values[traced.graph.ids[name]] = comparison.value_of(record)
    comparison.require_equal(traced, named, *others)


@pytest.mark.parametrize("ends", ["norm", "softmax"])
def test_what_cancels_is_compared_by_what_is_added_up(ends: str) -> None:
    x, w = torch.randn(4, 3), torch.randn(3, 3, requires_grad=True)

    def traced() -> Any:
        z = x @ w
        return (
            torch.torch.nn.functional.layer_norm(z, (3,)).sum() if ends == "norm" else (z.softmax(-1).sum(-1) - 1).sum()
        )

    assert abs(trace(traced).value("loss")) < 1e-12


def test_a_view_that_is_written_to_is_refused() -> None:
    w = torch.randn(4, requires_grad=True)

    def changed() -> Any:
        x = w * 1
        x[:2].mul_(2)
        return (x**2).sum()

    with pytest.raises(CaptureError, match=r"test_capture\.py:\d+: a tensor was changed through another name"):
        trace(changed)


@pytest.mark.parametrize(
    ("function", "args", "message"),
    [
        (lambda x: None, (1.0,), "the code gives no tensor, but nothing"),
        (lambda x: x, (1.0,), "the code gives back what it was given"),
        (lambda x: 2 * x, ([1.0, 2.0],), "a backward pass begins at one number"),
        (lambda x: (2 * x).item(), (1.0,), "a value of type float"),
        (lambda x: (x > 0).sum(), (1.0,), "the code gives whole numbers"),
        (lambda x: torch.ones(()), (1.0,), "does not come from its inputs"),
    ],
)
def test_what_cannot_be_captured_is_told(function: Any, args: Any, message: str) -> None:
    with pytest.raises(CaptureError, match=message):
        trace(function, *(torch.tensor(value, requires_grad=True) for value in args))


def test_a_tensor_from_elsewhere_is_refused() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    before = w * 3
    with pytest.raises(CaptureError, match="comes from a call that was not seen"):
        trace(lambda: before + w)


def test_complex_numbers_are_refused() -> None:
    with pytest.raises(CaptureError, match="complex numbers are not drawn"):
        trace(lambda z: z.abs(), torch.tensor(1 + 2j, requires_grad=True))


def test_an_error_of_the_code_leaves_nothing_behind() -> None:
    apply = torch.autograd.Function.__dict__["apply"]
    hooks = dict(optimizer._global_optimizer_pre_hooks)
    with pytest.raises(ZeroDivisionError):
        trace(lambda x: x * (1 / 0), torch.tensor(1.0, requires_grad=True))
    assert torch.autograd.Function.__dict__["apply"] is apply
    assert not torch.torch.nn.modules.module._global_forward_hooks
    assert not torch.torch.nn.modules.module._global_forward_pre_hooks
    assert dict(optimizer._global_optimizer_pre_hooks) == hooks


def test_two_captures_do_not_see_each_other() -> None:
    def inner(y: Any) -> Any:
        return (y * 5) ** 2

    def outer(x: Any) -> Any:
        seen.append(trace(inner, torch.tensor(2.0, requires_grad=True)))
        return x * 3

    seen: list[Any] = []
    traced = trace(outer, torch.tensor(1.0, requires_grad=True))
    assert traced.graph.source.text == "loss = x * 3.0".replace("3.0", "3")
    assert seen[0].graph.source.text == "loss = (y * 5) ^ 2"


def test_another_thread_is_not_captured() -> None:
    w = torch.tensor(2.0, requires_grad=True)

    def code() -> Any:
        other = threading.Thread(target=lambda: w * 7)
        other.start()
        other.join()
        return w * 3

    assert trace(code).graph.source.text == "loss = w * 3"


W = torch.tensor([1.5, -0.3, -2.2], dtype=torch.float64, requires_grad=True)
NET = torch.torch.nn.Linear(3, 2).double()


def _second_derivative(x: Any) -> Any:
    (g,) = torch.autograd.grad((W**3 * x).sum(), W, create_graph=True)
    return g.sum()


def test_what_was_recorded_is_let_go_of_at_once() -> None:
    net, x = torch.nn.Linear(2, 1), torch.ones(3, 2)

    def record() -> weakref.ref[Any]:
        with recording([net], {}, {}) as recorder:
            y = net(x)
            y.tanh().sum()
        return weakref.ref(recorder)

    gc.disable()
    try:
        assert record()() is None
    finally:
        gc.enable()


def _hooked(x: Any) -> Any:
    y = x * W
    y.register_hook(lambda g: 2 * g)
    return y.sum()


def _view_is_written_to(x: Any) -> Any:
    y = x * W
    v = y[0]
    y[0] = 3.0
    return v * y.sum()


def _data_is_written_to(x: Any) -> Any:
    y = x * W
    y.data.add_(1)
    return y.sum()


def _numpy_is_written_to(x: Any) -> Any:
    y = x * 1.0
    y.numpy()[0] = 100
    return (y * W).sum()


def _written_over(x: Any) -> Any:
    y = (x * W).exp()
    y.add_(1)
    return y.sum()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (_written_over, r"\.py:\d+: torch finds no gradients of this: one of the variables .* inplace"),
        (lambda x: (x.cuda() * W).sum(), r"\.py:\d+: the code asks for the device 'cuda'"),
        (lambda x: (torch.zeros(3, device="cuda") * W).sum(), r"\.py:\d+: the code asks for the device 'cuda'"),
        (lambda x: torch.torch.nn.Linear(3, 1).to("mps")(x).sum(), r"\.py:\d+: the code asks for the device 'mps'"),
        (lambda x: (x.to_sparse() * W).sum(), r"\.py:\d+: sparse tensors are not drawn"),
        (lambda x: torch.vmap(lambda y: y * W[0])(x).sum(), r"\.py:\d+: a tensor comes from a call that was not seen"),
        (lambda x: torch.func.grad(lambda y: (y**3).sum())(x).sum(), "derivatives of derivatives are not drawn"),
        (_second_derivative, r"\.py:\d+: derivatives of derivatives are not drawn"),
        (_hooked, r"\.py:\d+: a hook changes gradients"),
        (_view_is_written_to, r"\.py:\d+: a tensor was changed through another name"),
        (_data_is_written_to, r"\.py:\d+: a tensor was changed through another name"),
        (_numpy_is_written_to, r"the value of 'loss' \(sum\) is not torch's"),
        (lambda x: (x * W)[3:].sum() + W.sum(), r"\.py:\d+: no graph can be made of this line: .* slice takes none"),
    ],
)
def test_code_that_cannot_be_followed_is_refused_at_its_line(code: Any, message: str) -> None:
    with pytest.raises(CaptureError, match=message):
        trace(code, torch.tensor([1.0, 2.0, 3.0]))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_compiled_code_runs_as_it_was_written_and_scripts_are_refused() -> None:
    traced = trace(torch.compile(NET), torch.tensor([1.0, 2.0, 3.0]), loss=torch.sum)
    assert traced.graph.source.text == "v = W @ input + b\nloss = sum(v)"
    with pytest.raises(CaptureError, match=r"'Linear' is compiled by torch\.jit"):
        trace(torch.jit.trace(NET, torch.zeros(3)), torch.zeros(3), loss=torch.sum)


def test_a_number_that_is_none_is_written_as_such() -> None:
    captured = trace(lambda x: (x * W * float("nan")).sum(), torch.tensor([1.0, 2.0, 3.0]))
    assert captured.graph.source.text == "loss = sum(((x * W) * nan))"


def test_an_argument_that_is_changed_has_the_value_that_was_given() -> None:
    def changed(x: Any) -> Any:
        x.mul_(2)
        x += 1
        return (x * W).sum()

    traced = trace(changed, torch.tensor([1.0, 2.0, 3.0]))
    assert traced.graph.source.text == "x_2 = x * 2\nx_3 = x_2 + 1\nloss = sum((x_3 * W))"
    assert traced.value("x").tolist() == [1, 2, 3]


def test_backward_of_several_numbers_is_weighted() -> None:
    def external() -> Any:
        x, y = torch.tensor([2.0, 3.0], requires_grad=True), torch.tensor([6.0, 4.0], requires_grad=True)
        Q = 3 * x**3 - y**2
        Q.backward(gradient=torch.tensor([1.0, 1.0]))

    assert trace(external).gradients["x"].tolist() == [36, 81]


def test_values_are_those_before_an_optimiser_changes_them() -> None:
    layer = torch.torch.nn.Linear(2, 1)
    before = layer.weight.detach().clone()
    sgd = torch.optim.SGD(layer.parameters(), lr=1.0)

    def step() -> Any:
        loss = torch.tanh(layer(torch.ones(1, 2))).sum()
        loss.backward()
        sgd.step()
        return loss

    traced = trace(step)
    assert (traced.value("W") == before.numpy()).all()
    assert not (layer.weight == before).any()


def test_names_may_be_chosen() -> None:
    net, x = torch.torch.nn.Sequential(torch.torch.nn.Linear(3, 2), torch.torch.nn.Tanh()), torch.randn(3)
    traced = trace(net, x, loss=torch.sum, names={x: "u", "0.weight": "V", "1": "h"})
    assert traced.graph.source.text == "h_0 = V @ u + b_0\nh = tanh(h_0)\nloss = sum(h)"


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"wieght": "V"}, "did you mean 'weight'"),
        ({"fc": "V"}, "there is no parameter or module 'fc'"),
        ({"weight": "2 x"}, "'2 x' can be no name"),
        ({"weight": "V", "bias": "V"}, "'V' can be no name"),
        ({"weight": "pi"}, "'pi' can be no name"),
    ],
)
def test_names_that_are_none_are_told(names: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        trace(NET, torch.ones(3), loss=torch.sum, names=names)


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "It is computed in {}."), ("ja", "{} で計算されます。"), ("zh", "在 {} 处计算。")]
)
def test_sentences_say_the_line_of_the_code(lang: Any, words: str) -> None:
    traced = captured("scalars")
    place = traced.graph.places["a"]
    assert place.startswith("programs.py:")
    assert words.format(place) in str(traced.explain(lang=lang))


def test_a_page_of_a_call_that_is_torchs_own_has_no_fields(tmp_path: Path) -> None:
    trace(lambda table, i: table[i].sum() + torch.torch.nn.functional.embedding(i, table).sum(), torch.randn(3, 2, requires_grad=True),
          torch.tensor([0, 2])).save(tmp_path / "page.html")  # fmt: skip
    assert "known to PyTorch alone" in (tmp_path / "page.html").read_text("utf-8")


def test_a_name_that_would_be_an_entry_of_another_stays_a_name() -> None:
    def last(x: Any) -> Any:
        for x_t in x.split(1, dim=1):
            out = (x_t @ torch.ones(1, 2)).sum()
        return out

    traced = trace(last, torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True))
    assert traced.value("out") == 12
    assert "x_{t.}" in traced.graph.source.text


def test_the_values_of_a_trace_stay_when_its_module_is_trained_on() -> None:
    layer = torch.nn.Linear(2, 1)
    before = layer.weight.detach().clone()
    traced = trace(layer, torch.ones(1, 2), loss=torch.sum)
    with torch.no_grad():
        layer.weight.add_(1)
    assert (traced.value("W") == before.numpy()).all()


@pytest.mark.parametrize("write", [torch.nn.functional.leaky_relu, torch.nn.functional.elu])
def test_a_result_that_a_function_writes_to_has_its_value_from_before(write: Any) -> None:
    w = torch.tensor([-1.0, 2.0], requires_grad=True)

    def code() -> Any:
        x = w * 2
        y = x + 1
        write(x, 0.5, True)
        return (x + y).sum()

    assert trace(code).value("y").tolist() == [-1, 5]
