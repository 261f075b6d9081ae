"""Read clauses that leave out their predicate: "…, whereas leg pain was not"; "as did ODI"; "The same was true for sleep"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.binding import Sides
from ingest.clauses import Clause
from ingest.polarity import judge, turned
from ingest.scene import Finding, Scene
from ingest.screened import screened

__all__ = ["elliptic", "resumed_sides"]

# "Moreover, stay was shorter": said of the group that the sentence before was about.
_MOREOVER = re.compile(
    r"\W*(?:likewise|similarly|moreover|furthermore|additionally|in addition|also|besides|in the same way|correspondingly)\b",
    re.I,
)

_ALSO = screened(r"\b(?:was|were|had|is|are) also\b", re.I)
_TAIL = r"(?: (?:significantly|so|significant))?(?: \([^()]*\))?\W*$"
# "… whereas leg pain (P = .3) and ODI were not", "but ODI did not (P = .4)".
_DENIED = screened(rf"\b(?:was|were|did|had|has|is|are) not{_TAIL}", re.I)
_NOTHING_ELSE = re.compile(r"\b(?:patients?|complications?|required|requiring|who|which)\b", re.I)
_LEAD = r"\W*(?:(?:and|while|moreover|furthermore|likewise|similarly|also|again),? )*"
# "The same was true for …", "Similar results were found for …", "This was also the case for …".
_SAME = screened(
    rf"{_LEAD}(?:(?:the|this|a) (?:very )?same (?:(?:\w+ )?(?:pattern|trend|result|finding|difference|effect|picture|conclusion|observation)s? )?"
    r"|(?:a )?(?:similar|comparable|analogous|corresponding) (?:\w+ )?(?:results?|findings?|trends?|patterns?|differences?|effects?|observations?|benefits?) "
    r"|(?:this|it) (?=(?:was|is|were) (?:also|likewise|equally) ))"
    r"(?:(?:was|were|is|are|held|holds|applie[sd]|goes|went|could be|can be|also|likewise|equally|true|the case|so|seen|observed|found|noted|obtained|reported|recorded|made|said|detected|demonstrated|shown|again|here) ?){0,5}"
    r"(?:for|in|with|to|of|regarding|concerning|with (?:regard|respect) to|in terms of) (?:the |both |mean |all |a )*",
    re.I,
)
# "…, as did ODI", "and so was function".
_AS = re.compile(rf"{_LEAD}(?:as|so) (?:was|were|did|had|is|are) (?:the |both |mean |all |their )*", re.I)
_CHANGE_NOUN = re.compile(
    r"(?:improvement|reduction|restoration|correction|relief|recovery|decrease|increase|change|loss)s?\b", re.I
)
_GROUPS = re.compile(r"\b(?:groups?|arms?|both|either|subgroup|patients)\b", re.I)
_NEAR = 24  # characters: the outcome follows at once
_TOLD = frozenset({"better", "worse", "no-difference"})


def elliptic(scene: Scene, clause: Clause, before: Sequence[Finding]) -> Iterator[Finding]:
    """Yield what a clause without a predicate of its own says of its outcomes; ``before`` are the findings it leans on."""
    if not clause.outcomes or not before:
        return
    told = _last(before)
    if not told:
        return
    if not clause.cues and _DENIED.search(scene.text, clause.start, clause.end):
        if not _NOTHING_ELSE.search(scene.text, clause.start, clause.end):
            yield from _copied(scene, clause, told, denied=True)
        return
    m = _SAME.match(scene.text, clause.start, clause.end) or _AS.match(scene.text, clause.start, clause.end)
    if m is None or clause.refs:
        return
    if any(c.start >= m.end() and not _CHANGE_NOUN.match(scene.text, c.start) for c in clause.cues):
        return
    if clause.outcomes[0].start - m.end() <= _NEAR and not _GROUPS.search(scene.text, m.end(), clause.end):
        yield from _copied(scene, clause, told, denied=False)


def resumed_sides(scene: Scene, clause: Clause) -> Sides | None:
    """Return the sides of the sentence before where a sentence goes on about its subject without naming it: "Moreover, …"."""
    told = scene.carry.sides
    if told is None or any(c.refs for c in scene.clauses):
        return None
    if not (_MOREOVER.match(scene.sentence.text) or _ALSO.search(scene.text, clause.start, clause.end)):
        return None
    return replace(told, how="carried")


def _last(before: Sequence[Finding]) -> list[Finding]:
    """Return the comparisons, or else the changes, that the last cue before told of its first outcome, one per pair of groups."""
    between = [f for f in before if f.basis == "between" and f.direction in _TOLD]
    final = (between or [f for f in before if f.basis == "within" and f.direction in _TOLD])[-1:]
    same = [
        f
        for f in before
        if final and (f.cue, f.basis, f.outcome.id) == (final[0].cue, final[0].basis, final[0].outcome.id)
    ]
    return list({(f.arm, f.other): f for f in same}.values())


def _copied(scene: Scene, clause: Clause, told: Sequence[Finding], *, denied: bool) -> Iterator[Finding]:
    """Yield the findings ``told`` anew for each outcome of a clause; what a cue means follows the outcome."""
    for hit in (turned(h, clause, scene.text) for h in clause.outcomes):
        for old in told:
            direction = "no-difference" if denied else old.direction
            if (
                direction != "no-difference"
                and old.cue is not None
                and judge(old.cue, hit) != judge(old.cue, old.outcome)
            ):
                continue  # "Pain was lower, as was satisfaction": nobody says which way is meant
            made = scene.make(clause, None, hit, old.basis, direction, old.arm, old.other, "ellipsis", how=old.how)
            yield (
                replace(made, cue=old.cue)
                if made.times or not old.times
                else replace(made, cue=old.cue, times=old.times)
            )
