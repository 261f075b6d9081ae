"""Tell which part of a paper the sentences of an unlabelled abstract belong to.

Every sentence is scored for background, objective, methods, results and conclusions by its words and its place;
the best order of parts wins, found by the Viterbi algorithm. Words, weights and headings are data
(``cues/roles.toml``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from typing import Literal, get_args

from ingest.cue_files import Guarded, guarded, read_cues

__all__ = ["Role", "guess_roles", "heading_role", "headings"]

Role = Literal["title", "background", "objective", "methods", "results", "conclusions", "unknown"]
Part = Literal["background", "objective", "methods", "results", "conclusions"]
Scores = list[float]

_PARTS: tuple[Part, ...] = get_args(Part)
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*|\d+")
_CASE = re.compile(
    r"\b(?:\d+|\w+ty|\w+teen)-year-old (?:\w+ ){0,2}(?:man|woman|male|female|boy|girl|child|patient)\b"
    r"|\b(?:we|this paper|to) (?:report|present|describe)s? (?:on |about )?(?:a|an|one|the|two|our) (?:\w+ ){0,3}(?:case|patient|woman|man|child|boy|girl)"
    r"|\bcase reports?\b|\b(?:a|one|this) case (?:of|is|was)\b|\bsingle patient\b",
    re.I,
)
_CASE_WORDS = ("-old", "report", "present", "escribe", "case", "Case", "ingle patient")
_TEST = re.compile(
    r"[(\[,;]\s*p\s*(?:<|=|>|\u2264)\s*0?\.\d|^\W*(?:no|none of|there (?:was|were))\b.*\b(?:occurred|observed|noted|seen|found|complications?|differences?)\b"
    r"|\bsignificant(?:ly)? (?:\w+ ){0,2}(?:improve|reduc|decreas|increas|differen|better|lower|higher|fewer|greater|less)\w*.*\b(?:was|were) (?:\w+ )?(?:observed|found|noted|seen|detected|reported)\b"
    r"|\bthere (?:was|were) (?:\w+ ){0,2}(?:significant|no)",
    re.I,
)
_THRESHOLD = re.compile(
    r"\b(?:considered|deemed|regarded|defined|set at|level of|threshold|criteri\w+|previous\w*|has been|have been)\b",
    re.I,
)
_VERDICT = re.compile(
    r"\b(?:we|our|evidence|review|study|studies|trials?|conclu\w+|findings|results|data|summary)\b", re.I
)
_PAST = re.compile(r"\b(?:was|were|had|did|found|showed|underwent|received)\b|\bp\s*[<=>]|\d\s?%", re.I)
_COURSE = re.compile(r"\b(?:he|she|his|her|the patient|the child)\b", re.I)
# What a study is for, stated by itself.
_AIM = re.compile(
    r"\b(?:objectives?|aims?|purposes?|goals?)\b[^.;]{0,60}?\b(?:is|are|was|were) (?:\w+ly )?to [a-z]|\b(?:study|trial|project)\b[^.;]{0,120}? designed to [a-z]"
    r"|\b(?:purpose|aim|goal) of (?:the|this) (?:proposed|planned|present|current)\b|\bthe (?:present|proposed|planned|current) (?:study|trial|project) (?:proposes|aims|seeks|intends)\b"
    r"|\bwe (?:therefore |thus )?(?:aim(?:ed)?|plan(?:ned)?|intend(?:ed)?|propose|sought|set out) (?:to|an?) ",
    re.I,
)
_AIM_SIGNS = ("bjective", "im", "urpose", "oal", "designed to", "propose", "we ", "We ")
_EARLY = frozenset({"background", "objective", "methods"})
_SURE = 8.0  # the weight of a heading printed before a sentence


@dataclass(frozen=True, slots=True)
class _Model:
    """Cue numbers by word, cues that are patterns, and the weights of cues, places and successions."""

    words: dict[str, tuple[int, ...]]
    patterns: tuple[tuple[int, Guarded], ...]
    weights: tuple[Scores, ...]
    places: dict[str, Scores]
    order: dict[str, Scores]


@cache
def _model() -> _Model:
    rows = read_cues(
        "roles", "cue", {"name": str, "weights": list, "example": str}, {"words": list, "pattern": str, "needs": list}
    )
    words: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        for word in row.get("words", ()):
            words.setdefault(word, []).append(number)
    return _Model(
        words={word: tuple(numbers) for word, numbers in words.items()},
        patterns=tuple((n, guarded(row)) for n, row in enumerate(rows) if "pattern" in row),
        weights=tuple(row["weights"] for row in rows),
        places={row["name"]: row["weights"] for row in read_cues("roles", "place", {"name": str, "weights": list})},
        order={row["after"]: row["weights"] for row in read_cues("roles", "order", {"after": str, "weights": list})},
    )


@cache
def headings() -> dict[str, Role]:
    """Return the known headings, in lower case, and the part of a paper each announces."""
    return {
        name: row["role"] for row in read_cues("roles", "label", {"role": str, "names": list}) for name in row["names"]
    }


def heading_role(label: str | None, category: str | None) -> Role:
    """Return the part that a printed heading announces, else the part of NLM's ``category``, else "unknown"."""
    name = re.sub(r"[\s.:]+", " ", label or "").strip().lower()
    if name in headings():
        return headings()[name]
    held = [known for known in headings() if len(known) > 5 and known in name]
    if held:
        return headings()[max(held, key=len)]
    known = (category or "").lower()
    return next((part for part in _PARTS if part == known), "unknown")


def _cues(text: str) -> set[int]:
    """Return the numbers of the cues found in a sentence."""
    model, low = _model(), text.lower()
    words = ["NUM" if w[0].isdigit() else w for w in _WORD.findall(low)]
    begins = ["^" + " ".join(words[:1]), "^" + " ".join(words[:2])]
    found = {n for n, pattern in model.patterns if pattern.search(low)}
    known = model.words
    for word in chain(words, map(" ".join, pairwise(words)), begins):
        if word in known:
            found.update(known[word])
    return found


def _places(number: int, count: int) -> list[str]:
    """Return the names of the places of sentence ``number`` (from 0) out of ``count``."""
    share = number / max(1, count - 1)
    names = ["any", f"fifth-{1 + sum(share > cut for cut in (0.2, 0.4, 0.6, 0.8))}"]
    names += [("first", "second", "third")[number]] if number < 3 else []
    names += ["last"] if number == count - 1 else ["last-but-one"] if number == count - 2 else []
    return names


def _scores(text: str, number: int, count: int, hint: Role) -> Scores:
    model = _model()
    rows = [model.weights[n] for n in _cues(text)] + [model.places[p] for p in _places(number, count)]
    total = [sum(column) for column in zip(*rows, strict=True)]
    if hint in _PARTS:
        total[_PARTS.index(hint)] += _SURE
    return total


def guess_roles(texts: Sequence[str], hints: Sequence[Role]) -> list[Role]:
    """Return the most likely parts of the sentences of one abstract, in order.

    ``hints`` are the parts of headings printed before a sentence, "unknown" without one.
    """
    if not texts:
        return []
    order, count, parts = _model().order, len(texts), range(len(_PARTS))
    steps = [order[part] for part in _PARTS]
    best = [s + o for s, o in zip(_scores(texts[0], 0, count, hints[0]), order["start"], strict=True)]
    backs: list[list[int]] = []
    for number in range(1, count):
        scores = _scores(texts[number], number, count, hints[number])
        reached = [[best[a] + steps[a][b] for a in parts] for b in parts]
        best = [max(column) + scores[b] for b, column in enumerate(reached)]
        backs.append([column.index(max(column)) for column in reached])
    path = [best.index(max(best))]
    for came in reversed(backs):
        path.append(came[path[-1]])
    roles = _told(texts, [_PARTS[part] for part in reversed(path)])
    return [hint if hint in _PARTS else role for hint, role in zip(hints, roles, strict=True)]


def _told(texts: Sequence[str], roles: list[Role]) -> list[Role]:
    """Correct roles by what no score should overrule.

    A test in brackets is a result; a case report has neither methods nor background once its case has begun. A text
    that tells hardly anything in the past tense (narrative reviews) has no results, and only a verdict of its authors
    is a conclusion, not a textbook statement.
    """
    begun = next((n for n, text in enumerate(texts) if _case(text)), None)
    if begun is not None and roles.count("results") <= len(roles) // 3:
        return [
            "results" if n >= begun and (role in _EARLY or _COURSE.search(texts[n])) else role
            for n, role in enumerate(roles)
        ]
    roles = ["results" if role in _EARLY and n and _tested(texts[n]) else role for n, role in enumerate(roles)]
    late = _late_aim(texts)
    roles = ["background" if n < late and role == "results" else role for n, role in enumerate(roles)]
    if "results" in roles and _tells(texts):
        return roles
    roles = ["background" if role == "results" else role for role in roles]
    return [
        "background" if role == "conclusions" and not _VERDICT.search(t) else role
        for t, role in zip(texts, roles, strict=True)
    ]


def _late_aim(texts: Sequence[str]) -> int:
    """Return where the aim is first stated when that is in the second half of a text, else 0: it is a plan.

    What a finished paper found comes after its aim; before it stand the results of others.
    """
    first = next((n for n, t in enumerate(texts) if any(sign in t for sign in _AIM_SIGNS) and _AIM.search(t)), 0)
    return first if 2 * first >= len(texts) > 2 and not any(map(_tested, texts[:first])) else 0


def _tells(texts: Sequence[str]) -> bool:
    """Return whether more than a fifth of the sentences are in the past tense or hold a figure."""
    left = len(texts) // 5 + 1
    for text in texts:
        left -= bool(_PAST.search(text))
        if not left:
            return True
    return False


def _case(text: str) -> bool:
    """Return whether a sentence begins to tell of one patient."""
    return any(word in text for word in _CASE_WORDS) and bool(_CASE.search(text))


def _tested(text: str) -> bool:
    """Return whether a sentence reports the outcome of a test ("lower (P = .03)")."""
    return bool(_TEST.search(text)) and not _THRESHOLD.search(text)
