"""Find how an abstract names its groups: "group A", "the PKP group", "TG"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.lexicon import group_words
from ingest.number_words import parse_number
from kg.model import Sentence

__all__ = ["Span", "designated", "letters", "named_groups"]

Span = tuple[int, int]

_DESIGNATOR = re.compile(
    r"\b(?:[Gg]roups?|[Aa]rm|[Cc]ohort|GROUP)[ -]"
    r"(?:[A-F1-6]|I{1,3}|IV|[Oo]ne|[Tt]wo|[Tt]hree|[A-Z][A-Z0-9+]{0,6}(?:-[A-Z0-9]{1,5})?)\b(?![-/.]\w)"
    r"(?!,? (?:and|or|vs\.?|versus) (?:[A-F1-6]|I{1,3}|IV|[Gg]roup)\b)"
    r"|\b(?:[Ff]irst|[Ss]econd|[Tt]hird|[Cc]ontrol|[Ss]tudy"
    r"|[Tt]reatment|[Ee]xperimental|[Ii]ntervention|[Oo]bservation|[Tt]est) group\b"
)
_SHORT_GROUP = re.compile(r"\b([A-Z]{1,3}G)\b(?=\s*[,(=:])")
# "Steroid (S) or saline (P)", "ozone (A group)": a letter in a bracket names a group where another letter names another.
_LETTER = re.compile(r"(?<=[(\[])(?P<letter>[A-HJ-UW-Z])(?: (?:group|arm))?(?=[)\],;:]| ?(?:n|N) ?=| \d)")
_ALIAS = re.compile(r"\s*\(\s*|,? or ")
_HINT = re.compile(r"group|arm|cohort|[A-Z]G\b|GROUP|Group|[(\[][A-Z][)\],;: ]")
_DEFINES = re.compile(
    r"\s*(?:patients?\s*)?(?:[(\[][^)\]]{0,60}[)\]]\s*)?(?:,|:|=|-|patients|subjects|received|receiving|underwent|was|were|had|consisted|consisting"
    r"|which|who|in which|where|treated|with|included|including|got|comprised|\(|n\b)",
    re.I,
)
# "Sixty patients (group A) underwent X and 64 (group B) Y": what they had follows; not so "X in 60 patients (group A)".
_HEADS = re.compile(
    r"(?P<of>\b(?:in|for|of|with|to|among|on) (?:the )?(?:other |remaining |first |last )?)?(?P<count>\d+|\b[a-z]+(?:-[a-z]+)?)"
    r"(?: (?:consecutive |other )?(?:patients|subjects|participants|cases|women|men|adults|persons|pts))?\s*[(\[]$",
    re.I,
)
_CLOSED = re.compile(r"\b(?:group|arm)(?:, ?n ?= ?\d+)?[)\]]")
_GROUP = re.compile(r"[ -](?:groups?|arms?)\b(?! (?:of|differences?|comparisons?|[A-F1-6]\b|I{1,3}\b|sizes?|pain))")
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9/&'+.-]*|\+")


def letters(text: str) -> Iterator[str]:
    """Yield "group p", "group prp" for every group that a text calls so, defined or not."""
    for m in _DESIGNATOR.finditer(text):
        if m.group()[:5].lower() == "group":
            yield _name(m)


def _marks(sentence: Sentence, text: str) -> list[re.Match[str]]:
    found = [
        *_DESIGNATOR.finditer(text, sentence.start, sentence.end),
        *_SHORT_GROUP.finditer(text, sentence.start, sentence.end),
    ]
    single = list(_LETTER.finditer(text, sentence.start, sentence.end))
    if not found and len({m["letter"] for m in single}) > 1:
        found = single
    return sorted(found, key=lambda m: m.start())


def designated(sentences: Sequence[Sentence], text: str) -> dict[str, list[Span]]:
    """Return designator ("group a", "tg") → spans of the text that say what that group received.

    Only the first sentences that define groups count; results use the names but do not define them.
    """
    found: dict[str, list[Span]] = {}
    for sentence in sentences:
        if sentence.role in ("title", "results", "conclusions") and found:
            continue
        marks = _marks(sentence, text) if _HINT.search(text, sentence.start, sentence.end) else []
        if not any(_bracketed(m, text, sentence.start) or _DEFINES.match(text, m.end(), m.end() + 70) for m in marks):
            continue
        for names, span in _segments(marks, text, sentence):
            for name in names:
                found.setdefault(name, []).append(span)
    return found


def _name(mark: re.Match[str]) -> str:
    """Return a designator in its usual form: "group-A" as "group a", "(A)" and "(A group)" too."""
    if mark.re is _LETTER:
        return f"group {mark['letter'].lower()}"
    return mark.group().lower().replace("-", " ", 1)


def _is_same_group(text: str, mark: re.Match[str], follower: re.Match[str]) -> bool:
    """Return whether a mark is another name of the group before it, or a part of its name: the TG of "group TG"."""
    return follower.start() < mark.end() or _ALIAS.fullmatch(text, mark.end(), follower.start()) is not None


def _bracketed(m: re.Match[str], text: str, begin: int) -> bool:
    """Return whether a designator stands in a bracket after what it names: "kyphoplasty (group A)"."""
    lead = text[max(begin, m.start() - 120) : m.start()]
    return lead.rfind("(") > lead.rfind(")")


def _counts(text: str, begin: int, at: int) -> bool:
    """Return whether only a number of patients stands before a designator in a bracket."""
    m = _HEADS.search(text, max(begin, at - 60), at)
    return m is not None and m["of"] is None and parse_number(m["count"]) is not None


def _segments(marks: Sequence[re.Match[str]], text: str, sentence: Sentence) -> Iterator[tuple[list[str], Span]]:
    """Yield the names of each group of a sentence with the words about it: "treatment group (TG)" is one group."""
    i = 0
    while i < len(marks):
        last = i
        while last + 1 < len(marks) and _is_same_group(text, marks[last], marks[last + 1]):
            last += 1
        begin = marks[i - 1].end() if i else sentence.start
        stop = marks[last + 1].start() if last + 1 < len(marks) else sentence.end
        names = [_name(m) for m in marks[i : last + 1]]
        first = marks[i].start()
        if _bracketed(marks[i], text, begin) and not _counts(text, begin, first):
            opened = max(text.rfind("(", begin, first), text.rfind("[", begin, first))
            yield names, (_after_group(text, max(begin, opened - 90), first), first)
        else:
            yield names, (marks[last].end(), stop)
        i = last + 1


def _after_group(text: str, begin: int, end: int) -> int:
    """Return where the words about a group begin: behind the bracket that names another one ("A (MIS group) and B (controls)")."""
    return max((m.end() for m in _CLOSED.finditer(text, begin, end)), default=begin)


def named_groups(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (name, start, end) for every "NAME group" or "NAME arm"; the name in lower case, without small words."""
    small = group_words().no_name
    for m in _GROUP.finditer(text):
        begin = max(0, m.start() - 60)
        words = list(_TOKEN.finditer(text, begin, m.start()))
        kept: list[re.Match[str]] = []
        expected = m.start()
        for word in reversed(words):
            gap = text[word.end() : expected]
            if (
                gap not in ("", " ")
                or word.group().lower().strip("'") in small
                or word.group().endswith(".")
                or len(kept) == 4
            ):
                break
            kept.insert(0, word)
            expected = word.start()
        if kept and (kept[0].start() > begin or begin == 0) and not kept[-1].group().isdigit():
            yield text[kept[0].start() : m.start()].lower(), kept[0].start(), m.end()
