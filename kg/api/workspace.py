"""An open workspace as Python sees it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from kg.api.answers import Answer
from kg.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    import networkx as nx

    from kg.api.pages import ShownRecord, SummaryAnswer
    from kg.checks import CheckReport
    from kg.ledger import Counts, Receipt
    from kg.stores import Table
    from kg.stores.neo4j import Neo4jStore
    from kg.workspace import Workspace

__all__ = ["OpenWorkspace"]

Value = str | int | float | Iterable[str | int | float]


class OpenWorkspace:
    """One open workspace; ``kg.open`` makes it.

    Names of techniques, conditions, outcomes and comparators may be ids, labels, synonyms or
    abbreviations. A method takes the graph for as long as it runs: other programs may use the same
    workspace in between. Names that do not exist raise UnknownNameError with suggestions.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None, *, create: bool = False) -> None:
        from kg.config import load_settings
        from kg.workspace import open_workspace

        path = Path(folder) if folder is not None else load_settings(os.environ).home
        self._stack = ExitStack()
        self._workspace: Workspace | None = self._stack.enter_context(open_workspace(path, create=create))

    @property
    def path(self) -> Path:
        """Return the folder."""
        return self._live.path

    @property
    def counts(self) -> Counts:
        """Count records, claims and the rest of what the workspace holds."""
        return self._live.ledger.counts()

    def summary(
        self,
        technique: str,
        *,
        indication: str | None = None,
        outcome: str | None = None,
        comparator: str | None = None,
        follow_up: str = "asipp",
        include_retracted: bool = False,
    ) -> SummaryAnswer:
        """Summarise the evidence on a technique, as ``spinekg summarise`` does.

        A comparator is a procedure or a class of comparators ("sham"); ``follow_up`` names a scheme of
        follow-up bands.
        """
        from kg.api.pages import SummaryAnswer, claims_of
        from kg.evidence import find_evidence, name_question
        from kg.report import setting_of
        from kg.synthesis import scheme_of, summarise
        from kg.vocabulary import load_vocabulary

        vocabulary = load_vocabulary()
        pico = name_question(vocabulary, technique, indication=indication, outcome=outcome, comparator=comparator)
        scheme = scheme_of(vocabulary, follow_up)
        found = find_evidence(self._live, pico, vocabulary)
        summary = summarise(
            found.evidence, pico, vocabulary=vocabulary, scheme=scheme, include_retracted=include_retracted
        )
        return SummaryAnswer(summary=summary, setting=setting_of(found, technique), claims=claims_of(summary))

    def query(
        self,
        name: str,
        params: Mapping[str, Value] | None = None,
        /,
        *,
        engine: Literal["sparql", "cypher", "neo4j"] = "sparql",
        **more: Value,
    ) -> Answer:
        """Ask one of the shipped questions; ``questions`` lists them.

        Parameters are given by name, as a mapping or as keywords; one takes a value or several, written
        as a person writes them ("TFESI", "6 months"). Every engine gives the same table; for ``neo4j`` the
        environment says where the server is (``NEO4J_URI`` and the rest).
        """
        from kg.queries import ask, question

        asked, given = question(name), {**(params or {}), **more}
        if engine == "sparql":
            with self._live.graph("query") as store:
                return _answer(ask(store, asked, given))
        if engine == "cypher":
            with self._live.cypher() as cypher_store:
                return _answer(ask(cypher_store, asked, given))
        if engine == "neo4j":
            with _neo4j() as server:
                return _answer(ask(server, asked, given))
        raise UsageError(f"unknown engine '{engine}'; allowed are sparql, cypher and neo4j")

    def questions(self) -> Answer:
        """List the shipped questions and their parameters with an example of each."""
        from kg.queries import load_questions

        def shown(params: Iterable[tuple[str, str, bool]]) -> str:
            return ", ".join(f"{name}={example}{' (needed)' if needed else ''}" for name, example, needed in params)

        rows = tuple(
            (each.name, each.title, shown((p.name, p.example, p.required) for p in each.params))
            for each in load_questions()
        )
        return Answer(columns=("name", "question", "parameters"), rows=rows)

    def sparql(self, text: str) -> Answer:
        """Ask the graph in SPARQL 1.1; nothing can be changed. ``docs/graph.md`` shows the model."""
        with self._live.graph("sparql") as store:
            return _answer(store.query(text))

    def cypher(
        self, text: str, params: Mapping[str, object] | None = None, /, *, server: str | None = None, **more: object
    ) -> Answer:
        """Ask the property graph in Cypher, ``$name`` for each parameter; nothing can be changed.

        With ``server``, the address of a Neo4j server, that one is asked; user and password come from the
        environment. ``docs/property-graph.md`` shows the model.
        """
        if server is not None:
            with _neo4j(server) as remote:
                return _answer(remote.query(text, {**(params or {}), **more}))
        with self._live.cypher() as store:
            return _answer(store.query(text, {**(params or {}), **more}))

    def graph(
        self,
        technique: str | None = None,
        *,
        indication: str | None = None,
        outcome: str | None = None,
        comparator: str | None = None,
        include_retracted: bool = False,
    ) -> nx.MultiGraph[str]:
        """Return the network of comparisons: procedures as nodes, what a study found between two of them as edges.

        With a technique, its neighbourhood. ``kg.network`` says what is in it (``pairs``, ``missing``,
        ``components``) and puts it into files (``draw``, ``write``); ``docs/python.md`` lists the attributes.
        """
        from kg.network import find_network, name_comparisons
        from kg.vocabulary import load_vocabulary

        vocabulary = load_vocabulary()
        asked = name_comparisons(
            vocabulary,
            technique,
            indication=indication,
            outcome=outcome,
            comparator=comparator,
            include_retracted=include_retracted,
        )
        return find_network(self._live, asked, vocabulary)

    def claims(self) -> Answer:
        """Return every claim with its publication, a row each."""
        from kg.api.pages import table
        from kg.export import CLAIM_COLUMNS, claim_rows

        return table(CLAIM_COLUMNS, (cells for row in self._live.ledger.rows() for cells in claim_rows(row)))

    def show(self, pmid: str | int) -> ShownRecord:
        """Return one abstract with its claims; raises UnknownNameError when the workspace does not have it."""
        from kg.api.pages import ShownRecord

        row = self._live.ledger.row(str(pmid))
        if row is None:
            raise UnknownNameError("PMID", str(pmid), hint="It is not in this workspace.")
        return ShownRecord(row=row)

    def check(self, *, full: bool = False, pmids: Sequence[str] = ()) -> CheckReport:
        """Check claims, shapes and both graphs, as ``spinekg check`` does; ``ok`` of the report tells whether all holds."""
        from kg.checks import check_workspace

        return check_workspace(self._live, full=full, pmids=pmids)

    def ingest(self, *paths: str | os.PathLike[str]) -> Receipt:
        """Take in PubMed files and folders of them, as ``spinekg ingest`` does; return what was done."""
        from kg.update import ingest_files

        return ingest_files(self._live, [Path(path) for path in paths])

    def close(self) -> None:
        """Close the workspace; closing twice is harmless."""
        self._workspace = None
        self._stack.close()

    def __enter__(self) -> Self:
        """Return the workspace itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the workspace."""
        self.close()

    def __repr__(self) -> str:
        """Say where it is and what it holds."""
        if self._workspace is None:
            return "<a closed workspace of spinekg>"
        counts = self.counts
        return f"<workspace {self.path}: {counts.records:,} records, {counts.claims:,} claims>"

    @property
    def _live(self) -> Workspace:
        if self._workspace is None:
            raise UsageError("this workspace is closed; open it again with kg.open")
        return self._workspace


def _neo4j(uri: str | None = None) -> Neo4jStore:
    from kg.config import load_neo4j_settings
    from kg.stores.neo4j import open_neo4j

    return open_neo4j(load_neo4j_settings(os.environ, uri=uri))


def _answer(table: Table) -> Answer:
    return Answer(columns=table.columns, rows=table.rows)
