"""Updates of descent: beside numpy written by hand and torch's own loop, and what memory they need."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from graphviz_ad.api import parse
from graphviz_ad.data.named import named
from graphviz_ad.data.table import Table
from graphviz_ad.training.descent import descend, settings
from graphviz_ad.training.model import model
from graphviz_ad.training.optimizers import optimizer
from graphviz_ad.training.run import Run

from .comparing import Comparison, Cost, microseconds

_BATCH, _RATE, _EPOCHS, _HIDDEN = 32, 0.1, 20, 16
_EXAMPLES = 2048
"""Examples of the sets: 64 batches an epoch."""
_FILE_MEGABYTES, _MAX_MEGABYTES = 400, 150

Parameters = dict[str, Any]

LOGISTIC = "a = sigmoid(X w + b); L = -mean(y*log(a) + (1 - y)*log(1 - a))"
PERCEPTRON = "H = tanh(X W + c); a = sigmoid(H v + b); L = -mean(y*log(a) + (1 - y)*log(1 - a))"


def _start(formula: str) -> Parameters:
    """Formula → the first values of its parameters."""
    if formula == LOGISTIC:
        return {"w": np.zeros(2), "b": 0.0}
    random = np.random.default_rng(3)
    shapes = {"W": (2, _HIDDEN), "c": (_HIDDEN,), "v": (_HIDDEN,)}
    return {**{name: random.normal(scale=0.5, size=size) for name, size in shapes.items()}, "b": 0.0}


def _table(formula: str) -> Table:
    return named("two-classes" if formula == LOGISTIC else "moons", examples=_EXAMPLES).joined({"X": ["x_1", "x_2"]})


def ours(formula: str) -> Callable[[], Run]:
    """Formula → the function that makes a run, all but the descent done before."""
    trained = model(parse(formula), _table(formula), _start(formula))
    how = settings(trained, optimizer("sgd"), batch=_BATCH, rate=_RATE, epochs=_EPOCHS)
    return lambda: descend(trained, how)


def by_hand_logistic(X: Any, y: Any, given: Parameters) -> Parameters:
    """The same as one writes it who knows the derivatives: shuffled and cut into batches too, the loss kept."""
    w, b = given["w"].copy(), given["b"]
    losses = []
    for epoch in range(_EPOCHS):
        order = np.random.default_rng([0, epoch]).permutation(_EXAMPLES)
        dealt, labels = X[order], y[order]
        for start in range(0, _EXAMPLES, _BATCH):
            xs, ys = dealt[start : start + _BATCH], labels[start : start + _BATCH]
            a = 1 / (1 + np.exp(-(xs @ w + b)))
            losses.append(-np.mean(ys * np.log(a) + (1 - ys) * np.log(1 - a)))
            d = (a - ys) / len(ys)
            w = w - _RATE * (xs.T @ d)
            b = b - _RATE * d.sum()
    return {"w": w, "b": b}


def by_hand_perceptron(X: Any, y: Any, given: Parameters) -> Parameters:
    """The same for the perceptron."""
    W, c, v, b = (given[name] for name in "Wcvb")
    losses = []
    for epoch in range(_EPOCHS):
        order = np.random.default_rng([0, epoch]).permutation(_EXAMPLES)
        dealt, labels = X[order], y[order]
        for start in range(0, _EXAMPLES, _BATCH):
            xs, ys = dealt[start : start + _BATCH], labels[start : start + _BATCH]
            H = np.tanh(xs @ W + c)
            a = 1 / (1 + np.exp(-(H @ v + b)))
            losses.append(-np.mean(ys * np.log(a) + (1 - ys) * np.log(1 - a)))
            d = (a - ys) / len(ys)
            dZ = np.outer(d, v) * (1 - H**2)
            W = W - _RATE * (xs.T @ dZ)
            c = c - _RATE * dZ.sum(0)
            v = v - _RATE * (H.T @ d)
            b = b - _RATE * d.sum()
    return {"W": W, "c": c, "v": v, "b": b}


def by_torch(formula: str, X: Any, y: Any, given: Parameters) -> Parameters:
    """The same by torch's own gradients and its own optimiser, as tutorials have it."""
    import torch

    xs, ys = torch.tensor(X), torch.tensor(y)
    tensors = {name: torch.tensor(np.array(value)).requires_grad_() for name, value in given.items()}
    stepping = torch.optim.SGD(list(tensors.values()), lr=_RATE)
    losses = []
    for epoch in range(_EPOCHS):
        order = torch.tensor(np.random.default_rng([0, epoch]).permutation(_EXAMPLES))
        for start in range(0, _EXAMPLES, _BATCH):
            rows = order[start : start + _BATCH]
            inputs, labels = xs[rows], ys[rows]
            stepping.zero_grad()
            if formula == PERCEPTRON:
                inputs = torch.tanh(inputs @ tensors["W"] + tensors["c"])
            a = torch.sigmoid(inputs @ tensors["w" if formula == LOGISTIC else "v"] + tensors["b"])
            loss = -torch.mean(labels * torch.log(a) + (1 - labels) * torch.log(1 - a))
            loss.backward()
            stepping.step()
            losses.append(loss.item())
    return {name: tensor.detach().numpy() for name, tensor in tensors.items()}


def _against(formula: str, peer: Callable[[Any, Any, Parameters], Parameters]) -> Callable[[], tuple[Cost, Cost]]:
    def prepare() -> tuple[Cost, Cost]:
        work, columns, given = ours(formula), _table(formula).columns, _start(formula)
        run, theirs = work(), peer(columns["X"], columns["y"], given)
        for name, value in run.final.items():  # the same work, or there is nothing to compare
            np.testing.assert_allclose(value, theirs[name], rtol=1e-9, atol=1e-12)
        updates = _EPOCHS * _EXAMPLES // _BATCH
        return microseconds(work, updates), microseconds(lambda: peer(columns["X"], columns["y"], given), updates)

    return prepare


def bytes_an_example(batch: int) -> float:
    """Examples in a batch → the peak of what an update needs besides the data, for each of them."""
    random = np.random.default_rng(0)
    columns = {"X": random.normal(size=(batch, 2)), "y": (random.random(batch) > 0.5) * 1.0}
    trained = model(parse(LOGISTIC), Table(columns, "examples"), _start(LOGISTIC))
    how = settings(trained, optimizer("sgd"), batch=batch, rate=_RATE, epochs=3)
    descend(trained, how)
    tracemalloc.start()
    descend(trained, how)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / batch


def _memory_by_batch() -> tuple[Cost, Cost]:
    return lambda: bytes_an_example(100_000), lambda: bytes_an_example(1_000)


_CHILD = """
import resource, sys
import numpy as np
from graphviz_ad.api import parse

def megabytes(what):
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) / 1024

graph = parse("L = mean((X w - y)^2)")
small = {"X": np.ones((64, 200)), "y": np.ones(64)}
graph.train(small, w=np.zeros(200), batch=32, lr=1e-3, epochs=1)
data = {name: np.load(f"{sys.argv[1]}/{name}.npy", mmap_mode="r") for name in ("X", "y")}
before = megabytes("RssAnon")
most = int((megabytes("VmData") + float(sys.argv[2])) * 2**20)
resource.setrlimit(resource.RLIMIT_DATA, (most, most))
seen = []
run = graph.train(
    data, w=np.zeros(200), batch=4096, lr=1e-3, epochs=2, progress=lambda *done: seen.append(megabytes("RssAnon"))
)
assert run.updates == 2 * -(-len(data["y"]) // 4096)
assert run.total(run.updates) < run.total(0)
print(max(*seen, megabytes("RssAnon")) - before)
"""
"""What a process does that may take 150 MB more than it has: mapped pages of a file are none of it."""


def megabytes_of_a_file() -> float:
    """→ by how much a process grows that learns from a file of 400 MB; it may not grow by more than 150."""
    with tempfile.TemporaryDirectory() as folder:
        random, rows = np.random.default_rng(0), _FILE_MEGABYTES * 10**6 // (200 * 8)
        X = np.lib.format.open_memmap(f"{folder}/X.npy", mode="w+", dtype=float, shape=(rows, 200))
        for start in range(0, rows, 10_000):
            X[start : start + 10_000] = random.normal(size=(min(10_000, rows - start), 200))
        X.flush()
        np.save(f"{folder}/y.npy", X[:, 0] - X[:, 1])
        del X
        command = [sys.executable, "-c", _CHILD, folder, str(_MAX_MEGABYTES)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
        assert done.returncode == 0, done.stderr[-2000:]
        return float(done.stdout)


def _rows(
    what: str, formula: str, by_hand: Callable[[Any, Any, Parameters], Parameters], torchs: float
) -> list[Comparison]:
    """Name and formula, the peer by hand, the target beside torch → both comparisons."""
    what = f"an update, {what}, batch of {_BATCH}"
    return [
        Comparison(what, "numpy by hand", 1.6, "{:.1f} µs", _against(formula, by_hand), 15),
        Comparison(
            what, "torch", torchs, "{:.1f} µs", _against(formula, lambda X, y, given: by_torch(formula, X, y, given)), 5
        ),
    ]


COMPARISONS = (
    *_rows("logistic regression", LOGISTIC, by_hand_logistic, 0.15),
    *_rows("perceptron 2-16-1", PERCEPTRON, by_hand_perceptron, 0.25),
    Comparison("memory of an update, 100,000 examples", "itself, 1,000", 1.2, "{:.0f} B an example", _memory_by_batch, 1),
    Comparison(
        "memory of descent on a mapped file", "the file", _MAX_MEGABYTES / _FILE_MEGABYTES, "{:.0f} MB",
        lambda: (megabytes_of_a_file, lambda: float(_FILE_MEGABYTES)), 1,
    ),
)  # fmt: skip
