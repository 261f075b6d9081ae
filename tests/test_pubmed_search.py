"""ESearch in complete slices."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from eutils_client import PATIENT, SHORT, FakeClock, connected
from eutils_server import CAP, SLOW_FAULTS, Article, Asked, EutilsServer, articles, script
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import pubmed_search
from ingest.pubmed_http import Answer
from ingest.pubmed_search import SLICE, search
from kg.errors import TemporaryError, UsageError


def sizes(server: EutilsServer) -> list[int]:
    return [len(server.matching(asked.form["term"])) for asked in server.asked]


def test_a_small_search_is_one_request() -> None:
    with EutilsServer(articles(37)) as server, connected(server) as pubmed:
        found = pubmed.search("spine[tiab]  AND\npain[tiab]")
    assert found.pmids == tuple(str(99_000_001 + i) for i in range(37))
    assert (found.slices, found.warnings) == (1, ())
    (asked,) = server.asked
    assert asked.program == "esearch.fcgi"
    assert {key: asked.form[key] for key in ("db", "retmode", "retstart", "term")} == {
        "db": "pubmed", "retmode": "xml", "retstart": "0", "term": "(spine[tiab] AND pain[tiab])",
    }  # fmt: skip


def test_nothing_found_is_an_empty_tuple() -> None:
    with EutilsServer([]) as server, connected(server) as pubmed:
        assert pubmed.search("spine[tiab]").pmids == ()


@pytest.mark.parametrize(
    ("count", "slices"), [(9_997, 1), (9_998, 1), (9_999, 2), (10_000, 2), (10_001, 2), (25_012, 3)]
)
def test_a_large_search_is_cut_by_pmid_and_adds_up(count: int, slices: int) -> None:
    records = articles(count, first=1_000_003, step=1_501)
    with EutilsServer(records) as server, connected(server) as pubmed:
        found = pubmed.search("spine[tiab]")
    assert found.pmids == tuple(record.pmid for record in records)
    assert found.slices >= slices
    taken = [size for size in sizes(server) if size < CAP]
    assert sum(taken) == count, "the parts that were listed are the whole, without overlap"


def test_the_cap_of_esearch_shows_in_nothing_but_a_warning() -> None:
    """The trap itself, asked for directly: 9,999 ids, status 200, and the true count."""
    with EutilsServer(articles(12_000)) as server, connected(server) as pubmed:
        fields = {"db": "pubmed", "term": "spine[tiab]", "retmax": "100000"}
        answer = pubmed._eutils.post("esearch.fcgi", fields)
    assert answer.body.count(b"<Id>") == CAP
    assert b"<Count>12000</Count>" in answer.body


@pytest.mark.parametrize(
    "fault",
    ["429", "503", "html-200", "html-as-xml", "json-200", "text-200", "error-200", "empty-body", "cut-clean",
     "cut-length", "cut-chunk", "reset", "fewer-ids", "no-count", "wrong-type", "silence"],
)  # fmt: skip
def test_a_failed_search_is_made_again_and_never_taken_for_an_empty_one(fault: str) -> None:
    timeouts = SHORT if fault in SLOW_FAULTS else PATIENT
    with EutilsServer(articles(20), faults=script(fault)) as server, connected(server, timeouts=timeouts) as pubmed:
        assert len(pubmed.search("spine[tiab]").pmids) == 20
    assert len(server.asked) == 2


def test_a_search_that_keeps_failing_is_temporary_and_shows_the_words_of_ncbi() -> None:
    with EutilsServer(articles(20), faults=lambda asked: "error-200") as server, connected(server) as pubmed:
        with pytest.raises(TemporaryError, match="Database is not supported: pubmed"):
            pubmed.search("spine[tiab]")
    assert len(server.asked) == 8


def wrong_slice(times: int) -> Callable[[Asked], str | None]:
    """Count one slice short, consistently in count and ids, the given number of times."""
    left = [times]

    def choose(asked: Asked) -> str | None:
        if re.search(r" AND 1:\d+\[UID\]", asked.form["term"]) and left[0]:
            left[0] -= 1
            return "wrong-count"
        return None

    return choose


def test_a_wrong_count_in_a_slice_is_noticed_and_the_search_repeated() -> None:
    records = articles(10_100, first=40_000_000, step=2_000)
    with EutilsServer(records, faults=wrong_slice(1)) as server, connected(server) as pubmed:
        assert len(pubmed.search("spine[tiab]").pmids) == 10_100
    assert [asked.form["term"] for asked in server.asked].count("(spine[tiab])") == 2


def test_counts_that_never_add_up_are_temporary() -> None:
    records = articles(10_100, first=40_000_000, step=2_000)
    with EutilsServer(records, faults=wrong_slice(99)) as server, connected(server) as pubmed:
        with pytest.raises(TemporaryError, match=r"counts 10,100 records.*search again later"):
            pubmed.search("spine[tiab]")
    assert [asked.form["term"] for asked in server.asked].count("(spine[tiab])") == 3


def test_failing_count_of_one_half_is_not_an_empty_half() -> None:
    records = articles(10_100, first=40_000_000, step=2_000)

    def second_half(asked: Asked) -> str | None:
        return "empty-body" if "50000000" in asked.form["term"] else None

    with EutilsServer(records, faults=second_half) as server, connected(server) as pubmed:
        with pytest.raises(TemporaryError):
            pubmed.search("spine[tiab]")


def test_since_asks_for_new_and_changed_records_with_both_bounds() -> None:
    records = [
        Article("1", created="2026/08/31", revised="2026/08/31"),
        Article("2", created="2026/09/01", revised="2026/09/01"),
        Article("3", created="2011/01/01", revised="2026/09/05"),
        Article("4", created="2011/01/01", revised="2012/01/01"),
    ]
    with EutilsServer(records) as server, connected(server) as pubmed:
        assert pubmed.search("spine[tiab]", since=date(2026, 9, 1)).pmids == ("2", "3")
    assert server.asked[0].form["term"] == (
        '(spine[tiab]) AND ("2026/09/01"[crdt] : "3000/12/31"[crdt] OR "2026/09/01"[lr] : "3000/12/31"[lr])'
    )
    assert not {"mindate", "maxdate", "datetype", "reldate"} & set(server.asked[0].form)


@pytest.mark.parametrize("day", ["2999-01-01", "1899-12-31"])
def test_since_outside_the_calendar_is_refused(day: str) -> None:
    with (
        EutilsServer([]) as server,
        connected(server) as pubmed,
        pytest.raises(UsageError, match="1900-01-01 to today"),
    ):
        pubmed.search("spine[tiab]", since=date.fromisoformat(day))
    assert server.asked == []


def test_a_query_with_a_mistake_is_not_sent() -> None:
    with EutilsServer([]) as server, connected(server) as pubmed, pytest.raises(UsageError, match="never closed"):
        pubmed.search('"spinal cord stimulation[tiab]')
    assert server.asked == []


def test_what_pubmed_remarks_on_a_query_is_handed_on() -> None:
    with EutilsServer(articles(3)) as server, connected(server) as pubmed:
        assert pubmed.search("zzzz[tiab]").warnings == ("PhraseNotFound: zzzz",)


def test_an_unknown_field_is_the_users_error() -> None:
    with EutilsServer(articles(3)) as server, connected(server) as pubmed:
        with pytest.raises(UsageError, match="does not know the search field 'nosuchfield'"):
            pubmed.search("nosuchfield[tiab]")


class CountingService:
    """ESearch without a network: PMIDs in a list, complete answers."""

    def __init__(self, pmids: set[int]) -> None:
        self.pmids, self.clock, self.asked = sorted(pmids), FakeClock().clock, 0

    def persist(self, attempt: Callable[[], Any]) -> Any:
        return attempt()

    def post(self, program: str, fields: Mapping[str, str]) -> Answer:
        self.asked += 1
        bounds = re.search(r"(\d+):(\d+)\[UID\]", fields["term"])
        low, high = (int(bounds[1]), int(bounds[2])) if bounds else (0, 10**9)
        found = [pmid for pmid in self.pmids if low <= pmid <= high]
        shuffled = random.Random(1)  # noqa: S311
        ids = "".join(f"<Id>{pmid}</Id>" for pmid in shuffled.sample(found, len(found))[: int(fields["retmax"])])
        body = f"<eSearchResult><Count>{len(found)}</Count><IdList>{ids}</IdList></eSearchResult>"
        return Answer(media_type="text/xml", body=body.encode())


@given(st.sets(st.integers(1, 99_999_999) | st.integers(1, 40) | st.integers(40_000_000, 40_000_040), max_size=80))
@settings(max_examples=150)
def test_slices_are_a_partition_of_any_set(pmids: set[int]) -> None:
    service = CountingService(pmids)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pubmed_search, "SLICE", 7)
        found = search(service, "spine[tiab]")  # type: ignore[arg-type]
    assert found.pmids == tuple(str(pmid) for pmid in sorted(pmids))


def test_the_slice_is_under_the_limit_of_the_service() -> None:
    assert SLICE < CAP
