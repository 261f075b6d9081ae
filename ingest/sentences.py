"""Split a record into sentences that know what part of the paper they belong to.

Sections are split one by one, so no sentence crosses a section. Labels printed inside the text ("RESULTS:")
switch the role and are left out of the sentence. What no label covers gets its role from wording and order
(``ingest.sentence_roles``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ingest.sentence_roles import Role, guess_roles, heading_role, headings
from ingest.text import fold
from kg.model import Record, Section, Sentence

__all__ = ["split"]

Piece = tuple[int, int, Role]

_SHORT = frozenset(
    "vs e.g eg i.e ie al cf fig figs dr mr mrs prof approx ca st inc resp incl ltd co vol corp dept vv u.s u.k ph.d "
    "viz clinicaltrials www".split()
)
"""Words whose stop ends no sentence."""

_STOP = re.compile(
    r"[.!?][\"')\]]*(?:;(?=\s)|;?(?=\s+[\"'(\[]*[A-Z0-9<>=+/\u00b1-])|(?=[A-Z][a-z]|A [a-z]|\d+ patients))\s*"
)
# "With 1. 0% complications": a decimal number that was printed with a space.
_SPACED = re.compile(r"(?:[^.]* )?(?:with|of|was|were|by|than|to|mean|about|only|[<>=\u00b1(]) ?\d{1,2}\.", re.S)
_FRACTION = re.compile(r"\d{1,2} ?(?:%|\)|\u00b1|mm\b|cm\b|ml\b|points?\b)")
_WORD_BEFORE = re.compile(r"[A-Za-z]+(?:\.[A-Za-z]+)*\Z")
_NUMBERING = re.compile(r"\s*[(\[]?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[)\]]?\s*\Z")
_TITLE_CASE = "Object|Objectives?|Background|Introduction|Purpose|(?:(?:Materials?|Patients) and )?Methods|Results|Conclusions?|Discussion"


@cache
def _inline_label() -> re.Pattern[str]:
    names = "|".join(sorted((re.escape(x) for x in headings()), key=len, reverse=True))
    return re.compile(
        rf"<h\d>(?P<tag>(?i:{names}))</h\d>\s*|(?P<colon>(?i:{names}))\s*(?:\.?\s?:|\s-(?=\s+[A-Z])|\.-)\s*|(?P<upper>{names.upper()})[.:]?\s+(?=[A-Z0-9(])"
    )


@cache
def _plain_label() -> re.Pattern[str]:
    return re.compile(rf"(?P<plain>{_TITLE_CASE}) (?=[A-Z0-9])")


def _plain_labels(text: str) -> bool:
    """Return whether a section is divided by bare headings: "Methods Patients were ... Results Pain fell"."""
    if "Methods " not in text and "Results " not in text and "Conclusion" not in text:
        return False
    begins = [m.start() for m in _plain_label().finditer(text)]
    return sum(at == 0 or text[at - 2 : at] in (". ", "; ", ") ") for at in begins) > 1


def _ends_sentence(text: str, begun: int, stop: re.Match[str]) -> bool:
    """Return whether a stop ends the sentence begun at ``begun``: not after "vs", "No" before a number, "P <", "1".

    Nor does the ".;" of a list in brackets.
    """
    at = stop.start()
    if ";" in stop.group() and text.rfind("(", begun, at) > text.rfind(")", begun, at):
        return False
    joined = not text[stop.end() - 1].isspace() and ";" not in stop.group()
    before = text[at - 1 : at]
    if before in ("", " ", "=", "<", ">") or _NUMBERING.match(text[begun:at]):
        return False
    if joined and not (before.islower() or before.isdigit() or before in ")%]" or text[at - 2 : at].isupper()):
        return False
    if joined and before.isdigit() and text[stop.end()].isdigit():
        return False
    if before.isdigit() and _SPACED.match(text, max(begun, at - 12)) and _FRACTION.match(text, stop.end()):
        return False
    word = _WORD_BEFORE.search(text, max(begun, at - 20), at)
    low = word.group().lower() if word else ""
    if low in ("no", "nos") and text[stop.end() : stop.end() + 1].isdigit():
        return False
    return low not in _SHORT


def _ends(text: str) -> Iterator[int]:
    """Yield where the sentences of a section end, its last one included."""
    begun = 0
    for stop in _STOP.finditer(text):
        if _ends_sentence(text, begun, stop):
            begun = stop.end()
            yield begun
    yield len(text)


def _label(text: str, start: int, end: int, *, plain: bool) -> tuple[Role, int] | None:
    """Return the role of a label at ``start`` and where it ends."""
    m = _inline_label().match(text, start, end)
    name = next((g for g in m.groups() if g), "") if m else ""
    if not m and plain and (m := _plain_label().match(text, start, end)):
        name = m.group("plain").replace("Object", "Objective", 1) if m.group("plain") == "Object" else m.group("plain")
    role = headings().get(name.lower()) if m else None
    return (role, m.end()) if m and role else None


def _pieces(text: str, base: int, role: Role) -> Iterator[Piece]:
    """Yield (start, end, role) of each sentence of one section; inline labels switch the role."""
    plain = _plain_labels(text)
    position = 0
    for end in _ends(text):
        start = position
        while label := _label(text, start, end, plain=plain):
            role, start = label
        body = text[start:end]
        lead = len(body) - len(body.lstrip(" \t\n;"))
        tail = len(body.rstrip(" \t\n;"))
        position = end
        if lead < tail:
            yield base + start + lead, base + start + tail, role


def _hints(pieces: list[Piece]) -> list[Piece]:
    """Keep an inline label's role only for the sentence it stands before."""
    kept: list[Piece] = []
    before: Role = "unknown"
    for start, end, role in pieces:
        kept.append((start, end, role if role != before else "unknown"))
        before = role
    return kept


def _section(folded: str, section: Section) -> tuple[list[Piece], bool]:
    """Return the sentences of a section, and whether their roles are sure."""
    role = heading_role(section.label, section.category)
    pieces = list(_pieces(folded[section.start : section.start + len(section.text)], section.start, role))
    if role != "unknown" or {"methods", "results"} <= {r for _, _, r in pieces}:
        return pieces, True
    return _hints(pieces), False


def split(record: Record) -> tuple[Sentence, ...]:
    """Return the title and every abstract sentence in order, with exact offsets into ``record.text``."""
    folded = fold(record.text)
    found: list[Piece] = []
    unsure: list[int] = []
    for section in record.sections:
        pieces, sure = _section(folded, section)
        unsure += [] if sure else range(len(found), len(found) + len(pieces))
        found += pieces
    if unsure:
        guessed = guess_roles([folded[s:e] for s, e, _ in found], [role for _, _, role in found])
        for i in unsure:
            found[i] = (*found[i][:2], guessed[i])
    title_end = len(record.text) - len(record.text.partition("\n")[2]) - 1 if record.sections else len(record.text)
    if record.text[:title_end].strip():
        found.insert(0, (0, max(title_end, 0), "title"))
    return tuple(Sentence(text=record.text[s:e], start=s, end=e, role=role) for s, e, role in found if e > s)
