"""A trace → questions: numbers, formulas, choices, predictions, updates."""

__all__ = [
    "batches", "choices", "formulas", "kinds", "learning", "limits", "numbers", "predictions", "updates", "variants",
]  # fmt: skip
