"""The SVG as other programs read it: its contract, and nothing that a formula's text could break out of."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphviz_ad import parse
from graphviz_ad.diagram.picture import Deck, make_style
from tests.diagram.cases import CASES, JAPANESE, LOOKS, NEURON, Case, deck_of, trace_of
from tests.diagram.svg import SVG, Element, groups, read

ELEMENTS = {"svg", "g", "path", "polygon", "polyline", "rect", "ellipse", "title", "desc"}
ROOT = {"width", "height", "viewBox", "role", "aria-labelledby"}
ATTRIBUTES = {
    "class", "data-name", "data-id", "data-edge", "transform", "d", "points", "x", "y", "width", "height", "rx", "ry", "cx", "cy",
    "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
}  # fmt: skip
OUTLINES = {"circle": "ellipse", "pill": "rect", "box": "rect", "constant": "rect"}
COLOUR = re.compile(r"none|#[0-9a-f]{6}")
NUMBER = r"-?(?:\d+\.?\d*|\.\d+)"


def breaches(svg: str) -> Iterator[str]:
    """SVG → what in it is not of the contract."""
    root = read(svg)
    for element in root.iter():
        tag = element.tag.removeprefix(SVG)
        if tag not in ELEMENTS or (tag == "svg" and element is not root):
            yield f"element {tag}"
        allowed = ROOT if element is root else {"id"} if tag in ("title", "desc") else ATTRIBUTES
        for name, value in element.attrib.items():
            if name not in allowed:
                yield f"attribute {name} of {tag}"
            if name in ("fill", "stroke") and not COLOUR.fullmatch(value):
                yield f"colour {value}"
            if name == "transform" and not re.fullmatch(rf"translate\({NUMBER} {NUMBER}\)", value):
                yield f"transform {value}"
            if name == "d" and not re.fullmatch(r"(?:[MLHVCQZmlhvcqz][-0-9. ]*)+", value):
                yield f"path {value[:60]}"
        if tag not in ("title", "desc") and (element.text or element.tail or "").strip():
            yield f"text in {tag}"


def every_picture(deck: Deck) -> list[str]:
    """Deck → the pictures of all its frames."""
    return [deck.svg(number) for number in range(len(deck.frames))]


@pytest.mark.parametrize("name", CASES)
def test_only_what_all_programs_agree_on(name: str) -> None:
    assert [breach for svg in every_picture(deck_of(CASES[name])) for breach in breaches(svg)] == []


@pytest.mark.parametrize("look", LOOKS)
def test_in_every_look(look: str) -> None:
    assert [breach for svg in every_picture(deck_of(NEURON, **LOOKS[look])) for breach in breaches(svg)] == []


def test_a_breach_is_seen() -> None:
    svg = trace_of(NEURON).draw().svg()
    spoiled = {
        svg.replace("<desc", "<style>g {}</style><desc"): ["element style", "text in style"],
        svg.replace('class="node"', 'style="fill:red"', 1): ["attribute style of g"],
        svg.replace("#ffffff", "currentColor", 1): ["colour currentColor"],
        svg.replace("translate(", "scale(2) translate(", 1): [],
        svg.replace("</svg>", '<a href="x"/></svg>'): ["element a", "attribute href of a"],
    }
    for text, expected in spoiled.items():
        assert text != svg
        sentences = list(breaches(text))
        assert (sentences == expected) if expected else len(sentences) == 1


@pytest.mark.parametrize("name", CASES)
def test_nodes_and_edges_can_be_found(name: str) -> None:
    deck = deck_of(CASES[name])
    graph = deck.trace.graph
    root = read(deck.svg(len(deck.frames) - 1))
    nodes = groups(root, "node")
    assert [(g.get("data-id"), g.get("data-name")) for g in nodes] == [
        (str(n), graph.names[n]) for n in range(len(graph))
    ]
    assert [g[0].tag.removeprefix(SVG) for g in nodes] == [OUTLINES[node.form] for node in deck.scene.nodes]
    for group, node in zip(nodes, deck.scene.nodes, strict=True):
        assert box(group[0]) == pytest.approx((node.x, node.y, node.width, node.height), abs=0.03)
    edges = [f"{arg}-{node}-{slot}" for node, args in enumerate(graph.args) for slot, arg in enumerate(args)]
    assert sorted(str(g.get("data-edge")) for g in groups(root, "edge")) == sorted(edges)


def box(shape: Element) -> tuple[float, float, float, float]:
    """Outline → its middle, width and height."""
    size = {
        name: float(value)
        for name, value in shape.attrib.items()
        if name in ("x", "y", "cx", "cy", "rx", "ry", "width", "height")
    }
    if shape.tag == f"{SVG}ellipse":
        return size["cx"], size["cy"], 2 * size["rx"], 2 * size["ry"]
    width, height = size["width"], size["height"]
    return size["x"] + width / 2, size["y"] + height / 2, width, height


def test_it_says_what_it_shows() -> None:
    deck = deck_of(NEURON)
    titles, spoken = set(), []
    for svg in every_picture(deck):
        root = read(svg)
        title, desc = root[0], root[1]
        assert (title.tag, desc.tag, root.get("role")) == (f"{SVG}title", f"{SVG}desc", "img")
        assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
        titles.add(title.text)
        spoken.append(desc.text)
    assert titles == {NEURON[0]}
    assert len(set(spoken)) == len(spoken)
    assert all(str(text).rstrip().endswith(".") for text in spoken)


@pytest.mark.cjk
def test_it_says_so_in_japanese() -> None:
    spoken = [read(svg)[1].text or "" for svg in every_picture(deck_of(JAPANESE, lang="ja"))]
    assert all(re.search("[ぁ-んァ-ヶ一-龠]", text) and text.endswith("。") for text in spoken)


def test_two_pictures_on_one_page_do_not_collide() -> None:
    pictures = [
        *every_picture(deck_of(NEURON)),
        *every_picture(deck_of(NEURON, theme="dark")),
        *every_picture(deck_of(CASES["clamp"])),
    ]
    ids_of_pictures = [re.findall(r' id="([^"]*)"', svg) for svg in pictures]
    assert all(len(ids) == 2 for ids in ids_of_pictures)
    flat = [key for ids in ids_of_pictures for key in ids]
    assert len(set(flat)) == len(flat) == 2 * len(set(pictures))


def test_the_size_is_that_of_the_view() -> None:
    for look in LOOKS:
        root = read(deck_of(NEURON, **LOOKS[look]).svg(0))
        _, _, width, height = map(float, str(root.get("viewBox")).split())
        size = float(str(root.get("width"))), float(str(root.get("height")))
        assert size[0] / size[1] == pytest.approx(width / height, rel=1e-3)
        if LOOKS[look].get("fit") == "slide":
            assert size == (1280, 720)
        else:
            assert size == (width, height)


_AGAIN = """
import sys
from tests.diagram.cases import CASES, deck_of
for name in ("neuron", "mini-batch with a bias"):
    deck = deck_of(CASES[name])
    for number in range(len(deck.frames)):
        sys.stdout.buffer.write(deck.svg(number).encode())
    sys.stdout.buffer.write(deck.trace.draw().dot().encode())
"""


@pytest.mark.slow
def test_the_same_bytes_in_every_process() -> None:
    outputs = [
        subprocess.run(
            [sys.executable, "-c", _AGAIN], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "20")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 100_000


# -- what a text could break out of ----------------------------------------------------------------

NASTY = [
    "</title><script>alert(1)</script>",
    "]]> <!-- -- --> <![CDATA[ &amp; &lt; &#0; & < > \" ' `",
    "\\end{document} \\input{x} $x$ %% #let x = 1 { } ~ ^",
    '#eval("1") #read("/etc/passwd") $ #panic() $ \\u{0} `raw` @ref <label>',
    '\\N \\G \\l \\" %s {0} ${HOME} $(id)',
]


@pytest.mark.parametrize("nasty", NASTY)
def test_a_comment_is_text_and_nothing_else(nasty: str) -> None:
    text = f"z = w*x # {nasty}\nL = where(z < 2, z, z > 1) # {nasty}"
    trace = parse(text).run(w=2, x=3)
    svg = trace.draw().svg()
    assert list(breaches(svg)) == []
    assert read(svg)[0].text == "; ".join(" ".join(line.split()) for line in text.split("\n"))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30))
@pytest.mark.slow
def test_any_comment_is_text_and_nothing_else(comment: str) -> None:
    from graphviz_ad.language.tokens import normalise

    text = f"w*x # {comment}"
    svg = parse(text).run(w=2, x=3).draw().svg()
    assert list(breaches(svg)) == []
    assert read(svg)[0].text == " ".join(normalise(text).split())


def test_a_long_formula_with_anything_in_its_comments_is_shown_as_text() -> None:
    """Above some size the header is the source's own text, cut; it goes through Typst as data."""
    head = '# "#read(\\"x\\") $ </svg> \\\n'
    text = f"{head}f(t) = {'+'.join(['t'] * 150)}; x^2"
    deck = Deck(parse(text).run(x=1), make_style(), [0])
    assert list(breaches(deck.svg(0))) == []
    assert len(deck.header.statements) == 1
    assert deck.header.statements[0].label.runs


NAMES: list[tuple[str, dict[str, object]]] = [
    ("script*x'", {"script": 2, "x'": 1}),
    ("eval + read*panic", {"eval": 1, "read": 2, "panic": 3}),
    ("sum_0*frac + sqrt_x + mat*vec", {"sum_0": 1, "frac": 2, "sqrt_x": 1, "mat": 1, "vec": 2}),
    ("alpha_beta_1 + Δ_x*_y", {"alpha_beta_1": 1, "Δ_x": 2, "_y": 3}),
    ("sys*T + body*label", {"sys": 1, "T": 2, "body": 3, "label": 4}),
    ("e*i + d*l", {"e": 1, "i": 2, "d": 3, "l": 4}),
    ("x'' + y_max_min_0", {"x''": 1, "y_max_min_0": 2}),
    ("ﬁ + ªb + ℝ + ħ", {"ﬁ": 1, "ªb": 2, "ℝ": 3, "ħ": 4}),
]


@pytest.mark.parametrize("case", NAMES, ids=[case[0] for case in NAMES])
def test_names_that_mean_something_to_typst_are_names(case: Case) -> None:
    deck = deck_of(case)
    for number in (0, len(deck.frames) - 1):
        assert list(breaches(deck.svg(number))) == []
    for node in deck.scene.nodes:
        assert node.sign.label.runs


def test_data_name_is_quoted() -> None:
    assert groups(read(deck_of(("x'*y", {"x'": 1, "y": 2})).svg(0)), "node")[0].get("data-name") == "x'"
