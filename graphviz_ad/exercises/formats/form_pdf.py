"""Exercise → a PDF to fill in on the screen: its sheet, with form fields at the places to write in (ISO 32000-1, 12.7).

Typst sets the sheet with a link at each place; here each link becomes a field, so that where it stands, its place in
the reading order and its tag are those of the link. By pypdf (extra `forms`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from graphviz_ad.exercises.formats import pdf
from graphviz_ad.exercises.identity import sheet_of
from graphviz_ad.exercises.registry import Files, Sheet
from graphviz_ad.explain.phrase import plain
from graphviz_ad.items.model import Exercise, Number
from graphviz_ad.lazy import optional
from graphviz_ad.messages.catalogue import say

_LINK = "field:"
"""What the address of a link begins with that becomes a field; the name of the field follows, and an option with =."""
_READ_ONLY, _RADIO = 1, 1 << 15
"""Flags of fields (ISO 32000-1, tables 221 and 226)."""
_HIDDEN, _PRINTED = 2, 4
"""Flags of what stands on a page (table 165)."""
_CENTRED = 1
"""Alignment of a field (table 222)."""
_SIZE = 10
"""Of type in a field, in points: nine digits fit into the smallest."""


def handout(exercises: Sequence[Exercise], name: str, sheet: Sheet) -> Files:
    """One exercise → its form; the answers and the worked solutions are those of paper.

    Raises MissingPartError without pypdf.
    """
    if sheet != "blank":
        return pdf.handout(exercises, name, sheet)
    return [(f"{name}.form.pdf", _Form(exercises[0]).file())]


def form_name(name: str) -> str:
    """Name of a field of an exercise → that in the form, where a point would make it a part of another field.

    >>> form_name("q1.2")
    'q1-2'
    """
    return name.replace(".", "-")


class _Form:
    """The sheet as PDF, whose links become fields."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.pypdf: object = optional("pypdf", "forms", "a PDF to fill in")
        self.new: Any = optional("pypdf.generic", "forms", "a PDF to fill in")
        document = pdf.document([exercise], "blank", fillable=True)
        self.writer = self.pypdf.PdfWriter(clone_from=io.BytesIO(document))
        self.fields = {field.name: field for field in exercise.fields}
        self.listed: list[object] = []
        self.groups: dict[str, Any] = {}
        self.looks: dict[tuple[float, float, bool], object] = {}

    def file(self) -> bytes:
        """→ the form."""
        links = list(self._links())
        for reference, name in links:
            link = reference.get_object()
            for key in ("/A", "/Border", "/Contents", "/H"):
                link.pop(key, None)
            link.update(self._of({"/Subtype": "/Widget", "/F": _PRINTED}))
            field, _, option = name.partition("=")
            if option:
                self._option(reference, link, field, option)
            else:
                self._text(reference, link, field)
        known = {"student": self.exercise.student.name, "ident": self.exercise.student.ident}
        for name, value in {"sheet": sheet_of(self.exercise), **known}.items():
            if value:  # it stands on the sheet, where a field has a place to write in else
                self._hidden(name, value)
        self._tags({reference.idnum for reference, _ in links})
        fonts = {
            "/Helv": self._font("/Helvetica", {"/Encoding": "/WinAnsiEncoding"}),
            "/ZaDb": self._font("/ZapfDingbats", {}),
        }
        form = self._of({"/Fields": self.listed, "/NeedAppearances": True, "/DA": f"(/Helv {_SIZE} Tf 0 g)"})
        form[self.new.NameObject("/DR")] = self._of({"/Font": fonts})
        self.writer.root_object[self.new.NameObject("/AcroForm")] = self.writer._add_object(form)
        self.writer.pdf_header = "%PDF-1.7"
        buffer = io.BytesIO()
        self.writer.write(buffer)
        return buffer.getvalue()

    # -- fields --------------------------------------------------------------------------------

    def _text(self, reference: object, link: Any, name: str) -> None:
        """A link → a field for text."""
        field = self.fields.get(name)
        is_number = field is not None and isinstance(field.response, Number)
        link.update(
            self._of({
                "/FT": "/Tx", "/T": f"({form_name(name)})", "/TU": f"({self._label(name)})", "/V": "()",
                "/DA": f"(/Helv {_SIZE} Tf 0 g)", "/Q": _CENTRED if is_number else 0,
                "/AP": {"/N": self._look(link, marked=False)},
            })
        )  # fmt: skip
        self.listed.append(reference)

    def _option(self, reference: object, link: Any, name: str, option: str) -> None:
        """A link → a button of the group of its question."""
        if name not in self.groups:
            group = self._of({
                "/FT": "/Btn", "/Ff": _RADIO, "/T": f"({form_name(name)})", "/TU": f"({self._label(name)})",
                "/V": "/Off", "/Kids": [],
            })  # fmt: skip
            self.groups[name] = self.writer._add_object(group)
            self.listed.append(self.groups[name])
        states = {f"/{option}": self._look(link, marked=True), "/Off": self._look(link, marked=False)}
        label = say("sheet.option", self.exercise.lang).format(letter=option)
        link.update(
            self._of({"/Parent": self.groups[name], "/AS": "/Off", "/AP": {"/N": states}, "/MK": {"/CA": "(8)"},
                      "/DA": "(/ZaDb 0 Tf 0 g)", "/TU": f"({label})"})
        )  # fmt: skip
        self.groups[name].get_object()["/Kids"].append(reference)

    def _hidden(self, name: str, value: str) -> None:
        """A field that nobody sees or changes: it says which sheet this is, and whose."""
        page = self.writer.pages[0]
        field = self.writer._add_object(
            self._of({
                "/Type": "/Annot", "/Subtype": "/Widget", "/FT": "/Tx", "/T": f"({name})", "/V": f"({value})",
                "/Ff": _READ_ONLY, "/F": _HIDDEN, "/Rect": [0, 0, 0, 0], "/DA": f"(/Helv {_SIZE} Tf 0 g)",
                "/P": page.indirect_reference,
            })
        )  # fmt: skip
        page.setdefault(self.new.NameObject("/Annots"), self.new.ArrayObject()).append(field)
        self.listed.append(field)

    def _label(self, name: str) -> str:
        """Name of a field → what a screen reader calls it."""
        if name in ("student", "ident"):
            return say("sheet.name" if name == "student" else "sheet.ident", self.exercise.lang)
        label = " ".join(plain(self.fields[name].label).split())
        if label:
            return f"{name}: {label}"
        asked = next(question for question in self.exercise.questions if self.fields[name] in question.fields)
        return f"{name}: {' '.join(plain(asked.prompt).split())}"

    # -- the file ------------------------------------------------------------------------------

    def _links(self) -> Iterator[tuple[Any, str]]:
        """→ the links that are to be fields, and the name that each has in its address."""
        for page in self.writer.pages:
            for reference in page.get("/Annots", ()):
                address = str(reference.get_object().get("/A", {}).get("/URI", ""))
                if address.startswith(_LINK):
                    yield reference, address.removeprefix(_LINK)

    def _look(self, link: Any, *, marked: bool) -> object:
        """A field that is empty, or an option with a cross → how it is drawn."""
        left, low, right, high = map(float, link["/Rect"])
        wide, tall = round(right - left, 3), round(high - low, 3)
        if (wide, tall, marked) not in self.looks:
            stream = self.new.StreamObject()
            stream.update(self._of({"/Type": "/XObject", "/Subtype": "/Form", "/BBox": [0, 0, wide, tall]}))
            edge, far, top = 2, wide - 2, tall - 2
            cross = f"q 1.2 w {edge} {edge} m {far:.2f} {top:.2f} l {edge} {top:.2f} m {far:.2f} {edge} l S Q"
            stream.set_data(cross.encode() if marked else b"")
            self.looks[wide, tall, marked] = self.writer._add_object(stream)
        return self.looks[wide, tall, marked]

    def _font(self, name: str, more: dict[str, str]) -> object:
        """Name of one of the fonts that every reader has → the font."""
        return self.writer._add_object(self._of({"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": name, **more}))

    def _tags(self, fields: set[int]) -> None:
        """Numbers of the objects that are fields now → their tags are those of fields (PDF/UA-1, 7.18.4)."""
        waiting: list[Any] = [self.writer.root_object["/StructTreeRoot"]]
        while waiting:
            element: Any = waiting.pop().get_object()
            kids = element.get("/K", []) if isinstance(element, dict) else []
            kids = kids if isinstance(kids, list) else [kids]
            for kid in kids:
                inner: object = kid.get_object()
                if isinstance(inner, dict):
                    if "/Obj" in inner and self._number(inner) in fields:
                        element[self.new.NameObject("/S")] = self.new.NameObject("/Form")
                    waiting.append(kid)

    def _number(self, pointer: Any) -> int:
        """What points to an object from a tag → the number of the object."""
        return int(pointer.raw_get("/Obj").idnum)

    def _of(self, value: object) -> Any:
        """Python's objects → those of a PDF: `/X` is a name, `(x)` a text."""
        new = self.new
        match value:
            case new.PdfObject():
                return value
            case dict():
                return new.DictionaryObject({new.NameObject(key): self._of(inner) for key, inner in value.items()})
            case list():
                return new.ArrayObject(map(self._of, value))
            case bool():
                return new.BooleanObject(value)
            case str():
                return new.NameObject(value) if value.startswith("/") else new.TextStringObject(value[1:-1])
        return new.NumberObject(value) if isinstance(value, int) else new.FloatObject(value)
