"""Folders for PrairieLearn: server.py is run with its data, question.html is filled in and read as PrairieLearn does."""

from __future__ import annotations

import ast
import json
import math
import os
import re
import subprocess
import sys
import uuid
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphviz_ad import parse
from graphviz_ad.exercises.formats.banks import markup, on_options
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.making import of_formula
from graphviz_ad.exercises.marking.marking import mark
from graphviz_ad.exercises.sheets.handout import files, save
from graphviz_ad.exercises.sheets.key import letter_of
from graphviz_ad.items.model import Choice, Exercise, Formula, Number
from graphviz_ad.misconceptions.learning import OF_KIND
from tests.exercises.formula_keys import OPERATIONS, asked, right_spellings, wrong
from tests.exercises.students import FORMULAS, level, mistaken, own, right

chevron = pytest.importorskip("chevron")
html = pytest.importorskip("lxml.html")

JAPANESE = next(formula for formula in FORMULAS if "予測" in formula)
EXERCISES = {f"level {number}": partial(level, number) for number in LEVELS} | {
    "in Japanese": partial(level, 6, 2, "ja"),
    "names in Japanese": partial(own, JAPANESE),
    "a formula": partial(own, "h = tanh(w*x); L = (h - y)^2"),
}

RUNNER = Path(__file__).with_name("prairielearn_runner.py")

ATTRIBUTES = {
    "pl-question-panel": set(), "pl-submission-panel": set(), "pl-answer-panel": set(), "pl-hidden-hints": set(),
    "pl-figure": {"file-name", "alt", "width", "inline", "type", "directory"},
    "pl-number-input": {"answers-name", "label", "comparison", "rtol", "atol", "show-help-text", "show-placeholder"},
    "pl-string-input": {"answers-name", "label", "remove-leading-trailing", "show-help-text"},
    "pl-multiple-choice": {"answers-name", "order", "hide-letter-keys"},
    "pl-answer": {"correct", "score", "feedback"}, "pl-hint": {"show-after-submission"},
}  # fmt: skip
"""Elements used, and their attributes (https://prairielearn.readthedocs.io/en/latest/elements/)."""


@pytest.fixture
def exercise(request: pytest.FixtureRequest) -> Exercise:
    return EXERCISES[request.param]()


class Platform:
    """What PrairieLearn does with a question, as far as this one needs it."""

    def __init__(self, exercises: list[Exercise], seed: int = 0) -> None:
        handouts = dict(files(exercises, "q", "prairielearn"))
        self.files = {name.removeprefix("q.prairielearn/"): data for name, data in handouts.items()}
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
        return {element.get("answers-name"): element for element in self.page.iter() if element.get("answers-name")}

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


@pytest.mark.parametrize("exercise", EXERCISES, indirect=True)
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
            texts = [html.tostring(option).decode().partition(">")[2] for option in element]
            assert len(set(texts)) == len(texts)
            assert [option.get("correct") for option in element].count("true") == 1
    assert len(platform.page.findall(".//pl-hint")) == sum(len(question.hints) for question in exercise.questions)
    assert not re.search(r"\{\{[#/^{]", html.tostring(platform.page, encoding="unicode"))


@pytest.mark.parametrize("exercise", EXERCISES, indirect=True)
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
            assert [fragment.tag for fragment in html.fragments_fromstring(element.get("label"))] == ["span"]
    numbers = [number for number in platform.data["correct_answers"].values() if isinstance(number, float)]
    assert numbers
    assert all(number == float(f"{number:.10g}") for number in numbers)
    assert [hints.getparent().tag for hints in platform.page.iter("pl-hidden-hints")] == ["pl-question-panel"]


@pytest.mark.parametrize("exercise", EXERCISES, indirect=True)
def test_a_right_student_gets_all_points(exercise: Exercise) -> None:
    platform = Platform([exercise])
    platform.submit(right(exercise))
    assert platform.data["format_errors"] == {}
    assert platform.data["score"] == pytest.approx(1.0)
    assert platform.data["feedback"]["said"] == []


@pytest.mark.parametrize("number", [number for number in LEVELS if "values" in LEVELS[number].asked])
def test_a_known_mistake_is_named(number: int) -> None:
    exercise = level(number)
    platform, named, count = Platform([exercise]), 0, 0
    for _, answers in mistaken(exercise):
        platform.submit(answers)
        marked = mark(exercise, answers)
        wrong = [field_mark for field_mark in marked.marks if field_mark.verdict != "right"]
        assert len(platform.data["feedback"]["said"]) == len(wrong)
        lost = sum(exercise_points(exercise, field_mark.field.name) for field_mark in wrong)
        assert platform.data["score"] == pytest.approx(1 - lost / exercise.points)
        count += 1
        lines = platform.data["feedback"]["said"]
        named += any(line["said"] != platform.server["WORDS"]["unmatched"] for line in lines)
    assert count
    assert named / count > 0.98


@pytest.mark.parametrize("number", [9, 10, 11, 12])
def test_a_known_mistake_of_learning_is_named(number: int) -> None:
    exercise = level(number)
    platform, asked = (
        Platform([exercise]),
        {question.name for question in exercise.questions if question.kind in OF_KIND},
    )
    fields = [field for field in exercise.fields if field.name.partition(".")[0] in asked]
    answers = [(field.name, known.answer) for field in fields for known in field.wrong]
    assert answers
    for name, answer in answers:
        platform.submit(right(exercise) | {name: repr(answer)})
        (line,) = platform.data["feedback"]["said"]
        assert line["said"] != platform.server["WORDS"]["unmatched"]


def test_a_wrong_option_is_explained() -> None:
    exercise = of_formula(parse("L = (w*x + b)^2"), 2, asked=["which_rule"])
    field = exercise.fields[0]
    explanations = on_options(exercise, field)
    assert explanations
    platform = Platform([exercise])
    for number, feedback in explanations.items():
        platform.submit(right(exercise) | {field.name: letter_of(number)})
        (line,) = platform.data["feedback"]["said"]
        assert line["said"] == markup(feedback)


def exercise_points(exercise: Exercise, name: str) -> float:
    question = next(question for question in exercise.questions if name in [field.name for field in question.fields])
    return question.points / len(question.fields)


def test_a_wrong_formula_is_explained_by_its_values() -> None:
    exercise = level(3, 1)
    platform = Platform([exercise])
    feedback = []
    for field in exercise.fields:
        if isinstance(field.response, Formula):
            answers = right(exercise) | {field.name: f"-({field.response.right})"}
            platform.submit(answers)
            assert platform.data["score"] < 1
            feedback += [line["said"] for line in platform.data["feedback"]["said"]]
            platform.submit(right(exercise) | {field.name: f"({field.response.right})*2/2 + 0"})
            assert platform.data["score"] == pytest.approx(1)
    assert feedback


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


@pytest.mark.parametrize(("text", "message"), [
    ("", "The formula is not finished."), ("2 *", "The formula is not finished."), ("(x", None), ("x)", None),
    ("y", "'y' is no node of the graph."), ("foo(x)", "'foo' is no node of the graph."), ("__import__('os')", None),
    ("x.foo", None), ("exp", None), ("(" * 390, None), ("x" * 500, None), ("x" * 3000, "This formula is too long."),
    ("'a'", None), ("()", None), ("exp()", None), ("x $ z", "'$' cannot stand here."),
])  # fmt: skip
def test_what_is_no_formula_is_refused(text: str, message: str | None) -> None:
    platform = Platform([level(1)])
    platform.server["VARIANTS"][0]["fields"] = {"q2": {"type": "formula", "names": NAMES}}
    platform.data["submitted_answers"] = {"q2": text}
    platform.server["parse"](platform.data)
    assert set(platform.data["format_errors"]) == {"q2"}
    if message is not None:
        assert platform.data["format_errors"]["q2"] == message


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
    inside = sorted(str(Path(path).relative_to(tmp_path / "neuron.prairielearn")) for path in written)
    assert inside[-3:] == ["info.json", "question.html", "server.py"]
    assert all(re.fullmatch(r"clientFilesQuestion/[\w-]+\.png", path) for path in inside[:-3])
    info = json.loads((tmp_path / "neuron.prairielearn" / "info.json").read_text())
    assert uuid.UUID(info["uuid"]).version == 5
    assert (info["title"], info["type"]) == ("neuron", "v3")
    assert files(exercises, "q", "prairielearn") == files(exercises, "q", "prairielearn")
    others = dict(files(exercises[:1], "q", "prairielearn"))["q.prairielearn/info.json"]
    assert json.loads(others)["uuid"] != info["uuid"]
    source = (tmp_path / "neuron.prairielearn" / "server.py").read_text()
    assert set(re.findall(r"^\s*(?:import|from) (\w+)", source, re.MULTILINE)) == {
        "json",
        "math",
        "typing",
        "graphviz_ad",
    }
    assert not re.search(r"\b(eval|exec)\(", source)


def test_the_reader_is_in_the_folder_where_formulas_are_asked_for() -> None:
    inside = dict(files([level(1)], "q", "prairielearn"))
    reader = {name.removeprefix("q.prairielearn/") for name in inside if "/graphviz_ad/" in name}
    assert {"graphviz_ad/__init__.py", "graphviz_ad/items/written.py", "graphviz_ad/language/parser.py"} <= reader
    for room in ("explain", "messages", "diagram", "exercises", "export"):
        assert not any(name.startswith(f"graphviz_ad/{room}/") for name in reader), room
    assert sum(len(data) for name, data in inside.items() if name.endswith(".py")) < 1_600_000
    for name, data in inside.items():
        if name.endswith(".py"):
            ast.parse(data, feature_version=(3, 10))


# -- as PrairieLearn's worker runs it: in the folder, where the program is not installed ---------------


class Worker:
    """Writes folders of questions, and runs them all in one process that knows nothing but numpy.

    PRAIRIELEARN_PYTHON is another Python that has numpy, as 3.10 with numpy 1.26.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.questions = folder, list[tuple[str, int, list[dict[str, Any]]]]()
        (folder / "library").mkdir()
        for name in ("numpy", "numpy.libs"):
            if (there := Path(np.__file__).parents[1] / name).exists():
                (folder / "library" / name).symlink_to(there)

    def add(self, exercises: list[Exercise], students: list[list[dict[str, Any]]]) -> None:
        """Exercises, and for each its students' answers → one question, of which they are the variants."""
        where = str(self.folder / f"question{len(self.questions)}" / "q.prairielearn")
        save(exercises, where)
        for seed, own_students in enumerate(students):
            answers = [{name.replace(".", "_"): text for name, text in by_name.items()} for by_name in own_students]
            self.questions.append((where, seed, answers))

    def run(self) -> list[list[dict[str, Any]]]:
        library = "" if "PRAIRIELEARN_PYTHON" in os.environ else f"sys.path.append({str(self.folder / 'library')!r}); "
        program = f"import sys; {library}exec(open({str(RUNNER)!r}).read())"
        python = [own, "-I"] if (own := os.environ.get("PRAIRIELEARN_PYTHON")) else [sys.executable, "-I", "-S"]
        done = subprocess.run([*python, "-c", program], input=json.dumps(self.questions),
                              capture_output=True, text=True, cwd=self.folder, timeout=300)  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        results: list[list[dict[str, Any]]] = json.loads(done.stdout)
        return results


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    return Worker(tmp_path)


def scores(data: dict[str, Any], exercise: Exercise) -> list[float]:
    """Data of a worker → what each formula earns; a formula that cannot be read is what the message says."""
    assert data["format_errors"] == {}
    return [
        data["partial_scores"][field.name.replace(".", "_")]["score"]
        for field in exercise.fields
        if isinstance(field.response, Formula)
    ]


def test_a_worker_marks_formulas(worker: Worker) -> None:
    """Right, wrong, not to be read, dangerous: in the folder alone."""
    exercise = level(1)
    name = next(field.name for field in exercise.fields if isinstance(field.response, Formula))
    answers = right(exercise)
    texts = [
        answers[name],
        f"2*({answers[name]})/2",
        f"2*({answers[name]})",
        "3 * (",
        "__import__('os').getcwd()",
        "9^9^9^9",
    ]
    worker.add([exercise], [[{name: text} for text in texts]])
    ((good, same, twice, open_, danger, huge),) = worker.run()
    assert [scores(data, exercise) for data in (good, same, twice, huge)] == [[1], [1], [0], [0]]
    assert open_["format_errors"] == {name.replace(".", "_"): "The formula is not finished."}
    assert set(danger["format_errors"]) == {name.replace(".", "_")}


@pytest.mark.slow
def test_a_worker_knows_every_operations_own_derivative(worker: Worker) -> None:
    """As the program shows it and as `graphviz-ad ops` states it; a wrong rule is wrong."""
    students = []
    for row in OPERATIONS:
        fields = asked(row).fields
        spellings = zip(*(right_spellings(row, field) for field in fields), strict=True)
        good = [dict(zip([field.name for field in fields], texts, strict=True)) for texts in spellings]
        students.append([*good, {field.name: wrong(field) for field in fields}])
    worker.add([asked(row) for row in OPERATIONS], students)
    for row, (*good, bad) in zip(OPERATIONS, worker.run(), strict=True):
        count = len(asked(row).fields)
        assert [scores(data, asked(row)) for data in good] == [[1] * count] * len(good), row.name
        assert scores(bad, asked(row)) == [0] * count, row.name


@pytest.mark.parametrize(
    "missing", ["graphviz_ad/items/written.py", "graphviz_ad/language/parser.py", "graphviz_ad/lazy.py"]
)
def test_a_file_that_is_missing_is_seen(worker: Worker, missing: str) -> None:
    worker.add([level(1)], [[{"q2": "x"}]])
    (Path(worker.questions[0][0]) / missing).unlink()
    with pytest.raises(AssertionError, match="graphviz_ad"):
        worker.run()
