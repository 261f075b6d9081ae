"""Read how many patients a paper enrolled or randomised, and how many studies a review included.

Every counted group of people is a candidate. Cues of ``cues/size.toml`` raise or lower each one; numbers
that add up to a candidate confirm it; where no total is stated, the arms are added.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ingest.cue_files import Guarded, guarded, read_cues
from ingest.group_sums import side_by_side
from ingest.head_counts import PEOPLE, HeadCount, Sum, head_counts, mark, runs, sums
from ingest.sentences import split
from ingest.study_counts import n_studies, pooled_patients
from ingest.text import fold
from kg.model import Design, Record, Sentence

__all__ = ["n_studies", "sample_size"]

_FLOOR = 0.5
_SURE = 2.0
# Fewer people than this are more often a remark on some patients than the study.
_SMALL = 6
_PER_SENTENCE = 0.12
_STATED = 2.5
# What the title counts ("report of 245 cases") is the study.
_TITLE = 6.0
_UNCOUNTED = frozenset({"narrative-review", "correspondence", "guideline", "preclinical"})


@dataclass(frozen=True, slots=True)
class _Cue:
    pattern: Guarded
    weight: float


@cache
def _cues() -> dict[str, tuple[_Cue, ...]]:
    keys = {"name": str, "window": str, "pattern": str, "weight": float, "example": str, "expect": int}
    windows: dict[str, list[_Cue]] = {"before": [], "after": [], "sentence": [], "noun": []}
    for row in read_cues("size", "cue", keys, {"needs": list}):
        windows[row["window"]].append(_Cue(guarded(row), row["weight"]))
    return {window: tuple(cues) for window, cues in windows.items()}


@dataclass(frozen=True, slots=True)
class _Context:
    """What stands around one count: up to the counts before and after it, brackets with other counts left out."""

    before: str
    after: str
    noun: str
    sentence: str
    denominator: bool


@cache
def _bracket() -> re.Pattern[str]:
    return re.compile(r"\([^()]*\)")


def _contexts(counts: Sequence[HeadCount], text: str) -> list[_Context]:
    """Return the context of each count of one sentence."""
    brackets = [m.span() for m in _bracket().finditer(text)]
    inside = {c: next(((s, e) for s, e in brackets if s < c.start < e), None) for c in counts}
    filled = sorted({span for span in inside.values() if span})
    outside = [c for c in counts if inside[c] is None]
    contexts = []
    for count in counts:
        if span := inside[count]:
            peers, low, high = [c for c in counts if inside[c] == span], span[0], span[1]
        else:
            peers, low, high = outside, 0, len(text)
        at = peers.index(count)
        denominator = at > 0 and peers[at - 1].kind == "share"
        # "81 of 462 patients were randomised": what follows the whole belongs to the part as well.
        skip = 2 if count.kind == "share" and at + 1 < len(peers) else 1
        stop = peers[at + skip - 1].stop
        ceiling = peers[at + skip].start if at + skip < len(peers) else high
        floor = peers[at - 1].stop if at else low
        after = "".join(
            text[max(stop, s) : min(ceiling, e)] for s, e in _gaps(filled if inside[count] is None else [], len(text))
        )
        contexts.append(
            _Context(
                text[max(floor, count.start - 70) : count.start], after[:200], text[count.end : stop], text, denominator
            )
        )
    return contexts


def _gaps(spans: Sequence[tuple[int, int]], end: int) -> list[tuple[int, int]]:
    """Return what lies between ``spans``."""
    edges = [0, *(edge for span in spans for edge in span), end]
    return list(zip(edges[::2], edges[1::2], strict=True))


@cache
def _finished() -> re.Pattern[str]:
    return re.compile(
        r"^[^.;,]{0,25}\b(?:complet(?:ed|ing)|provided|returned|attended|were available|responded|remained|finished|"
        r"were followed|had follow)"
    )


def _cue_score(context: _Context) -> float:
    """Add up the cues around one count."""
    score = sum(
        c.weight for window, cues in _cues().items() for c in cues if c.pattern.search(getattr(context, window))
    )
    if context.denominator:
        score += 3.0 if _finished().search(context.after) else -4.0
    return score


@cache
def _enrolled_people() -> re.Pattern[str]:
    """Patients with their number in brackets, "patients with sciatica (n = 60)", but not a group of them."""
    gap = r"(?:(?!\b(?:group|arm|received|treated|underwent)\b)[^.;\d]){0,90}"
    return re.compile(rf"(?:{PEOPLE}|population|sample)\b{gap}\(\s?n\s?[=:]\s?‹?$")


@dataclass(frozen=True, slots=True)
class _Sums:
    """What adding numbers tells: totals that some arms make up, and those arms by sentence."""

    totals: frozenset[int]
    arms: frozenset[tuple[int, int]]


def _add_up(texts: Sequence[str], counts: Sequence[HeadCount], added: Sequence[Sum]) -> _Sums:
    totals = {s.total for s in added}
    arms = set()
    for s in added:
        if s.weight >= _SURE:
            arms |= {(s.sentence + step, part) for part in s.parts if part != s.total for step in (0, 1)}
    stated = {c.value for c in counts if c.kind != "share" and c.value >= 10}
    for index, text in enumerate(texts):
        for total, parts in runs(text).items() if stated else ():
            if total in stated:
                totals.add(total)
                arms |= {(index, part) for part in parts}
    return _Sums(frozenset(totals), frozenset(arms))


def _ranked(texts: Sequence[str]) -> list[tuple[float, int, int]]:
    """Return (score, minus sentence index, value) of every count and every sum of arms."""
    counts, added = head_counts(texts), [*sums(texts), *side_by_side(texts)]
    known = _add_up(texts, counts, added)
    first = next((c for c in counts if c.kind in {"people", "verb"} and c.sentence < len(texts) - 1), None)
    ranked, arm_scores = [], dict[tuple[int, int], float]()
    for index, text in enumerate(texts):
        here = [c for c in counts if c.sentence == index]
        for count, context in zip(here, _contexts(here, text), strict=True):
            arm = (index, count.value) in known.arms
            if count.kind == "n" and (arm or not _enrolled_people().search(text[: count.start])):
                continue
            score = (4.0 if count.kind == "n" else _cue_score(context)) - _PER_SENTENCE * index
            score += 1.5 * (count is first) + 2.5 * (count.value in known.totals)
            titled = index == len(texts) - 1 and count.kind == "people" and count.value >= _SMALL
            if titled and "follow" not in context.before:
                score += _TITLE + _PER_SENTENCE * index
            if arm:
                arm_scores[index, count.value] = max(score, arm_scores.get((index, count.value), score))
            ranked.append((score - 4.0 * arm, -index, count.value))
    return ranked + [_rank_sum(s, arm_scores, texts[s.sentence]) for s in added]


@cache
def _taken_in() -> re.Pattern[str]:
    return re.compile(
        r"‹\d+› (?:of (?:them|these) )?(?:were|was) (?:\w+ )?(?:eligible|enrol+ed|included|randomi[sz]ed|analy[sz]ed)\b"
    )


def _rank_sum(added: Sum, arm_scores: dict[tuple[int, int], float], text: str) -> tuple[float, int, int]:
    """Score a sum: higher where its sentence states it, and a little above its best arm when the arms are sure to be arms."""
    stated = added.weight >= _SURE and _taken_in().match(text, max(0, text.find(f"‹{added.total}›")))
    score = added.weight - _PER_SENTENCE * added.sentence + _STATED * bool(stated)
    if added.weight >= 3:
        best = max((arm_scores.get((added.sentence, part), 0.0) for part in added.parts), default=0.0)
        score = max(score, best + 0.5)
    return score, -added.sentence, added.total


def sample_size(
    record: Record, sentences: Sequence[Sentence] | None = None, design: Design | None = None
) -> int | None:
    """Return the patients enrolled or randomised as the abstract states them; None when it does not.

    For a systematic review it is the number of pooled patients; a case report without a number is one
    patient; papers that count nobody of their own (narrative reviews, letters, bench work) give None.
    """
    if design in _UNCOUNTED:
        return None
    texts = [mark(fold(part.text)) for part in (sentences if sentences is not None else split(record))]
    if design == "systematic-review":
        return pooled_patients(texts)
    if design == "case-report":
        return max((c.value for c in head_counts(texts) if c.kind == "people" and c.value <= 12), default=1)
    body = [*texts[1:], *texts[:1]]
    score, _, value = max(_ranked(body), default=(0.0, 0, 0))
    return value if score >= (_FLOOR if value >= _SMALL else 4 * _FLOOR) else None
