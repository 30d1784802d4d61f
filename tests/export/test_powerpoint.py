"""PowerPoint: slides with pictures, slides with shapes, the lecturer's own template."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from graphviz_ad.diagram.style import StyleOptions
from graphviz_ad.errors import MissingPartError, OutputError
from graphviz_ad.export.deck import save
from graphviz_ad.export.powerpoint import native
from graphviz_ad.export.powerpoint.template import placeholders
from graphviz_ad.installing import extra
from graphviz_ad.lazy import optional
from tests.cli.conftest import Run, run
from tests.diagram.cases import CASES, JAPANESE, NEURON, Case, deck_of, trace_of
from tests.export.slides import FAN, NS, box, named, opened, repacked, template, text, written
from tests.export.text_decks import COMMENTS, PRODUCT, SPOKEN, Extras, nasty

if TYPE_CHECKING:
    from pptx.oxml.xmlchemy import BaseOxmlElement
    from pptx.presentation import Presentation
    from pptx.slide import Slide

__all__ = ["run"]

NATIVE: Extras = {"native": True}
FORMULA = ["steps", "L = w*x", "w=2", "x=3", "-o"]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert len(set(file.namelist())) == len(file.namelist())
        return {name: file.read(name) for name in file.namelist()}


# -- both forms --------------------------------------------------------------------------------


@pytest.mark.parametrize("extras", [{}, NATIVE], ids=["pictures", "native"])
def test_titles_notes_and_size(extras: Extras) -> None:
    file = opened(written(PRODUCT, extras))
    assert (file.slide_width, file.slide_height) == (12192000, 6858000)
    assert [slide.shapes.title.text for slide in file.slides] == [
        "Start", "L = w · x", "∂L/∂L = 1", "∂L/∂w = ∂L/∂L · x", "∂L/∂x = ∂L/∂L · w",
        "Finished",
    ]  # fmt: skip
    notes = [slide.notes_slide.notes_text_frame.text for slide in file.slides]
    assert notes[1] == "L is the product of w and x.\nL = w · x = 2 · 3 = 6"
    assert notes[-1] == "∂L/∂w = ∂L/∂L · x = 1 · 3 = 3"
    assert file.core_properties.title == "L = w*x"
    assert file.core_properties.author == ""


@pytest.mark.parametrize("extras", [{}, NATIVE], ids=["pictures", "native"])
def test_the_same_bytes_again_without_a_date(extras: Extras) -> None:
    data = written(PRODUCT, extras)
    assert data == written(PRODUCT, extras)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = file.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT", core)) == {"1980-01-01T"}


@pytest.mark.parametrize("extras", [{}, NATIVE], ids=["pictures", "native"])
@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_is_text(comment: str, extras: Extras) -> None:
    data = written(nasty(comment), extras)
    for name, part in parts(data).items():
        if name.endswith((".xml", ".rels", ".svg")):
            ElementTree.fromstring(part)
    assert opened(data).core_properties.title.startswith("bg = w*x #")


@pytest.mark.parametrize("extras", [{}, NATIVE], ids=["pictures", "native"])
def test_ids_and_names_are_there_once(extras: Extras) -> None:
    for slide in opened(written(FAN, extras)).slides:
        for form in ("Choice", "Fallback"):
            shapes = named(slide, form)
            ids = [shape.find(".//p:cNvPr", NS).get("id") for shape in shapes.values()]
            assert len(set(ids)) == len(ids) > 1
            assert len([name for name in shapes if not name.startswith("!!")]) == 1  # the title


# -- pictures ----------------------------------------------------------------------------------


def test_a_picture_is_a_png_with_the_svg_and_a_text() -> None:
    file = opened(written(PRODUCT))
    for number, slide in enumerate(file.slides):
        picture = named(slide)["!!graph"]
        assert picture.find(".//p:cNvPr", NS).get("descr") == SPOKEN[number]
        blip = picture.find(".//a:blip", NS)
        image = slide.part.related_part(blip.get(f"{{{NS['r']}}}embed"))
        assert image.content_type == "image/png"
        assert image.image.size == (1920, 1080)
        extension = blip.find("a:extLst/a:ext", NS)
        assert extension.get("uri") == "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
        vector = slide.part.related_part(extension[0].get(f"{{{NS['r']}}}embed"))
        assert vector.content_type == "image/svg+xml"
        assert vector.blob.decode() == deck_of(PRODUCT, fit="slide").svg(number)


def test_the_number_of_the_step_is_in_the_picture() -> None:
    deck = deck_of(PRODUCT, fit="slide")
    package = parts(written(PRODUCT))
    assert any(deck.words(1)[0].ink.encode() in part for name, part in package.items() if name.endswith(".svg"))
    assert text(named(opened(written(PRODUCT, NATIVE)).slides[1])["!!counter"]) == "forward · step 1 of 4"


def test_titles_say_which_contribution_it_is_and_how_much_of_a_sum_is_there() -> None:
    titles = [slide.shapes.title.text for slide in opened(written(FAN)).slides]
    assert len(set(titles)) == len(titles)
    assert any(title.startswith("∂L/∂a ← ") for title in titles)
    assert any(title.endswith("(1/2)") for title in titles)
    assert any(title.endswith("(2/2)") for title in titles)
    many = (
        "L = " + " + ".join(f"(w*x{n} + b - y{n})^2" for n in range(3)),
        {"w": 0.5, "b": -1} | {f"{x}{n}": n for x in "xy" for n in range(3)},
    )
    assert max(len(slide.shapes.title.text) for slide in opened(written(many)).slides) < 80


@pytest.mark.parametrize("extras", [{}, NATIVE], ids=["pictures", "native"])
def test_slides_of_a_deck_have_one_margin_and_one_size_of_type(extras: Extras) -> None:
    file = opened(written(NEURON, extras))
    deck = deck_of(NEURON, fit="slide")
    master = next(p for p in file.slide_master.placeholders if p.placeholder_format.type.name == "TITLE")
    for slide in file.slides:
        title = slide.shapes.title
        assert (title.left, title.top, title.height) == (master.left, master.top, master.height)
        assert title.height + title.top <= 0.08 * file.slide_height
        assert title.text_frame.auto_size is None
        assert not title._element.findall(".//a:rPr[@sz]", NS)
    if not extras:
        x, y, wide, _ = box(named(file.slides[3])["!!graph"])
        assert y >= master.top + master.height - 1  # the picture is opaque
        assert abs(x + deck.left / deck.full_width * wide - master.left) < 2000


@pytest.mark.parametrize("extras", [{}, NATIVE], ids=["pictures", "native"])
def test_what_the_author_says(extras: Extras, tmp_path: Path) -> None:
    options: StyleOptions = {
        "title": "A neuron, $L$", "caption": "Two paths", "note": {"z": "the logit $z$"}, "highlight": ["z,a", "w"],
        "legend": True,
    }  # fmt: skip
    save(trace_of(NEURON), str(tmp_path / "x.pptx"), extras=extras, **options)
    file = opened((tmp_path / "x.pptx").read_bytes())
    assert file.core_properties.title == "A neuron, L"
    assert file.slides[0].shapes.title.text == "A neuron, L"
    assert file.slides[1].shapes.title.text == "A neuron, L — z = w · x + b"
    if extras:
        shapes = named(file.slides[1])
        words = [text(shapes[name]) for name in shapes if name.endswith(" word")]
        assert words == ["value", "local derivative", "contribution", "gradient"]
        assert text(shapes["!!caption"]) == "Two paths"
        assert [text(shapes[name]) for name in shapes if re.fullmatch(r"!!note\d+ text", name)] == ["the logit z"]
        assert {name[:7] for name in shapes if " area" in name} == {"!!part0", "!!part1"}
        assert "!!title" not in shapes


# -- shapes ------------------------------------------------------------------------------------


def connected(slide: Slide) -> list[tuple[str, int, str, int]]:
    """Slide → what its connectors are glued to: name and site at both ends."""
    shapes = named(slide)
    by_id = {shape.find(".//p:cNvPr", NS).get("id"): name for name, shape in shapes.items()}
    return [
        (by_id[start.get("id")], int(start.get("idx")), by_id[stop.get("id")], int(stop.get("idx")))
        for shape in shapes.values()
        for start, stop in [(shape.find(".//a:stCxn", NS), shape.find(".//a:endCxn", NS))]
        if start is not None
    ]


@pytest.mark.parametrize("look", [{}, {"direction": "TB"}], ids=["LR", "TB"])
def test_a_straight_edge_is_glued_and_any_other_is_the_curve_of_the_picture(look: StyleOptions) -> None:
    slide = opened(written(NEURON, NATIVE, **look)).slides[0]
    shapes, links = named(slide), connected(slide)
    deck = deck_of(NEURON, fit="slide", **look)
    forms = set()
    for edge in deck.scene.edges:
        line = shapes[f"!!e{edge.node}-{edge.slot} line"]
        if line.tag.endswith("cxnSp"):
            forms.add("glued")
            assert line.find(".//a:prstGeom", NS).get("prst") == "straightConnector1"
            start = f"!!n{edge.arg} dot" if deck.scene.nodes[edge.arg].dot else f"!!n{edge.arg}"
            assert (start, f"!!n{edge.node}") in [(start, stop) for start, _, stop, _ in links]
            continue
        forms.add("free")
        (path,) = line.findall(".//a:custGeom/a:pathLst/a:path", NS)
        x, y, wide, high = box(line)
        across = [(x + int(p.get("x")) / int(path.get("w")) * wide, y + int(p.get("y")) / int(path.get("h")) * high)
                  for p in path.iterfind(".//a:pt", NS)]  # fmt: skip
        assert len(across) == len(edge.points)
        assert path.get("fill") == "none"
        node = deck.scene.nodes[edge.node]  # the picture's points, as far from the node as they are there
        nx, ny, nwide, _ = box(shapes[f"!!n{edge.node}"])
        scale = nwide / node.width
        for (px, py), (qx, qy) in zip(edge.points, across, strict=True):
            assert abs((px - node.x + node.width / 2) * scale + nx - qx) < 2000
            assert abs((py - node.y + node.height / 2) * scale + ny - qy) < 2000
    assert forms == {"glued", "free"}


def test_no_connector_is_led_by_the_program() -> None:
    """A connector that is not straight becomes a spiral in LibreOffice."""
    for case in (FAN, NEURON, CASES["a list of four"]):
        for shape in named(opened(written(case, NATIVE)).slides[0]).values():
            preset = shape.find(".//a:prstGeom", NS)
            assert preset is None or "curved" not in preset.get("prst")


@pytest.mark.parametrize("look", [{}, {"direction": "TB"}], ids=["LR", "TB"])
@pytest.mark.parametrize("case", [NEURON, CASES["a list of four"]])
def test_connectors_end_at_the_sites_they_are_glued_to(case: Case, look: StyleOptions) -> None:
    slide = opened(written(case, NATIVE, **look)).slides[0]
    shapes = named(slide)
    by_id = {shape.find(".//p:cNvPr", NS).get("id"): shape for shape in shapes.values()}
    seen = 0
    for shape in shapes.values():
        if not shape.tag.endswith("cxnSp"):
            continue
        ends = tips(shape)
        for tag, end in zip(("stCxn", "endCxn"), ends, strict=True):
            glue = shape.find(f".//a:{tag}", NS)
            site = site_of(by_id[glue.get("id")], int(glue.get("idx")))
            assert abs(site[0] - end[0]) + abs(site[1] - end[1]) < 4000, shape.find(".//p:cNvPr", NS).get("name")
            seen += 1
    assert seen >= 2


def tips(shape: BaseOxmlElement) -> list[tuple[float, float]]:
    """Connector → where it begins and ends, by the rules of `a:xfrm`: flipped first, turned then (ECMA-376, 20.1.7.6)."""
    x, y, wide, high = box(shape)
    turn = shape.find(".//a:xfrm", NS)
    ends = [(-wide / 2, -high / 2), (wide / 2, high / 2)]
    if turn.get("flipH") == "1":
        ends = [(-a, b) for a, b in ends]
    if turn.get("flipV") == "1":
        ends = [(a, -b) for a, b in ends]
    if turn.get("rot"):
        assert turn.get("rot") == "5400000"
        ends = [(-b, a) for a, b in ends]
    return [(x + wide / 2 + a, y + high / 2 + b) for a, b in ends]


def site_of(shape: BaseOxmlElement, number: int) -> tuple[float, float]:
    """Shape and number of a connection site → where it is, by ECMA-376's presetShapeDefinitions.xml."""
    x, y, wide, high = box(shape)
    if shape.find(".//a:prstGeom", NS).get("prst") == "ellipse":
        c = 0.5 * 2**-0.5
        places = [(0.5, 0), (0.5 - c, 0.5 - c), (0, 0.5), (0.5 - c, 0.5 + c), (0.5, 1), (0.5 + c, 0.5 + c), (1, 0.5),
                  (0.5 + c, 0.5 - c)]  # fmt: skip
    else:
        places = [(0.5, 0), (0, 0.5), (0.5, 1), (1, 0.5)]
    return x + places[number][0] * wide, y + places[number][1] * high


def test_things_keep_name_and_place_so_that_morph_finds_them() -> None:
    file = opened(written(FAN, NATIVE))
    first, *others = [named(slide) for slide in file.slides]
    nodes = [name for name in first if re.fullmatch(r"!!n\d+", name)]
    assert len(nodes) == 5
    for shapes in others:
        assert set(nodes) <= set(shapes)
        assert all(box(shapes[name]) == box(first[name]) for name in nodes)
    transitions = [
        slide._element.find("mc:AlternateContent/mc:Choice/p:transition/p159:morph", NS) for slide in file.slides
    ]
    assert [morph is not None for morph in transitions] == [False] + [True] * len(others)
    order = [child.tag.rpartition("}")[2] for child in file.slides[1]._element]
    assert order == ["cSld", "clrMapOvr", "AlternateContent"]


def test_values_and_states_come_step_by_step() -> None:
    file = opened(written(PRODUCT, NATIVE))
    theme = deck_of(PRODUCT).style.theme
    start, forward, *_, last = [named(slide) for slide in file.slides]
    node = "!!n2"

    def outline(shape: BaseOxmlElement) -> tuple[str, str]:
        line = shape.find("p:spPr/a:ln", NS)
        return "#" + line.find(".//a:srgbClr", NS).get("val").lower(), line.find("a:prstDash", NS).get("val")

    assert outline(start[node]) == (theme.pale, "dash")
    assert outline(forward[node]) == (theme.forward, "solid")
    assert f"{node} value" not in start
    assert text(forward[f"{node} value"]) == "= 6"
    assert [text(start[f"!!n{n}"]) for n in range(3)] == ["w", "x", "×"]
    assert text(start["!!n0 gradient"]) == "?"
    assert text(last["!!n0 gradient"]) == "3"
    assert [shape.find(".//p:cNvPr", NS).get("descr") for shape in (start[node], forward[node], last["!!n0"])] == [
        "node L: multiply", "node L: multiply, value 6", "node w: input, value 2, gradient 3",
    ]  # fmt: skip
    assert text(forward["!!sentence"]) == "L is the product of w and x."


def test_the_head_of_a_line_shows_the_way_of_the_pass() -> None:
    file = opened(written(PRODUCT, NATIVE))
    heads = []
    for slide in (file.slides[1], file.slides[3]):
        lines = [shape for name, shape in named(slide).items() if name == "!!e2-0 line"]
        heads.append(
            [bool(line.findall(f".//a:{end}", NS)) for line in (lines[0], lines[-1]) for end in ("headEnd", "tailEnd")]
        )
    assert [heads[0][0], heads[0][-1]] == [False, True]
    assert [heads[1][0], heads[1][-1]] == [True, False]


def test_formulas_are_office_mathematics_with_outlines_for_others() -> None:
    slide = opened(written(PRODUCT, NATIVE, theme="dark")).slides[3]
    known, other = named(slide)["!!equation"], named(slide, "Fallback")["!!equation"]
    assert len(known.findall(".//a14:m/m:oMathPara/m:oMath/m:f", NS)) == 2
    assert other.find(".//a14:m", NS) is None
    assert other.find(".//p:cNvPr", NS).get("descr") == "∂L/∂w = ∂L/∂L · x = 1 · 3 = 3"
    ink = deck_of(PRODUCT, theme="dark").style.theme.ink[1:].upper()
    assert {at.get("val") for at in known.iterfind(".//a:srgbClr", NS)} == {ink}
    assert [at.get("val") for at in other.iterfind("p:spPr/a:solidFill/a:srgbClr", NS)] == [ink]
    paths = other.findall(".//a:custGeom/a:pathLst/a:path", NS)
    assert len(paths) == len("∂L∂w=∂L∂L·x=1·3=3") + 2  # and two bars
    for path in paths:
        assert path[0].tag.endswith("moveTo")
        for point in path.iterfind(".//a:pt", NS):
            assert 0 <= int(point.get("x")) <= int(path.get("w"))
            assert 0 <= int(point.get("y")) <= int(path.get("h"))


def test_libreoffice_is_given_the_outlines() -> None:
    """Who goes by namespaces takes the first, LibreOffice, which goes by the prefix `a14`, does not."""
    slide = opened(written(PRODUCT, NATIVE)).slides[3]
    choices = [at for at in slide._element.iterfind(".//mc:Choice", NS) if at.find("p:sp", NS) is not None]
    assert len(choices) > 1
    for choice in choices:
        assert choice.get("Requires") != "a14"
        assert choice.nsmap[choice.get("Requires")] == NS["a14"]


def test_an_equation_of_two_lines_is_two_formulas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slides are so wide that equations rarely are too long for them: spaces are made wide here."""
    monkeypatch.setattr(native, "_SPACE_PER_SIZE", 12.0)
    case = ("z = W @ x; p = softmax(z); L = -log(p[1])", {"W": [[0.5, -1.25], [1.5, 2], [0.25, 1]], "x": [1.25, 2]})
    file = opened(written(case, NATIVE, theme="slides"))
    lines = [named(slide)["!!equation"].findall("p:txBody/a:p/a14:m/m:oMathPara", NS) for slide in file.slides]
    assert max(map(len, lines)) > 1 == min(len(equation) for equation in lines if equation)
    for equation in lines:
        for line in equation[1:]:
            assert next(line.iter(f"{{{NS['m']}}}t")).text in ("=", "≈")


@pytest.mark.parametrize("case", [PRODUCT, CASES["softmax"]])
def test_the_sentence_ends_above_the_bar(case: Case) -> None:
    *steps, finished = opened(written(case, NATIVE)).slides
    assert "!!sentence" not in named(finished)
    for slide in steps:
        shapes = named(slide)
        _, y, _, high = box(shapes["!!sentence"])
        assert y + high < box(shapes["!!bar"])[1] - 20000
        assert shapes["!!sentence"].find(".//a:bodyPr/a:normAutofit", NS) is not None  # for who has another font


ORDER = {
    "p:sp": "p:nvSpPr p:spPr p:style p:txBody",
    "p:pic": "p:nvPicPr p:blipFill p:spPr",
    "p:cxnSp": "p:nvCxnSpPr p:spPr p:style",
    "p:spPr": "a:xfrm a:custGeom a:prstGeom a:noFill a:solidFill a:blipFill a:ln a:effectLst",
    "p:blipFill": "a:blip a:srcRect a:stretch",
    "p:txBody": "a:bodyPr a:lstStyle a:p",
    "p:cNvCxnSpPr": "a:cxnSpLocks a:stCxn a:endCxn",
    "a:xfrm": "a:off a:ext",
    "a:ln": "a:noFill a:solidFill a:prstDash a:round a:headEnd a:tailEnd",
    "a:rPr": "a:ln a:solidFill a:latin a:ea a:cs",
    "a:custGeom": "a:avLst a:gdLst a:ahLst a:cxnLst a:rect a:pathLst",
    "a:pPr": "a:lnSpc a:buNone",
    "m:r": "m:rPr a:rPr m:t",
    "m:f": "m:fPr m:num m:den",
    "m:d": "m:dPr m:e",
    "m:dPr": "m:begChr m:sepChr m:endChr m:ctrlPr",
    "m:m": "m:mPr m:mr",
    "m:mPr": "m:mcs m:ctrlPr",
    "m:sSub": "m:sSubPr m:e m:sub",
    "m:sSup": "m:sSupPr m:e m:sup",
    "m:sSubSup": "m:sSubSupPr m:e m:sub m:sup",
    "m:rad": "m:radPr m:deg m:e",
    "m:radPr": "m:degHide m:ctrlPr",
    "m:acc": "m:accPr m:e",
    "m:accPr": "m:chr m:ctrlPr",
    "m:limLow": "m:limLowPr m:e m:lim",
}
"""Elements and the order of what is in them, by ECMA-376 part 1, annex A; another makes PowerPoint repair the file."""


def disordered(slide: Slide) -> list[str]:
    """Slide → elements that hold something unknown, or something out of its order."""
    prefixes = {uri: prefix for prefix, uri in NS.items()}

    def short(at: BaseOxmlElement) -> str:
        uri, _, tag = at.tag[1:].partition("}")
        return f"{prefixes.get(uri, uri)}:{tag}"

    wrong = []
    for at in slide._element.iter("*"):
        order = ORDER.get(short(at), "").split()
        if order:
            places = [order.index(short(child)) if short(child) in order else -1 for child in at]
            wrong += [short(at)] * (places != sorted(places) or -1 in places)
    return wrong


@pytest.mark.parametrize("extras", [{}, NATIVE], ids=["pictures", "native"])
@pytest.mark.parametrize("case", [FAN, CASES["softmax"], CASES["Greek, hats and primes"], CASES["not finite"]])
def test_elements_stand_in_the_order_of_the_standard(case: Case, extras: Extras) -> None:
    for slide in opened(written(case, extras)).slides:
        assert disordered(slide) == []


def test_a_wrong_order_is_seen() -> None:
    slide = opened(written(PRODUCT, NATIVE)).slides[3]
    fraction = slide._element.find(".//m:f", NS)
    fraction.append(fraction[1])
    assert disordered(slide) == ["m:f"]


def test_a_dark_theme_colours_master_and_shapes() -> None:
    data = written(PRODUCT, NATIVE, theme="dark")
    theme = deck_of(PRODUCT, theme="dark").style.theme
    colours = parts(data)["ppt/theme/theme1.xml"].decode()
    for name, colour in (("dk1", theme.ink), ("lt1", theme.paper)):
        assert re.search(f'<a:{name}><a:srgbClr val="{colour[1:].upper()}"/></a:{name}>', colours)


@pytest.mark.cjk
@pytest.mark.parametrize("extras", [{}, NATIVE], ids=["pictures", "native"])
def test_japanese(extras: Extras) -> None:
    file = opened(written(JAPANESE, extras, lang="ja"))
    slide = file.slides[1]
    assert slide.shapes.title.text == "v₁ = 重み · 入力"
    runs = [*slide.shapes.title._element.iterfind(".//a:rPr", NS), *slide.notes_slide._element.iterfind(".//a:rPr", NS)]
    assert {run.get("lang") for run in runs} == {"ja-JP"}
    assert "重み" in slide.notes_slide.notes_text_frame.text
    if extras:
        assert text(named(slide)["!!n0"]) == "重み"
        assert named(slide)["!!n0"].find(".//a:rPr", NS).get("lang") == "ja-JP"
        assert named(slide)["!!n0"].find(".//a:rPr/a:ea", NS) is not None


@pytest.mark.parametrize("case", [*CASES.values()][::4], ids=[*CASES][::4])
def test_every_formula_becomes_shapes(case: Case) -> None:
    data = written(case, NATIVE)
    for slide in opened(data).slides:
        for shape in named(slide).values():
            if shape.find(".//a:ext[@cx]", NS) is not None:
                assert min(box(shape)[2:]) >= 0


# -- the lecturer's template -------------------------------------------------------------------


@pytest.mark.parametrize("native", [False, True])
def test_a_template_gives_master_size_and_layouts(tmp_path: Path, native: bool) -> None:
    own = template(tmp_path / "own.pptx")
    data = written(PRODUCT, {"native": native, "template": str(own)})
    file = opened(data)
    assert (file.slide_width, file.slide_height) == (9144000, 6858000)
    assert len(file.slides) == 6
    assert {slide.slide_layout.name for slide in file.slides} == {"配置 5"}
    everything = b"".join(part for name, part in parts(data).items() if name.endswith(".xml"))
    assert b"old slide" not in everything
    assert b"old notes" not in everything
    assert b"122A55" in everything
    shape = named(file.slides[0])["!!paper" if native else "!!graph"]
    x, y, wide, high = box(shape)
    title = file.slides[0].shapes.title
    assert x >= 0
    assert y >= title.top + title.height
    assert x + wide <= 9144000
    assert y + high <= 6858000
    assert wide > 0.8 * 9144000


def test_the_layout_is_found_by_what_it_holds(tmp_path: Path) -> None:
    def change(file: Presentation) -> None:
        for layout in file.slide_layouts:
            layout._element.attrib.pop("type", None)

    own = template(tmp_path / "own.pptx", change=change)
    assert {slide.slide_layout.name for slide in opened(written(PRODUCT, {"template": str(own)})).slides} == {"配置 5"}


def test_sections_shows_and_the_view_do_not_keep_old_slides(tmp_path: Path) -> None:
    own = template(tmp_path / "own.pptx")
    listed = (
        b'<p:extLst><p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"><p14:sectionLst '
        b'xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main"><p14:section name="old" '
        b'id="{00000000-0000-0000-0000-000000000001}"><p14:sldIdLst><p14:sldId id="256"/></p14:sldIdLst></p14:section>'
        b"</p14:sectionLst></p:ext></p:extLst></p:presentation>"
    )

    def change(name: str, part: bytes) -> bytes:
        if name != "ppt/presentation.xml":
            return part
        return re.sub(rb"(<p:extLst>.*?</p:extLst>)?</p:presentation>", listed, part, flags=re.DOTALL)

    repacked(own, change)
    data = written(PRODUCT, {"template": str(own)})
    assert b"sectionLst" not in parts(data)["ppt/presentation.xml"]
    assert not [name for name in parts(data) if "viewProps" in name or "thumbnail" in name]


@pytest.mark.parametrize("kind", [b"presentationml.template.main", b"presentationml.slideshow.main"])
def test_a_potx_is_a_template_too(tmp_path: Path, kind: bytes) -> None:
    own = repacked(
        template(tmp_path / "own.potx"),
        lambda name, part: part.replace(b"presentationml.presentation.main", kind) if name.startswith("[") else part,
    )
    data = written(PRODUCT, {"template": str(own)})
    assert len(opened(data).slides) == 6
    assert kind not in parts(data)["[Content_Types].xml"]


def broken(tmp_path: Path) -> dict[str, Path]:
    """Files that are no templates, by what is wrong with them."""
    whole = template(tmp_path / "whole.pptx").read_bytes()
    contents = {"text": b"not a presentation", "nothing": b"", "cut": whole[: len(whole) // 2]}
    paths = {}
    for name, data in contents.items():
        paths[name] = tmp_path / f"{name}.pptx"
        paths[name].write_bytes(data)
    paths["other zip"] = tmp_path / "other.pptx"
    with zipfile.ZipFile(paths["other zip"], "w") as file:
        file.writestr("a.txt", "a")
    changes: dict[str, Callable[[str, bytes], bytes | None]] = {
        "no master": lambda name, part: None if "slideMaster1" in name else part,
        "no XML": lambda name, part: b"<p" if name == "ppt/presentation.xml" else part,
    }
    for name, change in changes.items():
        paths[name] = repacked(template(tmp_path / f"{name}.pptx"), change)
    paths["not there"] = tmp_path / "absent.pptx"
    paths["a folder"] = tmp_path
    return paths


BROKEN = ["text", "nothing", "cut", "other zip", "no master", "no XML", "not there", "a folder"]


@pytest.mark.parametrize("wrong", BROKEN)
def test_a_bad_template_is_told_and_nothing_written(wrong: str, tmp_path: Path, run: Run) -> None:
    path = broken(tmp_path)[wrong]
    out = tmp_path / "out.pptx"
    result = run(*FORMULA, str(out), "--template", str(path))
    assert result.code == 1
    assert result.err.startswith(f"error: the template '{path}' ")
    assert "\nhint: give a .pptx or .potx that PowerPoint opens" in result.err
    assert not out.exists()


def with_macros(name: str, part: bytes) -> bytes:
    main = b"openxmlformats-officedocument.presentationml.presentation.main"
    return part.replace(main, b"ms-powerpoint.presentation.macroEnabled.main")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("macros", "holds macros"),
        ("old", "is in PowerPoint's old format or has a password"),
        ("libreoffice", "is in the format of LibreOffice"),
    ],
)
def test_a_template_of_another_kind_is_told_by_its_kind(kind: str, message: str, tmp_path: Path) -> None:
    own = tmp_path / "own.pptx"
    if kind == "macros":
        repacked(template(own), with_macros)
    elif kind == "old":
        own.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    else:
        with zipfile.ZipFile(own, "w") as file:
            file.writestr("mimetype", "application/vnd.oasis.opendocument.presentation")
    with pytest.raises(OutputError, match=f"the template '.*' {message}\nhint: save it as .pptx"):
        written(PRODUCT, {"template": str(own)})


TITLE_AND_BODY = {
    "at the bottom": ((0.05, 0.85, 0.9, 0.12), (0.05, 0.05, 0.9, 0.75)),
    "on the left": ((0.02, 0.05, 0.2, 0.9), (0.25, 0.05, 0.72, 0.9)),
    "on the left, no space for text": ((0.02, 0.05, 0.2, 0.9), (0.25, 0.8, 0.2, 0.1)),
    "high, text overlapping": ((0.05, 0.05, 0.9, 0.3), (0.05, 0.1, 0.9, 0.8)),
}
"""Where the title of a master may stand, and the space for text: parts of the slide (left, top, width, height)."""


@pytest.mark.parametrize("where", TITLE_AND_BODY)
def test_a_picture_keeps_off_the_title_wherever_it_stands(where: str, tmp_path: Path) -> None:
    from pptx.util import Emu

    def change(file: Presentation) -> None:
        wide, high = file.slide_width or 0, file.slide_height or 0
        master, layout = file.slide_master, file.slide_layouts[5]
        for holder, part in ((master, TITLE_AND_BODY[where]), (layout, TITLE_AND_BODY[where])):
            for placeholder in placeholders(holder):
                kind = placeholder.placeholder_format.type.name
                if kind in ("TITLE", "BODY"):
                    x, y, w, h = part[kind == "BODY"]
                    placeholder.left, placeholder.top = Emu(round(x * wide)), Emu(round(y * high))
                    placeholder.width, placeholder.height = Emu(round(w * wide)), Emu(round(h * high))

    own = template(tmp_path / "own.pptx", change=change)
    slide = opened(written(PRODUCT, {"template": str(own)})).slides[0]
    title = slide.shapes.title
    x, y, wide, high = box(named(slide)["!!graph"])
    apart = (
        x + wide <= title.left,
        x >= title.left + title.width,
        y + high <= title.top,
        y >= title.top + title.height,
    )
    assert any(apart)
    assert 0 <= x < x + wide <= 9144000
    assert 0 <= y < y + high <= 6858000
    assert wide > 0.5 * 9144000


def test_a_template_without_titles_is_told(tmp_path: Path) -> None:
    def change(file: Presentation) -> None:
        for layout in file.slide_layouts:
            for holder in list(layout.placeholders):
                if "TITLE" in holder.placeholder_format.type.name:
                    holder.element.getparent().remove(holder.element)

    own = template(tmp_path / "own.pptx", change=change, slides=0)
    with pytest.raises(OutputError, match=r"no layout of .* has a title"):
        written(PRODUCT, {"template": str(own)})


# -- the command -------------------------------------------------------------------------------


def test_the_command_makes_a_deck(tmp_path: Path, run: Run) -> None:
    out = tmp_path / "x.pptx"
    result = run(*FORMULA, str(out), "--native", "--by", "phase")
    assert (result.code, result.err) == (0, f"note: wrote {out}\n")
    assert len(opened(out.read_bytes()).slides) == 3


@pytest.mark.parametrize("option", [["--native"], ["--template", "own.pptx"]])
def test_options_go_with_pptx_alone(option: list[str], tmp_path: Path, run: Run) -> None:
    result = run(*FORMULA, str(tmp_path / "x.pdf"), *option)
    assert result.code == 2
    assert f"'{option[0]}' does not go with" in result.err
    assert "it goes with a file whose name ends in .pptx" in result.err


def test_without_python_pptx_the_extra_is_named(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pptx", None)
    with pytest.raises(MissingPartError):
        save(trace_of(PRODUCT), str(tmp_path / "x.pptx"))
    result = run(*FORMULA, str(tmp_path / "x.pptx"))
    assert result.code == 3
    assert extra("slides") in result.err
    assert not list(tmp_path.iterdir())


def test_what_python_pptx_needs_is_brought_by_the_extra_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "half_installed.py").write_text("import PIL.there_is_no_such_part\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingPartError, match=r"a deck needs PIL, which[^$]*pip install \"graphviz-ad\[slides\]\""):
        optional("half_installed", "slides", "a deck")


def test_a_fan_out_is_a_dot_with_the_terms_of_its_sum() -> None:
    data = written(("f = x*x + sin(x)*x", {"x": 2}), NATIVE)
    last = parts(data)["ppt/slides/slide17.xml"].decode()
    own = {name: number for number, name in re.findall(r'<p:cNvPr id="(\d+)" name="(!![^"]*)"', last)}
    assert {"!!n0 stem", "!!n0 dot", "!!n0 terms", "!!n0 gradient"} <= own.keys()
    stem = next(part for part in last.split("<p:cxnSp>") if 'name="!!n0 stem"' in part)
    assert f'<a:stCxn id="{own["!!n0"]}"' in stem
    assert f'<a:endCxn id="{own["!!n0 dot"]}"' in stem
