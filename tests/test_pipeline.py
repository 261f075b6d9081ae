"""The whole extractor on one record: the same reading twice, quotes that can be cut again, silence where it is due."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from arm_samples import record
from hypothesis import given, settings
from hypothesis import strategies as st

import ingest.pipeline
from ingest.medline import read_source
from ingest.pipeline import EXTRACTOR_VERSION, read_record, read_records
from ingest.sentences import split
from ingest.text import fold
from kg.model import Design, Reading, Record, Scope, Term
from kg.vocabulary import load_vocabulary

RF, SHAM = "facet-radiofrequency-ablation", "sham-procedure"
LOWER = "Pain was lower after radiofrequency denervation than after sham at 3 months (2.1 vs 4.3, P = 0.01)."


def trial(title: str = "Radiofrequency denervation or sham for lumbar facet joint pain", **sections: str) -> Record:
    """Return a randomised trial of two groups of forty."""
    methods = (
        "Eighty patients with lumbar facet joint pain were randomised to fluoroscopy-guided "
        "radiofrequency denervation (n = 40) or sham (n = 40)."
    )
    made = record(title, **{"methods": methods, "results": LOWER, **sections})
    return replace(made, pmid="20000001", publication_types=(Term(name="Randomized Controlled Trial"),))


def sound(made: Record, reading: Reading) -> None:
    """Check what holds for every reading of every record."""
    assert reading.pmid == made.pmid
    assert reading.scope in get_args(Scope)
    assert reading.design in get_args(Design)
    vocabulary, roles = load_vocabulary(), {s.start: s.role for s in split(made)}
    folded, parts = fold(made.text), [(0, len(made.title)), *((s.start, s.start + len(s.text)) for s in made.sections)]
    keys = [(c.procedure, c.comparator, c.outcome, c.basis, c.direction, c.followup_days) for c in reading.claims]
    assert len(set(keys)) == len(keys)
    assert [c.start for c in reading.claims] == sorted(c.start for c in reading.claims)
    for claim in reading.claims:
        assert claim.pmid == made.pmid
        assert made.text[claim.start : claim.end] == claim.quote
        assert any(start <= claim.start < claim.end <= end for start, end in parts)
        # A conclusion may take the p value of results that give nothing else.
        told = made.text if roles[claim.start] == "conclusions" else claim.quote
        assert claim.p is None or claim.p in told.replace("&lt;", "<").replace("&gt;", ">")
        assert claim.effect is None or (claim.effect in claim.quote and any(c.isdigit() for c in claim.effect))
        assert claim.measure is None or claim.measure in folded
        assert (claim.comparator is None) == (claim.basis != "between")
        assert (claim.comparator_class is None) <= (claim.comparator is None)
        assert (claim.direction == "none-observed") <= (claim.basis == "rate")
        assert (claim.basis == "rate") <= (claim.direction in ("reported", "none-observed"))
        assert claim.procedure in {arm.procedure for arm in reading.arms}
        assert vocabulary.concept("outcome", claim.outcome).id == claim.outcome
        assert 0.0 <= claim.confidence <= 1.0
        assert claim.rule
        assert len(claim.reasons) == 4


def test_a_trial_is_read_whole() -> None:
    made = trial()
    reading = read_record(made)
    assert (reading.pmid, reading.scope, reading.design) == ("20000001", "on", "randomised-trial")
    assert (reading.procedures, reading.comparators) == ((RF,), (SHAM,))
    assert (reading.sample_size, reading.n_studies) == (80, None)
    assert [arm.procedure for arm in reading.arms] == [RF, SHAM]
    (claim,) = reading.claims
    assert (claim.procedure, claim.comparator, claim.comparator_class) == (RF, SHAM, "sham")
    assert (claim.outcome, claim.basis, claim.direction) == ("pain-intensity", "between", "better")
    assert (claim.effect, claim.p, claim.significant) == ("2.1 vs 4.3", "P = 0.01", True)
    assert (claim.followup_days, claim.quote) == ((90,), LOWER)
    assert claim.indications == reading.indications != ()
    assert claim.axes == (("guidance", "fluoroscopy"), ("region", "lumbar"))


def test_a_sentence_that_names_another_variant_has_that_one() -> None:
    (claim,) = read_record(trial(results=LOWER.replace("Pain", "With ultrasound pain"))).claims
    assert claim.axes == (("guidance", "ultrasound"), ("region", "lumbar"))


RATS = "Forty rats were randomised to radiofrequency denervation or sham."
SILENT = [
    ("off", "Labour analgesia: epidural or spinal", {"results": "Pain was lower with epidural analgesia."}, ()),
    ("protocol", "Radiofrequency denervation or sham for facet joint pain: protocol of a randomised trial", {}, ()),
    ("correspondence", "Radiofrequency denervation or sham for facet joint pain", {}, ("Letter",)),
    ("correspondence", "Radiofrequency denervation or sham for facet joint pain", {}, ("Comment", "Editorial")),
    ("preclinical", "Radiofrequency denervation or sham in rats with facet joint pain", {"methods": RATS}, ()),
]  # fmt: skip


@pytest.mark.parametrize(("why", "title", "sections", "types"), SILENT)
def test_what_yields_no_claim(why: str, title: str, sections: dict[str, str], types: tuple[str, ...]) -> None:
    made = trial(title, **sections)
    loud = read_record(trial())
    silent = read_record(replace(made, publication_types=tuple(Term(name=name) for name in types)))
    assert why in (silent.scope, silent.design)
    assert (len(loud.claims), silent.claims) == (1, ())


@pytest.mark.parametrize("design", get_args(Design))
def test_designs_that_find_nothing_are_silent(monkeypatch: pytest.MonkeyPatch, design: Design) -> None:
    monkeypatch.setattr(ingest.pipeline, "classify_design", lambda _: design)
    monkeypatch.setattr(ingest.pipeline, "classify_scope", lambda *_: "on")
    silent = design in {"protocol", "correspondence", "preclinical"}
    made = trial(results="Two trials showed that radiofrequency denervation reduced pain.")
    assert (read_record(made).claims == ()) is silent


@pytest.mark.parametrize(("scope", "claims"), [("on", 1), ("adjacent", 0), ("off", 0)])
def test_only_records_in_scope_make_claims(monkeypatch: pytest.MonkeyPatch, scope: Scope, claims: int) -> None:
    monkeypatch.setattr(ingest.pipeline, "classify_scope", lambda *_: scope)
    assert len(read_record(trial()).claims) == claims


def test_a_silent_record_still_says_what_it_is_about() -> None:
    made = trial("Radiofrequency denervation or sham for facet joint pain: protocol of a randomised trial")
    reading = read_record(replace(made, publication_types=(Term(name="Clinical Trial Protocol"),)))
    assert (reading.design, reading.procedures, reading.comparators) == ("protocol", (RF,), (SHAM,))


def test_records_are_read_in_order() -> None:
    records = [replace(trial(), pmid=str(n)) for n in (3, 1, 2)]
    assert [r.pmid for r in read_records(records)] == ["3", "1", "2"]


def test_records_are_read_one_by_one() -> None:
    readings = read_records(replace(trial(), pmid=str(n)) for n in (1, 0))
    assert next(readings).pmid == "1"


def test_the_version_is_named() -> None:
    assert EXTRACTOR_VERSION.startswith("rules-")


def test_a_record_without_text_is_read_as_empty() -> None:
    reading = read_record(Record(pmid="1", title="", text=""))
    assert (reading.scope, reading.claims, reading.arms, reading.procedures) == ("off", (), (), ())


WORDS = [
    "Pain", "disability", "VAS", "ODI", "complications", "vertebroplasty", "sham", "placebo", "both groups", "group A",
    "than", "versus", "was lower", "was higher", "improved", "did not differ", "fell from 7 to 3", "(P = 0.01)",
    "p<0\u00b7001",
    "95% CI -2.0 to -0.8", "at 3 months", "no", "not", "and", "but", "whereas", ";", ".", ",", "(", ")", "[", "(SCS)",
    "spinal cord stimulation", "patients were randomised to", "12%", "3 of 40", "RESULTS:", "CONCLUSION:", "\n",
    "\u2212",
    "\u2009", "\U0001d45d", "\u0130", "&lt;", "?", "chronic low back pain", "the injection", "other", "n.s.",
]  # fmt: skip
SECTION = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join) | st.text(max_size=80)
LABELS = ("objective", "methods", "results", "conclusions", "abstract")


@settings(max_examples=120)
@given(
    SECTION,
    st.dictionaries(st.sampled_from(LABELS), SECTION, max_size=4),
    st.sampled_from(["", "Randomized Controlled Trial", "Review", "Case Reports"]),
)
def test_whatever_the_text_the_reading_is_sound_and_the_same_twice(
    title: str, sections: dict[str, str], type_: str
) -> None:
    made = record(title, **sections)
    made = replace(made, publication_types=(Term(name=type_),) if type_ else ())
    reading = read_record(made)
    sound(made, reading)
    assert read_record(replace(made)) == reading


LOUD = "Patients with lumbar facet joint pain were randomised to radiofrequency denervation or sham."


@settings(max_examples=120)
@given(st.lists(SECTION, min_size=1, max_size=4))
def test_whatever_a_trial_reports_its_claims_are_sound(results: list[str]) -> None:
    made = trial(methods=LOUD, results=". ".join([LOWER, *results]))
    reading = read_record(made)
    sound(made, reading)
    assert read_record(made) == reading


@pytest.mark.parametrize("module", ["spacy", "rdflib", "pyoxigraph", "httpx2", "scipy"])
def test_importing_loads_no_heavy_library(module: str) -> None:
    program = f"import sys, ingest.pipeline; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_preparing_loads_what_reading_needs() -> None:
    program = "import sys, ingest.pipeline as p; p.prepare(); sys.exit('spacy' not in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.shared
def test_every_claim_of_the_real_records_can_be_cut_from_its_record(shared: Path) -> None:
    records = [item for item in read_source(shared / "corpus" / "spine.xml.gz") if isinstance(item, Record)]
    claims = 0
    for made, reading in zip(records, read_records(records), strict=True):
        sound(made, reading)
        claims += len(reading.claims)
    assert claims > len(records)
