"""A knowledge graph of grassroots governance: who runs which initiative where, with what figures, and which sentence says so."""

__version__ = "0.1.0"
