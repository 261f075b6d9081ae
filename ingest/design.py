"""Decide what kind of study a record reports, from publication types, headings, title and wording.

Design follows what was done, not the authors' label. The rules are ``cues/design.toml``: every cue adds its
weight to one design and the highest sum wins. A text that looks like a narrative review but counts patients of its
own is the study of these patients.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import get_args

from ingest.cue_files import Guarded, guarded, read_cues
from ingest.head_counts import PEOPLE, mark
from ingest.text import fold_case
from kg.errors import SpinekgError
from kg.model import Design, Record

__all__ = ["classify_design", "design_scores"]

_WHERE = ("title", "abstract", "any", "type", "mesh")
# What a record without any cue is: a text about no study of its own.
_DEFAULT: Design = "narrative-review"
_DEFAULT_WEIGHT = 0.6
# Above this a text calls itself a review, in its title and once more.
_REVIEW = 8.0
_FEW = 3
_LEAST = 0.5
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")
_TEST = re.compile(r"\bp ?(?:value ?)?(?:[<=>\u2264] ?|less than )0?\.\d")


@dataclass(frozen=True, slots=True)
class _Cue:
    design: Design
    where: str
    pattern: Guarded
    weight: float


@cache
def _cues() -> tuple[_Cue, ...]:
    keys = {"design": str, "where": str, "pattern": str, "weight": float, "example": str}
    cues = []
    for row in read_cues("design", "cue", keys, {"needs": list}):
        if row["design"] not in get_args(Design) or row["where"] not in _WHERE:
            raise SpinekgError(f"cues/design.toml: unknown design or place in {row['design']!r}, {row['where']!r}")
        cues.append(_Cue(row["design"], row["where"], guarded(row), row["weight"]))
    return tuple(cues)


def design_scores(record: Record) -> dict[Design, float]:
    """Return the sum of the matching cues for every design that has any."""
    text, size = fold_case(record.text), len(record.title)
    texts = {"title": text[:size], "abstract": text[size:], "any": text}
    headed = {n for term in record.publication_types for n in _on_heading("type", term.name)}
    headed |= {n for heading in record.mesh for n in _on_heading("mesh", heading.name)}
    scores: dict[Design, float] = {_DEFAULT: _DEFAULT_WEIGHT}
    for number, cue in enumerate(_cues()):
        if number in headed or (cue.where in texts and cue.pattern.search(texts[cue.where]) is not None):
            scores[cue.design] = scores.get(cue.design, 0.0) + cue.weight
    return scores


@lru_cache(4096)
def _on_heading(where: str, name: str) -> tuple[int, ...]:
    """Return the numbers of the cues that a publication type or a MeSH heading matches; few headings stand in most records."""
    return tuple(n for n, cue in enumerate(_cues()) if cue.where == where and cue.pattern.search(name.lower()))


@cache
def _own() -> re.Pattern[str]:
    """Return a pattern of a sentence about counted patients of whom something was done, or who are the study's."""
    elsewhere = (
        r"studies|trials|articles|literature|published|et al|per year|annually|million|estimated|approximately|about|"
        r"incidence|prevalence|people worldwide"
    )
    done = (
        r"underwent|received|had|suffered|developed|are (?:presented|reported|described|reviewed|discussed)|(?:were|was|have been|had been)(?! (?:reported|published))|"
        r"(?:treated|operated|managed|implanted|followed) "
    )
    told = (
        r"(?:we|authors|paper|article|report|study|review|investigation|analysis|cohort|series|experience|outcomes?|results|"
        r"treatment|therapy|tested|data|clinical course|performed|implanted|placed|injected|carried out|comprised|consisted|contained)\b(?:(?!\bthan\b)[^.;]){0,90}?"
    )
    whom = rf"(?P<n>\d+)›(?: [\w'/,()-]+){{0,7}}? (?:{PEOPLE})\b"
    return re.compile(
        rf"(?<![^.;])(?![^.;]*\b(?:{elsewhere})\b)[^.;]*?(?:\b{told}‹{whom}|‹{whom.replace('<n>', '<m>')}[^.;]{{0,160}}?\b(?:{done}))"
    )


def _counted_patients(record: Record) -> int:
    """Return the largest number of own patients that the abstract counts; 0 when it neither counts nor tests any."""
    abstract = fold_case(record.text)[len(record.title) :]
    whole = _DECIMAL.sub(",", mark(abstract))
    counted = max((int(m["n"] or m["m"]) for m in _own().finditer(whole)), default=0)
    return counted or (_FEW + 1) * bool(_TEST.search(abstract))


def _instead(record: Record, scores: Mapping[Design, float]) -> Design:
    """Return what a seeming narrative review is: the study of its own patients, if it counts any."""
    typed = any(term.name.lower() == "review" for term in record.publication_types)
    patients = 0 if typed or scores[_DEFAULT] > _REVIEW else _counted_patients(record)
    if not patients:
        return _DEFAULT
    others = {design: score for design, score in scores.items() if design not in (_DEFAULT, "systematic-review")}
    best = _best({"case-series": _LEAST, **{design: score for design, score in others.items() if score > _LEAST}})
    if best in ("case-series", "case-report"):
        return "case-report" if patients <= _FEW else "case-series"
    return best


def _best(scores: Mapping[Design, float]) -> Design:
    order = get_args(Design)
    return max(scores, key=lambda design: (scores[design], -order.index(design)))


def classify_design(record: Record) -> Design:
    """Return the design of the study the record reports; ``narrative-review`` when nothing says it is a study."""
    scores = design_scores(record)
    best = _best(scores)
    return _instead(record, scores) if best == _DEFAULT else best
