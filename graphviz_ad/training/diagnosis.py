"""A run → what is wrong with it, in findings; each has the numbers it was seen by, and a healthy run has none."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from graphviz_ad.graph.graph import Graph
from graphviz_ad.language import numbers
from graphviz_ad.lazy import lazy
from graphviz_ad.training import symptoms
from graphviz_ad.training.evidence import Evidence
from graphviz_ad.training.finding import Finding
from graphviz_ad.training.landscape import MAX_WHOLE, Landscape
from graphviz_ad.training.optimizers import Optimizer
from graphviz_ad.training.run import Run
from graphviz_ad.training.scaling import scale
from graphviz_ad.values import Value

if TYPE_CHECKING:
    import numpy as np
else:
    np = lazy("numpy")

_MIN_TIMES = 4.0
"""How many times below its limit a learning rate is said to be small."""
_LEFT = 0.1
"""Part of what the loss has fallen that one good step could still bring, where a rate is said to be small."""
_MOVED = 0.01
"""Part of the loss at the start by which it falls at least where something is learnt."""
_BATCHES = 8
"""Batches whose own curvature is looked at."""
_FLAT = 1e-10
"""Gradient, beside the loss, that is none but for rounding."""


def diagnosis(run: Run) -> tuple[Finding, ...]:
    """Run → what is wrong with it, the gravest first: where it went wrong and why, then what slows it down."""
    evidence = Evidence(run)
    with np.errstate(all="ignore"):
        findings = [look(evidence) for look in _LOOKS]
    return tuple(finding for finding in findings if finding is not None)


def _diverged(evidence: Evidence) -> Finding | None:
    """Where a loss was no number: the first node that is not finite, and why."""
    run, values = evidence.run, evidence.last_values
    if values is None:
        return None
    graph = run.model.sized(run.rows(run.updates + 1))
    node = next(n for n, value in enumerate(values) if not np.all(np.isfinite(value)))
    args, bound = [values[arg] for arg in graph.args[node]], graph.ops[node]
    wrong = np.asarray(values[node], dtype=float)
    value = float(wrong[~np.isfinite(wrong)].flat[0])
    epoch = run.updates // run.settings.batches.an_epoch + 1
    names = {"loss": graph.names[graph.output], "node": _typed(graph, node), "value": numbers.text(value)}
    quantities: dict[str, float] = {"update": run.updates + 1, **({"epoch": epoch} if run.model.columns else {})}
    name = bound.row.name if bound is not None else ""
    if name in ("log", "log2", "log10") and np.any(np.less_equal(args[0], 0)):
        quantities |= {"least": float(np.min(args[0])), "count": float(np.sum(np.less_equal(args[0], 0)))}
        return Finding("diverged", quantities, {**names, "arg": _typed(graph, graph.args[node][0])}, "log")
    if name == "divide" and np.any(np.equal(args[1], 0)):
        quantities["count"] = float(np.sum(np.equal(args[1], 0)))
        return Finding("diverged", quantities, {**names, "arg": _typed(graph, graph.args[node][1])}, "zero")
    if name in ("exp", "expm1", "exp2") and np.all(np.isfinite(args[0])):
        quantities |= {
            "largest": float(np.max(args[0])),
            "limit": 1024.0 if name == "exp2" else math.log(np.finfo(float).max),
        }
        return Finding("diverged", quantities, {**names, "arg": _typed(graph, graph.args[node][0])}, "exp")
    sizes = {key: _largest(part) for key, part in run.after(run.updates)[0].items()}
    grown = max(sizes, key=lambda key: math.inf if math.isnan(sizes[key]) else sizes[key])
    quantities |= {"first": _largest(run.model.start[grown]), "last": sizes[grown]}
    how = "grown" if run.updates else "begun"
    return Finding("diverged", quantities, {**names, "parameter": grown}, how)


def _largest(value: Value) -> float:
    return float(np.max(np.abs(value)))


def _typed(graph: Graph, node: int) -> str:
    """Node → the author's name of it, or the part of the formula it stands for."""
    if node in graph.given_names or node in graph.constants:
        return graph.names[node]
    return graph.source.quoted(graph.span(node)) or graph.names[node]


def _limit(rule: Optimizer) -> tuple[float, str] | None:
    """Optimiser → the largest rate times λmax at which it converges on a parabola, and that as a formula."""
    if rule.name != "sgd":
        return None
    momentum = rule.constants.get("μ", 0.0)
    if rule.nesterov:
        return (2 + 2 * momentum) / (1 + 2 * momentum), "(2 + 2μ)/((1 + 2μ) λmax)"
    return 2 * (1 + momentum), "2(1 + μ)/λmax" if momentum else "2/λmax"


def _rate(evidence: Evidence) -> Finding | None:
    """A learning rate above its limit, where the loss rose, bounced or was no number."""
    known = _limit(evidence.run.settings.optimizer)
    diverged = evidence.last_values is not None
    if known is None or not (diverged or evidence.is_bouncing or not evidence.after < evidence.before):
        return None
    factor, formula = known
    rate, names = evidence.rate, {"formula": formula}
    above = {mark: curvature for mark, curvature in evidence.curvature.items() if rate * curvature > factor}
    if above:
        mark = 0 if 0 in above else max(above, key=above.__getitem__)
        curvature = above[mark]
        quantities = {"rate": rate, "limit": factor / curvature, "times": rate * curvature / factor, "update": mark}
        quantities |= {"curvature": curvature, **_count(evidence)}
        return Finding("rate", quantities, names, "later" if mark else "")
    number, curvature = _sharpest_batch(evidence)
    if rate * curvature <= factor:
        return None
    quantities = {"rate": rate, "limit": factor / curvature, "times": rate * curvature / factor, "update": number}
    quantities |= {"curvature": curvature, "n": evidence.run.settings.batches.size}
    return Finding("rate", quantities, names, "batch")


def _sharpest_batch(evidence: Evidence) -> tuple[int, float]:
    """→ of the first batches after the loss was lowest, the number of that with the largest curvature, and this."""
    run, sharpest = evidence.run, (1, 0.0)
    if run.settings.batches.size == run.settings.batches.examples:
        return sharpest
    first = evidence.best if evidence.best < run.updates else 0
    for number in range(first + 1, min(first + _BATCHES, len(run.settings.rates)) + 1):
        land = Landscape(run.model, run.rows(number), evidence.land.decay)
        curvature = land.largest_curvature(evidence.points[first])
        if math.isfinite(curvature) and curvature > sharpest[1]:
            sharpest = number, curvature
    return sharpest


def _slow(evidence: Evidence) -> Finding | None:
    """A learning rate far below its limit, where the loss still falls."""
    known = _limit(evidence.run.settings.optimizer)
    if known is None or evidence.last_values is not None or not evidence.curvature:
        return None
    fallen, left = evidence.before - evidence.after, evidence.land.gain(evidence.end)
    curvature = max(*evidence.curvature.values(), _sharpest_batch(evidence)[1])
    times = known[0] / curvature / evidence.rate
    enough = max(_LEFT * fallen, _MOVED * abs(evidence.before))
    if times < _MIN_TIMES or not fallen >= 0 or not enough < left < math.inf:
        return None
    quantities = {"rate": evidence.rate, "times": times, "limit": known[0] / curvature, "curvature": curvature}
    quantities |= {"fallen": fallen, "left": left}
    return Finding("slow", quantities, {"formula": known[1]})


def _sum(evidence: Evidence) -> Finding | None:
    """A loss that grows with the number of examples."""
    model, batches = evidence.run.model, evidence.run.settings.batches
    if not model.grows:
        return None
    twice = {name: np.concatenate([column, column]) for name, column in evidence.rows.items()}
    ratio = model.loss(twice, model.start) / model.loss(evidence.rows, model.start)
    quantities = {"ratio": ratio, "n": batches.size}
    if abs(ratio - 2) > 1e-6:
        return Finding("sum", quantities, {"loss": model.graph.names[model.graph.output]}, "other")
    return Finding("sum", quantities, {"loss": model.graph.names[model.graph.output]})


def _vanishing(evidence: Evidence) -> Finding | None:
    graph = evidence.run.model.sized(evidence.rows)
    finite = [point for mark, point in evidence.points.items() if math.isfinite(evidence.losses[mark])]
    return symptoms.vanishing(graph, evidence.land, finite)


def _dead(evidence: Evidence) -> Finding | None:
    graph = evidence.run.model.sized(evidence.rows)
    return symptoms.dead(graph, evidence.values(evidence.marks[-1]), evidence.examples)


def _saturated(evidence: Evidence) -> Finding | None:
    """Sigmoids that are flat at the start, or within a network at the end: those of a good answer are flat as well."""
    model = evidence.run.model
    graph = model.sized(evidence.rows)
    nodes, last = symptoms.sigmoids(graph), evidence.marks[-1]
    inner = [node for node in nodes if symptoms.hidden(graph, tuple(model.start), node)]
    looks = ((nodes, 0), (inner, last))
    findings = (
        symptoms.saturated(graph, evidence.values(m), evidence.examples, units, m) for units, m in looks if units
    )
    return next((finding for finding in findings if finding is not None), None)


def _count(evidence: Evidence) -> dict[str, float]:
    """→ how many examples were looked at, nothing where there are no data."""
    return {"n": evidence.examples} if evidence.run.model.columns else {}


def _nothing(evidence: Evidence) -> Finding | None:
    """A loss that hardly moved: because the start was flat, or the lowest point, or else."""
    before, after = evidence.before, evidence.after
    if (
        evidence.last_values is not None
        or evidence.run.epochs_done < 1
        or not abs(before - after) < _MOVED * abs(before)
    ):
        return None
    slope = float(np.linalg.norm(evidence.land.gradient(evidence.start)))
    quantities = {"before": before, "after": after, "percent": 100 * (before - after) / before, "slope": slope}
    quantities |= _count(evidence)
    names = {"loss": evidence.run.model.graph.names[evidence.run.model.graph.output]}
    if slope <= _FLAT * abs(before):
        return Finding("nothing", quantities, names, "flat")
    if len(evidence.end) <= MAX_WHOLE:
        curvatures = evidence.land.curvatures(evidence.end)
        gain = evidence.land.gain(evidence.end)
        if curvatures[0] > 0 and gain < _MOVED * abs(before):
            return Finding("nothing", {**quantities, "least": curvatures[0], "left": gain}, names, "lowest")
    return Finding("nothing", quantities, names)


_LOOKS: tuple[Callable[[Evidence], Finding | None], ...] = (
    _diverged, _rate, _sum, scale, _vanishing, _dead, _saturated, _nothing, _slow,
)  # fmt: skip
"""What is looked for, in the order in which it is told."""
