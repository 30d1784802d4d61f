"""Figures of runs: plain SVG with the scale of its axes, in every theme and language, the same twice; and bad input."""

from __future__ import annotations

import base64
import math
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="matplotlib is missing: pip install -e '.[dev]'")

import matplotlib as mpl

from graphviz_ad import compare, parse
from graphviz_ad.data.named import named
from graphviz_ad.diagram.theme import THEMES, contrast
from graphviz_ad.errors import GraphvizADError, InputError, MissingPartError, OutputError
from graphviz_ad.export.run import page
from graphviz_ad.export.run.figures import registry, renderer
from graphviz_ad.export.run.figures.contour import _place, _texts, levels, smooth
from graphviz_ad.export.run.figures.path import box
from graphviz_ad.export.run.figures.registry import FIGURES, figure
from graphviz_ad.export.run.figures.series import lines_of, palette
from graphviz_ad.messages.catalogue import languages
from graphviz_ad.training.surface import Plane

LINE = "z = w_1 x + b; L = mean((z - y)^2)"
LOGISTIC = "a = sigmoid(w_1 x_1 + w_2 x_2 + b); L = -mean(y*log(a) + (1 - y)*log(1 - a))"
NETWORK = "H = tanh(X W + c); p = sigmoid(H v + b); L = -mean(y*log(p) + (1 - y)*log(1 - p))"
PLAIN = {"svg", "g", "path", "polygon", "polyline", "rect", "ellipse", "title", "desc"}
ATTRIBUTES = {
    "d", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-linejoin", "stroke-linecap",
    "stroke-dasharray", "transform", "cx", "cy", "rx", "ry", "x", "y", "width", "height", "id", "class", "viewBox",
    "role", "aria-labelledby",
}  # fmt: skip
Subject = Any


@cache
def subject(name: str) -> Subject:
    """Name → a run or a comparison."""

    def line(**options: Any) -> Any:
        start = {"w_1": -1.5, "b": 2}
        return parse(LINE).train(named("line"), start, **{"batch": 8, "lr": 0.05, "epochs": 4, **options})

    moons = named("moons").joined({"X": ["x_1", "x_2"]})
    drawn = {
        "line": line,
        "sizes": lambda: compare([line(batch=size) for size in (1, 8, 32, 256)]),
        "methods": lambda: compare([line(), line(momentum=0.9), line(optimizer="adam")], seeds=3),
        "logistic": lambda: parse(LOGISTIC).train(
            named("two-classes"), batch=16, lr=0.2, epochs=5, w_1=1, w_2=-2, b=1
        ),
        "network": lambda: parse(NETWORK).train(
            moons, {"b": 0.1}, batch=16, lr=0.5, epochs=10, shapes={"W": (2, 6), "c": (6,), "v": (6,)}
        ),
        "three": lambda: parse("Z = X W + b; L = mean(cross_entropy(Z, y))").train(
            named("three-classes").joined({"X": ["x_1", "x_2"]}), batch=32, lr=0.2, epochs=5,
            shapes={"W": (2, 3), "b": (3,)},
        ),
        "outlier": lambda: parse(LINE).train(named("line-outlier"), batch=8, lr=0.05, epochs=2, w_1=1.5, b=-0.5),
        "alone": lambda: parse("L = mean((w*x - y)^2)").train(named("line"), batch=8, lr=0.05, epochs=2, w=0),
    }  # fmt: skip
    return drawn[name]()


SHOWN = [
    *(("line", kind) for kind in FIGURES), *(("sizes", kind) for kind in FIGURES), ("methods", "loss"),
    ("methods", "path"), ("logistic", "boundary"), ("logistic", "path"), ("network", "boundary"), ("network", "noise"),
    ("network", "norms"), ("network", "schedule"), ("network", "loss"), ("network", "rate"), ("three", "boundary"), ("outlier", "outlier"),
    ("alone", "noise"), ("alone", "rate"), ("alone", "loss"), ("alone", "boundary"), ("alone", "path"),
]  # fmt: skip


def faults(svg: str) -> list[str]:
    """SVG → what of it is not plain, or not said."""
    root = ElementTree.fromstring(svg)
    problems = []
    for part in root.iter():
        tag = part.tag.rpartition("}")[2]
        if tag not in PLAIN:
            problems.append(f"<{tag}>")
        problems += [name for name in part.attrib if name not in ATTRIBUTES and not name.startswith("data-")]
        problems += [value for value in part.attrib.values() if re.search(r"url\(|nan|inf\b|currentColor", value)]
    if len(list(root.iter("{http://www.w3.org/2000/svg}ellipse"))) > 200:
        problems.append("more than 200 markers")
    title, desc = (root.findtext(f"{{http://www.w3.org/2000/svg}}{tag}") or "" for tag in ("title", "desc"))
    if root.get("role") != "img" or not title or not re.search(r"\d", desc):
        problems.append("nothing that is read out")
    return problems


_QUICK = {("line", kind) for kind in FIGURES} | {("sizes", "path"), ("alone", "noise")}


@pytest.mark.parametrize(
    ("name", "kind"), [pytest.param(*case, marks=() if case in _QUICK else pytest.mark.slow) for case in SHOWN]
)
def test_every_figure_is_plain_and_the_same_twice(name: str, kind: str) -> None:
    drawn = figure(subject(name), kind)
    assert faults(drawn.svg()) == []
    assert figure(subject(name), kind).svg() == drawn.svg()
    assert len(drawn.svg()) < 400_000
    assert drawn.description in drawn.svg() or "&" in drawn.svg()


@pytest.mark.parametrize("planted", ['<use href="#a"/>', '<path style="fill:red"/>', '<path clip-path="url(#a)"/>'])
def test_what_is_not_plain_is_seen(planted: str) -> None:
    svg = figure(subject("line"), "memory").svg()
    assert faults(svg.replace("</svg>", f"{planted}</svg>"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", FIGURES)
@pytest.mark.parametrize("theme", THEMES)
def test_every_theme(theme: str, kind: str) -> None:
    name = "logistic" if kind == "boundary" else "sizes"
    drawn = figure(subject(name), kind, theme=theme)
    assert faults(drawn.svg()) == []
    assert f'fill="{THEMES[theme].paper}"' in drawn.svg()
    colours = set(re.findall("#[0-9a-f]{6}", drawn.svg()))
    if theme == "print":
        grey = [
            max(int(c[n : n + 2], 16) for n in (1, 3, 5)) - min(int(c[n : n + 2], 16) for n in (1, 3, 5))
            for c in colours
        ]
        assert max(grey) <= 2
    assert drawn.shown == ((960, 540) if theme == "slides" else drawn.shown)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_lines_are_seen_on_their_paper(theme: Any) -> None:
    assert all(contrast(colour, theme.paper) >= 3 for colour in palette(theme))
    looks = {(line.colour, str(line.dashes)) for line in lines_of(theme, 8)}
    assert len(looks) >= (8 if theme.forward != theme.backward else 6)


@pytest.mark.slow
@pytest.mark.cjk
@pytest.mark.parametrize("lang", [lang for lang in languages() if lang != "en"])
@pytest.mark.parametrize("kind", FIGURES)
def test_every_language(kind: str, lang: str) -> None:
    name = "outlier" if kind == "outlier" else "sizes"
    drawn, english = figure(subject(name), kind, lang=lang), figure(subject(name), kind)
    assert drawn.description != english.description
    assert not re.search(r"[A-Za-z]{4,}", drawn.description.replace("2/λmax", "")), drawn.description
    assert re.findall(r"-?\d+\.\d+", drawn.description)[:1] == re.findall(r"-?\d+\.\d+", english.description)[:1]
    assert faults(drawn.svg()) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", FIGURES)
def test_no_word_is_written_in_the_code(kind: str) -> None:
    pytest.importorskip("polib", reason="polib is missing: pip install -e '.[dev]'")
    from tests.messages.pseudo import spoken, untranslated, visible

    seen: list[str] = []
    with spoken() as lang, pytest.MonkeyPatch.context() as patch:
        typeset = renderer.typeset
        patch.setattr(
            renderer,
            "typeset",
            lambda requests, *more: seen.extend(r.markup for r in requests) or typeset(requests, *more),
        )
        svg = figure(subject("sizes"), kind, lang=lang).svg()
    words = [word for markup in seen for word in re.findall('#"([^"]*)"', markup)]
    assert words
    names = frozenset(("sgd", "kB", "MB", "lp", "max"))
    assert untranslated(" ".join([*words, visible("x.svg", svg.encode())]), names) == []


def groups(svg: str) -> list[dict[str, str]]:
    """SVG → the scale of each of its axes."""
    root = ElementTree.fromstring(svg)
    return [
        {name.removeprefix("data-"): value for name, value in part.attrib.items()} | {"part": str(number)}
        for number, part in enumerate(root.iter("{http://www.w3.org/2000/svg}g"))
        if part.get("class") == "axes"
    ]


def value_at(scale: dict[str, str], axis: str, pixel: float) -> float:
    """Scale of some axes, and a pixel → the value that stands there."""
    low, high = float(scale[f"{axis}0"]), float(scale[f"{axis}1"])
    first, last = ("left", "right") if axis == "x" else ("bottom", "top")
    part = (pixel - float(scale[first])) / (float(scale[last]) - float(scale[first]))
    if scale[f"{axis}log"] == "1":
        return float(low * (high / low) ** part)
    return low + part * (high - low)


def test_the_scale_says_where_a_dot_belongs() -> None:
    run = subject("line")
    svg = figure(run, "path").svg()
    (scale,) = groups(svg)
    assert scale["parameters"] == "w_1 b"
    inside = svg[svg.index('class="axes"') : svg.index("</g>")]
    dots = [tuple(map(float, match)) for match in re.findall(r'cx="([\d.]+)" cy="([\d.]+)" rx="4.5"', inside)]
    (start,) = dots
    assert value_at(scale, "x", start[0]) == pytest.approx(-1.5, abs=0.01)
    assert value_at(scale, "y", start[1]) == pytest.approx(2, abs=0.01)


def test_logarithmic_scales() -> None:
    svg = figure(subject("line"), "memory").svg()
    (scale,) = groups(svg)
    assert (scale["xlog"], scale["ylog"]) == ("1", "1")
    inside = svg[svg.index('class="axes"') : svg.index("</g>")]
    ((x, y),) = re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', inside)
    assert value_at(scale, "x", float(x)) == pytest.approx(8, rel=0.01)
    assert value_at(scale, "y", float(y)) == pytest.approx(688, rel=0.02)


def test_axes_of_the_loss() -> None:
    scales = groups(figure(subject("sizes"), "loss").svg())
    assert [scale["axis"] for scale in scales] == ["epochs", "updates", "examples", "seconds"]
    assert all(scale["ylog"] == "1" and scale["excess"] == "1" for scale in scales)
    (group,) = groups(figure(subject("sizes"), "loss", axes=["updates"]).svg())
    assert group["xlog"] == "1"
    with pytest.raises(InputError, match="did you mean 'epochs'"):
        figure(subject("line"), "loss", axes=["epoch"])


@pytest.mark.slow
def test_nothing_of_a_line_stands_outside_of_its_axes() -> None:
    svg = figure(subject("sizes"), "path").svg()
    for scale, inside in zip(groups(svg), svg.split('class="axes"')[1:]):
        lines = re.findall(
            r'<path d="M([^"]+)" fill="none" stroke="#[^"]+" stroke-width="1.7"', inside.split("</g>")[0]
        )
        numbers = np.array([float(number) for number in re.findall(r"-?[\d.]+", lines[0])]).reshape(-1, 2)
        assert numbers[:, 0].min() >= float(scale["left"]) - 2
        assert numbers[:, 1].max() <= float(scale["bottom"]) + 2


def dots(inside: str, rx: str) -> list[tuple[float, float]]:
    """SVG of some axes, and how wide its dots are → where these are."""
    dots = re.findall(rf'cx="([\d.]+)" cy="([\d.]+)" rx="{rx}"', inside)
    return [(float(x), float(y)) for x, y in dots]


def test_the_steps_of_one_parameter_lie_on_the_curve_of_its_loss() -> None:
    rows = {"x": np.array([1.0, 2.0, 3.0]), "y": np.array([2.0, 4.0, 7.0])}
    runs = [parse("L = mean((w*x - y)^2)").train(rows, batch="all", lr=rate, epochs=6, w=-3.0) for rate in (0.05, 0.25)]
    svg = figure(compare(runs), "path").svg()
    for run, scale, inside in zip(runs, groups(svg), svg.split('class="axes"')[1:], strict=True):
        drawn = dots(inside.split("</g>")[0], "3.25")
        seen = [run.after(k)[0]["w"] for k in range(1, 6)]
        seen = [w for w in seen if float(scale["x0"]) <= w <= float(scale["x1"])]
        assert len(seen) >= 1
        for (x, y), w in zip(drawn, seen):
            assert value_at(scale, "x", x) == pytest.approx(w, abs=0.02)
            assert value_at(scale, "y", y) == pytest.approx(np.mean((w * rows["x"] - rows["y"]) ** 2), abs=0.3)


def test_a_way_over_the_contour_has_the_colour_of_its_rate() -> None:
    line, svg = lines_of(THEMES["light"], 4), figure(subject("line"), "rate").svg()
    panels = svg.split('class="axes"')[1:4]
    for look, inside in zip((line[0], line[2], line[3]), panels, strict=True):
        assert inside.split("</g>")[0].count(f'fill="{look.colour}"') > 1, look


def test_a_single_run_is_drawn_against_epochs_alone() -> None:
    assert [scale["axis"] for scale in groups(figure(subject("line"), "loss").svg())] == ["epochs"]


def test_the_end_of_a_run_that_is_cut_off_is_not_in_the_legend() -> None:
    run = parse(LINE).train(named("line"), lr=2.0, epochs=30, w_1=0, b=0)
    ink = f'fill="{THEMES["light"].ink}" stroke="{THEMES["light"].paper}"'
    assert ink not in figure(run, "path").svg()
    assert ink in figure(subject("line"), "path").svg()


def test_contours_are_smooth() -> None:
    x = np.linspace(-2, 2, 9)
    assert smooth(x**2)[2:-2] == pytest.approx((np.linspace(-2, 2, 17) ** 2)[2:-2])
    assert smooth(np.stack([x, 3 * x], axis=1))[:, 1] == pytest.approx(3 * np.linspace(-2, 2, 17))


def test_the_level_of_a_contour_stands_on_a_flat_piece_away_from_the_edge() -> None:
    side = np.linspace(-1, 1, 41)
    plane = Plane(("a", "b"), (0, 1), side, side, np.zeros((41, 41)))
    turn = np.linspace(0, 2 * np.pi, 80)
    ellipse = np.column_stack([0.5 * np.cos(turn), 0.8 * np.sin(turn)])
    x, y = _place([ellipse], plane) or (math.nan, math.nan)
    assert abs(x) < 0.1
    assert abs(y) == pytest.approx(0.8, abs=0.02)
    x, y = _place([ellipse * [1, 1.2]], plane) or (math.nan, math.nan)  # whose flat pieces are at the edge
    assert abs(y) < 0.88
    assert _place([ellipse * 0.1], plane) is None  # hides the lowest point
    assert _place([ellipse + np.array([1.4, 0])], plane) is None  # stands outside but for its end


def test_edges_of_grounds_are_written_without_the_points_between() -> None:
    svg = figure(subject("line"), "path").svg()
    for outline in re.findall(r'<path d="M([^"]+)" fill="#[^"]+"/>', svg):
        points = [tuple(point.split()) for point in re.findall(r"[-\d.]+ [-\d.]+", outline)]
        for before, point, after in zip(points, points[1:], points[2:]):
            assert not any(before[axis] == point[axis] == after[axis] for axis in (0, 1)), point


def test_files(tmp_path: Path) -> None:
    drawn = subject("line").figure("norms")
    for suffix, head in (("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        path = tmp_path / f"norms.{suffix}"
        assert drawn.save(path) == [str(path)]
        assert path.read_bytes().startswith(head)
        again = tmp_path / f"again.{suffix}"
        subject("line").figure("norms").save(again)
        assert again.read_bytes() == path.read_bytes()
    with pytest.raises(OutputError, match=r"a figure cannot be '\.gif'"):
        drawn.save(tmp_path / "norms.gif")
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".pdf", ".pdf", ".png", ".png", ".svg", ".svg"]


def test_it_shows_itself_in_a_notebook() -> None:
    drawn = subject("sizes").figure("path")
    data, metadata = drawn._repr_mimebundle_()
    ElementTree.fromstring(data["image/svg+xml"])
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert metadata["image/png"]["width"] == 640
    assert data["text/plain"] == drawn.description


@pytest.mark.parametrize(
    ("name", "kind", "options", "message"),
    [
        ("line", "paths", {}, "did you mean 'path'"),
        ("alone", "path", {"parameters": ["w", "q"]}, "the model has no parameter 'q'"),
        ("line", "path", {"parameters": ["w_1", "q"]}, "the model has no parameter 'q'"),
        ("line", "noise", {"update": 10_000}, "there is no update 10000"),
        ("line", "loss", {"theme": "drak"}, "there is no theme 'drak'"),
        ("line", "loss", {"lang": "qq"}, "there is no language 'qq'"),
        ("line", "loss", {"size": "poster"}, "there is no size 'poster'"),
        ("line", "loss", {"size": (10, 10)}, "a figure cannot have that size"),
    ],
)
def test_bad_input_is_told(name: str, kind: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(GraphvizADError, match=re.escape(message)):
        figure(subject(name), kind, **options)


def test_a_loss_without_data_has_its_path_and_no_figures_of_examples() -> None:
    runs = [parse("f = (1 - x)^2 + 100*(y - x^2)^2").train(lr=lr, epochs=50, x=-1.2, y=1) for lr in (0.001, 0.0005)]
    for kind, shown in FIGURES.items():
        if shown.of_examples:
            with pytest.raises(InputError, match=f"the figure '{kind}' is of examples, and there are none"):
                figure(runs[0], kind)
        else:
            drawn = figure(runs[0], kind)
            assert drawn.description
            assert not re.search("example|epoch", drawn.title + drawn.description)
    assert 'data-axis="epochs"' not in figure(compare(runs), "loss").svg()
    assert b'value="examples"' not in page.content(runs[0])


def test_a_schedule_is_drawn_as_the_updates_have_it() -> None:
    run = parse("f = (1 - x)^2").train(x=0, lr=0.4, epochs=21, schedule="cosine")
    drawn = figure(run, "schedule")
    assert drawn.description.endswith("the rate goes from 0.4 to 0.00223; the largest is 0.4.")
    assert run.settings.rates[-1] == pytest.approx(0.00223, rel=1e-2)


def test_more_runs_than_can_be_told_apart() -> None:
    run = subject("line")
    drawn = compare([run.model.graph and run] * 9)
    with pytest.raises(InputError, match="tells 8 lines apart; there are 9"):
        drawn.figure("loss")


def test_a_run_without_an_update_is_told() -> None:
    run = parse("L = mean(1/(w*x - w*x))").train({"x": [1.0, 2.0]}, lr=0.1, epochs=2, w=1)
    assert run.updates == 0
    with pytest.raises(InputError, match="no update to show"):
        run.figure("loss")


@pytest.mark.slow
def test_diverged_runs_are_drawn() -> None:
    run = parse(LINE).train(named("line"), lr=2.0, epochs=300, w_1=0, b=0)
    for kind in FIGURES:
        assert faults(figure(run, kind).svg()) == [], kind


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("matplotlib", f"{registry.__package__}.draw"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, f"{registry.__package__}.renderer", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingPartError, match=r"pip install \"graphviz-ad\[plots\]\""):
        figure(subject("line"), "loss")


def test_the_settings_of_matplotlib_are_neither_used_nor_changed() -> None:
    before = figure(subject("line"), "norms").svg()
    with mpl.rc_context({"lines.linewidth": 20, "axes.facecolor": "red", "text.usetex": True, "axes.grid": False}):
        assert figure(subject("line"), "norms").svg() == before
        assert mpl.rcParams["lines.linewidth"] == 20


def test_names_cannot_break_the_picture() -> None:
    run = parse("L = mean((重み*x + θ' - y)^2)").train(named("line"), lr=0.05, epochs=2, **{"重み": 0, "θ'": 1})
    for kind in ("path", "norms", "noise"):
        assert faults(figure(run, kind).svg()) == []


def test_a_theme_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('base = "dark"\n[colours]\npaper = "#101820"\n', encoding="utf-8")
    assert 'fill="#101820"' in figure(subject("line"), "loss", theme=str(path)).svg()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.25, 9.0], [0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0]),
        ([1e-9, 1000.0], [5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0]),
    ],
)
def test_levels_of_contours(values: list[float], expected: list[float]) -> None:
    assert levels(np.array(values)) == expected


def test_levels_are_few_and_inside() -> None:
    for low in (-3.0, 1e-12, 0.2, 5.0):
        for width in (1e-6, 0.1, 10.0, 1e9):
            problems = levels(np.array([low, low + width]))
            assert 2 <= len(problems) <= 9
            assert all(low < level < low + width for level in problems)
            assert problems == sorted(set(problems))


def test_the_table_names_every_module() -> None:
    folder = Path(registry.__file__).parent
    for kind in FIGURES.values():
        assert (folder / f"{kind.module}.py").exists()
    assert registry.names() == tuple(FIGURES)
    assert len(registry.table().splitlines()) == len(FIGURES)


def test_a_parameter_whose_first_gradient_is_zero_has_its_line_of_norms() -> None:
    rows = {"x": np.array([1.0, 2.0, 5.0, 3.0]), "y": np.array([1.0, -1.0, 1.0, -1.0])}
    run = parse(LINE).train(rows, batch="all", lr=0.1, epochs=5, w_1=0, b=0)
    drawn = figure(run, "norms").svg()
    second = lines_of(THEMES["light"], 2)[1].colour
    assert drawn.count(second) > 1  # the line, beside its sign in the legend


def test_a_direction_in_which_the_loss_is_flat_does_not_hide_the_path() -> None:
    path_points = np.array([[0.0, 0.0], [0.05, 1.0], [0.02, 2.0]])
    (left, right), (low, high) = box([path_points], path_points[-1], np.array([1000.0, 1.0]))
    assert right - left < 1 < high - low


def test_levels_that_are_close_have_digits_enough_to_tell_them_apart() -> None:
    assert _texts(np.array([0.0811, 0.0813]), 2) == {"0.081"}
    assert len(_texts(np.array([0.0811, 0.0813]), 3)) == 2
