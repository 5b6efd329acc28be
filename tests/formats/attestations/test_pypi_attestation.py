from __future__ import annotations

from gatekeeper.formats.attestations.reading import read
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement
from tests.formats.attestations.samples import LOG_BODY, chain, encoded, pypi_attestation

SIGNER, _, _ = chain()


def test_an_attestation_becomes_the_bundle_that_it_was_made_of() -> None:
    (found,) = read("x", encoded(pypi_attestation(SIGNER)))
    assert isinstance(found.content, Bundle)
    assert found.content.certificates == (SIGNER,)
    assert [entry.body for entry in found.content.entries] == [LOG_BODY]
    assert isinstance(found.content.content, Envelope)
    assert found.content.content.signatures[0].signature == b"signature"
    assert Statement.decode(found.content.content.payload).subjects[0].name == "app.tar.gz"
    # Version 0.3 demands an inclusion proof, as PyPI does.
    assert found.content.version == "0.3"


def test_older_files_write_their_version_as_a_text() -> None:
    assert read("x", encoded(pypi_attestation(SIGNER, version="1")))
