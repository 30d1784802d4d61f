"""Hand-outs → all words in them: what is seen, and what a reader of the source or a screen reader finds."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from graphviz_ad.exercises.registry import Sheet
from graphviz_ad.exercises.sheets.handout import save
from graphviz_ad.items.model import Exercise

_GEOMETRY = {"d", "x", "y", "width", "height", "viewBox", "transform", "points", "rx", "ry", "cx", "cy", "stroke-width",
             "stroke-dasharray", "fill", "stroke"}  # fmt: skip
"""Attributes of SVG that say where and how something is drawn."""


def handout_files(exercises: Sequence[Exercise], suffix: str, sheet: Sheet, folder: Path) -> dict[str, bytes]:
    """Exercises → the files of a hand-out by their names."""
    written = save(exercises, str(folder / f"sheet.{suffix}"), sheet=sheet)
    return {Path(path).relative_to(folder).as_posix(): Path(path).read_bytes() for path in written}


def words(files: dict[str, bytes]) -> str:
    """Files → their words, by the suffix of each."""
    return "\n".join(READERS[name.rpartition(".")[2]](data) for name, data in files.items())


def _pdf(data: bytes) -> str:
    """PDF → the text of its pages, what its tags say, and its metadata."""
    return "\n".join([*pdf_pages(data), *_tags(data)])


def pdf_pages(data: bytes) -> list[str]:
    """PDF → the text of each page."""
    return [page.extract_text() for page in reader(data).pages]


def reader(data: bytes) -> Any:
    """PDF → pypdf's reader of it."""
    import pypdf

    return pypdf.PdfReader(io.BytesIO(data))


def _tags(data: bytes) -> Iterator[str]:
    """Alternative and actual texts of a PDF, and its metadata."""
    pdf = reader(data)
    yield str(pdf.metadata)
    if pdf.xmp_metadata is not None:
        yield re.sub(r"<[^>]*>", "\n", pdf.xmp_metadata.stream.get_data().decode())
    for number in range(1, int(pdf.trailer["/Size"])):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            part = pdf.get_object(number)
        if isinstance(part, dict):
            yield from (str(part[key]) for key in ("/Alt", "/ActualText", "/E", "/Contents", "/T") if key in part)


def _svg(data: bytes) -> str:
    """SVG → its texts and its attributes, without those that say where things are."""
    texts = []
    for part in ElementTree.fromstring(data).iter():
        texts += [part.text or "", part.tail or ""]
        texts += [value for key, value in part.attrib.items() if key.rpartition("}")[2] not in _GEOMETRY]
    return "\n".join(texts)


def _html(data: bytes) -> str:
    """HTML → its source without its style, its program, what is sealed, and attributes that say where things are."""
    names = "|".join(sorted(_GEOMETRY))
    apart = rf'<style>.*?</style>|<script>.*?</script>|\s(?:{names}|style|tabindex)="[^"]*"|"[\w+/=]{{12,}}"'
    return re.sub(apart, "", data.decode(), flags=re.DOTALL)


def _text(data: bytes) -> str:
    return data.decode()


def _notebook(data: bytes) -> str:
    """Notebook → its source without its pictures, in whose letters a number may stand by chance."""
    return re.sub(r'("image/png": *)"[^"]*"', r"\1", data.decode())


def _latex(data: bytes) -> str:
    r"""LaTeX → its source without the sizes of pictures."""
    return re.sub(r"\\includegraphics\[[^,]*scale=[\d.]+", "", data.decode())


READERS: dict[str, Callable[[bytes], str]] = {
    "pdf": _pdf, "svg": _svg, "md": _text, "tex": _latex, "html": _html, "ipynb": _notebook,
}  # fmt: skip
"""By suffix of a file."""
