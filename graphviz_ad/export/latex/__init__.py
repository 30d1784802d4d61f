"""A deck → LaTeX: TikZ pictures, overlays of beamer, pages around a PDF."""

__all__ = ["beamer", "beamer_pages", "standalone", "tikz", "tikz_style"]
