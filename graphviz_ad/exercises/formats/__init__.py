"""Exercises → files of other programs: LaTeX, PDF, Markdown, Jupyter, Moodle, GIFT, QTI, PrairieLearn, Anki."""

__all__ = ["banks", "packing", "spellings"]
