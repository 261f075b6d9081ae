"""Records cut into sentences, and the part of a paper each belongs to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import split
from kg.model import Record, Section, Sentence

TITLE = "Heat against sham for facet pain"


def record(*sections: tuple[str | None, str], title: str = TITLE, category: str | None = None) -> Record:
    """Return a record with the given (label, text) sections."""
    text, made = title, []
    for label, body in sections:
        text += "\n"
        made.append(Section(text=body, start=len(text), label=label, category=category))
        text += body
    return Record(pmid="1", title=title, text=text, sections=tuple(made))


def texts(body: str) -> list[str]:
    """Return the sentences of one labelled section."""
    return [s.text for s in split(record(("RESULTS", body)))[1:]]


SPLITS: list[tuple[str, list[str]]] = [
    ("Pain fell. Function rose.", ["Pain fell.", "Function rose."]),
    ("Pain was 3.1 vs. 4.2 points.", ["Pain was 3.1 vs. 4.2 points."]),
    ("It was lower vs. Baseline values.", ["It was lower vs. Baseline values."]),
    ("It fell (P = .05). It rose.", ["It fell (P = .05).", "It rose."]),
    ("It fell (P =. 05) in all.", ["It fell (P =. 05) in all."]),
    ("Implant No. 3 broke. Two did not.", ["Implant No. 3 broke.", "Two did not."]),
    ("The answer was no. The rest agreed.", ["The answer was no.", "The rest agreed."]),
    ("Smith et al. Reported this.", ["Smith et al. Reported this."]),
    ("It was at L4-5. One failed.", ["It was at L4-5.", "One failed."]),
    ("Ten U.S. Centers took part. All agreed.", ["Ten U.S. Centers took part.", "All agreed."]),
    ("It lasted 3 months.A fall was seen.", ["It lasted 3 months.", "A fall was seen."]),
    ("It was similar for MID.Both led to relief.", ["It was similar for MID.", "Both led to relief."]),
    ("Pain fell (p < 0.05).The rest stayed.", ["Pain fell (p < 0.05).", "The rest stayed."]),
    ("It was 50%.Complications were rare.", ["It was 50%.", "Complications were rare."]),
    ("Pain fell.; function rose.; all left", ["Pain fell.", "function rose.", "all left"]),
    ("Pain fell; function rose.", ["Pain fell; function rose."]),
    ("1. Pain fell. 2. Function rose.", ["1. Pain fell.", "2. Function rose."]),
    ("Did it help? It did! Twelve agreed.", ["Did it help?", "It did!", "Twelve agreed."]),
    ("It was 0.5 (i.e. half) of it.", ["It was 0.5 (i.e. half) of it."]),
    ("(It fell.) Then it rose.", ["(It fell.)", "Then it rose."]),
    ("In Fig. 2 pain fell.", ["In Fig. 2 pain fell."]),
    ("It failed with 1. 5% of leaks. 12% fell.", ["It failed with 1. 5% of leaks.", "12% fell."]),
    ("It was seen in group 1. 20% fell.", ["It was seen in group 1.", "20% fell."]),
    ("  Pain fell.  \n Function rose. ", ["Pain fell.", "Function rose."]),
    ("No full stop at the end", ["No full stop at the end"]),
    ("", []),
]

INLINE: list[tuple[str, list[tuple[str, str]]]] = [
    ("METHODS: We asked. RESULTS: Pain fell.", [("methods", "We asked."), ("results", "Pain fell.")]),
    ("Methods: We asked. Results: Pain fell.", [("methods", "We asked."), ("results", "Pain fell.")]),
    ("METHODS.: We asked. RESULTS - Pain fell.", [("methods", "We asked."), ("results", "Pain fell.")]),
    ("METHODS We asked. RESULTS Pain fell.", [("methods", "We asked."), ("results", "Pain fell.")]),
    (
        "Methods Patients were asked. Results Pain fell.",
        [("methods", "Patients were asked."), ("results", "Pain fell.")],
    ),
    ("<h4>Methods</h4>We asked. <h4>Results</h4>Pain fell.", [("methods", "We asked."), ("results", "Pain fell.")]),
    (
        "OBJECTIVE: To ask. METHODS: We asked. RESULTS: Pain fell. It stayed low. CONCLUSIONS: It helps.",
        [
            ("objective", "To ask."),
            ("methods", "We asked."),
            ("results", "Pain fell."),
            ("results", "It stayed low."),
            ("conclusions", "It helps."),
        ],
    ),
]

LABELS: list[tuple[str | None, str | None, str]] = [
    ("RESULTS", None, "results"),
    ("METHODS AND MATERIALS", None, "methods"),
    ("MATERIALS AND METHODS", "METHODS", "methods"),
    ("SUMMARY OF BACKGROUND DATA", None, "background"),
    ("Purpose:", None, "objective"),
    ("MAIN OUTCOME MEASURES", None, "methods"),
    ("DISCUSSION AND CONCLUSION", None, "conclusions"),
    ("PATIENT SAMPLE", None, "methods"),
    ("WHAT WE FOUND", "RESULTS", "results"),
    ("SOMETHING ELSE", "CONCLUSIONS", "conclusions"),
    ("CASE PRESENTATION", None, "results"),
    ("KEY FINDINGS", None, "results"),
]

TRIAL = (
    "Back pain is common and its best treatment remains unclear. The aim of this study was to compare heat with sham. "
    "Sixty patients were randomly assigned to heat or sham. The primary outcome was pain on a visual analogue scale at 3 months. "
    "Pain fell from 7.1 to 3.2 with heat and from 7.0 to 5.9 with sham (P < 0.01). There were no complications. "
    "These findings suggest that heat may be a useful option."
)
SERIES = (
    "To report our experience with cement. Records of 40 patients treated between 2001 and 2006 were reviewed retrospectively. "
    "Mean age was 71 years. Mean pain score improved significantly from 8.0 to 2.5 (p<0.001). "
    "Leakage occurred in 12% of levels. Cement augmentation is safe and effective."
)
CASE = (
    "Neurological harm after injection is rare. A 50-year-old man received a cervical injection. "
    "He lost power in both legs. At one year he walked with a stick."
)
REVIEW = (
    "Neuropathic pain is difficult to treat. Oral drugs are often of limited use. "
    "Stimulators may help some patients. Careful selection is important."
)


@pytest.mark.parametrize(("body", "expected"), SPLITS)
def test_split(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


@pytest.mark.parametrize(("body", "expected"), INLINE)
def test_labels_inside_the_text(body: str, expected: list[tuple[str, str]]) -> None:
    assert [(s.role, s.text) for s in split(record((None, body)))[1:]] == expected


@pytest.mark.parametrize(("label", "category", "role"), LABELS)
def test_headings(label: str | None, category: str | None, role: str) -> None:
    assert [s.role for s in split(record((label, "Pain fell."), category=category))] == ["title", role]


@pytest.mark.parametrize(
    ("body", "roles"),
    [
        (TRIAL, ["background", "objective", "methods", "methods", "results", "results", "conclusions"]),
        (SERIES, ["objective", "methods", "methods", "results", "results", "conclusions"]),
        (CASE, ["background", "results", "results", "results"]),
        (REVIEW, ["background", "background", "background", "background"]),
    ],
)
def test_unlabelled_abstracts(body: str, roles: list[str]) -> None:
    assert [s.role for s in split(record((None, body)))[1:]] == roles


def test_a_test_in_brackets_is_a_result_wherever_it_stands() -> None:
    body = "Sixty patients were randomised. Pain was lower with heat than with sham (P = .01). Patients were followed for 1 year. Heat is safe."
    assert split(record((None, body)))[2].role == "results"


def test_sections_never_merge() -> None:
    made = split(record(("METHODS", "We asked sixty patients"), ("RESULTS", "pain fell")))
    assert [(s.role, s.text) for s in made[1:]] == [("methods", "We asked sixty patients"), ("results", "pain fell")]


def test_a_title_alone() -> None:
    assert split(record()) == (Sentence(text=TITLE, start=0, end=len(TITLE), role="title"),)


def test_no_text_at_all() -> None:
    assert split(Record(pmid="1", title="", text="")) == ()


WORDS = st.sampled_from(
    [
        "Pain",
        "fell",
        "vs.",
        "P = .05",
        "(p<0.01)",
        "No. 3",
        "U.S.",
        "L4-5.",
        ".",
        ";",
        "RESULTS:",
        "Methods",
        "x",
        "12%",
        "\u2013",
        "\n",
    ]
)
BODY = st.lists(WORDS, max_size=25).map(" ".join)


@given(st.lists(st.tuples(st.sampled_from([None, "METHODS", "RESULTS", "ODD"]), BODY), max_size=4))
def test_sentences_cut_themselves_out_in_order(sections: list[tuple[str | None, str]]) -> None:
    made = record(*sections)
    last = 0
    for sentence in split(made):
        assert made.text[sentence.start : sentence.end] == sentence.text
        assert sentence.start >= last
        assert sentence.end > sentence.start
        last = sentence.end


@given(
    st.lists(
        st.sampled_from(["pain fell", "it rose. ", "A fall", " 3.1 vs. 4 ", ". ", "\n", "; ", "(x) "]), max_size=30
    ).map("".join)
)
def test_no_letter_is_lost_outside_sentences(body: str) -> None:
    made = record(("RESULTS", body))
    kept = "".join(s.text for s in split(made)[1:])
    assert "".join(kept.split()).replace(";", "") == "".join(body.split()).replace(";", "")
