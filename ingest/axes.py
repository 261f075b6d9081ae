"""Read the variants of a technique an abstract states: guidance, approach, level, radiofrequency mode, injectate.

The values are the concepts of ``ontology/axes.ttl``. Title, aim and methods state them, for all patients or for one
group: "group A received dexamethasone" is a variant of group A alone. A claim carries what its own procedure's arm
received, never what the other arm did. Two values that exclude each other tell nothing; an injectate may be a mixture.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.arms import ArmTable, Reference
from ingest.axis_words import Variant, fits, narrowest, variants
from ingest.grounding import Mention
from ingest.lexicon import related
from ingest.screened import screened
from kg.model import Claim, Sentence
from kg.vocabulary import load_vocabulary

__all__ = ["Axes", "claim_axes", "read_axes"]

_PLANNED = frozenset({"title", "objective", "methods", "unknown"})
_TOLD = _PLANNED | {"results"}  # where no methods are told, as in case reports
_MIXED = "axis-injectate"
# What all patients of a study share, whichever procedure the words stand in.
_COMMON = ("axis-region", "axis-level", "axis-selection")
# "dexamethasone (group A)": the group that follows in brackets; "group A and group B with …": what both received.
_BRACKETED = re.compile(r"^[^,;()]{0,40}\(\s*(?:the )?(?:n ?= ?\d+[,;] ?)?$")
# "high-viscosity cement vertebroplasty": a variant right before what it describes.
_BEFORE = re.compile(
    r"^ ?(?!.*\b(?:and|or|versus|vs|in|with|for|of|to|by|under|than|was|were|had)\b)[\w -]{0,30}$", re.I
)
_LISTED = re.compile(r"^\W*(?:\([^)]*\)\W*)?(?:and|or|versus|vs\.?|with|to|than)\W*(?:\w+\W+){0,2}$", re.I)
_EVERYONE = screened(r"\b(?:all (?:\w+ )?(?:patients|subjects|procedures|injections|participants)|both (?:groups|arms)|each (?:group|patient)|either group|every)\b", re.I)  # fmt: skip
_AGAINST = re.compile(r"\b(?:versus|vs\.?|or|compared (?:with|to)|compar\w+|and|with)\b", re.I)
_EITHER = re.compile(r"\b(?:versus|vs\.?|or|compared|than)\b", re.I)
_REACH = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """The variants of a paper: those of everyone, those of each arm, and all that are named, in order."""

    shared: Mapping[str, frozenset[str]]
    arms: tuple[Mapping[str, frozenset[str]], ...]
    named: tuple[Variant, ...]


def read_axes(
    text: str,
    sentences: Sequence[Sentence],
    mentions: Sequence[Mention],
    procedures: Sequence[Mention],
    table: ArmTable,
) -> Axes:
    """Return what title, aim and methods state, by arm.

    ``text`` is the record's folded text, ``mentions`` its mentions of axis values, ``procedures`` those of procedures.
    """
    named = variants(text, sentences, (m for m in mentions if m.strength != "context"))
    roles = _PLANNED if any(s.role == "methods" for s in sentences) else _TOLD
    planned = [v for v in named if sentences[v.sentence].role in roles]
    common = {slot for slot in {v.slot for v in planned} if _of_all(slot, planned)}
    loose: dict[int, list[Variant]] = {}
    bound: list[tuple[int, Variant]] = []
    full = [p for p in procedures if p.strength != "context"]
    for number, sentence in enumerate(sentences):
        here = [v for v in planned if v.sentence == number]
        references = table.references(text, sentence.start, sentence.end) if here else []
        for v in here:
            arms = None if v.slot in common else _arms(text, v, sentence, references, full, table)
            bound.extend((arm, v) for arm in arms or () if table.groups > 1)
            if arms is None or (arms and table.groups < 2):
                loose.setdefault(number, []).append(v)
    bound.extend(_by_order(text, loose, sentences, table))
    arms_of = tuple([v for arm, v in bound if arm == i] for i in range(len(table.arms)))
    taken = {id(v) for _, v in bound}
    everyone = [v for here in loose.values() for v in here if id(v) not in taken]
    return Axes(
        shared=_settled(text, everyone, sentences),
        arms=tuple(_settled(text, here, sentences) for here in arms_of),
        named=tuple(named),
    )


def _of_all(slot: str, planned: Sequence[Variant]) -> bool:
    """Return whether a slot tells of all patients: where and how they were chosen, unless two ways of choosing are compared."""
    ids = narrowest(v.id for v in planned if v.slot == slot)
    return any(_axis(i) in _COMMON for i in ids) and (slot != "blocks" or len(ids) == 1)


def _arms(
    text: str, v: Variant, sentence: Sentence, references: Sequence[Reference], procedures: Sequence[Mention], table: ArmTable
) -> list[int] | None:  # fmt: skip
    """Return the arms a variant belongs to: None for everyone, none for something that is no arm of the study."""
    inside = next((p for p in procedures if p.start <= v.start and v.end <= p.end), None)
    if inside is not None:
        owners = [i for i, arm in enumerate(table.arms) if related(arm.procedure, inside.id)]
        named = [r.arm for r in references if r.start <= inside.start < r.end]
        return named or owners
    within = [r.arm for r in references if r.start <= v.start < r.end]
    if within:
        return within
    if _EVERYONE.search(text[sentence.start : v.start]):
        return None
    after = next((r for r in references if r.start >= v.end), None)
    if after is not None and (_BRACKETED.match(between := text[v.end : after.start]) or _BEFORE.match(between)):
        return [after.arm]
    return _preceding(text, v, references)


def _preceding(text: str, v: Variant, references: Sequence[Reference]) -> list[int] | None:
    """Return the arm named right before a variant, None where two are named together or none is."""
    before = [r for r in references if r.end <= v.start]
    if not before or v.start - before[-1].end > _REACH or ";" in text[before[-1].end : v.start]:
        return None
    last = before[-1]
    if len(before) > 1 and before[-2].arm != last.arm and _LISTED.match(text[before[-2].end : last.start]):
        return None
    return [last.arm]


def _by_order(
    text: str, loose: Mapping[int, Sequence[Variant]], sentences: Sequence[Sentence], table: ArmTable
) -> Iterable[tuple[int, Variant]]:
    """Bind "fluoroscopy versus ultrasound" in title or aim to two arms of one procedure, the index arm first."""
    if table.groups != 2 or table.arms[0].procedure != table.arms[1].procedure:
        return
    for number, here in loose.items():
        if sentences[number].role not in ("title", "objective"):
            continue
        for slot in {v.slot for v in here}:
            pair = [v for v in here if v.slot == slot]
            if len(pair) == 2 and pair[0].id != pair[1].id and _AGAINST.search(text[pair[0].end : pair[1].start]):
                yield 0, pair[0]
                yield 1, pair[1]


def _settled(text: str, found: Sequence[Variant], sentences: Sequence[Sentence]) -> dict[str, frozenset[str]]:
    """Return slot → values; the title's value stands where others contradict it, and alternatives leave a slot open."""
    settled: dict[str, frozenset[str]] = {}
    for slot in dict.fromkeys(v.slot for v in found):
        here = [v for v in found if v.slot == slot]
        ids = narrowest(v.id for v in here)
        titled = narrowest(v.id for v in here if sentences[v.sentence].role == "title")
        if len(ids) > 1 and not (slot == _MIXED and _mixture(text, here)):
            ids = titled if len(titled) == 1 else set()
        settled[slot] = frozenset(ids)
    return settled


def _mixture(text: str, found: Sequence[Variant]) -> bool:
    """Return whether values are named as one mixture: never as alternatives."""
    pairs = pairwise(found)
    return not any(
        a.sentence == b.sentence and a.id != b.id and _EITHER.search(text[a.end : b.start]) for a, b in pairs
    )


def claim_axes(axes: Axes, claim: Claim, text: str, table: ArmTable) -> tuple[tuple[str, str], ...]:
    """Return the variants of a claim's own procedure as sorted pairs, such as ``("guidance", "fluoroscopy")``."""
    references = table.references(text, claim.start, claim.end)
    arms = _own(claim, references, table)
    values: dict[str, frozenset[str]] = dict(axes.shared)
    for slot in {slot for i in arms for slot in axes.arms[i]}:
        each = [_joined(slot, axes.arms[i].get(slot, frozenset()), axes.shared.get(slot, frozenset())) for i in arms]
        values[slot] = each[0] if all(e == each[0] for e in each) else frozenset()
    for slot, ids in _quoted(axes, claim, text, references, arms).items():
        if not values.get(slot) or slot in ("axis-guidance", "blocks"):
            values[slot] = ids
    fitting = [i for ids in values.values() for i in ids if fits(i, claim.procedure)]
    names = [(_axis(value).removeprefix("axis-"), value) for value in fitting]
    return tuple(sorted((axis, value.removeprefix(f"{axis}-")) for axis, value in names))


def _axis(value: str) -> str:
    """Return the axis of a value."""
    return load_vocabulary().concept("axis", value).scheme


def _joined(slot: str, own: frozenset[str], shared: frozenset[str]) -> frozenset[str]:
    """Return what an arm received with what everyone did: the narrower value, a mixture, else the arm's own."""
    both = narrowest(own | shared)
    return frozenset(both) if slot == _MIXED or len(both) == 1 else own or shared


def _own(claim: Claim, references: Sequence[Reference], table: ArmTable) -> list[int]:
    """Return the arms a claim may be of: of two with one procedure the one its sentence names, or the first."""
    arms = [i for i, arm in enumerate(table.arms) if arm.procedure == claim.procedure]
    if len(arms) < 2:
        return arms
    if claim.basis == "between":
        return arms[:1]
    named = {r.arm for r in references}
    return [i for i in arms if i in named] or arms


def _quoted(
    axes: Axes, claim: Claim, text: str, references: Sequence[Reference], arms: Sequence[int]
) -> dict[str, frozenset[str]]:
    """Return the single values a claim's own sentence names, those of other arms left out."""
    found: dict[str, set[str]] = {}
    for v in axes.named:
        if claim.start <= v.start < claim.end and _of(text, v, references, arms):
            found.setdefault(v.slot, set()).add(v.id)
    single = {slot: narrowest(ids) for slot, ids in found.items()}
    return {slot: frozenset(ids) for slot, ids in single.items() if len(ids) == 1}


def _of(text: str, v: Variant, references: Sequence[Reference], arms: Sequence[int]) -> bool:
    """Return whether a variant named in a result may be that of these arms."""
    if _axis(v.id) in _COMMON:
        return True
    within = [r.arm for r in references if r.start <= v.start < r.end]
    before = [r for r in references if r.end <= v.start]
    against = before and _EITHER.search(text[before[-1].end : v.start])
    after = next((r.arm for r in references if r.start >= v.end), None)
    near = within or ([before[-1].arm] if before else [] if after is None else [after])
    return not against and all(arm in arms for arm in near)
