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
from gallery.site.staging import HERE, LANGUAGES

WRITTEN = {path.relative_to(HERE / "en").as_posix(): path.read_text("utf-8") for path in (HERE / "en").rglob("*.md")}


def pages() -> dict[str, str]:
    """→ every page and part of a page in English by its path."""
    return WRITTEN | generated("en")


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


def test_every_page_that_is_linked_is_there() -> None:
    assert lost(pages()) == []


def test_a_link_that_leads_nowhere_is_found() -> None:
    planted = pages() | {
        "howto/x.md": "See [it](../nowhere.md), `[a](b.md)`.\n\n```{toctree}\n:hidden:\n\nnothing\n```\n"
    }
    assert lost(planted) == ["howto/x.md: ../nowhere.md", "howto/x.md: nothing.md"]


def test_every_page_is_in_the_contents_and_has_one_title() -> None:
    sources = {name: text for name, text in pages().items() if name.endswith(".md")}
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
        assert {path.relative_to(HERE / lang).as_posix() for path in (HERE / lang).rglob("*.md")} == WRITTEN.keys()
        assert words.words(lang).keys() == words.words("en").keys()


def test_what_there_is_has_its_place() -> None:
    made = generated("en")
    for name in COMMANDS:
        page = made[f"reference/commands/{name}.md"]
        assert f"graphviz-ad {name} " in page
        assert commands(page), f"the help of {name} has an example"
        assert "--help`" in page
    assert len([name for name in made if name.startswith("gallery/")]) == len(examples.by_name()) + 1
    names = made["reference/python-names.inc"]
    assert all(f":: graphviz_ad.{name}\n" in names for name in graphviz_ad.__all__)
    slides = WRITTEN["howto/slides.md"]
    assert [kind for kind in DECKS if f"deck.{kind}" not in slides] == []
    platforms = WRITTEN["howto/platforms.md"]
    assert [kind for kind in HANDOUTS if f".{kind}" not in platforms and kind not in ("md", "tex")] == []


def test_help_becomes_markdown_as_it_stands() -> None:
    page = command_pages.page("train", "en")
    assert "graphviz-ad train [OPTIONS] FORMULA [NAME=VALUE | @FILE]..." in page
    assert "`--batch N|all`\n: Examples an update is made from. \\[default: all\\]" in page
    assert command_pages.escaped("a*b [x] `y`") == "a\\*b \\[x\\] \\`y\\`"


def test_a_field_of_the_trace_that_is_not_described_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    record = tables.record
    monkeypatch.setattr(tables, "record", lambda trace, lang: record(trace, lang) | {"new": 1})
    with pytest.raises(AssertionError, match="new"):
        tables.trace_fields()


def test_links_of_a_guide_lead_to_pages() -> None:
    text = guides.converted("students.md", "en")
    assert "students-ja" not in text
    assert "README" not in text
    assert "\n## " in text


def test_pages_of_the_lesson_that_are_named_are_there() -> None:
    named = re.findall(r"\{lesson\}`[^`<]*<([\w-]+)>`", "".join(WRITTEN.values()))
    assert named
    lesson = HERE.parent / "lesson" / "en"
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


def test_formulas_are_read() -> None:
    table = WRITTEN["reference/formulas.md"].partition("## At a glance")[2].partition("\n## ")[0]
    names = [set(parse(line).ids) for line in re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)]
    outputs = ("a", "L", "p", "L", "f", "loss", "ŷ")
    assert [name for name, known in zip(outputs, names, strict=True) if name not in known] == []
