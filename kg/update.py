"""From sources to an up-to-date workspace: take in, read, bring the graph up, and say what was done.

A source (a file or a reply of PubMed) is one transaction: its records and what was read in them,
or nothing. An interrupted run leaves whole sources only, and the same command goes on from there.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from ingest.fetch_journal import FetchJournal, job_name
from ingest.medline import find_sources, read_bytes, read_source
from ingest.pipeline import EXTRACTOR_VERSION, prepare, read_record, read_records
from ingest.plugins import Plugins
from ingest.pubmed import Fetch, PubMed
from kg import __version__
from kg.codec import to_json
from kg.errors import ConfigurationError, InputError, SpinekgError, TemporaryError
from kg.identity import Run, make_run
from kg.ledger import Receipt, Source
from kg.model import Deletion, Quarantined, Reading, Record
from kg.workspace import Progress, Workspace, silent

__all__ = ["EXTRACTOR", "extract_files", "fetch_and_ingest", "ingest_files", "rebuild"]

EXTRACTOR = "spinekg-rules"
"""The name of the extractor in the provenance of a reading; plug-ins in use are named in its version."""

NO_PLUGINS = Plugins()

_BATCH = 200
_log = logging.getLogger("spinekg.update")

Item = Record | Deletion | Quarantined
Thing = TypeVar("Thing")


@dataclass(slots=True)
class _Tally:
    """Counts that grow while sources are taken in."""

    sources: int = 0
    seen: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    deleted: int = 0
    quarantined: int = 0
    read: int = 0
    failures: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def ingest_files(
    workspace: Workspace, paths: Sequence[Path], progress: Progress = silent, plugins: Plugins = NO_PLUGINS
) -> Receipt:
    """Take in PubMed files and folders of them, and bring the graph up.

    A damaged file leaves nothing behind and does not stop the others; ``failures`` of the receipt
    names it. Raises InputError, before anything is written, for a path that cannot be read.
    """
    files = find_sources(paths)
    with _job(workspace, "ingest", progress, plugins) as job:
        for file in files:
            try:
                job.take_in(str(file), _digest(file), read_source(file))
            except InputError as error:
                job.tally.failures += (str(error),)
    return job.receipt()


def fetch_and_ingest(
    workspace: Workspace,
    pubmed: PubMed,
    *,
    queries: Sequence[str] = (),
    pmids: Sequence[str] = (),
    since: date | None = None,
    progress: Progress = silent,
    plugins: Plugins = NO_PLUGINS,
) -> Receipt:
    """Bring from PubMed what answers ``queries``, and ``pmids``, and take it in reply by reply.

    Raises TemporaryError when PubMed does not answer properly; what came before is stored, and the
    same call goes on where it stopped.
    """
    with _job(workspace, "fetch", progress, plugins) as job:
        wanted = dict.fromkeys(pmids)
        for query in queries:
            progress("searching PubMed", len(wanted), None)
            found = pubmed.search(query, since=since)
            wanted.update(dict.fromkeys(found.pmids))
            for warning in found.warnings:
                _log.warning("PubMed remarks on the search: %s", warning)
        with FetchJournal(workspace.path, job_name(queries, pmids, since)) as journal:
            job.take_in_replies(pubmed.fetch(wanted, already=journal), journal)
    return job.receipt()


def rebuild(workspace: Workspace, progress: Progress = silent, plugins: Plugins = NO_PLUGINS) -> Receipt:
    """Read again what another version of the extractor has read, and make the graph again from the ledger."""
    with _job(workspace, "rebuild", progress, plugins) as job:
        workspace.rebuild_both(progress)
    return job.receipt()


def extract_files(paths: Sequence[Path], plugins: Plugins = NO_PLUGINS) -> Iterator[Reading | Quarantined]:
    """Read files without any workspace; yield a reading per record, in the order of the files.

    Raises InputError for a path that cannot be read at once, for a damaged file when its end is reached.
    """
    for file in find_sources(paths):
        for chunk in _chunks(enumerate(read_source(file), start=1)):
            readings = iter(_readings([item for _, item in chunk if isinstance(item, Record)], plugins))
            for position, item in chunk:
                if isinstance(item, Record):
                    yield _or_quarantined(next(readings), item, str(file), position)
                elif isinstance(item, Quarantined):
                    yield item


class _Job:
    """One command at work on a workspace it has locked."""

    def __init__(self, workspace: Workspace, run: Run, progress: Progress, plugins: Plugins) -> None:
        self.ledger = workspace.ledger
        self.plugins = plugins
        self.run = run
        self.progress = progress
        self.tally = _Tally()
        self.pmids: set[str] = set()
        self.clock = time.process_time()
        self.prepared = False

    def take_in(self, name: str, digest: str, items: Iterable[Item]) -> None:
        """Enter one source and what is read in it, all or nothing."""
        before = replace(self.tally)
        try:
            with self.ledger.transaction():
                pmids = self._enter_all(self.ledger.source(self.run, name, digest), items)
        except BaseException:
            self.tally = before  # what is rolled back did not happen
            raise
        self.tally.sources += 1
        self.pmids |= pmids

    def take_in_replies(self, fetch: Fetch, journal: FetchJournal) -> None:
        """Enter replies as they come; the journal hears of each when it is stored."""
        for reply in fetch:
            name = f"EFetch reply of {len(reply.pmids)} records from PMID {reply.pmids[0]}"
            self.take_in(name, hashlib.sha256(reply.body).hexdigest(), read_bytes(reply.body, name))
            journal.record(reply.pmids)
            self.progress("fetching", self.tally.seen, fetch.asked)
        self.tally.missing += fetch.missing

    def read_leftovers(self) -> None:
        """Read the records that this version of the extractor has not read yet."""
        pmids = self.ledger.unread(self.run.extractor_version)
        for start in range(0, len(pmids), _BATCH):
            batch = pmids[start : start + _BATCH]
            with self.ledger.transaction():
                self._read([row.record for row in self.ledger.rows(batch)])
            self.progress("reading again", start + len(batch), len(pmids))

    def receipt(self) -> Receipt:
        """Return what was done so far; scope and claims are those that stand for the records seen."""
        standing = [counts for counts in map(self.ledger.reading_counts, self.pmids) if counts]
        counts = asdict(self.tally) | {"cpu_seconds": time.process_time() - self.clock}
        in_scope = sum(scope == "on" for scope, _ in standing)
        return Receipt(**counts, in_scope=in_scope, claims=sum(claims for _, claims in standing))

    def _enter_all(self, source: Source, items: Iterable[Item]) -> set[str]:
        """Enter the items of a source and read what is new; return the PMIDs of its records."""
        done, pmids = 0, set()
        for chunk in _chunks(items):
            to_read: dict[str, Record] = {}
            for position, item in enumerate(chunk, start=done + 1):
                self._enter(item, source, position, to_read)
            self._read(list(to_read.values()))
            pmids |= {item.pmid for item in chunk if isinstance(item, Record)}
            done += len(chunk)
            self.progress(f"reading {Path(source.name).name}", done, None)
        return pmids

    def _enter(self, item: Item, source: Source, position: int, to_read: dict[str, Record]) -> None:
        """Enter one item; add a record that is new or changed to ``to_read``, take a deleted one out."""
        if isinstance(item, Quarantined):
            self.ledger.put_quarantined(item, source)
            self.tally.quarantined += 1
        elif isinstance(item, Deletion):
            self.tally.deleted += self.ledger.put_deletion(item, source, position)
            if self.ledger.row(item.pmid) is None:
                to_read.pop(item.pmid, None)
        else:
            outcome = self.ledger.put_record(item, source, position)
            self.tally.seen += 1
            setattr(self.tally, outcome, getattr(self.tally, outcome) + 1)
            if outcome in {"new", "changed"}:
                to_read[item.pmid] = item

    def _prepare(self) -> None:
        """Load the extractor before the first record; the rate tells how fast records are read after that."""
        before = time.process_time()
        prepare()
        self.clock += time.process_time() - before
        self.prepared = True

    def _read(self, records: Sequence[Record]) -> None:
        if records and not self.prepared:
            self._prepare()
        for record, reading in zip(records, _readings(records, self.plugins), strict=True):
            if isinstance(reading, Reading):
                self.ledger.put_reading(reading, self.run)
                self.tally.read += 1
            else:
                self.ledger.put_unreadable(record.pmid, reading)
                self.tally.quarantined += 1


@contextmanager
def _job(workspace: Workspace, command: str, progress: Progress, plugins: Plugins) -> Iterator[_Job]:
    """Lock the workspace, log the run, and bring the graph up at the end, also after a failure."""
    started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    run = make_run(
        started=started,
        extractor=EXTRACTOR,
        extractor_version=plugins.extractor_version(EXTRACTOR_VERSION),
        software_version=__version__,
    )
    with workspace.locked(command):
        entry = workspace.ledger.begin_run(run, command)
        job = _Job(workspace, run, progress, plugins)
        try:
            job.read_leftovers()
            yield job
        except SpinekgError:
            workspace.follow(progress)
            raise
        workspace.follow(progress)
        workspace.ledger.end_run(entry, job.receipt())


def _readings(records: Sequence[Record], plugins: Plugins) -> list[Reading | str]:
    """Read some records, plug-ins after the rules; where the extractor fails on one, return the reason in its place."""
    try:
        readings: Sequence[Reading | str] = list(read_records(records))
    except Exception as error:
        # One record it stumbles over must not cost the others: go on one by one.
        _log.debug("the extractor failed on a batch: %r", error)
        readings = [_read_alone(record) for record in records]
    readings = [_with_plugins(record, reading, plugins) for record, reading in zip(records, readings, strict=True)]
    return [_sound(record, reading) for record, reading in zip(records, readings, strict=True)]


def _with_plugins(record: Record, reading: Reading | str, plugins: Plugins) -> Reading | str:
    """Return a reading after the plug-ins; one that cannot be reached stops the run: that is no fault of a record."""
    try:
        return reading if isinstance(reading, str) else plugins.read(record, reading)
    except (TemporaryError, ConfigurationError):
        raise
    except Exception as error:
        return str(error)


def _read_alone(record: Record) -> Reading | str:
    try:
        return read_record(record)
    except Exception as error:
        return f"the extractor failed: {type(error).__name__}: {error}"


def _sound(record: Record, reading: Reading | str) -> Reading | str:
    """Let a reading pass when it is of this record and every quote is cut from its text, exactly."""
    if isinstance(reading, str):
        return reading
    if any(pmid != record.pmid for pmid in (reading.pmid, *(claim.pmid for claim in reading.claims))):
        return "the extractor mixed up PMIDs"
    for claim in reading.claims:
        if not claim.quote or record.text[claim.start : claim.end] != claim.quote:
            return f"the extractor quoted what is not in the text at {claim.start} to {claim.end} (rule {claim.rule})"
    return reading


def _or_quarantined(reading: Reading | str, record: Record, source: str, position: int) -> Reading | Quarantined:
    if isinstance(reading, Reading):
        return reading
    raw = to_json(record).encode()
    return Quarantined(source=source, position=position, reason=reading, raw=raw, pmid=record.pmid)


def _chunks(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    rest = iter(things)
    while chunk := list(islice(rest, _BATCH)):
        yield chunk


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror or error}") from None
