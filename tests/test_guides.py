"""Every command of the guides to the exercises runs, in order, and prints what the guide says it prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cli.main import main
from gallery.exercises import BEGIN, EXAMPLES, PAGES, RENEW, page
from graphviz_ad.api import parse
from graphviz_ad.exercises.making import of_formula
from graphviz_ad.exercises.marking.answers import read_number
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.questions.kinds import KINDS
from graphviz_ad.exercises.registry import HANDOUTS
from graphviz_ad.items.model import tolerance
from graphviz_ad.messages.catalogue import say
from graphviz_ad.misconceptions.backward import BACKWARD
from graphviz_ad.misconceptions.forward import FORWARD

GALLERY = Path(__file__).parent.parent / "gallery"
STAFF = ("exercises.md", "exercises-ja.md")
NUMBERS = {14: "fourteen", 15: "fifteen", 16: "sixteen", 17: "seventeen", 18: "eighteen", 19: "nineteen", 20: "twenty",
           21: "twenty-one", 22: "twenty-two", 23: "twenty-three", 24: "twenty-four", 25: "twenty-five",
           26: "twenty-six", 27: "twenty-seven", 28: "twenty-eight"}  # fmt: skip
GUIDES = (*STAFF, "students.md", "students-ja.md")
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def guide_text(name: str) -> str:
    """Name of a guide → its text."""
    return (GALLERY / name).read_text(encoding="utf-8")


def runs(block: str) -> list[tuple[str, str]]:
    """Block of a console → each command, and what is quoted below it."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def quoted(text: str) -> re.Pattern[str]:
    """Quoted lines → what fits them; a line with … alone stands for any lines."""
    lines = [".*?" if line == "…" else re.escape(line) for line in text.strip("\n").split("\n")]
    return re.compile("\n".join(lines), re.DOTALL)


@pytest.mark.cjk
@pytest.mark.parametrize("name", STAFF)
def test_every_command_does_what_the_guide_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    commands = set()
    for kind, file, block in _BLOCK.findall(guide_text(name)):
        if kind == "markdown":
            assert quoted(block).fullmatch(Path(file).read_text(encoding="utf-8").strip("\n")), file
        elif kind != "console":
            Path(file).parent.mkdir(exist_ok=True)
            Path(file).write_text(block, encoding="utf-8")
        else:
            for command, output in runs(block):
                words = shlex.split(command)
                assert words.pop(0) == "graphviz-ad"
                commands.add(words[0])
                assert main(words) == 0, command
                printed = capfd.readouterr()
                assert quoted(output).fullmatch((printed.out + printed.err).replace("\r\n", "\n").strip("\n")), (
                    command,
                    printed,
                )
    assert commands == {"exercise", "mark", "course"}


def test_a_wrong_quotation_is_found() -> None:
    assert runs("$ a b\nc\nd\n$ e\n") == [("a b", "c\nd\n"), ("e", "")]
    assert quoted("a\n…\nd*\n").fullmatch("a\nb\nc\nd*")
    assert not quoted("a\n…\nd*\n").fullmatch("a\nb\nd")


@pytest.mark.parametrize("names", [("exercises.md", "exercises-ja.md"), ("students.md", "students-ja.md")])
def test_both_languages_say_the_same(names: tuple[str, str]) -> None:
    english, japanese = (guide_text(name) for name in names)
    assert english.count("\n## ") == japanese.count("\n## ")
    for pattern in (r"^\$ graphviz-ad.*", r"^\|.*", r"^- "):
        lists = [re.findall(pattern, text, re.MULTILINE) for text in (english, japanese)]
        assert len(lists[0]) == len(lists[1])
    commands = [re.findall(r"^\$ (.*)", text.replace(" --lang ja", ""), re.MULTILINE) for text in (english, japanese)]
    assert commands[0] == commands[1]


@pytest.mark.parametrize("name", GUIDES)
def test_links_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", guide_text(name))
    assert len(links) >= 3
    assert all((GALLERY / link).exists() for link in links)
    readme = "README.ja.md" if name.endswith("-ja.md") else "README.md"
    assert f"gallery/{name}" in (GALLERY.parent / readme).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", STAFF)
def test_every_format_and_the_number_of_kinds_is_named(name: str) -> None:
    count = NUMBERS[len(KINDS)] if name == "exercises.md" else f" {len(KINDS)} 種類"
    assert guide_text(name).count(count), f"write into gallery/{name} that there are {count.strip()} kinds of question"
    assert [kind for kind in HANDOUTS if f"`.{kind}`" not in guide_text(name)] == [], f"name it in gallery/{name}"


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_words_of_the_page_that_saves_answers_are_those_of_the_guides(lang: str) -> None:
    guide = guide_text("students.md" if lang == "en" else "students-ja.md")
    assert say("graded.save", lang) in guide
    assert ("receipt" if lang == "en" else "控え") in say("graded.receipt", lang)


@pytest.mark.parametrize("lang", PAGES)
def test_the_table_of_mistakes_is_fresh(lang: str) -> None:
    text = PAGES[lang].read_text(encoding="utf-8")
    assert page(lang) == text, f"{PAGES[lang].name} is stale: {RENEW}"
    assert text.count(BEGIN) == 1
    assert list(EXAMPLES) == [mistake.name for mistake in (*FORWARD, *BACKWARD)]


def test_what_students_are_told_of_answers_is_so() -> None:
    assert all(abs(number - 0.1966) <= tolerance(0.1966, 4) for number in (0.1947, 0.1985))
    assert all(abs(number - 0.1966) > tolerance(0.1966, 4) for number in (0.1946, 0.1986))
    for number in ("-0.5", "3e-4", "2/3", "sqrt(2)/2", "2*7.5"):
        assert read_number(number)
    exercise = of_formula(parse("d = a - y; L = d^2"), 1, asked=("rules",))
    answers = [
        mark(exercise, {"q1.1": text}).marks[0].verdict for text in ("2*(a - y)", "2*a - 2*y", "-2*(y - a)", "2*d")
    ]
    assert answers == ["right"] * 4
