"""One polite HTTP conversation with the E-utilities: rate limit, time limits, retries, a hidden API key.

Nothing here knows what a search or a record is. A try that does not bring a usable answer raises
``BadReplyError``; ``Eutils.persist`` repeats tries and gives up with a ``TemporaryError``.
"""

from __future__ import annotations

import json
import logging
import queue
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx2
import tenacity

from kg.config import Settings
from kg.errors import ConfigurationError, TemporaryError

__all__ = ["TRIES", "Answer", "BadReplyError", "Clock", "Eutils", "RateLimit", "Timeouts"]

TRIES = 8
"""Tries in a row without success before a fetch gives up."""

_TOOL = "spinekg"
_LONGEST_PAUSE = 60.0
_LONGEST_RETRY_AFTER = 300.0
_MAX_BODY = 64 * 1024 * 1024
_BUSY = frozenset({408, 425, 429})
_WRONG_ADDRESS = frozenset({300, 301, 302, 303, 307, 308, 404, 405, 410})

_log = logging.getLogger("spinekg.pubmed")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time as the client sees it: ``monotonic`` and ``sleep`` in seconds, ``now`` as seconds since 1970."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds allowed to connect, between two pieces of an answer, and for one request altogether."""

    connect: float = 10.0
    read: float = 30.0
    whole: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one request brought, with status 200: the media type in lower case, and the decoded body."""

    media_type: str
    body: bytes


class BadReplyError(TemporaryError):
    """One try brought nothing usable.

    ``busy`` means the service did not work on the request at all, so that a smaller one would not
    help. ``retry_after`` is the pause in seconds the service asked for.
    """

    def __init__(self, reason: str, *, busy: bool = False, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.busy, self.retry_after = busy, retry_after


class RateLimit:
    """At most ``requests`` in any ``window`` seconds, as the server counts them.

    Each turn is given back one window after its request has *ended*. A request reaches the server
    before it ends, so two requests of one turn arrive at least a window apart however long the
    network delays either. The window is a little over a second, for clocks that run differently.
    """

    def __init__(self, requests: int, *, window: float = 1.02, clock: Clock | None = None) -> None:
        self._clock = clock or Clock()
        self._window = window
        self._turns: queue.PriorityQueue[float] = queue.PriorityQueue()
        for _ in range(requests):
            self._turns.put(0.0)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and hold it while the request runs."""
        free_at = self._turns.get()
        try:
            pause = free_at - self._clock.monotonic()
            if pause > 0:
                self._clock.sleep(pause)
            yield
        finally:
            self._turns.put(self._clock.monotonic() + self._window)


class _Watchdog:
    """Ends a request that takes too long altogether, whatever it is waiting for."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.fired = seconds, False
        self._stream: Any = None

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember the open connection; the HTTP library calls this at every step."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._stream = info["return_value"]

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Guard the block."""
        self.fired = False
        timer = threading.Timer(self.seconds, self._fire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _fire(self) -> None:
        self.fired = True
        connection = self._stream.get_extra_info("socket") if self._stream is not None else None
        if isinstance(connection, socket.socket):
            try:
                # Not the TLS object's own shutdown: that one would talk to the other side first.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
            except OSError:
                _log.debug("the connection was already closed")


class Eutils:
    """A client for POST requests to the E-utilities that keeps NCBI's rules.

    Raises ConfigurationError when no e-mail address is set.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        timeouts: Timeouts | None = None,
        limit: RateLimit | None = None,
    ) -> None:
        if not settings.email:
            raise ConfigurationError(
                "SPINEKG_EMAIL is not set: NCBI asks for the e-mail address of whoever fetches; set it to yours"
            )
        self.clock = clock or Clock()
        self._settings = settings
        self._limit = limit or RateLimit(10 if settings.api_key else 3, clock=self.clock)
        limits = timeouts or Timeouts()
        self._watchdog = _Watchdog(limits.whole)
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(limits.read, connect=limits.connect),
            headers={"User-Agent": _TOOL, "Accept": "text/xml"},
            limits=httpx2.Limits(max_connections=1),
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def post(self, program: str, fields: Mapping[str, str]) -> Answer:
        """Send one request to ``program`` (``esearch.fcgi``) and return its answer with status 200.

        Raises BadReplyError when this try failed, ConfigurationError when no try can succeed.
        """
        raw = self._exchange(program, fields)
        outcome = raw if isinstance(raw, BadReplyError) else self._judged(*raw)
        if isinstance(outcome, BadReplyError):
            # Raised here, outside every handler: an exception of the HTTP library would carry the
            # request, and the request carries the API key.
            raise outcome
        return outcome

    def persist(self, attempt: Callable[[], _T]) -> _T:
        """Call ``attempt`` until it raises no BadReplyError, with full-jitter pauses between.

        Raises TemporaryError after ``TRIES`` calls, or at once when the service asks for a very long pause.
        """
        retrying = tenacity.Retrying(
            sleep=self.clock.sleep,
            stop=tenacity.stop_after_attempt(TRIES),
            wait=_pause,
            retry=tenacity.retry_if_exception(_is_worth_a_retry),
            before_sleep=_log_retry,
            retry_error_callback=_last_outcome,
        )
        outcome: _T | TemporaryError = retrying(attempt)
        if isinstance(outcome, TemporaryError):
            raise outcome
        return outcome

    def _exchange(
        self, program: str, fields: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes] | BadReplyError:
        """Send one request; return status, headers and decoded body, or what went wrong."""
        with self._limit.turn(), self._watchdog.armed():
            try:
                with self._client.stream(
                    "POST",
                    self._settings.eutils_url + program,
                    content=self._form(fields),
                    headers={"Content-Type": "application/x-www-form-urlencoded"},
                    extensions={"trace": self._watchdog.trace},
                ) as response:
                    body = _read(response)
                    status, headers = response.status_code, dict(response.headers)
            except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
                return self._broken(error)
        if body is None:
            return BadReplyError(f"the answer is larger than {_MAX_BODY // 1024 // 1024} MB")
        if self._settings.api_key:
            # NCBI quotes a refused key back. It ends here, before anybody can show or store it.
            body = body.replace(self._settings.api_key.encode(), b"(hidden)")
        return status, headers, body

    def _form(self, fields: Mapping[str, str]) -> bytes:
        """Return the body of a request. The API key goes here and nowhere else."""
        form = {**fields, "tool": _TOOL, "email": self._settings.email or ""}
        if self._settings.api_key:
            form["api_key"] = self._settings.api_key
        return urlencode(form).encode("ascii")

    def _broken(self, error: Exception) -> BadReplyError:
        host = urlsplit(self._settings.eutils_url).netloc
        words = self._clean(str(error)) or type(error).__name__
        if self._watchdog.fired:
            return BadReplyError(f"{host} did not finish its answer within {self._watchdog.seconds:g} s")
        if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError):
            return BadReplyError(f"cannot connect to {host}: {words}", busy=True)
        return BadReplyError(f"the answer of {host} broke off: {words}")

    def _judged(self, status: int, headers: Mapping[str, str], body: bytes) -> Answer | BadReplyError:
        if status == 200:
            return Answer(media_type=headers.get("content-type", "").split(";")[0].strip().lower(), body=body)
        words = said(body)
        reason = f"HTTP status {status}" + (f": {words}" if words else "")
        if status in {400, 401, 403} and "api key" in words.lower():
            raise ConfigurationError(f"NCBI refuses the API key ({reason}): correct or unset SPINEKG_API_KEY")
        if status in _WRONG_ADDRESS:
            raise ConfigurationError(
                f"{self._settings.eutils_url} does not serve the E-utilities ({reason}): check SPINEKG_EUTILS_URL"
            )
        pause = _retry_after(headers.get("retry-after", ""), self.clock.now())
        if pause is not None and pause > _LONGEST_RETRY_AFTER:
            reason += f"; it asks to come back in {pause:.0f} s"
        return BadReplyError(reason, busy=status in _BUSY, retry_after=pause)

    def _clean(self, text: str) -> str:
        """Take the API key out of the words of the HTTP library."""
        key = self._settings.api_key
        if key:
            text = text.replace(key, "(hidden)").replace(quote_plus(key), "(hidden)")
        return text


def said(body: bytes) -> str:
    """Return what an answer that is not data says, in one short line: a JSON message, an HTML title, plain words."""
    text = body[:4096].decode("utf-8", "replace").strip()
    if text.startswith("{"):
        try:
            found = json.loads(body)
            text = str(found.get("error", "")) or text
        except (ValueError, RecursionError):
            pass
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    text = title.group(1) if title else re.sub(r"<[^>]*>?", " ", text)
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= 200 else text[:199] + "…"


def _read(response: httpx2.Response) -> bytes | None:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > _MAX_BODY:
            return None
    return bytes(body)


def _retry_after(text: str, now: float) -> float | None:
    """Return the seconds of a ``Retry-After`` header (RFC 9110: seconds, or an HTTP date); ``None`` without one."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.fromtimestamp(now, UTC)).total_seconds())


def _pause(state: tenacity.RetryCallState) -> float:
    """Return the seconds to wait: never less than the service asks, else full jitter over a doubling interval."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, BadReplyError) and error.retry_after is not None:
        return error.retry_after + random.uniform(0.0, 1.0)  # noqa: S311 - spreads clients, guards nothing
    return float(tenacity.wait_random_exponential(multiplier=2, max=_LONGEST_PAUSE)(state))


def _is_worth_a_retry(error: BaseException) -> bool:
    return isinstance(error, BadReplyError) and (error.retry_after or 0.0) <= _LONGEST_RETRY_AFTER


def _log_retry(state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    pause = state.next_action.sleep if state.next_action else 0.0
    _log.warning("PubMed, try %d of %d: %s; next try in %.1f s", state.attempt_number, TRIES, error, pause)


def _last_outcome(state: tenacity.RetryCallState) -> Any:
    error = state.outcome.exception() if state.outcome else None
    return TemporaryError(f"PubMed did not answer properly in {state.attempt_number} tries in a row. Last: {error}")
