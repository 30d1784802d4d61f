"""A deck in a frame of another page, in Chromium: its height, its keys, its colours; the lines that the docs give."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graphviz_ad.export.deck import save
from tests.browser import NEEDED, browser, press
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
    (folder / "host.html").write_text(f"<!DOCTYPE html><title>x</title>{style}{LINES[0]}<p>more</p>", encoding="utf-8")
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
    line = LINES[0].replace("neuron.html", f"http://127.0.0.1:{port}/neuron.html")
    (folder / "other.html").write_text(f"<!DOCTYPE html><title>x</title>{line}{LINES[1]}", encoding="utf-8")
    browser.get(f"http://localhost:{port}/other.html")
    time.sleep(0.6)
    height = browser.execute_script("return document.querySelector('iframe').clientHeight")
    assert height != 576
    whole, seen = within(browser, SEES_ALL)  # type: ignore[misc]
    assert whole == seen == height
