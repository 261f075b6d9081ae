"""EFetch: only whole answers count, and every PMID is brought or named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from eutils_client import PATIENT, SHORT, connected
from eutils_server import FETCH_FAULTS, PROLOGUE, SLOW_FAULTS, Article, Asked, EutilsServer, articles, script

from ingest.pubmed import Fetch, PubMed
from ingest.pubmed_fetch import BATCH, verified
from ingest.pubmed_http import Answer, BadReplyError
from kg.errors import TemporaryError, UsageError

XML = "text/xml"


def bring(pubmed: PubMed, pmids: list[str], **more: set[str]) -> tuple[list[str], Fetch]:
    fetch = pubmed.fetch(pmids, **more)
    return [pmid for reply in fetch for pmid in reply.pmids], fetch


def numbers(records: list[Article]) -> list[str]:
    return [record.pmid for record in records]


def test_batches_of_two_hundred_by_post() -> None:
    records = articles(450)
    with EutilsServer(records) as server, connected(server) as pubmed:
        fetch = pubmed.fetch(numbers(records))
        replies = list(fetch)
    assert [len(asked.ids) for asked in server.asked] == [200, 200, 50]
    assert {asked.method for asked in server.asked} == {"POST"}
    assert {asked.form["retmode"] for asked in server.asked} == {"xml"}
    assert [pmid for reply in replies for pmid in reply.pmids] == numbers(records)
    assert all(reply.body.rstrip().endswith(b"</PubmedArticleSet>") for reply in replies)
    assert (fetch.asked, fetch.missing, BATCH) == (450, (), 200)


def test_nothing_asked_is_nothing_sent() -> None:
    with EutilsServer([]) as server, connected(server) as pubmed:
        assert bring(pubmed, [])[0] == []
    assert server.asked == []


def test_what_is_stored_already_is_not_asked_again_nor_anything_twice() -> None:
    records = articles(10)
    pmids = numbers(records)
    with EutilsServer(records) as server, connected(server) as pubmed:
        got, fetch = bring(pubmed, pmids + pmids, already=set(pmids[:7]))
    assert got == pmids[7:]
    assert fetch.asked == 3


@pytest.mark.parametrize("pmid", ["", "0", "012", "-1", "PMC123", "12 ", "123456789", "1,2", "１２"])
def test_only_pmids_are_asked_for(pmid: str) -> None:
    with EutilsServer([]) as server, connected(server) as pubmed, pytest.raises(UsageError, match="is not a PMID"):
        pubmed.fetch(["1", pmid])


@pytest.mark.parametrize("fault", [*FETCH_FAULTS, "html-as-xml", "silence", "drip-body"])
def test_a_bad_answer_is_never_handed_on_and_everything_comes_all_the_same(fault: str) -> None:
    records, timeouts = articles(60), SHORT if fault in SLOW_FAULTS else PATIENT
    with EutilsServer(records, faults=script(fault)) as server, connected(server, timeouts=timeouts) as pubmed:
        got, fetch = bring(pubmed, numbers(records))
    assert sorted(got) == numbers(records)
    assert fetch.missing == ()
    assert len(server.asked) >= 2


@pytest.mark.parametrize(
    ("fault", "asked_for"),
    [
        ("cut-length", [200, 100, 100]),
        ("empty-set", [200, 100, 100]),
        ("html-200", [200, 100, 100]),
        ("503", [200, 100, 100]),
        ("extra", [200, 100, 100]),
        ("fewer", [200, 50, 50]),
        ("429", [200, 200]),
    ],
)
def test_a_failed_request_is_asked_again_in_smaller_parts(fault: str, asked_for: list[int]) -> None:
    records = articles(200)
    with EutilsServer(records, faults=script(fault)) as server, connected(server) as pubmed:
        bring(pubmed, numbers(records))
    assert [len(asked.ids) for asked in server.asked] == asked_for


def test_missing_records_are_asked_for_alone_and_reported() -> None:
    records = articles(199)
    wanted = [*numbers(records), "5", "6", "7"]
    with EutilsServer(records) as server, connected(server) as pubmed:
        got, fetch = bring(pubmed, wanted)
    assert sorted(got) == numbers(records)
    assert sorted(fetch.missing) == ["5", "6", "7"]
    assert {"5", "6", "7"} <= {asked.ids[0] for asked in server.asked if len(asked.ids) == 1}


def test_a_single_unknown_pmid_is_believed_after_three_tries() -> None:
    with EutilsServer(articles(1)) as server, connected(server) as pubmed:
        got, fetch = bring(pubmed, ["5"])
    assert (got, fetch.missing, len(server.asked)) == ([], ("5",), 3)


def test_an_empty_answer_from_a_failing_service_is_not_a_missing_record() -> None:
    records = articles(401)

    def empty_later(asked: Asked) -> str | None:
        return "empty-set" if asked.number >= 2 else None

    with EutilsServer(records, faults=empty_later) as server, connected(server) as pubmed:
        fetch = pubmed.fetch(numbers(records))
        with pytest.raises(TemporaryError, match=r"1 of 401 records did not come.*99000401.*not even PMID 990"):
            list(fetch)
    assert fetch.missing == (), "PMIDs that were brought before do not come either: the service is at fault"


def test_a_deleted_record_counts_as_come() -> None:
    records = articles(3)
    with EutilsServer(records, deleted=frozenset({"5"})) as server, connected(server) as pubmed:
        got, fetch = bring(pubmed, [*numbers(records), "5"])
    assert sorted(got) == ["5", *numbers(records)]
    assert fetch.missing == ()


def poisoned(pmid: str, fault: str) -> Callable[[Asked], str | None]:
    return lambda asked: fault if pmid in asked.ids else None


@pytest.mark.parametrize("place", [0, 150, 399])
def test_one_record_that_never_comes_properly_does_not_hold_up_the_others(place: int) -> None:
    records = articles(400)
    bad = records[place].pmid
    with EutilsServer(records, faults=poisoned(bad, "cut-clean")) as server, connected(server) as pubmed:
        fetch, got = pubmed.fetch(numbers(records)), []
        with pytest.raises(TemporaryError) as caught:
            for reply in fetch:
                got += reply.pmids
    assert sorted([*got, bad]) == numbers(records)
    assert f"1 of 400 records did not come from PubMed ({bad})" in str(caught.value)
    assert fetch.missing == ()


def answer(inner: str, *, media_type: str = XML, end: str = "</PubmedArticleSet>") -> Answer:
    return Answer(media_type=media_type, body=(PROLOGUE + inner + end).encode())


def test_pmids_are_read_from_the_records_themselves_only() -> None:
    inner = Article("11").xml() + Article("12", kind="book").xml()
    inner += "<DeleteCitation><PMID Version='1'>13</PMID><PMID Version='2'>14</PMID></DeleteCitation>"
    reply = verified(answer(inner), frozenset({"11", "12", "13", "14", "15"}))
    assert reply.pmids == ("11", "12", "13", "14")


def test_two_versions_of_a_record_are_two_records() -> None:
    inner = Article("11").xml() + Article("11").xml().replace("Version='1'", "Version='2'")
    assert verified(answer(inner), frozenset({"11"})).pmids == ("11",)


def test_unknown_elements_of_a_later_dtd_are_no_reason_to_refuse() -> None:
    inner = "<!-- new --><PubmedPreprintNote/>" + Article("11", extra="<Brand New='1'/>").xml()
    assert verified(answer(inner), frozenset({"11"})).pmids == ("11",)


def test_a_well_formed_empty_set_has_no_pmids() -> None:
    assert verified(answer(""), frozenset({"1"})).pmids == ()


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (Answer(media_type=XML, body=b" \n"), "empty answer"),
        (answer("", media_type="text/html"), "answered with text/html"),
        (answer("", media_type=""), "no media type"),
        (answer(Article("1").xml(), end=""), "without its closing tag"),
        (answer("<PubmedArticle><MedlineCitation>"), "broken XML"),
        (answer(Article("1").xml() + "\x0b"), "broken XML"),
        (answer("<x>" * 300 + "</x>" * 300), "broken XML"),
        (answer("<PubmedArticle><MedlineCitation/></PubmedArticle>"), "PubmedArticle without a PMID"),
        (answer(Article("2").xml()), "not asked for: 2"),
        (answer(Article("1").xml() * 2), "twice"),
        (Answer(media_type=XML, body=b"<eFetchResult><ERROR>no luck</ERROR></eFetchResult>"), "EFetch says: no luck"),
        (Answer(media_type=XML, body=b"<html><body/></html>"), "<html> instead of records"),
        (Answer(media_type=XML, body=b"<a:PubmedArticleSet xmlns:a='b'/>"), "instead of records"),
    ],
)
def test_what_is_not_an_answer(bad: Answer, words: str) -> None:
    with pytest.raises(BadReplyError, match=words):
        verified(bad, frozenset({"1"}))


def test_external_entities_and_dtds_are_not_read(tmp_path) -> None:  # type: ignore[no-untyped-def]
    secret = tmp_path / "secret.txt"
    secret.write_text("1")
    body = (
        f'<!DOCTYPE PubmedArticleSet SYSTEM "file://{tmp_path}/none.dtd" [<!ENTITY x SYSTEM "file://{secret}">]>'
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>&x;</PMID></MedlineCitation></PubmedArticle>"
        "</PubmedArticleSet>"
    )
    with pytest.raises(BadReplyError, match="not asked for"):
        verified(Answer(media_type=XML, body=body.encode()), frozenset({"1"}))
