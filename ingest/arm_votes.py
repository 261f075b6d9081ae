"""Every contrast, group name and comparator of a record votes for a set of arms; ``arm_drafts`` counts the votes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.arm_evidence import Draft, Evidence
from ingest.contrasts import Contrast, Span, content_words
from ingest.injectates import by_drug, injectates
from ingest.lexicon import below, group_label, group_words, related
from ingest.patient_sides import had, says_patients, subject
from ingest.screened import screened
from ingest.settle import DEFINING, specific
from ingest.variants import called_so, listed_variants, named_variants, ways, without_head

__all__ = ["Vote", "stated_votes", "votes"]

_JOINED = screened(r"\bcombin|\bplus\b|\bwith\b|\bthen\b|followed by|\bbefore\b|\bprior to\b|predict", re.I)
_SHARED = screened(
    r"\b(?:(?:used )?in (?:combination|addition|conjunction|association) (?:with|to)|combined with|together with|augmented (?:with|by)|supplemented (?:with|by)"
    r"|(?:followed|preceded) by|with (?:additional|concomitant|concurrent|adjunctive|supplementa\w+)) ",
    re.I,
)
_TOGETHER = re.compile(
    r"\bcombin|\bboth(?: \w+)?\s*$|\bplus\b|\+|\btogether\b|followed by|\balong with\b|\badded\b", re.I
)
# What one operation may consist of: "decompression and fixation of fractures" compares nothing.
_STEPS = (
    "decompression-surgery",
    "spinal-fusion",
    "spinal-fixation",
    "percutaneous-pedicle-screw-fixation",
    "vertebroplasty",
)
# A group of a list that is told by nothing: "exercise, a brace and a control group".
_CONTROL = re.compile(r"\s*(?:an? |the )?(?:control|controls|control group)\s*", re.I)
_BARE_DOSE = re.compile(r"(?:^|\s)\d+(?:\.\d+)?\s*$")
_UNIT = re.compile(r"\d ?(?P<unit>mg|\u00b5g|mcg|ug|ml|mL|kHz|Hz|cc|G|W|V)\b")
# How much a contrast counts: by the part of the paper it stands in, and by how it is worded.
_ROLE = {"title": 5.0, "objective": 4.0, "methods": 3.0, "unknown": 2.5, "results": 1.0, "background": 0.8}
_KIND = {
    "versus": 1.0, "between": 0.9, "later": 0.6, "either": 1.0, "counted": 0.9, "compared": 0.9, "or": 0.9, "and": 0.45, "sized": 0.9, "without": 1.0,
    "list": 0.8,
}  # fmt: skip


@dataclass(slots=True)
class Vote:
    """A set of arms and how strongly it is supported."""

    score: float
    drafts: list[Draft]


def votes(e: Evidence) -> Iterator[Vote]:
    """Yield what each contrast, the groups, the group names and the comparators by nature say the arms are."""
    for c in e.contrasts:
        if vote := _from_contrast(c, e):
            yield vote
            if called_so(vote.drafts, e):
                yield Vote(0.5, vote.drafts)
    for make in (_from_groups, _from_names, _by_nature, _by_word):
        if vote := make(e):
            yield vote
    if drafts := named_variants(e):
        yield Vote(1.6, drafts)


def stated_votes(e: Evidence) -> Iterator[Vote]:
    """Yield the votes of a record whose design compares nothing: only what title and aim set against each other."""
    for c in e.contrasts:
        if c.role in ("title", "objective") and c.kind == "versus" and (vote := _from_contrast(c, e)):
            yield vote


def _from_contrast(c: Contrast, e: Evidence) -> Vote | None:
    weight = _ROLE[c.role] * _KIND[c.kind]
    if c.kind in ("list", "and") or len(c.sides) > 2:
        return _from_list(c, e, weight)
    if says_patients(c, e):
        return None
    if c.kind == "versus" and (either := _or_rivals(c, e)):
        return Vote(weight, either)
    pair = _pair(c, e)
    if pair is None:
        return None
    first, second = pair[0].ids[0], pair[1].ids[0]
    if first == second:
        _by_rule(c, pair, e)
        first, second = pair[0].ids[0], pair[1].ids[0]
    if first == second:
        return _variants(c, pair, weight if _about(first, e) else 0.4 * weight)
    if e.top not in (first, second) and c.role != "title":
        weight *= 0.5 if {first, second} & set(e.ranked[:3]) else 0.3
    if related(first, second) and c.kind not in ("sized", "counted"):
        weight *= 0.9 if c.role == "title" else 0.6
    return Vote(weight, list(pair))


def _or_rivals(c: Contrast, e: Evidence) -> list[Draft] | None:
    """Return the three arms of "A against B or C", where each names a procedure of its own."""
    start, end = c.sides[1]
    at = e.text.find(" or ", start, end)
    if at < 0:
        return None
    spans = (c.sides[0], (start, at), (at + 4, end))
    ids = [e.ids(span) for span in spans]
    if not all(ids) or not _apart([i[0] for i in ids], loose=True) or related(ids[0][0], ids[2][0]):
        return None
    made = [
        Draft(ids=(i[0],), words=list(content_words(e.words(s))), first=s[0]) for i, s in zip(ids, spans, strict=True)
    ]
    made[1].control = made[2].control = True
    return made


def _by_rule(c: Contrast, pair: tuple[Draft, Draft], e: Evidence) -> None:
    """Let the words of two sides named alike tell what one of them is: "full-endoscopic versus microsurgical"."""
    about = pair[0].ids[0]
    if _hung(c.sides[1], e) and below(about, "neural-block"):
        return
    ruled = [e.ruled(e.words(side), about) for side in c.sides]
    if ruled[0] != ruled[1]:
        for d, to in zip(pair, ruled, strict=True):
            d.ids = (to, *d.ids[1:]) if to is not None else d.ids


def _without_shared(c: Contrast, e: Evidence) -> tuple[Span, Span]:
    """Return two sides without what belongs to both: "comparison of A and B in combination with C", "C with A or B".

    Only where the sides are still told apart without it; else one side has something on top of the other.
    """
    left, right = had(e.text, c.sides[0]), had(e.text, c.sides[1])
    if c.kind not in ("between", "either"):
        return left, right
    tail, head = _SHARED.search(e.text, *right), _SHARED.search(e.text, *left)
    if tail is not None and head is None:
        kept = left, (right[0], tail.start())
    elif head is not None and tail is None and e.text[right[0] - 4 : right[0]].strip() != "and":
        kept = (head.end(), left[1]), right
    else:
        return left, right
    one, two = e.ids(kept[0]), e.ids(kept[1])
    if not (one and two) or not any(related(a, b) for a in one for b in two):
        return left, right
    a, b = (set(content_words(e.words(s))) for s in kept)
    return kept if one != two or (a - b and b - a) else (left, right)


def _pair(c: Contrast, e: Evidence) -> tuple[Draft, Draft] | None:
    """Return the two arms of a contrast, or None where it says nothing about procedures."""
    left, right = _without_shared(c, e)
    texts = e.words(left), e.words(right)
    a, b = content_words(_with_unit(*texts)), content_words(texts[1])
    drafts = (
        Draft(ids=_side_ids(c, left, e), words=[w for w in a if w not in b], first=left[0]),
        Draft(ids=_side_ids(c, right, e), words=[w for w in b if w not in a], first=right[0]),
    )
    shared = [i for i in drafts[0].ids if i in drafts[1].ids]
    own = _without_dummies([tuple(i for i in d.ids if i not in shared) for d in drafts])
    base = next(iter([*shared, *drafts[0].ids, *drafts[1].ids]), e.top)
    if base is None:
        return None
    if c.kind == "without" and not all(own) and e.top and below(base, e.top):
        drafts[0].ids, drafts[1].ids = (tuple(e.top if below(i, e.top) else i for i in d.ids) for d in drafts)
        own = [tuple(e.top if below(i, e.top) else i for i in ids) for ids in own]
        base = e.top
    for d, ids, other in zip(drafts, own, reversed(own), strict=True):
        d.added = bool(ids and not other and shared)
        d.ids = ids or d.ids
    drafts[0].added = drafts[0].added or c.kind == "without"
    _tell_narrower(drafts, texts, e)
    if c.kind == "without" or not any(d.added for d in drafts):
        unnamed = [(d, text) for d, ids, text in zip(drafts, own, texts, strict=True) if not ids]
        _tell_unnamed(unnamed, subject(base, [text for _, text in unnamed], e), e)
    texts = texts[0], _completed(texts[0], f"with {texts[1].lstrip()}" if _hung(right, e) else texts[1])
    if c.kind == "without":
        texts = f"{texts[1]} with {texts[0]}", texts[1]
    for d, own_text, other_text in zip(drafts, texts, reversed(texts), strict=True):
        d.ids = by_drug(d.ids, own_text, (other_text,), e)
    return drafts


def _hung(right: Span, e: Evidence) -> bool:
    """Return whether a side only says what is given with what the other side begins with: "A with B or with C"."""
    return e.text[max(0, right[0] - 6) : right[0]].rstrip().endswith(" with")


def _completed(left: str, right: str) -> str:
    """Return the right side with what the left one begins with: "steroid with A or with B"."""
    head, link, _ = left.rpartition(" with ")
    return f"{head} {right.lstrip()}" if link and right.lstrip().startswith("with ") else right


def _without_dummies(own: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Leave out what only hides which treatment is given: "A with a placebo of B, or a sham A with B"."""
    real = [tuple(i for i in ids if i not in group_words().sham) for ids in own]
    return real if all(real) else own


def _with_unit(left: str, right: str) -> str:
    """Return the left side with the unit of the right one where it ends in a bare dose: "40 or 80 mg"."""
    unit = _UNIT.search(right) if _BARE_DOSE.search(left) else None
    return f"{left.rstrip()} {unit['unit']}" if unit else left


def _side_ids(c: Contrast, span: Span, e: Evidence) -> tuple[str, ...]:
    """Return the procedures that a side names; in the title, and of counted groups, a loose word is enough."""
    return tuple(e.ids(span) or (e.hinted(span) or e.step(span) if c.role == "title" or c.kind == "counted" else ()))


def _tell_narrower(drafts: Sequence[Draft], texts: Sequence[str], e: Evidence) -> None:
    """Where one side names what the other is a kind of, let the words of the broader side name its own kind."""
    for d, other, text in zip(drafts, reversed(drafts), texts, strict=True):
        if d.ids and other.ids and d.ids[0] != other.ids[0] and below(other.ids[0], d.ids[0]):
            ruled = e.ruled(text, d.ids[0])
            if ruled is not None and below(ruled, d.ids[0]):
                d.ids = (ruled, *d.ids[1:])


def _tell_unnamed(sides: Sequence[tuple[Draft, str]], about: str, e: Evidence) -> None:
    """Give a side that names no procedure of its own what its words mean, else what the contrast is about."""
    for d, text in sides:
        ruled = e.ruled(text, about)
        d.ids = (ruled,) if ruled else d.ids or (about,)


def _about(concept: str, e: Evidence) -> bool:
    """Return whether a procedure is what the record is about, or that is a part of it."""
    return e.top is None or related(concept, e.top) or e.top in group_words().parts.get(concept, ())


def _variants(c: Contrast, pair: tuple[Draft, Draft], weight: float) -> Vote | None:
    """Return a vote for one procedure done in two ways, when words tell them apart."""
    a, b = pair
    name = set(content_words(group_label(a.ids[0])))
    for d in pair:
        d.words = [w for w in d.words if w not in name]
    without_head(a, b)
    if not (a.words and b.words) and c.kind not in ("without", "versus"):
        return None
    firm = c.role in ("title", "objective")
    if not (a.words or b.words) or (c.kind in ("between", "later") and not firm):
        return None
    if c.role == "title" and c.kind in ("versus", "without", "sized"):
        return Vote(0.6 * weight, [a, b])
    part = c.kind == "without" and any(w in ways() for w in (*a.words, *b.words))
    return Vote((0.4 if firm or part or c.kind == "counted" else 0.33) * weight, [a, b])


def _from_list(c: Contrast, e: Evidence, weight: float) -> Vote | None:
    """Return a vote for the procedures of a list, each named in its own part."""
    loose = c.kind == "and"
    if loose and _JOINED.search(e.text, max(0, c.sides[0][0] - 10), c.sides[-1][1]):
        return None
    parts = [(list(_side_ids(c, s, e)) if loose else list(_side_ids(c, s, e)) or _named(s, e), s) for s in c.sides]
    parts = parts if loose else _unlike(parts, e)
    if len(parts) > 2:
        parts = [(ids or ["no-treatment"] if _CONTROL.fullmatch(e.text, *s) else ids, s) for ids, s in parts]
    if not loose and (drafts := listed_variants(c, parts, e)):
        return Vote(0.5 * weight, drafts)
    joint = None if loose else _combination(parts, e)
    parts = parts if joint is None else [*parts[: joint[0]], (joint[1], parts[joint[0]][1]), *parts[joint[0] + 1 :]]
    if not all(ids for ids, _ in parts):
        return None
    drafts = [Draft(ids=tuple(ids), words=list(content_words(e.words(s))), first=s[0]) for ids, s in parts]
    _tell_apart(drafts)
    if joint is not None:
        drafts[joint[0]].ids, drafts[joint[0]].added = tuple(joint[1]), True
    single = [d.ids[0] for d in drafts if not d.added]
    if loose and all(i in _STEPS for i in single):
        return None
    return Vote(weight, drafts) if _apart(single, loose=loose) else None


def _combination(parts: Sequence[tuple[list[str], Span]], e: Evidence) -> tuple[int, list[str]] | None:
    """Return which part of a list of three is the others together ("or a combination"), and its procedures."""
    passive = group_words().comparators
    for i, (ids, span) in enumerate(parts):
        others = [o for j, (found, _) in enumerate(parts) if j != i for o in found[:1]]
        if len(others) < 2 or not _TOGETHER.search(e.text, *span):
            continue
        if not ids or len(set(ids) & set(others)) > (len(ids) > 1):
            return i, sorted(others, key=lambda o: o in passive)
        if len(ids) > 1 and set(ids) & set(others):
            return i, sorted(ids, key=lambda o: (o in passive, o not in others))
    return None


def _apart(ids: Sequence[str], *, loose: bool) -> bool:
    """Return whether the procedures of a list can be arms: all different, none too general.

    In a ``loose`` list ("A and B") none may be a kind or a part of the next.
    """
    words = group_words()
    if len(set(ids)) < len(ids) or set(ids) & words.general:
        return False
    return not loose or not (
        any(related(a, b) for a, b in pairwise(ids)) or any(b in words.parts.get(a, ()) for a in ids for b in ids)
    )


def _named(span: Span, e: Evidence) -> list[str]:
    """Return the procedures that a span names, or that its words mean."""
    found = e.ids(span)
    if found or e.top is None:
        return found
    return [ruled] if (ruled := e.ruled(e.words(span), e.top)) else []


def _unlike(parts: list[tuple[list[str], Span]], e: Evidence) -> list[tuple[list[str], Span]]:
    """Let the words of a part tell what it is where it is named like the part before it."""
    made = list(parts[:1])
    for ids, span in parts[1:]:
        ruled = e.ruled(e.words(span), ids[0]) if ids and ids == made[-1][0] else None
        made.append(([ruled] if ruled else ids, span))
    return made


def _tell_apart(drafts: Sequence[Draft]) -> None:
    """Keep for each arm the procedures and words that not all arms share."""
    common = set.intersection(*(set(d.words) for d in drafts))
    shared = set.intersection(*(set(d.ids) for d in drafts))
    for d in drafts:
        d.ids = tuple([i for i in d.ids if i not in shared] or d.ids)
        d.words = [w for w in d.words if w not in common][:8]


def _from_groups(e: Evidence) -> Vote | None:
    """Return a vote for one arm per "group A", "group B" … from what the abstract says each received."""
    if e.top is None:
        return None
    made: dict[tuple[Span, ...], Draft] = {}
    for name, segments in e.groups.items():
        key = tuple(segments)
        if key in made:
            made[key].names.append(name)
            continue
        ids = [i for s in segments for i in e.ids(s)]
        told = [w for s in segments for w in content_words(e.words(s))]
        made[key] = Draft(ids=tuple(specific(ids)), words=told, names=[name], first=segments[0][0])
    drafts = list(made.values())
    if len(drafts) < 2:
        for d, segments in zip(drafts, e.groups.values(), strict=False):
            ruled = None if d.ids else e.ruled(" ".join(e.words(s) for s in segments), e.top)
            d.ids = (ruled,) if ruled else d.ids
        lone = [d for d in drafts if d.names[0].startswith("control") and d.ids and e.top not in d.ids]
        return Vote(2.0, [Draft(ids=(e.top,)), *lone]) if lone else None
    shared = set.intersection(*(set(d.ids) for d in drafts))
    about = next(iter(sorted(shared)), e.top)
    texts = [" ".join(e.words(s) for s in segments) for segments in made]
    for i, d in enumerate(drafts):
        if not set(d.ids) - shared:
            ruled = e.ruled(" ".join(d.words), about)
            d.ids = (ruled, *d.ids) if ruled else d.ids or (about,)
        d.ids = by_drug(d.ids, texts[i], texts[:i] + texts[i + 1 :], e)
        d.added = "on top" in injectates(texts[i])
    _tell_apart(drafts)
    distinct = len({d.ids[0] for d in drafts})
    return Vote(3.5 if distinct == len(drafts) else 2.0 if distinct == 1 else 2.6, drafts)


def _from_names(e: Evidence) -> Vote | None:
    """Return a vote for the different procedures in group names: "the kyphoplasty group", "the PVP group"."""
    found: dict[str, Draft] = {}
    for _, start, end in e.named:
        for concept in _named((start, end), e)[:1]:
            found.setdefault(concept, Draft(ids=(concept,), first=start))
    drafts = list(found.values())
    if len(drafts) < 2 or any(related(a.ids[0], b.ids[0]) for a in drafts for b in drafts if a is not b):
        return None
    return Vote(2.2, drafts)


def _by_nature(e: Evidence) -> Vote | None:
    """Return a vote for the paper's procedure against the heaviest comparator by nature; a sham counts most."""
    words, defined = group_words(), e.settler.defined
    sham = next((i for i in e.ranked if i in words.sham and defined[i] and e.weights[i] >= 2.0), None)
    rival = sham or next((i for i in e.ranked if i in words.comparators and i != e.top), None)
    if rival is None or e.top is None or rival == e.top or e.weights[rival] < 2.0:
        return None
    if (not defined[rival] and not e.randomised) or e.combined:
        return None
    return Vote(2.2 if sham else min(2.0, 0.4 * e.weights[rival]), [Draft(ids=(e.top,)), Draft(ids=(rival,))])


def _by_word(e: Evidence) -> Vote | None:
    """Return a vote for a rival that only a word names: "tonic" in a record about burst stimulation."""
    for rule in group_words().rivals if e.top else ():
        if any(s.role in DEFINING and rule.fits(s.text, e.top or "") for s in e.sentences):
            return Vote(1.8, [Draft(ids=(e.top or "",)), Draft(ids=(rule.to,))])
    return None
