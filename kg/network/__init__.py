"""The network of comparisons: procedures as nodes, what a study found between two of them as an edge.

``find_network`` makes it from a workspace, ``comparison_network`` from evidence. It is a
``networkx.MultiGraph``; ``pairs``, ``missing`` and ``components`` say what is in it, ``write`` puts it
into a file as a picture, GraphML or GEXF. ``docs/python.md`` lists the attributes.
"""

from __future__ import annotations

from kg.network.build import Comparisons, comparison_network
from kg.network.find import find_network, name_comparisons
from kg.network.reading import Gap, Pair, components, missing, pairs
from kg.network.writing import FORMATS, draw, write

__all__ = [
    "FORMATS",
    "Comparisons",
    "Gap",
    "Pair",
    "comparison_network",
    "components",
    "draw",
    "find_network",
    "missing",
    "name_comparisons",
    "pairs",
    "write",
]
