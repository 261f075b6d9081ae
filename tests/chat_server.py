"""A local server that answers like an OpenAI-compatible one, and misbehaves on demand.

``ChatServer(answers)`` listens on 127.0.0.1 at a port the system chooses. Each request takes the next of ``answers``, the
last one again and again: a text is the content of a chat completion, a number an HTTP status, bytes a raw body with
status 200, ``"(silence)"`` no answer at all.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = str | int | bytes
SILENCE = "(silence)"


class ChatServer:
    def __init__(self, answers: Sequence[Answer]) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.over = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                server.headers.append({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}})
                answer = server.answers[min(len(server.asked), len(server.answers)) - 1]
                if answer == SILENCE:
                    server.over.wait(20)
                    return
                status, body = 200, b""
                if isinstance(answer, int):
                    status = answer
                    body = json.dumps({"error": f"refused, {self.headers.get('Authorization')}"}).encode()
                elif isinstance(answer, str):
                    body = json.dumps({"choices": [{"message": {"role": "assistant", "content": answer}}]}).encode()
                else:
                    body = answer
                self.send_response(status)
                if status == 429:
                    self.send_header("Retry-After", "7")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Stay silent."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> ChatServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)
