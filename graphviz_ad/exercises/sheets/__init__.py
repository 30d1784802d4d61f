"""An exercise → what is handed out: its graph to fill in, its text, its key."""

__all__ = ["figures", "fillable_graph", "handout", "key", "printed", "worksheet"]
