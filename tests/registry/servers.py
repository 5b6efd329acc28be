"""A small HTTP server on loopback that answers whatever a test makes it answer, well-formed or not."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gatekeeper.formats import oci


@dataclass
class Asked:
    """A request as it came; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Send = Callable[[bytes], None]
Handler = Callable[[Asked, Send], None]


@dataclass
class Server:
    """What was asked of it so far."""

    host: str
    asked: list[Asked] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [one.path for one in self.asked]


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """A whole response; ``_`` in names of headers stands for ``-``."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def manifest_answer(body: bytes, media_type: str = oci.MANIFEST, **headers: str) -> bytes:
    return answer(200, body, Content_Type=media_type, **headers)


@contextmanager
def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Serve each connection in a thread of its own; one request a connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(f"127.0.0.1:{listener.getsockname()[1]}")

    def talk(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(20)
            stream = tls.wrap_socket(connection, server_side=True) if tls else connection
            with stream:
                asked = _read(stream)
                server.asked.append(asked)
                handler(asked, stream.sendall)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _read(stream: socket.socket) -> Asked:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (piece := stream.recv(65536)):
            raise OSError
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += stream.recv(65536)
    method, path, _ = first.split(" ")
    return Asked(method, path, headers, body)
