"""HTTP with an end: whatever the other side does or leaves undone, an exchange is over by its deadline.

httpx bounds each single read, so that a server which sends a byte now and then is never late. Here each read and write
may take what is left of the whole. The transport is used without httpx's client, for that keeps cookies, follows the
environment and logs addresses, and those of blobs may carry secrets.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpcore
import httpx

_PIECE = 1 << 16
_RATE = 16 << 10  # bytes a second, at least
_MAX_HEADERS = 1 << 20


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to connect, between two pieces of an answer, and for one operation with all its exchanges.

    ``exchange`` is for one of these, and a second more for each ``_RATE`` bytes of what is sent and got.
    """

    connect: float = 10.0
    silence: float = 30.0
    exchange: float = 60.0
    whole: float = 300.0


class Deadline(threading.local):
    """When the operation of this thread ends, and the exchange that it is at."""

    at: float | None = None
    exchange: float = float("inf")
    headers: float = float("inf")  # bytes that may come before there is an answer

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Bound what is done inside; an operation inside another one ends with the outer one."""
        if self.at is not None:
            yield
            return
        self.at = time.monotonic() + seconds
        try:
            yield
        finally:
            self.at = None

    @property
    def left(self) -> float:
        """Seconds until the end."""
        ends = self.exchange if self.at is None else min(self.at, self.exchange)
        return ends - time.monotonic()


class Late(Exception):
    """The other side took too long."""


class Broken(Exception):
    """No connection, or no whole HTTP; the text says which."""


class TooLarge(Exception):
    """The other side sends more than was wanted."""


class Wire:
    """Sends requests. Threads may share it."""

    def __init__(self, tls: ssl.SSLContext, patience: Patience, proxy: httpx.URL | None = None) -> None:
        """``proxy`` (``http`` or ``https``) tunnels what goes to HTTPS addresses, and is sent what goes to others."""
        self.deadline = Deadline()
        self._seconds = patience.exchange
        self._timeout = {
            "connect": patience.connect,
            "read": patience.silence,
            "write": patience.silence,
            "pool": patience.whole,
        }
        backend = _Backend(self.deadline)
        self._pool = (
            httpcore.ConnectionPool(ssl_context=tls, max_connections=16, network_backend=backend)
            if proxy is None
            else httpcore.HTTPProxy(
                httpcore.URL(scheme=proxy.raw_scheme, host=proxy.raw_host, port=proxy.port, target=b"/"),
                proxy_auth=(proxy.username, proxy.password) if proxy.userinfo else None,
                ssl_context=tls,
                max_connections=16,
                network_backend=backend,
            )
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    @contextmanager
    def exchange(self, method: str, url: httpx.URL, headers: dict[str, str], body: bytes) -> Iterator[Answer]:
        """Send a request; the answer's body can be read inside.

        Raises:
            Late, Broken: see the classes.
        """
        request = httpx.Request(method, url, headers=headers, content=body)
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path.partition(b"#")[0]
        )
        ends = time.monotonic() + self._seconds + len(body) / _RATE
        self.deadline.exchange, self.deadline.headers = ends, _MAX_HEADERS
        try:
            with _translated():
                response = self._pool.handle_request(
                    httpcore.Request(
                        request.method,
                        target,
                        headers=request.headers.raw,
                        content=body,
                        extensions={"timeout": dict(self._timeout)},
                    )
                )
            self.deadline.headers = float("inf")
            try:
                yield Answer(response, self.deadline)
            finally:
                response.close()
        finally:
            self.deadline.exchange = self.deadline.headers = float("inf")


class Answer:
    """A status, headers, and a body that is read when it is wanted."""

    def __init__(self, response: httpcore.Response, deadline: Deadline) -> None:
        self._response = response
        self._deadline = deadline
        self.status = response.status
        self.headers = httpx.Headers(response.headers)

    def body(self, limit: int) -> bytes:
        """The whole body as it was sent.

        Raises:
            Late, Broken: see the classes.
            TooLarge: it has more than ``limit`` bytes.
        """
        body = bytearray()
        with _translated():
            for piece in self._response.iter_stream():
                body += piece
                self._deadline.exchange += len(piece) / _RATE
                if len(body) > limit:
                    raise TooLarge
        return bytes(body)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException:
        raise Late from None
    except httpcore.ProxyError as error:
        # Not its words, which may repeat the password.
        raise Broken(f"the proxy refuses{_status(str(error))}") from None
    except httpcore.ProtocolError:
        raise Broken("its answer is no whole HTTP") from None
    except (httpcore.NetworkError, httpcore.UnsupportedProtocol, OSError, UnicodeError) as error:
        raise Broken(_reason(error)) from None


def _status(said: str) -> str:
    number = said.partition(" ")[0]
    return f" (status {number})" if number.isdecimal() and number.isascii() else ""


def _reason(error: Exception) -> str:
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {found.verify_message}"
        if isinstance(found, OSError) and found.strerror:
            return found.strerror
        found = found.__cause__ or found.__context__
    return "the connection broke"


class _Backend(httpcore.NetworkBackend):
    """Connections whose every step ends by the deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        # One by one: a host with many addresses would get the time that each of them may take.
        *others, last = _addresses(host, port)
        for address in others:
            try:
                return self._connect(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(last, port, timeout, local_address, socket_options)

    def _connect(
        self,
        address: str,
        port: int,
        timeout: float | None,
        local_address: str | None,
        options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.NetworkStream:
        stream = self._plain.connect_tcp(address, port, _sooner(timeout, self._deadline), local_address, options)
        return _Stream(stream, self._deadline)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, _sooner(timeout, self._deadline))
        self._deadline.headers -= len(data)
        if self._deadline.headers < 0:
            # Such as "100 Continue" without end.
            raise httpcore.RemoteProtocolError("too much before there is an answer")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            self._inner.write(buffer[start : start + _PIECE], _sooner(timeout, self._deadline))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, _sooner(timeout, self._deadline))
        return _Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


def _addresses(host: str, port: int) -> list[str]:
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error


def _sooner(timeout: float | None, deadline: Deadline) -> float | None:
    left = deadline.left
    if left <= 0:
        raise httpcore.ReadTimeout
    return left if timeout is None else min(timeout, left)
