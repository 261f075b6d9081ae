"""Tell a study of something other than what a treatment does: a measurement, views, a habit, a skill, another field.

A row of ``cues/scope_subject.toml`` asks for words of the title and, where it says so, for words of the abstract. What a
record reports lifts it: a technique or a condition in the title, people who were treated, what a treatment did to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from ingest.cue_files import Guarded, read_cues

__all__ = ["lifted", "other_subject", "reported"]

_REQUIRED = {"name": str, "verdict": str, "weight": float, "title": str, "example": str, "abstract": str}
_OPTIONAL = {"text": str, "not_title": str, "not_text": str, "unless": list}


@dataclass(frozen=True, slots=True)
class _Row:
    verdict: str
    weight: float
    title: Guarded
    text: Guarded | None
    not_title: Guarded | None
    not_text: Guarded | None
    unless: tuple[str, ...]

    def holds(self, title: str, abstract: str, facts: frozenset[str]) -> bool:
        """Return whether title and abstract are of this kind, and nothing reported lifts it."""
        return (
            self.title.search(title) is not None
            and (self.not_title is None or not self.not_title.search(title))
            and not lifted(self.unless, facts)
            and (self.text is None or self.text.search(abstract) is not None)
            and (self.not_text is None or not self.not_text.search(abstract))
        )


def _compiled(pattern: str | None) -> Guarded | None:
    return Guarded(re.compile(pattern)) if pattern else None


@cache
def _rows() -> tuple[_Row, ...]:
    return tuple(
        _Row(
            r["verdict"], r["weight"], Guarded(re.compile(r["title"])), _compiled(r.get("text")),
            _compiled(r.get("not_title")), _compiled(r.get("not_text")), tuple(r.get("unless", ())),
        )
        for r in read_cues("scope_subject", "subject", _REQUIRED, _OPTIONAL)
    )  # fmt: skip


@cache
def _reports() -> tuple[tuple[str, Guarded], ...]:
    rows = read_cues("scope_subject", "report", {"name": str, "pattern": str, "example": str})
    return tuple((r["name"], Guarded(re.compile(r["pattern"]))) for r in rows)


def reported(abstract: str, *, technique: bool, condition: bool) -> frozenset[str]:
    """Return what speaks for a study of a treatment: names of ``[[report]]``, and what the title names."""
    found = {name for name, pattern in _reports() if pattern.search(abstract)}
    return frozenset(found | ({"technique"} if technique else set()) | ({"condition"} if condition else set()))


def lifted(unless: Iterable[str], facts: frozenset[str]) -> bool:
    """Return whether one of ``unless`` is reported; "treated+result" asks for both."""
    return any(facts.issuperset(each.split("+")) for each in unless)


def other_subject(title: str, abstract: str, facts: frozenset[str]) -> Sequence[tuple[str, float]]:
    """Return verdict and weight of every row that holds for a record in lower case."""
    return [(row.verdict, row.weight) for row in _rows() if row.holds(title, abstract, facts)]
