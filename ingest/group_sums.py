"""Add up groups that a text tells side by side, without the word "group" beside each number.

"Thirty patients received ozone and 28 received steroid", "19 patients with a burst and 24 patients with a wedge
fracture underwent fixation", "30 of 58 patients had a third screw, the remaining 28 had not", "a control group of 20".
Sentences are rewritten by ``ingest.head_counts.mark``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from ingest.head_counts import PEOPLE, Sum

__all__ = ["side_by_side"]

_SURE = 3.0
_LEAST = 5
_REACH = 3  # sentences from the treated patients to the control group they are compared with


def side_by_side(texts: Sequence[str]) -> Iterator[Sum]:
    """Yield the total of the groups wherever marked sentences tell them side by side."""
    texts = [_parts().sub("", text) if "(‹" in text else text for text in texts]
    for index, text in enumerate(texts):
        if "‹" not in text:
            continue
        yield from _parallel(index, text, texts[:index])
        yield from _remaining(index, text)
        yield from _in_brackets(index, text)
        yield from _randomised_things(index, text)
    yield from _with_controls(texts)
    yield from _told_apart(texts)
    yield from _in_turn(texts)


@cache
def _parts() -> re.Pattern[str]:
    """Return a pattern of what is counted in brackets behind patients and is none of them: "(57 vertebrae)"."""
    return re.compile(
        r" \(‹\d+› (?:[\w-]+ )?(?:vertebra\w*|levels?|fractures?|segments?|dis[ck]s?|bodies|joints?|sides?|hips|knees|"
        r"injections|procedures|lesions|screws|(?:fe)?males?|wom[ae]n|m[ae]n)(?:,? (?:and )?‹\d+› (?:[\w-]+ )?(?:(?:fe)?males?|wom[ae]n|m[ae]n))?\)"
    )


@cache
def _verbs() -> tuple[re.Pattern[str], ...]:
    """Return patterns of two groups with one verb, repeated or told once after both, or with "who" and a verb each."""
    people = rf"(?: [\w-]+){{0,6}}? (?:{PEOPLE})\b"
    did = (
        r"(?:underwent|received|got|had|chose|(?:was|were) (?:treated|managed|operated|given|assigned|allocated|"
        r"randomi[sz]ed|implanted)|treated|managed)"
    )
    joint = r"(?:and|while|whereas|versus|vs\.?|but|or)"
    free = r"(?!\b(?:of (?:these|them|whom|the)|remaining|other|rest|pain|complications?|nausea|died)\b)[^‹.;]"
    idle = rf"(?!\b(?:were|was|underwent|received|had)\b){free}"
    repeated = (
        rf"‹(?P<one>\d+)›{people} (?:{free}){{0,80}}?\b(?P<did>{did})\b(?:{free}){{0,110}}?\b{joint}\b(?:{free}){{0,30}}"
        rf"‹(?P<other>\d+)›(?:{people})?(?:{free}){{0,60}}?\b(?P=did)\b"
    )
    once = (
        rf"(?<!of )‹(?P<one>\d+)›{people}(?:{idle}){{0,90}} (?:and|versus|vs\.?) ‹(?P<other>\d+)›{people}(?:{free}){{0,60}}?"
        r"\b(?:underwent|received|(?:was|were) (?:\w+ )?(?:treated|included|enrol+ed|operated|studied|reviewed|compared|performed|"
        r"managed|recruited|analy[sz]ed|followed))\b"
    )
    others = did.replace("had|", "").replace("treated|managed)", "treated)")
    differing = (
        rf"(?<!of )‹(?P<one>\d+)›{people} (?:{free}){{0,20}}?\b{others}\b(?:{free}){{0,110}}?,? (?:while|whereas|and) (?:the )?"
        rf"‹(?P<other>\d+)›(?:{people})? {others}\b"
    )
    against = (
        rf"(?<!of )‹(?P<one>\d+)›{people}(?:{free}){{0,110}}?\b(?:compared|comparison)\b(?:{free}){{0,40}}?\b(?:with|to)\b"
        rf"[^.;‹]{{0,40}}‹(?P<other>\d+)›{people}"
    )
    studied = (
        r"\b(?:review|study|series|analysis|comparison|records|data|charts|outcomes?|results|cohort|includ\w+|reviewed|compris\w+|"
        r"consist\w+|studied|compared|analy[sz]ed|evaluated|identified)\b[^.;‹]{0,50}(?<!out of )"
        rf"‹(?P<one>\d+)›{people} (?:{free}){{3,110}}? (?:and|versus|vs\.?) ‹(?P<other>\d+)›(?:{people})? (?:with|who|treated|"
        r"undergoing|receiving|for whom|in whom|from|without|managed|operated|whose)\b"
    )
    with_each = (
        rf"(?<!of )‹(?P<one>\d+)›{people} with [^‹.;]{{2,60}} and ‹(?P<other>\d+)› with [^‹.;]{{2,60}}?"
        r"\b(?:underwent|received|had (?:an? )?(?:\w+ )?(?:injection|block|operation|surgery|session|fusion|implant)s?|(?:was|were) (?:\w+ )?(?:treated|included|enrol+ed|operated|studied|reviewed|compared))\b"
    )
    sexes = (
        r"‹(?P<one>\d+)› (?:(?:fe)?males?|m[ae]n|wom[ae]n|boys|girls)(?: patients| subjects)? and ‹(?P<other>\d+)› "
        rf"(?:(?:fe)?male (?:{PEOPLE})|(?:fe)?males|m[ae]n|wom[ae]n|boys|girls)\b"
    )
    each = rf"‹(?P<one>\d+)›{people} who {did}\b(?:{free}){{0,60}}?\band ‹(?P<other>\d+)›(?:{people})? who {did}\b"
    return tuple(re.compile(p) for p in (repeated, once, each, differing, against, studied, with_each, sexes))


def _parallel(index: int, text: str, before: Sequence[str]) -> Iterator[Sum]:
    """Yield two groups of one sentence, unless more patients than both have been told of before it."""
    for pattern in _verbs():
        for m in pattern.finditer(text):
            one, other = int(m["one"]), int(m["other"])
            if min(one, other) >= _LEAST and one + other >= _most(before):
                yield Sum(one + other, (one, other), _SURE, index)


@cache
def _people() -> re.Pattern[str]:
    return re.compile(rf"‹(\d+)›(?: [\w-]+){{0,3}}? (?:{PEOPLE})\b")


def _most(texts: Sequence[str]) -> int:
    """Return the largest number of people that the texts count."""
    return max((int(m[1]) for text in texts if "‹" in text for m in _people().finditer(text)), default=0)


@cache
def _rest() -> re.Pattern[str]:
    return re.compile(
        rf"‹(?P<part>\d+)›(?: \([^)]*\))?(?: (?:{PEOPLE}))?(?: out)?(?: of|/) ?(?:the )?‹(?P<whole>\d+)›[^.;]*?\b(?:remaining|other|rest)\b[^‹.;]{{0,20}}‹(?P<rest>\d+)›"
    )


def _remaining(index: int, text: str) -> Iterator[Sum]:
    """Yield a whole that its part and the rest make up."""
    if "remaining" in text or "other" in text or "rest" in text:
        for m in _rest().finditer(text):
            part, whole, rest = int(m["part"]), int(m["whole"]), int(m["rest"])
            if part + rest == whole and part >= _LEAST:
                yield Sum(whole, (part, rest), _SURE, index)


@cache
def _bracketed() -> re.Pattern[str]:
    return re.compile(
        rf"‹(?P<size>\d+)›(?:(?: [\w-]+){{0,2}}? (?:{PEOPLE}))? \((?:the )?(?:[\w-]+[- ]){{0,5}}(?:groups?|arms?|cohorts?)\b[^)]*\)"
    )


def _in_brackets(index: int, text: str) -> Iterator[Sum]:
    """Yield groups named in brackets behind their patients: "7 patients (group I) … 5 patients (group II)"."""
    if "group" in text or "arm" in text or "cohort" in text:
        sizes = [int(m["size"]) for m in _bracketed().finditer(text)]
        if 2 <= len(sizes) <= 6 and min(sizes) > 1:
            yield Sum(sum(sizes), tuple(sizes), _SURE, index)


@cache
def _things() -> re.Pattern[str]:
    return re.compile(
        r"‹(?P<n>\d+)›(?: [\w-]+){0,6} (?:fractures|lesions|procedures|operations|injections|blocks)\b[^.;‹]{0,40}"
        r"\b(?:were|was) (?:\w+ )?(?:randomi[sz]ed|randomly|allocated|assigned)\b"
    )


def _randomised_things(index: int, text: str) -> Iterator[Sum]:
    """Yield fractures or injections that were randomised: a paper that counts nobody else counts these."""
    if "random" in text or "allocated" in text or "assigned" in text:
        for m in _things().finditer(text):
            yield Sum(int(m["n"]), (int(m["n"]),), 1.2, index)


@cache
def _controls() -> tuple[re.Pattern[str], re.Pattern[str]]:
    one = rf"‹(?P<one>\d+)›(?: [\w-]+){{0,3}}? (?:{PEOPLE})\b"
    group = (
        rf"\b(?:historical|control|comparison|conservative(?:ly)?|untreated|non-?operative(?:ly)?)(?: [\w-]+){{0,3}}? "
        rf"(?:group|cohort|series) (?:\([^)]*\) )?(?:of|with|comprising|consisting of|included|comprised) ‹(?P<other>\d+)› (?:[\w-]+ ){{0,4}}(?:{PEOPLE})\b"
    )
    return re.compile(one), re.compile(group)


@cache
def _shared_out() -> re.Pattern[str]:
    return re.compile(r"\b(?:divided|random\w*|of (?:these|whom|them|the)|allocated|assigned|groups|split|separated)\b")


def _with_controls(texts: Sequence[str]) -> Iterator[Sum]:
    """Yield the treated patients and the control group that is told apart from them, up to three sentences later."""
    one, group = _controls()
    for index, text in enumerate(texts):
        m = group.search(text) if " ‹" in text else None
        if m is not None:
            yield from _with_first(texts, index, text[: m.start()], one, int(m["other"]))


def _with_first(texts: Sequence[str], index: int, lead: str, one: re.Pattern[str], other: int) -> Iterator[Sum]:
    """Yield the first group that ``one`` finds up to three sentences before ``lead``, added to the ``other``.

    Nothing when the text shares them out of a whole, or tells the whole.
    """
    since = max(0, index - _REACH)
    before = [*texts[since:index], lead]
    at, first = next(((at, m) for at, part in enumerate(before) if (m := one.search(part))), (0, None))
    if first is None:
        return
    size, told = int(first["one"]), " ".join(before)
    numbers = {int(n) for n in re.findall(r"‹(\d+)›", told)}
    shared = _shared_out().search(" ".join([before[at][first.end() :], *before[at + 1 :]]))
    if min(size, other) >= _LEAST and not shared and not numbers & {size + other, size - other}:
        yield Sum(size + other, (size, other), _SURE, since + at)


@cache
def _added() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return patterns of treated patients, of others who are told of later, and of patients who serve as controls."""
    people = rf"(?: [\w-]+){{0,3}}? (?:{PEOPLE})\b"
    did = r"\b(?:underwent|received|treated|given|operated|managed|had an?)\b"
    return (
        re.compile(
            rf"(?:\b(?:performed|done|implanted|carried out|placed) (?:in|on|to) ‹(?=\d+›{people})|‹(?=\d+›{people}[^.]*{did}))(?P<one>\d+)›"
        ),
        re.compile(
            rf"^(?:the )?(?:other|another|a further|further|a second group of|additional) ‹(?P<other>\d+)›(?:{people})?[^.]*?{did}"
        ),
        re.compile(
            rf"‹(?P<other>\d+)›(?: [\w-]+){{0,3}}? (?:{PEOPLE})\b[^.;‹]{{0,90}}\b(?:served|acted|used) as (?:an? |the )?(?:[\w-]+ ){{0,2}}(?:controls?|comparison)\b"
        ),
    )


def _told_apart(texts: Sequence[str]) -> Iterator[Sum]:
    """Yield treated patients and others told of in a later clause: "other 31 patients", "18 patients served as controls"."""
    treated, other, controls = _added()
    for index, text in enumerate(texts):
        if "‹" not in text:
            continue
        late = other.match(text)
        m = late or (controls.search(text) if " as " in text else None)
        if m is not None and not _left().search(text):
            yield from _with_first(texts, index, "" if late else text[: m.start()], treated, int(m["other"]))


@cache
def _treated() -> re.Pattern[str]:
    return re.compile(r"\b(?:underwent|received|treated|operated|performed|implanted|given|injected|managed|had an?)\b")


@cache
def _left() -> re.Pattern[str]:
    return re.compile(r"\b(?:excluded|declined|refused|elsewhere|lost to|dropped out|withdr[ae]wn?)\b")


@cache
def _period() -> re.Pattern[str]:
    return re.compile(
        r"\b(?:between|from|since|after|before|until) [^‹.;]{0,40}\b(?:19|20)\d\d\b[^‹.;]{0,160}?"
        rf"‹(?P<one>\d+)›(?: [\w-]+){{0,3}}? (?:{PEOPLE})\b"
    )


def _in_turn(texts: Sequence[str]) -> Iterator[Sum]:
    """Yield patients of one period and those of the next: "from 2001 to 2004, 41 women had a brace; from 2005 …"."""
    for index, text in enumerate(texts):
        m = _period().search(text) if "‹" in text and index else None
        if m is not None and _treated().search(text) and not (_shared_out().search(text) or _left().search(text)):
            yield from _with_first(texts, index, text[: m.start()], _period(), int(m["one"]))
