"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Check", "CheckReport", "Fault", "State", "shown"]

State = Literal["ok", "failed", "skipped"]

_SHOWN = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong; ``pmid`` is ``None`` where it is not of one publication."""

    message: str
    pmid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: what must hold, of how many things (``unit``) it was tried, and where it does not.

    ``skipped`` says why it was not tried at all.
    """

    name: str
    rule: str
    unit: str = "publications"
    checked: int = 0
    faults: tuple[Fault, ...] = ()
    skipped: str | None = None

    @property
    def state(self) -> State:
        """Return whether it holds."""
        return "skipped" if self.skipped else "failed" if self.faults else "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """All checks of a workspace; ``publications`` of ``total`` were looked at one by one."""

    scope: Literal["changed", "asked", "all"]
    publications: int
    total: int
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Tell whether every check that was tried holds."""
        return not any(check.faults for check in self.checks)


def shown(text: object) -> str:
    """Return a value as a message may hold it: one line, not too long."""
    line = " ".join(str(text).split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
