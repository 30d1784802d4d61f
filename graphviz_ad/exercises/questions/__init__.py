"""A trace → questions: numbers, formulas, choices, predictions, updates."""

__all__ = [
    "batches", "choices", "cutting", "formulas", "kinds", "learning", "limits", "modes", "naming", "numbers",
    "predictions", "updates", "variants",
]  # fmt: skip
