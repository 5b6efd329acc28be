"""Names that look like those of the trust file, in certificates of an authority that it believes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.formats.predicates import PROVENANCE_V1, RELEASE_V02
from gatekeeper.formats.statement import Statement, Subject
from gatekeeper.model.json import Json, JsonObject
from tests.end_to_end.command import Ran, gatekeeper
from tests.verification.trust.instance import CERTIFIED, GITHUB, RELEASE, WORKFLOW, Instance, trust_head
from tests.verification.trust.verdicts import provenance

FILE = "app-1.0.tar.gz"
OURS = "https://github.com/acme"
ANY_REPOSITORY = f"{OURS}/*/.github/workflows/*.yml@refs/tags/v*"
PLATFORM = "https://releases.example"


@pytest.fixture(scope="module")
def instance() -> Instance:
    return Instance()


def trust_file(folder: Path, instance: Instance, identity: str, rule: str) -> Path:
    file = folder / "trust.toml"
    file.write_text(f"""{trust_head(folder, instance, identity)}
[[rule]]
name = "built"
subject = ["*.tar.gz"]
signers = ["ci"]
{rule}
""")
    return file


def certified(**changed: str) -> dict[str, str]:
    """The claims of a certificate, without those that are "" now."""
    return {name: value for name, value in {**CERTIFIED, **changed}.items() if value}


def sign(
    folder: Path,
    instance: Instance,
    identity: str,
    issuer: str = GITHUB,
    claims: Mapping[str, str] = CERTIFIED,
    kind: str = PROVENANCE_V1,
    predicate: Json = None,
) -> Path:
    """An artifact, and beside it what somebody with this identity says about it."""
    artifact = folder / FILE
    artifact.write_bytes(b"the artifact")
    subject = Subject(FILE, {"sha256": sha256(b"the artifact").hexdigest()})
    # The statement agrees with the certificate: only the names are to blame.
    said = provenance(repository=claims.get("source_repository_uri", "https://github.com/acme/app"))
    statement = Statement((subject,), kind, said if predicate is None else predicate)
    document: JsonObject = json.loads(instance.sign(statement, identity, issuer, claims).encode())
    document["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.1"
    certificate = document["verificationMaterial"].pop("certificate")
    document["verificationMaterial"]["x509CertificateChain"] = {"certificates": [certificate]}
    (folder / f"{FILE}.sigstore.json").write_text(json.dumps(document))
    return artifact


def verified(artifact: Path, trust: Path) -> Ran:
    return gatekeeper("verify", artifact, "--trust", trust, "--at", "2026-11-02T12:00:00Z", "--output", "json")


def step_of(ran: Ran) -> str:
    """The step that refuses, told on one line each; "" where it is accepted."""
    assert all(line.isprintable() for line in ran.stderr.splitlines())
    (subject,) = ran.json()["subjects"]
    assert ran.exit_code == (5 if subject["refusal"] else 0)
    return subject["refusal"]["step"] if subject["refusal"] else ""


PROVENANCE_RULE = f"""predicate = ["{PROVENANCE_V1}"]
source = "{OURS}/*"
ref = "refs/tags/v*"
owner_id = "1001"
"""


@pytest.mark.parametrize(
    ("identity", "step"),
    [
        (RELEASE, ""),
        # "x@refs/tags/v1.0" is a legal name of a branch.
        (f"{WORKFLOW}@refs/heads/x@refs/tags/v1.0", "identity"),
        (f"{WORKFLOW}@refs/tags/v1.0@refs/heads/x", "identity"),
        (f"{WORKFLOW}@refs/tags/v1.0/../../heads/x", "identity"),
        (f"{OURS}/../.github/workflows/release.yml@refs/tags/v1.0", "identity"),
        (f"{OURS}/../evil/app/.github/workflows/release.yml@refs/tags/v1.0", "identity"),
        (f"{OURS}/..%2fevil/.github/workflows/release.yml@refs/tags/v1.0", "identity"),
        (f"{OURS}/app/.github/workflows/release.yml?x.yml@refs/tags/v1.0", "identity"),
        (f"{RELEASE}\n", "identity"),
        (f"{RELEASE}\r", "identity"),
        (f"{RELEASE} ", "identity"),
        (f"\n{RELEASE}", "identity"),
        (f"{RELEASE}\x00", "identity"),
        (f"{RELEASE}\x1b[2K", "identity"),
        (RELEASE.replace("acme", "Acme"), "identity"),
        (RELEASE.replace("github.com", "github.com.evil.example"), "identity"),
        (RELEASE.replace("github.com", "github.com@evil.example"), "identity"),
        (RELEASE.replace("https", "http"), "identity"),
    ],
)
def test_identities(instance: Instance, tmp_path: Path, identity: str, step: str) -> None:
    trust = trust_file(tmp_path, instance, ANY_REPOSITORY, PROVENANCE_RULE)
    assert step_of(verified(sign(tmp_path, instance, identity), trust)) == step


@pytest.mark.parametrize("issuer", [f"{GITHUB}/", f"{GITHUB}\n", f"{GITHUB}/acme", GITHUB.upper(), ""])
def test_issuers(instance: Instance, tmp_path: Path, issuer: str) -> None:
    trust = trust_file(tmp_path, instance, ANY_REPOSITORY, PROVENANCE_RULE)
    assert step_of(verified(sign(tmp_path, instance, RELEASE, issuer), trust)) == "identity"


@pytest.mark.parametrize(
    "changed",
    [
        {"source_repository_uri": f"{OURS}/../evil"},
        {"source_repository_uri": f"{OURS}/app\n"},
        {"source_repository_uri": f"{OURS}/app/"},
        {"source_repository_uri": f"{OURS}/evil/app"},
        {"source_repository_uri": "https://github.com/Acme/app"},
        {"source_repository_ref": "refs/heads/x@refs/tags/v1"},
        {"source_repository_ref": "refs/tags/v1.0\n"},
        {"source_repository_ref": "refs/tags/v1.0/../../heads/x"},
        {"source_repository_owner_id": "6666"},
        {"source_repository_owner_id": "1001\n"},
        {"source_repository_owner_id": "01001"},
        {"source_repository_owner_id": ""},
    ],
    ids=repr,
)
def test_sources(instance: Instance, tmp_path: Path, changed: dict[str, str]) -> None:
    trust = trust_file(tmp_path, instance, ANY_REPOSITORY, PROVENANCE_RULE)
    artifact = sign(tmp_path, instance, RELEASE, claims=certified(**changed))
    assert step_of(verified(artifact, trust)) == "source"


def test_an_owner_who_registered_the_name_anew(instance: Instance, tmp_path: Path) -> None:
    """Every name is the same; only the ids are not."""
    own = f'{ANY_REPOSITORY}"\nowner_id = "1001"\nrepository_id = "2002'
    trust = trust_file(tmp_path, instance, own, f'predicate = ["{PROVENANCE_V1}"]')
    assert step_of(verified(sign(tmp_path, instance, RELEASE), trust)) == ""
    for changed in ({"source_repository_owner_id": "6666"}, {"source_repository_id": "7777"}):
        ran = verified(sign(tmp_path, instance, RELEASE, claims=certified(**changed)), trust)
        assert step_of(ran) == "identity"
        (name,) = changed
        assert f"the certificate's {name}" in ran.stderr


RELEASED = {"purl": "pkg:github/acme/app@v1.0", "repository": "acme/app", "tag": "v1.0", "ownerId": "1001"}


@pytest.mark.parametrize(
    ("changed", "step"),
    [
        ({}, ""),
        ({"purl": "pkg:github/evil/app@v1.0", "repository": "evil/app"}, "source"),
        ({"purl": "pkg:github/acme/..%2Fevil@v1.0", "repository": "acme/../evil"}, "source"),
        ({"purl": "pkg:github/acme/app%0A@v1.0", "repository": "acme/app\n"}, "source"),
        ({"purl": "pkg:npm/acme/app@v1.0"}, "source"),
        ({"purl": "pkg:github/evil/app@v1.0"}, "statement"),
        ({"purl": "pkg:github/acme/app@v2.0"}, "statement"),
        ({"tag": "x@refs/tags/v1.0", "purl": "pkg:github/acme/app@x%40refs%2Ftags%2Fv1.0"}, "source"),
        ({"ownerId": "6666"}, "source"),
        ({"ownerId": None}, "source"),
        ({"repository": None, "tag": None}, ""),
    ],
    ids=repr,
)
def test_releases_of_a_platform(instance: Instance, tmp_path: Path, changed: JsonObject, step: str) -> None:
    """One signer for the releases of all repositories: which one it is stands in the statement."""
    rule = f'predicate = ["{RELEASE_V02}"]\nsource = "{OURS}/*"\nref = "refs/tags/v*"\nowner_id = "1001"'
    trust = trust_file(tmp_path, instance, PLATFORM, rule)
    artifact = sign(tmp_path, instance, PLATFORM, claims={}, kind=RELEASE_V02, predicate={**RELEASED, **changed})
    assert step_of(verified(artifact, trust)) == step


def test_a_release_without_a_source_is_no_rule(instance: Instance, tmp_path: Path) -> None:
    trust = trust_file(tmp_path, instance, PLATFORM, f'predicate = ["{RELEASE_V02}"]')
    ran = gatekeeper("trust", "check", trust)
    assert ran.exit_code == 2
    assert "a platform signs the releases of all repositories as one signer" in ran.stderr
