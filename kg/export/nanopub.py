"""Each claim as one nanopublication: what it says, where that comes from, and who published it.

Four graphs a claim, by the guidelines of nanopub.net: the head, the claim itself, its provenance
(publication, quote, run) and the publication info. Their names are Trusty URIs (module RA): the hash
of the content is part of the name, so a nanopublication that was changed is found out. They are not
signed.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import BinaryIO

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.export.rights import LICENCE
from kg.graph import quads
from kg.graph.terms import TYPE, ev, sequence_node, term
from kg.identity import BASE, PREFIXES, Run, claim_ids, claim_iri, publication_iri, run_iri, software_iri
from kg.ledger import LedgerRow
from kg.workspace import Workspace

__all__ = ["NANOPUB_PREFIXES", "nanopubs", "write_nanopubs"]

NANOPUB_PREFIXES: Mapping[str, str] = MappingProxyType(
    {**PREFIXES, "np": "http://www.nanopub.org/nschema#", "npx": "http://purl.org/nanopub/x/"}
)
_SPACE = f"{BASE}np/"
_SAID = frozenset(
    {TYPE}
    | {
        ev(name)
        for name in (
            "study", "procedure", "comparator", "comparatorClass", "indication", "outcome", "basis", "direction",
            "noninferiority", "hedged", "followupDays", "axis", "measure", "effect", "pValue", "significant",
        )
    }
)  # fmt: skip
_DERIVED = frozenset({ev("standing"), ev("comparison")})
_OF_PUBLICATION = frozenset(
    {term("fabio", "hasPubMedId"), term("dct", "bibliographicCitation"), ev("design")}
    | {ev(name) for name in ("retracted", "corrected", "underConcern")}
)


def write_nanopubs(workspace: Workspace, out: BinaryIO) -> int:
    """Write every claim of the workspace as a nanopublication, by rising PMID, in TriG; return their number.

    A claim of a retracted publication is one too: its provenance says so.
    """
    from kg.export.rdflib_forms import prefix_lines, turtle_block

    out.write(prefix_lines(NANOPUB_PREFIXES))
    count = 0
    for row in workspace.ledger.rows():
        for nanopub in nanopubs(row):
            count += 1
            for graph, statements in nanopub.items():
                lines = (f"{triple} .\n".encode() for triple in statements)
                out.write(turtle_block(lines, graph, NANOPUB_PREFIXES))
    return count


def nanopubs(row: LedgerRow) -> Iterator[dict[str, list[Triple]]]:
    """Yield the nanopublication of each claim of a publication: the statements of its four graphs by their names."""
    if row.reading is None or row.run is None:
        return
    by_subject: dict[NamedNode, list[Triple]] = defaultdict(list)
    for quad in quads(row.record, row.reading, row.run):
        by_subject[quad.subject].append(quad.triple)  # type: ignore[index]
    for identifier in claim_ids(row.reading.claims):
        yield _trusty(_parts(NamedNode(claim_iri(identifier)), row, row.run, by_subject))


def _parts(
    claim: NamedNode, row: LedgerRow, run: Run, by_subject: Mapping[NamedNode, list[Triple]]
) -> dict[str, list[Triple]]:
    """Return the four graphs under names that do not yet hold their hash."""
    nanopub = NamedNode(_SPACE)
    said, source, published = (NamedNode(f"{_SPACE}#{name}") for name in ("assertion", "provenance", "pubinfo"))
    head = [
        Triple(nanopub, TYPE, _np("Nanopublication")),
        Triple(nanopub, _np("hasAssertion"), said),
        Triple(nanopub, _np("hasProvenance"), source),
        Triple(nanopub, _np("hasPublicationInfo"), published),
    ]
    info = [
        Triple(nanopub, term("dct", "created"), Literal(run.started, datatype=term("xsd", "dateTime"))),
        Triple(nanopub, term("dct", "creator"), NamedNode(software_iri("spinekg", run.software_version))),
        Triple(nanopub, term("dct", "license"), NamedNode(LICENCE)),
        Triple(nanopub, NamedNode(NANOPUB_PREFIXES["npx"] + "introduces"), claim),
    ]
    return {
        f"{_SPACE}#Head": head,
        said.value: [triple for triple in by_subject[claim] if triple.predicate in _SAID],
        source.value: list(dict.fromkeys(_provenance(said, claim, row, run, by_subject))),
        published.value: info,
    }


def _np(name: str) -> NamedNode:
    return NamedNode(NANOPUB_PREFIXES["np"] + name)


def _provenance(
    said: NamedNode, claim: NamedNode, row: LedgerRow, run: Run, by_subject: Mapping[NamedNode, list[Triple]]
) -> Iterator[Triple]:
    publication = NamedNode(publication_iri(row.record.pmid))
    yield Triple(said, term("prov", "wasDerivedFrom"), publication)
    yield Triple(said, term("prov", "wasGeneratedBy"), NamedNode(run_iri(run.run_id)))
    yield Triple(claim, term("prov", "wasGeneratedBy"), NamedNode(run_iri(run.run_id)))
    yield from (triple for triple in by_subject[claim] if triple.predicate not in _SAID | _DERIVED)
    for name in ("indication", "followupDays", "axis"):
        yield from by_subject.get(sequence_node(claim, name), ())
    yield from (triple for triple in by_subject[publication] if triple.predicate in _OF_PUBLICATION)
    yield from by_subject[NamedNode(run_iri(run.run_id))]
    for name, version in ((run.extractor, run.extractor_version), ("spinekg", run.software_version)):
        yield from by_subject[NamedNode(software_iri(name, version))]


def _trusty(parts: dict[str, list[Triple]]) -> dict[str, list[Triple]]:
    """Return the graphs with the hash of their content in every name of the nanopublication's own."""
    code = _code(
        Quad(triple.subject, triple.predicate, triple.object, NamedNode(graph))
        for graph, triples in parts.items()
        for triple in triples
    )

    def named(value: NamedNode | Literal) -> NamedNode | Literal:
        own = isinstance(value, NamedNode) and value.value.startswith(_SPACE)
        return NamedNode(f"{_SPACE}{code}{value.value.removeprefix(_SPACE)}") if own else value

    return {
        named(NamedNode(graph)).value: [
            Triple(named(t.subject), t.predicate, named(t.object))  # type: ignore[arg-type]
            for t in triples
        ]
        for graph, triples in parts.items()
    }


def _code(statements: Iterable[Quad]) -> str:
    """Return the artifact code of a set of statements: "RA" and the SHA-256 of their normal form.

    The place of the hash in a name is a space while it is computed.
    """
    lines = sorted(
        (_spelt(quad.graph_name), _spelt(quad.subject), _spelt(quad.predicate), _object(quad.object))
        for quad in statements
    )
    text = "".join(f"{graph}\n{subject}\n{predicate}\n{value[-1]}\n" for graph, subject, predicate, value in lines)
    return "RA" + urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def _spelt(node: object) -> str:
    iri = str(getattr(node, "value", node))
    return f"{_SPACE} {iri.removeprefix(_SPACE)}" if iri.startswith(_SPACE) else iri


def _object(value: object) -> tuple[int, str, str, str]:
    """Return the sort key of an object, names before literals, and last how it is spelt."""
    if not isinstance(value, Literal):
        return 0, _spelt(value), "", _spelt(value)
    escaped = value.value.replace("\\", "\\\\").replace("\n", "\\n")
    return 1, value.value, value.datatype.value, f"^{value.datatype.value} {escaped}"
