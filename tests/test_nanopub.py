"""Nanopublications by the guidelines: four graphs, the links between them, and names that hold their content's hash."""

from __future__ import annotations

import io
from collections import defaultdict
from pathlib import Path

import pytest
import rdflib
from graph_samples import RUN, claim, reading_of, record_of
from hypothesis import given, settings
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from rdflib.namespace import DCTERMS, PROV, RDF
from test_graph import any_reading
from test_questions import publications
from typer.testing import CliRunner
from workspace_samples import fill

from kg.cli.app import app
from kg.export import write_nanopubs
from kg.export.nanopub import NANOPUB_PREFIXES, nanopubs
from kg.graph import quads
from kg.graph.terms import ev
from kg.identity import PREFIXES, claim_ids, claim_iri
from kg.ledger import LedgerRow
from kg.workspace import open_workspace

NP = rdflib.Namespace(NANOPUB_PREFIXES["np"])
NPX = rdflib.Namespace(NANOPUB_PREFIXES["npx"])
EV = rdflib.Namespace(PREFIXES["ev"])
PMID = "99000001"

Graphs = dict[str, rdflib.Graph]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("nanopub") / "data", publications())


@pytest.fixture(scope="module")
def trig(folder: Path) -> bytes:
    out = io.BytesIO()
    with open_workspace(folder) as workspace:
        count = write_nanopubs(workspace, out)
        assert count == sum(len(row.reading.claims) for row in workspace.ledger.rows() if row.reading)
    return out.getvalue()


@pytest.fixture(scope="module")
def found(trig: bytes) -> dict[str, Graphs]:
    """Return the graphs of each nanopublication by the part of their name after the #, read by rdflib."""
    whole = rdflib.Dataset()
    for quad in parse(trig, format=RdfFormat.TRIG):
        line = f"{quad.triple} .".encode()
        whole.graph(rdflib.URIRef(quad.graph_name.value)).parse(data=line, format="nt")
    by_name: dict[str, Graphs] = defaultdict(dict)
    for graph in whole.graphs():
        name, _, part = str(graph.identifier).partition("#")
        if len(graph):
            by_name[name][part] = graph
    return by_name


def row(*claims, **fields) -> LedgerRow:
    return LedgerRow(record=record_of(PMID, **fields), source="test", reading=reading_of(PMID, *claims), run=RUN)


def test_one_claim_is_one_nanopublication(found: dict[str, Graphs], folder: Path) -> None:
    with open_workspace(folder) as workspace:
        claims = {
            claim_iri(each) for row in workspace.ledger.rows() if row.reading for each in claim_ids(row.reading.claims)
        }
    introduced = [
        str(value)
        for name, parts in found.items()
        for value in parts["pubinfo"].objects(rdflib.URIRef(name), NPX.introduces)
    ]
    assert len(claims) == 19
    assert sorted(introduced) == sorted(claims)


def test_each_has_four_graphs_and_a_head_that_names_them(found: dict[str, Graphs]) -> None:
    for name, parts in found.items():
        assert set(parts) == {"Head", "assertion", "provenance", "pubinfo"}
        own = rdflib.URIRef(name)
        assert set(parts["Head"]) == {
            (own, RDF.type, NP.Nanopublication),
            (own, NP.hasAssertion, own + "#assertion"),
            (own, NP.hasProvenance, own + "#provenance"),
            (own, NP.hasPublicationInfo, own + "#pubinfo"),
        }


def test_the_assertion_is_one_claim_and_no_more(found: dict[str, Graphs]) -> None:
    for parts in found.values():
        graph = parts["assertion"]
        (subject,) = set(graph.subjects())
        assert (subject, RDF.type, EV.Claim) in graph
        for needed in (EV.procedure, EV.outcome, EV.basis, EV.direction):
            assert len(list(graph.objects(subject, needed))) == 1
        assert not {EV.quote, EV.confidence, EV.rule} & set(graph.predicates())


def test_the_provenance_is_about_the_assertion(found: dict[str, Graphs]) -> None:
    for name, parts in found.items():
        graph, said = parts["provenance"], rdflib.URIRef(name + "#assertion")
        (publication,) = graph.objects(said, PROV.wasDerivedFrom)
        (run,) = graph.objects(said, PROV.wasGeneratedBy)
        assert (run, RDF.type, EV.Run) in graph
        assert str(graph.value(publication, EV.retracted)) in {"true", "false"}
        (claimed,) = set(parts["assertion"].subjects())
        assert graph.value(claimed, DCTERMS.source) == publication
        assert str(graph.value(claimed, EV.quote))


def test_the_publication_info_is_about_the_nanopublication(found: dict[str, Graphs]) -> None:
    for name, parts in found.items():
        assert set(parts["pubinfo"].subjects()) == {rdflib.URIRef(name)}
        assert set(parts["pubinfo"].predicates()) == {DCTERMS.created, DCTERMS.creator, DCTERMS.license, NPX.introduces}


def test_a_retracted_publication_says_so_in_every_nanopublication(found: dict[str, Graphs]) -> None:
    retracted = {
        str(publication)
        for parts in found.values()
        for publication in parts["provenance"].subjects(EV.retracted, rdflib.Literal(True))
    }
    assert len(retracted) == 1


def test_together_they_hold_what_the_graph_says_of_a_claim() -> None:
    made = claim(
        PMID, "vertebroplasty", "pain-intensity", "better", comparator="sham-procedure", comparator_class="sham",
        indications=("spinal-pain", "cancer-pain"), measure="VAS", followup_days=(90, 30), effect="1", p="P",
        significant=True, reasons=("one", "two"), axes=(("guidance", "fluoroscopy"),),
    )  # fmt: skip
    (parts,) = nanopubs(row(made))
    there = {triple for triples in parts.values() for triple in triples}
    of_claim = {
        quad.triple
        for quad in quads(record_of(PMID), reading_of(PMID, made), RUN)
        if quad.subject.value.startswith(claim_iri(claim_ids((made,))[0]))
        and quad.predicate not in (ev("standing"), ev("comparison"))
    }
    assert len(of_claim) > 25
    assert of_claim <= there


# The two codes were confirmed by the verifier of the nanopub library for Python (2.0.1).
def test_the_hash_is_that_of_the_trusty_uri_specification() -> None:
    plain = claim(PMID, "vertebroplasty", "pain-intensity", "better")
    odd = claim(PMID, "kyphoplasty", "disability", "worse", measure='a "b"\n\\c é', effect="0", p="P < 0.05")
    names = [next(iter(parts)).partition("#")[0] for parts in nanopubs(row(plain, odd))]
    assert names == [
        "https://w3id.org/spinekg/np/RAO-sUyUX1Obnt-MD0LOicfaiyJCGFP-KdDMPzdIDbJFs",
        "https://w3id.org/spinekg/np/RAR_bcEADKQhH8wq3F9L2Q-sB5pBPZom_-wr0IEgVqq8k",
    ]


@settings(max_examples=40)
@given(any_reading)
def test_the_name_follows_the_content_and_nothing_else(reading) -> None:
    once = [
        next(iter(parts)) for parts in nanopubs(LedgerRow(record=record_of(PMID), source="a", reading=reading, run=RUN))
    ]
    again = [
        next(iter(parts)) for parts in nanopubs(LedgerRow(record=record_of(PMID), source="b", reading=reading, run=RUN))
    ]
    assert once == again
    assert len(set(once)) == len(reading.claims)
    changed = record_of(PMID, retracted=True)
    other = [next(iter(parts)) for parts in nanopubs(LedgerRow(record=changed, source="a", reading=reading, run=RUN))]
    assert not set(once) & set(other)


@settings(max_examples=25)
@given(any_reading)
def test_what_is_written_is_what_was_hashed(reading) -> None:
    from kg.export.rdflib_forms import prefix_lines, turtle_block

    for parts in nanopubs(LedgerRow(record=record_of(PMID), source="a", reading=reading, run=RUN)):
        text = prefix_lines(NANOPUB_PREFIXES)
        for graph, triples in parts.items():
            text += turtle_block([f"{triple} .\n".encode() for triple in triples], graph, NANOPUB_PREFIXES)
        wanted = {Quad(*list(t)[:3], NamedNode(graph)) for graph, triples in parts.items() for t in triples}
        assert set(parse(text, format=RdfFormat.TRIG)) == wanted


def test_a_publication_without_claims_has_none() -> None:
    assert list(nanopubs(row())) == []
    assert list(nanopubs(LedgerRow(record=record_of(PMID), source="test"))) == []


def test_the_command(folder: Path, tmp_path: Path, trig: bytes) -> None:
    out = tmp_path / "claims.trig"
    done = CliRunner().invoke(app, ["export", "nanopub", "-o", str(out), "--dir", str(folder)])
    assert done.exit_code == 0
    assert out.read_bytes() == trig
    count = trig.count(b"a np:Nanopublication")
    assert done.stderr == f"{count:,} nanopublications written to {out}\n"
