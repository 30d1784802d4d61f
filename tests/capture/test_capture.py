"""PyTorch code as graphs: every program goes or is refused rightly, and no number is another than torch's."""

from __future__ import annotations

import threading
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is missing: pip install -e '.[test]'")

from graphviz_ad.capture import captured as assembling  # noqa: E402
from graphviz_ad.capture.recorder import CaptureError  # noqa: E402
from graphviz_ad.pytorch import trace  # noqa: E402
from tests.capture.programs import PROGRAMS  # noqa: E402

pytestmark = pytest.mark.torch


@pytest.fixture(autouse=True)
def double() -> Any:
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    yield
    torch.set_default_dtype(before)


def captured(name: str) -> Any:
    function, args, options = PROGRAMS[name]()
    return trace(function, *args, **options)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembling, "_TOLERANCES", {torch.float64: 1e-12})
    made = captured(name)
    assert made.active[made.graph.output]
    assert any(grad is not None for grad in made.gradients.values())


def test_the_text_has_the_names_of_the_author() -> None:
    assert captured("scalars").graph.source.text == "z = w * x + b\na = sigmoid(z)\nL = (a - y) ^ 2".replace(
        "w * x + b", "(w * x) + b"
    )
    assert captured("perceptron").graph.source.text.split("\n") == [
        "h_0 = input @ W_0.T + b_0", "h_1 = relu(h_0)", "h_2 = h_1 @ W_2.T + b_2", "loss = cross_entropy(h_2, c)",
    ]  # fmt: skip


def test_modules_are_groups_that_close() -> None:
    made = captured("transformer_block")
    assert {"mlp"} <= {group.name for group in made.graph.groups}
    assert len(made.closed("function").graph) < len(made.graph)


def test_what_has_no_text_is_torchs_own() -> None:
    operations = {plan.row.name for plan in captured("convolution").graph.plans if plan is not None}
    assert {"conv2d", "torch_max_pool2d", "relu", "cross_entropy"} <= operations


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
    monkeypatch.setattr(assembling._Assembly, "_require_equal", _gradients_alone(assembling._Assembly._require_equal))
    with pytest.raises(CaptureError, match=r"the gradient of 'a' \(sigmoid\) is not torch's"):
        captured("scalars")


def _gradients_alone(check: Any) -> Any:
    """The comparison of an assembly, without that of the values."""

    def compare(self: Any, made: Any) -> None:
        for name, record in self.named.items():
            made.values[made.graph.ids[name]] = assembling._value(record)
        check(self, made)

    return compare


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
    with pytest.raises(ZeroDivisionError):
        trace(lambda x: x * (1 / 0), torch.tensor(1.0, requires_grad=True))
    assert torch.autograd.Function.__dict__["apply"] is apply
    assert not torch.nn.modules.module._global_forward_hooks
    assert not torch.nn.modules.module._global_forward_pre_hooks


def test_two_captures_do_not_see_each_other() -> None:
    def inner(y: Any) -> Any:
        return (y * 5) ** 2

    def outer(x: Any) -> Any:
        seen.append(trace(inner, torch.tensor(2.0, requires_grad=True)))
        return x * 3

    seen: list[Any] = []
    made = trace(outer, torch.tensor(1.0, requires_grad=True))
    assert made.graph.source.text == "loss = x * 3.0".replace("3.0", "3")
    assert seen[0].graph.source.text == "loss = (y * 5) ^ 2"


def test_another_thread_is_not_captured() -> None:
    w = torch.tensor(2.0, requires_grad=True)

    def code() -> Any:
        other = threading.Thread(target=lambda: w * 7)
        other.start()
        other.join()
        return w * 3

    assert trace(code).graph.source.text == "loss = w * 3"
