from __future__ import annotations

import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.attest.signers import KeySigner
from gatekeeper.verification.trust.explaining import explain, notes
from gatekeeper.verification.trust.flags import from_flags
from tests.verification.trust.fixtures import Trusting

FILE = """
[[signer]]
name = "ann"
authority = "ann"
person = "Ann"
roles = ["reviewer"]
[[signer]]
name = "bob"
authority = "bob"
roles = ["reviewer"]
[[signer]]
name = "open"
authority = "sigstore"
issuer = ""
identity = "https://github.com/acme/other"
[[builder]]
signer = "ci"
id = "https://builder.example"
level = 3
[[rule]]
name = "built"
subject = ["*.tar.gz"]
predicate = ["https://slsa.dev/provenance/v1"]
signers = ["ci"]
level = 3
source = "https://github.com/acme/app"
ref = "refs/tags/*"
max_age = "30d"
[[rule]]
name = "approved"
subject = ["*.tar.gz", "oci://**"]
predicate = ["urn:example:approval"]
role = "reviewer"
threshold = 2
[[revoke]]
signer = "bob"
from = 2026-01-01T00:00:00Z
reason = "left"
"""


def test_a_trust_file_in_words(trusting: Trusting) -> None:
    sections = dict(explain(trusting(FILE)))
    assert list(sections) == ["Authorities", "Signers", "Builders", "Rules", "Revoked", "Notes"]
    assert sections["Authorities"][0].startswith(
        "sigstore is the Sigstore of root.json, whose newest member is of 2026-01"
    )
    assert "A log entry must be there" in sections["Authorities"][0]
    assert "proof that the certificate was logged may not be there" in sections["Authorities"][0]
    assert sections["Signers"][0] == (
        "ci is https://github.com/acme/app/.github/workflows/release.yml at refs/tags/*, as sigstore certifies on"
        " the word of https://token.actions.githubusercontent.com, with owner_id 1001."
    )
    assert (
        sections["Signers"][1] == "ann is whoever holds the key of the authority ann. It is Ann, in the role reviewer."
    )
    assert sections["Signers"][2] == "bob is whoever holds the key of the authority bob. It acts in the role reviewer."
    assert sections["Rules"] == (
        "built: for *.tar.gz there must be https://slsa.dev/provenance/v1, signed by one of ci, at most 30d old, by"
        " trusted time, with at least SLSA build level 3, from the source https://github.com/acme/app, at the ref"
        " refs/tags/*.",
        "approved: for *.tar.gz or oci://** there must be urn:example:approval, signed by 2 distinct persons of ann,"
        " bob (role reviewer; who built or judged it, or may, does not count).",
    )
    assert sections["Revoked"] == ("signer bob from 2026-01-01T00:00:00+00:00 on: left.",)


def test_what_may_not_have_been_meant_is_noted(trusting: Trusting) -> None:
    found = "\n".join(notes(trusting(FILE)))
    assert "no rule is about the signer open" in found
    assert "signer open has neither owner_id nor repository_id" in found
    assert "the authority gate vouches for no signer" in found
    assert "signer ci" not in found


def test_ids_may_be_asked_by_rules(trusting: Trusting) -> None:
    shared = """[[signer]]
name = "shared"
authority = "sigstore"
issuer = "x"
identity = "https://github.com/builders/go/.github/workflows/go.yml@refs/tags/*"
[[rule]]
name = "built"
subject = ["**"]
predicate = ["https://slsa.dev/provenance/v1"]
signers = ["shared"]
"""
    assert "signer shared has neither" in "\n".join(notes(trusting(shared)))
    trust = trusting(f'{shared}owner_id = "1001"\n')
    assert "signer shared" not in "\n".join(notes(trust))
    assert "whose owner has the id 1001." in dict(explain(trust))["Rules"][0]


def test_flags_in_words(keys: dict[str, KeySigner], tmp_path: Path) -> None:
    sections = dict(explain(from_flags(tmp_path / "gate.pub", stage="release")))
    assert (
        "signed by one of gate, by our own gate urn:gatekeeper:verifier, for the stage release."
        in (sections["Rules"][0])
    )
    assert "the public key" in sections["Authorities"][0]
    assert "Notes" not in sections
    aged = dict(explain(from_flags(tmp_path / "gate.pub", max_age=datetime.timedelta(days=1))))["Notes"]
    assert aged[0] == "rule the gate's summary believes any verifier.id that its signers state"
    assert aged[1].endswith("no trusted time: then max_age holds by the signer's word only")


def test_files_that_the_digest_does_not_cover_are_noted(trusting: Trusting, tmp_path: Path) -> None:
    uncovered = "the digest of this trust file does not cover"
    assert f"authority ann: {uncovered} ann.pub: add sha256" in notes(trusting(FILE))
    digest = sha256((tmp_path / "ann.pub").read_bytes()).hexdigest()
    beside = f'''
[[authority]]
name = "logged"
key = "ann.pub"
root = "root.json"
sha256 = "{sha256((tmp_path / "root.json").read_bytes()).hexdigest()}"
'''
    assert f"authority logged: {uncovered} ann.pub: add key_sha256" in notes(trusting(FILE + beside))
    pinned = trusting(f'{FILE}{beside}key_sha256 = "{digest}"')
    assert not [note for note in notes(pinned) if note.startswith("authority logged:")]


GENERATOR = """
[[signer]]
name = "generator"
authority = "sigstore"
issuer = "https://token.actions.githubusercontent.com"
identity = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/builder_go_slsa3.yml@refs/tags/v*"
{signer}
[[rule]]
name = "built"
subject = ["**"]
predicate = ["https://slsa.dev/provenance/v1"]
signers = ["generator"]
{rule}
"""


@pytest.mark.parametrize(
    ("signer", "rule", "noted"),
    [
        ("", "", True),
        ("", 'ref = "refs/tags/*"', True),
        ("", 'source = "https://github.com/acme/app"', False),
        ("", 'owner_id = "7"', False),
        ('owner_id = "7"', "", False),
        ('claims = { source_repository_uri = "https://github.com/acme/app" }', "", False),
    ],
)
def test_who_signs_for_everybody_needs_a_source(trusting: Trusting, signer: str, rule: str, noted: bool) -> None:
    told = " ".join(notes(trusting(GENERATOR.format(signer=signer, rule=rule))))
    assert (
        "signer generator signs for whoever calls it, and rule built has no source: anybody's build" in told
    ) is noted


def test_stages_are_ours(trusting: Trusting) -> None:
    vsa = """
[[rule]]
name = "gated"
subject = ["**"]
predicate = ["https://slsa.dev/verification_summary/v1"]
signers = ["ann"]
verifier = "urn:gatekeeper:verifier"
"""
    ann = '[[signer]]\nname = "ann"\nauthority = "ann"\n'
    assert "rule gated asks for no stage" in " ".join(notes(trusting(f"{ann}{vsa}")))
    assert "asks for no stage" not in " ".join(notes(trusting(f'{ann}{vsa}levels = ["SLSA_BUILD_LEVEL_3"]')))
    assert "no stage" not in " ".join(notes(trusting(f'{ann}{vsa}stage = "build"')))
    assert "the stage biuld, and our gate has change, build," in " ".join(notes(trusting(f'{ann}{vsa}stage = "biuld"')))
