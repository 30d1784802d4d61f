"""Every sentence of the explanations is used, and every operation has something to say."""

import re
from pathlib import Path

import pytest

import graphviz_ad.explain
from graphviz_ad import GraphvizADError, parse
from graphviz_ad.autodiff.steps import Pull
from graphviz_ad.explain.phrase import plain
from graphviz_ad.explain.sentence import sentence
from graphviz_ad.messages.catalogue import is_known, keys, languages
from graphviz_ad.ops.table import TABLE

SOURCES = "".join(
    path.read_text(encoding="utf-8")
    for path in Path(graphviz_ad.explain.__file__).parent.glob("*.py")
    if path.name != "catalogue.py"
)


PUT_TOGETHER = {
    *(f"accumulate.{which}" for which in ("first", "partial", "final", "final.two")),
    *(f"phase.{which}" for which in ("forward", "backward", "update", "grad", "tangent")),
    *(f"table.{which}" for which in ("primal", "adjoint", "tangent")),
    *(f"warning.{which}" for which in ("value", "gradient")),
    *(f"pull.{name}.{which}" for name in ("subtract", "divide") for which in ("first", "second")),
    *(f"pull.multiply.{which}" for which in ("zero", "one")),
    *(f"pull.multiply{which}.several" for which in ("", ".zero", ".one")),
    "pull.statement",
    *(f"pull.{name}.{which}" for name in ("conv", "conv_transpose") for which in ("input", "kernel")),
    *(f"evaluate.{name}" for name in ("conv", "conv_transpose", "max_pool", "avg_pool")),
    *(f"evaluate.{name}.several" for name in ("add", "multiply")),
    *(f"pull.{which}.because" for which in ("zero", "one")),
    *(f"pull.{name}.{how}" for name in ("max", "min") for how in ("tied", "axis", "axis.tied")),
}
"""Keys whose parts are joined where they are used."""


FAMILIES = (
    "evaluate.", "broadcast", "undefined", "infinite.", "overflow", "carried", "some", "seed", "pull", "axis.",
    "accumulate.", "phase.", "table.", "warning.", "op.",
)  # fmt: skip
"""What the keys of sentences begin with."""


def test_every_sentence_is_used() -> None:
    rows = {row.name for row in TABLE}
    by_row = {f"{family}.{name}" for family in ("evaluate", "pull", "op") for name in rows}
    unused = {key for key in keys() if key.startswith(FAMILIES) and f'"{key}"' not in SOURCES} - by_row - PUT_TOGETHER
    assert unused == set()


def test_every_key_in_the_source_is_there() -> None:
    used_keys = set(
        re.findall(r'"((?:evaluate|pull|accumulate|seed|undefined|infinite|axis|broadcast)\.[a-z_.]+)"', SOURCES)
    )
    assert all(map(is_known, used_keys | PUT_TOGETHER))


CASES = [row for row in TABLE if not row.internal and not row.shapes and row.pointwise]


@pytest.mark.parametrize("row", CASES, ids=lambda row: row.name)
@pytest.mark.parametrize("value", [0.5, -0.5, 0.0, 1.0])
def test_every_pointwise_operation_has_something_to_say(row: object, value: float) -> None:
    """No entry or filling is missing at smooth points, at 0, at ties, and over arrays."""
    params = row.params  # type: ignore[attr-defined]
    operator = next((alias for alias in row.aliases if re.fullmatch(r"[-+*/^<>=!]+", alias)), None)  # type: ignore[attr-defined]
    names = ["a", "b", "c"][: len(params)]
    call = (
        f"({names[0]}) {operator} ({names[1]})" if operator and len(names) == 2 else f"{row.name}({', '.join(names)})"
    )  # type: ignore[attr-defined]
    for given in (value, [value, 0.25]):
        trace = parse(f"L = sum({call})").run(dict.fromkeys(names, given))
        for lang in languages():
            for step in trace.steps:
                text = plain(sentence(trace, step, lang))
                assert text.endswith((".", ")", "。", "）"))
                assert "{" not in text


@pytest.mark.parametrize(
    ("formula", "values", "expected"),
    [
        ("L = bce(p, y)", {"p": 0.9, "y": 0},
         ["The further p is from the answer y, the steeper the cross-entropy.",
          "y is the answer that p is compared with; as an input of the cross-entropy it gets a gradient too."]),
        ("L = cross_entropy(z, y)", {"z": [1, 2], "y": [0, 1]},
         ["Softmax and cross-entropy together have a simple slope: the probabilities minus the target.",
          "y is the answer that z is compared with; as an input of the cross-entropy it gets a gradient too."]),
        ("L = norm(x)", {"x": 2}, ["The gradient that arrives at L, times the slope of norm at this point, goes on to x."]),
        ("L = norm(x)", {"x": [3, 4]},
         ["Several entries of x act on L together, so the gradient goes back through norm as a whole."]),
    ],
)  # fmt: skip
def test_losses_and_what_acts_as_a_whole(formula: str, values: dict[str, object], expected: list[str]) -> None:
    trace = parse(formula).run(values)
    assert [plain(sentence(trace, step)) for step in trace.steps if isinstance(step, Pull)] == expected


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(GraphvizADError, match="'de'") as caught:
        parse("L = x*y").run(x=1, y=2).explain(lang="de")
    assert caught.value.hint == f"choose one of {', '.join(languages())}"
