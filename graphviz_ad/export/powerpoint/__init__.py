"""A deck → PowerPoint: pictures, or shapes with glued connectors and mathematics of Office that can be edited."""

__all__ = ["deck", "native", "presentation"]
