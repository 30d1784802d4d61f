"""The lesson, from a formula to learned features, in Japanese and in English: `python -m gallery.lesson` builds both.

`ja/` and `en/` are the texts, in Markdown. Every number of a result in them is a name that `numbers` has from the
`runs`, every figure of a run is made by `figures`, every exercise by `exercises`, all when the lesson is built.
"""
