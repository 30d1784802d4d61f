"""The `server.py` of a question for PrairieLearn: chooses a variant, reads formulas, says what went wrong.

It stands alone: it is copied beside the question, with its variants and its words put in.
(https://prairielearn.readthedocs.io/en/latest/question/)
"""

import json
import math
import re
import unicodedata
from collections.abc import Callable
from typing import Any

VARIANTS: list[dict[str, Any]] = json.loads("[]")
WORDS: dict[str, str] = json.loads("{}")

Point = dict[str, float]
Value = Callable[[Point], float]

FUNCTIONS: dict[str, Callable[[float], float]] = {
    "exp": math.exp, "log": math.log, "ln": math.log, "sqrt": math.sqrt, "abs": abs, "sin": math.sin, "cos": math.cos,
    "tan": math.tan, "sinh": math.sinh, "cosh": math.cosh, "tanh": math.tanh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)), "σ": lambda x: 1 / (1 + math.exp(-x)),
    "relu": lambda x: max(x, 0.0), "softplus": lambda x: math.log1p(math.exp(x)),
}  # fmt: skip
TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|([^\W\d]\w*)|(\*\*|[-+*/^()]))")
SIGNS = str.maketrans({"−": "-", "·": "*", "×": "*", "⋅": "*", "÷": "/", "[": "(", "]": ")"} | {
    sign: f"^{digit}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")
})  # fmt: skip
LONGEST = 400
SAME = 5e-7


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
            try:
                Reader(answer, field["names"])
            except ValueError as problem:
                data["format_errors"][name] = str(problem)


def grade(data: dict[str, Any]) -> None:
    """Grade formulas, say what is known of wrong answers, and weigh the fields by their points."""
    variant = VARIANTS[data["params"]["variant"]]
    earned, said = 0.0, list[dict[str, str]]()
    for name, field in variant["fields"].items():
        answer = data["submitted_answers"].get(name)
        if field["type"] == "formula":
            right = isinstance(answer, str) and same(values(answer, field, variant), field["right"])
            data["partial_scores"][name] = {"score": int(right), "weight": 1}
        score = data["partial_scores"].get(name, {}).get("score") or 0
        earned += score * field["points"]
        if score < 1 and answer is not None:
            said += [{"label": field["label"], "said": told(answer, field, variant)}]
    data["score"] = earned / sum(field["points"] for field in variant["fields"].values())
    data["feedback"]["said"] = said


def told(answer: Any, field: dict[str, Any], variant: dict[str, Any]) -> str:
    """Wrong answer → what is said of it: the mistake where it is known."""
    if field["type"] == "number" and isinstance(answer, int | float):
        for known, within, said in field["known"]:
            if abs(answer - known) <= within:
                return str(said)
    if field["type"] == "formula" and isinstance(answer, str):
        found = values(answer, field, variant)
        for known, said in field["known"]:
            if same(found, known):
                return str(said)
    return WORDS["wrong"] if field["type"] == "choice" else WORDS["unmatched"]


def same(found: list[float | None], known: list[float]) -> bool:
    """Whether values at the points are the same."""
    return all(one is not None and math.isclose(one, other, rel_tol=SAME, abs_tol=1e-9)
               for one, other in zip(found, known, strict=True))  # fmt: skip


def values(answer: str, field: dict[str, Any], variant: dict[str, Any]) -> list[float | None]:
    """Formula as written → its values at the points, None where it has none."""
    reader = Reader(answer, field["names"])
    found: list[float | None] = []
    for point in variant["points"]:
        try:
            value = reader.value(point)
            found.append(value if math.isfinite(value) else None)
        except (ArithmeticError, ValueError, TypeError, RecursionError):
            found.append(None)
    return found


class Reader:
    """Reads a formula: sum, product (also without a sign), sign, power, names, numbers, functions, brackets."""

    def __init__(self, text: str, names: list[str]) -> None:
        if len(text) > LONGEST:
            raise ValueError(WORDS["long"])
        self.names, self.tokens = names, list[str]()
        text, at = unicodedata.normalize("NFC", text).translate(SIGNS).strip(), 0
        while at < len(text):
            match = TOKEN.match(text, at)
            if match is None:
                raise ValueError(WORDS["sign"].format(sign=text[at:].lstrip()[0]))
            self.tokens.append(match.group(match.lastindex or 0))
            at = match.end()
        self.at = 0
        try:
            self.formula = self.sum()
        except RecursionError:
            raise ValueError(WORDS["long"]) from None
        if self.at < len(self.tokens):
            raise ValueError(WORDS["sign"].format(sign=self.tokens[self.at]))

    def value(self, point: Point) -> float:
        """Values of names → the value of the formula."""
        return float(self.formula(point))

    def next(self, *wanted: str) -> str | None:
        """The next token if it is one of these, else None."""
        if self.at < len(self.tokens) and self.tokens[self.at] in wanted:
            self.at += 1
            return self.tokens[self.at - 1]
        return None

    def sum(self) -> Value:
        parts = [("+", self.product())]
        while sign := self.next("+", "-"):
            parts.append((sign, self.product()))
        return lambda point: sum(part(point) if sign == "+" else -part(point) for sign, part in parts)

    def product(self) -> Value:
        parts = [("*", self.signed())]
        while True:
            if sign := self.next("*", "/"):
                parts.append((sign, self.signed()))
            elif self.at < len(self.tokens) and (
                self.tokens[self.at] == "(" or self.tokens[self.at][0] not in "+-*/^)"
            ):
                parts.append(("*", self.power()))
            else:
                break

        def value(point: Point) -> float:
            found = 1.0
            for sign, part in parts:
                found = found * part(point) if sign == "*" else found / part(point)
            return found

        return value

    def signed(self) -> Value:
        if sign := self.next("-", "+"):
            inner = self.signed()
            return (lambda point: -inner(point)) if sign == "-" else inner
        return self.power()

    def power(self) -> Value:
        base = self.atom()
        if self.next("^", "**"):
            exponent = self.signed()
            return lambda point: float(base(point) ** exponent(point))  # TypeError where it is complex
        return base

    def atom(self) -> Value:
        if self.at == len(self.tokens):
            raise ValueError(WORDS["end"])
        token = self.tokens[self.at]
        self.at += 1
        if self.tokens[self.at - 1] == "(":
            inner = self.sum()
            if not self.next(")"):
                raise ValueError(WORDS["end"])
            return inner
        if token[0].isdigit() or token[0] == ".":
            return lambda point: float(token)
        if token in self.names:
            return lambda point: point[token]
        if token in FUNCTIONS and self.tokens[self.at : self.at + 1] == ["("]:
            inner = self.atom()
            return lambda point: FUNCTIONS[token](inner(point))
        if token in ("pi", "π"):
            return lambda point: math.pi
        raise ValueError(WORDS["name" if token[0].isalpha() else "sign"].format(name=token, sign=token))
