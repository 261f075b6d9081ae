"""What the answers of a plug-in may change in a reading, and what not.

A vote against a claim lowers its confidence, a vote for it is only noted, and none touches its direction; a claim that is trusted too little afterwards is left out, as the
rules leave out their own. A proposal becomes a claim only where the rules say nothing on its topic; where they do, it is a
vote. It must quote the record, name concepts of the vocabulary and procedures of the record, and a "better" may not stand
in a sentence that the cues read as no difference. Nothing a plug-in says alone is trusted beyond ``CEILING``.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import replace

from ingest.abbreviations import abbreviations
from ingest.confidence import trusted
from ingest.cues import find_cues
from ingest.grounding import find_mentions
from ingest.plugins.protocol import Proposal, Reader, Vote
from ingest.sentences import split
from ingest.text import fold
from kg.comparators import comparator_class
from kg.model import Claim, Direction, Reading, Record, Sentence
from kg.vocabulary import load_vocabulary

__all__ = ["CEILING", "fault", "merge"]

CEILING = 0.5
"""The highest confidence of a claim that only a plug-in has read: none of them has been measured."""

_DISAGREES = -0.5
"""What a vote against a claim adds to its log-odds. A vote for it adds nothing: measured with the parser, raising by
agreement made the highest band of confidence less precise on every annotated set."""
_LOWEST, _HIGHEST = 0.01, 0.99
_SHORTEST_QUOTE = 12
_LAST_DAY = 36_500
_SILENT_ROLES = frozenset({"background", "objective", "methods"})
_DIRECTIONS: dict[str, frozenset[str]] = {
    "between": frozenset({"better", "worse", "no-difference", "reported"}),
    "within": frozenset({"better", "worse", "no-difference", "reported"}),
    "rate": frozenset({"reported", "none-observed"}),
}
_FLIPPED: dict[Direction, Direction] = {"better": "worse", "worse": "better"}
_log = logging.getLogger("spinekg.plugins")


def merge(reader: Reader, record: Record, reading: Reading) -> Reading:
    """Return a reading with what one plug-in says of it, as far as it may say it."""
    votes: dict[int, Vote] = {}
    added: list[Claim] = []
    sentences = split(record)
    for answer in reader.read(record, reading):
        if isinstance(answer, Vote):
            if 0 <= answer.claim < len(reading.claims):
                votes.setdefault(answer.claim, answer)
            continue
        if wrong := fault(answer, record, reading, sentences):
            _log.info("PMID %s: a claim of plug-in %s is refused: %s", record.pmid, reader.name, wrong)
            continue
        claim = _claim(answer, reader, record, reading)
        same = [i for i, other in enumerate(reading.claims) if _same_topic(claim, other)]
        if same:
            agreed = [i for i in same if _direction(claim, reading.claims[i]) == reading.claims[i].direction]
            for i in agreed or same:
                votes.setdefault(i, Vote(claim=i, agrees=bool(agreed), why=answer.why))
        elif not any(_same_topic(claim, other) for other in added):
            added.append(claim)
    if not votes and not added:
        return reading
    voted = (_voted(c, votes[i], reader) if i in votes else c for i, c in enumerate(reading.claims))
    kept = [claim for claim in (*voted, *added) if trusted(claim)]
    return replace(reading, claims=tuple(sorted(kept, key=lambda claim: claim.start)))


def _voted(claim: Claim, vote: Vote, reader: Reader) -> Claim:
    """Return a claim with the opinion told, and less confidence where it is against."""
    said = f"{reader.name} {'agrees' if vote.agrees else 'disagrees'}"
    reasons = (*claim.reasons, f"{said}: {vote.why}" if vote.why else said)
    return replace(claim, confidence=claim.confidence if vote.agrees else _lowered(claim.confidence), reasons=reasons)


def _lowered(confidence: float) -> float:
    odds = min(max(confidence, _LOWEST), _HIGHEST)
    return min(confidence, round(1 / (1 + math.exp(-math.log(odds / (1 - odds)) - _DISAGREES)), 2))


def fault(proposal: Proposal, record: Record, reading: Reading, sentences: Sequence[Sentence]) -> str | None:
    """Return why a proposal is refused, in a few words that quote nothing of the record; ``None`` when it may stand."""
    if len(proposal.quote) < _SHORTEST_QUOTE or "\n" in proposal.quote or _place(proposal, record) is None:
        return "its quote does not stand in the record"
    return (
        _unknown(proposal)
        or _odd(proposal)
        or _unnamed(proposal, record, reading)
        or _misplaced(proposal, record, sentences)
    )


def _place(proposal: Proposal, record: Record) -> int | None:
    if proposal.start is not None:
        return proposal.start if record.text.startswith(proposal.quote, max(proposal.start, 0)) else None
    at = record.text.find(proposal.quote)
    return at if at >= 0 else None


def _unknown(proposal: Proposal) -> str | None:
    known = load_vocabulary().by_kind
    if proposal.procedure not in known["procedure"] or proposal.comparator not in (None, *known["procedure"]):
        return "its procedure or comparator is not in the vocabulary"
    return None if proposal.outcome in known["outcome"] else "its outcome is not in the vocabulary"


def _odd(proposal: Proposal) -> str | None:
    if proposal.direction not in _DIRECTIONS.get(proposal.basis, ()):
        return "its basis and direction do not go together"
    if (proposal.basis == "between") is (proposal.comparator is None):
        return "a comparator belongs to basis between, and only there"
    days = proposal.followup_days
    if not all(isinstance(day, int) and not isinstance(day, bool) and 0 <= day <= _LAST_DAY for day in days):
        return "its follow-up is not in days"
    sure = proposal.confidence
    return None if isinstance(sure, int | float) and 0 <= sure <= 1 else "its confidence is not between 0 and 1"


def _unnamed(proposal: Proposal, record: Record, reading: Reading) -> str | None:
    """Refuse a procedure that neither the arms nor any words of the record name."""
    text, vocabulary = fold(record.text), load_vocabulary()
    named = {arm.procedure for arm in reading.arms} | {*reading.procedures, *reading.comparators}
    named |= {m.id for m in find_mentions(text, abbreviations(text)) if m.kind == "procedure"}
    for id in filter(None, (proposal.procedure, proposal.comparator)):
        if not any(
            vocabulary.is_a("procedure", other, id) or vocabulary.is_a("procedure", id, other) for other in named
        ):
            return "its procedure or comparator is not named in the record"
    return None


def _misplaced(proposal: Proposal, record: Record, sentences: Sequence[Sentence]) -> str | None:
    """Refuse what stands in aims, methods or background, and a "better" in a sentence of no difference."""
    start = _place(proposal, record) or 0
    around = [s for s in sentences if s.start < start + len(proposal.quote) and start < s.end]
    if not around or any(s.role in _SILENT_ROLES for s in around):
        return "its quote is not from the results"
    if proposal.basis == "between" and proposal.direction in _FLIPPED:
        cues = [cue for s in around for cue in find_cues(fold(s.text), 0, len(s.text))]
        if any(cue.kind in ("same", "noninferior", "unchanged") for cue in cues):
            return "its sentence speaks of no difference"
    return None


def _claim(proposal: Proposal, reader: Reader, record: Record, reading: Reading) -> Claim:
    start = _place(proposal, record) or 0
    words = {name: getattr(proposal, name) for name in ("measure", "effect", "p")}
    written = {name: text for name, text in words.items() if text and text in record.text}
    return Claim(
        pmid=record.pmid,
        procedure=proposal.procedure,
        comparator=proposal.comparator,
        comparator_class=comparator_class(load_vocabulary(), proposal.procedure, proposal.comparator),
        outcome=proposal.outcome,
        basis=proposal.basis,
        direction=proposal.direction,
        quote=proposal.quote,
        start=start,
        end=start + len(proposal.quote),
        indications=reading.indications,
        measure=written.get("measure"),
        noninferiority=proposal.noninferiority,
        hedged=proposal.hedged,
        followup_days=tuple(sorted(set(proposal.followup_days))),
        effect=written.get("effect"),
        p=written.get("p"),
        significant=proposal.significant,
        rule=f"{reader.name}:proposal",
        reasons=(f"read by plug-in {reader.name} {reader.version}, not by the rules", *filter(None, [proposal.why])),
        confidence=round(min(proposal.confidence, CEILING), 2),
    )


def _same_topic(one: Claim, other: Claim) -> bool:
    """Tell whether two claims speak of the same outcome and the same procedures, from whichever side."""
    sides = (one.procedure, one.comparator)
    turned = (one.comparator, one.procedure) if one.basis == "between" else sides
    return (
        one.basis == other.basis
        and _related("outcome", one.outcome, other.outcome)
        and any(_pair(each, (other.procedure, other.comparator)) for each in (sides, turned))
    )


def _direction(claim: Claim, other: Claim) -> Direction:
    """Return the direction of a claim as seen from the side of another on the same topic."""
    if _pair((claim.procedure, claim.comparator), (other.procedure, other.comparator)):
        return claim.direction
    return _FLIPPED.get(claim.direction, claim.direction)


def _pair(one: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> bool:
    return all(_related("procedure", a, b) for a, b in zip(one, other, strict=True))


def _related(kind: str, a: str | None, b: str | None) -> bool:
    if a is None or b is None:
        return a is b
    vocabulary = load_vocabulary()
    return vocabulary.is_a(kind, a, b) or vocabulary.is_a(kind, b, a)
