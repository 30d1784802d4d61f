"""The player in Debian's Chromium: keys, buttons, scrubber, address, stories, dark mode, paper, no script."""

from __future__ import annotations

import base64
import io
import itertools
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Unpack

import pytest

from graphviz_ad.diagram.layout import Direction
from graphviz_ad.export.deck import save
from graphviz_ad.export.player.page_data import PageData
from graphviz_ad.export.player.writer import Writer
from graphviz_ad.export.registry import make
from tests.browser import NEEDED, SIZE, axe, browser, press, quiet, violations
from tests.diagram.cases import CASES, JAPANESE, NEURON, Case, deck_of, trace_of
from tests.export.test_html import README, data_of
from tests.export.text_decks import SaveOptions

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

__all__ = ["axe", "browser"]
SOFTMAX: Case = (
    "h = W @ x + b; p = softmax(h); L = -log(p[1])",
    {"W": [[1, 2], [3, 4], [0.1, 0.2]], "x": [1.0, -1.0], "b": [0.1, 0.2, 0.3]},
)
pytestmark = [pytest.mark.chromium, pytest.mark.slow, NEEDED]


class Open(Protocol):
    """Opens the deck of a case in the browser, at an address in it → the data of its page."""

    def __call__(self, case: Case, address: str = "", **options: Unpack[SaveOptions]) -> PageData: ...


@pytest.fixture
def opened(browser: Chrome, tmp_path: Path) -> Iterator[Open]:
    """Opens decks; afterwards the browser has complained of nothing and asked for no file but theirs."""

    def go(case: Case, address: str = "", **options: Unpack[SaveOptions]) -> PageData:
        path = tmp_path / "deck.html"
        save(trace_of(case), str(path), **options)
        browser.get("about:blank")
        browser.get(path.as_uri() + address)
        return data_of(path.read_text(encoding="utf-8"))

    with quiet(browser, tmp_path):
        yield go


def shown(browser: Chrome) -> tuple[int, list[int], str]:
    """The step of the player: its number in the list, the parts that are displayed, the address."""
    step, parts, address = browser.execute_script(
        "return [[...document.querySelectorAll('.steps > li')].findIndex(i => getComputedStyle(i).visibility === 'visible'),"
        "[...document.querySelectorAll('figure [id^=s]')].filter(p => getComputedStyle(p).display !== 'none')"
        ".map(p => +p.id.slice(1)), location.hash]"
    )
    return step, parts, address


def look(browser: Chrome, step: int, data: PageData) -> None:
    at, parts, address = shown(browser)
    assert (at, sorted(parts), address) == (step, sorted(data["shown"][step]), f"#step={data['numbers'][step]}")


def text_of(element: WebElement) -> str:
    """Element → its text, whether it is displayed or not."""
    return element.get_attribute("textContent") or ""


def click(browser: Chrome, action: str) -> None:
    browser.find_element("css selector", f"[data-do={action}]").click()


def test_it_begins_where_it_should(browser: Chrome, tmp_path: Path) -> None:
    deck = deck_of(README)
    (tmp_path / "x.html").write_bytes(make("html", deck, [0, 2, 4, 6], "", lambda done: None, start=5)[0])
    for address, step in (("", 2), ("#step=2", 1), ("#step=0", 0)):
        browser.get("about:blank")
        browser.get((tmp_path / "x.html").as_uri() + address)
        assert shown(browser)[0] == step


def test_letters_of_a_text_become_one_outline_that_looks_the_same(browser: Chrome, tmp_path: Path) -> None:
    """A third of the elements of a page were copies of letters."""
    image, chops = (pytest.importorskip(name) for name in ("PIL.Image", "PIL.ImageChops"))
    save(trace_of(SOFTMAX), str(tmp_path / "x.html"))
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    script = page[page.index("</figure><script>") + 9 :].partition("</script>")[0] + "</script>"
    (tmp_path / "y.html").write_text(page.replace(script, "", 1), encoding="utf-8")
    letters, pictures = [], []
    for name in ("x", "y"):
        browser.get("about:blank")
        browser.get((tmp_path / f"{name}.html").as_uri() + "#step=9")
        letters.append(
            browser.execute_script("return document.querySelectorAll('[href^=\\'#g\\'],[href^=\\'#k\\']').length")
        )
        pictures.append(image.open(io.BytesIO(browser.get_screenshot_as_png())).convert("L"))
    assert letters[0] == 0 < letters[1]
    assert chops.difference(*pictures).getextrema()[1] < 70, "more than the seams of tall brackets"


@pytest.mark.parametrize("case", [README, SOFTMAX, JAPANESE])
def test_every_step_by_keyboard(browser: Chrome, opened: Open, case: Case) -> None:
    from selenium.webdriver.common.keys import Keys

    data = opened(case)
    last = len(data["numbers"]) - 1
    for step in range(last + 1):
        look(browser, step, data)
        press(browser, Keys.ARROW_RIGHT)
    look(browser, last, data)
    live = browser.find_element("id", "live")
    deck = deck_of(case)
    finished = Writer(deck, ("en",)).spoken(deck.frames[data["numbers"][last]], "en")
    assert text_of(live) == finished
    assert text_of(live).startswith("finished. ∂")
    assert live.get_attribute("aria-live") == "polite"
    press(browser, Keys.ARROW_LEFT)
    look(browser, last - 1, data)
    press(browser, Keys.HOME)
    look(browser, 0, data)
    press(browser, Keys.END)
    look(browser, last, data)


def test_buttons_and_address(browser: Chrome, opened: Open) -> None:
    data = opened(README, "#step=4")
    look(browser, 4, data)
    last = len(data["numbers"]) - 1
    backward = data["phases"].index("backward")
    for action, step in (
        ("next", 5), ("previous", 4), ("last", last), ("next", last), ("first", 0), ("previous", 0),
        ("backward", backward), ("forward", 1),
    ):  # fmt: skip
        click(browser, action)
        look(browser, step, data)
    browser.execute_script("location.hash = '#step=3'")
    time.sleep(0.1)
    look(browser, 3, data)
    browser.execute_script("location.hash = '#step=99'")
    time.sleep(0.1)
    assert shown(browser)[0] == last


def test_the_scrubber_says_where_it_is(browser: Chrome, opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    data = opened(README)
    scrubber = browser.find_element("id", "scrubber")
    assert scrubber.get_attribute("aria-valuetext") == "start"
    scrubber.send_keys(Keys.ARROW_RIGHT)
    look(browser, 1, data)
    assert scrubber.get_attribute("aria-valuetext") == f"forward · step 1 of {len(data['numbers']) - 2}"
    scrubber.send_keys(Keys.END)
    look(browser, len(data["numbers"]) - 1, data)


def test_it_plays_only_when_asked(browser: Chrome, opened: Open) -> None:
    data = opened(README)
    time.sleep(0.3)
    look(browser, 0, data)
    pace = "const pace = document.querySelector('#pace'); pace.options[2].value = arguments[0]; pace.selectedIndex = 2"
    browser.execute_script(pace, 1000)
    press(browser, " ")
    look(browser, 1, data)
    play = browser.find_element("css selector", "[data-do=play]")
    assert play.get_attribute("aria-label") == "Pause"
    press(browser, " ")
    assert play.get_attribute("aria-label") == "Play"
    browser.execute_script(pace, 0.05)
    press(browser, " ")
    time.sleep(0.5)
    press(browser, " ")
    at = shown(browser)[0]
    assert at > 2
    time.sleep(0.4)
    look(browser, at, data)


def test_a_story_by_mouse_and_by_keyboard(browser: Chrome, opened: Open) -> None:
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
    assert panel.find_element("css selector", "section:not([hidden]) h2").text == "edge w → v1"
    assert "6" not in panel.text  # the value of v1, which the picture does not show yet
    press(browser, Keys.END)
    assert panel.find_element("css selector", "section:not([hidden]) h2").text.startswith("edge w → v1: ∂v1/∂w = x = 3")
    assert [row.text for row in panel.find_elements("css selector", "section:not([hidden]) dt")] == [
        "local derivative", "upstream gradient", "contribution",
    ]  # fmt: skip
    click(browser, "close")
    assert browser.switch_to.active_element == area


def test_no_number_is_told_before_its_step(browser: Chrome, opened: Open) -> None:
    data = opened(README)
    sentences = (
        "return [[...document.querySelectorAll('[data-from]')].filter(e => !e.hasAttribute('data-unknown'))"
        ".map(e => +e.dataset.from), document.querySelector('[data-story=n2]').getAttribute('aria-label')]"
    )
    for step, done in enumerate(data["done"]):
        browser.execute_script(f"location.hash = '#step={data['numbers'][step]}'")
        browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
        known, label = browser.execute_script(sentences)
        assert (sorted(set(known)) or [0])[-1] == done
        assert label == ("node v1: multiply, value 6" if done else "node v1: multiply")


def body(browser: Chrome) -> set[str]:
    return set(str(browser.execute_script("return document.body.className")).split())


def test_a_talk_by_the_keys_of_a_remote(browser: Chrome, opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    data = opened(README)
    press(browser, "f", Keys.PAGE_DOWN, Keys.PAGE_DOWN, Keys.PAGE_UP)
    look(browser, 1, data)
    seen = "return [...document.querySelectorAll('main > *')].filter(e => e.offsetHeight > 1).map(e => e.tagName)"
    assert browser.execute_script(seen) == ["FIGURE", "OL"]
    counter = browser.find_element("css selector", ".steps .on .counter")
    assert not counter.is_displayed()
    press(browser, "s")
    assert counter.is_displayed()
    press(browser, ".")
    assert "black" in body(browser)
    press(browser, Keys.PAGE_DOWN)  # brings the picture back and does nothing else
    assert "black" not in body(browser)
    look(browser, 1, data)
    press(browser, Keys.ESCAPE)
    assert "talk" not in body(browser)
    assert browser.find_element("css selector", ".controls").is_displayed()


def test_a_talk_is_read_in_the_last_row(browser: Chrome, opened: Open) -> None:
    """What is at work is in sight, and its type has 14 points of a slide; where nothing is, all of the graph is seen."""
    data = opened(("a0 = x; " + "; ".join(f"a{n + 1} = sin(a{n})" for n in range(20)), {"x": 1}))
    browser.execute_script("document.documentElement.requestFullscreen = undefined")
    press(browser, "f")
    for step in range(len(data["numbers"])):
        story = data["works"][step] or "n1"
        browser.execute_script("document.getAnimations().forEach(motion => motion.finish())")
        whole, scale, hall, share, inside = browser.execute_script(
            "const svg = document.querySelector('figure > svg'), box = svg.viewBox.baseVal, f = svg.parentNode;"
            "const place = f.getBoundingClientRect(), all = svg.getBoundingClientRect();"
            f"const [at, edge] = ['{story}', 'e{story[1:].split('-')[0]}-0'].map(s => document.querySelector(`[data-story=${{s}}]`)"
            ".getBoundingClientRect());"
            "return [Math.min(f.clientWidth / box.width, f.clientHeight / box.height), all.width / box.width,"
            "14 / 540 * innerHeight, edge.width / place.width, at.left >= place.left && at.right <= place.right"
            " && at.top >= place.top && at.bottom <= place.bottom]"
        )
        assert inside, step
        if data["works"][step]:
            assert 13 * scale > 0.8 * hall or share > 0.6, step  # an edge that goes back to the next row
        else:
            assert scale == pytest.approx(whole, rel=1e-3)
        press(browser, "\ue00f")
    formula = browser.find_element("css selector", ".steps .formula")
    assert not formula.is_displayed()
    press(browser, "\ue011")  # Home: there the words are what is computed
    assert formula.is_displayed()


def test_a_step_of_a_talk_takes_little_time(browser: Chrome, opened: Open) -> None:
    """CPU time of script, style and layout, also where the picture is zoomed: not all of it is styled anew."""
    gates = "; ".join(
        f"{gate} = {f}(w_{gate}*x + u_{gate}*h + b_{gate})"
        for gate, f in zip("fiog", ["σ"] * 3 + ["tanh"], strict=True)
    )
    names = [f"{letter}_{gate}" for gate in "fiog" for letter in "wub"]
    data = opened((f"{gates}; c_1 = f*c + i*g; h_1 = o*tanh(c_1)", dict.fromkeys([*names, "x", "h", "c"], 0.5)))
    settled = (
        "document.getAnimations().forEach(motion => motion.finish());"
        "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))"
    )
    width = "return document.querySelector('figure > svg').clientWidth"
    browser.execute_script("document.documentElement.requestFullscreen = undefined")
    browser.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        browser.execute_async_script(settled)
        metrics = {
            entry["name"]: entry["value"] for entry in browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        }
        return float(sum(metrics[f"{kind}Duration"] for kind in ("Script", "RecalcStyle", "Layout")))

    press(browser, "f")
    times, widths = [spent()], {browser.execute_script(width)}
    for _ in data["numbers"][1:30]:
        press(browser, "\ue00f")
        times.append(spent())
        widths.add(browser.execute_script(width))
    browser.execute_cdp_cmd("Performance.disable", {})
    assert len(widths) > 3, "it is zoomed"
    steps = sorted(1000 * (after - before) for before, after in itertools.pairwise(times))
    assert steps[-2] < 30, steps  # milliseconds; the first step back has its colours changed


def test_a_talk_keeps_no_room_for_words_that_few_steps_have(browser: Chrome, opened: Open) -> None:
    """The graph has the same place in all other steps, and is smaller only where the words need it."""
    S = [[0.1, 0.3, 2.4], [1.2, -0.7, 0.45], [0.35, 0.25, -0.15]]
    data = opened(("B = S / 3; C = B / 2; D = C / 5; A = softmax(D); L = sum(A * T)", {"S": S, "T": S}))
    browser.execute_script("document.documentElement.requestFullscreen = undefined")
    press(browser, "f")
    heights = []
    for _ in data["numbers"]:
        heights.append(browser.execute_script("return document.querySelector('figure').clientHeight"))
        press(browser, "\ue00f")
    usual = max(heights)
    (high,) = (step for step, height in enumerate(heights) if height < usual - 20)
    assert heights.count(usual) == len(heights) - 1
    assert data["works"][high].startswith("e"), "back through the softmax"


def test_many_equations_of_a_talk_go_on_below(browser: Chrome, opened: Open) -> None:
    """Those of a statement with five inputs, which would be too small to read from the last row."""
    opened(("f = sigmoid(w*x + u*h + b); L = f*x*h*w", dict.fromkeys("wxuhb", 0.537)), by="statement")
    browser.execute_script("document.documentElement.requestFullscreen = undefined")
    looks = (
        "const line = document.querySelectorAll('.steps .backward .equation')[1], parts = line.querySelector('.parts');"
    )
    looks += "return [line, parts].map(part => part && parseFloat(getComputedStyle(part).fontSize)"
    looks += " / parseFloat(getComputedStyle(document.documentElement).fontSize))"
    line, parts = browser.execute_script(looks)
    assert parts is None
    assert 0.6 < line / 1.2 < 0.8, "smaller on the page"
    press(browser, "f")
    assert browser.execute_script(looks) == pytest.approx([1.2, 1.2])


def test_in_a_large_graph_all_that_is_at_work_is_in_sight(browser: Chrome, opened: Open) -> None:
    """Where there is room: not the node alone, but what it reads as well."""
    data = opened(("a = sin(x); b = cos(y); c = a*b; d = sin(z)*c; e = d + u; L = e*a*v", dict.fromkeys("xyzuv", 1.0)))
    fitting = 0
    for step in list(range(1, 9)) * 4:
        press(browser, *(("+", "\ue011") if step == 1 else ()), "\ue014")
        fits, inside = browser.execute_script(
            "const node = arguments[0], f = document.querySelector('figure').getBoundingClientRect();"
            "const edges = [...document.querySelectorAll('[data-edge]')].map(part => part.dataset.edge.split('-'));"
            "const nodes = [node, ...edges.filter(edge => edge[1] === node).map(edge => edge[0])];"
            "const all = nodes.map(n => document.querySelector(`[data-story=n${n}]`).getBoundingClientRect());"
            "const [left, top] = ['left', 'top'].map(side => Math.min(...all.map(rect => rect[side])));"
            "const [right, bottom] = ['right', 'bottom'].map(side => Math.max(...all.map(rect => rect[side])));"
            "const svg = document.querySelector('figure > svg'), rims = 60 * svg.clientWidth / svg.viewBox.baseVal.width;"
            "return [right - left + rims < f.width && bottom - top + rims < f.height,"
            "left >= f.left && right <= f.right && top >= f.top && bottom <= f.bottom]",
            data["works"][step][1:],
        )
        fitting += fits
        assert inside or not fits, step
    assert fitting > 10


def test_a_number_and_enter_go_to_a_step(browser: Chrome, opened: Open) -> None:
    data = opened(long(5))
    press(browser, "1", "0", "\ue007")
    look(browser, 10, data)
    press(browser, "3", "\ue012", "\ue007")  # another key between: no number
    look(browser, 9, data)
    press(browser, "9", "9", "9", "\ue007")
    look(browser, len(data["numbers"]) - 1, data)


def test_f5_begins_a_talk_again_but_loads_a_page_that_is_none(browser: Chrome, opened: Open) -> None:
    opened(README)
    browser.execute_script("document.documentElement.requestFullscreen = undefined")
    ask = "return !document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'F5', bubbles: true, cancelable: true}))"
    assert not browser.execute_script(ask)
    press(browser, "f")
    for isOn in (False, True):
        assert browser.execute_script(ask)
        assert ("talk" in body(browser)) is isOn


def test_a_swipe_goes_on(browser: Chrome, opened: Open) -> None:
    data = opened(README)
    swipe = (
        "const steps = document.querySelector('.steps');"
        "const touch = (x) => new Touch({ identifier: 1, target: steps, clientX: x, clientY: 300 });"
        "const send = (kind, x) => steps.dispatchEvent(new TouchEvent(kind, { bubbles: true, changedTouches: [touch(x)],"
        " touches: kind === 'touchstart' ? [touch(x)] : [] }));"
        "send('touchstart', arguments[0]); send('touchend', arguments[1]);"
    )
    for ends, step in (((300, 180), 1), ((300, 280), 1), ((300, 180), 2), ((180, 300), 1)):
        browser.execute_script(swipe, *ends)
        look(browser, step, data)


def test_zoom_keeps_what_is_at_work_in_sight(browser: Chrome, opened: Open) -> None:
    opened(README)
    wide = "return document.querySelector('figure > svg').getBoundingClientRect().width"
    usual = browser.execute_script(wide)
    map_of = browser.find_element("css selector", ".map")
    assert not map_of.is_displayed()
    press(browser, "7", "+", "+", "+", "+")
    assert browser.execute_script(wide) > 1.9 * usual
    assert map_of.is_displayed()
    browser.find_element("css selector", "[data-do=last]").click()
    browser.find_element("css selector", "[data-do=previous]").click()
    inside = (
        "const [a, f] = ['[data-story=e2-1]', 'figure'].map(s => document.querySelector(s).getBoundingClientRect());"
        "return a.left < f.right && a.right > f.left"
    )
    assert browser.execute_script(inside)
    press(browser, "0")
    assert browser.execute_script(wide) == usual


def test_dark_as_the_system(browser: Chrome, opened: Open) -> None:
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


def test_on_paper_every_step_has_its_picture(browser: Chrome, opened: Open) -> None:
    data = opened(README, "#step=2")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        browser.execute_script("dispatchEvent(new Event('beforeprint'))")
        items = "[...document.querySelectorAll('.steps > li:not(.question)')]"
        visible = f"return {items}.map(item => getComputedStyle(item).visibility)"
        assert set(browser.execute_script(visible)) == {"visible"}
        parts = f"return {items}.map(item => item.querySelectorAll('.printed > .node, .printed > .edge').length)"
        assert browser.execute_script(parts) == list(map(len, data["shown"]))
        outlines = "return [...document.querySelectorAll('.printed > .node')].every(node => node.getBBox().width > 0)"
        assert browser.execute_script(outlines)
        for hidden in (".controls", "figure", "#notice", ".end button"):
            assert not browser.find_element("css selector", hidden).is_displayed()
        browser.execute_script("dispatchEvent(new Event('afterprint'))")
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert browser.find_elements("css selector", ".printed") == []
    look(browser, 2, data)


def test_two_steps_go_on_a_sheet(browser: Chrome, opened: Open) -> None:
    pypdf = pytest.importorskip("pypdf")
    data = opened(README)
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69})["data"]
    pages = pypdf.PdfReader(io.BytesIO(base64.b64decode(printed))).pages
    assert len(pages) == (len(data["numbers"]) + 1) // 2
    texts = [page.extract_text() for page in pages]
    assert all(text.count("step ") <= 2 for text in texts)
    assert "Forward pass" not in "".join(texts)


def test_an_equation_is_text_where_there_is_no_mathml(browser: Chrome, opened: Open) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        opened(README)
        lines = browser.find_elements("css selector", ".equation")
        texts = [line.get_dom_attribute("data-plain") for line in lines]
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert texts[1] == "v1 = w · x = 2 · 3 = 6"
    assert all(texts)


def test_the_colours_of_a_pass_stand_only_where_they_are_used(browser: Chrome, opened: Open) -> None:
    """What all of a page inherits is styled anew where it changes, in three times the time of a step."""
    data = opened(README)
    for name in ("forward", "backward"):
        browser.execute_script("location.hash = `#step=${arguments[0]}`", data["numbers"][data["phases"].index(name)])
        time.sleep(0.2)
        own, *used, inherited = browser.execute_script(
            "return [['body', `--${arguments[0]}`], ...['h1', '#scrubber', '.area', '#panel', '.steps'].map((part) => [part, '--now'])]"
            ".map(([part, name]) => getComputedStyle(document.querySelector(part)).getPropertyValue(name))",
            name,
        )
        assert own
        assert set(used) == {own}
        assert not inherited


def test_a_highlight_covers_nothing(browser: Chrome, opened: Open) -> None:
    opened(("f = (x^2 + 1)^2/(c*x)", {"x": 2.0, "c": 3.0}), "#step=2")
    marked = browser.execute_script(
        "const style = getComputedStyle(document.querySelector('h1 .at'));"
        "return [style.zIndex, style.position, getComputedStyle(document.querySelector('h1')).isolation]"
    )
    assert marked == ["-1", "relative", "isolate"]


def test_without_a_script(browser: Chrome, opened: Open) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        opened(README)
        items = browser.find_elements("css selector", ".steps > li")
        assert all(item.is_displayed() for item in items)
        assert browser.find_element("css selector", "noscript p").is_displayed()
        assert not browser.find_element("css selector", ".controls").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_in_a_frame_of_a_slide(browser: Chrome, opened: Open, tmp_path: Path) -> None:
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


# -- languages ----------------------------------------------------------------------------------


def words_shown(browser: Chrome) -> str:
    """Every word of the page but those in mathematics: texts that are displayed, and names for who cannot see."""
    return str(
        browser.execute_script(
            "const words = [document.title];"
            "const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);"
            "while (walk.nextNode()) { const at = walk.currentNode.parentElement;"
            "  const other = document.documentElement.lang === 'en' ? '.ja' : '.en';"
            "  if (!at.closest(`math, script, noscript, #live, [data-do=language], ${other}`)) words.push(walk.currentNode.data); }"
            "for (const element of document.querySelectorAll('[aria-label], [title], [aria-roledescription], [aria-valuetext]'))"
            "  for (const name of ['aria-label', 'title', 'aria-roledescription', 'aria-valuetext'])"
            "    words.push(element.getAttribute(name) ?? '');"
            "return words.join('\\n')"
        )
    )


def test_the_languages_change_at_once(browser: Chrome, opened: Open) -> None:
    opened(README, "#step=7")
    browser.find_element("css selector", "[data-story=n0]").click()
    english = words_shown(browser)
    assert not re.search(r"[\u3040-\u9fff]", english)
    click(browser, "language")
    assert shown(browser)[2] == "#step=7&lang=ja"
    assert browser.execute_script("return document.documentElement.lang") == "ja"
    japanese = words_shown(browser)
    left = re.findall(r"[A-Za-z]{3,}", japanese)
    assert set(left) <= {"add", "multiply", "power", "subtract", "Home", "End", "Enter"}
    live = text_of(browser.find_element("id", "live"))
    assert live.startswith("逆伝播 · ステップ 7/")
    assert browser.find_element("id", "panel").get_attribute("aria-label") == "ノード w: 入力, 値 2"
    assert browser.find_element("css selector", ".steps .on .sentence").text.startswith("減算は")
    click(browser, "next")
    assert shown(browser)[2] == "#step=8&lang=ja"
    click(browser, "language")
    assert shown(browser)[2] == "#step=8"
    click(browser, "previous")
    assert words_shown(browser) == english


def test_a_page_in_a_third_language_goes_round_all_three(browser: Chrome, opened: Open) -> None:
    """The button is called by the language it goes to, and can be pressed with the keyboard."""
    from selenium.webdriver.common.keys import Keys

    opened(JAPANESE, "#step=7", lang="zh")
    button = browser.find_element("css selector", "[data-do=language]")
    languages = []
    for _ in range(3):
        sentence = browser.find_element("css selector", ".steps .on .sentence").text
        languages.append((browser.execute_script("return document.documentElement.lang"), button.text))
        assert (re.search("[ぁ-ん]", sentence) is not None) is (languages[-1][0] == "ja")
        button.send_keys(Keys.ENTER)
    assert languages == [("zh-Hans", "English"), ("en", "日本語"), ("ja", "简体中文")]
    assert shown(browser)[2] == "#step=7"
    assert browser.execute_script("return document.querySelector('h1 math[lang]').getAttribute('lang')") == "zh-Hans"
    live = text_of(browser.find_element("id", "live"))
    assert live.startswith("反向传播 · 第 7/")
    field = browser.find_element("css selector", "[data-input] [type=text]")
    field.clear()
    field.send_keys("x", Keys.ENTER)
    assert "不能作为" in browser.find_element("id", "wrong").text


def test_the_language_of_an_address_and_of_the_author(browser: Chrome, opened: Open) -> None:
    opened(README, "#step=3&lang=ja")
    assert browser.find_element("css selector", ".steps .on .counter").text == "順伝播 · ステップ 3/12"
    browser.execute_script("location.hash = '#step=4'")
    time.sleep(0.1)
    assert browser.find_element("css selector", ".steps .on .counter").text == "forward · step 4 of 12"
    opened(README, "#lang=en", lang="ja")
    assert shown(browser)[2] == "#step=0&lang=en"
    assert browser.find_element("css selector", "[data-do=forward]").text == "Forward pass"


def test_only_the_chosen_language_without_a_script(browser: Chrome, opened: Open) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        opened(README, lang="ja")
        text = browser.find_element("css selector", "main").text
        assert "積です" in text
        assert "product" not in text
        assert "opening" not in text
        assert browser.find_elements("css selector", "[role=button], [tabindex='0']") == []
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


# -- paths --------------------------------------------------------------------------------------

FAN: Case = ("a = x*y; L = a*a + x", {"x": 2, "y": 3})


def faded(browser: Chrome) -> set[str]:
    return set(
        browser.execute_script(
            "return [...document.querySelectorAll('figure .off')].map(p => p.dataset.edge ?? p.dataset.id)"
        )
    )


def test_the_paths_from_an_input(browser: Chrome, opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(FAN, "#step=14")  # x 0, y 1, a 2, v1 3, L 4
    browser.find_element("css selector", "[data-story=n0]").click()
    browser.find_element("css selector", "[data-trace=n0]").click()
    section = browser.find_element("css selector", "#panel section:not([hidden])")
    assert section.find_element("css selector", "h2").text == "Paths from x to L: 3"
    assert faded(browser) == {"1", "1-2-1"}
    assert [path.text for path in section.find_elements("css selector", ".way")] == [
        "x → L",
        "x → a → v1 → L",
        "x → a → v1 → L",
    ]
    assert text_of(section.find_element("css selector", ".total math")) == "∂L∂x=1+18+18=37"
    press(browser, Keys.ARROW_DOWN)
    assert faded(browser) == {"1", "2", "3", "1-2-1", "0-2-0", "2-3-0", "2-3-1", "3-4-0"}
    click(browser, "after")
    assert faded(browser) == {"1", "1-2-1", "0-4-1", "2-3-1"}
    assert text_of(browser.find_element("id", "live")) == "2/3: x → a → v1 → L"
    product = text_of(section.find_element("css selector", "li[aria-current] math"))
    assert product.endswith("=1·6·3=18")
    press(browser, Keys.ARROW_UP, Keys.ARROW_UP)
    assert faded(browser) == {"1", "1-2-1"}
    click(browser, "every")
    press(browser, Keys.ESCAPE)
    assert faded(browser) == set()
    assert not browser.find_element("id", "panel").is_displayed()


def test_the_choice_of_an_input_by_keyboard(browser: Chrome, opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    data = opened(FAN, "#step=5")
    choice = browser.find_element("id", "paths")
    choice.send_keys("y")
    assert faded(browser) == {"0", "0-2-0", "0-4-1"}
    assert browser.switch_to.active_element == choice
    click(browser, "next")
    look(browser, 6, data)
    assert faded(browser) == {"0", "0-2-0", "0-4-1"}
    browser.execute_script("arguments[0].focus()", choice)
    press(browser, Keys.ESCAPE)
    assert faded(browser) == set()
    assert choice.get_attribute("value") == ""


# -- the graph as one stop ----------------------------------------------------------------------


def test_the_graph_is_one_stop(browser: Chrome, opened: Open) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    data = opened(README, "#step=2")
    story = "return document.activeElement.dataset.story"
    click(browser, "language")
    press(browser, Keys.TAB)
    assert browser.execute_script(story) == "n0"
    for key, expected in (
        (Keys.ARROW_RIGHT, "e2-0"), (Keys.ARROW_RIGHT, "n2"), (Keys.ARROW_RIGHT, "e4-0"), (Keys.ARROW_LEFT, "n2"),
    ):  # fmt: skip
        press(browser, key)
        assert browser.execute_script(story) == expected
    assert browser.execute_script("return document.activeElement.getAttribute('aria-label')").startswith("ノード v1:")
    assert shown(browser)[0] == 2
    press(browser, " ")
    assert browser.find_element("id", "panel").is_displayed()
    press(browser, Keys.ESCAPE)
    assert browser.execute_script(story) == "n2"
    ActionChains(browser).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
    assert browser.execute_script("return document.activeElement.dataset.do") == "language"
    press(browser, Keys.TAB)
    assert browser.execute_script(story) == "n2"
    press(browser, Keys.TAB)
    assert browser.execute_script("return document.activeElement.tagName") == "SUMMARY"
    press(browser, Keys.ARROW_RIGHT)
    assert shown(browser)[0] == 3
    assert len(data["arrows"]) == len(browser.find_elements("css selector", "[data-story]"))


# -- the window ---------------------------------------------------------------------------------

WINDOWS = ((1280, 720), (1920, 1080), (800, 600), (390, 844))


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("case", [README, SOFTMAX, JAPANESE, FAN, NEURON])
def test_it_fits_the_window(browser: Chrome, opened: Open, case: Case, window: tuple[int, int]) -> None:
    width, height = window
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        opened(case)
        wide, high, figure, text = browser.execute_script(
            "const root = document.documentElement;"
            "return [root.scrollWidth, root.scrollHeight, document.querySelector('figure').clientHeight,"
            "parseFloat(getComputedStyle(document.body).fontSize)]"
        )
        assert (wide, high) == window
        assert figure >= 0.3 * height
        assert text >= 16
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def long(count: int) -> Case:
    """Number of links → a chain of them."""
    links = "; ".join(f"a{n + 1} = sin(w*a{n})" for n in range(count))
    return f"a0 = x; {links}; L = a{count}^2", {"x": 1, "w": 2}


@pytest.mark.parametrize(("direction", "count"), [("LR", 20), ("TB", 40)])  # from top to bottom links are shorter
def test_a_large_graph_can_be_read_and_follows(browser: Chrome, opened: Open, direction: Direction, count: int) -> None:
    """Its type has 11 pixels where all of the graph would have less than 8; what is at work is seen at every step."""
    data = opened(long(count), direction=direction)
    map_left = browser.execute_script("return document.querySelector('.map.on').getBoundingClientRect().left")
    assert map_left > SIZE[0] / 2, "the inputs, where it begins, are at the left"
    for k in (0, 3, 12, 30, len(data["numbers"]) - 1):
        browser.execute_script(f"location.hash = 'step={k}'")
        time.sleep(0.05)
        scale, inside = browser.execute_script(
            "const svg = document.querySelector('figure > svg'), place = svg.parentNode.getBoundingClientRect();"
            f"const at = document.querySelector('[data-story={data['works'][k] or 'n0'}]').getBoundingClientRect();"
            "const x = (at.left + at.right) / 2, y = (at.top + at.bottom) / 2;"
            "return [svg.getBoundingClientRect().width / svg.viewBox.baseVal.width,"
            "x > place.left && x < place.right && y > place.top && y < place.bottom]"
        )
        assert (round(scale, 3), inside) == (0.846, True), k


@pytest.mark.parametrize("case", [FAN, SOFTMAX])
def test_no_formula_of_a_story_is_cut(browser: Chrome, opened: Open, case: Case) -> None:
    """Where there is room, or a number would lose its last digits."""
    opened(case)
    for area in browser.find_elements("css selector", ".area"):
        cut = browser.execute_script(
            "arguments[0].dispatchEvent(new Event('click', { bubbles: true }));"
            "return [...document.querySelectorAll('#panel section:not([hidden]) dd')]"
            ".map((line) => line.scrollWidth - line.clientWidth)",
            area,
        )
        assert max(cut) <= 0, area.get_attribute("data-story")


FAR: Case = ("a = w*x; b = sin(exp(cos(tanh(sin(cos(tanh(cos(a)))))))); L = b + w^2", {"w": 0.5, "x": 2})
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": False}
CUT = """return [...document.querySelectorAll('.steps .equation')].map((line) => [
  line.scrollWidth - line.clientWidth, line.querySelectorAll('.parts math').length, line.innerText.replace(/\\s/g, '')])"""


def test_on_a_phone_no_equation_is_cut(browser: Chrome, opened: Open) -> None:
    """One that is too wide goes on in the next line, and is in one piece again where there is room."""
    opened(NEURON)
    broad = browser.execute_script(CUT)
    assert {parts for _, parts, _ in broad} == {0}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    try:
        browser.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0], 100))")
        narrow = browser.execute_script(CUT)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert max(cut for cut, _, _ in narrow) <= 0
    assert max(parts for _, parts, _ in narrow) >= 3
    assert [text for _, _, text in narrow] == [text for _, _, text in broad]
    browser.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0], 100))")
    assert browser.execute_script(CUT) == broad


def test_on_a_phone_the_controls_take_one_row(browser: Chrome, opened: Open) -> None:
    """A button brings what has no room there, and takes it away again."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    more = "document.querySelector('[data-do=more]')"
    high = f"return [{more}.parentNode.clientHeight / {more}.clientHeight, {more}.ariaExpanded]"
    try:
        opened(NEURON)
        shut, state = browser.execute_script(high)
        assert (shut < 1.5, state) == (True, "false")
        browser.execute_script(f"{more}.click()")
        both, state = browser.execute_script(high)
        assert (both > 1.9, state) == (True, "true")
        browser.execute_script(f"{more}.click()")
        assert browser.execute_script(high) == [shut, "false"]
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_of_a_long_edge_its_end_is_seen(browser: Chrome, opened: Open) -> None:
    """That at which the contribution arrives."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    try:
        data = opened(FAR)
        step = len(data["works"]) - 1 - data["works"][::-1].index("e11-0")
        browser.execute_script(f"location.hash = 'step={data['numbers'][step]}'")
        time.sleep(0.1)
        inside, long = browser.execute_script(
            "const place = document.querySelector('figure').getBoundingClientRect();"
            "const [w, line] = ['n0', 'e11-0'].map((story) => document.querySelector(`[data-story=${story}]`))"
            ".map((element) => element.getBoundingClientRect());"
            "return [w.top > place.top && w.bottom < place.bottom, line.height > place.height]"
        )
        assert (inside, long) == (True, True)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


# -- accessibility ------------------------------------------------------------------------------


STORY = "document.querySelector('[data-story=n0]').dispatchEvent(new Event('click', { bubbles: true }))"
PATHS = "const c = document.querySelector('#paths'); c.selectedIndex = 1; c.dispatchEvent(new Event('change'))"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("case", [README, SOFTMAX, JAPANESE, FAN, CASES["mini-batch with a bias"]])
def test_axe_finds_nothing(browser: Chrome, opened: Open, axe: str, case: Case, lang: str, scheme: str) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    try:
        opened(case, f"#step=5&lang={lang}")
        browser.execute_script("document.querySelector('details').open = true")
        browser.execute_script(STORY if (lang == "en") == (scheme == "light") else PATHS)
        assert browser.find_element("id", "panel").is_displayed()
        time.sleep(0.3)  # what fades has faded
        assert violations(browser, axe) == []
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_axe_finds_nothing_in_a_talk(browser: Chrome, opened: Open, axe: str) -> None:
    opened(README, "#step=5")
    browser.execute_script("document.documentElement.requestFullscreen = undefined")
    press(browser, "f")
    assert violations(browser, axe) == []


def test_axe_would_find_something(browser: Chrome, opened: Open, axe: str) -> None:
    opened(README)
    browser.execute_script("document.querySelector('[data-do=play]').removeAttribute('aria-label');"
                           "document.querySelector('[data-do=play]').removeAttribute('title')")  # fmt: skip
    assert [rule for rule, _ in violations(browser, axe)] == ["button-name"]
