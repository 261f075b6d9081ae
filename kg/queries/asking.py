"""Putting values into a question and asking a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.errors import UsageError
from kg.identity import local_id
from kg.queries.files import SLOT, Question
from kg.queries.types import TYPES
from kg.stores import Cell, Store, Table

__all__ = ["Values", "ask", "bind"]

Values = Mapping[str, str | int | float | Iterable[str | int | float]]


def ask(store: Store, question: Question, params: Values | None = None) -> Table:
    """Ask a store a question; concepts, claims, studies and publications come back as their short ids.

    A parameter takes one value or several, as a person writes them ("TFESI", "6 months", "any").
    Raises UnknownNameError for a parameter or concept that does not exist and UsageError for a value that
    does not fit or a required parameter that is missing.
    """
    table = store.query(bind(question, params or {}))
    return Table(columns=table.columns, rows=tuple(tuple(_short(cell) for cell in row) for row in table.rows))


def bind(question: Question, params: Values) -> str:
    """Return the SPARQL of a question with these values in place of its defaults."""
    terms = {name: _terms(question, name, value) for name, value in params.items()}
    missing = [each for each in question.params if each.required and each.name not in terms]
    if missing:
        wanted = ", ".join(f"{each.name} ({each.help}; say {each.example})" for each in missing)
        raise UsageError(f"the question '{question.name}' needs {wanted}")
    return SLOT.sub(
        lambda match: f"{match['head']}{{ {terms[match['name']]} }}" if match["name"] in terms else match[0],
        question.sparql,
    )


def _terms(question: Question, name: str, value: str | int | float | Iterable[str | int | float]) -> str:
    """Return the values of one parameter as serialised RDF terms."""
    parameter = question.parameter(name)
    values = [value] if isinstance(value, str | int | float) else list(value)
    if not values:
        raise UsageError(f"the parameter '{name}' of '{question.name}' is given without a value")
    terms = [term for each in values for term in TYPES[parameter.type](str(each).strip())]
    return " ".join(dict.fromkeys(str(term) for term in terms))


def _short(cell: Cell) -> Cell:
    return local_id(cell) if isinstance(cell, str) else cell
