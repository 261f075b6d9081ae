"""A network of comparisons in words: title, pairs, gaps and what a reader has to know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.network.reading import components, missing, pairs
from kg.report.wording import plural, wording
from kg.synthesis import DIRECTIONS
from kg.tabular import Cell
from kg.vocabulary import load_vocabulary

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["PAIR_COLUMNS", "banner", "caption", "gap_rows", "heading", "pair_rows", "remarks", "title"]

PAIR_COLUMNS = (
    "first", "second", "studies", "trials", "participants", "not_stated",
    *(direction.replace("-", "_") for direction in DIRECTIONS), "outcomes", "pmids",
)  # fmt: skip

_LEFT_OUT = {
    "secondary": "reviews and models",
    "case-report": "case reports",
    "variant": "variants of one procedure",
    "retracted": "retracted",
}


def title(graph: nx.MultiGraph[str]) -> str:
    """Return what a network shows, with the question it answers."""
    vocabulary, about = load_vocabulary(), graph.graph
    what = vocabulary.concept("procedure", about["technique"]).label if about["technique"] else "All procedures"
    parts = [
        f"{name}: {vocabulary.concept(kind, about[key]).label}"
        for key, kind, name in (
            ("indication", "indication", "patients with"),
            ("outcome", "outcome", "outcome"),
            ("comparator", "procedure", "against"),
            ("comparator_class", "comparator-class", "against"),
        )
        if about[key]
    ]
    return f"What was compared with what: {what}" + (f" ({'; '.join(parts)})" if parts else "")


def banner(graph: nx.MultiGraph[str]) -> str | None:
    """Return the warning for a network that rests on invented records."""
    words = wording()["banner"]
    return f"{words['title']}. {words['text']}".replace("This summary", "This network") if _invented(graph) else None


def _invented(graph: nx.MultiGraph[str]) -> bool:
    return bool(graph.graph["illustrative"])


def caption(graph: nx.MultiGraph[str]) -> tuple[str, ...]:
    """Return what a reader of a network has to know, a sentence each."""
    about = graph.graph
    counted = f"{plural(about['studies'], 'study')} in {plural(about['publications'], 'publication')}"
    left_out = ", ".join(f"{_LEFT_OUT.get(name, name)} {count}" for name, count in about["not_counted"].items())
    return (
        f"{counted} of this workspace, read by a program from titles and abstracts.",
        *([f"Studies not counted: {left_out}."] if left_out else []),
        "Better and worse are those of the first side, for the patient: the technique asked about, else the procedure that"
        " most of the abstracts evaluate. A study gives one result per outcome, so better to not_clear add up results, not studies.",
        'Counts say nothing of the size of an effect, and "no difference" does not show that two are equal; risk of bias'
        " was not assessed, and nothing is pooled.",
    )


def heading(graph: nx.MultiGraph[str]) -> Iterator[str]:
    """Yield the lines above the pairs."""
    yield title(graph)
    if text := banner(graph):
        yield f"*** {text}"
    if not graph.edges:
        yield "Nothing found: no study of this workspace that counts makes such a comparison."
        return
    parts = components(graph)
    hang = "all of them hang together" if len(parts) == 1 else f"in {len(parts)} groups without a comparison in between"
    found = plural(len(pairs(graph)), "pair")
    yield f"{plural(len(graph), 'procedure')}, {hang}; {found} compared directly in {plural(graph.graph['studies'], 'study')}"


def remarks(graph: nx.MultiGraph[str]) -> Iterator[str]:
    """Yield the lines below the pairs."""
    parts = components(graph)
    if len(parts) > 1:
        for number, part in enumerate(parts, start=1):
            yield f"Group {number}: {', '.join(graph.nodes[id]['label'] for id in part)}"
        yield ""
    yield from caption(graph)
    if text := banner(graph):
        yield f"*** {text}"


def pair_rows(graph: nx.MultiGraph[str]) -> list[tuple[Cell, ...]]:
    """Return a row of ``PAIR_COLUMNS`` per pair; ``not_stated`` counts the studies that state no participants."""
    outcomes = load_vocabulary().by_kind["outcome"]
    return [
        (
            graph.nodes[pair.first]["label"],
            graph.nodes[pair.second]["label"],
            pair.studies,
            pair.trials,
            pair.participants,
            pair.without_participants,
            *(pair.results[direction] for direction in DIRECTIONS),
            "; ".join(outcomes[id].label if id in outcomes else id for id in pair.outcomes),
            "; ".join(pair.pmids),
        )
        for pair in pairs(graph)
    ]


def gap_rows(graph: nx.MultiGraph[str]) -> list[tuple[Cell, ...]]:
    """Return a row per pair that was never compared: both sides, what joins them, and the studies around them."""

    def label(id: str) -> str:
        return str(graph.nodes[id]["label"])

    return [
        (label(gap.first), label(gap.second), "; ".join(map(label, gap.through)), gap.studies) for gap in missing(graph)
    ]
