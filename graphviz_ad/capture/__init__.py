"""PyTorch code, run once, becomes a graph: the text of a formula, its values, and every number compared with torch's.

`captured` leads; `recorder` sees the calls, `writing` says what each is in the language of the formulas, `opaque` does
those that have no text by torch's own functions, `naming` finds what their authors called things.
"""

__all__ = ["captured"]
