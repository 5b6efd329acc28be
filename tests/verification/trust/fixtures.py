from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.attest.signers import KeySigner
from gatekeeper.verification.trust.loading import TrustFile, parse_trust
from tests.verification.trust.instance import Instance, new_key, trust_head

Trusting = Callable[[str], TrustFile]


@pytest.fixture(scope="session")
def instance() -> Instance:
    return Instance()


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, KeySigner]:
    """Signers with keys; ``NAME.pub`` lies beside the trust file."""
    signers = {name: KeySigner(new_key()) for name in ("gate", "ann", "bob", "eve")}
    for name, signer in signers.items():
        public = signer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (tmp_path / f"{name}.pub").write_bytes(public)
    return signers


@pytest.fixture
def trusting(instance: Instance, tmp_path: Path, keys: dict[str, KeySigner]) -> Trusting:
    """A trust file with the Sigstore ``sigstore``, its workflow ``ci``, and the keys; a text follows."""
    head = "\n" + trust_head(tmp_path, instance, owner_id="1001")
    for name in keys:
        head += f'[[authority]]\nname = "{name}"\nkey = "{name}.pub"\n'

    def parse(text: str) -> TrustFile:
        return parse_trust((head + text).encode(), "trust.toml", tmp_path)

    return parse
