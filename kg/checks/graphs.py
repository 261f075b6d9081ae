"""Whether a graph says what the ledger says: what stands in it, publication by publication, and every statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kg.bibliography import is_retracted
from kg.checks.nouns import Fault, shown
from kg.errors import SpinekgError
from kg.graph import quads
from kg.identity import PREFIXES, local_id
from kg.ledger import Ledger, LedgerRow
from kg.property_graph import publication_rows, reading_from_rows, run_from_rows
from kg.stores import Cell, Store, Table

if TYPE_CHECKING:
    from kg.property_graph import Rows

__all__ = [
    "PropertyStore",
    "Standing",
    "count_faults",
    "property_faults",
    "quad_faults",
    "retracted_faults",
    "standing_in_cypher",
    "standing_in_ledger",
    "standing_in_rdf",
]

_PAGE = 50_000
_RDF = f"""
PREFIX ev: <{PREFIXES["ev"]}>
PREFIX dct: <{PREFIXES["dct"]}>
SELECT ?publication ?scope ?retracted (COUNT(?claim) AS ?claims) WHERE {{
  ?publication a ev:Publication .
  OPTIONAL {{ ?publication ev:scope ?scope }}
  OPTIONAL {{ ?publication ev:retracted ?retracted }}
  OPTIONAL {{ ?claim dct:source ?publication ; a ev:Claim }}
}}
GROUP BY ?publication ?scope ?retracted
"""
_RDF_CLAIMS = f"SELECT (COUNT(?claim) AS ?claims) WHERE {{ ?claim a <{PREFIXES['ev']}Claim> }}"
_CYPHER = """
MATCH (p:Publication)
WHERE p.pmid > $after
RETURN p.pmid AS pmid, p.scope AS scope, p.retracted AS retracted,
  COUNT { MATCH (c:Claim)-[:SOURCE]->(p) } AS claims
ORDER BY pmid
LIMIT $page
"""
_CYPHER_CLAIMS = "MATCH (c:Claim) RETURN count(c) AS claims"


class PropertyStore(Protocol):
    """An engine that keeps the property graph, embedded or on a server."""

    def query(self, cypher: str, params: Mapping[str, object] | None = None) -> Table:
        """Answer a read-only query."""
        ...

    def publication(self, pmid: str) -> Rows:
        """Return the rows of one publication."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands in one place: scope and number of claims by PMID, ``retracted`` where the place says it, all claims."""

    where: str
    publications: Mapping[str, tuple[Cell, int]]
    retracted: Mapping[str, tuple[Cell, ...]]
    claims: int


def standing_in_ledger(ledger: Ledger) -> Standing:
    """Return what was read, as the ledger counts it."""
    counted = ((pmid, ledger.reading_counts(pmid)) for pmid in ledger.pmids())
    publications: dict[str, tuple[Cell, int]] = {pmid: counts for pmid, counts in counted if counts}
    claims = sum(count for _, count in publications.values())
    return Standing(where="the ledger", publications=publications, retracted={}, claims=claims)


def standing_in_rdf(store: Store) -> Standing:
    """Return what stands in the graph of statements."""
    publications: dict[str, tuple[Cell, int]] = {}
    retracted: dict[str, tuple[Cell, ...]] = {}
    for iri, scope, said, claims in store.query(_RDF).rows:
        pmid = local_id(str(iri))
        publications[pmid] = (local_id(str(scope)) if scope is not None else None, int(claims or 0))
        retracted[pmid] = (*retracted.get(pmid, ()), said)
    for pmid in store.pmids():
        publications.setdefault(pmid, (None, 0))
    ((total,),) = store.query(_RDF_CLAIMS).rows
    return Standing(where="RDF", publications=publications, retracted=retracted, claims=int(total or 0))


def standing_in_cypher(store: PropertyStore, where: str) -> Standing:
    """Return what stands in a property graph."""
    publications: dict[str, tuple[Cell, int]] = {}
    retracted: dict[str, tuple[Cell, ...]] = {}
    after = ""
    while rows := store.query(_CYPHER.replace("$page", str(_PAGE)), {"after": after}).rows:
        for pmid, scope, said, claims in rows:
            publications[str(pmid)] = (scope, int(claims or 0))
            retracted[str(pmid)] = (said,)
        after = str(rows[-1][0])
    ((total,),) = store.query(_CYPHER_CLAIMS).rows
    return Standing(where=where, publications=publications, retracted=retracted, claims=int(total or 0))


def count_faults(ledger: Standing, other: Standing) -> Iterator[Fault]:
    """Yield the publications that only one of two places has, or that they count differently."""
    for pmid in sorted(ledger.publications.keys() | other.publications.keys(), key=lambda pmid: (len(pmid), pmid)):
        ours, theirs = ledger.publications.get(pmid), other.publications.get(pmid)
        if ours != theirs:
            yield Fault(pmid=pmid, message=f"{ledger.where} has {_said(ours)}, {other.where} has {_said(theirs)}")
    joined = sum(count for _, count in other.publications.values())
    if other.claims != joined:
        yield Fault(message=f"{other.where} has {other.claims:,} claims, {joined:,} of them with a publication")


def _said(counts: tuple[Cell, int] | None) -> str:
    if counts is None:
        return "nothing"
    return f"{counts[1]} claims, {'no scope' if counts[0] is None else f'scope {counts[0]}'}"


def retracted_faults(standing: Standing) -> Iterator[Fault]:
    """Yield the publications of which it does not say once, with true or false, whether they are retracted."""
    for pmid, said in standing.retracted.items():
        if len(said) != 1 or not isinstance(said[0], bool):
            words = " and ".join("nothing" if each is None else shown(each) for each in said)
            yield Fault(pmid=pmid, message=f"{standing.where} says {words} where it must say true or false")


def quad_faults(row: LedgerRow, store: Store) -> Iterator[Fault]:
    """Yield where the stored statements of a publication are not those made anew from the ledger."""
    wanted = set(quads(row.record, row.reading, row.run)) if row.reading and row.run else set()
    found = set(store.graph(row.record.pmid))
    lost, strange = wanted - found, found - wanted
    if lost or strange:
        first = min(map(str, lost or strange))
        kind = "it lacks" if lost else "it has besides"
        yield Fault(
            pmid=row.record.pmid,
            message=f"RDF: {len(lost)} statements missing, {len(strange)} too many; {kind} {shown(first)}",
        )


def property_faults(row: LedgerRow, store: PropertyStore, where: str) -> Iterator[Fault]:
    """Yield where a property graph does not give back the reading and the run of a publication."""
    if row.reading is None or row.run is None:
        return
    pmid = row.record.pmid
    rows = store.publication(pmid)
    try:
        reading, run = reading_from_rows(rows), run_from_rows(rows)
        digest = rows.nodes["Publication"][0]["digest"]
    except (SpinekgError, KeyError, IndexError, TypeError, ValueError) as error:
        yield Fault(pmid=pmid, message=f"{where}: cannot be read back: {shown(error)}")
        return
    if reading != row.reading or run != row.run:
        yield Fault(pmid=pmid, message=f"{where}: {_difference(row, reading, run)}")
    elif digest != publication_rows(row.record, row.reading, row.run).nodes["Publication"][0]["digest"]:
        yield Fault(pmid=pmid, message=f"{where}: the digest is that of another state of the record")
    elif rows.nodes["Publication"][0]["retracted"] is not is_retracted(row.record):
        yield Fault(pmid=pmid, message=f"{where}: the record says otherwise whether it is retracted")


def _difference(row: LedgerRow, reading: object, run: object) -> str:
    """Name the first field in which what is stored differs from the ledger."""
    if reading == row.reading:
        return f"another run: {shown(run)}"
    fields = [name for name in type(reading).__slots__ if getattr(reading, name) != getattr(row.reading, name)]  # type: ignore[attr-defined]
    if fields[0] != "claims" or row.reading is None:
        return f"its reading differs in {', '.join(fields)}"
    ours, theirs = row.reading.claims, reading.claims  # type: ignore[attr-defined]
    number = next((n for n, (a, b) in enumerate(zip(ours, theirs, strict=False), start=1) if a != b), None)
    return f"claim {number} differs" if number else f"{len(theirs)} claims, the ledger has {len(ours)}"
