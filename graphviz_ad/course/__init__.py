"""A term's plan and a roster → sheets for every student."""

__all__ = ["making", "plan"]
