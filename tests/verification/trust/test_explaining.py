from __future__ import annotations

from pathlib import Path

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
    assert sections["Signers"][1] == "ann is whoever holds the key ann. It is Ann, in the role reviewer."
    assert sections["Signers"][2] == "bob is whoever holds the key bob. It acts in the role reviewer."
    assert sections["Rules"] == (
        "built: for *.tar.gz there must be https://slsa.dev/provenance/v1, signed by one of ci, at most 30d old, by"
        " trusted time, with at least SLSA build level 3, from the source https://github.com/acme/app, at the ref"
        " refs/tags/*.",
        "approved: for *.tar.gz or oci://** there must be urn:example:approval, signed by 2 distinct persons of ann,"
        " bob (role reviewer; who built or judged it does not count).",
    )
    assert sections["Revoked"] == ("signer bob from 2026-01-01T00:00:00+00:00 on: left.",)


def test_what_may_not_have_been_meant_is_noted(trusting: Trusting) -> None:
    found = "\n".join(notes(trusting(FILE)))
    assert "no rule is about the signer open" in found
    assert "signer open has neither owner_id nor repository_id" in found
    assert "the authority gate vouches for no signer" in found
    assert "signer ci" not in found


def test_flags_in_words(keys: dict[str, KeySigner], tmp_path: Path) -> None:
    sections = dict(explain(from_flags(tmp_path / "gate.pub", stage="release")))
    assert "signed by one of gate, for the stage release." in sections["Rules"][0]
    assert "the public key" in sections["Authorities"][0]
    assert sections["Notes"] == ("rule flags believes any verifier.id that its signers state",)
