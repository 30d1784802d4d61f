"""The script of the player in a cell, in Debian's Chromium with a model as Jupyter's: keys, slider, both ways."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, cast

import pytest

from graphviz_ad.diagram.picture import Deck, make_style
from graphviz_ad.notebook.page import page, script
from tests.browser import axe, browser, press, quiet, violations
from tests.diagram.cases import NEURON, Case, trace_of

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

__all__ = ["axe", "browser"]
pytestmark = [pytest.mark.chromium, pytest.mark.slow]
pytest.importorskip("selenium", reason="selenium is not installed")

MATRIX: Case = ("L = sum(W @ x)*b", {"W": [[1, 2], [3, 4]], "x": [1.0, -1.0], "b": 0.5})
PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Cells</title><body style="margin:0"><main><h1>Cells</h1>
<button id="outside">outside</button><div id="one"></div><div id="two"></div></main><script type="module">
class Model {
  constructor(state) { this.state = state; this.handlers = {}; this.sent = []; }
  get(name) { return this.state[name]; }
  set(name, value) { this.changed = name; this.state[name] = value; }
  save_changes() { this.sent.push([this.changed, structuredClone(this.state[this.changed])]); }
  on(event, handler) { (this.handlers[event] ??= []).push(handler); }
  off(event, handler) { this.handlers[event] = this.handlers[event].filter((one) => one !== handler); }
  fromKernel(name, value) { this.state[name] = value; for (const one of this.handlers[`change:${name}`] ?? []) one(); }
}
const widget = (await import("data:text/javascript;base64,%s")).default;
window.models = {}; window.cleanups = {};
for (const [id, state] of Object.entries(%s)) {
  models[id] = new Model(state);
  cleanups[id] = widget.render({ model: models[id], el: document.getElementById(id) });
}
window.root = (id) => document.getElementById(id).firstChild.shadowRoot;
window.ready = true;
</script>"""


class State(TypedDict):
    """What the kernel and the page have in common."""

    page: dict[str, Any]  # what `widget.js` takes
    step: int
    inputs: dict[str, object]
    lang: str
    theme: str
    problem: str
    answered: int


def state(case: Case, first: Case | None = None, step: int = 0, theme: str = "light", lang: str = "en") -> State:
    """Case → the state of its widget."""
    deck = Deck(trace_of(case), make_style(theme, lang))
    return {
        "page": page(deck, trace_of(first or case)), "step": step, "inputs": case[1], "lang": lang, "theme": theme,
        "problem": "", "answered": 0,
    }  # fmt: skip


Open = Callable[..., "Chrome"]
"""States by the place of each widget → the page that has them."""


@pytest.fixture
def opened(browser: Chrome, tmp_path: Path) -> Iterator[Open]:
    """Opens a page with widgets; afterwards nothing was complained about and nothing but the file was asked for."""

    def open_page(**states: State) -> Chrome:
        data = json.dumps(states).replace("<", "\\u003c")
        path = tmp_path / "cell.html"
        path.write_text(PAGE % (base64.b64encode(script().encode()).decode(), data), encoding="utf-8")
        browser.get(path.as_uri())
        assert browser.execute_async_script(
            "const done = arguments[0]; const look = () => window.ready ? done(true) : setTimeout(look, 20); look();"
        )
        return browser

    with quiet(browser, tmp_path, "data:"):
        yield open_page


def visible_parts(browser: Chrome, which: str = "one") -> tuple[int, list[int]]:
    """Page → the step that is visible, and the parts of the picture that are displayed."""
    answer = browser.execute_script(
        "const root = window.root(arguments[0]);"
        "return [[...root.querySelectorAll('.steps > li')].findIndex(i => getComputedStyle(i).visibility === 'visible'),"
        "[...root.querySelectorAll('figure [id^=s]')].filter(p => getComputedStyle(p).display !== 'none')"
        ".map(p => +p.id.slice(1))]", which,
    )  # fmt: skip
    return answer[0], sorted(answer[1])


def look(browser: Chrome, step: int, data: State, which: str = "one") -> None:
    """Require that a widget stands at a step, and shows its parts."""
    assert visible_parts(browser, which) == (step, sorted(set(data["page"]["shown"][step])))
    assert browser.execute_script("return models[arguments[0]].state.step", which) == step


def part(browser: Chrome, selector: str, which: str = "one") -> WebElement:
    """Widget → the first element in it that a selector fits."""
    element = browser.execute_script("return root(arguments[0]).querySelector(arguments[1])", which, selector)
    return cast("WebElement", element)


def sent(browser: Chrome, which: str = "one") -> list[list[object]]:
    """Widget → the messages it sent since it was asked last."""
    return list(browser.execute_script("return models[arguments[0]].sent.splice(0)", which))


def tell(browser: Chrome, name: str, value: object, which: str = "one") -> None:
    """Set a trait, as the kernel does."""
    browser.execute_script("models[arguments[0]].fromKernel(arguments[1], arguments[2])", which, name, value)


def test_all_cells_share_the_font_of_the_pictures(opened: Open) -> None:
    driver = opened(one=state(NEURON), two=state(MATRIX))
    families = driver.execute_async_script(
        "const done = arguments[0]; Promise.all([...document.fonts].map((font) => font.load()))"
        ".then((fonts) => done(fonts.map((font) => font.family.replaceAll('\"', '') + ' ' + font.status)))"
    )
    assert families == ["graphviz-ad mathematics loaded"]
    style = "getComputedStyle(root('one').querySelector('math')).fontFamily"
    assert driver.execute_script(f"return {style}").startswith('"graphviz-ad mathematics"')


def test_keys_and_buttons_set_the_step(opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    data = state(NEURON)
    browser = opened(one=data)
    last = len(data["page"]["items"]) - 1
    look(browser, 0, data)
    part(browser, "figure").click()
    for key, step in (
        (Keys.ARROW_RIGHT, 1), (Keys.ARROW_RIGHT, 2), (Keys.ARROW_LEFT, 1), (Keys.END, last), (Keys.HOME, 0),
    ):  # fmt: skip
        press(browser, key)
        look(browser, step, data)
        assert sent(browser) == [["step", step]]
    press(browser, Keys.ARROW_LEFT)
    assert sent(browser) == [], "there is nothing before the first step"
    for what, step in (("next", 1), ("last", last), ("previous", last - 1), ("first", 0)):
        part(browser, f"[data-do={what}]").click()
        look(browser, step, data)
    assert part(browser, "[aria-live]").get_attribute("textContent") == data["page"]["said"][0]


def test_keys_work_only_within_the_cell(opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    data = state(NEURON)
    browser = opened(one=data, two=state(MATRIX, step=3))
    browser.find_element("id", "outside").click()
    press(browser, Keys.ARROW_RIGHT)
    look(browser, 0, data)
    part(browser, "figure", "two").click()
    press(browser, Keys.ARROW_RIGHT)
    look(browser, 0, data)
    assert visible_parts(browser, "two")[0] == 4
    assert sent(browser) == []
    host = browser.execute_script("return document.getElementById('one').firstChild.dataset.lmSuppressShortcuts")
    assert host == "true", "JupyterLab leaves the keys alone"


def test_the_kernel_sets_the_step(opened: Open) -> None:
    data = state(NEURON, step=2)
    browser = opened(one=data)
    look(browser, 2, data)
    tell(browser, "step", 5)
    look(browser, 5, data)
    assert sent(browser) == [], "what came from the kernel is not sent back"


def test_it_plays_only_when_asked(opened: Open) -> None:
    data = state(NEURON)
    data["page"]["seconds"] = [0.1] * 100
    browser = opened(one=data)
    part(browser, "figure").click()
    press(browser, " ")
    assert part(browser, "[data-do=play]").get_attribute("aria-label") == "Pause"
    browser.execute_async_script("setTimeout(arguments[0], 400)")
    press(browser, " ")
    at = visible_parts(browser)[0]
    assert at > 1
    browser.execute_async_script("setTimeout(arguments[0], 300)")
    assert visible_parts(browser)[0] == at


def test_a_slider_sends_the_inputs_one_change_at_a_time(opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    data = state(NEURON, step=3)
    browser = opened(one=data)
    slider = part(browser, "input[type=range][aria-label=w]")
    slider.send_keys(Keys.ARROW_RIGHT)
    assert sent(browser) == [["inputs", {"w": 2.05, "x": 3, "b": -1, "y": 1}]]
    slider.send_keys(Keys.ARROW_RIGHT)
    slider.send_keys(Keys.ARROW_RIGHT)
    assert sent(browser) == [], "the kernel has not answered yet"
    changed = state((NEURON[0], {**NEURON[1], "w": 2.05}), NEURON)
    tell(browser, "page", changed["page"])
    tell(browser, "answered", 1)
    assert sent(browser) == [["inputs", {"w": 2.15, "x": 3, "b": -1, "y": 1}]]
    look(browser, 3, changed)
    assert part(browser, "input[type=text][aria-label=w]").get_attribute("value") == "2.15", "it stays where it is"
    tell(browser, "page", state((NEURON[0], {**NEURON[1], "w": 2.15}), NEURON)["page"])
    tell(browser, "answered", 2)
    part(browser, "[data-do=reset]").click()
    assert sent(browser) == [["inputs", {"w": 2, "x": 3, "b": -1, "y": 1}]]


def test_the_kernel_sets_the_inputs(opened: Open) -> None:
    browser = opened(one=state(NEURON))
    tell(browser, "page", state((NEURON[0], {**NEURON[1], "x": 40}), NEURON)["page"])
    slider = part(browser, "input[type=range][aria-label=x]")
    assert [slider.get_attribute(name) for name in ("value", "max")] == ["40", "50"]
    assert part(browser, "input[type=text][aria-label=x]").get_attribute("value") == "40"


def test_an_array_is_typed_and_what_is_wrong_is_said(opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    data = state(MATRIX)
    browser = opened(one=data)
    field, problem = part(browser, "input[aria-label=x]"), part(browser, ".problem")
    assert field.get_attribute("value") == "[1,-1]"
    field.clear()
    field.send_keys("[1, 2", Keys.ENTER)
    assert problem.text == "This is not a list of numbers: write it as [1, 2] or [[1, 2], [3, 4]]."
    assert sent(browser) == []
    field.send_keys("]", Keys.ENTER)
    assert sent(browser) == [["inputs", {"W": [[1, 2], [3, 4]], "x": [1, 2], "b": 0.5}]]
    tell(browser, "problem", "no <b>")
    tell(browser, "answered", 1)
    assert problem.text == "no <b>"
    assert field.get_attribute("value") == "[1,-1]"


def test_a_number_is_read_as_the_command_line_reads_it(opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    browser = opened(one=state(NEURON))
    field, problem = part(browser, "input[type=text][aria-label=w]"), part(browser, ".problem")

    def typed(text: str) -> None:
        field.clear()
        field.send_keys(text, Keys.TAB)

    typed("2pi")
    assert problem.text == "'2pi' is not a number for w: write it in digits, 6.283185307179586."
    assert [field.get_attribute(name) for name in ("aria-invalid", "aria-describedby")] == [
        "true",
        problem.get_attribute("id"),
    ]
    assert field.get_attribute("value") == "2pi", "it can be mended"
    assert field.value_of_css_property("border-width") == "2px"
    slider = part(browser, "input[type=range][aria-label=x]")
    slider.send_keys(Keys.ARROW_RIGHT)
    assert sent(browser) == [["inputs", {"w": 2, "x": 3.1, "b": -1, "y": 1}]], "the others go on"
    assert problem.is_displayed()
    tell(browser, "page", state((NEURON[0], {**NEURON[1], "x": 3.1}), NEURON)["page"])
    tell(browser, "answered", 1)
    typed("two")
    typed("2")
    assert not problem.is_displayed(), "what was wrong is forgotten when the old value is there again"
    assert field.get_attribute("aria-invalid") is None
    assert sent(browser) == [], "no kernel would answer"
    typed("−１/４")
    assert sent(browser) == [["inputs", {"w": -0.25, "x": 3.1, "b": -1, "y": 1}]]
    assert part(browser, "input[type=range][aria-label=w]").get_attribute("value") == "-0.25"


def test_a_widget_that_is_gone_hears_nothing(opened: Open) -> None:
    browser = opened(one=state(NEURON))
    browser.execute_script("cleanups.one()")
    tell(browser, "step", 5)
    assert visible_parts(browser)[0] == 0


@pytest.mark.cjk
def test_japanese_and_dark(opened: Open) -> None:
    browser = opened(one=state(NEURON, theme="dark", lang="ja", step=4))
    player = part(browser, ".player")
    assert player.value_of_css_property("background-color") == "rgba(20, 24, 29, 1)"
    assert "順伝播" in player.text
    assert "forward" not in player.text


@pytest.mark.parametrize("case", [NEURON, MATRIX])
def test_axe_finds_nothing(opened: Open, axe: str, case: Case) -> None:
    browser = opened(one=state(case, step=5), two=state(case, theme="dark"))
    tell(browser, "problem", "no value for 'x'")
    assert violations(browser, axe) == []
