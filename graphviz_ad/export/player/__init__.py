"""A deck → one web page that plays its steps and computes them anew: its Python, its scripts and its styles."""

__all__ = ["keyboard", "live", "page", "templates"]
