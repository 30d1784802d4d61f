"""Question banks in readers that others wrote: the parser gift-pegjs, and the schemas of IMS for QTI and its packages.

QTI_SCHEMAS names the folders, separated as in PATH, in which the schemas are; they are not ours to pass on.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.items.model import Number
from tests.exercises.platforms import members
from tests.exercises.test_platforms import handout_bytes, variants

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
