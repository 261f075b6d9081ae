"""From evidence to the network of comparisons. Pure: nothing is read or written here.

The rules are those of a summary: claims are turned to one side of each pair, a study counts once,
reviews and case reports do not count, and a study's direction follows the effect direction plot.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kg.synthesis import Evidence, Pico, SeenClaim, Standing, study_direction
from kg.synthesis.sides import Families, families, row_outcome, see
from kg.synthesis.studies import participants, standing, strongest

if TYPE_CHECKING:
    import networkx as nx

    from kg.synthesis import Publication
    from kg.vocabulary import Vocabulary

__all__ = ["Comparisons", "comparison_network"]

Sides = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """Which comparisons are asked for, by ids of the vocabulary; ``None`` asks for all, narrower concepts are included.

    With a technique, its neighbourhood: what it was compared with, and what of that was compared with
    each other.
    """

    technique: str | None = None
    indication: str | None = None
    outcome: str | None = None
    comparator: str | None = None
    comparator_class: str | None = None
    include_retracted: bool = False


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one study found between two procedures on one outcome; ``first`` and ``second`` are its sides in order."""

    sides: Sides
    study: str
    outcome: str
    standing: Standing
    seen: tuple[SeenClaim, ...]

    @property
    def publications(self) -> tuple[Publication, ...]:
        found = {seen.evidence.publication.pmid: seen.evidence.publication for seen in self.seen}
        return tuple(found[pmid] for pmid in sorted(found, key=lambda pmid: (len(pmid), pmid)))


def comparison_network(evidence: Iterable[Evidence], asked: Comparisons, vocabulary: Vocabulary) -> nx.MultiGraph[str]:
    """Return the network of the comparisons that some evidence makes; the order of the evidence does not matter.

    A node is a procedure, an edge what one study found between two of them on one outcome. ``first``
    and ``second`` of an edge name its sides; ``direction`` is that of the first one, for the patient.
    The graph's own attributes repeat what was asked and say how many studies are left out, and why.
    """
    import networkx as nx

    family = _family(asked, vocabulary)
    findings = sorted(_findings(evidence, asked, family, vocabulary), key=_place)
    counted = [finding for finding in findings if finding.standing == "counted" and len(set(finding.sides)) == 2]
    members = _members(counted, family)
    counted = [finding for finding in counted if members.issuperset(finding.sides)]
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    sizes = _sizes(counted)
    for id in [concept.id for concept in vocabulary.concepts("procedure") if concept.id in members]:
        graph.add_node(id, **_node(id, counted, sizes, family, vocabulary))
    for finding in counted:
        key = f"{finding.study} {finding.outcome}"
        graph.add_edge(*finding.sides, key=key, **_edge(finding, sizes, vocabulary))
    if asked.technique is not None and not graph:
        graph.add_node(asked.technique, **_node(asked.technique, (), {}, family, vocabulary))
    graph.graph.update(_about(asked, counted, _excluded(findings, members, family)))
    return graph


def _family(asked: Comparisons, vocabulary: Vocabulary) -> frozenset[str] | None:
    """Return the technique asked about with its narrower ones; ``None`` where all are asked about."""
    return None if asked.technique is None else frozenset(vocabulary.descendants("procedure", asked.technique))


def _findings(
    evidence: Iterable[Evidence], asked: Comparisons, family: frozenset[str] | None, vocabulary: Vocabulary
) -> Iterator[_Finding]:
    """Yield what each study found in each pair on each outcome, one finding per standing of its claims."""
    pairs: dict[Sides, dict[str, Evidence]] = defaultdict(dict)
    known = vocabulary.by_kind["procedure"]
    for item in evidence:
        claim = item.claim
        if claim.basis == "between" and claim.procedure in known and claim.comparator in known:
            pairs[_sorted(claim.procedure, claim.comparator or "")][item.claim_id] = item
    pico = Pico(
        technique=next(iter(known)),
        indication=asked.indication,
        outcome=asked.outcome,
        comparator=asked.comparator,
        comparator_class=asked.comparator_class,
    )
    wanted = families(pico, vocabulary)
    for pair in sorted(pairs):
        sides = _oriented(pair, pairs[pair].values(), family, wanted)
        seen = [see(item, replace(wanted, technique=frozenset(sides[:1])), vocabulary) for item in pairs[pair].values()]
        groups: dict[tuple[str, str, Standing], list[SeenClaim]] = defaultdict(list)
        for each in seen:
            if isinstance(each, SeenClaim):
                outcome = row_outcome(each.claim.outcome, asked.outcome, vocabulary)
                stands = standing(each, include_retracted=asked.include_retracted)
                groups[each.evidence.publication.study, outcome, stands].append(each)
        for (study, outcome, stands), claims in groups.items():
            yield _Finding(
                sides, study, outcome, stands, tuple(sorted(claims, key=lambda each: each.evidence.claim_id))
            )


def _sorted(one: str, other: str) -> Sides:
    return (one, other) if one <= other else (other, one)


def _oriented(pair: Sides, items: Iterable[Evidence], family: frozenset[str] | None, wanted: Families) -> Sides:
    """Return a pair in order: the technique asked about first, the comparator asked about second, else as most write it."""
    one, other = pair
    for group, first in ((family, one), (wanted.comparator, other)):
        if group is not None and (one in group) != (other in group):
            return pair if first in group else (other, one)
    written = Counter(item.claim.procedure for item in items)
    return pair if written[one] >= written[other] else (other, one)


def _members(findings: Sequence[_Finding], family: frozenset[str] | None) -> frozenset[str]:
    """Return the procedures of the network: all, or those of the family and what they were compared with."""
    sides = (finding.sides for finding in findings)
    return frozenset(side for pair in sides if family is None or not family.isdisjoint(pair) for side in pair)


def _place(finding: _Finding) -> tuple[Sides, str, str, str]:
    return _sorted(*finding.sides), finding.outcome, finding.study, finding.standing


def _sizes(findings: Iterable[_Finding]) -> dict[str, int | None]:
    """Return the participants of each study over all its reports, whichever of them an edge rests on."""
    reports: dict[str, dict[str, Publication]] = defaultdict(dict)
    for finding in findings:
        reports[finding.study] |= {publication.pmid: publication for publication in finding.publications}
    return {study: participants(publications.values()) for study, publications in reports.items()}


def _node(
    id: str,
    findings: Iterable[_Finding],
    sizes: dict[str, int | None],
    family: frozenset[str] | None,
    vocabulary: Vocabulary,
) -> dict[str, Any]:
    studies = {finding.study for finding in findings if id in finding.sides}
    return {
        "label": vocabulary.concept("procedure", id).label,
        "kind": vocabulary.concept("procedure", vocabulary.ancestors("procedure", id)[-1]).label,
        "asked": family is not None and id in family,
        "studies": len(studies),
        "participants": sum(sizes[study] or 0 for study in studies),
        "without_participants": sum(sizes[study] is None for study in studies),
    }


def _edge(finding: _Finding, sizes: dict[str, int | None], vocabulary: Vocabulary) -> dict[str, Any]:
    first, second = finding.sides
    times = {seen.evidence.claim_id: seen.claim.followup_days for seen in finding.seen}
    publications = finding.publications
    outcome = vocabulary.by_kind["outcome"].get(finding.outcome)
    return {
        "study": finding.study,
        "first": first,
        "second": second,
        "outcome": finding.outcome,
        "outcome_label": outcome.label if outcome else finding.outcome,
        "direction": study_direction(finding.seen, times),
        "comparator_class": finding.seen[0].comparator_class,
        "design": strongest((publication.design for publication in publications), vocabulary),
        "participants": sizes[finding.study],
        "retracted": any(publication.retracted for publication in publications),
        "illustrative": any(publication.illustrative for publication in publications),
        "indications": tuple(sorted({id for seen in finding.seen for id in seen.claim.indications})),
        "pmids": tuple(publication.pmid for publication in publications),
        "claims": tuple(seen.evidence.claim_id for seen in finding.seen),
    }


def _excluded(
    findings: Iterable[_Finding], members: frozenset[str], family: frozenset[str] | None
) -> dict[Standing, int]:
    """Count the studies that are not counted although they compare what is asked, by the reason."""
    studies: dict[Standing, set[str]] = defaultdict(set)
    for finding in findings:
        near = family is None or not family.isdisjoint(finding.sides) or members.issuperset(finding.sides)
        if finding.standing != "counted" and near:
            studies[finding.standing].add(finding.study)
    return {stands: len(found) for stands, found in sorted(studies.items())}


def _about(asked: Comparisons, findings: Sequence[_Finding], excluded: dict[Standing, int]) -> dict[str, Any]:
    publications = {publication.pmid: publication for finding in findings for publication in finding.publications}
    return {
        "technique": asked.technique,
        "indication": asked.indication,
        "outcome": asked.outcome,
        "comparator": asked.comparator,
        "comparator_class": asked.comparator_class,
        "include_retracted": asked.include_retracted,
        "studies": len({finding.study for finding in findings}),
        "publications": len(publications),
        "illustrative": any(publication.illustrative for publication in publications.values()),
        "not_counted": excluded,
    }
