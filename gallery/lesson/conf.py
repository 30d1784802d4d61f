"""Sphinx builds the lesson by this, in either language: `python -m gallery.lesson`."""

from gallery.lesson.numbers import substitutions

extensions = ["myst_parser", "graphviz_ad.sphinx", "gallery.lesson.directives"]
myst_enable_extensions = ["dollarmath", "substitution", "deflist"]
myst_update_mathjax = False
html_theme = "furo"
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["lesson.css"]
html_js_files = [("lesson.js", {"defer": "defer"})]
html_show_sphinx = html_show_copyright = html_copy_source = False
smartquotes = False
numfig = False


def setup(app):  # type: ignore[no-untyped-def]
    """Application of Sphinx → the same with the numbers and the title in the language it builds."""
    lang = app.config.language
    app.config.myst_substitutions = substitutions(lang)
    app.config.project = app.config.html_title = {
        "en": "From a formula to learned features",
        "ja": "式から特徴の学習まで",
    }[lang]
