"""Students who make mistakes, simulated without any code of the marker: what they write, and what marking says of it."""
