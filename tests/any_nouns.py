"""Readings and claims as hypothesis makes them: any text, any order, repeats and all."""

from __future__ import annotations

from hypothesis import strategies as st

from kg.model import Arm, Claim, Reading

PMID = "99000001"

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
name = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
names = st.lists(name, max_size=3).map(tuple)
maybe_text = st.none() | text

any_claim = st.builds(
    Claim,
    pmid=st.just(PMID),
    procedure=name,
    outcome=name,
    basis=st.sampled_from(["between", "within", "rate"]),
    direction=st.sampled_from(["better", "worse", "no-difference", "reported", "none-observed"]),
    quote=text,
    start=st.integers(0, 5000),
    end=st.integers(0, 5000),
    comparator=st.none() | name,
    comparator_class=st.none() | name,
    indications=names,
    measure=maybe_text,
    noninferiority=st.booleans(),
    hedged=st.booleans(),
    followup_days=st.lists(st.integers(0, 9000), max_size=3).map(tuple),
    effect=maybe_text,
    p=maybe_text,
    significant=st.none() | st.booleans(),
    axes=st.lists(st.tuples(name, name), max_size=3).map(tuple),
    rule=text,
    reasons=st.lists(text, max_size=12).map(tuple),
    confidence=st.floats(0, 1),
)
any_reading = st.builds(
    Reading,
    pmid=st.just(PMID),
    scope=st.sampled_from(["on", "adjacent", "off"]),
    design=st.sampled_from(["randomised-trial", "case-series", "other"]),
    sample_size=st.none() | st.integers(0, 10**6),
    n_studies=st.none() | st.integers(0, 900),
    procedures=names,
    comparators=names,
    indications=names,
    claims=st.lists(any_claim, max_size=4).map(tuple),
    registry_ids=names,
    arms=st.lists(
        st.builds(Arm, procedure=name, names=names, size=st.none() | st.integers(0, 999), index=st.booleans()),
        max_size=3,
    ).map(tuple),
    flags=names,
)
