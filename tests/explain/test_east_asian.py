"""A name in kanji or kana has no space about it in a sentence of such, unless nothing else says where it begins."""

from __future__ import annotations

import pytest

from graphviz_ad import parse
from graphviz_ad.explain.phrase import phrase, plain


def test_a_sentence() -> None:
    text = str(parse("損失 = (重み*入力 - 目標)^2").run({"重み": 2.0, "入力": 3.0, "目標": 1.0}).explain("ja"))
    assert "v1 は重みと入力の積です。" in text
    assert "損失は v2 の 2 乗です。" in text
    assert "相手の因子 入力を掛けたもの" in text
    assert "v1 は x と重みの積です。" in str(parse("v1 = x*重み").run({"重み": 2.0, "x": 3.0}).explain("ja"))


@pytest.mark.parametrize("lang", ["en", "ja", "zh"])
def test_latin_names_keep_their_spaces(lang: str) -> None:
    trace = parse("L = w*x").run(w=2.0, x=3.0)
    assert " w " in str(trace.explain(lang))
    assert "損失 is" not in plain(phrase("seed", "ja", out="損失"))
