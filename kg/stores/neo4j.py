"""A Neo4j server over Bolt: the property graph, written publication by publication and asked in Cypher.

One node, labelled ``SpinekgGraph``, says which schema and vocabulary the database holds. Everything
else is found by label and key, so nodes of other labels and their relationships are never touched.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kg.config import Neo4jSettings
from kg.errors import SpinekgError, StoreError, UsageError
from kg.property_graph import Row, Rows, load_schema
from kg.stores import Cell, Table
from kg.stores.cells import plain_cell
from kg.stores.cypher_guard import check_cypher
from kg.stores.cypher_rows import read_publication
from kg.stores.neo4j_errors import explained
from kg.stores.neo4j_statements import (
    MARK,
    OWNED,
    SHARED,
    blank_concepts,
    clear_publications,
    constraints,
    create_links,
    merge_nodes,
    remove_publications,
    sweeps,
)

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction, Session

__all__ = ["Neo4jStore", "open_neo4j"]

QUERY_SECONDS = 60.0
"""How long a query may take."""

MAX_ROWS = 100_000
"""How many rows a query may return."""

_CONNECT_SECONDS = 10.0
_ANSWER_SECONDS = 15.0
_RETRY_SECONDS = 30.0
_WRITE_SECONDS = 600.0
_SETTLE_SECONDS = 120

_log = logging.getLogger("spinekg.neo4j")

_Write = Callable[["ManagedTransaction"], None]


def open_neo4j(settings: Neo4jSettings) -> Neo4jStore:
    """Open a conversation with a server; use it in a ``with`` block.

    Raises TemporaryError when nothing answers, ConfigurationError when user, password or database are
    wrong or something else than Neo4j answers.
    """
    store = Neo4jStore(settings)
    try:
        store.check()
    except BaseException:
        store.close()
        raise
    return store


class Neo4jStore:
    """One database of a Neo4j server; make one with ``open_neo4j``."""

    def __init__(self, settings: Neo4jSettings) -> None:
        from neo4j import GraphDatabase, NotificationMinimumSeverity

        self._uri, self._database = settings.uri, settings.db
        logging.getLogger("neo4j").setLevel(logging.CRITICAL)  # it tells of every try; the last one raises
        with explained(self._uri, self._database):
            self._driver: Driver = GraphDatabase.driver(
                settings.uri,
                auth=(settings.username, settings.password) if settings.password is not None else None,
                connection_timeout=_CONNECT_SECONDS,
                connection_acquisition_timeout=_ANSWER_SECONDS,
                max_transaction_retry_time=_RETRY_SECONDS,
                notifications_min_severity=NotificationMinimumSeverity.OFF,
                user_agent="spinekg",
            )

    # Asking

    def check(self) -> None:
        """Ask the server for the database; raises what ``open_neo4j`` says."""
        # Without trying again: a wrong address is told at once.
        with explained(self._uri, self._database):
            self._driver.verify_connectivity()
            with self._session(writes=False) as session:
                session.run("RETURN 1").consume()

    def query(
        self, cypher: str, params: Mapping[str, object] | None = None, *, timeout: float = QUERY_SECONDS
    ) -> Table:
        """Answer a query; raises UsageError when it is wrong, writes, takes too long (seconds) or returns too much."""
        from neo4j import Query

        check_cypher(cypher)
        with self._session(writes=False) as session, explained(self._uri, self._database):
            answer = session.run(Query(cypher, timeout=timeout), dict(params or {}))
            columns = tuple(answer.keys())
            found = answer.fetch(MAX_ROWS + 1)
            if len(found) > MAX_ROWS:
                raise UsageError(f"the query returns more than {MAX_ROWS:,} rows: end it with a LIMIT")
            rows = tuple(tuple(map(_cell, row.values())) for row in found)
        return Table(columns=columns, rows=rows)

    def publication(self, pmid: str) -> Rows:
        """Return the rows of one publication; empty when it is not stored."""
        return read_publication(self._all, pmid)

    def counts(self) -> dict[str, int]:
        """Count the nodes of each label."""
        return {label: self._number(f"MATCH (n:{label}) RETURN count(n)") for label in load_schema().nodes}

    def digests(self) -> dict[str, str | None]:
        """Return the digest of every publication by PMID."""
        return dict(self._all("MATCH (n:Publication) RETURN n.pmid, n.digest", {}))

    # Writing

    def prepare(self, vocabulary: Rows) -> None:
        """Make a database ready to be loaded: constraints, indexes, the vocabulary.

        A graph of another schema is emptied first. Raises StoreError when nodes of our labels are there
        that spinekg did not write.
        """
        schema, digest = load_schema().digest, _digest(vocabulary)
        marks = self._all(f"MATCH (m:{MARK}) RETURN m.schema, m.vocabulary, m.labels", {})
        if [mark[:2] for mark in marks] == [(schema, digest)]:
            return
        if not marks:
            self._check_free()
        elif marks[0][0] != schema:
            self.remove(sorted(self.digests()))
            self._drop_labels(set(marks[0][2]) - set(load_schema().nodes))
        for statement in constraints():
            self._schema(statement)
        self._schema("CALL db.awaitIndexes(300)")
        self._write(lambda transaction: _write_vocabulary(transaction, vocabulary, schema, digest))

    def replace(self, publications: Sequence[Rows]) -> None:
        """Put publications in place of what the server holds of them, all in one transaction."""
        self._write(lambda transaction: _replace(transaction, publications))

    def remove(self, pmids: Sequence[str], *, batch: int = 1000) -> None:
        """Take publications away, ``batch`` in a transaction."""
        for start in range(0, len(pmids), batch):
            some = list(pmids[start : start + batch])
            self._write(lambda transaction, some=some: _each(transaction, remove_publications(), pmids=some))  # type: ignore[misc]

    def sweep(self) -> None:
        """Take away studies, runs, references and concepts that nothing is joined to any more."""
        self._write(lambda transaction: _each(transaction, sweeps()))

    def settle(self) -> None:
        """Wait until the server has counted what its indexes hold, and let it plan its queries anew.

        It does so by itself some seconds after a load. Meanwhile it takes the indexes for empty, and a question that
        takes milliseconds may take a minute.
        """
        try:
            self._schema(f"CALL db.prepareForReplanning({_SETTLE_SECONDS})")
        except SpinekgError as error:  # not for every user, and not on every server: then it takes those seconds
            _log.debug("the server does not count its indexes when told: %s", error)

    def close(self) -> None:
        """End the conversation; closing twice is harmless."""
        self._driver.close()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()

    def _session(self, *, writes: bool) -> Session:
        from neo4j import READ_ACCESS, WRITE_ACCESS

        return self._driver.session(
            database=self._database, default_access_mode=WRITE_ACCESS if writes else READ_ACCESS
        )

    def _all(self, cypher: str, params: Mapping[str, object]) -> list[tuple[Any, ...]]:
        with self._session(writes=False) as session, explained(self._uri, self._database):
            return session.execute_read(
                lambda transaction: [tuple(row.values()) for row in transaction.run(cypher, dict(params))]
            )

    def _number(self, cypher: str) -> int:
        return int(self._all(cypher, {})[0][0])

    def _schema(self, statement: str) -> None:
        with self._session(writes=True) as session, explained(self._uri, self._database):
            session.run(statement).consume()

    def _write(self, work: _Write) -> None:
        from neo4j import unit_of_work

        with self._session(writes=True) as session, explained(self._uri, self._database):
            session.execute_write(unit_of_work(timeout=_WRITE_SECONDS)(work))

    def _drop_labels(self, labels: set[str]) -> None:
        """Take away the nodes of labels that this schema does not have any more."""
        for label in sorted(filter(str.isidentifier, labels)):
            while self._all(f"MATCH (n:{label}) RETURN 1 LIMIT 1", {}):
                self._write(lambda work, label=label: _each(work, [f"MATCH (n:{label}) LIMIT 10000 DETACH DELETE n"]))  # type: ignore[misc]

    def _check_free(self) -> None:
        for label in load_schema().nodes:
            if self._all(f"MATCH (n:{label}) RETURN 1 LIMIT 1", {}):
                raise StoreError(
                    f"database '{self._database}' at {self._uri} holds nodes labelled {label} that spinekg did not"
                    " write: load into another database"
                )


def _replace(transaction: ManagedTransaction, publications: Sequence[Rows]) -> None:
    _wait_for_turn(transaction)
    _each(transaction, clear_publications(), rows=[_standing(rows) for rows in publications])
    for label in (*SHARED, *OWNED):
        # What publications know of a concept is less than what the vocabulary says of it.
        _write_nodes(transaction, label, [row for rows in publications for row in rows.nodes.get(label, ())])
    for name in load_schema().relationships:
        _write_links(transaction, name, [row for rows in publications for row in rows.relationships.get(name, ())])


def _wait_for_turn(transaction: ManagedTransaction) -> None:
    """Take the lock of the mark, so that one loader writes at a time."""
    if transaction.run(f"MATCH (m:{MARK}) SET m.id = m.id RETURN m.id").single() is None:
        raise StoreError("the graph was taken away while it was being loaded: run the same command again")


def _standing(rows: Rows) -> dict[str, object]:
    """Return the PMID of a publication and the keys of all its nodes by label."""
    keys = {label: [row[load_schema().nodes[label].key] for row in rows.nodes.get(label, ())] for label in OWNED}
    return {"pmid": rows.nodes["Publication"][0]["pmid"], **keys}


def _write_vocabulary(transaction: ManagedTransaction, vocabulary: Rows, schema: str, digest: str) -> None:
    mark = f"MERGE (m:{MARK} {{id: 'graph'}}) SET m.schema = $schema, m.vocabulary = $vocabulary, m.labels = $labels"
    transaction.run(mark, schema=schema, vocabulary=digest, labels=list(load_schema().nodes)).consume()
    for name in vocabulary.relationships:
        transaction.run(f"MATCH (:Concept)-[r:{name}]->(:Concept) DELETE r").consume()
    # A concept that is not in the vocabulary any more stays for the claims that name it, by its id alone.
    transaction.run(blank_concepts()).consume()
    transaction.run(merge_nodes("Concept"), rows=_plain(vocabulary.nodes["Concept"])).consume()
    for name, links in vocabulary.relationships.items():
        _write_links(transaction, name, links)
    _each(transaction, sweeps())


def _write_nodes(transaction: ManagedTransaction, label: str, rows: Sequence[Row]) -> None:
    key = load_schema().nodes[label].key
    once = list({row[key]: dict(row) for row in rows}.values())
    if once:
        transaction.run(merge_nodes(label, fill=label == "Concept"), rows=once).consume()


def _write_links(transaction: ManagedTransaction, name: str, rows: Sequence[Row]) -> None:
    if rows:
        made = transaction.run(create_links(name), rows=_plain(rows)).consume().counters.relationships_created
        if made != len(rows):
            raise StoreError(f"{len(rows)} relationships {name} were to be written, {made} were: the graph is damaged")


def _each(transaction: ManagedTransaction, statements: Sequence[str], **parameters: Any) -> None:
    for statement in statements:
        transaction.run(statement, **parameters).consume()


def _plain(rows: Sequence[Row]) -> list[dict[str, object]]:
    return [dict(row) for row in rows]


def _cell(value: Any) -> Cell:
    """Return a value of a row; dates and times of Neo4j are not those of Python."""
    return str(value.iso_format()) if hasattr(value, "iso_format") else plain_cell(value)


def _digest(rows: Rows) -> str:
    text = json.dumps([rows.nodes, rows.relationships], ensure_ascii=True, sort_keys=True, default=list)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
