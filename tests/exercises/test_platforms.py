"""Question banks for learning platforms: read back by readers of our own, they mark as we do and say what we say."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

import pytest

from graphviz_ad import parse
from graphviz_ad.exercises.formats.banks import on_options
from graphviz_ad.exercises.formats.packing import archive
from graphviz_ad.exercises.formats.spellings import spellings
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.making import ask, of_formula, of_level
from graphviz_ad.exercises.marking.agreement import agree
from graphviz_ad.exercises.marking.marking import Mark, mark
from graphviz_ad.exercises.questions.kinds import KINDS
from graphviz_ad.exercises.registry import HANDOUTS
from graphviz_ad.exercises.sheets.handout import files, save
from graphviz_ad.exercises.sheets.key import letter_of
from graphviz_ad.explain.phrase import phrase, plain
from graphviz_ad.items.model import Choice, Exercise, Field, Formula, Number, Text
from graphviz_ad.misconceptions.diagnose import explained, near
from tests.diagram.test_svg import NASTY
from tests.exercises import platforms
from tests.exercises.platforms import Fields, bare, cloze, gift_blocks, members
from tests.exercises.students import FORMULAS, level, own

READERS: dict[str, Callable[[bytes, list[Exercise]], list[Fields]]] = {
    "moodle.xml": platforms.moodle, "gift": platforms.gift, "qti.zip": platforms.qti12, "qti21.zip": platforms.qti21,
}  # fmt: skip
COUNT = 3
"""Variants of an exercise in a bank."""


def variants(number: int, lang: str = "en") -> list[Exercise]:
    return [level(number, seed, lang) for seed in range(1, COUNT + 1)]


def handout_bytes(exercises: list[Exercise], kind: str) -> bytes:
    ((_, data),) = files(exercises, "sheet", kind)
    return data


def faults(kind: str, data: bytes, exercises: list[Exercise]) -> list[str]:
    """Hand-out and the exercises it is of → where it marks otherwise than we do, or says something else."""
    lines = []
    for exercise, fields in zip(exercises, READERS[kind](data, exercises), strict=True):
        wanted = {field.name for field in exercise.fields if held(field, kind)}
        lines += [f"{name} is missing" for name in sorted(wanted - set(fields))]
        for field in exercise.fields:
            if field.name in fields:
                lines += list(_faults(kind, exercise, field, fields))
    return lines


def held(field: Field, kind: str) -> bool:
    """Whether a format holds such a field: GIFT knows neither formulas nor pictures, Canvas no tiny numbers."""
    match field.response:
        case Formula():
            return kind != "gift"
        case Choice(options):
            return kind != "gift" or not any(option.formula for option in options)
        case Number(right):
            return kind != "qti.zip" or not 0 < abs(right) < 1e-4


def _faults(kind: str, exercise: Exercise, field: Field, fields: Fields) -> Iterator[str]:
    grade = fields[field.name]
    match field.response:
        case Choice(options, right):
            for number in range(len(options)):
                if grade(letter_of(number))[0] != (number == right):
                    yield f"{field.name}: {letter_of(number)} is marked wrongly"
            for number, expected in on_options(exercise, field).items():
                if not says(grade(letter_of(number))[1], expected, kind):
                    yield f"{field.name}: of {letter_of(number)} is said '{grade(letter_of(number))[1]}'"
        case Formula(right):
            if not all(grade(text)[0] == 1 for text in spellings(right)):
                yield f"{field.name}: a spelling is not known"
            if grade("7*q")[0] != 0:
                yield f"{field.name}: any formula is right"
        case Number(right, tolerance) as number:
            inside = [right, right + 0.99 * tolerance, right - 0.99 * tolerance]
            if any(grade(f"{near_right:.12f}")[0] != 1 for near_right in inside):
                yield f"{field.name}: the right number is wrong"
            if any(grade(f"{right + side * 1.02 * tolerance:.12f}")[0] for side in (1, -1)):
                yield f"{field.name}: a number beyond the tolerance is right"
            for wrong in field.wrong:
                answer = float(wrong.answer)
                if sum(near(answer, float(other.answer), number) for other in field.wrong) > 1:
                    continue
                if marked(exercise, field, answer).verdict != "wrong":
                    continue
                earned, feedback = grade(f"{answer:.12f}")
                known = explained(exercise.trace, wrong.diagnoses, exercise.lang)  # a platform sees one number alone
                if earned or not says(feedback, known, kind):
                    yield f"{field.name}: {answer} gets {earned} and '{feedback}'"
            earned, feedback = grade("98765.4321")
            # Canvas has one feedback for all wrong numbers, which lists the known ones
            if earned or (kind != "qti.zip" and not says(feedback, phrase("mark.unmatched", exercise.lang), kind)):
                yield f"{field.name}: another number gets {earned} and '{feedback}'"


_MARKED: dict[tuple[object, ...], Mark] = {}


def marked(exercise: Exercise, field: Field, answer: float) -> Mark:
    """How we mark a number where nothing else is answered; the same for all formats, and so kept."""
    key = (exercise.title, exercise.seed, exercise.lang, exercise.asked, field.name, answer)
    if key not in _MARKED:
        marks = mark(exercise, {field.name: f"{answer:.12f}"}).marks
        _MARKED[key] = next(field_mark for field_mark in marks if field_mark.field == field)
    return _MARKED[key]


def says(feedback: str, wanted: Text, kind: str) -> bool:
    """Whether that is the feedback wanted; in an item of QTI 2.1 with several fields, the field's name is before it."""
    in_letters = kind in ("gift", "moodle.xml")
    text = plain(wanted) if in_letters else "".join(piece[1] for piece in wanted if piece[0] == "text").strip()
    return feedback.endswith(text) if kind == "qti21.zip" else feedback == text


@pytest.mark.parametrize("lang", ["en", "ja", "zh"])
@pytest.mark.parametrize("number", LEVELS)
@pytest.mark.parametrize("kind", READERS)
def test_it_marks_as_we_do(kind: str, number: int, lang: str) -> None:
    exercises = variants(number, lang)
    assert faults(kind, handout_bytes(exercises, kind), exercises) == []


@pytest.mark.parametrize("kind", READERS)
def test_the_same_exercises_give_the_same_bytes(kind: str) -> None:
    assert handout_bytes(variants(6), kind) == handout_bytes([of_level(6, seed) for seed in range(1, COUNT + 1)], kind)


@pytest.mark.parametrize("formula", list(FORMULAS)[::4])
@pytest.mark.parametrize("kind", READERS)
def test_formulas_of_ones_own(kind: str, formula: str) -> None:
    exercises = [own(formula, 1), own(formula, 2)]
    assert faults(kind, handout_bytes(exercises, kind), exercises) == []


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("asked", KINDS)
def test_every_kind_of_question(kind: str, asked: str) -> None:
    example = KINDS[asked].example
    exercises = [of_formula(parse(example.formula), seed, asked=[asked], shapes=example.shapes) for seed in (1, 2)]
    assert faults(kind, handout_bytes(exercises, kind), exercises) == []


@pytest.mark.parametrize(
    ("kind", "old", "new", "fault"),
    [
        ("moodle.xml", b":0.72}", b":0.8}", None),
        ("moodle.xml", b"{1:NUMERICAL:=-72:0.72~", b"{1:NUMERICAL:=-72:2~", "q2.5: a number beyond the tolerance is right"),
        ("moodle.xml", b"%0%*#", b"%0%*#Nearly. ", "q1.1: another number gets"),
        ("gift", b"=-72:0.72", b"=-27:0.72", "q2.5: the right number is wrong"),
        ("gift", b"\n\t=%0%", b"\n\t=%100%", "gets 1.0"),
        ("qti.zip", b">-72.72<", b">-71.95<", "the right number is wrong"),
        ("qti.zip", b"linkrefid=\"known_1\"", b"linkrefid=\"general_incorrect_fb\"", "gets 0.0"),
        ("qti21.zip", b"tolerance=\"0.72 0.72\"", b"tolerance=\"0.72 0.08\"", "the right number is wrong"),
        ("qti21.zip", b"<value>D</value>", b"<value>A</value>", "is marked wrongly"),
    ],
)  # fmt: skip
def test_planted_damage_is_seen(kind: str, old: bytes, new: bytes, fault: str | None) -> None:
    asked = ("values", "contributions", "gradients", "paths", "order")
    given = {"w": -4.0, "x": 3.0}
    exercises = [of_formula(parse("a = w*x; L = a*a + x"), 1, given=given, asked=asked), level(4, 2)]
    data = handout_bytes(exercises, kind)
    if kind.endswith("zip"):
        damaged = archive({name: member.replace(old, new) for name, member in members(data).items()})
    else:
        damaged = data.replace(old, new)
    lines = faults(kind, damaged, exercises)
    if fault is None:  # what is not there cannot be damaged
        assert damaged == data
        return
    assert damaged != data
    assert any(fault in line for line in lines), lines


@pytest.mark.parametrize(
    ("kind", "old"), [("qti.zip", b'linkrefid="A_fb"'), ("qti21.zip", b">RESPONSE1_A</baseValue>")]
)
def test_an_option_without_its_explanation_is_seen(kind: str, old: bytes) -> None:
    exercises = [of_formula(parse("L = (w*x + b)^2"), 2, asked=["which_rule"])]
    data = handout_bytes(exercises, kind)
    assert faults(kind, data, exercises) == []
    damaged = {name: member.replace(old, old.replace(b"A", b"C")) for name, member in members(data).items()}
    (fault, *_) = faults(kind, archive(damaged), exercises)
    assert "of A is said" in fault


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("comment", NASTY)
def test_a_comment_is_text_and_nothing_else(kind: str, comment: str) -> None:
    exercises = [of_formula(parse(f"L = w*x # {comment} {{1:NUMERICAL:=1}}"), seed) for seed in (1, 2)]
    assert faults(kind, handout_bytes(exercises, kind), exercises) == []


# -- Moodle ----------------------------------------------------------------------------------------


def test_a_cloze_question_of_moodle() -> None:
    subs = cloze(r"a {1:NUMERICAL:=6:0.05#right~%0%-6:0.05#sign \} lost &#126; \# &lt;b&gt;} {2:MULTICHOICE_V:a~=b}")
    assert [(sub.points, sub.kind) for sub in subs] == [(1, "NUMERICAL"), (2, "MULTICHOICE_V")]
    assert [(known.earned, known.answer, known.tolerance, known.feedback) for known in subs[0].alternatives] == [
        (1.0, "6", 0.05, "right"), (0.0, "-6", 0.05, "sign } lost ~ #"),
    ]  # fmt: skip


@pytest.mark.parametrize("number", LEVELS)
def test_moodle_has_pictures_hints_points_and_solutions(number: int) -> None:
    exercises = variants(number)
    questions = list(ET.fromstring(handout_bytes(exercises, "moodle.xml")).iter("question"))
    assert questions[0].findtext("category/text") == "$course$/top/sheet"
    sheets = [question for question in questions if question.get("type") == "cloze"]
    points = [sum(sub.points for sub in cloze(question.findtext("questiontext/text") or "")) for question in sheets]
    assert [question.findtext("defaultgrade") for question in sheets] == [str(total) for total in points]
    pictured = len(questions) - len(sheets) > 1
    assert sum(points) == sum(exercise.points for exercise in exercises)
    assert len(sheets) == COUNT * (2 if pictured else 1)
    assert len({question.findtext("idnumber") for question in sheets}) == len(sheets)
    for question in sheets:
        assert 1 <= len(question.findall("hint")) <= 3
        for part in (question.find("questiontext"), question.find("generalfeedback")):
            assert part is not None
            named = set(re.findall(r"@@PLUGINFILE@@/([\w.-]+)", part.findtext("text") or ""))
            held_ = {file.get("name"): base64.b64decode(file.text or "") for file in part.findall("file")}
            assert named == set(held_) != set()
            assert all(data.startswith(b"\x89PNG") for data in held_.values())


def test_a_text_of_moodle_is_in_one_piece() -> None:
    """Its reader drops pieces of spaces alone, and escapes in a text, `&gt; &lt;`, cut such pieces out of it."""
    exercise = level(6, 2, "zh")
    ((_, data),) = files([exercise], "a ]]> b", "moodle.xml")
    assert b"&" not in re.sub(rb"<!\[CDATA\[.*?\]\]>", b"", data, flags=re.DOTALL)
    texts = [text.text or "" for text in ET.fromstring(data).iter("text")]
    assert texts[0] == "$course$/top/a ]]> b"
    assert any(text.startswith("<div lang=") and exercise.title in bare(text) for text in texts)


def test_what_moodle_says_of_an_answer_needs_no_mathematics() -> None:
    """The box of feedback opens after the filter that sets mathematics has run."""
    for exercise in (level(6), level(6, 1, "ja"), own("L = where(x < y, x*x, 3*y)")):
        text = next(ET.fromstring(handout_bytes([exercise], "moodle.xml")).iter("questiontext")).findtext("text") or ""
        fields = re.findall(r"\{\d+:NUMERICAL:((?:\\.|[^}\\])*)\}", text)
        assert len(fields) == sum(isinstance(field.response, Number) for field in exercise.fields)
        assert not any(r"\(" in field for field in fields)
        assert any("∂" in field for field in fields)


def test_a_picture_in_moodle_fits_the_page_and_a_solution_has_the_number_of_its_question() -> None:
    questions = [
        question
        for question in ET.fromstring(handout_bytes([level(6)], "moodle.xml")).iter("question")
        if question.find("name")
    ]
    numbers = []
    for question in questions:
        asked, solution = (question.findtext(f"{part}/text") or "" for part in ("questiontext", "generalfeedback"))
        assert all('class="img-fluid"' in image for image in re.findall("<img[^>]*>", asked + solution))
        numbers.append(re.findall(r"<h4>(\d+)\.", asked))
        assert numbers[-1] == re.findall(r"<p>q(\d+) ", solution)
    assert numbers == [["1", "2", "3", "5", "6"], ["4"]]


def test_the_graph_is_not_shown_where_it_is_asked_for() -> None:
    sheets = [
        sheet
        for sheet in ET.fromstring(handout_bytes([level(6)], "moodle.xml")).iter("question")
        if sheet.get("type") == "cloze"
    ]
    names = [[picture.get("name", "") for picture in sheet.findall("questiontext/file")] for sheet in sheets]
    assert [[name.split("-")[0] for name in pictures] for pictures in names] == [["graph"], ["option"] * 4]


@pytest.mark.parametrize("formula", ["1*(2*x)", "1*a*x + 1*a*x", "1", "a*(1 - a)*x", "-1*y^2", "2*v2*exp(-z) + 1"])
def test_spellings_say_the_same(formula: str) -> None:
    exercise = of_formula(parse("z = w*x; a = sigmoid(z); v2 = a + y; L = v2^2"), 1)
    names = tuple(exercise.trace.graph.names)
    texts = spellings(formula)
    assert len(set(texts)) == len(texts) <= 60
    assert not any(" " in text for text in texts)
    assert all(agree(text, Formula(formula, names), exercise.trace).agree for text in texts)


# -- GIFT ------------------------------------------------------------------------------------------


def test_gift_says_what_it_leaves_out(tmp_path: object) -> None:
    notes: list[str] = []
    save([level(6)], f"{tmp_path}/x.gift", notify=notes.append)
    assert notes == [f"'{tmp_path}/x.gift' holds the answers", "GIFT holds no pictures: q4 is left out"]


def test_a_gift_question_stands_alone() -> None:
    exercise = level(7)
    for _, stem, _ in gift_blocks(handout_bytes([exercise], "gift").decode()):
        text = re.sub(r"\\(.)", r"\1", stem)
        assert exercise.title in text
        assert all(f"{name} = " in text for name in exercise.trace.graph.inputs)


# -- packages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", LEVELS)
@pytest.mark.parametrize("kind", ["qti.zip", "qti21.zip"])
def test_a_package_holds_what_it_names(kind: str, number: int) -> None:
    packed = members(handout_bytes(variants(number), kind))
    manifest = ET.fromstring(packed["imsmanifest.xml"])
    named = {element.get("href") for element in manifest.iter("{http://www.imsglobal.org/xsd/imscp_v1p1}file")}
    assert named == set(packed) - {"imsmanifest.xml"}
    resources = [
        element.get("identifier") for element in manifest.iter("{http://www.imsglobal.org/xsd/imscp_v1p1}resource")
    ]
    assert len(set(resources)) == len(resources)
    needed = {
        element.get("identifierref") for element in manifest.iter("{http://www.imsglobal.org/xsd/imscp_v1p1}dependency")
    }
    assert needed <= set(resources)
    for data in packed.values():
        if not data.startswith(b"\x89PNG"):
            images = re.findall(rb"images/([\w.-]+\.png)", data)
            assert all(f"images/{image.decode()}" in packed for image in images)


@pytest.mark.parametrize("name", ["../x", "/x", "a/../b", "a\\b", "", "a//b", "C:x", "日本"])
def test_a_name_that_leaves_the_folder_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no name for a file in a zip"):
        archive({name: b""})


def test_nothing_but_the_right_number_can_be_right_in_canvas() -> None:
    """Canvas takes any condition for a right answer in which `or` holds a varequal, or `and` two bounds."""
    for quiz in platforms.listed(members(handout_bytes(variants(4), "qti.zip")), "imsqti_xmlv1p2"):
        for condition in quiz.iter("respcondition"):
            taken = condition.find(".//or/varequal") is not None or condition.find(".//and") is not None
            if condition.find("setvar") is None:
                assert not taken


def test_a_tiny_number_is_left_out_for_canvas(tmp_path: object) -> None:
    exercise = ask(parse("L = 0.00001*x").run(x=2.0), ["values", "inputs"], 1)
    notes: list[str] = []
    save([exercise], f"{tmp_path}/x.qti.zip", notify=notes.append)
    assert notes[1:] == ["Canvas takes numbers below 0.0001 for 0: q1, q2 is left out"]


@pytest.mark.parametrize("kind", READERS)
def test_what_holds_the_answers_knows_no_sheets(kind: str) -> None:
    assert HANDOUTS[kind].keyed
    assert HANDOUTS[kind].together


def test_words_of_markup() -> None:
    assert bare(r"<p>a &lt; \(x\) b</p>") == "a <  b"
