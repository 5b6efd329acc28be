from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.attest.signers import KeySigner
from gatekeeper.verification.trust.loading import TrustFile, parse_trust
from tests.verification.trust.instance import GITHUB, WORKFLOW, Instance, new_key

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
    (tmp_path / "root.json").write_bytes(instance.root())
    head = f"""
version = 1
[[authority]]
name = "sigstore"
root = "root.json"
sha256 = "{sha256(instance.root()).hexdigest()}"
sct = "absent"
[[signer]]
name = "ci"
authority = "sigstore"
issuer = "{GITHUB}"
identity = "{WORKFLOW}@refs/tags/*"
owner_id = "1001"
"""
    for name in keys:
        head += f'[[authority]]\nname = "{name}"\nkey = "{name}.pub"\n'

    def parse(text: str) -> TrustFile:
        return parse_trust((head + text).encode(), "trust.toml", tmp_path)

    return parse
