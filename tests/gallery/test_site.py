"""The site as it is built: commands of its pages run, no link is broken, it opens from disk, and axe finds nothing."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest

pytest.importorskip("myst_parser", reason="myst-parser is missing: pip install -e '.[site]'")
pytest.importorskip("furo", reason="furo is missing: pip install -e '.[site]'")

from cli.main import main
from gallery.site import tables
from gallery.site.staging import HERE
from gallery.web.languages import LANGUAGES
from gallery.web.sources import blocks, commands, files_of
from tests.browser import NEEDED, axe, browser, quiet, violations
from tests.documents.building import built

__all__ = ["axe", "browser"]

WRITTEN = {
    path.relative_to(HERE).as_posix(): path.read_text("utf-8")
    for lang in LANGUAGES
    for path in (HERE / lang).rglob("*.md")
}
TRIED = sorted(name for name, text in WRITTEN.items() if commands(text))
in_each_language = pytest.mark.parametrize("lang", LANGUAGES)
INSTALLS = "python3 -m venv"
"""What a line begins with that installs."""


# -- what a reader types ----------------------------------------------------------------------------------------------


@pytest.mark.torch
@pytest.mark.cjk
@pytest.mark.parametrize("name", TRIED)
def test_commands_of_a_page_run_in_order(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for file, text in (files_of(WRITTEN[name]) | {"sepia.toml": tables.pages("en")["reference/sepia.toml"]}).items():
        Path(file).write_text(text, encoding="utf-8")
    for command in commands(WRITTEN[name]):
        run(command, capfd)


@pytest.mark.cjk
@in_each_language
def test_the_command_of_the_first_page_runs(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (line,) = [block.text for block in blocks(WRITTEN[f"{lang}/index.md"]) if INSTALLS in block.text]
    run("graphviz-ad " + line.partition("/bin/graphviz-ad ")[2], capfd)


def run(command: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A command as it stands in a page → it ends well, and writes or prints something."""
    words = shlex.split(command, comments=True)[1:]
    assert main(words) == 0, (command, capfd.readouterr().err)
    if "-o" in words:
        written = Path(words[words.index("-o") + 1])
        if "--variants" in words and not written.exists():
            written = next(Path.cwd().glob(f"{written.name.partition('.')[0]}-*"))
        assert any(written.iterdir()) if written.is_dir() else written.stat().st_size > 0, command
    else:
        assert capfd.readouterr().out.strip(), command


def test_a_command_that_fails_is_found(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AssertionError):
        run("graphviz-ad explain 'y = sgimoid(x)' x=1", capfd)


@pytest.mark.parametrize("name", [name for name, text in WRITTEN.items() if "\n```python\n" in text])
def test_programs_of_a_page_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is missing: pip install -e '.[plots]'")
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    for block in blocks(WRITTEN[name]):
        if block.kind == "python":
            exec(block.text, scope)


# -- what is built ----------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """A page → its ids, and what it links to and loads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids, self.links, self.loaded = set[str](), list[str](), list[str]()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element → what is noted of it."""
        attributes = {name: value or "" for name, value in attrs}
        self.ids |= {attributes[name] for name in ("id", "name") if name in attributes}
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        self.loaded += [attributes["src"]] if "src" in attributes else []
        self.loaded += [attributes["href"]] if tag == "link" and attributes.get("rel") in ("stylesheet", "icon") else []


def broken(folder: Path) -> Iterator[str]:
    """Folder of pages → each link within them, or file they load, that is not there; the lesson is not asked for."""
    known = {path: Page(path) for path in folder.rglob("*.html") if "_images" not in path.parts}
    for path, page in known.items():
        for target in (*page.links, *page.loaded):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc or target.startswith("data:"):
                if target in page.loaded and not target.startswith("data:"):
                    yield f"{path.name}: {target} is loaded from elsewhere"
                continue
            there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if "lesson" in there.relative_to(folder.parent.resolve()).parts[:1]:
                continue
            if not there.exists():
                yield f"{path.relative_to(folder)}: {target}"
            elif parts.fragment and there in known and unquote(parts.fragment) not in known[there].ids:
                yield f"{path.relative_to(folder)}: {target} has no such place"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """→ the folder that has a folder of pages for each language, built once for this module."""
    folder = tmp_path_factory.mktemp("site").resolve() / "out"
    code, output = built("gallery.site", "--no-lesson", str(folder), folder=HERE.parents[1], seconds=600)
    assert code == 0, output
    return folder


@pytest.mark.cjk
@in_each_language
def test_every_link_and_anchor_leads_somewhere(site: Path, lang: str) -> None:
    assert sorted(broken(site / lang)) == []
    assert (site / "index.html").exists()
    assert (site / ".nojekyll").exists()
    for page in (site / lang).rglob("*.html"):
        if "_images" not in page.parts:
            assert not re.findall(r"\{(?:example|term|lesson|terminal)\}", page.read_text(encoding="utf-8")), page


@pytest.mark.cjk
@in_each_language
def test_every_page_leads_to_itself_in_the_other_language(site: Path, lang: str) -> None:
    (other,) = set(LANGUAGES) - {lang}
    for path in (site / lang).rglob("*.html"):
        if "_images" not in path.parts:
            there = [(path.parent / link).resolve() for link in Page(path).links if f"../{other}/" in link]
            assert there == [site / other / path.relative_to(site / lang)], path


@pytest.mark.cjk
def test_pictures_and_players_of_japanese_pages_are_in_japanese(site: Path) -> None:
    players = sorted((site / "ja" / "_images").glob("*.html"))
    assert len(players) > 40
    assert [path.name for path in players if '<html lang="ja"' not in path.read_text(encoding="utf-8")] == []
    pictures = sorted((site / "ja" / "_images").glob("*.svg"))
    assert [path.name for path in pictures if not speaks_japanese(path)] == []
    assert not all(speaks_japanese(path) for path in (site / "en" / "_images").glob("*.svg"))


def speaks_japanese(picture: Path) -> bool:
    """Picture → whether its description, which says what its caption does, has Japanese letters."""
    output = re.search(r"<desc[^>]*>(.*?)</desc>", picture.read_text(encoding="utf-8"), re.DOTALL)
    assert output is not None, picture
    return bool(re.search("[\u3041-\u9fff]", output[1]))


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    links = "".join(
        f'<a href="{to}">x</a>' for to in ("b.html", "#b", "#a", "../lesson/en/index.html", "https://x.org")
    )
    folder = tmp_path / "en"
    folder.mkdir()
    script = '<script src="https://x.org/x.js"></script>'
    (folder / "a.html").write_text(f'<p id="a">{links}</p>{script}', encoding="utf-8")
    assert sorted(broken(folder.resolve())) == [
        "a.html: #b has no such place", "a.html: b.html", "a.html: https://x.org/x.js is loaded from elsewhere",
    ]  # fmt: skip


def test_what_is_wrong_in_a_page_is_an_error(tmp_path: Path) -> None:
    page = "# A\n\n```{terminal}\ngraphviz-ad ops sgimoid\n```\n\n```{example} nothing step\n```\n\n[](no.md)\n"
    (tmp_path / "index.md").write_text(page, encoding="utf-8")
    words = ("sphinx", "-q", "-W", "--keep-going", "-c", str(HERE), "-D", "language=en", str(tmp_path))
    code, output = built(*words, str(tmp_path / "out" / "en"), folder=HERE.parents[1], seconds=300)
    assert code == 1
    for problem in ("ends with 1, not 0", "there is no example 'nothing'", "'no.md'"):
        assert problem in output


KINDS = (
    "index.html", "tutorial/first-graph.html", "howto/slides.html", "reference/commands/train.html",
    "reference/python.html", "reference/misconceptions.html", "explanation/comparison.html", "gallery/index.html",
    "gallery/sigmoid-neuron.html", "troubleshooting.html", "glossary.html", "search.html?q=sigmoid",
)  # fmt: skip
"""A page of each kind."""


@NEEDED
@pytest.mark.chromium
@pytest.mark.cjk
@pytest.mark.parametrize("width", [1280, 390])
@in_each_language
def test_pages_are_clean_and_fit(browser: Any, site: Path, axe: str, width: int, lang: str) -> None:
    sizes = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", sizes)
    browser.set_script_timeout(300)  # a page of many rows takes its time
    wrong = {}
    try:
        for name in KINDS:
            browser.get(f"{site.as_uri()}/{lang}/{name}")
            wide = browser.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
            if problems := [
                *violations(browser, axe, iframes=False),
                *([("too wide", [str(wide)])] if wide > 0 else []),
            ]:
                wrong[name] = problems
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wrong == {}


@NEEDED
@pytest.mark.chromium
@pytest.mark.cjk
@pytest.mark.parametrize(
    ("lang", "words", "page"),
    [
        ("en", "contribution", "glossary.html"),
        ("ja", "寄与", "glossary.html#term-"),
        ("ja", "上流の勾配", "tutorial/first-graph.html"),
        ("ja", "辺", "howto/students.html"),
        ("ja", "softmax", "reference/operations.html"),
    ],
)
def test_search_works_from_disk(browser: Any, site: Path, lang: str, words: str, page: str) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    def results(browser: Any) -> bool:
        links = "return [...document.querySelectorAll('ul.search li a')].map(a => a.href)"
        return any(page in address for address in browser.execute_script(links))

    with quiet(browser, site / lang, "data:"):
        browser.get((site / lang / "search.html").as_uri() + f"?q={quote(words)}")
        WebDriverWait(browser, 20).until(results)
