"""The summaries under ``tests/golden/summaries/``: what they are made of, and how they are made again.

``python tests/golden_summaries.py`` writes them anew; the change is then reviewed as text.
"""

from __future__ import annotations

from pathlib import Path

from evidence_samples import item, sample_evidence, summary_of

from kg.report import FORMATS, Setting, render
from kg.synthesis import Evidence, Summary
from kg.vocabulary import load_vocabulary

GOLDEN = Path(__file__).resolve().parent / "golden" / "summaries"
SETTING = Setting(version="0.1.0", searched=1200, on_topic=900, extractors=("spinekg-rules rules-1",))
FRACTURE = ("osteoporotic-vertebral-fracture",)


def evidence() -> list[Evidence]:
    """Return made-up evidence with something of everything: both tallies, harms, a review, a retraction."""
    first = {"study": "NCT00000001", "sample_size": 188, "year": 2015, "indications": FRACTURE}
    return [
        item("11", "better", followup_days=(30,), measure="VAS", effect="3.4 vs 5.1", p="P = 0.01", significant=True,
             quote="Pain was lower after the procedure (3.4 vs 5.1; P = 0.01).", **first),
        item("12", "no-difference", followup_days=(365,), p="P = 0.40", significant=False, start=4,
             quote="At 1 year the groups did not differ (P = 0.40).", corrected=True, **first | {"year": 2017}),
        item("21", "no-difference", followup_days=(30, 182), noninferiority=True, hedged=True, sample_size=None,
             languages=("fre",), year=2012, indications=("malignant-vertebral-fracture",),
             quote="Relief | was *similar* at 1 and 6 months and may be <equal>."),
        item("31", "worse", followup_days=(30,), retracted=True, year=2009,
             quote="Pain was higher after the procedure."),
        item("41", "better", design="systematic-review", sample_size=900, followup_days=(30,), year=2020,
             quote="Pooled pain was lower (MD -1.0)."),
        item("51", "better", procedure="kyphoplasty", comparator="vertebroplasty", outcome="cement-leakage",
             design="cohort-comparative", sample_size=60, year=2018, indications=FRACTURE,
             quote="Leakage was rarer after kyphoplasty."),
        item("11", "better", basis="within", followup_days=(30,), effect="8.1 to 3.4", start=80,
             quote="Pain fell from 8.1 to 3.4 at 1 month.", **first),
        item("11", "reported", basis="rate", outcome="cement-leakage", effect="16 of 94 patients", start=200,
             quote="=Cement leaked in 16 of 94 patients.", **first),
        item("61", "none-observed", basis="rate", outcome="infection", design="case-series", sample_size=40, year=2010,
             quote="No infection occurred."),
    ]  # fmt: skip


def cases() -> dict[str, Summary]:
    """Return the summaries by the stem of their files."""
    return {
        "vertebroplasty": summary_of(*evidence()),
        "nothing": summary_of(*evidence(), comparator="acupuncture"),
        "sample": summary_of(*sample_evidence(), comparator_class="sham"),
    }


def files() -> dict[str, str]:
    """Return every golden file's name and text."""
    vocabulary = load_vocabulary()
    return {
        f"{stem}.{'txt' if form == 'text' else form}": render(summary, form, vocabulary=vocabulary, setting=SETTING)
        for stem, summary in cases().items()
        for form in (FORMATS if stem == "vertebroplasty" else ("text",))
    }


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (GOLDEN / name).write_text(text, "utf-8")
