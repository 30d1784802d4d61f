"""Switches of layers in the player, and what its author says about it, in Debian's Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graphviz_ad.diagram.layers import LAYERS
from graphviz_ad.diagram.paint import LAYER_CLASSES
from graphviz_ad.export.player.layer_switches import layers_in
from tests.browser import NEEDED, axe, browser, press, violations
from tests.diagram.cases import CASES, NEURON, deck_of
from tests.export.test_html_browser import Open, opened, shown

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

__all__ = ["axe", "browser", "opened"]
pytestmark = [pytest.mark.chromium, pytest.mark.slow, NEEDED]


def switches(browser: Chrome) -> dict[str, WebElement]:
    """Page → its switches by the name of their layer."""
    boxes = browser.find_elements("css selector", ".layers input")
    names = browser.find_elements("css selector", ".layers label > span")
    keys = [(name.get_attribute("data-t") or "").removeprefix("layer.") for name in names]
    return dict(zip(keys, boxes, strict=True))


def seen(browser: Chrome) -> dict[str, int]:
    """Page → how many labels of each layer are displayed."""
    counts: list[int] = browser.execute_script(
        "return arguments[0].map(name => [...document.querySelectorAll(`figure .${name}`)]"
        ".filter(g => g.getClientRects().length).length)",
        [LAYER_CLASSES[layer] for layer in LAYERS],
    )
    return dict(zip(LAYERS, counts, strict=True))


def test_each_switch_hides_its_layer_and_no_other(browser: Chrome, opened: Open) -> None:
    opened(CASES["affine layer"], "#step=5")
    browser.find_element("css selector", ".layers summary").click()
    before = seen(browser)
    assert list(switches(browser)) == layers_in([deck_of(CASES["affine layer"], fit="page").scene])
    for layer, box in switches(browser).items():
        box.click()
        assert seen(browser) == before | {layer: 0}
        box.click()
        assert seen(browser) == before
    assert sum(count > 0 for count in before.values()) >= 5


def test_switches_by_keyboard_and_kept_from_step_to_step(browser: Chrome, opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    data = opened(NEURON)
    summary = browser.find_element("css selector", ".layers summary")
    browser.execute_script("arguments[0].focus()", summary)
    press(browser, " ")
    assert browser.execute_script("return document.querySelector('.layers').open")
    boxes = switches(browser)
    browser.execute_script("arguments[0].focus()", boxes["values"])
    press(browser, " ")  # a switch, not the player
    assert not boxes["values"].is_selected()
    assert shown(browser)[0] == 0
    press(browser, Keys.ESCAPE)
    assert not browser.execute_script("return document.querySelector('.layers').open")
    assert browser.switch_to.active_element == summary
    for _ in data["numbers"][1:]:
        press(browser, Keys.ARROW_RIGHT)
        assert seen(browser)["values"] == 0
    assert seen(browser)["gradients"] > 0
    assert shown(browser)[0] == len(data["numbers"]) - 1


def test_switches_close_where_something_else_is_clicked(browser: Chrome, opened: Open) -> None:
    opened(NEURON)
    browser.find_element("css selector", ".layers summary").click()
    browser.find_element("css selector", ".layers label > span").click()  # its words switch too
    assert browser.execute_script("return document.querySelector('.layers').open")
    assert seen(browser)["names"] == 0
    browser.find_element("css selector", ".steps").click()
    assert not browser.execute_script("return document.querySelector('.layers').open")


def test_a_layer_alone_has_no_switch(browser: Chrome, opened: Open) -> None:
    opened(NEURON, show="values")
    assert switches(browser) == {}


def test_words_of_switches_and_legend_change_with_the_language(browser: Chrome, opened: Open) -> None:
    opened(NEURON, legend=True)
    browser.find_element("css selector", "[data-do=language]").click()
    assert browser.find_element("css selector", ".layers summary").text == "ラベル"
    assert "勾配" in browser.find_element("css selector", ".legend").text


def test_what_the_author_says_stands_in_the_page_and_it_is_accessible(browser: Chrome, opened: Open, axe: str) -> None:
    options = {"title": "A neuron & $L$", "caption": "Two paths", "note": {"z": "the logit"}, "highlight": "z,a"}
    opened(NEURON, legend=True, **options)  # type: ignore[arg-type]
    assert browser.title == "A neuron & L"
    assert browser.find_element("css selector", ".title").text.split() == ["A", "neuron", "&", "L"]
    assert browser.find_element("css selector", ".caption").text == "Two paths"
    assert len(browser.find_elements("css selector", ".legend > span")) == 4
    assert len(browser.find_elements("css selector", "figure .note")) == 1
    assert len(browser.find_elements("css selector", "figure .highlight")) == 1
    browser.find_element("css selector", ".layers summary").click()
    assert violations(browser, axe) == []
