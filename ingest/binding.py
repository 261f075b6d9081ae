"""Which outcomes a cue speaks of, and which arm is its subject."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.arms import ArmTable, Reference
from ingest.clauses import Clause
from ingest.cues import CHANGES, COMPARATIVES, Cue
from ingest.outcome_kinds import outcome_kinds
from ingest.outcomes import OutcomeHit
from ingest.screened import screened
from ingest.spared import spared

__all__ = [
    "BASELINE",
    "Sides",
    "all_arms",
    "bind",
    "joined",
    "mentioned_arms",
    "sides",
    "strange",
    "versus_arm",
]

_ALL_ARMS = re.compile(
    r"\b(?:(?:in|for|of|within|by|across|between|from|after) (?:(?:both|all|each|either|(?:the )?(?:two|2|three|3)(?! of\b)|all three|every)(?: of (?:the|these))?(?: \w+){0,2}? ?(?:groups?|arms?|treatments?|cohorts?|techniques?|procedures?|methods?|modalities|interventions?|blocks?|injections?)\b|both\b(?!\s+(?:[\w-]+\s+){1,4}?(?:and|or)\b))|both (?:\w+ )?(?:groups?|arms?|treatments?|techniques?|procedures?|methods?|cohorts?|interventions?|modalities)|(?:all|each|either|the two|the three|all three) (?:\w+ )?(?:groups?|arms?|treatments?|techniques?)|(?:all|both) patients(?! (?:[\w-]+ ){0,4}?(?:in|of|from) (?:the )?(?:\S+ ){0,2}(?:group|arm)\b)|groups? alike|neither (?:of the )?(?:\w+ )?(?:groups?|arms?|treatments?|techniques?|procedures?|cohorts?)|none of (?:the|these) (?:\w+ ){0,2}?(?:groups|arms|treatments|techniques|procedures|methods|approaches|routes|cohorts|interventions|modalities)|no (?:single |one )?(?:treatment|technique|procedure|method|approach|route|group) (?:was|is|proved|showed|had|emerged)|(?:irrespective(?:ly)?|regardless|independent(?:ly)?) (?:of|from) (?:the )?(?:\w+ ){0,2}(?:group|treatment|arm|allocation|assignment))",
    re.I,
)
_ALL_WORDS = (
    "both",
    "all",
    "each",
    "either",
    "two ",
    "three ",
    "2 group",
    "3 group",
    "every",
    "alike",
    "neither",
    "none of",
    "no ",
    "irrespective",
    "regardless",
    "independent",
)
BASELINE = screened(
    r"(?<!according )(?<!regard )(?<!regards )(?<!respect )(?<!terms )(?<!relation )(?<!differences )(?<!difference )\b(?:(?:than|with(?! (?:respect|regard|reference))|to|from|versus|vs\.?|over|against|of) (?:\w+ ){0,4}?(?:baseline|pre-?(?:operative|op|treatment|procedur\w+|injection|intervention\w*|surgical|surgery|therapy|block)(?:ly)?|before|initial|admission|preoperatively|pretreatment)\b|from baseline|compared (?:with|to) before|(?:than|compared (?:with|to)) (?:those|that|the values?|the scores?) (?:obtained |measured |seen )?(?:immediately|directly|shortly|just|early) (?:after|following|post\w*)|before (?:the )?(?:treatment|surgery|operation|procedure|injection|intervention|implantation)|pre-?operative(?:ly)? (?:\w+ ){0,2}(?:to|and) post-?operative|pre- (?:to|and) post)",
    re.I,
)
_THAN = screened(
    r"\b(?:than|(?:superior|inferior|preferable|preferred) to|alternative to(?=[^.;,]{3,60}, (?:with|because|since|as|offering|providing|having)\b)|compared (?:with|to)|as compared (?:with|to)|in comparison (?:with|to)|when compared (?:with|to)|versus|vs\.?|relative to|as opposed to|over|against|(?:(?<=different )|(?<=differ )|(?<=differed )|(?<=differed significantly )|(?<=distinct ))from|rather than|comparing with|in contrast to)\b",
    re.I,
)
# "over placebo" compares, "over two years … with vertebroplasty" does not.
_LOOSE = frozenset({"over", "against", "from", "versus", "vs", "vs."})
_DIRECT = re.compile(
    r"\s*(?:the |(?:the )?changes? (?:in|during|with|after) (?:the )?|that (?:of|in|with) (?:the )?|those (?:of|in|with|after) (?:the )?|a |an |in (?:the )?|with (?:the )?|\d[^a-z]{0,18}(?:in|for|of|with|after) (?:the )?|(?:patients|those|subjects) (?:in|with|receiving|treated with|who received) (?:the )?)?",
    re.I,
)
_SAID_IN = re.compile(r"(?: \([^()]{1,30}\))?(?: [a-z-]+){0,4} (?:in|for|with|after|of|favou?ring)(?: the)? ?", re.I)
_SAID_OF = re.compile(
    r"(?:'s)?(?: (?:group|arm|patients))?(?: \w+){0,2} (?:had|has|have|showed|shows?|achieved|experienced|reported|demonstrated|provided|yielded|resulted in|led to|was|were)(?: [a-z-]+){0,3} ?",
    re.I,
)
# "Lasting more than two weeks" is an amount.
_AMOUNT = re.compile(
    r"\s+(?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|half|once|twice|expected)\b|an? (?:single |full )?(?:hour|day|week|month|year|third|quarter|half)\b)",
    re.I,
)
_STRANGER = re.compile(
    r"(?<!other )\bthan (?!(?:the|those|that|this|these|in|at|on|by|of|for|from|with|when|a|an|any|after|before|during|within|pre\w*|post\w*|baseline|initial\w*|expected|"
    r"other\w*|half|once|twice|usual|normal|patients?|subjects|controls?|average|predicted|groups?|arms?|either|all|one|two|three|both|previous\w*|reported|"
    r"placebo|sham|their|its|it|what|\w+ (?:to|before|after|years|months|points|percent|weeks|days))\b)(?=[a-z][a-z-]{3})|"
    r"\bthan (?:(?:the|those|that|in|of|with|for|after|patients|ones|who|were) ){0,4}(?=(?:non-?operat\w+|un-?treated|non-?surgical\w*|no treatment)\b)|"
    r"\b(?:than|(?:superior|inferior|compared|relative) (?:to|with)|versus|vs\.?|(?<=superior )to|(?<=inferior )to) (?:the )?(?=(?-i:[A-Z][A-Z0-9]+)\b)(?!(?:VAS|NRS|ODI|SF)\b)",
    re.I,
)
# "Than after laminectomy", "than in those who took morphine".
_STRANGE_GROUP = re.compile(
    r"\bthan (?:after|with|in|for|of|by|among|following)(?: (?:the|those|patients|subjects|that|who|were|had|was|treated|given|receiving|taking|took|received|having|with|after|undergoing|underwent))* "
    r"(?!(?:the|those|that|this|these|a|an|any|baseline|initial\w*|other\w*|another|half|once|twice|usual|normal|patients?|subjects|controls?|average|either|all|one|two|three|both|"
    r"previous\w*|placebo|sham|their|its|it|what|group\w*|non-?\w+|without|before|men|women|years?|months?|weeks?|days?|\d\S*|[a-z]|\w+ (?:group|arm|cohort|patients|treatment))\b)(?=[a-z][a-z-]{3})",
    re.I,
)
# "Compared with morphine, A was better": who is named before the comma is the other side, whether it is an arm or not.
_LEADING = re.compile(
    r"\W*(?:and |but |however,? |(?:as|when|if) )?(?:in )?(?:compared|comparison|relative|contrast|contrary) (?:with|to) "
    r"(?P<other>[^,;]{3,60}), ",
    re.I,
)
_SIDE = re.compile(
    r"\b(?:groups?|arms?|techniques?|methods?|approach|treatments?|care|controls?|procedures?|conventional|others?|baseline|before|pre-?\w*)\b",
    re.I,
)
# "As opposed to a significantly longer stay": the comparative is said of the group behind it.
_OF_RIVAL = screened(
    r"\b(?:compared (?:with|to)|as opposed to|in contrast (?:with|to)|against|versus|vs\.?|while|whereas) an? (?:\w+ly |much |far )?$",
    re.I,
)
_BEATS = re.compile(r"outperform|exceed|outlast", re.I)
_FAVOUR = re.compile(r"favou?r|advantage|superiority", re.I)
_REST = re.compile(r"\b(?:others?|remaining|rest|controls?|compar\w+|than)\b", re.I)
_GRADING = COMPARATIVES | {"same"}
_FLAT = re.compile(r"^\s*(?:,|and\b|;)", re.I)
_VERBS = re.compile(r"\b(?:was|were|is|are|had|has|did|showed|than|may|might|could|can)\b", re.I)

_JOINED = re.compile(
    r"(?: (?:groups?|patients|arms?|injections?))?(?: and|, and| or)(?: (?:in|with|after|for|of|to|the|than|group))* ?",
    re.I,
)


# "… was favourable: pain was lower": what stands after the colon is another statement.
_LABELLED = re.compile(r"\b(?:was|were|is|are|had)\b[^:]*: ", re.I)
_FOR_OUTCOME = re.compile(
    r"^ (?:than|to|over) [^,;:]{1,60} (?:in|for|in terms of|regarding|concerning|with (?:respect|regard) to|on) (?:\w+ ){0,3}$",
    re.I,
)
# "Restoration of height and reduction in kyphosis": a noun has its own outcome behind it.
_OF_NEXT = re.compile(
    r"(?:reductions?|decreases?|increases?|improvements?|declines?|restoration|correction) (?:in|of) (?![-\d])", re.I
)
# "The ODI change was -12.9 and -1.1, and utility rose": a value has been given, the verb is of the next outcome.
_VALUED = re.compile(
    r"\b(?:was|were|averaged) -?\d[^;]*(?:,|\)) ?(?:respectively ?(?:\([^()]*\))?)?,? and (?!(?:this|it|these|they|that|then|had|has|was|were|fell|rose|\w+ed)\b)",
    re.I,
)
_AND_ALSO = re.compile(r",|\band\b", re.I)
# "The reduction of spasticity led to a marked pain reduction": what follows is another change.
_LED_TO = re.compile(r"\b(?:led|leads|leading|resulted|results|resulting|translated|translates) (?:to|in|into)\b", re.I)
_AS = re.compile(r"\s+as\b", re.I)


@dataclass(frozen=True, slots=True)
class Sides:
    """Arm ``subject`` against arm ``other``; ``how`` says what told them apart ("than", "in", "carried", "most", "default")."""

    subject: int
    other: int
    how: str


def _home(outcome: OutcomeHit, cues: Sequence[Cue], text: str) -> Cue | None:
    """Return the cue an outcome belongs to: around it, before its noun ("lower pain"), or after it ("pain was lower")."""
    around = [c for c in cues if c.start <= outcome.start < c.end or _part_of_name(c, outcome)]
    around = around or [
        c for c in cues if "+" in c.name and c.kind in _GRADING and outcome.start < c.start < outcome.end
    ]
    if around:
        return around[0]
    before = max((c for c in cues if c.end <= outcome.start + 1), key=lambda c: c.end, default=None)
    after = min((c for c in cues if c.start >= outcome.end - 1), key=lambda c: c.start, default=None)
    if after is not None and (_of_next(text, outcome.end, after) or _VALUED.search(text, outcome.end, after.start)):
        after = None
    if after is not None and before is None and _LABELLED.search(text, outcome.end, after.start):
        return None
    if before is not None and before.kind in CHANGES and _LED_TO.search(text, before.end, outcome.start):
        before = None
    if before is None or after is None:
        return before or after
    if after.name in ("difference-not-significant", "no-significance") and before.kind in COMPARATIVES:
        return before
    gap = text[before.end : outcome.start]
    if _LABELLED.search(text, outcome.end, after.start):
        return before
    if _LABELLED.search(gap):
        return after
    if _FOR_OUTCOME.search(gap):
        return before
    if _FLAT.match(gap) or _VERBS.search(gap) or len(gap) > 70:
        return after
    follow = text[outcome.end : after.start]
    if before.kind in CHANGES and re.search(r"\b(?:was|were|is|are)\b", follow) and len(follow) < 25:
        return after
    return before


def _part_of_name(cue: Cue, outcome: OutcomeHit) -> bool:
    """Return whether a word of change is part of the outcome's name ("neurologic recovery")."""
    named = not (outcome.general or (outcome.inverse and outcome.id.endswith("pain-intensity")))
    return named and cue.kind in CHANGES and outcome.start < cue.start and cue.end <= outcome.end


def _of_next(text: str, end: int, cue: Cue) -> bool:
    """Return whether a noun of change behind an outcome that ends at ``end`` is joined to it and has its own outcome."""
    between = text[end : cue.start]
    return (
        "+" not in cue.name
        and _OF_NEXT.match(text, cue.start) is not None
        and bool(_AND_ALSO.search(between))
        and not _VERBS.search(between)
    )


def bind(clause: Clause, text: str) -> list[tuple[Cue, list[OutcomeHit]]]:
    """Return each cue of the clause with the outcomes it speaks of, in order; cues without outcomes keep an empty list."""
    cues = clause.cues
    if any(c.kind not in ("effective", "differs") for c in cues):
        cues = [c for c in cues if c.kind != "effective"]
    if any(c.kind in COMPARATIVES or c.kind == "same" for c in cues):
        cues = [c for c in cues if c.kind != "differs"]
    groups: dict[int, list[OutcomeHit]] = {i: [] for i in range(len(cues))}
    telling = [c for c in cues if c.kind != "none"]
    for outcome in clause.outcomes:
        cue = _home(outcome, cues if outcome.id in outcome_kinds().harm else telling or cues, text)
        if cue is not None:
            groups[cues.index(cue)].append(outcome)
    return [(cues[i], hits) for i, hits in groups.items()]


def all_arms(clause: Clause, text: str) -> bool:
    """Return whether a clause speaks of all arms: "both groups", "in either arm", "groups alike"."""
    body = text[clause.start : clause.end].lower()
    return any(word in body for word in _ALL_WORDS) and _ALL_ARMS.search(text, clause.start, clause.end) is not None


def mentioned_arms(clause: Clause, text: str, table: ArmTable) -> tuple[int, ...]:
    """Return the arms a clause speaks of: all of them for "both groups", else those named, in order."""
    if table.compared and all_arms(clause, text):
        return tuple(range(table.groups))
    named = tuple(dict.fromkeys(r.arm for r in clause.refs))
    return tuple(a for a in named if a < table.groups) or named


def _led_by(clause: Clause, text: str) -> re.Match[str] | None:
    """Return the words of another side that a clause begins with and that name no known arm, or None."""
    m = _LEADING.match(text, clause.start, clause.end)
    return None if m is None or any(m.start() <= r.start < m.end() for r in clause.refs) else m


def versus_arm(clause: Clause, text: str) -> Reference | None:
    """Return the arm named after "than", "compared with" …, or None."""
    led = _led_by(clause, text)
    for m in _THAN.finditer(text, clause.start, clause.end):
        if led and m.start() < led.end():
            continue
        ref = next((r for r in clause.refs if r.start >= m.end() - 1), None)
        numbered = m.group().lower() == "than" and ref is not None and _DIRECT.fullmatch(text, m.end(), ref.start)
        if _AMOUNT.match(text, m.end(), clause.end) and not numbered:
            continue
        if ref is not None and m.group().lower() in _LOOSE and not _DIRECT.fullmatch(text[m.end() : ref.start]):
            continue
        if (
            ref is not None
            and ref.start - m.end() <= 45
            and not re.search(
                r"[.;](?!\d)|\b(?:baseline|before|pre-?(?:operati|op\b|treat|injection|surg|procedur|interven)\w*|initial|(?:those|that|values?|scores?) (?:immediately|directly|shortly|just|early) (?:after|following|post\w*))\b",
                text[m.end() : ref.start],
            )
        ):
            return ref
    return None


def strange(clause: Clause, cue: Cue, text: str) -> bool:
    """Return whether the cue compares with something that is no arm: "no more benefit than morphine"."""
    m = _STRANGER.search(text, cue.start, min(clause.end, cue.end + 60)) or _STRANGE_GROUP.search(
        text, cue.start, min(clause.end, cue.end + 60)
    )
    return m is not None and not any(
        m.start() < r.end and r.start <= m.end() + 30 for r in clause.refs if r.start >= cue.end
    )


def _as_arm(clause: Clause, cue: Cue, text: str) -> Reference | None:
    """Return the arm after "not as good as"."""
    m = _AS.match(text, cue.end, clause.end)
    ref = next((r for r in clause.refs if m and r.start >= m.end()), None)
    return ref if m and ref and ref.start - m.end() <= 30 else None


def _owner(clause: Clause, cue: Cue, text: str) -> int | None:
    """Return the arm a comparative is said of where two are named: "shortest in A", "A had a lower score", else None."""
    after = next((r for r in clause.refs if r.start >= cue.end), None)
    if after is not None and _SAID_IN.fullmatch(text, cue.end, after.start):
        return after.arm
    before = next((r for r in reversed(clause.refs) if r.end <= cue.start), None)
    return before.arm if before is not None and _SAID_OF.fullmatch(text, before.end, cue.start) else None


def _against(
    clause: Clause, cue: Cue, text: str, table: ArmTable, other: Reference, rival: Callable[[int], int]
) -> Sides | None:
    """Return the sides where the arm after "than" is known: the one named nearest to the cue stands against it."""
    out = spared(clause, cue, text)
    named = [r for r in clause.refs if r.arm != other.arm and r not in out]
    listed = [r for r in clause.refs if r.start > other.start and r.arm in joined(clause, text, other.arm)]
    own = [r for r in clause.refs if r.start < other.start and r not in out]
    if not own and any(r.arm != other.arm for r in listed) and len(listed) == len(named):
        return None  # "lower in C than in A and B", where C is unknown
    if own and all(r.arm == other.arm for r in own):
        return None  # two groups that had the same, compared with each other
    if named:
        nearest = min(named, key=lambda r: (r.start > other.start, abs(r.start - cue.start)))
        return Sides(nearest.arm, other.arm, "than")
    if table.stranger(text, clause.start, cue.end) or (
        2 not in (table.groups, len(table.arms)) and " both " not in text[clause.start : clause.end]
    ):
        return None  # a rival alone does not tell which of more than two arms it is compared with
    return Sides(rival(other.arm), other.arm, "than-only")


def sides(clause: Clause, cue: Cue, text: str, table: ArmTable, carried: Sides | None) -> Sides | None:
    """Return who is compared with whom for a comparative cue, or None when the clause does not say."""
    count = len(table.arms)
    if count < 2:
        return None

    def rival(arm: int) -> int:
        return next(
            (i for i in range(count) if i != arm and table.arms[i].procedure != table.arms[arm].procedure),
            1 - arm if count == 2 else (0 if arm else 1),
        )

    if _OF_RIVAL.search(text, clause.start, cue.start):
        return _of_rival(clause, cue, rival)
    if _BEATS.match(text, cue.start, cue.end):
        before, after = [r for r in clause.refs if r.end <= cue.start], [r for r in clause.refs if r.start >= cue.end]
        if after and after[0].start - cue.end <= 30:
            winner = before[-1].arm if before and before[-1].arm != after[0].arm else rival(after[0].arm)
            loser = after[0].arm
            return Sides(loser, winner, "than") if text.startswith(" by ", cue.end) else Sides(winner, loser, "than")
    if _FAVOUR.search(text[cue.start : cue.end]):
        near = next((r for r in clause.refs if 0 <= r.start - cue.end <= 40), None)
        if near is not None and not _THAN.search(text, cue.end, near.start):
            return Sides(near.arm, rival(near.arm), "favour")
    other = _as_arm(clause, cue, text) or versus_arm(clause, text)
    if other is not None:
        return _against(clause, cue, text, table, other, rival)
    led = _led_by(clause, text)
    if strange(clause, cue, text) or (led and not _SIDE.search(led["other"])):
        return None
    arms = list(dict.fromkeys(r.arm for r in clause.refs))
    if len(arms) == 1:
        # With three groups and one of them named, nobody knows which of the others is meant.
        several = (
            table.groups > 2
            and not text[cue.start : cue.end].lower().endswith("st")
            and not _REST.search(text, cue.end, clause.end)
        )
        if several and carried is not None and (carried.subject, carried.how) == (arms[0], "most"):
            return carried  # "A had the longest stay, more pain and higher costs"
        return Sides(arms[0], rival(arms[0]), "in") if arms[0] < table.groups and not several else None
    if len(arms) > 1:
        if (
            clause.refs[-1].start < cue.end
            and carried is not None
            and cue is not clause.cues[0]
            and {carried.subject, carried.other} == set(arms)
        ):
            return Sides(carried.subject, carried.other, "carried")
        chosen = _owner(clause, cue, text)
        second = next((a for a in arms if a != chosen), None)
        return None if chosen is None or second is None else Sides(chosen, second, "near")
    if carried is None or re.match(r"\W*(?:\w+ ){0,3}than\b", text[cue.end : clause.end]):
        return None
    return Sides(carried.subject, carried.other, "carried")


def _of_rival(clause: Clause, cue: Cue, rival: Callable[[int], int]) -> Sides | None:
    """Return the sides where the comparative is said of the other group: "4 days, as opposed to a longer stay in B"."""
    before = next((r.arm for r in reversed(clause.refs) if r.end <= cue.start), None)
    after = next((r.arm for r in clause.refs if r.start >= cue.end), None)
    if before is None and after is None:
        return None
    subject = after if after is not None else rival(before or 0)
    other = before if before is not None else rival(subject)
    return None if subject == other else Sides(subject, other, "than")


def joined(clause: Clause, text: str, arm: int) -> tuple[int, ...]:
    """Return an arm and those named in one list with it."""
    found = {arm}
    for one, two in itertools.pairwise(clause.refs):
        if _JOINED.fullmatch(text, one.end, two.start) and found & {one.arm, two.arm}:
            found |= {one.arm, two.arm}
    return tuple(sorted(found))
