"""Edges into an operation whose arguments can change places do not cross before it without need."""

from __future__ import annotations

import pytest

from graphviz_ad.diagram import arriving
from tests.diagram.cases import Case, deck_of
from tests.diagram.overlap import sampled
from tests.diagram.test_fold import crossings

SHARED: Case = (
    "隠れ層 = tanh(重み1*入力 + 切片1); 予測 = 重み2*隠れ層 + 切片2; 誤差 = 予測 - 正解; "
    "損失 = 誤差^2 + 係数*重み1^2 + 係数*重み2^2",
    dict.fromkeys(["重み1", "入力", "切片1", "重み2", "切片2", "正解", "係数"], 0.5),
)


SHARING: Case = ("a = y*x; b = a*y; c = b*z; d = a*y; L = a*d + b*c", dict.fromkeys(["x", "y", "z"], 0.5))
PRODUCTS: Case = ("a = y*x; b = y*z; c = z*a; d = a*x; L = a*d + b*c", dict.fromkeys(["x", "y", "z"], 0.5))


def crossed(case: Case, direction: str) -> int:
    deck = deck_of(case, direction=direction)
    return crossings([sampled(edge.points)[::4].tolist() for edge in deck.scene.edges])


@pytest.mark.cjk
@pytest.mark.parametrize(("case", "direction"), [(SHARED, "LR"), (SHARING, "LR"), (PRODUCTS, "TB")])
def test_an_edge_comes_in_on_the_side_it_is_led_to(case: Case, direction: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its label may stand on the other side of the other one's."""
    here = crossed(case, direction)
    monkeypatch.setattr(arriving, "_arriving", lambda routes, axis: [0.0] * len(routes))
    assert here < crossed(case, direction)
