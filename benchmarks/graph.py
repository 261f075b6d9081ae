"""How the graph fares on every engine, side by side in one run, on invented publications.

    python benchmarks/graph.py [--publications 10000 100000] [--engines oxigraph ladybug neo4j rdflib] [--keep FOLDER]

Each engine is loaded from the same ledger, decoding included, and asked the same shipped questions: Oxigraph and
Ladybug embedded, Neo4j as a real server on loopback (its memory is that of the server, its size includes the log of
transactions), rdflib's memory store from N-Quads, up to 10,000 publications and with limits of time. Loading and asking
are processes of their own. Times are of the clock, with CPU seconds beside them. A question is asked six times: the
first time, and the median of the five after it; one that takes longer than ten seconds is asked twice, and one that the
engine stops is told as over so many seconds. Ratios are against Oxigraph (above 1: slower, larger). Where two engines give different tables, that is said.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE), str(HERE.parent / "tests")]

ENGINES = ("oxigraph", "ladybug", "neo4j", "rdflib")
ROUNDS = 5
SLOW_SECONDS = 10
CHANGED = 1000
RDFLIB_MOST = 10_000
RDFLIB_SECONDS = 30
RDFLIB_ASKING = 150

#: Shipped questions with values: of one technique in one condition, of the largest technique, of the whole corpus.
SCOPED: tuple[tuple[str, dict[str, str]], ...] = (
    ("efficacy", {"technique": "spinal cord stimulation", "indication": "FBSS", "outcome": "pain intensity"}),
    ("technique-sentences", {"technique": "spinal cord stimulation", "outcome": "pain intensity"}),
    ("harms", {"technique": "spinal cord stimulation"}),
    ("follow-up-bands", {"technique": "TFESI", "indication": "lumbar radicular pain"}),
    ("contradictions", {"technique": "facet radiofrequency ablation", "outcome": "pain intensity"}),
    ("split-by-axis", {"technique": "TFESI", "axis": "guidance"}),
    ("newest", {"technique": "spinal cord stimulation"}),
)
LARGEST: tuple[tuple[str, dict[str, str]], ...] = (
    ("efficacy", {"technique": "PVP", "outcome": "pain intensity"}),
    ("technique-by-design", {"technique": "PVP"}),
    ("harms", {"technique": "PVP"}),
)
WHOLE: tuple[tuple[str, dict[str, str]], ...] = (
    ("coverage", {}),
    ("gap-map", {}),
    ("contradictions", {}),
    ("comparison-network", {}),
    ("technique-families", {}),
    ("retracted", {}),
)
GROUPS = (("scoped", SCOPED), ("largest technique", LARGEST), ("whole corpus", WHOLE))

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Server:
    """The Neo4j server of this run: its variables, its process and its folder."""

    environ: dict[str, str]
    pid: int
    folder: Path


# What runs in a process of its own


def load(engine: str, folder: Path) -> Figures:
    """Load an engine anew from the ledger."""
    from kg.workspace import open_workspace

    with open_workspace(folder) as workspace:
        began = time.monotonic()
        if engine == "oxigraph":
            workspace.rebuild()
        elif engine == "ladybug":
            workspace.follow_cypher(anew=True)
        elif engine == "both":
            workspace.rebuild_both()
        else:
            from kg.config import load_neo4j_settings
            from kg.export.neo4j import load_neo4j
            from kg.stores.neo4j import open_neo4j

            with open_neo4j(load_neo4j_settings(os.environ)) as store:
                done = load_neo4j(workspace, store)
            return measured(began) | {"written": done.written}
    return measured(began)


def ask(engine: str, folder: Path) -> Figures:
    """Ask an engine every question of this benchmark."""
    from kg.queries import ask as put
    from kg.queries import question

    began, answers = time.monotonic(), {}
    with opened(engine, folder) as store:
        for _, group in GROUPS:
            for name, values in group:
                answers[label(name, values)] = timed(
                    lambda name=name, values=values: put(store, question(name), values)
                )  # type: ignore[misc]
    return measured(began) | {"answers": answers}


def timed(work: Callable[[], Any]) -> Figures:
    """Ask until there are times enough; a question that the store gives up on is not asked again."""
    from kg.errors import SpinekgError

    times, table = [], None
    while len(times) < 1 + ROUNDS and not (len(times) > 1 and times[-1] > SLOW_SECONDS):
        began = time.monotonic()
        try:
            table = work()
        except SpinekgError as error:
            if "took" not in str(error):
                raise
            return stopped(time.monotonic() - began)
        times.append(time.monotonic() - began)
    assert table is not None
    text = json.dumps([table.columns, table.rows], default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"first": times[0], "warm": statistics.median(times[1:]), "rows": len(table.rows), "digest": digest}


def stopped(seconds: float) -> Figures:
    """Return the figures of a question that was stopped after so many seconds."""
    return {"first": None, "warm": None, "rows": None, "digest": None, "over": int(seconds)}


@contextmanager
def opened(engine: str, folder: Path) -> Iterator[Any]:
    from kg.workspace import open_workspace

    if engine == "neo4j":
        from kg.config import load_neo4j_settings
        from kg.stores.neo4j import open_neo4j

        with open_neo4j(load_neo4j_settings(os.environ)) as store:
            yield store
        return
    with open_workspace(folder) as workspace:
        if engine == "oxigraph":
            with workspace.graph() as graph:
                yield graph
        else:
            with workspace.cypher() as cypher:
                yield cypher


def rdflib_all(folder: Path) -> Figures:
    """Parse the graph into rdflib's memory store and ask it within ``RDFLIB_SECONDS``; parsing has ten times that."""
    import rdflib

    from kg.queries import bind, question
    from kg.stores import open_store

    dump = folder / "dump.nq"
    with open_store(folder / "graph") as store, dump.open("wb") as out:
        store.dump(out)
    began = time.monotonic()
    dataset = rdflib.Dataset(default_union=True)
    parsed = within(10 * RDFLIB_SECONDS, lambda: dataset.parse(dump, format="nquads"))
    dump.unlink()
    loaded, answers = measured(began), {}
    if parsed is None:
        return loaded | {"answers": {}, "late": True}
    for _, group in GROUPS:
        for name, values in group:
            if time.monotonic() - began > loaded["wall"] + RDFLIB_ASKING:
                continue
            sparql = bind(question(name), values)
            took = within(RDFLIB_SECONDS, lambda sparql=sparql: list(dataset.query(sparql)))  # type: ignore[misc]
            figures = {"first": took, "warm": took, "rows": None, "digest": None}
            answers[label(name, values)] = stopped(RDFLIB_SECONDS) if took is None else figures
    return loaded | {"answers": answers, "asking": measured(began)["peak"]}


class LateError(Exception):
    pass


def within(seconds: int, work: Callable[[], object]) -> float | None:
    """Return how long some work in Python took, ``None`` when it was stopped."""

    def stop(number: int, frame: object) -> None:
        raise LateError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    began = time.monotonic()
    try:
        work()
    except LateError:
        return None
    finally:
        signal.alarm(0)
    return time.monotonic() - began


def measured(began: float) -> Figures:
    """Return seconds of the clock and of the CPU, and the peak memory in MB, of this process with its children."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(each.ru_utime + each.ru_stime for each in usage)
    return {"wall": time.monotonic() - began, "cpu": cpu, "peak": sum(each.ru_maxrss for each in usage) // 1024}


# What runs in this process


def apart(step: str, engine: str, folder: Path, environ: dict[str, str] | None = None) -> Figures:
    """Take a step in a process of its own."""
    command = [sys.executable, "-m", Path(__file__).stem, "--step", step, "--engine", engine, "--keep", str(folder)]
    environment = os.environ | {"PYTHONPATH": str(HERE)} | (environ or {})
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: Figures = json.loads(done.stdout)
    return found


@contextmanager
def neo4j_server(folder: Path) -> Iterator[Server | str]:
    """Start a server, or say why there is none."""
    import pytest
    from neo4j_server import neo4j

    before = children()
    try:
        running = neo4j(folder, heap="2g")
        server = running.__enter__()
    except (pytest.skip.Exception, pytest.fail.Exception, OSError, subprocess.SubprocessError) as reason:
        yield str(reason)
        return
    try:
        (pid,) = children() - before
        yield Server(server.environ, pid, folder)
    finally:
        running.__exit__(None, None, None)


def children() -> set[int]:
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    return set(map(int, listed.read_text().split()))


def peak_of(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:"))


def size_of(path: Path) -> float:
    """Return the size in MB of a file or of all files of a folder."""
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return sum(each.stat().st_size for each in files) / 1e6


def embedded(folder: Path, engines: list[str]) -> dict[str, Figures]:
    found: dict[str, Figures] = {}
    for engine, file in (("oxigraph", "graph"), ("ladybug", "graph.lbug")):
        if engine in engines:
            found[engine] = apart("load", engine, folder) | {"size": size_of(folder / file)}
            found[engine]["ask"] = apart("ask", engine, folder)
    if {"oxigraph", "ladybug"} <= set(engines):
        found["both"] = apart("load", "both", folder)
    return found


def served(folder: Path, publications: int) -> Figures | str:
    """Load Neo4j, ask it, change some publications and load again."""
    import synthetic

    with tempfile.TemporaryDirectory(prefix="spinekg-neo4j-") as scratch, neo4j_server(Path(scratch)) as server:
        if isinstance(server, str):
            return server
        found = apart("load", "neo4j", folder, server.environ)
        found["ask"] = apart("ask", "neo4j", folder, server.environ)
        found["size"], found["peak"] = size_of(server.folder / "data"), peak_of(server.pid)
        changed = min(CHANGED, publications)
        synthetic.enter(folder, synthetic.publications(changed, seed=2), "changed")
        found["again"] = apart("load", "neo4j", folder, server.environ)
    return found


def in_memory(folder: Path, publications: int) -> Figures | str:
    if publications > RDFLIB_MOST:
        return f"not tried above {RDFLIB_MOST:,} publications"
    found = apart("rdflib", "rdflib", folder)
    return found | {"size": None, "ask": {"answers": found["answers"], "peak": found.get("asking")}}


def run(publications: int, engines: list[str], folder: Path) -> None:
    import synthetic

    from kg.workspace import open_workspace

    if not (folder / "ledger.sqlite3").exists():
        synthetic.enter(folder, synthetic.publications(publications))
    with open_workspace(folder) as workspace:
        counts = workspace.ledger.counts()
    ledger = size_of(folder / "ledger.sqlite3")
    print(f"\n{counts.records:,} publications, {counts.claims:,} claims, ledger {ledger:,.0f} MB", flush=True)
    found: dict[str, Figures | str] = dict(embedded(folder, engines))
    if "rdflib" in engines:
        found["rdflib"] = in_memory(folder, publications)
    if "neo4j" in engines:
        found["neo4j"] = served(folder, publications)
    print_loads(found)
    print_answers({name: each for name, each in found.items() if isinstance(each, dict) and "ask" in each})


def print_loads(found: dict[str, Figures | str]) -> None:
    print(f"\n{'load from the ledger':24}{'s':>8}{'CPU s':>8}{'ratio':>8}{'MB disk':>10}{'ratio':>8}{'MB peak':>10}")
    first = found.get("oxigraph")
    for engine, each in found.items():
        if isinstance(each, str):
            print(f"{engine:24}{each}")
        elif each.get("late"):
            print(f"{engine:24}not parsed within {10 * RDFLIB_SECONDS} s")
        else:
            print_load("both, at one time" if engine == "both" else engine, each, first)


def print_load(name: str, each: Figures, first: Figures | str | None) -> None:
    ratio = size = ""
    disk = f"{each['size']:,.0f}" if each.get("size") else ""
    if isinstance(first, dict):
        ratio = f"{each['wall'] / first['wall']:.2f}"
        size = f"{each['size'] / first['size']:.2f}" if each.get("size") else ""
    print(f"{name:24}{each['wall']:8.1f}{each['cpu']:8.1f}{ratio:>8}{disk:>10}{size:>8}{each['peak']:10,}")
    if "again" in each:
        again = each["again"]
        print(f"{'  ' + format(again['written'], ',') + ' changed':24}{again['wall']:8.1f}{again['cpu']:8.1f}")


def print_answers(found: dict[str, Figures]) -> None:
    answers = {engine: each["ask"]["answers"] for engine, each in found.items()}
    head = "".join(f"{engine:>9} first{'warm':>8}{'ratio':>8}" for engine in answers)
    print(f"\n{'questions, ms':62}{'rows':>7}{head}")
    for title, group in GROUPS:
        print(title)
        for name, values in group:
            title = label(name, values)
            print_answer(title, {engine: each.get(title) for engine, each in answers.items()})
    peaks = ", ".join(f"{engine} {each['ask']['peak']:,} MB" for engine, each in found.items() if each["ask"]["peak"])
    print(f"peak memory of the process that asks: {peaks}", flush=True)


def print_answer(title: str, answers: dict[str, Figures | None]) -> None:
    known = [each for each in answers.values() if each and each["digest"]]
    first = answers.get("oxigraph")
    cells = ""
    for each in answers.values():
        if not each or each["warm"] is None:
            cells += f"{'over {} s'.format(each['over']) if each else 'not asked':>15}{'':16}"
            continue
        ratio = f"{each['warm'] / first['warm']:,.2f}" if first and first["warm"] else ""
        cells += f"{each['first'] * 1000:15,.0f}{each['warm'] * 1000:8,.0f}{ratio:>8}"
    differ = "  THE TABLES DIFFER" if len({each["digest"] for each in known}) > 1 else ""
    rows = f"{known[0]['rows']:,}" if known else ""
    print(f"  {title:60}{rows:>7}{cells}{differ}")


def label(name: str, values: dict[str, str]) -> str:
    return f"{name} {', '.join(values.values())}".strip()


def machine() -> str:
    from importlib.metadata import version

    parts = " ".join(f"{name} {version(name)}" for name in ("pyoxigraph", "ladybug", "neo4j", "rdflib"))
    load_average = " ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"{os.cpu_count()} cores, load {load_average}, Python {platform.python_version()}; {parts}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--publications", type=int, nargs="+", default=[10_000, 100_000], metavar="NUMBER")
    options.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    options.add_argument("--keep", type=Path, help="make the workspaces in this folder, and use those that are there")
    options.add_argument("--step", choices=("load", "ask", "rdflib"), help=argparse.SUPPRESS)
    options.add_argument("--engine", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.step:
        work = {"load": load, "ask": ask, "rdflib": lambda engine, folder: rdflib_all(folder)}[chosen.step]
        print(json.dumps(work(chosen.engine, chosen.keep)))
        return
    print(machine())
    with tempfile.TemporaryDirectory(prefix="spinekg-benchmark-") as scratch:
        for publications in chosen.publications:
            folder = (chosen.keep or Path(scratch)) / f"{publications}"
            folder.parent.mkdir(parents=True, exist_ok=True)
            run(publications, chosen.engines, folder)


if __name__ == "__main__":
    main()
