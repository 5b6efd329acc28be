"""The trusted root that a TUF repository hands out today, by the TUF specification's client workflow."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError
from tuf.ngclient.fetcher import FetcherInterface
from tuf.ngclient.updater import Updater

from gatekeeper.errors import Undecidable, UsageError, VerificationFailure
from gatekeeper.transport.proxies import proxy_for
from gatekeeper.transport.wire import Broken, Late, Patience, TooLarge, Wire
from gatekeeper.verification.core.trust import Root

PUBLIC_REPOSITORY = "https://tuf-repo-cdn.sigstore.dev"
TARGET = "trusted_root.json"
MAX_BYTES = 8 << 20
_SECONDS = 60.0  # for all questions together


def public_repository_root() -> bytes:
    """The root metadata that the public repository's own is believed by, however often its keys changed since."""
    return Path(__file__).with_name("tuf_root.json").read_bytes()


def refreshed(repository: str, root: bytes, seconds: float = _SECONDS) -> bytes:
    """The JSON of the trusted root, from the TUF repository at the URL ``repository`` that ``root`` vouches for.

    Nothing is kept: each call starts from ``root``, follows its successors, and sees that nothing has expired.

    Raises:
        UsageError: the URL is none.
        Undecidable: the repository cannot be reached, or answers too slowly or too much.
        VerificationFailure: its metadata or the target do not hold, or the target is no trusted root.
    """
    try:
        url = httpx.URL(repository)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("https", "http") or not url.host:
        raise UsageError("this is no address of a TUF repository", hint="it begins with https://")
    shown = str(url.copy_with(userinfo=b"", query=None, fragment=None))
    data = _target(shown, url, root, seconds)
    try:
        Root.load(data)
    except ValueError as error:
        raise VerificationFailure(
            f"{shown} hands out a {TARGET} that cannot be read: {error}", step="trusted root"
        ) from None
    return data


def _target(shown: str, url: httpx.URL, root: bytes, seconds: float) -> bytes:
    repository = str(url)
    try:
        wire = Wire(httpx.create_ssl_context(), Patience(whole=seconds), proxy_for(url))
        with tempfile.TemporaryDirectory() as folder, closing(wire), wire.deadline.within(seconds):
            updater = Updater(
                folder,
                repository,
                folder,
                f"{repository.rstrip('/')}/targets/",
                _Fetcher(wire),
                bootstrap=root,
            )
            target = updater.get_targetinfo(TARGET)
            if target is None:
                raise VerificationFailure(
                    f"{shown} has no {TARGET}", hint="is it the TUF repository of a Sigstore?", step="trusted root"
                )
            return Path(updater.download_target(target)).read_bytes()
    except RepositoryError as error:
        raise VerificationFailure(
            f"{shown} is not believed: {error}",
            expected="metadata signed as the root metadata demands, and not expired",
            hint="if its operator changed all keys, get the new root metadata from them, and name it by --tuf-root",
            step="trusted root",
        ) from None
    except (Broken, DownloadError) as error:
        raise Undecidable(
            f"{shown} cannot be asked: {error}", hint="see whether the address is right; nothing was written"
        ) from None


class _Fetcher(FetcherInterface):
    """The library's questions by our transport, which ends by its deadline."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            with self._wire.exchange("GET", httpx.URL(url), {"Accept-Encoding": "identity"}, b"") as answer:
                if answer.status != 200:
                    raise DownloadHTTPError(f"it answers with status {answer.status}", answer.status)
                return iter([answer.body(MAX_BYTES)])
        except Late:
            raise DownloadError("it does not answer in time") from None
        except TooLarge:
            raise DownloadError(f"it sends more than {MAX_BYTES} bytes") from None
        except Broken as error:
            raise DownloadError(str(error)) from None
