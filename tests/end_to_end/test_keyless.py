"""What is signed here is verified by cosign and sigstore, and the other way round; verifiers have no network."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sigstore import dsse
from sigstore.models import ClientTrustConfig
from sigstore.oidc import IdentityToken
from sigstore.sign import SigningContext

from gatekeeper.attest.identity_tokens import read_token
from gatekeeper.attest.keyless import KeylessSigner
from gatekeeper.attest.recording import RecordingSigner
from gatekeeper.attest.securesystems import load_uri_signer
from gatekeeper.attest.signers import Signer
from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement, Subject
from gatekeeper.verification.core.bundles import verify_bundle, verify_file
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.core.trust import Need, Root, Trust
from tests.services.hsm import PIN, Token
from tests.services.processes import ROOT, isolated
from tests.services.sigstore import SigstoreStack
from tests.services.story import PREDICATE_TYPE
from tests.services.tools import program
from tests.verification.core.kinds import verify_content

pytestmark = pytest.mark.services

ARTIFACT = b"the artifact"
WORKFLOW = "https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main"


@dataclass(frozen=True, slots=True)
class Who:
    """An identity of the private Sigstore."""

    token: str
    subject: str
    issuer: str


@pytest.fixture(params=["email", "github"])
def who(request: pytest.FixtureRequest, sigstore_stack: SigstoreStack) -> Who:
    if request.param == "email":
        address = "release@acme.example"
        return Who(sigstore_stack.email_token(address), address, sigstore_stack.email_issuer)
    return Who(sigstore_stack.github_token(), WORKFLOW, sigstore_stack.github_issuer)


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    file = tmp_path / "artifact"
    file.write_bytes(ARTIFACT)
    return file


def clock() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def statement() -> Statement:
    subject = Subject("artifact", {"sha256": sha256(ARTIFACT).hexdigest()})
    return Statement((subject,), PREDICATE_TYPE, {"reviewed": True})


def root_of(stack: SigstoreStack) -> Root:
    return Root.load(stack.trusted_root.read_bytes())


def cosign(folder: Path, *arguments: str | Path, offline: bool = False) -> subprocess.CompletedProcess[str]:
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return subprocess.run(
        [*(isolated() if offline else []), program("cosign"), *arguments],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "COSIGN_PASSWORD": "correct horse"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )


def cosign_accepts(artifact: Path, bundle: Bundle, *trust: str | Path) -> bool:
    """cosign's verdict without a network on a bundle of ours, of a statement or a file."""
    file = artifact.with_name("bundle.json")
    file.write_bytes(bundle.encode())
    of_statement = isinstance(bundle.content, Envelope)
    command = ("verify-blob-attestation", "--type", PREDICATE_TYPE) if of_statement else ("verify-blob",)
    return cosign(artifact.parent, *command, "--bundle", file, *trust, artifact, offline=True).returncode == 0


def certified(stack: SigstoreStack, subject: str, issuer: str) -> tuple[str | Path, ...]:
    identity = ("--certificate-identity", subject, "--certificate-oidc-issuer", issuer)
    return ("--trusted-root", stack.trusted_root, *identity)


def test_cosign_accepts_ours_for_its_signer_and_artifact_only(
    sigstore_stack: SigstoreStack, who: Who, artifact: Path
) -> None:
    token = read_token(who.token, "a test")
    signer: Signer = KeylessSigner(sigstore_stack.trust_config.read_bytes(), token, clock=clock)
    trust = certified(sigstore_stack, who.subject, who.issuer)
    for bundle in (signer.sign(statement()), signer.sign_file(ARTIFACT)):
        assert cosign_accepts(artifact, bundle, *trust)
        assert not cosign_accepts(artifact, bundle, *certified(sigstore_stack, "somebody@else.example", who.issuer))
        artifact.write_bytes(b"another one")
        assert not cosign_accepts(artifact, bundle, *trust)
        artifact.write_bytes(ARTIFACT)


def test_ours_accepts_what_cosign_signed(sigstore_stack: SigstoreStack, who: Who, artifact: Path) -> None:
    folder = artifact.parent
    (folder / "token").write_text(who.token)
    (folder / "predicate.json").write_text('{"reviewed": true}')
    services = ("--trusted-root", sigstore_stack.trusted_root, "--signing-config", sigstore_stack.signing_config)
    by_token = ("--yes", "--identity-token", folder / "token", *services)
    predicate = ("--type", PREDICATE_TYPE, "--predicate", folder / "predicate.json")
    for name, command in (("sign-blob", ()), ("attest-blob", predicate)):
        bundle_file = folder / f"{name}.json"
        made = cosign(folder, name, *by_token, *command, "--bundle", bundle_file, artifact)
        assert made.returncode == 0, made.stderr
        bundle = Bundle.decode(bundle_file.read_bytes())
        signed = verify_content(bundle, Trust(root_of(sigstore_stack), timestamp=Need.REQUIRED), ARTIFACT)
        assert signed.signer.identity is not None
        assert (signed.signer.identity.subject, signed.signer.identity.issuer) == (who.subject, who.issuer)
    assert Statement.decode(bundle.envelope.payload).subjects[0].sha256 == sha256(ARTIFACT).hexdigest()


def test_ours_accepts_what_sigstore_signed(sigstore_stack: SigstoreStack, who: Who) -> None:
    context = SigningContext.from_trust_config(ClientTrustConfig.from_json(sigstore_stack.trust_config.read_text()))
    with context.signer(IdentityToken(who.token)) as signer:
        made = (signer.sign_artifact(ARTIFACT), signer.sign_dsse(dsse.Statement(statement().encode())))
    for one in made:
        bundle = Bundle.decode(one.to_json().encode())
        trust = Trust(root_of(sigstore_stack), timestamp=Need.REQUIRED)
        signed = verify_content(bundle, trust, ARTIFACT)
        assert signed.signer.identity is not None
        assert (signed.signer.identity.subject, signed.signer.identity.issuer) == (who.subject, who.issuer)


def public_file(folder: Path, key: PublicKey) -> Path:
    file = folder / "key.pub"
    file.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return file


def recorded(signer: Signer, key: PublicKey, stack: SigstoreStack) -> RecordingSigner:
    return RecordingSigner(signer, key, log_urls=[stack.rekor], authority_urls=[stack.timestamps], clock=clock)


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)])
def test_cosign_accepts_a_key_with_log_and_timestamp(
    sigstore_stack: SigstoreStack, artifact: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
) -> None:
    file = artifact.with_name("private.key")
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key.public_key()
    signer = recorded(load_uri_signer(f"file2:{file}", public, bytes), public, sigstore_stack)
    trust = ("--key", public_file(artifact.parent, key.public_key()), "--trusted-root", sigstore_stack.trusted_root)
    for bundle in (signer.sign(statement()), signer.sign_file(ARTIFACT)):
        assert cosign_accepts(artifact, bundle, *trust)
        other = public_file(artifact.parent, ec.generate_private_key(ec.SECP256R1()).public_key())
        assert not cosign_accepts(artifact, bundle, "--key", other, "--trusted-root", sigstore_stack.trusted_root)
        public_file(artifact.parent, key.public_key())


def test_ours_accepts_a_key_of_cosign_with_log_and_timestamp(sigstore_stack: SigstoreStack, artifact: Path) -> None:
    folder = artifact.parent
    assert cosign(folder, "generate-key-pair").returncode == 0
    services = ("--trusted-root", sigstore_stack.trusted_root, "--signing-config", sigstore_stack.signing_config)
    made = cosign(
        folder, "sign-blob", "--yes", "--key", "cosign.key", *services, "--bundle", folder / "bundle.json", artifact
    )
    assert made.returncode == 0, made.stderr
    bundle = Bundle.decode((folder / "bundle.json").read_bytes())
    key = public_keys.load((folder / "cosign.pub").read_bytes())
    trust = Trust(root_of(sigstore_stack), key, timestamp=Need.REQUIRED)
    assert verify_file(bundle, trust, InMemory(ARTIFACT)).logs == (sigstore_stack.rekor,)


def test_cosign_accepts_a_key_in_a_token(hsm: Token, sigstore_stack: SigstoreStack, artifact: Path) -> None:
    key = hsm.public_key()
    own = load_uri_signer(hsm.uri(), key, PIN.encode)
    trust = ("--key", public_file(artifact.parent, key))
    assert cosign_accepts(artifact, own.sign(statement()), *trust, "--insecure-ignore-tlog")
    bundle = recorded(own, key, sigstore_stack).sign(statement())
    assert cosign_accepts(artifact, bundle, *trust, "--trusted-root", sigstore_stack.trusted_root)


def test_cosign_differs_on_keys_of_p384(hsm: Token, artifact: Path) -> None:
    """It verifies every key's signatures with SHA-256; Sigstore's registry of algorithms has SHA-384 for this curve."""
    key = hsm.public_key(3)
    bundle = load_uri_signer(hsm.uri(3), key, PIN.encode).sign(statement())
    trust = ("--key", public_file(artifact.parent, key))
    assert not cosign_accepts(artifact, bundle, *trust, "--insecure-ignore-tlog")
    assert verify_bundle(bundle, Trust(key=key, log=Need.ABSENT)).signer.key == key


def test_a_release_in_a_network_of_its_own_is_verified_on_another_machine(tmp_path: Path, artifact: Path) -> None:
    story = subprocess.run(
        [*isolated(), sys.executable, "-m", "tests.services.story", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert story.returncode == 0, story.stderr
    trust = ("--trusted-root", tmp_path / "trusted_root.json", "--certificate-oidc-issuer", story.stdout.strip())
    identity = ("--certificate-identity", WORKFLOW.replace("heads/main", "tags/v1"))
    bundle = Bundle.decode((tmp_path / "artifact.sigstore.json").read_bytes())
    assert cosign_accepts(artifact, bundle, *trust, *identity)
    root = Root.load((tmp_path / "trusted_root.json").read_bytes())
    signed = verify_bundle(bundle, Trust(root, timestamp=Need.REQUIRED))
    assert signed.signer.identity is not None
    assert signed.signer.identity.subject == identity[1]
