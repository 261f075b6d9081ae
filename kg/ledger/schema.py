"""The tables of the ledger, and how its file is opened."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from kg.errors import StoreError

__all__ = ["SCHEMA_VERSION", "connect"]

APPLICATION = 0x73706B67
"""SQLite's ``application_id`` of a ledger ("spkg")."""

SCHEMA_VERSION = 1

SCHEMA = """
CREATE TABLE runs (
    id TEXT PRIMARY KEY, started TEXT NOT NULL, extractor TEXT NOT NULL, extractor_version TEXT NOT NULL,
    software_version TEXT NOT NULL
) STRICT;
CREATE TABLE log (
    id INTEGER PRIMARY KEY, command TEXT NOT NULL, run TEXT NOT NULL REFERENCES runs (id), ended TEXT, receipt TEXT
) STRICT;
CREATE TABLE sources (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL UNIQUE, number TEXT,
    run TEXT NOT NULL REFERENCES runs (id)
) STRICT;
CREATE TABLE records (
    pmid TEXT PRIMARY KEY, version INTEGER NOT NULL, source INTEGER NOT NULL REFERENCES sources (id),
    position INTEGER NOT NULL, hash TEXT NOT NULL, json TEXT NOT NULL
) STRICT;
CREATE TABLE deletions (
    pmid TEXT PRIMARY KEY, version INTEGER NOT NULL, source INTEGER NOT NULL REFERENCES sources (id),
    position INTEGER NOT NULL
) STRICT;
CREATE TABLE readings (
    pmid TEXT PRIMARY KEY REFERENCES records (pmid) ON DELETE CASCADE, run TEXT NOT NULL REFERENCES runs (id),
    extractor_version TEXT NOT NULL, scope TEXT NOT NULL, claims INTEGER NOT NULL, json TEXT NOT NULL
) STRICT;
CREATE INDEX readings_by_extractor ON readings (extractor_version);
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources (id), position INTEGER NOT NULL,
    stage TEXT NOT NULL, pmid TEXT, reason TEXT NOT NULL, raw BLOB NOT NULL
) STRICT;
CREATE INDEX quarantine_by_source ON quarantine (source);
CREATE INDEX quarantine_by_pmid ON quarantine (pmid);
CREATE TABLE dirty (pmid TEXT PRIMARY KEY) STRICT;
CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


def connect(path: Path, *, create: bool) -> sqlite3.Connection:
    """Open the file of a ledger: write-ahead log, foreign keys on, every commit on disk.

    Raises StoreError when the file is missing (and ``create`` is off), is something else, is
    damaged, or was made by a newer spinekg.
    """
    if not create and not path.is_file():
        raise StoreError(f"no ledger at {path}")
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    except sqlite3.Error as error:
        raise StoreError(f"ledger {path}: {error}") from None
    try:
        _prepare(connection, path)
    except sqlite3.Error as error:
        connection.close()
        closed = "" if os.access(path.parent, os.W_OK) else "; its folder must be writable, also for questions"
        raise StoreError(f"ledger {path}: {error}{closed}") from None
    except StoreError:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check that the file is a ledger of ours, or lay out an empty one."""
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    application, version, objects = connection.execute(
        "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),"
        " (SELECT count(*) FROM sqlite_schema)"
    ).fetchone()
    if objects == 0:
        _lay_out(connection)
    elif application != APPLICATION:
        raise StoreError(f"{path} is an SQLite file of another program, not a ledger of spinekg")
    elif version > SCHEMA_VERSION:
        raise StoreError(
            f"ledger {path} was made by a newer spinekg (schema {version}; this one knows up to {SCHEMA_VERSION}):"
            " install that version"
        )


def _lay_out(connection: sqlite3.Connection) -> None:
    """Create the tables, unless another process has just done so."""
    connection.execute("BEGIN EXCLUSIVE")
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
        for statement in SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")
