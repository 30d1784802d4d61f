"""A term's plan and a roster → sheets for every student; what they hand in → marks, gradebooks, a report."""

__all__ = ["gradebooks", "making", "marking", "plan", "report"]
