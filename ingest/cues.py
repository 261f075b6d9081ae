"""Find the words that carry a finding (``cues/findings.toml``), with negation and compounds settled.

"greater reduction" is one comparative that means less; "not better" is no difference; "did not improve" is no
change. After that each cue has one plain kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest
from string import ascii_lowercase
from typing import Any, Literal, get_args

from ingest.cue_files import read_cues
from ingest.screened import screened
from ingest.text import lower
from kg.errors import SpinekgError

__all__ = ["CHANGES", "COMPARATIVES", "GRADED", "WHILE", "Cue", "Kind", "find_cues"]

Kind = Literal[
    "same",
    "noninferior",
    "unchanged",
    "none",
    "up",
    "down",
    "good",
    "bad",
    "rise",
    "fall",
    "improve",
    "worsen",
    "differs",
    "effective",
    "aside",
]
COMPARATIVES: frozenset[str] = frozenset({"up", "down", "good", "bad"})
CHANGES: frozenset[str] = frozenset({"rise", "fall", "improve", "worsen"})

_NEGATED = screened(
    r"(?:\b(?:not|no|never|neither|nor|without|cannot|hardly|neither of|none of|(?:fail(?:ed|s)?|unable|insufficient|unlikely) to|didn't|wasn't|weren't|does not|lack of)\b(?! only)"
    r"(?:[ ,]+(?:be|been|have|has|had|to|any|a|an|the|fare|perform|do|prove|become|work|differ|significantly|statistically|clinically|substantially|markedly|necessarily|result in|lead to|appear|seem|show|significant|further|associated with|found|more|provide|produce|offer|statistically significant|greatly|a significant)){0,5}[ ]*)$",
    re.I,
)
_POOR = re.compile(r"\b(?:poor|inadequate|insufficient|unsatisfactory|limited|disappointing) $", re.I)
_NEITHER = re.compile(
    r"\bneither\b(?:(?!\b(?:but|while|whereas|although|however|than)\b)(?:[^.;]|\.\d)){0,90}\bnor\b(?:(?!\b(?:but|while|whereas|although|however|than)\b)(?:[^.;]|\.\d)){0,60}$",
    re.I,
)
# Denied from far: "at no visit was …", "it cannot be concluded that …", "insufficient evidence that …", "none of the …".
_FAR = re.compile(
    r"\b(?:(?:at|on|in) no (?:[\w-]+ )?(?:time|point|visit|stage|follow-?up|occasion|interval|assessment|moment)s?\b"
    r"|(?:cannot|can not|could not|can.t) (?:\w+ )?(?:be )?(?:conclu\w+|said|say|state[d]?|infer\w*|claim\w*|assum\w+|recommend\w*)\b"
    r"|(?:no|lack of|little) (?:\w+ )?(?:evidence|proof|indication|data|support|reason)\b(?! of (?:\w+ )?(?:infection|loosening|leakage|instability|recurrence|failure|fracture)s?\b)"
    r"|(?P<some>none of (?:the|these|our) ))"
    r"(?:(?!\b(?:but|while|whereas|although|however|except)\b)(?:[^.;]|\.\d)){0,110}$",
    re.I,
)
_FAR_SIGNS = ("no ", "can", "evidence", "none", "data", "proof", "enough", "indication", "support", "reason")
_OPEN = re.compile(r"\bwhether\b(?:(?!\b(?:but|while|although|however)\b)[^.;]){0,120}$", re.I)
# "We did not find A to be more effective", as far as the sentence goes on about it.
_NOT_FOUND = re.compile(
    r"\b(?:did|do|could|can) ?not (?:find|show|demonstrate|observe|prove|consider|confirm|detect)\b(?:(?!\b(?:and|but|while|whereas)\b)[^,.;]){0,60}$",
    re.I,
)
_RELATED = re.compile(r"\b(?:correlat|relation|associat|influence|link|impact)", re.I)
_OR_ALSO = re.compile(r"\b(?:or|nor)\b(?: (?:in|to|of|with))?(?: (?:an?|the))?(?: \w+ly)? $", re.I)
_NOT_REACHED = re.compile(r"\b(?:fail\w*|inconclusive|not|never|cannot|unable|without|no|neither)\b(?: \w+){0,4} $", re.I)  # fmt: skip
_GOVERNED = re.compile(
    r"\b(?:in|at|for|of|by|to|terms of|respect to|regarding)\s+(?:(?:the|a|an|both|\w+ly)\s+)*$", re.I
)
# "With the benefit of reduced blood loss", "at the cost of increased time": told beside the verdict, not under it.
_WEIGHED = re.compile(
    r"\b(?:benefits?|advantages?|costs?|expense|price|drawbacks?|disadvantages?) of(?: an?| the)? (?:\w+ly )?$", re.I
)
_NOUN = re.compile(r"(?:improvements?|reductions?|decreases?|increases?|relief|gains?|loss|recovery|restoration|decline|fall|drop|rise|correction|deterioration|worsening|benefits?|resolution)", re.I)  # fmt: skip
_ENDS_IN_NOUN = re.compile(_NOUN.pattern + r"\Z", re.I)
_PREDICATE_VERB = re.compile(
    r"[;:]|\b(?:was|were|is|are|had|has|did|showed|but|while|although|however|whereas)\b", re.I
)
_KEPT = re.compile(r"maintained|sustained|preserved|kept|stable|remained", re.I)
_BY_DEGREE = re.compile(
    r"^\s*(?:(?:by )?(?:an? (?:average|mean|further|additional) (?:of )?)?-?\d[\d.]* ?(?:%|(?:percentage )?points?|mm|cm|degrees)? )?(?:(?:no|not|any|significantly|statistically|slightly|somewhat|even|much|to a|markedly|substantially|far|consistently)\s*){0,2}$",
    re.I,
)
# "Improved disability less than B": the last word grades the verb, whatever stands between.
_ADVERB = re.compile(r"(?:more|less)(?: \w+ly)? than\b", re.I)
_LEFT = re.compile(r"[,;()]|\b(?:was|were|is|are|had|has|did|but|than|by|from|to|with|and had|and the)\b", re.I)
_THOUGH = re.compile(r" (?:but|though|although|yet) (?:statistically )?(?:not |non-?|in)significant(?:ly)? ", re.I)
_FREE = re.compile(r"free\b", re.I)
_NEITHER_NOR = re.compile(r"(?:neither|nor)\b", re.I)
_SHARE_WITHOUT = re.compile(r"(?:without|free)\b[^.;,]{0,50}\b(?:was|were|is|are) (?:\w+ly )?$", re.I)
_PREDICATE = re.compile(r"[;:]|\b(?:was|were|is|are|had|has|did|showed|but|while|although|however|whereas|and)\b", re.I)
_SEEN = re.compile(r"(?: \([^()]*\))?\W*(?:was|were) (?:\w+ )?(?:found|observed|noted|seen|detected|present|identified|demonstrated)\b", re.I)  # fmt: skip
_NOT_SEEN = re.compile(
    r"[^.;,]{0,60}\b(?:(?:was|were) not|(?:could|can) ?not be) (?:\w+ly )?(?:observed|seen|found|noted|detected|demonstrated|confirmed|evident|shown|proven|established|supported|borne out|upheld|substantiated|verified|achieved|obtained|attained|reached)\b",
    re.I,
)
_COPULA = re.compile(
    r"\b(?:was|were|is|are|be|been|being|became|remained|proved|appeared|seemed)\b(?:[^.;,]|[.,](?=\d)){0,30}$", re.I
)
# "While walking" says when, it joins no statements.
WHILE = r"while(?! (?:walk|sit|stand|lying|bend|sleep|lift|mov|rest|work|cough|driv|runn|turn|exercis|climb)\w*)"
# Comparative × the change it grades: "greater reduction" is down, "smaller reduction" is up, "less improvement" is bad.
GRADED: dict[tuple[str, str], Kind] = {
    ("up", "improve"): "good", ("up", "worsen"): "bad", ("up", "rise"): "up", ("up", "fall"): "down",
    ("down", "improve"): "bad", ("down", "worsen"): "good", ("down", "rise"): "down", ("down", "fall"): "up",
    ("good", "improve"): "good", ("good", "fall"): "good", ("good", "rise"): "good", ("good", "worsen"): "good",
    ("unchanged", "improve"): "unchanged", ("unchanged", "fall"): "unchanged", ("unchanged", "rise"): "unchanged", ("unchanged", "worsen"): "unchanged",
    ("same", "improve"): "same", ("same", "fall"): "same", ("same", "rise"): "same", ("same", "worsen"): "same",
    ("bad", "improve"): "bad", ("bad", "fall"): "bad", ("bad", "rise"): "bad", ("bad", "worsen"): "bad",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A finding word in ``text[start:end]``; ``name`` is its row in findings.toml (joined by "+" for compounds)."""

    kind: Kind
    name: str
    start: int
    end: int


# Patterns are lower case and matched on lower-case text: six times as fast as ignoring case.
_START = r"\b"
_WORD = re.compile(r"\b[a-z]")
_CAPITAL = re.compile(r"(?<!\\)(?<!\(\?)[A-Z](?!<)")


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    rows = read_cues("findings", "cue", {"name": str, "kind": str, "pattern": str, "example": str}, {"first": str})
    unknown = [r["name"] for r in rows if r["kind"] not in get_args(Kind)]
    if unknown:
        raise SpinekgError(
            f"cues/findings.toml: unknown kind in {', '.join(unknown)}; allowed: {', '.join(get_args(Kind))}"
        )
    odd = [r["name"] for r in rows if not r["pattern"].startswith(_START) or _CAPITAL.search(r["pattern"])]
    if odd:
        raise SpinekgError(
            f"cues/findings.toml: pattern of {', '.join(odd)} must start with {_START} and have no capital letter"
        )
    return rows


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return first letter of a word → the rows that may match there, in their order."""
    made = {}
    for letter in ascii_lowercase:
        able = [(i, r) for i, r in enumerate(_rows()) if letter in r.get("first", ascii_lowercase)]
        if able:
            made[letter] = re.compile("|".join(f"(?P<c{i}>{r['pattern'].removeprefix(_START)})" for i, r in able))
    return made


def _plain(text: str, start: int, end: int) -> list[Cue]:
    low, rows, patterns = lower(text), _rows(), _patterns()
    found: list[Cue] = []
    after = start
    for word in _WORD.finditer(low, start, end):
        pattern = patterns.get(word.group())
        m = pattern.match(low, word.start(), end) if pattern is not None and word.start() >= after else None
        if m is not None:
            row = rows[int((m.lastgroup or "c0")[1:])]
            found.append(Cue(kind=row["kind"], name=row["name"], start=m.start(), end=m.end()))
            after = m.end()
    return found


def _negate(cue: Cue, text: str, floor: int) -> Cue:
    if cue.kind == "noninferior":
        lost = not cue.name.startswith("not") and _NOT_REACHED.search(text[max(floor, cue.start - 45) : cue.start])
        return replace(cue, kind="aside") if lost else cue
    if cue.kind not in COMPARATIVES | CHANGES | {"differs", "effective"}:
        return cue
    if cue.kind in COMPARATIVES and _NOT_SEEN.match(text, cue.end):
        return replace(cue, kind="same", name="not+" + cue.name)
    if cue.kind in CHANGES and _NOT_SEEN.match(text, cue.end):
        related = _RELATED.search(text, max(floor, cue.start - 60), cue.start)
        return replace(cue, kind="aside") if related else replace(cue, kind="unchanged", name="not+" + cue.name)
    before = text[max(floor, cue.start - 70) : cue.start]
    further = lower(text[max(floor, cue.start - 150) : cue.start])
    if cue.kind == "improve" and _POOR.search(before):
        return replace(cue, kind="aside")
    if not (_NEGATED.search(before) or _far(further, cue)):
        return replace(cue, kind="aside") if "whether" in further and _OPEN.search(further) else cue
    return _not(cue)


def _far(low: str, cue: Cue) -> bool:
    """Return whether words further back deny a cue; "none of the patients improved" is a count."""
    if "neither" in low and _NEITHER.search(low):
        return True
    if ("not " in low or "cannot" in low) and _NOT_FOUND.search(low):
        return True
    m = _FAR.search(low) if any(sign in low for sign in _FAR_SIGNS) else None
    return m is not None and not (m["some"] and cue.kind in CHANGES)


def _not(cue: Cue) -> Cue:
    if cue.kind in COMPARATIVES or cue.kind == "differs":
        return replace(cue, kind="same", name="not+" + cue.name)
    if cue.kind == "effective":
        return replace(cue, kind="same", name="not+" + cue.name)
    return replace(cue, kind="unchanged", name="not+" + cue.name)


# "Improvement was noted in each group, and there was no difference": the change has a verb of its own.
_TOLD_BEFORE = re.compile(r"\b(?:was|were)\b[^;]*\band (?:there (?:was|were) )?$", re.I)
# "Improved at once, which was maintained": the change is told beside its being kept.
_WHICH = re.compile(r",? (?:which|that|and (?:this|these|it))\b", re.I)


def _grades(cue: Cue, change: Cue, text: str) -> bool:
    """Return whether a comparative grades a change: "greater (…) reduction" or "improvement in pain was greater"."""
    if cue.start < change.start:
        between = _THOUGH.sub(" ", text[cue.end : change.start])
        return (
            cue.kind not in ("same", "unchanged")
            and len(between) <= 32
            and not re.search(
                r"[.;,]|\b(?:than|in|was|were|and|had|but|to|with|for|at|by|expense|cost|despite|without)\b", between
            )
        )
    between = text[change.end : cue.start]
    degree = cue.kind in ("up", "down") or cue.name.startswith("not+")
    degree = degree or (change.kind == "improve" and cue.kind in ("good", "bad"))  # "improved faster"
    if degree and _BY_DEGREE.match(between):
        return True
    if (
        cue.kind in ("up", "down")
        and len(between) <= 45
        and _ADVERB.match(text, cue.start)
        and not _LEFT.search(between)
    ):
        return True
    if not _NOUN.fullmatch(text[change.start : change.end].removesuffix(" of")):
        return False
    if cue.kind == "unchanged" and (not _KEPT.search(text[cue.start : cue.end]) or _WHICH.search(between)):
        return False
    if cue.kind in ("same", "unchanged") and re.match(
        r"(?:was|were|is|are|did|do|does) ", text[cue.start : cue.end], re.I
    ):
        return len(between) <= 150 and not re.search(
            rf"[;]|\b(?:than|but|{WHILE}|whereas|compared|was|were|had)\b", between
        )
    return (
        len(between) <= 220
        and bool(_COPULA.search(between))
        and not (cue.kind == "same" and _TOLD_BEFORE.search(between))
        and not re.search(
            rf"[;]|\b(?:than|but|{WHILE}|whereas|compared)\b|\band the (?:magnitude|degree|extent|amount)\b|\bboth groups\b",
            between,
        )
    )


# "A greater proportion of patients in A achieved a …", as far as the word of change.
_COUNTED = re.compile(
    r"(?:more|fewer|(?:an? )?(?:\w+ly )?(?:higher|greater|larger|lower|smaller) (?:percentages?|proportions?|shares?|numbers?|fractions?) of)"
    r" (?:(?!than\b)[\w-]+ ){0,4}?(?:patients|subjects|participants|people|individuals)\b(?:(?!\b(?:was|were|but|while|whereas|who had|than)\b)[^.;,]|\.\d){0,60}?"
    r"\b(?:achiev|reach|attain|obtain|experienc|show|report|had\b|with\b|gain|felt|noted|got\b)(?:(?!\b(?:was|were|but|while|whereas)\b)[^.;,]|\.\d){0,40}",
    re.I,
)


def find_cues(text: str, start: int, end: int) -> list[Cue]:
    """Return the cues of ``text[start:end]`` (folded), compounds joined and negation applied, in order."""
    settled = _listed_on([_negate(c, text, start) for c in _plain(text, start, end)], text)
    cues = _without_no([c for c in settled if c.kind != "aside"], text)
    joined: list[Cue] = []
    used: set[int] = set()
    for i, cue in enumerate(cues):
        if cue.kind in COMPARATIVES | {"same", "unchanged"} and i not in used:
            partner = next((j for j in (i + 1, i - 1, i - 2) if 0 <= j < len(cues) and j not in used and cues[j].kind in CHANGES and _grades(cue, cues[j], text)), None)  # fmt: skip
            if partner is not None:
                change = cues[partner]
                used |= {i, partner}
                joined = [c for c in joined if c is not change]
                kind = GRADED[cue.kind, change.kind]
                joined.append(Cue(kind=kind, name=f"{cue.name}+{change.name}", start=min(cue.start, change.start), end=max(cue.end, change.end) if change.start > cue.start else cue.end))  # fmt: skip
                continue
        if i not in used:
            joined.append(cue)
    kept = _without_led(sorted(joined, key=lambda c: c.start), text)
    return _without_counted(_without_governed(_without_listed(kept, text), text), text)


def _without_counted(cues: list[Cue], text: str) -> list[Cue]:
    """Drop the change that counted patients had: "more patients in A achieved a decrease in pain" compares shares."""
    kept: list[Cue] = []
    for cue in cues:
        counted = kept and kept[-1].kind in ("up", "down") and cue.kind in ("improve", "fall", "rise")
        if not (counted and _COUNTED.fullmatch(text, kept[-1].start, cue.start)):
            kept.append(cue)
    return kept


def _listed_on(cues: list[Cue], text: str) -> list[Cue]:
    """Deny what a denied list goes on with: "did not give greater relief or better function"."""
    kept: list[Cue] = []
    for cue in cues:
        before = kept[-1] if kept else None
        if (
            before is not None
            and before.name.startswith("not")
            and cue.kind in COMPARATIVES
            and _OR_ALSO.search(text, before.end, cue.start)
            and not _PREDICATE_VERB.search(text, before.end, cue.start)
        ):
            cue = _not(cue)
        kept.append(cue)
    return kept


def _without_no(cues: list[Cue], text: str) -> list[Cue]:
    """Drop a "no" that only negates the cue after it ("no more frequent"), and a "free of" that is compared."""
    kept = []
    for i, cue in enumerate(cues):
        after = cues[i + 1] if i + 1 < len(cues) else None
        if cue.kind == "none" and after is not None and after.name.startswith("not+") and after.start - cue.end <= 12:
            continue
        if (
            cue.kind == "none"
            and _NEITHER_NOR.match(text, cue.start)
            and any(c.name.startswith("not+") for c in cues[i:])
        ):
            continue
        if cue.kind == "none" and _FREE.match(text, cue.start) and any(c.kind in ("up", "down") for c in cues[:i]):
            continue
        if (
            cue.kind == "none"
            and after is not None
            and after.kind in ("up", "down")
            and _SHARE_WITHOUT.match(text[cue.start : after.start])
        ):
            continue
        kept.append(cue)
    return kept


# "Correction of height and kyphotic angle showed …": no verb but the one of the verdict.
_SUBJECT_LIST = re.compile(
    r"(?:(?!\b(?:was|were|is|are|had|has|did|showed|but|while|although|however|whereas|than|after|from|to)\b)[^.;:()]){1,120}"
    r"\b(?:showed|had|demonstrated|revealed|exhibited|presented|displayed) (?:an? )?",
    re.I,
)


def _without_led(cues: list[Cue], text: str) -> list[Cue]:
    """Drop change nouns that only lead a list a verdict is about: "pain relief and functional improvement did not differ"."""
    kept: list[Cue] = []
    for cue, after in zip_longest(cues, cues[1:]):
        noun = cue.kind in CHANGES and _ENDS_IN_NOUN.search(
            text, cue.start, cue.end - 3 * text.endswith(" of", cue.start, cue.end)
        )
        if noun and after is not None and after.kind == "same" and _SUBJECT_LIST.fullmatch(text, cue.end, after.start):
            continue
        if noun and after is not None and after.kind == "same" and "+" in after.name:
            between = text[cue.end : after.start]
            if len(between) <= 60 and re.search(r",|\band\b", between) and not _PREDICATE_VERB.search(between):
                continue
        kept.append(cue)
    return kept


def _without_governed(cues: list[Cue], text: str) -> list[Cue]:
    """Drop the change that a verdict is about: "more effective than sham in reducing pain", "superior in reduction of …"."""
    kept: list[Cue] = []
    for cue in cues:
        head = next((k for k in reversed(kept) if k.kind in ("same", "noninferior", "good", "bad")), None)
        if head is not None and cue.kind in CHANGES and head is kept[-1]:
            between = text[head.end : cue.start]
            governed = _GOVERNED.search(between) and not _WEIGHED.search(between)
            if len(between) <= 90 and governed and not _PREDICATE.search(between):
                continue
        kept.append(cue)
    return kept


def _without_listed(cues: list[Cue], text: str) -> list[Cue]:
    """Drop change nouns in a list that an earlier "no difference in" governs ("no difference in pain, improvement of function")."""
    kept: list[Cue] = []
    for cue in cues:
        head = next((k for k in reversed(kept) if k.kind in ("same", "noninferior")), None)
        if head is not None and cue.kind in CHANGES and _NOUN.fullmatch(text[cue.start : cue.end]):
            between = text[seen.end() if (seen := _SEEN.match(text, head.end, cue.start)) else head.end : cue.start]
            if len(between) <= 220 and not re.search(
                r"[;]|\b(?:was|were|had|but|while|although|however|whereas)\b", between
            ):
                continue
        kept.append(cue)
    return kept
