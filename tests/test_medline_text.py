"""MEDLINE text: the fields, the labels inside abstracts, authors in order, and damage."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.medline_text import looks_like_medline, read_text
from kg.errors import InputError
from kg.model import Author, Correction, Grant, MeshHeading, PubDate, Quarantined, Record, Term

FULL = """\
PMID- 99000101
OWN - NLM
STAT- MEDLINE
LR  - 20220109
IS  - 1111-2222 (Electronic)
IS  - 1111-0000 (Linking)
VI  - 7
IP  - 2
DP  - 2021 Mar 4
TI  - Sham or real, told at such length that the title goes on in the
      next line.
PG  - 11-9
LID - S1 [pii]
LID - 10.5555/right [doi]
AB  - OBJECTIVE: To see whether a label inside, such as CI: 95%, stays text.
      MATERIALS AND METHODS: We looked.  RESULTS:  We saw (VAS: 3) less
      pain. CONCLUSION: Seen.
CI  - Copyright 2021
      Us.
FAU - Ada, Bea C
AU  - Ada BC
AUID- ORCID: 0000-0002-1825-0097
AD  - Here, in a town with a name that is
      long.
AD  - There.
CN  - The Example Group
FAU - de Cee, Dee
AU  - de Cee D
LA  - eng
LA  - spa
SI  - ClinicalTrials.gov/NCT09999999
SI  - GENBANK/AF0001
GR  - R01 1/AR/NIAMS NIH HHS/United States
GR  - 24K1/FUND/
GR  - MR/K1/2/MRC_/Medical Research Council/United Kingdom
GR  - A fund
PT  - Journal Article
PT  - Randomized Controlled Trial
DEP - 20201230
TA  - J Ex
JT  - Journal of Examples
RN  - 0 (Bone Cements)
RN  - EC 1.1.1.1 (Name (of) it)
SB  - IM
CIN - J Ex. 2022 Jan;8(1):2. doi: 10.5555/x. PMID:
      99000103
RIN - J Ex. 2023 Jan;9(1):2. PMID: 99000104
EIN - J Ex. 2023 Feb;9(2):3
MH  - *Pain/diagnosis/*therapy
MH  - Radiofrequency Ablation/adverse
      effects
MH  - Humans
OTO - NOTNLM
OT  - *back pain
OT  - a keyword that is long enough to go on in the
      next line
COIS- None to
      declare.
PMC - PMC1
AID - 10.5555/right [doi]
XYZ - a field of 2030
SO  - J Ex. 2021 Mar 4;7(2):11-9. doi: 10.5555/right.
"""


def read(text: str | bytes, size: int = 1 << 20) -> list[Record | Quarantined]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_text((data[at : at + size] for at in range(0, len(data), size)), "test.nbib"))


def read_one(text: str) -> Record:
    (record,) = read(text)
    assert isinstance(record, Record), record
    return record


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_full_record(ending: str) -> None:
    record = read_one(FULL.replace("\n", ending))
    title = "Sham or real, told at such length that the title goes on in the next line."
    assert record == Record(
        pmid="99000101",
        title=title,
        text=(
            f"{title}\nTo see whether a label inside, such as CI: 95%, stays text.\nWe looked.\n"
            "We saw (VAS: 3) less pain.\nSeen."
        ),
        sections=record.sections,
        abstract_source="abstract",
        copyright="Copyright 2021 Us.",
        status="MEDLINE",
        journal="Journal of Examples",
        journal_abbreviation="J Ex",
        issn="1111-2222",
        volume="7",
        issue="2",
        pages="11-9",
        date=PubDate(text="2021 Mar 4", year=2021, month=3, day=4),
        electronic_date=PubDate(text="2020 12 30", year=2020, month=12, day=30),
        date_revised="2022-01-09",
        authors=(
            Author(
                last_name="Ada",
                fore_name="Bea C",
                initials="BC",
                orcid="0000-0002-1825-0097",
                affiliations=("Here, in a town with a name that is long.", "There."),
            ),
            Author(collective="The Example Group"),
            Author(last_name="de Cee", fore_name="Dee", initials="D"),
        ),
        doi="10.5555/right",
        pmc_id="PMC1",
        languages=("eng", "spa"),
        publication_types=(Term(name="Journal Article"), Term(name="Randomized Controlled Trial")),
        mesh=(
            MeshHeading(name="Pain", major=True, qualifiers=(Term(name="diagnosis"), Term(name="therapy"))),
            MeshHeading(name="Radiofrequency Ablation", qualifiers=(Term(name="adverse effects"),)),
            MeshHeading(name="Humans"),
        ),
        keywords=("back pain", "a keyword that is long enough to go on in the next line"),
        chemicals=(Term(name="Bone Cements"), Term(name="Name (of) it")),
        registry_ids=("NCT09999999",),
        grants=(
            Grant(grant_id="R01 1", agency="NIAMS NIH HHS", country="United States"),
            Grant(grant_id="24K1", agency="FUND"),
            Grant(grant_id="MR/K1/2", agency="Medical Research Council", country="United Kingdom"),
            Grant(agency="A fund"),
        ),
        conflict_of_interest="None to declare.",
        corrections=(
            Correction(ref_type="CommentIn", source="J Ex. 2022 Jan;8(1):2. doi: 10.5555/x.", pmid="99000103"),
            Correction(ref_type="RetractionIn", source="J Ex. 2023 Jan;9(1):2.", pmid="99000104"),
            Correction(ref_type="ErratumIn", source="J Ex. 2023 Feb;9(2):3"),
        ),
    )
    assert [(s.label, s.category) for s in record.sections] == [
        ("OBJECTIVE", "OBJECTIVE"),
        ("MATERIALS AND METHODS", "METHODS"),
        ("RESULTS", "RESULTS"),
        ("CONCLUSION", "CONCLUSIONS"),
    ]
    assert all(record.text[s.start : s.start + len(s.text)] == s.text for s in record.sections)


@pytest.mark.parametrize(
    ("abstract", "parts"),
    [
        ("Nothing special.", [(None, None, "Nothing special.")]),
        ("", []),
        ("It ends. CONCLUSION: So.", [(None, None, "It ends. CONCLUSION: So.")]),
        ("NOVEL LABEL: A. RESULTS: B.", [(None, None, "NOVEL LABEL: A. RESULTS: B.")]),
        ("AIM: A. ODI: 3. RESULTS: B.", [("AIM", "OBJECTIVE", "A. ODI: 3."), ("RESULTS", "RESULTS", "B.")]),
        ("Aims: A. Results: B.", [(None, None, "Aims: A. Results: B.")]),
        ("AIMS:A. RESULTS:B.", [(None, None, "AIMS:A. RESULTS:B.")]),
        (
            "BACKGROUND/AIMS: A. DESIGN, SETTING, AND PARTICIPANTS: B. PATIENTS & METHODS: C",
            [
                ("BACKGROUND/AIMS", "BACKGROUND", "A."),
                ("DESIGN, SETTING, AND PARTICIPANTS", "METHODS", "B."),
                ("PATIENTS & METHODS", "METHODS", "C"),
            ],
        ),
        (
            "SUMMARY OF BACKGROUND DATA: A. AUTHORS' CONCLUSIONS: B. LEVEL OF EVIDENCE: 3.",
            [
                ("SUMMARY OF BACKGROUND DATA", "BACKGROUND", "A."),
                ("AUTHORS' CONCLUSIONS", "CONCLUSIONS", "B."),
                ("LEVEL OF EVIDENCE", "UNASSIGNED", "3."),
            ],
        ),
        ("OBJECTIVE: METHODS: B.", [("METHODS", "METHODS", "B.")]),
        ("UNLABELLED: A.", [("UNLABELLED", "UNASSIGNED", "A.")]),
    ],
)
def test_labels(abstract: str, parts: list[tuple[str | None, str | None, str]]) -> None:
    record = read_one(f"PMID- 1\nTI  - T\nAB  - {abstract}\nSO  - x\n")
    assert [(s.label, s.category, s.text) for s in record.sections] == parts
    assert record.abstract_source == ("abstract" if parts else "none")


@pytest.mark.parametrize(
    ("lines", "text", "origin"),
    [
        ("OAB - Publisher: Abstract available from the publisher.\nOABL- spa", "T", "none"),
        ("OAB - PIP: An abstract\n      of PIP.\nOABL- eng", "T\nAn abstract of PIP.", "other-abstract"),
        ("OAB - PIP: Ein anderer.\nOABL- ger\nOAB - PIP: English.\nOABL- eng", "T\nEnglish.", "other-abstract"),
        ("AB  - Own.\nOAB - PIP: Other.\nOABL- eng", "T\nOwn.", "abstract"),
        ("OABL- eng", "T", "none"),
    ],
)
def test_other_abstracts(lines: str, text: str, origin: str) -> None:
    record = read_one(f"PMID- 1\nTI  - T\n{lines}\nSO  - x\n")
    assert (record.text, record.abstract_source) == (text, origin)


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        (
            "AD  - Only one.\nFAU - Ada, Bea\nAU  - Ada B\nFAU - Cee, Dee\nAU  - Cee D",
            (
                Author(last_name="Ada", fore_name="Bea", initials="B", affiliations=("Only one.",)),
                Author(last_name="Cee", fore_name="Dee", initials="D"),
            ),
        ),
        ("AU  - Ada B\nAU  - Cee D", (Author(last_name="Ada", initials="B"), Author(last_name="Cee", initials="D"))),
        ("AU  - Mononym", (Author(last_name="Mononym"),)),
        ("FAU - Mononym\nAU  - Mononym", (Author(last_name="Mononym"),)),
        (
            "CN  - A Group\nAD  - Its town.\nAU  - Cee D",
            (Author(collective="A Group", affiliations=("Its town.",)), Author(last_name="Cee", initials="D")),
        ),
        ("", ()),
    ],
)
def test_authors(lines: str, authors: tuple[Author, ...]) -> None:
    assert read_one(f"PMID- 1\n{lines}\nTI  - T\n").authors == authors


@pytest.mark.parametrize(
    ("lines", "title", "kind", "journal"),
    [
        ("TI  - [T.]\nTT  - Titel.\nJT  - J", "[T.]", "article", "J"),
        ("TT  - Titel.\nJT  - J", "Titel.", "article", "J"),
        ("TI  -\nTT  - Titel.", "Titel.", "article", None),
        ("TI  - Chapter\nBTI - Book\nPB  - House", "Chapter", "book", "Book"),
        ("BTI - Book\nPB  - House", "Book", "book", "House"),
        ("LA  - eng", "", "article", None),
    ],
)
def test_titles_and_books(lines: str, title: str, kind: str, journal: str | None) -> None:
    record = read_one(f"PMID- 1\n{lines}\n")
    assert (record.title, record.text, record.kind, record.journal) == (title, title, kind, journal)


LINKS = {
    "CIN": "CommentIn", "CON": "CommentOn", "CRI": "CorrectedandRepublishedIn", "CRF": "CorrectedandRepublishedFrom",
    "DDIN": "AssociatedDataset", "DRIN": "AssociatedPublication", "ECI": "ExpressionOfConcernIn",
    "ECF": "ExpressionOfConcernFor", "EIN": "ErratumIn", "EFR": "ErratumFor", "ORI": "OriginalReportIn",
    "PRIN": "PartialRetractionIn", "PROF": "PartialRetractionOf", "RIN": "RetractionIn", "ROF": "RetractionOf",
    "RPI": "RepublishedIn", "RPF": "RepublishedFrom", "RRI": "RetractedandRepublishedIn",
    "RRF": "RetractedandRepublishedFrom", "SPIN": "SummaryForPatientsIn", "UIN": "UpdateIn", "UOF": "UpdateOf",
}  # fmt: skip


def test_every_link_has_its_ref_type() -> None:
    lines = "".join(f"{tag:<4}- J. {tag} PMID: {n}\n" for n, tag in enumerate(LINKS, start=1))
    assert read_one(f"PMID- 1\n{lines}").corrections == tuple(
        Correction(ref_type=kind, source=f"J. {tag}", pmid=str(n))
        for n, (tag, kind) in enumerate(LINKS.items(), start=1)
    )


# -- several records, and damage --------------------------------------------------------------------


def small(pmid: int) -> str:
    return f"PMID- {pmid}\nTI  - T {pmid}.\nAB  - A long\n      abstract.\nSO  - x\n"


@pytest.mark.parametrize("between", ["", "\n", "\n\n\n"])
@pytest.mark.parametrize("before", ["", "\n", "\ufeff", "\ufeff\n"])
def test_several_records(before: str, between: str) -> None:
    assert [r.pmid for r in read(before + between.join(small(n) for n in (1, 2, 3)))] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("bad", "pmid", "reason"),
    [
        (
            "PMID- 2\nTI  - T\nnot a field\nSO  - x\n",
            "2",
            "line 3 of the record is neither a field nor the continuation",
        ),
        ("PMID- 123456789\nTI  - T\nSO  - x\n", None, "its PMID is '123456789'"),
        ("PMID- \nTI  - T\nSO  - x\n", None, "no PMID"),
        ("PMID- 2\nTI  - caf\xe9\nSO  - x\n", "2", "not UTF-8: byte 0xe9 at 17"),
    ],
)
def test_one_bad_record_is_quarantined(bad: str, pmid: str | None, reason: str) -> None:
    raw = bad.encode("latin-1")
    first, item, last = read(small(1).encode() + raw + small(3).encode())
    assert isinstance(item, Quarantined)
    assert (item.source, item.position, item.raw, item.pmid) == ("test.nbib", 2, raw, pmid)
    assert reason in item.reason
    assert isinstance(first, Record)
    assert isinstance(last, Record)


def test_lines_before_the_first_record_are_quarantined() -> None:
    item, record = read("TI  - A record without its head.\nSO  - x\n" + small(1))
    assert isinstance(item, Quarantined)
    assert item.reason == "its first field is not PMID"
    assert record.pmid == "1"


@pytest.mark.parametrize("text", ["TY  - JOUR\nTI  - RIS\nER  - \n", "STAT- x\n"])
def test_text_without_a_record(text: str) -> None:
    with pytest.raises(InputError, match=r"test\.nbib: no record in it"):
        read(text)


@pytest.mark.parametrize("line", ["XMID- 2", "\0MID- 2", "PM", "TI  - T"])
def test_a_damaged_head_does_not_join_two_records(line: str) -> None:
    first, item, last = read(small(1) + small(2).replace("PMID- 2", line) + small(3))
    assert isinstance(item, Quarantined)
    assert [first, last] == read(small(1) + small(3))


def test_a_cut_file_is_noticed_by_its_last_field() -> None:
    whole = small(1) + small(2)
    assert len(read(whole[: whole.rindex("SO  -") + 7])) == 2
    with pytest.raises(InputError, match=r"it ends inside PMID 2 \(no SO field\): the file is cut"):
        read(whole[: whole.rindex("SO  -")])


def test_a_file_without_any_last_field_is_taken() -> None:
    text = "PMID- 1\nTI  - A\n\nPMID- 2\nTI  - B\n"
    assert [record.pmid for record in read(text)] == ["1", "2"]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"PMID- 1\n", True),
        (b"\n\r\nPMID- 1", True),
        (b"\xef\xbb\xbfPMID- 1", True),
        (b"OWN - NLM", True),
        (b"<PubmedArticleSet>", False),
        (b"1. J Ex. 2020.", False),
        (b"", False),
    ],
)
def test_looks_like_medline(head: bytes, expected: bool) -> None:
    assert looks_like_medline(head) is expected


@given(size=st.integers(1, 300))
def test_chunks_change_nothing(size: int) -> None:
    whole = FULL + "\n" + small(2)
    assert read(whole, size) == read(whole)


@given(at=st.integers(0, len(FULL) - 1), byte=st.integers(0, 255))
def test_a_changed_byte_never_crashes(at: int, byte: int) -> None:
    before = small(1) + "\n"
    data = (before + FULL + "\n" + small(3)).encode()
    place = len(before) + at
    try:
        items = read(data[:place] + bytes([byte]) + data[place + 1 :])
    except InputError:
        return
    assert all(isinstance(item, Record | Quarantined) for item in items)
    assert [items[0], items[-1]] == read(small(1) + small(3))


@given(text=st.text(max_size=300), size=st.integers(1, 50))
def test_any_text_is_a_record_quarantined_or_an_input_error(text: str, size: int) -> None:
    try:
        items = read(f"PMID- 1\nAB  - {text}", size)
    except InputError:
        return
    assert items
    assert all(isinstance(item, Record | Quarantined) for item in items)


@given(body=st.lists(st.sampled_from(["RESULTS: ", "AIM: ", "Words here. ", "VAS: 3. ", "of them ", "p = 0.05 "])))
def test_splitting_labels_loses_no_text(body: list[str]) -> None:
    abstract = "".join([*body, "The end."])
    record = read_one(f"PMID- 1\nAB  - {abstract}\n")
    kept = "".join(section.text for section in record.sections)
    without = (
        abstract if not record.sections or record.sections[0].label is None else re.sub("RESULTS:|AIM:", "", abstract)
    )
    assert kept.replace(" ", "") == without.replace(" ", "")
