"""A whole fetch against a service that misbehaves; interruption; and the API key, which must not leak."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from eutils_client import EMAIL, KEY, FakeClock, connected, most_in_a_second, settings
from eutils_server import FETCH_FAULTS, SEARCH_FAULTS, EutilsServer, articles, script, seeded

from ingest.fetch_journal import FetchJournal, job_name
from ingest.pubmed import PubMed, Timeouts, named_search
from kg.config import Settings
from kg.errors import ConfigurationError, SpinekgError, TemporaryError
from kg.model import Record

QUERY = named_search("vertebral-augmentation").query


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("rate", [0.0, 0.25, 0.4])
def test_a_misbehaving_service_still_gives_every_record_once(seed: int, rate: float) -> None:
    records, time_ = articles(1_500), FakeClock()
    with EutilsServer(records, faults=seeded(seed, rate), clock=time_.monotonic) as server:
        with connected(server, clock=time_.clock) as pubmed:
            found = pubmed.search(QUERY)
            fetch = pubmed.fetch(found.pmids)
            got = [pmid for reply in fetch for pmid in reply.pmids]
    assert sorted(got) == [record.pmid for record in records]
    assert len(set(got)) == len(got)
    assert fetch.missing == ()
    assert most_in_a_second(server.asked) <= 3
    assert all(len(asked.ids) <= 200 for asked in server.asked)


def fetch_into(store: dict[str, bytes], pubmed: PubMed, folder: Path) -> None:
    """Do what ``spinekg fetch`` does: search, fetch the rest, store, then note as stored."""
    found = pubmed.search(QUERY)
    with FetchJournal(folder, job_name([QUERY])) as journal:
        for reply in pubmed.fetch(found.pmids, already=journal):
            assert not set(reply.pmids) & set(store), "nothing comes twice"
            store.update(dict.fromkeys(reply.pmids, reply.body))
            journal.record(reply.pmids)


@pytest.mark.parametrize("dies_at", [1, 2, 4, 8])
def test_an_interrupted_fetch_goes_on_where_it_stopped(dies_at: int, tmp_path: Path) -> None:
    records, store = articles(1_500), {}
    with EutilsServer(records, die_after=dies_at) as server, connected(server) as pubmed:
        with pytest.raises(TemporaryError) as caught:
            fetch_into(store, pubmed, tmp_path)
    assert caught.value.exit_code == 75
    first = set(store)
    assert len(first) == 200 * (dies_at - 1)

    with EutilsServer(records) as server, connected(server) as pubmed:
        fetch_into(store, pubmed, tmp_path)
    assert sorted(store) == [record.pmid for record in records]
    asked_again = {pmid for asked in server.asked for pmid in asked.ids}
    assert asked_again == set(store) - first
    assert list(tmp_path.iterdir()) == [], "a complete fetch leaves no journal"


def test_a_crash_between_storing_and_noting_only_repeats_one_answer(tmp_path: Path) -> None:
    records = articles(600)
    job = job_name([QUERY])
    with EutilsServer(records) as server, connected(server) as pubmed:
        with pytest.raises(KeyboardInterrupt), FetchJournal(tmp_path, job) as journal:
            for number, reply in enumerate(pubmed.fetch(record.pmid for record in records)):
                if number == 2:
                    raise KeyboardInterrupt
                journal.record(reply.pmids)
        with FetchJournal(tmp_path, job) as journal:
            assert len(journal) == 400
            rest = pubmed.fetch([record.pmid for record in records], already=journal)
            assert rest.asked == 200
            list(rest)


def test_without_an_address_nothing_is_sent() -> None:
    with EutilsServer([]) as server, pytest.raises(ConfigurationError, match="SPINEKG_EMAIL"):
        PubMed(Settings(eutils_url=server.url))
    assert server.asked == []


def shown(error: BaseException | None) -> Iterator[str]:
    """Everything a careless report of an error could show, with the local variables of every frame but the test's."""
    while error is not None:
        yield repr(error) + repr(getattr(error, "__dict__", ""))
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        yield "".join(told.format_exception_only())
        yield from (str(frame.locals) for frame in told.stack if Path(frame.filename).parent != Path(__file__).parent)
        yield "".join(repr(getattr(error, name, "")) for name in ("request", "response", "last_attempt"))
        error = error.__cause__ or error.__context__


ALWAYS = [
    "echo-200",
    "echo-xml",
    "400-key",
    "404",
    "302",
    "403",
    "silence",
    "drip-head",
    *sorted({*FETCH_FAULTS, *SEARCH_FAULTS}),
]


@pytest.mark.parametrize("fault", ALWAYS)
def test_the_api_key_shows_nowhere(fault: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    records, seen = articles(3), []
    with EutilsServer(records, faults=lambda asked: fault if asked.number else None) as server:
        with connected(server, key=KEY, timeouts=Timeouts(connect=1.0, read=0.1, whole=0.2)) as pubmed:
            seen += [repr(pubmed.search(QUERY)), repr(vars(pubmed)), repr(settings(server.url, KEY))]
            for action in (lambda: pubmed.search(QUERY), lambda: fetch_into({}, pubmed, tmp_path)):
                try:
                    action()
                except SpinekgError as error:
                    seen += shown(error)
    assert KEY in server.asked[0].form["api_key"], "the key was in use"
    assert len(server.asked) >= 2
    seen += [caplog.text, *(path.read_text() for path in tmp_path.iterdir())]
    seen += [str(vars(entry)) for entry in caplog.records]
    for text in seen:
        assert KEY not in text and quote_plus(KEY) not in text
    if fault in {"400-key", "404", "302"}:
        assert "check" in "".join(seen) or "correct or unset" in "".join(seen)


def test_a_key_is_hidden_even_when_the_library_fails_in_a_way_nobody_expected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import httpx2

    with EutilsServer(articles(1), faults=script("reset")) as server, connected(server, key=KEY) as pubmed:

        def fail(*args: object, **kwargs: object) -> None:
            raise httpx2.ReadError(f"broken while sending {kwargs.get('content')!r}")

        monkeypatch.setattr(pubmed._eutils._client, "stream", fail)
        with pytest.raises(TemporaryError) as caught:
            pubmed.search(QUERY)
    assert "(hidden)" in str(caught.value)
    assert all(KEY not in text for text in shown(caught.value))


def test_the_example_of_the_guide_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (Path(__file__).parents[1] / "docs" / "fetching.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    with EutilsServer(articles(201)) as server:
        for name, value in [("EUTILS_URL", server.url), ("EMAIL", EMAIL), ("HOME", str(tmp_path))]:
            monkeypatch.setenv(f"SPINEKG_{name}", value)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        names: dict[str, object] = {}
        exec(example, names)  # noqa: S102 - our own guide
    assert [len(asked.ids) for asked in server.asked] == [0, 200, 1]
    assert names["fetch"].missing == ()  # type: ignore[attr-defined]


def test_the_clients_module_knows_nothing_of_records() -> None:
    import ingest.pubmed as module

    assert Record not in vars(module).values()
