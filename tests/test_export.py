"""RDF in every form says the same, to the last character of a literal; packages check out."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from graph_samples import RUN, claim, reading_of, record_of
from hypothesis import given, settings
from pyoxigraph import RdfFormat
from rdflib.namespace import DCTERMS, RDF, SKOS, VOID
from test_graph import any_reading
from test_questions import publications
from typer.testing import CliRunner, Result
from workspace_samples import fill

from kg.cli.app import app
from kg.errors import UsageError
from kg.export import FORMS, Form, write_package, write_rdf
from kg.export.description import TARGETS, statistics
from kg.export.graphs import graphs, union
from kg.export.rdf import write_quads
from kg.graph import quads, reading_from_graph
from kg.identity import PREFIXES, VOCABULARY_GRAPH, graph_iri, run_graph_iri
from kg.queries import load_questions
from kg.vocabulary import load_vocabulary
from kg.workspace import Workspace, open_workspace

PMID = "99000001"
PARSED = {
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "turtle": RdfFormat.TURTLE,
}
RDFLIB = {"nquads": "nquads", "trig": "trig", "jsonld": "json-ld"}
EV = rdflib.Namespace(PREFIXES["ev"])


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory):
    with open_workspace(fill(tmp_path_factory.mktemp("export") / "data", publications())) as opened:
        yield opened


def spinekg(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in arguments])


def exported(workspace: Workspace, form: Form) -> bytes:
    out = io.BytesIO()
    write_rdf(workspace, out, form)
    return out.getvalue()


def lines_of(written) -> list[bytes]:
    return sorted(f"{quad} .\n".encode() for quad in written)


def in_form(lines: list[bytes], form: Form) -> bytes:
    out = io.BytesIO()
    write_quads(lines, out, form)
    return out.getvalue()


# --- every form -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["trig", "jsonld"])
def test_a_form_with_graphs_holds_the_quads_of_the_store(workspace: Workspace, form: Form) -> None:
    first = set(pyoxigraph.parse(exported(workspace, "nquads"), format=RdfFormat.N_QUADS))
    assert set(pyoxigraph.parse(exported(workspace, form), format=PARSED[form])) == first
    names = {str(quad.graph_name.value) for quad in first}
    of_publications = {graph_iri(pmid) for pmid in workspace.ledger.pmids()}
    assert names == {VOCABULARY_GRAPH, run_graph_iri(RUN.run_id), *of_publications}


def test_turtle_holds_the_statements_of_all_graphs_once(workspace: Workspace) -> None:
    first = {quad.triple for quad in pyoxigraph.parse(exported(workspace, "nquads"), format=RdfFormat.N_QUADS)}
    found = [quad.triple for quad in pyoxigraph.parse(exported(workspace, "turtle"), format=RdfFormat.TURTLE)]
    assert set(found) == first
    assert len(found) == len(first)


def test_the_number_of_statements_is_returned(workspace: Workspace) -> None:
    counts = {form: write_rdf(workspace, io.BytesIO(), form) for form in FORMS}
    assert counts["nquads"] == counts["trig"] == counts["jsonld"] == len(exported(workspace, "nquads").splitlines())
    assert counts["turtle"] < counts["nquads"]


@settings(max_examples=60)
@given(any_reading)
def test_a_reading_comes_back_from_every_form(reading) -> None:
    written = list(quads(record_of(PMID, title=reading.flags[0] if reading.flags else "0"), reading, RUN))
    lines = lines_of(written)
    for form in FORMS:
        again = list(pyoxigraph.parse(in_form(lines, form), format=PARSED[form]))
        if form == "turtle":
            assert {quad.triple for quad in again} == {quad.triple for quad in written}
        else:
            assert set(again) == set(written)
        assert reading_from_graph(again) == reading


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib warns of its own parsers
@settings(max_examples=15)
@given(any_reading)
def test_rdflib_reads_the_same_statements_from_every_form(reading) -> None:
    """Another parser agrees; rdflib spells doubles anew when it reads, so terms are compared by value."""
    lines = lines_of(quads(record_of(PMID), reading, RUN))
    read = {form: rdflib.Dataset().parse(data=in_form(lines, form), format=name) for form, name in RDFLIB.items()}
    graphs = [rdflib.URIRef(graph) for graph in (graph_iri(PMID), run_graph_iri(RUN.run_id))]
    assert sum(len(read["nquads"].graph(graph)) for graph in graphs) == len(lines)
    for graph in graphs:
        assert set(read["trig"].graph(graph)) == set(read["nquads"].graph(graph)) == set(read["jsonld"].graph(graph))


def test_values_that_are_easily_lost_or_spelt_anew() -> None:
    """Alone, rdflib drops the first 0 of two values and writes a double or a decimal in its own way."""
    triples = "".join(
        f"<http://example.org/s> <http://example.org/p> {value} <http://example.org/g> .\n"
        for value in (
            '"0"^^<{0}integer>', '"7"^^<{0}integer>', '"007"^^<{0}integer>', '"0.90"^^<{0}double>', '"1E0"^^<{0}double>',
            '"2"^^<{0}decimal>', '"2.50"^^<{0}decimal>', '"false"^^<{0}boolean>', '"1"^^<{0}boolean>', '""', '"a"@en-gb',
            '"2024-03"^^<{0}gYearMonth>', '"a \\"b\\" \\\\ \\n\\r\\t"', '"\\"\\"\\""', '"7"', '"true"',
        )
    ).replace("{0}", PREFIXES["xsd"])  # fmt: skip
    wanted = set(pyoxigraph.parse(triples, format=RdfFormat.N_QUADS))
    assert len(wanted) == 16
    lines = lines_of(wanted)
    for form in FORMS:
        found = set(pyoxigraph.parse(in_form(lines, form), format=PARSED[form]))
        if form == "turtle":
            assert {quad.triple for quad in found} == {quad.triple for quad in wanted}
        else:
            assert found == wanted


def test_equal_graphs_give_equal_bytes_in_another_process(workspace: Workspace) -> None:
    """The order of Python's and rdflib's hash tables, which changes from run to run, shows nowhere."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom kg.export import write_rdf\nfrom kg.workspace import open_workspace\n"
        "with open_workspace(Path(sys.argv[1])) as workspace: write_rdf(workspace, sys.stdout.buffer, sys.argv[2])\n"
    )
    for form in FORMS:
        seen = set()
        for seed in ("1", "2"):
            done = subprocess.run(
                [sys.executable, "-c", code, str(workspace.path), form],
                env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, timeout=120, check=True,
            )  # fmt: skip
            seen.add(hashlib.sha256(done.stdout).hexdigest())
        assert len(seen) == 1, form


def test_turtle_uses_our_prefixes_and_plain_numbers(workspace: Workspace) -> None:
    text = exported(workspace, "turtle").decode()
    assert text.startswith(f"@prefix ev: <{PREFIXES['ev']}> .\n")
    assert "a ev:Claim ;" in text
    assert "ev:procedure proc:vertebroplasty" in text
    assert "ev:sampleSize 78 ;" in text
    assert "ev:retracted false ;" in text


def test_nquads_need_no_rdflib(workspace: Workspace) -> None:
    code = (
        "import sys, io\nfrom pathlib import Path\nfrom kg.export import write_rdf\nfrom kg.workspace import open_workspace\n"
        "with open_workspace(Path(sys.argv[1])) as workspace: write_rdf(workspace, io.BytesIO())\n"
        "print('rdflib' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(workspace.path)], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout == "False\n"


def test_graphs_are_told_apart() -> None:
    lines = [b'<a:s> <a:p> "x <a:g> ." <a:g> .\n', b"<a:s> <a:p> <a:o> <a:g> .\n", b"<a:s> <a:p> <a:o> <a:h> .\n"]
    assert list(graphs(lines)) == [
        ("a:g", [b'<a:s> <a:p> "x <a:g> ." .\n', b"<a:s> <a:p> <a:o> .\n"]),
        ("a:h", [b"<a:s> <a:p> <a:o> .\n"]),
    ]
    assert union(lines) == [b'<a:s> <a:p> "x <a:g> ." .\n', b"<a:s> <a:p> <a:o> .\n"]


# --- the command ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "suffix"), FORMS.items())
def test_the_form_follows_the_name_of_the_file_or_the_option(
    workspace: Workspace, tmp_path: Path, form: str, suffix: str
) -> None:
    by_name, by_option = tmp_path / f"graph{suffix}", tmp_path / "graph"
    assert spinekg("export", "rdf", "-o", by_name, "--dir", workspace.path).exit_code == 0
    done = spinekg("export", "rdf", "--format", form, "-o", by_option, "--dir", workspace.path)
    assert done.stderr.endswith(f" statements written to {by_option}\n")
    assert by_name.read_bytes() == by_option.read_bytes() == exported(workspace, form)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["jsonl", "--format", "turtle"], "--format belongs to rdf; jsonl has one form only"),
        (["csv", "--package", "x"], "--package belongs to rdf and is a folder of its own: leave -o out"),
        (["rdf", "--package", "x", "-o", "y"], "--package belongs to rdf and is a folder of its own: leave -o out"),
        (["rdf", "--format", "rdfxml"], "Invalid value for '--format'"),
        (
            ["rdf", "--endpoint", "http://localhost/sparql"],
            "--endpoint belongs to gallery; rdf is for none in particular",
        ),
        (["gallery"], "a gallery is a folder of files: name one with -o"),
        (["gallery", "--package", "x"], "--package belongs to rdf and is a folder of its own: leave -o out"),
        (["gallery", "--format", "turtle", "-o", "x"], "--format belongs to rdf; gallery has one form only"),
    ],
)
def test_options_that_do_not_go_together(workspace: Workspace, arguments: list[str], words: str) -> None:
    done = spinekg("export", *arguments, "--dir", workspace.path)
    assert done.exit_code == 2
    assert words in done.stderr


# --- the gallery ------------------------------------------------------------------------------------


def test_the_gallery_needs_no_workspace_and_is_that_of_the_documentation(tmp_path: Path) -> None:
    shown = Path(__file__).resolve().parents[1] / "docs" / "gallery"
    folder = tmp_path / "new" / "gallery"
    done = spinekg("export", "gallery", "-o", folder, "--dir", tmp_path / "nothing")
    assert done.exit_code == 0, done.output
    assert done.stderr == f"{len(load_questions())} questions written to {folder}\n"
    written = {file.name: file.read_text("utf-8") for file in folder.iterdir()}
    assert written == {file.name: file.read_text("utf-8") for file in shown.iterdir()}


def test_the_gallery_names_its_end_point_and_leaves_other_files(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    for _ in range(2):
        assert spinekg("export", "gallery", "-o", tmp_path, "--endpoint", "http://localhost:7878/query").exit_code == 0
    assert (tmp_path / "README.md").read_text() == "mine"
    graph = rdflib.Graph().parse(tmp_path / "by-year.ttl", format="turtle")
    target = rdflib.URIRef("https://schema.org/target")
    assert list(graph.objects(None, target)) == [rdflib.URIRef("http://localhost:7878/query")]


@pytest.mark.parametrize(
    "address", ["", "localhost", "ftp://host/x", "http://", "http://a b/", "http://h/>", "http://["]
)
def test_an_end_point_that_is_no_address_is_refused(tmp_path: Path, address: str) -> None:
    done = spinekg("export", "gallery", "-o", tmp_path / "gallery", "--endpoint", address)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "an address such as" in done.stderr
    assert not (tmp_path / "gallery").exists()


def test_a_gallery_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = spinekg("export", "gallery", "-o", tmp_path / "file")
    assert (done.exit_code, done.stderr) == (2, f"spinekg: cannot write {tmp_path / 'file'}: File exists\n")


# --- packages ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=list(FORMS))
def package(request: pytest.FixtureRequest, workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package") / "crate"
    done = spinekg("export", "rdf", "--package", folder, "--format", request.param, "--dir", workspace.path)
    assert done.exit_code == 0, done.output
    return folder


def graph_file(package: Path) -> Path:
    (found,) = package.glob("graph.*")
    return found


def test_the_checksums_are_right_and_complete(package: Path) -> None:
    listed = dict(reversed(line.split("  ")) for line in (package / "SHA256SUMS").read_text().splitlines())
    assert set(listed) == {path.name for path in package.iterdir()} - {"SHA256SUMS"}
    assert listed == {name: hashlib.sha256((package / name).read_bytes()).hexdigest() for name in listed}


def described(package: Path) -> tuple[rdflib.Graph, rdflib.URIRef]:
    graph = rdflib.Graph().parse(package / "void.ttl", format="turtle", publicID="http://example.org/")
    (dataset,) = set(graph.subjects(RDF.type, rdflib.DCAT.Dataset))
    return graph, dataset  # type: ignore[return-value]


def test_the_description_counts_what_is_in_the_file(package: Path) -> None:
    graph, dataset = described(package)
    file = graph_file(package)
    form = next(form for form, suffix in FORMS.items() if suffix == file.suffix)
    triples = {quad.triple for quad in pyoxigraph.parse(file.read_bytes(), format=PARSED[form])}

    def said(name: str) -> int:
        return graph.value(dataset, VOID[name], any=False).toPython()

    assert said("triples") == len(triples)
    assert said("distinctSubjects") == len({triple.subject for triple in triples})
    assert said("distinctObjects") == len({triple.object for triple in triples})
    partitions = {
        (str(graph.value(part, VOID["property"])), graph.value(part, VOID.triples).toPython())
        for part in graph.objects(dataset, VOID.propertyPartition)
    }
    names = {triple.predicate.value for triple in triples}
    assert partitions == {(name, sum(triple.predicate.value == name for triple in triples)) for name in names}
    claims = [part for part in graph.objects(dataset, VOID.classPartition) if (part, VOID["class"], EV.Claim) in graph]
    assert [graph.value(part, VOID.entities).toPython() for part in claims] == [
        sum(triple.object.value == str(EV.Claim) for triple in triples if triple.predicate.value == str(RDF.type))
    ]


def test_a_package_of_the_sample_says_that_it_is_invented(workspace: Workspace, tmp_path: Path) -> None:
    write_package(workspace, tmp_path / "other")
    record = record_of("99000001", title="[Illustrative record] Pain")
    data = fill(tmp_path / "data", [(record, reading_of("99000001"))])
    with open_workspace(data) as invented:
        write_package(invented, tmp_path / "crate")
    for name in ("void.ttl", "ro-crate-metadata.json"):
        assert "NOT REAL" not in (tmp_path / "other" / name).read_text("utf-8")
        warned = (tmp_path / "crate" / name).read_text("utf-8")
        assert "NOT REAL STUDIES: 1 of the records is illustrative, invented for spinekg." in warned


def test_the_description_tells_file_size_and_checksum(package: Path) -> None:
    graph, dataset = described(package)
    file = graph_file(package)
    spdx = rdflib.Namespace("http://spdx.org/rdf/terms#")
    (place,) = graph.objects(dataset, rdflib.DCAT.distribution)
    assert graph.value(place, rdflib.DCAT.byteSize).toPython() == file.stat().st_size
    assert str(graph.value(place, rdflib.DCAT.downloadURL)) == f"http://example.org/{file.name}"
    checksum = graph.value(place, spdx.checksum)
    assert str(graph.value(checksum, spdx.checksumValue)) == hashlib.sha256(file.read_bytes()).hexdigest()
    assert graph.value(checksum, spdx.algorithm) == spdx.checksumAlgorithm_sha256
    assert str(graph.value(dataset, DCTERMS.issued)) == "2026-11-24"


def test_the_description_has_the_links_to_mesh(package: Path) -> None:
    graph, dataset = described(package)
    linksets = {
        (graph.value(part, VOID.linkPredicate), graph.value(part, VOID.objectsTarget)): graph.value(part, VOID.triples)
        for part in graph.objects(dataset, VOID.subset)
    }
    mesh = rdflib.URIRef(PREFIXES["mesh"])
    known = [
        match for of_kind in load_vocabulary().by_kind.values() for each in of_kind.values() for match in each.matches
    ]
    assert ("exactMatch", PREFIXES["mesh"] + "D016449") in known
    for name in ("exactMatch", "closeMatch"):
        there = sum(match[0] == name and match[1].startswith(PREFIXES["mesh"]) for match in known)
        assert linksets[SKOS[name], mesh].toPython() == there
    assert {target for _, target in linksets} <= {rdflib.URIRef(target) for target in TARGETS}


def test_the_crate_is_one(package: Path) -> None:
    crate = json.loads((package / "ro-crate-metadata.json").read_text("utf-8"))
    assert crate["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    by_id = {each["@id"]: each for each in crate["@graph"]}
    assert len(by_id) == len(crate["@graph"])
    about = by_id["ro-crate-metadata.json"]
    assert (about["@type"], about["about"]["@id"]) == ("CreativeWork", "./")
    assert about["conformsTo"]["@id"] == "https://w3id.org/ro/crate/1.1"
    root = by_id["./"]
    assert root["@type"] == "Dataset"
    assert {"name", "description", "datePublished", "license"} <= set(root)
    assert root["datePublished"] == "2026-11-24"
    parts = {part["@id"] for part in root["hasPart"]}
    assert parts == {path.name for path in package.iterdir()} - {"ro-crate-metadata.json"}
    for name in parts - {"SHA256SUMS"}:
        assert by_id[name]["sha256"] == hashlib.sha256((package / name).read_bytes()).hexdigest()
        assert by_id[name]["contentSize"] == str((package / name).stat().st_size)
    referred = {each for node in crate["@graph"] for each in references(node)}
    assert referred <= set(by_id) | {"https://w3id.org/ro/crate/1.1"}


def references(node: object) -> set[str]:
    """Return the ids that a node refers to."""
    if isinstance(node, list):
        return {found for each in node for found in references(each)}
    if not isinstance(node, dict):
        return set()
    if set(node) == {"@id"}:
        return {node["@id"]}
    return {found for value in node.values() for found in references(value)}


def test_a_package_takes_the_place_of_an_earlier_one_and_is_the_same(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "crate"
    write_package(workspace, folder)
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_package(workspace, folder, "trig")
    assert {path.name for path in folder.iterdir()} == set(first) - {"graph.nq"} | {"graph.trig"}
    write_package(workspace, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    assert [path.name for path in tmp_path.iterdir()] == ["crate"]


def test_the_name_of_the_data_set_is_that_of_its_content(workspace: Workspace, tmp_path: Path) -> None:
    for form in FORMS:
        write_package(workspace, tmp_path / form, form)
    assert len({described(tmp_path / form)[1] for form in FORMS}) == 1
    more = fill(tmp_path / "more", [*publications(), (record_of("5"), reading_of("5"))])
    with open_workspace(more) as other:
        write_package(other, tmp_path / "other")
    assert described(tmp_path / "other")[1] != described(tmp_path / "nquads")[1]


def test_a_package_never_replaces_what_is_not_its_own(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("keep")
    with pytest.raises(UsageError, match=r"letters holds other files \(mine.txt\)"):
        write_package(workspace, tmp_path / "letters")
    write_package(workspace, tmp_path / "crate")
    (tmp_path / "crate" / "notes.txt").write_text("keep")
    with pytest.raises(UsageError, match=r"crate holds other files \(notes.txt\)"):
        write_package(workspace, tmp_path / "crate")
    (tmp_path / "file").write_text("keep")
    with pytest.raises(UsageError, match="file: it is not a folder"):
        write_package(workspace, tmp_path / "file")
    with pytest.raises(UsageError, match=r"cannot write .*crate: No such file"):
        write_package(workspace, tmp_path / "nowhere" / "crate")
    assert (tmp_path / "letters" / "mine.txt").read_text() == (tmp_path / "crate" / "notes.txt").read_text() == "keep"


def test_a_package_that_fails_leaves_nothing(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("kg.export.package._crate", fail)
    with pytest.raises(OSError, match="disk full"):
        write_package(workspace, tmp_path / "crate")
    assert list(tmp_path.iterdir()) == []


def test_an_untouched_workspace_has_no_date_and_no_package(tmp_path: Path) -> None:
    with (
        open_workspace(tmp_path / "data", create=True) as empty,
        pytest.raises(UsageError, match="nothing to export: no command has brought anything into"),
    ):
        write_package(empty, tmp_path / "crate")


def test_statistics_of_a_small_graph() -> None:
    made = claim(PMID, "vertebroplasty", "pain-intensity", "better")
    lines = union(lines_of(quads(record_of(PMID), reading_of(PMID, made), RUN)))
    counted = statistics(lines)
    assert counted.triples == len(lines)
    assert counted.classes[str(EV.Claim)] == 1
    assert counted.properties[str(EV.quote)] == 1
    assert counted.links == {(PREFIXES["owl"] + "sameAs", "http://identifiers.org/pubmed/"): 1}
