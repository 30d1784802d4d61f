"""A formula or a level, and a seed → an exercise; an exercise → sheets, self-tests, files of platforms; answers →
marks.

`making` leads; the rooms are `questions`, `sheets`, `selftest`, `graded`, `formats` and `marking`.
"""

__all__ = ["identity", "inputs", "levels", "making", "record", "registry"]
