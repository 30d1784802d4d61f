"""Which columns a run learns from: those that are inputs, and no other that is called alike."""

from __future__ import annotations

import pytest

from graphviz_ad.api import parse
from graphviz_ad.data.named import named
from graphviz_ad.data.table import Table
from graphviz_ad.errors import InputError
from graphviz_ad.training.model import model

MEAN = "L = mean((w x + b - y)^2)"


def test_a_numbered_column_is_not_the_array_without_the_number() -> None:
    """With x_1 and x_2 in the file, x is neither, and not silently the last of them."""
    with pytest.raises(InputError, match="'x': no column and no start value"):
        model(parse(MEAN), named("three-classes"), {"w": 0, "b": 0})
    line = named("line").columns
    assert model(parse(MEAN), Table({"x_i": line["x"], "y": line["y"]}, "t"), {"w": 0, "b": 0}).columns == {
        "x": "x_i", "y": "y",
    }  # fmt: skip


def test_two_columns_that_are_one_input() -> None:
    line = named("line").columns
    with pytest.raises(InputError, match="are one name"):
        model(parse(MEAN), Table({"x_i": line["y"], "x": line["x"], "y": line["y"]}, "t"), {"w": 0, "b": 0})


def test_a_name_that_ends_in_letters_is_no_array_with_an_index() -> None:
    line = named("line").columns
    table = Table({"x": line["x"], "m_kg": line["y"]}, "t")
    assert parse("L = mean((w x - m_kg)^2)", given=table.columns).notes == ()
