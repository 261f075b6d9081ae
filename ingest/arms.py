"""The arm table: which groups an abstract compares, and every way it refers to them.

Built from title, aim and methods before any result is read, because "the control group", "group II" or "TG"
mean nothing without it. An arm has a procedure id; two arms may share one (two needles, with and without
steroid). The first arm is the index arm: findings are written from its side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ingest.arm_drafts import draft_arms, settle_placebo
from ingest.arm_evidence import Draft, Evidence, gather
from ingest.arm_lists import compared_with, evaluated
from ingest.arm_names import Names, name_arms
from ingest.grounding import Mention
from ingest.lexicon import below, group_words, lineage, related
from ingest.pointed import Found, pointed
from ingest.screened import screened
from ingest.text import lower
from ingest.told_apart import settle_kinds
from kg.model import Arm, Sentence

__all__ = ["ArmTable", "Reference", "arm_table"]

_LACK = re.compile(
    r"\bwithout (?:an? |the |any )?(?:(?!(?:to|of|in|between|and|or|after|for|with|from|by) |significan|statistic|differen)[a-z-]+ ){0,2}$"
)
_LACK_SIZE = 32  # characters: how long what stands before the procedure may be
_RIVAL = screened(
    r"\b(?:than|(?:superior|inferior|similar|equivalent|comparable) to|(?:compared|comparison) (?:with|to)"
    r"|versus|vs\.?|over|against|relative to|between [^.;]{2,40} and)"
    r"(?:(?: (?:that|those|improvement|results|patients))? (?:of|in|with|after|following|by|receiving))?(?: (?:the|a|an))? $",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Arm number ``arm`` of the table is referred to in ``text[start:end]``."""

    arm: int
    start: int
    end: int


@dataclass(frozen=True)
class ArmTable:
    """The arms of one abstract, index arm first, and how to find them in its sentences.

    The first ``groups`` of them are the groups of the study; those after are only compared with in its results
    ("no better than placebo" in a review), or are further procedures of a study that compares nothing.
    """

    arms: tuple[Arm, ...]
    groups: int
    procedures: tuple[str, ...]
    comparators: tuple[str, ...]
    names: Names
    mentions: tuple[Mention, ...]
    by_id: Mapping[str, int]

    @property
    def compared(self) -> bool:
        """Return whether the study has at least two groups."""
        return self.groups > 1

    @property
    def operates(self) -> bool:
        """Return whether one of the arms is an operation."""
        return any(
            below(arm.procedure, o) for arm in self.arms for o in group_words().operations - {"spinal-intervention"}
        )

    def stranger(self, text: str, start: int, end: int) -> bool:
        """Return whether ``text[start:end]`` names a procedure in full that is no arm: the subject is another one."""
        general = group_words().general
        return any(
            start <= m.start < end and m.strength != "context" and m.id not in self.by_id and m.id not in general
            for m in self.mentions
        )

    def references(self, text: str, start: int, end: int) -> list[Reference]:
        """Return the arms referred to in ``text[start:end]``, in order; a longer name wins over one inside it."""
        low = lower(text)
        found = [Reference(arm=arm, start=s, end=t) for arm, s, t in self.names.find(low, start, end)]
        if "groups " in low[start:end]:
            found = self._lettered(low, start, end, found)
        if self.letters:
            found += self._bare(text, start, end, found)
        for mention in self.mentions:
            if mention.start >= end:
                break
            arm = self.by_id.get(mention.id)
            if arm is None or mention.start < start or mention.end > end:
                continue
            beside = mention.strength == "context"
            if beside and arm >= self.groups:
                continue  # a loose word means no arm that the study itself has not
            if beside and mention.start and text[mention.start - 1] == "-":
                continue  # "pre-operative" names no operation
            if not any(r.start < mention.end and mention.start < r.end + beside * 2 for r in found):
                found.append(Reference(arm=arm, start=mention.start, end=mention.end))
        if self.groups == 2 and "without " in low[start:end]:
            found = [self._other_without(r, low, start, found) for r in found]
        return sorted((*found, *self._pointed(low, start, end)), key=lambda r: r.start)

    def _other_without(self, named: Reference, low: str, start: int, found: Sequence[Reference]) -> Reference:
        """Return the reference to the other one of two arms where the text says "without" before a name: "without facet block"."""
        lack = _LACK.search(low, max(start, named.start - _LACK_SIZE), named.start)
        if lack is None or named.arm > 1 or any(lack.start() < r.end and r.end <= named.start for r in found):
            return named
        return Reference(arm=1 - named.arm, start=lack.start(), end=named.end)

    def _pointed(self, low: str, start: int, end: int) -> list[Reference]:
        """Return the references of a sentence that points back: "better in the latter"."""
        if self.groups != 2 or not any(w in low[start:end] for w in ("former", "latter", "without", "did not")):
            return []
        return [Reference(arm=a, start=s, end=t) for a, s, t in pointed(low, start, end, self._outright(low))]

    def _outright(self, low: str) -> Callable[[int, int], list[Found]]:
        """Return what finds the arms that a stretch of text calls by a name or a procedure."""

        def find(start: int, end: int) -> list[Found]:
            named = list(self.names.find(low, start, end))
            inside = [m for m in self.mentions if start <= m.start and m.end <= end and m.strength != "context"]
            told = [(arm, m.start, m.end) for m in inside if (arm := self.by_id.get(m.id)) is not None and arm < 2]
            told = [f for f in told if not any(n[1] < f[2] and f[1] < n[2] for n in named)]
            return sorted((*named, *told), key=lambda f: f[1])

        return find

    @cached_property
    def _designated(self) -> Mapping[str, int]:
        """Return the names of the form "group a", in lower case, with their arms."""
        return {
            name.lower(): i for i, a in enumerate(self.arms) for name in a.names if name.lower().startswith("group ")
        }

    @cached_property
    def letters(self) -> Mapping[str, int]:
        """Return the letters that name a group by themselves, in capitals, with its arm; none where only one does."""
        named = {n[6:].upper(): i for n, i in self._designated.items() if _LETTER_NAME.fullmatch(n)}
        return named if len(named) > 1 else {}

    def _bare(self, text: str, start: int, end: int, found: Sequence[Reference]) -> list[Reference]:
        """Return where a group is called by its letter alone: "in C", "3.4 in A and 4.1 in B"."""
        return [
            Reference(arm=self.letters[m["letter"]], start=m.start(), end=m.end())
            for m in _BARE_LETTER.finditer(text, start, end)
            if m["letter"] in self.letters
            and not (m["letter"] == "A" and _ARTICLE.match(text, m.end()))
            and not _NO_GROUP.search(text, max(start, m.start() - 14), m.start())
            and not any(r.start < m.end() and m.start() < r.end for r in found)
        ]

    def _lettered(self, low: str, start: int, end: int, found: list[Reference]) -> list[Reference]:
        """Add the groups of "groups A and B", each at its letter; ``low`` is the text in lower case."""
        known = self._designated
        for m in _LETTERS.finditer(low, start, end):
            letters = list(_LETTER.finditer(low, m.start("letters"), m.end()))
            if len(letters) > 1 and all(f"group {x.group()}" in known for x in letters):
                found = [r for r in found if r.end <= m.start() or r.start >= m.end()]
                found += [Reference(arm=known[f"group {x.group()}"], start=x.start(), end=x.end()) for x in letters]
        return found


_LETTER_NAME = re.compile(r"group [a-hj-uw-z]")
_BARE_LETTER = re.compile(
    r"(?<![\w.'-])(?P<letter>[A-HJ-UW-Z])(?: (?:group|arm|patients))?(?=[\s,;:.)=]|$)(?! [A-Z]\b| ?[=<>\u2264\u2265]| values?\b)"
)
_ARTICLE = re.compile(r" (?!and\b|or\b|vs\b|versus\b|than\b|had\b|was\b|were\b|but\b|showed\b|patients\b)[a-z]")
# What a letter belongs to that is no group: "vitamin C", "ASIA grade D", "type A fractures".
_NO_GROUP = re.compile(
    r"\b(?:vitamin|types?|class|grades?|hepatitis|frankel|asia|impairment|child|models?|levels?|modic|ao|score|stage|category"
    r"|groups|part|form|panel|fig(?:ure)?|table|equation|hemoglobin|haemoglobin|protein|toxin|botulinum|interleukin) $",
    re.I,
)
_LETTERS = re.compile(
    r"\bgroups (?P<letters>\w{1,4}(?:(?:, (?:and )?| and | or | versus | vs\.? ?|/| & |, )(?:group )?\w{1,4}\b)+)"
)
_LETTER = re.compile(r"\b(?!and\b|or\b|vs\b|group\b)\w+")


def _order(drafts: list[Draft], e: Evidence) -> list[Draft]:
    """Put the index arm first: comparators by nature and "control" groups last, otherwise in order of first mention."""
    words = group_words()
    title = e.sentences[0].end if e.sentences and e.sentences[0].role == "title" else 0
    titled = all(d.first < title for d in drafts)
    for d in drafts:
        d.first = d.first if titled else min(d.first, _first_named(d, drafts, e, title))
        named_control = any(w in n.split() for n in d.names for w in words.control)
        d.control = d.control or named_control or d.ids[0] in words.passive
    leading = min((d.first for d in drafts if not d.control), default=0)
    usual = [any(w in words.standing for w in d.words) for d in drafts]
    for d, by_word in zip(drafts, usual, strict=True):
        d.control = d.control or (by_word and not all(usual))
    pretended = len(drafts) > 2 and any(d.ids[0] in words.sham for d in drafts)
    for d in drafts:
        if d.ids[0] in words.active and not (d.added or (d.first <= leading and d.first < title)):
            d.control = True
        if any(o.added for o in drafts) and not d.added:
            d.control = True
        others = [broad for o in drafts if o is not d for broad in lineage(o.ids[0])]
        if not pretended and any(d.ids[0] in words.standard.get(broad, ()) for broad in others):
            d.control = True
    if all(d.control for d in drafts):
        for d in drafts:
            d.control = False
    return sorted(drafts, key=lambda d: (d.control, d.first))


def _first_named(d: Draft, drafts: Sequence[Draft], e: Evidence, title: int) -> int:
    """Return where the text first names the procedure of an arm, or a wider one that no other arm is a kind of."""
    others = [o.ids[0] for o in drafts if o is not d]
    own = {d.ids[0], *(i for i in lineage(d.ids[0]) if not any(related(i, o) for o in others))}
    named = (m.start for m in e.mentions if m.id in own and (m.strength != "context" or m.end <= title))
    return next(named, d.first)


def _by_mention(drafts: Sequence[Draft], mentions: Sequence[Mention]) -> dict[str, int]:
    """Map procedure ids named in the text to arms; not when two arms share the id, for then the name says nothing."""
    found: dict[str, int] = {}
    owners = Counter(d.ids[0] for d in drafts)
    for concept in {m.id for m in mentions}:
        near = [i for i, d in enumerate(drafts) if related(concept, d.ids[0])]
        exact = [i for i in near if drafts[i].ids[0] == concept] or [
            i for i, d in enumerate(drafts) if concept in d.ids
        ]
        chosen = exact if len(exact) == 1 else near
        if len(chosen) == 1 and owners[drafts[chosen[0]].ids[0]] == 1:
            found[concept] = chosen[0]
    if "placebo-injection" not in found:
        sham = next((i for i, d in enumerate(drafts) if d.ids[0] == "sham-procedure"), None)
        found |= {} if sham is None else {"placebo-injection": sham}
    return found


def _without_sham(drafts: Sequence[Draft], e: Evidence, short_forms: Mapping[str, str]) -> Mapping[str, str]:
    """Take a sham out of the arm it was listed with ("both cement and sham against care"); return the short forms left."""
    shams = group_words().sham
    said = {m.text.lower() for m in e.mentions if m.id in shams}
    if not said or any(d.ids[0] in shams for d in drafts):
        return short_forms
    for d in drafts:
        if shams.intersection(d.ids):
            d.ids = tuple(i for i in d.ids if i not in shams)
            d.words = [w for w in d.words if not any(w in text.split() for text in said)]
    return {short: long for short, long in short_forms.items() if not any(text in long.lower() for text in said)}


def _told(m: Mention, e: Evidence) -> bool:
    """Return whether a procedure is what a sentence of the results begins with: results of something that is no arm."""
    s = next((s for s in e.sentences if s.start <= m.start < s.end), None)
    return (
        s is not None
        and s.role in ("results", "conclusions")
        and _SUBJECT.fullmatch(e.text, s.start, m.start) is not None
    )


_SUBJECT = re.compile(
    r"\W*(?:(?:the|a|an|for|with|after|in|using|both|however|moreover|furthermore|percutaneous|lumbar|cervical),? ){0,4}",
    re.I,
)


def _outsiders(drafts: Sequence[Draft], e: Evidence) -> list[Draft]:
    """Return what results compare with or tell of that is no group of the study, as arms; ``added`` if compared with."""
    words = group_words()
    known = {i for d in drafts for i in d.ids}
    known |= words.sham if known & words.sham else frozenset()
    found = dict[str, Draft]()
    for m in e.mentions:
        if m.strength == "context" or m.id in words.general or any(related(m.id, i) for i in (*known, *found)):
            continue
        rival = _RIVAL.search(e.text[max(0, m.start - 40) : m.start]) is not None
        if rival or (_told(m, e) and m.id not in words.comparators):
            found[m.id] = Draft(ids=(m.id,), control=True, added=rival)
    return list(found.values())


def _table(
    drafts: Sequence[Draft], names: Names, e: Evidence, *, comparative: bool, survey: bool, by_name: bool
) -> ArmTable:
    everyone = [*drafts, *_outsiders(drafts, e)] if drafts else []
    settle_placebo(everyone, e.text)
    others = [d.ids[0] for d in everyone[len(drafts) :] if d.added] if comparative else []
    listed = evaluated(drafts, e, survey=survey)
    if survey or (len(drafts) == 1 and len(listed) > 1):
        known = {d.ids[0] for d in everyone}
        everyone += [Draft(ids=(i,)) for i in listed if i not in known]
    by_id = _by_mention(everyone, e.mentions)
    return ArmTable(
        arms=tuple(Arm(procedure=d.ids[0], names=tuple(dict.fromkeys(d.names)), index=not d.control) for d in everyone),
        groups=len(drafts),
        procedures=listed,
        comparators=compared_with(drafts, others, e, comparative=comparative, survey=survey),
        names=names,
        mentions=tuple(e.mentions),
        by_id={i: arm for i, arm in by_id.items() if arm >= len(drafts)} if by_name else by_id,
    )


def arm_table(
    sentences: Sequence[Sentence],
    text: str,
    mentions: Sequence[Mention],
    *,
    comparative: bool,
    short_forms: Mapping[str, str],
    survey: bool = False,
) -> ArmTable:
    """Build the table from folded ``text``.

    ``mentions`` are its procedure mentions, ``short_forms`` its own abbreviations; ``comparative`` says whether
    its design compares anything, ``survey`` whether it goes through many procedures.
    """
    e = gather(sentences, text, mentions)
    drafts = _order(draft_arms(e, comparative=comparative), e)
    adopted = [m for m in e.loose if any(m.id == d.ids[0] for d in drafts)]
    e = replace(e, mentions=sorted((*e.mentions, *adopted), key=lambda m: m.start)) if adopted else e
    own_forms = _without_sham(drafts, e, short_forms)
    names = name_arms(drafts, e, own_forms) if drafts else Names()
    # Only now, for names were told from words: "pedicle screws" in full says of neither arm which it is.
    by_name = settle_kinds(drafts, e, own_forms)
    return _table(drafts, names, e, comparative=comparative, survey=survey, by_name=by_name)
