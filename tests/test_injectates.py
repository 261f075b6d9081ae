"""What a group of an injection trial was given, and which procedure that makes."""

from __future__ import annotations

import pytest
from arm_samples import sample

from ingest.injectates import injectates

_CAUDAL, _PLAIN = "caudal-epidural-steroid-injection", "epidural-local-anaesthetic-injection"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("mepivacaine and 40 mg of triamcinolone", {"plain", "steroid"}),
        ("bupivacaine without steroid", {"plain"}),
        ("non-steroidal drugs", set()),
        ("a steroid-free solution", set()),
        ("the same solution and clonidine", {"on top", "other"}),
        ("normal saline", set()),
    ],
)
def test_drugs_of_a_text(said: str, found: set[str]) -> None:
    """Drugs that are denied are not given."""
    assert injectates(said) == found


@pytest.mark.parametrize(
    ("title", "methods", "ids"),
    [
        (
            "Caudal epidural injections in stenosis",
            "Group I received lidocaine; group II received lidocaine with betamethasone.",
            [_CAUDAL, _PLAIN],
        ),
        (
            "Caudal epidural steroid injections: low or high volume",
            "Group A had 10 ml and group B 20 ml of lidocaine; all were given triamcinolone.",
            [_CAUDAL, _CAUDAL],
        ),
        (
            "Caudal epidural injection by catheter versus needle in stenosis",
            "Patients were randomised to caudal epidural steroid with a catheter or a needle.",
            [_CAUDAL, _CAUDAL],
        ),
        (
            "Medial branch blocks in neck pain",
            "Group I received bupivacaine; group II received bupivacaine with betamethasone.",
            ["medial-branch-block", "medial-branch-block"],
        ),
        (
            "Facet joint injection in back pain: a randomised trial",
            "Group A received lidocaine with triamcinolone; group B received lidocaine with saline.",
            ["facet-joint-injection", "facet-joint-injection"],
        ),
    ],
)
def test_the_drug_makes_the_procedure(title: str, methods: str, ids: list[str]) -> None:
    """Of epidural injections the drug tells which it is; a block stays that block."""
    assert sample(title, methods).ids == ids
