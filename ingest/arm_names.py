"""Collect every way an abstract refers to its arms: group names, sides, kinds, telling words, its own abbreviations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.contrasts import Contrast, content_words
from ingest.grounding import Mention
from ingest.group_names import designated, named_groups
from ingest.lexicon import group_words
from kg.model import Sentence
from kg.vocabulary import load_vocabulary

__all__ = ["Draft", "name_arms"]

# Telling words that are too common in results to stand for an arm on their own.
_WEAK = frozenset(
    "early late new old first second third primary local general high low higher lower single double multiple additional conventional traditional long short more less bone "
    "body cement screw fixation fusion pedicle device system medical surgical therapeutic effective effectiveness efficacy safety joint nerve root branch facet epidural disc pain "
    "steroid-free analgesia improvement program programme routine level levels normal patient use modified improved with without not only plus combined combination alone added "
    "who did does compared received steroids-only cost quality life model models based value three-dimensional minimally invasive posterior anterior lateral direct internal "
    "osteoporotic compression vertebrae vertebra degenerative stenosis herniation sciatica radiculopathy spondylolisthesis".split()
)


@dataclass(slots=True)
class Draft:
    """An arm in the making: its procedures (the first counts), what tells it apart, what it is called."""

    ids: tuple[str, ...]
    words: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    control: bool = False
    first: int = 10**9


def _by_id(ids: Iterable[str], drafts: Sequence[Draft]) -> int | None:
    """Return the only arm whose procedure is one of the ids, or is related to one."""
    vocabulary = load_vocabulary()
    for concept in ids:
        exact = [i for i, d in enumerate(drafts) if concept == d.ids[0]]
        if len(exact) == 1:
            return exact[0]
        near = [i for i, d in enumerate(drafts) if vocabulary.is_a("procedure", d.ids[0], concept) or vocabulary.is_a("procedure", concept, d.ids[0])]
        if len(near) == 1:
            return near[0]
    return None


def _by_words(words: Sequence[str], drafts: Sequence[Draft]) -> int | None:
    """Return the only arm that a telling word belongs to; "DEX" belongs to "dexamethasone"."""
    found = {
        i
        for i, d in enumerate(drafts)
        for w in words
        for own in d.words
        if w == own or (len(w) >= 3 and own.startswith(w)) or (len(own) >= 5 and w.startswith(own[:6]) and len(w) >= 6)
    }
    return found.pop() if len(found) == 1 else None


def _by_kind(words: Sequence[str], drafts: Sequence[Draft]) -> int | None:
    """Return the arm a word means by the kind of procedure it stands for, or by the side of the comparison."""
    lexicon = group_words()
    for word in words:
        owners = {i for wanted in lexicon.kinds.get(word, ()) for i, d in enumerate(drafts) if d.ids[0] == wanted}
        if len(owners) == 1:
            return owners.pop()
    if any(w in lexicon.control for w in words) and len(drafts) > 1:
        return next((i for i, d in enumerate(drafts) if d.control), len(drafts) - 1)
    if any(w in lexicon.index for w in words):
        return next((i for i, d in enumerate(drafts) if not d.control), 0)
    return None


def _learn(drafts: Sequence[Draft], found: Sequence[Contrast], text: str, mentions: Sequence[Mention]) -> None:
    """Add to the telling words of the arms what other contrasts in title, aim and methods say of them."""
    for c in found:
        if c.role not in ("title", "objective", "methods", "unknown"):
            continue
        a, b = content_words(text[slice(*c.left)]), content_words(text[slice(*c.right)])
        for span, words, against in ((c.left, a, b), (c.right, b, a)):
            own = [w for w in words if w not in against]
            ids = [m.id for m in mentions if span[0] - 1 <= m.start and m.end <= span[1] + 1]
            arm = _by_id(ids, drafts) if len({d.ids[0] for d in drafts}) == len(drafts) else None
            arm = arm if arm is not None else _by_words(own, drafts)
            if arm is not None:
                others = {w for i, d in enumerate(drafts) if i != arm for w in d.words}
                drafts[arm].words.extend(w for w in own[:4] if w not in drafts[arm].words and w not in others)


def _assign_groups(drafts: list[Draft], sentences: Sequence[Sentence], text: str, mentions: Sequence[Mention]) -> None:
    """Give each "X group" and "group A" of the text to its arm; two names that fit no arm tell two like arms apart."""
    distinct = len({d.ids[0] for d in drafts}) == len(drafts)
    loose: list[str] = []
    for name, segments in designated(sentences, text).items():
        if any(name in d.names for d in drafts):
            continue
        ids = [m.id for s, t in segments for m in mentions if s <= m.start and m.end <= t]
        told = [w for s, t in segments for w in content_words(text[s:t])]
        arm = (_by_id(ids, drafts) if distinct else None)
        arm = arm if arm is not None else _by_words(told, drafts)
        arm = arm if arm is not None else _by_kind(told, drafts)
        if arm is not None:
            drafts[arm].names.append(name)
        else:
            loose.append(name)
    for name, start, end in named_groups(text):
        if any(name in d.names for d in drafts) or name in loose:
            continue
        words = [w.lower() for w in re.findall(r"[A-Za-z][\w-]*", name)]
        ids = [m.id for m in mentions if start <= m.start and m.end <= end]
        arm = _by_words(words, drafts)
        arm = arm if arm is not None else (_by_id(ids, drafts) if distinct else None)
        arm = arm if arm is not None else _by_kind(words, drafts)
        if arm is not None:
            drafts[arm].names.append(name)
        else:
            loose.append(name)
    _place(drafts, loose)


def _place(drafts: Sequence[Draft], loose: Sequence[str]) -> None:
    """Give names that fit no arm to arms without a name, in order, when there is one for each."""
    if len(drafts) < 2:
        return
    empty = [d for d in drafts if not d.names]
    if len(loose) >= 1 and len(empty) == 1 and len(drafts) == 2:
        empty[0].names.append(loose[0])
    elif len(loose) >= 2 and len(empty) == len(drafts):
        for d, name in zip(drafts, loose, strict=False):
            d.names.append(name)


def _abbreviate(drafts: Sequence[Draft], short_forms: Mapping[str, str]) -> None:
    """Add the abstract's own abbreviations whose long form names a group or holds the telling words of one arm."""
    for short, long in short_forms.items():
        words = content_words(long)
        low = long.lower().removesuffix(" group").strip()
        arm = next((i for i, d in enumerate(drafts) if low in (n.lower() for n in d.names)), None)
        arm = arm if arm is not None else _by_words(words, drafts)
        if arm is None and long.lower().endswith("group"):
            arm = _by_kind(words, drafts)
        if arm is not None and short.lower() not in {n.lower() for d in drafts for n in d.names}:
            drafts[arm].names.append(short)


def _forms(drafts: Sequence[Draft]) -> dict[str, int]:
    """Return every spelled-out alias → arm."""
    lexicon, names = group_words(), dict[str, int]()
    tails = ("", " group", "-group", " arm", " patients", " groups", " subjects", " treatment", " procedures", " cases")
    for i, d in enumerate(drafts):
        for name in d.names:
            for tail in tails:
                names.setdefault(f"{name.lower()}{tail}", i)
    if len(drafts) < 2:
        return names
    control = next((i for i, d in enumerate(drafts) if d.control), len(drafts) - 1)
    index = next((i for i in range(len(drafts)) if i != control), 0)
    for words, arm in ((lexicon.control, control), (lexicon.index, index)):
        for word in words:
            for tail in (" group", " patients", " arm", " subjects", " groups", " cohort"):
                names.setdefault(f"{word}{tail}", arm)
    names.setdefault("controls", control)
    if len({d.ids[0] for d in drafts}) == len(drafts):
        for word, ids in lexicon.kinds.items():
            owners = {i for wanted in ids for i, d in enumerate(drafts) if d.ids[0] == wanted}
            if len(owners) == 1:
                for tail in (" group", " patients", " treatment", " management", " arm", " care", " therapy", " treated", "ly treated", " cohort"):
                    names.setdefault(f"{word}{tail}", next(iter(owners)))
    counts = Counter(w for d in drafts for w in d.words)
    for i, d in enumerate(drafts):
        for word in d.words:
            if counts[word] == 1 and word not in _WEAK and len(word) >= 3:
                names.setdefault(word, i)
            elif counts[word] == 1 and len(word) >= 3:
                for tail in (" group", " patients", " arm", " procedure", " approach", " technique"):
                    names.setdefault(f"{word}{tail}", i)
    return names


def name_arms(drafts: list[Draft], found: Sequence[Contrast], sentences: Sequence[Sentence], text: str, mentions: Sequence[Mention], short_forms: Mapping[str, str]) -> dict[str, int]:  # fmt: skip
    """Return alias (lower case) → arm number; the names of the drafts are filled in on the way."""
    if len(drafts) > 1:
        _learn(drafts, found, text, mentions)
    _assign_groups(drafts, sentences, text, mentions)
    _abbreviate(drafts, short_forms)
    return _forms(drafts)
