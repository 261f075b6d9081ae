"""The shipped questions as files in a folder; see ``kg.queries.gallery`` for what they hold."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from kg.errors import UsageError
from kg.queries import load_questions
from kg.queries.gallery import TARGET, gallery

__all__ = ["write_gallery"]

_OUTSIDE = re.compile(r'[\x00-\x20<>"{}|^`\\]')


def write_gallery(folder: Path, target: str | None = None) -> int:
    """Write the gallery for the end point ``target`` into a folder; return the number of questions.

    Files of other names are left alone. Raises UsageError when the folder cannot be written or the end
    point is no web address.
    """
    _check(target)
    files = gallery(load_questions(), target or TARGET)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}") from None
    return len(files) - 1  # one holds the prefixes


def _check(target: str | None) -> None:
    """Refuse what would not be an IRI between angle brackets."""
    if target is None:
        return
    try:
        parts = urlsplit(target)
    except ValueError:
        parts = urlsplit("")
    if _OUTSIDE.search(target) or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"--endpoint {target}: an address such as https://graph.hospital.org/sparql is expected")
