"""LaTeX → Program: its tokens with their places, the same formula in plain notation, and the places put back."""

__all__ = ["documents", "reader"]
