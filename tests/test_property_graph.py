from __future__ import annotations

import pytest
from any_nouns import PMID, any_reading
from graph_samples import RUN, claim, reading_of, record_of
from hypothesis import given

from kg.errors import InputError, StoreError
from kg.identity import concept_iri
from kg.model import Author, Correction, Grant, Reading
from kg.property_graph import (
    Rows,
    load_schema,
    publication_rows,
    reading_from_rows,
    run_from_rows,
    vocabulary_rows,
)
from kg.property_graph.schema import read_schema
from kg.vocabulary import load_vocabulary


def example() -> Rows:
    record = record_of(
        PMID,
        retracted=True,
        corrections=(Correction(ref_type="RetractionIn", source="J", pmid="99000002"),) * 2,
        authors=(Author(last_name="Miller", initials="AB"), Author(collective="The Group"), Author()),
        grants=(Grant(agency="A foundation"), Grant(grant_id="7")),
    )
    made = claim(
        PMID, "vertebroplasty", "pain-intensity", "better",
        comparator="sham-procedure", comparator_class="sham", followup_days=(90, 30), axes=(("guidance", "fluoroscopy"),),
    )  # fmt: skip
    return publication_rows(record, reading_of(PMID, made, registry_ids=("NCT01234567",)), RUN)


def shapes(rows: Rows) -> set[tuple[str, frozenset[str]]]:
    nodes = {(label, frozenset(node)) for label, found in rows.nodes.items() for node in found}
    return nodes | {(name, frozenset(link)) for name, found in rows.relationships.items() for link in found}


def allowed() -> set[tuple[str, frozenset[str]]]:
    schema = load_schema()
    nodes = {(label, frozenset(node.properties)) for label, node in schema.nodes.items()}
    ends = {"from", "to"}
    return nodes | {(name, frozenset(ends | set(each.properties))) for name, each in schema.relationships.items()}


@given(any_reading)
def test_a_reading_comes_back_from_its_rows_in_any_order(reading: Reading) -> None:
    rows = publication_rows(record_of(PMID), reading, RUN)
    backwards = Rows(
        nodes={label: found[::-1] for label, found in rows.nodes.items()},
        relationships={name: found[::-1] for name, found in rows.relationships.items()},
    )
    assert reading_from_rows(backwards) == reading
    assert run_from_rows(backwards) == RUN


@given(any_reading)
def test_rows_hold_what_the_schema_names_and_every_relationship_has_its_ends(reading: Reading) -> None:
    rows = publication_rows(record_of(PMID), reading, RUN)
    assert shapes(rows) <= allowed()
    schema = load_schema()
    keys = {label: {node[schema.nodes[label].key] for node in found} for label, found in rows.nodes.items()}
    for name, found in rows.relationships.items():
        each = schema.relationships[name]
        for link in found:
            assert link["from"] in keys[each.source], name
            assert link["to"] in keys[each.target], name


def test_a_publication_carries_its_standing_its_people_and_its_study() -> None:
    rows = example()
    (publication,) = rows.nodes["Publication"]
    assert publication["retracted"] is True
    assert publication["authors"] == ["Miller AB", "The Group"]
    assert publication["funders"] == ["A foundation"]
    assert rows.nodes["Study"] == ({"id": "NCT01234567", "iri": "https://w3id.org/spinekg/study/NCT01234567"},)
    assert rows.relationships["LINKS_TO"] == ({"from": PMID, "to": "99000002", "type": "isRetractedBy"},)
    assert rows.nodes["Reference"] == ({"pmid": "99000002"},)


def test_a_claim_points_to_its_concepts_by_the_iris_of_the_rdf() -> None:
    rows = example()
    (node,) = rows.nodes["Claim"]
    assert (node["direction"], node["followupDays"], node["position"]) == ("better", [90, 30], 1)
    (publication,) = rows.nodes["Publication"]
    assert (node["retracted"], node["sampleSize"]) == (True, publication["sampleSize"])
    assert [node["study"]] == [study["id"] for study in rows.nodes["Study"]]
    assert rows.relationships["DESIGN"] == ({"from": PMID, "to": concept_iri("design", str(node["design"]))},)  # type: ignore[arg-type]
    for name, kind, identifier in (
        ("PROCEDURE", "procedure", "vertebroplasty"),
        ("COMPARATOR", "procedure", "sham-procedure"),
        ("COMPARATOR_CLASS", "comparator-class", "sham"),
        ("OUTCOME", "outcome", "pain-intensity"),
    ):
        assert rows.relationships[name] == ({"from": node["id"], "to": concept_iri(kind, identifier)},), name  # type: ignore[arg-type]
    assert rows.relationships["AXIS"] == (
        {"from": node["id"], "to": "https://w3id.org/spinekg/axis/guidance-fluoroscopy", "position": 1},
    )


@pytest.mark.parametrize("change", ["title", "reading", "run"])
def test_the_digest_tells_whether_anything_changed(change: str) -> None:
    def digest(title: str = "A", size: int = 5, version: str = "1") -> object:
        run = type(RUN)(
            run_id="r", started=RUN.started, extractor="rules", extractor_version=version, software_version="0"
        )
        rows = publication_rows(record_of(PMID, title=title), reading_of(PMID, sample_size=size), run)
        return rows.nodes["Publication"][0]["digest"]

    assert digest() == digest()
    assert digest() != {"title": digest(title="B"), "reading": digest(size=6), "run": digest(version="2")}[change]


def test_rows_of_two_publications_are_refused() -> None:
    with pytest.raises(InputError, match="PMID 99000001: its reading or claims carry other PMIDs"):
        publication_rows(record_of(PMID), reading_of("99000002"), RUN)
    with pytest.raises(StoreError, match="hold one Publication, these hold 0"):
        reading_from_rows(Rows(nodes={}, relationships={}))


def test_a_claim_without_its_outcome_is_damage() -> None:
    rows = example()
    rest = {name: found for name, found in rows.relationships.items() if name != "OUTCOME"}
    with pytest.raises(StoreError, match="has no OUTCOME: the graph is damaged"):
        reading_from_rows(Rows(nodes=rows.nodes, relationships=rest))


def test_every_concept_of_the_vocabulary_reaches_its_scheme_by_one_way() -> None:
    rows = vocabulary_rows()
    up: dict[object, list[object]] = {}
    for name in ("BROADER", "TOP_CONCEPT_OF"):
        for link in rows.relationships[name]:
            up.setdefault(link["from"], []).append(link["to"])
    kinds = {node["iri"]: node["kind"] for node in rows.nodes["Concept"]}
    assert len(kinds) == len(rows.nodes["Concept"])
    for iri, kind in kinds.items():
        steps = [iri]
        while kinds[steps[-1]] != "scheme":
            (above,) = up[steps[-1]]
            steps.append(above)
        assert kind == "scheme" or len(steps) > 1
        assert [link["to"] for link in rows.relationships["UNDER"] if link["from"] == iri] == steps
    assert shapes(rows) <= allowed()


def test_concepts_carry_their_names() -> None:
    nodes = {node["iri"]: node for node in vocabulary_rows().nodes["Concept"]}
    concept = load_vocabulary().resolve("procedure", "TFESI")
    node = nodes[concept.iri]
    assert (node["id"], node["kind"], node["label"]) == (concept.id, "procedure", concept.label)
    assert "TFESI" in node["names"]  # type: ignore[operator]
    pain = nodes[concept_iri("outcome", "pain-intensity")]
    assert pain["better"] == load_vocabulary().concept("outcome", "pain-intensity").better_when


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("nodes = [", "not valid TOML"),
        ("[nodes.A]\nid = 'string'", "the tables are nodes and relationships"),
        ("[nodes.A]\nid = 'integer'\n[relationships]", "the first property is the key and must be a string"),
        ("[nodes.A]\nid = 'string'\nx = 'date'\n[relationships]", "A.x: unknown type 'date'"),
        ("[nodes.A]\nid = 'string'\n[relationships]\nB = {from = 'A', to = 'C'}", "'to' must name one of A, not 'C'"),
    ],
)
def test_a_wrong_schema_names_the_entry(toml: str, complaint: str) -> None:
    with pytest.raises(InputError, match=f"property-graph.toml.*{complaint}"):
        read_schema(toml)


def test_no_relationship_is_named_like_a_label() -> None:
    # Ladybug keeps both in one list and does not look at case.
    schema = load_schema()
    assert not {label.upper() for label in schema.nodes} & {name.upper() for name in schema.relationships}
