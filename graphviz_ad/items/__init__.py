"""What an exercise is made of: questions, their fields, right and known wrong answers, and what may be asked of a
pass.
"""

__all__ = ["model", "quantities"]
