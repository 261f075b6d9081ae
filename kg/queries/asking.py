"""Putting values into a question and asking a store, in the language that the store speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from kg.errors import UsageError
from kg.identity import local_id
from kg.queries.files import SLOT, Parameter, Question
from kg.queries.parts import without
from kg.queries.types import SCHEMES, SINGLE, TYPES, CypherValue, Terms, cypher_value
from kg.stores import Cell, Store, Table

__all__ = ["CypherStore", "Values", "ask", "bind", "parameters"]

Value = str | int | float | Iterable[str | int | float]
Values = Mapping[str, Value]


class CypherStore(Protocol):
    """A store that answers questions in Cypher: a property graph, embedded or on a server."""

    def query(self, cypher: str, params: Mapping[str, object] | None = None) -> Table:
        """Answer a read-only query; raises UsageError for one that is wrong or writes."""
        ...


def ask(store: Store | CypherStore, question: Question, params: Values | None = None) -> Table:
    """Ask a store a question; concepts, claims, studies and publications come back as their short ids.

    A parameter takes one value or several, as a person writes them ("TFESI", "6 months", "any"). Every
    kind of store gives the same table. Raises UnknownNameError for a parameter or concept that does
    not exist and UsageError for a value that does not fit or a required parameter that is missing.
    """
    if not _is_rdf(store):
        return store.query(question.cypher, parameters(question, params or {}))  # type: ignore[call-arg]
    table = store.query(bind(question, params or {}))
    return Table(columns=table.columns, rows=tuple(tuple(_short(cell) for cell in row) for row in table.rows))


def bind(question: Question, params: Values) -> str:
    """Return the SPARQL of a question with these values in place of its defaults, without what then narrows nothing."""
    terms = _given(question, params)
    given = {name: " ".join(map(str, each)) for name, each in terms.items()}
    return SLOT.sub(
        lambda match: f"{match['head']}{{ {given[match['name']]} }}" if match["name"] in given else match[0],
        without(question.sparql, lambda name: _takes_all(question.parameter(name), terms)),
    )


def _takes_all(parameter: Parameter, given: Mapping[str, Terms]) -> bool:
    """Tell whether a parameter takes every concept of its kind."""
    return SCHEMES.get(parameter.type) in given.get(parameter.name, parameter.terms)


def parameters(question: Question, params: Values) -> dict[str, CypherValue]:
    """Return the parameters of a question's Cypher: these values, and the defaults of all others."""
    given = _given(question, params)
    return {each.name: cypher_value(each.type, given.get(each.name, each.terms)) for each in question.params}


def _given(question: Question, params: Values) -> dict[str, Terms]:
    given = {name: _terms(question, name, value) for name, value in params.items()}
    missing = [each for each in question.params if each.required and each.name not in given]
    if missing:
        wanted = ", ".join(f"{each.name} ({each.help}; say {each.example})" for each in missing)
        raise UsageError(f"the question '{question.name}' needs {wanted}")
    return given


def _terms(question: Question, name: str, value: Value) -> Terms:
    """Return the values of one parameter as RDF terms, each once."""
    parameter = question.parameter(name)
    values = [value] if isinstance(value, str | int | float) else list(value)
    if not values:
        raise UsageError(f"the parameter '{name}' of '{question.name}' is given without a value")
    if parameter.type in SINGLE and len(values) > 1:
        raise UsageError(f"the parameter '{name}' of '{question.name}' takes one value, not {len(values)}")
    return tuple(dict.fromkeys(term for each in values for term in TYPES[parameter.type](str(each).strip())))


def _is_rdf(store: Store | CypherStore) -> bool:
    """Tell whether a store keeps quads and so is asked in SPARQL."""
    return hasattr(store, "graph")


def _short(cell: Cell) -> Cell:
    return local_id(cell) if isinstance(cell, str) else cell
