"""Find the plug-ins a user names, through the entry points of installed packages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from ingest.plugins.protocol import Reader
from kg.errors import ConfigurationError, SpinekgError, UnknownNameError
from kg.model import SILENT_DESIGNS, Reading, Record

__all__ = ["GROUP", "VARIABLE", "Plugins", "load_plugins"]

GROUP = "spinekg.readers"
"""The group of entry points in which packages offer plug-ins."""

VARIABLE = "SPINEKG_PLUGINS"
"""The environment variable that names the plug-ins to use, separated by commas."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Plugins:
    """The plug-ins in use, in the order they are asked; none by default."""

    readers: tuple[Reader, ...] = ()

    def extractor_version(self, base: str) -> str:
        """Return the version of the extractor with those of its plug-ins: a record is read again when it changes."""
        return "+".join([base, *(f"{reader.name}-{reader.version}" for reader in self.readers)])

    def read(self, record: Record, reading: Reading) -> Reading:
        """Return a reading after every plug-in was asked; records out of scope and silent designs are not shown to them."""
        from ingest.plugins.merge import merge

        if reading.scope != "on" or reading.design in SILENT_DESIGNS:
            return reading
        for reader in self.readers:
            try:
                reading = merge(reader, record, reading)
            except SpinekgError:
                raise
            except Exception as error:
                raise RuntimeError(f"plug-in {reader.name}: {type(error).__name__}: {error}") from error
        return reading


def load_plugins(environ: Mapping[str, str], cache: Path | None = None) -> Plugins:
    """Load the plug-ins that ``SPINEKG_PLUGINS`` names; ``cache`` is a folder they may keep answers in.

    Raises UnknownNameError for a name no installed package offers, ConfigurationError when a plug-in
    cannot be loaded or set up.
    """
    names = list(dict.fromkeys(filter(None, (name.strip() for name in environ.get(VARIABLE, "").split(",")))))
    if not names:
        return Plugins()
    offered = _offered()
    return Plugins(tuple(_load(name, offered, environ, cache) for name in names))


def _offered() -> dict[str, list[EntryPoint]]:
    found: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=GROUP):
        if all(point.value != other.value for other in found.get(point.name, [])):
            found.setdefault(point.name, []).append(point)
    return found


def _load(name: str, offered: Mapping[str, list[EntryPoint]], environ: Mapping[str, str], cache: Path | None) -> Reader:
    points = offered.get(name, [])
    if not points:
        known = ", ".join(sorted(offered)) or "none"
        raise UnknownNameError("plug-in", name, hint=f"{VARIABLE} takes names of installed plug-ins: {known}.")
    if len(points) > 1:
        raise ConfigurationError(f"plug-in '{name}' is offered twice: {', '.join(point.value for point in points)}")
    try:
        reader: Reader = points[0].load()(environ, cache / name if cache else None)
    except SpinekgError:
        raise
    except Exception as error:
        raise ConfigurationError(
            f"plug-in '{name}' ({points[0].value}) cannot be loaded: {type(error).__name__}: {_line(error)}"
        ) from error
    if reader.name != name or not _NAME.fullmatch(name) or not _VERSION.fullmatch(reader.version):
        raise ConfigurationError(
            f"plug-in '{name}' ({points[0].value}) calls itself '{reader.name}', version '{reader.version}': its name must"
            " be that of its entry point, in lower-case letters, digits and dashes, its version in letters, digits, ._-"
        )
    return reader


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
