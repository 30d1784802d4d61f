"""The Sphinx extension in real builds: HTML, LaTeX, text; what is drawn again, what is wrong, and in parallel."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.documents.building import built, write

pytest.importorskip("sphinx", reason="sphinx is not installed")
pytestmark = pytest.mark.cjk

CONF = 'project = "Notes"\nauthor = "us"\nextensions = ["graphviz_ad.sphinx"]\nnumfig = True\n'
INDEX = """Notes
=====

See :numref:`fan` and :ref:`steps <steps>`.

.. computational-graph::
   :caption: A value used *twice*
   :name: fan
   :inputs: x=2 y=3
   :align: center
   :class: wide

   a = x*y  # a comment with <b> & "quotes"
   L = a*a + x

.. computational-graph::
   :inputs: W=[[1, 2], [3, 4]] x=[1, -1]
   :step: 3
   :theme: dark
   :digits: 2
   :direction: TB

   L = sum(softmax(W @ x)*[1, 2])

.. toctree::

   more
   日本語
   page1
   page2
   page3
   page4
"""
MORE = """More
====

.. computational-graph:: neuron.txt
   :inputs: {"w": 2, "x": 3}
   :step: player 4
   :expand: sigmoid

.. _steps:

.. computational-graph::
   :inputs: w=2 x=3
   :step: all

   L = w*x
"""
JAPANESE = """日本語
======

.. computational-graph::
   :inputs: 重み=2 入力=3 正解=5
   :lang: ja

   損失 = (重み*入力 - 正解)^2
"""
SOURCES = {
    "conf.py": CONF,
    "index.rst": INDEX,
    "more.rst": MORE,
    "日本語.rst": JAPANESE,
    "neuron.txt": "a = sigmoid(w*x)",
}
SOURCES |= {  # with more than five documents Sphinx does work in parallel
    f"page{n}.rst": f"Page {n}\n======\n\n.. computational-graph::\n   :inputs: x={n}\n\n   x^2\n" for n in range(1, 5)
}
WRONG = """Wrong
=====

.. computational-graph::
   :inputs: w=2 x=3

   z = w*x
   a = sgimoid(z)

.. computational-graph::
   :inputs: w=2

   w*x

.. computational-graph::
   :step: 99

   2*3

.. computational-graph:: missing.txt

.. computational-graph:: bad.txt

.. computational-graph::
   :theme: drak

   2*3

.. computational-graph::
   :inputs: x=1

   x + 1

Behind it.
"""


def sphinx(folder: Path, builder: str, *more: str) -> tuple[int, str]:
    """Project and builder → exit code and output of Sphinx."""
    return built("sphinx", "-q", "-b", builder, "-d", "doctrees", *more, "src", f"out/{builder}", folder=folder)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was built once as HTML, in two processes, with warnings as errors."""
    folder = tmp_path_factory.mktemp("project")
    write(folder / "src", SOURCES)
    assert sphinx(folder, "html", "-W", "-j", "2") == (0, "")
    return folder


def page(folder: Path, name: str) -> str:
    return (folder / "out/html" / name).read_text(encoding="utf-8")


def drawn(folder: Path) -> dict[str, int]:
    """Pictures that were made, with the time of each."""
    return {path.name: path.stat().st_mtime_ns for path in (folder / "doctrees/graphviz_ad").iterdir()}


def test_html_has_a_picture_with_words(project: Path) -> None:
    text = page(project, "index.html")
    first, second = re.findall(r"<img [^>]*>", text)
    assert 'alt="finished. ∂L/∂' in first
    assert 'class="graphviz-ad wide"' in first
    assert 'alt="forward · step 3 of 10. v3 = v2 ⊙ [1, 2] = [0.5, 0.5] ⊙ [1, 2] = [0.5, 1].' in second
    assert re.search(r'<figure class="align-center" id="fan">', text)
    assert '<span class="caption-number">Fig. 1 </span>' in text
    assert '<span class="std std-numref">Fig. 1</span>' in text
    for picture in (first, second):
        file = project / "out/html" / re.search(r'src="([^"]*)"', picture)[1]
        assert file.read_text(encoding="utf-8").startswith("<svg ")


def test_html_has_all_steps_and_the_player(project: Path) -> None:
    text = page(project, "more.html")
    assert re.findall(r'alt="(\w+)[^"]*" class="graphviz-ad" src="_images/graph-\w+-(\d+).svg"', text) == [
        ("start", "000"), ("forward", "001"), ("backward", "002"), ("backward", "003"), ("backward", "004"),
        ("finished", "005"),
    ]  # fmt: skip
    frame = re.search(r'<iframe [^>]*src="([^"]*)"[^>]*title="([^"]*)"', text) or re.search(r"<iframe.*", text)
    player = (project / "out/html" / frame[1]).read_text(encoding="utf-8")
    assert player.startswith("<!DOCTYPE html>")
    assert '"start":4' in player
    assert frame[2].startswith("finished. ")


def test_japanese(project: Path) -> None:
    assert "完了. ∂損失/∂重み = " in page(project, "日本語.html")


def test_the_language_of_the_project(tmp_path: Path) -> None:
    index = "題\n==\n\n.. computational-graph::\n   :inputs: x=1\n\n   x*x\n"
    write(tmp_path / "src", {"conf.py": CONF + 'language = "ja"\n', "index.rst": index})
    assert sphinx(tmp_path, "html", "-W")[0] == 0
    assert "完了. ∂v1/∂x = " in page(tmp_path, "index.html")


def test_text(project: Path) -> None:
    assert sphinx(project, "text", "-W") == (0, "")
    text = (project / "out/text/more.txt").read_text(encoding="utf-8")
    assert "   a = sigmoid(w*x)\n" in text
    assert "forward · step 1 of 4. L = w · x = 2 · 3 = 6. L is the product of w\nand x.\n" in text


@pytest.mark.latex
@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not installed")
def test_latex(project: Path) -> None:
    assert sphinx(project, "latex", "-W", "-D", "master_doc=index") == (0, "")
    folder = project / "out/latex"
    text = (folder / "notes.tex").read_text(encoding="utf-8")
    assert len(re.findall(r"\\sphinxincludegraphics\{\{graph-\w+-\d+\}\.pdf\}", text)) == 14
    (folder / "notes.tex").write_text(text.replace("日本語", "Japanese"), encoding="utf-8")
    run = subprocess.run(["pdflatex", "-interaction=nonstopmode", "notes.tex"], cwd=folder, capture_output=True)
    if b"' not found." in run.stdout:
        pytest.skip("what Sphinx's LaTeX needs is not installed (Debian: tex-gyre, texlive-latex-extra)")
    assert run.returncode == 0
    assert (folder / "notes.pdf").read_bytes().startswith(b"%PDF")


def test_epub_has_pictures_and_no_player(project: Path) -> None:
    code, output = sphinx(project, "epub", "-D", "version=1", "-D", "copyright=us")
    assert (code, output) == (0, "")
    text = (project / "out/epub/more.xhtml").read_text(encoding="utf-8")
    assert "<iframe" not in text
    assert text.count("<img ") == 7


def test_nothing_is_drawn_twice(project: Path) -> None:
    before = drawn(project)
    assert sphinx(project, "html", "-W", "-E", "-a") == (0, "")
    assert drawn(project) == before
    path = project / "src/more.rst"
    path.write_text(
        path.read_text(encoding="utf-8").replace("x=3\n   :step: all", "x=4\n   :step: all"), encoding="utf-8"
    )
    assert sphinx(project, "html", "-W") == (0, "")
    after = drawn(project)
    assert len(after.keys() - before.keys()) == 6
    assert {name: after[name] for name in before} == before


def test_what_is_wrong_is_a_warning_with_its_place(tmp_path: Path) -> None:
    write(tmp_path / "src", {"conf.py": CONF, "index.rst": WRONG, "bad.txt": "y = x\nz = (y"})
    code, output = sphinx(tmp_path, "html")
    source = tmp_path / "src"
    assert code == 0
    assert (
        output
        == f"""\
{source}/index.rst:8: WARNING: there is no function 'sgimoid'
  2 | a = sgimoid(z)
    |     ^^^^^^^
hint: did you mean 'sigmoid'? [graphviz_ad.formula]
{source}/index.rst:13: WARNING: no value for 'x'
  1 | w*x
    |   ^
hint: give one, as in x=1 [graphviz_ad.formula]
{source}/index.rst:15: WARNING: there is no step 99
hint: the steps are 0 to 1 [graphviz_ad.formula]
{source}/index.rst:20: WARNING: 'missing.txt' cannot be read: No such file or directory [graphviz_ad.formula]
{source}/bad.txt:2: WARNING: this '(' is never closed
  2 | z = (y
    |     ^
hint: add a ')' [graphviz_ad.formula]
{source}/index.rst:24: WARNING: there is no theme 'drak'
hint: did you mean 'dark'? the themes are light, dark, print, slides, or a file of your own, as in mine.toml [graphviz_ad.formula]
"""
    )
    text = page(tmp_path, "index.html")
    assert text.count("<img ") == 1
    assert "Behind it." in text
    assert sphinx(tmp_path, "html", "-W", "-E")[0] == 1


PAGE = """Notes
=====

.. computational-graph::
   :inputs: w=2 x=3 b=-1
   :title: A line, $L$
   :caption: Below the *figure*
   :note: z=the logit; or score
          w=a weight
   :highlight: z,L; w
   :same-rank: x,b
   :legend:

   z = w*x + b
   L = z^2

.. computational-graph::
   :inputs: w=2 x=3
   :highlight: q

   w*x
"""


def test_what_is_said_about_a_picture(tmp_path: Path) -> None:
    write(tmp_path / "src", {"conf.py": CONF, "index.rst": PAGE})
    code, output = sphinx(tmp_path, "html")
    place = f"{tmp_path / 'src'}/index.rst:17: WARNING: "
    hint = "hint: the nodes are w, x, v1"
    assert (code, output) == (0, f"{place}there is no node 'q' for highlight\n{hint} [graphviz_ad.formula]\n")
    (svg,) = (path.read_text(encoding="utf-8") for path in (tmp_path / "out/html/_images").glob("*.svg"))
    assert all(svg.count(f'class="{kind}"') == n for kind, n in (("note", 2), ("highlight", 2), ("legend", 1)))
    assert ">A line, L</title>" in svg
    assert "Below the <em>figure</em>" in page(tmp_path, "index.html")
