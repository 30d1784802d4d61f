"""Sphinx builds the lesson by this, in either language: `python -m gallery.lesson`."""

from gallery.lesson.numbers import substitutions
from gallery.web.settings import COMMON

globals().update(COMMON)
extensions = [*COMMON["extensions"], "gallery.lesson.directives"]
myst_enable_extensions = ["dollarmath", "substitution", "deflist"]


def setup(app):  # type: ignore[no-untyped-def]
    """Application of Sphinx → the same with the numbers and the title in the language it builds."""
    lang = app.config.language
    app.config.myst_substitutions = substitutions(lang)
    app.config.project = app.config.html_title = {
        "en": "From a formula to learned features",
        "ja": "式から特徴の学習まで",
    }[lang]
