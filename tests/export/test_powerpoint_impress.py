"""PowerPoint decks in a real program: LibreOffice Impress makes pages of them, and what should be on a page is there."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from graphviz_ad.diagram.smooth import Rect
from graphviz_ad.diagram.style import StyleOptions
from tests.diagram.cases import Case, deck_of
from tests.export.slides import FIVE, NS, box, named, opened, template, three_slides
from tests.export.text_decks import Extras

if TYPE_CHECKING:
    from PIL.Image import Image
    from pptx.oxml.xmlchemy import BaseOxmlElement
    from pptx.presentation import Presentation

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.slow,
    pytest.mark.skipif(not all(map(shutil.which, ("soffice", "pdftoppm"))), reason="needs LibreOffice and poppler"),
]

Pages = list["Image"]
_THIN_STROKE_TOLERANCE = 90
"""How far the colour of thin strokes may be off, of 255, since they fill no pixel."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, bytes]], dict[str, Pages]]:
    """Files by name → their pages as pictures, 96 pixels an inch; LibreOffice is started once for all of them."""
    from PIL import Image

    def convert(files: dict[str, bytes]) -> dict[str, Pages]:
        folder = tmp_path_factory.mktemp("impress")
        for name, data in files.items():
            (folder / f"{name}.pptx").write_bytes(data)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
        subprocess.run(
            [*command, *(str(folder / f"{name}.pptx") for name in files)], check=True, capture_output=True, timeout=180
        )
        converted = {}
        for name in files:
            subprocess.run(
                ["pdftoppm", "-r", "96", str(folder / f"{name}.pdf"), str(folder / name)], check=True, timeout=60
            )
            converted[name] = [Image.open(path).convert("RGB") for path in sorted(folder.glob(f"{name}-*.ppm"))]
        return converted

    return convert


def near(picture: Image, area: Rect, colour: str, tolerance: int = 24) -> bool:
    """Whether the colour, or one no farther off, is in an area of a page, which is in pixels."""
    want = [int(colour[n : n + 2], 16) for n in (1, 3, 5)]
    x0, y0, x1, y1 = (round(edge) for edge in area)
    cut = np.asarray(picture.crop((x0, y0, x1, y1))).astype(int)
    return bool((abs(cut - want).max(axis=-1) < tolerance).any())


def pixels(shape: BaseOxmlElement, around: float = 3) -> Rect:
    """Shape → its place on a page in pixels, and as many around it."""
    x, y, wide, high = (edge / 9525 for edge in box(shape))
    return x - around, y - around, x + wide + around, y + high + around


def check(file: Presentation, shown: Pages, case: Case, look: StyleOptions, native: bool) -> None:
    theme = deck_of(case, **look).style.theme
    assert len(shown) == len(file.slides)
    for slide, page in zip(file.slides, shown, strict=True):
        assert abs(page.size[0] - file.slide_width / 9525) <= 2
        shapes = named(slide)
        if not native:
            area = pixels(shapes["!!graph"])
            assert near(page, area, theme.ink)
            assert near(page, area, theme.backward if slide.slide_id > 256 else theme.bar)
            continue
        assert near(page, pixels(shapes["!!bar"]), theme.backward if "!!done" in shapes else theme.bar)
        for name, shape in shapes.items():
            line = shape.find("p:spPr/a:ln//a:srgbClr", NS)
            if name.startswith("!!n") and line is not None:
                assert near(page, pixels(shape), "#" + line.get("val")), name
            if (
                name.endswith((" value", " gradient"))
                and shape.find(".//a:t", NS) is not None
                and shape.find(".//m:t", NS) is None
            ):
                colour = shape.find(".//a:rPr//a:srgbClr", NS).get("val")
                assert near(page, pixels(shape), "#" + colour, _THIN_STROKE_TOLERANCE), name
        for name, shape in named(slide, "Fallback").items():  # formulas, which are outlines here
            if name.endswith(" line") and not name.startswith("!!legend"):
                colour = shape.find("p:spPr/a:ln//a:srgbClr", NS).get("val")
                assert near(page, pixels(shape), "#" + colour, _THIN_STROKE_TOLERANCE), name
            elif shape.find("p:spPr/a:custGeom", NS) is not None:
                colour = shape.find("p:spPr/a:solidFill/a:srgbClr", NS).get("val")
                assert near(page, pixels(shape), "#" + colour, _THIN_STROKE_TOLERANCE), name


@pytest.mark.cjk
@pytest.mark.parametrize("native", [True, False])
def test_formulas_are_shown(
    native: bool, pages: Callable[[dict[str, bytes]], dict[str, Pages]], tmp_path: Path
) -> None:
    jobs: dict[str, tuple[Case, StyleOptions, Extras]] = {
        f"deck{number}": (case, look if native else look | {"theme": "dark"}, {"native": native})
        for number, (case, look) in enumerate([*FIVE.values()][: 5 if native else 2])
    }
    if native:
        fan = FIVE["fan-out"][0]
        jobs["dark"] = (fan, {"theme": "dark"}, {"native": True})
        jobs["own"] = (fan, {}, {"native": True, "template": str(template(tmp_path / "own.pptx"))})
    files = {name: three_slides(case, extras, **look) for name, (case, look, extras) in jobs.items()}
    shown = pages(files)
    for name, (case, look, extras) in jobs.items():
        check(opened(files[name]), shown[name], case, look, bool(extras.get("native")))


def test_black_formulas_on_a_dark_slide_are_seen(pages: Callable[[dict[str, bytes]], dict[str, Pages]]) -> None:
    """LibreOffice makes formulas of Office mathematics black, which fails the check."""
    fan = FIVE["fan-out"][0]
    right = three_slides(fan, {"native": True}, theme="dark")
    own, wrong = io.BytesIO(right), io.BytesIO()
    with zipfile.ZipFile(own) as before, zipfile.ZipFile(wrong, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b"d14", b"a14"))  # the prefix that LibreOffice goes by
    shown = pages({"black": wrong.getvalue()})["black"]
    with pytest.raises(AssertionError):
        check(opened(right), shown, fan, {"theme": "dark"}, native=True)


def test_what_is_not_there_is_seen(pages: Callable[[dict[str, bytes]], dict[str, Pages]]) -> None:
    """A slide without its nodes, and one without its picture, fail the check."""
    fan = FIVE["fan-out"][0]
    files = {}
    for name, extras in (("native", {"native": True}), ("picture", {})):
        file = opened(three_slides(fan, extras))
        for shape in list(file.slides[1].shapes):
            if shape.name in ("!!n1", "!!graph"):  # no line at work ends at this node, in the colour of its outline
                at = shape._element.find("p:spPr", NS) if name == "native" else shape._element
                at.find(".//a:off", NS).set("x", "-20000000")
        out = io.BytesIO()
        file.save(out)
        files[name] = out.getvalue()
    shown = pages(files)
    for name in files:
        right = opened(three_slides(fan, {"native": name == "native"}))
        with pytest.raises(AssertionError):
            check(right, shown[name], fan, {}, name == "native")
