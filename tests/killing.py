"""Ending a process in the middle of its work, as a power button does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

__all__ = ["KILLED", "Zygote", "killed"]

ZYGOTE = Path(__file__).with_name("crash_zygote.py")
KILLED = -signal.SIGKILL


def killed(
    command: Sequence[str], *, lines: int, pause: float = 0.0, env: Mapping[str, str] | None = None, seconds: float = 60
) -> bool:
    """Run a command that prints a line per step; kill it ``pause`` seconds after so many ``lines``.

    Say whether it was still at work then. A command that ends with an error of its own fails the test.
    """
    process = subprocess.Popen(list(command), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
    try:
        assert process.stdout is not None
        for _ in range(lines):
            if not process.stdout.readline():
                break
        time.sleep(pause)
        process.kill()
        _, said = process.communicate(timeout=seconds)
    finally:
        process.kill()
        process.wait(seconds)
    assert process.returncode in {0, -9}, said
    return process.returncode == -9


class Zygote:
    """A process that has everything imported and forks the commands; see crash_zygote.py."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "log"
        self.process = subprocess.Popen(
            [sys.executable, str(ZYGOTE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._answers.readline() == "ready\n"

    @property
    def _answers(self) -> IO[str]:
        assert self.process.stdout is not None
        return self.process.stdout

    def run(self, *arguments: object, kill_after: float | None = None, limit: int | None = None) -> int:
        """Run a command, killed after so many seconds; return its exit code, ``KILLED`` when it was at work still."""
        pid = self._ask(run=list(map(str, arguments)), log=str(self.log), limit=limit)["pid"]
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(pid, signal.SIGKILL)
        return self._ask(wait=pid)["code"]

    def done(self, *arguments: object) -> float:
        """Run a command to its end, which must be a good one; return how long that took in seconds."""
        began = time.monotonic()
        assert self.run(*arguments) == 0, self.said()
        return time.monotonic() - began

    def said(self) -> str:
        return self.log.read_text("utf-8")

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)
        self._answers.close()

    def _ask(self, **request: Any) -> dict[str, int]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer: dict[str, int] = json.loads(self._answers.readline())
        return answer
