"""The `server.py` of a question for PrairieLearn: chooses a variant, marks formulas, says what went wrong.

It is copied beside the question, with its variants and its words put in. Formulas are read by the program's own reader,
in the folder graphviz_ad beside it: PrairieLearn runs server.py with the folder of the question first among those in
which modules are looked for. (https://prairielearn.readthedocs.io/en/latest/question/)
"""

import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphviz_ad.items.written import NotAFormulaError

VARIANTS: list[dict[str, Any]] = json.loads("[]")
"""The exercises, of which each student gets one: put in here when the question is written."""
WORDS: dict[str, str] = json.loads("{}")
"""What is said of answers, by key: put in with the variants."""

SAME = 5e-7
"""Share by which two values at a point may differ."""
NOISE = 1e-9
"""By which they may differ near 0, unless a field says less."""


def generate(data: dict[str, Any]) -> None:
    """Choose the variant."""
    number = int(data["variant_seed"]) % len(VARIANTS)
    data["params"].update(VARIANTS[number]["params"], variant=number)
    data["correct_answers"].update(VARIANTS[number]["correct"])


def parse(data: dict[str, Any]) -> None:
    """A formula that cannot be read is a mistake of format, which costs nothing."""
    for name, field in VARIANTS[data["params"]["variant"]]["fields"].items():
        answer = data["submitted_answers"].get(name)
        if field["type"] == "formula" and isinstance(answer, str):
            from graphviz_ad.items.written import NotAFormulaError, read

            try:
                read(answer, field["names"])
            except NotAFormulaError as problem:
                data["format_errors"][name] = reason(problem)


def reason(problem: "NotAFormulaError") -> str:
    """Why a text is no formula → what the student is told."""
    rest = problem.fillings.get("rest", "")
    if problem.reason == "long":
        return WORDS["long"]
    if problem.reason == "formula" or rest.startswith(("(", "[")):  # which is never closed
        return WORDS["end"]
    if rest and not rest[0].isalpha():
        return WORDS["sign"].format(sign=rest[0])
    return WORDS["name"].format(name=problem.fillings.get("name") or rest.partition("(")[0])


def grade(data: dict[str, Any]) -> None:
    """Grade formulas, say what is known of wrong answers, and weigh the fields by their points."""
    variant = VARIANTS[data["params"]["variant"]]
    earned, feedback = 0.0, list[dict[str, str]]()
    for name, field in variant["fields"].items():
        answer = data["submitted_answers"].get(name)
        if field["type"] == "formula":
            right = isinstance(answer, str) and same(values(answer, field, variant), field["right"], field)
            data["partial_scores"][name] = {"score": int(right), "weight": 1}
        score = data["partial_scores"].get(name, {}).get("score") or 0
        earned += score * field["points"]
        if score < 1 and answer is not None:
            feedback += [{"label": field["label"], "said": feedback_on(answer, field, variant)}]
    data["score"] = earned / sum(field["points"] for field in variant["fields"].values())
    data["feedback"]["said"] = feedback


def feedback_on(answer: object, field: dict[str, Any], variant: dict[str, Any]) -> str:
    """Wrong answer → what is said of it: the mistake where it is known."""
    if field["type"] == "number" and isinstance(answer, int | float):
        for known, within, text in field["known"]:
            if abs(answer - known) <= within:
                return str(text)
    if field["type"] == "formula" and isinstance(answer, str):
        answered = values(answer, field, variant)
        for known, text in field["known"]:
            if same(answered, known, field):
                return str(text)
    if field["type"] == "choice":  # a fixed order gives the options the keys a, b, c …
        return str(field["known"].get(str(answer).lower(), WORDS["wrong"]))
    return WORDS["unmatched"]


def same(answered: list[float | None], known: list[float], field: dict[str, Any]) -> bool:
    """Whether values at the points are the same."""
    near = field.get("near", NOISE)
    return all(mine is not None and math.isclose(mine, other, rel_tol=SAME, abs_tol=near)
               for mine, other in zip(answered, known, strict=True))  # fmt: skip


def values(answer: str, field: dict[str, Any], variant: dict[str, Any]) -> list[float | None]:
    """Formula as written → its values at the points, None where it has none."""
    from graphviz_ad.items.written import NotAFormulaError, read, value

    try:
        formula = read(answer, field["names"])
    except NotAFormulaError:
        return [None] * len(variant["points"])
    return [value(formula, point) for point in variant["points"]]
