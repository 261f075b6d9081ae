"""Read PubMed records from files and from replies of EFetch.

What a file holds is decided by its content: PubMed XML (EFetch, bulk files) or MEDLINE text, either
of them gzipped. Reading is a stream; memory does not grow with the file.

A damaged *record* is yielded as ``Quarantined`` and reading goes on. A damaged *file* (cut, not
closed, not PubMed's, a gzip bomb) raises InputError, at the latest after its last record: **a caller
must keep nothing of a file before its iterator has ended without an error**, one transaction per file.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from ingest.medline_split import split
from ingest.medline_xml import read_piece
from kg.errors import InputError
from kg.model import Deletion, Quarantined, Record

__all__ = ["read_bytes", "read_source"]

CHUNK_BYTES: Final = 1 << 20
MAX_RATIO: Final = 50
MAX_UNPACKED_BYTES: Final = 4 << 30
# A ratio means little on a small file: it is looked at once this much has come out.
_RATIO_FROM_BYTES: Final = 16 << 20


def read_source(path: Path) -> Iterator[Record | Deletion | Quarantined]:
    """Yield the records, deletions and quarantined records of one file, in file order.

    Raises InputError when the file cannot be read or is damaged: then nothing it yielded may be kept.
    """
    try:
        with path.open("rb") as file:
            yield from _read(file, str(path))
    except OSError as problem:
        raise InputError(f"{path}: cannot be read: {problem.strerror or problem}") from problem


def read_bytes(data: bytes, source: str) -> Iterator[Record | Deletion | Quarantined]:
    """Yield what ``data`` holds as ``read_source`` does; ``source`` names it in messages."""
    yield from _read(io.BytesIO(data), source)


def _read(file: BinaryIO, source: str) -> Iterator[Record | Deletion | Quarantined]:
    chunks = _unpacked(file, source)
    for piece in split(chunks, source):
        yield from read_piece(piece, source)


def _unpacked(file: BinaryIO, source: str) -> Iterator[bytes]:
    head = file.read(2)
    file.seek(0)
    if head != b"\x1f\x8b":
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
        return
    try:
        yield from _gunzipped(file, source)
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        raise InputError(f"{source}: damaged gzip file: {problem}") from problem


def _gunzipped(file: BinaryIO, source: str) -> Iterator[bytes]:
    total = 0
    with gzip.GzipFile(fileobj=file) as unpacked:
        while chunk := unpacked.read(CHUNK_BYTES):
            total += len(chunk)
            if total > MAX_UNPACKED_BYTES:
                raise InputError(f"{source}: it unpacks to more than {MAX_UNPACKED_BYTES >> 30} GiB")
            if total > _RATIO_FROM_BYTES and total > MAX_RATIO * file.tell():
                raise InputError(f"{source}: it unpacks to more than {MAX_RATIO} times its size; PubMed files reach 6")
            yield chunk
