"""Plug-in ``component``: a spaCy pipeline the user has trained, with a text classifier, a span categoriser or both.

Labels are directions (``better``, ``no-difference`` …), alone or behind a basis (``within:better``). A *text classifier*
(textcat, textcat_multilabel) is shown the sentence of each claim with the names of its procedure, comparator and outcome
written as INTV, COMP and OUTC, and votes. A *span categoriser* (spancat, spancat_singlelabel) is shown each sentence of
results and conclusions as it stands; a span it marks is a claim on the one outcome named there, by the arms of the record.
``docs/plugins.md`` tells how to train either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from ingest.abbreviations import abbreviations
from ingest.grounding import Mention, find_mentions
from ingest.outcomes import outcome_hits, settle_outcomes
from ingest.plugins.protocol import Answer, Proposal, Vote
from ingest.plugins.sides import side_places
from ingest.plugins.weights import digest
from ingest.sentences import split
from ingest.text import fold
from kg.errors import ConfigurationError
from kg.model import Basis, Claim, Direction, Reading, Record
from kg.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["VARIABLE", "ComponentReader", "make", "masked"]

VARIABLE = "SPINEKG_COMPONENT"
"""The environment variable that names the pipeline: an installed package or a folder."""

_CLASSIFIERS = frozenset({"textcat", "textcat_multilabel"})
_CATEGORISERS = frozenset({"spancat", "spancat_singlelabel"})
_BASES, _DIRECTIONS = get_args(Basis), get_args(Direction)
_SURE = 0.5
"""A label of the classifier counts from this score on."""


def make(environ: Mapping[str, str], cache: Path | None) -> ComponentReader:
    """Return the plug-in with the pipeline of ``SPINEKG_COMPONENT``."""
    import spacy

    where = environ.get(VARIABLE, "").strip()
    if not where:
        raise ConfigurationError(
            f"plug-in 'component': {VARIABLE} is not set: name a package or a folder of a spaCy pipeline"
        )
    try:
        nlp = spacy.load(where)
    except (OSError, ValueError, KeyError) as error:
        words = " ".join(str(error).split())[:160]
        raise ConfigurationError(
            f"plug-in 'component': {VARIABLE} is '{where}', which cannot be loaded: {words}"
        ) from None
    return ComponentReader(nlp)


class ComponentReader:
    """Lets a trained pipeline vote on claims and propose some."""

    name = "component"

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._classifier = _labels(nlp, _CLASSIFIERS)
        self._categoriser = _labels(nlp, _CATEGORISERS)
        if not self._classifier and not self._categoriser:
            raise ConfigurationError(
                "plug-in 'component': the pipeline has no textcat or spancat with directions as labels:"
                f" {', '.join(_DIRECTIONS)}, or BASIS:DIRECTION"
            )
        self._keys = tuple(
            str(getattr(nlp.get_pipe(name), "key", "sc"))
            for name, kind in nlp.pipe_factories.items()
            if kind in _CATEGORISERS
        )
        self.version = f"{nlp.meta.get('version') or '0'}-{digest(nlp)}"

    def read(self, record: Record, reading: Reading) -> Iterator[Answer]:
        """Yield votes of the classifier, then claims of the categoriser."""
        text = fold(record.text)
        mentions = find_mentions(text, abbreviations(text))
        if self._classifier:
            yield from self._votes(text, reading, mentions)
        if self._categoriser and reading.arms:
            yield from self._proposals(record, text, reading, mentions)

    def _votes(self, text: str, reading: Reading, mentions: Sequence[Mention]) -> Iterator[Vote]:
        shown = [masked(text, claim, reading, mentions) for claim in reading.claims]
        for place, (claim, doc) in enumerate(zip(reading.claims, self._nlp.pipe(shown), strict=True)):
            scores = {label: score for label, score in doc.cats.items() if label in self._classifier}
            best = max(scores, key=lambda label: (scores[label], label), default=None)
            if best is not None and scores[best] >= _SURE and self._classifier[best][0] in (None, claim.basis):
                agrees = self._classifier[best][1] == claim.direction
                yield Vote(claim=place, agrees=agrees, why=f"'{best}' with score {scores[best]:.2f}")

    def _proposals(
        self, record: Record, text: str, reading: Reading, mentions: Sequence[Mention]
    ) -> Iterator[Proposal]:
        outcomes = settle_outcomes([m for m in mentions if m.kind == "outcome"])
        for sentence in split(record):
            if sentence.role not in ("results", "conclusions", "unknown"):
                continue
            doc = self._nlp(text[sentence.start : sentence.end])
            for label, start, end, score in self._spans(doc):
                hits = outcome_hits(outcomes, text, sentence.start + start, sentence.start + end)
                hits = hits or outcome_hits(outcomes, text, sentence.start, sentence.end)
                if len({hit.id for hit in hits}) == 1:
                    yield _proposal(self._categoriser[label], reading, hits[0].id, record.text[sentence.start : sentence.end],
                                    sentence.start, score, f"'{label}' with score {score:.2f}")  # fmt: skip

    def _spans(self, doc: Any) -> Iterator[tuple[str, int, int, float]]:
        for key in self._keys:
            group = doc.spans.get(key, ())
            scores = getattr(group, "attrs", {}).get("scores")
            for number, span in enumerate(group):
                if span.label_ in self._categoriser:
                    score = float(scores[number]) if scores is not None and len(scores) > number else _SURE
                    yield span.label_, span.start_char, span.end_char, score


def masked(text: str, claim: Claim, reading: Reading, mentions: Sequence[Mention]) -> str:
    """Return the sentence of a claim with its procedure, comparator and outcome written as INTV, COMP and OUTC."""
    vocabulary = load_vocabulary()
    mine, theirs = side_places(text, claim, reading, mentions)
    marks = [(*place, "INTV") for place in mine] + [(*place, "COMP") for place in theirs]
    for m in mentions:
        near = ((m.id, claim.outcome), (claim.outcome, m.id)) if m.kind == "outcome" else ()
        inside = claim.start <= m.start and m.end <= claim.end
        if inside and any(vocabulary.is_a("outcome", *pair) for pair in near):
            marks.append((m.start, m.end, "OUTC"))
    shown, place = "", claim.start
    for start, end, word in sorted(marks, key=lambda mark: (mark[0], -mark[1])):
        if start >= place:
            shown, place = shown + text[place:start] + word, end
    return shown + text[place : claim.end]


def _proposal(label: tuple[Basis | None, Direction], reading: Reading, outcome: str, quote: str, start: int, score: float, why: str) -> Proposal:  # fmt: skip
    """Return what a marked span says: of the first arm against the second, or of the first alone."""
    basis, direction = label
    others = [arm.procedure for arm in reading.arms[1:]]
    if basis is None:
        basis = "rate" if direction == "none-observed" else "between" if others else "within"
    return Proposal(
        procedure=reading.arms[0].procedure,
        comparator=others[0] if basis == "between" and others else None,
        outcome=outcome,
        basis=basis,
        direction=direction,
        quote=quote,
        start=start,
        confidence=min(max(score, 0.0), 1.0),
        why=why,
    )


def _labels(nlp: Language, kinds: frozenset[str]) -> dict[str, tuple[Basis | None, Direction]]:
    """Return the labels of the pipeline's components of some kinds that are directions, with what they mean."""
    found: dict[str, tuple[Basis | None, Direction]] = {}
    for name, kind in nlp.pipe_factories.items():
        for label in nlp.pipe_labels.get(name, []) if kind in kinds else []:
            before, colon, after = label.rpartition(":")
            if after in _DIRECTIONS and (before in _BASES if colon else True):
                found[label] = (before if colon else None, after)  # type: ignore[assignment]
    return found
