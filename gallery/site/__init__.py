"""The documentation site: `python -m gallery.site` builds it into gallery/site/_build, and it opens from disk.

`en/` and `ja/` have the pages that are written by hand, in MyST. `generated` adds those that are made of the program:
the commands of their help, the examples of the gallery, the guides beside this folder, tables of what there is.
`staging` puts both into one folder, which Sphinx builds by `conf`; `extension` has the directives of the site. `words`
has the words of the pages that are made, `fields` and `japanese` what tables of the program say in other languages.
"""
