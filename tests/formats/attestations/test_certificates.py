from __future__ import annotations

import pytest

from gatekeeper.formats.attestations.certificates import from_pem
from tests.formats.attestations.samples import chain, pem

SIGNER, AUTHORITY, ROOT = chain()


def test_a_chain_in_pem() -> None:
    assert from_pem(pem(SIGNER) + pem(AUTHORITY)) == (SIGNER, AUTHORITY)


@pytest.mark.parametrize(
    "text", ["", "nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "\ud800", "é"]
)
def test_what_is_no_certificate(text: str) -> None:
    with pytest.raises(ValueError, match="no certificate in PEM"):
        from_pem(text)


def test_too_many() -> None:
    with pytest.raises(ValueError, match="more than 10"):
        from_pem(pem(ROOT) * 11)
