"""Live numbers in Chromium: what a page shows after its numbers were changed is what Python shows of these numbers."""

# ruff: noqa: F811 (fixtures of another module are named by the arguments)
from __future__ import annotations

import re
from typing import TYPE_CHECKING, Unpack

import numpy as np
import pytest

from graphviz_ad.diagram.style import Direction
from graphviz_ad.language.number_format import NumberStyle
from tests.browser import axe, browser, press, violations  # noqa: F401
from tests.diagram.cases import JAPANESE, Case, trace_of
from tests.export.test_html_browser import Open, opened, pytestmark, text_of  # noqa: F401
from tests.export.test_live_arrays import FORMULAS, Inputs
from tests.export.text_decks import SaveOptions

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

NEURON: Case = ("L = (w*x + b - y)^2", {"w": 2, "x": 3, "b": -1, "y": 4})
FAN_OUT: Case = ("a = x*y; L = a*a + x", {"x": 2, "y": 3})
KINKS: Case = ("L = relu(x) + leaky_relu(y) + abs(x - y) + maximum(x, y)", {"x": 2, "y": 3})
CHOICES: Case = ("q = where(x > y, x*y, x/y); L = q + hardswish(x) + clamp(y, 0, 2)", {"x": 1, "y": 2})
SEVERAL: Case = ("L = max_of(a, b, c) + min_of(a, b*c, 1) + mod(a, b) + detach(c)*c", {"a": 2, "b": 3, "c": 1})
SPECIAL: Case = (
    "L = gamma(x) + factorial(y) + x*ones_like(y) + zeros_like(x) + lgamma(x) + logit(y) + erfc(x)*normal_cdf(x) + exp2(y) + logaddexp(x, y) + rsqrt(x) + sec(y)",
    {"x": 2.5, "y": 0.25},
)
POWERS: Case = ("L = x^y + atan2(x, y) + log(x)", {"x": 2, "y": 3})
DEEP: Case = (
    "v1 = sigmoid(w1*x + b1); v2 = tanh(w2*v1 + b2); L = (v2 - y)^2/2",
    {"w1": 0.1, "b1": 0.2, "w2": -0.3, "b2": 0.25, "x": 1.5, "y": 0.4},
)

SOFTMAX: Case = (
    "h = W @ x + b; p = softmax(h); L = -log(p[1])",
    {"W": [[1, 2], [3, 4], [0.1, 0.2]], "x": [1, -1], "b": [0.1, 0.2, 0.3]},
)
BATCH: Case = FORMULAS["mini-batch"]
CLASSES: Case = FORMULAS["softmax regression"]
LAYERS: Case = FORMULAS["two layers"]
DOT: Case = ("a = x*y; L = a @ a + x[0]*x @ y + sum(x)", {"x": [1, 2, 3], "y": [0.5, -1, 2]})
CHOICE: Case = FORMULAS["choices"]
STRUCTURED: Case = ("m = mse(u, v); L = m*norm(x)^2 + logsumexp(x)/max(x)", {"u": 1, "v": 3, "x": [1, 2, 3]})
MATRICES: Case = (
    "M = A + diag(x); L = det(M) + trace(inv(M)) + sum(solve(M, x))", {"A": [[2, 1], [1, 3]], "x": [1, 2]}
)  # fmt: skip
NORMS: Case = (
    "h = layer_norm(x); r = rms_norm(h + w); L = sum(cumsum(r)) + cosine_similarity(x, w) + rmse(x, w)",
    {"x": [1, 2, 4], "w": [1, 0, 2]},
)
PLACES: Case = ("L = argmax(x)*mean(x)/len(x) + sum(max_of(x, y, 2)) + sum(softmin(y))", {"x": [1, 3], "y": [2, 2]})
LONG: Case = (
    "L = mean((X @ w - y)^2)",
    {"X": np.arange(10).reshape(5, 2).tolist(), "w": [1, -1], "y": [1, 2, 3, 4, 5]},
)
DUSTY = pytest.mark.xfail(reason="a page shows the rounding dust of numbers that a reader changes, Python shows 0")
ARRAYS = [
    (SOFTMAX, {"W": [[0.5, -2], [1, 0.25], [-1.5, 2]], "x": [0.3, 2], "b": [0, -1, 12.5]}),
    (SOFTMAX, {"W": [[0, 0], [0, 0], [0, 0]], "x": [0, 0], "b": [0, 0, 0]}),
    (BATCH, {"X": [[0, -2], [1, 3], [2, 2], [0.1, 4]], "w": [-1, 0.75], "b": -0.3, "y": [0, 0, 1, 1]}),
    (BATCH, {"X": [[0, -2], [1, 3], [2, 2], [0.1, 4]], "w": [1000, 0.75], "b": -0.3, "y": [0, 0, 1, 1]}),
    (CLASSES, {"X": [[1, 1], [2, -1], [0, 0.5]], "W": [[2, 0, 1], [0, -1, 1]], "b": [1, 2, 3], "y": [2, 2, 0]}),
    (LAYERS, {**LAYERS[1], "x": [-1, 0.5], "b1": [0, 3, 0], "y": [0, 0]}),
    (LAYERS, {**LAYERS[1], "x": [0, 0], "b1": [-1, -1, -1]}),
    (DOT, {"x": [0, 0, 0], "y": [1, 1, 1]}),
    (DOT, {"x": [-1, 2.5, 1], "y": [3, 0, 1]}),
    (CHOICE, {"x": [4, 5, 6], "y": [3, 2, 1]}),
    (CHOICE, {"x": [0, 0, 0], "y": [1, 2, 1]}),
    (STRUCTURED, {"u": 2, "v": 2, "x": [0, 0, 0]}),
    (STRUCTURED, {"u": 2, "v": -1.5, "x": [3, 3, 1]}),
    (MATRICES, {"A": [[0.5, -1], [2, 1]], "x": [3, 0.1]}),
    (MATRICES, {"A": [[1, 2], [2, 3]], "x": [0, 1]}),
    (NORMS, {"x": [0.5, -1, 3], "w": [2, 2, 1]}),
    pytest.param(NORMS, {"x": [1, 1, 1], "w": [1, 1, 1]}, marks=DUSTY),
    pytest.param(PLACES, {"x": [4, 2], "y": [2, 5]}, marks=DUSTY),
    (PLACES, {"x": [2, 2], "y": [2, 1]}),
    (LONG, {"X": [[n * n, -n] for n in range(5)], "w": [0.5, 2], "y": [1, 1, 0, 0, 7]}),
]  # fmt: skip

STORIES = """for (const detail of document.querySelectorAll('#panel section'))
  document.dispatchEvent(new CustomEvent('story', { detail }));
"""
"""Has the formulas of all stories written, as those of one are when it opens."""
TEXTS = f"""{STORIES}return [
  ...document.querySelectorAll('.steps > li'), ...document.querySelectorAll('#panel section'),
  ...document.querySelectorAll('details table')
].map((element) => element.innerHTML.replace(/ data-x="[^"]*"/g, '').replace(/ tabindex="0"| style="[^"]*"/g, ''))"""
SPOKEN = """return [...document.querySelectorAll('.area')].map((area) => area.getAttribute('aria-label'))"""
SET = """const [name, text] = arguments, field = [...document.querySelectorAll('.inputs [type=text]')]
  .find((element) => element.getAttribute('aria-label') === name);
field.value = text; field.dispatchEvent(new Event('change'));"""
FRAME = "const done = arguments[0]; requestAnimationFrame(() => setTimeout(done, 120))"
"""Waits for what a change does in the next frame, and 80 ms after it."""


def put(browser: Chrome, values: Inputs) -> None:
    for name, value in values.items():
        for at, entry in np.ndenumerate(value):
            place = f"[{', '.join(map(str, at))}]" if at else ""
            browser.execute_script(SET, f"{name}{place}", repr(float(entry)))
    browser.execute_async_script(FRAME)


LABELS = """return Object.fromEntries([...document.querySelectorAll('[id^=q-]')].map((label) => [label.id,
  [...label.querySelectorAll('use, path')].flatMap((part) => part.matches('use')
    ? [[document.querySelector(part.getAttribute('href')).getAttribute('d').slice(4), +part.getAttribute('x')]]
    : part.getAttribute('d').split('M').slice(1).map((glyph) => {
      const [, x, outline] = /^(\\S+?) [-\\d.]+(.*)$/.exec(glyph); return [outline, +x]; }))]))"""


Labels = dict[str, list[tuple[str, float]]]
"""Labels by name: outline and place of each glyph."""


def same_labels(labels: Labels, expected: Labels) -> None:
    """Labels have the same glyphs, one as far from the other; contributions are set smaller as a whole."""
    assert labels.keys() == expected.keys()
    for key, glyphs in expected.items():
        scaled = key.startswith("q-c")
        assert len(labels[key]) == len(glyphs), key
        if not scaled:
            assert [glyph for glyph, _ in labels[key]] == [glyph for glyph, _ in glyphs], key
        for mine, theirs in zip(labels[key], glyphs, strict=True):
            apart = mine[1] - labels[key][0][1], theirs[1] - glyphs[0][1]
            assert apart[0] == pytest.approx(apart[1], abs=0.1, rel=0.05 if scaled else 0), key


def low(markup: str) -> str:
    """MathML → the same with brackets that do not grow: about a number that may become a fraction a page has those."""
    return re.sub(r'<mo stretchy="(?:true|false)"(?: fence="true" form="\w+")?>([()])</mo>', r"<mo>\1</mo>", markup)


def compare(browser: Chrome, opened: Open, case: Case, values: Inputs, **look: Unpack[SaveOptions]) -> None:
    formula, _ = case
    opened((formula, values), **look)
    texts, spoken, labels = (browser.execute_script(script) for script in (TEXTS, SPOKEN, LABELS))
    opened(case, **look)
    before = browser.execute_script(TEXTS), browser.execute_script(LABELS)
    put(browser, values)
    for mine, theirs in zip(browser.execute_script(TEXTS), texts, strict=True):
        assert low(mine) == low(theirs)
    assert browser.execute_script(SPOKEN) == spoken
    mine = browser.execute_script(LABELS)
    lines = {key for key in labels.keys() ^ mine.keys() if key.startswith("q-p")}
    """Numbers in a pullback, which has them where it does not hand on what arrives: the picture is laid out once."""
    same_labels(*({key: fields[key] for key in fields if key not in lines} for fields in (mine, labels)))
    browser.execute_script("document.querySelector('[type=reset]').click()")
    browser.execute_async_script(FRAME)
    assert (browser.execute_script(TEXTS), browser.execute_script(LABELS)) == before


@pytest.mark.parametrize(
    ("case", "values"),
    [
        (NEURON, {"w": -1.25, "x": 0.1, "b": 3, "y": -2e-7}),
        (NEURON, {"w": 0, "x": 0, "b": 0, "y": 0}),
        (NEURON, {"w": 1e200, "x": 1e200, "b": -1, "y": 4}),
        (FAN_OUT, {"x": -0.3, "y": 0.7}),
        (FAN_OUT, {"x": 0, "y": 1}),
        (KINKS, {"x": -2, "y": -3}),
        (KINKS, {"x": 1, "y": 1}),
        (KINKS, {"x": 0, "y": 0}),
        (CHOICES, {"x": 2, "y": 1}),
        (CHOICES, {"x": -4, "y": 0}),
        (CHOICES, {"x": 3, "y": 7}),
        (SEVERAL, {"a": 1, "b": 1, "c": 1}),
        (SEVERAL, {"a": -2.5, "b": 4, "c": 4}),
        (SPECIAL, {"x": 0.3, "y": 0.9}),
        (SPECIAL, {"x": 0, "y": 1}),
        (POWERS, {"x": 0, "y": 0}),
        (POWERS, {"x": -1.5, "y": 2}),
        (POWERS, {"x": 0, "y": -1}),
        (DEEP, {"w1": 50, "b1": 0.2, "w2": 0, "b2": -3, "x": -2, "y": 0.5}),
        (DEEP, {"w1": 123456.5, "b1": -0.25, "w2": 1e-9, "b2": 0, "x": 0.001, "y": 1}),
        (JAPANESE, {name: -0.5 + n for n, name in enumerate(JAPANESE[1])}),
    ],
)  # fmt: skip
def test_the_page_is_that_of_the_new_numbers(browser: Chrome, opened: Open, case: Case, values: Inputs) -> None:
    compare(browser, opened, case, values)


@pytest.mark.parametrize(("case", "values"), ARRAYS)
def test_the_page_is_that_of_the_new_entries(browser: Chrome, opened: Open, case: Case, values: Inputs) -> None:
    compare(browser, opened, case, values)


@pytest.mark.parametrize("style", ["fraction", "power"])
@pytest.mark.parametrize(
    ("case", "values"),
    [
        (FAN_OUT, {"x": -0.3, "y": 0.75}),
        (DEEP, {"w1": 1 / 3, "b1": 0.2, "w2": 2e-9, "b2": -3, "x": -2, "y": 0.5}),
        *ARRAYS[:1],
    ],
)  # fmt: skip
def test_however_numbers_are_written(
    browser: Chrome, opened: Open, case: Case, values: Inputs, style: NumberStyle
) -> None:
    compare(browser, opened, case, values, numbers=style)


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize(
    ("case", "values"),
    [
        (NEURON, {"w": -1.25, "x": 0.1, "b": 3, "y": -2e-7}),
        (FAN_OUT, {"x": -0.3, "y": 0.7}),
        (KINKS, {"x": -2, "y": -3}),
        (CHOICES, {"x": 2, "y": 1}),
        (DEEP, {"w1": 50, "b1": 0.2, "w2": 0, "b2": -3, "x": -2, "y": 0.5}),
        *ARRAYS[:2],
    ],
)
def test_a_backward_graph_too(browser: Chrome, opened: Open, case: Case, values: Inputs, direction: Direction) -> None:
    compare(browser, opened, case, values, backward_graph=True, direction=direction)


@pytest.mark.parametrize(("case", "values"), [(NEURON, {"w": -1.25, "x": 0.1, "b": 3, "y": -2e-7}), ARRAYS[0]])
def test_calls_on_grad_too(
    browser: Chrome, opened: Open, case: Case, values: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = "backward, backward, backward, zero_grad"
    monkeypatch.setattr("tests.export.test_html_browser.trace_of", lambda case: trace_of(case).calling(calls))
    compare(browser, opened, case, values)


@pytest.mark.parametrize(
    ("case", "values"), [(NEURON, {"w": -1.25, "x": 0.1, "b": 3, "y": -2e-7}), (KINKS, {"x": 0, "y": 0}), ARRAYS[0]]
)
def test_from_top_to_bottom_too(browser: Chrome, opened: Open, case: Case, values: Inputs) -> None:
    compare(browser, opened, case, values, direction="TB")


@pytest.mark.parametrize(
    ("case", "values"),
    [
        (NEURON, {"w": -1.25, "x": 0.1, "b": 3, "y": -2e-7}),
        (FAN_OUT, {"x": 0, "y": 1}),
        (KINKS, {"x": 0, "y": 0}),
        (DEEP, {"w1": 50, "b1": 0.2, "w2": 0, "b2": -3, "x": -2, "y": 0.5}),
        ARRAYS[0],
    ],
)
def test_statement_by_statement_too(browser: Chrome, opened: Open, case: Case, values: Inputs) -> None:
    compare(browser, opened, case, values, by="statement")


BOXES = """const box = ({left, right}) => [left, right];
const shown = (id) => [...document.querySelectorAll(`use[href="#${id}"]`)].map((element) => element.getBoundingClientRect())
  .find(({width}) => width);
return [...document.querySelectorAll('[id^=q-w]')].map(({id}) => id.slice(3)).map((id) => [
  box(shown('q-w' + id)), box(shown('q-v' + id)),
  box([...document.querySelectorAll(`.node[data-id="${id}"] > :first-child`)].map((element) => element.getBoundingClientRect())
    .find(({width}) => width))])"""


@pytest.mark.parametrize("case", [("a = x*y; L = a*a + sigmoid(x*w)", {"x": 2, "y": 3, "w": 1}), LAYERS])
def test_a_long_number_beside_a_node_makes_its_name_move(browser: Chrome, opened: Open, case: Case) -> None:
    opened(case, "#step=99", direction="TB")
    put(browser, {name: np.multiply(value, -123.456) for name, value in case[1].items()})
    boxes = browser.execute_script(BOXES)
    assert boxes
    for name, value, node in boxes:
        assert name[1] < value[0] < value[1] < node[0]


def test_formulas_of_a_story_are_written_where_it_opens(browser: Chrome, opened: Open) -> None:
    opened(NEURON, "#step=99")
    formulas = "return [...document.querySelectorAll(`#story-${arguments[0]} dd math`)].map((math) => math.textContent)"
    click = (
        "document.querySelector(`.area[data-story=${arguments[0]}]`).dispatchEvent(new Event('click', {bubbles: true}))"
    )
    assert set(browser.execute_script(formulas, "n2")) == {""}, "closed, it has none"
    browser.execute_script(click, "n2")
    written = browser.execute_script(formulas, "n2")
    assert any("=6" in formula for formula in written)
    assert "" not in written
    put(browser, {"w": 3})
    assert any("=9" in formula for formula in browser.execute_script(formulas, "n2")), "open, it follows the numbers"
    browser.execute_script(click, "n4")
    put(browser, {"w": 2})
    browser.execute_script(click, "n2")
    assert browser.execute_script(formulas, "n2") == written, "open again, it has the numbers of now"


def test_keys_of_a_slider_are_its_own(browser: Chrome, opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(NEURON)
    slider = browser.find_element("css selector", ".inputs [type=range]")
    slider.send_keys(Keys.ARROW_RIGHT)
    browser.execute_async_script(FRAME)
    assert browser.execute_script("return location.hash") == "#step=0&w=2.05"
    assert slider.get_attribute("aria-valuetext") == "2.05"
    assert text_of(browser.find_element("css selector", "#story-n0 h2 .en")).endswith("value 2.05")
    reset = browser.find_element("css selector", ".inputs [type=reset]")
    assert reset.is_enabled()
    reset.click()
    browser.execute_async_script(FRAME)
    assert slider.get_attribute("aria-valuetext") == "2"
    assert not reset.is_enabled()


WRONG = {
    "two": ("'two' is not a number for w: write one as 2, -0.5, 1e-3 or 1/3.",
            "「two」は w の値になりません。2、-0.5、1e-3、1/3 のように数を書いてください。"),
    "": ("w has no number: write one as 2, -0.5, 1e-3 or 1/3.",
         "w の値がありません。2、-0.5、1e-3、1/3 のように数を書いてください。"),
    "1/0": ("'1/0' is not a number for w: it divides by zero.", "「1/0」は w の値になりません。0 で割っています。"),
    "1e999": ("'1e999' is too large for w: numbers go up to about 1.8e308.",
              "「1e999」は w の値としては大きすぎます。数は約 1.8e308 までです。"),
    "0,5": ("'0,5' is not a number for w: write 0.5 with a decimal point.",
            "「0,5」は w の値になりません。小数点を使って 0.5 と書いてください。"),
    "2pi": ("'2pi' is not a number for w: write it in digits, 6.283185307179586.",
            "「2pi」は w の値になりません。数字で 6.283185307179586 と書いてください。"),
    "<b>": ("'<b>' is not a number for w: write one as 2, -0.5, 1e-3 or 1/3.",
            "「<b>」は w の値になりません。2、-0.5、1e-3、1/3 のように数を書いてください。"),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_what_is_no_number_is_refused_in_words(browser: Chrome, opened: Open, lang: str) -> None:
    opened(NEURON, f"#lang={lang}")
    browser.execute_script("document.querySelector('.live').open = true")
    before = browser.execute_script(TEXTS)
    field, output = (
        browser.find_element("css selector", f".inputs {selector}") for selector in ("[type=text]", "output")
    )
    for text, words in WRONG.items():
        browser.execute_script(SET, "w", text)
        browser.execute_async_script(FRAME)
        assert output.text == words[["en", "ja"].index(lang)]
        assert field.get_attribute("aria-invalid") == "true"
        assert field.get_attribute("aria-describedby") == output.get_attribute("id")
        assert browser.execute_script(TEXTS) == before
    browser.execute_script("document.querySelector('[data-do=language]').click()")
    assert output.text == WRONG["<b>"][["ja", "en"].index(lang)], "what is wrong is said in the language of the page"
    browser.execute_script(SET, "w", "−１.5e0")  # as a Japanese keyboard writes it
    assert output.text == ""
    assert field.get_attribute("value") == "-1.5"


@pytest.mark.parametrize(
    ("text", "value"), [("1/3", "0.3333333333333333"), ("−0.5", "-0.5"), ("１ｅ－３", "0.001"), ("-0", "-0")]
)
def test_a_field_takes_what_the_command_line_takes(browser: Chrome, opened: Open, text: str, value: str) -> None:
    opened(NEURON)
    browser.execute_script(SET, "w", text)
    browser.execute_async_script(FRAME)
    assert browser.find_element("css selector", ".inputs [type=text]").get_attribute("value") == value
    heading = text_of(browser.find_element("css selector", "#story-n0 h2 .en"))
    assert heading.endswith(f"value {float(value) + 0:.4g}")


STATE = """return [...document.querySelectorAll('.inputs [type=text]')].map((field) =>
  [field.value, field.getAttribute('aria-invalid'), field.getAttribute('aria-describedby')])"""


def test_what_was_wrong_is_forgotten_when_the_old_value_is_there_again(browser: Chrome, opened: Open) -> None:
    opened(NEURON)
    browser.execute_script("document.querySelector('.live').open = true")
    output = browser.find_element("css selector", ".inputs output")
    before = browser.execute_script(STATE)
    browser.execute_script(SET, "w", "two")
    browser.execute_script(SET, "x", "")
    assert output.text == "x has no number: write one as 2, -0.5, 1e-3 or 1/3."
    browser.find_element("css selector", ".inputs [type=text]").click()
    assert output.text.startswith("'two' is not a number for w"), "of the field that has the focus"
    browser.execute_script(SET, "w", "2")
    assert output.text.startswith("x has no number"), "that is wrong still"
    browser.execute_script(SET, "x", "3.0")
    assert output.text == ""
    assert browser.execute_script(STATE) == before
    assert not browser.find_element("css selector", ".inputs [type=reset]").is_enabled()
    browser.execute_script(SET, "w", "two")
    browser.execute_script(SET, "b", "5")
    browser.execute_async_script(FRAME)
    browser.find_element("css selector", ".inputs [type=reset]").click()
    browser.execute_async_script(FRAME)
    assert output.text == "The author's numbers are back."
    assert browser.execute_script(STATE) == before


def test_a_change_is_there_with_the_next_frame(browser: Chrome, opened: Open) -> None:
    names = [f"{letter}{n}" for letter in "wb" for n in range(7)]
    layers = "; ".join(f"h{n + 1} = tanh(w{n}*h{n} + b{n})" for n in range(1, 7))
    opened((f"h1 = tanh(w0*x + b0); {layers}; L = h7^2", {"x": 0.5, **dict.fromkeys(names, 0.3)}))
    before, after = browser.execute_async_script(
        "const done = arguments[0], slider = document.querySelector('.inputs [type=range]'); slider.value = 0.9;"
        "const label = document.querySelector('#q-v0'), before = label.innerHTML;"
        "slider.dispatchEvent(new Event('input'));"
        "requestAnimationFrame(() => requestAnimationFrame(() => done([before, label.innerHTML])))"
    )
    assert before != after


@pytest.mark.parametrize(("count", "own_row"), [(2, False), (3, True), (8, False)])
def test_reset_takes_a_row_only_where_none_has_room(browser: Chrome, opened: Open, count: int, own_row: bool) -> None:
    """Three inputs stand in a row of a window as wide as a slide; what is saved is the graph's."""
    names = "abcdefgh"[:count]
    opened(("L = " + " + ".join(f"{name}^2" for name in names), dict.fromkeys(names, 1.0)))
    tops = browser.execute_script(
        "return ['.inputs > div:not(.foot)', '.foot'].map(which => [...document.querySelectorAll(which)].pop())"
        ".map(element => element.getBoundingClientRect()).map(box => (box.top + box.bottom) / 2)"
    )
    assert (tops[1] - tops[0] > 10) == own_row


@pytest.mark.parametrize("numbers", [("1", "2", "-3"), ("-12345.678", "98765.4321", "-0.000123456")])
def test_a_long_entry_is_seen_whole(browser: Chrome, opened: Open, numbers: tuple[str, ...]) -> None:
    opened(SOFTMAX)
    browser.execute_script("document.querySelector('.live').open = true")
    for number, at in zip(numbers, "012", strict=True):
        browser.execute_script(SET, f"b[{at}]", number)
    cut, widths = browser.execute_script(
        "const fields = [...document.querySelectorAll('.inputs [aria-label^=\"b[\"][type=text]')];"
        "return [fields.map((element) => element.scrollWidth - element.clientWidth), fields.map((element) => element.clientWidth)]"
    )
    assert cut == [0, 0, 0]
    assert len(set(widths)) == 1


WIDE: Case = ("p = softmax(w*x + b); L = -sum(y*log(p))", {name: [0.5, 0.2, 0.3, 0.1, 0.6, 0.4] for name in "wxby"})


@pytest.mark.parametrize(("case", "is_open"), [(WIDE, False), (NEURON, True)])
def test_the_fields_are_open_where_the_graph_is_not_smaller_for_it(
    browser: Chrome, opened: Open, case: Case, is_open: bool
) -> None:
    size = {"width": 1920, "height": 1080, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        opened(case)
        assert browser.execute_script("return document.querySelector('.live').open") is is_open
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


FOCUS = "return document.activeElement.getAttribute('aria-label')"


def test_keys_go_through_the_entries(browser: Chrome, opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(SOFTMAX)
    browser.execute_script("document.querySelector('.live').open = true")
    field = browser.find_element("css selector", ".inputs [type=text]")
    field.click()
    walked = []
    for key in (Keys.TAB, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_UP):
        press(browser, key)
        walked.append(browser.execute_script(FOCUS))
    assert walked == ["W[0, 1]", "W[1, 1]", "W[2, 1]", "W[2, 1]", "W[1, 1]"]
    press(browser, "-0.5", Keys.ENTER)  # what was there is selected
    browser.execute_async_script(FRAME)
    assert browser.execute_script("return location.hash").startswith("#step=0&W=")
    heading = text_of(browser.find_element("css selector", "#story-n0 h2 .en"))
    assert heading.endswith("value [[1, 2], [3, -0.5], [0.1, 0.2]]")
    slider = browser.find_element("css selector", ".inputs .array [type=range]")
    assert [slider.get_attribute(name) for name in ("aria-label", "aria-valuetext")] == ["W[1, 1]", "-0.5"]
    slider.send_keys(Keys.ARROW_RIGHT)
    browser.execute_async_script(FRAME)
    heading = text_of(browser.find_element("css selector", "#story-n0 h2 .en"))
    assert heading.endswith("value [[1, 2], [3, -0.4], [0.1, 0.2]]")
    reset = browser.find_element("css selector", ".inputs [type=reset]")
    reset.click()
    browser.execute_async_script(FRAME)
    assert not reset.is_enabled()
    assert slider.get_attribute("aria-valuetext") == "4"


def test_a_class_is_a_whole_number(browser: Chrome, opened: Open) -> None:
    opened(CLASSES)
    browser.execute_script("document.querySelector('.live').open = true")
    before = browser.execute_script(TEXTS)
    for text in ("3", "-1", "0.5", "x"):
        browser.execute_script(SET, "y[1]", text)
        browser.execute_async_script(FRAME)
        message = browser.find_element("css selector", ".inputs output").text
        assert message == f"'{text}' is no class: y[1] takes whole numbers from 0 to 2."
        assert browser.execute_script(TEXTS) == before
    browser.execute_script(SET, "y[1]", "1")
    browser.execute_async_script(FRAME)
    assert browser.find_element("css selector", ".inputs output").text == ""
    assert browser.execute_script(TEXTS) != before


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_fields_are_clean(browser: Chrome, opened: Open, axe: str, theme: str) -> None:
    opened(CLASSES, "#step=5", theme=theme)
    browser.execute_script("document.querySelector('.live').open = true")
    browser.execute_script(SET, "X[1, 0]", "1.5")
    browser.execute_script(SET, "y[0]", "7")
    browser.execute_async_script(FRAME)
    assert violations(browser, axe) == []


def test_no_picture_is_laid_out_anew(browser: Chrome, opened: Open) -> None:
    opened(LAYERS)
    places = "return [...document.querySelectorAll('figure .area > *')].map((element) => element.outerHTML)"
    before = browser.execute_script(places)
    put(browser, {name: np.multiply(value, -123.456) for name, value in LAYERS[1].items()})
    assert browser.execute_script(places) == before
