"""Sphinx builds the site by this: `python -m gallery.site`."""

from gallery.web.settings import COMMON, STATIC

globals().update(COMMON)
project = html_title = "graphviz-ad"
extensions = [*COMMON["extensions"], "sphinx.ext.autodoc", "gallery.site.extension"]
myst_enable_extensions = ["dollarmath", "deflist", "attrs_inline"]
myst_heading_anchors = 3
html_static_path = [*STATIC, "_static"]
html_css_files = ["pages.css", "site.css"]
suppress_warnings = ["misc.highlighting_failure"]
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
add_module_names = False
