"""Whole explanations, compared with the texts beside this file.

To renew them after a change that was meant: `python -m tests.explain.test_texts`, then read the difference.
"""

from pathlib import Path

import pytest

from graphviz_ad import parse

HERE = Path(__file__).parent / "texts"
RENEW = "python -m tests.explain.test_texts"

CASES = {
    "neuron": ("z = w*x + b; a = sigmoid(z); L = (a - y)^2 + 0.1*w^2", {"w": 2, "x": 3, "b": -1, "y": 1}),
    "square": ("m = x*x; L = m/3 - 2*m", {"x": 0.7}),
    "output_twice": ("L = x*x", {"x": 3}),
    "relu": ("z = w*x; L = relu(z) + relu(-z) + relu(0*x)", {"w": 2, "x": -3}),
    "fan_out": ("L = x + x*y + sin(x) + exp(x) + x^3 + x^0 + x^y", {"x": 0.5, "y": 2}),
    "bias": ("z = X @ w + b; L = mean((z - y)^2)", {"X": [[1, 2], [3, 4], [5, 6]], "w": [1, -1], "b": 0.5, "y": [1, 0, 1]}),
    "softmax": ("p = softmax(z); L = -log(p[1])", {"z": [1, 2, 3]}),
    "layer": ("H = relu(X @ W + b); L = sum(H * H)", {"X": [[1, -2]], "W": [[1, 2, 3, 4], [0, 1, -1, 2]], "b": [1, 0, 5, 0]}),
    "not_finite": ("u = log(x); v = 1/y; L = u*v + exp(z)", {"x": -1, "y": 0, "z": 1000}),
    "choice": ("L = where(x > 1, x^2, y) + maximum(x, y) + abs(y) + clamp(y, 0, 2)", {"x": 2, "y": 2}),
}  # fmt: skip
FORMS = {
    "txt": lambda explanation: str(explanation),
    "table.txt": lambda explanation: explanation.table(),
    "tex": lambda explanation: explanation.latex(),
}
FILES = [
    (name, lang, form)
    for name in CASES
    for lang in ("en", "ja")
    for form in FORMS
    if form == "txt" or name in ("neuron", "softmax")
]


def written(name: str, lang: str, form: str) -> str:
    """One case, in one language and form, as it is now."""
    formula, values = CASES[name]
    explanation = parse(formula).run(values).explain(lang=lang)
    return FORMS[form](explanation) + "\n"


@pytest.mark.parametrize(("name", "lang", "form"), FILES)
def test_whole_text(name: str, lang: str, form: str) -> None:
    kept = (HERE / f"{name}.{lang}.{form}").read_text(encoding="utf-8")
    assert written(name, lang, form) == kept, f"if this is as it should be: {RENEW}"


def test_no_text_is_left_over() -> None:
    assert {path.name for path in HERE.iterdir()} == {f"{name}.{lang}.{form}" for name, lang, form in FILES}


def test_colours_change_nothing_else() -> None:
    import re

    formula, values = CASES["neuron"]
    explanation = parse(formula).run(values).explain()
    coloured = explanation.colored()
    assert re.sub(r"\033\[\d+m", "", coloured) == str(explanation)
    blocks = coloured.split("\n\n")
    assert blocks[0].startswith("\033[32m")
    assert blocks[-1].startswith("\033[31m")


def test_table_columns_are_aligned() -> None:
    from graphviz_ad.source import width

    for lang in ("en", "ja"):
        lines = written("neuron", lang, "table.txt").splitlines()
        assert len({width(line[: line.index("│" if "│" in line else "┼")]) for line in lines}) == 1


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for path in HERE.iterdir():
        path.unlink()
    for case in FILES:
        (HERE / ".".join(case)).write_text(written(*case), encoding="utf-8")
