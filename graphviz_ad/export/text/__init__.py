"""A deck → texts: Markdown, Marp, Quarto, reveal.js, Jupyter, DOT."""

__all__ = ["dot", "markdown", "marp", "notebook", "quarto", "reveal"]
