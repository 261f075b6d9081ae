"""Read one sentence: cues, outcomes and arms become findings.

The order of the grammar is that of the design: no difference, comparative, numbers set against each other,
change from baseline, nothing observed, plain rate. A finding that cannot be tied to an arm is not made up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, dropwhile

from ingest.attributives import as_comparatives
from ingest.binding import BASELINE, all_arms, bind, mentioned_arms, versus_arm
from ingest.changes import as_before, before_after, change, from_start, relief, set_in_time, unchanged
from ingest.clauses import Clause
from ingest.comparisons import comparative, numbers, same, settle_tests
from ingest.cues import CHANGES, COMPARATIVES, Cue, Kind
from ingest.denials import take_back
from ingest.differences import difference
from ingest.ellipses import elliptic
from ingest.foretold import foretold
from ingest.gains import beside, gains
from ingest.general import cover
from ingest.one_patient import of_one_patient
from ingest.opposed import opposed
from ingest.outcome_kinds import outcome_kinds
from ingest.outcomes import OutcomeHit
from ingest.plain import in_something, names_nothing, of_unknown
from ingest.rates import lasting, nobody, none, none_and_some, rate
from ingest.scene import Carry, Finding, Paper, Scene
from ingest.shares_in_time import shares_in_time
from ingest.traps import (
    AGAINST,
    AND_LATER,
    ASSOCIATED_EFFECT,
    AT_START,
    ATTRIBUTIVE,
    BY_OUTCOME,
    FACTORS,
    FEW_PATIENTS,
    HAD_BEFORE,
    MODEL,
    NOT_SHOWN,
    OF_DIFFERENCE,
    OF_METHOD,
    ONLY_BASELINE,
    PATIENT_FACTOR,
    PURPOSE,
    SELECTED,
    SORTED,
    START_WORDS,
    unadjusted,
)
from ingest.unnamed import bare_pair, side_by_side
from ingest.unspoken import all_in_one, also_later, also_more, duration, more_so
from kg.model import Sentence

__all__ = ["read_sentence"]

_ANAPHORA = re.compile(
    r"^\W*(?:however,? |moreover,? |but |and |similarly,? |nevertheless,? |also,? )*(?:(?:this|these|that|those|such|it|they|both|there|no|similar)\b|(?:the|a) (?:\w+ ){0,2}(?:differences?|improvements?|effects?|results?|superiority|advantage|relief|changes?|reductions?|decreases?|increases?|declines?|drops?|rise|fall|benefits?|parameters?|findings?|scores?|gains?|same)\b|(?:improvements|gains|benefits|reductions|effects|differences) (?:were|had|remained|persisted|in|after|with|at|seen|achieved|observed|obtained)\b)",
    re.I,
)
_DIFFERENCE = re.compile(
    r"\W*(?:\w+,? ){0,8}?(?:differences?|disparit\w+|advantages?|benefits?|scores?|values?|superiority)\b", re.I
)
_ALIKE = re.compile(
    r"(?: (?!regard|respect|terms|concerning)[\w-]+){0,4}? (?:(?P<fall>reductions?|decreases?)|improvements?|relief|relieving|recovery)\b",
    re.I,
)
_AMONG = re.compile(r"\b(?:between|among|across|amongst)\b[^.;,]{0,40}\b(?:groups?|patients|cohorts?)\b", re.I)
_GROUPS = re.compile(
    r"\b(?:groups?|arms?|treatments?|techniques?|procedures?|approaches|between|either|both|methods?|cohorts?|stimulation|injection)\b",
    re.I,
)
_CROSSED = re.compile(r"cross(?:ed)?[- ]?over")
_FIRST_WORD = 2  # characters that may stand before the first word of a clause
# "Lower than at baseline" is a change.
_AS_CHANGE: dict[str, Kind] = {"up": "rise", "down": "fall", "good": "improve", "bad": "worsen"}


_WITH_LESS = re.compile(
    r"\bwith (?:an? )?(?:\w+ly )?(?:lower|less|fewer|shorter|smaller|reduced|higher|greater|more|better|longer)\b", re.I
)
_KINDS: dict[str, Kind] = {"improve": "improve", "worsen": "worsen", "fall": "fall", "rise": "rise"}
_JUDGING = frozenset({"same", "noninferior", "good", "bad"})
# What patients may have had before; "postoperative" and "follow-up" say of anything that it came later.
_ALSO_BEFORE = frozenset({"reoperation", "recurrence", "neurological-injury", "new-vertebral-fracture"})
# "Similar in age, gender and operative time": one of the things patients were matched by, not what they are sorted by.
_GENDER = re.compile(r"(?:, (?:and )?|\b(?:in|of|for|regarding|to) |/)gender(?=,| and\b| or\b|/)", re.I)
_AFTERWARDS = re.compile(r"\b(?:post-?(?:operative|treatment|procedural|injection|interventional)|follow-?up|final) (?:\w+ ){0,2}$", re.I)  # fmt: skip
_PLAIN_VERDICTS = frozenset({"no-difference", "did-not-differ", "noninferior", "difference-not-significant"})


def _spread(scene: Scene, clause: Clause, cue: Cue, hits: list[OutcomeHit]) -> list[OutcomeHit]:
    """Return the outcomes of a cue, or those it inherits: "any outcome", an earlier clause, the sentence before."""
    if hits:
        return hits
    if cue.name == "none-observed":
        return []  # a "no" denies what it names, never what was named before
    if timed := duration(scene, clause, cue):
        return timed
    if "safe" in scene.text[cue.start : cue.end].lower():
        return []  # "a safer technique than B" is said of no outcome before
    if cue.kind in COMPARATIVES and of_unknown(scene, clause, cue):
        return []
    if cue.kind == "same" and (in_something(scene, clause, cue) or of_unknown(scene, clause, cue)):
        return []
    carried = scene.carry.outcomes or _resumed(scene, clause, cue)
    if not carried and _verdict(scene, clause, cue):
        carried = list(scene.paper.announced.every[:4]) if cue.kind == "same" else list(scene.paper.announced.primary)
        carried = carried or [
            OutcomeHit(id="treatment-success", start=cue.start, end=cue.end, sign=1, text="", general=True)
        ]
    return [replace(o, start=cue.start, end=cue.end) for o in carried]


def _resumed(scene: Scene, clause: Clause, cue: Cue) -> list[OutcomeHit]:
    """Return the outcomes of the sentence before where a comparison names none: "at one year the difference was gone"."""
    if cue.kind not in COMPARATIVES | {"same", "noninferior"} or not names_nothing(scene, clause):
        return []
    if cue.kind in ("same", "noninferior", "good", "bad") and not _DIFFERENCE.match(
        scene.text, clause.start, clause.end
    ):
        return []
    return [o for o in scene.carry.last if o.id not in outcome_kinds().harm]


def _verdict(scene: Scene, clause: Clause, cue: Cue) -> bool:
    """Return whether a cue without an outcome judges the treatments as such: "vertebroplasty was no better than sham"."""
    if scene.text.find(" to ", cue.start, cue.end) >= 0 or _WITH_LESS.search(scene.text, cue.end, clause.end):
        return False  # "less likely to undergo …", "superior to B with less …": of something that is not known
    if cue.kind in _JUDGING and versus_arm(clause, scene.text) is not None:
        return True
    general = cue.name in _PLAIN_VERDICTS and scene.table.compared
    return general and bool(_GROUPS.search(scene.text, clause.start, clause.end))


def _read(scene: Scene) -> Iterator[Finding]:
    """Yield the findings of the sentence, clause by clause."""
    if not _ANAPHORA.search(scene.sentence.text):
        scene.carry.outcomes, scene.carry.arms = [], ()
    found: list[Finding] = []
    for clause in scene.clauses:
        cover(scene, clause)
        leans = found or (scene.carry.told if clause is scene.clauses[0] else [])
        new = list(elliptic(scene, clause, leans)) or list(_read_clause(scene, clause))
        scene.carry.differed |= {
            f.outcome.id for f in new if f.basis == "between" and f.direction in ("better", "worse")
        }
        found += new
        if clause.outcomes:
            scene.carry.outcomes = scene.carry.last = list(clause.outcomes)
        named = mentioned_arms(clause, scene.text, scene.table)
        scene.carry.arms = named or scene.carry.arms
    named = tuple(dict.fromkeys(r.arm for c in scene.clauses for r in c.refs))
    scene.carry.named = named or scene.carry.named
    scene.carry.order = _order(scene, named)
    across = list(_across(scene)) if all(f.direction == "reported" for f in found) else []
    yield from across or list(none_and_some(scene, found)) or [*all_in_one(scene, found), *opposed(scene, found)]


def _order(scene: Scene, named: tuple[int, ...]) -> tuple[int, ...]:
    """Return the order of two groups whose numbers a sentence tells, as far as all sentences before agree."""
    told = any(len({r.arm for r in c.refs}) == 2 and (c.pairs or c.p) for c in scene.clauses)
    if scene.table.groups != 2 or len(named) != 2 or not told:
        return scene.carry.order
    return named if scene.carry.order in ((), named) else (-1,)


def _across(scene: Scene) -> Iterator[Finding]:
    """Set two numbers of one outcome against each other that stand in two clauses: "12 in A, while only 3 in B (P = 0.02)"."""
    last = max((i for i, c in enumerate(scene.clauses) if c.p), default=len(scene.clauses) - 1)
    parts = scene.clauses[: last + 1]  # what follows the test is told of something else
    outcomes = [o for c in parts for o in c.outcomes]
    if (
        len(parts) < 2
        or len({o.id for o in outcomes}) != 1
        or any(c.kind in _COMPARING or c.kind == "none" for part in parts for c in part.cues)
    ):
        return
    whole = Clause(
        start=parts[0].start, end=parts[-1].end, outcomes=outcomes[:1], refs=[r for c in parts for r in c.refs], p=[p for c in parts for p in c.p],
        intervals=[i for c in parts for i in c.intervals], pairs=[p for c in parts for p in c.pairs], times=[t for c in parts for t in c.times],
    )  # fmt: skip
    if len(whole.p) == 1 and not PATIENT_FACTOR.search(scene.sentence.text):
        yield from numbers(scene, whole, None, whole.outcomes, needs_test=True)


def _read_clause(scene: Scene, clause: Clause) -> Iterator[Finding]:
    """Yield the findings of one clause."""
    body = scene.text[clause.start : clause.end]
    if (not clause.refs and MODEL.search(scene.sentence.text)) or FACTORS.search(scene.sentence.text) or foretold(clause, scene.text):  # fmt: skip
        return
    if _of_start(scene, clause, body):
        clause = _of_later(scene, clause)
        if not clause.outcomes:
            return
    if told := (
        list(lasting(scene, clause)) or list(shares_in_time(scene, clause)) or list(of_one_patient(scene, clause))
    ):
        yield from told
        return
    if scene.table.compared and not all_arms(clause, scene.text):
        clause = as_comparatives(clause, scene.text)
    clause = more_so(scene, clause)
    groups = bind(clause, scene.text)
    held = [g for g in groups if g[1]] or [g for g in groups if g[0].kind in _JUDGING | {"unchanged"}][:1] or groups[:1]
    held += [
        (c, held[0][1])
        for c, hits in groups
        if not hits and c.kind in ("same", "noninferior") and held[0][1] and held[0][0].kind in CHANGES
    ]
    held += [*also_more(groups, clause, scene.text), *also_later(groups, clause)]
    made: list[Finding] = []
    for cue, hits in held:
        made += _dispatch(scene, clause, cue, _spread(scene, clause, cue, hits))
    yield from made
    if made:
        yield from beside(scene, clause, made)
    elif clause.outcomes:
        tested = (
            list(numbers(scene, clause, None, clause.outcomes, needs_test=True))
            if not any(c.kind in ("same", "none") for c in clause.cues)
            and not any(c.kind in ("up", "down") and h for c, h in groups)
            and not SORTED.search(body)
            else []
        )
        tested = tested or list(difference(scene, clause, clause.outcomes)) or list(before_after(scene, clause))
        tested = tested or list(side_by_side(scene, clause, clause.outcomes))
        yield from tested or list(bare_pair(scene, clause, clause.outcomes)) or rate(scene, clause)
        yield from relief(scene, clause)
        yield from gains(scene, clause)
    elif not clause.cues:
        at = clause.start + scene.text.startswith(";", clause.start)
        carried = [replace(o, start=at, end=at) for o in scene.carry.outcomes]
        yield from difference(scene, clause, carried)
        yield from numbers(scene, clause, None, carried, needs_test=True)
        if not carried and names_nothing(scene, clause):
            carried = [replace(o, start=clause.start, end=clause.start) for o in scene.carry.last]
        yield from side_by_side(scene, clause, carried)


def _of_start(scene: Scene, clause: Clause, body: str) -> bool:
    """Return whether a clause tells what patients were like at the start."""
    moving = clause.changes or any(c.kind in CHANGES or c.kind == "unchanged" for c in clause.cues)
    if moving or not ONLY_BASELINE.search(unadjusted(body)) or AND_LATER.search(body):
        return False
    return not (BASELINE.search(body) or set_in_time(scene.text, clause))


def _of_later(scene: Scene, clause: Clause) -> Clause:
    """Return a clause with its outcomes from the first that no patient has at the start: "similar in age, sex and blood loss"."""
    factor = ONLY_BASELINE.search(scene.text, clause.start, clause.end)
    if [c.kind for c in clause.cues] != ["same"] or clause.pairs or factor is None:
        return replace(clause, outcomes=[])
    at = clause.cues[0].start
    listed = [h for h in clause.outcomes if (h.start < at) == (factor.start() < at)]
    left = [h for h in listed if not HAD_BEFORE.search(scene.text, clause.start, h.start)]
    return replace(clause, outcomes=list(dropwhile(lambda h: not _comes_later(scene, clause, h), left)))


def _comes_later(scene: Scene, clause: Clause, hit: OutcomeHit) -> bool:
    """Return whether an outcome is one that no patient has at the start."""
    new = hit.id in outcome_kinds().process and hit.id not in _ALSO_BEFORE
    return new or _AFTERWARDS.search(scene.text, clause.start, hit.start) is not None


_COMPARING = COMPARATIVES | {"same"}


def _without_effect(body: str) -> str:
    """Return a clause without what tells of no factor of patients: an effect of the procedure, what was adjusted for."""
    return unadjusted(ASSOCIATED_EFFECT.sub(" ", body))


def _trapped(scene: Scene, clause: Clause, cue: Cue) -> bool:
    """Return whether a cue only looks like a finding: patient factors, purposes, counts, baseline, crossover."""
    body = scene.text[clause.start : clause.end]
    if cue.kind == "noninferior":
        return NOT_SHOWN.match(scene.text, cue.end, clause.end) is not None
    if cue.kind in CHANGES:
        before = scene.text[max(clause.start, cue.start - 40) : cue.start]
        if (
            PURPOSE.search(before)
            or AGAINST.search(before)
            or SELECTED.search(before)
            or FEW_PATIENTS.match(scene.text[clause.start : cue.start])
            or OF_METHOD.match(scene.text, cue.end)
            or OF_DIFFERENCE.search(scene.text, scene.sentence.start, cue.start)
        ):
            return True
        if cue.start - clause.start <= _FIRST_WORD and ATTRIBUTIVE.match(body):
            return True
    elif cue.kind in _COMPARING or cue.kind == "differs":
        low = body.lower()
        if scene.table.compared and any(word in low for word in START_WORDS) and AT_START.search(body):
            return True
        if cue.kind == "same" and _CROSSED.search(body):
            return True
    if cue.kind in _COMPARING or cue.kind in CHANGES:
        body = _GENDER.sub(" ", body) if cue.kind == "same" else body
        return bool(
            SORTED.search(body)
            or (not clause.refs and PATIENT_FACTOR.search(_without_effect(body)))
            or (BY_OUTCOME.search(body) and PATIENT_FACTOR.search(body))
        )
    return False


def _dispatch(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterable[Finding]:
    """Send a cue to its rule."""
    if _trapped(scene, clause, cue):
        return []
    if cue.kind in ("same", "noninferior"):
        alone = not scene.table.compared and (
            cue.name == "change-not-significant" or BASELINE.search(scene.text, clause.start, clause.end)
        )
        if alone:
            if _AMONG.search(scene.text, clause.start, clause.end):
                return ()  # groups of patients, not of treatment
            return unchanged(scene, clause, cue, hits)
        if cue.kind == "same" and from_start(scene, clause, cue):
            return as_before(scene, clause, cue, hits)
        return chain(same(scene, clause, cue, hits), _alike(scene, clause, cue, hits))
    if cue.kind in COMPARATIVES:
        if BASELINE.search(scene.text, clause.start, clause.end) and versus_arm(clause, scene.text) is None:
            return change(scene, clause, replace(cue, kind=_AS_CHANGE[cue.kind]), hits)
        return comparative(scene, clause, cue, hits)
    if cue.kind in CHANGES | {"unchanged"} and (told := nobody(scene, clause, cue, hits)):
        return told
    if cue.kind in CHANGES:
        return change(scene, _with_rival(scene, clause), cue, hits)
    if cue.kind == "unchanged":
        return unchanged(scene, clause, cue, hits)
    if cue.kind == "none":
        return none(scene, clause, cue, hits)
    if cue.kind == "differs":
        return numbers(scene, clause, cue, hits, needs_test=True)
    return []


def _with_rival(scene: Scene, clause: Clause) -> Clause:
    """Return a clause with the rival its second half names: "A reduced pain and improved sleep compared with B"."""
    after = next((c for c in scene.clauses if c.start >= clause.end), None)
    if (
        after is None
        or clause.p
        or clause.changes
        or not scene.text.endswith(("and ", "and"), clause.start, clause.end)
    ):
        return clause
    rival = versus_arm(after, scene.text)
    if rival is None or rival is not after.refs[0] or {r.arm for r in clause.refs} - {rival.arm} == set():
        return clause
    return replace(clause, end=after.end, refs=[*clause.refs, rival])


def _alike(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterable[Finding]:
    """Read the change that "similar improvements in both groups" also tells of each group."""
    first, _, changed = cue.name.partition("+")
    if first != "as-good-as" or not all_arms(clause, scene.text):
        return ()
    if changed not in CHANGES:
        m = _ALIKE.match(scene.text, cue.end, clause.end)
        changed = "" if m is None else "fall" if m["fall"] else "improve"
    named = [h for h in hits if not h.general]
    own = replace(clause, p=[p for p in clause.p if p.significant])  # "comparable (P = 0.3)" tests the groups
    return change(scene, own, replace(cue, kind=_KINDS[changed], name=changed), named) if changed else ()


def read_sentence(paper: Paper, sentence: Sentence, carry: Carry) -> list[Finding]:
    """Return the findings of one sentence of results or conclusions; ``carry`` is updated for the next one."""
    scene = Scene(paper, sentence, carry)
    found = list(take_back(settle_tests(list(_read(scene))), paper.text))
    carry.told, carry.sides = found, scene.sides
    return found
