"""Abbreviations that a text defines itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.abbreviations import abbreviations


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Spinal cord stimulation (SCS) helps.", {"SCS": "Spinal cord stimulation"}),
        ("Spinal cord stimulation [SCS] helps.", {"SCS": "Spinal cord stimulation"}),
        ("SCS (spinal cord stimulation) helps.", {"SCS": "spinal cord stimulation"}),
        (
            "transforaminal epidural steroid injections (TFESIs)",
            {"TFESI": "transforaminal epidural steroid injections"},
        ),
        ("percutaneous vertebroplasty (PVP) and kyphoplasty", {"PVP": "percutaneous vertebroplasty"}),
        ("pulsed radiofrequency (PRF; n = 20)", {"PRF": "pulsed radiofrequency"}),
        ("cooled radiofrequency ablation (CRFA, n = 30)", {"CRFA": "cooled radiofrequency ablation"}),
        ("Open screws (open group, OG) were used.", {"OG": "open group"}),
        (
            "numeric rating scale (NRS) and Oswestry Disability Index (ODI)",
            {"NRS": "numeric rating scale", "ODI": "Oswestry Disability Index"},
        ),
        ("dorsal root ganglion (DRG) stimulation, later DRG (again)", {"DRG": "dorsal root ganglion"}),
        ("dexamethasone (DEX) or triamcinolone (TRI)", {"DEX": "dexamethasone", "TRI": "triamcinolone"}),
        ("10 mg of a drug (NS)", {}),
        ("the difference was large (CI 1 to 2)", {}),
        ("scores at L4 (n = 20) were low", {}),
        ("kyphoplasty (Medtronic, USA)", {}),
        ("vertebrae (T12)", {}),
        ("pain (P = 0.03)", {}),
        ("stimulation (SCS) helps", {}),
    ],
)
def test_pairs(text: str, pairs: dict[str, str]) -> None:
    assert abbreviations(text) == pairs


def test_the_first_definition_counts() -> None:
    text = "posterior lumbar interbody fusion (PLIF) and percutaneous lumbar internal fixation (PLIF)"
    assert abbreviations(text) == {"PLIF": "posterior lumbar interbody fusion"}


@given(st.text(alphabet="abcdefgh ()[],;ABCDEFGH0123.", max_size=120))
def test_every_pair_stands_in_the_text(text: str) -> None:
    for short, long in abbreviations(text).items():
        assert short in text
        assert long.split()[0] in text
        assert len(long) > len(short)
