"""A release from its gate to a machine without a network, by the installed command and real services."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.formats import pack as packs
from gatekeeper.formats.predicates import CYCLONEDX, DECISION, PROVENANCE_V1, VSA
from gatekeeper.registry.reference import Reference, Repository
from tests.end_to_end.command import Ran, gatekeeper, write
from tests.services.processes import isolated
from tests.services.registries import push_image, running_registry, write_image
from tests.services.sigstore import SigstoreStack
from tests.services.tools import program
from tests.workspace.repositories import head, new_repository

pytestmark = pytest.mark.services

PROJECT = {"Dockerfile": 'FROM scratch\nCOPY app /app\nUSER 1000\nENTRYPOINT ["/app"]\n'}
WORKFLOW = "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1"
ELSE = "https://github.com/acme/shop/.github/workflows/other.yml@refs/tags/v1"
SUBJECTS = '["127.0.0.1:*/acme/shop", "shop.tar.gz", "oci-layout:**"]'


@dataclass(frozen=True, slots=True)
class Release:
    """What was built and gated: ``shop.tar.gz`` and an image, in a layout and in a registry."""

    folder: Path
    image: Reference
    trust: Path

    @property
    def artifact(self) -> Path:
        return self.folder / "dist" / "shop.tar.gz"

    @property
    def layout(self) -> Path:
        return self.folder / "image"

    @property
    def bundles(self) -> list[Path]:
        """Those of the image."""
        return sorted((self.folder / "dist").glob(f"shop-{self.image.digest.partition(':')[2][:12]}.*.sigstore.json"))


@pytest.fixture(scope="module", params=["referrers API", "fallback tag"])
def registry(request: pytest.FixtureRequest) -> Iterator[str]:
    with running_registry(referrers=request.param == "referrers API") as host:
        yield host


@pytest.fixture(scope="module")
def release(registry: str, sigstore_stack: SigstoreStack, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Judged and signed by a workflow, with a token that its job finds in a variable; its image is refused so far."""
    folder = tmp_path_factory.mktemp("story") / "builder"
    project = new_repository(folder / "project", {**PROJECT})
    write_image(folder / "image", b"a layer")
    write(folder, {"dist/shop.tar.gz": b"an archive"})
    image = push_image(folder / "image", Repository(registry, "acme/shop"))
    made = Release(folder, image, trust_file(folder / "trust", sigstore_stack))
    targets = ("--artifact", f"oci://{image}", "--artifact", made.artifact, "--attestations", folder / "dist")
    keyless = ("--keyless", "--trust-config", sigstore_stack.trust_config, "--identity-token", "env:JOB_TOKEN")
    token = sigstore_stack.github_token(ref="refs/tags/v1", commit=head(project))
    gated = gatekeeper("gate", project, *targets, *keyless, JOB_TOKEN=token)
    assert gated.exit_code == 0, gated.stderr
    assert len(made.bundles) == 4, gated.stderr
    unsigned = gatekeeper("verify", f"oci://{image}", "--trust", made.trust)
    assert (unsigned.exit_code, "there is no signature" in unsigned.stderr) == (5, True), unsigned.stderr
    return made


@pytest.fixture(scope="module")
def pushed(release: Release) -> Release:
    """Its attestations are in the registry."""
    ended = gatekeeper("attestation", "push", *release.bundles, f"oci://{release.image}")
    assert (ended.exit_code, ended.stderr.count("attached: ")) == (0, 4), ended.stderr
    return release


@pytest.fixture(scope="module")
def pack(pushed: Release) -> bytes:
    """The attestations from the registry and from beside the artifact, with the trust file."""
    file = pushed.folder / "shop.pack"
    subjects = (f"oci://{pushed.image}", pushed.artifact)
    packed = gatekeeper("evidence", "pack", *subjects, "--trust", pushed.trust, "-o", file)
    assert packed.exit_code == 0, packed.stderr
    return file.read_bytes()


@pytest.fixture
def place(pushed: Release, pack: bytes, tmp_path: Path) -> Iterator[Path]:
    """Another machine: pack, artifact and image, and nothing where they were made."""
    write(tmp_path, {"shop.pack": pack, "shop.tar.gz": pushed.artifact.read_bytes(), "home/.empty": ""})
    shutil.copytree(pushed.layout, tmp_path / "image")
    hidden = pushed.folder.rename(pushed.folder.with_name("gone"))
    yield tmp_path
    hidden.rename(pushed.folder)


def trust_file(folder: Path, stack: SigstoreStack, identity: str = WORKFLOW) -> Path:
    """The workflow has built, decided and summed up; all of it in the Sigstore of the tests."""
    root = stack.trusted_root.read_bytes()
    rules = "".join(
        f'[[rule]]\nname = "{name}"\nsubject = {SUBJECTS}\npredicate = ["{kind}"]\nsigners = ["release"]\n'
        f'max_age = "1h"\n{more}'
        for name, kind, more in (
            ("built", PROVENANCE_V1, 'source = "https://github.com/acme/shop"\n'),
            ("decided", DECISION, ""),
            ("gated", VSA, 'verifier = "urn:gatekeeper:verifier"\nstage = "build"\n'),
        )
    )
    text = (
        f'version = 1\n[[authority]]\nname = "ours"\nroot = "root.json"\nsha256 = "{sha256(root).hexdigest()}"\n'
        f'timestamp = "required"\n[[signer]]\nname = "release"\nauthority = "ours"\n'
        f'issuer = "{stack.github_issuer}"\nidentity = "{identity}"\n{rules}'
    )
    return write(folder, {"root.json": root, "trust.toml": text}) / "trust.toml"


def elsewhere(place: Path, *arguments: str | Path) -> Ran:
    """The command without a network, with another home, and nothing of this environment."""
    command = [*isolated(), str(Path(sys.executable).parent / "gatekeeper"), *map(str, arguments)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(place / "home")}
    ended = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in ended.stderr
    return Ran(ended.returncode, ended.stdout, ended.stderr)


def verified(place: Path, subject: str, unpacked: str = "unpacked", trust: str = "unpacked/trust/trust.toml") -> Ran:
    attestations = f"{unpacked}/attestations"
    return elsewhere(place, "verify", subject, "--offline", "--trust", trust, "--attestations", attestations)


def test_a_release_is_verified_where_it_was_pushed(
    pushed: Release, sigstore_stack: SigstoreStack, tmp_path: Path
) -> None:
    online = gatekeeper("verify", f"oci://{pushed.image}", "--trust", pushed.trust)
    assert (online.exit_code, online.stdout.count(" holds by ")) == (0, 3), online.stderr
    other = gatekeeper("verify", f"oci://{pushed.image}", "--trust", trust_file(tmp_path, sigstore_stack, ELSE))
    assert (other.exit_code, "another identity" in other.stderr) == (5, True), other.stderr


def test_a_release_is_verified_where_it_was_carried(
    place: Path, pushed: Release, pack: bytes, sigstore_stack: SigstoreStack
) -> None:
    trusted = sha256(packs.read(pack).trust["trust.toml"]).hexdigest()
    trust_file(place / "other", sigstore_stack, ELSE)

    unpacked = elsewhere(place, "evidence", "unpack", "shop.pack", "-o", "unpacked")
    assert (unpacked.exit_code, trusted in unpacked.stderr) == (0, True), unpacked.stderr
    for subject in ("shop.tar.gz", "oci-layout:image"):
        accepted = verified(place, subject)
        assert (accepted.exit_code, accepted.stdout.count(" holds by ")) == (0, 3), accepted.stderr
        assert trusted in accepted.stdout
        refused = verified(place, subject, trust="other/trust.toml")
        assert (refused.exit_code, "another identity" in refused.stderr) == (5, True), refused.stderr
    assert elsewhere(place, "verify", f"oci://{pushed.image}", "--trust", "other/trust.toml").exit_code == 4


def test_a_changed_artifact_is_refused_where_it_was_carried(place: Path) -> None:
    assert elsewhere(place, "evidence", "unpack", "shop.pack", "-o", "unpacked").exit_code == 0
    for file in (place / "shop.tar.gz", *(place / "image" / "blobs" / "sha256").iterdir()):
        kept = file.read_bytes()
        file.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
        changed = verified(place, "shop.tar.gz" if file.name == "shop.tar.gz" else "oci-layout:image")
        assert (changed.exit_code, changed.stdout.startswith("REFUSED")) == (5, True), changed.stderr
        file.write_bytes(kept)


def test_a_changed_pack_is_refused(place: Path, pack: bytes) -> None:
    (place / "flipped.pack").write_bytes(pack.replace(b'"dsseEnvelope"', b'"DSSEEnvelope"', 1))
    flipped = elsewhere(place, "evidence", "unpack", "flipped.pack", "-o", "flipped")
    assert (flipped.exit_code, "does not have its sha256" in flipped.stderr) == (5, True), flipped.stderr
    assert not (place / "flipped").exists()

    contents = packs.read(pack)
    forged = {name: one.replace(b'"sig":"M', b'"sig":"N') for name, one in contents.attestations.items()}
    (place / "forged.pack").write_bytes(packs.write(dataclasses.replace(contents, attestations=forged)))
    assert elsewhere(place, "evidence", "unpack", "forged.pack", "-o", "forged").exit_code == 0
    for subject in ("shop.tar.gz", "oci-layout:image"):
        refused = verified(place, subject, "forged", "forged/trust/trust.toml")
        assert (refused.exit_code, refused.stdout.startswith("REFUSED")) == (5, True), refused.stderr


def test_cosign_finds_and_believes_what_was_pushed(pushed: Release, sigstore_stack: SigstoreStack) -> None:
    common = ("--allow-http-registry", "--trusted-root", sigstore_stack.trusted_root, "--use-signed-timestamps")
    issuer = ("--certificate-oidc-issuer", sigstore_stack.github_issuer)

    def accepts(identity: str, *command: str) -> bool:
        options = (*common, *issuer, "--certificate-identity", identity)
        return (
            subprocess.run(
                [program("cosign"), *command, *options, str(pushed.image)],
                env=os.environ | {"HOME": str(pushed.folder)},
                capture_output=True,
                timeout=60,
            ).returncode
            == 0
        )

    for kind in (CYCLONEDX, DECISION, PROVENANCE_V1, VSA):
        assert accepts(WORKFLOW, "verify-attestation", "--type", kind), kind
        assert not accepts(ELSE, "verify-attestation", "--type", kind), kind
    assert not accepts(WORKFLOW, "verify-attestation", "--type", "https://example.com/other")
    assert accepts(WORKFLOW, "verify")
    assert not accepts(ELSE, "verify")
