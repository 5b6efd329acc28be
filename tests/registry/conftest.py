"""Registries in memory, and certificates for servers on loopback."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gatekeeper.registry.client import Client
from gatekeeper.registry.exchange import Access
from gatekeeper.transport.wire import Patience
from tests.services.registries import running_registry


@pytest.fixture(scope="session", params=["referrers API", "fallback tag"])
def registry(request: pytest.FixtureRequest) -> Iterator[str]:
    """The host and port of a real registry, of each kind."""
    with running_registry(referrers=request.param == "referrers API") as host:
        yield host


@pytest.fixture(scope="session")
def old_registry() -> Iterator[str]:
    """One without the referrers API."""
    with running_registry(referrers=False) as host:
        yield host


@pytest.fixture
def client() -> Iterator[Client]:
    with Client() as one:
        yield one


@pytest.fixture
def hasty() -> Iterator[Client]:
    """A client that waits for two seconds in all, and for one without a byte."""
    with Client(Access(patience=Patience(connect=1, silence=1, whole=2))) as one:
        yield one


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context, with a certificate for 127.0.0.1, and a client's that trusts it."""
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "registry")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    Path(file).write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=certificate.public_bytes(Encoding.PEM).decode())
