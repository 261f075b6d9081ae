"""All checks of a workspace, in one pass over its publications."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Literal, TypeVar

from kg import __version__
from kg.checks.claims import concept_faults, quote_faults, row_faults
from kg.checks.graphs import (
    PropertyStore,
    Standing,
    count_faults,
    property_faults,
    quad_faults,
    retracted_faults,
    standing_in_cypher,
    standing_in_ledger,
    standing_in_rdf,
)
from kg.checks.nouns import Check, CheckReport, Fault
from kg.checks.shapes import BATCH, shape_faults
from kg.errors import InputError, UnknownNameError
from kg.resources import data_digest
from kg.vocabulary import load_vocabulary
from kg.workspace import Progress, Workspace, silent

if TYPE_CHECKING:
    from kg.ledger import Ledger, LedgerRow
    from kg.stores import Store

__all__ = ["EXIT_FAULTS", "check_workspace"]

EXIT_FAULTS = 4
"""The exit code of a check that ran to its end and found faults."""

NOTE = "checked"
"""The remark in the ledger: when everything was last found to be good, and by which version and vocabulary."""

Thing = TypeVar("Thing")


def check_workspace(
    workspace: Workspace,
    *,
    full: bool = False,
    pmids: Sequence[str] = (),
    server: PropertyStore | None = None,
    progress: Progress = silent,
) -> CheckReport:
    """Check a workspace and both its graphs, after bringing them up to the ledger.

    What has to be looked at one by one are the publications that changed since the last check that
    found nothing, or ``pmids``, or with ``full`` all of them; counts are those of the whole workspace.
    ``server`` is a Neo4j server that the workspace was loaded into. Raises UnknownNameError for a PMID
    that is not in the workspace.
    """
    with workspace.graph("check", progress) as store, ExitStack() as stack:
        started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        scope, chosen = _scope(workspace, full=full, pmids=pmids)
        engines: dict[str, PropertyStore] = {}
        if (workspace.path / "graph.lbug").is_file():
            engines["Ladybug"] = stack.enter_context(workspace.cypher(progress))
        if server is not None:
            engines["Neo4j"] = server
        checks = (
            *_one_by_one(workspace, store, engines, chosen, progress),
            *_together(workspace, store, engines),
            _questions(full=full, progress=progress),
        )
        report = CheckReport(scope=scope, publications=len(chosen), total=len(workspace.ledger.pmids()), checks=checks)
        if report.ok and scope != "asked":
            with workspace.ledger.transaction():
                workspace.ledger.put_note(NOTE, json.dumps({"at": started, "made_from": _made_from()}))
    return report


def _made_from() -> str:
    return f"{__version__} {data_digest('ontology')}"


def _scope(
    workspace: Workspace, *, full: bool, pmids: Sequence[str]
) -> tuple[Literal["changed", "asked", "all"], tuple[str, ...]]:
    """Return which publications have to be looked at one by one."""
    ledger = workspace.ledger
    if pmids:
        known = set(ledger.pmids())
        for pmid in pmids:
            if pmid not in known:
                raise UnknownNameError("PMID", pmid, hint="It is not in this workspace.")
        return "asked", tuple(dict.fromkeys(pmids))
    note = json.loads(ledger.note(NOTE) or "{}")
    if full or note.get("made_from") != _made_from():
        return "all" if full else "changed", ledger.pmids()
    return "changed", ledger.read_since(note["at"])


class _Tally:
    """The per-publication checks while they go on."""

    def __init__(self, engines: Iterable[str]) -> None:
        self.faults: dict[str, list[Fault]] = {
            name: []
            for name in ("readable", "quotes", "concepts", "ledger", "shapes", "rdf", *(_key(each) for each in engines))
        }
        self.claims = 0

    def add(self, name: str, faults: Iterable[Fault]) -> None:
        self.faults[name].extend(faults)


def _key(engine: str) -> str:
    return engine.casefold()


def _one_by_one(
    workspace: Workspace,
    store: Store,
    engines: dict[str, PropertyStore],
    chosen: Sequence[str],
    progress: Progress,
) -> Iterator[Check]:
    """Look at each publication: its claims, its statements, its nodes."""
    tally, vocabulary = _Tally(engines), load_vocabulary()
    done = 0
    for batch in _batches(_rows(workspace.ledger, chosen, tally)):
        for row in batch:
            tally.claims += len(row.reading.claims) if row.reading else 0
            tally.add("quotes", quote_faults(row))
            tally.add("concepts", concept_faults(row, vocabulary))
            tally.add("ledger", row_faults(row, workspace.ledger))
            tally.add("rdf", quad_faults(row, store))
            for name, engine in engines.items():
                tally.add(_key(name), property_faults(row, engine, name))
        tally.add("shapes", shape_faults({row.record.pmid: store.graph(row.record.pmid) for row in batch}))
        done += len(batch)
        progress("checking", done, len(chosen))
    done += len(tally.faults["readable"])
    rules = {
        "readable": "every record and reading of the ledger can be read",
        "quotes": "every claim has its PMID and a quote, and its offsets give the quote again",
        "concepts": "every concept of a reading is in the vocabulary",
        "ledger": "the ledger counts what its readings hold",
        "shapes": "the statements have the shapes of ontology/shapes.ttl (SHACL)",
        "rdf": "the statements are those made anew from the ledger",
        **{_key(name): f"{name} gives back the readings of the ledger" for name in engines},
    }
    for name, rule in rules.items():
        unit, checked = ("claims", tally.claims) if name == "quotes" else ("publications", done)
        yield Check(name=name, rule=rule, unit=unit, checked=checked, faults=tuple(tally.faults[name]))


def _together(workspace: Workspace, store: Store, engines: dict[str, PropertyStore]) -> Iterator[Check]:
    """Compare what stands in the ledger and in each graph as a whole."""
    ledger = standing_in_ledger(workspace.ledger)
    places = [standing_in_rdf(store), *(standing_in_cypher(engine, name) for name, engine in engines.items())]
    yield _retracted(places)
    for place in places:
        yield Check(
            name=f"counts-{_key(place.where)}",
            rule=f"publications by scope and claims are as many in {place.where} as in the ledger",
            checked=len(ledger.publications),
            faults=tuple(count_faults(ledger, place)),
        )
    missing = {
        "Ladybug": "not built yet: 'spinekg cypher' builds it",
        "Neo4j": "no server named: --server or NEO4J_URI",
    }
    for name, why in missing.items():
        if name not in engines:
            rule = f"publications by scope and claims are as many in {name} as in the ledger"
            yield Check(name=f"counts-{_key(name)}", rule=rule, skipped=why)


def _retracted(places: Sequence[Standing]) -> Check:
    return Check(
        name="retracted",
        rule=f"every publication says true or false to retracted, in {', '.join(place.where for place in places)}",
        checked=sum(len(place.publications) for place in places),
        faults=tuple(fault for place in places for fault in retracted_faults(place)),
    )


def _questions(*, full: bool, progress: Progress) -> Check:
    from kg.checks.questions import sample_faults
    from kg.queries import load_questions

    rule = "every shipped question has rows on the bundled sample"
    if not full:
        return Check(name="questions", rule=rule, unit="questions", skipped="only with --full")
    progress("asking every question", 0, None)
    return Check(
        name="questions", rule=rule, unit="questions", checked=len(load_questions()), faults=tuple(sample_faults())
    )


def _rows(ledger: Ledger, pmids: Iterable[str], tally: _Tally) -> Iterator[LedgerRow]:
    """Yield what stands for some PMIDs; one that cannot be read is a fault and does not stop the others."""
    for pmid in pmids:
        try:
            row = ledger.row(pmid)
        except InputError as error:
            tally.add("readable", [Fault(pmid=pmid, message=str(error))])
            continue
        if row is not None:
            yield row


def _batches(rows: Iterator[LedgerRow]) -> Iterator[list[LedgerRow]]:
    while batch := list(islice(rows, BATCH)):
        yield batch
