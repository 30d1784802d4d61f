"""The quiz in Debian's Chromium: ask, answer, be told; with a remote's keys; with other numbers of the inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graphviz_ad.export.deck import save
from tests.browser import NEEDED, axe, browser, press, quiet, violations
from tests.diagram.cases import Case, trace_of

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

__all__ = ["axe", "browser"]
NEURON: Case = ("z = w*x + b; a = sigmoid(z); L = (a - y)^2", {"w": 2.0, "x": 3.0, "b": -1.0, "y": 0.5})
pytestmark = [pytest.mark.chromium, pytest.mark.slow, NEEDED]
Open = Callable[..., None]


@pytest.fixture
def opened(browser: Chrome, tmp_path: Path) -> Iterator[Open]:
    """Opens a quiz, or a page that can become one; nothing is complained of."""

    def go(case: Case = NEURON, address: str = "", *, quiz: bool = True) -> None:
        path = tmp_path / "deck.html"
        save(trace_of(case), str(path), extras={"quiz": quiz})
        browser.get("about:blank")
        browser.get(path.as_uri() + address)

    with quiet(browser, tmp_path):
        yield go


def text(browser: Chrome, selector: str) -> str:
    """What is read in an element, on one line."""
    return " ".join(browser.find_element("css selector", selector).text.split())


def state(browser: Chrome) -> tuple[bool, int, int]:
    """Whether something is asked, at which step the page is, how many labels are hidden."""
    asking, at, secret = browser.execute_script(
        "return [document.body.classList.contains('asking'), +scrubber.value,"
        "document.querySelectorAll('.secret').length]"
    )
    return asking, at, secret


def test_asks_hides_tells_and_goes_on(browser: Chrome, opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    opened()
    assert text(browser, "#told").startswith("The quiz is on.")
    press(browser, Keys.ARROW_RIGHT)
    assert state(browser) == (True, 0, 1)
    assert text(browser, ".asked").startswith("What is the value of v")
    assert text(browser, "#told") == ""
    shown = browser.execute_script(
        "return [...document.querySelectorAll('.secret')].every(label => getComputedStyle(label).opacity === '0')"
    )
    assert shown
    press(browser, "5", Keys.ENTER)
    assert state(browser) == (False, 1, 0)
    assert text(browser, "#told") == "In v 1 , w and x are multiplied; here they were added."
    press(browser, Keys.ENTER)
    assert state(browser) == (True, 1, 1)
    press(browser, "10/2", Keys.ENTER)
    assert text(browser, "#told") == "Right."
    assert (browser.find_element("id", "live").get_attribute("textContent") or "").startswith("Right.")


def test_what_is_no_number_is_said_and_the_question_stays(browser: Chrome, opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    opened()
    press(browser, Keys.ARROW_RIGHT)
    press(browser, "4,5", Keys.ENTER)
    assert state(browser)[0]
    assert "write 4.5 with a decimal point" in text(browser, ".wrong")


def test_a_remote_asks_and_shows(browser: Chrome, opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    opened()
    for step in range(3):
        press(browser, Keys.PAGE_DOWN)
        assert state(browser)[:2] == (True, step)
        press(browser, Keys.PAGE_DOWN)
        assert state(browser) == (False, step + 1, 0)
    press(browser, Keys.PAGE_DOWN)
    press(browser, Keys.PAGE_UP)
    assert state(browser) == (False, 3, 0)


def test_in_a_talk_what_is_asked_is_in_sight_and_then_what_is_shown(browser: Chrome, opened: Open) -> None:
    links = "; ".join(f"{name}{n + 1} = sin({name}{n})" for name in "pq" for n in range(12))
    opened((f"p0 = x; q0 = y; {links}; L = p12 * q12", {"x": 1.0, "y": 2.0}))  # the 13th step begins at the left again
    browser.execute_script("document.documentElement.requestFullscreen = undefined")
    inside = (
        "document.getAnimations().forEach(motion => motion.finish());"
        "const [at, f] = [`[data-story=n${arguments[0]}]`, 'figure'].map(s => document.querySelector(s).getBoundingClientRect());"
        "return at.left >= f.left && at.right <= f.right"
    )
    press(browser, "f")
    for step in range(1, 14):
        press(browser, "\ue00f")
        assert state(browser)[:2] == (True, step - 1)
        assert browser.execute_script(inside, step + step // 13)
        press(browser, "\ue00f")
        assert state(browser)[:2] == (False, step)
        assert browser.execute_script(inside, step + step // 13), step  # y is the 13th node


def test_choices_are_mistakes(browser: Chrome, opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(address="#step=1")
    press(browser, Keys.PAGE_DOWN)
    browser.find_element("css selector", "[data-quiz=choices]").click()
    options = [option.text for option in browser.find_elements("css selector", "[data-option]")]
    assert len(options) == 4
    assert "5" in options
    browser.find_elements("css selector", "[data-option]")[options.index("−6")].click()
    assert "are added; here they were multiplied" in text(browser, "#told")


def test_it_asks_for_the_numbers_of_the_page_as_they_are(browser: Chrome, opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    opened()
    for key, name in (("10", "w"), ("4", "x")):
        field = browser.find_element("css selector", f'.inputs [type=text][aria-label="{name}"]')
        browser.execute_script("arguments[0].closest('details').open = true", field)
        field.clear()
        field.send_keys(key, Keys.TAB)
    browser.execute_script("document.activeElement.blur()")
    press(browser, Keys.PAGE_DOWN)
    press(browser, "14", Keys.ENTER)
    assert "here they were added" in text(browser, "#told")
    press(browser, Keys.PAGE_DOWN)
    press(browser, "39", Keys.ENTER)
    assert text(browser, "#told") == "Right."


def test_what_is_typed_of_an_answer_stays_when_the_numbers_arrive(browser: Chrome, opened: Open) -> None:
    """The page counts anew with the next frame, which may come after the first key of an answer."""
    from selenium.webdriver.common.keys import Keys

    opened()
    press(browser, Keys.PAGE_DOWN)
    press(browser, "1")
    browser.execute_script("document.dispatchEvent(new CustomEvent('numbers'))")
    press(browser, "2")
    assert browser.execute_script("return document.querySelector('.question [type=text]').value") == "12"


def test_the_right_local_derivative_does_not_stand_before_what_is_wrong(browser: Chrome, opened: Open) -> None:
    """Else "∂L/∂v = 4 This is not right" would say that of the right number."""
    from selenium.webdriver.common.keys import Keys

    opened()
    for _ in range(60):
        press(browser, Keys.PAGE_DOWN)
        if state(browser)[0] and "local derivative" in text(browser, ".asked"):
            break
    press(browser, "0.123456", Keys.ENTER)
    verdict = text(browser, "#told")
    assert verdict.startswith("This is not right")
    assert "= " in verdict
    assert browser.execute_script("return told.lastElementChild.localName") == "b"


@pytest.mark.parametrize("quiz", [True, False])
def test_every_number_can_be_answered_to_the_end(browser: Chrome, opened: Open, *, quiz: bool) -> None:
    """In a page that was not made as a quiz as well, by the key q."""
    from selenium.webdriver.common.keys import Keys

    opened(quiz=quiz)
    if not quiz:
        press(browser, "q")
    answers = {"value": 0, "gradient": 0, "local": 0, "contribution": 0}
    for _ in range(60):
        press(browser, Keys.PAGE_DOWN)
        if not state(browser)[0]:
            if browser.execute_script("return +scrubber.value === +scrubber.max"):
                break
            continue
        kind = text(browser, ".asked")
        answers["local" if "local" in kind else "value" if "value" in kind else "gradient"] += 1
        press(browser, "0.123456", Keys.ENTER)
    assert answers["value"] >= 4
    assert answers["gradient"] >= 4
    assert text(browser, "#told").startswith("0 of ")


def test_screen_readers_and_other_widths(browser: Chrome, opened: Open, axe: str) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(address="#step=1")
    try:
        for width, height in ((390, 844), (768, 1024), (1366, 768), (1920, 1080)):
            browser.execute_cdp_cmd(
                "Emulation.setDeviceMetricsOverride",
                {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700},
            )
            press(browser, Keys.PAGE_DOWN)
            assert violations(browser, axe) == []
            assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
            press(browser, Keys.PAGE_DOWN)
            assert violations(browser, axe) == []
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
