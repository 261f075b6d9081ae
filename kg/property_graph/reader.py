"""From the rows of one publication back to the nouns they were written from."""

from __future__ import annotations

from typing import Any, cast

from kg.errors import StoreError
from kg.graph.terms import axis_pair
from kg.identity import Run, local_id
from kg.model import Arm, Claim, Reading
from kg.property_graph.rows import Row, Rows

__all__ = ["reading_from_rows", "run_from_rows"]


def reading_from_rows(rows: Rows) -> Reading:
    """Read back the reading that ``publication_rows`` wrote, equal in every field; the order of rows does not matter.

    Raises StoreError when the rows are not those of one publication.
    """
    links = _Links(rows)
    node: Any = _only(rows, "Publication")
    pmid = node["pmid"]
    return Reading(
        pmid=pmid,
        scope=node["scope"],
        design=cast(Any, links.needed("DESIGN", pmid)),
        sample_size=node["sampleSize"],
        n_studies=node["studyCount"],
        procedures=links.ids("EVALUATED_PROCEDURE", pmid),
        comparators=links.ids("EVALUATED_COMPARATOR", pmid),
        indications=links.ids("EVALUATED_INDICATION", pmid),
        registry_ids=tuple(node["registryIds"]),
        flags=tuple(node["flags"]),
        arms=tuple(_arm(links, arm) for arm in _in_order(rows, "Arm")),
        claims=tuple(_claim(links, claim) for claim in _in_order(rows, "Claim")),
    )


def run_from_rows(rows: Rows) -> Run:
    """Read back the run that made one publication's rows."""
    node: Any = _only(rows, "Run")
    return Run(
        run_id=node["id"],
        started=node["startedAtTime"],
        extractor=node["extractor"],
        extractor_version=node["extractorVersion"],
        software_version=node["softwareVersion"],
    )


class _Links:
    """The relationships of one publication, by type and where they lead from, in order."""

    def __init__(self, rows: Rows) -> None:
        self._ends: dict[tuple[str, str], list[str]] = {}
        for name, links in rows.relationships.items():
            for link in sorted(cast(Any, links), key=lambda each: each.get("position") or 0):
                self._ends.setdefault((name, link["from"]), []).append(link["to"])

    def iris(self, name: str, source: str) -> tuple[str, ...]:
        return tuple(self._ends.get((name, source), ()))

    def ids(self, name: str, source: str) -> tuple[str, ...]:
        return tuple(map(local_id, self.iris(name, source)))

    def maybe(self, name: str, source: str) -> str | None:
        found = self.ids(name, source)
        return found[0] if found else None

    def needed(self, name: str, source: str) -> str:
        found = self.maybe(name, source)
        if found is None:
            raise StoreError(f"{source} has no {name}: the graph is damaged; make it again from the ledger")
        return found


def _arm(links: _Links, node: Any) -> Arm:
    return Arm(
        procedure=links.needed("RECEIVED", node["id"]),
        names=tuple(node["names"]),
        size=node["size"],
        index=node["index"],
    )


def _claim(links: _Links, node: Any) -> Claim:
    identifier = node["id"]
    return Claim(
        pmid=node["pmid"],
        procedure=links.needed("PROCEDURE", identifier),
        comparator=links.maybe("COMPARATOR", identifier),
        comparator_class=links.maybe("COMPARATOR_CLASS", identifier),
        indications=links.ids("INDICATION", identifier),
        outcome=links.needed("OUTCOME", identifier),
        measure=node["measure"],
        basis=node["basis"],
        direction=node["direction"],
        noninferiority=node["noninferiority"],
        hedged=node["hedged"],
        followup_days=tuple(node["followupDays"]),
        effect=node["effect"],
        p=node["pValue"],
        significant=node["significant"],
        axes=tuple(map(axis_pair, links.iris("AXIS", identifier))),
        quote=node["quote"],
        start=node["start"],
        end=node["end"],
        rule=node["rule"],
        reasons=tuple(node["reasons"]),
        confidence=node["confidence"],
    )


def _only(rows: Rows, label: str) -> Row:
    nodes = rows.nodes.get(label, ())
    if len(nodes) != 1:
        raise StoreError(f"the rows of one publication hold one {label}, these hold {len(nodes)}")
    return nodes[0]


def _in_order(rows: Rows, label: str) -> list[Row]:
    return sorted(rows.nodes.get(label, ()), key=lambda node: cast(int, node["position"]))
