"""Sheets on paper: PDF with words that are text, Markdown, LaTeX that compiles; the same bytes for the same seed."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from graphviz_ad import parse
from graphviz_ad.errors import OutputError
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.making import of_formula, of_level
from graphviz_ad.exercises.registry import Sheet
from graphviz_ad.exercises.sheets.handout import files, save
from graphviz_ad.exercises.sheets.key import letter_of, right_text
from graphviz_ad.exercises.sheets.printed import mark, printed
from graphviz_ad.exercises.sheets.worksheet import arranged
from graphviz_ad.items.model import Exercise, Number, Student
from graphviz_ad.language import numbers
from tests.exercises.reading import handout_files, pdf_pages, reader
from tests.exercises.students import level, own
from tests.export.test_beamer_pages import complaints

SHEETS: tuple[Sheet, ...] = ("blank", "key", "solution")
LONG = "h1 = tanh(w1*x + b1); h2 = tanh(w2*h1 + b2); yhat = w3*h2 + b3; L = (yhat - y)^2 + 0.1*(w1^2 + w2^2 + w3^2)"


def pdf(exercises: list[Exercise], sheet: Sheet, folder: Path) -> list[str]:
    """Exercises → the text of each page of their PDF."""
    return pdf_pages(handout_files(exercises, "pdf", sheet, folder)["sheet.pdf"])


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("suffix", ["pdf", "md", "tex"])
def test_the_same_seed_gives_the_same_bytes(suffix: str, sheet: Sheet, tmp_path: Path) -> None:
    first = handout_files([of_level(5, 4)], suffix, sheet, tmp_path)
    assert handout_files([of_level(5, 4)], suffix, sheet, tmp_path) == first
    assert handout_files([of_level(5, 5)], suffix, sheet, tmp_path) != first


@pytest.mark.parametrize("lang", ["en", "ja", "zh"])
def test_a_pdf_is_tagged_has_a_language_and_its_words_are_text(lang: str, tmp_path: Path) -> None:
    exercise = level(5, 1, lang)
    data = handout_files([exercise], "pdf", "blank", tmp_path)["sheet.pdf"]
    document = reader(data)
    root = document.trailer["/Root"]
    assert root["/Lang"] == lang
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in document.xmp_metadata.stream.get_data()
    assert document.metadata.title == exercise.title
    assert "/CreationDate" not in document.metadata
    text = re.sub(r"\s", "", "".join(pdf_pages(data)))
    page = printed(exercise, "blank")
    for words in (page.title, page.mark, *(part.heading for part in page.parts), *(part.points for part in page.parts)):
        assert re.sub(r"\s", "", words) in text
    assert all(field.name in text for field in exercise.fields)


def test_the_key_and_its_sheet_have_the_same_mark_and_other_sheets_another(tmp_path: Path) -> None:
    shown = mark(level(6)).replace(" ", "")
    for sheet in SHEETS:
        assert all(shown in page.replace(" ", "") for page in pdf([level(6)], sheet, tmp_path))
    assert len({mark(of_level(6, seed)) for seed in range(1, 20)}) == 19


def test_each_of_several_begins_on_a_page_of_its_own_and_counts_its_pages(tmp_path: Path) -> None:
    together = [of_level(4, seed) for seed in (1, 2, 3)]
    pages = pdf(together, "blank", tmp_path)
    alone = [len(pdf([exercise], "blank", tmp_path)) for exercise in together]
    assert len(pages) == sum(alone)
    expected = [f"page {number} of {count}" for count in alone for number in range(1, count + 1)]
    assert [" ".join(page.split())[-len(words) :] for page, words in zip(pages, expected, strict=True)] == expected
    firsts = [page for page, words in zip(pages, expected, strict=True) if words.startswith("page 1 ")]
    assert all("Level 4" in page and "Name" in page for page in firsts)


@pytest.mark.parametrize("number", LEVELS)
@pytest.mark.parametrize("suffix", ["pdf", "md", "tex"])
def test_a_key_has_every_right_number(number: int, suffix: str, tmp_path: Path) -> None:
    exercise = level(number)
    files = handout_files([exercise], suffix, "key", tmp_path)
    main = files[f"sheet.{suffix}"]
    text = "".join(pdf_pages(main)) if suffix == "pdf" else main.decode()
    text = text.replace("−", "-").replace("\n", " ")
    for field in exercise.fields:
        if isinstance(field.response, Number):
            assert re.search(rf"(?<![\d.]){re.escape(right_text(field, 4))}(?![\d.])", text), field.name


def test_no_page_ends_between_a_question_and_its_options() -> None:
    """A colour set between paragraphs is where a page may end, whatever was said before: names begin a paragraph first."""
    ((_, source), *_) = files([level(4, 1, "ja")], "sheet", "tex")
    (begin,) = [line for line in source.decode().splitlines() if line.startswith(r"\newcommand{\fieldname}")]
    assert begin.index(r"\leavevmode") < begin.index(r"\color")


def test_a_solution_shows_each_step_once(tmp_path: Path) -> None:
    page = printed(level(6), "solution")
    lines = [line for part in page.parts for line in part.solution]
    assert len(lines) == len(set(map(str, lines)))
    assert page.parts[2].above
    assert not any(part.solution or part.above for part in printed(level(6), "key").parts)
    assert all(cell.answer is None for part in printed(level(6), "blank").parts for row in part.rows
               for cells in row.cells for cell in cells)  # fmt: skip


def test_entries_of_an_array_are_filled_in_as_a_matrix() -> None:
    rows = printed(own("z = W @ x; L = sum(z^2)"), "blank").parts[1].rows
    shapes = {(len(row.cells), len(row.cells[0])) for part in printed(level(8), "key").parts for row in part.rows}
    assert {(2, 2), (2, 1), (1, 1)} <= shapes
    assert [cell.name for row in rows for cells in row.cells for cell in cells]


def test_large_arrays_are_given_entry_by_entry() -> None:
    exercise = of_formula(parse("z = W @ x; L = sum(z^2)"), 1, shapes={"W": (2, 4), "x": (4,)})
    text = str(printed(exercise, "blank").inputs)
    for value in exercise.trace.value("W").ravel():  # type: ignore[union-attr]
        assert numbers.exact(float(value)) in text or repr(float(value)) in text


def test_a_wide_graph_is_turned_or_stands_on_a_page_of_its_own() -> None:
    neuron = level(6)
    figure, scale, own_page = arranged(neuron, "blank")
    assert not own_page
    assert figure.height > figure.width
    assert scale >= 0.62
    assert arranged(of_formula(parse(LONG), 1), "blank")[2]


def test_letters_go_on_as_numbers_that_can_be_marked() -> None:
    assert [letter_of(option) for option in (0, 25, 26, 34)] == ["A", "Z", "27", "35"]


@pytest.mark.parametrize("sheet", SHEETS)
def test_pictures_of_markdown_stand_where_it_looks_for_them(sheet: Sheet, tmp_path: Path) -> None:
    save([level(6)], str(tmp_path / "ein blatt.md"), sheet=sheet)
    text = (tmp_path / "ein blatt.md").read_text(encoding="utf-8")
    links = [link.replace("%20", " ") for link in re.findall(r"!\[[^]]*\]\(([^)]*)\)", text)]
    assert len(links) == 5 + (sheet == "solution")
    assert {tmp_path / link for link in links} == set(tmp_path.rglob("*.svg"))
    assert text.count("[x]") == {"blank": 0, "key": 4, "solution": 4}[sheet]


def test_names_that_latex_cannot_include_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="LaTeX cannot include a file whose name holds '%'"):
        save([level(1)], str(tmp_path / "100%.tex"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.latex
@pytest.mark.slow
@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("engine", ["pdflatex", "lualatex"])
def test_latex_compiles_without_complaints(engine: str, sheet: Sheet, tmp_path: Path) -> None:
    if shutil.which(engine) is None:
        pytest.skip(f"needs {engine}")
    exercises = {"long": of_formula(parse(LONG), 1)}
    if engine == "pdflatex":
        exercises["softmax"] = own("s = softmax(z); L = s[0]*3 + s[1]")
        some = LEVELS if sheet == "solution" else (6,)  # solutions have all that the other sheets have
        exercises |= {f"level-{number}": level(number) for number in some}
    for name, exercise in exercises.items():
        save([exercise], str(tmp_path / f"{name}.tex"), sheet=sheet)
        for _ in range(2):
            done = subprocess.run(
                [engine, "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"], cwd=tmp_path, capture_output=True,
                timeout=240,
            )  # fmt: skip
        assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
        assert complaints((tmp_path / f"{name}.log").read_text(errors="replace")) == [], name


def test_a_sign_of_a_name_that_no_font_has_is_left_out() -> None:
    exercise = replace(level(1), student=Student("Zoë \N{FOX FACE} Fox"))
    ((_, data),) = files([exercise], "sheet", "pdf")
    (page, *_) = pdf_pages(data)
    assert "Zoë Fox" in " ".join(page.split())
