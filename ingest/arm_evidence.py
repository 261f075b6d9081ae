"""What an abstract offers for building its arms: procedures, contrasts, groups, and what its words mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from ingest.contrasts import Contrast, Span, contrasts
from ingest.grounding import Mention
from ingest.group_names import designated, named_groups
from ingest.injectates import drugs_in_place
from ingest.lexicon import below, broader, group_words, related
from ingest.screened import screened
from ingest.settle import (
    DEFINING,
    Settler,
    settle_procedures,
    specific,
    weigh,
    without_eligibility,
    without_history,
    without_setting,
    without_shared,
)
from ingest.spellings import side_words
from kg.model import Sentence

__all__ = ["Draft", "Evidence", "gather"]

_OVERVIEW = screened(
    r"^(?!.*(?:randomi|controlled|trial|versus|compar)).*\b(?:overview|trends in|guidelines?|consensus|recommendations?|survey"
    r"|views|current status|update|indications|management of|treatment options|what is|where do)\b"
    r"|^(?!.*(?:systematic|meta-?analy|compar|versus)).*\breview\b",
    re.I,
)
_WITHOUT = re.compile(
    r"(?:(?<!or )(?<!and )(?<!versus )(?<!vs )(?<!vs\. )\b(?:without (?:[\w-]+ ){0,2}|no (?:additional |further |bone |posterior |anterior |concomitant )?)|\bnon-(?:\w+ )?)$",
    re.I,
)
_SURGICAL = re.compile(r"\b(?<!non-)(?:operatively|surgically|operated|operation|surgery)\b", re.I)
_STEPS = {
    "decompression": "decompression-surgery", "fusion": "spinal-fusion", "arthrodesis": "spinal-fusion",
    "fixation": "spinal-fixation", "instrumentation": "spinal-fixation",
}  # fmt: skip
_STEP = re.compile(rf"\b(?<!non-)(?:{'|'.join(_STEPS)})\b", re.I)
_ADJECTIVE = re.compile(r"percutaneous|interlaminar|transforaminal|caudal|endoscopic|anterior|posterior|open", re.I)
_ANY, _UNLISTED = "spinal-intervention", "other-surgery"
_ON_TOP = re.compile(r"\b(?:with|plus|additional|added) $", re.I)
_RIVALS = re.compile(r"(?<!non)(?<!non-)(?:surg|operat)|\bversus\b|\bvs\b|compar", re.I)
_PLACEBO = "placebo-injection"
_COMBINED = re.compile(r"^(?!.*(?:\bvs\b|versus|compar|alone|randomi|controlled)).*\bcombin(?:ed|ation|ing)\b", re.I)
_POOLED = screened(r"\breview|meta-?analys", re.I)
_RANDOM = screened(
    r"\b(?:were|was|patients?|subjects|participants|cases|adults|people) (?:[\w-]+ ){0,5}?"
    r"(?:randomi[sz]ed|randomly|allocated|assigned)|randomi[sz]ed to\b|after randomi[sz]ation"
    r"|randomi[sz]ed,? (?:[\w-]+,? ){0,5}(?:trial|study|comparison|investigation|design|evaluation)"
    r"|cross-?over (?:trial|study|design)|^(?:a )?(?:prospective,? )?randomi[sz]ed",
    re.I,
)


@dataclass(slots=True)
class Draft:
    """An arm in the making: its procedures (the first counts), what tells it apart, what it is called.

    ``added`` marks the arm that has something on top of the other; ``first`` is where the text first speaks of it.
    """

    ids: tuple[str, ...]
    words: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    control: bool = False
    added: bool = False
    first: int = 10**9


@dataclass(frozen=True)
class Evidence:
    """What the abstract offers for building arms; ``ranked`` are its procedures, heaviest first."""

    text: str
    sentences: Sequence[Sentence]
    mentions: Sequence[Mention]
    loose: Sequence[Mention]
    weights: Mapping[str, float]
    ranked: Sequence[str]
    contrasts: Sequence[Contrast]
    groups: Mapping[str, Sequence[Span]]
    named: Sequence[tuple[str, int, int]]
    settler: Settler

    def ids(self, span: Span) -> list[str]:
        """Return the narrowest procedures named inside a span, in order, without parts of others.

        Names in full hide words in context ("percutaneous pedicle screws"), unless these say which kind it is
        ("epidural steroid injection through the interlaminar route").
        """
        inside = [
            m for m in self.mentions if span[0] - 1 <= m.start and m.end <= span[1] + 1 and m.start not in self._lacking
        ]
        full = [m.id for m in inside if m.strength != "context"]
        told = [m for m in inside if not full or m.strength != "context" or self._added(m, full)]
        found = specific([m.id for m in told])
        if len(found) < 2:
            return found
        parts = {p for i in found for p in group_words().parts.get(i, ())}
        return [i for i in found if i not in parts] or found

    def _added(self, m: Mention, full: Sequence[str]) -> bool:
        """Return whether a word in context counts beside full names: it says which kind one is, or what came on top."""
        on_top = _ON_TOP.search(self.text, max(0, m.start - 12), m.start) is not None
        return on_top or any(below(m.id, i) for i in full)

    @cached_property
    def _lacking(self) -> frozenset[int]:
        """Return where a procedure is named that a group went without: "an injection without radiofrequency"."""
        return frozenset(m.start for m in self.mentions if self._lacks(m.start))

    def hinted(self, span: Span) -> list[str]:
        """Return what a loose word means that is the only hint in a span: "fusion", "caudal", "manipulation"."""
        inside = [m for m in self.loose if span[0] - 1 <= m.start and m.end <= span[1] + 1]
        found = [self.settler.refined(m.id) for m in inside if not self._lacks(m.start) and self._fits(m)][:1]
        ruled = self.ruled(self.words(span), self.top) if found and self.top else None
        # "Interlaminar" beside an endoscopic discectomy is one, whatever else is done that way.
        return [ruled] if ruled and broader(ruled) == broader(self.top or "") else found

    def _fits(self, m: Mention) -> bool:
        """Return whether a loose word may be a procedure here: "percutaneous" leads of a stimulator are no screws."""
        if self.top is None or _ADJECTIVE.fullmatch(m.text) is None:
            return True
        return broader(m.id) == broader(self.top) or related(m.id, self.top) or self.ruled(m.text, self.top) is not None

    def step(self, span: Span) -> list[str]:
        """Return the part of an operation that a bare word of a span names: "with decompression"."""
        found = (m for m in _STEP.finditer(self.text, *span) if not self._lacks(m.start()))
        return [_STEPS[m.group().lower()] for m in found][:1]

    def _lacks(self, at: int) -> bool:
        """Return whether the procedure named at a place is what a group went without."""
        return _WITHOUT.search(self.text, max(0, at - 50), at) is not None

    def surgical(self, span: Span) -> bool:
        """Return whether a span says that patients were operated on: "operatively", "treated surgically"."""
        return _SURGICAL.search(self.text, *span) is not None

    def words(self, span: Span) -> str:
        """Return the text of a span, without saline that only dilutes a drug."""
        words = side_words(self.text, span)
        if "saline" in words and not any(m.id == _PLACEBO and span[0] <= m.start < span[1] for m in self.mentions):
            return words.replace("saline", "")
        return words

    def ruled(self, words: str, about: str) -> str | None:
        """Return what the words of a side mean in a paper about a procedure, or None."""
        found = _first_rule(words, about)
        parts = group_words().parts.get(about, frozenset())
        if found in parts and found not in self.weights:
            # What is left of a fusion without fusion is the part that the record names: its decompression.
            named = [i for i in self.ranked if i in parts]
            found = named[0] if named else found
        if found == _ANY:
            return self.settler.operation()
        if found and below(about, found):
            return found  # an epidural injection of something else than the steroid of the title
        return self.settler.refined(found) if found else None

    def told_apart(self, words: str, about: str) -> str | None:
        """Return what words mean that set an arm against another of a procedure: never that again for want of "open"."""
        found, ruled = _first_rule(words, about), self.ruled(words, about)
        return found if found not in (None, _ANY) and ruled == about else ruled

    @cached_property
    def top(self) -> str | None:
        """Return the procedure the paper is about: the heaviest that is not a comparator by nature.

        A title that names drugs or care alone makes these the heaviest ("Recurrence of pain after usual care").
        """
        words, title = group_words(), self.settler.title
        titled = {m.id for m in self.mentions if m.end <= len(title)}
        care = all(below(i, "conservative-care") for i in titled) and not _RIVALS.search(title)
        named = {m.id for m in self.mentions if care and m.end <= len(title) and m.strength != "context"}
        if named:
            return next(i for i in self.ranked if i in named)
        told = next((i for i in self.ranked if i not in words.comparators), None)
        if _UNLISTED in self.ranked and (told is None or self._outweighed(told)):
            return _UNLISTED
        return told or (self.ranked[0] if self.ranked else None)

    def _outweighed(self, told: str) -> bool:
        """Return whether a loose word ("fusion") names a procedure less often than the record says "surgery"."""
        full = any(m.id == told and m.strength != "context" for m in self.mentions)
        return not full and self.weights[_UNLISTED] > self.weights[told]

    @cached_property
    def overview(self) -> bool:
        """Return whether the title is that of an overview, a survey or advice rather than of a comparison."""
        return _OVERVIEW.search(self.settler.title) is not None

    @property
    def pooled(self) -> bool:
        """Return whether the title is that of a review."""
        return _POOLED.search(self.settler.title) is not None

    @cached_property
    def combined(self) -> bool:
        """Return whether the title is about treatments given together, compared with nothing."""
        return _COMBINED.search(self.settler.title) is not None

    @cached_property
    def randomised(self) -> bool:
        """Return whether patients of this study were allocated to arms, whatever the arms were."""
        return self._allocated(DEFINING)

    @property
    def allocates(self) -> bool:
        """Return whether more than the title says that patients were allocated to arms."""
        return self._allocated(DEFINING[1:])

    def _allocated(self, roles: Sequence[str]) -> bool:
        if self.overview or _POOLED.search(self.settler.title):
            return False
        return any(s.role in roles and _RANDOM.search(s.text) for s in self.sentences)


@lru_cache(maxsize=4096)
def _first_rule(words: str, about: str) -> str | None:
    return next((rule.to for rule in group_words().sides if rule.fits(words, about)), None)


def gather(sentences: Sequence[Sentence], text: str, mentions: Sequence[Mention]) -> Evidence:
    """Settle, weigh and rank the procedure ``mentions`` of folded ``text``, and find its contrasts and groups."""
    title = sentences[0].end if sentences and sentences[0].role == "title" else 0
    mentions = without_history(text, title, drugs_in_place(mentions, text[:title]))
    settler, words = Settler(sentences, text, mentions), group_words()
    settled, loose = settle_procedures(settler, mentions)
    settled = without_shared(settler, without_setting(settler, without_eligibility(text, settled)))
    weights = weigh(sentences, settled, inherit=True)
    ranked = [i for i, _ in weights.most_common()]
    narrow = [i for i in ranked if i not in words.general]
    return Evidence(
        text=text,
        sentences=sentences,
        mentions=settled,
        loose=loose,
        weights=weights,
        ranked=narrow if any(i not in words.comparators for i in narrow) else ranked,
        contrasts=contrasts(sentences, text),
        groups=designated(sentences, text),
        named=tuple(named_groups(text)),
        settler=settler,
    )
