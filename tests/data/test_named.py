"""The small sets: what each is for holds, the same for every seed, and files of them can be read."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.data.named import SETS, listed, named
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.values import Array

SEEDS = (0, 1, 2026)


def columns(name: str, seed: int = 0, examples: int | None = None) -> dict[str, Array]:
    return dict(named(name, seed, examples).columns)


def right(features: Array, y: Array) -> float:
    """Features and labels 0, 1 → the share of examples on the right side of the line of least squares."""
    design = np.column_stack([features, np.ones(len(y))])
    weights = np.linalg.lstsq(design, 2 * y - 1, rcond=None)[0]
    return float(np.mean((design @ weights > 0) == (y == 1)))


def curvature(x: Array) -> Array:
    """x → the curvatures of mean((w x + b - y)^2) along its axes, the smaller first."""
    return np.linalg.eigvalsh(2 * np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1]]))


@pytest.mark.parametrize("name", SETS)
def test_the_same_seed_gives_the_same_and_another_another(name: str) -> None:
    first = columns(name)
    assert len(named(name)) == 256
    for column, values in columns(name).items():
        assert (values == first[column]).all()
        assert (values == np.round(values, 4)).all()
        assert not np.signbit(values[values == 0]).any(), "-0.0 is no number to read"
    assert any((values != first[column]).any() for column, values in columns(name, 1).items())


@pytest.mark.parametrize("name", [name for name in SETS if name != "line-outlier"])
def test_fewer_examples_are_the_first_ones(name: str) -> None:
    few = columns(name, 3, 10)
    assert all((values == columns(name, 3)[column][:10]).all() for column, values in few.items())


@pytest.mark.parametrize("name", ["two-classes", "three-classes", "xor", "moons"])
def test_classes_are_as_large_as_each_other_and_mixed(name: str) -> None:
    y = columns(name)["y"]
    count = 3 if name == "three-classes" else 2
    sizes = [int((y == label).sum()) for label in range(count)]
    assert sum(sizes) == 256
    assert max(sizes) - min(sizes) <= 1
    assert len(set(y[:8])) == count, "a batch that is not shuffled has all of them"


@pytest.mark.parametrize("seed", SEEDS)
def test_each_set_shows_what_it_is_for(seed: int) -> None:
    line = columns("line", seed)
    slope, offset = np.polyfit(line["x"], line["y"], 1)
    assert abs(slope - 1.5) < 0.1
    assert abs(offset + 0.5) < 0.1
    small, large = curvature(line["x"])
    assert large / small < 1.6
    assert 0.65 < 2 / large < 0.85

    outlier = columns("line-outlier", seed)
    (far,) = np.flatnonzero(outlier["y"] != line["y"])
    assert (outlier["x"] == line["x"]).all()
    assert outlier["y"][far] == 40
    assert far == 128

    unscaled = columns("unscaled", seed)
    assert (unscaled["y"] == line["y"]).all()
    assert np.allclose(unscaled["x"], 1000 + 50 * line["x"], atol=0.003)
    small, large = curvature(unscaled["x"])
    assert large / small > 1e8

    two = columns("two-classes", seed)
    assert 0.85 < right(np.column_stack([two["x_1"], two["x_2"]]), two["y"]) < 1, "no line parts all of them"

    xor = columns("xor", seed)
    plain = np.column_stack([xor["x_1"], xor["x_2"]])
    assert right(plain, xor["y"]) < 0.7
    assert right(np.column_stack([plain, xor["x_1"] * xor["x_2"]]), xor["y"]) > 0.97

    moons = columns("moons", seed)
    plain = np.column_stack([moons["x_1"], moons["x_2"]])
    bent = np.column_stack([plain, plain**2, plain**3])
    assert right(plain, moons["y"]) < 0.93
    assert right(bent, moons["y"]) > right(plain, moons["y"]) + 0.03

    three = columns("three-classes", seed)
    points = np.column_stack([three["x_1"], three["x_2"]])
    centres = np.array([points[three["y"] == label].mean(axis=0) for label in range(3)])
    nearest = np.linalg.norm(points[:, np.newaxis] - centres, axis=2).argmin(axis=1)
    assert np.mean(nearest == three["y"]) > 0.93


def test_a_planted_set_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A XOR that a straight line parts is none."""
    from graphviz_ad.data import named as module

    monkeypatch.setitem(SETS, "xor", module.Set(module.two_classes, "", 4))  # type: ignore[arg-type]
    with pytest.raises(AssertionError):
        test_each_set_shows_what_it_is_for(0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("moon",), f"there is no data set 'moon'\nhint: did you mean 'moons'? there are\n{listed()}"),
        (("iris",), f"there is no data set 'iris'\nhint: there are\n{listed()}"),
        (("xor", 0, 3), "'xor' cannot have 3 examples\nhint: ask for 4 or more"),
        (("line", 0, 0), "'line' cannot have 0 examples\nhint: ask for 1 or more"),
        (("three-classes", 0, 1), "'three-classes' cannot have 1 example\nhint: ask for 3 or more"),
        (("line", 0, 10**8), "100000000 examples are too many\nhint: ask for at most 10000000"),
        (("line", -1), "a seed is not negative, as -1 is\nhint: give 0, 1, 2, …"),
    ],
)
def test_what_is_wrong_is_said(arguments: tuple[str, int, int], message: str) -> None:
    with pytest.raises(GraphvizADError) as problem:
        named(*arguments)
    assert str(problem.value) == message


def test_every_set_has_one_line_and_says_what_it_is_for() -> None:
    assert [line.split()[0] for line in listed().splitlines()] == list(SETS)
    for entry in SETS.values():
        assert "\n\n    For " in (entry.make.__doc__ or "")
