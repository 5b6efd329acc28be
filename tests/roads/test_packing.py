"""What a verification needs travels in one file, and is laid out again where there is nothing else."""

from __future__ import annotations

import dataclasses
import datetime
import os
import shutil
import time
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.attest.signers import KeySigner
from gatekeeper.errors import (
    GatekeeperError,
    SettingsError,
    Undecidable,
    UnreadableInput,
    UsageError,
    VerificationFailure,
)
from gatekeeper.formats import oci
from gatekeeper.formats import pack as packs
from gatekeeper.formats.oci import Manifest
from gatekeeper.model.settings import AttestSettings
from gatekeeper.registry.attaching import ENVELOPE, NewBundle, attach
from gatekeeper.registry.client import Client
from gatekeeper.registry.reference import Reference, Repository
from gatekeeper.roads.packing import PUBLIC_ROOT, PackRequest, pack, unpack
from gatekeeper.roads.verifying import VerifyRequest, verify
from gatekeeper.verification import roots
from gatekeeper.verification.trust.loading import read_trust
from tests.services.registries import running_registry
from tests.signed import ARTIFACT_BYTES, DECISION, SBOM, artifact_of, attest
from tests.verification.trust.instance import Instance, new_key

CLOCK = datetime.datetime(2026, 11, 2, tzinfo=datetime.UTC)
KINDS = ("decision", "sbom", "vsa")
TRUST = """# ours
version = 1
[[authority]]
name = "gate"
key = "{key}"
{pin}
[[signer]]
name = "gate"
authority = "gate"
[[rule]]
name = "gated"
subject = ["*.tar.gz"]
predicate = ["https://slsa.dev/verification_summary/v1"]
signers = ["gate"]
verifier = "urn:gatekeeper:verifier"
"""


def trust_text(release: Path, key: Path | str = "keys/gate.pub") -> str:
    digest = sha256((release / "trust" / "keys" / "gate.pub").read_bytes()).hexdigest()
    return TRUST.format(key=key, pin=f'sha256 = "{digest}"')


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """``dist/`` with an artifact, its bundles and those of another; ``trust/`` with the trust file and its key."""
    signer = KeySigner(new_key())
    (tmp_path / "dist").mkdir()
    for name, data in (("app.tar.gz", ARTIFACT_BYTES), ("tool.tar.gz", b"another")):
        file = tmp_path / "dist" / name
        file.write_bytes(data)
        attest(DECISION, SBOM, file, artifact_of(file), signer, AttestSettings(), None)
    (tmp_path / "trust" / "keys").mkdir(parents=True)
    public = signer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "trust" / "keys" / "gate.pub").write_bytes(public)
    (tmp_path / "trust" / "trust.toml").write_text(trust_text(tmp_path))
    return tmp_path


def request(release: Path, attestations: str = "", name: str = "app.tar.gz") -> PackRequest:
    return PackRequest((str(release / "dist" / name),), release / "trust" / "trust.toml", attestations)


def elsewhere(release: Path, data: bytes) -> Path:
    """A place with the artifact and the unpacked pack, and nothing else of what there was."""
    place = release / "elsewhere"
    place.mkdir()
    (place / "pack").write_bytes(data)
    shutil.copy(release / "dist" / "app.tar.gz", place)
    for folder in ("dist", "trust"):
        shutil.rmtree(release / folder)
    unpack(place / "pack", place / "unpacked")
    return place


def verified(place: Path) -> str:
    trust, attestations = place / "unpacked" / "trust" / "trust.toml", place / "unpacked" / "attestations"
    subject = (str(place / "app.tar.gz"),)
    return verify(VerifyRequest(subject, CLOCK, trust=trust, attestations=str(attestations))).trust


def test_what_was_packed_is_verified_elsewhere(release: Path) -> None:
    digest = read_trust(release / "trust" / "trust.toml").sha256
    packed = pack(request(release))
    assert packed.notes == ()
    place = elsewhere(release, packed.data)
    assert verified(place) == digest
    subjects = (place / "unpacked" / "subjects.txt").read_text().splitlines()
    assert f"sha256:{artifact_of(place / 'app.tar.gz').sha256}  app.tar.gz" in subjects


def test_only_what_can_be_about_the_subject_is_packed(release: Path) -> None:
    assert sorted(pack(request(release)).contents.attestations) == [
        f"app.tar.gz.{kind}.sigstore.json" for kind in KINDS
    ]


def test_named_attestations_are_packed_all(release: Path) -> None:
    assert len(pack(request(release, str(release / "dist"))).contents.attestations) == 6
    one = release / "dist" / "app.tar.gz.vsa.sigstore.json"
    assert pack(request(release, str(one))).contents.attestations == {one.name: one.read_bytes()}


def test_the_same_release_gives_the_same_pack(release: Path) -> None:
    first = pack(request(release)).data
    for file in (release / "dist").iterdir():
        os.utime(file, (0, 0))
    assert pack(request(release)).data == first


def test_a_trust_file_that_names_places_of_this_machine_is_written_anew(release: Path) -> None:
    key = release / "trust" / "keys" / "gate.pub"
    (release / "trust" / "trust.toml").write_text(trust_text(release, key))
    packed = pack(request(release))
    assert sorted(packed.contents.trust) == ["1-gate.pub", "trust.toml"]
    place = elsewhere(release, packed.data)
    digest = verified(place)
    (note,) = packed.notes
    assert digest in note
    assert str(key) in note


def test_the_packed_trust_file_covers_what_it_names(release: Path) -> None:
    """The digest that a receiver knows is enough: no other key can be packed beside it."""
    file = release / "trust" / "trust.toml"
    file.write_text(TRUST.format(key="keys/gate.pub", pin=""))
    packed = pack(request(release))
    (note,) = packed.notes
    assert "has no digests of keys/gate.pub" in note
    place = elsewhere(release, packed.data)
    digest = verified(place)
    assert digest in note
    (authority,) = read_trust(place / "unpacked" / "trust" / "trust.toml").document.authority
    assert authority.sha256 == sha256(packed.contents.trust["keys/gate.pub"]).hexdigest()


def test_all_kinds_of_files_are_covered(release: Path) -> None:
    trust, root = release / "trust", Instance()
    (trust / "root.json").write_bytes(root.root())
    (trust / "ca.pem").write_bytes(root.authority.public_bytes(Encoding.PEM))
    of_root = f'root = "root.json"\nsha256 = "{sha256(root.root()).hexdigest()}"\n'
    with (trust / "trust.toml").open("a") as file:
        file.write(f'[[authority]]\nname = "a"\nkey = "keys/gate.pub"\n{of_root}')
        file.write(f'[[authority]]\nname = "b"\ncertificate = "ca.pem"\n{of_root}')
    contents = pack(request(release)).contents
    for name in ("keys/gate.pub", "ca.pem", "root.json"):
        (release / "evil").write_bytes(packs.write(with_trust(contents, {name: contents.trust[name] + b"\n"})))
        with pytest.raises(VerificationFailure, match=f"does not vouch for {name}"):
            unpack(release / "evil", release / "out")
        assert not (release / "out").exists()


def with_trust(contents: packs.Pack, changed: dict[str, bytes]) -> packs.Pack:
    files = {name: data for name, data in {**contents.trust, **changed}.items() if data}
    return dataclasses.replace(contents, trust=files)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"keys/gate.pub": b"another key"}, VerificationFailure),
        ({"keys/gate.pub": b""}, VerificationFailure),
        ({"trust.toml": TRUST.format(key="keys/gate.pub", pin="").encode()}, VerificationFailure),
        ({"trust.toml": TRUST.format(key="/etc/gate.pub", pin=f'sha256 = "{"0" * 64}"').encode()}, VerificationFailure),
        ({"trust.toml": b"version = 2"}, UnreadableInput),
        ({"trust.toml": b"\xff"}, UnreadableInput),
    ],
)
def test_what_the_digest_would_not_cover_is_not_unpacked(
    release: Path, changed: dict[str, bytes], error: type[Exception]
) -> None:
    (release / "a.pack").write_bytes(packs.write(with_trust(pack(request(release)).contents, changed)))
    with pytest.raises(error, match=r"trust file|a\.pack"):
        unpack(release / "a.pack", release / "out")
    assert not (release / "out").exists()


def test_a_key_in_what_is_inspected_needs_its_digest(release: Path) -> None:
    """Who wrote the subject's folder could have written the key."""
    key, trust = release / "dist" / "gate.pub", release / "trust" / "trust.toml"
    shutil.copy(release / "trust" / "keys" / "gate.pub", key)
    subjects = (str(release / "dist" / "app.tar.gz"),)
    trust.write_text(trust_text(release, key))
    assert verify(VerifyRequest(subjects, CLOCK, trust=trust)).trust
    trust.write_text(TRUST.format(key=key, pin=""))
    for walk in (lambda: verify(VerifyRequest(subjects, CLOCK, trust=trust)), lambda: pack(request(release))):
        with pytest.raises(UsageError, match=r"dist/gate\.pub without its digest"):
            walk()


def test_the_root_of_the_public_sigstore_goes_along(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trust = release / "trust" / "trust.toml"
    trust.write_text(trust.read_text() + '[[authority]]\nname = "public"\nroot = "public"\n')
    data = pack(request(release)).data
    assert packs.read(data).trust[PUBLIC_ROOT] == roots.public_root()
    (release / "pack").write_bytes(data)
    assert unpack(release / "pack", release / "one")[1] == ()
    monkeypatch.setattr(roots, "PUBLIC_ROOT_SHA256", "00" * 32)
    (note,) = unpack(release / "pack", release / "two")[1]
    assert "another root" in note


def test_nothing_is_packed_where_something_is_missing(release: Path) -> None:
    (release / "empty").mkdir()
    for wrong, error in (
        (request(release, str(release / "empty")), UsageError),
        (request(release, str(release / "none")), UsageError),
        (request(release, "oci"), UsageError),
        (request(release, name="none.tar.gz"), UsageError),
        (PackRequest((str(release / "dist"),), release / "trust" / "trust.toml"), UsageError),
        (PackRequest((str(release / "dist" / "app.tar.gz"),), release / "dist" / "app.tar.gz"), SettingsError),
    ):
        with pytest.raises(error):
            pack(wrong)


def test_a_damaged_pack_is_not_unpacked(release: Path) -> None:
    file = release / "pack"
    for damaged in (b"", pack(request(release)).data[:-700], b"x" * 5000):
        file.write_bytes(damaged)
        with pytest.raises(UnreadableInput, match="cut off"):
            unpack(file, release / "new")
        assert not (release / "new").exists()
    with pytest.raises(UsageError):
        unpack(release / "none", release / "new")


def test_a_changed_pack_is_refused(release: Path) -> None:
    file = release / "pack"
    data = pack(request(release)).data
    for changed in (data.replace(b"dsseEnvelope", b"DSSEEnvelope", 1), data.replace(b"app.tar.gz", b"new.tar.gz", 1)):
        file.write_bytes(changed)
        with pytest.raises(VerificationFailure, match="does not have its sha256") as caught:
            unpack(file, release / "new")
        assert caught.value.expected != caught.value.found
        assert not (release / "new").exists()


def test_only_a_new_folder_takes_it(release: Path) -> None:
    """What lay there would count as attestations."""
    (release / "pack").write_bytes(pack(request(release)).data)
    with pytest.raises(UsageError, match="already"):
        unpack(release / "pack", release / "dist")
    (release / "link").symlink_to(release / "nowhere")
    with pytest.raises(GatekeeperError):
        unpack(release / "pack", release / "link")
    assert not (release / "nowhere").exists()


def test_names_that_others_cannot_have_are_replaced(release: Path) -> None:
    folder = release / "many"
    folder.mkdir()
    one = (release / "dist" / "app.tar.gz.vsa.sigstore.json").read_bytes()
    two = (release / "dist" / "tool.tar.gz.vsa.sigstore.json").read_bytes()
    (folder / "sha256:00.jsonl").write_bytes(one)
    (folder / "A.sigstore.json").write_bytes(one)
    (folder / "a.sigstore.json").write_bytes(two)
    (folder / "b\n.sigstore.json").write_bytes(two)
    packed = pack(request(release, str(folder))).contents.attestations
    assert packed == {
        "A.sigstore.json": one,
        "2-a.sigstore.json": two,
        "b-.sigstore.json": two,
        "sha256-00.jsonl": one,
    }


def test_more_than_a_pack_holds_is_not_gathered(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("MAX_BYTES", "MAX_FILES"):
        with monkeypatch.context() as patched:
            patched.setattr(packs, limit, 1)
            with pytest.raises(Undecidable, match="attestations of more than"):
                pack(request(release))


def test_many_files_of_one_name_are_packed_in_time(release: Path) -> None:
    """Each lies in a folder of its own, as builds leave them."""
    bundle = (release / "dist" / "app.tar.gz.vsa.sigstore.json").read_bytes()
    for number in range(500):
        folder = release / "many" / str(number)
        folder.mkdir(parents=True)
        (folder / "a").write_bytes(ARTIFACT_BYTES)
        (folder / "a.jsonl").write_bytes(bundle + b" " * number)
    began = time.process_time()
    found = pack(PackRequest((f"dir:{release / 'many'}",), release / "trust" / "trust.toml")).contents.attestations
    assert len(found) == 500
    assert {"a.jsonl", "2-a.jsonl", "500-a.jsonl"} <= found.keys()
    assert time.process_time() - began < 15


@pytest.mark.services
def test_what_is_attached_to_an_image_is_packed(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry is asked while packing, and not needed afterwards."""
    monkeypatch.setenv("HOME", str(release))
    empty = Manifest(oci.Descriptor.of(oci.EMPTY, b"{}"), ()).encode()
    bundles = [release / "dist" / f"app.tar.gz.{kind}.sigstore.json" for kind in KINDS]
    with running_registry(referrers=True) as host, Client() as client:
        repository = Repository(host, "app")
        client.push_blob(repository, b"{}")
        image = Reference(repository, "", client.push_manifest(repository, empty, oci.MANIFEST, "v1").digest)
        new = [NewBundle(file.read_bytes(), ENVELOPE, "https://example.com/predicate") for file in bundles]
        attach(client, image, new, CLOCK)
        for attestations in ("", "oci"):
            packed = pack(PackRequest((f"oci://{host}/app:v1",), release / "trust" / "trust.toml", attestations))
            assert set(packed.contents.attestations.values()) == {file.read_bytes() for file in bundles}
            assert packed.contents.subjects[0].digests["sha256"] == image.digest.removeprefix("sha256:")
            assert packed.notes == ()


@pytest.mark.parametrize("written", [0, 1, 3])
def test_what_cannot_be_unpacked_whole_leaves_nothing(
    release: Path, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    (release / "a.pack").write_bytes(pack(request(release)).data)
    before = set(os.listdir(release))
    left = iter(range(written))

    def full(number: int) -> None:
        if next(left, None) is None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        unpack(release / "a.pack", release / "out")
    assert set(os.listdir(release)) == before


def test_what_cannot_be_read_is_told_and_not_packed(release: Path) -> None:
    (release / "dist" / "app.tar.gz.slsa").write_bytes(b"damaged")
    assert any("app.tar.gz.slsa: not a bundle" in note for note in pack(request(release)).notes)
