"""Provenance from a certificate, from a file, or not at all."""

from __future__ import annotations

import dataclasses
import json
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from gatekeeper.attest.signers import KeySigner
from gatekeeper.crypto.certificates import Identity
from gatekeeper.errors import UsageError
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement
from gatekeeper.model.decision import Artifact, Source
from gatekeeper.model.json import JsonObject
from gatekeeper.roads.checked import CheckedSigner, checked
from gatekeeper.roads.provenance import Build, read_build, sign_provenance
from gatekeeper.verification.core.trust import Need, Trust
from tests.attest.test_statements import GITHUB, MODEL

KEY = generate_private_key(SECP256R1())
ARTIFACTS = (Artifact("app", sha256(b"a").hexdigest(), 1), Artifact("lib", sha256(b"b").hexdigest(), 1))
SOURCE = Source("sha256:" + "ef" * 32)
PREDICATE: JsonObject = {
    "buildDefinition": {
        "buildType": "https://acme.example/build/v1",
        "externalParameters": {},
        "resolvedDependencies": [{"uri": "git+https://git.acme.example/shop", "digest": {"gitCommit": "ab" * 20}}],
    },
    "runDetails": {"builder": {"id": "https://ci.acme.example"}},
}


def certified(identity: Identity) -> CheckedSigner:
    """A signer whose certificates would name somebody; a key signs instead."""
    return CheckedSigner(
        KeySigner(KEY), Trust(key=KEY.public_key(), log=Need.ABSENT, timestamp=Need.ABSENT), lambda: identity
    )


def test_a_file_is_signed_as_it_is_with_the_materials_behind_its_own(tmp_path: Path) -> None:
    file = tmp_path / "provenance.json"
    file.write_text(json.dumps(PREDICATE))
    build = dataclasses.replace(read_build(file, None), materials=(MODEL,))
    made = sign_provenance(checked(KeySigner(KEY)), ARTIFACTS, SOURCE, build)
    statement = Statement.decode(Bundle.decode(made.bundle).envelope.payload)
    assert [subject.name for subject in statement.subjects] == ["app", "lib"]
    assert statement.predicate["runDetails"] == PREDICATE["runDetails"]
    dependencies = statement.predicate["buildDefinition"]["resolvedDependencies"]
    assert [one.get("name") for one in dependencies] == [None, "base-model"]


def test_a_key_alone_tells_nothing() -> None:
    assert sign_provenance(checked(KeySigner(KEY)), ARTIFACTS, SOURCE, Build()).missing == ()
    with pytest.raises(UsageError, match="nothing can name the materials: a key says nothing about the build"):
        sign_provenance(checked(KeySigner(KEY)), ARTIFACTS, SOURCE, Build(None, (MODEL,)))


def test_a_person_built_nothing() -> None:
    made = sign_provenance(certified(Identity("ann@acme.example")), ARTIFACTS, SOURCE, Build())
    assert made.bundle == b""
    assert made.missing == ("provenance: the certificate of ann@acme.example names no build",)


def test_a_certificate_of_another_commit_tells_nothing_about_this_folder() -> None:
    judged = dataclasses.replace(SOURCE, commit="00" * 20)
    made = sign_provenance(certified(GITHUB), ARTIFACTS, judged, Build())
    assert made.bundle == b""
    assert f"the certificate is of the commit {'ab' * 20}, what was judged is of {'00' * 20}" in made.missing[0]


def test_where_nobody_knows_the_commit_a_certificate_tells_nothing_either() -> None:
    made = sign_provenance(certified(GITHUB), ARTIFACTS, SOURCE, Build())
    assert made.bundle == b""
    assert (
        f"the certificate is of the commit {'ab' * 20}, and nobody knows whether what was judged is" in made.missing[0]
    )
    assert "checkout of that commit" in made.missing[0]
    with pytest.raises(UsageError, match="nothing can name the materials: the certificate is of the commit"):
        sign_provenance(certified(GITHUB), ARTIFACTS, SOURCE, Build(None, (MODEL,)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"buildDefinition": {"buildType": 5}}',
        json.dumps({"predicateType": "x", "predicate": PREDICATE}),
        json.dumps(PREDICATE | {"runDetails": {"builder": {}}}),
        "[" * 100_000,
    ],
)
def test_files_that_hold_no_provenance(tmp_path: Path, text: str) -> None:
    file = tmp_path / "provenance.json"
    file.write_text(text)
    with pytest.raises(UsageError, match="no SLSA provenance v1"):
        read_build(file, None)
    with pytest.raises(UsageError, match="cannot be read"):
        read_build(tmp_path / "missing", None)
