"""PyTorch code as graphs: what recording costs a call, and both passes beside torch's own, of a transformer's blocks
and a ResNet-18."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .comparing import Comparison, Cost

_WIDE, _LAYERS = 48, (1, 6, 12)
_REPEATS = 9
"""Runs of which the quickest counts: the first also waits for memory, and convolutions vary by more than is measured."""
_CALL_MICROSECONDS = 200
"""What recording may cost a call."""
_NODE_MILLISECONDS = 0.2
"""What both passes may cost a node, besides three times torch's own time."""


@contextmanager
def _one_thread() -> Iterator[None]:
    import torch

    threads, dtype = torch.get_num_threads(), torch.get_default_dtype()
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.set_default_dtype(dtype)


def _seconds(work: Callable[[], Any]) -> float:
    """Work → the time of the processor it takes, in one thread and in double precision."""
    with _one_thread():
        times = []
        for _ in range(_REPEATS):
            start = time.process_time()
            work()
            times.append(time.process_time() - start)
        return min(times)


def _program(layers: int) -> tuple[Any, Any]:
    """How many blocks of a transformer, or 0 for a ResNet-18 → the net and its input."""
    import torch

    from tests.capture.programs import PROGRAMS
    from tests.capture.test_scale import ResNet

    with _one_thread():
        torch.manual_seed(0)
        if not layers:
            return ResNet(64), torch.randn(2, 3, 32, 32)
        block = type(PROGRAMS["transformer_block"]()[0])
        net = torch.nn.Sequential(*(block(_WIDE, 3) for _ in range(layers)))
        return net, torch.randn(2, 16, _WIDE)


def _loss(out: Any) -> Any:
    return out.pow(2).mean()


def _recording(layers: int) -> Callable[[], tuple[Cost, Cost]]:
    """→ microseconds a recorded call beyond the code's own time, and those it may take."""

    def prepare() -> tuple[Cost, Cost]:
        from graphviz_ad.capture.recording import recording

        net, x = _program(layers)

        def ours() -> float:
            alone = _seconds(lambda: _loss(net(x)))
            calls = 0

            def record() -> None:
                nonlocal calls
                with recording([net], {}, {}) as recorder:
                    _loss(net(x))
                calls = len(recorder.seen.calls)

            return (_seconds(record) - alone) * 1e6 / calls

        return ours, lambda: float(_CALL_MICROSECONDS)

    return prepare


def _passes(layers: int) -> Callable[[], tuple[Cost, Cost]]:
    """→ milliseconds of both passes, and those they may take: three times torch's, and some for each node."""

    def prepare() -> tuple[Cost, Cost]:
        from graphviz_ad.autodiff.passes import run
        from graphviz_ad.pytorch import trace

        net, x = _program(layers)
        with _one_thread():
            traced = trace(net, x, loss=_loss)
        graph = traced.graph
        given = {name: traced.value(name) for name in graph.inputs}
        wrt = [name for name, grad in traced.gradients.items() if grad is not None]

        def allowed() -> float:
            net.zero_grad()
            return 3 * 1e3 * _seconds(lambda: _loss(net(x)).backward()) + _NODE_MILLISECONDS * len(graph)

        return lambda: 1e3 * _seconds(lambda: run(graph, given, wrt=wrt)), allowed

    return prepare


COMPARISONS = tuple(
    comparison
    for layers, net in ((0, "ResNet-18"), *((layers, f"{layers} blocks") for layers in _LAYERS))
    for comparison in (
        Comparison(f"recording a call of PyTorch, {net}", "0.2 ms", 1.0, "{:.0f} µs", _recording(layers)),
        Comparison(
            f"both passes of PyTorch code, {net}", "3 × torch + 0.2 ms a node", 1.0, "{:.1f} ms",
            _passes(layers),
        ),
    )
)  # fmt: skip
