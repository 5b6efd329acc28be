"""A TUF repository on loopback, made with the library's own metadata API."""

from __future__ import annotations

import datetime
import functools
import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, T, TargetFile, Targets, Timestamp

ROLES = ("root", "timestamp", "snapshot", "targets")
LATER = datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(days=30)


class Repository:
    """Metadata and one target in a folder, as a server hands them out."""

    def __init__(self, folder: Path, data: bytes, *, target: str = "trusted_root.json") -> None:
        self.folder = folder
        self.keys = {role: CryptoSigner.generate_ed25519() for role in ROLES}
        (folder / "targets").mkdir(parents=True)
        targets = Targets(expires=LATER)
        described = TargetFile.from_data(target, data, ["sha256"])
        targets.targets[target] = described
        self.target = folder / "targets" / f"{described.hashes['sha256']}.{target}"
        self.target.write_bytes(data)
        self._write("targets", targets, "1.targets.json")
        self._write("snapshot", Snapshot(expires=LATER), "1.snapshot.json")
        self.write_timestamp(LATER)
        self.root = self.rotate(1)

    def write_timestamp(self, expires: datetime.datetime) -> None:
        """The metadata that says how new all others are."""
        self._write("timestamp", Timestamp(expires=expires, snapshot_meta=MetaFile(1)), "timestamp.json")

    def rotate(self, version: int, signer: CryptoSigner | None = None) -> bytes:
        """Root metadata of a version, signed by the root's key and by the one that signed those before."""
        root = Root(version=version, expires=LATER, consistent_snapshot=True)
        for role, key in self.keys.items():
            root.add_key(key.public_key, role)
        return self._write("root", root, f"{version}.root.json", signer)

    def _write(self, role: str, signed: T, name: str, also: CryptoSigner | None = None) -> bytes:
        metadata = Metadata(signed)
        for signer in (self.keys[role], also):
            if signer is not None:
                metadata.sign(signer, append=True)
        data = metadata.to_bytes()
        (self.folder / name).write_bytes(data)
        return data


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder's URL while it is handed out."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def dripping() -> Iterator[str]:
    """A server that never finishes its headers, though it is never silent for long."""
    over = threading.Event()

    def answer(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not over.wait(0.1):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer, args=(listening,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            over.set()
            thread.join()
