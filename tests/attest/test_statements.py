"""Every statement that is written is as its specification says, and reads back."""

from __future__ import annotations

import datetime
import json

import jsonschema_rs
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from gatekeeper.attest.approval import approval_statement
from gatekeeper.attest.materials import Material
from gatekeeper.attest.provenance import provenance_statement
from gatekeeper.attest.rule_results import rules_statement
from gatekeeper.attest.signers import KeySigner
from gatekeeper.attest.statements import decision_statement, sbom_statement, subject_of, vsa_statement
from gatekeeper.attest.vulnerabilities import vulnerabilities_statement
from gatekeeper.crypto.certificates import Identity
from gatekeeper.formats.predicates import provenance_v1
from gatekeeper.formats.statement import Statement
from gatekeeper.model.decision import Artifact
from gatekeeper.model.packages import AdvisoryData, Vulnerabilities, Vulnerability
from gatekeeper.model.place import Place
from gatekeeper.model.settings import AttestSettings
from tests.attest.predicate_schemas import SCHEMAS
from tests.signed import DECISION, SBOM

ARTIFACT = Artifact("app.tar.gz", "ab" * 32, 12)
IMAGE = Artifact("ghcr.io/acme/shop", "cd" * 32, 12)
GITHUB = Identity(
    "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1",
    "https://token.actions.githubusercontent.com",
    {
        "source_repository_uri": "https://github.com/acme/shop",
        "source_repository_digest": "ab" * 20,
        "source_repository_ref": "refs/tags/v1",
        "source_repository_id": "100",
        "source_repository_owner_id": "7",
        "build_config_uri": "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1",
        "build_trigger": "push",
        "runner_environment": "github-hosted",
        "run_invocation_uri": "https://github.com/acme/shop/actions/runs/42/attempts/1",
    },
)
GITLAB = Identity(
    "https://gitlab.com/acme/shop//.gitlab-ci.yml@refs/tags/v1",
    "https://gitlab.com",
    {
        "source_repository_uri": "https://gitlab.com/acme/shop",
        "source_repository_digest": "cd" * 20,
        "source_repository_ref": "refs/tags/v1",
        "build_config_uri": "https://gitlab.com/acme/shop//.gitlab-ci.yml@refs/tags/v1",
        "runner_environment": "gitlab-hosted",
    },
)
MODEL = Material("base-model", "model", {"sha256": "ef" * 32}, "https://models.example/base")
DATA = AdvisoryData("osv", "PyPI", 10, "2026-01-01T00:00:00Z")
MATCH = Vulnerability(Place("uv.lock"), "CVE-2026-1", (), "pkg:pypi/a@1", "a", "1", "PyPI", None, "bad", "high", ("2",))


def every_statement() -> list[Statement]:
    settings = AttestSettings()
    claimed = {"platform": "github", "repository": "acme/shop", "ref": "refs/heads/main"}
    found = Vulnerabilities((DATA,), ("npm",), (MATCH,))
    return [
        sbom_statement(ARTIFACT, SBOM),
        decision_statement(ARTIFACT, DECISION, settings),
        decision_statement(ARTIFACT, DECISION, settings, claimed),
        vsa_statement(ARTIFACT, DECISION, settings, {"a.json": "ab" * 32}),
        vsa_statement(IMAGE, DECISION, settings, {}),
        rules_statement(ARTIFACT, DECISION),
        vulnerabilities_statement(ARTIFACT, DECISION, found),
        provenance_statement([subject_of(ARTIFACT), subject_of(IMAGE)], GITHUB, [MODEL]),
        provenance_statement([subject_of(ARTIFACT)], GITLAB, []),
    ]


@pytest.mark.parametrize("statement", every_statement(), ids=lambda one: one.predicate_type)
def test_it_fits_its_schema_and_reads_back(statement: Statement) -> None:
    jsonschema_rs.validate(SCHEMAS[statement.predicate_type], statement.predicate)
    assert Statement.decode(statement.encode()) == statement


def test_an_approval_fits_its_schema() -> None:
    signed = KeySigner(generate_private_key(SECP256R1())).sign(decision_statement(ARTIFACT, DECISION, AttestSettings()))
    east = datetime.datetime(2026, 11, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    statement = approval_statement([subject_of(ARTIFACT)], signed.encode(), "reviewer", east)
    jsonschema_rs.validate(SCHEMAS[statement.predicate_type], statement.predicate)
    assert statement.predicate["time"] == "2026-10-31T23:00:00Z"


@pytest.mark.parametrize("predicate_type", SCHEMAS)
def test_a_schema_refuses_what_lacks_a_field(predicate_type: str) -> None:
    schema = SCHEMAS[predicate_type]
    for one in every_statement():
        if one.predicate_type == predicate_type:
            for name in schema["required"]:
                left = {key: value for key, value in one.predicate.items() if key != name}
                with pytest.raises(jsonschema_rs.ValidationError):
                    jsonschema_rs.validate(schema, left)


def test_provenance_of_github_is_what_its_readers_expect() -> None:
    read = provenance_v1.read(provenance_statement([subject_of(ARTIFACT)], GITHUB, [MODEL]).predicate)
    assert read.builder_id == "https://github.com/actions/runner/github-hosted"
    assert (read.source.repository, read.source.ref, read.source.commit) == (
        "https://github.com/acme/shop",
        "refs/tags/v1",
        "ab" * 20,
    )
    assert read.external_parameters["workflow"]["path"] == ".github/workflows/release.yml"
    assert read.invocation_id == "https://github.com/acme/shop/actions/runs/42/attempts/1"
    assert [one.name for one in read.dependencies] == ["", "base-model"]


def test_provenance_of_others_names_the_issuer_as_builder() -> None:
    read = provenance_v1.read(provenance_statement([subject_of(ARTIFACT)], GITLAB, []).predicate)
    assert (read.builder_id, read.source.commit) == ("https://gitlab.com", "cd" * 20)
    assert (read.source.repository, read.source.ref) == ("https://gitlab.com/acme/shop", "refs/tags/v1")


def test_a_certificate_without_a_source_gives_no_provenance() -> None:
    with pytest.raises(ValueError, match="no source and commit"):
        provenance_statement([subject_of(ARTIFACT)], Identity("ann@acme.example", "https://login.example"), [])


def test_vulnerabilities_without_data_are_not_none() -> None:
    for data in ((), (AdvisoryData("osv", "PyPI", 10, ""),)):
        with pytest.raises(ValueError, match="no advisories"):
            vulnerabilities_statement(ARTIFACT, DECISION, Vulnerabilities(data))


def test_an_image_is_a_resource_of_its_registry() -> None:
    predicate = vsa_statement(IMAGE, DECISION, AttestSettings(), {}).predicate
    assert predicate["resourceUri"] == "oci://ghcr.io/acme/shop"
    assert json.loads(vsa_statement(IMAGE, DECISION, AttestSettings(), {}).encode())["predicate"] == predicate
