"""spinekg: from claims in spine-pain abstracts to a graph, answers and evidence summaries."""

__version__ = "0.1.0"

__all__ = ["__version__"]
