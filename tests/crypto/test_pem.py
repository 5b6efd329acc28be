"""What a wrong file is called."""

from __future__ import annotations

import pytest

from gatekeeper.crypto.pem import what_it_is


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "an empty file"),
        (b" \n", "an empty file"),
        (b"\x00\xff", "a file without PEM"),
        (b"x\n-----BEGIN CERTIFICATE-----\n", "a certificate"),
        (b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n", "an encrypted private key"),
        (b"-----BEGIN RSA PRIVATE KEY-----\n", "a private key"),
        (b"-----BEGIN X509 CRL-----\n", "PEM of the kind X509 CRL"),
        (b"-----BEGIN \x1b[31m-----\n", "a file without PEM"),
    ],
)
def test_what_it_is(data: bytes, said: str) -> None:
    assert what_it_is(data) == said
