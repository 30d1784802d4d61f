"""Graphs that are too large or too dense, and parts that are not installed: said clearly, and in bounded time."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cli.main import main
from graphviz_ad import Limits, parse
from graphviz_ad.diagram import budget, fitting, fonts, layout, typeset
from graphviz_ad.diagram.draw import draw
from graphviz_ad.diagram.layout import Box, Link, Placement, place
from graphviz_ad.diagram.picture import Deck, make_style
from graphviz_ad.errors import GraphvizADError, LimitError, MissingPartError
from graphviz_ad.installing import extra, library
from tests.diagram.cases import JAPANESE, NEURON, deck_of, trace_of
from tests.diagram.overlap import faults

# -- too large, too dense --------------------------------------------------------------------------


def complete(count: int) -> tuple[list[Box], list[Link]]:
    """The graph in which every box leads to all later ones."""
    boxes = [Box(40, 40)] * count
    return boxes, [Link(tail, head) for head in range(count) for tail in range(head)]


@pytest.mark.slow
def test_a_complete_graph_of_60_nodes_takes_no_longer_than_allowed() -> None:
    """Left alone, dot takes more than 40 s for it; it is laid out coarser and says so, or refused."""
    boxes, links = complete(60)
    began = time.perf_counter()
    try:
        placed: Placement | str | None = place(boxes, links, seconds=1.0)
    except LimitError as error:
        placed = error.message
    assert time.perf_counter() - began < 10
    if isinstance(placed, str):
        assert placed == "the graph is too dense to be laid out in 1 s (60 boxes, 1770 links)"
    else:
        assert isinstance(placed, Placement)
        assert placed.note in ("a coarser layout was used", "the coarsest layout was used")
        assert all(len(route) > 1 for route in placed.routes)


def long_chain(length: int) -> str:
    """Length → a chain of so many operations."""
    return "; ".join(["a0 = x"] + [f"a{n + 1} = sin(a{n})" for n in range(length)])


def slow(times: int) -> Callable[[str, float], str]:
    """A child process that takes too long this often."""
    calls = []

    def in_child(dot: str, seconds: float) -> str:
        calls.append(seconds)
        if len(calls) <= times:
            raise subprocess.TimeoutExpired("dot", seconds)
        return layout.in_process(dot)

    return in_child


@pytest.mark.parametrize(
    ("times", "note"), [(0, None), (1, "a coarser layout was used"), (2, "the coarsest layout was used")]
)
def test_what_is_laid_out_coarser_says_so(monkeypatch: pytest.MonkeyPatch, times: int, note: str | None) -> None:
    monkeypatch.setattr(layout, "_MAX_PARTS_IN_PROCESS", 0)
    monkeypatch.setattr(layout, "in_child", slow(times))
    deck = deck_of(NEURON)
    assert deck.scene.note == note
    assert deck.warnings == ([note] if note else [])
    assert deck.svg(0)


@pytest.mark.slow
def test_a_layout_in_a_child_is_that_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    here = deck_of(NEURON).svg(5)
    monkeypatch.setattr(layout, "_MAX_PARTS_IN_PROCESS", 0)
    assert deck_of(NEURON).svg(5) == here


def test_nothing_quick_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_MAX_PARTS_IN_PROCESS", 0)
    monkeypatch.setattr(layout, "in_child", slow(99))
    with pytest.raises(LimitError) as caught:
        Deck(parse("L = w*x", limits=Limits(layout_seconds=0.25)).run(w=2, x=3), make_style())
    assert str(caught.value) == (
        "the graph is too dense to be laid out in 0.25 s (5 boxes, 4 links)\n"
        "hint: close parts of it (--detail, --close NAME), draw a smaller formula, or raise --max-seconds"
    )


def test_all_attempts_together_take_no_longer_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    given = list[float]()

    def in_child(dot: str, seconds: float) -> str:
        given.append(seconds)
        raise subprocess.TimeoutExpired("dot", seconds)

    monkeypatch.setattr(layout, "in_child", in_child)
    monkeypatch.setattr(layout, "time", SimpleNamespace(perf_counter=lambda: 5 + sum(given)))
    with pytest.raises(LimitError):
        place(*complete(30), seconds=10)
    assert given == pytest.approx([6, 2.4, 1.6])


def test_on_a_slide_the_time_may_be_enough_for_one_layout_only(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = trace_of((long_chain(30), {"x": 1}))
    before, calls = fitting.draft_of, []

    def once(*arguments: Any, **options: Any) -> Any:
        calls.append(options)
        if len(calls) > 1:
            raise LimitError("no time is left")
        return before(*arguments, **options)

    monkeypatch.setattr(fitting, "draft_of", once)
    assert Deck(trace, make_style(fit="slide")).scene.note is None
    assert len(calls) == 2


SECONDS, MEMORY = "--max-seconds (Limits(layout_seconds=…) in Python)", "--max-memory (Limits(memory=…) in Python)"
LESS = "close parts of it with --detail or --close NAME, draw a smaller formula, or raise"


def in_small_parts(monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[int]:
    """Texts are set four at a time, each time taking so many seconds → how many were, each time."""
    parts, compile = list[int](), typeset._compile

    def slowly(requests: Any, *options: Any) -> bytes:
        parts.append(len(requests))
        time.sleep(seconds)
        return compile(requests, *options)

    monkeypatch.setattr(typeset, "_TEXTS_PER_PAGE", 4)
    monkeypatch.setattr(typeset, "_compile", slowly)
    monkeypatch.setattr(typeset, "_kept", {})
    return parts


@pytest.mark.slow
def test_texts_that_would_take_too_long_are_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = parse(long_chain(60), limits=Limits(layout_seconds=1.0)).run(x=1)
    parts = in_small_parts(monkeypatch, 0.05)
    with pytest.raises(LimitError) as caught:
        draw(trace)
    message, hint = str(caught.value).split("\n")
    assert re.fullmatch(r"the picture would take about \d+ s; the limit is 1 s", message)
    assert hint == f"hint: {LESS} {SECONDS}"
    assert parts == [4, 4]
    assert draw(parse(long_chain(6), limits=Limits(layout_seconds=20.0)).run(x=1)).svg()


def test_outlines_that_would_be_too_large_are_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = parse(long_chain(60), limits=Limits(memory=1)).run(x=1)
    parts = in_small_parts(monkeypatch, 0)
    with pytest.raises(LimitError) as caught:
        draw(trace)
    message, hint = str(caught.value).split("\n")
    assert re.fullmatch(r"the picture would take about \d+ MB of memory; the limit is 1 MB", message)
    assert hint == f"hint: {LESS} {MEMORY}"
    assert parts[-1:] == [4]
    assert len(parts) < 5


@pytest.mark.slow
def test_what_a_picture_takes_is_told_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first texts, of how many bytes the whole consists; so that it is not refused for nothing."""
    reports = []
    monkeypatch.setattr(budget.Budget, "spent", lambda self, done, of, rest, size: reports.append((done, of, size)))
    monkeypatch.setattr(typeset, "_TEXTS_PER_PAGE", 64)
    monkeypatch.setattr(typeset, "_kept", {})
    svg = trace_of((long_chain(250), {"x": 1})).draw().svg()
    assert [done for done, _, _ in reports[:2]] == [64, 128]
    assert reports[0][2] == pytest.approx(len(svg), rel=0.35)


def test_a_png_that_would_be_too_large(tmp_path: Path) -> None:
    picture = parse("L = w*x", limits=Limits(memory=5)).run(w=2, x=3).draw()
    assert picture.pdf()
    with pytest.raises(LimitError) as caught:
        picture.png()
    pixels = 4 * picture.shown[0] * picture.shown[1]
    assert str(caught.value) == (
        f"the picture would take about {13 * pixels / 1e6:.0f} MB of memory; the limit is 5 MB\n"
        f"hint: write it as svg or pdf, {LESS} {MEMORY}"
    )


def test_how_far_a_large_picture_is(monkeypatch: pytest.MonkeyPatch) -> None:
    reports: list[tuple[int, int]] = []
    in_small_parts(monkeypatch, 0)
    trace = parse(NEURON[0], limits=Limits(layout_seconds=600.0)).run(NEURON[1])  # also on a busy machine
    draw(trace, progress=lambda done, of: reports.append((done, of)))
    assert reports[:2] == [(4, reports[0][1]), (8, reports[0][1])]
    assert (reports[0][1], reports[0][1]) in reports


_MEASURED = (
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
)
"""Runs a command and prints how much memory it took: started from here, it would count what the tests took before."""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is asked for in the units of Linux")
def test_a_graph_of_20001_nodes_is_refused_soon_and_in_little_memory(tmp_path: Path) -> None:
    (tmp_path / "large").write_text(long_chain(20_000))
    arguments = ["draw", f"@{tmp_path / 'large'}", "x=1", "--max-drawn", "30000", "--max-length", "9999999"]
    command = [sys.executable, "-m", "cli.main", *arguments, "-o", str(tmp_path / "x.svg")]
    began = time.perf_counter()
    completed = subprocess.run([sys.executable, "-c", _MEASURED, *command], capture_output=True, text=True)
    assert completed.returncode == 1
    cost = r"(\d+ s; the limit is 10 s|\d+ MB of memory; the limit is 2000 MB)"  # the second on a fast machine
    assert re.match(rf"error: the picture would take about {cost}\n", completed.stderr)
    assert time.perf_counter() - began < 60, "it is refused before anything is laid out, which takes minutes"
    assert int(completed.stdout) < 1_500_000


def test_more_nodes_than_are_drawn() -> None:
    trace = parse("L = w*x + b", limits=Limits(drawn=4)).run(w=2, x=3, b=1)
    with pytest.raises(LimitError) as caught:
        draw(trace)
    assert str(caught.value) == (
        "the graph has 5 nodes; up to 4 are drawn without asking\n"
        "hint: close parts of it with --detail or --close NAME, or raise --max-drawn (Limits(drawn=…) in Python)"
    )
    assert parse("L = w*x", limits=Limits(drawn=4)).run(w=2, x=3).draw().svg()


TOO_MANY_NODES = "62 nodes are more than a reader takes in: close parts of it, as --detail does"


@pytest.mark.slow
def test_more_than_60_nodes() -> None:
    small, large = (deck_of((long_chain(length), {"x": 1})) for length in (58, 61))
    assert (small.warnings, large.warnings) == ([], [TOO_MANY_NODES])
    assert faults(large) == []


def test_the_command_says_that_there_are_many_nodes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["draw", long_chain(61), "x=1", "-o", str(tmp_path / "x.svg")]) == 0
    assert f"warning: {TOO_MANY_NODES}" in capsys.readouterr().err


@pytest.mark.slow
def test_a_slide_whose_type_is_too_small() -> None:
    (warning,) = deck_of((long_chain(30), {"x": 1}), fit="slide").warnings
    assert re.match(
        r"type is \d+\.\d points high on a slide 13.33 inches wide, where 14 can be read: close a part", warning
    )
    assert deck_of(("L = w*x", {"w": 2, "x": 3}), fit="slide").warnings == []
    assert deck_of((long_chain(30), {"x": 1})).warnings == []


# -- parts that are missing ------------------------------------------------------------------------


@pytest.fixture
def no_pygraphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    layout._cached.cache_clear()


_DOT = """#!{python}
import sys
sys.path[:0] = {path!r}
from graphviz_ad.diagram.run_dot import in_process
assert sys.argv[1:] == ["-Kdot", "-Tjson0"], sys.argv
sys.stdout.write(in_process(sys.stdin.read()))
"""


@pytest.mark.slow
def test_without_pygraphviz_a_dot_on_the_path_does_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with_pygraphviz = deck_of(NEURON).svg(7)
    dot = tmp_path / "dot"
    dot.write_text(_DOT.format(python=sys.executable, path=[str(Path.cwd())]))
    dot.chmod(0o755)
    request.getfixturevalue("no_pygraphviz")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert deck_of(NEURON).svg(7) == with_pygraphviz


def no_graphviz() -> str:
    """→ what is said where there is no Graphviz, with the line that installs one on the PATH of this moment."""
    return (
        f"Graphviz was not found\nhint: {library('pygraphviz')}, or install Graphviz so that 'dot' is on the PATH "
        "(Debian: apt install graphviz, Alpine: apk add graphviz, macOS: brew install graphviz)"
    )


@pytest.mark.usefixtures("no_pygraphviz")
def test_without_any_graphviz(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingPartError) as caught:
        deck_of(NEURON)
    assert str(caught.value) == no_graphviz()


@pytest.mark.usefixtures("no_pygraphviz")
def test_the_command_without_any_graphviz(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["draw", "L = w*x", "w=2", "x=3", "-o", str(tmp_path / "x.svg")]) == 3
    assert capsys.readouterr() == ("", f"error: {no_graphviz()}\n")
    assert list(tmp_path.iterdir()) == []


NO_FONT = (
    "no font with the letters of Japanese and Chinese was found\n"
    f"hint: {extra('ja')}, or install a font such as Noto Sans CJK (Debian: fonts-noto-cjk)"
)


@pytest.fixture
def no_japanese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "cjk_font", lambda lang: None)


@pytest.mark.usefixtures("no_japanese_font")
@pytest.mark.parametrize(("case", "lang"), [(NEURON, "ja"), (JAPANESE, "en")], ids=["sentences", "names"])
def test_without_a_japanese_font(case: tuple[str, dict[str, object]], lang: str) -> None:
    with pytest.raises(MissingPartError) as caught:
        deck_of(case, lang=lang)
    assert str(caught.value) == NO_FONT


@pytest.mark.usefixtures("no_japanese_font")
def test_the_command_without_a_japanese_font(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["steps", "L = w*x", "w=2", "x=3", "--lang", "ja", "-o", str(tmp_path / "new")]) == 3
    assert capsys.readouterr().err == f"error: {NO_FONT}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_japanese_font")
@pytest.mark.parametrize(("formula", "suffix", "code"), [
    ("L = w*x", "html", 0),  # its words are text
    ("損失 = w*x", "html", 3),  # a name stands in the graph
    *(("L = w*x", suffix, 3) for suffix in ("pdf", "reveal.html", "qmd", "animated.svg", "ipynb")),
])  # fmt: skip
def test_which_decks_need_a_japanese_font(
    formula: str, suffix: str, code: int, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / f"x.{suffix}"
    assert main(["steps", formula, "w=2", "x=3", "--lang", "ja", "-o", str(path)]) == code
    if code:
        assert capsys.readouterr().err == f"error: {NO_FONT}\n"
        assert list(tmp_path.iterdir()) == []
    else:
        assert "順伝播 · ステップ 1/4" in path.read_text(encoding="utf-8")


@pytest.mark.usefixtures("no_japanese_font")
def test_latin_text_needs_no_japanese_font() -> None:
    assert deck_of(NEURON).svg(0)


def test_where_a_japanese_font_is_looked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The wheel first, then the folders of the system."""
    (tmp_path / "deep" / "noto").mkdir(parents=True)
    (tmp_path / "deep" / "noto" / "NotoSansCJK-Regular.ttc").touch()
    monkeypatch.setattr(fonts.importlib.util, "find_spec", lambda name: None)  # type: ignore[attr-defined]
    monkeypatch.setattr(fonts, "system_folders", lambda: [tmp_path])
    find = partial(fonts.cjk_font.__wrapped__, "ja")
    assert find() == (str(tmp_path / "deep" / "noto"), "Noto Sans CJK JP")
    monkeypatch.setattr(fonts, "system_folders", list)
    assert find() is None


# -- options ---------------------------------------------------------------------------------------

THE_THEMES = "the themes are light, dark, print, slides, or a file of your own, as in mine.toml"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"theme": "drak"}, f"there is no theme 'drak'\nhint: did you mean 'dark'? {THE_THEMES}"),
        ({"theme": "xyz"}, f"there is no theme 'xyz'\nhint: {THE_THEMES}"),
        ({"lang": "fr"}, "there is no language 'fr'\nhint: use en or ja or zh"),
        ({"direction": "RL"}, "there is no direction 'RL'\nhint: use LR or TB"),
        ({"fit": "poster"}, "there is no fit 'poster'\nhint: use graph or page or slide"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_options_that_are_not_known(options: dict[str, Any], message: str) -> None:
    with pytest.raises(GraphvizADError) as caught:
        trace_of(NEURON).draw(**options)
    assert str(caught.value) == message


@pytest.mark.parametrize("step", [-1, 99])
def test_a_step_that_is_not_there(step: int) -> None:
    with pytest.raises(GraphvizADError) as caught:
        trace_of(("L = w*x", {"w": 2, "x": 3})).draw(step)
    assert str(caught.value) == f"there is no step {step}\nhint: the steps are 0 to 4"
