"""A step of a trace → its equation in three stages, and a sentence.

`explanation.explain` leads; `equation`, `sentence` and `routes` say what happens at a step, at an edge and on the
paths to the output, `record` is the trace for other programs, `by_hand` writes statements with
numbers put in.
"""

__all__ = ["annotate", "by_hand", "equation", "explanation", "record", "routes", "sentence", "stories"]
