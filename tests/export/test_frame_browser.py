"""A deck in a frame of another page, in Chromium: its height, its keys, its colours; the lines that the docs give."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graphviz_ad.export.deck import save
from tests.browser import NEEDED, browser, press, quiet
from tests.diagram.cases import Case, trace_of

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

__all__ = ["browser"]
NEURON: Case = ("z = w*x + b; a = sigmoid(z)", {"w": 2.0, "x": 3.0, "b": -1.0})
LINES = re.findall(
    r"```html\n(.*?)```", (Path(__file__).parents[2] / "gallery/documents.md").read_text(encoding="utf-8"), re.DOTALL
)
pytestmark = [pytest.mark.chromium, pytest.mark.slow, NEEDED]


class Quietly(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """→ a folder with a deck in it, and the port at which it is served."""
    save(trace_of(NEURON), str(tmp_path / "neuron.html"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quietly, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tmp_path, server.server_address[1]
    server.shutdown()
    server.server_close()


def within(browser: Chrome, script: str) -> object:
    """What a script gives in the frame."""
    browser.switch_to.frame(browser.find_element("tag name", "iframe"))
    result = browser.execute_script(script)
    browser.switch_to.default_content()
    return result


BACKGROUND = "return getComputedStyle(document.body).backgroundColor"
SEES_ALL = "return [document.documentElement.scrollHeight, innerHeight]"


def test_one_line_puts_a_deck_into_a_page(browser: Chrome, site: tuple[Path, int]) -> None:
    from selenium.webdriver.common.keys import Keys

    folder, port = site
    style = "<style>body{background:#fff;margin:20px}.night body{background:#111}p{height:90vh}</style>"
    (folder / "host.html").write_text(f"<!DOCTYPE html><title>x</title>{style}{LINES[1]}<p>more</p>", encoding="utf-8")
    browser.get(f"http://127.0.0.1:{port}/host.html")
    time.sleep(0.6)
    whole, seen = within(browser, SEES_ALL)  # type: ignore[misc]
    assert whole == seen != 576
    assert within(browser, BACKGROUND) == "rgb(255, 255, 255)"
    browser.execute_script("document.documentElement.className = 'night'")
    time.sleep(0.3)
    assert within(browser, BACKGROUND) != "rgb(255, 255, 255)"
    browser.switch_to.frame(0)
    browser.find_element("css selector", ".steps").click()  # where no node is
    press(browser, Keys.PAGE_DOWN, Keys.ARROW_RIGHT)
    assert browser.execute_script("return scrubber.value") == "2"
    browser.switch_to.default_content()
    assert browser.execute_script("return scrollY") == 0


def test_a_page_of_another_site_is_told_the_height(browser: Chrome, site: tuple[Path, int]) -> None:
    folder, port = site
    line = LINES[1].replace("neuron.html", f"http://127.0.0.1:{port}/neuron.html")
    (folder / "other.html").write_text(f"<!DOCTYPE html><title>x</title>{line}{LINES[2]}", encoding="utf-8")
    browser.get(f"http://localhost:{port}/other.html")
    time.sleep(0.6)
    height = browser.execute_script("return document.querySelector('iframe').clientHeight")
    assert height != 576
    whole, seen = within(browser, SEES_ALL)  # type: ignore[misc]
    assert whole == seen == height


HOST = (
    "<title>x</title><style>body{background:#fff;margin:20px}.night{background:#111}p{height:90vh}"
    "main,figure,li{font-size:40px!important;display:none}</style>"
)
"""Another page, whose styles are about elements that the player has as well, and which does not say its encoding."""


@pytest.fixture
def host(browser: Chrome, tmp_path: Path) -> Callable[[str], None]:
    """Opens a page with some HTML, beside which there is a player as a script."""
    save(trace_of(NEURON), str(tmp_path / "neuron.js"))

    def go(html: str) -> None:
        (tmp_path / "host.html").write_text(f"<!DOCTYPE html>{HOST}{html}", encoding="utf-8")
        browser.get("about:blank")
        browser.get((tmp_path / "host.html").as_uri())
        time.sleep(1)

    return go


STEP = "return +document.querySelector('#scrubber').value"


def test_a_script_puts_a_player_where_it_stands(browser: Chrome, host: Callable[[str], None], tmp_path: Path) -> None:
    """From a file, twice in one page: each has the height that it needs, its own step, and its keys to itself."""
    from selenium.webdriver.common.keys import Keys

    with quiet(browser, tmp_path):
        host(f"<i></i>{LINES[0]}<b></b>{LINES[0]}<u></u><p>more</p>")
        names = "return [...document.body.children].map(element => element.localName).join(' ')"
        assert browser.execute_script(names) == "i script iframe b script iframe u p"
        frames = browser.find_elements("tag name", "iframe")
        browser.execute_script("arguments[0].scrollIntoView()", frames[1])
        time.sleep(0.6)
        browser.execute_script("scrollTo(0, 0)")
        for frame in frames:
            browser.switch_to.frame(frame)
            whole, seen = browser.execute_script(SEES_ALL)
            assert whole == seen != 576
            assert browser.find_element("css selector", "figure").is_displayed()
            assert "ステップ" in browser.page_source
            assert browser.execute_script(BACKGROUND) == "rgb(255, 255, 255)"
            browser.switch_to.default_content()
        title = frames[0].get_attribute("title")
        assert title == "z = w*x + b; a = sigmoid(z)"
        press(browser, Keys.ARROW_RIGHT, "b")  # of the page around
        browser.switch_to.frame(frames[0])
        assert browser.execute_script(STEP) == 0
        browser.find_element("css selector", ".steps").click()
        press(browser, Keys.PAGE_DOWN, Keys.ARROW_RIGHT)
        assert browser.execute_script(STEP) == 2
        browser.switch_to.default_content()
        assert browser.execute_script("return scrollY") == 0
        assert within_each(browser, STEP) == [2, 0]
        browser.execute_script("document.body.className = 'night'")
        time.sleep(0.7)
        assert "rgb(255, 255, 255)" not in within_each(browser, BACKGROUND)


def within_each(browser: Chrome, script: str) -> list[object]:
    """What a script gives in each frame."""
    results = []
    for frame in browser.find_elements("tag name", "iframe"):
        browser.switch_to.frame(frame)
        results.append(browser.execute_script(script))
        browser.switch_to.default_content()
    return results


def test_a_script_begins_at_what_its_address_says(browser: Chrome, host: Callable[[str], None]) -> None:
    line = LINES[0]
    host(line.replace(".js", ".js#step=3&w=1.5&lang=ja"))
    assert within(browser, STEP) == 3
    assert within(browser, "return document.querySelector('[data-input] [type=text]').value") == "1.5"
    assert within(browser, "return document.documentElement.lang") == "ja"
    browser.back()
    assert browser.current_url == "about:blank", "the way back leaves the page"
    host(line.replace(".js", ".js#step=3&w=abc"))
    assert within(browser, "return document.querySelector('#notice').textContent")
    assert within(browser, STEP) == 0


def test_a_script_within_a_page(browser: Chrome, host: Callable[[str], None], tmp_path: Path) -> None:
    """Its text within the element, in a page of one file."""
    host(f"<script>{(tmp_path / 'neuron.js').read_text(encoding='utf-8')}</script><b></b>")
    assert within(browser, STEP) == 0
