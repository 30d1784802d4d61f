"""A deck → images and PDF, by Typst: PNG, GIF, an SVG that plays, a PDF whose words are text, data for notebooks."""

__all__ = ["animated", "bundle", "gif", "pages", "pdf"]
