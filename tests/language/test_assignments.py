"""Values of the inputs written in one text: what they become, and what is said of what is none."""

from __future__ import annotations

import pytest

from graphviz_ad.errors import InputError
from graphviz_ad.language.assignments import Value, read_assignments


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", {}),
        ("w=2 x=-.5", {"w": 2.0, "x": -0.5}),
        ("  w=1/4\n\tx=1e-3 ", {"w": 0.25, "x": 0.001}),
        ("W=[[1, 2],\n [3, 4]] x=[1 , -1]", {"W": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, -1.0]}),
        ("重み＝２ x'=3", {"重み": 2.0, "x'": 3.0}),
        ('{"w": 2, "x": [1, 2]}', {"w": 2.0, "x": [1.0, 2.0]}),
    ],
)
def test_values(text: str, values: dict[str, Value]) -> None:
    assert read_assignments(text, "inputs") == values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("w=2 w=3", "'w' is given twice\nhint: leave out one of the values of 'w'"),
        (
            "w = 2",
            "this is only a part of NAME=VALUE\n  1 | w\n    | ^\nhint: write it without spaces round the '=', as in w=1",
        ),
        (
            "w=[1, 2 x=3",
            "this '[' is never closed\n  1 | w=[1,\n    |   ^\nhint: add a ']'; in a shell put the value in quotes",
        ),
        (
            '{"w": NaN}',
            "the value of 'w' in 'inputs' is not a number or a list of numbers\n"
            'hint: it holds one object, as in {"w": 2, "x": [1, 2]}',
        ),
        (
            '{"w" 2}',
            "'inputs' is not JSON: expecting ':' delimiter\n"
            '  1 | {"w" 2}\n    |      ^\nhint: it holds one object, as in {"w": 2, "x": [1, 2]}',
        ),
    ],
)
def test_messages(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_assignments(text, "inputs")
    assert str(caught.value) == message
