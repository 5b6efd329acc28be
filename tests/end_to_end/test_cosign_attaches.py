"""Images that cosign signed, in each of its layouts: verified in the registry, from a saved layout, and from a pack."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.registry.reference import Reference, Repository
from tests.end_to_end.command import Ran, gatekeeper, write
from tests.services.registries import push_image, running_registry, write_image
from tests.services.sigstore import SigstoreStack
from tests.services.tools import program

pytestmark = pytest.mark.services

WORKFLOW = "https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main"
REVIEW = "https://example.com/review"
SIGN = "https://sigstore.dev/cosign/sign/v1"
HTTP = "--allow-http-registry"
# What there is on the image, by the predicate type: each kind must be found once by key, once by token.
KINDS = (SIGN, REVIEW, "signature")
OLD = ("--new-bundle-format=false", "--use-signing-config=false", "--tlog-upload=false")
OFFLINE = ("--use-signing-config=false", "--tlog-upload=false")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, sigstore_stack: SigstoreStack) -> Path:
    """A home with cosign's key pair, a token, a predicate, and a trust file for who has them."""
    folder = tmp_path_factory.mktemp("cosign")
    root = sigstore_stack.trusted_root.read_bytes()
    digest = sha256(root).hexdigest()
    signed_by = "".join(
        f'[[rule]]\nname = "{kind} by {who}"\nsubject = ["**"]\npredicate = ["{kind}"]\nsigners = [{signers}]\n'
        for kind in KINDS
        for who, signers in (("key", '"key"'), ("token", '"ci", "ci before"'))
    )
    trust = f"""version = 1
[[authority]]
name = "ours"
root = "root.json"
sha256 = "{digest}"
timestamp = "required"
[[authority]]
name = "ours, without its log"
root = "root.json"
sha256 = "{digest}"
log = "absent"
timestamp = "required"
[[authority]]
name = "key"
key = "cosign.pub"
[[signer]]
name = "ci"
person = "CI"
authority = "ours"
issuer = "{sigstore_stack.github_issuer}"
identity = "{WORKFLOW}"
[[signer]]
name = "ci before"
person = "CI"
authority = "ours, without its log"
issuer = "{sigstore_stack.github_issuer}"
identity = "{WORKFLOW}"
[[signer]]
name = "key"
authority = "key"
{signed_by}"""
    write(folder, {"root.json": root, "trust.toml": trust, "predicate.json": '{"reviewed": true}'})
    (folder / "token").write_text(sigstore_stack.github_token())
    cosign(folder, "generate-key-pair")
    return folder


def cosign(folder: Path, *arguments: str | Path, **environment: str) -> None:
    ended = subprocess.run(
        [program("cosign"), *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "COSIGN_PASSWORD": "correct horse"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr


@pytest.fixture(scope="module", params=["referrers API", "fallback tag"])
def image(request: pytest.FixtureRequest, folder: Path, sigstore_stack: SigstoreStack) -> Iterator[Reference]:
    """An image with everything that cosign can attach to it."""
    by_key = ("--yes", HTTP, "--key", "cosign.key")
    by_token = ("--yes", HTTP, "--identity-token", "token", "--trusted-root", sigstore_stack.trusted_root)
    now = ("--signing-config", sigstore_stack.signing_config)
    before = ("--fulcio-url", sigstore_stack.fulcio, "--timestamp-server-url", sigstore_stack.timestamps)
    review = ("--predicate", "predicate.json", "--type", REVIEW)
    with running_registry(referrers=request.param == "referrers API") as host:
        name = request.param.replace(" ", "-").lower()
        write_image(folder / name, b"a layer")
        image = push_image(folder / name, Repository(host, "acme/shop"))
        for command in (("sign",), ("attest", *review)):
            cosign(folder, *command, *by_key, *OFFLINE, str(image))
            cosign(folder, *command, *by_token, *now, str(image))
            cosign(folder, *command, *by_token, *OLD, *before, str(image))
            cosign(folder, *command, *by_key, *OLD, str(image))
        yield image


def verify(folder: Path, subject: str, *more: str | Path) -> Ran:
    return gatekeeper("verify", subject, "--trust", folder / "trust.toml", *more, folder=folder)


def check_all_count(ran: Ran) -> None:
    """Eight attestations, each of whom the trust file names."""
    assert ran.exit_code == 0, ran.stdout + ran.stderr
    (subject,) = ran.json()["subjects"]
    assert [one["refusal"] for one in subject["attestations"]] == [None] * 8
    assert sorted(one["format"] for one in subject["attestations"]) == (
        ["Sigstore bundle v0.3"] * 4 + ["cosign attestation"] * 2 + ["cosign signature"] * 2
    )


def test_everything_that_cosign_attached_counts(folder: Path, image: Reference) -> None:
    check_all_count(verify(folder, f"oci://{image}", "--output", "json"))


def test_and_only_for_this_image(folder: Path, image: Reference, tmp_path: Path) -> None:
    write_image(tmp_path / "other", b"another layer")
    other = push_image(tmp_path / "other", image.repository)
    assert verify(folder, f"oci://{other}").exit_code == 5


def test_everything_that_cosign_saved_counts_without_a_network(folder: Path, image: Reference, tmp_path: Path) -> None:
    """Its layout does not list the bundles: they lie among the blobs, and say themselves what they are about."""
    saved = f"oci-layout:{tmp_path / 'saved'}"
    cosign(folder, "save", HTTP, "--dir", tmp_path / "saved", str(image))
    check_all_count(verify(folder, saved, "--offline", "--output", "json"))
    packed = gatekeeper("evidence", "pack", saved, "--trust", folder / "trust.toml", "-o", tmp_path / "pack")
    assert (packed.exit_code, "8 files of attestations" in packed.stderr) == (0, True), packed.stderr


def test_everything_is_packed(folder: Path, image: Reference, tmp_path: Path) -> None:
    trust = ("--trust", folder / "trust.toml")
    packed = gatekeeper("evidence", "pack", f"oci://{image}", *trust, "-o", tmp_path / "pack")
    assert (packed.exit_code, "8 files of attestations" in packed.stderr) == (0, True), packed.stderr
    assert gatekeeper("evidence", "unpack", tmp_path / "pack", "-o", tmp_path / "new").exit_code == 0
    write_image(tmp_path / "image", b"a layer")
    carried = ("--offline", "--attestations", tmp_path / "new" / "attestations", "--output", "json")
    check_all_count(verify(folder, f"oci-layout:{tmp_path / 'image'}", *carried))


def test_an_experiment_of_cosign_2_counts(folder: Path, image: Reference, tmp_path: Path) -> None:
    """Old signatures as referrers of the image."""
    write_image(tmp_path / "image", b"a layer of its own")
    own = push_image(tmp_path / "image", image.repository)
    old = (*OLD, "--registry-referrers-mode=oci-1-1")
    cosign(folder, "sign", "--yes", HTTP, "--key", "cosign.key", *old, str(own), COSIGN_EXPERIMENTAL="1")
    ran = verify(folder, f"oci://{own}", "--output", "json")
    (one,) = ran.json()["subjects"][0]["attestations"]
    assert (one["format"], one["refusal"], one["signers"]) == ("cosign signature", None, ["key"])
