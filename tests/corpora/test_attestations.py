"""Bundles of sigstore-conformance: which step refuses each that must be refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.crypto import public_keys
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.verification import roots
from gatekeeper.verification.core.trust import Root, Trust
from gatekeeper.verification.subjects import files
from tests.conformance.protocol import verified

pytestmark = pytest.mark.corpora

IDENTITY = (
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/"
    "extremely-dangerous-oidc-beacon.yml@refs/heads/main"
)
ISSUER = "https://token.actions.githubusercontent.com"

# "" where all steps hold; "bundle", "root" and "key" where the file itself cannot be read.
STEPS = {
    "bundle-empty-certificate-chain_fail": "bundle",
    "bundle-from-wrong-instance_fail": "log entry",
    "bundle-invalid-base64-signature_fail": "bundle",
    "bundle-malformed-json_fail": "bundle",
    "bundle-negative-log-index_fail": "bundle",
    "bundle-unknown-version_fail": "bundle",
    "bundle-with-root-cert_fail": "certificate",
    "bundle-with-sct-with-extensions": "",
    "checkpoint-bad-keyhint_fail": "checkpoint",
    "checkpoint-wrong-roothash_fail": "checkpoint",
    "dsse-invalid-sig_fail": "log entry",
    "dsse-mismatch-envelope_fail": "log entry",
    "dsse-mismatch-sig_fail": "log entry",
    "happy-path-intoto-in-dsse-v3": "",
    "happy-path-v0.1": "",
    "happy-path-v0.2": "",
    "happy-path-v0.3": "",
    "happy-path-v0.3-new-mediaType": "",
    "inclusion-proof-corrupted-hash_fail": "inclusion proof",
    "incorrect-public-key_fail": "log promise",
    "integrated-time-in-future_fail": "certificate",
    "intoto-expired-certificate_fail": "certificate",
    "intoto-log-entry-mismatch_fail": "log entry",
    "intoto-missing-inclusion-proof_fail": "inclusion proof",
    "intoto-set-outside-signing-cert-validity_fail": "certificate",
    "intoto-tsa-timestamp-outside-cert-validity_fail": "certificate",
    "intoto-with-custom-trust-root": "",
    "invalid-checkpoint-signature_fail": "checkpoint",
    "invalid-ct-key_fail": "certificate log",
    "invalid-inclusion-proof_fail": "inclusion proof",
    "managed-key-and-trusted-root": "",
    "managed-key-happy-path": "",
    "managed-key-no-key_fail": "signer",
    "managed-key-wrong-key_fail": "key",
    "message-digest-mismatch_fail": "subject",
    "rekor2-checkpoint-cosigned": "",
    "rekor2-checkpoint-missing-log-signature_fail": "checkpoint",
    "rekor2-checkpoint-missing-origin_fail": "checkpoint",
    "rekor2-checkpoint-missing-root-hash_fail": "checkpoint",
    "rekor2-checkpoint-missing-size_fail": "checkpoint",
    "rekor2-checkpoint-multiple-cosigs": "",
    "rekor2-checkpoint-no-matching-signature_fail": "checkpoint",
    "rekor2-checkpoint-origin-not-first": "",
    "rekor2-checkpoint-two-sigs-cosigned": "",
    "rekor2-checkpoint-two-sigs-from-origin": "",
    "rekor2-dsse-happy-path": "",
    "rekor2-dsse-invalid-sig_fail": "log entry",
    "rekor2-dsse-mismatch-envelope_fail": "log entry",
    "rekor2-dsse-mismatch-sig_fail": "log entry",
    "rekor2-happy-path": "",
    "rekor2-no-inclusion-proof_fail": "inclusion proof",
    "rekor2-no-timestamp_fail": "time",
    "rekor2-timestamp-outside-trust-root-tsa-validity_fail": "timestamp",
    "rekor2-timestamp-outside-tsa-cert-validity_fail": "timestamp",
    "rekor2-timestamp-payload-mismatch_fail": "timestamp",
    "rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail": "timestamp",
    "rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail": "time",
    "rekor2-timestamp-with-embedded-cert": "",
    "rekor2-timestamp-with-expired-cert-chain": "",
    "rekor2-timestamp-with-incorrect-time_fail": "bundle",
    "rekor2-timestamp-without-embedded-cert": "",
    "set-invalid-signature_fail": "log promise",
    "signature-mismatch_fail": "log entry",
    "trust-root-tlog-missing-validity-start_fail": "root",
    "trust-root-tlog-validity-end-inclusive": "",
    "trust-root-tsa-validity-end-inclusive": "",
    "wrong-hashedrekord-artifact_fail": "log entry",
    "wrong-hashedrekord-cert-and-sig_fail": "log entry",
    "wrong-hashedrekord-entry_fail": "log entry",
    "wrong-material_fail": "subject",
}


@pytest.fixture(scope="module")
def bundles(corpora: Path) -> Path:
    return corpora / "attestations" / "bundle-verify"


def artifact_of(folder: Path) -> Path:
    own = folder / "artifact"
    return own if own.exists() else folder.parent / "a.txt"


def step_that_refuses(folder: Path) -> str:
    """The first step that does not hold, "" where all do."""
    own_root, own_key = folder / "trusted_root.json", folder / "key.pub"
    try:
        root = Root.load(own_root.read_bytes() if own_root.exists() else roots.public_root())
    except ValueError:
        return "root"
    try:
        key = public_keys.load(own_key.read_bytes()) if own_key.exists() else None
    except ValueError:
        return "key"
    try:
        bundle = Bundle.decode((folder / "bundle.sigstore.json").read_bytes())
    except ValueError:
        return "bundle"
    try:
        signed = verified(bundle, Trust(root, key), files.resolve(str(artifact_of(folder))))
    except VerificationFailure as error:
        return error.step
    named = signed.signer.identity
    if named and (named.subject, named.issuer) != (
        text(folder / "identity", IDENTITY),
        text(folder / "issuer", ISSUER),
    ):
        return "identity"
    return ""


def text(file: Path, default: str) -> str:
    return file.read_text().strip() if file.exists() else default


def test_the_table_has_all_folders(bundles: Path) -> None:
    assert sorted(STEPS) == sorted(path.name for path in bundles.iterdir() if path.is_dir())


def test_the_table_refuses_what_its_folder_says() -> None:
    for name, step in STEPS.items():
        assert bool(step) == name.endswith("_fail"), name


@pytest.mark.parametrize("name", STEPS)
def test_each_bundle_is_refused_by_its_step(bundles: Path, name: str) -> None:
    assert step_that_refuses(bundles / name) == STEPS[name]
