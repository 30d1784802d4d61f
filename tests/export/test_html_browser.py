"""The player in Debian's Chromium: keys, buttons, scrubber, address, stories, dark mode, paper, no script."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad.export.deck import save
from tests.diagram.cases import JAPANESE, Case, trace_of
from tests.export.test_html import README, data_of

SOFTMAX: Case = (
    "h = W @ x + b; p = softmax(h); L = -log(p[1])",
    {"W": [[1, 2], [3, 4], [0.1, 0.2]], "x": [1.0, -1.0], "b": [0.1, 0.2, 0.3]},
)
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--window-size=1280,860",
)  # fmt: skip
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER), reason="chromium and chromedriver (apt: chromium-driver) are not installed"
    ),
]
Open = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens the deck of a case; afterwards nothing was complained about and nothing but the file was asked for."""

    def go(case: Case, address: str = "", **options: Any) -> dict[str, Any]:
        path = tmp_path / "deck.html"
        save(trace_of(case), str(path), **options)
        browser.get("about:blank")
        browser.get(path.as_uri() + address)
        return data_of(path.read_text(encoding="utf-8"))

    browser.get_log("performance")
    browser.get_log("browser")
    yield go
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    requests = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
    mine = [one["request"]["url"] for one in requests if one["documentURL"].startswith(tmp_path.as_uri())]
    assert mine
    assert [url for url in mine if not url.startswith(tmp_path.as_uri())] == []


def press(browser: Any, *keys: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


def shown(browser: Any) -> tuple[int, list[int], str]:
    """The step of the player: its number in the list, the parts that are displayed, the address."""
    found = browser.execute_script(
        "return [[...document.querySelectorAll('.steps > li')].findIndex(i => getComputedStyle(i).visibility === 'visible'),"
        "[...document.querySelectorAll('figure [id^=s]')].filter(p => getComputedStyle(p).display !== 'none')"
        ".map(p => +p.id.slice(1)), location.hash]"
    )
    return found[0], found[1], found[2]


def look(browser: Any, step: int, data: dict[str, Any]) -> None:
    at, parts, address = shown(browser)
    assert (at, sorted(parts), address) == (step, sorted(data["shown"][step]), f"#step={data['numbers'][step]}")


def click(browser: Any, what: str) -> None:
    browser.find_element("css selector", f"[data-do={what}]").click()


@pytest.mark.parametrize("case", [README, SOFTMAX, JAPANESE])
def test_every_step_by_keyboard(browser: Any, opened: Open, case: Case) -> None:
    from selenium.webdriver.common.keys import Keys

    data = opened(case)
    last = len(data["numbers"]) - 1
    for step in range(last + 1):
        look(browser, step, data)
        press(browser, Keys.ARROW_RIGHT)
    look(browser, last, data)
    live = browser.find_element("id", "live")
    assert live.get_attribute("textContent") == data["said"]["en"][last]
    assert live.get_attribute("aria-live") == "polite"
    press(browser, Keys.ARROW_LEFT)
    look(browser, last - 1, data)
    press(browser, Keys.HOME)
    look(browser, 0, data)
    press(browser, Keys.END)
    look(browser, last, data)


def test_buttons_and_address(browser: Any, opened: Open) -> None:
    data = opened(README, "#step=4")
    look(browser, 4, data)
    last = len(data["numbers"]) - 1
    backward = data["phases"].index("backward")
    for what, step in (
        ("next", 5), ("previous", 4), ("last", last), ("next", last), ("first", 0), ("previous", 0),
        ("backward", backward), ("forward", 1),
    ):  # fmt: skip
        click(browser, what)
        look(browser, step, data)
    browser.execute_script("location.hash = '#step=3'")
    time.sleep(0.1)
    look(browser, 3, data)
    browser.execute_script("location.hash = '#step=99'")
    time.sleep(0.1)
    assert shown(browser)[0] == last


def test_the_scrubber_says_where_it_is(browser: Any, opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    data = opened(README)
    scrubber = browser.find_element("id", "scrubber")
    assert scrubber.get_attribute("aria-valuetext") == "start"
    scrubber.send_keys(Keys.ARROW_RIGHT)
    look(browser, 1, data)
    assert scrubber.get_attribute("aria-valuetext") == f"forward · step 1 of {len(data['numbers']) - 1}"
    scrubber.send_keys(Keys.END)
    look(browser, len(data["numbers"]) - 1, data)


def test_it_plays_only_when_asked(browser: Any, opened: Open) -> None:
    data = opened(README)
    time.sleep(0.3)
    look(browser, 0, data)
    browser.execute_script("document.querySelector('#pace').options[2].value = 0.05")
    browser.execute_script("document.querySelector('#pace').selectedIndex = 2")
    press(browser, " ")
    look(browser, 1, data)
    play = browser.find_element("css selector", "[data-do=play]")
    assert play.get_attribute("aria-label") == "Pause"
    time.sleep(0.5)
    assert shown(browser)[0] > 1
    press(browser, " ")
    at = shown(browser)[0]
    assert play.get_attribute("aria-label") == "Play"
    time.sleep(0.4)
    look(browser, at, data)


def test_a_story_by_mouse_and_by_keyboard(browser: Any, opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(README)
    panel = browser.find_element("id", "panel")
    assert not panel.is_displayed()
    browser.find_element("css selector", "[data-story=n0]").click()
    heading = "node w: input, value 2"
    assert panel.find_element("css selector", "section:not([hidden]) h2").text == heading
    assert "gradient" in panel.text
    press(browser, Keys.ESCAPE)
    assert not panel.is_displayed()
    area = browser.find_element("css selector", "[data-story=e2-0]")
    browser.execute_script("arguments[0].focus()", area)
    press(browser, Keys.ENTER)
    assert panel.find_element("css selector", "section:not([hidden]) h2").text.startswith("edge w → v1: ∂v1/∂w = x = 3")
    assert [row.text for row in panel.find_elements("css selector", "section:not([hidden]) dt")] == [
        "local derivative", "upstream gradient", "contribution",
    ]  # fmt: skip
    click(browser, "close")
    assert browser.switch_to.active_element == area


def test_dark_as_the_system(browser: Any, opened: Open) -> None:
    opened(README)
    paper = "return getComputedStyle(document.body).backgroundColor"
    ink = "return getComputedStyle(document.querySelector('figure .node rect')).stroke"
    seen = []
    for scheme in ("light", "dark"):
        feature = {"name": "prefers-color-scheme", "value": scheme}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        seen.append((browser.execute_script(paper), browser.execute_script(ink)))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert seen[0][0] == "rgb(255, 255, 255)"
    assert seen[1][0] == "rgb(20, 24, 29)"
    assert seen[0][1] != seen[1][1]


def test_on_paper_all_steps_and_the_finished_picture(browser: Any, opened: Open) -> None:
    data = opened(README, "#step=2")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    visible = "return [...document.querySelectorAll('.steps > li')].map(i => getComputedStyle(i).visibility)"
    assert set(browser.execute_script(visible)) == {"visible"}
    assert sorted(shown(browser)[1]) == sorted(data["finished"])
    assert not browser.find_element("css selector", ".controls").is_displayed()
    browser.execute_script("dispatchEvent(new Event('afterprint'))")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    look(browser, 2, data)


def test_without_a_script(browser: Any, opened: Open) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        opened(README)
        items = browser.find_elements("css selector", ".steps > li")
        assert all(item.is_displayed() for item in items)
        assert browser.find_element("css selector", "noscript p").is_displayed()
        assert not browser.find_element("css selector", ".controls").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_in_a_frame_of_a_slide(browser: Any, opened: Open, tmp_path: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    data = opened(README)
    outer = tmp_path / "slide.html"
    outer.write_text(
        '<!DOCTYPE html><iframe sandbox="allow-scripts" src="deck.html" width="900" height="600"></iframe>'
    )
    browser.get(outer.as_uri())
    browser.switch_to.frame(0)
    browser.find_element("css selector", "[data-do=next]").click()
    press(browser, Keys.ARROW_RIGHT)
    look(browser, 2, data)
    browser.switch_to.default_content()


@pytest.mark.skipif(not os.environ.get("AXE"), reason="AXE=path/to/axe.min.js is not given")
@pytest.mark.parametrize("case", [README, SOFTMAX, JAPANESE])
def test_axe_finds_nothing(browser: Any, opened: Open, case: Case) -> None:
    opened(case, "#step=5")
    browser.execute_script("document.querySelector('details').open = true")
    browser.find_element("css selector", "[data-story=n0]").click()
    browser.execute_cdp_cmd("Runtime.evaluate", {"expression": Path(os.environ["AXE"]).read_text(encoding="utf-8")})
    found = browser.execute_async_script("axe.run().then(arguments[arguments.length - 1])")
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found["violations"]] == []
