"""Images are signed by their digests, and what was signed is attached where cosign finds it."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.formats import oci
from gatekeeper.formats.oci import Descriptor, Manifest
from gatekeeper.formats.predicates import CYCLONEDX, DECISION, PROVENANCE_V1, VSA
from gatekeeper.registry.attached import find_attached
from gatekeeper.registry.client import Client
from gatekeeper.registry.reference import Reference, Repository
from tests.cli.conftest import Run
from tests.cli.signing.conftest import bundles_in, statement_of
from tests.services.sigstore import SigstoreStack
from tests.services.tools import program

pytestmark = pytest.mark.services
WORKFLOW = "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1"


@pytest.fixture
def image(registry: str, request: pytest.FixtureRequest) -> Reference:
    """An image in a repository of the test's own."""
    repository = Repository(registry, f"acme/shop{abs(hash(request.node.nodeid))}")
    manifest = Manifest(Descriptor.of(oci.EMPTY, b"{}"), ()).encode()
    with Client() as client:
        client.push_blob(repository, b"{}")
        return Reference(repository, digest=client.push_manifest(repository, manifest, oci.MANIFEST, "v1").digest)


def test_an_image_is_gated_and_cosign_finds_what_was_attached(
    run: Run, project: Path, token: Path, image: Reference, tmp_path: Path, sigstore_stack: SigstoreStack
) -> None:
    folder = tmp_path / "attestations"
    gate = ("gate", project, "--artifact", f"oci://{image}", "--keyless", "--identity-token", token)
    signed = run(*gate, "--trust-config", sigstore_stack.trust_config, "--attestations", folder)
    assert signed.code == 0, signed.err
    files = bundles_in(folder)
    assert len(files) == 4
    summary = statement_of(next(folder.glob("*.vsa.*")))
    assert summary.predicate["resourceUri"] == f"oci://{image.repository}"
    assert [(one.name, f"sha256:{one.sha256}") for one in summary.subjects] == [(str(image.repository), image.digest)]

    pushed = run("attestation", "push", *(folder / name for name in files), f"oci://{image}")

    assert (pushed.code, pushed.err.count("attached: ")) == (0, 4), pushed.err
    with Client() as client:
        found = {one.data for one in find_attached(client, image.repository, image.digest)}
    assert found == {(folder / name).read_bytes() for name in files}
    for kind in (CYCLONEDX, DECISION, PROVENANCE_V1, VSA):
        payload = json.loads(base64.b64decode(json.loads(cosign(tmp_path, image, kind, sigstore_stack))["payload"]))
        assert payload["predicateType"] == kind
    trusted = run("verify", f"oci://{image}", "--trust", trust_file(tmp_path, sigstore_stack))
    assert (trusted.code, trusted.out.startswith("VERIFIED")) == (0, True), trusted.err


def trust_file(folder: Path, stack: SigstoreStack) -> Path:
    """Provenance and decision by the workflow, of the Sigstore of the tests."""
    root = stack.trusted_root.read_bytes()
    (folder / "root.json").write_bytes(root)
    kinds = "\n".join(
        f'[[rule]]\nname = "{number}"\nsubject = ["**"]\npredicate = ["{kind}"]\nsigners = ["release"]'
        for number, kind in enumerate((PROVENANCE_V1, DECISION))
    )
    file = folder / "trust.toml"
    file.write_text(
        f'version = 1\n[[authority]]\nname = "ours"\nroot = "root.json"\nsha256 = "{sha256(root).hexdigest()}"\n'
        f'[[signer]]\nname = "release"\nauthority = "ours"\nissuer = "{stack.github_issuer}"\n'
        f'identity = "{WORKFLOW}"\n{kinds}\n'
    )
    return file


def cosign(folder: Path, image: Reference, kind: str, stack: SigstoreStack) -> str:
    """The one envelope of the kind that cosign accepts."""
    command = [str(program("cosign")), "verify-attestation", f"--type={kind}", "--allow-http-registry"]
    command += [f"--certificate-identity={WORKFLOW}", f"--certificate-oidc-issuer={stack.github_issuer}"]
    command += [f"--trusted-root={stack.trusted_root}", "--use-signed-timestamps", str(image)]
    environment = os.environ | {"HOME": str(folder)}
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def test_what_is_about_something_else_is_attached_to_nothing(
    run: Run, project: Path, artifact: Path, image: Reference, token: Path, sigstore_stack: SigstoreStack
) -> None:
    gate = ("gate", project, "--artifact", artifact, "--keyless", "--identity-token", token)
    assert run(*gate, "--trust-config", sigstore_stack.trust_config).code == 0
    refused = run("attestation", "push", artifact.with_name(bundles_in(artifact.parent)[0]), f"oci://{image}")
    assert refused.code == 2
    assert "is about another artifact than the manifest sha256:" in refused.err
    with Client() as client:
        assert find_attached(client, image.repository, image.digest) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("oci://ghcr.io/acme/shop:v1", "--attestations", "a"), "may be another image tomorrow"),
        (("oci://ghcr.io/acme/shop@sha256:" + "00" * 32,), "need a folder"),
        (("oci://nothing", "--attestations", "a"), "is no reference"),
        (("",), "without a name"),
    ],
)
def test_images_that_cannot_be_signed(run: Run, project: Path, arguments: tuple[str, ...], message: str) -> None:
    ended = run("gate", project, "--keyless", "--trust-config", "public", "--artifact", *arguments)
    assert ended.code == 2
    assert message in ended.err


def test_push_needs_bundles_and_an_image(run: Run, tmp_path: Path, image: Reference) -> None:
    file = tmp_path / "no-bundle.json"
    file.write_text("{}")
    for arguments, message in (
        ((file, f"oci://{image}"), "no-bundle.json: "),
        ((tmp_path / "missing", f"oci://{image}"), "cannot be read"),
        ((file, str(image)), "names no image"),
    ):
        ended = run("attestation", "push", *arguments)
        assert ended.code == 2
        assert message in ended.err
