"""A theme of one's own: what the file says, errors with their line, and warnings that name the pair."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphviz_ad.diagram.own_theme import faults, read_theme
from graphviz_ad.diagram.theme import DARK, THEMES
from graphviz_ad.errors import InputError
from tests.cli.conftest import Run, run
from tests.diagram.cases import deck_of

__all__ = ["run"]
SEPIA = Path(__file__).parents[2] / "gallery" / "themes" / "sepia.toml"
SMALL = ("L = w*x", {"w": 2, "x": 3})


def written(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_example() -> None:
    theme = read_theme(str(SEPIA))
    assert (theme.name, theme.paper, theme.sizes.sentence, theme.sizes.name) == ("sepia", "#f6eedd", 15.0, 16.0)
    deck = deck_of(SMALL, theme=str(SEPIA))
    assert 'fill="#f6eedd"' in deck.svg(2)
    assert deck.warnings == []


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
        ("[sizes]\nname = -3", "line 2: -3 is no size\nhint: a size is a number of points, 4 to 72"),
        ("[sizes]\nname = true", "line 2: True is no size"),
        ('base = "drak"', "line 1: there is no theme 'drak' to begin with"),
        ("colours = 3", "line 1: 'colours' is no table"),
        ("ink", "is not TOML"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_theme(written(tmp_path, text))
    assert message in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_theme(str(tmp_path / "no.toml"))


@pytest.mark.parametrize("name", THEMES)
def test_our_own_themes_have_no_faults(name: str) -> None:
    assert faults(THEMES[name]) == []


def test_low_contrast_is_told_with_the_pair(tmp_path: Path) -> None:
    path = written(tmp_path, '[colours]\nquiet = "#999999"\nforward = "#008000"\nbackward = "#6d6d6d"\n')
    found = deck_of(SMALL, theme=path).warnings
    assert found[0] == "the colour 'quiet' on 'paper' has a contrast of 2.85, below 4.5"
    assert any(one.startswith("'forward' and 'backward' look alike in grey: their contrast is 1.") for one in found)


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
