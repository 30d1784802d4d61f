"""All steps as files: numbered in a folder, or pages of one PDF."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graphviz_ad.errors import GraphvizADError, OutputError
from graphviz_ad.export.deck import save
from graphviz_ad.export.registry import DECKS, PICTURES
from tests.diagram.cases import NEURON, deck_of, trace_of
from tests.export.test_pages import page_sizes, png_size

STEPS = len(trace_of(NEURON).steps)
ALL = ", ".join(PICTURES | DECKS)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_of_svgs(tmp_path: Path) -> None:
    trace, folder = trace_of(NEURON), tmp_path / "steps"
    written = trace.save(str(folder))
    assert written == [str(folder / f"step-{k:03}.svg") for k in range(STEPS + 2)]
    deck = deck_of(NEURON)
    assert [Path(path).read_text() for path in written] == [deck.svg(k, glyphs="shared") for k in range(STEPS + 2)]


@pytest.mark.parametrize(
    ("kind", "head"), [("png", b"\x89PNG"), ("pdf", b"%PDF-"), ("dot", b"digraph computation {"), ("svg", b"<svg ")]
)
def test_a_folder_in_each_format(tmp_path: Path, kind: str, head: bytes) -> None:
    written = save(trace_of(("L = w*x", {"w": 2, "x": 3})), str(tmp_path), format=kind)
    assert names(tmp_path) == [f"step-{k:03}.{kind}" for k in range(6)]
    assert all(Path(path).read_bytes().startswith(head) for path in written)


def test_an_older_run_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    save(trace_of(NEURON), str(tmp_path))
    notes: list[str] = []
    save(trace_of(("L = w*x", {"w": 2, "x": 3})), str(tmp_path), inform=notes.append)
    assert notes == [f"removed {STEPS - 4} pictures of an earlier run"]
    assert names(tmp_path) == ["notes.txt", *(f"step-{k:03}.svg" for k in range(6))]


def test_a_pdf_has_a_page_for_each_step(tmp_path: Path) -> None:
    path = tmp_path / "deck.pdf"
    assert trace_of(NEURON).save(str(path), detail="operation") == [str(path)]
    assert len(page_sizes(path.read_bytes())) == STEPS + 2
    trace_of(NEURON).save(str(path), detail="operation", by="statement")
    assert len(page_sizes(path.read_bytes())) == 8


@pytest.mark.parametrize("by", ["edge", "node", "statement", "phase"])
def test_what_makes_a_step(tmp_path: Path, by: str) -> None:
    """x*x + x: evaluated 1 and 2, seed 3, L sends 4 to 6, the product 7 to 10, a sum after each edge into x."""
    trace = trace_of(("L = x*x + x", {"x": 3}))
    written = save(trace, str(tmp_path), by=by)  # type: ignore[arg-type]
    by_number = {
        "edge": [*range(12)], "node": [0, 1, 2, 6, 10, 11], "statement": [0, 2, 10, 11], "phase": [0, 2, 11],
    }  # fmt: skip
    numbers = [int(Path(path).stem.removeprefix("step-")) for path in written]
    assert numbers == by_number[by], numbers


def test_what_computes_nothing_has_no_forward_pass(tmp_path: Path) -> None:
    written = save(trace_of(("L = x", {"x": 3})), str(tmp_path), by="phase")
    assert [Path(path).name for path in written] == ["step-000.svg", "step-002.svg"]


def test_a_picture_is_of_the_finished_pass(tmp_path: Path) -> None:
    trace = trace_of(NEURON)
    for kind, expected in (("svg", trace.draw().svg()), ("dot", trace.draw().dot())):
        path = tmp_path / f"x.{kind}"
        assert trace.save(str(path)) == [str(path)]
        assert path.read_bytes() == expected.encode()
    trace.save(str(tmp_path / "x.PNG"))
    assert png_size((tmp_path / "x.PNG").read_bytes())


def test_options_go_through(tmp_path: Path) -> None:
    path = tmp_path / "x.svg"
    trace_of(NEURON).save(str(path), theme="dark", fit="slide", direction="TB", digits=2)
    text = path.read_text()
    assert 'width="1280" height="720"' in text
    assert "#14181d" in text


@pytest.mark.parametrize(
    "kind", ["marp.md", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("qmd", "reveal.html"))]
)
def test_pictures_of_slides_fill_them(tmp_path: Path, kind: str) -> None:
    """Else the words of a wide graph would be too small to read from the last row."""
    written = trace_of(NEURON).save(str(tmp_path / f"x.{kind}"))
    sizes = re.findall(r'width="([\d.]+)" height="([\d.]+)" viewBox', Path(written[-1]).read_text())
    assert sizes
    assert {round(float(wide) / float(high), 2) for wide, high in sizes} == {1.78}


def test_the_pages_of_beamer_fill_it(tmp_path: Path) -> None:
    sizes = page_sizes(Path(trace_of(NEURON).save(str(tmp_path / "x.pages.tex"))[1]).read_bytes())
    assert {round(wide / high, 2) for wide, high in sizes} == {1.78}


def test_progress_is_told(tmp_path: Path) -> None:
    trace = trace_of(("L = w*x", {"w": 2, "x": 3}))
    for path in (str(tmp_path / "steps"), str(tmp_path / "x.pdf")):
        progress: list[tuple[int, int]] = []
        save(trace, path, progress=lambda done, of: progress.append((done, of)))  # noqa: B023
        assert progress == [(k, 6) for k in range(7)]


@pytest.mark.parametrize("kind", DECKS)
@pytest.mark.slow
def test_the_end_is_told_when_the_deck_is_there(tmp_path: Path, kind: str) -> None:
    for library in {"gif": ["PIL.Image"], "pptx": ["PIL.Image", "pptx"]}.get(kind, []):
        pytest.importorskip(library)
    path = tmp_path / f"x.{kind}"
    progress: list[tuple[int, bool]] = []
    save(
        trace_of(("L = w*x", {"w": 2, "x": 3})),
        str(path),
        progress=lambda done, of: progress.append((done, path.exists())),
    )
    assert progress == [(0, False), (1, False), (2, False), (3, False), (4, False), (5, False), (6, True)]


def test_warnings_are_handed_on(tmp_path: Path) -> None:
    terms = " + ".join(f"sin(w{n} x)" for n in range(9))
    warnings: list[str] = []
    values = {"x": 1.0, **{f"w{n}": n / 3 for n in range(9)}}
    save(trace_of((f"L = {terms}", values)), str(tmp_path / "x.svg"), fit="slide", warn=warnings.append)
    assert [warning.split(" points")[1][:28] for warning in warnings] == [" high on a slide 13.33 inche"]


@pytest.mark.parametrize(
    ("path", "format", "message"),
    [
        ("x.bmp", None, f"there is no format 'bmp'\nhint: the formats are {ALL}"),
        ("steps/", "bmp", "there is no format 'bmp'\nhint: the formats are svg, png, pdf, dot, tex"),
    ],
)
def test_formats_that_are_not_known(tmp_path: Path, path: str, format: str | None, message: str) -> None:
    with pytest.raises(OutputError) as caught:
        trace_of(NEURON).save(f"{tmp_path}/{path}", format=format)
    assert str(caught.value) == message
    assert names(tmp_path) == []


def test_an_option_of_another_format(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        trace_of(NEURON).save(str(tmp_path / "x.pdf"), fragment=True)
    assert (
        str(caught.value)
        == "'fragment' is for decks in another format\nhint: the name of the file ends in .reveal.html"
    )
    assert names(tmp_path) == []


def test_decks_of_every_format_beside_each_other(tmp_path: Path) -> None:
    """Each has its own folder, so that none takes away the pictures of another; a file of one's own stays."""
    trace = trace_of(("L = w*x", {"w": 2, "x": 3}))
    (tmp_path / "x-markdown-pictures").mkdir()
    (tmp_path / "x-markdown-pictures" / "mine.svg").write_text("mine")
    for kind in ("md", "marp.md", "qmd", "reveal.html", "tex", "pages.tex", "pdf"):
        save(trace, str(tmp_path / f"x.{kind}"))
    save(trace, str(tmp_path / "y.QMD"), by="phase")
    assert names(tmp_path) == [
        "x-beamer_pages-pictures.pdf", "x-markdown-pictures", "x-marp-pictures", "x-quarto-pictures",
        "x.marp.md", "x.md", "x.pages.tex", "x.pdf", "x.qmd", "x.reveal.html", "x.tex",
        "y-quarto-pictures", "y.QMD",
    ]  # fmt: skip
    steps = [f"step-{k:03}.svg" for k in range(6)]
    assert names(tmp_path / "x-markdown-pictures") == ["mine.svg", *steps]
    assert names(tmp_path / "x-marp-pictures") == steps
    assert names(tmp_path / "x-quarto-pictures") == steps
    assert names(tmp_path / "y-quarto-pictures") == ["step-000.svg", "step-001.svg", "step-005.svg"]


def test_pictures_of_an_earlier_deck_go(tmp_path: Path) -> None:
    save(trace_of(NEURON), str(tmp_path / "x.md"))
    notes: list[str] = []
    written = save(trace_of(("L = w*x", {"w": 2, "x": 3})), str(tmp_path / "x.md"), inform=notes.append)
    assert notes == [f"removed {STEPS - 4} pictures of an earlier run"]
    assert written == [
        str(tmp_path / "x.md"),
        *(str(tmp_path / "x-markdown-pictures" / f"step-{k:03}.svg") for k in range(6)),
    ]


def test_a_deck_that_cannot_be_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="a file whose name holds '%'"):
        save(trace_of(NEURON), str(tmp_path / "100%.pages.tex"))
    assert names(tmp_path) == []


@pytest.mark.parametrize("kind", ["pdf", "md", "gif", "animated.svg", "html", "tex"])
def test_a_deck_of_the_forward_pass_tells_no_gradient(tmp_path: Path, kind: str) -> None:
    if kind == "gif":
        pytest.importorskip("PIL.Image")
    progress: list[tuple[int, int]] = []
    trace = trace_of(("L = w*x", {"w": 2, "x": 3}))
    save(trace, str(tmp_path / f"x.{kind}"), only="forward", progress=lambda done, of: progress.append((done, of)))
    assert progress == [(0, 2), (1, 2), (2, 2)]


def test_options_of_steps_go_through(tmp_path: Path) -> None:
    trace = trace_of(("z = w*x + b; L = z^2", {"w": 2, "x": 3, "b": -1}))
    written = trace.save(tmp_path / "steps", by="statement", steps="3-", only="backward", skip="trivial")
    assert [Path(path).name for path in written] == ["step-005.svg", "step-009.svg", "step-010.svg"]
    assert "backward · statement 1 of 2" in Path(written[1]).read_text()
    assert trace.draw(9, by="statement").svg() != trace.draw(9).svg()
    with pytest.raises(GraphvizADError, match="step 8 is not shown\nhint: the steps shown are 0, 2-3, 5, 9"):
        trace.draw(8, by="statement")
    with pytest.raises(GraphvizADError, match="there is no step 10\nhint: the steps are 0 to 9"):
        trace.save(tmp_path / "x.pdf", steps="4-10")
    assert names(tmp_path) == ["steps"]
