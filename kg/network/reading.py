"""What a network of comparisons says: its pairs, what hangs together, what was never compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from kg.synthesis import DIRECTIONS, StudyDirection
from kg.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Gap", "Pair", "components", "missing", "pairs"]

_MANY = frozenset({"spinal-intervention", "other-intervention", "other-surgery"})
"""Concepts that stand for whatever is not named more closely: two studies of them may be about different things."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two procedures that were compared directly.

    ``studies`` and ``participants`` count each study once, ``without_participants`` the studies that
    state no number; ``results`` count one per study and outcome, by direction of ``first``.
    """

    first: str
    second: str
    studies: int
    trials: int
    participants: int
    without_participants: int
    results: Mapping[StudyDirection, int]
    outcomes: tuple[str, ...]
    pmids: tuple[str, ...]
    retracted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Two procedures that no counted study compares, though both were compared with each of ``through``.

    ``studies`` counts those that compare either of them with one of ``through``.
    """

    first: str
    second: str
    through: tuple[str, ...]
    studies: int


def pairs(graph: nx.MultiGraph[str]) -> tuple[Pair, ...]:
    """Return the direct comparisons, those with most studies first."""
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for _, _, edge in graph.edges(data=True):
        grouped[edge["first"], edge["second"]].append(edge)
    found = [_pair(sides, edges) for sides, edges in grouped.items()]
    return tuple(sorted(found, key=lambda pair: (-pair.studies, -pair.participants, pair.first, pair.second)))


def _pair(sides: tuple[str, str], edges: list[dict[str, Any]]) -> Pair:
    sizes = {edge["study"]: edge["participants"] for edge in edges}
    counts = Counter(edge["direction"] for edge in edges)
    return Pair(
        first=sides[0],
        second=sides[1],
        studies=len(sizes),
        trials=len({edge["study"] for edge in edges if edge["design"] == "randomised-trial"}),
        participants=sum(size or 0 for size in sizes.values()),
        without_participants=sum(size is None for size in sizes.values()),
        results={direction: counts[direction] for direction in DIRECTIONS},
        outcomes=tuple(dict.fromkeys(edge["outcome"] for edge in edges)),
        pmids=tuple(sorted({pmid for edge in edges for pmid in edge["pmids"]}, key=lambda pmid: (len(pmid), pmid))),
        retracted=any(edge["retracted"] for edge in edges),
    )


def components(graph: nx.MultiGraph[str]) -> tuple[tuple[str, ...], ...]:
    """Return the procedures that hang together by comparisons, the largest group first."""
    import networkx as nx

    return tuple(sorted((tuple(sorted(part)) for part in nx.connected_components(graph)), key=lambda p: (-len(p), p)))


def missing(graph: nx.MultiGraph[str], vocabulary: Vocabulary | None = None) -> tuple[Gap, ...]:
    """Return the pairs that were both compared with a common comparator but never with each other.

    Pairs with the technique asked about come first, then those with most studies around them. A
    comparison of a narrower procedure is one of the wider; a procedure and a wider one of it are no pair.
    What stands for many different procedures is neither a side nor a common comparator.
    """
    known = vocabulary or load_vocabulary()
    below = {id: frozenset(known.descendants("procedure", id)) for id in graph.nodes}
    gaps = [
        _gap(graph, one, other)
        for one, other in combinations(sorted(set(graph.nodes) - _MANY), 2)
        if one not in below[other] and other not in below[one] and not _compared(graph, below[one], below[other])
    ]

    def place(gap: Gap) -> tuple[bool, int, str, str]:
        asked = graph.nodes[gap.first]["asked"] or graph.nodes[gap.second]["asked"]
        return not asked, -gap.studies, gap.first, gap.second

    return tuple(sorted((gap for gap in gaps if gap.through), key=place))


def _gap(graph: nx.MultiGraph[str], one: str, other: str) -> Gap:
    through = sorted((set(graph[one]) & set(graph[other])) - _MANY)
    first, second = (one, other) if graph.nodes[one]["asked"] >= graph.nodes[other]["asked"] else (other, one)
    studies = {
        edge["study"] for middle in through for side in (one, other) for edge in graph[side][middle].values()
    }  # fmt: skip
    return Gap(first=first, second=second, through=tuple(through), studies=len(studies))


def _compared(graph: nx.MultiGraph[str], some: frozenset[str], others: frozenset[str]) -> bool:
    return any(not others.isdisjoint(graph[one]) for one in some if one in graph)
