"""The journal of an unfinished fetch: which PMIDs were brought *and stored*, so that the next run asks for the rest.

One small text file a job in the workspace folder: a header line, then a line of PMIDs for every
answer stored, forced to disk. It is deleted when the job is complete. Losing it loses no record; the
next run only asks for some again, and storing a record twice changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType

from kg.errors import StoreError

__all__ = ["FetchJournal", "job_name"]

_FORMAT = "spinekg fetch journal 1"
_KEPT_DAYS = 7

_log = logging.getLogger("spinekg.pubmed")


def job_name(queries: Sequence[str] = (), pmids: Sequence[str] = (), since: date | None = None) -> str:
    """Return a short name for what a fetch asks for: equal questions have equal names."""
    question = [sorted(queries), sorted(pmids), since.isoformat() if since else None]
    return hashlib.sha256(json.dumps(question).encode()).hexdigest()[:16]


class FetchJournal:
    """PMIDs already stored by an unfinished fetch of ``job``; a container of PMIDs and a context manager.

    A journal older than a week is not continued, because the records may have changed since. Leaving
    the ``with`` block without an exception removes the file; the caller leaves by an exception, such
    as the TemporaryError of ``Fetch``, when something is still to do.

    Raises StoreError when the folder or file cannot be read or written.
    """

    def __init__(self, folder: Path, job: str, *, now: Callable[[], float] = time.time) -> None:
        self.path = folder / f"fetch-{job}.journal"
        self._job, self._now = job, now
        self._stored: set[str] = set()
        try:
            self._stored = self._read()
        except OSError as error:
            raise self._unusable(error) from None

    def __contains__(self, pmid: object) -> bool:
        return pmid in self._stored

    def __len__(self) -> int:
        return len(self._stored)

    def record(self, pmids: Iterable[str]) -> None:
        """Note that the records of ``pmids`` are stored for good; call it after the commit, not before."""
        new = [pmid for pmid in pmids if pmid not in self._stored]
        try:
            self._append(new)
        except OSError as error:
            raise self._unusable(error) from None
        self._stored.update(new)

    def finish(self) -> None:
        """Remove the journal: everything the job asked for is stored."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from None

    def __enter__(self) -> FetchJournal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()

    def _read(self) -> set[str]:
        """Return the PMIDs of a journal that can be continued; remove one that cannot."""
        if not self.path.exists():
            return set()
        found = self.path.read_bytes()
        whole = found[: found.rfind(b"\n") + 1]
        if whole != found:
            # The run died while it wrote this line. Cut, or half a number would pass for another PMID.
            os.truncate(self.path, len(whole))
        head, *lines = whole.split(b"\n")
        if not self._can_continue(head):
            _log.info("starting %s afresh: it is old or not readable", self.path)
            self.path.unlink()
            return set()
        words = [word for line in lines for word in line.decode("ascii", "replace").split(" ")]
        return {word for word in words if word.isascii() and word.isdigit()}

    def _can_continue(self, head: bytes) -> bool:
        try:
            found = json.loads(head)
        except ValueError:
            return False
        if not isinstance(found, dict) or found.get("format") != _FORMAT or found.get("job") != self._job:
            return False
        started = found.get("started")
        age = self._now() - started if isinstance(started, int | float) else -1
        return 0 <= age <= _KEPT_DAYS * 86_400

    def _append(self, pmids: list[str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new_file = not self.path.exists()
        with self.path.open("ab") as file:
            if new_file:
                head = {"format": _FORMAT, "job": self._job, "started": int(self._now())}
                file.write(json.dumps(head).encode() + b"\n")
            file.write(" ".join(pmids).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _unusable(self, error: OSError) -> StoreError:
        return StoreError(f"the fetch journal {self.path} cannot be used: {error.strerror or error}")
