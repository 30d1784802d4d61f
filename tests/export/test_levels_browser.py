"""Parts that open and close in the page, and the picture from top to bottom of a phone, in Debian's Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graphviz_ad.export.deck import save
from tests.browser import NEEDED, axe, browser, press, quiet, violations
from tests.export.test_levels import LAYERS, SMALL, trace_of

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

__all__ = ["axe", "browser"]
pytestmark = [pytest.mark.chromium, pytest.mark.slow, NEEDED]

STATE = """return {address: location.hash, focus: document.activeElement.getAttribute("aria-label"),
  nodes: [...document.querySelectorAll("figure .area[data-story^=n]")].length,
  closed: [...document.querySelectorAll("figure [aria-expanded=false]")].map((area) => area.getAttribute("aria-label")),
  open: [...document.querySelectorAll("figure [aria-expanded=true]")].map((area) => area.getAttribute("aria-label")),
  upright: (({ width, height }) => height > width)(document.querySelector("figure > svg").viewBox.baseVal)}"""
CLOSED, OPEN = 5, 6
"""Nodes of the small formula with its last statement closed, and open."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """→ a page of the small formula, in which one statement is closed."""
    path = tmp_path_factory.mktemp("levels") / "x.html"
    save(trace_of(SMALL).closed("statement"), str(path))
    return path


@contextmanager
def window(browser: Chrome, width: int, height: int) -> Iterator[None]:
    """While a window has a size."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def state(browser: Chrome, **wanted: Any) -> dict[str, Any]:
    """The page once it is as wanted, which it is after it has unpacked another picture."""
    from selenium.webdriver.support.ui import WebDriverWait

    seen: dict[str, Any] = {}

    def is_so(browser: Chrome) -> bool:
        seen.update(browser.execute_script(STATE))
        return all(seen[key] == value for key, value in wanted.items())

    WebDriverWait(browser, 5, 0.05).until(is_so, f"{wanted}")
    return seen


def opened(browser: Chrome, page: Path, address: str = "") -> None:
    browser.get("about:blank")
    browser.get(page.as_uri() + address)


def test_a_click_opens_a_node_and_closes_it_again(browser: Chrome, page: Path) -> None:
    with quiet(browser, page.parent):
        opened(browser, page, "#step=2")
        before = state(browser, nodes=CLOSED)
        assert before["closed"] == ["Open L. node L: statement, value 4"]
        browser.find_element("css selector", "figure [aria-expanded=false]").click()
        after = state(browser, nodes=OPEN)
        assert (after["address"], after["open"], after["closed"]) == ("#step=3&level=L", ["Close L"], [])
        browser.find_element("css selector", ".fold").click()
        assert state(browser, nodes=CLOSED)["address"] == "#step=2"


def test_enter_opens_and_space_tells(browser: Chrome, page: Path) -> None:
    """The focus stays at the part, and a screen reader hears the step."""
    with quiet(browser, page.parent):
        opened(browser, page, "#step=1")
        browser.execute_script("document.querySelector('figure [aria-expanded=false]').focus()")
        press(browser, " ")
        panel = browser.find_element("id", "panel")
        assert panel.get_attribute("aria-label") == "node L: statement"
        press(browser, "\ue00c")
        event = "new MouseEvent('contextmenu', { bubbles: true, cancelable: true })"
        browser.execute_script(f"document.querySelector('figure [aria-expanded=false]').dispatchEvent({event})")
        assert panel.is_displayed()
        browser.execute_script("document.querySelector('figure [aria-expanded=false]').focus()")
        press(browser, "\ue007")
        assert state(browser, nodes=OPEN)["focus"] == "Close L"
        assert not panel.is_displayed()
        assert browser.find_element("id", "live").get_attribute("textContent").startswith("forward · step 1 of 9. z")
        press(browser, "\ue007")
        assert state(browser, nodes=CLOSED)["focus"] == "Open L. node L: statement"


def test_a_link_knows_what_is_open(browser: Chrome, page: Path, axe: str) -> None:
    """With step, numbers and language; what is not there is said."""
    with quiet(browser, page.parent):
        opened(browser, page, "#step=8&level=L&x=3&lang=ja")
        seen = state(browser, nodes=OPEN, address="#step=8&level=L&x=3&lang=ja")
        assert (seen["address"], seen["open"]) == ("#step=8&level=L&x=3&lang=ja", ["L を閉じる"])
        assert (
            browser.find_element("css selector", ".inputs [data-input='1'] [type=text]").get_attribute("value") == "3"
        )
        assert violations(browser, axe) == []
        browser.execute_script("location.hash = '#step=2'")
        assert state(browser, nodes=CLOSED)["address"] == "#step=2"
        opened(browser, page, "#step=2&level=q")
        assert state(browser, nodes=CLOSED)["address"] == "#step=0"
        assert "level=q" in browser.find_element("id", "notice").text


def test_a_phone_has_the_picture_from_top_to_bottom(browser: Chrome, tmp_path: Path) -> None:
    """In nearly all its width, at every level; turned, it is the other one, at the same step."""
    page = tmp_path / "x.html"
    save(trace_of(LAYERS).closed(close="o"), str(page))
    with quiet(browser, tmp_path), window(browser, 390, 844):
        opened(browser, page, "#step=5")
        shut = state(browser, open=[], upright=True)
        assert browser.execute_script(
            "const f = document.querySelector('figure'); return f.scrollWidth <= 1.15 * f.clientWidth"
        )
        browser.find_element("css selector", "figure [aria-expanded=false]").click()
        seen = state(browser, open=["Close o"], upright=True)
        assert (seen["nodes"], seen["address"]) == (shut["nodes"] + 1, "#step=6&level=o")
        with window(browser, 844, 390):
            assert state(browser, open=["Close o"], upright=False)["address"] == seen["address"]
