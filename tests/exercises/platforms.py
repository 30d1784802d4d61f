"""Readers of what learning platforms import, written from the documentation of the formats: they mark an answer.

Each reader makes, from the bytes of a hand-out, one `Fields` for each exercise: what an answer to a field earns, from
0 to 1, and the feedback on it, without mathematics but for GIFT.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from string import ascii_uppercase
from xml.etree import ElementTree as ET

from graphviz_ad.exercises.formats.banks import has_pictures
from graphviz_ad.items.model import Exercise

Grade = Callable[[str], tuple[float, str]]
Fields = dict[str, Grade]

_MATHEMATICS = re.compile(r"\\\(.*?\\\)", re.DOTALL)


def bare(markup: str) -> str:
    """HTML → its words, without mathematics."""
    return html.unescape(re.sub(r"<[^>]*>", "", _MATHEMATICS.sub("", markup))).strip()


@dataclass(frozen=True)
class Alternative:
    """An answer a platform knows: what it earns, the answer, the tolerance around it, and the feedback."""

    earned: float
    answer: str
    tolerance: float | None
    feedback: str

    def fits(self, text: str) -> bool:
        if self.tolerance is not None:
            return abs(float(text) - float(self.answer)) <= self.tolerance * (1 + 1e-9)
        return self.answer in ("*", text)


def first(alternatives: list[Alternative]) -> Grade:
    """Alternatives → the grade that the first one that fits gives."""

    def grade(text: str) -> tuple[float, str]:
        return next(((known.earned, known.feedback) for known in alternatives if known.fits(text)), (0.0, ""))

    return grade


# -- Moodle: https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type ---------------------


@dataclass(frozen=True)
class Sub:
    """A field of a Cloze question."""

    points: int
    kind: str
    alternatives: list[Alternative]


def cloze(text: str) -> list[Sub]:
    """Text of a Cloze question → its fields."""
    fields, at = [], 0
    while start := re.compile(r"\{(\d*):([A-Z_]+):").search(text, at):
        pieces, at = [""], start.end()
        while text[at] != "}":
            step = 2 if text[at] == "\\" else 1
            if text[at] == "~":
                pieces.append("")
            else:
                pieces[-1] += text[at : at + step]
            at += step
        fields.append(Sub(int(start[1] or 1), start[2], [_alternative(piece, start[2]) for piece in pieces]))
    return fields


def _alternative(piece: str, kind: str) -> Alternative:
    match = re.fullmatch(r"(=|%(-?[\d.]+)%)?((?:\\.|&#|[^#\\])+)(?:#(.*))?", piece, re.DOTALL)
    assert match, piece
    earned = 1.0 if match[1] == "=" else float(match[2] or 0) / 100
    assert earned in (0.0, 1.0)
    number = re.fullmatch(r"(-?\d+(?:\.\d+)?):(\d+(?:\.\d+)?)", match[3])
    assert kind != "NUMERICAL" or number or match[3] == "*", piece
    if number and kind == "NUMERICAL":
        return Alternative(earned, number[1], float(number[2]), bare(_unquoted(match[4] or "")))
    answer = _unquoted(match[3])
    return Alternative(
        earned, answer.replace(r"\*", "*") if answer != "*" else "*", None, bare(_unquoted(match[4] or ""))
    )


def _unquoted(text: str) -> str:
    return re.sub(r"\\([}#])", r"\1", html.unescape(text))


def moodle(data: bytes, exercises: list[Exercise]) -> list[Fields]:
    """Moodle XML → the fields; those with pictures to choose from are in a category within that of the others."""
    assert data.startswith(b"<?xml")
    sheets: list[Fields] = [{} for _ in exercises]
    pictured, at = False, -1
    for question in ET.fromstring(data).iter("question"):
        if question.get("type") == "category":
            pictured, at = (question.findtext("category/text") or "").count("/") > 2, -1
            continue
        names = [[field.name for part in exercise.questions if has_pictures(part) is pictured for field in part.fields]
                 for exercise in exercises]  # fmt: skip
        at = next(number for number in range(at + 1, len(names)) if names[number])
        subs = cloze(question.findtext("questiontext/text") or "")
        for name, sub in zip(names[at], subs, strict=True):
            sheets[at][name] = _letters(sub)
    return sheets


def _letters(sub: Sub) -> Grade:
    if not sub.kind.startswith("MULTICHOICE"):
        return first(sub.alternatives)
    return first([Alternative(option.earned, ascii_uppercase[at], None, option.feedback)
                  for at, option in enumerate(sub.alternatives)])  # fmt: skip


# -- GIFT: https://docs.moodle.org/en/GIFT_format --------------------------------------------------


def gift_blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """GIFT → the title, the stem and what stands between the braces of each question, with its escapes."""
    for block in re.split(r"\n\s*\n", text):
        if match := re.fullmatch(r"::((?:\\.|[^\\:])*)::((?:\\.|[^\\{}])*)\{((?:\\.|[^\\{}])*)\}\s*", block, re.DOTALL):
            yield match[1], match[2], match[3]
        else:
            assert block.startswith("$CATEGORY:"), block


def gift(data: bytes, exercises: list[Exercise]) -> list[Fields]:
    """GIFT → the fields it has."""
    sheets: list[Fields] = [{} for _ in exercises]
    for title, _, inside in gift_blocks(data.decode()):
        *_, number, field = title.split(" ")
        body = re.split(r"(?<!\\)####", inside)[0].strip()
        numeric, body = body.startswith("#"), body.removeprefix("#")
        parts = re.findall(r"([=~])((?:\\.|[^\\=~])*)", body, re.DOTALL)
        alternatives = [_gift(sign, part.strip(), numeric) for sign, part in parts]
        if numeric:
            sheets[int(number) - 1][field] = first(alternatives)
        elif alternatives:
            sheets[int(number) - 1][field] = _letters(Sub(1, "MULTICHOICE", alternatives))
    return sheets


def _gift(sign: str, part: str, numeric: bool) -> Alternative:
    match = re.fullmatch(r"(?:%(\d+)%)?((?:\\.|[^\\#])*)(?:#(.*))?", part, re.DOTALL)
    assert match, part
    earned = (float(match[1]) / 100 if match[1] else 1.0) if sign == "=" else 0.0
    feedback = re.sub(r"\\(.)", r"\1", match[3] or "")
    if not numeric or not match[2]:
        return Alternative(earned, match[2] or "*", None, feedback)
    answer, tolerance = match[2].split(":")
    return Alternative(earned, answer, float(tolerance), feedback)


# -- QTI -----------------------------------------------------------------------------------------


def members(data: bytes) -> dict[str, bytes]:
    """Zip → its files."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def _without_namespaces(data: bytes) -> ET.Element:
    assert data.startswith(b"<?xml")
    root = ET.fromstring(data)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def listed(files: dict[str, bytes], kind: str) -> list[ET.Element]:
    """Files of a package → the documents of a kind, in the order of its manifest."""
    manifest = _without_namespaces(files["imsmanifest.xml"])
    return [
        _without_namespaces(files[resource.get("href", "")])
        for resource in manifest.iter("resource")
        if resource.get("type") == kind
    ]


def qti12(data: bytes, exercises: list[Exercise]) -> list[Fields]:
    """QTI 1.2 → the fields of each quiz."""
    quizzes = listed(members(data), "imsqti_xmlv1p2")
    return [{item.get("title", ""): _item12(item) for item in quiz.iter("item")} for quiz in quizzes]


def _item12(item: ET.Element) -> Grade:
    feedback = {
        element.get("ident"): bare(element.findtext("flow_mat/material/mattext") or "")
        for element in item.iter("itemfeedback")
    }

    def grade(text: str) -> tuple[float, str]:
        for condition in item.iter("respcondition"):
            if all(_holds12(test, text) for test in condition.find("conditionvar") or ()):
                shown = condition.find("displayfeedback")
                return (float(condition.findtext("setvar") or 0) / 100,
                        "" if shown is None else feedback[shown.get("linkrefid")])  # fmt: skip
        return 0.0, ""

    return grade


def _holds12(test: ET.Element, text: str) -> bool:
    if test.tag in ("not", "and", "or"):
        inner = [_holds12(part, text) for part in test]
        return {"not": not inner[0], "and": all(inner), "or": any(inner)}[test.tag]
    if test.tag == "other":
        return True
    wanted = test.text or ""
    if test.tag == "varequal":
        return text == wanted
    number, bound = float(text), float(wanted)
    slack = 1e-9 * abs(bound)
    return {
        "vargte": number >= bound - slack, "varlte": number <= bound + slack,
        "vargt": number > bound + slack, "varlt": number < bound - slack,
    }[test.tag]  # fmt: skip


def qti21(data: bytes, exercises: list[Exercise]) -> list[Fields]:
    """QTI 2.1 → the fields of each exercise; its items stand in the order of its questions."""
    items = iter(listed(members(data), "imsqti_item_xmlv2p1"))
    sheets: list[Fields] = []
    for exercise in exercises:
        sheets.append({})
        for question in exercise.questions:
            item = next(items)
            feedback = feedback21(item)
            for number, field in enumerate(question.fields, 1):
                sheets[-1][field.name] = _field21(
                    item, feedback, f"RESPONSE{number}", question.points / len(question.fields)
                )
    assert next(items, None) is None
    return sheets


def feedback21(item: ET.Element) -> dict[str, str]:
    """Item → its feedbacks by identifier, without mathematics."""
    feedback = {}
    for element in item.iter("modalFeedback"):
        for formula in element.iter("math"):
            formula.text = ""
            del formula[:]
        feedback[element.get("identifier", "")] = "".join(element.itertext()).strip()
    return feedback


def _field21(item: ET.Element, feedback: dict[str, str], name: str, share: float) -> Grade:
    declaration = next(element for element in item.iter("responseDeclaration") if element.get("identifier") == name)
    kind, right = declaration.get("baseType"), declaration.findtext("correctResponse/value")

    def grade(text: str) -> tuple[float, str]:
        earned, shown = 0.0, ""
        for condition in item.iter("responseCondition"):
            for branch in condition:
                expression, rule = branch
                if _holds21(expression, name, text, kind, right):
                    value = rule.findtext(".//baseValue") or ""
                    if rule.get("identifier") == "SCORE":
                        earned += float(value) / share
                    else:
                        shown = feedback[value]
                    break
        return earned, shown

    return grade


def _holds21(test: ET.Element, name: str, text: str, kind: str | None, right: str | None) -> bool:
    """Whether an expression holds when one response is given, and all others are missing."""
    if test.tag == "or":
        return any(_holds21(part, name, text, kind, right) for part in test)
    if test.tag == "not":
        return not _holds21(test[0], name, text, kind, right)
    variable = test.find("variable")
    assert variable is not None
    if test.tag == "isNull":
        return variable.get("identifier") != name
    if variable.get("identifier") != name:
        return False
    if test.tag == "equal":
        assert test.get("toleranceMode") == "absolute"
        below, above = map(float, test.get("tolerance", "").split())
        wanted = float(test.findtext("baseValue") or "")
        return wanted - below * (1 + 1e-9) <= float(text) <= wanted + above * (1 + 1e-9)
    assert test.tag in ("stringMatch", "match")
    return text == test.findtext("baseValue", right)
