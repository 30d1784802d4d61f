"""A theme of one's own: what the file says, errors with their line, and warnings that name the pair."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from graphviz_ad import parse
from graphviz_ad.diagram import find_fonts
from graphviz_ad.diagram.fonts import cjk_font, fonts_for
from graphviz_ad.diagram.own_theme import faults, read_theme
from graphviz_ad.diagram.style import make_style
from graphviz_ad.diagram.theme import DARK, THEMES
from graphviz_ad.diagram.typeset import Request, typeset
from graphviz_ad.errors import InputError
from graphviz_ad.export.player.number_labels import live_labels
from graphviz_ad.export.player.templates import TemplateTable
from graphviz_ad.export.states import glyphs_of
from graphviz_ad.tracing.calculation import calculation
from tests.cli.conftest import Run, run
from tests.diagram.cases import CASES, deck_of
from tests.diagram.overlap import faults as overlaps

__all__ = ["run"]
SEPIA = Path(__file__).parents[2] / "gallery" / "themes" / "sepia.toml"
SMALL = ("L = w*x", {"w": 2, "x": 3})


def written(folder: Path, text: str) -> str:
    """Text of a theme → the path of its file."""
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_example() -> None:
    theme = read_theme(str(SEPIA))
    assert (theme.name, theme.paper, theme.sizes.sentence, theme.sizes.name) == ("sepia", "#f6eedd", 15.0, 16.0)
    deck = deck_of(SMALL, theme=str(SEPIA))
    assert 'fill="#f6eedd"' in deck.svg(2)
    assert deck.warnings == []
    assert (theme.fonts.text, theme.fonts.folders) == ("New Computer Modern", ())


def test_what_is_not_said_is_as_in_the_base(tmp_path: Path) -> None:
    theme = read_theme(written(tmp_path, 'base = "dark"\n[colours]\nink = "#FFFFFF"\n'))
    assert (theme.ink, theme.paper, theme.sizes) == ("#ffffff", DARK.paper, DARK.sizes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'base = "light"\n[colours]\npapper = "#ffffff"',
            "line 3: a theme has no 'papper'\nhint: did you mean 'paper'?",
        ),
        ("[colour]\n", "line 1: a theme has no 'colour'\nhint: did you mean 'colours'?"),
        ('[colours]\nink = "red"', "line 2: 'red' is no colour\nhint: a colour is six hexadecimal digits"),
        ('[colours]\nink = "#fff"', "line 2: '#fff' is no colour"),
        ('base = "dark"\ncolours.ink = "red"', "line 2: 'red' is no colour"),
        ("[sizes]\nname = -3", "line 2: -3 is no size\nhint: a size is a number of points, 4 to 72"),
        ("[sizes]\nname = true", "line 2: True is no size"),
        ('base = "drak"', "line 1: there is no theme 'drak' to begin with"),
        ("colours = 3", "line 1: 'colours' is no table"),
        ("ink", "is not TOML"),
        ('[fonts]\ntxt = "x"', "line 2: a theme has no 'txt'\nhint: did you mean 'text'?"),
        ("[fonts]\ntext = 3", "line 2: 3 is no name of a font\nhint: write it in quotes"),
        ("[fonts]\nfolder = 3", "line 2: 3 is no folder"),
        ('[fonts]\nfolder = "nowhere"', "line 2: there is no folder '"),
        (
            '[fonts]\ntext = "Libertinus Seriff"',
            "line 2: there is no font 'Libertinus Seriff'\nhint: did you mean 'Libertinus Serif'",
        ),
        (
            '[fonts]\ntext = "qqqq zzzz"',
            "line 2: there is no font 'qqqq zzzz'\nhint: say where it lies, as in folder =",
        ),
        (
            '[fonts]\ntext = "DejaVu Sans Mono"\nmath = "Libertinus Serif"',
            "line 3: 'Libertinus Serif' is no font for mathematics\nhint: take one with a MATH table",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_theme(written(tmp_path, text))
    assert message in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no\.toml' cannot be read: No such file or directory\n"):
        read_theme(str(tmp_path / "no.toml"))


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"# \x93\xfa\n")
    with pytest.raises(InputError, match=r"mine\.toml' is not text in UTF-8\nhint: save it as UTF-8"):
        read_theme(str(tmp_path / "mine.toml"))


@pytest.mark.parametrize("name", THEMES)
def test_our_own_themes_have_no_faults(name: str) -> None:
    assert faults(THEMES[name]) == []


def test_low_contrast_is_told_with_the_pair(tmp_path: Path) -> None:
    path = written(tmp_path, '[colours]\nquiet = "#999999"\nforward = "#008000"\nbackward = "#6d6d6d"\n')
    warnings = deck_of(SMALL, theme=path).warnings
    assert warnings[0] == "the colour 'quiet' on 'paper' has a contrast of 2.85, below 4.5"
    assert any(
        warning.startswith("'forward' and 'backward' look alike in grey: their contrast is 1.") for warning in warnings
    )


def test_on_the_command_line(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "x.svg"
    assert run("draw", "L = w*x", "w=2", "x=3", "--theme", str(SEPIA), "-o", str(path)).code == 0
    assert "#f6eedd" in path.read_text(encoding="utf-8")
    wrong = run("draw", "x*x", "x=2", "--theme", written(tmp_path, "[sizes]\nnaem = 3"), "-o", str(path))
    assert wrong.code == 1
    assert wrong.err.startswith(
        f"error: {tmp_path / 'mine.toml'}, line 2: a theme has no 'naem'\nhint: did you mean 'name'?"
    )
    assert run("draw", "x*x", "x=2", "--theme", "drak", "-o", str(path)).code == 2


MONO = '[fonts]\ntext = "dejavu sans MONO"\n'


@pytest.mark.parametrize("name", ["neuron", "fan-out over and over", "mini-batch with a bias"])
def test_words_are_set_in_their_font_and_have_its_room(tmp_path: Path, name: str) -> None:
    deck, usual = deck_of(CASES[name], theme=written(tmp_path, MONO)), deck_of(CASES[name])
    mine, theirs = ([each.captions[number] for number in each.numbers] for each in (deck, usual))
    assert all(each.counter.width > 1.15 * other.counter.width for each, other in zip(mine, theirs, strict=True))
    letters = len(mine[1].heading)
    assert mine[1].counter.width == pytest.approx(letters * 0.602 * deck.sizes.counter, rel=0.01)  # each as wide
    assert deck.header == usual.header  # mathematics is as it was
    assert overlaps(deck) == []


def test_a_font_in_a_folder_beside_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = next(iter(Path("/usr/share/fonts").rglob("DejaVuMathTeXGyre.ttf")), None)
    if source is None:
        pytest.skip("DejaVu Math TeX Gyre is not there")
    monkeypatch.setattr(find_fonts, "_on_system", dict)
    text = '[fonts]\nmath = "DejaVu Math TeX Gyre"\n'
    with pytest.raises(InputError, match="there is no font 'DejaVu Math TeX Gyre'"):
        read_theme(written(tmp_path, text))
    (tmp_path / "type").mkdir()
    shutil.copy(source, tmp_path / "type")
    path = written(tmp_path, text + 'folder = "type"\n')
    fonts = read_theme(path).fonts
    assert (fonts.math, fonts.folders) == ("DejaVu Math TeX Gyre", (str(tmp_path / "type"),))
    deck = deck_of(CASES["fan-out over and over"], theme=path)
    assert deck.header.statements[0].label != deck_of(CASES["fan-out over and over"]).header.statements[0].label
    assert overlaps(deck) == []


@pytest.mark.cjk
def test_a_font_of_the_system_beside_a_japanese_one(tmp_path: Path) -> None:
    japanese = cjk_font("ja")
    assert japanese is not None
    if not find_fonts._on_system():
        pytest.skip("this system has no fonts")
    _, family = min(find_fonts._on_system().values())
    fonts = fonts_for("損失", read_theme(written(tmp_path, f'[fonts]\ntext = "{family}"\n')).fonts)
    assert fonts.text == family
    assert fonts.families == (japanese[1],)
    assert fonts.folders[-1] == japanese[0]


def test_the_words_of_a_pdf_are_text_in_their_font(tmp_path: Path) -> None:
    trace = parse(SMALL[0]).run(**SMALL[1])
    for theme, there in ((written(tmp_path, MONO), True), ("light", False)):
        trace.save(str(tmp_path / "x.pdf"), theme=theme)
        assert (b"DejaVuSansMono" in (tmp_path / "x.pdf").read_bytes()) is there


def test_numbers_that_a_page_sets_anew_are_in_the_font_of_the_graph(tmp_path: Path) -> None:
    """The 8, which is in no label at first, has the outline of the theme's own font, and of no other."""
    if find_fonts.folder_of("DejaVu Math TeX Gyre") is None:
        pytest.skip("DejaVu Math TeX Gyre is not there")
    trace, shapes, eights = parse(SMALL[0]).run(**SMALL[1]), [], []
    for theme in ("light", written(tmp_path, '[fonts]\nmath = "DejaVu Math TeX Gyre"\n')):
        style = make_style(theme).theme
        shapes.append(live_labels(deck_of(SMALL, theme=theme), calculation(trace).trace, TemplateTable(4)).shapes)
        (eight,) = typeset([Request("$8$", style.sizes.value)], fonts=style.fonts)
        ((_, _, outline),) = glyphs_of(eight.runs[0].path)
        eights.append(outline)
    assert [[eight in outlines for eight in eights] for outlines in shapes] == [[True, False], [False, True]]
