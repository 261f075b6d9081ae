"""Groups of patients are no arms: nothing is compared where all had the same."""

from __future__ import annotations

import pytest
from claim_samples import Read

RESULTS = "Pain scores were lower in group A than in group B (P = 0.01)."


def compared(title: str, methods: str, results: str = RESULTS) -> bool:
    """Return whether a cohort study with these words is read to compare treatments."""
    return Read.of(title, "cohort-comparative", methods=methods, results=results).table.compared


@pytest.mark.parametrize(
    "methods",
    [
        "Patients treated with vertebroplasty were divided into group A and group B according to age.",
        "Patients treated with vertebroplasty were classified into two groups based on bone density: group A and group B.",
        "They were divided into group A (n = 20) and group B (n = 22) by the duration of symptoms.",
        "Depending on the cause of the fracture, patients were classified into group A and group B.",
        "Patients were classified into two groups. Group A had mild, group B moderate involvement of the canal.",
    ],
)
def test_patients_sorted_by_what_they_are(methods: str) -> None:
    assert not compared("Outcome of vertebroplasty in osteoporotic fractures", methods)


@pytest.mark.parametrize(
    "methods",
    [
        "Patients were divided according to the approach: group A had unilateral, group B bilateral vertebroplasty.",
        "Patients were classified into two groups: group A had a unilateral, group B a bilateral approach.",
        "Patients were divided into group A (vertebroplasty) and group B (kyphoplasty) according to treatment.",
    ],
)
def test_patients_sorted_by_what_they_had(methods: str) -> None:
    assert compared("Unilateral versus bilateral vertebroplasty in osteoporotic fractures", methods)


def test_responders_and_others() -> None:
    methods = "Images of responders to vertebroplasty and of non-responders were compared between group A and group B."
    assert not compared("Images before vertebroplasty", methods)


def test_having_and_lacking_something() -> None:
    results = "Pain scores were lower in the cleft group than in the non-cleft group (P = 0.01)."
    assert not compared("Vertebroplasty with and without a cleft", "Vertebroplasty was done in 60 patients.", results)


def test_a_treatment_and_its_absence_are_arms() -> None:
    methods = "Patients had fusion: an instrumented group and a non-instrumented group were compared."
    results = "Pain scores were lower in the instrumented group than in the non-instrumented group (P = 0.01)."
    assert compared("Instrumented versus non-instrumented lumbar fusion", methods, results)


def test_two_ages_in_the_title() -> None:
    methods = "Group A had 20 patients below 60 years, group B 22 patients above."
    assert not compared("Kyphoplasty in younger and elderly patients", methods)
