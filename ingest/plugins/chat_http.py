"""One conversation with a server that speaks the chat completions of OpenAI: time limits, retries, a hidden key."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
import tenacity

from ingest.pubmed_http import BadReplyError, Clock, said
from kg.errors import ConfigurationError, TemporaryError

__all__ = ["ChatClient", "ChatSettings", "load_chat_settings"]

TRIES = 5
"""Tries in a row without an answer before the run stops."""

_LONGEST_PAUSE = 60.0
_MAX_BODY = 4 * 1024 * 1024
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SECONDS = re.compile(r"\d{1,6}")
_log = logging.getLogger("spinekg.plugins.chat")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSettings:
    """Where the model is. ``key`` never shows in ``repr`` and must not be printed, logged or stored.

    ``read`` is the longest silence and ``whole`` the longest answer, in seconds.
    """

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    read: float = 60.0
    whole: float = 300.0


def load_chat_settings(environ: Mapping[str, str]) -> ChatSettings:
    """Read SPINEKG_CHAT_URL, SPINEKG_CHAT_MODEL and SPINEKG_CHAT_KEY (optional).

    Raises ConfigurationError naming the variable that is missing or cannot be used.
    """
    url, model = environ.get("SPINEKG_CHAT_URL", "").strip(), environ.get("SPINEKG_CHAT_MODEL", "").strip()
    key = environ.get("SPINEKG_CHAT_KEY", "").strip() or None
    if not url or not model:
        missing = "SPINEKG_CHAT_MODEL" if url else "SPINEKG_CHAT_URL"
        raise ConfigurationError(f"plug-in 'chat': {missing} is not set")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    # The address itself stays out of the messages: it may hold a password.
    if parts.scheme not in {"http", "https"} or not host or re.search(r"[\s\\]", url):
        raise ConfigurationError("plug-in 'chat': SPINEKG_CHAT_URL is not an address such as http://localhost:8080/v1")
    if parts.query or parts.fragment or parts.username is not None or parts.password is not None:
        raise ConfigurationError("plug-in 'chat': SPINEKG_CHAT_URL may hold host, port and path only")
    if key and not (key.isascii() and key.isprintable()):
        raise ConfigurationError("plug-in 'chat': SPINEKG_CHAT_KEY holds characters no key has")
    if key and parts.scheme == "http" and host not in _LOOPBACK:
        raise ConfigurationError("plug-in 'chat': SPINEKG_CHAT_URL is plain http, which sends the key in the clear")
    return ChatSettings(url=url.rstrip("/"), model=model, key=key)


class ChatClient:
    """A client for one model at one address."""

    def __init__(self, settings: ChatSettings, clock: Clock | None = None) -> None:
        self._settings, self._clock = settings, clock or Clock()
        headers = {"User-Agent": "spinekg", "Accept": "application/json"}
        if settings.key:
            headers["Authorization"] = f"Bearer {settings.key}"
        self._client = httpx2.Client(timeout=httpx2.Timeout(settings.read, connect=10.0), headers=headers)

    def ask(self, request: Mapping[str, Any]) -> str:
        """Return the text of the model's answer.

        Raises TemporaryError after ``TRIES`` tries without one, ConfigurationError when no try can succeed.
        """
        retrying = tenacity.Retrying(
            sleep=self._clock.sleep,
            stop=tenacity.stop_after_attempt(TRIES),
            wait=_pause,
            retry=tenacity.retry_if_exception_type(BadReplyError),
            retry_error_callback=_last,
        )
        outcome: str | TemporaryError = retrying(lambda: self._once(request))
        if isinstance(outcome, TemporaryError):
            raise outcome
        return outcome

    def _once(self, request: Mapping[str, Any]) -> str:
        outcome = self._exchange(request)
        if isinstance(outcome, BadReplyError):
            # Raised here, outside every handler: an exception of the HTTP library carries the key.
            raise outcome
        status, headers, body = outcome
        if status == 200:
            return _content(body)
        words = self._clean(said(body))
        reason = f"HTTP status {status}" + (f": {words}" if words else "")
        if status in {401, 403}:
            raise ConfigurationError(f"plug-in 'chat': the server refuses SPINEKG_CHAT_KEY ({reason})")
        if status not in {408, 425, 429} and status < 500:
            raise ConfigurationError(f"plug-in 'chat': check SPINEKG_CHAT_URL and SPINEKG_CHAT_MODEL ({reason})")
        after = headers.get("retry-after", "").strip()
        raise BadReplyError(reason, retry_after=float(after) if _SECONDS.fullmatch(after) else None)

    def _exchange(self, request: Mapping[str, Any]) -> tuple[int, Mapping[str, str], bytes] | BadReplyError:
        end = self._clock.monotonic() + self._settings.whole
        body = bytearray()
        try:
            with self._client.stream("POST", f"{self._settings.url}/chat/completions", json=request) as response:
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > _MAX_BODY or self._clock.monotonic() > end:
                        return BadReplyError("the answer is too long or takes too long")
                return response.status_code, dict(response.headers), bytes(body)
        except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
            words = self._clean(" ".join(str(error).split())) or type(error).__name__
            return BadReplyError(f"{urlsplit(self._settings.url).hostname} does not answer: {words}")

    def _clean(self, text: str) -> str:
        return text.replace(self._settings.key, "(hidden)") if self._settings.key else text


def _content(body: bytes) -> str:
    """Return the text of the first choice of a chat completion."""
    try:
        found = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, RecursionError, LookupError, TypeError):
        found = None
    if not isinstance(found, str):
        raise BadReplyError("the answer is not a chat completion")
    return found


def _pause(state: tenacity.RetryCallState) -> float:
    """Return the seconds to wait: what the server asks, up to a minute, else a random part of a doubling interval."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, BadReplyError) and error.retry_after is not None:
        return min(error.retry_after, _LONGEST_PAUSE)
    return float(tenacity.wait_random_exponential(multiplier=1, max=_LONGEST_PAUSE)(state))


def _last(state: tenacity.RetryCallState) -> TemporaryError:
    error = state.outcome.exception() if state.outcome else None
    return TemporaryError(f"plug-in 'chat': no answer in {state.attempt_number} tries in a row. Last: {error}")
