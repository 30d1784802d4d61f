"""What a document asks for → a figure, for Markdown and Sphinx."""

__all__ = ["figure"]
