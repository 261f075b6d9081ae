"""A workspace: one folder with the ledger (the truth), the graph (made from it) and a lock.

    ledger.sqlite3   records, readings, deletions, quarantine
    graph/           the Oxigraph store, for SPARQL
    graph.lbug       the same claims for Cypher, made when it is asked for
    fetch-*.journal  how far an interrupted fetch came
    lock, lock.json  held while one process uses the graph or writes, and who that is

Both graphs follow the ledger. For Oxigraph, what changed is marked dirty in the same transaction and cleaned when
the graph is on disk; a crash in between is made good the next time the graph is opened. The Cypher
file is made anew when the ledger has changed since.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from kg import __version__
from kg.errors import StoreError, UsageError
from kg.ledger import Ledger, open_ledger
from kg.resources import data_digest

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from kg.identity import Run
    from kg.stores import Store
    from kg.stores.ladybug import LadybugStore

__all__ = ["Progress", "Workspace", "open_workspace", "silent"]

Progress = Callable[[str, int, int | None], None]
"""Told now and then what is being done, how many are done, and of how many (``None``: not known)."""

LOCK_SECONDS = 5.0
"""How long a command waits for another one to end."""

_LAYOUT = f"{__version__} 4"
"""What the graph is made by, and how its statements are laid out; a graph of another layout is made again."""

_BATCH = 500
_MANY = 2000
"""From how many records on a second process is worth its start."""

_OURS = re.compile(
    r"ledger\.sqlite3(-wal|-shm)?|graph(\.new|\.old)?|graph\.lbug.*|graph\.rows\..*|lock(\.json)?|fetch-.*\.journal|lost\+found"
)


def silent(stage: str, done: int, total: int | None) -> None:
    """Show no progress."""


@contextmanager
def open_workspace(path: Path, *, create: bool = False) -> Iterator[Workspace]:
    """Open the workspace in a folder and close it afterwards; with ``create``, make it when there is none.

    Raises UsageError when there is no workspace, or when the folder is used for something else;
    StoreError when the ledger cannot be used.
    """
    if create:
        _make_folder(path)
    elif not (path / "ledger.sqlite3").is_file():
        raise UsageError(
            f"no workspace at {path}: make one with 'spinekg ingest FILE' or 'spinekg fetch',"
            " or name another folder with --dir or SPINEKG_HOME"
        )
    ledger = open_ledger(path / "ledger.sqlite3", create=create)
    try:
        yield Workspace(path, ledger)
    finally:
        ledger.close()


class Workspace:
    """An open workspace; make one with ``open_workspace``."""

    def __init__(self, path: Path, ledger: Ledger) -> None:
        self.path = path
        self.ledger = ledger
        self._lock = FileLock(path / "lock")

    @contextmanager
    def locked(self, purpose: str) -> Iterator[None]:
        """Keep other processes out; nested uses count as one.

        Raises StoreError naming the other process when one stays for more than ``LOCK_SECONDS``.
        """
        outermost = not self._lock.is_locked
        self._acquire()
        try:
            if outermost:
                _note_owner(self.path / "lock.json", purpose)
            yield
        finally:
            if outermost:
                (self.path / "lock.json").unlink(missing_ok=True)
            self._lock.release()

    @contextmanager
    def graph(self, purpose: str = "query", progress: Progress = silent) -> Iterator[Store]:
        """Open the graph, brought up to the ledger first, and keep it for the time of the block."""
        from kg.stores import open_store

        with self.locked(purpose):
            self.follow(progress)
            with open_store(self.path / "graph") as store:
                yield store

    def follow(self, progress: Progress = silent) -> int:
        """Bring the graph up to the ledger; return how many publications were written or taken away."""
        from kg.stores import open_store

        with self.locked("update of the graph"):
            current = self.path / "graph"
            if not current.is_dir() or self.ledger.note("graph") != _LAYOUT:
                return self.rebuild(progress)
            dirty = self.ledger.dirty()
            for start in range(0, len(dirty), _BATCH):
                batch = dirty[start : start + _BATCH]
                with open_store(current) as store:
                    self._project(store, batch)
                # The store is on disk before the ledger says so: after a crash a batch is done twice, not never.
                with self.ledger.transaction():
                    self.ledger.clean(batch)
                progress("writing the graph", start + len(batch), len(dirty))
            return len(dirty)

    def rebuild(self, progress: Progress = silent) -> int:
        """Make the graph again from the ledger alone; return how many publications it holds.

        It is built in a folder of its own; the old graph stays until the new one takes its place.
        """
        from kg.stores import open_store

        with self.locked("rebuild"):
            new, current, old = (self.path / name for name in ("graph.new", "graph", "graph.old"))
            _remove(new)
            _remove(old)
            dirty, pmids = self.ledger.dirty(), self.ledger.pmids()
            try:
                with open_store(new) as store:
                    store.load(self._quads(pmids, progress))
                    count = sum(1 for _ in store.pmids())
            except BaseException:
                _remove(new)  # on a full disk, half a store is in the way
                raise
            # Moved, not removed, out of the way: half a store may open as an empty one.
            if current.exists():
                current.rename(old)
            new.rename(current)
            _remove(old)
            with self.ledger.transaction():
                self.ledger.clean(dirty)
                self.ledger.put_note("graph", _LAYOUT)
            return count

    def rebuild_both(self, progress: Progress = silent) -> int:
        """Make the graph and the Cypher file again from the ledger; return how many publications they hold.

        Of a large ledger both are made at the same time, in two processes.
        """
        from kg.cypher_build import building_beside

        with self.locked("rebuild"):
            if self.ledger.counts().records < _MANY or (os.cpu_count() or 1) < 2:
                self.follow_cypher(progress, anew=True)
                return self.rebuild(progress)
            new, state = self._new_cypher(), self._cypher_state()
            with building_beside(self.ledger.path, new) as is_built:
                count = self.rebuild(progress)
                if is_built():
                    self._take_cypher(new, state)
                else:
                    self.follow_cypher(progress, anew=True)
            return count

    @contextmanager
    def cypher(self, progress: Progress = silent) -> Iterator[LadybugStore]:
        """Open the graph for Cypher, made anew from the ledger first when it is behind."""
        from kg.stores.ladybug import open_cypher

        self.follow_cypher(progress)
        with open_cypher(self.path / "graph.lbug") as store:
            yield store

    def follow_cypher(self, progress: Progress = silent, *, anew: bool = False) -> int:
        """Bring the Cypher file up to the ledger; return how many publications were written, 0 when it was up to date.

        It is made under another name; the old file stays until the new one takes its place.
        """
        from kg.cypher_build import build

        with self.locked("update of the Cypher graph"):
            state = self._cypher_state()
            if (self.path / "graph.lbug").is_file() and self.ledger.note("cypher") == state and not anew:
                return 0
            new = self._new_cypher()
            try:
                count = build(self.ledger, new, progress)
            except BaseException:
                self._new_cypher()  # on a full disk, half a file is in the way
                raise
            self._take_cypher(new, state)
            return count

    def _new_cypher(self) -> Path:
        """Clear away what an interrupted build has left; return where the next one is made."""
        for left in (*self.path.glob("graph.rows.*"), *self.path.glob("graph.lbug.*")):
            _remove(left)
        return self.path / "graph.lbug.new"

    def _take_cypher(self, new: Path, state: str) -> None:
        """Put a finished file in the place of the old one."""
        new.replace(self.path / "graph.lbug")
        with self.ledger.transaction():
            self.ledger.put_note("cypher", state)

    def _cypher_state(self) -> str:
        """Return what the Cypher file is made from: this version, its vocabulary and the state of the ledger."""
        return f"{__version__} {data_digest('ontology')} {self.ledger.revision()}"

    def _project(self, store: Store, pmids: Sequence[str]) -> None:
        """Write or take away the graphs of some PMIDs."""
        from kg.graph import quads

        standing = {row.record.pmid: row for row in self.ledger.rows(pmids)}
        for pmid in pmids:
            row = standing.get(pmid)
            if row and row.reading and row.run:
                store.replace(pmid, quads(row.record, row.reading, row.run))
            else:
                store.delete(pmid)

    def _quads(self, pmids: Sequence[str], progress: Progress) -> Iterator[Quad]:
        """Yield the quads of every publication that was read."""
        from kg.graph import publication_quads, run_quads

        runs: set[Run] = set()
        for done, row in enumerate(self.ledger.rows(pmids), start=1):
            if row.reading and row.run:
                if row.run not in runs:
                    runs.add(row.run)
                    yield from run_quads(row.run)
                yield from publication_quads(row.record, row.reading, row.run)
            if done % 100 == 0 or done == len(pmids):
                progress("writing the graph", done, len(pmids))

    def _acquire(self) -> None:
        try:
            self._lock.acquire(timeout=LOCK_SECONDS)
        except Timeout:
            owner = _owner(self.path / "lock.json")
            raise StoreError(f"workspace {self.path} is in use by {owner}: try again when it has ended") from None
        except OSError as error:
            raise StoreError(f"workspace {self.path} cannot be locked: {error.strerror or error}") from None


def _make_folder(path: Path) -> None:
    """Make the folder of a new workspace; refuse one that is used for something else."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        others = sorted(entry.name for entry in path.iterdir() if not _OURS.fullmatch(entry.name))
    except OSError as error:
        raise UsageError(f"cannot make a workspace at {path}: {error.strerror or error}") from None
    if others and not (path / "ledger.sqlite3").exists():
        raise UsageError(
            f"{path} holds other files ({', '.join(others[:3])}) and no workspace:"
            " name an empty or a new folder with --dir"
        )


def _note_owner(path: Path, purpose: str) -> None:
    """Write down who holds the lock, for the message of whoever waits; on a full disk questions are answered without."""
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    with suppress(OSError):
        path.write_text(json.dumps({"pid": os.getpid(), "purpose": purpose, "since": since}), "utf-8")


def _owner(path: Path) -> str:
    """Name the process that holds the lock, as far as it is known."""
    try:
        note = json.loads(path.read_text("utf-8"))
        return f"process {note['pid']} ({note['purpose']}, since {note['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
