"""The HTTP conversation: rate, time limits, retries, and where the API key may go."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from eutils_client import EMAIL, KEY, FakeClock, most_in_a_second, speaking
from eutils_server import EutilsServer, articles, script
from hypothesis import given
from hypothesis import strategies as st

from ingest import pubmed_http
from ingest.pubmed_http import TRIES, Answer, BadReplyError, Clock, Eutils, RateLimit, Timeouts, _retry_after, said
from kg.config import Settings
from kg.errors import ConfigurationError, TemporaryError

FIELDS = {"db": "pubmed", "id": "99000001"}


def ask(eutils: Eutils) -> Answer:
    return eutils.persist(lambda: eutils.post("efetch.fcgi", FIELDS))


def test_an_email_address_is_required_and_never_invented() -> None:
    with pytest.raises(ConfigurationError, match="SPINEKG_EMAIL"):
        Eutils(Settings())


def test_every_call_is_a_post_that_names_tool_and_email() -> None:
    with EutilsServer(articles(1)) as server, speaking(server) as eutils:
        answer = ask(eutils)
    assert answer.media_type == "text/xml"
    assert answer.body.endswith(b"</PubmedArticleSet>")
    (asked,) = server.asked
    assert asked.method == "POST"
    assert asked.form == {**FIELDS, "tool": "spinekg", "email": EMAIL}


def test_the_key_goes_into_the_body_and_nowhere_else() -> None:
    with EutilsServer(articles(1)) as server, speaking(server, key=KEY) as eutils:
        ask(eutils)
    (asked,) = server.asked
    assert asked.form["api_key"] == KEY
    assert KEY not in asked.path + str(asked.headers)


@pytest.mark.parametrize("fault", ["429", "429-json", "500", "502", "503", "403", "reset"])
def test_a_refused_try_is_made_again(fault: str) -> None:
    with EutilsServer(articles(1), faults=script(fault)) as server, speaking(server) as eutils:
        assert ask(eutils).body
    assert len(server.asked) == 2


@pytest.mark.parametrize(("text", "at_least"), [("7", 7.0), ("0", 0.0), ("120", 120.0)])
def test_retry_after_is_a_lower_bound(text: str, at_least: float) -> None:
    time_ = FakeClock()
    faults = script("429-retry-after")
    with EutilsServer(articles(1), faults=faults, clock=time_.monotonic, retry_after=text) as server:
        with speaking(server, clock=time_.clock) as eutils:
            ask(eutils)
    first, second = server.asked
    assert at_least <= second.at - first.at <= at_least + 2.1


def test_a_very_long_retry_after_is_not_waited_for() -> None:
    time_ = FakeClock()
    with EutilsServer(articles(1), faults=script("429-retry-after"), retry_after="3600") as server:
        with speaking(server, clock=time_.clock) as eutils, pytest.raises(TemporaryError, match="3600 s") as caught:
            ask(eutils)
    assert len(server.asked) == 1
    assert time_.pauses == []
    assert caught.value.exit_code == 75


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", None), ("soon", None), ("-5", None), ("1.5", None), ("12", 12.0), (" 12 ", 12.0), ("٣", None),
        (format_datetime(datetime(2026, 10, 1, 0, 1, 30, tzinfo=UTC), usegmt=True), 90.0),
        (format_datetime(datetime(2026, 9, 30, tzinfo=UTC), usegmt=True), 0.0),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    assert _retry_after(text, datetime(2026, 10, 1, tzinfo=UTC).timestamp()) == seconds


def test_seven_refusals_then_success() -> None:
    with EutilsServer(articles(1), faults=script(*["429"] * 7)) as server, speaking(server) as eutils:
        assert ask(eutils).body
    assert len(server.asked) == 8


def test_the_eighth_failure_is_the_last() -> None:
    with EutilsServer(articles(1), faults=lambda asked: "503") as server, speaking(server) as eutils:
        with pytest.raises(TemporaryError, match=r"8 tries in a row\. Last: HTTP status 503: Unavailable") as caught:
            ask(eutils)
    assert len(server.asked) == TRIES
    assert caught.value.exit_code == 75


def test_pauses_are_full_jitter_over_a_doubling_interval_with_a_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for: list[tuple[float, float]] = []

    def uniform(low: float, high: float) -> float:
        asked_for.append((low, high))
        return high

    monkeypatch.setattr(random, "uniform", uniform)
    time_ = FakeClock()
    with EutilsServer(articles(1), faults=lambda asked: "500") as server, speaking(server, clock=time_.clock) as eutils:
        with pytest.raises(TemporaryError):
            ask(eutils)
    assert asked_for[:7] == [(0, 2), (0, 4), (0, 8), (0, 16), (0, 32), (0, 60), (0, 60)]
    assert [pause for pause in time_.pauses if pause >= 2] == [2, 4, 8, 16, 32, 60, 60]


def test_nobody_listening_is_temporary() -> None:
    server = EutilsServer(articles(1))
    with server:
        pass
    with speaking(server) as eutils, pytest.raises(TemporaryError, match=r"cannot connect to 127\.0\.0\.1"):
        ask(eutils)


@pytest.mark.parametrize("fault", ["silence", "drip-head", "drip-body"])
def test_time_limits_bound_a_request(fault: str) -> None:
    with EutilsServer(articles(1), faults=script(fault)) as server:
        with speaking(server, timeouts=Timeouts(connect=1.0, read=0.4, whole=0.8)) as eutils:
            start = time.monotonic()
            with pytest.raises(BadReplyError) as caught:
                eutils.post("efetch.fcgi", FIELDS)
            assert time.monotonic() - start < 2.0
            assert ask(eutils).body, "the next request has a connection of its own"
    assert not caught.value.busy
    assert ("within 0.8 s" in str(caught.value)) == (fault != "silence")


def test_the_limits_are_those_we_promise() -> None:
    assert Timeouts() == Timeouts(connect=10.0, read=30.0, whole=120.0)


def test_a_wrong_key_is_a_configuration_error_without_the_key() -> None:
    with EutilsServer(articles(1), faults=script("400-key")) as server, speaking(server, key=KEY) as eutils:
        with pytest.raises(ConfigurationError, match="SPINEKG_API_KEY") as caught:
            ask(eutils)
    assert "API key invalid" in str(caught.value)
    assert KEY not in str(caught.value)
    assert len(server.asked) == 1


@pytest.mark.parametrize("fault", ["404", "302"])
def test_a_wrong_address_is_a_configuration_error(fault: str) -> None:
    with EutilsServer(articles(1), faults=script(fault)) as server, speaking(server) as eutils:
        with pytest.raises(ConfigurationError, match="SPINEKG_EUTILS_URL"):
            ask(eutils)
    assert len(server.asked) == 1, "a redirect is not followed: the key would go along"


def test_an_endless_body_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pubmed_http, "_MAX_BODY", 100)
    with (
        EutilsServer(articles(1)) as server,
        speaking(server) as eutils,
        pytest.raises(BadReplyError, match="larger than"),
    ):
        eutils.post("efetch.fcgi", FIELDS)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", ""),
        (b'{"error":"API rate limit exceeded","api-key":"x"}', "API rate limit exceeded"),
        (b'{"broken', '{"broken'),
        (b"<html><head><TITLE>\nWWW Error\n Blocked</TITLE></head><body>x</body></html>", "WWW Error Blocked"),
        (b"<p>plain <b>words</b>", "plain words"),
        (b"\x1b[31mred\x00\xff", "[31mred �"),
        (b"a" * 500, "a" * 199 + "…"),
    ],
)
def test_what_an_answer_says_fits_on_one_line(body: bytes, words: str) -> None:
    assert said(body) == words


def test_three_requests_a_second_by_the_clock_of_the_server() -> None:
    with EutilsServer(articles(1)) as server, speaking(server, clock=Clock()) as eutils:
        for _ in range(8):
            ask(eutils)
    assert most_in_a_second(server.asked) <= 3
    assert server.asked[-1].at - server.asked[0].at >= 2.0


def test_ten_requests_a_second_with_a_key() -> None:
    with EutilsServer(articles(1)) as server, speaking(server, key=KEY, clock=Clock()) as eutils:
        for _ in range(22):
            ask(eutils)
    assert most_in_a_second(server.asked) <= 10
    assert server.asked[-1].at - server.asked[0].at >= 2.0


@given(
    st.integers(1, 10),
    st.lists(st.tuples(st.floats(0, 2), st.floats(0, 1)), min_size=1, max_size=60),
)
def test_no_delay_of_the_network_squeezes_more_requests_into_a_second(
    requests: int, calls: list[tuple[float, float]]
) -> None:
    """Each call lasts ``lasting`` seconds; the server sees it at any moment of that time."""
    time_ = FakeClock()
    limit = RateLimit(requests, clock=time_.clock)
    arrivals = []
    for lasting, share in calls:
        with limit.turn():
            arrivals.append(time_.time + lasting * share)
            time_.time += lasting
    arrivals.sort()
    for start in arrivals:
        assert sum(1 for arrival in arrivals if start <= arrival < start + 1.0) <= requests


def test_a_turn_comes_back_when_its_request_fails() -> None:
    limit = RateLimit(1, clock=FakeClock().clock)
    for _ in range(3):
        with pytest.raises(KeyError), limit.turn():
            raise KeyError
