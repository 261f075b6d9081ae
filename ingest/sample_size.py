"""Read how many patients a paper enrolled or randomised, and how many studies a review included.

Every counted group of people is a candidate. Cues of ``cues/size.toml`` raise or lower each one; numbers
that add up to a candidate confirm it; where no total is stated, the arms are added.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ingest.cue_files import read_cues
from ingest.head_counts import PEOPLE, STOP, HeadCount, Sum, alone, head_counts, runs, sums
from ingest.number_words import NUMBER, parse_number
from ingest.sentences import split
from ingest.text import fold
from kg.model import Design, Record, Sentence

__all__ = ["n_studies", "sample_size"]

_FLOOR = 0.5
_PER_SENTENCE = 0.12
_UNCOUNTED = frozenset({"narrative-review", "correspondence", "guideline", "preclinical"})
_REVIEWS = frozenset({"systematic-review", "narrative-review", "guideline"})


@dataclass(frozen=True, slots=True)
class _Cue:
    pattern: re.Pattern[str]
    weight: float


@cache
def _cues() -> dict[str, tuple[_Cue, ...]]:
    keys = {"name": str, "window": str, "pattern": str, "weight": float, "example": str, "expect": int}
    windows: dict[str, list[_Cue]] = {"before": [], "after": [], "sentence": [], "noun": []}
    for row in read_cues("size", "cue", keys):
        windows[row["window"]].append(_Cue(re.compile(row["pattern"], re.I), row["weight"]))
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
        r"were followed|had follow)",
        re.I,
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
    return re.compile(rf"(?:{PEOPLE})\b{gap}\(\s?n\s?[=:]\s?$", re.I)


def _ranked(texts: Sequence[str]) -> list[tuple[float, int, int]]:
    """Return (score, minus sentence index, value) of every count and every sum of arms."""
    counts, added = head_counts(texts), list(sums(texts))
    values = {c.value for c in counts if c.kind != "share"}
    confirmed = {s.total for s in added}
    arms = {
        (s.sentence + step, part)
        for s in added
        if s.weight >= 2
        for part in s.parts
        if part != s.total
        for step in (0, 1)
    }
    for index, text in enumerate(texts):
        for total, parts in runs(text).items():
            if total in values and total >= 10:
                confirmed.add(total)
                arms |= {(index, part) for part in parts}
    first = next((c for c in counts if c.kind in {"people", "verb"} and c.sentence < len(texts) - 1), None)
    ranked, arm_scores = [], dict[tuple[int, int], float]()
    for index, text in enumerate(texts):
        here = [c for c in counts if c.sentence == index]
        for count, context in zip(here, _contexts(here, text), strict=True):
            arm = (index, count.value) in arms
            if count.kind == "n" and (arm or not _enrolled_people().search(text[: count.start])):
                continue
            score = (4.0 if count.kind == "n" else _cue_score(context)) - _PER_SENTENCE * index
            score += 1.5 * (count is first) + 2.5 * (count.value in confirmed)
            if arm:
                arm_scores[index, count.value] = score
            ranked.append((score - 4.0 * arm, -index, count.value))
    return ranked + [_rank_sum(s, arm_scores) for s in added]


def _rank_sum(added: Sum, arm_scores: dict[tuple[int, int], float]) -> tuple[float, int, int]:
    """Score a sum: a little above its best arm when the arms are sure to be arms."""
    score = added.weight - _PER_SENTENCE * added.sentence
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
    texts = [fold(part.text) for part in (sentences if sentences is not None else split(record))]
    if design == "systematic-review":
        return _pooled(texts)
    if design == "case-report":
        return max((c.value for c in head_counts(texts) if c.kind == "people" and c.value <= 12), default=1)
    body = [*texts[1:], *texts[:1]]
    score, _, value = max(_ranked(body), default=(0.0, 0, 0))
    return value if score >= _FLOOR else None


@cache
def _studies() -> re.Pattern[str]:
    word = r"(?!(?:patients|subjects|of|in|from|were|with|to)\b)[\w'/()-]+"
    noun = r"(?:studies|trials|rcts|articles|papers|publications|reports|series|comparisons|meta-analyses|reviews)"
    kind = (
        r"(?:rcts?|pcts?|ccts?|randomi[sz]ed|prospective|retrospective|cohort|observational|comparative|controlled|"
        r"nonrandomi[sz]ed|trials|studies)"
    )
    second = rf"(?:\s{kind}){{1,4}}\s(?:and|plus)\s(?P<more>{NUMBER})"
    return re.compile(rf"{alone('k')}(?:{second})?(?:\s(?!{NUMBER}\b){word},?){{0,6}}?\s{noun}\b", re.IGNORECASE)


@cache
def _study_cues() -> tuple[tuple[re.Pattern[str], float], ...]:
    good = (
        r"\b(?:included|met|meeting|fulfill?ed|eligible|pooled|analy[sz]ed|identified|selected|selection|satisfied|"
        r"qualified|involving|comprising|reviewed|retained)\b"
    )
    bad = r"^[^.;,]{0,60}\b(?:screened|retrieved|excluded|found initially|full text|yielded|did not|were duplicates)\b"
    before = (
        r"\b(?:a total of|total|included?|including|from|of|identified|in|analy[sz]ed|resulting in|leaving|pooled|"
        r"review of|analysis of) (?:the )?$"
    )
    searched = r"\b(?:screened|excluded|retrieved|titles|search (?:\w+ )?(?:yielded|identified|found|returned))\b"
    return tuple((re.compile(p, re.I), w) for p, w in ((good, 2.0), (bad, -3.0), (before, 1.0), (searched, -1.0)))


def n_studies(record: Record, sentences: Sequence[Sentence] | None = None, design: Design | None = None) -> int | None:
    """Return how many studies a review included, as stated; None when unstated or when ``design`` is not a review."""
    if design is not None and design not in _REVIEWS:
        return None
    parts = sentences if sentences is not None else split(record)
    best = (1.0, 0)
    good, bad, before, searched = _study_cues()
    for index, text in enumerate(fold(part.text) for part in parts):
        for m in _studies().finditer(text):
            value = (parse_number(m["k"]) or 0) + (parse_number(m["more"] or "0") or 0)
            windows = ((good, text), (bad, text[m.end() :]), (before, text[: m.start()]), (searched, text))
            score = sum(cue[1] for cue, window in windows if cue[0].search(window)) - 0.05 * index
            if value and score > best[0]:
                best = (score, value)
    return best[1] or None


@cache
def _pool() -> re.Pattern[str]:
    lead = (
        r"(?:\b(?:involving|including|comprising|comprised|with|of|enrolling|total|in|on|for|included|randomi[sz]ing|"
        r"reporting on|analy[sz]ed|and|data from)\s|\()(?:a total of\s|overall\s|in total\s|together\s)?"
    )
    people = rf"(?:\s(?!(?:{STOP})\b)[a-z'/-]+){{0,3}}?\s(?:{PEOPLE})\b"
    return re.compile(rf"{lead}(?P<n>{NUMBER})(?![.,/:]?\d){people}", re.IGNORECASE)


def _pooled(texts: Sequence[str]) -> int | None:
    """Return the patients of all studies of a review: a number of people beside the number of studies."""
    best = (0.5, 0)
    for index, text in enumerate(texts):
        for m in _pool().finditer(text):
            near = text[max(0, m.start() - 120) : m.end() + 60]
            score = 2.0 * bool(_studies().search(near)) + 1.0 * ("total" in near.lower()) - 0.1 * index
            value = parse_number(m["n"])
            if value and score > best[0]:
                best = (score, value)
    return best[1] or None
