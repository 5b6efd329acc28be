"""Servers for tests: answers that OPA would not give, and a listener that nothing should reach."""

from __future__ import annotations

import json
import socket
import socketserver
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from gatekeeper.model.json import Json

Reply = tuple[int, bytes]


@dataclass
class Recorder:
    """What arrived at a server: headers, paths and bodies."""

    port: int = 0
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


def as_json(value: Json, status: int = 200) -> Reply:
    return status, json.dumps(value).encode()


@contextmanager
def http_server(
    reply: Callable[[str, Json], Reply], *, location: str = "", tls: ssl.SSLContext | None = None
) -> Iterator[Recorder]:
    """A server on the loopback device that answers ``reply(path, JSON of the body)``."""
    seen = Recorder()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            seen.headers.append(dict(self.headers))
            seen.paths.append(self.path)
            seen.bodies.append(body)
            status, answer = reply(self.path, json.loads(body) if body else None)
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_PUT = do_POST  # noqa: N815 - names that the base class asks for

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    seen.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port, and the first bytes of every connection to it."""
    heard: list[bytes] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            heard.append(self.request.recv(1 << 16))

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_address[1], heard
        server.shutdown()


@contextmanager
def raw_socket(path: Path, answer: Callable[[socket.socket], None]) -> Iterator[None]:
    """A unix socket that reads a request and then does what it is told."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1 << 16)
            answer(self.request)

    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True

    with Server(str(path), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield
        server.shutdown()


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


_FAKE = """#!{python}
import http.server, json, re, socketserver, sys, time

if sys.argv[1] == "version":
    print("Version: {version}\\nRego Version: v1")
    sys.exit({exit_code})
if sys.argv[1] == "capabilities":
    print('{{"builtins": []}}')
    sys.exit()
if sys.argv[1] == "check":
    sys.exit()
if {starts!r} != "yes":
    print({starts!r})
    sys.exit(1)
proof = re.search('proof := "(.*)"', open("own/access.rego").read())[1]

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.endswith("/proof"):
            status, body = 200, json.dumps({{"result": proof}}).encode()
        elif self.command == "PUT":
            status, body = 204, b""
        else:
            status, body = {status}, {body!r}
            time.sleep({delay})
        short = 0 if self.path.endswith("/proof") or self.command == "PUT" else {missing}
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + short))
        self.end_headers()
        self.wfile.write(body)
    do_PUT = do_GET
    def log_message(self, *_):
        pass
    def address_string(self):
        return ""

class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

Server("s", Handler).serve_forever()
"""


def fake_opa(
    folder: Path,
    *,
    version: str = "1.22.0",
    exit_code: int = 0,
    starts: str = "yes",
    status: int = 200,
    body: bytes = b"{}",
    delay: float = 0,
    missing: int = 0,
) -> Path:
    """A program that looks like OPA until it is asked for a rule."""
    program = folder / "opa"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(
        _FAKE.format(
            python=sys.executable,
            version=version,
            exit_code=exit_code,
            starts=starts,
            status=status,
            body=body,
            delay=delay,
            missing=missing,
        )
    )
    program.chmod(0o755)
    return program
