"""A step of a trace → its equation in three stages, and a sentence.

`explanation.explain` leads; `equation`, `sentence` and `routes` say what happens at a step, at an edge and on the
paths to the output, `record` is the trace for other programs.
"""

__all__ = ["annotate", "equation", "explanation", "record", "routes", "sentence", "stories"]
