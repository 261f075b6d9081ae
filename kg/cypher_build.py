"""The file for Cypher, made from the ledger: in this process, or in one of its own while this one does something else.

    python -m kg.cypher_build LEDGER FILE

is that other process. It ends when its standard input does, so it never outlives whoever started it.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kg.ledger import Ledger, open_ledger

if TYPE_CHECKING:
    from kg.property_graph import Rows

__all__ = ["build", "building_beside"]

Progress = Callable[[str, int, int | None], None]


def build(ledger: Ledger, file: Path, progress: Progress) -> int:
    """Make ``file`` from all that was read; return how many publications it holds."""
    from kg.property_graph import vocabulary_rows
    from kg.stores.ladybug import build_cypher

    return build_cypher(file, chain((vocabulary_rows(),), _rows(ledger, progress)))


@contextmanager
def building_beside(ledger: Path, file: Path) -> Iterator[Callable[[], bool]]:
    """Let another process make ``file`` for the time of the block.

    What is yielded waits for its end and tells whether the file is there, whole. What went wrong is not
    told: make the file here to learn it.
    """
    child = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "kg.cypher_build", str(ledger), str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield lambda: child.wait() == 0
    finally:
        child.kill()
        child.wait()
        if child.stdin:
            child.stdin.close()


def _rows(ledger: Ledger, progress: Progress) -> Iterator[Rows]:
    """Yield the rows of every publication that was read."""
    from kg.property_graph import publication_rows

    pmids = ledger.pmids()
    for done, row in enumerate(ledger.rows(pmids), start=1):
        if row.reading and row.run:
            yield publication_rows(row.record, row.reading, row.run)
        if done % 100 == 0 or done == len(pmids):
            progress("writing the Cypher graph", done, len(pmids))


def _end_with_parent() -> None:
    # Not sys.stdin: a lock held in a thread would spoil the end of the interpreter.
    while os.read(0, 1):
        pass
    os._exit(1)


def main(ledger: str, file: str) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()  # rows are many, short-lived and without cycles: a fifth faster, and no larger
    opened = open_ledger(Path(ledger))
    try:
        build(opened, Path(file), lambda stage, done, total: None)
    finally:
        opened.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
