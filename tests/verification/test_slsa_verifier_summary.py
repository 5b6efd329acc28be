"""Google's verification summary among slsa-verifier's samples: judged by both, and where that differs."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.reading import read
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.predicates import VSA
from gatekeeper.formats.statement import Statement
from gatekeeper.verification.judging import judge
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.trust.attribution import attribute
from gatekeeper.verification.trust.counting import Counted
from gatekeeper.verification.trust.loading import TrustFile, parse_trust
from gatekeeper.verification.trust.rules import judge_rule
from tests.verification.slsa_verifier import CLOCK, folder, run, samples

pytestmark = pytest.mark.services
__all__ = ["folder", "samples"]

VERIFIER = "https://bcid.corp.google.com/verifier/bcid_package_enforcer/v0.1"
RESOURCE = "gce_image://gke-node-images:gke-12615-gke1418000-cos-101-17162-463-29-c-cgpv1-pre"
KEY_ID = "keystore://76574:prod:vsa_signing_public_key"
IMAGE = "8970095005306000053"


@dataclasses.dataclass(frozen=True)
class AskedSummary:
    image: str = IMAGE
    verifier: str = VERIFIER
    resource: str = RESOURCE
    levels: tuple[str, ...] = ("BCID_L1", "SLSA_BUILD_LEVEL_2")
    key_id: str = KEY_ID


def their_summary(asked: AskedSummary, samples: Path, folder: Path) -> str:
    place = samples / "vsa" / "gce" / "v1"
    levels = [part for level in asked.levels for part in ("--verified-level", level)]
    return run(
        [
            *("verify-vsa", "--attestation-path", place / "gke-gce-pre.bcid-vsa.jsonl"),
            *("--subject-digest", f"gce_image_id:{asked.image}", "--verifier-id", asked.verifier),
            *("--resource-uri", asked.resource, *levels, "--public-key-id", asked.key_id),
            *("--public-key-path", place / "vsa_signing_public_key.pem"),
        ],
        folder / "targets",
    )


def our_trust(asked: AskedSummary, samples: Path, folder: Path) -> TrustFile:
    key = (samples / "vsa" / "gce" / "v1" / "vsa_signing_public_key.pem").read_bytes()
    (folder / "google.pub").write_bytes(key)
    trust = f"""
version = 1
[[authority]]
name = "google"
key = "google.pub"
[[signer]]
name = "google"
authority = "google"
[[rule]]
name = "verified"
subject = ["**"]
predicate = ["{VSA}"]
signers = ["google"]
verifier = "{asked.verifier}"
resource = "{asked.resource}"
levels = {json.dumps(asked.levels)}
"""
    return parse_trust(trust.encode(), "trust.toml", folder)


def google(samples: Path) -> Attestation:
    file = samples / "vsa" / "gce" / "v1" / "gke-gce-pre.bcid-vsa.jsonl"
    (one,) = read(file.name, file.read_bytes())
    return one


def our_summary(asked: AskedSummary, samples: Path, folder: Path) -> str:
    """What our rule says to it, whatever it is about."""
    trust, attestation = our_trust(asked, samples, folder), google(samples)
    (one,) = attribute(attestation, trust, None)
    assert isinstance(one.signed.content, Envelope)
    counted = Counted(attestation, Statement.decode(one.signed.content.payload), one.signed, one.signers)
    failure = judge_rule(trust.document.rule[0], [counted], trust.document, CLOCK).failure
    return failure.message if failure else ""


@pytest.mark.parametrize(
    ("asked", "accepted"),
    [
        (AskedSummary(), True),
        (AskedSummary(levels=("BCID_L1",)), True),
        (AskedSummary(levels=()), True),
        (AskedSummary(levels=("BCID_L2",)), False),
        (AskedSummary(levels=("BCID_L1", "BCID_L2")), False),
        (AskedSummary(verifier=f"{VERIFIER}.1"), False),
        (AskedSummary(resource=f"{RESOURCE}2"), False),
        (AskedSummary(resource=RESOURCE.upper()), False),
    ],
)
def test_the_summary_of_google(samples: Path, folder: Path, asked: AskedSummary, accepted: bool) -> None:
    one, other = their_summary(asked, samples, folder), our_summary(asked, samples, folder)
    assert (not one, not other) == (accepted, accepted), (one, other)


def test_slsa_verifier_takes_a_subject_by_any_kind_of_digest(samples: Path, folder: Path) -> None:
    """The number of an image at Google is no digest of it: whoever gives it to another image has that verified."""
    assert their_summary(AskedSummary(), samples, folder) == ""
    subject = Subject("image", "image", {"gce_image_id": IMAGE})
    failure = judge(subject, [google(samples)], our_trust(AskedSummary(), samples, folder), CLOCK).failure
    assert failure is not None
    assert "no digest that cannot be forged" in failure.message


def test_slsa_verifier_wants_the_name_of_a_key(samples: Path, folder: Path) -> None:
    """We verify with the key, whatever it is called: names in envelopes are signed by nobody."""
    asked = AskedSummary(key_id="another")
    assert "no valid signature" in their_summary(asked, samples, folder)
    assert our_summary(asked, samples, folder) == ""
