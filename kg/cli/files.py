"""Files written whole or not at all, and query texts read."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kg.errors import InputError, UsageError

__all__ = ["output", "query_text"]


@contextmanager
def output(path: Path | None) -> Iterator[BinaryIO]:
    """Open a file, or standard output, for bytes.

    A file appears under its name when the block ends without an error, complete and on disk;
    otherwise nothing changes. Raises UsageError when it cannot be written.
    """
    if path is None or str(path) == "-":
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if path.exists() and not path.is_file():
        raise UsageError(f"cannot write {path}: it is not a file")
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.chmod(_mode(path))
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _mode(path: Path) -> int:
    """Return the permissions of the file to be replaced, or those of any new file."""
    if path.exists():
        return path.stat().st_mode
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _sync(folder: Path) -> None:
    """Put the new name on disk, where the system can do that for a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def query_text(text: str) -> str:
    """Return a query as it was typed; after ``@`` comes the name of a file that holds it, ``-`` for standard input.

    Raises InputError when the file cannot be read.
    """
    if not text.startswith("@"):
        return text
    name = text[1:]
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_text("utf-8")
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{name}: not UTF-8 text") from None
