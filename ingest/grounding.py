"""Find the concepts of the vocabulary in a text.

A blank spaCy pipeline (tokenizer only) and two phrase matchers: names in lower case, abbreviations in exact
case. Terms come from ``ontology/`` alone; regular plurals are added here, and hyphens count as spaces. Abbreviations that
a text defines itself win over the general ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal

from kg.vocabulary import Concept, load_vocabulary

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

__all__ = ["Mention", "Strength", "blank_english", "find_mentions"]

Strength = Literal["full", "abbreviation", "context"]
_KINDS = ("procedure", "indication", "outcome", "axis")
_DOUBT: dict[Strength, int] = {"full": 0, "abbreviation": 1, "context": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A concept named in ``text[start:end]``.

    ``strength`` is how it was named: in full, by an abbreviation, or by a word that only means it in
    context. ``inverse`` marks a name for the opposite side of an outcome ("pain relief"), ``neutral`` one
    without a better side. ``also`` are the other concepts a context word may mean.
    """

    kind: str
    id: str
    start: int
    end: int
    text: str
    strength: Strength = "full"
    inverse: bool = False
    neutral: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Term:
    kind: str
    ids: tuple[str, ...]
    strength: Strength
    inverse: bool = False
    neutral: bool = False


@cache
def blank_english() -> Language:
    """Return the tokenizer all terms and texts share: English, with numbers, units and slashes cut apart.

    spaCy's default rules keep "P<0.05", "95%CI", "n=34" and the "5D." of a sentence's end as one token each.
    """
    import spacy
    from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

    nlp = spacy.blank("en")
    infixes = [
        *(nlp.Defaults.infixes or ()),
        r"[<>=≤≥±×+]",
        r"(?<=\d)(?=[A-Za-z%°])",
        r"(?<=%)(?=[A-Za-z])",
        r"(?<=[A-Za-z0-9])/(?=[A-Za-z0-9])",
    ]
    prefixes = [*(nlp.Defaults.prefixes or ()), r"[<>=≤≥±~-](?=\d)"]
    suffixes = [*(nlp.Defaults.suffixes or ()), r"(?<=\d[A-Z])\."]
    tokenizer: Any = nlp.tokenizer
    tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
    tokenizer.prefix_search = compile_prefix_regex(prefixes).search
    tokenizer.suffix_search = compile_suffix_regex(suffixes).search
    return nlp


@cache
def _special(nlp: Language) -> frozenset[str]:
    """Return the words the tokenizer has rules of its own for ("cannot")."""
    tokenizer: Any = nlp.tokenizer
    return frozenset(tokenizer.rules)


def _tokens(nlp: Language, form: str) -> Doc:
    """Return the tokens of a name; plain words need no tokenizer, which halves the time to start."""
    from spacy.tokens import Doc

    words = form.split(" ")
    special = _special(nlp)
    plain = all(word.isascii() and word.isalpha() and word not in special for word in words)
    return Doc(nlp.vocab, words=words) if plain else nlp.make_doc(form)


def _plural(term: str) -> str | None:
    if term.endswith(("y",)) and not term.endswith(("ay", "ey", "oy")):
        return term[:-1] + "ies"
    if term.endswith(("s", "x", "ch", "sh")):
        return None if term.endswith(("sis", "ss", "s")) else term + "es"
    return term + "s" if term[-1:].isalpha() else None


def _loose(text: str) -> str:
    """Return ``text`` with hyphens as spaces, every character in its place: "nerve-root" and "nerve root" are one name."""
    return text.replace("-", " ")


def _variants(term: str) -> Iterator[str]:
    """Yield a name with hyphens as spaces, and its regular plural."""
    form = " ".join(_loose(term).split())
    yield form
    if form.endswith("sis"):
        yield form[:-2] + "es"
    if plural := _plural(form):
        yield plural


def _terms(concept: Concept) -> Iterator[tuple[str, _Term]]:
    kind, ids = concept.kind, (concept.id,)
    for name in (concept.label, *concept.alt_labels, *concept.hidden_labels):
        yield name, _Term(kind, ids, "full")
    for name in concept.inverse_labels:
        yield name, _Term(kind, ids, "full", inverse=True)
    for name in concept.neutral_labels:
        yield name, _Term(kind, ids, "full", neutral=True)
    for name in concept.context_labels:
        yield name, _Term(kind, ids, "context")


def _lexicon() -> dict[tuple[str, str], _Term]:
    """Return (kind, lower-case form) → term; a full name beats a context word, context words gather all they may mean."""
    lexicon: dict[tuple[str, str], _Term] = {}
    for kind in _KINDS:
        for concept in load_vocabulary().concepts(kind):
            for name, term in _terms(concept):
                for form in _variants(name.lower()):
                    old = lexicon.get((kind, form))
                    if old is None or (old.strength == "context" and term.strength == "full"):
                        lexicon[kind, form] = term
                    elif old.strength == term.strength == "context" and concept.id not in old.ids:
                        lexicon[kind, form] = replace(old, ids=(*old.ids, concept.id))
    return lexicon


# The test of Kruskal and Wallis is no Wallis device.
_TEST = re.compile(r"Kruskal[ -]$")


@cache
def _matchers() -> tuple[PhraseMatcher, PhraseMatcher, dict[int, tuple[str, int, _Term]]]:
    from spacy.matcher import PhraseMatcher

    nlp, terms = blank_english(), dict[int, tuple[str, int, _Term]]()
    names, short = PhraseMatcher(nlp.vocab, attr="LOWER"), PhraseMatcher(nlp.vocab, attr="ORTH")
    forms: dict[_Term, list[str]] = {}
    for (_, form), term in _lexicon().items():
        forms.setdefault(term, []).append(form)
    brief: dict[_Term, list[str]] = {}
    for kind in _KINDS:
        for concept in load_vocabulary().concepts(kind):
            for name in concept.abbreviations:
                brief.setdefault(_Term(kind, (concept.id,), "abbreviation"), []).extend(
                    (_loose(name), _loose(name) + "s")
                )
    for matcher, table in ((names, forms), (short, brief)):
        for term, spellings in table.items():
            key = f"{term.kind}|{'|'.join(term.ids)}|{term.strength}|{term.inverse}|{term.neutral}"
            matcher.add(key, [_tokens(nlp, form) for form in spellings])
            terms[nlp.vocab.strings[key]] = (term.ids[0], _DOUBT[term.strength], term)
    return names, short, terms


_Hit = tuple[int, int, int, str, int, _Term]
"""A term in a text: minus its length, its doubt, where it starts, its concept, where it ends, the term.

Where two overlap the longer wins, then the surer, then the earlier. Made by the dozen for every text: hence no class.
"""
_RANK = itemgetter(0, 1, 2, 3)
_PLACE = itemgetter(2, 4)


def _raw(doc: Doc, text: str) -> list[_Hit]:
    """Return all hits of the matchers in folded ``text``, names before abbreviations."""
    names, short, terms = _matchers()
    begins, lengths = doc.to_array(["IDX", "LENGTH"]).T.tolist()
    tested = "Kruskal" in text
    hits: list[_Hit] = []
    for key, first, last in (*names(doc), *short(doc)):
        (concept, doubt, term), start, end = terms[key], begins[first], begins[last - 1] + lengths[last - 1]
        if not (tested and _TEST.match(text, max(0, start - 8), start)):
            hits.append((start - end, doubt, start, concept, end, term))
    return hits


def _longest(hits: Iterable[_Hit], size: int) -> list[_Hit]:
    """Keep, for each kind, the longest of overlapping hits; at equal length a full name beats a context word.

    ``size`` is the length of the text.
    """
    kept: list[_Hit] = []
    taken = {kind: bytearray(size) for kind in _KINDS}
    for hit in sorted(hits, key=_RANK):
        _, _, start, _, end, term = hit
        marks = taken[term.kind]
        if marks.find(1, start, end) < 0:
            marks[start:end] = b"\1" * (end - start)
            kept.append(hit)
    return sorted(kept, key=_PLACE)


def _mention(hit: _Hit, text: str) -> Mention:
    _, _, start, concept, end, term = hit
    return Mention(
        kind=term.kind, id=concept, start=start, end=end, text=text[start:end],
        strength=term.strength, inverse=term.inverse, neutral=term.neutral, also=term.ids[1:],
    )  # fmt: skip


def _meanings(text: str, long: str, general: Sequence[_Hit], raw: Sequence[_Hit]) -> tuple[list[_Hit], bool]:
    """Return what a spelled-out abbreviation means, and whether it holds any concept; hits that cover little of it do not count."""
    at = text.find(long)
    stop = at + len(long)
    inside = [h for h in general if at <= h[2] and h[4] <= stop] if at >= 0 else []
    # "Cervical total disc replacement (TDR)": the name in the text may begin before what the short form stands for.
    # But "cost per quality adjusted life year (QALY)" names the year by itself, which no cost is.
    exact = [h for h in raw if (h[2], h[4]) == (at, stop) and h[5].kind == "outcome" and h[5].strength == "full"]
    wider = [h for h in general if at >= 0 and h[2] < at and h[4] == stop]
    inside += [h for h in wider if not (exact and h[5].kind == "outcome")] + [h for h in exact if h not in inside]
    meant = [h for h in inside if -h[0] >= 0.45 * len(long) and h[5].strength != "context"]
    parts = [h for h in inside if h[5].kind == "procedure" and h[5].strength != "context"]
    if not meant and len(parts) > 1 and -sum(h[0] for h in parts) >= 0.45 * len(long):
        meant = parts[:1]  # "long segment fixation combined with vertebroplasty (LSF-VP)" is called by its first part
    # "Vertebral compression fracture (VCF)" is a condition, its "vertebral compression" no measure.
    return [h for h in meant if h[5].kind != "outcome" or not text.startswith(" fracture", h[4])], bool(inside)


def _defined(text: str, short: str, meant: Sequence[_Hit]) -> Iterator[_Hit]:
    """Yield every place of a short form with all it means."""
    terms = [replace(h[5], ids=h[5].ids[:1], strength="abbreviation") for h in meant]
    for m in re.finditer(rf"(?<![\w-]){re.escape(short)}s?(?![\w])", text) if meant else ():
        for term in terms:
            yield m.start() - m.end(), _DOUBT["abbreviation"], m.start(), term.ids[0], m.end(), term


def find_mentions(text: str, short_forms: Mapping[str, str] | None = None) -> tuple[Mention, ...]:
    """Return every concept named in folded ``text``, in order; ``short_forms`` are its own abbreviations.

    Context words ("the injection") are returned too: whether the record names the concept in full is the
    caller's question.
    """
    raw = _raw(blank_english().make_doc(_loose(text)), text)
    general = _longest(raw, len(text))
    local: list[_Hit] = []
    overruled: set[str] = set()
    for short, long in (short_forms or {}).items():
        meant, known = _meanings(text, long, general, raw)
        if meant or not known:
            overruled |= {short, short + "s"}
        local += _defined(text, short, meant)
    if overruled:
        kept = [h for h in raw if not (h[5].strength == "abbreviation" and text[h[2] : h[4]] in overruled)]
        general = _longest([*local, *kept], len(text))
    return tuple(_mention(hit, text) for hit in general)
