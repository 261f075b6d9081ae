"""Rules that compare two groups: no difference, more or less, numbers against each other, a difference with its interval."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from ingest.amounts import larger, one_named, two_changes
from ingest.arms import ArmTable
from ingest.binding import BASELINE, Sides, joined, mentioned_arms, sides, strange, versus_arm
from ingest.clauses import Clause
from ingest.cues import CHANGES, COMPARATIVES, Cue
from ingest.ellipses import resumed_sides
from ingest.exceptions import EXCEPT, but_not, denied, except_times
from ingest.numbers import values
from ingest.outcomes import OutcomeHit
from ingest.polarity import as_change, judge, turned
from ingest.remaining import both_before, likened, remaining_two
from ingest.scene import Finding, Scene
from ingest.screened import screened
from ingest.spared import spared
from ingest.tally import arm_values
from ingest.unspoken import with_groups

__all__ = ["EXCEPT", "between", "but_not", "comparative", "numbers", "same", "settle_tests"]

_VERDICT = re.compile(r"advantage|superior|more effective|outperform", re.I)
# "From 51 to 20 in A and from 52 to 22 in B (both P < 0.001)".
_BOTH = re.compile(r"\b(?:both|each|all)(?: groups?)?,? $", re.I)
_NOT_SIGNIFICANT = screened(
    r"\b(?:was|were|is|are) (?:\w+ )?(?:not|non)[ -]?(?:\w+ ){0,2}?significant\b|\binsignificant\b", re.I
)
_OF_PATIENTS = re.compile(
    r"\b(?:patients|those|cases|subjects|people) (?:with|who had|having) (?:[\w-]+,? ){0,20}$", re.I
)
_VAGUE = re.compile(r"^(?:\w+ )*(?:outcome|variable|parameter|measure|end ?point)s?(?: \w+)?$", re.I)
_AMONG = re.compile(
    r"\b(?:among|across|amongst|no two)\b|\b(?:three|four|3|4|all) (?:\w+ )?(?:groups|arms|treatments|conditions|techniques|procedures|methods)\b",
    re.I,
)
_ELLIPSIS = re.compile(r"\b(?:but|and|yet|while)\b|;", re.I)
_CHANGED = screened(
    r"\b(?:changes?|improvements?|reductions?|decreases?|increases?|gains?|declines?|difference)\b", re.I
)
_AND_SUPERIOR = re.compile(
    r"(?:(?!\b(?:not|no|nor|neither|but)\b)[^.;]|\.\d|[;](?=[^()]*\))){0,140}?\b(?:and|as well as|also)\b(?: \w+){0,2} superior(?:ity)?\b(?!(?:[^.;]|\.\d){0,60}\b(?:not|failed|no)\b)",
    re.I,
)
_ASIDE = re.compile(
    r"[(\[][^()\[\]]*[)\]]|(?:±|\+/-)\s?[\d.]+|\b\d+[- ](?:days?|weeks?|months?|years?)\b(?= (?:after|follow|post))"
)
_THAN_OTHERS = screened(r"\bthan (?:in |for |with |after )?(?:the |all |both )*(?:others?|remaining)\b", re.I)


_GROUP_LIST = re.compile(
    r"\b[gG]roups? (?P<labels>(?:[A-Z]{1,2}|[IV]{1,3}|\d)\b(?:(?:, (?:and )?| and | or | vs\.? |/)(?:[gG]roup )?(?:[A-Z]{1,2}|[IV]{1,3}|\d)\b)*)(?! (?:of|in|patients? (?:had|with))\b)"
)
_LABEL = re.compile(r"\b(?:[A-Z]{1,2}|[IV]{1,3}|\d)\b")


def _unknown_group(clause: Clause, text: str, table: ArmTable) -> bool:
    """Return whether a clause names more groups by letter or number than the study is known to have."""
    known = {n[6:] for a in table.arms for n in a.names if n.lower().startswith("group ")}
    known = {n.lower() for n in known if _LABEL.fullmatch(n)}
    if not known:
        return False
    said = {
        x.group().lower()
        for m in _GROUP_LIST.finditer(text, clause.start, clause.end)
        for x in _LABEL.finditer(m["labels"])
    }
    return bool(said - known) and len(said | known) > table.groups


def same(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """No difference between groups."""
    if strange(clause, cue, scene.text):
        return
    left = remaining_two(scene, clause)
    arms = left or mentioned_arms(clause, scene.text, scene.table)
    pair = sides(clause, cue, scene.text, scene.table, scene.sides) if not left and len(arms) <= 2 else None
    if pair and scene.table.groups == 2 and (len(arms) == 1 or likened(clause, cue, scene.text)):
        scene.sides = pair  # "A had similar scores but a shorter stay"
    pair = pair or (Sides(min(arms), max(arms), "named") if len(arms) == 2 else scene.default_pair())
    if pair is None:
        return
    if not arms and scene.table.groups > 2 and _AMONG.search(scene.text, clause.start, clause.end):
        arms = tuple(range(scene.table.groups))
    pairs = [(pair.subject, pair.other)] if len(arms) <= 2 else _each_with_rival(scene, clause, cue, arms)
    cut = EXCEPT.search(scene.text, cue.end, clause.end)
    more = _AND_SUPERIOR.match(scene.text, cue.end, scene.sentence.end) if cue.kind == "noninferior" else None
    if more is not None and len(pairs) == 1:
        first, second = sorted(pairs[0])
        test = next((p for c in scene.clauses for p in c.p if p.start >= more.end() and p.significant), None)
        for hit in hits:
            found = between(scene, clause, cue, hit, 1, Sides(first, second, pair.how), "noninferior-superior")
            yield replace(found, p=test.text, significant=True) if test else found
        return
    for hit in hits:
        if cut is not None and hit.start >= cut.start():
            continue
        for one, two in pairs:
            first, second = sorted((one, two))
            yield scene.make(
                clause,
                cue,
                hit,
                "between",
                "no-difference",
                first,
                second,
                cue.name,
                noninferiority=cue.kind == "noninferior",
                how=pair.how,
            )


def _each_with_rival(scene: Scene, clause: Clause, cue: Cue, arms: Sequence[int]) -> list[tuple[int, int]]:
    """Return the pairs of more than two arms: each with the one behind the words ("neither A nor C was better than B"), or all."""
    rival = versus_arm(clause, scene.text)
    if rival is None or rival.start < cue.end or any(r.start > rival.start for r in clause.refs):
        return list(combinations(sorted(arms), 2))
    return [(arm, rival.arm) for arm in arms if arm != rival.arm]


def comparative(scene: Scene, clause: Clause, cue: Cue, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """One group has more, less, better or worse."""
    if _unknown_group(clause, scene.text, scene.table):
        return
    pair = sides(clause, cue, scene.text, scene.table, scene.sides) or _ahead(scene, clause)
    if pair is None:
        return
    scene.sides = pair
    for hit in (as_change(cue, turned(h, clause, scene.text), clause, scene.text) for h in hits):
        sign = judge(cue, hit)
        if not sign or (
            cue.kind in ("up", "down")
            and hit.id == "treatment-success"
            and _VAGUE.match(hit.text)
            and "+" not in cue.name
        ):
            continue
        if cue.kind in ("good", "bad") and _OF_PATIENTS.search(scene.text, cue.end, hit.start):
            continue
        if denied(scene, clause, cue, hit):
            first, second = sorted((pair.subject, pair.other))
            yield scene.make(clause, cue, hit, "between", "no-difference", first, second, cue.name + "-but-not")
            continue
        sign = _checked(scene, clause, cue, hit, sign, pair)
        if sign:
            rule = "carried-sides" if pair.how == "carried" else cue.name
            made = _merely(scene, between(scene, clause, cue, hit, sign, pair, rule))
            found = _undone(clause, cue, made)
            yield from except_times(scene, clause, found)
            yield from _except_arm(scene, clause, cue, hit, pair)
            yield from _superlative(scene, clause, cue, hit, sign, pair)
            yield from _listed(scene, clause, cue, hit, sign, pair)


def _ahead(scene: Scene, clause: Clause) -> Sides | None:
    """Return the sides a later clause names for an earlier one: "time was longer but stay shorter in A than in B"."""
    if not scene.table.compared or clause.refs:
        return None
    after = next((c for c in scene.clauses if c.start >= clause.end), None)
    if (
        after is None
        or not after.refs
        or not after.cues
        or after.cues[0].kind not in COMPARATIVES
        or not _ELLIPSIS.search(scene.text, clause.end - 8, after.start + 8)
    ):
        return resumed_sides(scene, clause)
    pair = sides(after, after.cues[0], scene.text, scene.table, None)
    return replace(pair, how="carried") if pair and pair.how in ("than", "in") else None


def _checked(scene: Scene, clause: Clause, cue: Cue, hit: OutcomeHit, sign: int, pair: Sides) -> int:
    """Return the direction, turned or 0 where the numbers of the two groups say the opposite of the word.

    "Inferior" and "superior" are also used for lower and higher numbers; any other contradiction is left unsaid.
    """
    if "+" in cue.name or cue.kind not in COMPARATIVES or hit.sign == 0 or hit.inverse:
        return sign
    word = scene.text[cue.start : cue.end].lower()
    loose = word in ("inferior", "superior")
    values = arm_values(clause, scene.text, hit)
    if loose and len(behind := [p for p in clause.pairs if p.start > hit.end]) == 1:
        x, y = behind[0].first, behind[0].second
    elif pair.subject in values and pair.other in values:
        x, y = values[pair.subject], values[pair.other]
    else:
        return sign
    if x == y or _CHANGED.search(scene.text, clause.start, clause.end):
        return sign
    told = hit.sign if x > y else -hit.sign
    if told == sign:
        return sign
    return told if loose else 0 if cue.kind in ("up", "down") else sign


def _except_arm(scene: Scene, clause: Clause, cue: Cue, hit: OutcomeHit, pair: Sides) -> Iterator[Finding]:
    """Read "superior to B but not to C", "A but not B was better than C"."""
    cut, taken_out = but_not(scene, clause), spared(clause, cue, scene.text)
    for ref in taken_out or clause.refs:
        if ref.start >= cut and ref.arm not in (pair.subject, pair.other):
            first, second = sorted((pair.other if ref in taken_out else pair.subject, ref.arm))
            test = next((p for p in clause.p if p.start >= cut), None)
            found = scene.make(clause, cue, hit, "between", "no-difference", first, second, cue.name + "-but-not")
            yield replace(found, significant=test.significant if test else None, p=test.text if test else None)


def _listed(scene: Scene, clause: Clause, cue: Cue, hit: OutcomeHit, sign: int, pair: Sides) -> Iterator[Finding]:
    """Read "A and B were better than C" and "better after A than after B and C" of three groups as two comparisons."""
    both = both_before(scene, clause, cue) if scene.table.groups > 2 else ()
    if scene.table.groups < 3 or (pair.how != "than" and not both):
        return
    subjects, others = (joined(clause, scene.text, arm) for arm in (pair.subject, pair.other))
    subjects = both or subjects
    for one in subjects:
        for two in others:
            if one not in others and two not in subjects and (one, two) != (pair.subject, pair.other):
                yield between(scene, clause, cue, hit, sign, Sides(one, two, "than"), cue.name)


def _superlative(scene: Scene, clause: Clause, cue: Cue, hit: OutcomeHit, sign: int, pair: Sides) -> Iterator[Finding]:
    """Read "lowest in A" or "lower in A than in the others" of three groups as A against each of the others."""
    said = scene.text[cue.start : cue.end].lower()
    most = said.endswith("st") or _THAN_OTHERS.search(scene.text, cue.end, clause.end)
    if scene.table.groups > 2 and (pair.how == "most" or (most and pair.how in ("in", "near"))):
        scene.sides = replace(pair, how="most")
        for other in range(scene.table.groups):
            if other not in (pair.subject, pair.other):
                yield between(scene, clause, cue, hit, sign, Sides(pair.subject, other, pair.how), cue.name)


def between(
    scene: Scene, clause: Clause, cue: Cue | None, hit: OutcomeHit, sign: int, pair: Sides, rule: str
) -> Finding:
    """Return a between-group finding written from the index side."""
    arm, other = pair.subject, pair.other
    if arm > other:
        arm, other, sign = other, arm, -sign
    return scene.make(clause, cue, hit, "between", "better" if sign > 0 else "worse", arm, other, rule, how=pair.how)


def numbers(
    scene: Scene, clause: Clause, cue: Cue | None, hits: Sequence[OutcomeHit], *, needs_test: bool
) -> Iterator[Finding]:
    """Two groups with a number each: the test gives the direction, two bare numbers are only reported."""
    if not scene.table.compared:
        return
    last = max((r.start for r in clause.refs), default=0) if cue is not None and cue.kind in CHANGES else clause.start
    said = cue is not None and cue.kind == "differs" and "signif" in scene.text[cue.start : cue.end].lower()
    tested = said or any(t.start >= last for t in clause.p) or any(i.start >= last for i in scene.contrasts(clause))
    tested = tested or any(c.p for c in scene.clauses if c.start >= clause.end and not (c.outcomes or c.refs))
    if needs_test and not tested:
        return
    own = len(clause.p) > 1 or (clause.p and _BOTH.search(scene.text, clause.start, clause.p[0].start))
    if own and (clause.changes or BASELINE.search(scene.text, clause.start, clause.end)):
        return  # each group has its own test
    if (
        tested
        and _NOT_SIGNIFICANT.search(scene.text, clause.start, clause.end)
        and any(t.significant for t in clause.p)
    ):
        return  # words against the test
    if cue is not None and cue.kind in CHANGES and (len(clause.p) > 1 or but_not(scene, clause) < clause.end):
        return  # each group has its own test
    for hit in (turned(h, clause, scene.text) for h in hits):
        yield from _weighed(scene, clause, cue, hit, tested=tested, said=said, needs_test=needs_test)


def _weighed(
    scene: Scene, clause: Clause, cue: Cue | None, hit: OutcomeHit, *, tested: bool, said: bool, needs_test: bool
) -> Iterator[Finding]:
    """Set the two numbers of one outcome against each other."""
    named = tuple(dict.fromkeys(r.arm for r in clause.refs))
    if len(named) > 2 and scene.p_value(clause, hit.end, hit)[1] is False:
        for first, second in combinations(sorted(named), 2):
            yield scene.make(clause, cue, hit, "between", "no-difference", first, second, "numbers-not-significant")
        return
    moved = two_changes(scene, clause)
    clause = with_groups(scene, clause)
    values = moved or one_named(scene, clause, hit) or arm_values(clause, scene.text, hit)
    if len(values) < 2:
        return
    (a, x), (b, y) = list(values.items())[:2]
    first, second = sorted((a, b))
    significant = scene.p_value(clause, hit.end, hit)[1]
    significant = True if significant is None and said else significant
    if significant is False:
        yield scene.make(clause, cue, hit, "between", "no-difference", first, second, "numbers-not-significant")
    elif (
        significant
        and x != y
        and hit.sign
        and len({r.arm for r in clause.refs}) == 2
        and not _of_more(scene, clause, hit)
    ):
        sign = larger(scene, clause, cue, hit, (x, y), moved=bool(moved))
        if sign:
            yield between(scene, clause, cue, hit, sign, Sides(a, b, "numbers"), "numbers-tested")
    elif not tested and not needs_test:
        lean = larger(scene, clause, cue, hit, (x, y), moved=bool(moved)) if x != y and hit.sign else 0
        lean = lean if a == first else -lean
        yield scene.make(clause, cue, hit, "between", "reported", first, second, "numbers-bare", lean=lean)


def _of_more(scene: Scene, clause: Clause, hit: OutcomeHit) -> bool:
    """Return whether a test of more than two groups stands behind three numbers, of which only two have a known group."""
    if scene.table.groups < 3:
        return False
    test = next((p for p in clause.p if p.start > hit.end), None)
    told = scene.text[hit.end : test.start if test else clause.end]
    return len(list(values(_ASIDE.sub(" ", told)))) > 2


def _insignificant(finding: Finding, p: str | None = None) -> Finding:
    """Return a comparison that is called not significant: a number that is higher stays higher, a mere verdict is none."""
    verdict = finding.how != "favour" and finding.rule in ("good-comparative", "bad-comparative")
    return replace(
        finding, significant=False, p=finding.p or p, direction="no-difference" if verdict else finding.direction
    )


def _merely(scene: Scene, finding: Finding) -> Finding:
    """Return a mere verdict ("advantages", "superior") whose own test is not significant as no difference."""
    cue = finding.cue
    verdict = cue is not None and _VERDICT.match(scene.text, cue.start) and finding.significant is False
    return _insignificant(finding) if verdict else finding


def _undone(clause: Clause, cue: Cue, finding: Finding) -> Finding:
    """Return the finding as the end of its clause leaves it: "superior in pain and function, the differences being not significant"."""
    undone = any(c.name in _UNTESTED and c.start >= cue.end for c in clause.cues)
    return _insignificant(finding) if undone else finding


_UNTESTED = frozenset({"difference-not-significant", "no-significance"})
_TAKEN_BACK = frozenset({"no-difference", "did-not-differ"})


# "No longer different afterwards": the difference was, at another time.
_LATER = re.compile(r"\b(?:thereafter|afterwards?|later|subsequent\w*|no longer)\b", re.I)


def _at_other_time(told: Finding, none: Finding) -> bool:
    """Return whether two clauses speak of different times: "faster relief at one week, but by one year …"."""
    then, now = ({t.days for t in f.clause.times} for f in (told, none))
    start = none.sentence.start
    said = none.sentence.text[none.clause.start - start : none.clause.end - start]
    return (bool(then and now) and then != now) or (bool(then) and _LATER.search(said) is not None)


def _without_test(told: Finding, none: Finding) -> bool:
    """Return whether a comparison without a test of its own is taken back: "higher in A, but there was no difference"."""
    same_topic = told.outcome.id == none.outcome.id and (told.arm, told.other) == (none.arm, none.other)
    if _at_other_time(told, none):
        return False
    untested = told.basis == "between" and told.p is None and told.significant is not True
    return same_topic and untested and told.direction in ("better", "worse") and told.clause is not none.clause


def settle_tests(found: Sequence[Finding]) -> list[Finding]:
    """Let "… but the difference was not significant" qualify the comparison before it, not stand beside it."""
    kept: list[Finding] = []
    for f in found:
        if f.rule in _TAKEN_BACK and f.cue is not None and f.outcome.start == f.cue.start:
            kept = [k for k in kept if not _without_test(k, f)]
        if f.rule in _UNTESTED and f.cue is not None and f.outcome.start == f.cue.start:
            told = [
                i
                for i, k in enumerate(kept)
                if k.direction in ("better", "worse")
                and k.basis == "between"
                and k.outcome.id == f.outcome.id
                and (k.arm, k.other) == (f.arm, f.other)
                and (k.clause is f.clause or not _at_other_time(k, f))
            ]
            open_ = [i for i in told if kept[i].significant is not True or kept[i].p is None]
            for i in open_:
                kept[i] = _insignificant(kept[i], f.p)
            if open_:
                continue
        kept.append(f)
    return kept
