"""What slsa-verifier's own tests read: each file is read or refused, and what was converted still verifies."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from gatekeeper.crypto import public_keys
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats import base64
from gatekeeper.formats.attestations import cosign_layer
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.reading import read
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.predicates import provenance_v02, provenance_v1
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement
from gatekeeper.verification.core.bundles import verify_bundle
from gatekeeper.verification.core.chain import without_root
from gatekeeper.verification.core.trust import Root, Trust
from tests.services.tools import project

pytestmark = pytest.mark.services
# The key of npm's registry, as Sigstore's root distributes it (registry.npmjs.org/keys.json).
NPM_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1Olb3zMAFFxXKHiIkQO5cJ3Yhl5i6UPp"
    "+IhuteBJbuHcA5UogKo0EWtlWwW6KSaKoTNEYL7JlCQiVnkhBktUgg=="
)
DATA = Path("cli") / "slsa-verifier" / "testdata"
PUBLIC = "https%3A%2F%2Ftuf-repo-cdn.sigstore.dev"


@pytest.fixture(scope="module")
def root() -> Root:
    return Root.load((files("sigstore") / "_store" / PUBLIC / "trusted_root.json").read_bytes())


@pytest.fixture(scope="module")
def tree() -> Path:
    return project("slsa-verifier")


def attestations(folder: Path, pattern: str) -> Iterator[Attestation]:
    for file in sorted(folder.rglob(pattern)):
        yield from read(file.name, file.read_bytes())


def verdict(attestation: Attestation, root: Root) -> str:
    """ "" where it verifies, else the step that refuses."""
    assert isinstance(attestation.content, Bundle)
    key = None if attestation.content.certificates else public_keys.load_der(base64.decode(NPM_KEY))
    try:
        chain = attestation.content.certificates
        chain = without_root(chain) if attestation.with_root else chain
        verify_bundle(replace(attestation.content, certificates=chain), Trust(root, key))
    except VerificationFailure as failure:
        return failure.step
    return ""


def test_bundles_of_builders_verify(tree: Path, root: Root) -> None:
    bundles = [one for one in attestations(tree, "*.slsa") if isinstance(one.content, Bundle)]
    assert Counter(one.format for one in bundles) == {"Sigstore bundle v0.1": 34, "Sigstore bundle v0.2": 32}
    assert {verdict(one, root) for one in bundles} == {""}


def test_lines_are_envelopes_or_bundles(tree: Path, root: Root) -> None:
    found = list(attestations(tree, "*.intoto.jsonl"))
    assert Counter(one.format for one in found) == {
        "DSSE envelope with certificate": 106,
        "DSSE envelope": 9,
        "Sigstore bundle v0.1": 2,
        "Sigstore bundle v0.3": 11,
    }
    assert {verdict(one, root) for one in found if isinstance(one.content, Bundle)} == {""}


def test_npm_s_bundles_verify_unless_they_were_changed(tree: Path, root: Root) -> None:
    refused = {}
    for file in sorted((tree / DATA / "npm").rglob("*.json")):
        publish, provenance = read(file.name, file.read_bytes())
        steps = verdict(publish, root), verdict(provenance, root)
        if any(steps):
            refused[file.name.removesuffix(".tgz.json")] = steps
    assert len(list((tree / DATA / "npm").rglob("*.json"))) == 15
    broken = {name: steps for name, steps in refused.items() if not name.endswith(("invalidsigpub", "invalidsigprov"))}
    assert not broken
    assert len(refused) == 10
    assert all(bool(publish) == name.endswith("invalidsigpub") for name, (publish, _) in refused.items())


def test_google_s_summary_verifies_once_its_signature_is_in_der(tree: Path) -> None:
    (folder,) = (tree / DATA / "vsa").rglob("v1")
    (found,) = attestations(folder, "*.jsonl")
    key = public_keys.load((folder / "vsa_signing_public_key.pem").read_bytes())
    assert isinstance(found.content, Envelope)
    (signature,) = found.content.signatures
    assert not public_keys.verifies(key, signature.signature, found.content.message)
    in_der = public_keys.in_der(key, signature.signature)
    assert public_keys.verifies(key, in_der, found.content.message)
    assert not public_keys.verifies(key, in_der, found.content.message + b" ")


def test_layers_that_cosign_wrote(tree: Path, root: Root) -> None:
    verdicts: Counter[tuple[str, str]] = Counter()
    for index in (tree / DATA).rglob("index.json"):
        for layer, payload in layers(index):
            found = cosign_layer.read("layer", payload, layer["annotations"])
            assert isinstance(found.content, Bundle)
            assert isinstance(found.content.content, Envelope)
            assert len(without_root(found.content.certificates)) == 2
            (entry,) = found.content.entries
            verdicts[f"{entry.kind} {entry.kind_version}", verdict(found, root)] += 1
    assert verdicts == {("dsse 0.0.1", ""): 3, ("intoto 0.0.1", ""): 6}


def layers(index: Path) -> Iterator[tuple[dict[str, dict[str, str]], bytes]]:
    """The layers of the attestations of an image layout, with their bytes."""
    blobs = index.parent / "blobs" / "sha256"
    for manifest in json.loads(index.read_bytes())["manifests"]:
        if manifest.get("annotations", {}).get("kind") == "dev.cosignproject.cosign/atts":
            for layer in json.loads((blobs / manifest["digest"].removeprefix("sha256:")).read_bytes())["layers"]:
                yield layer, (blobs / layer["digest"].removeprefix("sha256:")).read_bytes()


def test_every_other_document_is_refused(tree: Path) -> None:
    refused = Counter(problem.partition(":")[0] for problem in problems(tree / "verifiers" / "internal" / "gcb"))
    # Google Cloud Build's summaries of images are of no format that is read.
    assert set(refused) == {"no known format of attestations", "no JSON in UTF-8"}


def problems(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*.json")):
        with pytest.raises(ValueError, match=r".+") as refusal:
            read(file.name, file.read_bytes())
        yield str(refusal.value)


def test_every_provenance_names_builder_and_source(tree: Path) -> None:
    readers = {"v0.2": provenance_v02.read, "v1": provenance_v1.read}
    count: Counter[str] = Counter()
    for pattern in ("*.slsa", "*.intoto.jsonl", "*.tgz.json"):
        for one in attestations(tree, pattern):
            content = one.content.envelope if isinstance(one.content, Bundle) else one.content
            statement = Statement.decode(content.payload)
            version = statement.predicate_type.rpartition("/")[2]
            if version in readers:
                found = readers[version](statement.predicate)
                count[version] += 1
                assert found.builder_id.startswith("https://github.com/")
                assert found.build_type.startswith("https://")
                assert found.source.repository.startswith("https://github.com/")
                assert found.source.ref.startswith("refs/")
                assert len(found.source.commit) == 40
    assert count == {"v0.2": 132, "v1": 78}
