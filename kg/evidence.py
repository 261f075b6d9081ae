"""Where a summary's evidence comes from: the graph says which claims bear on a question, the ledger what they say.

The claims are chosen by a shipped question, ``queries/sparql/claims-for-question.rq``, so the choice
can be seen and repeated with ``spinekg query``. Their content is read from the ledger, which is the
truth and holds each record whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg import bibliography
from kg.errors import UnknownNameError
from kg.identity import claim_ids, study_id
from kg.ledger import LedgerRow
from kg.model import Reading, Record
from kg.stores import Store
from kg.synthesis import Evidence, Pico, Publication
from kg.vocabulary import Kind, Vocabulary, normalise
from kg.workspace import Workspace

__all__ = ["Found", "evidence_of", "find_evidence", "name_question", "publication_of"]

_QUESTION = "claims-for-question"
_ASKED: tuple[Kind, ...] = ("procedure", "indication", "outcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a workspace holds on a question.

    ``searched`` counts the publications that were looked through, ``on_topic`` those in scope,
    ``unread`` those that the extractor has not read or could not read, ``available`` the claims about
    the technique whatever the rest of the question. ``extractors`` are the versions that read the
    evidence. ``related`` are narrower and broader techniques with the number of publications that
    make claims about them; looked for only where there is no evidence.
    """

    evidence: tuple[Evidence, ...]
    searched: int
    on_topic: int
    unread: int = 0
    available: int = 0
    extractors: tuple[str, ...] = ()
    related: tuple[tuple[str, int], ...] = ()


def name_question(
    vocabulary: Vocabulary,
    technique: str,
    *,
    indication: str | None = None,
    outcome: str | None = None,
    comparator: str | None = None,
) -> Pico:
    """Return the question that these names ask: ids, labels, synonyms, abbreviations or near misses of them.

    A comparator is a class of comparators ("sham", "surgery") or a procedure. Raises UnknownNameError
    with suggestions.
    """
    procedure, kind = _comparator(vocabulary, comparator) if comparator else (None, None)
    return Pico(
        technique=_technique(vocabulary, technique),
        indication=_named(vocabulary, "indication", indication) if indication else None,
        outcome=_named(vocabulary, "outcome", outcome) if outcome else None,
        comparator=procedure,
        comparator_class=kind,
    )


def _technique(vocabulary: Vocabulary, name: str) -> str:
    try:
        return vocabulary.resolve("procedure", name).id
    except UnknownNameError as unknown:
        raise _elsewhere(vocabulary, unknown) from None


def _named(vocabulary: Vocabulary, kind: str, name: str) -> str:
    """Return the concept of a name; here a word that needs context in a text ("pain") means what it says."""
    try:
        return vocabulary.resolve(kind, name).id
    except UnknownNameError as unknown:
        wanted = normalise(name)
        found = [each.id for each in vocabulary.concepts(kind) if wanted in map(normalise, each.context_labels)]
        if len(found) != 1:
            raise _elsewhere(vocabulary, unknown) from None
        return found[0]


def _elsewhere(vocabulary: Vocabulary, unknown: UnknownNameError) -> UnknownNameError:
    """Return an error that says what a name is instead, such as a condition where a technique is asked for."""
    wanted = normalise(unknown.name)
    for kind in _ASKED:
        if kind != unknown.what and any(wanted in map(normalise, each.names) for each in vocabulary.concepts(kind)):
            a = "a" if kind == "procedure" else "an"
            return UnknownNameError(unknown.what, unknown.name, unknown.suggestions, f"It is {a} {kind}.")
    return unknown


def _comparator(vocabulary: Vocabulary, name: str) -> tuple[str | None, str | None]:
    """Return a procedure or a class; a name that means one thing of each kind means the class, which is wider."""
    wanted = normalise(name)
    for each in vocabulary.concepts("comparator-class"):
        if wanted in map(normalise, each.names):
            return None, each.id
    try:
        return vocabulary.resolve("procedure", name).id, None
    except UnknownNameError as unknown:
        try:
            return None, vocabulary.resolve("comparator-class", name).id
        except UnknownNameError as other:
            near = tuple(dict.fromkeys((*other.suggestions, *unknown.suggestions)))
            raise UnknownNameError("comparator", name, near[:5]) from None


def find_evidence(workspace: Workspace, pico: Pico, vocabulary: Vocabulary) -> Found:
    """Return the claims of a workspace that bear on a question, with their publications."""
    with workspace.graph("summarise") as store:
        chosen = _chosen(store, pico)
        available = len(_chosen(store, Pico(technique=pico.technique)))
        related = () if available else tuple(_related(store, pico, vocabulary))
    rows = list(workspace.ledger.rows({pmid for pmid, _ in chosen}))
    ids = {claim for _, claim in chosen}
    counts = workspace.ledger.counts()
    return Found(
        evidence=tuple(item for row in rows for item in _of_row(row) if item.claim_id in ids),
        searched=counts.records,
        on_topic=counts.on,
        unread=counts.unread,
        available=available,
        extractors=tuple(sorted({f"{row.run.extractor} {row.run.extractor_version}" for row in rows if row.run})),
        related=related,
    )


def evidence_of(record: Record, reading: Reading) -> tuple[Evidence, ...]:
    """Return the claims of a reading as evidence, in their order."""
    publication = publication_of(record, reading)
    return tuple(
        Evidence(claim_id=identifier, claim=claim, publication=publication)
        for identifier, claim in zip(claim_ids(reading.claims), reading.claims, strict=True)
    )


def publication_of(record: Record, reading: Reading) -> Publication:
    """Return what a summary needs to know of a publication."""
    return Publication(
        pmid=record.pmid,
        study=study_id(record.pmid, reading.registry_ids, reading.design),
        design=reading.design,
        title=record.title,
        citation=bibliography.citation(record),
        year=bibliography.year(record),
        sample_size=reading.sample_size,
        scope=reading.scope,
        languages=record.languages,
        retracted=bibliography.is_retracted(record),
        corrected=bibliography.is_corrected(record),
        under_concern=bibliography.has_concern(record),
        illustrative=record.title.startswith(bibliography.ILLUSTRATIVE),
        flags=reading.flags,
    )


def _of_row(row: LedgerRow) -> tuple[Evidence, ...]:
    return evidence_of(row.record, row.reading) if row.reading else ()


def _chosen(store: Store, pico: Pico) -> tuple[tuple[str, str], ...]:
    """Return PMID and id of the claims on a question; the comparator is looked at by the synthesis."""
    from kg.queries import ask, question

    params = {"technique": pico.technique, "outcome": pico.outcome, "indication": pico.indication}
    table = ask(store, question(_QUESTION), {name: value for name, value in params.items() if value})
    return tuple((str(publication), str(claim)) for publication, claim in table.rows)


def _related(store: Store, pico: Pico, vocabulary: Vocabulary) -> Iterator[tuple[str, int]]:
    """Yield the techniques just above and below, and beside, that have claims, with publications, most first."""
    counts: Counter[str] = Counter()
    for technique in _relatives(pico.technique, vocabulary):
        counts[technique] = len({pmid for pmid, _ in _chosen(store, Pico(technique=technique))})
    yield from ((technique, count) for technique, count in counts.most_common() if count)


def _relatives(technique: str, vocabulary: Vocabulary) -> Iterable[str]:
    above = vocabulary.ancestors("procedure", technique)[1:2]
    near = [each.id for each in vocabulary.concepts("procedure") if each.broader in (technique, *above)]
    return dict.fromkeys((technique, *above, *near))
