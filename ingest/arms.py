"""The arm table: which groups an abstract compares, and every way it refers to them.

Built from title, aim and methods before any result is read, because "the control group", "group II" or "TG"
mean nothing without it. An arm has a procedure id; two arms may share one (two needles, with and without
steroid). The first arm is the index arm: findings are written from its side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.arm_names import Draft, name_arms
from ingest.contrasts import Contrast, content_words, contrasts
from ingest.grounding import Mention
from ingest.group_names import designated, named_groups
from ingest.lexicon import group_words
from ingest.settle import settle_procedures, specific, weigh
from kg.model import Arm, Sentence
from kg.vocabulary import load_vocabulary

__all__ = ["ArmTable", "Reference", "arm_table"]

_GROUPS = re.compile(r"\bgroups?\b|\brandomi[sz]ed|\bversus\b|\bcompared? (?:with|to)\b|\bcompar(?:e|ison|ing|ative)", re.I)
_NOT_ARMS = re.compile(r"baseline|preoperativ|postoperativ|follow|month|week|year|value|score|patients who|those|male|female|age|smok|\d{4}|level|before|days?\b|group\b.*group\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Arm number ``arm`` of the table is referred to in ``text[start:end]``."""

    arm: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ArmTable:
    """The arms of one abstract, index arm first, and how to find them in its sentences."""

    arms: tuple[Arm, ...]
    procedures: tuple[str, ...]
    comparators: tuple[str, ...]
    pattern: re.Pattern[str] | None
    by_name: Mapping[str, int]
    mentions: tuple[Mention, ...]
    by_id: Mapping[str, int]

    @property
    def compared(self) -> bool:
        """Return whether there are at least two arms."""
        return len(self.arms) > 1

    def references(self, text: str, start: int, end: int) -> list[Reference]:
        """Return the arms referred to in ``text[start:end]``, in order; a longer name wins over one inside it."""
        found: list[Reference] = []
        if self.pattern is not None:
            for m in self.pattern.finditer(text, start, end):
                found.append(Reference(arm=self.by_name[m.group().lower()], start=m.start(), end=m.end()))
        for mention in self.mentions:
            if mention.start >= end:
                break
            arm = self.by_id.get(mention.id)
            if arm is None or mention.start < start or mention.end > end:
                continue
            if not any(r.start < mention.end and mention.start < r.end for r in found):
                found.append(Reference(arm=arm, start=mention.start, end=mention.end))
        return sorted(found, key=lambda r: r.start)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the abstract offers for building arms."""

    text: str
    sentences: Sequence[Sentence]
    mentions: Sequence[Mention]
    ranked: Sequence[str]
    contrasts: Sequence[Contrast]

    def ids(self, span: tuple[int, int]) -> list[str]:
        """Return the narrowest procedures named inside a span, in order."""
        return specific(m.id for m in self.mentions if span[0] - 1 <= m.start and m.end <= span[1] + 1)

    @property
    def top(self) -> str | None:
        """Return the procedure the paper is about: the heaviest that is not a comparator by nature."""
        words = group_words()
        return next((i for i in self.ranked if i not in words.comparators), self.ranked[0] if self.ranked else None)


def _sides(c: Contrast, e: _Evidence) -> tuple[list[str], list[str], list[str], list[str]]:
    """Return ids and telling words of both sides; what the sides share is left out where something remains."""
    left, right = e.ids(c.left), e.ids(c.right)
    shared = set(left) & set(right)
    own_left, own_right = [i for i in left if i not in shared], [i for i in right if i not in shared]
    left, right = (own_left or left, own_right or right) if (own_left or own_right) else (left, right)
    a, b = content_words(e.text[slice(*c.left)]), content_words(e.text[slice(*c.right)])
    return left, right, [w for w in a if w not in b], [w for w in b if w not in a]


def _related(a: str, b: str) -> bool:
    vocabulary = load_vocabulary()
    return vocabulary.is_a("procedure", a, b) or vocabulary.is_a("procedure", b, a)


def _from_contrast(c: Contrast, e: _Evidence, *, variants: bool) -> list[Draft] | None:
    """Return two arms of a contrast: of two procedures, or (``variants``) of one procedure done in two ways."""
    words = group_words()
    left, right, a, b = _sides(c, e)
    if _NOT_ARMS.search(e.text[slice(*c.left)]) and c.role != "title" or _NOT_ARMS.search(e.text[slice(*c.right)]) and c.role not in ("title", "objective"):
        return None
    if left and right and left[0] != right[0]:
        if not ({left[0], right[0]} & {*e.ranked[:3]}) and c.role != "title":
            return None
        if _related(left[0], right[0]) and not (c.role in ("title", "objective") or c.kind == "sized"):
            return None
        return [Draft(ids=tuple(left), words=a), Draft(ids=tuple(right), words=b)]
    if not variants or e.top is None or (not a and not b):
        return None
    base = (left or right or [e.top])[0]
    lone = next((ids[0] for ids in (left, right) if ids), None)
    if lone is not None and lone in words.comparators:
        other = Draft(ids=(e.top,), words=a if right else b)
        mine = Draft(ids=(lone,), words=b if right else a)
        return [other, mine] if right else [mine, other]
    if c.kind == "between" and not (a and b):
        return None
    return [Draft(ids=(base,), words=a), Draft(ids=(base,), words=b)]


def _from_designators(e: _Evidence) -> list[Draft]:
    """Make one arm per "group A", "group B" … from what the abstract says each received."""
    words, drafts = group_words(), []
    for name, segments in designated(e.sentences, e.text).items():
        ids = [i for s in segments for i in e.ids(s)]
        told = [w for s, t in segments for w in content_words(e.text[s:t])]
        if not ids:
            kinds = [i for w in told for i in words.kinds.get(w, ())]
            ids = [i for i in kinds if i in e.ranked][:1] or kinds[:1]
        drafts.append(Draft(ids=tuple(specific(ids)) or ((e.top,) if e.top else ()), words=told, names=[name]))
    drafts = [d for d in drafts if d.ids]
    if len(drafts) < 2:
        return []
    shared = set.intersection(*(set(d.ids) for d in drafts))
    common = set.intersection(*(set(d.words) for d in drafts))
    for d in drafts:
        d.ids = tuple([i for i in d.ids if i not in shared] or d.ids)
        d.words = [w for w in d.words if w not in common][:8]
    return drafts


def _from_names(e: _Evidence) -> list[Draft]:
    """Make arms of the different procedures that stand in group names: "the kyphoplasty group", "the PVP group"."""
    found: dict[str, Draft] = {}
    for _, start, end in named_groups(e.text):
        for concept in e.ids((start, end))[:1]:
            found.setdefault(concept, Draft(ids=(concept,)))
    drafts = list(found.values())
    return drafts if len(drafts) >= 2 and not any(_related(a.ids[0], b.ids[0]) for a in drafts for b in drafts if a is not b) else []


def _same(drafts: Sequence[Draft]) -> bool:
    return len({d.ids[0] for d in drafts}) < len(drafts)


def _draft(e: _Evidence, comparative: bool) -> list[Draft]:
    """Return the arms from the best evidence there is, strongest first."""
    words = group_words()
    if not e.ranked or e.top is None:
        return []
    if not comparative:
        return [Draft(ids=(i,)) for i in e.ranked if i not in words.comparators and i not in words.general][:1] or [Draft(ids=(e.top,))]
    by_role = {role: [c for c in e.contrasts if c.role in roles] for role, roles in {"title": ("title",), "aim": ("objective",), "methods": ("methods", "unknown"), "rest": ("background", "results")}.items()}  # fmt: skip
    groups = _from_designators(e)
    steps: list[tuple[str, bool]] = [("title", False), ("groups", False), ("aim", False), ("methods", False), ("names", False), ("nature", False), ("title", True), ("aim", True), ("groups", True), ("methods", True), ("rest", False)]  # fmt: skip
    for step, variants in steps:
        if step == "groups":
            if groups and (variants or not _same(groups)):
                return groups
        elif step == "names":
            if drafts := _from_names(e):
                return drafts
        elif step == "nature":
            rivals = [i for i in e.ranked if i in words.comparators and i != e.top and _weight(e, i) >= 2.0]
            if rivals:
                return [Draft(ids=(e.top,)), Draft(ids=(rivals[0],))]
        else:
            for c in by_role[step]:
                if drafts := _from_contrast(c, e, variants=variants):
                    return drafts
    return [Draft(ids=(e.top,))]


def _weight(e: _Evidence, concept: str) -> float:
    return float(weigh(e.sentences, e.mentions)[concept])


def _order(drafts: list[Draft], mentions: Sequence[Mention]) -> list[Draft]:
    """Put the index arm first: comparators by nature and "control" groups last, otherwise in order of first mention."""
    words = group_words()
    for d in drafts:
        d.control = d.control or d.ids[0] in words.comparators or any(w in n.split() for n in d.names for w in words.control)
        d.first = next((m.start for m in mentions if m.id == d.ids[0]), 10**9)
    if all(d.control for d in drafts):
        for d in drafts:
            d.control = False
    return sorted(drafts, key=lambda d: (d.control, d.first))


def _by_mention(drafts: Sequence[Draft], mentions: Sequence[Mention]) -> dict[str, int]:
    """Map procedure ids named in the text to arms; not when two arms share the id, for then the name says nothing."""
    found: dict[str, int] = {}
    owners = Counter(d.ids[0] for d in drafts)
    for concept in {m.id for m in mentions}:
        related = [i for i, d in enumerate(drafts) if d.ids[0] == concept or _related(concept, d.ids[0])]
        exact = [i for i in related if drafts[i].ids[0] == concept] or [i for i, d in enumerate(drafts) if concept in d.ids]
        chosen = exact if len(exact) == 1 else related
        if len(chosen) == 1 and (len(drafts) == 1 or owners[drafts[chosen[0]].ids[0]] == 1):
            found[concept] = chosen[0]
    return found


def _table(drafts: Sequence[Draft], names: Mapping[str, int], settled: Sequence[Mention], comparative: bool) -> ArmTable:
    pattern = None
    if names:
        forms = "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))
        pattern = re.compile(rf"(?<![\w-])(?:{forms})(?![\w])", re.I)
    index = [d.ids[0] for d in drafts if not d.control]
    return ArmTable(
        arms=tuple(Arm(procedure=d.ids[0], names=tuple(dict.fromkeys(d.names)), index=not d.control) for d in drafts),
        procedures=tuple(dict.fromkeys(index[:1] if comparative else index)) or tuple(d.ids[0] for d in drafts[:1]),
        comparators=tuple(dict.fromkeys(d.ids[0] for d in drafts[1:])) if comparative else (),
        pattern=pattern,
        by_name=names,
        mentions=tuple(settled),
        by_id=_by_mention(drafts, settled),
    )


def _steroid_or_not(drafts: Sequence[Draft]) -> None:
    """Give the arm without steroid of an epidural steroid trial its own procedure; in other blocks it is the same block."""
    vocabulary, plain_id = load_vocabulary(), "epidural-local-anaesthetic-injection"
    others = [d.ids[0] for d in drafts if d.ids[0] != plain_id]
    for d in drafts:
        if d.ids[0] == plain_id and others and not any(i == "epidural-injection" or vocabulary.is_a("procedure", i, "epidural-steroid-injection") for i in others):
            d.ids = (others[0],)
    if len(drafts) != 2 or not _same(drafts) or not vocabulary.is_a("procedure", drafts[0].ids[0], "epidural-injection"):
        return
    steroid = re.compile(r"steroid|methylpred|triamcin|dexameth|betameth|cortison", re.I)
    plain = re.compile(r"lidocaine|bupivacaine|ropivacaine|an(?:a)?esthetic|alone|without", re.I)
    with_steroid = [bool(steroid.search(" ".join(d.words))) and "without" not in d.words for d in drafts]
    for i, d in enumerate(drafts):
        said = " ".join((*d.words, *d.names))
        if with_steroid[1 - i] and not with_steroid[i] and (plain.search(said) or not d.words):
            d.ids = ("epidural-local-anaesthetic-injection",)
            d.control = True


def arm_table(sentences: Sequence[Sentence], text: str, mentions: Sequence[Mention], *, comparative: bool, short_forms: Mapping[str, str]) -> ArmTable:
    """Build the table from folded ``text``; ``mentions`` are its procedure mentions, ``comparative`` comes from the design."""
    settled = settle_procedures(sentences, text, mentions)
    ranked = [i for i, _ in weigh(sentences, settled, inherit=True).most_common()]
    ranked = [i for i in ranked if i not in group_words().general] or ranked
    evidence = _Evidence(text, sentences, settled, ranked, contrasts(sentences, text))
    comparative = comparative or any(c.role in ("title", "objective") and _from_contrast(c, evidence, variants=False) for c in evidence.contrasts)
    drafts = _draft(evidence, comparative)
    if comparative:
        _steroid_or_not(drafts)
    drafts = _order(drafts, settled)
    if comparative and len(drafts) == 1 and _GROUPS.search(text):
        drafts.append(Draft(ids=drafts[0].ids, first=drafts[0].first))
    names = name_arms(drafts, evidence.contrasts, sentences, text, settled, short_forms) if drafts else {}
    return _table(drafts, names, settled, comparative)
