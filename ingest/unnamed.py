"""Read numbers set side by side whose groups are not told apart: "VAS 2.4 vs 2.6 (P = 0.41)", "71% and 76%; P = 0.78".

Where the test finds no difference nobody need know which number is whose; where it finds one, nothing is said. Two bare
numbers in a study of two groups ("dural tears: 2 and 9", "one in each group") are reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from ingest.binding import BASELINE
from ingest.clauses import Clause
from ingest.numbers import PValue
from ingest.outcomes import OutcomeHit
from ingest.polarity import turned
from ingest.scene import Finding, Scene
from ingest.tally import TIMED

__all__ = ["bare_pair", "side_by_side"]

_UNIT = r"(?:\s?%|\s(?:points?|mm|cm|min(?:utes)?|hours?|h|ml|mL|days?|degrees|patients|cases|mg|years?|months?|weeks?)\b|\s?°)?"
_SPREAD = r"(?:\s?(?:±|\+/-)\s?\d+(?:\.\d+)?|\s?[(\[][^()\[\]]{1,40}[)\]])?"
_NUMBER = rf"-?\d+(?:\.\d+)?(?:/\d+)?{_UNIT}{_SPREAD}{_UNIT}"
_JOINT = r"(?:,?\s(?:and|vs?\.?|versus|against|(?:as )?compared (?:with|to))\s|,\s|\s?/\s)"
_LISTED = re.compile(rf"(?<![\w.,/-]){_NUMBER}(?:{_JOINT}(?:and |only |about )?{_NUMBER})+", re.I)
_ONE = re.compile(rf"(?<![\w.±/-])(?<!± ){_NUMBER}", re.I)
# What may stand between the numbers and their test: nothing that makes it a test of something else.
_OTHER_TEST = re.compile(
    r"\b(?:before|baseline|pre-?\w*|initial\w*|correlat\w+|men|women|males?|females?|age|years old)\b|[;]", re.I
)
_BETWEEN = re.compile(r"\b(?:between[- ](?:the )?(?:two )?groups?|inter-?group|group comparisons?)\b", re.I)

_COUNT = rf"(?:{_NUMBER}|(?:no|none|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b)"
_PAIR = re.compile(
    rf"(?<![\w.,/-])(?P<first>{_COUNT}),?\s(?:and|vs?\.?|versus|against|compared (?:with|to))\s(?:only |in )?(?P<second>{_COUNT})(?![\w%/]|[.,]\d|-\w)",
    re.I,
)
_IN_EACH = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six)(?: [\w-]+){0,2} (?:in|of|from|per) (?:each|either) (?:treatment )?(?:group|arm|cohort)\b",
    re.I,
)
# Two numbers that are not those of two groups: levels, grades, sizes, ages, sexes, parts of a whole, a range.
_OTHER_PAIR = re.compile(
    r"\b(?:levels?|grades?|stages?|types?|between|from|ranging|range|aged?|years old|men|women|males?|females?|first|second|both|total"
    r"|risks?|years?|months?|mg|ml|Hz|kHz|doses?|sessions?|before|baseline|pre-?\w*|initial\w*|after|remaining|other|others|were lost|followed)\b[^.;:]{0,14}$",
    re.I,
)
_IN_TURN = re.compile(r"[^.;]{0,30}\brespectively\b", re.I)
_REACH = 45  # characters: how far behind its outcome a pair may begin


def bare_pair(scene: Scene, clause: Clause, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """Yield as reported the two bare numbers of an outcome in a study of two groups that the clause does not name."""
    if scene.table.groups != 2 or clause.p or clause.changes or len({r.arm for r in clause.refs}) == 1:
        return
    if BASELINE.search(scene.text, clause.start, clause.end):
        return
    named = [(o.start, o.end) for o in clause.outcomes]
    if any(c.kind != "none" and not any(a <= c.start < b for a, b in named) for c in clause.cues):
        return
    for hit in hits:
        if _in_pair(scene, clause, hit):
            yield scene.make(clause, None, hit, "between", "reported", 0, 1, "numbers-bare")


def _in_pair(scene: Scene, clause: Clause, hit: OutcomeHit) -> bool:
    """Return whether two numbers, or one for each group, follow an outcome closely and are its own."""
    end = min((o.start for o in clause.outcomes if o.start >= hit.end), default=clause.end)
    if m := _IN_EACH.search(scene.text, clause.start, clause.end):
        return end == clause.end or m.end() <= end
    m = _PAIR.search(scene.text, hit.end, end)
    if (
        m is None
        or (m.start() - hit.end > _REACH and not _IN_TURN.match(scene.text, m.end(), end))
        or (_is_time(clause, m) and hit.id not in TIMED)
    ):
        return False
    low = max([clause.start, m.start() - 30, *(t.end for t in clause.times if t.end <= m.start())])
    return _OTHER_PAIR.search(scene.text, low, m.start()) is None


def side_by_side(scene: Scene, clause: Clause, hits: Sequence[OutcomeHit]) -> Iterator[Finding]:
    """Yield no difference for each outcome whose numbers, one for each group, are followed by a test that finds none."""
    groups = scene.table.groups
    if groups < 2 or clause.changes or not any(p.significant is False for p in clause.p):
        return
    if BASELINE.search(scene.text, clause.start, clause.end):
        return
    named = tuple(sorted({r.arm for r in clause.refs if r.arm < groups}))
    arms = named if len(named) > 1 else tuple(range(groups))
    for hit in (turned(h, clause, scene.text) for h in hits):
        if _told(scene, clause, hit, len(arms)) or _compared(scene, clause, hit):
            for first, second in combinations(arms, 2):
                yield scene.make(
                    clause, None, hit, "between", "no-difference", first, second, "numbers-not-significant"
                )


def _told(scene: Scene, clause: Clause, hit: OutcomeHit, groups: int) -> bool:
    """Return whether as many numbers as there are groups stand between an outcome and its own test."""
    end = min((o.start for o in clause.outcomes if o.start > hit.start and o.id != hit.id), default=clause.end)
    test = next((p for p in clause.p if hit.end <= p.start < end), None)
    if test is None or test.significant is not False:
        return False
    low = clause.start if len(clause.p) == 1 and len({o.id for o in clause.outcomes} | {hit.id}) == 1 else hit.end
    listed = next((m for at in _starts(clause, low, test.start) for m in _LISTED.finditer(scene.text, at, test.start) if not _is_time(clause, m)), None)  # fmt: skip
    if listed is None or _count(listed.group()) != groups:
        return False
    return not _OTHER_TEST.search(scene.text, hit.end, test.start) and not _of_times(clause, hit, test)


def _compared(scene: Scene, clause: Clause, hit: OutcomeHit) -> bool:
    """Return whether an outcome has a test of the groups and no numbers: "leg pain: between-group P = 0.41"."""
    said = _BETWEEN.search(scene.text, clause.start, clause.end)
    return said is not None and scene.p_value(clause, max(hit.end, said.end()), hit)[1] is False


def _starts(clause: Clause, low: int, high: int) -> list[int]:
    """Return where a list of numbers may begin: behind the outcome, or behind a time ("after 6 weeks, 4.1 vs 4.4")."""
    return [low, *(t.end for t in clause.times if low <= t.start and t.end < high)]


def _is_time(clause: Clause, m: re.Match[str]) -> bool:
    return any(t.start < m.end() and m.start() < t.end for t in clause.times)


def _of_times(clause: Clause, hit: OutcomeHit, test: PValue) -> bool:
    """Return whether two numbers may be those of two times: "4.1 and 4.4 at one and three months"."""
    return len({t.days for t in clause.times if hit.start <= t.start < test.start}) > 1


def _count(listed: str) -> int:
    return len(_ONE.findall(re.sub(r"[(\[][^()\[\]]*[)\]]|(?:±|\+/-)\s?[\d.]+", "", listed)))
