"""The graded page in Debian's Chromium: it is filled in, saves a file that is marked, keeps what is typed, by keys too."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad.exercises.graded import page as graded
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.marking.answer_files import read_answers
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.marking.received import Answers
from graphviz_ad.items.model import Choice, Exercise, Student
from tests.browser import NEEDED, axe, browser, press, quiet, violations
from tests.exercises.students import level, own, right
from tests.exercises.test_leaks import with_other_answers

__all__ = ["axe", "browser"]
pytestmark = [pytest.mark.chromium, pytest.mark.slow, NEEDED]
Open = Callable[[Exercise], None]
ARRAYS = "z = W @ x; L = sum(z^2)"


def page(exercise: Exercise) -> str:
    ((_, data),) = graded.handout([exercise], "sheet", "blank")
    return data.decode()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens the page of an exercise, with nothing remembered; afterwards nothing was complained of or fetched."""
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})

    def go(exercise: Exercise) -> None:
        path = tmp_path / "sheet.html"
        path.write_text(page(exercise), encoding="utf-8")
        browser.get(path.as_uri())
        browser.execute_script("localStorage.clear()")
        browser.get(path.as_uri())

    with quiet(browser, tmp_path):
        yield go


def enter(browser: Any, name: str, text: str) -> None:
    """Types into a field of the list as one does, or chooses the option with that letter."""
    row = browser.find_element("css selector", f'li[data-field="{name}"]')
    choices = row.find_elements("css selector", "input[type=radio]")
    if choices:
        browser.execute_script("arguments[0].click()", choices[ord(text) - ord("A")])
        return
    field = row.find_element("css selector", "input[type=text]")
    field.clear()
    field.send_keys(text)


def click(browser: Any, what: str) -> None:
    browser.execute_script("document.querySelector(`[data-do=${arguments[0]}]`).click()", what)


def saved(folder: Path, count: int = 1) -> Answers:
    """Folder → the answers in the last of so many files that were saved there."""
    for _ in range(100):
        paths = [path for path in folder.glob("*.json") if path.stat().st_size]
        if len(paths) == count:
            break
        time.sleep(0.05)
    last = max(paths, key=lambda path: path.stat().st_mtime_ns)
    (answers,) = read_answers(last.read_bytes(), last.name)
    return answers


@pytest.mark.parametrize("which", [*LEVELS, ARRAYS, "予測 = 重み*入力 + 切片; 損失 = (予測 - 正解)^2"])
def test_the_right_student_has_all_points(browser: Any, opened: Open, tmp_path: Path, which: int | str) -> None:
    exercise = level(which) if isinstance(which, int) else own(which)
    opened(exercise)
    browser.find_element("id", "student").send_keys("山田 Ada")
    for name, text in right(exercise).items():
        enter(browser, name, text)
    click(browser, "save")
    answers = saved(tmp_path)
    assert (answers.student, answers.sheet, answers.attempt) == ("山田 Ada", graded.sheet_of(exercise), 1)
    assert mark(exercise, answers.fields).total == exercise.points
    assert answers.receipt == browser.find_element("id", "receipt-code").text
    assert answers.is_as_saved
    assert browser.switch_to.active_element.get_attribute("id") == "receipt"


def test_what_cannot_be_read_is_said_at_the_field(browser: Any, opened: Open) -> None:
    opened(level(4))
    messages = {
        "1,5": "decimal point",
        "two": "'two' is no number",
        "2*q": "'q' is no number",
        "[1, 2]": "one number alone",
        "2/3": "",
        "": "",
        "1e999": "cannot be read",
    }
    for text, words in messages.items():
        enter(browser, "q1.1", text)
        press(browser, "\ue004")
        row = browser.find_element("css selector", 'li[data-field="q1.1"]')
        feedback = row.find_element("css selector", ".feedback").text
        assert (words in feedback) if words else not feedback, text
        invalid = row.find_element("css selector", "input").get_attribute("aria-invalid")
        assert invalid == ("true" if words else None), text
    enter(browser, "q1.1", "1,5")
    browser.find_element("id", "comma").click()
    assert browser.find_element("css selector", 'li[data-field="q1.1"] .feedback').text == ""


def test_decimal_commas_are_marked_as_the_student_wrote_them(browser: Any, opened: Open, tmp_path: Path) -> None:
    exercise = level(4)
    opened(exercise)
    browser.find_element("id", "ident").send_keys("s123")
    browser.find_element("id", "comma").click()
    enter(browser, exercise.fields[0].name, "1,5")
    click(browser, "save")
    assert "Empty fields" in browser.find_element("id", "sure-text").text
    click(browser, "yes")
    answers = saved(tmp_path)
    assert (answers.student, answers.ident, answers.decimal_comma) == ("s123", "s123", True)


def test_without_a_name_nothing_is_saved(browser: Any, opened: Open, tmp_path: Path) -> None:
    opened(level(1))
    click(browser, "save")
    assert "student number" in browser.find_element("id", "student-said").text
    assert browser.switch_to.active_element.get_attribute("id") == "student"
    assert list(tmp_path.glob("*.json")) == []


def test_what_was_typed_is_there_again_and_attempts_are_counted(browser: Any, opened: Open, tmp_path: Path) -> None:
    exercise = level(2)
    opened(exercise)
    browser.find_element("id", "student").send_keys("Ada")
    for name, text in right(exercise).items():
        enter(browser, name, text)
    click(browser, "save")
    first = saved(tmp_path)
    browser.refresh()
    assert browser.find_element("id", "student").get_attribute("value") == "Ada"
    assert browser.find_element("id", "receipt-code").text == first.receipt
    assert browser.find_element("id", "receipt-changed").text == ""
    enter(browser, exercise.fields[0].name, "77")
    assert "save again" in browser.find_element("id", "receipt-changed").text
    click(browser, "save")
    second = saved(tmp_path, 2)
    assert (second.attempt, second.fields[exercise.fields[0].name]) == (2, "77")
    assert second.receipt != first.receipt
    click(browser, "reset")
    click(browser, "yes")
    assert browser.find_element("id", "progress").text == f"Filled in: 0 of {len(exercise.fields)}."


def test_the_graph_and_the_list_say_the_same_and_enter_goes_on(browser: Any, opened: Open) -> None:
    exercise = level(4)
    opened(exercise)
    first, second = (field.name for field in exercise.fields[:2])
    browser.find_element("css selector", f'[data-mirror="{first}"]').send_keys("3")
    field = f'li[data-field="{first}"] input'
    assert browser.find_element("css selector", field).get_attribute("value") == "3"
    browser.execute_script("document.querySelector(arguments[0]).focus()", field)
    press(browser, "\ue007")
    assert browser.switch_to.active_element.get_attribute("id") == f"f-{second.replace('.', '-')}"


def test_a_table_is_pasted_into_an_array(browser: Any, opened: Open) -> None:
    opened(own(ARRAYS, asked=("inputs",)))
    browser.execute_script(
        "const paste = new DataTransfer(); paste.setData('text', '[[1, 2/3],\\n [-3, 4]]');"
        "document.querySelector('.matrix input').dispatchEvent("
        "  new ClipboardEvent('paste', { clipboardData: paste, bubbles: true, cancelable: true }));"
    )
    entries = browser.find_element("css selector", ".matrix").find_elements("css selector", "input")
    assert [entry.get_attribute("value") for entry in entries] == ["1", "2/3", "-3", "4"]


@pytest.mark.parametrize(("which", "wide"), [(6, 1280), (6, 390), (8, 390), (11, 390), (4, 320)])
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Any, opened: Open, axe: str, tmp_path: Path, which: int, wide: int
) -> None:
    exercise = level(which, lang="ja" if which == 11 else "en")
    size = {"width": wide, "height": 844, "deviceScaleFactor": 1, "mobile": wide < 700}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        opened(exercise)
        browser.find_element("id", "student").send_keys("Ada")
        enter(browser, exercise.fields[0].name, "??")
        press(browser, "\ue004")
        click(browser, "save")
        click(browser, "yes")
        saved(tmp_path)
        browser.execute_script("document.querySelector('details').open = true")
        assert violations(browser, axe) == []
        assert browser.execute_script("return document.documentElement.scrollWidth") <= wide
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_nothing_in_it_is_made_from_an_answer_and_no_name_is_run() -> None:
    for number in LEVELS:
        assert page(level(number)) == page(with_other_answers(level(number)))
    named = page(replace(level(1), student=Student('"><img src=x onerror=alert(1)>', "</script><b>")))
    assert "<img" not in named
    assert "<b>" not in named
    kinds = {type(field.response) for number in LEVELS for field in level(number).fields}
    assert Choice in kinds


def test_a_page_made_for_a_student_is_filled_in_with_the_name(browser: Any, opened: Open, tmp_path: Path) -> None:
    opened(replace(level(1), student=Student("Ada Lee", "s42")))
    click(browser, "save")
    click(browser, "yes")
    answers = saved(tmp_path)
    assert (answers.student, answers.ident) == ("Ada Lee", "s42")
    assert json.loads(next(tmp_path.glob("*.json")).read_text())["schema"] == "graphviz-ad/answers/1"
