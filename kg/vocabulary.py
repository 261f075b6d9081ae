"""The controlled vocabulary: every ``ontology/*.ttl`` as frozen concepts, looked up by id, label or near miss.

The files are read once, on first use. A concept's kind and id are the last two parts of its IRI
(``…/procedure/vertebroplasty``). Predicates of our own must be declared in one of the files (``annotations.ttl``);
an unknown one, a broken ``skos:broader`` or one name for two concepts of a kind stops the load with
the file and the concept named, so that a mistake in a file never becomes a silent gap in the lexicon.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Literal, NamedTuple, cast, get_args

from kg.errors import InputError, UnknownNameError
from kg.resources import data

if TYPE_CHECKING:
    from pyoxigraph import Quad

__all__ = ["BetterWhen", "Concept", "Kind", "Vocabulary", "load_vocabulary", "normalise", "read_vocabulary"]

Kind = Literal[
    "procedure", "indication", "outcome", "design", "comparator-class", "axis", "follow-up", "threshold", "instrument"
]
BetterWhen = Literal["lower", "higher", "neither", "varies"]

_BASE = "https://w3id.org/spinekg/"
_EV = _BASE + "vocab#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCT = "http://purl.org/dc/terms/"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_KINDS: frozenset[str] = frozenset(get_args(Kind))

_MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_FIELDS = {
    _SKOS + "altLabel": "alt_labels",
    _SKOS + "hiddenLabel": "hidden_labels",
    _EV + "abbreviation": "abbreviations",
    _EV + "contextLabel": "context_labels",
    _EV + "inverseLabel": "inverse_labels",
    _EV + "neutralLabel": "neutral_labels",
}
_KNOWN = frozenset(
    {
        _RDF_TYPE,
        *(_SKOS + name for name in ("inScheme", "topConceptOf", "broader", "prefLabel", "scopeNote", "definition")),
        *(_SKOS + name for name in ("notation", "example", "related", *_MATCHES)),
        *(_DCT + name for name in ("description", "source", "bibliographicCitation", "references")),
        _EV + "betterWhen",
        *_FIELDS,
    }
)
_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")
_JOINT = re.compile(r"(?<!\d) | (?!\d)")
_DROPPED = str.maketrans("", "", "’®™")
_FUZZY_CUTOFF = 92.0
_FUZZY_MIN_LENGTH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One concept of the vocabulary with all its names.

    ``alt_labels`` are full names (any case), ``abbreviations`` short forms (exact case),
    ``context_labels`` words that mean it only where the record names it in full, ``hidden_labels``
    misspellings, ``inverse_labels`` names of an outcome seen from its other side,
    ``neutral_labels`` names without a better side. ``matches`` are (relation, IRI) pairs such as
    ``("exactMatch", "http://id.nlm.nih.gov/mesh/D…")``; ``properties`` holds everything else of our
    own as (name, value) pairs in file order. ``file`` is where it is defined.
    """

    id: str
    kind: str
    iri: str
    label: str
    scheme: str = ""
    broader: str | None = None
    alt_labels: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    context_labels: tuple[str, ...] = ()
    hidden_labels: tuple[str, ...] = ()
    inverse_labels: tuple[str, ...] = ()
    neutral_labels: tuple[str, ...] = ()
    scope_note: str | None = None
    better_when: BetterWhen | None = None
    matches: tuple[tuple[str, str], ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    file: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name that stands for the concept on its own: id, labels, abbreviations, misspellings."""
        return (self.id, self.label, *self.alt_labels, *self.abbreviations, *self.hidden_labels)

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of the property ``name`` (local name of an ``ev:`` predicate), in file order."""
        return tuple(value for key, value in self.properties if key == name)


def normalise(text: str) -> str:
    """Fold case, diacritics, hyphens and punctuation; words stay apart by one space."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text.translate(_DROPPED))
        text = "".join(char for char in parts if not unicodedata.combining(char))
    return " ".join(_WORD.findall(text.casefold().replace("'", "")))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _key(text: str) -> str:
    """Return the look-up key: words joined, so that "X-STOP" and "XSTOP" are one, but not "T1/2" and "T12"."""
    return _JOINT.sub("", normalise(text))


def _loose_key(text: str) -> str:
    """Return the look-up key without regular plurals: weaker, so it never decides against an exact one."""
    return _JOINT.sub("", " ".join(_singular(word) for word in normalise(text).split()))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All concepts, by kind and id. Names are closed: asking for one that is not there raises UnknownNameError."""

    by_kind: Mapping[str, Mapping[str, Concept]]
    _keys: Mapping[str, Mapping[str, str]] = field(repr=False)
    _children: Mapping[str, Mapping[str, tuple[str, ...]]] = field(repr=False)

    def concepts(self, kind: str) -> tuple[Concept, ...]:
        """Return the concepts of one kind in file order."""
        return tuple(self._of(kind).values())

    def concept(self, kind: str, id: str) -> Concept:
        """Return one concept by its exact id."""
        found = self._of(kind).get(id)
        if found is None:
            raise UnknownNameError(kind, id, self.suggest(kind, id))
        return found

    def ancestors(self, kind: str, id: str) -> tuple[str, ...]:
        """Return the ids above ``id``, itself first, nearest first."""
        chain: list[str] = []
        step: str | None = self.concept(kind, id).id
        while step is not None:
            chain.append(step)
            step = self.by_kind[kind][step].broader
        return tuple(chain)

    def descendants(self, kind: str, id: str) -> tuple[str, ...]:
        """Return the ids below ``id``, itself first, then depth first in file order."""
        below = [self.concept(kind, id).id]
        for child in self._children[kind].get(id, ()):
            below.extend(self.descendants(kind, child))
        return tuple(below)

    def is_a(self, kind: str, id: str, ancestor: str) -> bool:
        """Tell whether ``id`` is ``ancestor`` or lies below it."""
        return self.concept(kind, ancestor).id in self.ancestors(kind, id)

    def resolve(self, kind: str, text: str) -> Concept:
        """Return the concept that ``text`` names: id, label, synonym, abbreviation or a near miss of one.

        Case, hyphens, spaces, diacritics and regular plurals do not matter. A near miss counts from a
        rapidfuzz token-sort ratio of 92, the same digits, and when no other concept is as near;
        otherwise UnknownNameError carries up to five suggestions.
        """
        concepts = self._of(kind)
        found = self._keys[kind].get(_key(text)) or self._plural(kind, text) or self._near(kind, text)
        if found is not None:
            return concepts[found]
        raise UnknownNameError(kind, text, self.suggest(kind, text))

    def suggest(self, kind: str, text: str, limit: int = 5) -> tuple[str, ...]:
        """Return up to ``limit`` ids whose names look like ``text``, best first."""
        from rapidfuzz import fuzz, process

        wanted, names = normalise(text), self._names(kind)
        best: dict[str, float] = {}
        # The weighted ratio finds parts of names, the plain one orders those that are alike as a whole.
        hits = process.extract(wanted, [name for name, _ in names], scorer=fuzz.WRatio, score_cutoff=75, limit=300)
        for name, score, place in hits:
            if len(name) * 2 > len(wanted):
                id = names[place][1]
                best[id] = max(best.get(id, 0.0), score + fuzz.token_sort_ratio(wanted, name))
        return tuple(sorted(best, key=lambda id: (-best[id], id))[:limit])

    def _plural(self, kind: str, text: str) -> str | None:
        """Return the concept with a name equal to ``text`` but for regular plurals, when it is the only one."""
        wanted = _loose_key(text)
        ids = {concept.id for concept in self.concepts(kind) for name in concept.names if _loose_key(name) == wanted}
        return ids.pop() if len(ids) == 1 else None

    def _near(self, kind: str, text: str) -> str | None:
        """Return the concept with the nearest name at or above the cut-off, when no other is as near."""
        from rapidfuzz import fuzz, process

        wanted = normalise(text)
        if len(wanted) < _FUZZY_MIN_LENGTH:
            return None
        digits = _DIGITS.findall(wanted)
        names = [(name, id) for name, id in self._names(kind) if _DIGITS.findall(name) == digits]
        hits = process.extract(
            wanted, [name for name, _ in names], scorer=fuzz.token_sort_ratio, score_cutoff=_FUZZY_CUTOFF, limit=20
        )
        nearest = {names[place][1] for _, score, place in hits if score == hits[0][1]}
        return nearest.pop() if len(nearest) == 1 else None

    def _names(self, kind: str) -> list[tuple[str, str]]:
        return [(normalise(name), concept.id) for concept in self.concepts(kind) for name in concept.names]

    def _of(self, kind: str) -> Mapping[str, Concept]:
        found = self.by_kind.get(kind)
        if found is None:
            raise UnknownNameError("kind of concept", kind, tuple(self.by_kind))
        return found


@functools.cache
def load_vocabulary() -> Vocabulary:
    """Read the shipped vocabulary once and keep it. Raises InputError when a file of it is not usable."""
    return read_vocabulary(data("ontology"))


def read_vocabulary(folder: Traversable) -> Vocabulary:
    """Read every Turtle file of ``folder`` and check it as a whole; see the module's first lines."""
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".ttl")), key=lambda f: f.name)
    triples = [(f.name, triple) for f in files for triple in _parse(f)]
    declared = _declared(triple for _, triple in triples)
    by_kind: dict[str, dict[str, Concept]] = {}
    for block in _blocks(triples):
        concept = _concept(block, declared)
        of_kind = by_kind.setdefault(concept.kind, {})
        of_kind[concept.id] = concept
    for of_kind in by_kind.values():
        _check_tree(of_kind)
    keys = {kind: _index(of_kind) for kind, of_kind in by_kind.items()}
    return Vocabulary(by_kind, keys, {kind: _children(of_kind) for kind, of_kind in by_kind.items()})


class _Block(NamedTuple):
    """The statements of one concept and the file they come from."""

    file: str
    iri: str
    pairs: list[tuple[str, str]]


def _parse(file: Traversable) -> Iterator[Quad]:
    from pyoxigraph import RdfFormat, parse

    try:
        yield from parse(file.read_bytes(), format=RdfFormat.TURTLE)
    except SyntaxError as problem:
        raise InputError(f"{file.name}: not valid Turtle: {problem.msg}") from problem


def _text(term: object) -> str:
    """Return an IRI, a literal's text or a blank node's label."""
    return str(getattr(term, "value", term))


def _declared(triples: Iterable[Quad]) -> frozenset[str]:
    """Return the properties that some file declares (``a rdf:Property`` or an OWL property)."""
    return frozenset(
        _text(t.subject) for t in triples if t.predicate.value == _RDF_TYPE and _text(t.object).endswith("Property")
    )


def _blocks(triples: list[tuple[str, Quad]]) -> Iterator[_Block]:
    """Group the statements of each skos:Concept; a concept lives in one file only."""
    concepts: dict[str, _Block] = {}
    for file, t in triples:
        if t.predicate.value == _RDF_TYPE and _text(t.object) == _SKOS + "Concept":
            iri = _text(t.subject)
            if iri in concepts:
                raise InputError(f"{file}: {_short(iri)} is defined a second time, first in {concepts[iri].file}")
            concepts[iri] = _Block(file, iri, [])
    for file, t in triples:
        block = concepts.get(_text(t.subject))
        if block is None:
            continue
        if file != block.file:
            raise InputError(f"{file}: {_short(block.iri)} belongs to {block.file}: say it there")
        block.pairs.append((t.predicate.value, _text(t.object)))
    return iter(concepts.values())


def _short(iri: str) -> str:
    return iri.removeprefix(_BASE)


def _concept(block: _Block, declared: frozenset[str]) -> Concept:
    where = f"{block.file}: {_short(block.iri)}"
    kind, _, id = _short(block.iri).partition("/")
    if kind not in _KINDS or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id):
        raise InputError(f"{where}: a concept is named <kind>/<id> with a kind of {', '.join(sorted(_KINDS))}")
    for predicate, _ in block.pairs:
        ours = predicate.startswith(_EV)
        if predicate not in _KNOWN and (predicate not in declared if declared else not ours):
            raise InputError(f"{where}: unknown predicate <{predicate}>; declare it if it is meant")
    lists: dict[str, tuple[str, ...]] = {name: _all(block, predicate) for predicate, name in _FIELDS.items()}
    broader = _one(block, _SKOS + "broader", where)
    return Concept(
        id=id,
        kind=kind,
        iri=block.iri,
        label=_one(block, _SKOS + "prefLabel", where, needed=True) or "",
        scheme=(_one(block, _SKOS + "inScheme", where, needed=True) or "").removeprefix(_EV),
        broader=_local(broader, kind, where) if broader else None,
        scope_note=_one(block, _SKOS + "scopeNote", where),
        better_when=_better_when(_one(block, _EV + "betterWhen", where), where),
        matches=tuple((name, iri) for name in _MATCHES for iri in _all(block, _SKOS + name)),
        properties=tuple((p.removeprefix(_EV), v) for p, v in block.pairs if p.startswith(_EV) and p not in _KNOWN),
        file=block.file,
        **lists,
    )


def _all(block: _Block, predicate: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for p, value in block.pairs if p == predicate))


def _one(block: _Block, predicate: str, where: str, *, needed: bool = False) -> str | None:
    values = _all(block, predicate)
    if len(values) > 1 or (needed and not values):
        raise InputError(
            f"{where}: {len(values)} values of <{predicate}>, {'one is' if needed else 'at most one is'} allowed"
        )
    return values[0] if values else None


def _local(iri: str, kind: str, where: str) -> str:
    prefix = f"{_BASE}{kind}/"
    if not iri.startswith(prefix):
        raise InputError(f"{where}: broader concept <{iri}> is not a {kind}")
    return iri.removeprefix(prefix)


def _better_when(iri: str | None, where: str) -> BetterWhen | None:
    if iri is None:
        return None
    for value in get_args(BetterWhen):
        if iri == _EV + value:
            return cast(BetterWhen, value)
    raise InputError(f"{where}: ev:betterWhen is <{iri}>; allowed are ev:{', ev:'.join(get_args(BetterWhen))}")


def _check_tree(concepts: Mapping[str, Concept]) -> None:
    """Refuse a broader concept that does not exist and a circle of them."""
    for concept in concepts.values():
        seen, step = {concept.id}, concept.broader
        while step is not None:
            where = f"{concept.file}: {concept.kind}/{concept.id}"
            if step not in concepts:
                raise InputError(f"{where}: broader concept '{step}' does not exist")
            if step in seen:
                raise InputError(f"{where}: its broader concepts form a circle through '{step}'")
            seen.add(step)
            step = concepts[step].broader


def _index(concepts: Mapping[str, Concept]) -> dict[str, str]:
    """Map every name's key to its concept; one name for two concepts is refused."""
    keys: dict[str, str] = {}
    for concept in concepts.values():
        for name in concept.names:
            other = keys.setdefault(_key(name), concept.id)
            if other != concept.id:
                where = f"{concept.file}: {concept.kind}/{concept.id}"
                raise InputError(f"{where}: the name '{name}' already belongs to '{other}'")
    for concept in concepts.values():
        for name in (*concept.inverse_labels, *concept.neutral_labels):
            keys.setdefault(_key(name), concept.id)
    return keys


def _children(concepts: Mapping[str, Concept]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for concept in concepts.values():
        if concept.broader is not None:
            found.setdefault(concept.broader, []).append(concept.id)
    return {id: tuple(children) for id, children in found.items()}
