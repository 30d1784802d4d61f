"""A deck → one web page that plays its steps and computes them anew: its Python, its scripts and its styles."""

__all__ = ["arrows", "live", "page", "templates"]
