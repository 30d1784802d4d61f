"""The animated SVG in Debian's Chromium: it plays in `<img>` under GitHub's policy, and each moment is its frame."""

from __future__ import annotations

import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graphviz_ad.diagram.style import StyleOptions
from tests.browser import NEEDED, browser
from tests.diagram.cases import CASES, JAPANESE, Case, deck_of
from tests.export.test_animated import FAN_OUT, animated, begins, difference

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
__all__ = ["browser"]
pytestmark = [pytest.mark.chromium, NEEDED]


def screenshot(browser: Chrome, path: Path, svg: str) -> bytes:
    path.write_text(svg, encoding="utf-8")
    browser.get(path.as_uri())
    return browser.get_screenshot_as_png()


def screenshot_at(browser: Chrome, second: float) -> bytes:
    """The browser with an animated SVG → its picture at that time."""
    browser.execute_script(
        "for (const animation of document.getAnimations()) { animation.pause(); animation.currentTime = arguments[0]; }",
        1000 * second,
    )
    return browser.get_screenshot_as_png()


@pytest.mark.parametrize(
    ("case", "options"),
    [
        (FAN_OUT, {}),
        (CASES["softmax"], {"theme": "dark"}),
        pytest.param(JAPANESE, {"lang": "ja"}, marks=pytest.mark.cjk),
    ],
    ids=["fan-out", "softmax", "Japanese"],
)
def test_each_moment_is_its_frame(browser: Chrome, tmp_path: Path, case: Case, options: StyleOptions) -> None:
    deck = deck_of(case, **options)
    starts, total = begins(case, **options)
    numbers = deck.pictures()
    chosen = sorted({0, 1, len(numbers) // 2, len(numbers) - 2, len(numbers) - 1})
    stills = [screenshot(browser, tmp_path / "still.svg", deck.svg(numbers[n])) for n in chosen]
    screenshot(browser, tmp_path / "animated.svg", animated(case, **options))
    moments = [screenshot_at(browser, starts[n] + 0.3) for n in chosen]
    assert len(set(moments)) == len(chosen)
    for still, moment in zip(stills, moments, strict=True):
        assert difference(still, moment) < 0.001
    assert difference(stills[1], moments[0]) > 0.001
    assert difference(screenshot_at(browser, total + starts[1] + 0.3), moments[1]) < 0.001  # it begins again


def test_who_wants_less_motion_sees_the_finished_picture(browser: Chrome, tmp_path: Path) -> None:
    deck = deck_of(FAN_OUT)
    still = screenshot(browser, tmp_path / "still.svg", deck.svg(len(deck.frames) - 1))
    wish = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", wish)
    try:
        assert difference(still, screenshot(browser, tmp_path / "animated.svg", animated(FAN_OUT))) < 0.001
        assert browser.execute_script("return document.getAnimations().length") == 0
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


class _StrictServer(SimpleHTTPRequestHandler):
    """Serves a folder; pictures come with the policy that GitHub's own server of pictures sends."""

    def end_headers(self) -> None:
        if self.path.endswith(".svg"):
            self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged."""


def test_it_plays_in_a_readme(browser: Chrome, tmp_path: Path) -> None:
    (tmp_path / "x.svg").write_text(animated(FAN_OUT), encoding="utf-8")
    (tmp_path / "page.html").write_text('<!DOCTYPE html><title>x</title><img src="x.svg" alt="">', encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_StrictServer, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        browser.get(f"http://127.0.0.1:{server.server_port}/page.html")
        first = browser.get_screenshot_as_png()
        time.sleep(begins(FAN_OUT)[0][1] + 0.5)
        assert difference(first, browser.get_screenshot_as_png()) > 0.001
    finally:
        server.shutdown()
        server.server_close()
