"""Outcome mentions for the grammar: which count, which way is better, and what stands beside them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.grounding import Mention, find_mentions
from ingest.outcomes import OutcomeHit, inventory, outcome_hits, settle_outcomes


def settled(text: str) -> tuple[Mention, ...]:
    """Return the outcome mentions of a text, settled."""
    return settle_outcomes([m for m in find_mentions(text) if m.kind == "outcome"])


def hits(text: str) -> list[OutcomeHit]:
    """Return the outcomes a sentence names, the sentence being the whole record."""
    return outcome_hits(settled(text), text, 0, len(text))


def named(text: str) -> list[tuple[str, str]]:
    """Return (outcome, words) of each hit."""
    return [(h.id, h.text) for h in hits(text)]


@pytest.mark.parametrize(
    ("text", "sign", "inverse"),
    [
        ("The Oswestry Disability Index was read.", -1, False),
        ("Quality of life was read.", 1, False),
        ("Walking distance was read.", 1, False),
        ("Blood loss was read.", -1, False),
        ("The complications were read.", -1, False),
        # A name for the opposite side turns the sign.
        ("Pain relief was read.", 1, True),
        ("Treatment failure was read.", -1, True),
        ("The imaging findings were read.", 0, False),
    ],
)
def test_whether_more_is_better(text: str, sign: int, inverse: bool) -> None:
    (hit,) = hits(text)
    assert (hit.sign, hit.inverse) == (sign, inverse)


def test_a_neutral_name_has_no_better_side() -> None:
    mention = Mention(kind="outcome", id="pain-intensity", start=0, end=4, text="Pain")
    (plain,) = outcome_hits([mention], "Pain", 0, 4)
    (neutral,) = outcome_hits([replace(mention, neutral=True, inverse=True)], "Pain", 0, 4)
    assert (plain.sign, neutral.sign, neutral.inverse) == (-1, 0, False)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # A word that only means an outcome in context needs the outcome named in full somewhere; pain does not.
        ("Leakage was seen.", []),
        (
            "Cement leakage was sought. Leakage was seen.",
            [("cement-leakage", "Cement leakage"), ("cement-leakage", "Leakage")],
        ),
        ("The stay was short.", []),
        (
            "Hospital stay was noted. The stay was short.",
            [("hospital-stay", "Hospital stay"), ("hospital-stay", "stay")],
        ),
        ("Pain was mild.", [("pain-intensity", "Pain")]),
        ("Leg pain was mild.", [("leg-pain-intensity", "Leg pain")]),
    ],
)
def test_context_words_need_the_outcome_in_full(text: str, found: list[tuple[str, str]]) -> None:
    assert named(text) == found


def test_a_context_word_means_the_outcome_that_is_named_in_full() -> None:
    leak = Mention(
        kind="outcome", id="dural-tear", start=20, end=24, text="leak", strength="context", also=("cement-leakage",)
    )
    full = Mention(kind="outcome", id="cement-leakage", start=0, end=14, text="cement leakage")
    assert settle_outcomes([full, leak]) == (full, replace(leak, id="cement-leakage"))
    assert settle_outcomes([leak]) == ()


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Two serious events were reported.", True),
        ("Device related events were reported.", True),
        ("Two events were reported.", False),
    ],
)
def test_events_count_only_when_they_are_harmful(text: str, counts: bool) -> None:
    assert ("adverse-event" in {h.id for h in hits(text)}) is counts


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Three patients underwent surgery later.", True),
        ("Later surgery was avoided in most.", True),
        ("Two crossover visits were needed.", True),
        ("The surgery was done under general anaesthesia.", False),
        ("Patients treated surgically were older.", False),
    ],
)
def test_surgery_is_an_outcome_only_when_it_comes_again(text: str, counts: bool) -> None:
    assert ("reoperation" in {h.id for h in hits(text)}) is counts


@pytest.mark.parametrize(
    "text",
    [
        "Forty patients with pain were treated.",
        "Patients suffering severe pain were treated.",
        "Those with chronic pain were treated.",
        "People with a history of pain were treated.",
        "The management of pain was standard.",
    ],
)
def test_the_pain_patients_came_with_is_no_outcome(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Back and leg pain were lower.", ["back-pain-intensity", "leg-pain-intensity"]),
        ("Neck and arm pain were lower.", ["neck-pain-intensity", "arm-pain-intensity"]),
        ("Back or leg pain was lower.", ["back-pain-intensity", "leg-pain-intensity"]),
        ("Low back pain was lower.", ["back-pain-intensity"]),
        ("Leg pain was lower.", ["leg-pain-intensity"]),
        ("Back muscles hurt; knee pain was lower.", ["pain-intensity"]),
    ],
)
def test_two_sites_are_two_outcomes(text: str, found: list[str]) -> None:
    assert [h.id for h in hits(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The VAS for leg pain was lower.", ["leg-pain-intensity"]),
        ("Leg pain on the VAS was lower.", ["leg-pain-intensity"]),
        ("The VNRS for leg pain was lower.", ["leg-pain-intensity"]),
        ("The VAS was lower.", ["pain-intensity"]),
        # What is no scale stands beside the site.
        ("Analgesia and leg pain were better.", ["pain-intensity", "leg-pain-intensity"]),
        # A scale far from the pain it might measure stands for itself.
        (
            "The VAS was lower in every patient who came to the clinic in the first year after it, as was leg pain.",
            ["pain-intensity", "leg-pain-intensity"],
        ),
        # A general name of success gives way to what is meant.
        ("Outcomes were better, and so was disability.", ["disability"]),
        ("Outcomes were better.", ["treatment-success"]),
        # What is listed as a complication is not measured.
        ("Complications included back pain and sleep disturbance.", ["adverse-event"]),
        ("Complications and back pain were rare.", ["adverse-event", "back-pain-intensity"]),
    ],
)
def test_carriers_give_way_to_what_they_carry(text: str, found: list[str]) -> None:
    assert [h.id for h in hits(text)] == found


@pytest.mark.parametrize(
    ("text", "general"),
    [
        ("Outcomes were better.", True),
        ("Clinical results were better.", True),
        ("It was effective.", True),
        ("Global improvement was more frequent.", False),
        ("Good to excellent results were more frequent.", False),
        ("Disability was lower.", False),
    ],
)
def test_general_names_of_success(text: str, general: bool) -> None:
    assert [h.general for h in hits(text)] == [general]


def test_one_place_gives_an_outcome_once() -> None:
    mention = Mention(kind="outcome", id="disability", start=0, end=10, text="Disability")
    assert len(outcome_hits([mention, mention], "Disability", 0, 10)) == 1


def test_hits_stay_inside_the_span_asked_for() -> None:
    text = "Pain was lower. Disability was lower. Sleep was better."
    mentions = settled(text)
    start = text.index("Disability")
    assert [h.id for h in outcome_hits(mentions, text, start, start + 21)] == ["disability"]
    assert outcome_hits(mentions, text, start, start + 5) == []
    assert outcome_hits(mentions, text, start + 1, len(text) - 20) == []


def test_the_inventory_holds_each_measured_outcome_once_in_order() -> None:
    text = "Disability, the VAS, quality of life, imaging findings and outcomes were measured; disability again; pain."
    kept = inventory(hits("Outcomes were measured.") + hits(text))
    assert [h.id for h in kept] == ["disability", "pain-intensity", "quality-of-life"]
    assert [text[h.start : h.end] for h in kept] == ["Disability", "VAS", "quality of life"]


@pytest.mark.parametrize("odd", [{"weak": True}, {"general": True}, {"sign": 0}])
def test_the_inventory_leaves_out_what_is_not_surely_measured(odd: dict[str, bool]) -> None:
    hit = OutcomeHit(id="disability", start=0, end=10, sign=-1, text="Disability")
    assert inventory([hit]) == (hit,)
    assert inventory([replace(hit, **odd)]) == ()


WORDS = [
    "back",
    "leg",
    "pain",
    "VAS",
    "and",
    "relief",
    "complications",
    "including",
    "surgery",
    "outcomes",
    "later,",
    "with",
]


@given(st.lists(st.sampled_from([*WORDS, "patients", "stay", "disability", "ODI", "success"]), max_size=14))
def test_hits_are_in_order_whole_and_of_the_text(words: list[str]) -> None:
    text = " ".join(words)
    found = hits(text)
    assert [h.start for h in found] == sorted(h.start for h in found)
    assert all(text[h.start : h.end] == h.text and h.sign in (-1, 0, 1) for h in found)
    assert len({(h.id, h.start) for h in found}) == len(found)
