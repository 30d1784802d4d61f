"""Chromium for the tests of pages: started once a process, driven by keys, watched for complaints and requests."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
SIZE = (1280, 860)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--window-size={},{}".format(*SIZE),
)  # fmt: skip
NEEDED = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="chromium and chromedriver (apt: chromium-driver) are not installed"
)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """→ Chromium, started once; `conftest` has it, so that all modules have the same."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def browser(chromium: Chrome) -> Chrome:
    """→ Chromium with a new tab: nothing is left of what another module kept, emulated or logged."""
    before = chromium.current_window_handle
    chromium.switch_to.new_window("tab")
    tab = chromium.current_window_handle
    chromium.switch_to.window(before)
    chromium.close()
    chromium.switch_to.window(tab)
    chromium.set_window_size(*SIZE)
    chromium.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": "file://", "storageTypes": "all"})
    chromium.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "default"})
    for log in ("performance", "browser"):
        chromium.get_log(log)
    return chromium


@contextmanager
def quiet(browser: Chrome, folder: Path, *also: str) -> Iterator[None]:
    """While pages of a folder are open: nothing is complained of, and nothing asked for but what is in it.

    `also` are beginnings of other addresses that may be asked for.
    """
    browser.get_log("performance")
    browser.get_log("browser")
    yield
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    requests = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
    addresses = [
        request["request"]["url"] for request in requests if request["documentURL"].startswith(folder.as_uri())
    ]
    assert addresses
    assert [url for url in addresses if not url.startswith((folder.as_uri(), "data:font/", *also))] == []


def press(browser: Chrome, *keys: str) -> None:
    """Press keys in the page."""
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core: that of the wheel axe-core-python, or AXE=path."""
    if path := os.environ.get("AXE"):
        return Path(path).read_text(encoding="utf-8")
    pytest.importorskip("axe_core_python", reason="axe-core-python is not installed")
    return (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(browser: Chrome, axe: str, **options: object) -> list[tuple[str, list[str]]]:
    """Page, and options of axe.run → the rules of axe-core that it breaks, with the elements that do."""
    browser.execute_cdp_cmd("Runtime.evaluate", {"expression": axe})
    report = browser.execute_async_script("axe.run(arguments[0]).then(arguments[1])", options)
    assert report["passes"]
    return [
        (violation["id"], [node["html"][:200] for node in violation["nodes"]]) for violation in report["violations"]
    ]
