"""Exercise → a page to fill in that holds no answers and saves a file of what was filled in; such a file's receipt."""

__all__ = ["page", "receipts"]
