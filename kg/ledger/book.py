"""The ledger itself: reading and writing its tables."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kg.bibliography import ILLUSTRATIVE
from kg.codec import content_hash, from_json, to_json
from kg.errors import StoreError
from kg.identity import Run
from kg.ledger.nouns import Counts, LedgerRow, LogEntry, Outcome, Receipt, Source
from kg.ledger.schema import connect
from kg.model import Deletion, Quarantined, Reading, Record

__all__ = ["Ledger", "open_ledger"]

_STANDING = """
SELECT version, source, position, number, hash FROM (
    SELECT version, source, position, hash FROM records WHERE pmid = ?
    UNION ALL SELECT version, source, position, NULL FROM deletions WHERE pmid = ?
) JOIN sources ON sources.id = source
"""

_ROW = """
SELECT records.json, sources.name, readings.json,
    runs.id, started, extractor, runs.extractor_version, software_version
FROM records JOIN sources ON sources.id = records.source
LEFT JOIN readings ON readings.pmid = records.pmid LEFT JOIN runs ON runs.id = readings.run
WHERE records.pmid = ?
"""

_RUNS = "SELECT id, started, extractor, extractor_version, software_version FROM runs"

_TEXTS = """
SELECT records.pmid, records.json, readings.json, readings.run
FROM records JOIN readings ON readings.pmid = records.pmid
"""

_LOG = """
SELECT command, ended, receipt, runs.id, started, extractor, extractor_version, software_version
FROM log JOIN runs ON runs.id = log.run ORDER BY log.id
"""


def open_ledger(path: Path, *, create: bool = False) -> Ledger:
    """Open the ledger at ``path``; raises StoreError when that cannot be done."""
    return Ledger(path, connect(path, create=create))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a standing entry came from, and its content hash (``None``: a deletion)."""

    version: int
    source: int
    position: int
    number: str | None
    hash: str | None = None

    def is_older_than(self, other: _Place) -> bool:
        """Tell whether ``other`` supersedes this place."""
        if self.version != other.version:
            return self.version < other.version
        if self.source == other.source:
            return self.position < other.position
        if self.number and other.number and self.number != other.number:
            return self.number < other.number
        return self.source < other.source


class Ledger:
    """An open ledger. Make one with ``open_ledger``; writing methods belong inside ``transaction``."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write everything inside or, on any error, nothing."""
        self._do("BEGIN IMMEDIATE")
        try:
            yield
            self._do("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # SQLite has rolled back itself when the disk is full
                self._connection.rollback()
            raise

    # Runs and sources

    def begin_run(self, run: Run, command: str) -> int:
        """Enter a run and the command that starts it; return the number of the log entry, for ``end_run``."""
        self._do(
            "INSERT OR IGNORE INTO runs (id, started, extractor, extractor_version, software_version)"
            " VALUES (?, ?, ?, ?, ?)",
            (run.run_id, run.started, run.extractor, run.extractor_version, run.software_version),
        )
        return self._do("INSERT INTO log (command, run) VALUES (?, ?)", (command, run.run_id)).lastrowid or 0

    def end_run(self, entry: int, receipt: Receipt) -> None:
        """Note that the command of a log entry came to its end, and what it did."""
        ended = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._do("UPDATE log SET ended = ?, receipt = ? WHERE id = ?", (ended, to_json(receipt), entry))

    def log(self) -> tuple[LogEntry, ...]:
        """Return the commands that wrote to this ledger, oldest first."""
        found = self._do(_LOG)
        return tuple(
            LogEntry(
                command=row[0],
                ended=row[1],
                receipt=from_json(Receipt, row[2], where=f"ledger {self.path}") if row[2] else None,
                run=_run(row[3:]),
            )
            for row in found
        )

    def source(self, run: Run, name: str, digest: str) -> Source:
        """Return the source of this content (``digest``), entered under ``name`` when it is met first.

        What an earlier reading of the same source put into quarantine is taken out: it is about to be
        read again.
        """
        values = (name, digest, _file_number(name), run.run_id)
        self._do("INSERT OR IGNORE INTO sources (name, digest, number, run) VALUES (?, ?, ?, ?)", values)
        row = self._do("SELECT id, name, number FROM sources WHERE digest = ?", (digest,)).fetchone()
        self._do("DELETE FROM quarantine WHERE source = ? AND stage = 'parse'", (row[0],))
        return Source(id=row[0], name=row[1], number=row[2])

    # Writing one PMID

    def put_record(self, record: Record, source: Source, position: int) -> Outcome:
        """Enter a record found at ``position`` of a source, unless something newer stands for its PMID.

        A changed record loses its reading; an unchanged one keeps it.
        """
        place = _Place(record.version, source.id, position, source.number, content_hash(record))
        standing = self._standing(record.pmid)
        if standing and place.is_older_than(standing):
            return "older"
        settled = (record.pmid, source.id)
        self._do("DELETE FROM quarantine WHERE pmid = ? AND source <> ? AND stage = 'parse'", settled)
        if standing and standing.hash == place.hash:
            moved = (source.id, position, record.pmid)
            self._do("UPDATE records SET source = ?, position = ? WHERE pmid = ?", moved)
            return "unchanged"
        self._forget(record.pmid)
        row = (record.pmid, record.version, source.id, position, place.hash, to_json(record))
        self._do("INSERT INTO records (pmid, version, source, position, hash, json) VALUES (?, ?, ?, ?, ?, ?)", row)
        return "changed" if standing and standing.hash else "new"

    def put_deletion(self, deletion: Deletion, source: Source, position: int) -> bool:
        """Enter that PubMed withdrew a PMID; return whether that removed a record."""
        place = _Place(deletion.version, source.id, position, source.number)
        standing = self._standing(deletion.pmid)
        if standing and place.is_older_than(standing):
            return False
        removes = bool(standing and standing.hash)
        if removes:
            self._forget(deletion.pmid)
        row = (deletion.pmid, deletion.version, source.id, position)
        self._do("INSERT OR REPLACE INTO deletions (pmid, version, source, position) VALUES (?, ?, ?, ?)", row)
        return removes

    def put_quarantined(self, bad: Quarantined, source: Source) -> None:
        """Keep the bytes of a record that could not be parsed, unless a newer source has brought it whole."""
        standing = self._standing(bad.pmid) if bad.pmid else None
        if standing and standing.source != source.id:
            place = _Place(standing.version, source.id, bad.position, source.number)
            if place.is_older_than(standing):
                return
        row = (source.id, bad.position, bad.pmid, bad.reason, bad.raw)
        self._do(
            "INSERT INTO quarantine (source, position, stage, pmid, reason, raw) VALUES (?, ?, 'parse', ?, ?, ?)", row
        )

    def put_reading(self, reading: Reading, run: Run) -> None:
        """Enter what was read in a stored record, in place of any earlier reading."""
        self._do(
            "INSERT OR REPLACE INTO readings (pmid, run, extractor_version, scope, claims, json)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (reading.pmid, run.run_id, run.extractor_version, reading.scope, len(reading.claims), to_json(reading)),
        )
        self._do("DELETE FROM quarantine WHERE pmid = ? AND stage = 'read'", (reading.pmid,))
        self._soil(reading.pmid)

    def put_unreadable(self, pmid: str, reason: str) -> None:
        """Put a stored record, as JSON, into quarantine because the extractor failed on it.

        A later reading settles that.
        """
        self._do("DELETE FROM readings WHERE pmid = ?", (pmid,))
        self._do("DELETE FROM quarantine WHERE pmid = ? AND stage = 'read'", (pmid,))
        self._do(
            "INSERT INTO quarantine (source, position, stage, pmid, reason, raw)"
            " SELECT source, position, 'read', pmid, ?, CAST(json AS BLOB) FROM records WHERE pmid = ?",
            (reason, pmid),
        )
        self._soil(pmid)

    # Looking up

    def row(self, pmid: str) -> LedgerRow | None:
        """Return what stands for a PMID, or ``None``."""
        return next(self.rows((pmid,)), None)

    def rows(self, pmids: Iterable[str] | None = None) -> Iterator[LedgerRow]:
        """Yield what stands for some PMIDs, or for all, by rising PMID; unknown ones are passed over."""
        for pmid in self.pmids() if pmids is None else sorted(set(pmids), key=_rising):
            found = self._do(_ROW, (pmid,)).fetchone()
            if found:
                yield _ledger_row(self.path, found)

    def texts(self) -> Iterator[tuple[str, str, str, Run]]:
        """Yield PMID, record and reading in the JSON they are stored in, and run, of all that was read; in no set order.

        Far faster than ``rows``, for comparing.
        """
        known = {row[0]: _run(row) for row in self._do(_RUNS)}
        for pmid, record, reading, run in self._do(_TEXTS):
            yield pmid, record, reading, known[run]

    def pmids(self) -> tuple[str, ...]:
        """Return the PMIDs of all records, rising."""
        return self._column("SELECT pmid FROM records ORDER BY length(pmid), pmid")

    def unread(self, extractor_version: str) -> tuple[str, ...]:
        """Return the PMIDs of records that this version of the extractor has not read, rising."""
        return self._column(
            "SELECT records.pmid FROM records"
            " LEFT JOIN readings ON readings.pmid = records.pmid AND extractor_version = ?"
            " WHERE readings.pmid IS NULL ORDER BY length(records.pmid), records.pmid",
            (extractor_version,),
        )

    def read_since(self, started: str) -> tuple[str, ...]:
        """Return the PMIDs that were read by a run which started then or later (UTC, as ``Run.started``), rising."""
        return self._column(
            "SELECT pmid FROM readings JOIN runs ON runs.id = readings.run WHERE started >= ?"
            " ORDER BY length(pmid), pmid",
            (started,),
        )

    def quarantined(self) -> Iterator[Quarantined]:
        """Yield the records that could not be read, by source and position."""
        for row in self._do(
            "SELECT name, position, reason, raw, pmid FROM quarantine JOIN sources ON sources.id = source"
            " ORDER BY source, position, quarantine.id"
        ):
            yield Quarantined(source=row[0], position=row[1], reason=row[2], raw=row[3], pmid=row[4])

    def reading_counts(self, pmid: str) -> tuple[str, int] | None:
        """Return scope and number of claims of a PMID that was read, or ``None``."""
        found = self._do("SELECT scope, claims FROM readings WHERE pmid = ?", (pmid,)).fetchone()
        return (found[0], found[1]) if found else None

    def counts(self) -> Counts:
        """Count what the ledger holds."""
        scopes = dict(self._do("SELECT scope, count(*) FROM readings GROUP BY scope").fetchall())
        tables = {table: self._count(table) for table in ("records", "quarantine", "deletions", "sources", "dirty")}
        return Counts(
            records=tables["records"],
            on=scopes.get("on", 0),
            adjacent=scopes.get("adjacent", 0),
            off=scopes.get("off", 0),
            unread=tables["records"] - sum(scopes.values()),
            claims=self._do("SELECT coalesce(sum(claims), 0) FROM readings").fetchone()[0],
            quarantined=tables["quarantine"],
            deleted=tables["deletions"],
            sources=tables["sources"],
            pending=tables["dirty"],
        )

    def illustrative(self) -> int:
        """Count the invented records of the sample: they are known by PMID and title."""
        found = self._do(
            "SELECT count(*) FROM records WHERE pmid BETWEEN '99000001' AND '99999999' AND length(pmid) = 8"
            " AND json_extract(json, '$.title') LIKE ? || '%'",
            (ILLUSTRATIVE,),
        )
        return int(found.fetchone()[0])

    # What the graph still has to follow

    def dirty(self) -> tuple[str, ...]:
        """Return the PMIDs whose graph is behind the ledger, rising."""
        return self._column("SELECT pmid FROM dirty ORDER BY length(pmid), pmid")

    def clean(self, pmids: Iterable[str]) -> None:
        """Note that the graph has followed these PMIDs."""
        for pmid in pmids:
            self._do("DELETE FROM dirty WHERE pmid = ?", (pmid,))

    def revision(self) -> int:
        """Return a number that rises with every change of a record or a reading."""
        return int(self.note("revision") or 0)

    def note(self, name: str) -> str | None:
        """Return a remark kept beside the tables, such as the shape of the graph that was projected."""
        found = self._do("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def put_note(self, name: str, value: str) -> None:
        """Keep a remark, in place of an earlier one of that name."""
        self._do("INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)", (name, value))

    # Inside

    def _standing(self, pmid: str) -> _Place | None:
        found = self._do(_STANDING, (pmid, pmid)).fetchone()
        if found is None:
            return None
        return _Place(*found)

    def _forget(self, pmid: str) -> None:
        self._do("DELETE FROM records WHERE pmid = ?", (pmid,))
        self._do("DELETE FROM deletions WHERE pmid = ?", (pmid,))
        self._do("DELETE FROM quarantine WHERE pmid = ? AND stage = 'read'", (pmid,))
        self._soil(pmid)

    def _soil(self, pmid: str) -> None:
        self._do("INSERT OR IGNORE INTO dirty (pmid) VALUES (?)", (pmid,))
        self._do(
            "INSERT INTO notes (name, value) VALUES ('revision', '1')"
            " ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)"
        )

    def _count(self, table: str) -> int:
        found = self._do(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - a name of ours
        return int(found[0])

    def _column(self, sql: str, values: Sequence[object] = ()) -> tuple[str, ...]:
        return tuple(row[0] for row in self._do(sql, values))

    def _do(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        try:
            return self._connection.execute(sql, tuple(values))
        except sqlite3.Error as error:
            raise StoreError(f"ledger {self.path}: {error}") from error


def _ledger_row(path: Path, row: tuple[str, ...]) -> LedgerRow:
    """Decode a row of ``_ROW``; a reading that a later spinekg cannot decode is damage, and said so."""
    where = f"ledger {path}"
    return LedgerRow(
        record=from_json(Record, row[0], where=where),
        source=row[1],
        reading=from_json(Reading, row[2], where=where) if row[2] else None,
        run=_run(row[3:]) if row[2] else None,
    )


def _run(row: Sequence[Any]) -> Run:
    """Decode the five columns of a run."""
    return Run(run_id=row[0], started=row[1], extractor=row[2], extractor_version=row[3], software_version=row[4])


def _file_number(name: str) -> str | None:
    """Return year and number of one of NLM's numbered files as sortable text: ``pubmed26n1334`` gives ``26-001334``."""
    match = re.match(r"pubmed(\d\d)n(\d{4,6})\.xml", Path(name).name)
    return f"{match[1]}-{int(match[2]):06}" if match else None


def _rising(pmid: str) -> tuple[int, str]:
    """Sort PMIDs as numbers without taking them for numbers."""
    return len(pmid), pmid
