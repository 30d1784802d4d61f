"""Question banks in readers that others wrote: gift-pegjs, TAO's QTI SDK, the schemas of IMS for QTI and its packages.

QTI_SCHEMAS names the folders, separated as in PATH, in which the schemas are; they are not ours to pass on. QTI_SDK is
the folder of oat-sa/qti-sdk (read with commit 634a9b89), whose engine delivers items of QTI 2.1 in TAO.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad import parse
from graphviz_ad.exercises.formats.packing import archive
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.making import of_formula
from graphviz_ad.exercises.questions.kinds import KINDS
from graphviz_ad.items.model import Exercise, Number
from tests.exercises import platforms, test_platforms
from tests.exercises.platforms import Fields, members
from tests.exercises.test_platforms import faults, handout_bytes, level, variants

etree = pytest.importorskip("lxml.etree")

_PARSE = """
const {parse} = require("gift-pegjs");
let text = ""; process.stdin.on("data", d => text += d);
process.stdin.on("end", () => console.log(JSON.stringify(parse(text))));
"""


def schema(name: str) -> Path:
    """Name of a schema → its file; the test is skipped where it is not there."""
    for folder in os.environ.get("QTI_SCHEMAS", "").split(os.pathsep):
        if folder and (path := Path(folder) / name).exists():
            return path
    pytest.skip(f"{name} is in no folder of QTI_SCHEMAS")


def _gift(data: bytes) -> list[dict[str, Any]]:
    """GIFT → its questions as gift-pegjs reads them."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("needs node and npm")
    root = subprocess.run([npm, "root", "-g"], capture_output=True, text=True, check=True).stdout.strip()
    path = os.pathsep.join(filter(None, [root, os.environ.get("NODE_PATH")]))
    run = subprocess.run(
        [node, "-e", _PARSE], input=data, capture_output=True, env={**os.environ, "NODE_PATH": path}, check=False
    )
    if b"Cannot find module" in run.stderr:
        pytest.skip("needs gift-pegjs: npm install -g gift-pegjs")
    assert run.returncode == 0, run.stderr.decode()
    questions: list[dict[str, Any]] = json.loads(run.stdout)
    return questions


class Sdk:
    """TAO's QTI SDK, in a process that answers line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def fields(self, data: bytes, exercises: list[Exercise]) -> list[Fields]:
        """A package and the exercises it is of → the fields of each, as the SDK scores them."""
        files = members(data)
        texts = iter(re.findall(r'type="imsqti_item_xmlv2p1" href="([^"]+)"', files["imsmanifest.xml"].decode()))
        items = iter(platforms.listed(files, "imsqti_item_xmlv2p1"))
        sheets: list[Fields] = []
        for exercise in exercises:
            sheets.append({})
            for question in exercise.questions:
                text, said = files[next(texts)].decode(), platforms.feedback21(next(items))
                for number, field in enumerate(question.fields, 1):
                    share = question.points / len(question.fields)
                    sheets[-1][field.name] = partial(self._grade, text, said, f"RESPONSE{number}", share)
        return sheets

    def _grade(self, item: str, said: dict[str, str], name: str, share: float, text: str) -> tuple[float, str]:
        """An item, its feedback, a field, its points and an answer → what the answer earns, and what is said of it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"item": item, "responses": {name: text}}), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        # of fields that are left empty it says that they are none of the usual mistakes
        own = [key for key in answer["shown"] if key.startswith((f"{name}_", "UNMATCHED"))]
        return answer["score"] / share, said[own[0]] if own else ""


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("number", LEVELS)
def test_gift_pegjs_reads_the_same_numbers(number: int, lang: str) -> None:
    exercises = variants(number, lang)
    questions = {
        question["title"]: question
        for question in _gift(handout_bytes(exercises, "gift"))
        if question["type"] != "Category"
    }
    for count, exercise in enumerate(exercises, 1):
        for field in exercise.fields:
            if isinstance(field.response, Number):
                question = questions[f"sheet {count} {field.name}"]
                right, *wrong, rest = (
                    question["choices"] if isinstance(question["choices"], list) else [question["choices"]]
                )
                assert question["type"] == "Numerical"
                assert right["text"]["number"] == pytest.approx(field.response.right, rel=1e-9)
                assert right["text"]["range"] == pytest.approx(field.response.tolerance, rel=1e-9)
                assert [choice["text"]["number"] for choice in wrong] == pytest.approx(
                    [choice.answer for choice in field.wrong], rel=1e-9
                )
                assert all(choice["weight"] == 0 and choice["feedback"]["text"] for choice in wrong)
                assert rest["text"]["text"] == "*"


def test_gift_pegjs_sees_damage() -> None:
    with pytest.raises(AssertionError, match="SyntaxError"):
        _gift(handout_bytes(variants(1), "gift").replace(b"\\=", b"=", 1))


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("number", LEVELS)
def test_qti21_is_valid(number: int, lang: str) -> None:
    items = etree.XMLSchema(etree.parse(schema("qtiv2p1/imsqti_v2p1.xsd")))
    package = etree.XMLSchema(etree.parse(schema("imscp_v1p1.xsd")))
    for name, data in members(handout_bytes(variants(number, lang), "qti21.zip")).items():
        if name.endswith(".xml"):
            (package if name == "imsmanifest.xml" else items).assertValid(etree.fromstring(data))


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("number", LEVELS)
def test_qti12_is_valid(number: int, lang: str) -> None:
    items = etree.DTD(str(schema("ims_qtiasiv1p2.dtd")))
    package = etree.XMLSchema(etree.parse(schema("imscp_v1p1.xsd")))
    for name, data in members(handout_bytes(variants(number, lang), "qti.zip")).items():
        if name == "imsmanifest.xml":
            package.assertValid(etree.fromstring(data))
        elif name.endswith(".xml"):
            items.assertValid(etree.fromstring(_without_namespace(data)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<itemBody>", b"<itemBody><b/>"),
        (b'toleranceMode="absolute"', b'toleranceMode="about"'),
        (b' alt="', b' title="'),
    ],
)
def test_the_schema_of_qti21_sees_damage(old: bytes, new: bytes) -> None:
    items = etree.XMLSchema(etree.parse(schema("qtiv2p1/imsqti_v2p1.xsd")))
    data = next(data for name, data in members(handout_bytes(variants(2), "qti21.zip")).items() if name.startswith("g"))
    assert items.validate(etree.fromstring(data))
    assert not items.validate(etree.fromstring(data.replace(old, new)))


def test_the_schema_of_qti12_sees_damage() -> None:
    items = etree.DTD(str(schema("ims_qtiasiv1p2.dtd")))
    data = next(data for name, data in members(handout_bytes(variants(2), "qti.zip")).items() if name.startswith("g"))
    assert not items.validate(etree.fromstring(_without_namespace(data).replace(b"<other />", b"")))


def _without_namespace(data: bytes) -> bytes:
    """A document without its namespace, which the schema of QTI 1.2, a DTD, knows nothing of."""
    return data.replace(b' xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"', b"")


@pytest.fixture(scope="module")
def sdk() -> Iterator[Sdk]:
    """→ TAO's SDK; tests are skipped where it is not there."""
    php, folder = shutil.which("php"), os.environ.get("QTI_SDK")
    if not php or not folder:
        pytest.skip("needs php, and the folder of oat-sa/qti-sdk as QTI_SDK")
    script = Path(__file__).with_name("qti_sdk.php")
    with subprocess.Popen([php, script, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Sdk(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.parametrize("number", LEVELS)
def test_tao_marks_qti21_as_we_do(number: int, sdk: Sdk, monkeypatch: pytest.MonkeyPatch) -> None:
    exercises = variants(number)[:1]
    monkeypatch.setitem(test_platforms.READERS, "qti21.zip", sdk.fields)
    assert faults("qti21.zip", handout_bytes(exercises, "qti21.zip"), exercises) == []


@pytest.mark.parametrize("asked", KINDS)
def test_tao_marks_every_kind_of_question(asked: str, sdk: Sdk, monkeypatch: pytest.MonkeyPatch) -> None:
    example = KINDS[asked].example
    exercises = [of_formula(parse(example.formula), 1, asked=[asked], shapes=example.shapes)]
    monkeypatch.setitem(test_platforms.READERS, "qti21.zip", sdk.fields)
    assert faults("qti21.zip", handout_bytes(exercises, "qti21.zip"), exercises) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b'tolerance="0.72 0.72"', b'tolerance="0.72 0.08"', "the right number is wrong"),
        (b"<value>D</value>", b"<value>A</value>", "is marked wrongly"),
        (b'toleranceMode="absolute"', b'toleranceMode="close"', "toleranceMode"),
    ],
)
def test_tao_sees_damage(old: bytes, new: bytes, fault: str, sdk: Sdk, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"w": -4.0, "x": 3.0}
    asked = ("values", "contributions", "gradients", "paths", "order")
    exercises = [of_formula(parse("a = w*x; L = a*a + x"), 1, given=given, asked=asked), level(4, 2)]
    monkeypatch.setitem(test_platforms.READERS, "qti21.zip", sdk.fields)
    files = members(handout_bytes(exercises, "qti21.zip"))
    assert any(old in member for member in files.values())
    data = archive({name: member.replace(old, new) for name, member in files.items()})
    try:
        found = faults("qti21.zip", data, exercises)
    except AssertionError as refused:
        found = [str(refused)]
    assert any(fault in line for line in found), found
