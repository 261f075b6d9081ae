"""Tell where the conclusion of a paper contradicts its own result between groups.

Two forms are told, both rare and both only where nothing speaks against them: *superior*, groups did not differ and
the conclusion sets one above the other; *effective*, a treatment did no better than sham, placebo or nothing and the
conclusion calls it effective. See Boutron, JAMA 2010, doi:10.1001/jama.2010.651. Words are data (``cues/spin.toml``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ingest.abbreviations import abbreviations
from ingest.cue_files import read_cues, read_table
from ingest.cues import find_cues
from ingest.grounding import Mention, find_mentions
from ingest.outcome_kinds import outcome_kinds
from ingest.outcomes import OutcomeHit, outcome_hits, settle_outcomes
from ingest.screened import Screened, screened
from ingest.sentences import split
from ingest.text import fold, lower
from ingest.traps import AT_START, BY_OUTCOME, ONLY_BASELINE, PLANNED
from kg.model import Claim, Design, Reading, Record, Sentence
from kg.vocabulary import load_vocabulary

__all__ = ["COMPARED", "Spin", "find_spin", "spin_of"]

Kind = Literal["superior", "effective"]

COMPARED: frozenset[Design] = frozenset({"randomised-trial", "nonrandomised-trial", "cohort-comparative"})
"""Designs whose own groups are compared: only these can have spin."""

_INACTIVE = frozenset({"sham-procedure", "placebo-injection", "no-treatment"})
_VERDICTS: tuple[tuple[Kind, str], ...] = (
    ("superior", "more_effective"),
    ("superior", "superior"),
    ("effective", "effective"),
)
_COMPARATIVES = frozenset({"up", "down", "good", "bad", "differs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spin:
    """A conclusion and the result it contradicts; ``said`` are the words of the conclusion that do so."""

    kind: Kind
    result: Sentence
    conclusion: Sentence
    said: str


@cache
def _words(table: str) -> Screened:
    rows = read_cues("spin", table, {"name": str, "pattern": str, "example": str})
    return screened("|".join(row["pattern"] for row in rows))


@cache
def _benefits() -> frozenset[str]:
    return frozenset(read_table("spin")["benefits"])


def find_spin(
    text: str, sentences: Sequence[Sentence], outcomes: tuple[Mention, ...], comparators: Collection[str], claims: Iterable[Claim] = ()
) -> Spin | None:  # fmt: skip
    """Return the spin of a comparative study, None where nothing or too little tells of any.

    ``text`` is the record's folded text, ``outcomes`` its outcome mentions, ``comparators`` the ids of what the
    index procedure is compared with, ``claims`` what was read. Any finding between groups rules spin out, unless the
    outcome that did not differ is called the primary one.
    """
    verdicts = _verdicts(sentences, inactive=bool(_INACTIVE.intersection(comparators))) if comparators else []
    results = [s for s in sentences if s.role in ("results", "unknown")]
    nulls = [s for s in results if _null(text, s, outcomes) and not PLANNED.search(s.text)] if verdicts else []
    if not nulls:
        return None
    primary = [s for s in nulls if _words("primary").search(lower(s.text))]
    found = [] if primary else [s for s in results if _found(text, s)]
    differ = _Found(
        named=frozenset(h.id for s in found for h in _hits(text, s, outcomes)) | _differing(() if primary else claims),
        vague=any(not _hits(text, s, outcomes) for s in found),
    )
    for kind, sentence, said in verdicts:
        concluded = {h.id for h in _hits(text, sentence, outcomes)} - outcome_kinds().process
        result = _contradicted(concluded, primary or nulls, differ, text, outcomes)
        if result is not None:
            return Spin(kind=kind, result=result, conclusion=sentence, said=said)
    return None


def _verdicts(sentences: Sequence[Sentence], *, inactive: bool) -> list[tuple[Kind, Sentence, str]]:
    """Return what the conclusions say for one treatment, with the words; nothing where they concede anything."""
    closing = [(s, lower(s.text)) for s in sentences if s.role == "conclusions"]
    if any(_words("concession").search(low) for _, low in closing):
        return []
    made: list[tuple[Kind, Sentence, str]] = []
    for sentence, low in closing:
        if PLANNED.search(sentence.text) or _words("aside").search(low):
            continue
        for kind, table in _VERDICTS:
            plain = table == "more_effective" or not _words("merits").search(low)
            told = _words(table).search(low) if plain and (kind == "superior" or inactive) else None
            if told:
                made.append((kind, sentence, sentence.text[told.start() : told.end()]))
                break
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The outcomes in which groups differed; ``vague`` when a difference names no outcome."""

    named: frozenset[str]
    vague: bool


def _contradicted(
    concluded: set[str], nulls: Sequence[Sentence], differ: _Found, text: str, outcomes: tuple[Mention, ...]
) -> Sentence | None:
    """Return the result that a conclusion on these outcomes (none: on the whole) contradicts."""
    if differ.vague:
        return None
    if not concluded:
        return None if differ.named else nulls[0]
    if any(_related(concluded, {outcome}) for outcome in differ.named):
        return None
    for sentence in nulls:
        spared = {h.id for h in _hits(text, sentence, outcomes)}
        if not spared or all(_related({outcome}, spared) for outcome in concluded):
            return sentence
    return None


def _hits(text: str, sentence: Sentence, outcomes: tuple[Mention, ...]) -> list[OutcomeHit]:
    return [h for h in outcome_hits(outcomes, text, sentence.start, sentence.end) if not h.general]


def _null(text: str, sentence: Sentence, outcomes: tuple[Mention, ...]) -> bool:
    """Return whether a sentence says that groups did not differ after treatment in what treatment is for."""
    low = lower(sentence.text)
    if (
        _words("found").search(low)
        or not _words("compares").search(low)
        or any(t.search(sentence.text) for t in (ONLY_BASELINE, AT_START, BY_OUTCOME))
    ):
        return False
    if not any(cue.kind == "same" for cue in find_cues(text, sentence.start, sentence.end)):
        return False
    hits = {hit.id for hit in _hits(text, sentence, outcomes)}
    return not hits or _related(hits, _benefits())


def _found(text: str, sentence: Sentence) -> bool:
    """Return whether a sentence may tell of a difference between groups."""
    low = lower(sentence.text)
    if _words("found").search(low):
        return True
    kinds = {cue.kind for cue in find_cues(text, sentence.start, sentence.end)}
    return bool(kinds & _COMPARATIVES and _words("compares").search(low))


def _differing(claims: Iterable[Claim]) -> frozenset[str]:
    """Return the outcomes in which one group was better than another."""
    return frozenset(
        c.outcome
        for c in claims
        if c.basis == "between" and c.direction in ("better", "worse") and c.significant is not False
    )


def _related(some: Collection[str], others: Collection[str]) -> bool:
    """Return whether one of some outcomes is one of others, or above or below it."""
    is_a = load_vocabulary().is_a
    return any(is_a("outcome", a, b) or is_a("outcome", b, a) for a in some for b in others)


def spin_of(record: Record, reading: Reading) -> Spin | None:
    """Return the spin that the ``spin`` of a reading stands for, read again from its record."""
    if "spin" not in reading.flags:
        return None
    text = fold(record.text)
    outcomes = settle_outcomes([m for m in find_mentions(text, abbreviations(text)) if m.kind == "outcome"])
    return find_spin(text, split(record), outcomes, reading.comparators, reading.claims)
