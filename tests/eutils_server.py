"""A local HTTP server that answers like ESearch and EFetch over records of its own, and misbehaves on demand.

``EutilsServer(records)`` listens on 127.0.0.1 at a port the system chooses. ``faults`` decides for each
request what goes wrong: a callable that gets the request and returns the name of a fault or ``None``;
``script`` and ``seeded`` make one. Every request is kept with the time it arrived.

As a program (``python tests/eutils_server.py --records 1500 --seed 7``) it serves until interrupted,
for trying ``spinekg fetch`` by hand with ``SPINEKG_EUTILS_URL``.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

CAP = 9_999
"""The most ids ESearch lists of one search."""

PROLOGUE = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>'
)
BLOCKED = (
    "<!DOCTYPE html><html><head><title>WWW Error Blocked Diagnostic</title></head><body>Access denied</body></html>"
)

FETCH_FAULTS = (
    "429", "429-retry-after", "429-json", "500", "502", "503", "html-200", "json-200", "text-200", "error-200",
    "empty-body", "empty-set", "cut-length", "cut-chunk", "cut-clean", "reset", "fewer", "extra", "other", "twice",
    "wrong-type",
)  # fmt: skip
SEARCH_FAULTS = (
    "429", "429-retry-after", "429-json", "500", "502", "503", "html-200", "json-200", "error-200", "empty-body",
    "cut-length", "cut-chunk", "reset", "fewer-ids", "no-count",
)  # fmt: skip
SLOW_FAULTS = ("silence", "drip-head", "drip-body")


@dataclass(frozen=True)
class Article:
    pmid: str
    kind: str = "article"
    created: str = "2020/01/01"
    revised: str = "2020/01/01"
    extra: str = ""

    def xml(self) -> str:
        title = f"<ArticleTitle>[Illustrative record] Test record {self.pmid}</ArticleTitle>"
        cited = (
            "<ReferenceList><Reference><ArticleIdList><ArticleId IdType='pubmed'>77</ArticleId></ArticleIdList>"
            "</Reference></ReferenceList>"
        )
        if self.kind == "book":
            return (
                f"<PubmedBookArticle><BookDocument><PMID Version='1'>{self.pmid}</PMID>{title}</BookDocument>"
                f"<PubmedBookData>{cited}</PubmedBookData></PubmedBookArticle>"
            )
        comments = "<CommentsCorrections><PMID>78</PMID></CommentsCorrections>"
        comments = f"<CommentsCorrectionsList>{comments}</CommentsCorrectionsList>"
        return (
            f"<PubmedArticle><MedlineCitation><PMID Version='1'>{self.pmid}</PMID><Article>{title}</Article>{comments}"
            f"{self.extra}</MedlineCitation><PubmedData>{cited}</PubmedData></PubmedArticle>"
        )


@dataclass(frozen=True)
class Asked:
    """A request as it arrived: ``number`` from 0, ``at`` seconds of the server's clock, the form's fields."""

    number: int
    at: float
    method: str
    program: str
    path: str
    form: Mapping[str, str]
    headers: Mapping[str, str]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self.form.get("id", "").split(",")) if self.form.get("id") else ()


Faults = Callable[[Asked], str | None]


def script(*names: str | None) -> Faults:
    """Misbehave in this order, then behave."""
    left = list(names)
    return lambda asked: left.pop(0) if left else None


def seeded(
    seed: int, rate: float, fetch: Sequence[str] = FETCH_FAULTS, search: Sequence[str] = SEARCH_FAULTS
) -> Faults:
    """Misbehave at random on the given share of requests, the same way for the same seed."""
    draw = random.Random(seed)  # noqa: S311

    def choose(asked: Asked) -> str | None:
        if draw.random() >= rate:
            return None
        return draw.choice(fetch if asked.program == "efetch.fcgi" else search)

    return choose


@dataclass
class EutilsServer:
    records: Sequence[Article]
    faults: Faults = field(default=lambda asked: None)
    deleted: frozenset[str] = frozenset()
    clock: Callable[[], float] = time.monotonic
    die_after: int | None = None
    retry_after: str = "7"
    asked: list[Asked] = field(default_factory=list)
    served: list[tuple[str, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.by_pmid = {record.pmid: record for record in self.records}
        self.sorted = sorted(self.records, key=lambda record: int(record.pmid))
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.http = _Http(("127.0.0.1", 0), _Handler)
        self.http.owner = self
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}/entrez/eutils/"

    def __enter__(self) -> EutilsServer:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        if self.stopping.is_set():
            return
        self.stopping.set()
        self.http.shutdown()
        self.http.server_close()

    def matching(self, term: str) -> list[Article]:
        """Return the records a query finds: PMID and date ranges count, every other term matches."""
        found: Iterable[Article] = self.sorted
        bounds = re.search(r"(\d+):(\d+)\[UID\]", term)
        if bounds:
            low, high = int(bounds[1]), int(bounds[2])
            found = [record for record in found if low <= int(record.pmid) <= high]
        since = re.search(r'"([\d/]+)"\[crdt\] : "[\d/]+"\[crdt\] OR "[\d/]+"\[lr\] : "[\d/]+"\[lr\]', term)
        if since:
            found = [record for record in found if max(record.created, record.revised) >= since[1]]
        return list(found)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    owner: EutilsServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up on a misbehaving server are what this server is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65_536
    server: _Http

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode("ascii"))

    def _answer(self, text: str) -> None:
        owner = self.server.owner
        path, _, query = self.path.partition("?")
        form = dict(parse_qsl(query, keep_blank_values=True)) | dict(parse_qsl(text, keep_blank_values=True))
        with owner.lock:
            asked = Asked(
                len(owner.asked), owner.clock(), self.command, path.rsplit("/", 1)[-1], self.path, form,
                dict(self.headers),
            )  # fmt: skip
            owner.asked.append(asked)
            fault = owner.faults(asked)
            dead = owner.die_after is not None and asked.number >= owner.die_after
        if dead:
            self._hang_up()
            threading.Thread(target=owner.stop, daemon=True).start()
            return
        if self._common_fault(fault, form):
            return
        if asked.program == "esearch.fcgi":
            self._esearch(form, fault)
        elif asked.program == "efetch.fcgi":
            self._efetch(asked, fault)
        else:
            self._send(404, "text/html", BLOCKED.encode())

    def _common_fault(self, fault: str | None, form: Mapping[str, str]) -> bool:
        """Send what goes wrong before a program looks at the request; True when something did."""
        limit = json.dumps(
            {"error": "API rate limit exceeded", "api-key": form.get("api_key", "1.2.3.4"), "limit": "3"}
        )
        replies: dict[str, tuple[int, str, str, dict[str, str]]] = {
            "429": (429, "text/html", "<html><body>Too Many Requests</body></html>", {}),
            "429-retry-after": (429, "text/plain", "slow down", {"Retry-After": self.server.owner.retry_after}),
            "429-json": (429, "application/json", limit, {"X-RateLimit-Limit": "3"}),
            "400-key": (400, "application/json", limit.replace("API rate limit exceeded", "API key invalid"), {}),
            "403": (403, "text/html", BLOCKED, {}),
            "404": (404, "text/html", "<html><title>Not Found</title></html>", {}),
            "302": (302, "text/html", "", {"Location": self.server.owner.url + "elsewhere"}),
            "500": (500, "text/html", "<html><title>Server Error</title></html>", {}),
            "502": (502, "text/html", "<html><title>Bad Gateway</title></html>", {}),
            "503": (503, "text/html", "<html><title>Unavailable</title></html>", {"Retry-After": "2"}),
            "html-200": (200, "text/html; charset=UTF-8", BLOCKED, {}),
            "html-as-xml": (200, "text/xml; charset=UTF-8", BLOCKED, {}),
            "json-200": (200, "application/json", limit, {}),
            "echo-200": (200, "text/plain", f"refused: {form}", {}),
            "echo-xml": (200, "text/xml", f"<eFetchResult><ERROR>{escape(str(form))}</ERROR></eFetchResult>", {}),
            "text-200": (200, "text/plain", "Error: backend unavailable", {}),
            "error-200": (200, "text/xml; charset=UTF-8", self._error(), {}),
            "empty-body": (200, "text/xml; charset=UTF-8", "", {}),
        }
        if fault in replies:
            status, kind, body, headers = replies[fault]
            self._send(status, kind, body.encode(), headers)
        elif fault == "reset":
            self._hang_up()
        elif fault == "silence":
            self.server.owner.stopping.wait(5)
            self.close_connection = True
        elif fault == "drip-head":
            self._drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 60)
        elif fault == "drip-body":
            self._drip(b"<PubmedArticleSet>" + b" " * 60, head=True)
        else:
            return False
        return True

    def _error(self) -> str:
        tag = "eFetchResult" if "efetch" in self.path else "eSearchResult"
        dtd = '<!DOCTYPE x PUBLIC "-//NLM//DTD efetch//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/efetch.dtd">'
        message = "Search Backend failed: Database is not supported: pubmed"
        return f'<?xml version="1.0" encoding="UTF-8" ?>\n{dtd}\n<{tag}><ERROR>{message}</ERROR></{tag}>'

    def _esearch(self, form: Mapping[str, str], fault: str | None) -> None:
        found = self.server.owner.matching(form.get("term", ""))
        first, most = int(form.get("retstart", "0")), min(int(form.get("retmax", "20")), CAP)
        ids = [record.pmid for record in reversed(found)][first : first + most]
        count = len(found)
        if fault == "fewer-ids":
            ids = ids[: len(ids) // 2]
        elif fault == "wrong-count":
            ids, count = ids[:-1], count - 1
        capped = (
            "<WarningList><OutputMessage>Restrictions achieved</OutputMessage></WarningList>" if count > most else ""
        )
        unknown = form.get("term", "").count("nosuchfield")
        errors = "<ErrorList><FieldNotFound>nosuchfield</FieldNotFound></ErrorList>" if unknown else ""
        phrase = (
            "" if "zzzz" not in form.get("term", "") else "<ErrorList><PhraseNotFound>zzzz</PhraseNotFound></ErrorList>"
        )
        counted = "" if fault == "no-count" else f"<Count>{count}</Count>"
        body = (
            '<?xml version="1.0" encoding="UTF-8" ?>\n'
            '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
            f"<eSearchResult>{counted}<RetMax>{len(ids)}</RetMax><RetStart>{first}</RetStart><IdList>"
            + "".join(f"<Id>{pmid}</Id>\n" for pmid in ids)
            + f"</IdList><QueryTranslation>{escape(form.get('term', ''))}</QueryTranslation>"
            + f"{capped}{errors}{phrase}</eSearchResult>"
        )
        self._deliver(body.encode(), fault)

    def _efetch(self, asked: Asked, fault: str | None) -> None:
        owner = self.server.owner
        known = [pmid for pmid in asked.ids if pmid in owner.by_pmid]
        gone = [pmid for pmid in asked.ids if pmid in owner.deleted]
        if fault == "fewer":
            known = known[: len(known) // 2]
        elif fault == "empty-set":
            known, gone = [], []
        records = [owner.by_pmid[pmid] for pmid in known]
        if fault == "extra":
            records.append(Article("99999999"))
        elif fault == "other":
            records = [Article(str(90_000_000 + int(record.pmid))) for record in records]
        elif fault == "twice":
            records += records[:1]
        body = PROLOGUE + "".join(record.xml() for record in records)
        if gone:
            body += (
                "<DeleteCitation>" + "".join(f"<PMID Version='1'>{pmid}</PMID>" for pmid in gone) + "</DeleteCitation>"
            )
        if fault is None:
            with owner.lock:
                owner.served.append(tuple(known + gone))
        self._deliver((body + "</PubmedArticleSet>").encode(), fault)

    def _deliver(self, body: bytes, fault: str | None) -> None:
        kind = "application/octet-stream" if fault == "wrong-type" else "text/xml; charset=UTF-8"
        half = body[: len(body) // 2]
        if fault == "cut-clean":
            self._send(200, kind, half)
        elif fault == "cut-length":
            self._head(200, kind, {"Content-Length": str(len(body))})
            self.wfile.write(half)
            self._hang_up()
        elif fault == "cut-chunk":
            self._head(200, kind, {"Transfer-Encoding": "chunked"})
            self.wfile.write(f"{len(body):x}\r\n".encode() + half)
            self._hang_up()
        else:
            self._send(200, kind, body)

    def _send(self, status: int, kind: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self._head(status, kind, {**(headers or {}), "Content-Length": str(len(body))})
        self.wfile.write(body)

    def _head(self, status: int, kind: str, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _drip(self, data: bytes, *, head: bool = False) -> None:
        """Send a byte at a time, too slowly to be useful and too fast for a read timeout."""
        if head:
            self._head(200, "text/xml", {"Content-Length": "100000"})
        for byte in data:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.owner.stopping.wait(0.1):
                break
        self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        try:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def articles(count: int, first: int = 99_000_001, step: int = 1) -> list[Article]:
    """Make illustrative records; every 50th is a book chapter."""
    return [Article(str(first + i * step), kind="book" if i % 50 == 49 else "article") for i in range(count)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0.25)
    options = parser.parse_args()
    with EutilsServer(articles(options.records), faults=seeded(options.seed, options.rate)) as server:
        print(server.url, flush=True)  # noqa: T201
        threading.Event().wait()


if __name__ == "__main__":
    main()
