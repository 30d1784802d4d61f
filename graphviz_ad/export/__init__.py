"""Pictures and decks → files.

`registry` is the table of formats, `deck.save` writes them, `files` writes whole files or none. A format is a module
with a function `deck` in one of the rooms: `image`, `text`, `latex`, `powerpoint`, `player`.
"""

__all__ = ["deck", "files", "registry"]
