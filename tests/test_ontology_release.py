"""The ontology as published: OWL tools can read it, its mappings, context and page say what the Turtle files say."""

from __future__ import annotations

import csv
import json
import re
import runpy
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
import servers
import yaml
from graph_samples import RUN, claim, reading_of, record_of
from hypothesis import given, settings
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, URIRef
from rdflib.namespace import DCTERMS
from test_graph import full_graph, valid_claim
from typer.testing import CliRunner

from kg import __version__
from kg.cli.app import app
from kg.codec import reading_to_contract
from kg.export.ontology import ONTOLOGY, ontology_graph
from kg.export.rdflib_forms import graph_of
from kg.graph import quads
from kg.identity import PREFIXES, claim_ids, claim_iri, publication_iri
from kg.resources import data
from kg.vocabulary import load_vocabulary

ROOT = Path(__file__).resolve().parent.parent
EV = PREFIXES["ev"]
PMID = "99000001"
BASE = PREFIXES["claim"]
ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
BUILT_IN = tuple(str(space) for space in (RDF, RDFS, OWL, XSD))


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return ontology_graph()


@pytest.fixture(scope="module")
def release() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "ontology_release.py"))


def test_what_is_published_is_current(release: dict[str, Any]) -> None:
    pages: dict[Path, str] = release["pages"]()
    assert {path.name for path in pages} == {"ontology.md", "mappings.sssom.tsv", "context.jsonld"}
    assert [path.name for path, text in pages.items() if path.read_text("utf-8") != text] == [], "run 'make docs'"


# --- OWL ----------------------------------------------------------------------------------------------


def test_the_ontology_says_which_version_it_is(ontology: Graph) -> None:
    name = URIRef(ONTOLOGY)
    assert list(ontology.subjects(RDF.type, OWL.Ontology)) == [name]
    assert str(ontology.value(name, OWL.versionInfo)) == __version__
    assert ontology.value(name, OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{__version__}")
    for needed in (DCTERMS.title, DCTERMS.description, DCTERMS.creator, DCTERMS.license):
        assert ontology.value(name, needed)
    assert not list(ontology.objects(name, OWL.imports))


KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


def test_every_word_is_declared_as_one_kind(ontology: Graph) -> None:
    for word in set(ontology.subjects(RDF.type, None)):
        kinds = [kind for kind in (*KINDS, OWL.Class) if (word, RDF.type, kind) in ontology]
        assert len(kinds) <= 1, word


def undeclared(graph: Graph, ontology: Graph) -> set[str]:
    """Return the properties and classes a graph uses that the ontology does not declare."""
    classes = set(graph.objects(None, RDF.type))
    for name in (RDFS.subClassOf, RDFS.domain, RDFS.range, OWL.disjointWith):
        classes |= set(graph.objects(None, name))
    properties = set(graph.predicates()) | set(graph.objects(None, RDFS.subPropertyOf))
    known = {kind: set(ontology.subjects(RDF.type, kind)) for kind in (*KINDS, OWL.Class)}
    missing = (properties - set().union(*(known[kind] for kind in KINDS))) | (classes - known[OWL.Class])
    return {str(word) for word in missing if not str(word).startswith(BUILT_IN)}


def test_no_word_is_used_that_is_not_declared(ontology: Graph) -> None:
    assert undeclared(ontology, ontology) == set()
    assert undeclared(graph_of(f"{quad.triple} .\n".encode() for quad in full_graph()), ontology) == set()


def test_an_undeclared_word_would_be_found(ontology: Graph) -> None:
    graph = Graph().parse(data=f"<a:a> <{EV}procedur> <a:b> ; a <{EV}Claims> .", format="turtle")
    assert undeclared(graph, ontology) == {f"{EV}procedur", f"{EV}Claims"}


def test_values_are_of_the_kind_and_type_that_is_declared(ontology: Graph) -> None:
    graph = graph_of(f"{quad.triple} .\n".encode() for quad in full_graph())
    for _, predicate, value in (*graph, *ontology):
        if (predicate, RDF.type, OWL.ObjectProperty) in ontology:
            assert isinstance(value, URIRef), (predicate, value)
        if (predicate, RDF.type, OWL.DatatypeProperty) in ontology:
            assert isinstance(value, rdflib.Literal), (predicate, value)
            wanted = ontology.value(predicate, RDFS.range)
            assert wanted is None or (value.datatype or XSD.string) == wanted, (predicate, value)


def test_no_blank_nodes(ontology: Graph) -> None:
    assert not [term for triple in ontology for term in triple if isinstance(term, rdflib.BNode)]


def closed(graph: Graph, ontology: Graph) -> Graph:
    """Return the OWL 2 RL closure of a graph with the schema: the concepts' names and notes take no part."""
    import owlrl

    whole = Graph()
    for triple in (*graph, *ontology):
        if not isinstance(triple[2], rdflib.Literal):
            whole.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(whole)
    return whole


@pytest.fixture(scope="module")
def schema(ontology: Graph) -> Graph:
    """Return the ontology without its concepts."""
    small = Graph()
    for triple in ontology:
        if (triple[0], RDF.type, SKOS.Concept) not in ontology:
            small.add(triple)
    return small


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # owlrl warns of its own use of rdflib
def test_the_ontology_and_a_publication_are_consistent(schema: Graph) -> None:
    graph = graph_of(f"{quad.triple} .\n".encode() for quad in full_graph())
    whole = closed(graph, schema)
    assert list(whole.objects(None, ERROR)) == []
    assert (URIRef(publication_iri(PMID)), RDF.type, URIRef(PREFIXES["fabio"] + "Expression")) in whole
    assert not list(whole.subjects(RDF.type, OWL.Nothing))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_contradiction_is_found(schema: Graph) -> None:
    made = claim(PMID, "vertebroplasty", "pain-intensity", "better")
    graph = graph_of(f"{quad.triple} .\n".encode() for quad in quads(record_of(PMID), reading_of(PMID, made), RUN))
    # A claim that reports a study would be a publication.
    (node,) = graph.subjects(RDF.type, URIRef(EV + "Claim"))
    graph.add((node, URIRef(EV + "reportsStudy"), URIRef(PREFIXES["study"] + "x")))
    assert list(closed(graph, schema).objects(None, ERROR))


def robot(*arguments: str) -> subprocess.CompletedProcess[str]:
    jars = servers.maven_jars(servers.POMS / "robot")
    command = [servers.java(), "-Xmx1500m", "-cp", f"{jars}/*", "org.obolibrary.robot.CommandLineInterface", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ontology") / "spinekg.ttl"
    done = CliRunner().invoke(app, ["export", "ontology", "-o", str(path)])
    assert done.exit_code == 0, done.output
    return path


def test_the_exported_file_is_the_ontology(exported: Path, ontology: Graph) -> None:
    found = set(Graph().parse(exported, format="turtle"))
    assert found == set(ontology)
    again = {quad.triple for quad in pyoxigraph.parse(path=str(exported), format=pyoxigraph.RdfFormat.TURTLE)}
    assert len(again) == len(found)


def test_robot_finds_owl_2_dl_and_no_contradiction(exported: Path, tmp_path: Path) -> None:
    done = robot("validate-profile", "--profile", "DL", "--input", str(exported), "--output", str(tmp_path / "report"))
    report = (tmp_path / "report").read_text("utf-8")
    assert done.returncode == 0, report[:2000]
    assert "[Ontology and imports closure in profile]" in report
    done = robot("reason", "--reasoner", "HermiT", "--input", str(exported), "--output", str(tmp_path / "reasoned.owl"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_robot_would_find_a_property_of_two_kinds(exported: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    shutil.copy(exported, broken)
    with broken.open("a") as out:
        out.write("\nev:sampleSize a owl:ObjectProperty .\n")
    done = robot("validate-profile", "--profile", "DL", "--input", str(broken), "--output", str(tmp_path / "report"))
    assert done.returncode == 1


# --- SSSOM --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mappings() -> tuple[dict[str, Any], list[dict[str, str]]]:
    lines = (data("ontology") / "mappings.sssom.tsv").read_text("utf-8").splitlines()
    head = "\n".join(line[1:] for line in lines if line.startswith("#"))
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
    return yaml.safe_load(head), list(rows)


def test_the_table_of_mappings_is_sssom(mappings: tuple[dict[str, Any], list[dict[str, str]]]) -> None:
    head, rows = mappings
    assert {"curie_map", "mapping_set_id", "license", "mapping_set_version"} <= set(head)
    assert head["mapping_set_version"] == __version__
    assert list(rows[0]) == ["subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification"]
    for row in rows:
        assert row["mapping_justification"] == "semapv:ManualMappingCuration"
        for column in ("subject_id", "predicate_id", "object_id", "mapping_justification"):
            prefix, _, local = row[column].partition(":")
            assert prefix in head["curie_map"]
            assert re.fullmatch(r"[\w.-]+", local)
    assert set(head["curie_map"]) == {
        row[column].partition(":")[0] for row in rows for column in row if column != "subject_label"
    }


def test_the_mappings_are_those_of_the_turtle_files(
    mappings: tuple[dict[str, Any], list[dict[str, str]]], ontology: Graph
) -> None:
    head, rows = mappings

    def full(curie: str) -> URIRef:
        prefix, _, local = curie.partition(":")
        return URIRef(head["curie_map"][prefix] + local)

    matches = {SKOS[f"{kind}Match"] for kind in ("exact", "close", "broad", "narrow", "related")}
    codes = {URIRef(f"{EV}mapsToIcd10{kind}"): head["curie_map"][f"icd10{kind}"] for kind in ("cm", "pcs")}
    wanted = {triple for triple in ontology if triple[1] in matches}
    wanted |= {(s, p, URIRef(codes[p] + str(o))) for s, p, o in ontology if p in codes}
    found = {(full(row["subject_id"]), full(row["predicate_id"]), full(row["object_id"])) for row in rows}
    assert len(found) == len(rows) > 100
    assert found == wanted
    for row in rows:
        assert row["subject_label"] == str(ontology.value(full(row["subject_id"]), SKOS.prefLabel))


@pytest.mark.shared
def test_the_codes_mapped_to_exist(mappings: tuple[dict[str, Any], list[dict[str, str]]], shared: Path) -> None:
    known: dict[str, set[str]] = {}
    for prefix, name, column in (
        ("icd10cm", "icd10cm_spine_pain.tsv", "code"),
        ("icd10pcs", "icd10pcs_spine_procedures.tsv", "code"),
    ):
        with (shared / "vocab" / name).open(encoding="utf-8", newline="") as file:
            known[prefix] = {row[column] for row in csv.DictReader(file, delimiter="\t")}
    missing = [
        row["object_id"]
        for row in mappings[1]
        if (prefix := row["object_id"].partition(":")[0]) in known
        and row["object_id"].partition(":")[2] not in known[prefix]
    ]
    assert missing == []


@pytest.mark.shared
def test_exact_matches_are_headings_that_bear_a_name_of_the_concept(
    mappings: tuple[dict[str, Any], list[dict[str, str]]], shared: Path
) -> None:
    """Where the table of headings has the id, one of the concept's names is the heading's."""
    with (shared / "vocab" / "mesh_xref_pain_spine.tsv").open(encoding="utf-8", newline="") as file:
        headings = {row["mesh_id"]: row["mesh_name"] for row in csv.DictReader(file, delimiter="\t")}
    concepts = {each.iri: each for kind in load_vocabulary().by_kind.values() for each in kind.values()}
    checked = 0
    for row in mappings[1]:
        prefix, _, local = row["object_id"].partition(":")
        if row["predicate_id"] == "skos:exactMatch" and prefix == "mesh" and local in headings:
            space, _, name = row["subject_id"].partition(":")
            heading = words(headings[local])
            names = [words(each) for each in concepts[PREFIXES[space] + name].names]
            assert any(heading <= each or each <= heading for each in names), (row["subject_id"], headings[local])
            checked += 1
    assert checked > 5


def words(text: str) -> set[str]:
    return {word.removesuffix("s") for word in re.findall(r"[a-z]+", text.casefold())}


# --- JSON-LD ------------------------------------------------------------------------------------------


def context() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((data("ontology") / "context.jsonld").read_text("utf-8"))
    return found


def expanded(line: dict[str, Any], parser: str) -> Iterator[tuple[str, str, str]]:
    """Yield what a line of the contract's format says, the publication and claims named as in the graph."""
    text = json.dumps(context() | line)
    if parser == "rdflib":
        triples = (
            f"{s.n3()} {p.n3()} {o.n3()} .\n" for s, p, o in Graph().parse(data=text, format="json-ld", base=BASE)
        )
        parsed = pyoxigraph.parse("".join(triples), format=pyoxigraph.RdfFormat.N_TRIPLES)
    else:
        parsed = pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.JSON_LD, base_iri=BASE)
    for quad in parsed:
        yield plain(quad.subject), plain(quad.predicate), plain(quad.object)


def plain(term: Any) -> str:
    """Return a term as text: numbers by value, the one blank node as the publication."""
    if isinstance(term, pyoxigraph.BlankNode):
        return publication_iri(PMID)
    if isinstance(term, pyoxigraph.Literal) and term.datatype.value == str(XSD.double):
        return f"{float(term.value)!r}"
    return str(term) if isinstance(term, pyoxigraph.Literal) else str(term.value)


NOT_IN_A_LINE = {
    "dct:source", "ev:study", "ev:standing", "ev:comparison", "ev:reasons", "ev:inOrder", "rdf:type",  # said by the graph alone
}  # fmt: skip


def wanted(reading: Any) -> set[tuple[str, str, str]]:
    """Return what the graph says of a publication's reading and of its claims, in the fields of a line."""
    claims = {claim_iri(each) for each in claim_ids(reading.claims)}
    fields = {EV + name for name in ("scope", "design", "sampleSize", "studyCount", "registryId", "flag")}
    fields |= {EV + f"evaluated{name}" for name in ("Procedure", "Comparator", "Indication")}
    fields.add(PREFIXES["fabio"] + "hasPubMedId")
    left_out = {PREFIXES[name.partition(":")[0]] + name.partition(":")[2] for name in NOT_IN_A_LINE}
    found = set()
    for quad in quads(record_of(PMID), reading, RUN):
        subject, predicate, value = plain(quad.subject), plain(quad.predicate), plain(quad.object)
        if subject == publication_iri(PMID) and predicate in fields:
            found.add((subject, predicate, value))
        if subject in claims and predicate not in left_out:
            found.add((subject, predicate, value))
    return found | {(publication_iri(PMID), EV + "claim", name) for name in claims}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib warns of its own parser
@pytest.mark.parametrize("parser", ["rdflib", "pyoxigraph"])
def test_a_line_of_the_contract_says_by_the_context_what_the_graph_says(parser: str) -> None:
    made = claim(
        PMID, "vertebroplasty", "pain-intensity", "better", comparator="sham-procedure", comparator_class="sham",
        indications=("spinal-pain", "cancer-pain"), measure="VAS", followup_days=(0, 30), effect="1", p="P < 0.05",
        significant=True, axes=(("guidance", "fluoroscopy"), ("region", "lumbar")),
    )  # fmt: skip
    other = claim(PMID, "kyphoplasty", "disability", "reported", confidence=1.0)
    reading = reading_of(
        PMID, made, other, sample_size=40, n_studies=2, comparators=("sham-procedure",), indications=("low-back-pain",),
        registry_ids=("NCT01234567",), flags=("spin",),
    )  # fmt: skip
    assert set(expanded(reading_to_contract(reading), parser)) == wanted(reading)
    assert len(wanted(reading)) > 45


@settings(max_examples=30)
@given(valid_claim())
def test_any_claim_says_the_same_by_the_context(made: Any) -> None:
    reading = reading_of(PMID, made)
    line = json.loads(json.dumps(reading_to_contract(reading)))
    assert set(expanded(line, "pyoxigraph")) == wanted(reading)


def test_every_field_of_the_contract_has_its_word(release: dict[str, Any]) -> None:
    line = reading_to_contract(reading_of(PMID, claim(PMID, "vertebroplasty", "disability", "better")))
    assert set(line) == {*release["OF_PUBLICATION"], "pmid", "claims"}
    assert set(line["claims"][0]) == {*release["OF_CLAIM"], "claim_id", "axes"}
    axes = {each.scheme.removeprefix("axis-") for each in load_vocabulary().concepts("axis")}
    assert axes <= set(context()["@context"]["claims"]["@context"])


# --- the page -----------------------------------------------------------------------------------------


def test_the_page_has_every_word_and_every_concept(ontology: Graph, release: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "ontology.md").read_text("utf-8")
    shown = set(re.findall(r"^\| [^`|]*`?(?:[^`|]*\| )?`([\w-]+:[\w%.-]+)` \|", page, re.MULTILINE))
    words = {str(word) for word in ontology.subjects(RDF.type, None) if str(word).startswith(EV)}
    schemes = {str(each) for each in ontology.subjects(RDF.type, SKOS.ConceptScheme)}
    concepts = {str(each) for each in ontology.subjects(RDF.type, SKOS.Concept)}
    missing = {release["curie"](each) for each in (words - schemes) | concepts} - shown
    assert missing == set()
    assert [each for each in schemes if f"\n`{release['curie'](each)}`: " not in page] == []


def test_the_wheel_ships_mappings_and_context() -> None:
    assert (data("ontology") / "mappings.sssom.tsv").is_file()
    assert (data("ontology") / "context.jsonld").is_file()
