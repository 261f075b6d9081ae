"""Oxigraph, embedded: on disk in one folder, or in memory."""

from __future__ import annotations

import gc
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import unquote

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple

from kg.errors import StoreError, UsageError
from kg.graph.derived import derived_triples
from kg.graph.terms import ev, term
from kg.identity import VOCABULARY_GRAPH, graph_iri, local_id, run_graph_iri, run_iri
from kg.resources import data
from kg.stores import Cell, Table
from kg.stores.guard import check_query

__all__ = ["OxigraphStore"]

_VOCABULARY = NamedNode(VOCABULARY_GRAPH)
_PMID_GRAPHS = graph_iri("")
_RUN_GRAPHS = run_graph_iri("")
_MADE_BY = term("prov", "wasGeneratedBy")
_DERIVED = "1"
"""Which way of deriving from the vocabulary the store knows; a store that knows another takes the vocabulary anew."""

_NOT_VOCABULARY = frozenset({"prefixes.ttl", "shapes.ttl"})
_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = {
    **dict.fromkeys((_XSD + name for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger")), int),
    **dict.fromkeys((_XSD + name for name in ("decimal", "double", "float")), float),
}


class OxigraphStore:
    """An Oxigraph database; see ``kg.stores.Store`` for what each method promises."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._store: pyoxigraph.Store | None = _open(folder)
        try:
            self._load_vocabulary()
        except BaseException:
            self.close()
            raise

    def replace(self, pmid: str, quads: Iterable[Quad]) -> bool:
        """Put ``quads`` in place of the graph of ``pmid`` in one transaction; say whether anything changed.

        Quads in the graph of a run are added to it. A run that made no other publication goes with the old graph.
        """
        graph = NamedNode(graph_iri(pmid))
        own: set[Quad] = set()
        runs: set[Quad] = set()
        for quad in quads:
            (runs if _of_run(quad.graph_name) else own).add(quad)
        return self._replace(graph, own, {quad for quad in runs if quad not in self._live})

    def delete(self, pmid: str) -> bool:
        """Take the graph of ``pmid`` away; say whether there was one."""
        return self._replace(NamedNode(graph_iri(pmid)), set())

    def load(self, quads: Iterable[Quad]) -> int:
        """Add many publications that are not yet in the store, then optimise it; return how many quads were read."""
        read = 0

        def counted() -> Iterator[Quad]:
            nonlocal read
            for quad in quads:
                read += 1
                yield quad

        with self._writing(), _no_collection():
            self._live.bulk_extend(counted())
            self._live.optimize()
        return read

    def query(self, sparql: str) -> Table:
        """Answer a read-only query over all graphs together."""
        check_query(sparql)
        try:
            answer = self._live.query(sparql, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise UsageError(f"the query is not valid SPARQL: {error}") from None
        if isinstance(answer, pyoxigraph.QueryBoolean):
            return Table(columns=("answer",), rows=((bool(answer),),))
        if isinstance(answer, pyoxigraph.QueryTriples):
            columns: tuple[str, ...] = ("subject", "predicate", "object")
        else:
            columns = tuple(variable.value for variable in answer.variables)
        return Table(columns=columns, rows=tuple(tuple(_plain(value) for value in row) for row in answer))

    def graph(self, pmid: str) -> tuple[Quad, ...]:
        """Return the quads of one publication and of its run, sorted."""
        graph = NamedNode(graph_iri(pmid))
        own = list(self._quads(graph))
        return tuple(sorted(chain(own, *map(self._quads, _runs(graph, own))), key=str))

    def pmids(self) -> Iterator[str]:
        """Yield the PMIDs that have a graph."""
        for graph in self._live.named_graphs():
            if isinstance(graph, NamedNode) and graph.value.startswith(_PMID_GRAPHS):
                yield unquote(graph.value.removeprefix(_PMID_GRAPHS))

    def dump(self, out: IO[bytes], *, vocabulary: bool = True) -> int:
        """Write every graph as N-Quads, graph after graph in the order of their names, each sorted by line."""
        lines = 0
        for graph in sorted(self._live.named_graphs(), key=str):
            if graph == _VOCABULARY and not vocabulary:
                continue
            for line in sorted(f"{quad} .\n".encode() for quad in self._quads(graph)):
                out.write(line)
                lines += 1
        return lines

    def count(self) -> int:
        """Return the number of quads about publications."""
        return len(self._live) - sum(1 for _ in self._quads(_VOCABULARY))

    def close(self) -> None:
        """Write everything down and let go of the folder."""
        store, self._store = self._store, None
        if store is not None:
            with self._writing():
                store.flush()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()

    @property
    def _live(self) -> pyoxigraph.Store:
        if self._store is None:
            raise StoreError(f"the graph store {_name(self._folder)} is closed")
        return self._store

    def _quads(self, graph: NamedNode | BlankNode) -> Iterator[Quad]:
        return self._live.quads_for_pattern(None, None, None, graph)

    def _replace(self, graph: NamedNode, quads: Set[Quad], runs: Set[Quad] = frozenset()) -> bool:
        strangers = [quad for quad in quads if quad.graph_name != graph]
        if strangers:
            raise StoreError(f"a quad does not belong to the graph {graph.value}: {strangers[0]}")
        old = set(self._quads(graph))
        if old == quads and not runs:
            return False
        # Both ways are one transaction: readers and a crash see the old graph or the new one.
        with self._writing():
            if not old:
                self._live.extend(quads | runs)
            else:
                left = [run for run in _runs(graph, old) - _runs(graph, quads) if not self._is_elsewhere(run, graph)]
                drops = " ; ".join(f"DROP SILENT GRAPH {each}" for each in (graph, *left))
                self._live.update(f"{drops} ; INSERT DATA {{ {_blocks(quads | runs)} }}")
        return True

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turn what a full disk brings into an error of ours."""
        try:
            yield
        except OSError as error:
            raise StoreError(f"the graph store {_name(self._folder)} cannot be written: {error}") from None

    def _is_elsewhere(self, run: NamedNode, graph: NamedNode) -> bool:
        """Say whether the run of this graph has made another publication than that of ``graph``."""
        made = self._live.quads_for_pattern(None, _MADE_BY, NamedNode(_run_of(run)), None)
        return any(quad.graph_name != graph for quad in made)

    def _load_vocabulary(self) -> None:
        text = {file.name: file.read_text("utf-8") for file in data("ontology").iterdir() if file.name.endswith(".ttl")}
        digest = hashlib.sha256("\0".join((_DERIVED, *(text[name] for name in sorted(text)))).encode()).hexdigest()
        mark = Quad(_VOCABULARY, ev("digest"), Literal(digest), _VOCABULARY)
        if mark in self._live:
            return
        triples: list[Triple] = []
        for name in sorted(set(text) - _NOT_VOCABULARY):
            parsed = pyoxigraph.parse(text["prefixes.ttl"] + text[name], format=RdfFormat.TURTLE)
            triples += [quad.triple for quad in parsed]
        known = chain(triples, derived_triples(triples))
        quads = {Quad(each.subject, each.predicate, each.object, _VOCABULARY) for each in known}
        self._replace(_VOCABULARY, quads | {mark})


@contextmanager
def _no_collection() -> Iterator[None]:
    """Let the garbage collector rest: quads are many, short-lived and without cycles, and it costs a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _of_run(graph: NamedNode | BlankNode | DefaultGraph) -> bool:
    return isinstance(graph, NamedNode) and graph.value.startswith(_RUN_GRAPHS)


def _runs(graph: NamedNode, quads: Iterable[Quad]) -> set[NamedNode]:
    """Return the graphs of the runs that a publication's graph says it was made by."""
    made = (quad for quad in quads if quad.predicate == _MADE_BY and quad.subject == graph)
    return {
        NamedNode(run_graph_iri(local_id(quad.object.value))) for quad in made if isinstance(quad.object, NamedNode)
    }


def _run_of(graph: NamedNode) -> str:
    return run_iri(unquote(graph.value.removeprefix(_RUN_GRAPHS)))


def _blocks(quads: Iterable[Quad]) -> str:
    """Write quads as they stand in INSERT DATA."""
    by_graph: dict[str, list[Triple]] = defaultdict(list)
    for quad in quads:
        by_graph[str(quad.graph_name)].append(quad.triple)
    return "\n".join(
        f"GRAPH {graph} {{ {(pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES) or b'').decode()} }}"
        for graph, triples in by_graph.items()
    )


def _open(folder: Path | None) -> pyoxigraph.Store:
    if folder is None:
        return pyoxigraph.Store()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return pyoxigraph.Store(folder)
    except (OSError, RuntimeError) as error:
        if "lock" in str(error).lower():
            raise StoreError(
                f"the graph store {_name(folder)} is open in another process: wait for it to end, then try again"
            ) from None
        raise StoreError(
            f"the graph store {_name(folder)} cannot be opened ({error}); 'spinekg rebuild' makes it again"
        ) from None


def _name(folder: Path | None) -> str:
    return "in memory" if folder is None else f"in {folder}"


def _plain(value: NamedNode | BlankNode | Literal | Triple | DefaultGraph | None) -> Cell:
    if value is None:
        return None
    if isinstance(value, Literal):
        kind = value.datatype.value
        if kind == _XSD + "boolean":
            return value.value == "true"
        return _NUMBERS[kind](value.value) if kind in _NUMBERS else value.value
    return value.value if isinstance(value, NamedNode) else str(value)
