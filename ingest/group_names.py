"""Find how an abstract names its groups: "group A", "the PKP group"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.model import Sentence

__all__ = ["designated", "named_groups"]

_DESIGNATOR = re.compile(r"\b(?:[Gg]roups?|[Aa]rm|[Cc]ohort|GROUP)[ -](?:[A-F1-6]|I{1,3}|IV|[Oo]ne|[Tt]wo|[Tt]hree)\b(?![-/.]\w)(?!,? (?:and|or|vs\.?) (?:[A-F1-6]|I{1,3}|IV|[Gg]roup)\b)")
_SHORT_GROUP = re.compile(r"\b([A-Z]{1,3}G)\b(?=\s*[,(=:])")
_DEFINES = re.compile(
    r"^\s*(?:patients?\s*)?(?:[(\[][^)\]]{0,60}[)\]]\s*)?(?:,|:|=|-|patients|subjects|received|receiving|underwent|was|were|had|consisted|consisting|which|who|in which|where|treated|with|included|including|got|comprised|\(|n\b)",
    re.I,
)
_NAMED = re.compile(
    r"\b((?:[A-Za-z0-9][A-Za-z0-9/&'+.-]*(?: \+ | )){0,3}?[A-Za-z0-9][A-Za-z0-9/&'+.-]*)[ -](?:groups?|arms?)\b(?! (?:of|differences?|comparisons?|[A-F1-6]\b|I{1,3}\b|sizes?))"
)
_STOP = frozenset(
    "the a an of in on for with without to and or by from at between both two three four each all other same study trial treatment treated either "
    "were was had is are this that these those respective one another different randomized randomised after before than versus vs within only "
    "whereas while compared more less significantly no not first second third age sex muscle patient patients either-or whole total entire "
    "into as allocated assigned divided per across among respectively parallel experimental-and subgroup four five six larger smaller younger older "
    "did have has higher lower when but which who their its our any such every multiple several large small follow-up".split()
)


def designated(sentences: Sequence[Sentence], text: str) -> dict[str, list[tuple[int, int]]]:
    """Return designator ("group a", "tg") → spans of the text that say what that group received.

    Only the first sentences that define groups count; results use the names but do not define them.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    for sentence in sentences:
        if sentence.role in ("title", "results", "conclusions") and found:
            continue
        marks = [*_DESIGNATOR.finditer(text, sentence.start, sentence.end), *_SHORT_GROUP.finditer(text, sentence.start, sentence.end)]
        marks.sort(key=lambda m: m.start())
        for i, m in enumerate(marks):
            stop = marks[i + 1].start() if i + 1 < len(marks) else sentence.end
            begin = marks[i - 1].end() if i else sentence.start
            bracketed = text[max(begin, m.start() - 20) : m.start()].rfind("(") > text[max(begin, m.start() - 20) : m.start()].rfind(")")
            span = (max(begin, m.start() - 90), m.start()) if bracketed else (m.end(), stop)
            if bracketed or _DEFINES.match(text[m.end() : m.end() + 70]):
                found.setdefault(m.group().lower().replace("-", " "), []).append(span)
    return found


def named_groups(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (name, start, end) for every "NAME group" or "NAME arm"; the name without leading small words, lower case."""
    for m in _NAMED.finditer(text):
        words = m.group(1).split()
        start = m.start(1)
        while words and words[0].lower().strip("'") in _STOP:
            start = text.index(words[0], start) + len(words[0])
            words = words[1:]
        if not words or words[-1].lower() in _STOP or words[0].lower() in _STOP or words[-1].isdigit():
            continue
        cut = max((i for i, w in enumerate(words) if w.lower() in _STOP), default=-1)
        name = " ".join(words[cut + 1 :]).lower()
        yield name, m.end(1) - len(name), m.end(1)
