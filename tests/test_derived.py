from __future__ import annotations

from itertools import product
from typing import get_args

import pytest
from graph_samples import RUN, claim, reading_of, record_of
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from kg.graph import quads
from kg.graph.derived import derived_triples
from kg.graph.terms import comparison, ev, standing, term
from kg.identity import PREFIXES, concept_iri
from kg.model import Basis, Design, Direction
from kg.stores import open_store

PMID = "99000001"
concept_ids = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)


def node(iri: str) -> NamedNode:
    return NamedNode(f"http://example.org/{iri}")


def test_every_standing_is_described_once() -> None:
    made = list(derived_triples(()))
    named = [triple.subject for triple in made if triple.predicate == ev("standingBasis")]
    every = product(get_args(Basis), get_args(Direction), get_args(Design), (False, True))
    assert named == [standing(*each) for each in every]
    assert len(set(named)) == len(named) == 3 * 5 * len(get_args(Design)) * 2
    one = standing("within", "worse", "case-series", True)
    assert one.value == f"{PREFIXES['stand']}within.worse.case-series.retracted"
    assert {(triple.predicate, triple.object) for triple in made if triple.subject == one} == {
        (term("rdf", "type"), ev("Standing")),
        (ev("standingBasis"), ev("within")),
        (ev("standingDirection"), ev("worse")),
        (ev("standingDesign"), NamedNode(concept_iri("design", "case-series"))),
        (ev("standingRetracted"), Literal(True)),
    }


def test_a_concept_is_under_itself_whatever_is_broader_and_its_schemes() -> None:
    broader, scheme = term("skos", "broader"), term("skos", "inScheme")
    vocabulary = [
        Triple(node("a"), broader, node("b")),
        Triple(node("b"), broader, node("c")),
        Triple(node("c"), scheme, node("all")),
        Triple(node("c"), term("skos", "prefLabel"), Literal("C")),
    ]
    under = {
        (triple.subject, triple.object) for triple in derived_triples(vocabulary) if triple.predicate == ev("under")
    }
    above = {"a": "a b c all", "b": "b c all", "c": "c all"}
    assert under == {(node(one), node(other)) for one, others in above.items() for other in others.split()}


def test_a_circle_of_concepts_ends() -> None:
    broader = term("skos", "broader")
    vocabulary = [Triple(node("a"), broader, node("b")), Triple(node("b"), broader, node("a"))]
    under = [triple for triple in derived_triples(vocabulary) if triple.predicate == ev("under")]
    assert len(under) == 4


@pytest.mark.parametrize("retracted", [False, True])
def test_a_claim_has_the_standing_of_its_own_words_and_its_publication(retracted: bool) -> None:
    made = claim(PMID, "vertebroplasty", "pain-intensity", "worse")
    written = list(quads(record_of(PMID, retracted=retracted), reading_of(PMID, made, design="case-control"), RUN))
    (said,) = [quad.object for quad in written if quad.predicate == ev("standing")]
    assert said == standing("between", "worse", "case-control", retracted)


def test_a_claim_that_compares_names_its_comparison() -> None:
    compared = claim(PMID, "vertebroplasty", "pain-intensity", "better", comparator="sham-procedure")
    alone = claim(PMID, "vertebroplasty", "pain-intensity", "better", basis="within")
    written = list(quads(record_of(PMID), reading_of(PMID, compared, alone), RUN))
    (said,) = [quad.object for quad in written if quad.predicate == ev("comparison")]
    assert said == comparison("vertebroplasty", "sham-procedure")
    assert said == NamedNode(f"{PREFIXES['vs']}vertebroplasty,sham-procedure")


@given(st.lists(st.tuples(concept_ids, concept_ids), unique=True))
def test_comparisons_sort_as_procedures_then_comparators(pairs: list[tuple[str, str]]) -> None:
    assert sorted(pairs) == sorted(pairs, key=lambda pair: comparison(*pair).value)


def test_the_path_and_the_step_reach_the_same() -> None:
    pattern = "SELECT DISTINCT ?a ?b WHERE {{ ?a a skos:Concept . ?a {} ?b }} ORDER BY ?a ?b"
    head = f"PREFIX skos: <{PREFIXES['skos']}> PREFIX ev: <{PREFIXES['ev']}>\n"
    with open_store() as store:
        by_path = store.query(head + pattern.format("(skos:broader|skos:inScheme)*"))
        assert store.query(head + pattern.format("ev:under")) == by_path
        assert len(by_path.rows) > 1000
