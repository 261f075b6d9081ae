"""Real servers for tests: fetched once, started on a free port of loopback, waited for, ended.

Where one cannot be had the test is skipped with the reason; in CI it fails.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from filelock import FileLock

__all__ = ["POMS", "free_port", "fuseki", "java", "maven_jars", "missing", "oxigraph", "running"]

POMS = Path(__file__).resolve().parent / "servers"
"""A folder with a ``pom.xml`` per server."""

_BUILD = Path(__file__).resolve().parent.parent / "build" / "servers"
_MAVEN_SECONDS = 540
_STOP_SECONDS = 20


def missing(reason: str) -> NoReturn:
    """Skip the test with the reason, or fail it in CI."""
    if os.environ.get("CI"):
        pytest.fail(f"CI must have it: {reason}")
    pytest.skip(reason)


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def java() -> str:
    """Return the Java to run; skip or fail without one."""
    found = shutil.which("java")
    return found or missing("no Java here: the test needs java, version 17 or newer, on the PATH")


def maven_jars(pom_folder: Path) -> Path:
    """Return the folder with the jars of a ``pom.xml`` and all they need; Maven fetches them once.

    They lie in ``build/servers/NAME``. Another content of the file fetches them again.
    """
    pom = pom_folder / "pom.xml"
    jars = _BUILD / pom_folder.name / "lib"
    mark, wanted = jars.parent / "pom.sha256", hashlib.sha256(pom.read_bytes()).hexdigest()
    jars.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{jars.parent}.lock"):
        if not mark.is_file() or mark.read_text() != wanted:
            mark.unlink(missing_ok=True)
            shutil.rmtree(jars, ignore_errors=True)
            _copy_dependencies(pom, jars)
            mark.write_text(wanted)
    return jars


def _copy_dependencies(pom: Path, jars: Path) -> None:
    maven = shutil.which("mvn") or missing("no Maven here: the test needs mvn on the PATH to fetch the server")
    command = [maven, "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", "-DincludeScope=runtime"]
    try:
        done = subprocess.run(
            [*command, f"-DoutputDirectory={jars}"],
            capture_output=True, text=True, timeout=_MAVEN_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        missing(f"Maven did not fetch {pom.parent.name} within {_MAVEN_SECONDS} s")
    if done.returncode or not any(jars.glob("*.jar")):
        missing(f"Maven cannot fetch {pom.parent.name}: {(done.stdout + done.stderr).strip()[-400:]}")


@contextmanager
def running(
    command: Sequence[str], ready: Callable[[], bool], log: Path, *, seconds: float = 90.0
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server for the time of the block, from the moment ``ready`` says so; its output goes to ``log``.

    A server that ends early or is not ready in time fails the test with the end of its log.
    """
    with log.open("wb") as out:
        process = subprocess.Popen(list(command), stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        try:
            _wait(process, ready, log, seconds)
            yield process
        finally:
            stop(process)


def _wait(process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > until:
            said = log.read_text("utf-8", "replace")[-1000:]
            how = "is not ready in time" if process.poll() is None else f"ended with {process.returncode}"
            pytest.fail(f"{Path(process.args[0]).name} {how}: {said}")  # type: ignore[index,arg-type]
        time.sleep(0.1)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server, the hard way when it does not go; one that has ended is left alone."""
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_STOP_SECONDS)


def answers(url: str) -> bool:
    """Say whether anything answers at ``url``, whatever it says."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@contextmanager
def fuseki(folder: Path, *, user: str | None = None, password: str = "") -> Iterator[str]:
    """Run Apache Jena Fuseki on an empty store in ``folder``; yield the address of the dataset, ``…/ds``.

    The default graph is the union of all graphs. With ``user`` it asks for a password.
    """
    program, jars, port = java(), maven_jars(POMS / "fuseki"), free_port()
    store = folder / "store"
    store.mkdir(parents=True)
    options = ["--tdb2", f"--loc={store}", "--set=tdb2:unionDefaultGraph=true", "--update", "--timeout=30000"]
    if user is not None:
        (folder / "passwd").write_text(f"{user}: {password}\n")
        options += [f"--passwd={folder / 'passwd'}", "--auth=basic"]
    main = "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"
    command = [program, "-Xmx1g", "-cp", f"{jars}/*", main, "--localhost", f"--port={port}", *options, "/ds"]
    url = f"http://127.0.0.1:{port}/ds"
    with running(command, lambda: answers(f"{url}/sparql?query=ASK%7B%7D"), folder / "fuseki.log"):
        yield url


@contextmanager
def oxigraph(folder: Path) -> Iterator[str]:
    """Run ``oxigraph serve`` on an empty store in ``folder``; yield its address. The default graph is the union."""
    beside = Path(sys.executable).with_name("oxigraph")
    program = str(beside) if beside.is_file() else shutil.which("oxigraph")
    if program is None:
        missing("no oxigraph here: 'pip install oxigraph' brings the server")
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--location", str(folder / "store"), "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    command = [program, "serve", *options, "--timeout-s", "30"]
    url = f"http://127.0.0.1:{port}"
    with running(command, lambda: answers(f"{url}/query?query=ASK%7B%7D"), folder / "oxigraph.log"):
        yield url
