"""Examples with their pictures; `python -m gallery.make` makes the pictures and the index anew."""
