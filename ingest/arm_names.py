"""Collect every way an abstract refers to its arms: group names, sides, kinds, telling words, its own abbreviations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ingest.arm_evidence import Draft, Evidence
from ingest.contrasts import Span, content_words
from ingest.group_names import letters
from ingest.initials import INSTRUMENT, SERIAL, add_bare, defined, initial, same_word, spelled
from ingest.injectates import add_plain, by_drug, owner_by_drug
from ingest.lacking import add_lacking, drop_doubtful, lacking, other_without
from ingest.lexicon import group_label, group_words, related
from ingest.spellings import spellings
from ingest.variants import ways

__all__ = ["Names", "name_arms"]

_SERIES = (("1", "2"), ("i", "ii"), ("a", "b"), ("one", "two"))
_FIRST_LETTERS = frozenset(a for a, _ in _SERIES)
_OTHER = dict([*_SERIES, *((b, a) for a, b in _SERIES)])
_SIDE_TAILS = (" group", "-group", " patients", " arm", " subjects", " groups", " cohort", " participants")
_SHORT_NAME = re.compile(r" ?[(\[](?P<short>[A-Z][A-Z0-9]{1,7}(?:[ -][A-Z0-9]{1,5})?)(?: group)?[)\]]")
_SIDE_NAME = re.compile(r" [(\[](?P<short>[A-Z][A-Za-z0-9]{0,7}(?:-[A-Z0-9][A-Za-z0-9]{0,7})?)(?: group)?[)\]]")
_ROLES = ("title", "objective", "methods", "unknown")


_Alias = tuple[str, int, Sequence[str], bool]


class Names:
    """Aliases of arms, found in text by their first word; the longest that fits wins, the first added stays."""

    def __init__(self) -> None:
        """Start empty."""
        self._by_word: dict[str, list[_Alias]] = {}
        self._known: set[tuple[str, bool]] = set()

    def add(self, name: str, arm: int, tails: Sequence[str] = (), *, alone: bool = True) -> None:
        """Add a name (any case) of arm number ``arm``, alone or only with one of the tails (" group") after it."""
        low = name.lower()
        first = _FIRST.match(low)
        if first is None or (low, True) in self._known or (low, alone) in self._known:
            return
        self._known.add((low, alone))
        self._by_word.setdefault(first.group(), []).append((low, arm, tails, alone))

    def find(self, low: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield (arm, start, end) for the aliases in ``low[start:end]`` (lower-case text), left to right, apart."""
        after = start
        for m in _FIRST.finditer(low, start, end):
            at = m.start()
            options = self._by_word.get(m.group())
            if options is None or at < after or (at and (low[at - 1] == "-" or low[at - 1].isalnum())):
                continue
            fits = [
                (stop, arm) for name, arm, tails, alone in options for stop in _stops(low, at, end, name, tails, alone)
            ]
            if fits:
                after, arm = max(fits, key=lambda f: f[0])
                yield arm, at, after


def _stops(low: str, at: int, end: int, name: str, tails: Sequence[str], alone: bool) -> Iterator[int]:
    """Yield where an alias that starts at ``at`` may end."""
    if low.startswith(name, at):
        stop = at + len(name)
        bare = [""] if alone else []
        for tail in (*bare, *tails):
            last = stop + len(tail)
            if low.startswith(tail, stop) and last <= end and not low[last : last + 1].isalnum():
                yield last
        if tails and (noun := _GROUP_NOUN.match(low, stop, end)):
            yield noun.end()


_FIRST = re.compile(r"[a-z0-9]+")
# What may stand between a telling word and "group": "the conventional discectomy group".
_GROUP_NOUN = re.compile(
    r" (?!and |or |in |of |to |with |than |was |were |had |the |group |groups |patients |arm )[a-z-]{4,}(?: (?!and |or |in |of |to |with |than |was |were |had |the )[a-z-]{4,})? (?:group|arm|cohort)\b"
)


def _distinct(drafts: Sequence[Draft]) -> bool:
    return len({d.ids[0] for d in drafts}) == len(drafts)


def _by_id(ids: Iterable[str], drafts: Sequence[Draft]) -> int | None:
    """Return the only arm whose procedure is one of the ids, or is related to one."""
    for concept in ids:
        exact = [i for i, d in enumerate(drafts) if concept == d.ids[0]]
        if len(exact) == 1:
            return exact[0]
        near = [i for i, d in enumerate(drafts) if related(concept, d.ids[0])]
        if len(near) == 1:
            return near[0]
    return None


def _by_words(words: Sequence[str], drafts: Sequence[Draft]) -> int | None:
    """Return the only arm that a telling word belongs to."""
    found = {i for i, d in enumerate(drafts) if any(same_word(w, own) for w in words for own in d.words)}
    return found.pop() if len(found) == 1 else None if found else owner_by_drug(words, drafts)


def _by_kind(words: Sequence[str], drafts: Sequence[Draft]) -> int | None:
    """Return the arm a word means by the kind of procedure it stands for, or by the side of the comparison."""
    lexicon = group_words()
    for word in words:
        arm = _kind_owner(lexicon.kinds.get(word, ()), drafts)
        if arm is not None:
            return arm
    if any(w in lexicon.control for w in words) and len(drafts) > 1:
        return _control(drafts)
    if any(w in lexicon.index for w in words):
        return next((i for i, d in enumerate(drafts) if not d.control), 0)
    return None


def _by_side(name: str, drafts: Sequence[Draft]) -> int | None:
    """Return the arm of "control group" or "study group"."""
    words, lexicon, control = name.split(), group_words(), _control(drafts)
    if len(drafts) < 2 or _without_control(drafts):
        return None
    if any(w in lexicon.control for w in words):
        return control
    return (0 if control else 1) if any(w in lexicon.index for w in words) else None


def _without_control(drafts: Sequence[Draft]) -> bool:
    """Return whether three or more ways of one procedure are compared, none of them the control."""
    return len(drafts) > 2 and len({d.ids[0] for d in drafts}) == 1 and not any(d.control for d in drafts)


def _kind_owner(ids: Sequence[str], drafts: Sequence[Draft]) -> int | None:
    owners = [i for i, d in enumerate(drafts) if d.ids[0] in ids]
    return owners[0] if len(owners) == 1 else None


def _control(drafts: Sequence[Draft]) -> int:
    controls = [i for i, d in enumerate(drafts) if d.control] or [len(drafts) - 1]
    return next((i for i in controls if drafts[i].ids[0] in group_words().passive), controls[0])


def _learn(drafts: Sequence[Draft], e: Evidence, short_forms: Mapping[str, str]) -> None:
    """Add to the telling words of the arms what other contrasts in title, aim and methods say of them."""
    distinct = _distinct(drafts)
    for c in e.contrasts:
        if c.role not in _ROLES or len(c.sides) != 2:
            continue
        a, b = (content_words(e.words(s)) for s in c.sides)
        one, other = c.sides
        for span, beside, words, against in ((one, other, a, b), (other, one, b, a)):
            own = [w for w in words if w not in against]
            ids = by_drug(tuple(e.ids(span)), e.words(span), (e.words(beside),), e)
            named = {_by_id([i], drafts) for i in ids} - {None} if distinct else set()
            arm = _by_id(ids, drafts) if named else _by_words(own, drafts)
            if arm is not None and len(named) < 2:
                others = {w for i, d in enumerate(drafts) if i != arm for w in d.words}
                drafts[arm].words.extend(w for w in own[:4] if w not in drafts[arm].words and w not in others)
                _learn_bracket(drafts, arm, e.text, span, short_forms)


def _learn_bracket(drafts: Sequence[Draft], arm: int, text: str, span: Span, short_forms: Mapping[str, str]) -> None:
    """Add the short name in brackets that a side of a contrast ends with, unless it is another arm's or no arm's."""
    found = _SIDE_NAME.search(text, span[0], span[1] + 14)
    name = found["short"] if found is not None and found.start() <= span[1] else ""
    if found is not None and _SIDE_NAME.search(text, found.end(), span[1] + 1):
        return  # two short names: the side holds two things
    if group_words().no_arm.intersection(content_words(short_forms.get(name, ""))):
        return
    if name and all(name not in d.names for d in drafts) and not INSTRUMENT.match(name):
        drafts[arm].names.append(name)


def _owner(name: str, ids: Sequence[str], told: Sequence[str], drafts: Sequence[Draft]) -> int | None:
    """Return the arm that a group is: by its procedures, its side, its words, its kind; a sure side comes first."""
    by_id = _by_id(ids, drafts) if _distinct(drafts) else None
    side = _by_side(name, drafts)
    sure = side is not None and drafts[_control(drafts)].control
    for found in (side if sure else by_id, by_id if sure else side, _by_words(told, drafts)):
        if found is not None:
            return found
    return _by_kind(told, drafts)


def _meant(name: str, drafts: Sequence[Draft], e: Evidence) -> int | None:
    """Return the arm whose procedure a group's name is itself a name of: "the TDR group"."""
    return _by_id([m.id for m in e.mentions if m.text.lower() == name], drafts) if _distinct(drafts) else None


def _called(name: str, drafts: Sequence[Draft], short_forms: Mapping[str, str]) -> int | None:
    """Return the arm that "group PRP" is: that called PRP, or what PRP is short for."""
    short = name.removeprefix("group ")
    owners = [i for i, d in enumerate(drafts) if short in {n.lower() for n in d.names}]
    if len(owners) == 1:
        return owners[0]
    long = next((full for brief, full in short_forms.items() if brief.lower() == short), "")
    return other_without(long, _by_words(content_words(long), drafts), drafts)


def _assign_groups(drafts: list[Draft], e: Evidence, short_forms: Mapping[str, str]) -> None:
    """Give each "X group" and "group A" of the text to its arm; two names that fit no arm tell two like arms apart."""
    taken = {n for d in drafts for n in d.names}
    loose: list[str] = []

    def give(name: str, arm: int | None) -> None:
        if arm is not None:
            drafts[arm].names.append(name)
        elif name not in loose:
            loose.append(name)

    groups = [(names, segments, " ".join(map(e.words, segments))) for names, segments in _alike(e.groups)]
    for names, segments, text in groups:
        told = [w for s in segments for w in content_words(e.words(s))]
        without = lacking((e.words(s) for s in segments), drafts)
        ids = by_drug(tuple(i for s in segments for i in e.ids(s)), text, [t for n, _, t in groups if n != names], e)
        known = next((i for i, d in enumerate(drafts) if set(names) & set(d.names)), None)
        # "The open treatment group (control group)": what is called a control is one, whatever else it is called.
        owners = (
            o
            for n in sorted(names, key=lambda n: not group_words().control.intersection(n.split()))
            if (o := _meant(n, drafts, e)) is not None
            or (o := _called(n, drafts, short_forms)) is not None
            or (o := _owner(n, ids, told, drafts)) is not None
            or (o := initial(n, drafts)) is not None
        )
        arm = next((i for i in (known, without) if i is not None), None)
        arm = next(owners, None) if arm is None else arm
        for name in names:
            if name not in taken:
                give(name, arm)
                taken.add(name)
    for name, start, end in e.named:
        if name not in taken:
            words, meant = spelled(name, short_forms), by_drug(tuple(e.ids((start, end))), name, (), e)
            taken.add(name)
            if meant and meant[0] in group_words().comparators and _distinct(drafts) and _by_id(meant, drafts) is None:
                continue  # "the usual care group" is none of two operations
            owner = defined(name, drafts, e.text) if len(drafts) > 1 else None
            owner = _owner("", meant, words, drafts) if owner is None else owner
            give(name, initial(name, drafts) if owner is None else owner)
    _letter(drafts, taken, e, short_forms)
    _place(drafts, [n for n in loose if not _defined(n, drafts, e)])
    drop_doubtful(drafts, e.groups)
    _complete(drafts)


def _letter(drafts: Sequence[Draft], taken: set[str], e: Evidence, short_forms: Mapping[str, str]) -> None:
    """Give "group P" and "group PRP" that the text uses without saying what they had to the arm whose initials they are."""
    serial = any(n in SERIAL for d in drafts for n in d.names)
    for name in letters(e.text) if "roup " in e.text else ():
        if name in taken:
            continue
        taken.add(name)
        arm = _called(name, drafts, short_forms)
        if arm is None and not (serial and len(name) == len("group c")):
            arm = initial(name, drafts)
        if arm is not None:
            drafts[arm].names.append(name)


def _alike(groups: Mapping[str, Sequence[Span]]) -> Iterator[tuple[list[str], Sequence[Span]]]:
    """Yield the names of each group together with the spans they share."""
    shared: dict[tuple[Span, ...], list[str]] = {}
    for name, segments in groups.items():
        shared.setdefault(tuple(segments), []).append(name)
    for spans, names in shared.items():
        yield names, spans


def _complete(drafts: Sequence[Draft]) -> None:
    """Give the other of two arms the other letter: where one is "group 1", the other is "group 2"."""
    if len(drafts) != 2:
        return
    for d, other in zip(drafts, reversed(drafts), strict=True):
        for name in list(d.names):
            head, _, letter = name.rpartition(" ")
            pair = _OTHER.get(letter)
            if pair and head in ("group", "arm", "cohort") and all(f"{head} {pair}" not in x.names for x in drafts):
                other.names.append(f"{head} {pair}")


def _defined(name: str, drafts: Sequence[Draft], e: Evidence) -> bool:
    """Give a name that fits no arm to the one whose words the text has before its bracket; return whether there is one."""
    arm = defined(name, drafts, e.text) if len(drafts) > 1 else None
    if arm is not None:
        drafts[arm].names.append(name)
    return arm is not None


def _place(drafts: Sequence[Draft], loose: Sequence[str]) -> None:
    """Give names that fit no arm to arms without a name, in order, when there is one for each."""
    if len(drafts) < 2:
        return
    empty = [d for d in drafts if not d.names]
    if loose and len(empty) == 1 and len(drafts) == 2:
        empty[0].names.append(loose[0])
    elif len(loose) == 1 and len(empty) == len(drafts) == 2 and loose[0].rpartition(" ")[2] in _FIRST_LETTERS:
        empty[0].names.append(loose[0])
    elif len(loose) >= 2 and len(empty) == len(drafts):
        for d, name in zip(drafts, loose, strict=False):
            d.names.append(name)


def _bracketed(drafts: Sequence[Draft], e: Evidence, short_forms: Mapping[str, str]) -> None:
    """Add short names in brackets after a procedure of one arm, whatever letters they have: "the lateral route (CTESI)"."""
    if not _distinct(drafts):
        return
    spans = [(s.start, s.end) for s in e.sentences if s.role in _ROLES]
    known = {n.lower() for d in drafts for n in d.names} | {n.lower() for n in short_forms}
    named = {m.text for m in e.mentions}
    for m in e.mentions:
        bracket = _SHORT_NAME.match(e.text, m.end)
        if bracket is None or not any(a <= m.start < b for a, b in spans):
            continue
        short, arm = bracket["short"], _by_id([m.id], drafts)
        if arm is not None and short.lower() not in known and short not in named:
            known.add(short.lower())
            drafts[arm].names.append(short)


def _abbreviate(drafts: Sequence[Draft], e: Evidence, short_forms: Mapping[str, str]) -> None:
    """Add the abstract's own abbreviations whose long form names a group or holds the telling words of one arm."""
    known = {n.lower(): i for i, d in enumerate(drafts) for n in d.names}
    for short, long in short_forms.items():
        words = content_words(long)
        if group_words().no_arm.intersection(words):
            continue
        arm = known.get(long.lower().removesuffix(" group").strip())
        if arm is None and _distinct(drafts):
            arm = _by_id([m.id for m in e.mentions if m.strength == "abbreviation" and m.text == short][:1], drafts)
        arm = arm if arm is not None else other_without(long, _by_words(words, drafts), drafts)
        if arm is None and long.lower().endswith("group"):
            arm = _by_kind(words, drafts)
        if arm is not None and short.lower() not in known:
            drafts[arm].names.append(short)


def _add_sides(names: Names, drafts: Sequence[Draft]) -> None:
    lexicon, control = group_words(), _control(drafts)
    if _without_control(drafts):
        return
    index = next((i for i in range(len(drafts)) if i != control), 0)
    for words, arm in ((lexicon.control, control), (lexicon.index, index)):
        for word in words:
            names.add(word, arm, _SIDE_TAILS, alone=False)
    names.add("controls", control)
    if not _distinct(drafts):
        return
    for word, ids in lexicon.kinds.items():
        owner = _kind_owner(ids, drafts)
        if owner is not None:
            names.add(word, owner, lexicon.side_tails, alone=word in lexicon.alone)
            if word.endswith("ly"):
                for verb in ("treated", "managed"):
                    names.add(f"{verb} {word}", owner)


def _way_tails(d: Draft, e: Evidence) -> tuple[str, ...]:
    """Return what may follow the way an arm was done: "early surgery", and the text's own names of its procedure."""
    own = {m.text.lower() for m in e.mentions if related(m.id, d.ids[0]) and m.text.count(" ") < 2}
    return (*group_words().way_tails, *(f" {name}" for name in sorted(own)))


def _aliases(drafts: Sequence[Draft], e: Evidence) -> Names:
    """Return every spelled-out alias of the arms."""
    lexicon, names = group_words(), Names()
    for i, d in enumerate(drafts):
        for name in d.names:
            names.add(name, i, lexicon.tails)
    if len(drafts) < 2:
        return names
    _add_sides(names, drafts)
    if len(drafts) == 2:
        add_lacking(names, drafts)
        add_plain(names, drafts, e.text)
    counts = Counter(w for d in drafts for w in d.words)
    labels = [content_words(group_label(d.ids[0])) for d in drafts]
    for i, d in enumerate(drafts):
        shared = {w for j, label in enumerate(labels) if j != i for w in label}
        for word in d.words:
            if counts[word] == 1 and len(word) >= 3 and word not in shared:
                tails = (*lexicon.tails, *_way_tails(d, e)) if word in ways() & lexicon.weak else lexicon.tails
                for name in (word, *spellings(word)):
                    names.add(name, i, tails, alone=word not in lexicon.weak)
    return names


def name_arms(drafts: list[Draft], e: Evidence, short_forms: Mapping[str, str]) -> Names:
    """Return the aliases of the arms; the names of the drafts are filled in on the way."""
    if len(drafts) > 1:
        _learn(drafts, e, short_forms)
    _assign_groups(drafts, e, short_forms)
    _abbreviate(drafts, e, short_forms)
    _bracketed(drafts, e, short_forms)
    add_bare(drafts, e, short_forms)
    return _aliases(drafts, e)
