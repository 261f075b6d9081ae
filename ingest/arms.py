"""The arm table: which groups an abstract compares, and every way it refers to them.

Built from title, aim and methods before any result is read, because "the control group", "group II" or "TG"
mean nothing without it. An arm has a procedure id; two arms may share one (two needles, with and without
steroid). The first arm is the index arm: findings are written from its side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from ingest.grounding import Mention
from ingest.group_names import designated, named_groups, title_variants
from ingest.lexicon import group_words
from kg.model import Arm, Sentence
from kg.vocabulary import load_vocabulary

__all__ = ["ArmTable", "Reference", "arm_table"]

_LINK = re.compile(
    r"^[^.;:]{0,60}?\b(?:versus|vs\.?|compared (?:with|to)|in comparison (?:with|to)|comparison (?:with|to)|against|or|than|rather than|instead of|with that of|over)\b[^.;:]{0,40}$",
    re.I,
)
_LINK_AND = re.compile(r"^[^.;:]{0,40}?(?:\band\b|\bwith\b|\bto\b|/)[^.;:]{0,30}$", re.I)
_COMPARING = re.compile(r"\bcompar|\bversus\b|\bbetween\b|\bdifference|\brandom|\bvs\b", re.I)
_GROUPS = re.compile(r"\bgroups?\b|\brandomi[sz]ed|\bversus\b|\bcompared? (?:with|to)\b|\bcompar(?:e|ison|ing|ative)", re.I)
_ROLE_WEIGHT = {"title": 6.0, "objective": 4.0, "methods": 2.0, "results": 1.0, "conclusions": 1.5, "background": 0.4, "unknown": 1.0}  # fmt: skip


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
    by_name: dict[str, int]
    mentions: tuple[Mention, ...]
    by_id: dict[str, int]

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


@dataclass(slots=True)
class _Draft:
    ids: tuple[str, ...]
    names: list[str] = field(default_factory=list)
    control: bool = False
    first: int = 10**9


def specific(ids: Iterable[str]) -> list[str]:
    """Drop procedure ids that are ancestors of another id in the list; keep the order."""
    vocabulary, listed = load_vocabulary(), list(dict.fromkeys(ids))
    above = {a for i in listed for a in vocabulary.ancestors("procedure", i) if a != i}
    return [i for i in listed if i not in above]


def _weigh(sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> Counter[str]:
    score: Counter[str] = Counter()
    position = 0
    for m in mentions:
        while position < len(sentences) - 1 and m.start >= sentences[position].end:
            position += 1
        weight = _ROLE_WEIGHT[sentences[position].role] * (0.4 if m.strength == "context" else 1.0)
        score[m.id] += weight  # type: ignore[assignment]
    return score


def _settle(sentences: Sequence[Sentence], text: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Give every mention one procedure: context words mean what the record names in full, general names what it was done to."""
    vocabulary, words = load_vocabulary(), group_words()
    full = _weigh(sentences, [m for m in mentions if m.strength != "context"])
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


def _contrast(sentence: Sentence, text: str, mentions: Sequence[Mention]) -> tuple[str, str] | None:
    """Return two different procedures that one sentence sets against each other ("A versus B", "compare A and B")."""
    here = [m for m in mentions if sentence.start <= m.start and m.end <= sentence.end]
    comparing = bool(_COMPARING.search(sentence.text))
    for left, right in zip(here, here[1:], strict=False):
        gap = text[left.end : right.start]
        if left.id == right.id or load_vocabulary().is_a("procedure", left.id, right.id):
            continue
        if _LINK.match(gap) or (comparing and _LINK_AND.match(gap)):
            return left.id, right.id
    return None


def _first_contrast(sentences: Sequence[Sentence], text: str, mentions: Sequence[Mention], top: Sequence[str]) -> tuple[str, str] | None:
    """Return the first contrast, title before aim before methods, in which one of the leading procedures takes part."""
    for roles in (("title",), ("objective",), ("methods", "unknown"), ("results",), ("background",)):
        for sentence in sentences:
            if sentence.role in roles and (pair := _contrast(sentence, text, mentions)) and (set(pair) & set(top)):
                return pair
    return None


def _from_designators(sentences: Sequence[Sentence], text: str, mentions: Sequence[Mention], top: str | None) -> list[_Draft]:
    """Make one arm per "group A", "group B" … from what the abstract says each received."""
    words = group_words()
    drafts = []
    for name, segments in designated(sentences, text).items():
        ids: list[str] = []
        for start, end in segments:
            ids += [m.id for m in mentions if start <= m.start and m.end <= end]
        if not ids:
            found = [w for s, e in segments for w in re.findall(r"[a-z-]+", text[s:e].lower()) if w in words.kinds]
            ids = [i for w in found for i in words.kinds[w] if any(m.id == i for m in mentions)][:1]
        drafts.append(_Draft(ids=tuple(specific(ids)) or ((top,) if top else ()), names=[name]))
    drafts = [d for d in drafts if d.ids]
    if len(drafts) >= 2:
        shared = set.intersection(*(set(d.ids) for d in drafts))
        for d in drafts:
            own = [i for i in d.ids if i not in shared]
            d.ids = tuple(own or d.ids)
    return drafts if len(drafts) >= 2 else []


def _kind_arm(name: str, drafts: Sequence[_Draft]) -> int | None:
    """Return the arm a group name means by its words: a kind of procedure, or a side of the comparison."""
    words, parts = group_words(), re.findall(r"[a-z]+(?:-[a-z]+)*", name.lower())
    for word in parts:
        for wanted in words.kinds.get(word, ()):
            for i, d in enumerate(drafts):
                if wanted in d.ids[:1]:
                    return i
    if any(w in words.control for w in parts):
        return next((i for i, d in enumerate(drafts) if d.control), 1 if len(drafts) > 1 else None)
    if any(w in words.index for w in parts):
        return next((i for i, d in enumerate(drafts) if not d.control), 0)
    return None


def _id_arm(start: int, end: int, mentions: Sequence[Mention], drafts: Sequence[_Draft]) -> int | None:
    vocabulary = load_vocabulary()
    inside = [m.id for m in mentions if start <= m.start and m.end <= end]
    for wanted in inside:
        for i, d in enumerate(drafts):
            if d.ids[0] == wanted or vocabulary.is_a("procedure", d.ids[0], wanted) or vocabulary.is_a("procedure", wanted, d.ids[0]):
                return i
    return None


def _name_arms(drafts: list[_Draft], text: str, mentions: Sequence[Mention], comparative: bool) -> None:
    """Give each "X group" of the text to its arm; names that fit no arm tell two variants of one procedure apart."""
    loose: list[str] = []
    same = len({d.ids[0] for d in drafts}) < len(drafts)
    for name, start, end in named_groups(text):
        arm = None if same else _id_arm(start, end, mentions, drafts)
        arm = arm if arm is not None else _kind_arm(name, drafts)
        if arm is not None:
            drafts[arm].names.append(name)
        elif name not in loose:
            loose.append(name)
    known = [n for d in drafts for n in d.names]
    loose = [n for n in loose if n not in known]
    if comparative and len(drafts) == 1 and len(loose) >= 2:
        drafts.append(_Draft(ids=drafts[0].ids))
    if len(drafts) >= 2 and same | (len(loose) >= 2):
        for name in loose:
            owner = next((d for d in drafts if any(name in n or n in name for n in d.names)), None)
            empty = next((d for d in drafts if not d.names), None)
            if owner or empty:
                (owner or empty).names.append(name)  # type: ignore[union-attr]


def _inherit(score: Counter[str]) -> Counter[str]:
    """Add to each procedure the weight of its broader names, when it is the only narrower one named."""
    vocabulary, total = load_vocabulary(), Counter(score)
    for concept in score:
        for above in vocabulary.ancestors("procedure", concept)[1:]:
            if above in score and sum(vocabulary.is_a("procedure", i, above) for i in score if i != above) == 1:
                total[concept] += score[above]
                total[above] -= score[above]
    return total


def _draft(sentences: Sequence[Sentence], text: str, mentions: Sequence[Mention], score: Counter[str], comparative: bool) -> list[_Draft]:
    words = group_words()
    ranked = [i for i, _ in _inherit(score).most_common() if i not in words.general]
    index_ids = [i for i in ranked if i not in words.comparators] or ranked or [i for i, _ in score.most_common()]
    top = index_ids[0] if index_ids else None
    if comparative and (drafts := _from_designators(sentences, text, mentions, top)):
        return drafts
    if comparative and (pair := _first_contrast(sentences, text, mentions, [*index_ids[:1]])):
        return [_Draft(ids=(i,)) for i in pair]
    if top is None:
        return []
    drafts = [_Draft(ids=(top,))]
    if comparative:
        rivals = [i for i in ranked if i in words.comparators and i != top and score[i] >= 2.0]
        drafts += [_Draft(ids=(i,)) for i in rivals[:1]]
    return drafts


def _order(drafts: list[_Draft], mentions: Sequence[Mention]) -> list[_Draft]:
    """Put the index arm first: comparators by nature and "control" groups last, otherwise in order of first mention."""
    words = group_words()
    for d in drafts:
        d.control = d.control or d.ids[0] in words.comparators or any(w in n.split() for n in d.names for w in words.control)
        d.first = next((m.start for m in mentions if m.id == d.ids[0]), 10**9)
    if all(d.control for d in drafts):
        for d in drafts:
            d.control = False
    return sorted(drafts, key=lambda d: (d.control, d.first))


def _split_variants(drafts: list[_Draft], sentences: Sequence[Sentence], text: str, comparative: bool) -> None:
    """Tell two variants of one procedure apart by the words a title or aim sets against each other."""
    if not comparative or len(drafts) > 2 or (len(drafts) == 2 and drafts[0].ids[0] != drafts[1].ids[0]):
        return
    variants = title_variants(sentences, text)
    if not variants:
        return
    if len(drafts) == 1:
        drafts.append(_Draft(ids=drafts[0].ids))
    for d, names in zip(drafts, variants, strict=False):
        d.names.extend(n for n in names if n not in d.names)


def _aliases(drafts: Sequence[_Draft]) -> dict[str, int]:
    words, names = group_words(), dict[str, int]()
    for i, d in enumerate(drafts):
        for name in d.names:
            low = name.lower()
            for form in (low, f"{low} group", f"{low}-group", f"{low} arm", f"{low} patients", f"{low} groups"):
                names.setdefault(form, i)
    control = next((i for i, d in enumerate(drafts) if d.control), len(drafts) - 1)
    if len(drafts) > 1:
        for word in words.control:
            for form in (f"{word} group", f"{word} patients", f"{word} arm", f"{word} subjects", f"{word} treatment", f"{word} groups", f"{word} cohort"):  # fmt: skip
                names.setdefault(form, control)
        names.setdefault("controls", control)
        for word in words.index:
            for form in (f"{word} group", f"{word} patients", f"{word} arm", f"{word} groups"):
                names.setdefault(form, next((i for i in range(len(drafts)) if i != control), 0))
        for word, ids in words.kinds.items():
            arm = next((i for wanted in ids for i, d in enumerate(drafts) if d.ids[0] == wanted), None)
            if arm is not None and len({d.ids[0] for d in drafts}) == len(drafts):
                for form in (f"{word} group", f"{word} patients", f"{word} treatment", f"{word} management", f"{word} arm", f"{word} care", f"{word} therapy"):  # fmt: skip
                    names.setdefault(form, arm)
    return names


def _mention_arms(drafts: Sequence[_Draft], mentions: Sequence[Mention]) -> dict[str, int]:
    """Map procedure ids named in the text to arms; not when two arms share the id, for then the name says nothing."""
    vocabulary, found = load_vocabulary(), dict[str, int]()
    owners = Counter(d.ids[0] for d in drafts)
    for mention_id in {m.id for m in mentions}:
        related = [
            i
            for i, d in enumerate(drafts)
            if d.ids[0] == mention_id or vocabulary.is_a("procedure", mention_id, d.ids[0]) or vocabulary.is_a("procedure", d.ids[0], mention_id)
        ]
        exact = [i for i in related if drafts[i].ids[0] == mention_id]
        chosen = exact if len(exact) == 1 else related
        if len(chosen) == 1 and (len(drafts) == 1 or owners[drafts[chosen[0]].ids[0]] == 1):
            found[mention_id] = chosen[0]
    return found


def arm_table(sentences: Sequence[Sentence], text: str, mentions: Sequence[Mention], *, comparative: bool) -> ArmTable:
    """Build the table from folded ``text``; ``mentions`` are its procedure mentions, ``comparative`` comes from the design."""
    settled = _settle(sentences, text, mentions)
    score = _weigh(sentences, settled)
    drafts = _order(_draft(sentences, text, settled, score, comparative), settled)
    if drafts:
        _split_variants(drafts, sentences, text, comparative)
        _name_arms(drafts, text, settled, comparative)
        drafts = _order(drafts, settled)
    if comparative and len(drafts) == 1 and _GROUPS.search(text):
        drafts.append(_Draft(ids=drafts[0].ids, first=drafts[0].first))
    names = _aliases(drafts) if drafts else {}
    pattern = None
    if names:
        forms = "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))
        pattern = re.compile(rf"(?<![\w-])(?:{forms})(?![\w])", re.I)
    index = [d.ids[0] for d in drafts if not d.control]
    others = [d.ids[0] for d in drafts[1:]] if len(index) < 2 or comparative else []
    return ArmTable(
        arms=tuple(Arm(procedure=d.ids[0], names=tuple(d.names), index=not d.control) for d in drafts),
        procedures=tuple(dict.fromkeys(index[:1] if comparative else index)) or tuple(d.ids[0] for d in drafts[:1]),
        comparators=tuple(dict.fromkeys(others)),
        pattern=pattern,
        by_name=names,
        mentions=settled,
        by_id=_mention_arms(drafts, settled),
    )
