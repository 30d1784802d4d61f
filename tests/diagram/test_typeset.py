"""Texts reach Typst as data: what is set is the text itself, with the measures Typst gives it."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphviz_ad import parse
from graphviz_ad.diagram import typeset as typesetting
from graphviz_ad.diagram.fonts import MATH_FONT, TEXT_FONT, Fonts, needs_cjk
from graphviz_ad.diagram.typeset import EMPTY, Request, new_compiler, text, typeset
from graphviz_ad.diagram.windings import one_way
from graphviz_ad.export.states import glyphs_of
from tests.diagram.test_svg import NASTY

_PLAIN = """
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(font: "FONT", size: 12pt)
#for (i, plain) in json(bytes(sys.inputs.texts)).enumerate() { if i > 0 { pagebreak() }; [#plain] }
""".replace("FONT", TEXT_FONT)
"""The texts as strings of JSON, which no one evaluates."""


def widths_as_data(texts: list[str]) -> list[float]:
    import json

    pages = new_compiler(_PLAIN, ()).compile(format="svg", sys_inputs={"texts": json.dumps(texts)})
    pages = pages if isinstance(pages, list) else [pages]
    return [float(re.search(rb'width="([\d.]+)pt"', page)[1]) for page in pages]  # type: ignore[index]


def test_a_text_is_as_wide_as_the_same_text_given_as_data() -> None:
    texts = [
        *NASTY,
        "plain",
        "a  b",
        '"',
        "\\",
        "\\n",
        "#",
        "$x$",
        "// comment",
        "/* x */",
        "= head",
        "- item",
        "_a_ *b*",
        "~",
        "--",
    ]
    labels = typeset([Request(text(plain), 12) for plain in texts])
    assert [label.width for label in labels] == pytest.approx(widths_as_data(texts), abs=0.02)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=25),
        min_size=1,
        max_size=12,
        unique=True,
    )
)
def test_any_text_is_as_wide_as_the_same_text_given_as_data(texts: list[str]) -> None:
    labels = typeset([Request(text(plain), 12) for plain in texts])
    assert [label.width for label in labels] == pytest.approx(widths_as_data(texts), abs=0.02)


def test_a_text_that_is_evaluated_would_be_seen() -> None:
    """With the quotes left out, `$x$` is mathematics and has another width."""
    (label,) = typeset([Request("$x$", 12)])
    assert label.width != pytest.approx(widths_as_data(["$x$"])[0], abs=0.02)


def test_nothing_is_read_from_outside() -> None:
    with pytest.raises(Exception, match=r"file not found|access denied"):
        typeset([Request(f'#read("{__file__}")', 12)])


def test_equal_requests_are_one_label() -> None:
    first, second, third = typeset([Request("$x$", 12), Request("$y$", 12), Request("$x$", 12)])
    assert first is third
    assert first != second
    assert typeset([]) == []


def test_an_empty_request_is_empty() -> None:
    (label,) = typeset([Request("", 12)])
    assert (label.runs, label.ink_width, label.height) == (EMPTY.runs, 0, 0)


def test_measures() -> None:
    x, big, fraction, minus = typeset(
        [Request(m, s) for m, s in (("$x$", 12), ("$x$", 24), ("$frac(a, b)$", 12), ("$-1$", 12))]
    )
    assert (big.ink_width, big.height) == pytest.approx((2 * x.ink_width, 2 * x.height), rel=0.02)
    assert x.box[3] == pytest.approx(0, abs=0.3)  # it stands on the baseline
    assert fraction.box[1] < x.box[1]
    assert fraction.box[3] > 0
    assert minus.ink_width > x.ink_width


def test_parts_can_be_found_again_by_their_colour() -> None:
    (label,) = typeset([Request('$#T("00000a",$a$) + #T("00000b",$b$)$', 12)])
    runs = {run.tag: run.box for run in label.runs}
    assert set(runs) == {"", "00000a", "00000b"}
    assert runs["00000a"][2] < runs[""][0] < runs[""][2] < runs["00000b"][0]


@pytest.mark.parametrize(
    ("plain", "japanese"), [("損失", True), ("かな", True), ("Ａ", True), ("ŷ = σ(z)·x²", False), ("ℝ³ → ∂", False)]
)
def test_which_texts_need_a_japanese_font(plain: str, japanese: bool) -> None:
    assert needs_cjk(plain) is japanese


def test_the_fonts_are_those_inside_typst() -> None:
    import typst

    names = {family.casefold() for family in typst.Fonts(include_system_fonts=False).families()}
    assert {TEXT_FONT.casefold(), MATH_FONT.casefold()} <= names


@pytest.mark.cjk
def test_the_title_of_a_japanese_function_is_set_in_a_japanese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names of nodes are ASCII here; only the frame round the function's nodes bears its name."""
    families: list[tuple[str, ...]] = []
    compiled = typesetting._compile

    def watched(requests: Iterable[Request], fonts: Fonts, lang: str) -> bytes:
        if any("活性" in request.markup for request in requests):
            families.append(fonts.families)
        return compiled(requests, fonts, lang)

    monkeypatch.setattr(typesetting, "_compile", watched)
    monkeypatch.setattr(typesetting, "_kept", {})
    parse("活性(t) = t*sigmoid(t); L = 活性(w)").run(w=2).draw()
    assert len(families) == 2  # labels and header
    assert all(families)


def test_a_label_is_the_same_wherever_it_stands_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit: labels are kept, and what is set with them must not tell."""
    requests = [Request(f"$sqrt({n}.5)/{n} + x^({n})$", size) for n in range(2, 22) for size in (11.7333, 17.0)]
    kept: dict[object, object] = {}
    monkeypatch.setattr(typesetting, "_kept", kept)
    together = typeset(requests)
    kept.clear()
    assert [typeset([request])[0] for request in reversed(requests)][::-1] == together


def test_labels_that_are_kept_are_not_set_again_and_not_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    sets: list[int] = []
    compiled = typesetting._compile

    def watched(requests: list[Request], fonts: Fonts, lang: str) -> bytes:
        sets.append(len(requests))
        return compiled(requests, fonts, lang)

    monkeypatch.setattr(typesetting, "_compile", watched)
    monkeypatch.setattr(typesetting, "_kept", {})
    monkeypatch.setattr(typesetting, "_MAX_KEPT_LABELS", 3)
    x, y, z, w = (Request(f"${name}$", 12.0) for name in "xyzw")
    typeset([x, y, z])
    typeset([z, w, x])
    typeset([x])
    assert sets == [3, 1, 1]
    assert len(typesetting._kept) == 3


@pytest.mark.parametrize("bars", ["norm", "abs", "floor"])
def test_the_pieces_of_a_tall_bar_go_round_one_way(bars: str) -> None:
    """Where two overlap in one path and go round both ways, there is a hole."""
    (label,) = typeset([Request(f"#math.display(${bars}(mat(1; 2; 3; 4; 5; 6))$)", 16)])
    outlines = {outline for run in label.runs for _, _, outline in glyphs_of(run.path)}
    upside_down = [f"M 0 0{outline}" for outline in outlines]  # of which each is clockwise, since y is downwards
    assert len(upside_down) > 8
    assert [d for d in upside_down if one_way(d) == d] == []
