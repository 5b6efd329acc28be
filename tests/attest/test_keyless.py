from __future__ import annotations

import datetime
import json
import logging
from pathlib import Path

import pytest
from sigstore.verify import Verifier
from sigstore.verify.policy import Identity

from gatekeeper.attest.identity_tokens import IdentityToken, read_token
from gatekeeper.attest.keyless import KeylessSigner, public_trust_config
from gatekeeper.errors import GatekeeperError, UsageError
from gatekeeper.formats import base64
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.model.json import Json
from gatekeeper.model.settings import AttestSettings
from gatekeeper.verification.core.bundles import verify_bundle, verify_file
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.core.trust import Need, Root, Trust
from tests.attest.samples import NOW, STATEMENT, clock, token
from tests.services.sigstore import SigstoreStack
from tests.services.stub import Stub, closed_url, stub
from tests.signed import ARTIFACT_BYTES, DECISION, SBOM, artifact_of, attest

WHO = "release@acme.example"
WORKFLOW = "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1"


def of_email(stack: SigstoreStack) -> IdentityToken:
    return read_token(stack.email_token(WHO), "a test")


def signer_of(stack: SigstoreStack, **urls: str) -> KeylessSigner:
    """Of the stack, where ``urls`` replaces services: caUrls, rekorTlogUrls, tsaUrls."""
    config = json.loads(stack.trust_config.read_bytes())
    for name, url in urls.items():
        config["signingConfig"][name][0]["url"] = url
    return KeylessSigner(json.dumps(config).encode(), of_email(stack), clock=clock)


@pytest.mark.services
def test_a_statement_signed_for_an_email_address(sigstore_stack: SigstoreStack) -> None:
    bundle = Bundle.decode(signer_of(sigstore_stack).sign(STATEMENT).encode())
    assert bundle.envelope.payload == STATEMENT.encode()
    root = Root.load(sigstore_stack.trusted_root.read_bytes())
    signed = verify_bundle(bundle, Trust(root, timestamp=Need.REQUIRED))
    assert signed.signer.identity is not None
    assert (signed.signer.identity.subject, signed.signer.identity.issuer) == (WHO, sigstore_stack.email_issuer)
    assert signed.logs == (sigstore_stack.rekor,)
    assert signed.notes == ()


@pytest.mark.services
def test_a_file_signed_in_a_workflow_of_github(sigstore_stack: SigstoreStack) -> None:
    raw = sigstore_stack.github_token(ref="refs/tags/v1")
    signer = KeylessSigner(sigstore_stack.trust_config.read_bytes(), read_token(raw, "GitHub"), clock=clock)
    bundle = Bundle.decode(signer.sign_file(b"hello").encode())
    root = Root.load(sigstore_stack.trusted_root.read_bytes())
    identity = verify_file(bundle, Trust(root), InMemory(b"hello")).signer.identity
    assert identity is not None
    assert (identity.subject, identity.issuer) == (WORKFLOW, sigstore_stack.github_issuer)
    assert identity.claims["source_repository_uri"] == "https://github.com/acme/shop"
    assert identity.claims["source_repository_ref"] == "refs/tags/v1"
    assert identity.claims["source_repository_id"] == "100"
    assert identity.claims["build_trigger"] == "push"


@pytest.mark.services
def test_sigstore_verifies_ours_and_one_certificate_serves_several_bundles(sigstore_stack: SigstoreStack) -> None:
    from sigstore.models import Bundle as SigstoreBundle
    from sigstore.models import TrustedRoot

    signer = signer_of(sigstore_stack)
    bundles = [signer.sign(STATEMENT), signer.sign_file(b"hello")]
    assert len({bundle.certificates for bundle in bundles}) == 1
    verifier = Verifier(trusted_root=TrustedRoot.from_file(str(sigstore_stack.trusted_root)))
    policy = Identity(identity=WHO, issuer=sigstore_stack.email_issuer)
    read = [SigstoreBundle.from_json(bundle.encode()) for bundle in bundles]
    _, payload = verifier.verify_dsse(read[0], policy)
    assert payload == STATEMENT.encode()
    verifier.verify_artifact(b"hello", read[1], policy)


def refused(signer: KeylessSigner, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> str:
    """The message; nothing of the token stands anywhere."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(GatekeeperError) as caught:
        signer.sign(STATEMENT)
    assert caught.value.hint
    raw = signer._token.raw
    shown = caught.value.message + caught.value.hint + "".join(capfd.readouterr()) + caplog.text
    assert not any(part in shown for part in raw.split("."))
    return caught.value.message


@pytest.mark.services
@pytest.mark.parametrize(
    ("name", "service", "path"),
    [
        ("caUrls", "the certificate authority", ""),
        ("rekorTlogUrls", "the transparency log", ""),
        ("tsaUrls", "the timestamp authority", "/api/v1/timestamp"),
    ],
)
def test_the_service_that_is_down_is_named(
    sigstore_stack: SigstoreStack,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    name: str,
    service: str,
    path: str,
) -> None:
    url = closed_url() + path
    assert refused(signer_of(sigstore_stack, **{name: url}), capfd, caplog).startswith(f"{service} ({url}) did not")


@pytest.mark.services
def test_what_the_authority_says_is_told(
    sigstore_stack: SigstoreStack, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    config = sigstore_stack.trust_config.read_bytes()
    now = int(clock().timestamp())
    stranger = read_token(token(iat=now, exp=now + 300), "a test")
    message = refused(KeylessSigner(config, stranger, clock=clock), capfd, caplog)
    assert message.endswith("refused (status 400): There was an error processing the identity token")


@pytest.mark.services
@pytest.mark.parametrize(
    "answer", [b"{}", b"[]", b"nothing", b'{"signedCertificateEmbeddedSct": {"chain": {"certificates": ["x"]}}}']
)
def test_an_authority_that_answers_with_something_else(
    sigstore_stack: SigstoreStack,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    answer: bytes,
) -> None:
    with stub(body=answer) as server:
        message = refused(signer_of(sigstore_stack, caUrls=server.url), capfd, caplog)
    assert f"the certificate authority ({server.url}) answered with no certificate" in message


@pytest.mark.services
def test_a_log_that_proves_nothing(
    sigstore_stack: SigstoreStack, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    kind = {"kind": "hashedrekord", "version": "0.0.2"}
    entry = {"logIndex": "1", "logId": {"keyId": "YQ=="}, "kindVersion": kind, "canonicalizedBody": "e30="}
    with stub(body=json.dumps(entry).encode()) as server:
        message = refused(signer_of(sigstore_stack, rekorTlogUrls=server.url), capfd, caplog)
    assert message.startswith(f"the transparency log ({server.url}) answered with an entry that proves nothing")


@pytest.mark.services
def test_a_certificate_that_its_log_did_not_promise(
    sigstore_stack: SigstoreStack, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    config = json.loads(sigstore_stack.trust_config.read_bytes())
    log = config["trustedRoot"]["ctlogs"][0]
    log["publicKey"] = config["trustedRoot"]["tlogs"][0]["publicKey"]
    log["logId"] = config["trustedRoot"]["tlogs"][0]["logId"]
    signer = KeylessSigner(json.dumps(config).encode(), of_email(sigstore_stack), clock=clock)
    message = refused(signer, capfd, caplog)
    assert "the certificate authority" in message
    assert "gave no certificate that can be signed with" in message


@pytest.mark.services
def test_nothing_stays_where_a_service_is_down(sigstore_stack: SigstoreStack, tmp_path: Path) -> None:
    file = tmp_path / "app.tar.gz"
    file.write_bytes(ARTIFACT_BYTES)
    signer = signer_of(sigstore_stack, rekorTlogUrls=closed_url())
    with pytest.raises(GatekeeperError, match="the transparency log"):
        attest(DECISION, SBOM, file, artifact_of(file), signer, AttestSettings(), None)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.services
def test_a_log_of_the_first_version(sigstore_stack: SigstoreStack) -> None:
    config = json.loads(sigstore_stack.trust_config.read_bytes())
    with stub(body=json.dumps({"24296fb2": entry_of_version_1()}).encode()) as server:
        config["signingConfig"]["rekorTlogUrls"][0] |= {"url": server.url, "majorApiVersion": 1}
        signer = KeylessSigner(json.dumps(config).encode(), of_email(sigstore_stack), clock=clock)
        [entry] = Bundle.decode(signer.sign(STATEMENT).encode()).entries
        [(path, _, body)] = server.asked
        assert path == "/api/v1/log/entries"
        assert json.loads(body)["kind"] == "dsse"
        assert (entry.log_index, entry.integrated_time, entry.promise) == (7, 1_700_000_000, b"promise")
        assert entry.proof is not None
        assert (entry.proof.root_hash, entry.proof.checkpoint) == (b"\xab" * 32, "a note")
        for answer in (b"[]", b"{}", b'{"a": {}}', b"nothing"):
            server.body = answer
            with pytest.raises(GatekeeperError, match=r"the transparency log .* answered with no entry"):
                signer.sign(STATEMENT)


def entry_of_version_1() -> Json:
    signature = {"content": "c2ln", "publicKey": {"content": "a2V5"}}
    digest = {"hash": {"algorithm": "sha256", "value": "ab" * 32}}
    body = {"kind": "hashedrekord", "apiVersion": "0.0.1", "spec": {"signature": signature, "data": digest}}
    proof = {"checkpoint": "a note", "hashes": [], "logIndex": 7, "rootHash": "ab" * 32, "treeSize": 8}
    return {
        "body": base64.encode(json.dumps(body).encode()),
        "integratedTime": 1_700_000_000,
        "logID": "cd" * 32,
        "logIndex": 7,
        "verification": {"inclusionProof": proof, "signedEntryTimestamp": base64.encode(b"promise")},
    }


def test_an_expired_token_reaches_nobody(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with stub() as server:
        signer = KeylessSigner(
            local_config(server),
            read_token(token(), "a test"),
            clock=lambda: NOW + datetime.timedelta(hours=1),
        )
        assert "the identity token of a test has expired" in refused(signer, capfd, caplog)
        assert server.asked == []


def test_a_clock_that_makes_an_old_token_look_new_signs_nothing(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with stub() as server:
        old = read_token(token(), "a test")  # of a time that is past for everybody else
        signer = KeylessSigner(local_config(server), old, clock=lambda: NOW)
        assert "the identity token of a test cannot be used" in refused(signer, capfd, caplog)
        assert server.asked == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"tsaUrls": []}, "no timestamp authority, and its log has no clock"),
        ({"rekorTlogUrls": []}, "0 of the services"),
        ({"caUrls": []}, "0 of the services"),
        ({"mediaType": "?"}, "no signing config"),
    ],
)
def test_configurations_that_cannot_be_signed_with(changes: dict[str, object], reason: str) -> None:
    with stub() as server:
        config = json.loads(local_config(server))
        config["signingConfig"] |= changes
        with pytest.raises(UsageError, match=reason):
            KeylessSigner(json.dumps(config).encode(), read_token(token(), "a test"), clock=lambda: NOW)


def test_a_configuration_with_an_address_in_the_clear() -> None:
    with stub() as server:
        config = local_config(server).replace(server.url.encode(), b"http://fulcio.example")
    with pytest.raises(UsageError, match="without encryption"):
        KeylessSigner(config, read_token(token(), "a test"), clock=lambda: NOW)


def test_the_public_configuration_is_accepted() -> None:
    KeylessSigner(public_trust_config(), read_token(token(), "a test"), clock=lambda: NOW)


def local_config(server: Stub) -> bytes:
    """The public trusted root, with services that are one stub."""
    config = json.loads(public_trust_config())
    since = {"validFor": {"start": "2025-01-01T00:00:00Z"}, "operator": "a"}
    for name, version in (("caUrls", 1), ("rekorTlogUrls", 2), ("tsaUrls", 1)):
        config["signingConfig"][name] = [{"url": server.url, "majorApiVersion": version} | since]
    return json.dumps(config).encode()


@pytest.mark.services
def test_a_token_that_ended_while_the_gate_judged_is_replaced(sigstore_stack: SigstoreStack) -> None:
    ended = read_token(sigstore_stack.email_token(WHO, lifetime=-1), "a test")
    config = sigstore_stack.trust_config.read_bytes()
    signer = KeylessSigner(config, ended, clock=clock, renew=lambda: of_email(sigstore_stack))
    assert signer.identity().subject == WHO
    assert signer.sign(STATEMENT).certificates
    with pytest.raises(UsageError, match="has expired"):
        KeylessSigner(config, ended, clock=clock, renew=lambda: ended).identity()
