"""Every shipped question, asked on thirteen made-up publications, against tables worked out by hand."""

from __future__ import annotations

import io
import itertools
from decimal import Decimal

import pytest
import rdflib
from graph_samples import RUN, claim, reading_of, record_of, retraction

from kg.graph import quads
from kg.identity import claim_id, local_id
from kg.model import Author, Correction, Grant, PubDate
from kg.property_graph import publication_rows, vocabulary_rows
from kg.queries import ask, bind, load_questions, question
from kg.stores import open_store
from kg.stores.guard import check_query
from kg.stores.ladybug import build_cypher, open_cypher
from kg.vocabulary import load_vocabulary

FRACTURE = ("osteoporotic-vertebral-fracture",)
CANCER = ("cancer-pain",)
V, K, SHAM = "vertebroplasty", "kyphoplasty", "sham-procedure"
TFESI, ANAESTHETIC = "transforaminal-epidural-steroid-injection", "epidural-local-anaesthetic-injection"
FLUOROSCOPY = (("guidance", "fluoroscopy"),)
RCT, NCT = "randomised-trial", "NCT01234567"
MUELLER, AAGREN, ZHAO = (
    Author(last_name=name, initials=initials) for name, initials in (("Müller", "A"), ("Ågren", "B"), ("Zhao", "C"))
)


def vertebroplasty(pmid: str, outcome: str, direction: str, comparator: str | None, **fields):
    classes = {SHAM: "sham", "medical-management": "conservative-care", K: "other-procedure", None: None}
    values = {"comparator": comparator, "comparator_class": classes[comparator], "indications": FRACTURE} | fields
    return claim(pmid, V, outcome, direction, **values)


def publications():
    """Yield record and reading of each publication; every table below follows from these."""
    # 1 and 2: two reports of one trial against sham. No difference at one month, better at a year.
    one = "99000001"
    yield (
        record_of(one, year=2009, title="Trial, first report", authors=(MUELLER, AAGREN)),
        reading_of(
            one,
            vertebroplasty(
                one, "pain-intensity", "no-difference", SHAM, followup_days=(30,), significant=False, axes=FLUOROSCOPY
            ),
            vertebroplasty(one, "pain-intensity", "better", None, basis="within", followup_days=(30,)),
            vertebroplasty(one, "cement-leakage", "reported", None, effect="2/40"),
            sample_size=78,
            indications=FRACTURE,
            registry_ids=("NCT01234567",),
            flags=("spin",),
        ),
    )
    two = "99000002"
    yield (
        record_of(two, year=2010, title="Trial, second report", authors=(MUELLER,)),
        reading_of(
            two,
            vertebroplasty(
                two, "pain-intensity", "better", SHAM, followup_days=(180, 360), significant=True, axes=FLUOROSCOPY
            ),
            vertebroplasty(two, "disability", "no-difference", SHAM, noninferiority=True),
            sample_size=80,
            indications=FRACTURE,
            registry_ids=("NCT 01234567",),
        ),
    )
    # 3: another trial, against conservative care.
    three = "99000003"
    yield (
        record_of(three, year=2012, title="Trial against care", authors=(ZHAO, MUELLER),
                  grants=(Grant(agency="Example Fund"),), corrections=(Correction(
            ref_type="ErratumIn", source="J Examples", pmid="99000103"
        ),)),
        reading_of(
            three,
            vertebroplasty(
                three, "back-pain-intensity", "better", "medical-management", followup_days=(360,),
                axes=(("guidance", "ct"),),
            ),
            vertebroplasty(three, "new-vertebral-fracture", "worse", "medical-management", significant=False),
            vertebroplasty(three, "infection", "none-observed", None),
            sample_size=202,
            indications=FRACTURE,
        ),
    )  # fmt: skip
    # 4: a cohort, against kyphoplasty; 5 says the same from the other side.
    four = "99000004"
    yield (
        record_of(four, year=2015, title="Cohort", languages=("ger",)),
        reading_of(
            four,
            vertebroplasty(four, "cement-leakage", "worse", K),
            vertebroplasty(four, "pain-intensity", "no-difference", K),
            design="cohort-comparative",
            sample_size=120,
            indications=FRACTURE,
        ),
    )
    five = "99000005"
    yield (
        record_of(five, year=2016, title="Kyphoplasty trial"),
        reading_of(
            five,
            claim(five, K, "cement-leakage", "better", comparator=V, comparator_class="other-procedure",
                  indications=FRACTURE, significant=True),
            sample_size=60,
            indications=FRACTURE,
        ),
    )  # fmt: skip
    # 6: retracted.
    six = "99000006"
    yield (
        record_of(six, year=2011, title="Retracted trial", corrections=(retraction("99000106"),)),
        reading_of(
            six, vertebroplasty(six, "pain-intensity", "better", SHAM, followup_days=(360,)), indications=FRACTURE
        ),
    )
    # 7: a series in cancer pain, no comparison.
    seven = "99000007"
    yield (
        record_of(seven, year=2018, date=PubDate(text="2018 May 4", year=2018, month=5, day=4), title="Series"),
        reading_of(
            seven,
            vertebroplasty(seven, "pain-intensity", "better", None, basis="within", indications=CANCER),
            vertebroplasty(seven, "cement-leakage", "none-observed", None, indications=CANCER, confidence=0.4),
            design="case-series",
            indications=CANCER,
        ),
    )
    # 8: a comparison that does not name its comparator; 9: an epidural trial.
    eight = "99000008"
    yield (
        record_of(eight, year=None, title="Unclear comparison", corrections=(Correction(
            ref_type="ExpressionOfConcernIn", source="J Examples", pmid="99000108"
        ),)),
        reading_of(
            eight, vertebroplasty(eight, "quality-of-life", "better", None, basis="between"), indications=FRACTURE
        ),
    )  # fmt: skip
    nine = "99000009"
    injection = TFESI
    yield (
        record_of(nine, year=2020, title="Epidural trial"),
        reading_of(
            nine,
            claim(nine, injection, "leg-pain-intensity", "better", comparator=ANAESTHETIC,
                  comparator_class="active-placebo", indications=("lumbar-radicular-pain",), followup_days=(90,)),
            claim(nine, injection, "pain-responder", "no-difference", comparator=ANAESTHETIC,
                  comparator_class="active-placebo", indications=("lumbar-radicular-pain",)),
            sample_size=100,
            indications=("lumbar-radicular-pain",),
        ),
    )  # fmt: skip
    # 10: a protocol of a vertebroplasty trial; 11: a review; 12: off topic.
    yield (
        record_of("99000010", year=2021, title="Protocol"),
        reading_of("99000010", design="protocol", procedures=(V,), indications=CANCER),
    )
    eleven = "99000011"
    yield (
        record_of(eleven, year=2019, title="Review", languages=("eng", "fre")),
        reading_of(
            eleven,
            vertebroplasty(eleven, "pain-intensity", "no-difference", SHAM),
            design="systematic-review",
            sample_size=900,
            indications=FRACTURE,
            registry_ids=("NCT01234567",),
        ),
    )
    # 13: a second trial against sham, with another result than the first.
    thirteen = "99000013"
    yield (
        record_of(thirteen, year=2014, title="Second sham trial"),
        reading_of(
            thirteen,
            vertebroplasty(thirteen, "pain-intensity", "no-difference", SHAM, followup_days=(360,)),
            indications=FRACTURE,
        ),
    )
    yield (
        record_of("99000012", year=2022, title="In goats"),
        reading_of("99000012", design="preclinical", scope="off", procedures=(V,)),
    )


@pytest.fixture(scope="module")
def store():
    with open_store() as opened:
        opened.load(quad for record, reading in publications() for quad in quads(record, reading, RUN))
        yield opened


@pytest.fixture(scope="module")
def cypher(tmp_path_factory):
    file = tmp_path_factory.mktemp("cypher") / "graph.lbug"
    rows = (publication_rows(record, reading, RUN) for record, reading in publications())
    build_cypher(file, itertools.chain((vocabulary_rows(),), rows))
    with open_cypher(file) as opened:
        yield opened


def identifier(pmid: str, number: int) -> str:
    """Return the id of a claim by its place in its reading."""
    (reading,) = (reading for _, reading in publications() if reading.pmid == pmid)
    return claim_id(reading.claims[number])


def quote(direction: str) -> str:
    return claim("1", V, "x", direction).quote


BETTER, WORSE, SAME, SEEN, NONE = map(quote, ("better", "worse", "no-difference", "reported", "none-observed"))

TABLES = [
    (
        "technique-by-design",
        {"technique": V},
        [
            ("back-pain-intensity", "randomised-trial", 1, 1, 0, 0),
            ("cement-leakage", "cohort-comparative", 1, 0, 0, 1),
            ("disability", "randomised-trial", 1, 0, 1, 0),
            ("new-vertebral-fracture", "randomised-trial", 1, 0, 0, 1),
            ("pain-intensity", "cohort-comparative", 1, 0, 1, 0),
            ("pain-intensity", "randomised-trial", 2, 1, 2, 0),
            ("pain-intensity", "systematic-review", 1, 0, 1, 0),
            ("quality-of-life", "randomised-trial", 1, 1, 0, 0),
        ],
    ),
    (
        "technique-by-design",
        {"technique": V, "outcome": "pain intensity", "indication": "vertebral fracture"},
        [
            ("back-pain-intensity", "randomised-trial", 1, 1, 0, 0),
            ("pain-intensity", "cohort-comparative", 1, 0, 1, 0),
            ("pain-intensity", "randomised-trial", 2, 1, 2, 0),
            ("pain-intensity", "systematic-review", 1, 0, 1, 0),
        ],
    ),
    ("technique-by-design", {"technique": V, "indication": "cancer pain"}, []),
    (
        "indication-techniques",
        {"indication": "vertebral fracture"},
        [(V, SHAM, 2, 2, 1, 1, 2, 0), (V, K, 1, 0, 0, 0, 1, 0), (V, "medical-management", 1, 1, 0, 1, 0, 0)],
    ),
    (
        "indication-techniques",
        {"indication": "vertebral fracture", "outcome": "cement leakage"},
        [(K, V, 1, 1, 0, 1, 0, 0), (V, K, 1, 0, 0, 0, 0, 1)],
    ),
    ("lasting-effect", {}, [(V, 2, 1, 0)]),
    (
        "lasting-effect",
        {"min_days": "1 month"},
        [(V, 2, 2, 0), ("transforaminal-epidural-steroid-injection", 1, 0, 0)],
    ),
    ("lasting-effect", {"min_days": "1 month", "indication": "vertebral fracture"}, [(V, 2, 2, 0)]),
    ("lasting-effect", {"min_days": "400"}, []),
    ("lasting-effect", {"design": "cohort-comparative", "min_days": "0"}, []),
    ("contradictions", {}, [(V, SHAM, "pain-intensity", 1, 2, 0)]),
    ("contradictions", {"outcome": "disability"}, []),
    (
        "harms",
        {"technique": V},
        [
            ("cement-leakage", 3, 2, 1, 1, 2, 198),
            ("infection", 1, 0, 1, 0, 1, 202),
            ("new-vertebral-fracture", 1, 1, 0, 1, 1, 202),
        ],
    ),
    ("harms", {"technique": V, "outcome": "mortality"}, []),
    (
        "harm-sentences",
        {"technique": V},
        [
            ("cement-leakage", "worse", None, 120, "cohort-comparative", "99000004", 2015, WORSE),
            ("cement-leakage", "reported", "2/40", 78, "randomised-trial", "99000001", 2009, SEEN),
            ("cement-leakage", "none-observed", None, None, "case-series", "99000007", 2018, NONE),
            ("infection", "none-observed", None, 202, "randomised-trial", "99000003", 2012, NONE),
            ("new-vertebral-fracture", "worse", None, 202, "randomised-trial", "99000003", 2012, WORSE),
        ],
    ),
    (
        "newest",
        {"technique": V, "since": 2015},
        [
            ("99000010", "2021", "protocol", False, 0, "Protocol"),
            ("99000011", "2019", "systematic-review", False, 1, "Review"),
            ("99000007", "2018-05-04", "case-series", False, 2, "Series"),
            ("99000004", "2015", "cohort-comparative", False, 2, "Cohort"),
        ],
    ),
    ("newest", {"technique": "TFESI"}, [("99000009", "2020", "randomised-trial", False, 2, "Epidural trial")]),
    (
        "technique-sentences",
        {"technique": V, "outcome": "pain intensity", "direction": ["better", "no-difference"]},
        [
            (
                "99000011",
                2019,
                "systematic-review",
                SHAM,
                "pain-intensity",
                "between",
                "no-difference",
                None,
                None,
                SAME,
            ),
            ("99000004", 2015, "cohort-comparative", K, "pain-intensity", "between", "no-difference", None, None, SAME),
            (
                "99000013",
                2014,
                "randomised-trial",
                SHAM,
                "pain-intensity",
                "between",
                "no-difference",
                None,
                None,
                SAME,
            ),
            (
                "99000003",
                2012,
                "randomised-trial",
                "medical-management",
                "back-pain-intensity",
                "between",
                "better",
                None,
                None,
                BETTER,
            ),
            ("99000002", 2010, "randomised-trial", SHAM, "pain-intensity", "between", "better", True, None, BETTER),
            (
                "99000001",
                2009,
                "randomised-trial",
                SHAM,
                "pain-intensity",
                "between",
                "no-difference",
                False,
                None,
                SAME,
            ),
        ],
    ),
    (
        "technique-sentences",
        {"technique": V, "basis": "any", "indication": "cancer pain"},
        [
            ("99000007", 2018, "case-series", None, "pain-intensity", "within", "better", None, None, BETTER),
            ("99000007", 2018, "case-series", None, "cement-leakage", "rate", "none-observed", None, None, NONE),
        ],
    ),
    (
        "gap-map",
        {},
        [
            (K, "cancer-pain", 0, 0, 0),
            (K, "lumbar-radicular-pain", 0, 0, 0),
            (K, "osteoporotic-vertebral-fracture", 1, 1, 0),
            ("transforaminal-epidural-steroid-injection", "cancer-pain", 0, 0, 0),
            ("transforaminal-epidural-steroid-injection", "lumbar-radicular-pain", 1, 1, 0),
            ("transforaminal-epidural-steroid-injection", "osteoporotic-vertebral-fracture", 0, 0, 0),
            (V, "cancer-pain", 1, 0, 0),
            (V, "lumbar-radicular-pain", 0, 0, 0),
            (V, "osteoporotic-vertebral-fracture", 5, 4, 1),
        ],
    ),
    ("retracted", {}, [("99000006", 2011, "randomised-trial", "99000106", 1, "Retracted trial")]),
    ("without-retracted", {}, [(V, "pain-intensity", "between", "better", 2, 1)]),
    (
        "within-and-between",
        {"technique": V},
        [
            ("back-pain-intensity", 0, 1, 0, 0, 0),
            ("cement-leakage", 0, 0, 0, 1, 0),
            ("disability", 0, 0, 1, 0, 0),
            ("new-vertebral-fracture", 0, 0, 0, 1, 0),
            ("pain-intensity", 2, 1, 3, 0, 1),
            ("quality-of-life", 0, 1, 0, 0, 0),
        ],
    ),
    (
        "comparator-classes",
        {"technique": V},
        [("sham", 2, 2, 1, 1, 2, 0), ("conservative-care", 1, 1, 0, 1, 0, 0), ("other-procedure", 1, 0, 0, 0, 1, 0)],
    ),
    ("comparator-classes", {"technique": "TFESI"}, [("active-placebo", 1, 1, 0, 1, 0, 0)]),
    ("comparator-classes", {"technique": V, "outcome": "quality of life"}, [(None, 1, 1, 0, 1, 0, 0)]),
    ("head-to-head", {"technique": V, "other": K}, [("cement-leakage", 2, 0, 0, 2), ("pain-intensity", 1, 0, 1, 0)]),
    ("head-to-head", {"technique": K, "other": V}, [("cement-leakage", 2, 2, 0, 0), ("pain-intensity", 1, 0, 1, 0)]),
    (
        "studies-with-several-reports",
        {},
        [
            ("NCT01234567", 2, "99000001", 2009, "randomised-trial", False, "Trial, first report"),
            ("NCT01234567", 2, "99000002", 2010, "randomised-trial", False, "Trial, second report"),
        ],
    ),
    (
        "largest-studies",
        {"technique": V, "design": ["RCT", "cohort-comparative"]},
        [
            ("pubmed-99000003", 202, "99000003", 2012, "randomised-trial", "Trial against care"),
            ("pubmed-99000004", 120, "99000004", 2015, "cohort-comparative", "Cohort"),
            ("NCT01234567", 80, "99000002", 2010, "randomised-trial", "Trial, second report"),
            ("NCT01234567", 78, "99000001", 2009, "randomised-trial", "Trial, first report"),
        ],
    ),
    (
        "outcomes-measured",
        {"technique": V, "outcome": "pain intensity"},
        [
            ("pain-intensity", 4, 2, 6, 0),
            ("back-pain-intensity", 1, 1, 1, 0),
            ("arm-pain-intensity", 0, 0, 0, 0),
            ("leg-pain-intensity", 0, 0, 0, 0),
            ("neck-pain-intensity", 0, 0, 0, 0),
        ],
    ),
    (
        "non-inferiority",
        {},
        [("99000002", 2010, "randomised-trial", V, SHAM, "disability", "no-difference", SAME)],
    ),
    (
        "significance",
        {"technique": V},
        [
            ("back-pain-intensity", "better", 0, 0, 1),
            ("cement-leakage", "worse", 0, 0, 1),
            ("disability", "no-difference", 0, 0, 1),
            ("new-vertebral-fracture", "worse", 0, 1, 0),
            ("pain-intensity", "better", 1, 0, 0),
            ("pain-intensity", "no-difference", 0, 1, 2),
            ("quality-of-life", "better", 0, 0, 1),
        ],
    ),
    (
        "coverage",
        {"technique": "vertebral augmentation"},
        [
            (V, "vertebral-augmentation", 6, 4, 1, 2009, 2021),
            (K, "vertebral-augmentation", 1, 1, 0, 2016, 2016),
            ("vertebral-augmentation", "spinal-intervention", 0, 0, 0, None, None),
        ],
    ),
    (
        "notices",
        {},
        [
            ("99000003", "corrected", "99000103", 2012, "Trial against care"),
            ("99000008", "expression of concern", "99000108", None, "Unclear comparison"),
        ],
    ),
    ("flagged", {}, [("spin", "99000001", 2009, "randomised-trial", "Trial, first report")]),
    ("languages", {}, [("eng", 10, 9, 16), ("fre", 1, 1, 1), ("ger", 1, 1, 2)]),
    (
        "claims-without-comparator",
        {},
        [(identifier("99000008", 0), V, "quality-of-life", "better", "test", BETTER)],
    ),
    (
        "claims-without-comparator",
        {"basis": "within"},
        sorted(
            (identifier(pmid, number), V, "pain-intensity", "better", "test", BETTER)
            for pmid, number in (("99000001", 1), ("99000007", 0))
        ),
    ),
    ("silent-publications", {}, [("99000010", 2021, "protocol", "Protocol")]),
    (
        "doubtful-claims",
        {},
        [(identifier("99000007", 1), 0.4, "test", V, "cement-leakage", "rate", "none-observed", NONE)],
    ),
    ("doubtful-claims", {"below": 0.4}, []),
    (
        "claims-for-question",
        {"technique": K, "indication": "vertebral fracture"},
        [
            *sorted(("99000004", identifier("99000004", number)) for number in (0, 1)),
            ("99000005", identifier("99000005", 0)),
        ],
    ),
    ("claims-for-question", {"technique": K, "outcome": "pain intensity"}, [("99000004", identifier("99000004", 1))]),
    ("efficacy", {"technique": V}, [(V, *FRACTURE, 4, 3, 1, 2, 3, 0)]),
    ("efficacy", {"technique": ["TFESI", K], "outcome": "any"}, [
        (K, *FRACTURE, 1, 1, 0, 1, 0, 0), (TFESI, "lumbar-radicular-pain", 1, 1, 0, 1, 1, 0),
    ]),
    ("split-by-axis", {"technique": V, "axis": "guidance"}, [
        ("axis-guidance", None, 2, 1, 1, 0, 2, 0),
        ("axis-guidance", "guidance-ct", 1, 1, 0, 1, 0, 0),
        ("axis-guidance", "guidance-fluoroscopy", 1, 1, 0, 1, 1, 0),
    ]),
    ("technique-families", {}, [("vertebral-augmentation", 1, 4, 3, 1, 2, 3, 0), ("neural-block", 1, 1, 1, 0, 1, 0, 0)]),
    ("technique-families", {"technique": "vertebral augmentation", "outcome": "cement leakage"}, [
        (K, 1, 1, 1, 0, 1, 0, 0), (V, 1, 1, 0, 0, 0, 0, 1),
    ]),
    ("follow-up-bands", {"technique": V}, [
        ("asipp-short", 0, 1, 1, 0, 1, 1, 0), ("asipp-long", 190, 3, 3, 0, 2, 1, 0),
    ]),
    ("follow-up-bands", {"technique": V, "scheme": "cochrane-epidural"}, [
        ("cochrane-epidural-short", 14, 1, 1, 0, 0, 1, 0),
        ("cochrane-epidural-intermediate", 95, 3, 3, 0, 2, 1, 0),
    ]),
    ("contradiction-studies", {}, [
        (V, SHAM, "pain-intensity", "better", NCT, "99000002", 2010, RCT, 80),
        (V, SHAM, "pain-intensity", "no-difference", NCT, "99000001", 2009, RCT, 78),
        (V, SHAM, "pain-intensity", "no-difference", "pubmed-99000013", "99000013", 2014, RCT, None),
    ]),
    ("responder-and-mean", {"technique": "TFESI"}, [(TFESI, ANAESTHETIC, 0, 1, 0, 1, 0, 0, 1, 0)]),
    ("responder-and-mean", {"technique": V}, [
        (V, K, 0, 0, 0, 0, 1, 0, 0, 0),
        (V, "medical-management", 0, 0, 0, 1, 0, 0, 0, 0),
        (V, SHAM, 0, 0, 0, 1, 2, 0, 0, 0),
    ]),
    ("spin", {}, [("99000001", 2009, RCT, 1, 1, "Trial, first report")]),
    ("spin", {"technique": K}, []),
    ("comparison-network", {}, [
        (V, SHAM, 2, 2, 80, 1, 2, 0),
        (K, V, 1, 1, 60, 1, 0, 0),
        (TFESI, ANAESTHETIC, 1, 1, 100, 1, 1, 0),
        (V, K, 1, 0, 120, 0, 1, 1),
        (V, "medical-management", 1, 1, 202, 1, 0, 1),
    ]),
    # By code point: Å comes after every letter without an accent.
    ("author-groups", {"technique": V}, [("Müller A", 2, 2, 2, 6), ("Zhao C", 1, 1, 1, 6), ("Ågren B", 1, 1, 0, 6)]),
    ("sponsors", {"technique": V}, [(None, 5, 3, 2, 6), ("Example Fund", 1, 1, 1, 6)]),
    ("new-since", {}, [(TFESI, 1, 1, 1, 2, "2020"), (V, 1, 0, 0, 0, "2021")]),
    ("new-since", {"technique": V, "since": "2018-05-05"}, [(V, 2, 0, 0, 1, "2021")]),
    ("new-since", {"technique": V, "since": "2018-05-04"}, [(V, 3, 1, 0, 3, "2021")]),
    ("by-year", {"technique": V}, [
        (2021, 1, 0, 0, 0, 0),
        (2019, 1, 0, 0, 1, 0),
        (2018, 1, 1, 0, 0, 0),
        (2015, 1, 1, 0, 0, 0),
        (2014, 1, 1, 1, 0, 0),
        (2012, 1, 1, 1, 0, 1),
        (2010, 1, 1, 1, 0, 1),
        (2009, 1, 1, 1, 0, 0),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "params", "rows"), TABLES, ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(TABLES)])
def test_a_question_gives_exactly_these_rows(store, cypher, name, params, rows):
    asked = question(name)
    for engine in (store, cypher):
        table = ask(engine, asked, params)
        assert table.columns == asked.returns
        assert list(table.rows) == rows


@pytest.fixture(scope="module")
def other_engine(store):
    """Return the same graphs in rdflib, whose query engine shares nothing with Oxigraph's."""
    out = io.BytesIO()
    store.dump(out)
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=out.getvalue(), format="nquads")
    return dataset


def as_plain(term):
    if term is None or isinstance(term, rdflib.URIRef):
        return term if term is None else local_id(str(term))
    value = term.toPython()
    return float(value) if isinstance(value, Decimal) else value


# rdflib answers a GROUP BY over nothing with one empty row, so tables without rows are left out; and it warns of its
# own use of a name it has deprecated.
@pytest.mark.filterwarnings("ignore:Dataset.(default_context|contexts) is deprecated:DeprecationWarning")
@pytest.mark.parametrize(("name", "params", "rows"), [table for table in TABLES if table[2]])
def test_another_engine_gives_the_same_rows(other_engine, name, params, rows):
    answer = other_engine.query(bind(question(name), params))
    assert [tuple(as_plain(term) for term in row) for row in answer] == rows


def test_every_question_has_a_table_here():
    assert {name for name, _, _ in TABLES} == {each.name for each in load_questions()}


@pytest.mark.parametrize("asked", load_questions(), ids=lambda asked: asked.name)
def test_every_question_runs_with_its_examples(store, asked):
    examples = {parameter.name: parameter.example for parameter in asked.params}
    check_query(bind(asked, examples))
    assert ask(store, asked, examples).columns == asked.returns


@pytest.mark.parametrize("asked", load_questions(), ids=lambda asked: asked.name)
def test_the_file_is_the_question_with_its_defaults(store, asked):
    required = {parameter.name: parameter.example for parameter in asked.params if parameter.required}
    given = {p.name: p.default.split(", ") for p in asked.params if p.default is not None}
    assert ask(store, asked, required | given) == ask(store, asked, required)
    assert len(store.query(asked.sparql).columns) == len(asked.returns)


@pytest.mark.parametrize("asked", load_questions(), ids=lambda asked: asked.name)
def test_the_order_of_rows_is_complete(asked):
    """Whatever the order of writing, the same rows come in the same order."""
    examples = {parameter.name: parameter.example for parameter in asked.params if parameter.required}
    with SHUFFLED as other, STRAIGHT as one:
        assert ask(one, asked, examples) == ask(other, asked, examples)


class _Store:
    """A store with the publications in some order, made once."""

    def __init__(self, backwards: bool) -> None:
        self._backwards, self._store = backwards, None

    def __enter__(self):
        if self._store is None:
            self._store = open_store()
            for record, reading in sorted(publications(), key=lambda pair: pair[0].pmid, reverse=self._backwards):
                self._store.replace(record.pmid, reversed(list(quads(record, reading, RUN))))
        return self._store

    def __exit__(self, *_):
        pass


SHUFFLED, STRAIGHT = _Store(True), _Store(False)


def test_examples_are_of_the_vocabulary():
    for asked in load_questions():
        for parameter in asked.params:
            if parameter.type.startswith("concept:") or parameter.type == "design":
                load_vocabulary().resolve(parameter.type.removeprefix("concept:"), parameter.example)
