"""Ladybug, embedded: the property graph in one file, for Cypher without a server.

The file is a cache: it is made whole from the ledger and never changed. Rows go through Parquet
files, the only way of loading that fails cleanly on a key met twice.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kg.errors import StoreError, UsageError
from kg.property_graph import NodeType, RelationshipType, Row, Rows, Schema, load_schema
from kg.stores import Table
from kg.stores.cells import plain_cell
from kg.stores.cypher_rows import read_publication

__all__ = ["LadybugStore", "build_cypher", "open_cypher"]

#: How long a query may take.
QUERY_SECONDS = 60.0

_TYPES = {
    "string": "STRING",
    "integer": "INT64",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "strings": "STRING[]",
    "integers": "INT64[]",
}
_CHUNK = 20_000
_THREADS = 2


def build_cypher(path: Path, parts: Iterable[Rows]) -> int:
    """Make the file ``path`` from rows, the vocabulary's first; return how many publications it holds.

    The file must not exist yet. A node met again is written once: the first stands. Raises StoreError
    when it cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix="graph.rows.") as folder:
            return _build(path, Path(folder), parts)
    except OSError as error:  # of the files of rows: the disk is full, say
        raise StoreError(f"the Cypher cache cannot be written: {error}") from None


def _build(path: Path, folder: Path, parts: Iterable[Rows]) -> int:
    sheets = _Sheets(folder, load_schema())
    for part in parts:
        sheets.add(part)
    sheets.close()
    with _connected(path, read_only=False) as connection:
        for statement in _tables(load_schema()):
            _run(connection, statement)
        for name, file in sheets.files():
            _run(connection, f"COPY {name} FROM '{_quoted(file)}'")
    return sheets.count("Publication")


def open_cypher(path: Path) -> LadybugStore:
    """Open a file made by ``build_cypher`` for reading; raises StoreError naming it when that fails."""
    return LadybugStore(path)


class LadybugStore:
    """A property graph that is asked in Cypher and never changed."""

    def __init__(self, path: Path) -> None:
        self._stack = contextlib.ExitStack()
        self._connection = self._stack.enter_context(_connected(path, read_only=True))
        self._connection.set_query_timeout(int(QUERY_SECONDS * 1000))

    def query(self, cypher: str, params: Mapping[str, object] | None = None) -> Table:
        """Answer a query; raises UsageError when it is wrong, writes or takes longer than ``QUERY_SECONDS``."""
        from kg.stores.cypher_guard import check_cypher

        check_cypher(cypher)
        try:
            answer = self._connection.execute(cypher, dict(params or {}))
            columns, rows = answer.get_column_names(), answer.get_all()
        except RuntimeError as error:
            raise UsageError(_explain(str(error))) from None
        return Table(columns=tuple(columns), rows=tuple(tuple(map(plain_cell, row)) for row in rows))

    def publication(self, pmid: str) -> Rows:
        """Return the rows of one publication; empty when it is not stored."""
        return read_publication(self._all, pmid)

    def counts(self) -> dict[str, int]:
        """Count the nodes of each label."""
        labels = load_schema().nodes
        return {label: self._number(f"MATCH (n:{label}) RETURN count(n) AS n") for label in labels}

    def close(self) -> None:
        """Let go of the file; closing twice is harmless."""
        self._stack.close()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()

    def _number(self, cypher: str) -> int:
        return int(self._connection.execute(cypher).get_next()[0])

    def _all(self, cypher: str, params: Mapping[str, object]) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._connection.execute(cypher, dict(params)).get_all()]


class _Sheets:
    """One Parquet file per label and type, written in pieces."""

    def __init__(self, folder: Path, schema: Schema) -> None:
        self._folder = folder
        self._keys = {label: node.key for label, node in schema.nodes.items()}
        self._seen: dict[str, set[object]] = {label: set() for label in schema.nodes}
        self._columns = {label: dict(node.properties) for label, node in schema.nodes.items()} | {
            name: {"from": "string", "to": "string", **each.properties} for name, each in schema.relationships.items()
        }
        self._waiting: dict[str, list[Row]] = {name: [] for name in self._columns}
        self._writers: dict[str, Any] = {}

    def add(self, rows: Rows) -> None:
        """Take rows in; nodes with a key that was met before are passed over."""
        for label, nodes in rows.nodes.items():
            key, seen = self._keys[label], self._seen[label]
            fresh = [node for node in nodes if node[key] not in seen and not seen.add(node[key])]  # type: ignore[func-returns-value]
            self._write(label, fresh)
        for name, links in rows.relationships.items():
            self._write(name, links)

    def count(self, label: str) -> int:
        """Return how many nodes of a label were taken in."""
        return len(self._seen[label])

    def files(self) -> Iterator[tuple[str, Path]]:
        """Yield label or type and file, nodes first, of those that have rows."""
        for name in self._columns:
            if name in self._writers:
                yield name, self._folder / f"{name}.parquet"

    def close(self) -> None:
        """Write what is waiting and end the files."""
        for name in self._columns:
            self._flush(name)
        for writer in self._writers.values():
            writer.close()

    def _write(self, name: str, rows: Sequence[Row]) -> None:
        self._waiting[name].extend(rows)
        if len(self._waiting[name]) >= _CHUNK:
            self._flush(name)

    def _flush(self, name: str) -> None:
        import pyarrow
        from pyarrow import parquet

        rows, self._waiting[name] = self._waiting[name], []
        if not rows:
            return
        schema = pyarrow.schema([(column, _arrow(kind)) for column, kind in self._columns[name].items()])
        if name not in self._writers:
            self._writers[name] = parquet.ParquetWriter(self._folder / f"{name}.parquet", schema)
        self._writers[name].write_table(pyarrow.Table.from_pylist(rows, schema=schema))


def _arrow(kind: str) -> Any:
    import pyarrow

    plain = {
        "string": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
    }
    return plain[kind] if kind in plain else pyarrow.list_(plain[kind.removesuffix("s")])


def _tables(schema: Schema) -> Iterator[str]:
    """Yield the statements that make the tables."""
    for node in schema.nodes.values():
        yield f"CREATE NODE TABLE {node.label} ({_columns(node)}, PRIMARY KEY ({node.key}))"
    for each in schema.relationships.values():
        columns = f", {_columns(each)}" if each.properties else ""
        yield f"CREATE REL TABLE {each.type} (FROM {each.source} TO {each.target}{columns})"


def _columns(of: NodeType | RelationshipType) -> str:
    return ", ".join(f"`{name}` {_TYPES[kind]}" for name, kind in of.properties.items())


@contextlib.contextmanager
def _connected(path: Path, *, read_only: bool) -> Iterator[Any]:
    import ladybug

    try:
        database = ladybug.Database(path, read_only=read_only, max_num_threads=_THREADS)
        connection = ladybug.Connection(database, num_threads=_THREADS)
    except RuntimeError as error:
        raise StoreError(
            f"the Cypher cache {path} cannot be opened ({error}); 'spinekg rebuild' makes it again"
        ) from None
    try:
        yield connection
    finally:
        connection.close()
        database.close()


def _run(connection: Any, statement: str) -> None:
    try:
        connection.execute(statement)
    except RuntimeError as error:
        raise StoreError(f"the Cypher cache cannot be written: {error}") from None


def _quoted(file: Path) -> str:
    return str(file).replace("\\", "\\\\").replace("'", "\\'")


def _explain(message: str) -> str:
    """Return what Ladybug says of a wrong query as one line."""
    if "Interrupted" in message:
        return f"the query took longer than {QUERY_SECONDS:g} seconds: narrow it"
    return f"the query is not valid Cypher here: {' '.join(message.split())}"
