"""What shows itself in a notebook: the formats asked for and no other, ids that do not collide, a text where it cannot."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest

from graphviz_ad import Limits, parse
from graphviz_ad.diagram.glyphs import shared
from graphviz_ad.diagram.symbolic_picture import symbolic_picture
from graphviz_ad.export.image.bundle import PNG, SVG, TEXT
from graphviz_ad.export.image.pages import png
from tests.diagram.cases import CASES, JAPANESE, NEURON, Case, trace_of
from tests.diagram.svg import groups, name_of, read

TRACE = trace_of(NEURON)
HREF = "{http://www.w3.org/1999/xlink}href"
SOURCES = {"trace": TRACE, "picture": TRACE.draw(step=3), "graph": TRACE.graph}


def mime_bundle(source: Any, **options: Any) -> dict[str, Any]:
    """Picture, trace or graph → what a notebook gets of it, by format."""
    return dict(source._repr_mimebundle_(**options)[0])


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_all_formats(source: Any) -> None:
    data, metadata = source._repr_mimebundle_()
    assert list(data) == [SVG, PNG, TEXT]
    width, height = map(float, read(data[SVG]).get("viewBox", "").split()[2:])
    assert read(data[SVG]).get("width") == "100%"
    png = base64.b64decode(data[PNG])
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    pixels = [int.from_bytes(png[at : at + 4]) for at in (16, 20)]
    root = read(data[SVG])
    descriptions = [root.findtext(f"{{*}}{tag}") for tag in ("title", "desc")]
    assert metadata == {PNG: {"width": width, "height": height, "alt": ": ".join(filter(None, descriptions))}}
    assert all(descriptions)
    scale = max(1, 1600 / max(width, height))
    assert pixels == pytest.approx([scale * width, scale * height], abs=1)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"include": {TEXT}}, [TEXT]),
        ({"include": [SVG, "text/html"]}, [SVG]),
        ({"exclude": {PNG}}, [SVG, TEXT]),
        ({"include": {SVG, PNG}, "exclude": {SVG}}, [PNG]),
        ({"include": {"text/html"}}, []),
    ],
)  # fmt: skip
def test_only_what_was_asked_for(source: Any, options: Any, expected: list[str]) -> None:
    assert list(mime_bundle(source, **options)) == expected


def test_a_narrow_picture_has_its_own_size() -> None:
    root = read(mime_bundle(parse("L = w*x").run(w=2, x=3))[SVG])
    assert [root.get("width"), root.get("style")] == [root.get("viewBox", "").split()[2], None]
    assert read(mime_bundle(TRACE)[SVG]).get("style") == f"max-width:{TRACE.draw().shown[0]:g}px"


def test_what_was_not_asked_for_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise AssertionError("nobody asked for it")

    monkeypatch.setattr("graphviz_ad.export.image.pages.png", fail)
    assert list(mime_bundle(TRACE, exclude={PNG})) == [SVG, TEXT]
    monkeypatch.setattr("graphviz_ad.diagram.draw.Deck", fail)
    monkeypatch.setattr("graphviz_ad.diagram.symbolic_picture.build_scene", fail)
    assert mime_bundle(TRACE, include={TEXT}) == {TEXT: repr(TRACE)}
    assert mime_bundle(TRACE.graph, include={TEXT}) == {TEXT: repr(TRACE.graph)}
    with pytest.raises(AssertionError, match="nobody"):
        mime_bundle(TRACE, include={SVG})


@pytest.mark.slow
def test_ids_on_one_page_mean_one_thing() -> None:
    traces = [TRACE, parse(NEURON[0]).run({**NEURON[1], "w": 5})]
    pictures = [trace.draw(step=k) for trace in traces for k in range(len(trace.steps) + 1)]
    meanings: dict[str, bytes] = {}
    for source in [*pictures, TRACE.draw(theme="dark"), TRACE, TRACE.graph]:
        root = read(mime_bundle(source, include={SVG})[SVG])
        elements = {str(element.get("id")): element for element in root.iter() if element.get("id")}
        ids = [str(element.get("id")) for element in root.iter() if element.get("id")]
        used = {str(element.get(HREF))[1:] for element in root.iter() if element.get(HREF)}
        assert used < set(ids), "what is used is defined in the same picture"
        assert len(used) > 10
        assert len(set(ids)) == len(ids)
        for name, element in elements.items():
            meaning = ElementTree.tostring(element)
            assert meanings.setdefault(name, meaning) == meaning


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_compact_picture_is_the_same_picture(source: Any) -> None:
    whole = (
        symbolic_picture(source).svg()
        if source is TRACE.graph
        else (source.draw() if source is TRACE else source).svg()
    )
    small = shared(whole)
    assert len(small) < 0.7 * len(whole)
    Image, ImageChops = (pytest.importorskip(name) for name in ("PIL.Image", "PIL.ImageChops"))
    small_image, whole_image = (Image.open(BytesIO(png(svg, 1.0))).convert("L") for svg in (small, whole))
    assert ImageChops.difference(small_image, whole_image).getextrema()[1] < 40, "more than the smoothing of outlines"


@pytest.mark.parametrize("name", ["trace", "graph"])
def test_too_many_nodes_are_told(name: str) -> None:
    graph = parse("L = w*x + b", limits=Limits(drawn=3))
    source = graph if name == "graph" else graph.run(w=2, x=3, b=1)
    assert mime_bundle(source) == {
        TEXT: f"{source!r}\nthe graph has 5 nodes; up to 3 are drawn without asking\n"
        "hint: close parts of it with --detail or --close NAME, or raise --max-drawn (Limits(drawn=…) in Python)"
    }


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
def test_a_graph_is_drawn_whole(case: Case) -> None:
    graph = parse(case[0])
    root = read(symbolic_picture(graph).svg())
    assert [name_of(group) for group in groups(root, "node")] == [f"{n} {name}" for n, name in enumerate(graph.names)]
    edges = [f"{arg}-{node}-{slot}" for node, args in enumerate(graph.args) for slot, arg in enumerate(args)]
    assert sorted(name_of(group) for group in groups(root, "edge")) == sorted(edges)


@pytest.mark.cjk
def test_a_japanese_graph() -> None:
    assert mime_bundle(parse(JAPANESE[0]))[SVG].count('class="node"') == 8
