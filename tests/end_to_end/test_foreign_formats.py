"""What other tools attest, through ``gatekeeper verify`` with trust files as people write them.

``foreign/`` holds the trust files. The attestations are real: of slsa-verifier's and GitHub's own tests, of
sigstore-conformance, of PyPI.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import jsonschema_rs
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.attest.signers import KeySigner
from gatekeeper.formats.predicates import VSA
from gatekeeper.formats.statement import Statement, Subject
from gatekeeper.model.json import JsonObject
from gatekeeper.roads.describing import verification_schema
from tests.end_to_end.command import Ran, gatekeeper
from tests.services.tools import project, sarif_schema

FOLDER = Path(__file__).parent / "foreign"
SCHEMA = jsonschema_rs.validator_for(json.loads(verification_schema()))
SAMPLES, GITHUB = "slsa-verifier/cli/slsa-verifier/testdata", "cli/pkg/cmd/attestation/test/data"
PYPI, CONFORMANCE = "attestations/pypi", "attestations/bundle-verify"
BEFORE, AFTER = "2020-01-01T00:00:00Z", "2026-11-01T00:00:00Z"

DEMO = "github_provenance_demo-0.0.12-py3-none-any"
GUNDAM, PREGA = "npm/gha/gundam-visor-cli-v1-tag", "npm/gha/provenance-npm-test-cli-v02-prega"
TRAIL_OF_BITS, GITLAB = "pypi_attestations-0.0.19.tar.gz", "gitlab_oidc_project-0.0.3.tar.gz"
MAVEN = "gha_maven/v2.1.0/binary-linux-amd64-push-v14"
CONTAINER_BASED = "gha_container-based/v1.10.0/binary-linux-amd64-workflow_dispatch"
GO = "gha_go/v2.1.0/binary-linux-amd64-push-v14.2"
BARE = "gha_go/v1.10.0/binary-linux-amd64-push-v14.2"
IMAGE, OLD_IMAGE = ("gha_generic_container/v2.1.0", "gha_generic_container/v1.4.0")
NO_IDS = ('owner_id = "80431187"\n', "")
VSA_OF_GOOGLE = "vsa/gce/v1/gke-gce-pre.bcid-vsa.jsonl"
OTHER_OWNER = ('owner_id = "', 'owner_id = "9')


def revoked(signer: str, since: str = "") -> tuple[str, str]:
    """Appends a revocation."""
    return "", f'\n[[revoke]]\nsigner = "{signer}"\nreason = "key lost"\n' + (f"from = {since}\n" if since else "")


def too_old(rule: str) -> tuple[str, str]:
    return f'name = "{rule}"\n', f'name = "{rule}"\nmax_age = "30d"\n'


@dataclass(frozen=True, slots=True)
class Row:
    """A subject, its attestations ("" where they are beside or in it), and the step that refuses ("" for none).

    ``change`` replaces a text of the trust file, or appends to it where the text is "".
    """

    title: str
    place: str
    trust: str
    subject: str
    attestations: str
    step: str = ""
    change: tuple[str, str] | None = None
    at: str = AFTER


def github_public() -> list[Row]:
    lint, demo = "bcr/rules_lint-v1.3.1.tar.gz", "reusable-workflow-artifact"
    lines, bundle = f"{lint}.intoto.jsonl", "reusable-workflow-attestation.sigstore.json"
    enterprise = (GITHUB, "github-enterprise", "custom-issuer-artifact", "custom-issuer.sigstore.json")
    hers = 'source = "https://github.com/malancas/attest-demo"'
    return [
        Row("GitHub, a workflow that others call", GITHUB, "github", demo, bundle),
        Row("its source's name registered anew", GITHUB, "github", demo, bundle, "source", OTHER_OWNER),
        Row("another source", GITHUB, "github", demo, bundle, "source", (hers, hers.replace("malancas", "evil"))),
        Row("another branch", GITHUB, "github", demo, bundle, "source", ("refs/heads/main", "refs/heads/next")),
        Row("a builder that is not good enough", GITHUB, "github", demo, bundle, "builder", ("level = 3", "level = 2")),
        Row("before it was signed", GITHUB, "github", demo, bundle, "time", at=BEFORE),
        Row("GitHub, attestations of a registry", SAMPLES, "github", lint, lines),
        Row("signed by another workflow", SAMPLES, "github", lint, "bcr/MODULE.bazel.intoto.jsonl", "identity"),
        Row(
            "a source that another one begins with",
            SAMPLES,
            "github",
            lint,
            lines,
            "source",
            ('rules_lint"\now', 'rules"\now'),
        ),
        Row("too old", SAMPLES, "github", lint, lines, "age", too_old("rules_lint")),
        Row("revoked", SAMPLES, "github", lint, lines, "revocation", revoked("rulesets")),
        Row(
            "signed before the revocation",
            SAMPLES,
            "github",
            lint,
            lines,
            "",
            revoked("rulesets", "2026-01-01T00:00:00Z"),
        ),
        Row("GitHub, an enterprise's issuer", *enterprise),
        Row("the issuer of all others", *enterprise, "identity", ("/hammer-time", "")),
    ]


def github_own() -> list[Row]:
    private = (GITHUB, "github-private", f"{DEMO}.whl", f"{DEMO}-bundle.jsonl")
    release = (GITHUB, "github-release", "github_release_artifact.zip", "github_release_bundle.json")
    return [
        Row("GitHub, a private repository", *private),
        Row(
            "the public Sigstore, which has no entry of it",
            GITHUB,
            "github",
            f"{DEMO}.whl",
            f"{DEMO}-bundle.jsonl",
            "log entry",
            ("reusable-workflow-artifact", "*.whl"),
        ),
        Row("another owner", *private, "identity", OTHER_OWNER),
        Row("a public repository", *private, "identity", ('= "private"', '= "public"')),
        Row("too old by its timestamp", *private, "age", too_old("built")),
        Row("revoked from before it was signed", *private, "revocation", revoked("python", "2024-04-01T00:00:00Z")),
        Row("without a certificate", *private[:3], f"{DEMO}-bundle-missing-cert.jsonl", "format"),
        Row("GitHub, a release", *release),
        Row("another file", *release[:2], "github_release_artifact_invalid.zip", release[3], "subject"),
        Row("a release of another repository", *release, "source", ("bdehamer/delme", "bdehamer/other")),
        Row("its owner's name registered anew", *release, "source", OTHER_OWNER),
        Row("another tag", *release, "source", ("refs/tags/v*", "refs/tags/v7")),
        Row("an identity of a workflow", *release, "identity", ("dotcom.releases", "ghe.releases")),
    ]


def registries() -> list[Row]:
    gundam = (SAMPLES, "npm", f"{GUNDAM}.tgz", f"{GUNDAM}.tgz.json")
    published = (PYPI, "pypi", TRAIL_OF_BITS, f"{TRAIL_OF_BITS}.publish.attestation")
    gitlab = (PYPI, "pypi", GITLAB, f"{GITLAB}.publish.attestation")
    return [
        Row("npm, publish and provenance v1", *gundam),
        Row("npm, provenance v0.2 and promises only", SAMPLES, "npm", f"{PREGA}.tgz", f"{PREGA}.tgz.json"),
        *(
            Row(f"{what} changed", SAMPLES, "npm", f"{name}-{part}.tgz", f"{name}-{part}.tgz.json", "log entry")
            for name in (GUNDAM, PREGA)
            for what, part in (("the provenance", "invalidsigprov"), ("the publication", "invalidsigpub"))
        ),
        Row("another package's", *gundam[:3], f"{PREGA}.tgz.json", "subject"),
        Row("another key", *gundam, "log entry", ('"npm.pub"', '"google.pub"')),
        Row("another repository's id", *gundam, "identity", ('"810002373"', '"810002374"')),
        Row("not taken in any more", *gundam, "revocation", revoked("npm")),
        Row("PyPI, an attestation", *published),
        Row("PyPI, a provenance document", *published[:3], f"{TRAIL_OF_BITS}.provenance"),
        Row(
            "PyPI, provenance by SLSA",
            *published[:3],
            f"{TRAIL_OF_BITS}.slsa.attestation",
            "predicate type",
            (', "https://slsa.dev/provenance/v1"', ""),
        ),
        Row("another distribution's", *published[:3], f"{GITLAB}.publish.attestation", "subject"),
        Row("another publisher", *published, "identity", ("release.yml", "publish.yml")),
        Row("PyPI, from GitLab", *gitlab),
        Row(
            "GitLab, another source",
            *gitlab,
            "source",
            ('gitlab.com/facutuesca/gitlab-oidc-project"\n', 'gitlab.com/facutuesca/other"\n'),
        ),
        Row("GitLab, too old", *gitlab, "age", too_old("published by gitlab")),
    ]


def generators() -> list[Row]:
    trust = "slsa-github-generator"
    maven = (SAMPLES, trust, MAVEN, f"{MAVEN}.build.slsa")
    return [
        Row(".slsa v0.2, by a delegator", *maven),
        Row(".slsa v0.1, container-based", SAMPLES, trust, CONTAINER_BASED, f"{CONTAINER_BASED}.intoto.build.slsa"),
        Row(
            "a parameter that nobody allowed",
            SAMPLES,
            trust,
            CONTAINER_BASED,
            f"{CONTAINER_BASED}.intoto.build.slsa",
            "parameters",
            ('configPath = "any", ', ""),
        ),
        Row("found beside its artifact", SAMPLES, trust, MAVEN, ""),
        Row("another artifact", SAMPLES, trust, GO, f"{MAVEN}.build.slsa", "subject"),
        Row("a fork", *maven, "source", ("example-package", "example-package-fork")),
        Row("another builder", *maven, "builder", ("builder_maven_slsa3", "builder_npm_slsa3")),
        Row(
            "another version of the workflow",
            *maven,
            "identity",
            ("generic_slsa3.yml@refs/tags/v*", "generic_slsa3.yml@refs/tags/v1.*"),
        ),
        Row(".intoto.jsonl, a bundle", SAMPLES, trust, GO, f"{GO}.intoto.jsonl"),
        Row(".intoto.jsonl without log or time", SAMPLES, trust, BARE, f"{BARE}.intoto.jsonl", "time"),
    ]


def images() -> list[Row]:
    image, old = (
        (SAMPLES, "cosign", f"oci-layout:{one}/container_workflow_dispatch", "") for one in (IMAGE, OLD_IMAGE)
    )
    return [
        Row("cosign's .att layer", *image),
        Row("another workflow", *image, "identity", ("generator_container", "generator_generic")),
        Row("another repository", *image, "source", ("example-package", "example-packages")),
        Row("revoked", *image, "revocation", revoked("generator")),
        Row("cosign's .att layer, logged as intoto 0.0.1", *old, "", NO_IDS),
        Row("certificates without ids", *old, "source"),
        Row("too old", *old, "age", (NO_IDS[0], 'max_age = "30d"\n')),
    ]


def others() -> list[Row]:
    file, bundle = "a.txt", "bundle.sigstore.json"
    happy = (CONFORMANCE, "sigstore", file, f"happy-path-v0.1/{bundle}")
    return [
        # Its subject is a number that Google gave to an image: no file has it as its digest.
        Row("Google's summary", SAMPLES, "google", BARE, VSA_OF_GOOGLE, "subject"),
        Row(
            "Google's summary by another key",
            SAMPLES,
            "google",
            BARE,
            VSA_OF_GOOGLE,
            "signature",
            ("google.pub", "npm.pub"),
        ),
        *(Row(f"a bundle {one}", *happy[:3], f"happy-path-{one}/{bundle}") for one in ("v0.1", "v0.2", "v0.3")),
        Row("a bundle of another Sigstore", *happy[:3], f"rekor2-happy-path/{bundle}", "log entry"),
        Row("a changed signature", *happy[:3], f"signature-mismatch_fail/{bundle}", "log entry"),
        Row("signed by somebody else", *happy, "identity", ("@refs/heads/main", "@refs/heads/next")),
        Row("malformed", *happy[:3], f"bundle-malformed-json_fail/{bundle}", "format"),
        Row("too old", *happy, "age", too_old("signed")),
    ]


TABLE = [*github_public(), *github_own(), *registries(), *generators(), *images(), *others()]


@pytest.fixture
def trust(tmp_path: Path) -> Callable[[Row], Path]:
    """Writes the trust file of a row, beside the keys and roots that it names."""
    shutil.copytree(FOLDER, tmp_path / "trust")

    def write(row: Row) -> Path:
        file = tmp_path / "trust" / f"{row.trust}.toml"
        if row.change:
            old, new = row.change
            text = file.read_text()
            assert old in text
            file.write_text(text.replace(old, new, 1) if old else text + new)
        return file

    return write


def place_of(row: Row, request: pytest.FixtureRequest) -> Path:
    if row.place in (PYPI, CONFORMANCE):
        corpora: Path = request.getfixturevalue("corpora")
        return corpora / row.place
    name, _, inner = row.place.partition("/")
    return project(name) / inner


def subject_of(row: Row, place: Path) -> str:
    prefix, separator, path = row.subject.rpartition(":")
    digest = (place / f"{path}.digest").read_text().strip() if prefix == "oci-layout" else ""
    return f"{prefix}{separator}{place / path}" + (f"@{digest}" if digest else "")


def verified(row: Row, place: Path, trust: Path, output: str) -> Ran:
    named = ("--attestations", place / row.attestations) if row.attestations else ()
    return gatekeeper("verify", subject_of(row, place), "--trust", trust, *named, "--at", row.at, "--output", output)


def marks(row: Row) -> pytest.MarkDecorator:
    return pytest.mark.corpora if row.place in (PYPI, CONFORMANCE) else pytest.mark.services


@pytest.mark.parametrize("row", [pytest.param(row, marks=marks(row), id=f"{row.trust}: {row.title}") for row in TABLE])
def test_what_others_attest(row: Row, trust: Callable[[Row], Path], request: pytest.FixtureRequest) -> None:
    place = place_of(row, request)
    ran = verified(row, place, trust(row), "json")
    document = ran.json()
    SCHEMA.validate(document)
    (subject,) = document["subjects"]
    refusal = subject["refusal"] or {"step": ""}
    assert (refusal["step"], ran.exit_code) == (row.step, 5 if row.step else 0), f"{refusal} {subject['attestations']}"
    if row.step:
        assert "  expected: " in ran.stderr or "cannot be read" in ran.stderr, ran.stderr
        assert refusal["message"] in ran.stderr


ACCEPTED = {(row.place, row.attestations): row for row in TABLE if row.attestations and not row.step}


@pytest.mark.parametrize("row", [pytest.param(row, marks=marks(row), id=row.title) for row in ACCEPTED.values()])
def test_what_they_claim_is_shown(row: Row, request: pytest.FixtureRequest) -> None:
    file = place_of(row, request) / row.attestations
    shown, claims = gatekeeper("attestation", "show", file), gatekeeper("trust", "init", "--from", file)
    assert (shown.exit_code, claims.exit_code) == (0, 0), shown.stderr + claims.stderr
    assert shown.stdout.startswith("NOT VERIFIED")
    assert claims.stdout.startswith("These are claims. Nothing of them is verified")
    for ran in (shown, claims):
        assert "problem" not in ran.stdout
        assert all(line.isprintable() for line in ran.stdout.splitlines())


@pytest.mark.services
@pytest.mark.parametrize("title", ["GitHub, a release", "its owner's name registered anew", "the publication changed"])
def test_sarif_is_valid(title: str, trust: Callable[[Row], Path], request: pytest.FixtureRequest) -> None:
    row = next(row for row in TABLE if row.title == title)
    ran = verified(row, place_of(row, request), trust(row), "sarif")
    log = ran.json()
    jsonschema_rs.validator_for(json.loads(sarif_schema())).validate(log)
    results = [result["ruleId"] for result in log["runs"][0]["results"]]
    assert results == ([f"verify/{row.step.replace(' ', '-')}"] if row.step else [])


SUMMARY: JsonObject = {
    "verifier": {"id": "https://verifier.example/slsa"},
    "timeVerified": "2026-10-20T12:00:00Z",
    "resourceUri": "pkg:generic/app@1.0",
    "policy": {"uri": "https://verifier.example/policy"},
    "verificationResult": "PASSED",
    "verifiedLevels": ["SLSA_BUILD_LEVEL_3"],
}


@pytest.mark.parametrize("bare", [False, True], ids=["a bundle", "a bare envelope"])
@pytest.mark.parametrize(
    ("changed", "step"),
    [
        ({}, ""),
        ({"verifier": {"id": "https://verifier.example/slsa/"}}, "verifier"),
        ({"resourceUri": "pkg:generic/other@1.0"}, "resource"),
        ({"verificationResult": "FAILED"}, "result"),
        ({"verifiedLevels": ["SLSA_BUILD_LEVEL_2"]}, "levels"),
        ({"timeVerified": "2026-09-20T12:00:00Z"}, "age"),
        ({"policy": None}, "statement"),
    ],
    ids=repr,
)
def test_summaries_of_another_verifier(
    trust: Callable[[Row], Path], tmp_path: Path, changed: JsonObject, step: str, bare: bool
) -> None:
    signer = KeySigner(generate_private_key(SECP256R1()))
    row = Row("a summary", str(tmp_path), "verifier", "app-1.0.tar.gz", "app.vsa.jsonl", step)
    file, key = trust(row), signer.key.public_key()
    (file.parent / "verifier.pub").write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / row.subject).write_bytes(b"the artifact")
    subjects = (Subject("", {"sha256": sha256(b"the artifact").hexdigest()}),)
    bundle = signer.sign(Statement(subjects, VSA, {**SUMMARY, **changed}))
    written = json.dumps(bundle.envelope.to_json()).encode() if bare else bundle.encode()
    (tmp_path / row.attestations).write_bytes(written)
    ran = verified(row, tmp_path, file, "json")
    (subject,) = ran.json()["subjects"]
    assert (subject["refusal"] or {"step": ""})["step"] == step
    assert subject["gate"] is None


def test_every_trust_file_accepts_and_refuses_something() -> None:
    files = {file.stem for file in FOLDER.glob("*.toml")} - {"verifier"}
    accepting, refusing = ({row.trust for row in TABLE if bool(row.step) == refused} for refused in (False, True))
    assert refusing == files
    # Google's is about no file.
    assert accepting == files - {"google"}
