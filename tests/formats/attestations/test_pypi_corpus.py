"""Distributions of PyPI with their attestations: converted, they verify, and about another file they do not."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.attestations.reading import read
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement
from gatekeeper.verification.core.bundles import verify_bundle
from gatekeeper.verification.core.trust import Root, Trust

pytestmark = pytest.mark.corpora
SUFFIXES = (".publish.attestation", ".slsa.attestation", ".attestation", ".provenance")
STAGING = "the log is unknown to the trusted root"


def root_of(host: str) -> Root:
    folder = f"https%3A%2F%2Ftuf-repo-cdn.{host}"
    return Root.load((files("sigstore") / "_store" / folder / "trusted_root.json").read_bytes())


def test_all_verify_in_production_or_in_staging(corpora: Path) -> None:
    production, staging = root_of("sigstore.dev"), root_of("sigstage.dev")
    in_staging = set()
    compared = 0
    found = [file for file in sorted((corpora / "attestations" / "pypi").iterdir()) if file.name.endswith(SUFFIXES)]
    for file in found:
        (attestation,) = read(file.name, file.read_bytes())
        assert isinstance(attestation.content, Bundle)
        distribution = next(file.with_name(file.name.removesuffix(one)) for one in SUFFIXES if file.name.endswith(one))
        try:
            signed = verify_bundle(attestation.content, Trust(production))
        except VerificationFailure as failure:
            assert failure.message == STAGING
            in_staging.add(distribution.name.partition("-")[0])
            signed = verify_bundle(attestation.content, Trust(staging))
        assert signed.signer.identity
        (subject,) = Statement.decode(attestation.content.envelope.payload).subjects
        assert subject.name == distribution.name
        if distribution.exists():
            compared += 1
            assert subject.sha256 == sha256(distribution.read_bytes()).hexdigest()
    assert (len(found), compared) == (8, 7)
    assert in_staging == {"rfc8785", "spt3g"}


def test_a_changed_byte_is_refused(corpora: Path) -> None:
    file = corpora / "attestations" / "pypi" / "pypi_attestations-0.0.19.tar.gz.slsa.attestation"
    (attestation,) = read(file.name, file.read_bytes())
    assert isinstance(attestation.content, Bundle)
    envelope = attestation.content.envelope
    changed = replace(envelope, payload=envelope.payload.replace(b"0.0.19", b"0.0.18", 1))
    with pytest.raises(VerificationFailure):
        verify_bundle(replace(attestation.content, content=changed), Trust(root_of("sigstore.dev")))
