"""Live numbers in Chromium: what a page shows after its numbers were changed is what Python shows of these numbers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diagram.cases import JAPANESE, Case
from tests.export.test_html_browser import Open, browser, opened, pytestmark  # noqa: F401

NEURON: Case = ("L = (w*x + b - y)^2", {"w": 2, "x": 3, "b": -1, "y": 4})
FAN_OUT: Case = ("a = x*y; L = a*a + x", {"x": 2, "y": 3})
KINKS: Case = ("L = relu(x) + leaky_relu(y) + abs(x - y) + maximum(x, y)", {"x": 2, "y": 3})
CHOICES: Case = ("q = where(x > y, x*y, x/y); L = q + hardswish(x) + clamp(y, 0, 2)", {"x": 1, "y": 2})
POWERS: Case = ("L = x^y + atan2(x, y) + log(x)", {"x": 2, "y": 3})
DEEP: Case = (
    "v1 = sigmoid(w1*x + b1); v2 = tanh(w2*v1 + b2); L = (v2 - y)^2/2",
    {"w1": 0.1, "b1": 0.2, "w2": -0.3, "b2": 0.25, "x": 1.5, "y": 0.4},
)

TEXTS = """return [
  ...document.querySelectorAll('.steps > li'), ...document.querySelectorAll('#panel section'),
  ...document.querySelectorAll('details table')
].map((one) => one.innerHTML.replace(/ data-x="[^"]*"/g, '').replace(/ tabindex="0"| style="[^"]*"/g, ''))"""
SAID = """const found = []; document.querySelectorAll('.area').forEach((a) => found.push(a.getAttribute('aria-label')));
return found"""
SET = """const [name, text] = arguments, row = [...document.querySelectorAll('[data-input]')]
  .find((one) => one.querySelector('[type=text]').getAttribute('aria-label') === name);
const field = row.querySelector('[type=text]'); field.value = text; field.dispatchEvent(new Event('change'));"""
FRAME = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(1)))"


def put(browser: Any, values: dict[str, float]) -> None:
    for name, value in values.items():
        browser.execute_script(SET, name, repr(float(value)))
    browser.execute_async_script(FRAME)


def compare(browser: Any, opened: Open, case: Case, values: dict[str, float]) -> None:
    formula, _ = case
    opened((formula, values))
    texts, said = browser.execute_script(TEXTS), browser.execute_script(SAID)
    opened(case)
    before = browser.execute_script(TEXTS)
    put(browser, values)
    found = browser.execute_script(TEXTS)
    for one, other in zip(found, texts, strict=True):
        assert one == other
    assert browser.execute_script(SAID) == said
    browser.execute_script("document.querySelector('[type=reset]').click()")
    browser.execute_async_script(FRAME)
    assert browser.execute_script(TEXTS) == before


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
        (POWERS, {"x": 0, "y": 0}),
        (POWERS, {"x": -1.5, "y": 2}),
        (POWERS, {"x": 0, "y": -1}),
        (DEEP, {"w1": 50, "b1": 0.2, "w2": 0, "b2": -3, "x": -2, "y": 0.5}),
        (DEEP, {"w1": 123456.5, "b1": -0.25, "w2": 1e-9, "b2": 0, "x": 0.001, "y": 1}),
        (JAPANESE, {name: -0.5 + n for n, name in enumerate(JAPANESE[1])}),
    ],
)  # fmt: skip
def test_the_page_is_that_of_the_new_numbers(browser: Any, opened: Open, case: Case, values: dict[str, float]) -> None:  # noqa: F811
    compare(browser, opened, case, values)
