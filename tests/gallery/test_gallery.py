"""The gallery: its pictures and pages are those its source files make, and every number in it is checked."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from gallery import front
from gallery.example import HERE, Example, chapters, read
from gallery.make import files
from gallery.page import RENEW
from graphviz_ad.autodiff.steps import Accumulate, Pull
from graphviz_ad.autodiff.trace import is_finite
from graphviz_ad.diagram.fonts import cjk_font
from tests.cli.conftest import Run, run  # noqa: F401  (a fixture)

EXAMPLES = [example for chapter in chapters() for example in chapter.examples]
BUNDLED = pytest.mark.skipif(
    importlib.util.find_spec("pygraphviz") is None or importlib.util.find_spec("noto_cjk_sans_jp_regular") is None,
    reason="pictures are compared for the Graphviz and the font that come as wheels: pip install -e '.[ja]'",
)
MAX_PICTURE_BYTES = 380 * 1024  # bytes; outlines of all glyphs, so that a picture looks the same everywhere
every_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)


@pytest.fixture(scope="module")
def gallery_files() -> dict[str, str]:
    """→ All files of the gallery, made anew."""
    return files()


def test_there_are_enough_and_each_is_in_the_index_once() -> None:
    names = [example.name for example in EXAMPLES]
    assert len(names) >= 24
    assert sorted(names) == sorted(path.stem for path in (HERE / "examples").iterdir())


@BUNDLED
@pytest.mark.cjk
def test_nothing_is_stale(gallery_files: dict[str, str]) -> None:
    folders = ("pictures", "decks")
    kept = {path.relative_to(HERE).as_posix() for folder in folders for path in (HERE / folder).iterdir()}
    kept |= {"README.md", "index.html", "decks.md"}
    stale = sorted(
        name for name in gallery_files.keys() & kept if (HERE / name).read_text(encoding="utf-8") != gallery_files[name]
    )
    wrong = {
        "stale": stale,
        "not made yet": sorted(gallery_files.keys() - kept),
        "left over": sorted(kept - gallery_files.keys()),
    }
    assert not any(wrong.values()), f"{wrong}; renew with: {RENEW}"


@BUNDLED
@pytest.mark.cjk
@pytest.mark.parametrize("step", [False, True], ids=["finished", "step"])
@every_example
def test_its_command_draws_the_same(example: Example, step: bool, run: Run, gallery_files: dict[str, str],  # noqa: F811
                                    tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    arguments = example.arguments(example.step if step else None)
    assert run(*arguments).code == 0
    assert Path(arguments[-1]).read_text(encoding="utf-8") == gallery_files[f"pictures/{arguments[-1]}"]


@every_example
@pytest.mark.parametrize("partner", ["complex-step", "paths"])
def test_other_ways_agree(example: Example, partner: str) -> None:
    report = example.trace.check(partner)
    assert not report.differing, str(report)
    (answer,) = report.partners
    graph, trace = example.graph, example.trace
    scalars = all(trace.shape(node) == () for node in range(len(graph)))
    pointwise = all(bound.row.pointwise for bound in graph.ops if bound is not None)
    if partner == "paths" and not (scalars and pointwise):
        assert answer.reason  # an edge of these has no single local derivative to multiply
    else:
        assert report.ok, str(report)


@pytest.mark.torch
@every_example
def test_torch_agrees(example: Example) -> None:
    report = example.trace.check("torch")
    assert report.ok, str(report)


@every_example
def test_a_lecturer_would_choose_these_numbers(example: Example) -> None:
    for name, value in example.inputs.items():
        for number in np.ravel(value):
            assert round(float(number), 1) == number, f"{name} has more than one decimal"
    trace = example.trace
    assert all(is_finite(value) for value in (*trace.values, *trace.grads))
    zeros = [name for name, grad in trace.gradients.items() if grad is not None and not np.all(grad)]
    assert zeros == {"relu-kink": ["w", "b"], "max-gate": ["c"]}.get(example.name, [])


@every_example
def test_its_step_is_one_on_the_way_back(example: Example) -> None:
    assert isinstance(example.trace.steps[example.step - 1], Pull | Accumulate)


@every_example
def test_pictures_are_not_heavy(example: Example, gallery_files: dict[str, str]) -> None:
    for name in (f"{example.name}.svg", f"{example.name}-step.svg"):
        assert len(gallery_files[f"pictures/{name}"].encode()) <= MAX_PICTURE_BYTES, name


@every_example
def test_both_languages_say_the_same_numbers(example: Example) -> None:
    def numbers(text: str) -> list[str]:
        matches = re.findall(r"(?<![\w₀-₉])[-−]?\d+(?:\.\d+)?", text)
        return sorted(number for number in matches if len(number) > 2)

    assert numbers(example.text.en) == numbers(example.text.ja)
    for text in (example.title.ja, example.text.ja):
        assert re.search("[ぁ-ヿ一-鿿]", text) or text == "log-sum-exp"
    assert not re.search("[ぁ-ヿ一-鿿]", example.title.en + example.text.en)


def test_what_is_not_known_in_a_source_file_is_refused(tmp_path: Path) -> None:
    text = (HERE / "examples" / "circuit.toml").read_text(encoding="utf-8")
    path = tmp_path / "circuit.toml"
    path.write_text("colour = 'red'\n" + text, encoding="utf-8")
    assert "colour" in tomllib.loads(path.read_text(encoding="utf-8"))
    with pytest.raises(ValueError, match="colour"):
        read(path)


@BUNDLED
@pytest.mark.cjk
def test_the_page_is_whole(gallery_files: dict[str, str]) -> None:
    """Every picture in it is there and described; every link leads to a place; nothing is loaded from outside."""
    assert cjk_font("ja") is not None
    page = gallery_files["index.html"]
    pictures = re.findall(r'<img src="([^"]*)" alt="([^"]+)"', page)
    assert {src for src, _ in pictures} == {
        name for name in gallery_files if name.startswith("pictures/") and name != front.PICTURE
    }
    assert len(pictures) == page.count("<img")
    places = re.findall(r' id="([^"]*)"', page)
    assert len(places) == len(set(places))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(places)
    assert "http" not in page
    assert "<script" not in page
    readme = gallery_files["README.md"]
    assert set(re.findall(r"\]\(#([^)]*)\)", readme)) <= set(re.findall(r'<a id="([^"]*)">', readme))
    assert set(re.findall(r"\]\((pictures/[^)]*)\)", readme)) == {src for src, _ in pictures}


@BUNDLED
def test_the_picture_of_the_readme_moves_on_paper_of_its_own(gallery_files: dict[str, str]) -> None:
    svg = gallery_files[front.PICTURE]
    assert "@keyframes" in svg
    assert re.search(r'<rect [^>]*fill="#(fff|ffffff)"', svg), "on GitHub's dark page dark ink needs light paper"
    assert len(svg.encode()) <= MAX_PICTURE_BYTES
    assert "<script" not in svg
