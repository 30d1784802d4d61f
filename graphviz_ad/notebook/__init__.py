"""A trace → a player in a cell of a notebook."""

__all__ = ["page", "player", "widget"]
