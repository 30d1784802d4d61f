"""The pages of the site, without building it: they are whole, and what there is has its place in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import graphviz_ad
from cli.main import COMMANDS
from gallery.web.sources import Block, blocks, commands, files_of
from graphviz_ad import parse
from graphviz_ad.exercises.registry import HANDOUTS
from graphviz_ad.export.registry import DECKS

pytest.importorskip("sphinx", reason="sphinx is missing: pip install -e '.[site]'")
pytest.importorskip("anywidget", reason="anywidget is missing: pip install -e '.[site]'")

from gallery.site import commands as command_pages
from gallery.site import examples, guides, tables, words
from gallery.site.extension import read_docstring
from gallery.site.generated import pages as generated
from gallery.site.staging import HERE
from gallery.web.languages import LANGUAGES, Japanese, home, links
from graphviz_ad.misconceptions.backward import BACKWARD
from graphviz_ad.misconceptions.forward import FORWARD
from graphviz_ad.misconceptions.learning import OF_KIND
from graphviz_ad.ops.table import KINDS

WRITTEN = {
    lang: {path.relative_to(HERE / lang).as_posix(): path.read_text("utf-8") for path in (HERE / lang).rglob("*.md")}
    for lang in LANGUAGES
}
in_each_language = pytest.mark.parametrize("lang", LANGUAGES)


def pages(lang: str) -> dict[str, str]:
    """Language → every page and part of a page by its path."""
    return WRITTEN[lang] | generated(lang)


def lost(sources: dict[str, str]) -> list[str]:
    """Sources → links and entries of contents that lead to no page."""
    wrong = []
    for name, text in sources.items():
        prose = re.sub(r"^`{3,}(?!\{toctree\}).*?^`{3,}$|`[^`\n]+`", "", text, flags=re.DOTALL | re.MULTILINE)
        targets = [target for target in re.findall(r"\]\(([^)#\s]+\.md)", prose) if "//" not in target]
        for tree in re.findall(r"^```\{toctree\}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
            targets += [f"{line}.md" for line in tree.split("\n") if line and not line.startswith(":")]
        folder = Path(name).parent
        wrong += [f"{name}: {t}" for t in targets if _joined(folder, t) not in sources]
    return wrong


def _joined(folder: Path, target: str) -> str:
    parts = list(folder.parts)
    for part in target.split("/"):
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


@in_each_language
def test_every_page_that_is_linked_is_there(lang: str) -> None:
    assert lost(pages(lang)) == []


def test_a_link_that_leads_nowhere_is_found() -> None:
    planted = pages("en") | {
        "howto/x.md": "See [it](../nowhere.md), `[a](b.md)`.\n\n```{toctree}\n:hidden:\n\nnothing\n```\n"
    }
    assert lost(planted) == ["howto/x.md: ../nowhere.md", "howto/x.md: nothing.md"]


@in_each_language
def test_every_page_is_in_the_contents_and_has_one_title(lang: str) -> None:
    sources = {name: text for name, text in pages(lang).items() if name.endswith(".md")}
    listed = {"index.md"}
    for name, text in sources.items():
        for tree in re.findall(r"^```\{toctree\}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
            entries = [line for line in tree.split("\n") if line and not line.startswith(":")]
            listed |= {_joined(Path(name).parent, f"{entry}.md") for entry in entries}
    assert sorted(listed) == sorted(sources)
    for name, text in sources.items():
        outside = re.sub(r"^(`{3,}).*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
        assert len(re.findall(r"^# ", outside, re.MULTILINE)) == 1, name


def test_every_language_has_all_pages_and_words() -> None:
    for lang in LANGUAGES:
        assert pages(lang).keys() == pages("en").keys()
        assert words.words(lang).keys() == words.words("en").keys()


def untold(lang: str) -> list[str]:
    """Language → rows of the tables of the program that it says nothing of, and those that are no longer there."""
    mistakes = {mistake.name for mistake in (*FORWARD, *BACKWARD)}  # type: ignore[attr-defined]
    mistakes |= {mistake.name for group in OF_KIND.values() for mistake in group}
    there = {"commands": set(COMMANDS), "decks": set(DECKS), "mistakes": mistakes}
    return [f"{table}: {row}" for table, rows in there.items() for row in rows ^ words.TABLES[lang][table].keys()]


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_what_the_program_says_of_its_rows_is_said_in_every_language(lang: str) -> None:
    assert untold(lang) == [], f"say it in the tables of gallery/site that `words.TABLES[{lang!r}]` has (japanese.py)"
    assert [kind for kind in KINDS if f"## {kind.capitalize()}\n" in pages(lang)["reference/operations.md"]] == []


def test_a_row_of_which_nothing_is_said_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "fly", "Flies.")
    assert untold("ja") == ["commands: fly"]


def shape(page: str) -> list[str]:
    """Text of a page → what is the same in every language: its headings by depth, its directives, rows of tables."""
    marks = [(r"^#+ ", "#"), (r"^`{3,}", "`"), (r"^\|", "|"), (r"^\d\. |^- ", "-")]
    lines = [line for line in page.split("\n") if any(re.match(mark, line) for mark, _ in marks)]
    return [line.split(" ")[0] if not line.startswith("`") else line for line in lines if line.strip("`")]


ALONE = {"index.md": 1, "glossary.md": 0}
"""Pages with parts of their own in Japanese, and how many headings: who reads Japanese is told how to get it."""


@pytest.mark.parametrize("name", sorted(WRITTEN["en"]))
def test_pages_have_the_same_parts_in_every_language(name: str) -> None:
    english, japanese = (shape(WRITTEN[lang][name]) for lang in ("en", "ja"))
    more = [part for part in japanese if part not in english] if name in ALONE else []
    assert len(japanese) - len(english) == (2 * ALONE[name] if name in ALONE else 0), (english, japanese, more)
    if name not in ALONE:
        assert japanese == english


def test_a_section_that_is_missing_is_seen() -> None:
    page = WRITTEN["ja"]["howto/check.md"]
    before, _, after = page.partition("\n## ")
    assert shape(before + after) != shape(WRITTEN["en"]["howto/check.md"])
    assert shape(page.replace("{terminal}", "sh")) != shape(page)


@in_each_language
def test_what_there_is_has_its_place(lang: str) -> None:
    pages_made = generated(lang)
    for name in COMMANDS:
        page = pages_made[f"reference/commands/{name}.md"]
        assert f"graphviz-ad {name} " in page
        assert commands(page), f"the help of {name} has an example"
        assert "--help`" in page
    assert len([name for name in pages_made if name.startswith("gallery/")]) == len(examples.by_name()) + 1
    names = pages_made["reference/python-names.inc"]
    assert all(f":: graphviz_ad.{name}\n" in names for name in graphviz_ad.__all__)
    slides, platforms = (WRITTEN[lang][f"howto/{name}.md"] for name in ("slides", "platforms"))
    hint = f"show it in gallery/site/{lang}/howto"
    assert [kind for kind in DECKS if f"deck.{kind}" not in slides] == [], f"{hint}/slides.md"
    assert [kind for kind in HANDOUTS if f".{kind}" not in platforms and kind not in ("md", "tex")] == [], (
        f"{hint}/platforms.md"
    )


def test_help_becomes_markdown_as_it_stands() -> None:
    page = command_pages.page("train", "en")
    assert "graphviz-ad train [OPTIONS] FORMULA [NAME=VALUE | @FILE]..." in page
    assert "`--batch N|all`\n: Examples an update is made from. \\[default: all\\]" in page
    assert command_pages.escaped("a*b [x] `y`") == "a\\*b \\[x\\] \\`y\\`"


@in_each_language
def test_a_field_of_the_trace_that_is_not_described_is_found(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    record = tables.record
    monkeypatch.setattr(tables, "record", lambda trace, of: record(trace, of) | {"new": 1})
    with pytest.raises(AssertionError, match="new"):
        tables.trace_fields(lang)


@pytest.mark.parametrize(("guide", "lang"), [("students.md", "en"), ("students-ja.md", "ja")])
def test_links_of_a_guide_lead_to_pages(guide: str, lang: str) -> None:
    text = guides.converted(guide, lang)
    for other in ("students-ja", "students.md", "README"):
        assert other not in text
    assert "\n## " in text


@in_each_language
def test_pages_of_the_lesson_that_are_named_are_there(lang: str) -> None:
    named = re.findall(r"\{lesson\}`[^`<]*<([\w-]+)>`", "".join(WRITTEN[lang].values()))
    assert named
    lesson = HERE.parent / "lesson" / lang
    assert [name for name in named if not (lesson / f"{name}.md").exists()] == []


def test_docstrings_are_read_as_they_are_meant() -> None:
    lines = ["`a*b` is w_*x.", "", ">>> 2*3", "6*1", "", "*"]
    read_docstring(None, "", "", None, None, lines)
    assert lines == ["``a*b`` is w\\_\\*x.", "", ">>> 2*3", "6*1", "", "\\*"]


def test_blocks_are_found() -> None:
    page = "```sh\ngraphviz-ad a \\\n  b\nls\n```\n\n```{code-block} text\n:caption: x.csv\n1\n```\n\n- ```sh\n  no\n  ```\n"
    assert commands(page) == ["graphviz-ad a    b"]
    assert files_of(page) == {"x.csv": "1\n"}
    assert next(blocks(page)) == Block("sh", "", {}, "graphviz-ad a \\\n  b\nls\n")


@in_each_language
def test_formulas_are_read(lang: str) -> None:
    table = WRITTEN[lang]["reference/formulas.md"].partition("\n## ")[2].partition("\n## ")[0]
    names = [set(parse(line).ids) for line in re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)]
    outputs = ("a", "L", "p", "L", "f", "loss", "ŷ")
    assert [name for name, known in zip(outputs, names, strict=True) if name not in known] == []


def test_a_page_leads_to_itself_in_the_other_language() -> None:
    assert [tuple(link) for link in links("howto/check", "en")] == [("ja", "日本語", "../../ja/howto/check.html")]
    assert [tuple(link) for link in links("index", "ja")] == [("en", "English", "../en/index.html")]
    assert home("01-graph", "ja") == "../../ja/index.html"


def test_japanese_is_split_into_pairs_and_other_words_are_not() -> None:
    split = Japanese({}).split
    assert split("計算グラフ") == ["計算", "算グ", "グラ", "ラフ", "計", "算"]
    assert split("w_1 と softmax、0.25") == ["w_1", "softmax", "0", "25"]
