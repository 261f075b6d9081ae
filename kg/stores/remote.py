"""Another SPARQL 1.1 store, over HTTP: which graphs of ours it holds, and how to write them.

Graphs are written by the Graph Store Protocol, or by SPARQL Update where a store has no such door.
Each graph carries its own digest (``ev:digest``), so it is written, with the proof of what it is, in
one request: whatever is interrupted, the next comparison finds what is missing.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import httpx2
import tenacity

from kg.errors import ConfigurationError, StoreError, TemporaryError
from kg.identity import BASE, PREFIXES

__all__ = ["TRIES", "Addresses", "Login", "RemoteStore", "find_store", "read_login"]

TRIES = 5
"""Tries in a row without success before a push gives up."""

_DIGESTS = f"""
SELECT ?graph ?digest WHERE {{
  GRAPH ?graph {{ ?graph <{PREFIXES["ev"]}digest> ?digest }}
  FILTER(STRSTARTS(STR(?graph), "{BASE}graph/"))
}}
"""
_RESULTS = "application/sparql-results+json"
_BUSY = frozenset({408, 425, 429})
_GONE = frozenset({404, 410})
_NOT_HERE = _GONE | {405, 501}
_LOGIN = "SPINEKG_SPARQL_USERNAME and SPINEKG_SPARQL_PASSWORD"

_log = logging.getLogger("spinekg.remote")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where a store answers queries, and where its graphs are written: one of the two ways, or both."""

    query: str
    graphs: str | None = None
    update: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A user of the remote store. The password never shows in ``repr`` and must not be printed, logged or stored."""

    username: str
    password: str = field(repr=False)


class _TryAgainError(TemporaryError):
    """One try brought nothing usable; another may."""


class _NotHereError(ConfigurationError):
    """Nothing at this address does what was asked; ``status`` is that of the answer."""

    def __init__(self, reason: str, status: int = 200) -> None:
        super().__init__(reason)
        self.status = status


class RemoteStore:
    """A conversation with one store; use it in a ``with`` block.

    ``sleep`` waits the given seconds between two tries. Every method raises TemporaryError when the
    store does not answer properly in ``TRIES`` tries, ConfigurationError when it refuses the user or
    nothing of the kind is at the address, StoreError when it refuses the data.
    """

    def __init__(
        self,
        addresses: Addresses,
        login: Login | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        seconds: float = 60.0,
    ) -> None:
        for address in filter(None, (addresses.query, addresses.graphs, addresses.update)):
            _check_address(address, with_login=login is not None)
        self.addresses = addresses
        self._ways: list[Callable[[Mapping[str, bytes]], None]] = []
        if addresses.graphs:
            self._ways.append(self._one_by_one)
        if addresses.update:
            self._ways.append(self._together)
        self._sleep = sleep
        self._client = httpx2.Client(
            auth=(login.username, login.password) if login else None,
            timeout=httpx2.Timeout(seconds, connect=10.0),
            headers={"User-Agent": "spinekg"},
        )

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def check(self) -> None:
        """Ask the least that can be asked."""
        self._select("SELECT ?nothing WHERE {} LIMIT 1")

    def digests(self) -> dict[str, str]:
        """Return the digest of every graph of spinekg in the store, by the name of the graph."""
        rows = self._select(_DIGESTS)
        return {row["graph"]["value"]: row["digest"]["value"] for row in rows}

    def write(self, graphs: Mapping[str, bytes]) -> None:
        """Put N-Triples in place of each named graph, or take the graph away where there are none.

        Several go in one request where the store takes updates: engines pay for each transaction.
        Where one way is closed the other is taken from then on.
        """
        way = self._ways[-1 if len(graphs) > 1 else 0]
        try:
            way(graphs)
        except _NotHereError as error:
            if len(self._ways) == 1:
                raise
            _log.info("%s; going on the other way", error)
            self._ways.remove(way)
            self._ways[0](graphs)

    def _one_by_one(self, graphs: Mapping[str, bytes]) -> None:
        """Write graphs by the Graph Store Protocol."""
        for graph, triples in graphs.items():
            address = f"{self.addresses.graphs}{'&' if '?' in str(self.addresses.graphs) else '?'}graph={quote(graph, safe='')}"
            try:
                self._send("PUT" if triples else "DELETE", address, triples or None, "application/n-triples")
            except _NotHereError as error:
                if triples or error.status not in _GONE:
                    raise

    def _together(self, graphs: Mapping[str, bytes]) -> None:
        """Write graphs by one SPARQL Update."""
        operations = [b"DROP SILENT GRAPH <%b>" % graph.encode() for graph in graphs]
        blocks = [b"GRAPH <%b> {\n%b}" % (graph.encode(), triples) for graph, triples in graphs.items() if triples]
        if blocks:
            operations.append(b"INSERT DATA {\n%b\n}" % b"\n".join(blocks))
        self._send("POST", str(self.addresses.update), b" ;\n".join(operations), "application/sparql-update")

    def _select(self, sparql: str) -> list[dict[str, Any]]:
        """Return the rows of a query; a cut-off answer counts as none."""
        form = urlencode({"query": sparql}).encode()

        def attempt() -> list[dict[str, Any]]:
            answer = self._once("POST", self.addresses.query, form, "application/x-www-form-urlencoded", _RESULTS)
            if answer.headers.get("content-type", "").partition(";")[0].strip().lower() != _RESULTS:
                raise _NotHereError(f"{self.addresses.query} does not answer SPARQL queries: {_said(answer)}")
            try:
                rows: list[dict[str, Any]] = json.loads(answer.content)["results"]["bindings"]
            except (ValueError, KeyError, TypeError):
                raise _TryAgainError(f"the answer of {self.addresses.query} broke off") from None
            return rows

        return self._persist(attempt)

    def _send(self, method: str, address: str, body: bytes | None, kind: str | None) -> None:
        self._persist(lambda: self._once(method, address, body, kind))

    def _once(
        self, method: str, address: str, body: bytes | None, kind: str | None, accept: str = "*/*"
    ) -> httpx2.Response:
        """Make one try; return the answer when it says that all went well."""
        headers = {"Accept": accept} | ({"Content-Type": kind} if kind else {})
        try:
            answer = self._client.request(method, address, content=body, headers=headers)
        except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
            host = urlsplit(address).netloc
            raise _TryAgainError(f"cannot reach {host}: {str(error) or type(error).__name__}") from None
        if not answer.is_success:
            raise _refusal(answer, address)
        return answer

    def _persist(self, attempt: Callable[[], _T]) -> _T:
        """Call ``attempt`` until it raises no error that another try may mend."""
        retrying = tenacity.Retrying(
            sleep=self._sleep,
            stop=tenacity.stop_after_attempt(TRIES),
            wait=tenacity.wait_random_exponential(multiplier=0.5, max=20),
            retry=tenacity.retry_if_exception_type(_TryAgainError),
            reraise=True,
        )
        try:
            return retrying(attempt)
        except _TryAgainError as error:
            raise TemporaryError(f"the SPARQL store did not answer properly in {TRIES} tries. Last: {error}") from None


def find_store(
    url: str, login: Login | None = None, *, sleep: Callable[[float], None] = time.sleep, seconds: float = 60.0
) -> RemoteStore:
    """Return the store at the address its makers give it, by asking what it answers.

    Known are a dataset of Apache Jena Fuseki, an Oxigraph server, and a repository of RDF4J or
    GraphDB. Raises ConfigurationError naming what was tried when it is none of them.
    """
    _check_address(url, with_login=login is not None)
    tried = []
    for addresses in _layouts(url.rstrip("/")):
        store = RemoteStore(addresses, login, sleep=sleep, seconds=seconds)
        try:
            store.check()
            return store
        except _NotHereError:
            tried.append(addresses.query)
            store.close()
        except BaseException:
            store.close()
            raise
    raise ConfigurationError(
        f"no SPARQL store at {url}: nothing answers at {' or '.join(tried)};"
        " for another layout give the query address, and --graph-store or --update"
    )


def _layouts(url: str) -> tuple[Addresses, ...]:
    if re.search(r"/repositories/[^/?]+$", url):
        return (Addresses(query=url, graphs=f"{url}/rdf-graphs/service", update=f"{url}/statements"),)
    return (
        Addresses(query=f"{url}/sparql", graphs=f"{url}/data", update=f"{url}/update"),
        Addresses(query=f"{url}/query", graphs=f"{url}/store", update=f"{url}/update"),
    )


def _check_address(address: str, *, with_login: bool) -> None:
    """Refuse an address that is none, holds a password, or would send one in the clear."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or re.search(r"[\s\\]", address) or parts.fragment:
        raise ConfigurationError(f"'{address}' is not an http or https address such as http://localhost:3030/ds")
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(f"the address of the store holds a user or a password: set {_LOGIN} instead")
    if with_login and parts.scheme == "http" and not _is_loopback(host):
        raise ConfigurationError(f"{address} is plain http, which sends the password in the clear: use https")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _refusal(answer: httpx2.Response, address: str) -> Exception:
    """Return the error of an answer that says no."""
    status, place = answer.status_code, address.partition("?")[0]
    if status in {401, 403}:
        return ConfigurationError(f"{place} refuses access (HTTP status {status}): check {_LOGIN}")
    if status in _NOT_HERE or answer.is_redirect:
        moved = answer.headers.get("location", "")
        return _NotHereError(
            f"{place} is not the right address (HTTP status {status}{f', see {moved}' if moved else ''})"
        )
    reason = f"HTTP status {status} from {place}: {_said(answer)}"
    return _TryAgainError(reason) if status >= 500 or status in _BUSY else StoreError(f"the store refused: {reason}")


def _said(answer: httpx2.Response) -> str:
    """Return what an answer that is not data says, in one short line."""
    text = answer.content[:4096].decode("utf-8", "replace")
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    text = title[1] if title else re.sub(r"<[^>]*>?", " ", text)
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return (text if len(text) <= 200 else text[:199] + "…") or "no reason given"


def read_login(environ: Mapping[str, str], text: str | None = None, where: str = "") -> Login | None:
    """Read the user of the store: from the text of a TOML file with ``username`` and ``password``, else the environment.

    Raises ConfigurationError when only one of the two is given.
    """
    import tomllib

    names = ("SPINEKG_SPARQL_USERNAME", "SPINEKG_SPARQL_PASSWORD")
    given: Mapping[str, Any] = {"username": environ.get(names[0], ""), "password": environ.get(names[1], "")}
    if text is not None:
        names = (f"username in {where}", f"password in {where}")
        try:
            given = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            # The message of the parser would quote the line, and the line may be the password.
            raise ConfigurationError(f'{where}: not TOML with two lines, username = "…" and password = "…"') from None
    username, password = given.get("username") or "", given.get("password") or ""
    if not username and not password and text is None:
        return None
    for value, name in zip((username, password), names, strict=True):
        if not isinstance(value, str) or not value:
            raise ConfigurationError(f"{name} is not set: user and password belong together")
    return Login(username=username, password=password)
