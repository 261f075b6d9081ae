"""What a plug-in is and what it may answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kg.model import Basis, Direction, Reading, Record

__all__ = ["Answer", "Factory", "Proposal", "Reader", "Vote"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """An opinion on one claim that was read already: ``claim`` is its place in ``reading.claims``, ``why`` one line."""

    claim: int
    agrees: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A claim that a plug-in has read by itself, in the words of ``kg.model.Claim``.

    ``quote`` must stand in the text of the record, character by character; ``start`` is where, if it
    stands there more than once. ``why`` is one line for the reasons of the claim.
    """

    procedure: str
    outcome: str
    basis: Basis
    direction: Direction
    quote: str
    comparator: str | None = None
    start: int | None = None
    measure: str | None = None
    effect: str | None = None
    p: str | None = None
    significant: bool | None = None
    hedged: bool = False
    noninferiority: bool = False
    followup_days: tuple[int, ...] = ()
    confidence: float = 0.5
    why: str = ""


Answer = Vote | Proposal


class Reader(Protocol):
    """A plug-in. ``version`` changes whenever its answers may: a model, a prompt or a weight is part of it."""

    @property
    def name(self) -> str:
        """Return the name of its entry point."""
        ...

    @property
    def version(self) -> str:
        """Return letters, digits, dots, dashes and underscores."""
        ...

    def read(self, record: Record, reading: Reading) -> Iterable[Answer]:
        """Return what it says of one record in scope, given what has been read so far.

        Raises a SpinekgError to stop the run (TemporaryError: try again later); any other exception costs
        this record only.
        """
        ...


class Factory(Protocol):
    """What an entry point of the group ``spinekg.readers`` names."""

    def __call__(self, environ: Mapping[str, str], cache: Path | None) -> Reader:
        """Return the plug-in, set up by environment variables; ``cache`` is a folder of the workspace it may fill.

        Raises ConfigurationError when something it needs is missing.
        """
        ...
