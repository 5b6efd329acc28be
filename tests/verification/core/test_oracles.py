"""The verdicts of the sigstore library and of cosign are ours, or a list says why not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.formats import jsonable
from gatekeeper.model.json import JsonObject
from gatekeeper.verification import roots
from tests.corpora import test_attestations as corpus
from tests.services.tools import program, project
from tests.verification.core.grafting import ENTRY
from tests.verification.core.instance import Instance
from tests.verification.core.issuing import IDENTITY, ISSUER, new_authorities
from tests.verification.core.kinds import DATA, Kind, kinds, with_chain
from tests.verification.core.oracles import Cosign, Unreadable, ours, sigstore
from tests.verification.core.test_tampering import (
    CT_LOG,
    DEPENDS,
    FULCIO,
    LOG_V1,
    LOG_V2,
    all_changes,
    is_accepted,
    shifted,
    with_sibling,
)
from tests.verification.core.unsigned import UNSIGNED

OF_INTOTO = "sigstore believes the clock of Rekor v1 only for hashedrekord and dsse entries, the specification for all"
DIGEST = "messageSignature.messageDigest"
CHECKPOINT = f"{ENTRY}.inclusionProof.checkpoint.envelope"
OF_INTOTO_SAYS = "Integrated time only supported for dsse/hashedrekord 0.0.1 types"

# ---- the sigstore library -----------------------------------------------------------------------------------------

# Folder of the corpus -> why sigstore refuses what we accept. There is none that it accepts and we refuse.
SIGSTORE_REFUSES = {
    "intoto-with-custom-trust-root": OF_INTOTO,
    "trust-root-tsa-validity-end-inclusive": "sigstore leaves out the last moment of an authority's window",
}


@pytest.mark.corpora
def test_sigstore_on_the_corpus(corpora: Path) -> None:
    asked = 0
    different = set()
    for name in corpus.STEPS:
        folder = corpora / "attestations" / "bundle-verify" / name
        if (folder / "key.pub").exists():
            continue  # it verifies no keys
        own = folder / "trusted_root.json"
        root = own.read_bytes() if own.exists() else roots.public_root()
        case = ((folder / "bundle.sigstore.json").read_bytes(), root, corpus.artifact_of(folder).read_bytes())
        try:
            theirs = sigstore(*case)
        except Unreadable:
            continue
        asked += 1
        if bool(theirs) != bool(ours(*case)):
            assert theirs, f"sigstore accepts {name}"
            different.add(name)
    assert asked > 50
    assert different == set(SIGSTORE_REFUSES)


def bundles_of_slsa_verifier() -> Iterator[tuple[str, bytes]]:
    tree = project("slsa-verifier")
    for pattern in ("*.slsa", "*.sigstore", "*.sigstore.json"):
        for file in sorted(tree.rglob(pattern)):
            yield str(file.relative_to(tree)), file.read_bytes()
    for file in sorted(tree.rglob("npm/**/*.json")):
        for number, attestation in enumerate(json.loads(file.read_bytes())["attestations"]):
            yield f"{file.relative_to(tree)} {number}", json.dumps(attestation["bundle"]).encode()


@pytest.mark.services
def test_sigstore_on_the_samples_of_slsa_verifier() -> None:
    same = different = 0
    for name, bundle in bundles_of_slsa_verifier():
        case = (bundle, roots.public_root(), b"")
        try:
            theirs = sigstore(*case)
        except Unreadable:
            continue
        mine = ours(*case)
        if bool(theirs) == bool(mine):
            same += 1
            continue
        assert (theirs, mine) == (OF_INTOTO_SAYS, ""), name
        different += 1
    assert same + different >= 70
    assert different >= 66  # all of .slsa


def keyless(instance: Instance) -> list[Kind]:
    return [kind for kind in kinds(instance) if kind.trust.key is None]


def accepted_changes(kind: Kind) -> Iterator[tuple[str, str, str]]:
    """Of each change of the list the first that we accept: many of a name are alike."""
    wanted = {(row.place, name) for row in UNSIGNED for name in row.names if not row.kinds or kind.name in row.kinds}
    for place, name, text in ((change.place, change.name, change.text) for change in all_changes(kind, ())):
        if (place, name) in wanted and name != "a bit" and is_accepted(text, kind.trust):
            wanted.remove((place, name))
            yield place, name, text


# (place, change) -> why sigstore refuses or cannot read what we accept.
SIGSTORE_REFUSES_CHANGES = {
    (f"{ENTRY}.inclusionPromise", "added: {}"): "sigstore wants the one field of a promise, which protobuf leaves out "
    "where it is empty"
}


def test_sigstore_on_what_is_made_here_and_on_what_may_change(instance: Instance) -> None:
    root = jsonable.dumps(instance.root_json())
    different = set()
    for kind in keyless(instance):
        if kind.name == "chain, file, promise":
            with pytest.raises(Unreadable, match="inclusionProof"):
                sigstore(json.dumps(kind.bundle).encode(), root, DATA)
            continue
        assert sigstore(json.dumps(kind.bundle).encode(), root, DATA) == "", kind.name
        for place, name, text in accepted_changes(kind):
            try:
                refused = sigstore(text.encode(), root, DATA)
            except Unreadable:
                refused = "unreadable"
            if refused:
                different.add((place, name))
    assert different == set(SIGSTORE_REFUSES_CHANGES)


# ---- cosign -------------------------------------------------------------------------------------------------------

COSIGN_ACCEPTS = {
    "intoto-tsa-timestamp-outside-cert-validity_fail": "one trusted time is enough for cosign: it has the log's, and "
    "the timestamp is beyond the certificate; the specification demands both"
}


@pytest.fixture
def cosign(tmp_path: Path) -> Cosign:
    return Cosign(program("cosign"), tmp_path)


@pytest.mark.corpora
@pytest.mark.services
def test_cosign_on_the_corpus(corpora: Path, cosign: Cosign, tmp_path: Path) -> None:
    public = tmp_path / "public.json"
    public.write_bytes(roots.public_root())
    different = set()
    for name, step in corpus.STEPS.items():
        folder = corpora / "attestations" / "bundle-verify" / name
        root, key = folder / "trusted_root.json", folder / "key.pub"
        signer = ("--key", str(key)) if key.exists() else named(folder)
        theirs = cosign.verify(
            folder / "bundle.sigstore.json", root if root.exists() else public, corpus.artifact_of(folder), *signer
        )
        if bool(theirs) != bool(step):
            assert not theirs, f"cosign refuses {name}: {theirs}"
            different.add(name)
    assert different == set(COSIGN_ACCEPTS)


def named(folder: Path) -> tuple[str, ...]:
    identity = corpus.text(folder / "identity", corpus.IDENTITY)
    return (
        "--certificate-identity",
        identity,
        "--certificate-oidc-issuer",
        corpus.text(folder / "issuer", corpus.ISSUER),
    )


# (place, change) -> why cosign refuses what we accept.
COSIGN_REFUSES_CHANGES = {
    **dict.fromkeys(
        ((DIGEST, "is null"), (DIGEST, "removed")),
        "cosign needs the copy of the digest, which the specification calls a hint",
    ),
    **dict.fromkeys(
        ((CHECKPOINT, "a foreign signature behind"), (CHECKPOINT, "a foreign signature in front")),
        "cosign wants each signature of a checkpoint of Rekor v1 to be the log's; of v2 it looks only for the log's",
    ),
    **dict.fromkeys(
        (
            (f"{ENTRY}.integratedTime", 'added: "1772366400"'),
            (f"{ENTRY}.integratedTime", 'added: "9223372036854775807"'),
        ),
        "cosign counts a time that nobody signed as a time that does not hold; the specification says not to trust it",
    ),
    ("dsseEnvelope.signatures.*.keyid", 'added: "x"'): "cosign looks the key up by its name, which is not signed",
}


@pytest.mark.services
def test_cosign_on_what_is_made_here_and_on_what_may_change(instance: Instance, cosign: Cosign, tmp_path: Path) -> None:
    root, artifact, bundle, key = (tmp_path / name for name in ("root.json", "artifact", "bundle.json", "key.pub"))
    root.write_bytes(jsonable.dumps(instance.root_json()))
    artifact.write_bytes(DATA)
    different = set()
    for kind in kinds(instance):
        signer = ["--certificate-identity", IDENTITY, "--certificate-oidc-issuer", ISSUER]
        if kind.trust.key is not None:
            key.write_bytes(kind.trust.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
            signer = ["--key", str(key)]
        if not has_entries(kind.bundle):
            signer.append("--insecure-ignore-tlog")
        bundle.write_text(json.dumps(kind.bundle))
        assert cosign.verify(bundle, root, artifact, *signer) == "", kind.name
        for place, name, text in accepted_changes(kind):
            if (place, name) == ("dsseEnvelope", "of another bundle"):
                continue  # about another file, for which cosign asks and the core does not
            bundle.write_text(text)
            if cosign.verify(bundle, root, artifact, *signer):
                different.add((place, name))
    assert different == set(COSIGN_REFUSES_CHANGES)


# ---- windows of the trusted root ----------------------------------------------------------------------------------

# Member of the root -> why another verifier accepts a bundle that was made outside of the member's window.
COSIGN_LOOKS_AWAY = {LOG_V2: "cosign compares no time with the window of a log without a clock"}
SIGSTORE_LOOKS_AWAY = dict.fromkeys(
    (FULCIO, CT_LOG, LOG_V1, LOG_V2), "sigstore looks at the windows of timestamp authorities only"
)


@pytest.mark.services
@pytest.mark.parametrize("window", ["ended a second before", "starts a second after"])
def test_both_on_shifted_windows(instance: Instance, cosign: Cosign, tmp_path: Path, window: str) -> None:
    root, artifact, bundle = (tmp_path / name for name in ("root.json", "artifact", "bundle.json"))
    artifact.write_bytes(DATA)
    signer = ("--certificate-identity", IDENTITY, "--certificate-oidc-issuer", ISSUER)
    looked_away: dict[str, set[tuple[str, int]]] = {"cosign": set(), "sigstore": set()}
    for kind in keyless(instance):
        if kind.name not in {"certificate, file, Rekor v1", "certificate, file, Rekor v2"}:
            continue
        data = json.dumps(kind.bundle).encode()
        bundle.write_bytes(data)
        for member in DEPENDS[kind.name]:
            changed = jsonable.dumps(shifted(instance.root_json(), member, window))
            root.write_bytes(changed)
            assert ours(data, changed, DATA)
            if not cosign.verify(bundle, root, artifact, *signer):
                looked_away["cosign"].add(member)
            if not sigstore(data, changed, DATA):
                looked_away["sigstore"].add(member)
    assert looked_away == {"cosign": set(COSIGN_LOOKS_AWAY), "sigstore": set(SIGSTORE_LOOKS_AWAY)}


@pytest.mark.services
@pytest.mark.parametrize("window", ["ended a second before", "starts a second after"])
def test_both_on_a_retired_authority_under_a_root_that_is_in_use(cosign: Cosign, tmp_path: Path, window: str) -> None:
    """Its certificate comes with the bundle. cosign refuses as we do; sigstore looks at no window of an authority."""
    old, new = new_authorities("old", "new")
    instance = Instance(old)
    bundle, root, artifact = (tmp_path / name for name in ("bundle.json", "root.json", "artifact"))
    artifact.write_bytes(DATA)
    bundle.write_text(json.dumps(with_chain(instance)))
    signer = ("--certificate-identity", IDENTITY, "--certificate-oidc-issuer", ISSUER)
    for given, held in (("around", True), (window, False)):
        root.write_bytes(jsonable.dumps(shifted(with_sibling(instance, new), FULCIO, given)))
        case = (bundle.read_bytes(), root.read_bytes(), DATA)
        assert (ours(*case) == "", cosign.verify(bundle, root, artifact, *signer) == "") == (held, held)
        assert (sigstore(*case) == "") == (held or FULCIO in SIGSTORE_LOOKS_AWAY)


def has_entries(bundle: JsonObject) -> bool:
    material = bundle["verificationMaterial"]
    return isinstance(material, dict) and bool(material.get("tlogEntries"))
