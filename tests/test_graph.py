from __future__ import annotations

import dataclasses
import subprocess
import sys

import pyoxigraph
import pytest
import rdflib
from any_nouns import PMID, any_claim, any_reading, name
from graph_samples import RUN, claim, reading_of, record_of
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from kg.errors import InputError, StoreError
from kg.graph import claims_from_graph, quads, reading_from_graph, run_from_graph, run_quads
from kg.graph.derived import derived_triples
from kg.graph.terms import axis, axis_pair, from_lines, lines
from kg.identity import PREFIXES, claim_id, claim_iri, graph_iri, make_run, publication_iri, run_graph_iri
from kg.model import Arm, Author, Claim, Correction, Grant, MeshHeading, PubDate, Term
from kg.resources import data
from kg.stores import open_store
from kg.vocabulary import load_vocabulary

EV = PREFIXES["ev"]
REASONS = NamedNode(EV + "reasons")


def ids(kind: str) -> st.SearchStrategy[str]:
    return st.deferred(lambda: st.sampled_from([concept.id for concept in load_vocabulary().concepts(kind)]))


rate = st.tuples(st.just("rate"), st.sampled_from(["reported", "none-observed"]))
compared = st.tuples(st.sampled_from(["between", "within"]), st.sampled_from(["better", "worse", "no-difference"]))


@st.composite
def valid_claim(draw: st.DrawFn) -> Claim:
    """Draw a claim as the contract wants it: ids of the vocabulary, a quote of one character or more."""
    basis, direction = draw(rate | compared)
    start = draw(st.integers(0, 900))
    made = draw(any_claim)
    return dataclasses.replace(
        made,
        procedure=draw(ids("procedure")),
        comparator=draw(st.none() | ids("procedure")),
        comparator_class=draw(st.none() | ids("comparator-class")),
        outcome=draw(ids("outcome")),
        indications=tuple(draw(st.lists(ids("indication"), max_size=2))),
        basis=basis,
        direction=direction,
        quote=draw(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9)),
        start=start,
        end=start + draw(st.integers(1, 99)),
        axes=(),
        reasons=(),
        measure=None,
        effect="1.2 vs 2.3",
        p="P < 0.05",
        rule="a-rule",
    )


# --- there and back ---------------------------------------------------------------------------------


@settings(deadline=None)
@given(any_reading)
def test_a_reading_comes_back_from_its_quads(reading):
    written = list(quads(record_of(PMID), reading, RUN))
    assert reading_from_graph(written) == reading
    assert claims_from_graph(reversed(written)) == reading.claims


@pytest.fixture(scope="module")
def store():
    with open_store() as opened:
        yield opened


@settings(deadline=None, max_examples=25)
@given(any_reading)
def test_a_reading_comes_back_from_a_store(store, reading):
    store.replace(PMID, quads(record_of(PMID), reading, RUN))
    assert reading_from_graph(store.graph(PMID)) == reading


@settings(deadline=None, max_examples=25)
@given(any_reading)
def test_a_reading_comes_back_from_rdflib(reading):
    triples = [quad.triple for quad in quads(record_of(PMID), reading, RUN)]
    parsed = rdflib.Graph().parse(data=pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    again = pyoxigraph.parse(parsed.serialize(format="nt"), format=RdfFormat.N_TRIPLES)
    assert reading_from_graph(again) == reading


@given(name, name, name)
def test_a_run_comes_back(extractor, version, software):
    run = make_run(
        started="2026-11-24T06:00:00Z", extractor=extractor, extractor_version=version, software_version=software
    )
    assert run_from_graph(quads(record_of(PMID), reading_of(PMID), run)) == run
    assert run_from_graph(run_quads(run)) == run


def test_a_run_is_described_once_however_much_it_read():
    graphs = {quad.graph_name for pmid in ("1", "2") for quad in quads(record_of(pmid), reading_of(pmid), RUN)}
    assert len(graphs) == 3
    assert {quad.graph_name for quad in run_quads(RUN)} < graphs


@given(st.lists(st.text(), min_size=1))
def test_lines_come_back(texts):
    assert from_lines(lines(texts)) == tuple(texts)


def test_reasons_are_lines_of_text():
    made = claim(PMID, "vertebroplasty", "pain-intensity", "better", reasons=("lower", "a\\b\nc"))
    found = [quad.object for quad in quads(record_of(PMID), reading_of(PMID, made), RUN) if quad.predicate == REASONS]
    assert found == [Literal("lower\na\\\\b\\nc")]


@given(any_reading)
def test_no_blank_node_two_graphs_and_the_same_quads_every_time(reading):
    written = list(quads(record_of(PMID), reading, RUN))
    assert not any(isinstance(term, BlankNode | Triple) for quad in written for term in (quad.subject, quad.object))
    graphs = {graph_iri(PMID), run_graph_iri(RUN.run_id)}
    assert {quad.graph_name for quad in written} == {NamedNode(graph) for graph in graphs}
    assert written == list(quads(record_of(PMID), reading, RUN))
    assert len(set(written)) == len(written)


def test_equal_claims_are_kept_apart():
    twice = claim(PMID, "vertebroplasty", "pain-intensity", "better")
    reading = reading_of(PMID, twice, dataclasses.replace(twice, measure="VAS"))
    assert reading_from_graph(quads(record_of(PMID), reading, RUN)) == reading


@pytest.mark.parametrize(
    ("reading", "complaint"),
    [
        (reading_of("99000002"), "PMID 99000001: its reading or claims carry other PMIDs: 99000001, 99000002"),
        (
            reading_of(PMID, claim("99000003", "vertebroplasty", "pain-intensity", "better")),
            "PMID 99000001: its reading or claims carry other PMIDs: 99000001, 99000003",
        ),
    ],
)
def test_another_publications_reading_is_refused(reading, complaint):
    with pytest.raises(InputError) as caught:
        list(quads(record_of(PMID), reading, RUN))
    assert str(caught.value) == complaint


def test_damage_is_named():
    written = list(quads(record_of(PMID), reading_of(PMID), RUN))
    with pytest.raises(StoreError, match="holds one ev:Publication, this one has 0"):
        reading_from_graph([])
    scope = NamedNode(EV + "scope")
    with pytest.raises(StoreError, match=r"has no <https://w3id.org/spinekg/vocab#scope>: the graph is damaged"):
        reading_from_graph(quad for quad in written if quad.predicate != scope)


# --- what stands in the graph ------------------------------------------------------------------------


def values(record, property_name: str, reading=None) -> list[str]:
    """Return the values of one property of the publication, as N-Triples terms without our prefixes."""
    node, predicate = NamedNode(publication_iri(record.pmid)), NamedNode(property_name)
    written = quads(record, reading or reading_of(record.pmid), RUN)
    return sorted(quad.object.value for quad in written if quad.subject == node and quad.predicate == predicate)


def linked(ref_type: str) -> dict[str, object]:
    return {"corrections": (Correction(ref_type=ref_type, source="J"),)}


def typed(name: str, ui: str | None = None) -> dict[str, object]:
    return {"publication_types": (Term(name=name, ui=ui),)}


@pytest.mark.parametrize(
    ("fields", "retracted", "corrected", "concern", "notice"),
    [
        ({}, "false", "false", "false", []),
        (typed("Retracted Publication", "D016441"), "true", "false", "false", []),
        (typed("Another name", "D016441"), "true", "false", "false", []),
        (linked("RetractionIn"), "true", "false", "false", []),
        (linked("RetractedandRepublishedIn"), "true", "false", "false", []),
        (linked("ErratumIn"), "false", "true", "false", []),
        (linked("ExpressionOfConcernIn"), "false", "false", "true", []),
        (linked("RetractionOf"), "false", "false", "false", ["retraction"]),
        (typed("Retraction of Publication", "D016440"), "false", "false", "false", ["retraction"]),
        (typed("Published Erratum"), "false", "false", "false", ["erratum"]),
        (linked("ExpressionOfConcernFor"), "false", "false", "false", ["concern"]),
    ],
)
def test_the_standing_of_a_publication_is_always_said(fields, retracted, corrected, concern, notice):
    record = dataclasses.replace(record_of(PMID), **fields)
    assert values(record, EV + "retracted") == [retracted]
    assert values(record, EV + "corrected") == [corrected]
    assert values(record, EV + "underConcern") == [concern]
    assert values(record, EV + "noticeOf") == notice


@pytest.mark.parametrize(
    ("ref_type", "predicate"),
    [
        ("RetractionIn", PREFIXES["cito"] + "isRetractedBy"),
        ("RetractionOf", PREFIXES["cito"] + "retracts"),
        ("ErratumIn", PREFIXES["cito"] + "isCorrectedBy"),
        ("ErratumFor", PREFIXES["cito"] + "corrects"),
        ("CommentIn", PREFIXES["cito"] + "hasReplyFrom"),
        ("CommentOn", PREFIXES["cito"] + "repliesTo"),
        ("UpdateOf", PREFIXES["cito"] + "updates"),
        ("ExpressionOfConcernIn", EV + "concernRaisedBy"),
        ("SummaryForPatientsIn", PREFIXES["dct"] + "relation"),
    ],
)
def test_links_to_other_publications(ref_type, predicate):
    links = (Correction(ref_type=ref_type, source="J", pmid="99000009"), Correction(ref_type=ref_type, source="J"))
    record = record_of(PMID, corrections=links)
    assert values(record, predicate) == ["https://pubmed.ncbi.nlm.nih.gov/99000009/"]


@pytest.mark.parametrize(
    ("date", "electronic", "issued", "kind"),
    [
        (PubDate(text="2012 Mar 5", year=2012, month=3, day=5), None, "2012-03-05", "date"),
        (PubDate(text="2012 Mar", year=2012, month=3), None, "2012-03", "gYearMonth"),
        (PubDate(text="2012", year=2012), None, "2012", "gYear"),
        (PubDate(text="2012 Feb 31", year=2012, month=2, day=31), None, "2012-02", "gYearMonth"),
        (PubDate(text="Spring"), PubDate(text="", year=2011, month=12, day=1), "2011-12-01", "date"),
        (None, PubDate(text="", year=2011), "2011", "gYear"),
    ],
)
def test_dates_are_as_precise_as_their_source(date, electronic, issued, kind):
    record = record_of(PMID, date=date, electronic_date=electronic)
    found = [quad.object for quad in quads(record, reading_of(PMID), RUN) if quad.predicate.value.endswith("/issued")]
    assert found == [Literal(issued, datatype=NamedNode(PREFIXES["xsd"] + kind))]
    assert values(record, EV + "year") == [issued[:4]]


def test_a_record_without_a_year_has_no_date():
    record = record_of(PMID, date=PubDate(text="Winter"))
    assert values(record, PREFIXES["dct"] + "issued") == []
    assert values(record, EV + "year") == []


def test_metadata_of_a_publication():
    record = record_of(
        PMID,
        doi="10.1000/ABC",
        pmc_id="PMC1",
        languages=("eng", "ger"),
        mesh=(
            MeshHeading(name="Vertebroplasty", ui="D053264", major=True),
            MeshHeading(name="Humans", major=True),
            MeshHeading(name="x", ui="Q1", major=True),
            MeshHeading(name="Female", ui="D005260"),
        ),
    )
    assert values(record, PREFIXES["dct"] + "identifier") == ["doi:10.1000/abc"]
    assert values(record, PREFIXES["dct"] + "language") == ["eng", "ger"]
    assert values(record, PREFIXES["dct"] + "subject") == ["http://id.nlm.nih.gov/mesh/D053264"]
    assert values(record, PREFIXES["owl"] + "sameAs") == [f"http://identifiers.org/pubmed/{PMID}"]
    assert values(record, PREFIXES["fabio"] + "hasPubMedCentralId") == ["PMC1"]


def test_the_abstract_stays_out_of_the_graph():
    record = record_of(PMID)
    only = claim(PMID, "vertebroplasty", "pain-intensity", "better")
    everything = "\n".join(str(quad) for quad in quads(record, reading_of(PMID, only), RUN))
    assert only.quote in everything
    assert "No complication occurred." in record.text
    assert "No complication occurred." not in everything


def test_two_reports_of_a_trial_share_its_study():
    studies = set()
    for pmid in ("99000001", "99000002"):
        reading = reading_of(pmid, registry_ids=("NCT01234567",))
        studies |= set(values(record_of(pmid), EV + "reportsStudy", reading))
    assert studies == {"https://w3id.org/spinekg/study/NCT01234567"}


def test_technique_axes_are_concepts():
    made = claim(PMID, "vertebroplasty", "pain-intensity", "better", axes=(("guidance", "fluoroscopy"),))
    expected = Triple(
        NamedNode(claim_iri(claim_id(made))),
        NamedNode(EV + "axis"),
        NamedNode(load_vocabulary().concept("axis", "guidance-fluoroscopy").iri),
    )
    assert expected in {quad.triple for quad in quads(record_of(PMID), reading_of(PMID, made), RUN)}


@pytest.mark.parametrize("concept", load_vocabulary().concepts("axis"), ids=lambda concept: concept.id)
def test_every_variant_of_the_vocabulary_is_written_as_its_concept(concept):
    name = concept.scheme.removeprefix("axis-")
    pair = (name, concept.id.removeprefix(f"{name}-"))
    assert axis(pair).value == concept.iri
    assert axis_pair(concept.iri) == pair


def test_a_strange_variant_is_not_taken_for_a_known_one():
    strange = ("radiofrequency", "mode-conventional")
    assert axis(strange).value != load_vocabulary().concept("axis", "radiofrequency-mode-conventional").iri
    assert axis_pair(axis(strange).value) == strange


# --- the schema ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vocabulary() -> rdflib.Graph:
    graph = rdflib.Graph()
    for file in data("ontology").iterdir():
        if file.name.endswith(".ttl") and file.name != "shapes.ttl":
            graph.parse(data=file.read_text("utf-8"), format="turtle")
    return graph


@pytest.fixture(scope="module")
def concepts(vocabulary: rdflib.Graph) -> rdflib.Graph:
    """Return which concepts there are: all that the shapes ask of the vocabulary."""
    small = rdflib.Graph()
    for triple in vocabulary.triples((None, rdflib.RDF.type, rdflib.SKOS.Concept)):
        small.add(triple)
    return small


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(data=(data("ontology") / "shapes.ttl").read_text("utf-8"), format="turtle")


def check(written, concepts: rdflib.Graph, shapes: rdflib.Graph) -> tuple[bool, str]:
    import pyshacl

    graph = rdflib.Graph()
    serialised = pyoxigraph.serialize([quad.triple for quad in written], format=RdfFormat.N_TRIPLES)
    graph.parse(data=serialised, format="nt")
    conforms, _, report = pyshacl.validate(graph + concepts, shacl_graph=shapes)
    return conforms, report


@settings(deadline=None, max_examples=20)
@given(claims=st.lists(valid_claim(), max_size=4).map(tuple), retracted=st.booleans(), year=st.none() | st.just(2020))
def test_graphs_conform_to_the_shapes(concepts, shapes, claims, retracted, year):
    reading = reading_of(
        PMID,
        *claims,
        sample_size=40,
        n_studies=3,
        indications=("low-back-pain",),
        comparators=("sham-procedure",),
        arms=(Arm(procedure="vertebroplasty", names=("group A",), size=20),),
    )
    conforms, report = check(quads(record_of(PMID, retracted=retracted, year=year), reading, RUN), concepts, shapes)
    assert conforms, report


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("procedure", "no-such-procedure", "ClassConstraintComponent"),
        ("procedure", "../outcome/disability", "ClassConstraintComponent"),
        ("quote", "", "MinLengthConstraintComponent"),
        ("end", 1, "LessThanConstraintComponent"),
        ("direction", "better", "OrConstraintComponent"),
        ("confidence", 1.5, "MaxInclusiveConstraintComponent"),
        ("followup_days", (-1,), "MinInclusiveConstraintComponent"),
    ],
)
def test_the_shapes_refuse(concepts, shapes, field, value, complaint):
    made = claim(PMID, "vertebroplasty", "adverse-event", "reported")
    conforms, report = check(
        quads(record_of(PMID), reading_of(PMID, dataclasses.replace(made, **{field: value}), procedures=()), RUN),
        concepts,
        shapes,
    )
    assert not conforms
    assert complaint in report


def test_a_publication_must_say_whether_it_is_retracted(concepts, shapes):
    written = [q for q in quads(record_of(PMID), reading_of(PMID), RUN) if q.predicate.value != EV + "retracted"]
    conforms, report = check(written, concepts, shapes)
    assert not conforms
    assert "ev:retracted" in report


def full_graph() -> list[pyoxigraph.Quad]:
    """Write a graph that uses every word the writer knows."""
    made = claim(
        PMID, "vertebroplasty", "pain-intensity", "better",
        comparator="sham-procedure", comparator_class="sham", indications=("spinal-pain", "cancer-pain"), measure="VAS",
        followup_days=(90, 30), effect="1", p="P", significant=True, reasons=("one",), axes=(("b", "c"), ("a", "b")),
    )  # fmt: skip
    reading = reading_of(
        PMID, made, sample_size=1, n_studies=1, comparators=("sham-procedure",), indications=("spinal-pain",),
        registry_ids=("NCT01234567",), flags=("spin",), arms=(Arm(procedure="vertebroplasty", names=("A",), size=3),),
    )  # fmt: skip
    links = tuple(
        Correction(ref_type=kind, source="J", pmid="99000002")
        for kind in ("ExpressionOfConcernIn", "ExpressionOfConcernFor")
    )
    kinds = (Term(name="Retraction of Publication"),)
    record = record_of(
        PMID,
        corrections=links,
        publication_types=kinds,
        authors=(Author(last_name="Miller", initials="AB"),),
        grants=(Grant(agency="A foundation"),),
    )
    return list(quads(record, reading, RUN))


def test_every_word_of_the_graph_is_defined(vocabulary):
    used = {
        term.value
        for quad in full_graph()
        for term in (quad.predicate, quad.object)
        if isinstance(term, NamedNode) and term.value.startswith(EV)
    }
    defined = {str(word) for word in vocabulary.subjects(rdflib.RDF.type) if str(word).startswith(EV)}
    assert used - defined == set()


def test_every_word_of_evidence_ttl_is_explained_and_used():
    graph = rdflib.Graph().parse(data=(data("ontology") / "evidence.ttl").read_text("utf-8"), format="turtle")
    words = {word for word in graph.subjects(rdflib.RDF.type) if str(word).startswith(EV)}
    for word in words:
        assert len(list(graph.objects(word, rdflib.RDFS.label))) == 1, word
        assert len(str(graph.value(word, rdflib.RDFS.comment))) > 10, word
    properties = set(graph.subjects(rdflib.RDF.type, rdflib.RDF.Property))
    # Of those that no publication's graph holds, one is for JSON-LD; the others are the vocabulary's.
    used = {quad.predicate.value for quad in full_graph()} | {EV + "digest", EV + "claim", EV + "under"}
    used |= {triple.predicate.value for triple in derived_triples(())}
    assert {str(word) for word in properties} == {word for word in used if word.startswith(EV)}


def test_importing_the_graph_loads_nothing_heavy():
    code = "import sys, kg.graph, kg.stores; print('rdflib' in sys.modules, 'spacy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
