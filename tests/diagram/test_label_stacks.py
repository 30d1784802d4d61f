"""Arrays of three axes and more in labels: small matrices in a row, else their shape."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_ad.language.number_format import NumberFormat
from graphviz_ad.language.values import LATEX, TYPST


def label(*shape: int, entries: int = 3) -> str:
    """Shape → what a label says of an array of it, whose entries are 0, 1, 2 …"""
    return TYPST.of_labels.write(np.arange(float(np.prod(shape))).reshape(shape), NumberFormat(4, "decimal", entries))


def test_a_small_stack_is_its_matrices_in_a_row() -> None:
    assert label(2, 1, 2) == "lr([mat(0, 1) thin mat(2, 3)])_(2 times 1 times 2)"
    assert LATEX.of_labels.write(np.zeros((1, 1, 1, 1)), 4).startswith(r"\left[\begin{pmatrix} 0 \end{pmatrix}\right]_")


@pytest.mark.parametrize(("shape", "matrices"), [((5, 2, 2), 4), ((3, 4, 4), 2), ((1, 2, 4, 4), 2), ((9, 1, 1), 8)])
def test_a_longer_one_has_the_first_and_the_last(shape: tuple[int, ...], matrices: int) -> None:
    assert label(*shape).count("mat(") == matrices
    assert (" thin dots.c thin " in label(*shape)) == (matrices < np.prod(shape[:-2]))
    assert label(*shape).split("mat(")[-1].split(")")[0].endswith(str(np.prod(shape) - 1))


def test_a_large_one_is_its_shape_unless_more_entries_are_asked_for() -> None:
    assert label(64, 3, 3) == "[64 times 3 times 3]"
    assert label(2, 5, 6) == "[2 times 5 times 6]"
    assert label(2, 5, 6, entries=6).count("mat(") == 2


def test_in_an_equation_it_is_its_shape() -> None:
    assert TYPST.write(np.zeros((2, 2, 2)), 4) == "[2 times 2 times 2]"
