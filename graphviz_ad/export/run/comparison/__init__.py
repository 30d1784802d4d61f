"""Several runs beside one another → files: a table, JSON, a page.

Each module has a function `content`; the formats stand in `export.run.registry`.
"""

__all__ = ["csv_table", "page", "record"]
