from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import httpx
import pytest

from gatekeeper.transport.wire import Broken, Late, Patience, TooLarge, Wire

Serve = Callable[[socket.socket], None]


@contextmanager
def serving(serve: Serve) -> Iterator[httpx.URL]:
    """A server of raw bytes on loopback."""
    listening = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        try:
            connection, _ = listening.accept()
            with connection:
                serve(connection)
        except OSError:
            return  # whoever asked has left

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield httpx.URL(f"http://127.0.0.1:{listening.getsockname()[1]}/entries")
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def fetched(url: httpx.URL, *, seconds: float = 5, limit: int = 100, proxy: httpx.URL | None = None) -> bytes:
    wire = Wire(httpx.create_ssl_context(), Patience(), proxy)
    with closing(wire), wire.deadline.within(seconds), wire.exchange("GET", url, {}, b"") as answer:
        return answer.body(limit)


def trickling(start: bytes, piece: bytes) -> Serve:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(start)
        for _ in range(60):
            connection.sendall(piece)
            time.sleep(0.1)

    return serve


def answering(data: bytes) -> Serve:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(data)

    return serve


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-Header: a\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", b"a"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b""),
    ],
    ids=["headers", "chunks", "body", "interim answers", "nothing"],
)
def test_an_exchange_ends_by_its_deadline_whatever_trickles(start: bytes, piece: bytes) -> None:
    with serving(trickling(start, piece)) as url:
        begin = time.monotonic()
        with pytest.raises(Late):
            fetched(url, seconds=1)
        assert time.monotonic() - begin < 2


def test_one_exchange_does_not_use_up_the_time_of_all() -> None:
    for start in (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", b"HTTP/1.1 200 OK\r\n"):
        with serving(trickling(start, b"a: b\r\n")) as url:
            begin = time.monotonic()
            wire = Wire(httpx.create_ssl_context(), Patience(exchange=0.5))
            with closing(wire), pytest.raises(Late), wire.exchange("GET", url, {}, b"") as answer:
                answer.body(1000)
            assert time.monotonic() - begin < 2


def test_what_comes_in_steadily_may_take_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatekeeper.transport.wire._RATE", 5)
    with serving(trickling(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", b"a")) as url:
        wire = Wire(httpx.create_ssl_context(), Patience(exchange=0.5))
        with closing(wire), wire.exchange("GET", url, {}, b"") as answer:
            assert answer.body(1000) == b"a" * 20


def test_interim_answers_without_end_are_no_answer() -> None:
    def flood(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)

    with serving(flood) as url:
        begin = time.monotonic()
        with pytest.raises(Broken):
            fetched(url, seconds=30)
        assert time.monotonic() - begin < 10


def test_a_handshake_ends_by_the_deadline_too() -> None:
    with serving(trickling(b"\x16\x03\x03\x40\x00", b"\x02")) as url:
        begin = time.monotonic()
        with pytest.raises(Late):
            fetched(url.copy_with(scheme="https"), seconds=1)
        assert time.monotonic() - begin < 2


def test_many_addresses_share_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    # Addresses for documentation (RFC 5737): nobody answers, or the network is said not to be there.
    monkeypatch.setattr(
        "gatekeeper.transport.wire._addresses", lambda host, port: [f"192.0.2.{last}" for last in range(1, 100)]
    )
    begin = time.monotonic()
    with pytest.raises((Late, Broken)):
        fetched(httpx.URL("http://many.example/"), seconds=1)
    assert time.monotonic() - begin < 2


def test_the_next_address_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answering(b"HTTP/1.1 200 OK\r\n\r\nhere")) as url:
        monkeypatch.setattr("gatekeeper.transport.wire._addresses", lambda host, port: ["127.9.9.9", "127.0.0.1"])
        assert fetched(url) == b"here"


def test_a_body_is_bounded() -> None:
    with serving(answering(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 101)) as url, pytest.raises(TooLarge):
        fetched(url)


def test_a_proxy_is_asked_for_a_tunnel() -> None:
    asked = bytearray()

    def refuse(connection: socket.socket) -> None:
        asked.extend(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 407 You said hunter2\r\nContent-Length: 0\r\n\r\n")

    with serving(refuse) as url:
        proxy = url.copy_with(username="ann", password="hunter2", path="/")
        with pytest.raises(Broken, match="the proxy refuses \\(status 407\\)") as caught:
            fetched(httpx.URL("https://log.example/entries"), proxy=proxy)
    assert asked.startswith(b"CONNECT log.example:443 HTTP/1.1\r\n")
    assert b"Basic YW5uOmh1bnRlcjI=" in asked
    assert "hunter2" not in str(caught.value)
