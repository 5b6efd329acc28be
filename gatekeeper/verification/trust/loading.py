"""A trust file with everything that it names: roots, keys and certificates, each checked by its digest."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gatekeeper.crypto import certificates, public_keys
from gatekeeper.crypto.pem import what_it_is
from gatekeeper.errors import SettingsError
from gatekeeper.formats.files import read_regular
from gatekeeper.formats.sigstore.trusted_root import Window
from gatekeeper.verification import roots
from gatekeeper.verification.core import trust as core
from gatekeeper.verification.core.trust import Need, Root, Trust
from gatekeeper.verification.trust import checking
from gatekeeper.verification.trust.model import PUBLIC, Authority, Document
from gatekeeper.verification.trust.reading import Misfit, located, read

MAX_BYTES = 8 << 20
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class TrustFile:
    """A checked trust file. ``name`` is where it was found, ``data`` its bytes, ``sha256`` their digest in hex.

    ``trusts`` are what bundles are verified against, by the names of the authorities; ``files`` the bytes of all files
    that it names, by their names in it.
    """

    name: str
    data: bytes
    document: Document
    trusts: Mapping[str, Trust]
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """The digest that stands in results."""
        return sha256(self.data).hexdigest()


def read_trust(path: Path) -> TrustFile:
    """The trust file at a path; files that it names lie where it says, seen from its own folder.

    Raises:
        SettingsError: it, or a file that it names, is missing, malformed or not the one whose digest it gives.
    """
    return parse_trust(_regular(path, str(path)), str(path), path.parent)


def parse_trust(data: bytes, name: str, folder: Path) -> TrustFile:
    """Like ``read_trust``, of bytes that messages call ``name``."""
    document = read(data, name)
    files: dict[str, bytes] = {}
    trusts: dict[str, Trust] = {}
    try:
        checking.check(document)
        for index, authority in enumerate(document.authority):
            try:
                for file in (authority.root, authority.key, authority.certificate):
                    if file and file != PUBLIC:
                        files[file] = _regular(folder / file, file)
                trusts[authority.name] = load_authority(authority, files)
            except (SettingsError, ValueError) as error:
                hint = error.hint if isinstance(error, SettingsError) else ""
                raise Misfit(("authority", index), str(error), hint) from None
        _check_persons(document, trusts)
    except Misfit as error:
        raise located(error, data, name) from None
    return TrustFile(name, data, document, trusts, files)


def load_authority(authority: Authority, files: Mapping[str, bytes]) -> Trust:
    """What bundles of its signers are verified against; ``files`` are the bytes of those that it names.

    Raises:
        ValueError: one is malformed or has another digest, or the root has nobody who could do what is required.
    """
    root = _root(authority, files)
    log = authority.log or (Need.REQUIRED if authority.root else Need.OPTIONAL)
    timestamp = authority.timestamp or Need.OPTIONAL
    for name, need, known in (
        ("logs", log, root.logs),
        ("timestamp authorities", timestamp, root.timestamp_authorities),
    ):
        if need is Need.REQUIRED and not known:
            raise ValueError(f"{name} are required, and the root {authority.root} has none")
    if authority.key:
        data = files[authority.key]
        for expected in ("" if authority.root else authority.sha256, authority.key_sha256):
            _pinned(expected, authority.key, data)
        return Trust(root, _loaded(public_keys.load, data, authority.key), log, Need.ABSENT, timestamp)
    if authority.certificate:
        data = files[authority.certificate]
        _pinned(authority.certificate_sha256, authority.certificate, data)
        chain = _loaded(_chain, data, authority.certificate)
        window = Window(chain[-1].not_valid_before_utc, chain[-1].not_valid_after_utc)
        own = core.Authority(authority.name, chain, window)
        root = dataclasses.replace(root, certificate_authorities=(own,))
        return Trust(root, None, log, authority.sct or Need.OPTIONAL, timestamp)
    if not root.certificate_authorities:
        raise ValueError(f"the root {authority.root} has no certificate authorities")
    return Trust(root, None, log, authority.sct or Need.REQUIRED, timestamp)


def _check_persons(document: Document, trusts: Mapping[str, Trust]) -> None:
    """One key is one person, however many authorities hold it: thresholds count persons."""
    holders: dict[bytes, str] = {}
    for index, signer in enumerate(document.signer):
        key = trusts[signer.authority].key
        if key is not None and holders.setdefault(public_keys.der(key), signer.who) != signer.who:
            raise Misfit(("signer", index), "has the same key as another person", checking.ONE_PERSON)


def _root(authority: Authority, files: Mapping[str, bytes]) -> Root:
    if not authority.root:
        return Root()
    data = roots.public_root() if authority.root == PUBLIC else files[authority.root]
    _pinned(authority.sha256, authority.root, data)
    return _loaded(Root.load, data, authority.root)


def _loaded(load: Callable[[bytes], _T], data: bytes, name: str) -> _T:
    try:
        return load(data)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _pinned(expected: str, name: str, data: bytes) -> None:
    found = sha256(data).hexdigest()
    if expected and found != expected:
        shipped = f", which is of {roots.PUBLIC_ROOT_DATE} in this version" if name == PUBLIC else ""
        raise ValueError(f"sha256 {expected} is expected of {name}{shipped}, found {found}")


def _chain(data: bytes) -> tuple[x509.Certificate, ...]:
    """A chain from PEM, or one certificate from DER."""
    if b"-----BEGIN" not in data:
        return (certificates.load(data),)
    try:
        chain = tuple(_as_der(one) for one in x509.load_pem_x509_certificates(data))
    except ValueError:
        # cryptography tells where its frequently asked questions are.
        what = "but damaged" if b"-----BEGIN CERTIFICATE-----" in data else f"but {what_it_is(data)}"
        raise ValueError(f"no certificates in PEM, {what}") from None
    if any(one.issuer != other.subject for one, other in pairwise(chain)):
        raise ValueError("the certificates are no chain: each is issued by the next, the root is the last")
    return chain


def _as_der(certificate: x509.Certificate) -> x509.Certificate:
    return certificates.load(certificate.public_bytes(Encoding.DER))


def _regular(path: Path, name: str) -> bytes:
    # Links are followed: the trust file is not of the inspected repository, and Kubernetes mounts files as links.
    try:
        return read_regular(path, MAX_BYTES)
    except FileNotFoundError:
        raise SettingsError(f"{name}: there is no such file") from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"{name}: {getattr(error, 'strerror', None) or error}") from None
