"""A PubMed client for the local server, on a clock that does not make tests wait."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

from eutils_server import Asked, EutilsServer

from ingest.pubmed import Clock, PubMed, Timeouts
from ingest.pubmed_http import Eutils
from kg.config import Settings

EMAIL = "reader@clinic.test"
KEY = "0123456789abcdef0123456789abcdef4242"
PATIENT = Timeouts(connect=5.0, read=10.0, whole=20.0)
SHORT = Timeouts(connect=5.0, read=0.5, whole=1.0)


class FakeClock:
    """Sleeping takes no time: it only moves this clock, for the client and the server alike."""

    def __init__(self) -> None:
        self.time = 1_000.0
        self.pauses: list[float] = []
        self.lock = threading.Lock()

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.time += seconds
            self.pauses.append(seconds)

    @property
    def clock(self) -> Clock:
        return Clock(monotonic=self.monotonic, sleep=self.sleep, now=lambda: 1_790_000_000.0 + self.time)


def settings(url: str, key: str | None = None) -> Settings:
    return Settings(eutils_url=url, email=EMAIL, api_key=key)


@contextmanager
def connected(
    server: EutilsServer, *, key: str | None = None, clock: Clock | None = None, timeouts: Timeouts = PATIENT
) -> Iterator[PubMed]:
    """Open a client; without ``clock``, on one that pauses without waiting."""
    with patch.dict(os.environ, {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}):
        pubmed = PubMed(settings(server.url, key), clock=clock or FakeClock().clock, timeouts=timeouts)
    with pubmed:
        yield pubmed


@contextmanager
def speaking(
    server: EutilsServer, *, key: str | None = None, clock: Clock | None = None, timeouts: Timeouts = PATIENT
) -> Iterator[Eutils]:
    """Open the transport alone."""
    with patch.dict(os.environ, {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}):
        eutils = Eutils(settings(server.url, key), clock=clock or FakeClock().clock, timeouts=timeouts)
    try:
        yield eutils
    finally:
        eutils.close()


def most_in_a_second(asked: Sequence[Asked]) -> int:
    """Return the largest number of requests that arrived in any one second (half-open)."""
    times = sorted(request.at for request in asked)
    return max(sum(1 for time in times if start <= time < start + 1.0) for start in times)
