"""Give every procedure mention of a record one meaning, and weigh the procedures by where they are named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from ingest.grounding import Mention
from ingest.lexicon import group_words
from kg.model import Sentence
from kg.vocabulary import load_vocabulary

__all__ = ["settle_procedures", "specific", "weigh"]

_ROLE_WEIGHT = {"title": 6.0, "objective": 4.0, "methods": 2.0, "results": 1.0, "conclusions": 1.5, "background": 0.4, "unknown": 1.0}  # fmt: skip


def specific(ids: Iterable[str]) -> list[str]:
    """Drop procedure ids that are ancestors of another id in the list; keep the order."""
    vocabulary, listed = load_vocabulary(), list(dict.fromkeys(ids))
    above = {a for i in listed for a in vocabulary.ancestors("procedure", i) if a != i}
    return [i for i in listed if i not in above]


def weigh(sentences: Sequence[Sentence], mentions: Sequence[Mention], *, inherit: bool = False) -> Counter[str]:
    """Weigh each procedure: title above aim above methods above results, context words less than names.

    With ``inherit`` a broader name ("epidural injection") counts for the only narrower procedure named.
    """
    score: Counter[str] = Counter()
    position = 0
    for m in mentions:
        while position < len(sentences) - 1 and m.start >= sentences[position].end:
            position += 1
        weight = _ROLE_WEIGHT[sentences[position].role] * (0.4 if m.strength == "context" else 1.0)
        score[m.id] += weight  # type: ignore[assignment]
    return _inherit(score) if inherit else score


def _inherit(score: Counter[str]) -> Counter[str]:
    vocabulary, total = load_vocabulary(), Counter(score)
    for concept in score:
        for above in vocabulary.ancestors("procedure", concept)[1:]:
            if above in score and sum(vocabulary.is_a("procedure", i, above) for i in score if i != above) == 1:
                total[concept] += score[above]
                total[above] -= score[above]
    return total


def settle_procedures(sentences: Sequence[Sentence], text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Give every mention one procedure: context words mean what the record names in full, general names what it was done to."""
    vocabulary, words = load_vocabulary(), group_words()
    full = weigh(sentences, [m for m in mentions if m.strength != "context"])
    title = text[: sentences[0].end] if sentences and sentences[0].role == "title" else ""
    useful = [i for i in full if i not in words.comparators and i not in words.general]

    @cache
    def context(candidates: tuple[str, ...]) -> str | None:
        found = [(full[i], i) for c in candidates for i in full if vocabulary.is_a("procedure", i, c)]
        return max(found)[1] if found else None

    @cache
    def refined(concept: str) -> str:
        for r in words.refine:
            if concept in r.sources and r.pattern.search(title if r.where == "title" else text):
                return r.to
        return concept

    settled = []
    for m in mentions:
        target: str | None = m.id
        low = m.text.lower()
        if m.strength == "context":
            surgical = "surg" in low or "operati" in low
            target = None if low in words.ignore else context((m.id, *m.also))
            if (target is None or target in words.general or not useful) and surgical:
                target = refined("spinal-intervention")
                target = None if target == "spinal-intervention" else target
            elif target is None and not useful and low not in words.ignore:
                target = m.id
        if target is not None:
            settled.append(replace(m, id=refined(target)))
    return tuple(settled)
