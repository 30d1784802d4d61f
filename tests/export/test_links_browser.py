"""Links to a state of the player in Chromium: step, inputs, language; damaged ones; the state that is copied."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graphviz_ad.export.deck import save
from tests.browser import NEEDED, browser, quiet
from tests.diagram.cases import Case, trace_of

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

__all__ = ["browser"]
NEURON: Case = ("z = w*x + b; a = sigmoid(z)", {"w": 2.0, "x": 3.0, "b": -1.0})
NAMED: Case = ("L = step*lang + sum(W @ x)", {"step": 2.0, "lang": 3.0, "W": [[1, 2], [3, 4]], "x": [1.0, -1.0]})
CLASSES: Case = ("L = cross_entropy(z, y)", {"z": [1.0, 2.0, 3.0], "y": 1.0})
Open = Callable[[Case, str], tuple[str, str, str, bool]]
pytestmark = [pytest.mark.chromium, pytest.mark.slow, NEEDED]


def state(browser: Chrome) -> tuple[str, str, str, bool]:
    """The address, the values in the fields, the language, whether the link is said to be damaged."""
    time.sleep(0.2)
    address, values, lang, damaged = browser.execute_script(
        "return [location.hash, [...document.querySelectorAll('.inputs [type=text]')].map(field => field.value).join(),"
        "document.documentElement.lang, !notice.hidden]"
    )
    return address, values, lang, damaged


@pytest.fixture
def opened(browser: Chrome, tmp_path: Path) -> Iterator[Open]:
    def go(case: Case, address: str) -> tuple[str, str, str, bool]:
        path = tmp_path / "deck.html"
        save(trace_of(case), str(path))
        browser.get("about:blank")
        browser.get(path.as_uri() + address)
        return state(browser)

    with quiet(browser, tmp_path):
        yield go


@pytest.mark.parametrize(
    ("case", "address", "kept", "values", "lang"),
    [
        (NEURON, "#step=2&w=5&lang=ja", "#step=2&w=5&lang=ja", "5,3,-1", "ja"),
        (NEURON, "#step=2&w=1/4&b=1e%2b1", "#step=2&w=0.25&b=10", "0.25,3,10", "en"),
        (NEURON, "#x=7", "#step=0&x=7", "2,7,-1", "en"),
        (NAMED, "#.step=5&step=1", "#step=1&.step=5", "5,3,1,2,3,4,1,-1", "en"),
        (
            NAMED,
            "#step=1&W=[[1,2],[3,1/2]]&x=[0,1e-3]",
            "#step=1&W=[[1,2],[3,0.5]]&x=[0,0.001]",
            "2,3,1,2,3,0.5,0,0.001",
            "en",
        ),
    ],
)
def test_a_link_opens_its_state(opened: Open, case: Case, address: str, kept: str, values: str, lang: str) -> None:
    assert opened(case, address) == (kept, values, lang, False)


@pytest.mark.parametrize(
    ("case", "address"),
    [
        (NEURON, "#step=2&w=two"), (NEURON, "#step=x"), (NEURON, "#step=1&q=1"), (NEURON, "#step=1&lang=tlh"),
        (NEURON, "#step=1&w=1e999"), (NEURON, "#step=1&w=[2]"), (NAMED, "#step=1&x=[1]"), (NAMED, "#step=1&x=[1,"),
        (NAMED, '#step=1&x=["1","2"]'), (NEURON, "#step=1&w=%E0%A4%A"), (NEURON, "#step=-1"),
    ],
)  # fmt: skip
def test_a_damaged_link_opens_at_the_start_and_says_so(browser: Chrome, opened: Open, case: Case, address: str) -> None:
    kept, values, _, damaged = opened(case, address)
    assert (kept, damaged) == ("#step=0", True)
    if "%" not in address:  # the last part is the damaged one
        assert f" {re.split('[#&]', address)[-1]} " in browser.find_element("id", "notice").text
    assert values == opened(case, "")[1]


def test_the_page_follows_a_link_within_it_and_its_inputs(browser: Chrome, opened: Open) -> None:
    opened(NEURON, "#step=1&w=5")
    browser.execute_script("location.hash = '#step=2&x=1'")
    assert state(browser) == ("#step=2&x=1", "2,1,-1", "en", False)
    browser.find_element("css selector", ".live > summary").click()
    browser.execute_script("document.querySelector('.inputs').reset()")
    assert state(browser)[:2] == ("#step=2", "2,3,-1")


def test_the_link_of_the_present_state_is_copied(browser: Chrome, opened: Open) -> None:
    opened(NEURON, "#step=2&w=5")
    browser.execute_script(
        "navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }"
    )
    browser.find_element("css selector", "[data-do=copy]").click()
    time.sleep(0.1)
    assert browser.execute_script("return window.copied").endswith("deck.html#step=2&w=5")
    assert "copied" in browser.find_element("id", "notice").text
