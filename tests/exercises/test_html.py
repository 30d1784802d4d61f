"""The self-test as a file: no answer and no feedback can be read in it; sheets with answers; marks and seals."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from fractions import Fraction
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad import parse
from graphviz_ad.exercises.levels import LEVELS
from graphviz_ad.exercises.making import of_formula, of_level
from graphviz_ad.exercises.questions.kinds import KINDS
from graphviz_ad.exercises.registry import Sheet
from graphviz_ad.exercises.selftest import page as html
from graphviz_ad.exercises.selftest.sealing import PARTS, ROUNDS, Sealer, mark, width
from graphviz_ad.exercises.sheets.handout import save
from graphviz_ad.exercises.sheets.key import right_math, right_text
from graphviz_ad.exercises.sheets.printed import on_numbers
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Choice, Exercise, Formula, Number, Text
from graphviz_ad.language import numbers
from graphviz_ad.language.mathml import MATHML
from graphviz_ad.misconceptions.diagnose import feedback
from tests.exercises.students import level, own

JAPANESE = "予測 = 重み*入力 + 切片; 損失 = (予測 - 正解)^2"
MIN_LETTERS = 12
"""Letters of a piece of text that is told from others by itself."""


def page_of(exercise: Exercise, sheet: Sheet = "blank") -> str:
    ((_, data),) = html.handout([exercise], "sheet", sheet)
    return data.decode()


def data_of(page: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(
        page.partition('id="data" data-key="')[2].partition(">")[2].partition("</script>")[0]
    )
    return data


# -- what can be read in the source -------------------------------------------------------------


def spellings(number: float, digits: int) -> set[str]:
    """Number → ways to write it that show what it is: those of three digits and more."""
    written = {repr(number), f"{number:.10g}", *(numbers.number(number, shown) for shown in (digits, *range(3, 8)))}
    fraction = Fraction(number).limit_denominator(1000)
    if fraction.denominator > 1 and math.isclose(fraction, number):
        written.add(f"{fraction.numerator}/{fraction.denominator}")
    written |= {text.replace(".", ",") for text in written} | {text.replace("-", "−") for text in written}
    written |= {re.sub(r"^([-−]?)0(?=[.,])", r"\1", text) for text in written}
    return {text for text in written if len(re.findall(r"\d", text.lstrip("-−0.,"))) > 2}


def pieces(text: Text) -> set[str]:
    """Text → its words, in pieces that are long enough to be known again."""
    return {
        words.strip() for kind, words in text if kind == "text" and isinstance(words, str) and len(words) >= MIN_LETTERS
    }


def leaks(exercise: Exercise, page: str) -> list[str]:
    """Exercise and a page → the answers, hints, solutions and feedback that can be read in it."""
    bare = unescape(re.sub(r"<(svg|style)\b.*?</\1>|/\*.*?\*/", "", page, flags=re.S))  # comments are no texts
    options = [
        option.text
        for field in exercise.fields
        if isinstance(field.response, Choice)
        for option in field.response.options
    ]
    asked = [question.prompt for question in exercise.questions]
    shown = "".join(words for text in (*asked, *options) for kind, words in text if isinstance(words, str))
    given = numbers_in(
        "".join(numbers.text(exercise.trace.values[node]) for node in exercise.trace.graph.inputs.values()) + shown
    )
    readable = []
    for field in exercise.fields:
        match field.response:
            case Number(right):
                for text in spellings(right, exercise.digits):
                    if (
                        text in bare
                        and text not in given
                        and re.search(rf"(?<![\w.,+/]){re.escape(text)}(?![\w/+=])", bare)
                    ):
                        readable.append(f"{field.name}: {text}")
            case Formula(right):
                if len(right) > 4 and right in bare:
                    readable.append(f"{field.name}: {right}")
        for wrong in field.wrong:
            for diagnosis in wrong.diagnoses:
                texts = pieces(feedback(exercise.trace, diagnosis, exercise.lang))
                readable += [piece for piece in texts if piece in bare and piece not in shown]
    for question in exercise.questions:
        given = question.given if KINDS[question.kind].other else ()
        for line in (*question.hints, *question.solution, *given):
            readable += [piece for piece in pieces(line) if piece in bare and piece not in shown]
    return readable


def numbers_in(text: str) -> set[str]:
    return set(re.findall(r"[-−]?\d+(?:[.,]\d+)?(?:/\d+)?", text))


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("number", LEVELS)
def test_no_answer_can_be_read(number: int, lang: str) -> None:
    for seed in (1, 2):
        exercise = level(number, seed, lang)
        assert leaks(exercise, page_of(exercise)) == []


@pytest.mark.parametrize(
    "formula", [JAPANESE, "g = sigmoid(a); L = g*x + (1 - g)*y", "s = softmax(z); L = s[0]*3 + s[1]"]
)
def test_no_answer_of_a_formula_can_be_read(formula: str) -> None:
    exercise = own(formula)
    assert leaks(exercise, page_of(exercise)) == []


@pytest.mark.parametrize("number", LEVELS)
def test_what_is_shown_has_no_numbers_but_those_that_are_given(number: int) -> None:
    """Also short answers, which a search in the whole page would find by accident."""
    exercise = level(number)
    page = re.sub(r"<(svg|script|style)\b.*?</\1>", "", page_of(exercise), flags=re.S)
    text = unescape(re.sub(r"<[^>]*>", " ", page.partition("<main>")[2]))
    inputs = [numbers.text(exercise.trace.values[node]) for node in exercise.trace.graph.inputs.values()]
    prompts = [plain(text) for question in exercise.questions for text in (question.prompt, *question.given)
               if not KINDS[question.kind].other]  # fmt: skip
    prompts += map(plain, on_numbers(exercise))  # which counts those of the pass that are long
    allowed = numbers_in("1,5 1 % 2/3 2 4" + " ".join((exercise.title, *inputs, *prompts, *map(str, range(20)))))
    assert {digits.lstrip("-−") for digits in numbers_in(text)} <= {digits.lstrip("-−") for digits in allowed}


def test_a_planted_answer_is_seen() -> None:
    exercise = level(6, 2)
    page = page_of(exercise)
    field = next(field for field in exercise.fields if len(right_text(field, 4).lstrip("-0.")) > 4 and field.wrong)
    sentence = max(pieces(feedback(exercise.trace, field.wrong[0].diagnoses[0], "en")), key=len)
    line = max((piece for line in exercise.questions[1].solution for piece in pieces(line)), key=len)
    for planted in (right_text(field, 4), f"<i>{field.response.right!r}</i>", sentence, line):
        assert leaks(exercise, page.replace("</main>", f"<!-- {planted} --></main>")) != []
    rules = level(1)
    formula = next(field.response.right for field in rules.fields if isinstance(field.response, Formula))
    assert leaks(rules, page_of(rules) + formula) != []


def test_entries_do_not_tell_the_right_one_by_their_place() -> None:
    """Tags are sorted, and a hash is no order."""
    for spec in data_of(page_of(level(6)))["fields"].values():
        tags = list(spec["entries"]) if "entries" in spec else [[begins, tag] for begins, tag, _ in spec["forms"]]
        assert tags == sorted(tags)


# -- the file -----------------------------------------------------------------------------------


def test_the_same_exercise_gives_the_same_bytes() -> None:
    first, second = (page_of(of_level(4, 7)) for _ in range(2))
    assert first == second
    assert page_of(of_level(4, 8)) != first


def test_the_policy_knows_the_script_and_the_style() -> None:
    page = page_of(level(4))
    policy = page.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    script = page.rpartition("<script>")[2].partition("</script>")[0]
    style = page.partition("<style>")[2].partition("</style>")[0]
    for kind, text in (("script", script), ("style", style)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert not re.search(r"""https?://(?!www\.w3\.org)|\sstyle=|\son\w+=|eval\(|new Function""", page)


@pytest.mark.parametrize("sheet", ["key", "solution"])
@pytest.mark.parametrize("number", [1, 4, 5, 6, 8])
def test_sheets_with_answers_have_them_all(number: int, sheet: Sheet) -> None:
    exercise = level(number)
    page = page_of(exercise, sheet)
    assert "<script" not in page
    assert "<input" not in page
    for field in exercise.fields:
        if not isinstance(field.response, Choice):
            assert right_math(field, exercise.digits).write(MATHML) in page
    worked = [piece for question in exercise.questions for line in question.solution for piece in pieces(line)]
    assert worked
    assert all(piece in unescape(page) for piece in worked) == (sheet == "solution")


def test_each_variant_has_its_page(tmp_path: Path) -> None:
    written = save([level(4, seed) for seed in (1, 2)], str(tmp_path / "sheet.html"))
    assert [Path(path).name for path in written] == ["sheet-1.html", "sheet-2.html"]


def test_large_inputs_are_given_whole() -> None:
    exercise = of_formula(parse("L = sum(W @ x)"), 1, shapes={"W": (4, 2), "x": (2,)}, asked=("inputs",))
    page = page_of(exercise)
    rows = exercise.trace.values[exercise.trace.graph.inputs["W"]].tolist()
    given = ", ".join(f"[{', '.join(numbers.number(entry, 12) for entry in row)}]" for row in rows)
    assert f"W = [{given}]" in re.sub(r"<[^>]*>|&NoBreak;", "", page).replace("−", "-")


def test_texts_of_the_author_are_escaped() -> None:
    exercise = own("L = 3*x + 1  # </script><img src=x onerror=alert(1)> &amp; \"'")
    page = page_of(exercise)
    assert "<img" not in page
    assert page.count("</script>") == 2


# -- marks and seals ----------------------------------------------------------------------------


def mark_of(number: float, share: float, begin: int) -> str:
    """As the page does it."""
    cell = math.floor(math.log(abs(number)) / width(share) - begin / PARTS)
    return f"{'-' if number < 0 else '+'}{cell}.{begin}"


@pytest.mark.parametrize("share", [0.01, 0.05, 5e-7])
@pytest.mark.parametrize("right", [24.0, -24.1, 0.0012, -7e3, 1.0, 0.3333333333333333])
def test_all_numbers_within_the_share_have_one_mark(right: float, share: float) -> None:
    word, begin = mark(right, share)
    for factor in (1.0, 1 + 0.87 * share, 1 - 0.87 * share):
        assert mark_of(right * factor, share, begin) == word
    for factor in (1 + 1.13 * share, 1 - 1.13 * share, -1.0, 2.0):
        assert mark_of(right * factor, share, begin) != word


def test_a_seal_opens_with_its_word_alone() -> None:
    sealer = Sealer(b"secret")
    tag, blob = sealer.seal("q1|+3.4", "矢印と逆向き <b>")
    key = hashlib.pbkdf2_hmac("sha256", b"q1|+3.4", sealer.salt.encode(), ROUNDS)
    stream = hashlib.sha256(key + bytes(4)).digest()
    assert bytes(a ^ b for a, b in zip(base64.b64decode(blob), stream, strict=False)).decode() == "矢印と逆向き <b>"
    assert (tag, blob) == sealer.seal("q1|+3.4", "矢印と逆向き <b>")
    assert {tag, blob}.isdisjoint(sealer.seal("q1|+3.5", "矢印と逆向き <b>"))
    assert {tag, blob}.isdisjoint(Sealer(b"other").seal("q1|+3.4", "矢印と逆向き <b>"))


def test_a_rule_that_is_given_is_seen_at_once_and_a_pass_at_other_inputs_is_not() -> None:
    for number, kind, seen in ((11, "momentum_step", True), (5, "mistake", False)):
        page = page_of(of_level(number, 1, asked=[kind]))
        bare = unescape(re.sub(r"<(svg|style)\b.*?</\1>|/\*.*?\*/", "", page, flags=re.S))  # comments are no texts
        assert ('<ul class="with"><li>' in bare, 'data-do="given"' in bare) == (seen, not seen)
