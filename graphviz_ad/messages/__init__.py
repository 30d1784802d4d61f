"""Every sentence a person reads, by key and language."""

__all__ = ["catalogue", "multilingual"]
