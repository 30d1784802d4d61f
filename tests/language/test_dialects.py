"""Every operation's markup in every dialect: nothing is left of what the markup calls things, and it can be set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from graphviz_ad.diagram.node_signs import sign_markup
from graphviz_ad.diagram.typeset import Request, typeset
from graphviz_ad.language.markup import Form, Markup, parts_of
from graphviz_ad.language.mathml import MATHML, math
from graphviz_ad.language.parser import parse_program
from graphviz_ad.language.printer import LATEX, NODE_LATEX, TIGHT_LATEX, TYPST, Dialect, write, write_markup
from graphviz_ad.language.tree import CALL, NAME, Tree
from graphviz_ad.ops.operation import Operation
from graphviz_ad.ops.table import NOTATIONS, TABLE, bind
from tests.diagram.test_latex import foreign
from tests.export.test_html import CHILDREN
from tests.ops.changed import WITH_OPTIONS, changed

DIALECTS = {"latex": LATEX, "tight": TIGHT_LATEX, "node": NODE_LATEX, "typst": TYPST, "mathml": MATHML}
_KNOWN = {"left", "right", "begin", "end", "mathcal", "mathbf", "mathrm", "bmod", "textstyle", "quad", "beta"}
"""Commands of LaTeX that stand in formulas, but in no sign of a node."""


def called(row: Operation, name: str, dialect: Dialect) -> str:
    """Operation by one of its names → a call with a letter for each argument."""
    tree = Tree()
    letters = "abc" if row.variadic else "abcde"[: len(row.params)]
    root = tree.add(CALL, name, tuple(tree.add(NAME, letter) for letter in letters))
    return write(tree, root, dialect.using(NOTATIONS))


def written(row: Operation) -> Iterator[dict[str, str]]:
    """Operation → its sign, with options and without, and calls of it by each of its names, in every dialect."""
    for name in filter(str.isidentifier, (row.name, *row.aliases)):
        yield {key: called(row, name, dialect) for key, dialect in DIALECTS.items()}
    if row.name != "index":
        options = [row.options, *([changed(row)] if row in WITH_OPTIONS else [])]
        for option in options:
            bound = bind(row.name, tuple(option.items()))
            yield {key: sign_markup(bound, dialect=dialect) for key, dialect in DIALECTS.items()}


def words(texts: list[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"[A-Za-z]{2,}", text)}


def left_over(texts: dict[str, str]) -> list[str]:
    """What was written in every dialect → what is wrong with it."""
    problems = [f"{command} in {key}" for key in ("latex", "tight", "node") for command in foreign(texts[key]) - _KNOWN]
    for element in (whole := ElementTree.fromstring(math(texts["mathml"]))).iter():
        if len(element) != CHILDREN.get(element.tag, len(element)):
            problems.append(f"{len(element)} parts of {element.tag}")
    shown = [element.text or "" for element in whole.iter()]
    problems += [
        f"{word} in mathml"
        for word in words(shown) - words([texts["latex"].replace(r"\_", "_").replace("bmod", "mod")])
    ]
    problems += [f"a hole in {key}" for key, text in texts.items() if re.search("#|None", text)]
    return problems


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_operation_is_written_in_every_dialect(row: Operation) -> None:
    written_texts = list(written(row))
    assert [(texts, left_over(texts)) for texts in written_texts if left_over(texts)] == []
    labels = typeset([Request(f"${texts['typst']}$", 12) for texts in written_texts])
    assert all(label.width > 0 for label in labels)


@pytest.mark.parametrize(
    ("planted", "seen"),
    [("arrow", "arrow in latex"), (("x", "#0"), "a hole in mathml")],
)
def test_what_a_dialect_does_not_know_is_seen(planted: Markup, seen: str) -> None:
    assert seen in left_over({key: write_markup(planted, dialect) for key, dialect in DIALECTS.items()})


def test_a_word_that_stands_on_a_page_alone_is_seen() -> None:
    texts = {key: write_markup("beside", dialect) for key, dialect in DIALECTS.items()}
    assert "beside in mathml" in left_over(texts | {"mathml": "<mi>beside</mi>"})


def test_every_construct_is_known_to_every_dialect() -> None:
    markups = [row.sign for row in TABLE] + [notation.markup for notation in NOTATIONS.values()]
    forms = {part.name for markup in markups for part in parts_of(markup) if isinstance(part, Form)}
    forms |= {"fraction", "power", "below", "limits", "root", "transpose", "ordinary"}
    for dialect in DIALECTS.values():
        assert forms <= dialect.forms.keys() | dialect.elements.keys()
        assert LATEX.binary.keys() == dialect.binary.keys()
        assert LATEX.fences.keys() == dialect.fences.keys()


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        (
            "(a - y)^2",
            '<msup><mrow><mo stretchy="false">(</mo><mi>a</mi><mo>−</mo><mi>y</mi><mo stretchy="false">)</mo></mrow>'
            "<mn>2</mn></msup>",
        ),
        ("x - -3", '<mi>x</mi><mo>−</mo><mrow><mo stretchy="false">(</mo><mo form="prefix">−</mo><mn>3</mn>'
                   '<mo stretchy="false">)</mo></mrow>'),
        ("2x_1^2", "<mn>2</mn><msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>"),
        ("a/(b + c)", "<mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mi>c</mi></mrow></mfrac>"),
        ("a < b", '<mo stretchy="false">[</mo><mi>a</mi><mo>&lt;</mo><mi>b</mi><mo stretchy="false">]</mo>'),
        ("relu(x)", '<mi>ReLU</mi><mrow><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo></mrow>'),
        ("1e-5", '<msup><mn>10</mn><mrow><mo form="prefix">−</mo><mn>5</mn></mrow></msup>'),
        ("x.T", "<msup><mi>x</mi><mo>⊤</mo></msup>"),
        ("abs(x/2)", '<mrow><mo stretchy="true" fence="true" form="prefix">|</mo><mfrac><mi>x</mi><mn>2</mn></mfrac>'
                     '<mo stretchy="true" fence="true" form="postfix">|</mo></mrow>'),
    ],
)  # fmt: skip
def test_mathml(text: str, markup: str) -> None:
    program = parse_program(text)
    assert write(program.tree, program.statements[-1].root, MATHML.using(NOTATIONS)) == markup


def test_brackets_of_mathml_grow_with_what_is_in_them() -> None:
    program = parse_program("(sin(1/x) + y)^2 + (sin(x) + y)^2")
    text = write(program.tree, program.statements[-1].root, MATHML.using(NOTATIONS))
    assert text.count('stretchy="true"') == text.count('stretchy="false"') == 4
