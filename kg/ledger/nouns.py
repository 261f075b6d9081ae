"""The nouns of the ledger: runs, sources, what stands for a PMID, and what a command did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kg.identity import Run
from kg.model import Reading, Record

__all__ = ["Counts", "LedgerRow", "LogEntry", "Outcome", "Receipt", "Source"]

Outcome = Literal["new", "changed", "unchanged", "older"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file or reply that records came from. ``number`` is set for NLM's numbered files: year, then file number."""

    id: int
    name: str
    number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """What stands for one PMID: its record, where that came from, and what was read in it by which run."""

    record: Record
    source: str
    reading: Reading | None = None
    run: Run | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What one command did.

    ``seen`` records are those of the files, and ``new + changed + unchanged + older = seen``; an
    ``older`` one was superseded already. ``read`` counts extractions, ``in_scope`` and ``claims``
    what stands for the records seen, ``failures`` the sources of which nothing was taken and why,
    ``missing`` the PMIDs that PubMed has no record of.
    """

    sources: int = 0
    seen: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    deleted: int = 0
    quarantined: int = 0
    read: int = 0
    in_scope: int = 0
    claims: int = 0
    cpu_seconds: float = 0.0
    failures: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """Return records seen per CPU-second, graph and ledger included, loading of the extractor not."""
        return self.seen / self.cpu_seconds if self.cpu_seconds else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much a ledger holds."""

    records: int
    on: int
    adjacent: int
    off: int
    unread: int
    claims: int
    quarantined: int
    deleted: int
    sources: int
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One command that wrote to the ledger; ``ended`` (UTC) and ``receipt`` are missing when it was interrupted."""

    command: str
    run: Run
    ended: str | None = None
    receipt: Receipt | None = None
