"""The lesson: no number of a result is typed, every exercise is marked as it should be, and both languages build."""

from __future__ import annotations

import csv
import io
import re
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("myst_parser", reason="myst-parser is missing: pip install -e '.[lesson]'")
pytest.importorskip("furo", reason="furo is missing: pip install -e '.[lesson]'")
pytest.importorskip("matplotlib", reason="matplotlib is missing: pip install -e '.[lesson]'")

from cli.main import main
from gallery import claims
from gallery.lesson import exercises, figures, numbers, prose
from gallery.lesson.__main__ import HERE, LANGUAGES
from gallery.web.japanese import joined
from gallery.web.mathml import mathml
from graphviz_ad.exercises.record import loads
from graphviz_ad.items.model import Exercise, Number
from graphviz_ad.language.numbers import number
from graphviz_ad.messages.catalogue import say
from tests.documents.building import built
from tests.exercises.students import mark_of, right

SECTIONS = sorted(path.stem for path in (HERE / "en").glob("[0-9]*.md"))


def texts(lang: str) -> dict[str, str]:
    """Language → the text of each page by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((HERE / lang).glob("*.md"))}


def test_both_languages_have_the_same_ten_sections_figures_and_numbers() -> None:
    assert len(SECTIONS) == 10
    japanese, english = texts("ja"), texts("en")
    assert japanese.keys() == english.keys()
    for section, text in english.items():
        for pattern in (r"\{run-figure\} (\S+)", r"\{exercise\} (\S+)", r"^:inputs: .*"):
            assert re.findall(pattern, text, re.M) == re.findall(pattern, japanese[section], re.M), section
        assert prose.names(text) == prose.names(japanese[section]), section
    shown = re.findall(r"\{run-figure\} (\S+)", "".join(english.values()))
    assert sorted(shown) == sorted(figures.FIGURES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_number_of_a_result_is_typed(lang: str) -> None:
    assert {name: typed for name, text in texts(lang).items() if (typed := prose.typed(text))} == {}


@pytest.mark.parametrize(
    ("planted", "typed"),
    [
        ("The limit is 0.717 here.", ["0.717"]),
        ("It takes 691 updates, and 95 with momentum.", ["691", "95"]),
        ("更新は 1600 回、正解率は 99% です。", ["1600", "99%"]),
        ("It is $0.717$, or $\\approx 1.5 \\times 10^{32}$.", ["0.717", "1.5", "10", "32"]),
        ("```{run-figure} rate.svg\nThe loss is 3.76.\n```", ["3.76"]),
        ("```{computational-graph}\n:inputs: w=0.5\n:caption: It is 0.25.\n\ny = 0.1 w\n```", ["0.25"]),
    ],
)
def test_a_number_that_is_typed_is_found(planted: str, typed: list[str]) -> None:
    page = texts("en")["05-rate"] + "\n" + planted + "\n"
    assert [number for number in typed if number not in prose.GIVEN] == prose.typed(page)


# -- exercises -------------------------------------------------------------------------------------------------------


def test_each_section_ends_in_its_exercise() -> None:
    for lang in LANGUAGES:
        for section in SECTIONS:
            text = texts(lang)[section].rstrip()
            assert re.findall(r"\{exercise\} (\S+)", text) == [section.partition("-")[2]]
            assert text.endswith("```")
            assert "```{exercise}" in text[text.rindex("\n## ") :]
    assert [section.partition("-")[2] for section in SECTIONS] == list(exercises.EXERCISES)


@cache
def sheet(name: str, folder: Path) -> tuple[Path, Exercise]:
    """Name of an exercise and a folder → the file that `mark` reads, and the exercise in it."""
    path = folder / f"{name}.json"
    assert main(exercises.EXERCISES[name].command("en", str(path))) == 0
    return path, loads(path.read_text(encoding="utf-8"))


def marked(path: Path, answers: dict[str, str], capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """File of an exercise and answers → the row that `graphviz-ad mark` gives a student."""
    table = path.with_suffix(".csv")
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["student", *answers], ["Ada", *answers.values()], ["Bob", *[""] * len(answers)]])
    capsys.readouterr()
    assert main(["mark", str(path), str(table)]) == 0
    return next(csv.DictReader(io.StringIO(capsys.readouterr().out)))


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_the_key_gets_full_points_and_a_known_mistake_its_name(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, exercise = sheet(name, tmp_path)
    row = marked(path, right(exercise), capsys)
    assert float(row["points"]) == float(row["of"]) > 0
    assert not row["mistakes"]
    answers, diagnosis = known_mistake(exercise)
    row = marked(path, answers, capsys)
    assert row["mistakes"] == diagnosis
    assert float(row["points"]) < float(row["of"])


def known_mistake(exercise: Exercise) -> tuple[dict[str, str], str]:
    """Exercise → right answers but for a number, late in it, which is that of a mistake, and the mistake's name.

    What the other answers refute is not told, so it is one of those that they leave possible.
    """
    for field in (field for question in reversed(exercise.questions) for field in question.fields):
        for wrong in field.wrong if isinstance(field.response, Number) else ():
            answers = {**right(exercise), field.name: number(float(wrong.answer), 6)}
            if len(wrong.diagnoses) == 1 and mark_of(exercise, answers, field.name).diagnoses == wrong.diagnoses:
                return answers, say(f"mistake.{wrong.diagnoses[0][0].mistake}", "en")
    raise AssertionError("no mistake is named")


# -- numbers, and the pages ------------------------------------------------------------------------------------------


def test_functions_with_names_have_room_around_them() -> None:
    text = re.sub(r"\s+", "", mathml(r"y \log a + \log(1 - a)", block=False))
    gap, apply = '<mspacewidth="0.17em"></mspace>', "<mo>&ApplyFunction;</mo>"
    assert f"<mi>y</mi>{gap}<mi>log</mi>{apply}{gap}<mi>a</mi>" in text
    assert f'<mi>log</mi>{apply}<mostretchy="false">(' in text
    assert "mspace" not in mathml(r"\tanh", block=False)


@pytest.mark.parametrize(
    ("before", "text", "behind", "line"),
    [
        ("", "傾きが\n最大です。\n次に", "", "傾きが最大です。次に"),
        ("", "値は\n", "0.25", "値は "),
        ("", "値は、\n", "0.25", "値は、"),
        ("0.25", "\nから", "", " から"),
        ("", "損失\n", "損失", "損失"),
    ],
)
def test_lines_of_japanese_are_joined(before: str, text: str, behind: str, line: str) -> None:
    assert joined(before, text, behind) == line


@pytest.mark.slow
def test_every_number_that_a_text_names_is_there_and_agrees_with_the_claims() -> None:
    typed = numbers.substitutions("en")
    for lang in LANGUAGES:
        for section, text in texts(lang).items():
            assert prose.names(text) <= typed.keys(), section
    page = claims.PATH.read_text(encoding="utf-8")
    sizes = claims.SIZES
    for output in (
        f"never, {typed['stay_8']}, {typed['stay_32']}, never",
        f"{', '.join(typed[f'touch_{size}'] for size in sizes)};",
        f"= 1, 8, 32, 256: {', '.join(typed[f'epochs_{size}'] for size in sizes)} ",
        f"jumps {', '.join(typed[f'jump_{size}'] for size in sizes)} at",
        f"Huber's loss {typed['jump_huber']} at",
        f": {typed['left_1']}, {typed['left_8']}, {typed['left_32']} ",
        f"B = 1: {typed['after_1']}, at B = 256: {typed['after_256']} ",
        f", {', '.join(typed[f'leave_{size}'] for size in sizes)} leave",
        f"2/λmax = {typed['rate_limit']};",
        f"{typed['ravine_plain']} updates without, {typed['ravine_momentum']} with",
        f"{typed['bytes_each']} bytes an example and {typed['bytes_fixed']} besides; {typed['megabytes']} MB",
        f"logistic 0.{typed['xor_line']}, with x₁x₂ 0.{typed['xor_product']}, a 2-4-1 network 0.{typed['xor_network']}",
        f"{typed['outlier_ratio']} times the median",
    ):
        assert output in page


def test_a_lesson_that_is_not_true_is_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "share", lambda run: 0.9)
    with pytest.raises(AssertionError):
        numbers.features()


@pytest.mark.slow
@pytest.mark.cjk
def test_both_languages_build_and_need_no_network(tmp_path: Path) -> None:
    code, output = built("gallery.lesson", str(tmp_path), folder=HERE.parents[1], seconds=600)
    assert code == 0, output
    for lang, search in (("en", "Search"), ("ja", "検索")):
        for section in ("index", *SECTIONS):
            page = (tmp_path / lang / f"{section}.html").read_text(encoding="utf-8")
            assert "{{" not in page
            assert f'placeholder="{search}"' in page
            assert not re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(?:https?:)?//[^"]*"', page)
            for file in re.findall(r'(?:src|href)="((?:_images|exercises|_static)/[^"?#]*)', page):
                assert (tmp_path / lang / file).exists(), file
        assert not list((tmp_path / lang / "exercises").glob("*.json")), "which has the answers"
        style = tmp_path / lang / "_static" / "pages.css"
        files = re.findall(r'url\("([^"]+)"\)', style.read_text(encoding="utf-8"))
        assert files, "the font of mathematics, without which an index stands level with its letter"
        assert all((style.parent / file).exists() for file in files)


@pytest.mark.slow
def test_a_name_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("# A\n\n{{ nowhere }}\n\n```{run-figure} none.svg\n```\n", encoding="utf-8")
    words = ("sphinx", "-q", "-W", "--keep-going", "-c", str(HERE), "-D", "language=en", str(tmp_path))
    code, output = built(*words, str(tmp_path / "out"), folder=HERE.parents[1], seconds=300)
    assert code == 1
    assert "nowhere" in output
    assert "there is no figure 'none.svg'" in output
