"""Read PubMed records from files and from replies of EFetch.

What a file holds is decided by its content: PubMed XML (EFetch, bulk files) or MEDLINE text, either
of them gzipped. Reading is a stream; memory does not grow with the file.

A damaged *record* is yielded as ``Quarantined`` and reading goes on. A damaged *file* (cut, not
closed, not PubMed's, a gzip bomb) raises InputError, at the latest after its last record. So a caller
keeps nothing of a file before its iterator has ended without an error: one transaction per file.
"""

from __future__ import annotations

import gzip
import io
import logging
import os
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

from ingest.medline_split import split
from ingest.medline_text import looks_like_medline, read_text
from ingest.medline_xml import read_piece
from kg.errors import InputError
from kg.model import Deletion, Quarantined, Record

__all__ = ["find_sources", "list_folder", "read_bytes", "read_source"]

_log = logging.getLogger(__name__)

CHUNK_BYTES: Final = 1 << 20
MAX_RATIO: Final = 50
MAX_UNPACKED_BYTES: Final = 4 << 30
_RATIO_FROM_BYTES: Final = 16 << 20  # a ratio means little on a small file

_SUFFIXES: Final = (".xml", ".xml.gz", ".nbib", ".nbib.gz", ".txt", ".txt.gz")
_ALLOWED: Final = "allowed are PubMed XML (.xml, .xml.gz) and MEDLINE text (.nbib, .txt)"


def read_source(path: Path) -> Iterator[Record | Deletion | Quarantined]:
    """Yield the records, deletions and quarantined records of one file, in file order.

    Raises InputError when the file cannot be read or is damaged: then nothing it yielded may be kept.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        raise InputError(f"{path}: not a file; {_ALLOWED}")
    try:
        with path.open("rb") as file:
            yield from _read(file, str(path))
    except OSError as problem:
        raise InputError(f"{path}: cannot be read: {problem.strerror or problem}") from problem


def read_bytes(data: bytes, source: str) -> Iterator[Record | Deletion | Quarantined]:
    """Yield what ``data`` holds, as ``read_source`` does; ``source`` names it in messages."""
    yield from _read(io.BytesIO(data), source)


def find_sources(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the files to read for ``paths`` (files and folders), each once, sorted by path.

    A named file is taken whatever its name; of a folder, what ``list_folder`` finds. Files of a folder
    that are passed over are logged by name. Raises InputError for a missing or unreadable path and for
    a folder without any PubMed file.
    """
    found: set[Path] = set()
    for path in paths:
        if not os.path.exists(path):
            raise InputError(f"{path}: no such file or folder")
        found.update(_from_folder(path) if os.path.isdir(path) else [path])
    for path in found:
        _check_readable(path)
    return tuple(sorted(found))


def list_folder(folder: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Return the PubMed files under ``folder`` and the files that are passed over, both sorted.

    By name: .xml, .nbib and .txt, also with .gz; a .txt only if it begins like MEDLINE text. Hidden
    files and folders are not looked at. Raises InputError when a folder cannot be listed.
    """
    sources: list[Path] = []
    ignored: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=_raise_unlistable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith("."):
                path = Path(parent, name)
                (sources if _is_source(path) else ignored).append(path)
    return tuple(sorted(sources)), tuple(sorted(ignored))


def _from_folder(folder: Path) -> tuple[Path, ...]:
    sources, ignored = list_folder(folder)
    if not sources:
        others = f" (its {len(ignored)} files are none)" if ignored else ""
        raise InputError(f"{folder}: no PubMed file in this folder{others}; {_ALLOWED}")
    if ignored:
        names = ", ".join(str(path.relative_to(folder)) for path in ignored)
        _log.warning("%s: %d other files are not read: %s", folder, len(ignored), names)
    return sources


def _raise_unlistable(problem: OSError) -> None:
    raise InputError(f"{problem.filename}: cannot be listed: {problem.strerror}") from problem


def _is_source(path: Path) -> bool:
    name = path.name.lower()
    if not name.endswith(_SUFFIXES) or not path.is_file():
        return False
    if not name.endswith((".txt", ".txt.gz")):
        return True
    try:
        with path.open("rb") as file:
            return looks_like_medline(next(_unpacked(file, str(path)), b""))
    except (OSError, InputError):
        return True  # reading it will say what is wrong


def _check_readable(path: Path) -> None:
    if not os.path.isfile(path):
        raise InputError(f"{path}: neither a file nor a folder; {_ALLOWED}")
    try:
        with path.open("rb"):
            pass
    except OSError as problem:
        raise InputError(f"{path}: cannot be read: {problem.strerror or problem}") from problem


def _read(file: BinaryIO, source: str) -> Iterator[Record | Deletion | Quarantined]:
    chunks = _unpacked(file, source)
    head = next(chunks, b"")
    stream = chain([head], chunks)
    if looks_like_medline(head):
        yield from read_text(stream, source)
        return
    if problem := _not_ours(head):
        raise InputError(f"{source}: {problem}; {_ALLOWED}")
    for piece in split(stream, source):
        yield from read_piece(piece, source)


def _not_ours(head: bytes) -> str | None:
    """Say why a file that begins with ``head`` is not XML; None when it may be."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not start:
        return "it is empty"
    if start in b"{[":
        return "it is JSON"
    if start != b"<" and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return "it is neither PubMed XML nor MEDLINE text"
    return None


def _unpacked(file: BinaryIO, source: str) -> Iterator[bytes]:
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    if not packed:
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
