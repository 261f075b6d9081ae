"""The nouns as JSON and back: strict, lossless, one object a line.

Two forms. The *noun* form (``to_json`` and ``from_json``) is for the ledger and for saving a stage:
every field, nothing guessed, unknown fields refused. The *contract* form (``reading_to_contract``)
is what ``docs/claims.md`` describes and what leaves the house.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from kg.errors import InputError
from kg.identity import claim_ids
from kg.model import Claim, Reading

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError

__all__ = [
    "claim_to_contract",
    "content_hash",
    "from_json",
    "json_line",
    "read_lines",
    "reading_to_contract",
    "to_json",
]

Noun = TypeVar("Noun")


def to_json(noun: object) -> str:
    """Write a noun as one line of JSON; fields that hold their default are left out.

    Bytes are written in URL-safe base64. The order of fields is that of the class, so equal nouns
    give equal text.
    """
    text = _adapter(cast(Any, type(noun))).dump_json((noun,), exclude_defaults=True).decode()
    return text[1:-1]


def from_json(kind: type[Noun], text: str, *, where: str = "JSON text") -> Noun:
    """Read a noun written by ``to_json``.

    Raises InputError that begins with ``where`` for a missing, unknown or wrongly typed field: a
    number in quotes is not a number.
    """
    from pydantic import ValidationError

    try:
        (noun,) = _adapter(cast(Any, kind)).validate_json(f"[{text}]")
    except ValidationError as error:
        raise InputError(f"{where}: not a {kind.__name__}: {_first_fault(error)}") from None
    return cast(Noun, noun)


def content_hash(noun: object) -> str:
    """Return the SHA-256 of a noun's content, as 64 hex digits.

    A field added to the class later, with a default, does not change it.
    """
    return hashlib.sha256(to_json(noun).encode()).hexdigest()


def read_lines(kind: type[Noun], path: Path) -> Iterator[Noun]:
    """Read a file of one noun a line, blank lines skipped; InputError names file and line."""
    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield from_json(kind, line, where=f"{path}, line {number}")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text ({error.reason} at byte {error.start} of a block)") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None


def reading_to_contract(reading: Reading) -> dict[str, Any]:
    """Return what was read in one record in the format of the contract, our own fields after the contract's."""
    return {
        "pmid": reading.pmid,
        "scope": reading.scope,
        "design": reading.design,
        "sample_size": reading.sample_size,
        "n_studies": reading.n_studies,
        "procedures": list(reading.procedures),
        "comparators": list(reading.comparators),
        "indications": list(reading.indications),
        "claims": [
            claim_to_contract(claim, identifier)
            for claim, identifier in zip(reading.claims, claim_ids(reading.claims), strict=True)
        ],
        "registry_ids": list(reading.registry_ids),
        "flags": list(reading.flags),
    }


def claim_to_contract(claim: Claim, identifier: str) -> dict[str, Any]:
    """Return one claim in the format of the contract; ``start`` and ``end`` point into the record's text."""
    return {
        "procedure": claim.procedure,
        "comparator": claim.comparator,
        "indications": list(claim.indications),
        "outcome": claim.outcome,
        "measure": claim.measure,
        "basis": claim.basis,
        "direction": claim.direction,
        "noninferiority": claim.noninferiority,
        "hedged": claim.hedged,
        "followup_days": list(claim.followup_days),
        "effect": claim.effect,
        "p": claim.p,
        "significant": claim.significant,
        "quote": claim.quote,
        "claim_id": identifier,
        "start": claim.start,
        "end": claim.end,
        "comparator_class": claim.comparator_class,
        "axes": _axes(claim.axes),
        "rule": claim.rule,
        "confidence": claim.confidence,
    }


def json_line(value: dict[str, Any]) -> str:
    """Write a JSON object as one line, every character as itself, fields in the order given."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _axes(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Group axis values by axis, both in the order stated."""
    grouped: dict[str, list[str]] = {}
    for axis, value in pairs:
        grouped.setdefault(axis, []).append(value)
    return grouped


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Build the strict reader of a noun.

    It reads a list of one: pydantic takes settings for a container and hands them down to plain
    dataclasses, but not for a plain dataclass itself.
    """
    from pydantic import ConfigDict, TypeAdapter

    strict = ConfigDict(
        strict=True, extra="forbid", allow_inf_nan=False, ser_json_bytes="base64", val_json_bytes="base64"
    )
    return TypeAdapter(tuple[kind], config=strict)  # the kind is known at run time only


def _first_fault(error: ValidationError) -> str:
    """Say the first thing that is wrong, and where in the object."""
    fault = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in fault["loc"][1:])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{place + ': ' if place else ''}{fault['msg']}{more}"
