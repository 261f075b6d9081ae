"""ESearch: every PMID that answers a query, in slices small enough to be complete.

PubMed lists at most 9,999 PMIDs of a search and says so only in a warning. A larger search is cut
into ranges of PMIDs (``a:b[UID]``), halved until each holds fewer, and the parts must add up to the
whole: PMID ranges cannot overlap, date ranges do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import tenacity
from lxml import etree

from ingest.pubmed_http import Answer, BadReplyError, Eutils, said
from kg.errors import TemporaryError, UsageError

__all__ = ["SLICE", "Found", "search"]

SLICE = 9_998
"""The most PMIDs one slice may hold; ESearch serves 9,999 of a larger one without an error."""

_LAST_PMID = 99_999_999
_ROUNDS = 3
_XML = frozenset({"text/xml", "application/xml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found: PMIDs in ascending order, the slices it took, and PubMed's own remarks on the query."""

    pmids: tuple[str, ...]
    slices: int = 1
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    count: int
    pmids: tuple[str, ...]
    warnings: tuple[str, ...]


class _MismatchError(TemporaryError):
    """Two counts of one search differ."""


def search(eutils: Eutils, query: str, *, since: date | None = None) -> Found:
    """Return every PMID for ``query``; with ``since``, only records created or modified on that day or later.

    Raises TemporaryError when the parts do not add up to PubMed's own count or PubMed does not
    answer, UsageError when PubMed does not know a field of the query.
    """
    term = f"({query})" if since is None else f"({query}) AND ({_since(since)})"
    retrying = tenacity.Retrying(
        sleep=eutils.clock.sleep,
        stop=tenacity.stop_after_attempt(_ROUNDS),
        wait=tenacity.wait_random_exponential(multiplier=2, max=10),
        retry=tenacity.retry_if_exception_type(_MismatchError),
        reraise=True,
    )
    return retrying(_whole, eutils, term)


def _since(day: date) -> str:
    # Both bounds, always: PubMed drops a half-given range without a word and searches everything. The
    # upper one is far away, so that a wrong clock hides nothing. Create date, not entry date: NLM sets
    # the entry date back for records that come late.
    return " OR ".join(f'"{day:%Y/%m/%d}"[{field}] : "3000/12/31"[{field}]' for field in ("crdt", "lr"))


def _whole(eutils: Eutils, term: str) -> Found:
    page = _ask(eutils, term)
    if page.count <= SLICE:
        return Found(pmids=_sorted(page.pmids), warnings=page.warnings)
    parts = list(_slices(eutils, term, 1, _LAST_PMID, page.count))
    pmids = [pmid for part in parts for pmid in part]
    return Found(pmids=_sorted(pmids), slices=len(parts), warnings=page.warnings)


def _slices(eutils: Eutils, term: str, low: int, high: int, expected: int) -> Iterator[tuple[str, ...]]:
    """Yield the PMIDs from ``low`` to ``high`` in complete parts that add up to ``expected``."""
    middle = (low + high) // 2
    halves = ((low, middle), (middle + 1, high))
    pages = [_ask(eutils, f"{term} AND {a}:{b}[UID]") for a, b in halves]
    counts = [page.count for page in pages]
    if sum(counts) != expected:
        raise _MismatchError(
            f"PubMed counts {expected:,} records from PMID {low} to {high}, but {counts[0]:,} + {counts[1]:,}"
            f" in the two halves: its index may be changing, search again later"
        )
    for (a, b), page in zip(halves, pages, strict=True):
        if page.count > SLICE:
            yield from _slices(eutils, term, a, b, page.count)
        elif page.pmids:
            if any(not a <= int(pmid) <= b for pmid in page.pmids):
                raise _MismatchError(f"PubMed lists PMIDs outside {a} to {b}, the range it was asked for")
            yield page.pmids


def _ask(eutils: Eutils, term: str) -> _Page:
    fields = {"db": "pubmed", "term": term, "retmode": "xml", "retstart": "0", "retmax": str(SLICE)}
    return eutils.persist(lambda: _page(eutils.post("esearch.fcgi", fields), fields))


def _page(answer: Answer, fields: Mapping[str, str]) -> _Page:
    """Read one ESearch answer; a list that is not complete although it could be raises BadReplyError."""
    root = _root(answer)
    count_text = root.findtext("Count") or ""
    if not (count_text.isascii() and count_text.isdigit()):
        raise BadReplyError("an ESearch answer without a count")
    count, pmids = int(count_text), tuple(id_.text or "" for id_ in root.iterfind("IdList/Id"))
    if any(not (pmid.isascii() and pmid.isdigit()) for pmid in pmids):
        raise BadReplyError("an ESearch answer with an id that is not a number")
    if len(set(pmids)) != len(pmids) or (count <= int(fields["retmax"]) and len(pmids) != count):
        raise BadReplyError(f"an ESearch answer that counts {count:,} PMIDs and lists {len(set(pmids)):,}")
    return _Page(count=count, pmids=pmids, warnings=_remarks(root))


def _root(answer: Answer) -> etree._Element:
    if answer.media_type not in _XML:
        raise BadReplyError(f"ESearch answered with {answer.media_type or 'no media type'}: {said(answer.body)}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(answer.body, parser)
    except etree.XMLSyntaxError as error:
        raise BadReplyError(f"an ESearch answer that is cut or not XML ({error.msg}): {said(answer.body)}") from None
    message = root.findtext("ERROR")
    if message or root.tag != "eSearchResult":
        raise BadReplyError(f"ESearch says: {said((message or '').encode()) or f'<{root.tag!s}> instead of a result'}")
    return root


def _remarks(root: etree._Element) -> tuple[str, ...]:
    unknown = [element.text or "" for element in root.iterfind("ErrorList/FieldNotFound")]
    if unknown:
        raise UsageError(f"PubMed does not know the search field '{unknown[0]}'")
    lists = [*root.iterfind("ErrorList/*"), *root.iterfind("WarningList/*")]
    return tuple(f"{element.tag!s}: {(element.text or '').strip()}" for element in lists)


def _sorted(pmids: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return tuple(sorted(pmids, key=int))
