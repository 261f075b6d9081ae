"""Run commands of spinekg in forked children, with everything imported beforehand, for tests that kill them.

python tests/crash_zygote.py: reads one JSON object a line from standard input, writes one a line to standard output.

    {"run": ["ingest", ...], "log": FILE, "limit": BYTES or null}   starts a command: {"pid": PID}
    {"wait": PID}                                                   waits for its end: {"code": CODE, below 0 for a signal}

``limit`` is the size no file may grow beyond. Batches are small, so that there is a moment between any two of them.
A command that hangs is ended by SIGALRM after two minutes.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from typing import Any

import ladybug  # noqa: F401 - imported once for all children, like those below
import pyarrow.parquet  # noqa: F401

import kg.export
import kg.stores.oxigraph
import kg.stores.remote
import kg.update
import kg.workspace
from ingest.pipeline import prepare
from kg.cli.app import app

SECONDS = 120


def child(arguments: list[str], log: str, limit: int | None) -> None:
    signal.alarm(SECONDS)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    code = 70
    try:
        app(arguments, prog_name="spinekg")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.stdout.flush()
        os._exit(code)


def answer(request: dict[str, Any]) -> dict[str, int]:
    if "wait" in request:
        _, status = os.waitpid(request["wait"], 0)
        return {"code": os.waitstatus_to_exitcode(status)}
    pid = os.fork()
    if pid == 0:
        child(request["run"], request["log"], request["limit"])
    return {"pid": pid}


def main() -> None:
    kg.workspace._BATCH = kg.workspace._MANY = kg.update._BATCH = 4
    sys.modules["kg.export.push"]._REQUEST_BYTES = 2_000  # type: ignore[attr-defined]
    prepare()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
