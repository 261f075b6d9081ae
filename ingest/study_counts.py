"""Read how many studies a review included, and how many patients they had together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from ingest.head_counts import PEOPLE, STOP, mark
from ingest.sentences import split
from ingest.text import fold
from kg.model import Design, Record, Sentence

__all__ = ["n_studies", "pooled_patients"]

_FEWEST = 10
_REVIEWS = frozenset({"systematic-review", "narrative-review", "guideline"})


@cache
def _studies() -> re.Pattern[str]:
    word = r"(?!(?:patients|subjects|of|in|from|were|with|to|and|investigators|authors|reviewers|review)\b)[\w'/()-]+"
    noun = r"(?:studies|trials|rcts|articles|papers|publications|reports|series|comparisons|meta-analyses|reviews|manuscripts)"
    kind = (
        r"(?:rcts?|pcts?|ccts?|randomi[sz]ed|prospective|retrospective|cohort|observational|comparative|controlled|"
        r"nonrandomi[sz]ed|trials|studies)"
    )
    second = rf"(?: {kind}){{1,4}} (?:and|plus) ‹(?P<more>\d+)›"
    return re.compile(rf"‹(?P<k>\d+)›(?:{second})?(?: {word},?){{0,6}}? {noun}\b")


@cache
def _cues() -> tuple[tuple[re.Pattern[str], float], ...]:
    good = (
        r"^[^.;]{0,90}\b(?:included|met|meeting|fulfill?ed|eligible|pooled|analy[sz]ed|selected|satisfied|qualified|involving|"
        r"comprising|reviewed|retained)\b|^ \([^)]*\)"
    )
    lead = (
        r"\b(?:included?|meet|met|selected|selection of|pooled|of which|leaving|resulting in|remaining|yielded|"
        r"involved|identified|review of|analysis of|analy[sz]ed|from|across)[^.;‹]{0,30}$"
    )
    people = rf"^[^.;‹]{{0,45}}‹\d+› (?:[\w-]+ ){{0,3}}?(?:{PEOPLE})\b"
    of_all = r"^,(?: only)? ‹"
    part = r"\b(?:including|of these|these|only|the|both|other|further) $"
    bad = r"^[^.;,]{0,60}\b(?:screened|retrieved|excluded|found initially|full text|yielded|did not|were duplicates)\b"
    searched = (
        r"^[^.;]{0,60}\b(?:screened|excluded|retrieved|for abstract review|were identified|out of which|of which)\b"
    )
    return tuple(
        (re.compile(p), w)
        for p, w in (
            (good, 2.0),
            (lead, 1.5),
            (part, -1.5),
            (bad, -3.0),
            (searched, -1.0),
            (people, 2.5),
            (of_all, -3.0),
        )
    )


def n_studies(record: Record, sentences: Sequence[Sentence] | None = None, design: Design | None = None) -> int | None:
    """Return how many studies a review included, as stated; None when unstated or when ``design`` is not a review."""
    if design is not None and design not in _REVIEWS:
        return None
    parts = sentences if sentences is not None else split(record)
    best = (1.0, 0)
    good, lead, part, bad, searched, people, of_all = _cues()
    for index, text in enumerate(mark(fold(sentence.text)) for sentence in parts):
        for m in _studies().finditer(text):
            before, after = text[: m.start()], text[m.end() :]
            windows = (
                (good, after),
                (lead, before),
                (part, before),
                (bad, after),
                (searched, after),
                (people, after),
                (of_all, after),
            )
            score = sum(cue[1] for cue, window in windows if cue[0].search(window)) - 0.05 * index
            value = int(m["k"]) + int(m["more"] or 0)
            if value > 1 and score > best[0]:
                best = (score, value)
    return best[1] or None


@cache
def _pool() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns of counted patients, and of two groups of them that the studies had together."""
    people = rf"(?: (?!(?:{STOP})\b)[a-z'/-]+){{0,3}}? (?:{PEOPLE})\b"
    gap = r"(?:(?!\b(?:of|in) ‹)[^.;‹]){0,60}?"
    return (
        re.compile(rf"(?<![<>≥≤] )‹(?P<n>\d+)›{people}|\bn ?= ?‹?(?P<all>\d+)(?![.\d])"),
        re.compile(
            rf"‹(?P<one>\d+)›{people}{gap}\bcompared (?:with|to) ‹(?P<other>\d+)›|"
            rf"\b(?:includ\w+|compris\w+|involv\w+|enrol\w+|with|of) ‹(?P<first>\d+)› and ‹(?P<second>\d+)›{people}"
        ),
    )


@cache
def _pool_cues() -> tuple[tuple[re.Pattern[str], float], ...]:
    """Return what raises or lowers patients as those of all studies, by what stands before, marked "|", and after them."""
    return (
        (re.compile(r"\b(?:trials?|study|studies|rcts?|articles|papers|publications|reports|series)\b"), 1.0),
        (re.compile(r"\b(?:total|totally|pooled|overall|combined|together|altogether|data (?:of|from|on))\b"), 1.0),
        (re.compile(r"\|[^|]*?\b(?:were|was) (?:\w+ )?(?:included|analy[sz]ed|pooled|enrol+ed)|\bof the \|"), 1.0),
        (
            re.compile(
                r"\b(?:more|fewer|less) than \||\b(?:at least|minimum of|up to|over|per|fewer|first|least) \||\bone trial had \|"
            ),
            -3.0,
        ),
        (
            re.compile(
                r"^[^|]*\b(?:outcomes? (?:of|for|in)|available for|reported (?:in|for)|occurred in|seen in|died) \|"
            ),
            -1.0,
        ),
        (re.compile(r"\|[^|.;]{0,12}; (?:md|smd|wmd|or|rr|hr|i2|95)\b"), -2.5),
    )


def _pool_score(text: str, start: int, end: int) -> float:
    near = f"{text[max(0, start - 120) : start]}|{text[end : end + 70]}"
    counted = 2.0 * bool(_studies().search(near.replace("|", "‹0› people")))
    return counted + sum(weight for cue, weight in _pool_cues() if cue.search(near))


def pooled_patients(texts: Sequence[str]) -> int | None:
    """Return the patients of all studies of a review: a number of people beside the number of studies.

    ``texts`` are sentences rewritten by ``ingest.head_counts.mark``.
    """
    best = (0.6, 0)
    people, pairs = _pool()
    for index, text in enumerate(texts):
        found = [(m, int(m["n"] or m["all"]), 0.0) for m in people.finditer(text)]
        found += [(m, int(m["one"] or m["first"]) + int(m["other"] or m["second"]), 0.5) for m in pairs.finditer(text)]
        for m, size, more in found:
            score = _pool_score(text, m.start(), m.end()) + more - 0.03 * index
            if size >= _FEWEST and score > best[0]:
                best = (score, size)
    return best[1] or None
