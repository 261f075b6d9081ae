"""From what a workspace holds on a question to what a summary says about itself."""

from __future__ import annotations

from kg import __version__
from kg.accuracy import Measured, load_measured
from kg.evidence import Found
from kg.report.nouns import Setting

__all__ = ["setting_of"]


def setting_of(found: Found, asked: str = "") -> Setting:
    """Return what a summary was made from, besides its evidence; ``asked`` is the technique as it was named."""
    return Setting(
        version=__version__,
        searched=found.searched,
        on_topic=found.on_topic,
        unread=found.unread,
        extractors=found.extractors,
        related=found.related,
        available=found.available,
        accuracy=_measured(found.extractors),
        asked=asked,
    )


def _measured(extractors: tuple[str, ...]) -> Measured | None:
    """Return the shipped accuracy where it is that of the extractor which read the evidence."""
    measured = load_measured()
    versions = {name.rpartition(" ")[2] for name in extractors}
    return measured if measured and versions == {measured.extractor_version} else None
