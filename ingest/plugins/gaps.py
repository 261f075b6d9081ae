"""Fill what the rules left open: a comparison whose words, groups and outcome are known, but not how they belong together.

Only sentences of results and conclusions are looked at, and what the rules say on a topic stands (``merge``). By the tree, the group
under "than" is the other side, a group elsewhere on the same verb is the subject, and the outcome hangs on that verb too.
What the rules hold to be a trap, a plan or no difference is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.binding import BASELINE
from ingest.cues import CHANGES, COMPARATIVES, GRADED, Cue, find_cues
from ingest.grounding import Mention
from ingest.numbers import p_values
from ingest.outcomes import OutcomeHit, outcome_hits, settle_outcomes
from ingest.plugins.protocol import Proposal
from ingest.plugins.tree import at, compared, negated, together, verb
from ingest.polarity import judge
from ingest.sentences import split
from ingest.traps import MODEL, ONLY_BASELINE, PATIENT_FACTOR, PLANNED, PURPOSE
from kg.model import Reading, Record, Sentence
from kg.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

__all__ = ["CONFIDENCE", "gaps"]

CONFIDENCE = 0.5
"""What a filled gap is believed: no more than any claim that a plug-in has read alone."""

_TOLD = frozenset({"results", "conclusions"})
_DENIED = frozenset({"same", "noninferior", "unchanged", "none"})
_MODAL = frozenset({"may", "might", "could", "can", "would", "should", "will"})
_LONGEST = 400  # characters: what a parser can be trusted with


@dataclass(frozen=True, slots=True)
class _Named:
    """A group named in a sentence: its procedure and its place in the record."""

    procedure: str
    start: int


def gaps(
    parse: Callable[[str], Doc], record: Record, reading: Reading, text: str, mentions: Sequence[Mention]
) -> Iterator[Proposal]:
    """Yield a claim for each comparison that the tree binds and the rules did not; ``text`` is the record's folded."""
    if len({arm.procedure for arm in reading.arms}) < 2:
        return
    outcomes = settle_outcomes([m for m in mentions if m.kind == "outcome"])
    for sentence in split(record):
        if sentence.role not in _TOLD:
            continue
        cues, named = _cues(sentence, text), _named(sentence, text, reading, mentions)
        hits = [h for h in outcome_hits(outcomes, text, sentence.start, sentence.end) if h.sign and not _vague(h)]
        if cues and hits and len({n.procedure for n in named}) > 1:
            yield from _filled(parse(text[sentence.start : sentence.end]), sentence, cues, hits, named)


def _cues(sentence: Sentence, text: str) -> list[Cue]:
    """Return the words of comparison of a sentence, none where the rules see a trap or no difference."""
    body = text[sentence.start : sentence.end]
    if len(body) > _LONGEST or PLANNED.search(body):
        return []
    cues = find_cues(text, sentence.start, sentence.end)
    trap = any(p.search(body) for p in (MODEL, ONLY_BASELINE, PATIENT_FACTOR, BASELINE))
    untested = any(p.significant is False for p in p_values(text, sentence.start, sentence.end))
    if trap or untested or any(c.kind in _DENIED for c in cues):
        return []
    return [
        c
        for c in cues
        if c.kind in COMPARATIVES | CHANGES and not PURPOSE.search(text[max(sentence.start, c.start - 40) : c.start])
    ]


def _vague(hit: OutcomeHit) -> bool:
    """Return whether an outcome is no more than a word of praise, or a share of patients whose sign its words turn."""
    return hit.general or hit.id == "pain-responder" or hit.text.lower().startswith("saf")


def _named(sentence: Sentence, text: str, reading: Reading, mentions: Sequence[Mention]) -> list[_Named]:
    """Return where a sentence names the groups of the paper."""
    within = (m for m in mentions if m.kind == "procedure" and sentence.start <= m.start < sentence.end)
    found = [_Named(meant, m.start) for m in within if (meant := _arm(m.id, reading)) is not None]
    low = text.lower()
    for arm in reading.arms:
        for name in (n.lower() for n in arm.names if len(n) > 1):
            place = low.find(name, sentence.start, sentence.end)
            if place >= 0 and not low[place - 1 : place].isalnum():
                found.append(_Named(arm.procedure, place))
    return found


def _arm(id: str, reading: Reading) -> str | None:
    """Return the procedure of the one group that a name can mean, by the exact concept, else by the only related one."""
    ids = {arm.procedure for arm in reading.arms}
    if id in ids:
        return id
    vocabulary = load_vocabulary()
    near = [arm for arm in ids if vocabulary.is_a("procedure", id, arm) or vocabulary.is_a("procedure", arm, id)]
    return near[0] if len(near) == 1 else None


def _filled(
    doc: Doc, sentence: Sentence, cues: Sequence[Cue], hits: Sequence[OutcomeHit], named: Sequence[_Named]
) -> Iterator[Proposal]:
    """Yield what the tree binds in one sentence, each outcome once."""
    told = set()
    for cue in cues:
        head = at(doc, cue.start - sentence.start)
        sides = (
            None
            if head is None or negated(head) or _possible(head)
            else _sides(doc, sentence, head, named, loose=cue.kind in COMPARATIVES)
        )
        if head is None or sides is None:
            continue
        for hit in hits:
            sign = judge(replace(cue, kind=GRADED.get(("up", cue.kind), cue.kind)), hit)
            if not sign or hit.id in told or not together(head, at(doc, hit.start - sentence.start)):
                continue
            told.add(hit.id)
            yield Proposal(
                procedure=sides[0],
                comparator=sides[1],
                outcome=hit.id,
                basis="between",
                direction="better" if sign > 0 else "worse",
                quote=sentence.text,
                start=sentence.start,
                confidence=CONFIDENCE,
                why=f"by the tree, '{head.text}' compares the outcome of the two groups",
            )


def _possible(head: Token) -> bool:
    """Return whether a comparison is only thought possible: "could be lower"."""
    return any(child.lower_ in _MODAL for child in verb(head).children)


def _sides(
    doc: Doc, sentence: Sentence, head: Token, named: Sequence[_Named], *, loose: bool
) -> tuple[str, str] | None:
    """Return subject and other side of a comparison, each of one procedure only, or None.

    A change is compared by "than" and "compared with" only, a comparative also ``loose``ly by "versus".
    """
    mine = {t.i for t in verb(head).subtree}
    for under in compared(head, loose=loose):
        others = _under(doc, sentence, named, under)
        subjects = _under(doc, sentence, named, mine - under)
        if len(others) == len(subjects) == 1 and others != subjects:
            return subjects.pop(), others.pop()
    return None


def _under(doc: Doc, sentence: Sentence, named: Sequence[_Named], tokens: set[int]) -> set[str]:
    """Return the procedures named by some of the tokens."""
    held = ((n.procedure, at(doc, n.start - sentence.start)) for n in named)
    return {procedure for procedure, token in held if token is not None and token.i in tokens}
