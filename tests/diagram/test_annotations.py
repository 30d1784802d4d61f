"""What a lecturer says about a picture: it stands where it was asked for, overlaps nothing, and a wrong name is an error."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graphviz_ad import parse
from graphviz_ad.api import Picture
from graphviz_ad.diagram.annotations import NONE, read_annotations
from graphviz_ad.diagram.draw import draw
from graphviz_ad.diagram.picture import Deck
from graphviz_ad.diagram.rich_text import rich_text
from graphviz_ad.diagram.style import StyleOptions, make_style
from graphviz_ad.diagram.symbolic_picture import symbolic_picture
from graphviz_ad.diagram.theme import THEMES
from graphviz_ad.documents.figure import read_figure
from graphviz_ad.errors import GraphvizADError
from graphviz_ad.export.deck import save
from graphviz_ad.messages.catalogue import languages
from tests.cli.conftest import Run, run
from tests.diagram.cases import trace_of
from tests.diagram.overlap import faults

__all__ = ["run"]

FORMULA = "z = w*x + b; a = sigmoid(z); L = (a - y)^2 + 0.1*w^2"
TRACE = trace_of((FORMULA, {"w": 2, "x": 3, "b": -1, "y": 1}))
NOTES: StyleOptions = {
    "title": "A neuron and its penalty, $L$",
    "caption": "Two paths lead from $w$ to $L$: their contributions add.",
    "note": {"z": "the logit", "w": "shared by both terms: its gradient is a sum, $∂L/∂w$", "y": "$y$"},
    "highlight": ["z,a", "w"],
    "legend": True,
}


def deck(numbers: list[int] | None = None, **options: Any) -> Deck:
    return Deck(TRACE, make_style(**options), numbers)


def places(drawn: Deck) -> dict[str, tuple[float, float]]:
    """Deck → where its nodes are, by name."""
    return {drawn.trace.graph.names[node.id]: (node.x, node.y) for node in drawn.scene.nodes}


# -- nothing overlaps --------------------------------------------------------------------------


def own_faults(drawn: Deck) -> list[str]:
    """Deck → what is wrong with what `overlap` does not know: title, caption, legend, notes."""
    title, caption = (words.placed for words in drawn.titles)
    lines = [*(entry.word.rect for entry in drawn.legend), *(entry.sign for entry in drawn.legend)]
    bands = [
        ("title", title.rect[1], title.rect[3]), ("formula", drawn.header_top, drawn.graph_top),
        ("graph", drawn.graph_top, drawn.graph_top + drawn.scene.height), ("words", drawn.equation_top, drawn.caption_top),
        ("caption", caption.rect[1], caption.rect[3]),
        ("legend", min(y for _, y, _, _ in lines), max(y for _, _, _, y in lines)),
        ("bar", drawn.bar_top, drawn.height),
    ]  # fmt: skip
    bands = [band for band in bands if band[2] > band[1]]
    wrong = [f"{a[0]} meets {b[0]}" for a, b in itertools.pairwise(bands) if a[2] > b[1]]
    for name, (x0, _, x1, _) in (("title", title.rect), ("caption", caption.rect), *(("legend", r) for r in lines)):
        wrong += [f"{name} leaves the picture"] if x0 < 0 or x1 > drawn.full_width else []
    apart = sorted((entry.sign[0], entry.word.rect[2]) for entry in drawn.legend)
    return wrong + ["the legend is too close" for a, b in itertools.pairwise(apart) if a[1] + 4 > b[0]]


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("fit", ["graph", "slide"])
@pytest.mark.parametrize("theme", ["light", "slides"])
def test_nothing_overlaps(direction: str, fit: str, theme: str) -> None:
    drawn = deck([5, 23], direction=direction, fit=fit, theme=theme, **NOTES)
    assert faults(drawn) == []
    assert own_faults(drawn) == []


def test_a_note_is_beside_its_node_and_as_narrow_as_said() -> None:
    for direction in ("LR", "TB"):
        drawn = deck([0], direction=direction, note={"w": "shared by both terms: its gradient is a sum"})
        (node,) = [node for node in drawn.scene.nodes if node.note]
        assert drawn.trace.graph.names[node.id] == "w"
        assert node.note
        x0, y0, x1, y1 = node.note.rect
        assert x1 - x0 < 160
        assert y1 - y0 > 20
        assert (y1 < node.y and x0 < node.x < x1) if direction == "LR" else (x1 < node.x and y0 < node.y < y1)


def test_a_note_that_is_moved_is_seen() -> None:
    drawn = deck([5], **NOTES)
    node = next(node for node in drawn.scene.nodes if node.note)
    assert node.note
    moved = replace(node, note=replace(node.note, x=node.note.x + 20, y=node.y))
    drawn.scene = replace(drawn.scene, nodes=tuple(moved if n is node else n for n in drawn.scene.nodes))
    assert faults(drawn)


# -- places ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("direction", "axis"), [("LR", 0), ("TB", 1)])
def test_same_rank_and_first(direction: str, axis: int) -> None:
    at = places(deck([0], direction=direction, same_rank=["b,y", "a,v4"]))
    assert at["b"][axis] == at["y"][axis] != at["a"][axis]
    assert at["a"][axis] == at["v4"][axis]
    for order in (("y", "b", "w", "x"), ("x", "w"), ("b", "x", "w")):
        at = places(deck([0], direction=direction, first=order))
        assert len({at[name][axis] for name in order}) == 1
        assert all(at[name][axis] >= at[order[0]][axis] for name in at)
        across = [at[name][1 - axis] for name in order]
        assert across == sorted(across)


def test_same_rank_keeps_the_frames_of_functions_whole() -> None:
    trace = parse("f(t) = t*sigmoid(t); L = f(w*x) + f(x)").run(w=2, x=3)
    names = trace.graph.names
    inner = [names[group.members[-1]] for group in trace.graph.groups]
    drawn = Deck(trace, make_style(same_rank=",".join(inner)), [0])
    at = places(drawn)
    assert len({at[name][0] for name in inner}) == 1
    for (x0, y0, x1, y1), _ in drawn.scene.groups:
        assert sum(x0 < x < x1 and y0 < y < y1 for x, y in at.values()) >= 2
    assert faults(drawn) == []


# -- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        ({"highlight": "z,q"}, "there is no node 'q' for highlight", "the nodes are w, x"),
        ({"same_rank": "z,aa"}, "there is no node 'aa' for same-rank", "did you mean 'a'"),
        ({"note": ["bb=hello"]}, "there is no node 'bb' for note", "did you mean 'b'"),
        ({"first": "v"}, "there is no node 'v' for first", "the nodes are"),
        ({"first": "z"}, "'z' is computed", "the inputs are w, x, b, y"),
        ({"same_rank": "w,z"}, "'w' and 'z' cannot stand in one row", "side by side"),
        ({"same_rank": ["w,a", "v1,v4"]}, "cannot stand in one row", "side by side"),
        ({"same_rank": ["w,a"], "first": "w"}, "cannot stand in one row", "side by side"),
        ({"same_rank": "z"}, "'z' is one node", "as in a,b"),
        ({"note": "z"}, "'z' is no note", "NODE=TEXT"),
        ({"note": ["z=a", "z=b"]}, "two notes at 'z'", "one text"),
        ({"title": "a $ alone"}, r"a \$ stands alone in the title", "between two"),
        ({"caption": "$a +$"}, r"the mathematics \$a \+\$ in the caption cannot be read", "write a number"),
        ({"note": ["z=$)$"]}, "in the note at 'z' cannot be read", ""),
    ],
)
def test_what_is_wrong_is_told(options: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(GraphvizADError, match=message) as caught:
        deck([0], **options)
    assert hint in (caught.value.hint or "")


def test_rank_conflicts_over_two_sets() -> None:
    trace = parse("u = a*b; v = c*d; p = u*c; q = v*a; p + q").run(a=1, b=2, c=3, d=4)
    Deck(trace, make_style(same_rank=["u,v", "p,q"]), [0])
    with pytest.raises(GraphvizADError, match="cannot stand in one row"):
        Deck(trace, make_style(same_rank=["u,q", "v,p"]), [0])


def test_the_command_tells_it(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "x.svg")
    outcome = run("draw", FORMULA, "w=2", "x=3", "b=1", "y=1", "--highlight", "zz", "-o", path)
    assert (outcome.code, "there is no node 'zz' for highlight" in outcome.err) == (1, True)
    assert not (tmp_path / "x.svg").exists()


def test_what_is_named_is_not_closed_on_a_slide() -> None:
    formula = "f(t) = t*sigmoid(t) + t; " + "; ".join(f"h{n} = f(h{n - 1}*w + b)" for n in range(1, 9)) + "; L = h8^2"
    trace = parse(formula).run(h0=1, w=0.5, b=0.1)
    names = trace.graph.names
    inner = next(names[node] for node in trace.graph.groups[0].members if node not in trace.graph.scope.values())
    assert inner not in draw(trace, fit="slide").deck.trace.graph.names
    marked = draw(trace, fit="slide", highlight=inner)
    assert inner in marked.deck.trace.graph.names


# -- words -------------------------------------------------------------------------------------


def test_texts_are_plain_but_for_mathematics() -> None:
    text = rich_text(r"a_b #[x] \$5, $∂L/∂z = a - y$", "note")
    assert text.plain() == "a_b #[x] $5, ∂L/∂z = a - y"
    assert text.latex() == r"a\_b \#[x] \$5, $\frac{\partial L}{\partial z} = a - y$"
    assert text.typst() == '#"a_b #[x] $5, "$frac(partial L, partial z) = a - y$'
    assert rich_text(r"$\frac{1}{1+e^{-z}}$", "note").latex() == r"$\frac{1}{1 + e^{-z}}$"


def test_the_caption_stands_in_place_of_the_sentence_of_one_picture() -> None:
    picture = draw(TRACE, **NOTES)
    assert picture.spoken.endswith("Two paths lead from w to L: their contributions add.")
    assert "Both passes are finished" not in picture.spoken
    many = deck([22, 23], **NOTES)
    assert many.captions[23].plain_sentence != "Two paths lead from w to L: their contributions add."
    assert many.titles[1].placed.label.runs
    assert many.svg(22).count('class="legend"') == 1


def test_titles_name_files() -> None:
    drawn = deck([0], title="A *neuron*, $w x$ & more")
    assert drawn.title == "A *neuron*, w · x & more"
    assert re.search(r"<title id=.\w+.>A \*neuron\*, w · x &amp; more</title>", drawn.svg(0))


@pytest.mark.parametrize("lang", languages())
def test_the_legend_in_every_language_says_what_is_shown(lang: str) -> None:
    for show, words in (("all", 4), ("numbers", 2), ("symbols", 2), ("contributions", 1), ("shapes", 1)):
        drawn = deck([0], lang=lang, show=show, legend=True)
        assert len(drawn.legend) == words
        assert faults(drawn) == []


def test_a_marked_part_is_seen_without_colour() -> None:
    plain, marked = (draw(TRACE, theme="print", highlight=names).svg() for names in ((), "z,a"))
    assert '<g class="highlight">' in marked
    assert '<g class="highlight">' not in plain
    wider = 'stroke-width="2.6"'
    assert marked.count(wider) == plain.count(wider) + 3  # two nodes and the edge between them
    for theme in THEMES.values():
        assert theme.highlight not in (theme.paper, theme.forward_tint, theme.backward_tint, theme.box)


def test_the_ground_holds_nothing_else() -> None:
    for names in ("z,a", "w,v1,z,L", "x,v1,y"):
        drawn = deck([23], highlight=names)
        (part,) = drawn.scene.parts
        for node in drawn.scene.nodes:
            inside = any(x0 < node.x < x1 and y0 < node.y < y1 for x0, y0, x1, y1 in part.areas)
            assert inside == (node.id in part.nodes)


def test_without_values() -> None:
    graph = parse(FORMULA)
    svg = symbolic_picture(graph, make_style(theme="dark", lang="ja", **NOTES)).svg()
    assert all(svg.count(f'class="{kind}"') == n for kind, n in (("note", 3), ("highlight", 2), ("legend", 1)))
    assert THEMES["dark"].paper in svg
    with pytest.raises(GraphvizADError, match="no node 'q'"):
        symbolic_picture(graph, make_style(note=["q=1"]))


# -- ways to say it ----------------------------------------------------------------------------


def test_nothing_said_is_nothing() -> None:
    assert read_annotations() == read_annotations(same_rank=[""], note=[], title=" ") == NONE


def test_documents_say_it_as_texts() -> None:
    options = {
        "same-rank": "b,y; a,v4", "first": "x,w", "highlight": "z,a;w", "title": "T", "caption": "C", "legend": "",
        "note": "z=the logit; or score\nw = a; b=c",
    }  # fmt: skip
    read = read_figure(FORMULA, options, {}, "en").style.annotations
    assert read.same_rank == (("b", "y"), ("a", "v4"))
    assert read.highlight == (("z", "a"), ("w",))
    assert read.notes == (("z", "the logit; or score"), ("w", "a"), ("b", "c"))
    assert (read.first, read.title, read.caption, read.legend) == (("x", "w"), "T", "C", True)
    with pytest.raises(GraphvizADError, match="no choice for legend"):
        read_figure(FORMULA, {"legend": "maybe"}, {}, "en")


def test_the_command_says_it(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.svg"
    options = ["--same-rank", "b,y", "--first", "x,w", "--highlight", "z,a", "--title", "T", "--note", "z=the logit"]
    values = ["w=2", "x=3", "b=1", "y=1", "--legend"]
    assert run("draw", FORMULA, *values, *options, "--caption", "C", "-o", str(path)).code == 0
    svg = path.read_text(encoding="utf-8")
    assert all(svg.count(f'class="{kind}"') == 1 for kind in ("note", "highlight", "legend"))
    assert json.dumps(svg).count("Both passes") == 0


def test_latex_says_it() -> None:
    """Compiled in tests/export/test_tikz_latex.py."""
    document = Picture(draw(TRACE, **NOTES)).tex()
    assert document.count("fill=ad-box, rounded corners=3pt] (") == 3
    assert document.count(", ad stronger]") == 4  # three nodes and an edge
    assert document.count(r"\fill[ad-highlight") == 2
    assert r"font=\bfseries\boldmath] at" in document
    assert r"\adsay" in document
    assert "Two paths lead from $w$ to $L$: their contributions add." in document
    assert "Both passes" not in document
    assert all(word in document for word in ("{value}", "{local derivative}", r"{\textbf{gradient}}"))


def test_dot_says_what_it_can() -> None:
    """Nodes in one row, what stands first, marked nodes, title, caption and notes; no legend, and no ground."""
    source = Picture(draw(TRACE, first="y,x", same_rank="a,v4", **NOTES)).dot()
    assert re.search(r"label=\"A neuron and its penalty, L\\nTwo paths lead from w to L", source)
    assert source.count("xlabel=") == 3
    assert "rank=min" in source
    assert "rank=same" in source
    assert source.count("style=invis") == 1
    assert source.count(THEMES["light"].highlight) == 3


@pytest.mark.slow
def test_text_decks_have_the_title(tmp_path: Path) -> None:
    for kind in ("md", "marp.md", "qmd", "reveal.html", "ipynb", "pdf", "tex", "animated.svg"):
        path = tmp_path / f"x.{kind}"
        save(TRACE, str(path), by="phase", detail="operation", **NOTES)
        assert kind == "pdf" or "A neuron and its penalty" in path.read_text(encoding="utf-8"), kind


def test_one_picture_that_is_saved_has_the_caption_in_place_of_the_sentence(tmp_path: Path) -> None:
    save(TRACE, str(tmp_path / "x.svg"), **NOTES)
    (described,) = re.findall("<desc[^>]*>(.*)</desc>", (tmp_path / "x.svg").read_text(encoding="utf-8"))
    assert described.endswith("Two paths lead from w to L: their contributions add.")
