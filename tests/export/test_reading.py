"""What the fields of a page read: the same texts as the command line, as the same numbers, and refused with the same hints."""

from __future__ import annotations

import json
import math
import random
import re
import subprocess
from importlib.resources import files

import pytest

from graphviz_ad.errors import InputError
from graphviz_ad.export.player.live import typed as typed_by
from graphviz_ad.language.assignments import read_assignment
from graphviz_ad.messages.catalogue import say
from tests.export.test_live import NODE, needs_node

TAKEN = [
    "2", "-0.5", "+3", ".5", "2.", "2.e3", "-.5e+2", "1e-3", "1E5", "1/3", "-1/3", "1/-3", "1 / 3", "1\t/3", "2e3/4e-1", "−2", "−1/−3",
    "–2", "１／３", "－０．５", "＋１ｅ－３", "　２　", " 2 ", "\u00a02\u2009", "\t3", "-0", "−0", "0", "0e-400", "0/5", "007", "1e308", "5e-324",
    "123456789012345678901234567890", "0.1", "1.7976931348623157e308", "2/3e-5", "。５", "\ufeff2", "1\u200b2", "𝟏𝟐", "𝟑𝐞𝟐",
]  # fmt: skip
REFUSED = {
    "empty": ["", "  ", "\u3000", "\u00a0"],
    "refused": ["two", "0x10", "1_000", "5%", "½", "²", "3²", "1//3", "1/3/2", "1/2/", "/2", "1/", "+-2", "--2", "2.5.1", ".", "e5", "1e", "1e+",
                "nan", "inf", "∞", "Infinity", "١", "٣", "ー2", "—2", "true", "1d5", "π/2", "3/4pi", "1/3 pi", "tau", "1e5pi",
                ".pi", "= 2", "{}", '"2"', "1/ /3", "2x", "１／３ｘ"],
    "digits": ["pi", "π", "-π", "+pi", "2pi", "2*pi", "2 pi", "2 π", ".5π", "２π", "−2pi", "2.5 *π", "\ufeff2pi"],
    "comma": ["0,5", "-2,5", "1000,5", "0,500", "1,5", "３，５"],
    "thousand": ["1,000", "-20,000", "999,999"],
    "several": ["[1]", "[1, 2]", "1 2", "1 000", "1, 2", "1,2,3", "[[1, 2], [3, 4]]", "1 e5 2"],
    "zero": ["1/0", "0/0", "1/-0", "1/0e5", "1e999/0"],
    "huge": ["1e999", "-1e999", "1e400/1e400", "1e308/1e-308"],
    "tiny": ["1e-400", "-1e-400", "1e-300/1e300", "0.001e-322/5"],
}  # fmt: skip
"""Texts that are no number, by the key of what the page says of them."""


SIGNS = "0123456789" * 3 + "+-−–.eE/ ,[]πpi１２／．－　\u00a0"


def read(texts: list[str]) -> list[dict[str, str]]:
    """Texts → what the script of a page makes of each: a number as Python writes it, or what is wrong."""
    library = (files("graphviz_ad.export.player") / "reading.js").read_text(encoding="utf-8")
    body = (
        "const asJson = (answer) => ('value' in answer ? { value: Object.is(answer.value, -0) ? '-0' : String(answer.value) } : answer);"
        f"const {{ number }} = reading({json.dumps(typed_by())});"
        f"console.log(JSON.stringify({json.dumps(texts)}.map((text) => asJson(number(text)))))"
    )
    assert NODE
    done = subprocess.run([NODE, "-"], input=library + body, capture_output=True, text=True, check=True)
    answers: list[dict[str, str]] = json.loads(done.stdout)
    return answers


def typed(text: str) -> float | InputError | None:
    """Text → what the command line reads, None for a list, of which a field takes the entries."""
    try:
        value = read_assignment(f"x={text}")[1]
    except InputError as problem:
        return problem
    return value if isinstance(value, float) else None


def differences(texts: list[str]) -> list[tuple[str, dict[str, str], float | InputError | None]]:
    """Texts → those that a page and the command line do not read as the same."""
    different = []
    for text, mine in zip(texts, read(texts), strict=True):
        theirs = typed(text)
        number = repr(float(mine["value"])) if "value" in mine else None
        if number != (repr(theirs) if isinstance(theirs, float) else None):
            different.append((text, mine, theirs))
    return different


@needs_node
def test_numbers_are_those_of_the_command_line() -> None:
    assert all(isinstance(typed(text), float) for text in TAKEN)
    assert differences(TAKEN) == []


@needs_node
@pytest.mark.parametrize("key", REFUSED)
def test_what_is_no_number_is_none_for_the_command_line_either(key: str) -> None:
    texts = REFUSED[key]
    assert differences(texts) == []
    assert [(text, answer["wrong"]) for text, answer in zip(texts, read(texts), strict=True)] == [
        (text, key) for text in texts
    ]


HINTS = {
    "refused": r"write a number as 2, -0\.5, 1e-3 or 1/3",
    "empty": r"write a number as 2, -0\.5, 1e-3 or 1/3",
    "digits": r"write it in digits: {digits}$",
    "comma": r"write {digits} with a decimal point",
    "thousand": r"write {whole}, or {digits} with a decimal point",
    "huge": r"numbers go up to about 1\.8e308",
    "tiny": r"numbers go down to about 5e-324",
}
"""What the command line says where the page says the same."""


@needs_node
@pytest.mark.parametrize("key", HINTS)
def test_hints_are_those_of_the_command_line(key: str) -> None:
    for text, answer in zip(REFUSED[key], read(REFUSED[key]), strict=True):
        problem = typed(text)
        assert isinstance(problem, InputError)
        fillings = {name: re.escape(answer.get(name, "")) for name in ("digits", "whole")}
        assert re.search(HINTS[key].format(**fillings), problem.hint or ""), (text, problem.hint)


@pytest.mark.parametrize("key", REFUSED)
def test_there_are_words_for_it_in_both_languages(key: str) -> None:
    english, japanese = (say(f"player.live.{key}", lang) for lang in ("en", "ja"))
    assert "{name}" in english
    assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", japanese))
    assert re.search("[ぁ-ん]", japanese)


@pytest.mark.slow
@needs_node
def test_whatever_is_typed() -> None:
    generator = random.Random(8)
    texts = ["".join(generator.choices(SIGNS, k=generator.randrange(1, 9))) for _ in range(40_000)]
    assert differences(texts) == []
    assert sum(isinstance(typed(text), float) for text in texts) > 5_000


@needs_node
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("\\u2212\\u2013", "\\u2211\\u2013"), ("\\uff11\\uff12", "\\uff12\\uff11"), ("value === 0 &&", "false &&"),
        ("[eE][+-]?[0-9]+", "[eE][0-9]+"), ("[ \\\\t]*/[ \\\\t]*", "/"), ("Number.isFinite(value) ?", "true ?"),
        (".normalize(\"NFC\")", ".normalize(\"NFKC\")"),
        ("normalize(\"NFKC\"))", "normalize(\"NFC\"))"), ("Number(above) / Number(below)", "Number(above)"),
    ],
)  # fmt: skip
def test_another_rule_is_seen(monkeypatch: pytest.MonkeyPatch, right: str, wrong: str) -> None:
    run, changed = subprocess.run, []

    def other(
        command: list[str], *, input: str, capture_output: bool, text: bool, check: bool
    ) -> subprocess.CompletedProcess[str]:
        changed.append(right in input)
        library = input.replace(right, wrong)
        return run(command, input=library, capture_output=capture_output, text=True, check=check)

    monkeypatch.setattr(subprocess, "run", other)
    texts = [*TAKEN, *(text for some in REFUSED.values() for text in some)]
    assert differences(texts)
    assert changed == [True]


@needs_node
def test_lists_are_read_too() -> None:
    texts = ["[1, 1/3]", "[−1, ２]", "[[1e-3, .5], [3., 4/−2]]", " [0] "]
    library = (files("graphviz_ad.export.player") / "reading.js").read_text(encoding="utf-8")
    body = f"console.log(JSON.stringify({json.dumps(texts)}.map(reading({json.dumps(typed_by())}).list)))"
    assert NODE
    done = subprocess.run([NODE, "-"], input=library + body, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [read_assignment(f"x={text}")[1] for text in texts]
    assert math.isclose(json.loads(done.stdout)[0][1], 1 / 3)
