"""Signed archives: what OPA accepts, and what nobody should."""

from __future__ import annotations

import base64
import datetime
import hmac
import subprocess
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from gatekeeper.attest.signers import PrivateKey
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats import jsonable
from gatekeeper.policy.distribution import archive, digests, signatures
from gatekeeper.policy.distribution.signatures import TrustedKey
from tests.services.tools import program

CLOCK = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
FILES = {
    "rules/x.rego": b"package rules.x\n\ndeny contains 1\n",
    "lists/data.json": b'{"ports": [22, 1e3, 1.50], "html": "<&>"}',
    ".manifest": b'{"revision": "7", "roots": ["rules", "lists"], "rego_version": 1}',
}
EC, ED = generate_private_key(SECP256R1()), Ed25519PrivateKey.generate()


def trusted(key: PrivateKey, **changes: object) -> TrustedKey:
    algorithm = "EdDSA" if isinstance(key, Ed25519PrivateKey) else "ES256"
    fields: dict[str, object] = {"id": "release", "key": key.public_key(), "algorithm": algorithm} | changes
    return TrustedKey(**fields)  # type: ignore[arg-type]  # a test's own choice


def signed(key: PrivateKey = EC, expires: datetime.datetime | None = None) -> dict[str, bytes]:
    return signatures.sign(FILES, key, "release", trusted(key).algorithm, CLOCK, expires)


def with_payload(payload: object, **headers: object) -> dict[str, bytes]:
    """The files, with a JWT of our own making."""
    token = jwt.api_jws.PyJWS().encode(jsonable.dumps(payload), EC, "ES256", headers={"kid": "release"} | headers)
    return FILES | {archive.SIGNATURES: jsonable.dumps({"signatures": [token]})}


def listing() -> list[dict[str, str]]:
    return [{"name": name, "hash": digests.digest(name, data), "algorithm": "SHA-256"} for name, data in FILES.items()]


@pytest.mark.parametrize("key", [EC, ED], ids=["ES256", "EdDSA"])
def test_what_was_signed_verifies(key: PrivateKey) -> None:
    assert signatures.verify(signed(key), [trusted(key)], CLOCK).id == "release"


@pytest.mark.services
@pytest.mark.parametrize("key", [EC, ED], ids=["ES256", "EdDSA"])
def test_opa_accepts_the_archive_and_notices_a_change(key: PrivateKey, tmp_path: Path) -> None:
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pub").write_bytes(public)
    (tmp_path / "good.tar.gz").write_bytes(archive.write(signed(key)))
    changed = signed(key) | {"rules/x.rego": b"package rules.x\n\ndeny := set()\n"}
    (tmp_path / "changed.tar.gz").write_bytes(archive.write(changed))

    def run(name: str) -> subprocess.CompletedProcess[str]:
        options = ["--verification-key", "key.pub", "--verification-key-id", "release", "--signing-alg"]
        command = [str(program("opa")), "run", *options, trusted(key).algorithm, "--bundle", name]
        asked = "data.lists.ports[2]\nexit\n"
        return subprocess.run(command, cwd=tmp_path, input=asked, capture_output=True, text=True, timeout=30)

    good, bad = run("good.tar.gz"), run("changed.tar.gz")
    assert "1.50" in good.stdout.split()
    assert bad.returncode != 0
    assert "digest mismatch" in bad.stdout + bad.stderr


@pytest.mark.services
def test_what_opa_signed_verifies(tmp_path: Path) -> None:
    for name, data in FILES.items():
        path = tmp_path / "policies" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (tmp_path / "key.pem").write_bytes(EC.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    command = [str(program("opa")), "build", "--bundle", ".", "--signing-alg", "ES256", "--signing-key", "../key.pem"]
    claims = tmp_path / "claims.json"
    claims.write_text('{"keyid": "release"}')
    subprocess.run(
        [*command, "--claims-file", "../claims.json", "-o", "../o.tar.gz"], cwd=tmp_path / "policies", check=True
    )
    files = archive.read((tmp_path / "o.tar.gz").read_bytes(), "o")
    assert signatures.verify(files, [trusted(EC)], CLOCK).id == "release"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (signed() | {"rules/y.rego": b"package rules.y"}, "not signed"),
        ({k: v for k, v in signed().items() if k != "lists/data.json"}, "not in the archive"),
        (signed() | {"rules/x.rego": b"package rules.x"}, "changed after"),
        (signed() | {"lists/data.json": b'{"ports": [22, 1000, 1.5], "html": "<&>"}'}, "changed after"),
        (signed() | {"lists/data.json": b'{"ports": [], "ports": [22, 1e3, 1.50], "html": "<&>"}'}, "has a key twice"),
        (FILES, "no .signatures.json"),
        (FILES | {archive.SIGNATURES: b"{"}, ".signatures.json"),
        (FILES | {archive.SIGNATURES: b'{"signatures": []}'}, "exactly one"),
        (FILES | {archive.SIGNATURES: b'{"signatures": ["a.b.c", "a.b.c"]}'}, "exactly one"),
        (FILES | {archive.SIGNATURES: b'{"signatures": ["a.b.c"], "plugin": "x"}'}, "exactly one"),
        (FILES | {archive.SIGNATURES: b'{"signatures": ["a.b.c"]}'}, "no JWT"),
        (FILES | {archive.SIGNATURES: b'{"signatures": ["a.b.c"], "signatures": ["d"]}'}, "duplicate key"),
        (with_payload([]), "no object"),
        (with_payload({}), "does not list"),
        (with_payload({"files": [*listing(), listing()[0]]}), "twice"),
        (with_payload({"files": [entry | {"algorithm": "MD5"} for entry in listing()]}), "does not list"),
        (with_payload({"files": listing(), "scope": "write"}), "another scope"),
        (with_payload({"files": listing(), "exp": "tomorrow"}), "expired"),
        (with_payload({"files": listing()}, kid="other"), "not trusted"),
    ],
)
def test_what_does_not_verify(files: dict[str, bytes], message: str) -> None:
    with pytest.raises(VerificationFailure, match=message):
        signatures.verify(files, [trusted(EC)], CLOCK)


def test_the_algorithm_is_the_keys() -> None:
    secret = EC.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    for algorithm in ("HS256", "none"):
        head = part(jsonable.dumps({"alg": algorithm, "kid": "release"}))
        body = part(jsonable.dumps({"files": listing()}))
        mac = hmac.digest(secret, f"{head}.{body}".encode(), "sha256") if algorithm == "HS256" else b""
        files = FILES | {archive.SIGNATURES: jsonable.dumps({"signatures": [f"{head}.{body}.{part(mac)}"]})}
        with pytest.raises(VerificationFailure, match="does not hold"):
            signatures.verify(files, [trusted(EC)], CLOCK)


def test_signatures_expire() -> None:
    files = signed(expires=CLOCK + DAY)
    signatures.verify(files, [trusted(EC)], CLOCK)
    with pytest.raises(VerificationFailure, match="expired"):
        signatures.verify(files, [trusted(EC)], CLOCK + 2 * DAY)


def test_keys_expire() -> None:
    key = trusted(EC, not_after=CLOCK + DAY)
    signatures.verify(signed(), [key], CLOCK)
    with pytest.raises(VerificationFailure, match="no longer"):
        signatures.verify(signed(), [key], CLOCK + 2 * DAY)


@pytest.mark.parametrize(
    ("manifest", "revision"),
    [('{"revision": "12"}', 12), ('{"revision": "v1"}', 0), ("{}", 0), ('{"revision": "-1"}', 0), ("[]", 0)],
)
def test_the_revision_of_a_manifest(manifest: str, revision: int) -> None:
    assert signatures.revision({archive.MANIFEST: manifest.encode()}) == revision
