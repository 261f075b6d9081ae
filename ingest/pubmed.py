"""PubMed through the E-utilities: find PMIDs, bring their records, and never take a bad answer for data.

    with PubMed(load_settings(os.environ)) as pubmed:
        found = pubmed.search(named_search("vertebral-augmentation").query)
        with FetchJournal(folder, job) as journal:
            fetch = pubmed.fetch(found.pmids, already=journal)
            for reply in fetch:
                store(reply.body)
                journal.record(reply.pmids)

Rules of the service: https://www.ncbi.nlm.nih.gov/books/NBK25497/. What happens on each kind of
failure is told in ``docs/fetching.md``.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import UTC, date, datetime, timedelta
from types import TracebackType

from ingest.pubmed_fetch import BATCH, Fetch, Reply
from ingest.pubmed_http import Clock, Eutils, RateLimit, Timeouts
from ingest.pubmed_search import SLICE, Found, search
from ingest.searches import NamedSearch, check_query, named_search, named_searches
from kg.config import Settings
from kg.errors import UsageError

__all__ = [
    "BATCH",
    "SLICE",
    "Clock",
    "Fetch",
    "Found",
    "NamedSearch",
    "PubMed",
    "RateLimit",
    "Reply",
    "Timeouts",
    "check_query",
    "named_search",
    "named_searches",
]


class PubMed:
    """A client of ESearch and EFetch for one thread; a context manager.

    ``clock``, ``timeouts`` and ``limit`` are for tests; clients that work side by side in one process
    share one ``limit``. Raises ConfigurationError when the settings hold no e-mail address.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        timeouts: Timeouts | None = None,
        limit: RateLimit | None = None,
    ) -> None:
        self._eutils = Eutils(settings, clock=clock, timeouts=timeouts, limit=limit)

    def search(self, query: str, *, since: date | None = None) -> Found:
        """Return every PMID that answers ``query``; with ``since``, only of records new or changed from that day on.

        Raises UsageError for a query PubMed would misread or a day in the future, TemporaryError when
        PubMed does not answer or its counts do not add up.
        """
        checked = check_query(query)
        if since is not None:
            # A day ahead of UTC is today somewhere.
            today = datetime.fromtimestamp(self._eutils.clock.now(), UTC).date()
            if not date(1900, 1, 1) <= since <= today + timedelta(days=1):
                raise UsageError(f"cannot fetch since {since}: a day from 1900-01-01 to today, {today}, is allowed")
        return search(self._eutils, checked, since=since)

    def fetch(self, pmids: Iterable[str], *, already: Container[str] = ()) -> Fetch:
        """Return the records of ``pmids`` without those in ``already``, as an iterable of ``Reply``.

        Raises UsageError at once for something that is not a PMID; see ``Fetch`` for the rest.
        """
        return Fetch(self._eutils, pmids, already=already)

    def close(self) -> None:
        """Close the connection."""
        self._eutils.close()

    def __enter__(self) -> PubMed:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
