"""Where the graph lives: one protocol, one module per kind of store.

A store keeps one named graph per publication and the vocabulary in a graph of its own. Queries see
all of them together as one default graph, so they need no ``GRAPH``. It is a projection of the
ledger and can be made again at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from pyoxigraph import Quad

__all__ = ["Cell", "Store", "Table", "open_store"]

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The answer to a query: named columns and rows of plain values, ``None`` where a row has no value."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Store(Protocol):
    """What every store can do."""

    def replace(self, pmid: str, quads: Iterable[Quad]) -> bool:
        """Put ``quads`` in place of the graph of ``pmid``, all or nothing; say whether anything changed."""
        ...

    def delete(self, pmid: str) -> bool:
        """Take the graph of ``pmid`` away; say whether there was one."""
        ...

    def load(self, quads: Iterable[Quad]) -> int:
        """Add many publications that are not yet in the store, then optimise it; return how many quads were read.

        Far faster than ``replace``, but not one transaction: meant for filling a new store.
        """
        ...

    def query(self, sparql: str) -> Table:
        """Answer a read-only query; raises UsageError for one that is wrong, writes or reaches outside."""
        ...

    def graph(self, pmid: str) -> tuple[Quad, ...]:
        """Return the quads of one publication, sorted; empty when it is not stored."""
        ...

    def pmids(self) -> Iterator[str]:
        """Yield the PMIDs that have a graph, in no set order."""
        ...

    def dump(self, out: IO[bytes], *, vocabulary: bool = True) -> int:
        """Write every graph as sorted N-Quads; return the number of lines."""
        ...

    def count(self) -> int:
        """Return the number of quads about publications; the vocabulary does not count."""
        ...

    def close(self) -> None:
        """Write everything down and let go of the folder; closing twice is harmless."""
        ...

    def __enter__(self) -> Self:
        """Return the store itself."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        ...


def open_store(folder: Path | None = None) -> Store:
    """Open the graph store in ``folder``, made when it is missing; without a folder, one in memory.

    A new store holds the vocabulary and nothing else; an older vocabulary is replaced by this
    version's. Raises StoreError naming the folder when another process has it open or it is damaged.
    """
    from kg.stores.oxigraph import OxigraphStore

    return OxigraphStore(folder)
