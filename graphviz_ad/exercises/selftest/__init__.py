"""An exercise → a web page that checks answers and holds none that can be read: its Python, its scripts, its style."""

__all__ = ["page", "recipe", "sealing", "selfcheck", "webform"]
