"""Everything spinekg raises on purpose, and the exit code the command line gives it.

    SpinekgError                 70   also what the system refuses: a full disk, say
    ├── UsageError                2   a wrong argument, parameter or name
    │   └── UnknownNameError           2   not found; carries suggestions
    ├── InputError               65   a file or record that cannot be read
    ├── StoreError               69   ledger or graph store damaged, locked or newer than this version
    ├── TemporaryError           75   the other side is down or refuses for now: try again later
    └── ConfigurationError       78   a setting is missing or wrong (no e-mail address, say)

Exit code 1 is not used by spinekg; 0 is success, 3 is "done, but some records were quarantined",
4 is "checked, and faults were found".
Codes 64 and up are those of BSD ``sysexits.h``.
"""

from __future__ import annotations

__all__ = [
    "ConfigurationError",
    "InputError",
    "SpinekgError",
    "StoreError",
    "TemporaryError",
    "UnknownNameError",
    "UsageError",
]


class SpinekgError(Exception):
    """Base of all errors raised on purpose. The message is one line: what, where, what is allowed."""

    exit_code = 70


class UsageError(SpinekgError):
    """The caller asked for something that cannot be asked."""

    exit_code = 2


class UnknownNameError(UsageError):
    """A name is not known. ``suggestions`` are near misses, best first."""

    def __init__(self, what: str, name: str, suggestions: tuple[str, ...] = (), hint: str = "") -> None:
        self.what, self.name, self.suggestions = what, name, suggestions
        near = f" Did you mean: {', '.join(suggestions)}?" if suggestions else ""
        super().__init__(f"unknown {what} '{name}'.{near}{' ' + hint if hint else ''}")


class InputError(SpinekgError):
    """A file, record or row cannot be read. The message names it."""

    exit_code = 65


class StoreError(SpinekgError):
    """The workspace cannot be used: damaged, locked by another process, or made by a newer version."""

    exit_code = 69


class TemporaryError(SpinekgError):
    """A remote service failed for now; running the same command later goes on where it stopped."""

    exit_code = 75


class ConfigurationError(SpinekgError):
    """A setting is missing or not usable. The message names it and how to set it."""

    exit_code = 78
