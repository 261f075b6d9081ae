"""Ending a process in the middle of its work, as a power button does."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence

__all__ = ["killed"]


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
