"""Work out which arms a record has: every contrast, group and comparator in it votes for a set of procedures."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ingest.contrasts import Contrast, Span, content_words
from ingest.grounding import Mention
from ingest.lexicon import below, broader, group_words, related
from ingest.settle import Settler, specific
from kg.model import Sentence

__all__ = ["Draft", "Evidence", "draft_arms"]

_PATIENTS = re.compile(
    r"baseline|pre-?operativ|post-?operativ|follow|month|week|year|value|score|patients (?:who|with|without|in whom|aged)|those|male\b|female|\bage\b|smok|\d{4}|level\b|before|days?\b"
    r"|group\b.*group\b|\bmen\b|women|responder|diabet|obes|non-?union|fractured|with and|without (?!steroid|cortico|bone|fusion|lead|local)",
    re.I,
)
_TRIAL = re.compile(r"randomi[sz]ed|controlled (?:clinical )?trial|\bversus\b|\bvs\b|\bcompar|\btrials?\b", re.I)
_OVERVIEW = re.compile(
    r"^(?!.*(?:randomi|controlled|trial|versus|compar)).*\b(?:overview|guidelines?|consensus|recommendations?|survey|views|current status|update|indications|management of|treatment options|what is|where do)\b|^(?!.*(?:systematic|meta-?analy|compar|versus)).*\breview\b",
    re.I,
)
_JOINED = re.compile(r"\bcombin|\bplus\b|\bwith\b|\bthen\b|followed by|\bbefore\b|\bprior to\b|predict", re.I)
_ROLE = {"title": 5.0, "objective": 4.0, "methods": 3.0, "unknown": 2.5, "results": 1.0, "background": 0.8}
_KIND = {
    "versus": 1.0,
    "between": 0.9,
    "later": 0.6,
    "either": 1.0,
    "or": 0.9,
    "and": 0.45,
    "sized": 0.9,
    "without": 1.0,
    "list": 0.8,
}
_RANDOM = re.compile(
    r"\b(?:were|was|patients?|subjects|participants|cases|adults|people) (?:[\w-]+ ){0,5}?(?:randomi[sz]ed|randomly|allocated|assigned)|randomi[sz]ed to\b|after randomi[sz]ation"
    r"|randomi[sz]ed,? (?:[\w-]+,? ){0,5}(?:trial|study|comparison|investigation|design|evaluation)|cross-?over (?:trial|study|design)|^(?:a )?(?:prospective,? )?randomi[sz]ed",
    re.I,
)


@dataclass(slots=True)
class Draft:
    """An arm in the making: its procedures (the first counts), what tells it apart, what it is called."""

    ids: tuple[str, ...]
    words: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    control: bool = False
    added: bool = False
    first: int = 10**9


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the abstract offers for building arms; ``ranked`` are its procedures, heaviest first."""

    text: str
    sentences: Sequence[Sentence]
    mentions: Sequence[Mention]
    weights: Mapping[str, float]
    ranked: Sequence[str]
    contrasts: Sequence[Contrast]
    groups: Mapping[str, Sequence[Span]]
    named: Sequence[tuple[str, int, int]]
    settler: Settler

    def ids(self, span: Span) -> list[str]:
        """Return the narrowest procedures named inside a span, in order, without parts of others; full names hide words in context."""
        inside = [m for m in self.mentions if span[0] - 1 <= m.start and m.end <= span[1] + 1]
        found = specific([m.id for m in inside if m.strength != "context"] or [m.id for m in inside])
        if len(found) < 2:
            return found
        parts = {p for i in found for p in group_words().parts.get(i, ())}
        return [i for i in found if i not in parts] or found

    @property
    def top(self) -> str | None:
        """Return the procedure the paper is about: the heaviest that is not a comparator by nature."""
        words = group_words()
        return next((i for i in self.ranked if i not in words.comparators), self.ranked[0] if self.ranked else None)


@dataclass(slots=True)
class _Vote:
    """A set of arms and how strongly it is supported."""

    score: float
    drafts: list[Draft]


def _by_rule(words: str, about: str, e: Evidence) -> str | None:
    """Return what the words of a side mean in a paper about a procedure, or None."""
    rule = _first_rule(words, about)
    return e.settler.refined(rule) if rule else None


@lru_cache(maxsize=4096)
def _first_rule(words: str, about: str) -> str | None:
    return next((rule.to for rule in group_words().sides if rule.fits(words, about)), None)


def _pair(c: Contrast, e: Evidence) -> tuple[Draft, Draft] | None:
    """Return the two arms of a contrast, or None where it says nothing about procedures."""
    left, right = c.sides[0], c.sides[1]
    texts = e.text[slice(*left)], e.text[slice(*right)]
    a, b = content_words(texts[0]), content_words(texts[1])
    drafts = (
        Draft(ids=tuple(e.ids(left)), words=[w for w in a if w not in b], first=left[0]),
        Draft(ids=tuple(e.ids(right)), words=[w for w in b if w not in a], first=right[0]),
    )
    shared = [i for i in drafts[0].ids if i in drafts[1].ids]
    own = [tuple(i for i in d.ids if i not in shared) for d in drafts]
    if own[0] or own[1]:
        for d, ids, other in zip(drafts, own, reversed(own), strict=True):
            d.added = bool(ids and not other and shared)
            d.ids = ids or d.ids
    base = (shared or list(drafts[0].ids) or list(drafts[1].ids) or [e.top or ""])[0]
    if not base:
        return None
    _tell_narrower(drafts, texts, e)
    for d, ids, text in zip(drafts, own, texts, strict=True):
        if not ids and not any(o.added for o in drafts):
            about = e.top if base in group_words().comparators and e.top else base
            ruled = _by_rule(text, about, e)
            d.ids = (ruled,) if ruled else d.ids or (about,)
    for d, text in zip(drafts, texts, strict=True):
        d.ids = _with_steroid(d.ids, (text,), e)
    return drafts


def _with_steroid(ids: tuple[str, ...], words: Sequence[str], e: Evidence) -> tuple[str, ...]:
    """Call an epidural injection one of steroid where the words of its arm say so."""
    plain = ("epidural-injection", "epidural-local-anaesthetic-injection")
    if ids and ids[0] in plain and e.top and (e.top in plain or below(e.top, "epidural-steroid-injection")):
        ruled = _by_rule(" ".join(words), "epidural-local-anaesthetic-injection", e)
        if ruled is not None and below(ruled, "epidural-steroid-injection"):
            return (ruled, *ids[1:])
    return ids


def _tell_narrower(drafts: Sequence[Draft], texts: Sequence[str], e: Evidence) -> None:
    """Where one side names what the other is a kind of, let the words of the broader side name its own kind."""
    for d, other, text in zip(drafts, reversed(drafts), texts, strict=True):
        if d.ids and other.ids and d.ids[0] != other.ids[0] and below(other.ids[0], d.ids[0]):
            ruled = _by_rule(text, d.ids[0], e)
            if ruled is not None and below(ruled, d.ids[0]):
                d.ids = (ruled, *d.ids[1:])


def _says_patients(c: Contrast, e: Evidence) -> bool:
    """Return whether a contrast is one of patients or of times, not of treatments."""
    spare = ("title", "objective")
    return any(_PATIENTS.search(e.text, *s) and not (c.role in spare and e.ids(s)) for s in c.sides[:2])


def _from_contrast(c: Contrast, e: Evidence) -> _Vote | None:
    weight = _ROLE[c.role] * _KIND[c.kind]
    if c.kind in ("list", "and") or len(c.sides) > 2:
        return _from_list(c, e, weight)
    if _says_patients(c, e):
        return None
    pair = _pair(c, e)
    if pair is None:
        return None
    first, second = pair[0].ids[0], pair[1].ids[0]
    if first == second:
        return _variants(c, pair, weight if _about(first, e) else 0.4 * weight)
    if e.top not in (first, second) and c.role != "title":
        weight *= 0.5 if {first, second} & set(e.ranked[:3]) else 0.3
    if related(first, second) and c.kind != "sized":
        weight *= 0.9 if c.role == "title" else 0.6
    return _Vote(weight, list(pair))


def _about(concept: str, e: Evidence) -> bool:
    """Return whether a procedure is what the record is about, or that is a part of it."""
    return e.top is None or related(concept, e.top) or e.top in group_words().parts.get(concept, ())


def _variants(c: Contrast, pair: tuple[Draft, Draft], weight: float) -> _Vote | None:
    """Return a vote for one procedure done in two ways, when words tell them apart."""
    a, b = pair
    if not (a.words and b.words) and c.kind not in ("without", "versus"):
        return None
    if not (a.words or b.words) or (c.kind in ("between", "later") and c.role not in ("title", "objective")):
        return None
    return _Vote(
        weight
        * (
            0.6
            if c.kind in ("versus", "without", "sized") and c.role == "title"
            else 0.4
            if c.role in ("title", "objective")
            else 0.33
        ),
        [a, b],
    )


def _named(span: Span, e: Evidence, *, guess: bool) -> list[str]:
    """Return the procedures of one part of a list; with ``guess`` its words may tell what it is."""
    found = e.ids(span)
    if found or not guess or e.top is None:
        return found
    return [ruled] if (ruled := _by_rule(e.text[slice(*span)], e.top, e)) else []


def _unlike(parts: list[tuple[list[str], Span]], e: Evidence) -> list[tuple[list[str], Span]]:
    """Let the words of a part tell what it is where it is named like the part before it."""
    made = list(parts[:1])
    for ids, span in parts[1:]:
        ruled = _by_rule(e.text[slice(*span)], ids[0], e) if ids and ids == made[-1][0] else None
        made.append(([ruled] if ruled else ids, span))
    return made


def _from_list(c: Contrast, e: Evidence, weight: float) -> _Vote | None:
    """Return a vote for the procedures of a list, each named in its own part."""
    parts = [(_named(s, e, guess=c.kind == "list"), s) for s in c.sides]
    if c.kind == "list":
        parts = _unlike(parts, e)
    if not all(ids for ids, _ in parts) or (c.kind == "and" and _JOINED.search(e.text, c.sides[0][0], c.sides[-1][1])):
        return None
    shared = set.intersection(*(set(ids) for ids, _ in parts))
    drafts = [
        Draft(
            ids=tuple([i for i in ids if i not in shared] or ids),
            words=list(content_words(e.text[slice(*s)])),
            first=s[0],
        )
        for ids, s in parts
    ]
    firsts = [d.ids[0] for d in drafts]
    if len(set(firsts)) < len(firsts) or (
        any(related(a, b) for a, b in zip(firsts, firsts[1:], strict=False)) and c.kind == "and"
    ):
        return None
    lexicon = group_words()
    if set(firsts) & lexicon.general or (
        c.kind == "and" and any(b in lexicon.parts.get(a, ()) for a in firsts for b in firsts)
    ):
        return None
    return _Vote(weight, _tell_apart(drafts))


def _tell_apart(drafts: list[Draft]) -> list[Draft]:
    """Keep for each arm the procedures and words that not all arms share."""
    common = set.intersection(*(set(d.words) for d in drafts))
    shared = set.intersection(*(set(d.ids) for d in drafts))
    for d in drafts:
        d.ids = tuple([i for i in d.ids if i not in shared] or d.ids)
        d.words = [w for w in d.words if w not in common][:8]
    return drafts


def _from_designators(e: Evidence) -> _Vote | None:
    """Return a vote for one arm per "group A", "group B" … from what the abstract says each received."""
    drafts: list[Draft] = []
    for name, segments in e.groups.items():
        ids = [i for s in segments for i in e.ids(s)]
        words = [w for s, t in segments for w in content_words(e.text[s:t])]
        drafts.append(Draft(ids=tuple(specific(ids)), words=words, names=[name], first=segments[0][0]))
    if (
        len(drafts) == 1
        and e.top is not None
        and drafts[0].ids
        and e.top not in drafts[0].ids
        and drafts[0].names[0].startswith("control")
    ):
        return _Vote(2.0, [Draft(ids=(e.top,)), drafts[0]])
    if len(drafts) < 2 or e.top is None:
        return None
    shared = set.intersection(*(set(d.ids) for d in drafts))
    about = next(iter(sorted(shared)), e.top)
    for d in drafts:
        if not set(d.ids) - shared:
            ruled = _by_rule(" ".join(d.words), about, e)
            d.ids = (ruled, *d.ids) if ruled else d.ids or (about,)
        d.ids = _with_steroid(d.ids, d.words, e)
    _tell_apart(drafts)
    distinct = len({d.ids[0] for d in drafts})
    return _Vote(3.5 if distinct == len(drafts) else 2.0 if distinct == 1 else 2.6, drafts)


def _from_names(e: Evidence) -> _Vote | None:
    """Return a vote for the different procedures that stand in group names: "the kyphoplasty group", "the PVP group"."""
    found: dict[str, Draft] = {}
    for _, start, end in e.named:
        for concept in _named((start, end), e, guess=True)[:1]:
            found.setdefault(concept, Draft(ids=(concept,), first=start))
    drafts = list(found.values())
    if len(drafts) < 2 or any(related(a.ids[0], b.ids[0]) for a in drafts for b in drafts if a is not b):
        return None
    return _Vote(2.2, drafts)


def _by_nature(e: Evidence) -> _Vote | None:
    """Return a vote for the paper's procedure against the heaviest comparator by nature."""
    words = group_words()
    rival = next((i for i in e.ranked if i in words.comparators and i != e.top), None)
    sham = next((i for i in e.ranked if i in ("sham-procedure", "placebo-injection") and e.settler.defined[i]), None)
    rival = sham if sham and e.weights[sham] >= 2.0 else rival
    if rival is None or e.top is None or rival == e.top or e.weights[rival] < 2.0:
        return None
    if not e.settler.defined[rival] and not _randomised(e):
        return None
    return _Vote(2.2 if rival == sham else min(2.0, 0.4 * e.weights[rival]), [Draft(ids=(e.top,)), Draft(ids=(rival,))])


def _by_word(e: Evidence) -> _Vote | None:
    """Return a vote for a rival that only a word names: "tonic" in a record about burst stimulation."""
    if e.top is None:
        return None
    for rule in group_words().rivals:
        if any(
            s.role in ("title", "objective", "methods", "unknown") and rule.fits(s.text, e.top) for s in e.sentences
        ):
            return _Vote(1.8, [Draft(ids=(e.top,)), Draft(ids=(rule.to,))])
    return None


def _votes(e: Evidence) -> Iterator[_Vote]:
    for c in e.contrasts:
        if vote := _from_contrast(c, e):
            yield vote
    for make in (_from_designators, _from_names, _by_nature, _by_word):
        if vote := make(e):
            yield vote


def _elect(votes: Sequence[_Vote]) -> _Vote | None:
    """Add up the votes for the same procedures; a larger set that holds the winner wins when it has half its support."""
    total: dict[tuple[str, ...], float] = defaultdict(float)
    best: dict[tuple[str, ...], _Vote] = {}
    for vote in votes:
        key = tuple(sorted(d.ids[0] for d in vote.drafts))
        total[key] += vote.score
        if key not in best or vote.score > best[key].score:
            best[key] = vote
    if not total:
        return None
    winner = max(total, key=lambda k: (total[k], -len(k)))
    wider = [k for k in total if set(k) > set(winner) and total[k] >= 0.4 * total[winner]]
    winner = max(wider, key=lambda k: total[k], default=winner)
    drafts = [*best[winner].drafts, *_further(winner, total, best)]
    if len({d.ids[0] for d in drafts}) == len(drafts):
        for d in drafts:
            d.first = min(o.first for v in votes for o in v.drafts if o.ids[0] == d.ids[0])
    return _Vote(total[winner], drafts)


def _further(
    winner: tuple[str, ...], total: Mapping[tuple[str, ...], float], best: Mapping[tuple[str, ...], _Vote]
) -> list[Draft]:
    """Return the arms that other strong votes set against an arm of the winner: A versus C beside A versus B."""
    arms, found = set(winner), list[Draft]()
    for key in sorted(total, key=lambda k: -total[k]):
        new = [d for d in best[key].drafts if d.ids[0] not in arms]
        if len(set(winner)) > 1 and len(key) == 2 and len(new) == 1 and total[key] >= max(2.4, 0.55 * total[winner]):
            rest = arms - {new[0].ids[0]}
            if not any(related(new[0].ids[0], a) for a in rest) and not _alike(new[0].ids[0], rest):
                arms.add(new[0].ids[0])
                found.append(new[0])
    return found[:2]


def _alike(concept: str, arms: set[str]) -> bool:
    """Return whether two arms would be of one loose kind: two sorts of conservative care, two names of one operation."""
    loose = [
        ("conservative-care",),
        ("sham-procedure", "placebo-injection", "no-treatment"),
        ("decompression-surgery", "spinal-fusion", "spinal-fixation"),
    ]
    return any(
        any(below(concept, k) for k in kinds) and any(below(a, k) for a in arms for k in kinds) for kinds in loose
    )


def _narrow(drafts: Sequence[Draft], e: Evidence) -> None:
    """Give an arm the one narrower procedure that title, aim and methods name in full, unless another arm is that."""
    taken = {d.ids[0] for d in drafts}
    for d in drafts:
        narrower = [
            i for i, weight in e.settler.defined.items() if i != d.ids[0] and below(i, d.ids[0]) and weight >= 1.0
        ]
        if len(narrower) == 1 and narrower[0] not in taken and broader(narrower[0]) == d.ids[0]:
            d.ids = (narrower[0], *d.ids[1:])


def _randomised(e: Evidence) -> bool:
    """Return whether patients of this study were allocated to arms, whatever the arms were."""
    if _OVERVIEW.search(e.settler.title) or re.search(r"\breview|meta-?analys", e.settler.title, re.I):
        return False
    own = ("title", "objective", "methods", "unknown")
    return any(s.role in own and _RANDOM.search(s.text) for s in e.sentences)


def _stated(e: Evidence) -> list[_Vote]:
    """Return the votes of a record whose design compares nothing: only what title and aim set against each other."""
    firm = (c for c in e.contrasts if c.role in ("title", "objective") and c.kind == "versus")
    return [vote for c in firm if (vote := _from_contrast(c, e))]


def draft_arms(e: Evidence, *, comparative: bool) -> list[Draft]:
    """Return the arms of a record, in no order; one arm when nothing is compared."""
    if e.top is None:
        return []
    comparative = comparative or _TRIAL.search(e.settler.title) is not None
    votes = list(_votes(e)) if comparative else _stated(e)
    elected = _elect(votes)
    floor = 0.8 if _randomised(e) else 1.0
    if elected is not None and elected.score >= (
        floor if comparative and not _OVERVIEW.search(e.settler.title) else 4.0
    ):
        _narrow(elected.drafts, e)
        return elected.drafts
    alone = Draft(ids=(e.top,))
    if comparative and _randomised(e):
        return [alone, Draft(ids=alone.ids)]
    return [alone]
