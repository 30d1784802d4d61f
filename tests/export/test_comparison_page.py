"""A comparison in files: table, record, and the page, as Chromium shows it."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphviz_ad.api import parse
from graphviz_ad.api.comparisons import Comparison, compare
from graphviz_ad.data.named import named
from graphviz_ad.diagram.theme import LIGHT, THEMES
from graphviz_ad.errors import InputError, OutputError
from graphviz_ad.export.run.figures.series import blend, palette
from graphviz_ad.export.run.plots import page_colour
from tests.browser import NEEDED, axe, browser, press, quiet, violations

__all__ = ["axe", "browser"]

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:matplotlib")
pytest.importorskip("matplotlib", reason="matplotlib is missing: pip install -e '.[dev]'")

LINE = "z = w_1 x + b; L = mean((z - y)^2)"
MAX_BYTES = 1_500_000
CURVES, PATHS = ".losses [data-plot=epochs]", "[data-plot=path]"


def compared(sizes: tuple[int, ...] = (1, 8, 256), formula: str = LINE, seeds: int = 1, **options: Any) -> Comparison:
    how = {"lr": 0.05, "epochs": 3, "seed": 1, "w_1": 0, "b": 0, **options}
    graph = parse(formula)
    return compare([graph.train(named("line"), batch=size, **how) for size in sizes], seeds=seeds)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> tuple[Comparison, Path]:
    """→ three runs, and their page."""
    runs, path = compared(), tmp_path_factory.mktemp("three") / "compare.html"
    assert runs.save(path) == [str(path)]
    return runs, path


def numbers(path: Path) -> Any:
    match = re.search(r'id="data">(.*?)</script>', path.read_text(encoding="utf-8"), re.DOTALL)
    assert match
    return json.loads(match[1])


class TestFiles:
    def test_the_table_has_a_row_for_each_run_and_mark(self, three: tuple[Comparison, Path], tmp_path: Path) -> None:
        three[0].save(tmp_path / "c.csv")
        rows = list(csv.DictReader((tmp_path / "c.csv").read_text(encoding="utf-8").splitlines()))
        assert list(rows[0]) == [
            "run", "batch", "rate", "optimizer", "seed", "update", "epoch", "examples", "seconds", "loss", "excess",
        ]  # fmt: skip
        assert len(rows) == sum(len(curve.loss) for curve in three[0].curves)
        last = [row for row in rows if row["run"] == "B = 8"][-1]
        assert (last["batch"], last["update"], last["examples"]) == ("8", "96", "768")
        assert float(last["loss"]) - float(last["excess"]) == pytest.approx(three[0].best)

    def test_with_seeds_the_table_has_bands(self, tmp_path: Path) -> None:
        compared((8, 32), seeds=3).save(tmp_path / "c.csv")
        rows = list(csv.DictReader((tmp_path / "c.csv").read_text(encoding="utf-8").splitlines()))
        assert all(float(row["low"]) <= float(row["high"]) for row in rows)

    def test_no_cell_is_a_formula_of_a_spreadsheet(self, tmp_path: Path) -> None:
        graph = parse("L = mean((w x - y)^2) - 9")
        runs = [graph.train(named("line"), batch=8, lr=0.05, epochs=1, w=0, schedule=rate) for rate in ("=1+1", "root")]
        compare(runs).save(tmp_path / "c.csv")
        cells = [cell for row in csv.reader((tmp_path / "c.csv").read_text().splitlines()) for cell in row]
        assert [cell for cell in cells if cell[:1] in tuple("=+@\t") or re.match(r"-(?![\d.])", cell)] == []

    def test_the_record_says_what_is_shared_and_what_each_run_did(
        self, three: tuple[Comparison, Path], tmp_path: Path
    ) -> None:
        three[0].save(tmp_path / "c.json")
        record = json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))
        assert record["schema"] == "graphviz-ad/comparison/1"
        assert (record["formula"], record["start"], record["seed"]) == (LINE, {"w_1": 0.0, "b": 0.0}, 1)
        assert record["best"]["loss"] == three[0].best
        assert [run["settings"]["batch"] for run in record["runs"]] == [1, 8, 256]
        first = record["runs"][0]
        assert first["band"] is None
        assert np.allclose(first["curve"]["loss"], three[0].curves[0].loss)
        assert len(first["curve"]["updates"]) == len(first["curve"]["excess"])

    @pytest.mark.parametrize(("name", "hint"), [("c.htm", "did you mean '.html'"), ("c.xlsx", ".html, .csv, .json"),
                                                ("c", ".html, .csv, .json")])  # fmt: skip
    def test_another_suffix_is_refused(
        self, three: tuple[Comparison, Path], tmp_path: Path, name: str, hint: str
    ) -> None:
        with pytest.raises(OutputError) as raised:
            three[0].save(tmp_path / name)
        assert hint in raised.value.hint
        assert not list(tmp_path.iterdir())


class TestPage:
    def test_it_is_small_and_has_where_each_run_stood(self, three: tuple[Comparison, Path]) -> None:
        runs, path = three
        assert path.stat().st_size < MAX_BYTES
        data = numbers(path)
        assert [run["batch"] for run in data["runs"]] == [1, 8, 256]
        for run, entry, curve in zip(runs.runs, data["runs"], runs.curves, strict=True):
            assert entry["updates"] == [int(update) for update in curve.updates]
            assert np.allclose(entry["loss"], curve.loss, rtol=1e-8)
            assert np.allclose(entry["path"][-1], list(run.final.values()), rtol=1e-8)
            assert entry["at"]["examples"] == list(curve.examples)

    def test_nothing_is_fetched(self, three: tuple[Comparison, Path]) -> None:
        page = three[1].read_text(encoding="utf-8")
        assert "default-src 'none'; script-src 'sha256-" in page
        assert set(re.findall(r'(?:src|href)="([^#"][^"]*)"', page)) == set()
        assert set(re.findall(r"https?://[^\"' )]+", page)) <= {"http://www.w3.org/2000/svg"}

    def test_what_is_used_is_there_once(self, three: tuple[Comparison, Path]) -> None:
        page = three[1].read_text(encoding="utf-8")
        names = re.findall(r' id="([^"]+)"', page)
        assert len(names) == len(set(names))
        assert set(re.findall(r'<use href="#([^"]+)"', page)) <= set(names)

    def test_all_colours_are_those_of_the_page(self, three: tuple[Comparison, Path]) -> None:
        body = three[1].read_text(encoding="utf-8").partition("<body>")[2]
        assert re.findall(r'="#[0-9a-f]{6}"', body) == []

    def test_with_one_parameter_there_is_no_path_and_a_sentence(self, tmp_path: Path) -> None:
        graph = parse("L = mean((w x - y)^2)")
        runs = compare([graph.train(named("line"), batch=size, lr=0.05, epochs=1, w=0) for size in (8, 64)])
        runs.save(tmp_path / "c.html")
        page = (tmp_path / "c.html").read_text(encoding="utf-8")
        assert 'data-plot="path"' not in page
        assert "There is no path over a contour here" in page
        assert 'data-plot="noise"' in page

    def test_where_the_loss_is_no_mean_there_is_no_noise_and_a_sentence(self, tmp_path: Path) -> None:
        compared((8, 64), "z = w_1 x + b; L = sqrt(mean((z - y)^2))").save(tmp_path / "c.html")
        page = (tmp_path / "c.html").read_text(encoding="utf-8")
        assert 'data-plot="noise"' not in page
        assert 'data-plot="outlier"' not in page
        assert "The noise of the gradient is not shown" in page

    def test_a_run_that_diverged_has_numbers_that_json_knows(self, tmp_path: Path) -> None:
        graph = parse(LINE)
        runs = [graph.train(named("line"), batch=256, lr=rate, epochs=400, w_1=0, b=0) for rate in (0.1, 3)]
        assert runs[1].stopped
        compare(runs).save(tmp_path / "c.html")
        assert len(numbers(tmp_path / "c.html")["runs"]) == 2

    def test_too_many_runs_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="8 lines apart; there are 9"):
            compared(tuple(range(20, 29)), epochs=1).save(tmp_path / "c.html")
        assert not list(tmp_path.iterdir())

    def test_another_theme_stays_as_it_is(self, three: tuple[Comparison, Path], tmp_path: Path) -> None:
        three[0].save(tmp_path / "c.html", theme="dark")
        page = (tmp_path / "c.html").read_text(encoding="utf-8")
        assert "prefers-color-scheme:dark" not in page
        assert f"--line-0:{palette(THEMES['dark'])[0]}" in page


@pytest.mark.parametrize(
    ("colour", "called"),
    [
        (LIGHT.ink, "var(--ink)"),
        (palette(LIGHT)[1], "var(--line-1)"),
        (blend(LIGHT.paper, LIGHT.quiet, 0.25), "color-mix(in srgb,var(--quiet) 25%,var(--paper))"),
        ("#12ab34", "#12ab34"),
    ],
)
def test_a_colour_of_a_figure_is_one_of_the_page(colour: str, called: str) -> None:
    assert re.sub(r"(\d+)\.\d+%", lambda part: f"{part[1]}%", page_colour(colour, LIGHT)) in (
        called, called.replace("25%", "24%"),
    )  # fmt: skip


@NEEDED
@pytest.mark.chromium
@pytest.mark.slow
class TestChromium:
    @pytest.fixture
    def page(self, browser: Any, three: tuple[Comparison, Path]) -> Path:
        """→ the page, open in the browser as it is at first."""
        browser.set_window_size(1366, 800)
        browser.get("about:blank")
        browser.get(three[1].as_uri())
        return three[1]

    def text(self, browser: Any, selector: str) -> str:
        return str(browser.execute_script("return document.querySelector(arguments[0]).textContent", selector))

    def slide(self, browser: Any, place: int) -> None:
        browser.execute_script(
            "const slider = document.querySelector('#spent'); slider.value = arguments[0];"
            "slider.dispatchEvent(new Event('input'))", place,
        )  # fmt: skip

    def against(self, browser: Any, axis: str) -> None:
        browser.execute_script(
            "const axis = document.querySelector('#axis'); axis.value = arguments[0];"
            "axis.dispatchEvent(new Event('change'))", axis,
        )  # fmt: skip

    def stands(self, browser: Any) -> list[int]:
        """→ the update at which each run stands."""
        cells = "return [...document.querySelectorAll('[data-here=update]')].map((cell) => +cell.textContent)"
        return list(map(int, browser.execute_script(cells)))

    def test_it_asks_for_nothing_and_complains_of_nothing(self, browser: Any, page: Path) -> None:
        with quiet(browser, page.parent):
            browser.refresh()
            self.slide(browser, 100)

    def test_at_as_many_epochs_each_run_stands_where_it_was(self, browser: Any, page: Path) -> None:
        self.slide(browser, 200)
        assert self.stands(browser) == [768, 96, 3]
        self.slide(browser, 0)
        assert self.stands(browser) == [0, 0, 0]
        self.slide(browser, 134)
        first, second, third = self.stands(browser)
        assert (abs(first - 512) < 12, abs(second - 64) < 3, third) == (True, True, 2)
        assert self.text(browser, "#where .en").startswith("At epoch 2.0")

    def test_at_as_many_updates_runs_of_large_batches_have_ended(self, browser: Any, page: Path) -> None:
        self.against(browser, "updates")
        self.slide(browser, 200)
        assert self.stands(browser) == [768, 96, 3]
        sentence = self.text(browser, "#where .en")
        assert sentence.startswith("At update 768 · B = 1: L = ")
        assert sentence.endswith("(ended)")

    def test_a_click_on_a_way_chooses_its_run(self, browser: Any, page: Path) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        self.slide(browser, 200)
        mark = browser.find_element("css selector", f"{PATHS}[data-of='2'] .en .stand")
        browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", mark)
        ActionChains(browser).move_to_element(mark).click().perform()
        assert browser.execute_script("return document.querySelector('[name=run]:checked').value") == "2"
        assert self.stands(browser)[2] == 3
        shown = browser.execute_script("return [...document.querySelectorAll('.update')].map((part) => part.hidden)")
        assert shown == [True, True, False]

    def test_a_click_on_a_curve_chooses_its_run(self, browser: Any, page: Path) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        self.slide(browser, 140)
        mark = browser.find_element("css selector", f"{CURVES} .en .fill-1")
        ActionChains(browser).move_to_element(mark).click().perform()
        assert browser.execute_script("return document.querySelector('[name=run]:checked').value") == "1"

    def test_dots_stand_where_the_parameters_are(
        self, browser: Any, page: Path, three: tuple[Comparison, Path]
    ) -> None:
        self.slide(browser, 200)
        for number, run in enumerate(three[0].runs):
            selector = f"{PATHS}[data-of='{number}'] .en"
            there = browser.execute_script(
                """const place = document.querySelector(arguments[0]), dot = place.querySelector(".stand");
                const { dataset } = place.querySelector("[data-x0]");
                const part = (dot.getAttribute("cx") - dataset.left) / (dataset.right - dataset.left);
                return +dataset.x0 + part * (dataset.x1 - dataset.x0);""", selector,
            )  # fmt: skip
            assert there == pytest.approx(run.final["w_1"], abs=1e-6)

    def test_keys(self, browser: Any, page: Path) -> None:
        press(browser, ".")
        press(browser, ".")
        press(browser, ",")
        assert self.stands(browser)[0] == 1
        press(browser, "r")
        browser.execute_async_script("setTimeout(arguments[0], 900)")
        press(browser, "r")
        at = self.stands(browser)
        assert at[0] > 1
        browser.execute_async_script("setTimeout(arguments[0], 500)")
        assert self.stands(browser) == at

    def test_the_axis_can_be_chosen_and_the_run_stays(self, browser: Any, page: Path) -> None:
        self.slide(browser, 100)
        at = self.stands(browser)[0]
        for axis in ("updates", "examples", "seconds", "epochs"):
            self.against(browser, axis)
            assert self.stands(browser)[0] == at
            seen = browser.execute_script(
                "return [...document.querySelectorAll('.losses [data-plot]:not([hidden])')].map((one) => one.dataset.plot)"
            )
            assert seen == [axis]

    @pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (820, 1180), (390, 844)])
    def test_axe_finds_nothing(self, browser: Any, page: Path, axe: str, width: int, height: int) -> None:
        browser.set_window_size(width, height)
        assert violations(browser, axe) == []
        assert browser.execute_script("return document.documentElement.scrollWidth - innerWidth") <= 0

    def test_axe_finds_nothing_in_the_dark(self, browser: Any, page: Path, axe: str) -> None:
        dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", dark)
        try:
            assert violations(browser, axe) == []
            colour = browser.execute_script(
                "return getComputedStyle(document.querySelector('.losses .en path[stroke^=\"var(--line-0\"]')).stroke"
            )
            assert colour == "rgb(124, 196, 255)"
        finally:
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    @pytest.mark.cjk
    def test_it_speaks_japanese(self, browser: Any, page: Path) -> None:
        browser.find_element("css selector", "[data-do=language]").click()
        assert browser.execute_script("return document.documentElement.lang") == "ja"
        assert browser.find_element("css selector", "#where").text.startswith("エポック 0 の時点")
        assert self.text(browser, "#axis option") == "エポック"
        self.slide(browser, 100)
        assert self.stands(browser)[0] > 300
