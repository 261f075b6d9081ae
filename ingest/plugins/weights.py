"""A short hash of a trained pipeline, so that other weights are another version."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["digest"]


def digest(nlp: Language) -> str:
    """Return eight hex digits made of every file of a pipeline and of its configuration."""
    found = hashlib.sha256()
    folder = Path(nlp.path) if nlp.path else None
    for file in sorted(folder.rglob("*")) if folder else []:
        if folder and file.is_file() and "__pycache__" not in file.parts:
            found.update(f"{file.relative_to(folder).as_posix()}\n".encode())
            found.update(file.read_bytes())
    found.update(nlp.config.to_str().encode())
    return found.hexdigest()[:8]
