"""EFetch: the records of given PMIDs, checked before anybody may store them.

An answer counts when its media type, root element and closing tag are right and it holds nothing but
what was asked. Anything else is asked again in smaller parts and never handed on.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from ingest.pubmed_http import TRIES, Answer, BadReplyError, Eutils, said
from kg.errors import TemporaryError, UsageError

__all__ = ["BATCH", "Fetch", "Reply"]

BATCH = 200
"""The most PMIDs asked in one request."""

_SINGLE_TRIES = 3
"""Tries after which a PMID without a record is believed missing when nothing else has come to compare with."""

_XML = frozenset({"text/xml", "application/xml"})
_PMID = re.compile(r"[1-9][0-9]{0,7}")
_PMID_PATHS = {
    "PubmedArticle": "MedlineCitation/PMID",
    "PubmedBookArticle": "BookDocument/PMID",
    "DeleteCitation": "PMID",
}

_log = logging.getLogger("spinekg.pubmed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A verified EFetch answer: a whole ``PubmedArticleSet`` as bytes, and the PMIDs in it."""

    pmids: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """PMIDs to ask for in one request. ``alone`` counts how often a single one was asked in vain."""

    pmids: tuple[str, ...]
    alone: int = 0

    def smaller(self) -> tuple[_Part, ...]:
        """Return what to ask instead after a failure: the halves, or the single PMID with its count raised."""
        if len(self.pmids) == 1:
            return (replace(self, alone=self.alone + 1),)
        middle = (len(self.pmids) + 1) // 2
        return (_Part(pmids=self.pmids[:middle]), _Part(pmids=self.pmids[middle:]))


class Fetch:
    """One fetch, to be iterated once: yields ``Reply`` after ``Reply``, in no fixed order, no PMID twice.

    ``asked`` is how many PMIDs it goes for. ``missing`` fills on the way with PMIDs that PubMed has no
    record for, each asked alone and more than once; they were not stored, so they must not count as
    done. The iteration ends with TemporaryError when PubMed stops answering, or when some records
    never came properly; what was yielded before is good.

    Raises UsageError at once for anything that is not a PMID.
    """

    def __init__(self, eutils: Eutils, pmids: Iterable[str], *, already: Container[str] = ()) -> None:
        self._eutils = eutils
        wanted = [pmid for pmid in dict.fromkeys(map(_checked, pmids)) if pmid not in already]
        self._queue = deque(_Part(pmids=tuple(wanted[i : i + BATCH])) for i in range(0, len(wanted), BATCH))
        self._witness: str | None = None
        self._failed: list[str] = []
        self._missing: list[str] = []
        self.asked = len(wanted)

    @property
    def missing(self) -> tuple[str, ...]:
        """PMIDs without a record in PubMed, as far as this fetch has come."""
        return tuple(self._missing)

    def __iter__(self) -> Iterator[Reply]:
        reason = "no answer for these was whole, however small the request"
        while self._queue:
            try:
                reply = self._eutils.persist(self._step)
            except TemporaryError as error:
                reason = str(error)
                break
            if reply is not None:
                self._witness = reply.pmids[0]
                yield reply
        left = [*self._failed, *(pmid for part in self._queue for pmid in part.pmids)]
        if left:
            raise TemporaryError(
                f"{len(left):,} of {self.asked:,} records did not come from PubMed ({_few(left)}): {reason}."
                " What came before is good; run the same command later for the rest"
            )

    def _step(self) -> Reply | None:
        """Ask for the first part of the queue; put back what has to be asked again."""
        if not self._queue:
            return None
        part = self._queue[0]
        try:
            reply = self._ask(part.pmids)
        except BadReplyError as error:
            self._put_back(part, error)
            raise
        if reply is None:
            self._settle_empty(part)
            return None
        self._queue.popleft()
        missing = tuple(pmid for pmid in part.pmids if pmid not in reply.pmids)
        if missing:
            self._queue.extend(_Part(pmids=missing).smaller())
        return reply

    def _ask(self, pmids: Sequence[str]) -> Reply | None:
        """Return the records of ``pmids`` that came, or ``None`` for a well-formed empty set."""
        fields = {"db": "pubmed", "retmode": "xml", "id": ",".join(pmids)}
        reply = verified(self._eutils.post("efetch.fcgi", fields), frozenset(pmids))
        return reply if reply.pmids else None

    def _put_back(self, part: _Part, error: BadReplyError) -> None:
        if error.busy:
            return
        self._queue.popleft()
        if part.alone + 1 < TRIES:
            # At the end, so that one record PubMed cannot render does not hold up the others.
            self._queue.extend(part.smaller())
        else:
            _log.warning("given up for now on PMID %s: %s", _few(part.pmids), error)
            self._failed.extend(part.pmids)

    def _settle_empty(self, part: _Part) -> None:
        """Decide what an empty set means. Only a single PMID can be missing, and only from a service that works."""
        if len(part.pmids) > 1:
            empty = BadReplyError(f"PubMed sent no record for {len(part.pmids)} PMIDs ({_few(part.pmids)})")
            self._put_back(part, empty)
            raise empty
        if self._witness is None and part.alone + 1 < _SINGLE_TRIES:
            self._queue[0] = replace(part, alone=part.alone + 1)
            raise BadReplyError(f"PubMed sent no record for PMID {part.pmids[0]}")
        if self._witness is not None:
            self._cross_examine(part)
        self._queue.popleft()
        self._missing.append(part.pmids[0])

    def _cross_examine(self, part: _Part) -> None:
        """Ask for a PMID together with one that came before; return when only that one comes again."""
        reply = self._ask((*part.pmids, str(self._witness)))
        if reply is None:
            raise BadReplyError(f"PubMed sends no records any more, not even PMID {self._witness}, which came before")
        if part.pmids[0] in reply.pmids:
            raise BadReplyError(f"PubMed sent a record for PMID {part.pmids[0]} once, and once none")


def verified(answer: Answer, asked: frozenset[str]) -> Reply:
    """Check an EFetch answer and return it with its PMIDs, none for a well-formed empty set.

    Raises BadReplyError when it is not whole, not a ``PubmedArticleSet``, or holds PMIDs outside ``asked``
    or one twice.
    """
    root = _article_set(answer)
    found = [_identity(pmid) for child in root.iterchildren(*_PMID_PATHS) for pmid in _records(child)]
    if len(set(found)) != len(found):
        raise BadReplyError("EFetch sent a record twice in one answer")
    pmids = tuple(dict.fromkeys(pmid for pmid, _ in found))
    others = [pmid for pmid in pmids if pmid not in asked]
    if others:
        raise BadReplyError(f"EFetch sent PMIDs that were not asked for: {_few(others)}")
    return Reply(pmids=pmids, body=answer.body)


def _records(child: etree._Element) -> Iterator[etree._Element]:
    """Yield the PMID elements of one direct child of the set, by direct paths: cited PMIDs lie deeper."""
    found = child.findall(_PMID_PATHS[str(child.tag)])
    if not found:
        raise BadReplyError(f"EFetch sent a {child.tag!s} without a PMID")
    yield from found


def _identity(element: etree._Element) -> tuple[str, str]:
    return (element.text or "").strip(), element.get("Version", "1")


def _article_set(answer: Answer) -> etree._Element:
    body = answer.body
    if not body.strip():
        raise BadReplyError("EFetch sent an empty answer")
    if answer.media_type not in _XML:
        raise BadReplyError(f"EFetch answered with {answer.media_type or 'no media type'}: {said(body)}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        cut = "" if body.rstrip().endswith(b"</PubmedArticleSet>") else ", without its closing tag"
        raise BadReplyError(f"EFetch sent broken XML{cut} ({error.msg})") from None
    if root.tag != "PubmedArticleSet":
        words = root.findtext("ERROR") if root.tag == "eFetchResult" else None
        raise BadReplyError(f"EFetch says: {said((words or '').encode()) or f'<{root.tag!s}> instead of records'}")
    return root


def _checked(pmid: str) -> str:
    if not _PMID.fullmatch(pmid):
        raise UsageError(f"'{pmid[:40]}' is not a PMID: 1 to 8 digits, without a leading zero, are allowed")
    return pmid


def _few(pmids: Sequence[str]) -> str:
    return ", ".join(pmids[:10]) + (f" and {len(pmids) - 10} more" if len(pmids) > 10 else "")
