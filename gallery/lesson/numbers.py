"""Runs → the numbers of the lesson by name, as MyST substitutions: `{{ rate_limit }}` in a text.

What a text says in words about its numbers is asserted beside them, so that a lesson which is not true is not built.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from gallery import claims
from gallery.claims import SIZES, line
from gallery.lesson import runs
from graphviz_ad import parse
from graphviz_ad.data.named import named
from graphviz_ad.language.numbers import parts
from graphviz_ad.training.descent_limits import limit_of_rate, lowest
from graphviz_ad.training.footprint import footprint
from graphviz_ad.training.functions import flat
from graphviz_ad.training.noise import noise
from graphviz_ad.training.outlier import jump

Found = Mapping[str, float | None]
"""Numbers by name; None where something never happens."""
_NEVER = {"en": "never", "ja": "届かず"}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def shown(value: float | None, lang: str, digits: int = 4) -> str:
    """Number → as it stands in a text: 0.717, −14.67, 1.5×10³²; or that there is none.

    >>> shown(-14.6667, "en"), shown(1.53e32, "ja", 2), shown(None, "en"), shown(1600, "en")
    ('−14.67', '1.5×10³²', 'never', '1600')
    """
    if value is None:
        return _NEVER[lang]
    if float(value).is_integer() and abs(value) < 10**6:
        return f"{value:.0f}".replace("-", "−")
    mantissa, power = parts(float(value), digits)
    text = mantissa if power is None else f"{mantissa}×10{str(power).translate(_RAISED)}"
    return text.replace("-", "−")


def affine() -> Found:
    """What a straight line that misses the origin makes of a sum."""
    values = {x: float(parse("y = w_1 x + b").run(w_1=2, b=1, x=x).value("y")) for x in (2, 3, 5)}
    assert values[2] + values[3] != values[5]
    return {f"affine_{x}": value for x, value in values.items()} | {"affine_sum": values[2] + values[3]}


def sigmoid() -> Found:
    """The sigmoid at some places, and the form of it that is wrong."""
    at = {z: parse("p = sigmoid(z)").run(z=z) for z in (-2, 0, 2, 6)}
    slip = float(parse("p = exp(z)/(1 + exp(-z))").run(z=2).value("p"))
    assert slip > 1
    return {
        **{f"sigmoid_{str(z).replace('-', 'm')}": float(trace.value("p")) for z, trace in at.items()},
        **{f"slope_{z}": float(at[z].grad("z")) for z in (0, 2, 6)},
        "slip": slip,
    }


def loss() -> Found:
    """Logistic regression at one example, and a sure answer that is wrong under two losses."""
    results = dict[str, float]()
    for y in (1, 0):
        trace = parse(runs.NEURON).run(w_1=1, x=2, b=-1, y=y)
        results |= {f"loss_y{y}": float(trace.value("L")), f"delta_y{y}": float(trace.grad("z"))}
        results |= {f"{name}_y{y}": float(trace.grad(name)) for name in ("w_1", "b")}
        results["a"] = float(trace.value("a"))
        assert math.isclose(results[f"delta_y{y}"], results["a"] - y)
    for name, last in (("cross", "bce(a, y)"), ("square", "(a - y)^2")):
        results[f"sure_{name}"] = float(parse(f"a = sigmoid(z); L = {last}").run(z=6, y=0).grad("z"))
    assert results["sure_cross"] > 100 * results["sure_square"]
    return results


def update() -> Found:
    """One update, and twenty."""
    run = runs.neuron()
    first, new = run.after(0)[0], run.after(1)[0]
    losses = [run.total(count) for count in (0, 1, run.updates)]
    assert losses[0] > losses[1] > losses[2]
    return {
        "eta": run.settings.rate,
        **{f"{name}_old": float(first[name]) for name in first},  # type: ignore[arg-type]
        **{f"{name}_new": float(new[name]) for name in new},  # type: ignore[arg-type]
        "loss_before": losses[0], "loss_after": losses[1], "loss_end": losses[2], "updates_end": run.updates,
    }  # fmt: skip


def rate() -> Found:
    """Descent below and above its limit, the same points in another unit, and a ravine."""
    run = runs.one_line()
    limit, condition = limit_of_rate(run.model, flat(run.final))
    far = limit_of_rate(line("unscaled").model, np.zeros(2))
    ends = [line(batch=None, lr=factor * limit, epochs=200) for factor in (0.9, 1.01, 1.1)]
    losses = [descent.total(descent.updates) for descent in ends]
    narrow, descents = claims.ravine()
    plain, remembers = (claims.at_rest(descent) for descent in descents)
    assert losses[0] < run.total(0) < losses[1] < losses[2]
    assert max(descents[1].loss[:10]) > descents[1].loss[0], "momentum overshoots at first"
    assert 0.5 < plain / remembers / math.sqrt(narrow) < 1.5
    return {
        "rate_limit": limit, "lambda_max": 2 / limit, "condition": condition, "rate_first": run.total(0),
        "rate_below": losses[0], "rate_above": losses[1], "rate_far_above": losses[2],
        "unscaled_limit": far[0], "unscaled_condition": far[1],
        "ravine_condition": round(narrow), "ravine_root": round(math.sqrt(narrow)), "ravine_plain": plain,
        "ravine_momentum": remembers, "ravine_gain": plain / remembers,
    }  # fmt: skip


def batch() -> Found:
    """The contributions of three examples to the gradient of w."""
    run = runs.three()
    table = run.model.table.columns
    shares = [
        float(parse("L = (w x - y)^2/3").run(w=1, x=x, y=y).grad("w"))
        for x, y in zip(table["x"], table["y"], strict=True)
    ]
    total = float(parse("L = mean((w x - y)^2)").run(w=1, x=table["x"], y=table["y"]).grad("w"))
    assert math.isclose(sum(shares), total)
    return {
        **{f"share_{count}": share for count, share in enumerate(shares, 1)},
        "share_total": total, "sum_total": 3 * total, "batch_loss": run.total(0), "batch_w": float(run.final["w"]),  # type: ignore[arg-type]
    }  # fmt: skip


def sizes() -> Found:
    """One example, some, and all of them: noise, first touch, what stays, and what is left."""
    run = line()
    cloud = noise(run.model, flat(run.model.start))
    touched, reached = claims.goals()
    left, comparison = claims.balls(), claims.compared()
    ends = [float(comparison.excess(number)[-1]) for number in range(len(SIZES))]
    after = claims.after_updates(comparison.best)
    leaving = [claims.leaving(size, 0.05) for size in SIZES]
    assert reached[0] is None
    assert reached[1]
    assert reached[2]
    assert reached[3] is None
    assert touched[0]
    assert touched[1]
    assert touched[2]
    assert touched[0] <= touched[1]
    assert touched[3] is None
    assert left[0] > left[1] > left[2]
    assert after[1] < after[0]
    assert ends[3] > 50 * max(ends[:3])
    assert leaving[0]
    assert not any(leaving[2:])
    return {
        **{f"noise_{size}": value for size, value in zip(cloud.sizes, cloud.deviations, strict=True)},
        "noise_slope": round(cloud.slope, 2),
        **{f"touch_{size}": value for size, value in zip(SIZES, touched, strict=True)},
        **{f"stay_{size}": value for size, value in zip(SIZES, reached, strict=True)},
        **{f"left_{size}": value for size, value in zip(SIZES, left)},
        **{f"epochs_{size}": value for size, value in zip(SIZES, ends, strict=True)},
        **{
            f"per_epoch_{size}": batch_run.settings.batches.an_epoch
            for size, batch_run in zip(SIZES, comparison.runs, strict=True)
        },
        "after_1": after[0], "after_256": after[1],
        **{f"leave_{size}": value for size, value in zip(SIZES, leaving, strict=True)},
        "leave_slow": claims.leaving(1, 0.002),
    }  # fmt: skip


def costs() -> Found:
    """What an outlier, memory and time cost by the size of the batch."""
    run = line("line-outlier")
    best = lowest(line().model, flat(line().final))[1]
    measured = jump(run.model, best, 0.05, SIZES)
    robust = parse("L = huber(w x + b, y)").train(named("line-outlier"), batch=8, lr=0.05, epochs=1, w=0, b=0)
    held = footprint(line().model)
    seconds = [claims.fastest(lambda size=size: line(batch=size)) for size in SIZES]  # type: ignore[misc]
    each = [time * size / 256 for time, size in zip(seconds, SIZES, strict=True)]
    assert seconds[0] > seconds[1] > seconds[2] > seconds[3]
    assert each[2] < 2 * each[0], "an update from 32 examples costs little more than from one"
    return {
        "outlier_ratio": round(measured.ratio),
        **{f"jump_{size}": value for size, value in zip(SIZES, measured.jumps, strict=True)},
        "jump_huber": jump(robust.model, best, 0.05, (1,), index=measured.index).jumps[0],
        "bytes_each": held.per_example, "bytes_fixed": held.fixed, "megabytes": held.bytes(1_000_000) / 1e6,
        "slower": 10 ** math.floor(math.log10(seconds[0] / seconds[3])),
    }  # fmt: skip


def softmax() -> Found:
    """Softmax with the cross entropy at three scores, and learnt from three clouds."""
    trace = parse("p = softmax(z); L = -sum(y*log(p))").run(z=[2, 1, 0], y=[1, 0, 0])
    p, grad = np.asarray(trace.value("p")), np.asarray(trace.grad("z"))
    assert np.allclose(grad, p - [1, 0, 0])
    assert math.isclose(grad.sum(), 0, abs_tol=1e-12)
    run = runs.classes()
    return {
        **{f"p_{count}": float(value) for count, value in enumerate(p, 1)},
        **{f"dz_{count}": float(value) for count, value in enumerate(grad, 1)},
        "softmax_loss": float(trace.value("L")), "classes_right": 100 * claims.share(run),
        "classes_first": run.total(0), "classes_last": run.total(run.updates),
    }  # fmt: skip


def features() -> Found:
    """XOR: the share of right answers by features that are given, made by hand, and learned."""
    comparison = runs.xor()
    shares = [100 * claims.share(run) for run in comparison]
    assert shares[0] < 80
    assert min(shares[1:]) > 95
    return {
        **{f"xor_{name}": round(share) for name, share in zip(("line", "product", "network"), shares, strict=True)},
        "xor_parameters": flat(comparison[2].final).size, "xor_updates": comparison[2].updates,
    }  # fmt: skip


PARTS: tuple[Callable[[], Found], ...] = (
    affine, sigmoid, loss, update, rate, batch, sizes, costs, softmax, features,
)  # fmt: skip
_DIGITS: Mapping[Callable[[], Found], int] = {sizes: 2, costs: 2, rate: 3}
"""Digits that are shown of a part's numbers, where not four."""


@cache
def results() -> Mapping[str, tuple[float | None, int]]:
    """→ every number by name, and how many digits of it are shown. A name that is given twice is an error."""
    numbers = dict[str, tuple[float | None, int]]()
    for part in PARTS:
        for name, value in part().items():
            assert name not in numbers, f"{name} is given twice"
            numbers[name] = value, _DIGITS.get(part, 4)
    return numbers


def substitutions(lang: str) -> dict[str, str]:
    """Language → the text of every number by name."""
    return {name: shown(value, lang, digits) for name, (value, digits) in results().items()}
