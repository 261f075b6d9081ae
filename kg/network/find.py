"""The evidence of a network of comparisons: which claims bear on it, by a shipped question."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kg.evidence import evidence_of, name_question
from kg.network.build import Comparisons, comparison_network
from kg.synthesis import Evidence
from kg.vocabulary import Vocabulary
from kg.workspace import Workspace

if TYPE_CHECKING:
    import networkx as nx

    from kg.stores import Store

__all__ = ["ANY", "find_network", "name_comparisons"]

ANY = "any"
"""The name that stands for every technique."""

_QUESTION = "claims-for-question"


def name_comparisons(
    vocabulary: Vocabulary,
    technique: str | None = None,
    *,
    indication: str | None = None,
    outcome: str | None = None,
    comparator: str | None = None,
    include_retracted: bool = False,
) -> Comparisons:
    """Return the comparisons that these names ask for: ids, labels, synonyms, abbreviations or near misses of them.

    Without a technique, or with "any", all. Raises UnknownNameError with suggestions.
    """
    every = technique is None or technique.strip().casefold() == ANY
    # What the other names mean does not depend on the technique.
    named = next(iter(vocabulary.by_kind["procedure"])) if technique is None or every else technique
    pico = name_question(vocabulary, named, indication=indication, outcome=outcome, comparator=comparator)
    return Comparisons(
        technique=None if every else pico.technique,
        indication=pico.indication,
        outcome=pico.outcome,
        comparator=pico.comparator,
        comparator_class=pico.comparator_class,
        include_retracted=include_retracted,
    )


def find_network(workspace: Workspace, asked: Comparisons, vocabulary: Vocabulary) -> nx.MultiGraph[str]:
    """Return the network of the comparisons in a workspace."""
    with workspace.graph("network") as store:
        chosen = _chosen(store, [asked.technique or ANY], asked)
        evidence = _evidence(workspace, chosen)
        if asked.technique is not None:
            family = frozenset(vocabulary.descendants("procedure", asked.technique))
            around = _sides(evidence) - family
            if around:
                more = _chosen(store, sorted(around), asked)
                evidence = _evidence(workspace, chosen | more)
    return comparison_network(evidence, asked, vocabulary)


def _chosen(store: Store, techniques: list[str], asked: Comparisons) -> set[tuple[str, str]]:
    """Return PMID and id of the claims on some techniques from either side, with the narrower ones."""
    from kg.queries import ask, question

    params = {"technique": techniques, "outcome": asked.outcome, "indication": asked.indication}
    table = ask(store, question(_QUESTION), {name: value for name, value in params.items() if value})
    return {(str(publication), str(claim)) for publication, claim in table.rows}


def _evidence(workspace: Workspace, chosen: set[tuple[str, str]]) -> list[Evidence]:
    """Return the comparisons between groups among the claims chosen."""
    ids = {claim for _, claim in chosen}
    rows = workspace.ledger.rows({pmid for pmid, _ in chosen})
    items = (item for row in rows if row.reading for item in evidence_of(row.record, row.reading))
    return [item for item in items if item.claim_id in ids and item.claim.basis == "between"]


def _sides(evidence: Iterable[Evidence]) -> frozenset[str]:
    return frozenset(side for item in evidence for side in (item.claim.procedure, item.claim.comparator) if side)
