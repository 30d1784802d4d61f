"""The picture of a web page in less text is the same picture."""

from __future__ import annotations

from graphviz_ad.export.player.svg_minify import condensed


def test_paints_are_classes_and_texts_know_their_one_place() -> None:
    text = '<use href="#t0" x="1" y="2" fill="red"/>'
    twice = '<use href="#t1" x="0" y="3" fill="blue"/><use href="#t1" x="4" y="3" fill="red"/>'
    defined = '<g id="t0"><path d="M0 0c0.5 -0.25 1.5 0.75 10.5 0z"/></g><g id="t1"></g>'
    (svg,), style = condensed(f'<g data-name="a &quot;b&quot;">{defined}{text}{twice}</g>')
    assert svg == (
        '<g><g id="t0" transform="translate(1 2)"><path d="M0 0c.5 -.25 1.5.75 10.5 0z"/></g><g id="t1"></g>'
        '<use href="#t0" class="p0"/><use href="#t1" y="3" fill="blue"/><use href="#t1" x="4" y="3" class="p0"/></g>'
    )
    assert style == ".p0{fill:red}"
