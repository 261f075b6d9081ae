from __future__ import annotations

import pytest
from graph_samples import record_of

from kg.bibliography import (
    author_names,
    citation,
    funders,
    has_concern,
    is_corrected,
    is_retracted,
    issued,
    links,
    mesh_ids,
    notice,
    year,
)
from kg.model import Author, Correction, Grant, MeshHeading, PubDate, Term

PEOPLE = tuple(Author(last_name=name, initials="A") for name in ("One", "Two", "Three", "Four"))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {
                "authors": PEOPLE[:2],
                "journal_abbreviation": "J Examples",
                "date": PubDate(text="2012 Mar 5", year=2012, month=3, day=5),
                "volume": "12",
                "issue": "3",
                "pages": "45-50",
            },
            "One A, Two A. J Examples. 2012-03-05;12(3):45-50",
        ),
        ({"authors": PEOPLE}, "One A, Two A, Three A, et al. Journal of Examples. 2020"),
        ({"authors": (Author(collective="The Group"), Author())}, "The Group. Journal of Examples. 2020"),
        ({"authors": (Author(last_name="One", fore_name="Ann"),)}, "One Ann. Journal of Examples. 2020"),
        ({"journal": None, "date": None}, ""),
        ({"journal_abbreviation": "J Ex.", "pages": "e7", "issue": "2"}, "J Ex. 2020;(2):e7"),
    ],
)
def test_citation(fields, expected):
    assert citation(record_of("1", **fields)) == expected


@pytest.mark.parametrize(
    ("date", "electronic", "expected"),
    [
        (PubDate(text="2012 Mar 5", year=2012, month=3, day=5), None, "2012-03-05"),
        (PubDate(text="2012 Mar", year=2012, month=3), PubDate(text="", year=2011, month=1, day=1), "2012-03"),
        (PubDate(text="2012 Feb 30", year=2012, month=2, day=30), None, "2012-02"),
        (PubDate(text="2012", year=2012, month=13), None, "2012"),
        (PubDate(text="Spring"), PubDate(text="", year=2011), "2011"),
        (PubDate(text="Spring"), None, None),
        (None, None, None),
    ],
)
def test_issued(date, electronic, expected):
    record = record_of("1", date=date, electronic_date=electronic)
    assert issued(record) == expected
    assert year(record) == (int(expected[:4]) if expected else None)


@pytest.mark.parametrize(
    ("ref_type", "expected"),
    [
        ("RetractionIn", (True, False, False, None)),
        ("RetractedandRepublishedIn", (True, False, False, None)),
        ("ErratumIn", (False, True, False, None)),
        ("CorrectedandRepublishedIn", (False, True, False, None)),
        ("ExpressionOfConcernIn", (False, False, True, None)),
        ("RetractionOf", (False, False, False, "retraction")),
        ("ErratumFor", (False, False, False, "erratum")),
        ("ExpressionOfConcernFor", (False, False, False, "concern")),
        ("CommentIn", (False, False, False, None)),
        ("Cites", (False, False, False, None)),
    ],
)
def test_standing_by_link(ref_type, expected):
    record = record_of("1", corrections=(Correction(ref_type=ref_type, source="J"),))
    assert (is_retracted(record), is_corrected(record), has_concern(record), notice(record)) == expected


@pytest.mark.parametrize(
    ("kind", "retracted", "of"),
    [
        (Term(name="Retracted Publication", ui="D016441"), True, None),
        (Term(name="Retracted Publication"), True, None),
        (Term(name="Retraction of Publication", ui="D016440"), False, "retraction"),
        (Term(name="Published Erratum", ui="D016425"), False, "erratum"),
        (Term(name="Expression of Concern"), False, "concern"),
        (Term(name="Journal Article", ui="D016428"), False, None),
    ],
)
def test_standing_by_publication_type(kind, retracted, of):
    record = record_of("1", publication_types=(kind,))
    assert (is_retracted(record), notice(record)) == (retracted, of)


def test_people_funders_topics_and_links_come_once_each():
    record = record_of(
        "1",
        authors=(
            Author(last_name="Miller", initials="AB"),
            Author(collective="The Group"),
            Author(last_name="Miller", initials="AB"),
            Author(last_name="Solo"),
            Author(),
        ),
        grants=(Grant(agency="A foundation"), Grant(grant_id="7"), Grant(grant_id="8", agency="A foundation")),
        mesh=(
            MeshHeading(name="Vertebroplasty", ui="D053264", major=True),
            MeshHeading(name="Humans", major=True),
            MeshHeading(name="x", ui="Q1", major=True),
            MeshHeading(name="Female", ui="D005260"),
        ),
        corrections=(
            Correction(ref_type="RetractionIn", source="J", pmid="2"),
            Correction(ref_type="RetractionIn", source="J", pmid="2"),
            Correction(ref_type="SummaryForPatientsIn", source="J", pmid="3"),
            Correction(ref_type="ErratumIn", source="J without a number"),
        ),
    )  # fmt: skip
    assert author_names(record) == ("Miller AB", "The Group", "Solo")
    assert funders(record) == ("A foundation",)
    assert mesh_ids(record) == ("D053264",)
    assert links(record) == (("cito:isRetractedBy", "2"), ("dct:relation", "3"))
