"""A SPARQL store of our own on loopback that fails in every way a real one may."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

__all__ = ["Reply", "Served", "serve"]

RESULTS = "application/sparql-results+json"


@dataclass(frozen=True)
class Reply:
    """An answer to give in place of the right one."""

    status: int
    body: bytes = b""
    kind: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Served:
    """The store: its graphs, the requests it saw, and what it is to answer instead."""

    url: str = ""
    graphs: dict[str, str] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    logins: set[str | None] = field(default_factory=set)
    instead: Callable[[str, str], Reply | None] = lambda method, path: None

    def answer(self, method: str, path: str, body: bytes) -> Reply:
        """Do what a store with the layout of Fuseki does."""
        address = urlsplit(path)
        if address.path == "/ds/sparql":
            return Reply(200, self._digests(), RESULTS + "; charset=utf-8")
        if address.path == "/ds/data":
            return self._graph(method, parse_qs(address.query)["graph"][0], body.decode())
        if address.path == "/ds/update":
            return self._update(body.decode())
        return Reply(404, b"<html><title>404 Nothing here</title></html>", "text/html")

    def _graph(self, method: str, graph: str, triples: str) -> Reply:
        if method == "PUT":
            self.graphs[graph] = triples
            return Reply(201)
        return Reply(204) if self.graphs.pop(graph, None) is not None else Reply(404)

    def _update(self, text: str) -> Reply:
        head, _, data = text.partition("INSERT DATA {")
        names = re.findall(r"DROP SILENT GRAPH <([^>]*)>", head)
        assert names, text
        for name in names:
            self.graphs.pop(name, None)
        self.graphs.update(re.findall(r"^GRAPH <([^>]*)> \{\n(.*?)^\}$", data, re.DOTALL | re.MULTILINE))
        return Reply(204)

    def _digests(self) -> bytes:
        found = [
            {"graph": {"type": "uri", "value": graph}, "digest": {"type": "literal", "value": digest[1]}}
            for graph, triples in self.graphs.items()
            if (digest := re.search(rf'<{re.escape(graph)}> <[^>]*#digest> "(\w+)"', triples))
        ]
        return json.dumps({"head": {"vars": ["graph", "digest"]}, "results": {"bindings": found}}).encode()


@contextmanager
def serve() -> Iterator[Served]:
    """Run the store for the time of the block."""
    store = Served()

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            store.seen.append(f"{self.command} {unquote(self.path)}")
            store.logins.add(self.headers.get("authorization"))
            reply = store.instead(self.command, self.path) or store.answer(self.command, self.path, body)
            self.send_response(reply.status)
            for name, value in (("Content-Type", reply.kind), ("Content-Length", str(len(reply.body))), *reply.headers):
                self.send_header(name, value)
            with suppress(OSError):  # the other side may have gone
                self.end_headers()
                self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    store.url = f"http://127.0.0.1:{server.server_address[1]}/ds"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
