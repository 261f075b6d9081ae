"""The types a parameter can have: how a value is written by a person, and what it is in SPARQL and in Cypher.

In SPARQL a value is an RDF term. In Cypher it is a real parameter: a list of IRIs for concepts, a list
of words, PMIDs or texts for the other types that take several values, and one number or text for
the types in ``SINGLE``. Follow-up schemes are a list of their bands; see ``kg.queries.bands``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType
from typing import get_args

from pyoxigraph import Literal, NamedNode

from kg.errors import UnknownNameError, UsageError
from kg.identity import PREFIXES, local_id
from kg.model import Basis, Direction
from kg.queries.bands import bands_under

__all__ = ["ANY", "SCHEMES", "SINGLE", "TYPES", "CypherValue", "Terms", "cypher_value", "plain"]

Terms = tuple[NamedNode | Literal, ...]

#: What a parameter is in Cypher.
CypherValue = str | int | float | list[str] | list[dict[str, str | int]]

#: What to write for "every concept of this kind".
ANY = "any"

#: The concept scheme that stands for "any" in a query, by type: every concept of the kind reaches it.
SCHEMES: Mapping[str, NamedNode] = MappingProxyType(
    {
        "concept:procedure": NamedNode(PREFIXES["ev"] + "procedures"),
        "concept:indication": NamedNode(PREFIXES["ev"] + "indications"),
        "concept:outcome": NamedNode(PREFIXES["ev"] + "outcomes"),
        "concept:comparator-class": NamedNode(PREFIXES["ev"] + "comparatorClasses"),
        "concept:follow-up": NamedNode(PREFIXES["ev"] + "followUpSchemes"),
        "design": NamedNode(PREFIXES["ev"] + "designs"),
    }
)

#: The types that take exactly one value: what lies above, below or after it counts.
SINGLE = frozenset({"year", "date", "days", "integer", "number"})

#: The types whose IRIs are plain words in the property graph.
_WORDS = frozenset({"direction", "basis", "pmid"})

_AXIS = "axis-"

_DAYS_IN = {"day": 1, "week": 7, "month": 30, "year": 365}
_TIME = re.compile(r"(\d{1,5})\s*(day|week|month|year)?s?")


def _concept(kind: str, scheme: NamedNode) -> Callable[[str], Terms]:
    def parse(text: str) -> Terms:
        from kg.vocabulary import load_vocabulary

        return (scheme if text.casefold() == ANY else NamedNode(load_vocabulary().resolve(kind, text).iri),)

    return parse


def _words(words: tuple[str, ...]) -> tuple[NamedNode, ...]:
    return tuple(NamedNode(PREFIXES["ev"] + word) for word in words)


def _one_of(what: str, words: Callable[[], tuple[str, ...]], prefix: str = "") -> Callable[[str], Terms]:
    def parse(text: str) -> Terms:
        word, allowed = text.casefold().replace(" ", "-"), words()
        if word != ANY and word not in allowed:
            near = tuple(get_close_matches(word, allowed))
            raise UnknownNameError(what, text, near, f"Allowed are {ANY}, {', '.join(allowed)}.")
        return _words(tuple(prefix + each for each in (allowed if word == ANY else (word,))))

    return parse


def _axes() -> tuple[str, ...]:
    from kg.vocabulary import load_vocabulary

    schemes = {concept.scheme for concept in load_vocabulary().concepts("axis")}
    return tuple(sorted(scheme.removeprefix(_AXIS) for scheme in schemes))


def _integer(text: str) -> Terms:
    if not re.fullmatch(r"-?\d{1,9}", text):
        raise UsageError(f"'{text}' is not a whole number")
    return (Literal(int(text)),)


def _year(text: str) -> Terms:
    if not re.fullmatch(r"1[89]\d\d|20\d\d", text):
        raise UsageError(f"'{text}' is not a year from 1800 to 2099")
    return (Literal(int(text)),)


def _number(text: str) -> Terms:
    if not re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", text):
        raise UsageError(f"'{text}' is not a number such as 0.75")
    return (Literal(text, datatype=NamedNode(PREFIXES["xsd"] + "decimal")),)


def _date(text: str) -> Terms:
    try:
        return (Literal(date.fromisoformat(text).isoformat(), datatype=NamedNode(PREFIXES["xsd"] + "date")),)
    except ValueError:
        raise UsageError(f"'{text}' is not a date such as 2024-03-31") from None


def _days(text: str) -> Terms:
    match = _TIME.fullmatch(text.casefold().strip())
    if not match:
        raise UsageError(f"'{text}' is not a length of time such as 180, '26 weeks', '6 months' or '1 year'")
    return (Literal(int(match[1]) * _DAYS_IN[match[2] or "day"]),)


def _pmid(text: str) -> Terms:
    if not re.fullmatch(r"[1-9]\d{0,8}", text):
        raise UsageError(f"'{text}' is not a PMID: digits only, such as 19657122")
    return (NamedNode(f"{PREFIXES['pub']}{text}/"),)


#: How the value of each type is read. Every function raises UsageError (or UnknownNameError) for a value it refuses.
TYPES: Mapping[str, Callable[[str], Terms]] = MappingProxyType(
    {
        **{name: _concept(name.removeprefix("concept:"), scheme) for name, scheme in SCHEMES.items()},
        "direction": _one_of("direction", lambda: get_args(Direction)),
        "basis": _one_of("basis", lambda: get_args(Basis)),
        "axis": _one_of("axis", _axes, _AXIS),
        "year": _year,
        "date": _date,
        "days": _days,
        "integer": _integer,
        "number": _number,
        "pmid": _pmid,
        "text": lambda text: (Literal(text),),
    }
)


def cypher_value(kind: str, terms: Terms) -> CypherValue:
    """Return the terms of a parameter of type ``kind`` as a parameter in Cypher."""
    if kind == "concept:follow-up":
        return bands_under([str(_cypher(kind, term)) for term in terms])
    values = [_cypher(kind, term) for term in terms]
    return values[0] if kind in SINGLE else [str(value) for value in values]


def _cypher(kind: str, term: NamedNode | Literal) -> str | int | float:
    if isinstance(term, NamedNode):
        return local_id(term.value) if kind in _WORDS else term.value
    name = term.datatype.value.removeprefix(PREFIXES["xsd"])
    return int(term.value) if name == "integer" else float(term.value) if name == "decimal" else term.value


def plain(terms: Terms) -> str:
    """Return terms as a person would write them: ids of concepts, a literal's text, ``any`` for all of a kind."""
    if set(terms) in (set(_words(get_args(Direction))), set(_words(get_args(Basis)))):
        return ANY
    return ", ".join(_plain(term) for term in terms)


def _plain(term: NamedNode | Literal) -> str:
    if term in SCHEMES.values():
        return ANY
    return local_id(term.value).removeprefix(_AXIS) if isinstance(term, NamedNode) else term.value
