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

_REVIEWS = frozenset({"systematic-review", "narrative-review", "guideline"})


@cache
def _studies() -> re.Pattern[str]:
    word = r"(?!(?:patients|subjects|of|in|from|were|with|to|and|investigators|authors|reviewers|review)\b)[\w'/()-]+"
    noun = r"(?:studies|trials|rcts|articles|papers|publications|reports|series|comparisons|meta-analyses|reviews)"
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
        r"involved|identified|review of|analysis of|analy[sz]ed|from)[^.;‹]{0,30}$"
    )
    part = r"\b(?:including|of these|these|only|the|both|other|further) $"
    bad = r"^[^.;,]{0,60}\b(?:screened|retrieved|excluded|found initially|full text|yielded|did not|were duplicates)\b"
    searched = (
        r"^[^.;]{0,60}\b(?:screened|excluded|retrieved|for abstract review|were identified|out of which|of which)\b"
    )
    return tuple((re.compile(p), w) for p, w in ((good, 2.0), (lead, 1.5), (part, -1.5), (bad, -3.0), (searched, -1.0)))


def n_studies(record: Record, sentences: Sequence[Sentence] | None = None, design: Design | None = None) -> int | None:
    """Return how many studies a review included, as stated; None when unstated or when ``design`` is not a review."""
    if design is not None and design not in _REVIEWS:
        return None
    parts = sentences if sentences is not None else split(record)
    best = (1.0, 0)
    good, lead, part, bad, searched = _cues()
    for index, text in enumerate(mark(fold(sentence.text)) for sentence in parts):
        for m in _studies().finditer(text):
            before, after = text[: m.start()], text[m.end() :]
            windows = ((good, after), (lead, before), (part, before), (bad, after), (searched, after))
            score = sum(cue[1] for cue, window in windows if cue[0].search(window)) - 0.05 * index
            value = int(m["k"]) + int(m["more"] or 0)
            if value > 1 and score > best[0]:
                best = (score, value)
    return best[1] or None


@cache
def _pool() -> re.Pattern[str]:
    lead = (
        r"(?:\b(?:involving|including|comprising|comprised|with|of|enrolling|total|in|on|for|included|randomi[sz]ing|encompassing|representing|totall?ing|covering|recruiting|evaluating|describing|enrol+ed|recruited|"
        r"reporting on|analy[sz]ed|and|data from) |\()(?:a total of |overall |in total |together )?"
    )
    people = rf"(?: (?!(?:{STOP})\b)[a-z'/-]+){{0,3}}? (?:{PEOPLE})\b"
    return re.compile(rf"{lead}‹(?P<n>\d+)›{people}")


def pooled_patients(texts: Sequence[str]) -> int | None:
    """Return the patients of all studies of a review: a number of people beside the number of studies.

    ``texts`` are sentences rewritten by ``ingest.head_counts.mark``.
    """
    best = (0.5, 0)
    for index, text in enumerate(texts):
        for m in _pool().finditer(text):
            near = text[max(0, m.start() - 120) : m.end() + 60]
            score = 2.0 * bool(_studies().search(near)) + 1.0 * ("total" in near) - 0.1 * index
            if score > best[0]:
                best = (score, int(m["n"]))
    return best[1] or None
