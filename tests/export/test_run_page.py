"""The page of a run: its numbers in the file, and what Chromium makes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphviz_ad.api import parse
from graphviz_ad.api.runs import Run
from graphviz_ad.data.named import named
from graphviz_ad.errors import InputError
from graphviz_ad.export.run.page_numbers import boundary
from graphviz_ad.language.numbers import number
from tests.browser import NEEDED, axe, browser, press, quiet, violations

__all__ = ["axe", "browser"]

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:matplotlib")
pytest.importorskip("matplotlib", reason="matplotlib is missing: pip install -e '.[dev]'")

LINE = "z = w_1 x + b; L = mean((z - y)^2)"


def trained(**options: Any) -> Run:
    how = {"batch": 3, "lr": 0.05, "epochs": 2, "seed": 1, "w_1": 0, "b": 0, **options}
    return parse(LINE).train(named("line"), **how)


def numbers(page: str) -> Any:
    match = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert match
    return json.loads(match[1])["extension"]["run"]


@pytest.fixture(scope="module")
def opened(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run and the look of its page → the page, open in the browser, and its path."""

    def open_page(run: Run, width: int = 1366, height: int = 800, **look: Any) -> Path:
        folder = tmp_path_factory.mktemp("run")
        run.save(folder / "run.html", **look)
        browser.set_window_size(width, height)
        browser.get((folder / "run.html").as_uri())
        return folder

    return open_page


def shown(browser: Any, selector: str) -> str:
    text: str = browser.execute_script("return document.querySelector(arguments[0]).textContent", selector)
    return text


def choose(browser: Any, place: int) -> None:
    browser.execute_script(
        "const slider = document.querySelector('#update'); slider.value = arguments[0];"
        "slider.dispatchEvent(new Event('input'))", place,
    )  # fmt: skip
    wait(browser)


@contextmanager
def framed(browser: Any) -> Iterator[None]:
    """In the frame of the page, which has the graph of a smaller batch."""
    browser.switch_to.frame(browser.find_element("css selector", "iframe"))
    yield
    browser.switch_to.default_content()


def next_weight(browser: Any) -> str:
    """→ what the update that is shown makes of the first parameter."""
    return re.split("[=≈]", shown(browser, ".steps li.on .equation math"))[-1].replace("\u200b", "")


def written(value: Any) -> str:
    return number(value).replace("-", "−")


def wait(browser: Any) -> None:
    """Until the page has put in all numbers."""
    browser.execute_async_script("setTimeout(arguments[0], 250)")


class TestFile:
    def test_it_has_the_numbers_of_every_update(self, tmp_path: Path) -> None:
        run = trained()
        run.save(tmp_path / "run.html")
        data = numbers((tmp_path / "run.html").read_text(encoding="utf-8"))
        assert data["updates"] == list(range(1, 173))
        assert [len(batch) for batch in data["batches"][84:87]] == [3, 1, 3]  # what is left of the epoch
        assert data["of"] == 172
        place = data["updates"].index(50)
        rows = run.rows(50)
        assert np.allclose([data["columns"]["x"][n] for n in data["batches"][place]], rows["x"], rtol=1e-8)
        assert np.allclose(data["states"][place][:2], list(run.after(49)[0].values()), rtol=1e-8)
        assert data["at"]["updates"][place] == 49
        assert data["at"]["examples"][place] == 147

    def test_a_thousand_updates_take_less_than_a_megabyte(self, tmp_path: Path) -> None:
        run = trained(batch=4, epochs=16)
        assert run.updates == 1024
        run.save(tmp_path / "run.html")
        assert (tmp_path / "run.html").stat().st_size < 1e6

    def test_so_do_those_of_the_command_s_example(self, tmp_path: Path) -> None:
        formula = parse("z = w_1 x + b; L = mean((z - y)^2)")
        run = formula.train(named("line"), batch=8, epochs=31, seed=1, w_1=0, b=0)
        assert run.updates == 992
        run.save(tmp_path / "run.html")
        page = (tmp_path / "run.html").read_text(encoding="utf-8")
        assert len(page.encode()) < 1.02e6  # 1 MB; its curve over measured seconds is longer on some machines
        names = re.findall(r'<(?:path|g) id="(p?[glt]\d+)"', page)
        assert len(names) == len(set(names))
        used = set(re.findall(r'<use href="#(p[glt]\d+)"', page))
        assert used
        assert used <= set(names)

    def test_of_many_parameters_so_many_updates_are_kept_as_fit(self, tmp_path: Path) -> None:
        formula = parse("H = tanh(X W + c); a = sigmoid(H v + b); L = -mean(y*log(a) + (1 - y)*log(1 - a))")
        moons = named("moons").joined({"X": ["x_1", "x_2"]})
        shapes = {"W": (2, 16), "c": (16,), "v": (16,)}
        run = formula.train(moons, {"b": 0.0}, batch=32, epochs=125, shapes=shapes)
        assert run.updates == 1000
        run.save(tmp_path / "run.html")
        assert (tmp_path / "run.html").stat().st_size < 1e6

    @pytest.mark.parametrize(
        ("options", "has_another"),
        [({"batch": 3}, True), ({"batch": 4}, False), ({"batch": 3, "drop_last": True}, False)],
    )
    def test_a_smaller_batch_has_a_graph_of_its_own(
        self, tmp_path: Path, options: dict[str, Any], has_another: bool
    ) -> None:
        trained(epochs=1, **options).save(tmp_path / "run.html")
        page = (tmp_path / "run.html").read_text(encoding="utf-8")
        rest = numbers(page)["rest"]
        assert (rest is not None) == has_another == ("<iframe " in page)
        if rest:
            assert "L^{(2)}" not in rest["page"]  # as the whole batch has it
            assert set(re.findall("'sha256-[^']+'", rest["page"])) <= set(
                re.findall("'sha256-[^']+'", page[: page.index("<title>")])
            )

    def test_a_graph_that_is_not_computed_anew_is_that_of_one_update(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        trained(epochs=1).save(tmp_path / "run.html")
        assert 'data-t="run.fixed"' not in (tmp_path / "run.html").read_text(encoding="utf-8")
        monkeypatch.setattr("graphviz_ad.tracing.calculation._MAX_ENTRIES", 5)
        trained(epochs=1).save(tmp_path / "run.html")
        page = (tmp_path / "run.html").read_text(encoding="utf-8")
        assert 'data-t="run.fixed"' in page
        assert numbers(page)["rest"] is None

    def test_of_very_many_some_can_be_chosen(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("graphviz_ad.export.run.page_numbers._MAX_NUMBERS", 700)
        trained().save(tmp_path / "run.html")
        assert 50 < len(numbers((tmp_path / "run.html").read_text(encoding="utf-8"))["updates"]) <= 101

    def test_nothing_learnt_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="there is no update to show"):
            trained(lr=1e200, epochs=1, w_1=1e200).save(tmp_path / "run.html")
        assert not list(tmp_path.iterdir())


LOGISTIC = "p = sigmoid(w_1 x_1 + w_2 x_2 + b); L = mean(bce(p, y))"


def test_the_boundary_is_known_after_some_updates() -> None:
    run = parse(LOGISTIC).train(named("two-classes"), batch=32, lr=0.5, epochs=2, w_1=1, w_2=0, b=0)
    drawn = boundary(run)
    assert drawn
    assert [drawn[0]["after"], drawn[-1]["after"]] == [0, 16]
    for moment in drawn:
        w_1, w_2, b = (float(value) for value in run.after(moment["after"])[0].values())
        points = np.array(moment["lines"][0]).reshape(-1, 2)
        assert np.allclose(points @ [w_1, w_2] + b, 0, atol=0.02)
    assert boundary(trained()) is None  # its path says as much


@NEEDED
@pytest.mark.chromium
@pytest.mark.slow
class TestChromium:
    def test_the_boundary_moves_with_the_update(self, browser: Any, opened: Any) -> None:
        opened(parse(LOGISTIC).train(named("two-classes"), batch=32, lr=0.5, epochs=2, w_1=1, w_2=0, b=0))
        drawn = []
        for place in (0, 15):
            choose(browser, place)
            drawn.append(browser.execute_script("return document.querySelector('.answer').getAttribute('d')"))
        assert all(re.fullmatch(r"(M[\d.]+ [\d.]+(L[\d.]+ [\d.]+)+)+", path) for path in drawn)
        assert drawn[0] != drawn[1]

    @pytest.mark.parametrize("options", [{}, {"batch": 1, "momentum": 0.9}, {"batch": 16, "optimizer": "adam"},
                                         {"batch": 256, "clip": 1.0}, {"batch": 2, "schedule": "inverse"}])  # fmt: skip
    def test_any_update_is_computed_as_the_run_has_it(self, browser: Any, opened: Any, options: dict[str, Any]) -> None:
        run = trained(**options)
        folder = opened(run)
        with quiet(browser, folder):
            browser.refresh()
            data = numbers((folder / "run.html").read_text(encoding="utf-8"))
            whole = [place for place, batch in enumerate(data["batches"]) if len(batch) == len(data["batches"][0])]
            for place in {0, whole[len(whole) // 2], whole[-1]}:
                choose(browser, place)
                after = run.after(data["updates"][place])[0]
                assert next_weight(browser) == written(after["w_1"]), options

    @pytest.mark.parametrize("options", [{}, {"batch": 100, "momentum": 0.9}])
    def test_a_smaller_batch_is_computed_too(self, browser: Any, opened: Any, options: dict[str, Any]) -> None:
        run = trained(**options)
        an_epoch = run.settings.batches.an_epoch
        folder = opened(run)
        with quiet(browser, folder):
            browser.refresh()
            for update in (an_epoch, 2 * an_epoch):
                choose(browser, update - 1)
                wait(browser)  # for the frame
                with framed(browser):
                    assert next_weight(browser) == written(run.after(update)[0]["w_1"]), options
            choose(browser, an_epoch)
            assert next_weight(browser) == written(run.after(an_epoch + 1)[0]["w_1"])
            assert not browser.find_element("css selector", "iframe").is_displayed()

    def test_keys_and_languages_are_of_both_graphs(self, browser: Any, opened: Any) -> None:
        from selenium.webdriver.common.keys import Keys

        opened(trained())
        choose(browser, 84)
        press(browser, ".")
        wait(browser)
        wait(browser)  # for the frame
        press(browser, Keys.ARROW_LEFT)
        with framed(browser):
            assert not shown(browser, ".steps li.on .counter").startswith("finished")
            browser.find_element("css selector", "[data-do=language]").click()
            browser.find_element("css selector", "h1").click()
            press(browser, ".")
        wait(browser)
        assert shown(browser, "#where .ja").startswith("更新 87/172")
        assert browser.execute_script("return document.documentElement.lang") == "ja"

    def test_a_click_on_the_curve_goes_to_the_update_there(self, browser: Any, opened: Any) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        opened(trained())
        plot = browser.find_element("css selector", "[data-plot=epochs] svg")
        ActionChains(browser).move_to_element(plot).click().perform()
        wait(browser)
        at = int(browser.execute_script("return document.querySelector('#update').value"))
        assert 60 < at < 130
        assert shown(browser, "#where .en").startswith(f"Update {at + 1} of 172")

    def test_a_click_on_the_way_goes_to_the_update_there(self, browser: Any, opened: Any) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        folder = opened(trained())
        choose(browser, 100)
        mark = browser.find_element("css selector", ".here")
        choose(browser, 0)
        start = mark.location
        choose(browser, 100)
        there = mark.location
        assert there != start
        browser.execute_script("addEventListener('error', (event) => { document.title = event.message; })")
        ActionChains(browser).move_to_element(mark).click().perform()
        wait(browser)
        near = int(browser.execute_script("return document.querySelector('#update').value"))
        assert near != 0
        choose(browser, 100)
        points = [state[:2] for state in numbers((folder / "run.html").read_text(encoding="utf-8"))["states"]]
        assert np.allclose(points[near], points[100], atol=0.03), near  # a pixel or two
        assert not browser.title.startswith("Uncaught")

    def test_keys(self, browser: Any, opened: Any) -> None:
        opened(trained())
        press(browser, ".")
        press(browser, ".")
        press(browser, ",")
        assert shown(browser, "#where .en").startswith("Update 2 of 172")
        press(browser, "r")
        browser.execute_async_script("setTimeout(arguments[0], 700)")
        press(browser, "r")
        at = shown(browser, "#where .en")
        assert not at.startswith("Update 2 of")
        browser.execute_async_script("setTimeout(arguments[0], 500)")
        assert shown(browser, "#where .en") == at

    def test_the_axes(self, browser: Any, opened: Any) -> None:
        opened(trained())
        for axis in ("updates", "examples", "seconds", "epochs"):
            browser.execute_script(
                "const axis = document.querySelector('#axis'); axis.value = arguments[0];"
                "axis.dispatchEvent(new Event('change'))", axis,
            )  # fmt: skip
            shown_plots = browser.execute_script(
                "return [...document.querySelectorAll('[data-plot]:not([hidden])')].map((plot) => plot.dataset.plot)"
            )
            assert sorted(shown_plots) == sorted([axis, "path"])

    def test_an_update_is_there_within_50_ms(self, browser: Any, opened: Any) -> None:
        opened(trained(batch=4, epochs=4))
        taken = browser.execute_async_script(
            """const done = arguments[0], slider = document.querySelector("#update"), times = [];
            const next = (n) => {
              if (n === 20) return done(times.sort((a, b) => a - b)[10]);
              slider.value = 7 * n;
              const begun = performance.now();
              slider.dispatchEvent(new Event("input"));
              requestAnimationFrame(() => { times.push(performance.now() - begun); setTimeout(next, 120, n + 1); });
            };
            next(0);"""
        )
        assert taken <= 50

    @pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (820, 1180), (390, 844)])
    def test_axe_finds_nothing(self, browser: Any, opened: Any, axe: str, width: int, height: int) -> None:
        opened(trained(), width, height)
        assert violations(browser, axe) == []
        wide = browser.execute_script("return document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0

    @pytest.mark.cjk
    def test_it_speaks_japanese(self, browser: Any, opened: Any) -> None:
        opened(trained(), lang="ja")
        assert shown(browser, "#where .ja").startswith("更新 1/172")
        assert shown(browser, "#axis option") == "エポック"
