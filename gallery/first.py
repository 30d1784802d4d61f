"""`python -m gallery.first`: first.md and first-ja.md → the first notebooks, run from top to bottom.

What is kept of a player is its picture: on GitHub, in Quarto and in nbconvert's pages there is no kernel behind it.
Pictures are PNGs, which are shown everywhere, with a description for those who cannot see them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from gallery.example import HERE
from graphviz_ad.export.files import write_atomic
from graphviz_ad.export.text.cells import Notebook

NOTEBOOKS = {"first": "en", "first-ja": "ja"}
"""Names of the texts, and of the notebooks made of them, with their languages."""
_KEPT = ("image/png", "text/plain")
"""Formats of outputs that are kept."""
_CODE = re.compile(r"^```python\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
"""A cell of code in a text."""


def notebook(name: str) -> bytes:
    """Name → the notebook of the text, whose cells were not run."""
    text = (HERE / f"{name}.md").read_text(encoding="utf-8")
    notebook_file = Notebook(NOTEBOOKS[name])
    for number, part in enumerate(_CODE.split(text)):
        if number % 2:
            notebook_file.code(part)
        elif part.strip():
            notebook_file.text(part.strip())
    return notebook_file.file(text.partition("\n")[0].removeprefix("# "))


def ran(data: bytes, folder: Path) -> Any:
    """Notebook, and the folder its kernel stands in → it as nbformat has it, with the outputs of all its cells."""
    import nbformat
    from nbclient import NotebookClient

    read = nbformat.reads(data.decode(), as_version=4)
    place = {"metadata": {"path": str(folder)}}
    client = NotebookClient(read, timeout=300, store_widget_state=False, coalesce_streams=True, resources=place)
    return client.execute()


def kept(document: Any) -> bytes:
    """Notebook that was run → the file: the same bytes in every run."""
    for cell in document["cells"]:
        cell["metadata"].pop("execution", None)
        for output in cell.get("outputs", ()):
            if "data" in output:
                output["data"] = {kind: output["data"][kind] for kind in _KEPT if kind in output["data"]}
                output["metadata"] = {kind: data for kind, data in output["metadata"].items() if kind in _KEPT}
    document["metadata"].pop("widgets", None)
    document["metadata"]["language_info"] = {"name": "python"}
    return (json.dumps(_in_lines(document), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _in_lines(document: Any) -> Any:
    """Notebook → the same with texts as lists of lines, as Jupyter writes it."""
    for cell in document["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
        for output in cell.get("outputs", ()):
            if "text" in output:
                output["text"] = output["text"].splitlines(keepends=True)
            for kind, data in output.get("data", {}).items():
                output["data"][kind] = data.rstrip("\n") if kind == "image/png" else data.splitlines(keepends=True)
    return document


def main() -> None:
    """Write both."""
    for name in NOTEBOOKS:
        write_atomic(str(HERE / f"{name}.ipynb"), kept(ran(notebook(name), HERE.parent)))


if __name__ == "__main__":
    main()
