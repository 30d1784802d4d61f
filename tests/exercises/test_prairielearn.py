"""Folders for PrairieLearn: server.py is run with its data, question.html is filled in and read as PrairieLearn does."""

from __future__ import annotations

import json
import math
import re
import uuid
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad.exercises.formats.prairielearn_server import Reader
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.sheets.handout import files, save
from graphviz_ad.items.model import Choice, Exercise, Formula, Number
from tests.exercises.students import FORMULAS, level, mistaken, own, right

chevron = pytest.importorskip("chevron")
html = pytest.importorskip("lxml.html")

JAPANESE = next(formula for formula in FORMULAS if "予測" in formula)
EXERCISES = [
    *(level(number) for number in range(1, 9)),
    level(6, 2, "ja"),
    own(JAPANESE),
    own("h = tanh(w*x); L = (h - y)^2"),
]

ATTRIBUTES = {
    "pl-question-panel": set(), "pl-submission-panel": set(), "pl-answer-panel": set(), "pl-hidden-hints": set(),
    "pl-figure": {"file-name", "alt", "width", "inline", "type", "directory"},
    "pl-number-input": {"answers-name", "label", "comparison", "rtol", "atol", "show-help-text", "show-placeholder"},
    "pl-string-input": {"answers-name", "label", "remove-leading-trailing", "show-help-text"},
    "pl-multiple-choice": {"answers-name", "order", "hide-letter-keys"},
    "pl-answer": {"correct", "score", "feedback"}, "pl-hint": {"show-after-submission"},
}  # fmt: skip
"""Elements used, and their attributes (https://prairielearn.readthedocs.io/en/latest/elements/)."""


class Platform:
    """What PrairieLearn does with a question, as far as this one needs it."""

    def __init__(self, exercises: list[Exercise], seed: int = 0) -> None:
        made = dict(files(exercises, "q", "prairielearn"))
        self.files = {name.removeprefix("q.prairielearn/"): data for name, data in made.items()}
        self.server: dict[str, Any] = {"__name__": "server"}
        exec(compile(self.files["server.py"], "server.py", "exec"), self.server)  # our own
        self.data: dict[str, Any] = {
            key: {} for key in ("params", "correct_answers", "submitted_answers", "partial_scores", "format_errors",
                                "feedback", "options")
        } | {"variant_seed": seed, "score": 0.0}  # fmt: skip
        self.server["generate"](self.data)
        self.data = json.loads(json.dumps(self.data))
        self.page = self.shown()

    def shown(self) -> Any:
        return html.fragment_fromstring(chevron.render(self.files["question.html"].decode(), self.data), "div")

    def fields(self) -> dict[str, Any]:
        return {one.get("answers-name"): one for one in self.page.iter() if one.get("answers-name")}

    def submit(self, answers: dict[str, str]) -> None:
        """Answers by the names of fields → score and feedback in the data; the elements grade what they know."""
        self.data |= {"partial_scores": {}, "format_errors": {}, "feedback": {}, "submitted_answers": {}}
        for name, element in self.fields().items():
            given = next(answer for field, answer in answers.items() if field.replace(".", "_") == name)
            submitted: Any = float(given) if element.tag == "pl-number-input" else given
            self.data["submitted_answers"][name] = submitted
        self.server["parse"](self.data)
        if self.data["format_errors"]:
            return
        for name, element in self.fields().items():
            given = self.data["submitted_answers"][name]
            if element.tag == "pl-number-input":
                known = self.data["correct_answers"][name]
                near = float(element.get("atol")) + float(element.get("rtol")) * abs(known)
                score = abs(given - known) <= near * (1 + 1e-9)
            elif element.tag == "pl-multiple-choice":
                score = element[ord(given[0]) - ord("A")].get("correct") == "true"
            else:
                score = given == self.data["correct_answers"][name]
            self.data["partial_scores"][name] = {"score": int(score), "weight": 1}
        self.server["grade"](self.data)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda one: f"{one.title} {one.lang}")
def test_the_page_holds_the_elements_it_should(exercise: Exercise) -> None:
    platform = Platform([exercise])
    kinds = {Number: "pl-number-input", Formula: "pl-string-input", Choice: "pl-multiple-choice"}
    wanted = {field.name.replace(".", "_"): kinds[type(field.response)] for field in exercise.fields}
    assert {name: element.tag for name, element in platform.fields().items()} == wanted
    for element in platform.page.iter():
        if str(element.tag).startswith("pl-"):
            assert set(element.attrib) <= ATTRIBUTES[element.tag]
        if element.tag == "pl-figure":
            assert f"clientFilesQuestion/{element.get('file-name')}" in platform.files
        if element.tag == "pl-multiple-choice":
            texts = [html.tostring(one).decode().partition(">")[2] for one in element]
            assert len(set(texts)) == len(texts)
            assert [one.get("correct") for one in element].count("true") == 1
    assert len(platform.page.findall(".//pl-hint")) == sum(len(one.hints) for one in exercise.questions)
    assert not re.search(r"\{\{[#/^{]", html.tostring(platform.page, encoding="unicode"))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda one: f"{one.title} {one.lang}")
def test_no_attribute_tells_an_answer_to_who_reads_the_page(exercise: Exercise) -> None:
    for name, element in Platform([exercise]).fields().items():
        if element.tag == "pl-number-input":
            known = Platform([exercise]).data["correct_answers"][name]
            assert float(element.get("atol")) == 0 or not math.isclose(float(element.get("atol")), 0.01 * abs(known))
            assert (element.get("show-help-text"), element.get("show-placeholder")) == ("false", "false")


def test_what_elements_show_can_be_read() -> None:
    """A label is one piece for the row it stands in, right numbers have few digits, hints are not told twice."""
    platform = Platform([level(6)])
    for element in platform.fields().values():
        if element.get("label"):
            assert [one.tag for one in html.fragments_fromstring(element.get("label"))] == ["span"]
    numbers = [one for one in platform.data["correct_answers"].values() if isinstance(one, float)]
    assert numbers
    assert all(one == float(f"{one:.10g}") for one in numbers)
    assert [one.getparent().tag for one in platform.page.iter("pl-hidden-hints")] == ["pl-question-panel"]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda one: f"{one.title} {one.lang}")
def test_a_right_student_gets_all_points(exercise: Exercise) -> None:
    platform = Platform([exercise])
    platform.submit(right(exercise))
    assert platform.data["format_errors"] == {}
    assert platform.data["score"] == pytest.approx(1.0)
    assert platform.data["feedback"]["said"] == []


@pytest.mark.parametrize("number", range(1, 9))
def test_a_known_mistake_is_named(number: int) -> None:
    exercise = level(number)
    platform, named, made = Platform([exercise]), 0, 0
    for _, answers in mistaken(exercise):
        platform.submit(answers)
        marked = mark(exercise, answers)
        wrong = [one for one in marked.marks if one.verdict != "right"]
        assert len(platform.data["feedback"]["said"]) == len(wrong)
        lost = sum(exercise_points(exercise, one.field.name) for one in wrong)
        assert platform.data["score"] == pytest.approx(1 - lost / exercise.points)
        made += 1
        named += any(one["said"] != platform.server["WORDS"]["unmatched"] for one in platform.data["feedback"]["said"])
    assert made
    assert named / made > 0.98


def exercise_points(exercise: Exercise, name: str) -> float:
    question = next(one for one in exercise.questions if name in [field.name for field in one.fields])
    return question.points / len(question.fields)


def test_a_wrong_formula_is_explained_by_its_values() -> None:
    exercise = level(3, 1)
    platform = Platform([exercise])
    found = []
    for field in exercise.fields:
        if isinstance(field.response, Formula):
            answers = right(exercise) | {field.name: f"-({field.response.right})"}
            platform.submit(answers)
            assert platform.data["score"] < 1
            found += [one["said"] for one in platform.data["feedback"]["said"]]
            platform.submit(right(exercise) | {field.name: f"({field.response.right})*2/2 + 0"})
            assert platform.data["score"] == pytest.approx(1)
    assert found


def test_variants_follow_the_seed() -> None:
    exercises = [level(6, seed) for seed in (1, 2, 3)]
    seen = [Platform(exercises, seed).data["params"]["variant"] for seed in range(6)]
    assert seen == [0, 1, 2, 0, 1, 2]
    for number, exercise in enumerate(exercises):
        platform = Platform(exercises, number)
        platform.submit(right(exercise))
        assert platform.data["score"] == pytest.approx(1.0)
        platform.submit(right(exercises[number - 1]))
        assert platform.data["score"] < 1


NAMES = ["x", "z", "重み", "v1"]
POINT = {"x": 0.5, "z": -2.0, "重み": 3.0, "v1": 1.25}


@pytest.mark.parametrize(("text", "value"), [
    ("2*x + 1", 2.0), ("2x(z + 1)", -1.0), ("-x^2", -0.25), ("x^-1", 2.0), ("2^3^2", 512.0), ("1/2x", 0.25), ("z²", 4.0),
    ("exp(0) - tanh(0)", 1.0), ("重み·x", 1.5), ("1 − z ÷ 2", 2.0), ("2 (3)", 6.0), ("z**2 - - 1", 5.0), ("v1 x", 0.625),
    ("[x + 1]*2", 3.0), ("σ(0)", 0.5), ("1e-1x", 0.05), (".5", 0.5), ("2 pi", 2 * math.pi),
])  # fmt: skip
def test_formulas_are_read_as_they_are_meant(text: str, value: float) -> None:
    assert Reader(text, NAMES).value(POINT) == pytest.approx(value)


@pytest.mark.parametrize("text", [
    "", "2 *", "(x", "x)", "y", "__import__('os')", "x.real", "exp", "x if x else z", "(" * 390, "-" * 399, "x^" * 199 + "x",
    "x" * 500, "x == z", "'a'", "()", "exp()", "lambda: x",
])  # fmt: skip
def test_what_is_no_formula_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphviz_ad.exercises.formats import prairielearn_server

    monkeypatch.setattr(prairielearn_server, "WORDS", dict.fromkeys(("long", "sign", "end", "name"), "no"))
    if text == "x^" * 199 + "x":  # deep, and still a formula
        assert Reader(text, NAMES).value(POINT) > 0
        return
    with pytest.raises(ValueError, match="no"):
        Reader(text, NAMES).value(POINT)


def test_the_sign_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from graphviz_ad.exercises.formats import prairielearn_server

    monkeypatch.setattr(prairielearn_server, "WORDS", {"sign": "{sign!r} cannot stand here"})
    with pytest.raises(ValueError, match="'!' cannot stand here"):
        Reader("(x != 0)*z", NAMES)


def test_what_cannot_be_read_is_a_matter_of_format() -> None:
    exercise = level(1)
    platform = Platform([exercise])
    name = next(field.name for field in exercise.fields if isinstance(field.response, Formula))
    platform.submit(right(exercise) | {name: "3 * ("})
    assert platform.data["format_errors"] == {name.replace(".", "_"): "The formula is not finished."}
    platform.submit(right(exercise) | {name: "9^9^9^9"})
    assert platform.data["score"] < 1


def test_the_folder_is_written_whole_and_the_same_each_time(tmp_path: Path) -> None:
    exercises = [level(6, seed) for seed in (1, 2)]
    written = save(exercises, str(tmp_path / "neuron.prairielearn"))
    inside = sorted(str(Path(one).relative_to(tmp_path / "neuron.prairielearn")) for one in written)
    assert inside[-3:] == ["info.json", "question.html", "server.py"]
    assert all(re.fullmatch(r"clientFilesQuestion/[\w-]+\.png", one) for one in inside[:-3])
    info = json.loads((tmp_path / "neuron.prairielearn" / "info.json").read_text())
    assert uuid.UUID(info["uuid"]).version == 5
    assert (info["title"], info["type"]) == ("neuron", "v3")
    assert files(exercises, "q", "prairielearn") == files(exercises, "q", "prairielearn")
    others = dict(files(exercises[:1], "q", "prairielearn"))["q.prairielearn/info.json"]
    assert json.loads(others)["uuid"] != info["uuid"]
    source = (tmp_path / "neuron.prairielearn" / "server.py").read_text()
    assert set(re.findall(r"^(?:import|from) (\w+)", source, re.MULTILINE)) == {
        "json", "math", "re", "unicodedata", "collections", "typing",
    }  # fmt: skip
    assert not re.search(r"\b(eval|exec)\(|graphviz_ad\.", source)
