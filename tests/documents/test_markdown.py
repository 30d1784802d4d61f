"""Fences in Markdown: as an extension, as a custom fence of superfences, and in a real MkDocs build."""

from __future__ import annotations

import logging
import re
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.documents.building import built, write
from tests.export.text_decks import COMMENTS

markdown = pytest.importorskip("markdown", reason="markdown is not installed")
pytestmark = pytest.mark.cjk

FORMULAS = {
    "a fan-out": ("x=2 y=3", "a = x*y; L = a*a + x"),
    "a softmax": ("z=[1,2,3]", "mean(softmax(z)*[1, 2, 3])"),
    "matrices": ('W="[[1, 2], [3, 4]]" x="[1, -1]" digits=2', "L = sum(W @ x)"),
    "a long one": ("w=0.5 b=-1", "L = " + " + ".join(f"(w*{n} + b - {n * n})^2" for n in range(4))),
    "Japanese": ("重み=2 入力=3 正解=5 lang=ja", "損失 = (重み*入力 - 正解)^2"),
}
SUPERFENCES = """site_name: Notes
theme: mkdocs
plugins: []
markdown_extensions:
  - graphviz_ad.markdown
  - pymdownx.superfences:
      custom_fences:
        - name: graph
          class: graph
          format: !!python/name:graphviz_ad.markdown.fence
          validator: !!python/name:graphviz_ad.markdown.validator
"""


def convert(text: str, *extensions: str) -> str:
    """Markdown → HTML."""
    html: str = markdown.markdown(text, extensions=["graphviz_ad.markdown", *extensions])
    return html


def fenced(words: str, formula: str, fence: str = "```") -> str:
    """Words behind the fence, and a formula → a fenced block."""
    return f"{fence}graph {words}\n{formula}\n{fence}"


@pytest.mark.parametrize("name", FORMULAS)
def test_a_picture_in_the_page(name: str) -> None:
    html = convert(f"Before\n{fenced(*FORMULAS[name])}\nbehind")
    assert re.sub(r"<svg.*</svg>", "SVG", html, flags=re.DOTALL) == (
        '<p>Before</p>\n<figure class="graphviz-ad">SVG</figure>\n<p>behind</p>'
    )
    svg = ElementTree.fromstring(re.search(r"<svg.*</svg>", html, re.DOTALL)[0])
    assert svg.get("role") == "img"
    assert svg.get("style") == "max-width: 100%; height: auto"
    assert svg.get("aria-label").startswith(("finished. ∂", "完了. ∂"))
    assert not [element for element in svg.iter() if element.get("id")], "a page may hold a picture twice"


def test_steps_and_fences() -> None:
    html = convert(
        f"{fenced('w=2 x=3 all', 'L = w*x')}\n\n{fenced('w=2 x=3 step=2', 'L = w*x', '~~~~')}", "fenced_code"
    )
    assert re.findall(r'aria-label="(\w+ · step . of .|start)', html) == [
        "start", "forward · step 1 of 4", "backward · step 2 of 4", "backward · step 3 of 4", "backward · step 4 of 4",
        "backward · step 2 of 4",
    ]  # fmt: skip


def test_a_player() -> None:
    html = convert(fenced("w=2 x=3 player", "L = w*x"))
    page = unescape(re.search(r'srcdoc="([^"]*)"', html)[1])
    assert page.startswith("<!DOCTYPE html>")
    assert re.search(r'<iframe class="graphviz-ad" title="finished\. [^"]*" loading="lazy"', html)


@pytest.mark.parametrize("words", ["player step=3", "step=3 player", 'step="player 3"'])
def test_a_player_begins_at_a_step(words: str) -> None:
    html = convert(fenced(f"w=2 x=3 {words}", "L = w*x"))
    assert '"start":3' in unescape(re.search(r'srcdoc="([^"]*)"', html)[1])


def test_other_fences_stay() -> None:
    text = f"````text\n{fenced('w=2', 'w*x')}\n````\n\n```graphics\nx\n```\n\n```graph\nnever closed"
    assert convert(text, "fenced_code") == markdown.markdown(text, extensions=["fenced_code"])


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_stays_a_comment(comment: str) -> None:
    html = convert(fenced("w=2 x=3", f"w*x # {' '.join(comment.split())}"))
    figure = ElementTree.fromstring(html)
    assert {element.tag.rpartition("}")[2] for element in figure.iter()} <= {
        "figure", "svg", "g", "path", "polygon", "rect", "ellipse",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "formula", "message"),
    [
        (
            "w=2", "a = sgimoid(w)",
            "there is no function 'sgimoid'\n  1 | a = sgimoid(w)\n    |     ^^^^^^^\nhint: did you mean 'sigmoid'?",
        ),
        ("w=2 step=4 all", "w", "a step is given, and 'all' too\nhint: leave out one of the two"),
        ("w=2 step=9 player", "w", "there is no step 9\nhint: the steps are 0 to 1"),
        ("w=2 step=all player", "w", "there is no step 'all'\nhint: use a number, or last, all, player"),
        ("w=2 w=3", "w", "'w' is given twice\nhint: leave out one of the values of 'w'"),
        ('w=2 inputs="w=3"', "w", "'w' is given twice\nhint: leave out one of the values of 'w'"),
        ("w=2 step=-1", "w", "there is no step '-1'\nhint: use a number, or last, all, player"),
        ("w=2 digits=99", "w", "'99' is no number of digits\nhint: use 1 to 17"),
        ("w=2 entries=1", "w", "'1' is no number of entries\nhint: use 2 to 50"),
        ("w=2 numbers=fractions", "w", "there are no numbers 'fractions'\nhint: did you mean 'fraction'? there are decimal, fraction, power"),
        ("w=2 fit=pages", "w", "there is no fit 'pages'\nhint: use graph or page or slide"),
        ("w=2 =3", "w", "this is not understood: =3\nhint: write NAME=VALUE, as in w=2 step=3"),
        (
            "w=2 direction=RL", "w", "there is no direction 'RL'\nhint: use LR or TB",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_in_the_page(
    words: str, formula: str, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        html = convert(fenced(words, formula) + "\n\nbehind")
    assert unescape(re.search(r"<pre[^>]*>(.*)</pre>", html, re.DOTALL)[1]) == message
    assert html.endswith("<p>behind</p>")
    assert [(record.name, record.getMessage()) for record in caplog.records] == [
        ("mkdocs.plugins.graphviz_ad", message)
    ]


def test_mkdocs(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="mkdocs is not installed")
    pytest.importorskip("pymdownx", reason="pymdown-extensions is not installed")
    nested = fenced('w="2" x="3" step="1" theme="dark"', "L = w*x").replace("\n", "\n    ")
    pages = [fenced(*formula) for formula in FORMULAS.values()]
    index = "\n\n".join(["# Notes", *pages, f"1. In a list:\n\n    {nested}\n", fenced("w=2 x=3 player", "w*x")])
    write(tmp_path, {"mkdocs.yml": SUPERFENCES, "docs/index.md": index})
    assert built("mkdocs", "-q", "build", "--strict", folder=tmp_path) == (0, "")
    html = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert html.count('<figure class="graphviz-ad"><svg ') == len(FORMULAS) + 1
    assert re.search(r'<li>\s*<p>In a list:</p>\s*<figure class="graphviz-ad"><svg [^>]*aria-label="forward', html)
    assert html.count("<iframe ") == 1

    write(tmp_path, {"docs/index.md": f"{fenced('w=2', 'a = w*(x')}\n\n1. List\n\n    ```graph\n    2*\n    ```\n"})
    code, output = built("mkdocs", "build", "--strict", folder=tmp_path)
    assert code == 1
    assert "WARNING -  index.md: this '(' is never closed\n" in output
    assert "Aborted with 2 warnings in strict mode!" in output
    assert built("mkdocs", "-q", "build", folder=tmp_path)[0] == 0
    html = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert html.count('class="graphviz-ad admonition failure"') == 2


def test_what_is_said_about_a_picture() -> None:
    options = 'title="A line" caption="Below" note="z=the logit; or score; w=a weight" legend highlight="z,L;w"'
    html = convert(f"```graph w=2 x=3 b=-1 {options}\nz = w*x + b; L = z^2\n```\n")
    assert all(html.count(f'class="{kind}"') == n for kind, n in (("note", 2), ("highlight", 2), ("legend", 1)))
    assert "· 3 = 30. Below" in html
    assert "there is no node 'q' for note" in unescape(convert('```graph w=2 x=3 note="q=1"\nw*x\n```\n'))


@pytest.mark.parametrize(
    ("words", "spoken"),
    [
        ("all", ["start", "forward · step 1 of 4", "backward · step 2 of 4", "backward · step 3 of 4", "backward · step 4 of 4", "finished"]),
        ("steps=3-", ["backward · step 3 of 4", "backward · step 4 of 4", "finished"]),
        ("all by=statement only=backward", ["backward · statement 1 of 1", "finished"]),
        ("by=phase", ["start", "forward · step 1 of 4", "finished"]),
        ("step=4 by=statement", ["backward · statement 1 of 1"]),
    ],
)  # fmt: skip
def test_which_steps(words: str, spoken: list[str]) -> None:
    labels = re.findall(r'aria-label="([^"]*)"', convert(fenced(f"w=2 x=3 {words}", "L = w*x")))
    assert [label.split(". ")[0] for label in labels] == spoken


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("all steps=9", "there is no step 9\nhint: the steps are 0 to 4"),
        ("step=2 steps=3-4", "'steps' is for several steps\nhint: it goes with the step all or player"),
        ("step=3 by=statement", "step 3 is not shown\nhint: the steps shown are 0-1, 4"),
        ("by=line", "there is no way to make steps 'line'"),
    ],
)
def test_steps_that_are_not_there(words: str, problem: str) -> None:
    assert problem in unescape(convert(fenced(f"w=2 x=3 {words}", "L = w*x")))


def test_a_player_of_some_steps() -> None:
    page = unescape(convert(fenced("w=2 x=3 player by=statement", "L = w*x")))
    assert '"numbers":[0,1,4,5]' in page
