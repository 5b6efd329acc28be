"""Services that misbehave: what they answer is said by the test."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(slots=True)
class Stub:
    """A server on loopback; ``asked`` are the requests (path, headers, body) that reached it."""

    url: str = ""
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    header_delay: float = 0.0
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def stub(
    status: int = 200,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    delay: float = 0.0,
    header_delay: float = 0.0,
) -> Iterator[Stub]:
    """Answers everything alike; the delays are in seconds: between the bytes of the body, before each header."""
    state = Stub("", status, body, headers or {}, delay, header_delay)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            state.asked.append((self.path, dict(self.headers), sent))
            self.send_response(state.status)
            try:
                for name, value in state.headers.items():
                    if state.header_delay:
                        self.flush_headers()
                        time.sleep(state.header_delay)
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(state.body)))
                self.end_headers()
                if not state.delay:
                    self.wfile.write(state.body)
                    return
                for byte in state.body:
                    time.sleep(state.delay)
                    self.wfile.write(bytes([byte]))
            except OSError:
                return  # whoever asked has left, as it should

        do_GET = do_POST  # noqa: N815 - the name that http.server calls

        def log_request(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def closed_url() -> str:
    """An address at which nobody listens."""
    with stub() as once:
        return once.url
