"""A trace → questions: numbers, formulas, choices, predictions."""

__all__ = ["choices", "formulas", "numbers", "predictions", "variants"]
