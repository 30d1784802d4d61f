"""Plots in the stories of functions of one number: which nodes have one, what the script computes, in Chromium."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graphviz_ad.explain.stories import Teller
from graphviz_ad.export.deck import save
from graphviz_ad.export.player.plots import plots
from graphviz_ad.tracing.calculation import calculation
from tests.browser import NEEDED, axe, browser, quiet, violations
from tests.diagram.cases import Case, trace_of

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

__all__ = ["axe", "browser"]
FUNCTIONS: Case = ("a = sigmoid(x); b = relu(a - 2); c = b^2; d = -c; L = d + exp(x) + 3*x", {"x": 1.0})
ARRAYS: Case = ("h = tanh(x); L = sum(h)", {"x": [1.0, 2.0]})


def plotted(case: Case) -> list[str]:
    """Case → the operations of the nodes that have a plot."""
    trace = trace_of(case)
    teller = Teller(trace, "en", 4, live=True)
    return [trace.graph.op_name(plot["node"]) for plot, _ in plots(teller, calculation(trace))]


def test_functions_of_one_number_that_are_no_straight_lines_have_a_plot() -> None:
    assert plotted(FUNCTIONS) == ["sigmoid", "relu", "power", "exp"]
    assert plotted(ARRAYS) == []


@pytest.mark.chromium
@pytest.mark.slow
@NEEDED
def test_the_plot_follows_the_inputs_and_tells_nothing_before_its_step(
    browser: Chrome, tmp_path: Path, axe: str
) -> None:
    path = tmp_path / "deck.html"
    save(trace_of(("a = sigmoid(x); L = a^2", {"x": 1.0})), str(path))
    with quiet(browser, tmp_path):
        browser.get("about:blank")
        browser.get(path.as_uri() + "#step=0")
        browser.execute_script(
            "document.querySelector('.area[data-story=n1]').dispatchEvent(new Event('click', {bubbles: true}))"
        )
        plot = browser.find_element("css selector", "#story-n1 .curve")
        assert not plot.is_displayed()
        browser.execute_script("location.hash = '#step=1'")
        time.sleep(0.2)
        assert plot.is_displayed()
        assert " ".join(plot.text.split()) == "At x = 1 the tangent has the slope 0.1966."
        before = plot.get_attribute("innerHTML")
        browser.execute_script("location.hash = '#step=1&x=0'")
        time.sleep(0.4)
        assert " ".join(plot.text.split()) == "At x = 0 the tangent has the slope 0.25."
        assert plot.get_attribute("innerHTML") != before
        assert violations(browser, axe) == []
