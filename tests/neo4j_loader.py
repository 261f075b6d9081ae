"""Load a workspace into Neo4j in small batches and print a line before and after each, for tests that kill it.

python tests/neo4j_loader.py FOLDER BATCH
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kg.config import load_neo4j_settings
from kg.export.neo4j import load_neo4j
from kg.property_graph import Rows
from kg.stores.neo4j import open_neo4j
from kg.workspace import open_workspace


def tell(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main(folder: Path, batch: int) -> None:
    with open_workspace(folder) as workspace, open_neo4j(load_neo4j_settings(os.environ)) as store:
        replace, remove = store.replace, store.remove

        def telling(publications: Sequence[Rows]) -> None:
            tell("begins")
            replace(publications)
            tell("ends")

        def removing(pmids: Sequence[str], *, batch: int = 1000) -> None:
            for start in range(0, len(pmids), 5):
                tell("removes")
                remove(pmids[start : start + 5])

        store.replace, store.remove = telling, removing  # type: ignore[method-assign]
        tell("opened")
        load_neo4j(workspace, store, batch=batch)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
