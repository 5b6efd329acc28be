"""`gate --keyless` against a real Sigstore."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gatekeeper.attest import logs
from gatekeeper.formats.predicates import PROVENANCE_V1
from tests.cli.conftest import Run
from tests.cli.signing.conftest import Config, bundles_in, names, statement_of, verified
from tests.services.processes import ROOT, isolated
from tests.services.sigstore import SigstoreStack
from tests.services.stub import closed_url, stub
from tests.workspace.repositories import head

pytestmark = pytest.mark.services
WORKFLOW = "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1"


def test_a_job_signs_and_its_certificate_says_how_it_was_built(
    run: Run, project: Path, artifact: Path, token: Path, sigstore_stack: SigstoreStack
) -> None:
    other = artifact.with_name("lib.tar.gz")
    other.write_bytes(b"another artifact")
    gate = ("gate", project, "--artifact", artifact, "--artifact", other, "--keyless")
    ended = run(*gate, "--trust-config", sigstore_stack.trust_config, "--identity-token", token)
    assert (ended.code, ended.err.count("signed: ")) == (0, 8), ended.err
    assert bundles_in(artifact.parent) == sorted(names(artifact) + names(other))
    for name in bundles_in(artifact.parent):
        identity = verified(artifact.with_name(name), sigstore_stack).signer.identity
        assert identity is not None
        assert identity.subject == WORKFLOW
    provenance = statement_of(artifact.with_name(names(artifact)[1]))
    assert provenance.predicate_type == PROVENANCE_V1
    assert [subject.name for subject in provenance.subjects] == ["app.tar.gz", "lib.tar.gz"]
    assert provenance.predicate["runDetails"]["builder"]["id"] == sigstore_stack.github_issuer
    [source] = provenance.predicate["buildDefinition"]["resolvedDependencies"]
    assert source == {"uri": "git+https://github.com/acme/shop@refs/tags/v1", "digest": {"gitCommit": head(project)}}
    one, same = (artifact.with_name(names(file)[1]).read_bytes() for file in (artifact, other))
    assert one == same


def test_outside_git_nobody_knows_that_what_was_judged_is_the_commit_of_the_token(
    run: Run, project: Path, artifact: Path, token: Path, sigstore_stack: SigstoreStack
) -> None:
    (project / ".git").rename(project.with_name("hidden"))
    gate = ("gate", project, "--artifact", artifact, "--keyless", "--identity-token", token)
    ended = run(*gate, "--trust-config", sigstore_stack.trust_config)
    assert (ended.code, bundles_in(artifact.parent)) == (0, names(artifact, ("decision", "sbom", "vsa")))
    assert "not signed: provenance: the certificate is of the commit" in ended.err
    assert "--provenance FILE" in ended.err


def test_a_person_signs_by_a_variable_and_says_nothing_about_a_build(
    run: Run, project: Path, artifact: Path, sigstore_stack: SigstoreStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", sigstore_stack.email_token("release@acme.example"))
    gate = ("gate", project, "--artifact", artifact, "--keyless", "--trust-config", sigstore_stack.trust_config)
    ended = run(*gate, "--identity-token", "env:MY_TOKEN")
    assert ended.code == 0
    assert bundles_in(artifact.parent) == names(artifact, ("decision", "sbom", "vsa"))
    assert "not signed: provenance: the certificate of release@acme.example names no build" in ended.err


def test_a_job_of_gitlab_needs_to_name_no_token(
    run: Run, project: Path, artifact: Path, sigstore_stack: SigstoreStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("GITLAB_CI", "true")
    gate = ("gate", project, "--artifact", artifact, "--keyless", "--trust-config", sigstore_stack.trust_config)
    missing = run(*gate)
    assert (missing.code, bundles_in(artifact.parent)) == (2, [])
    assert "id_tokens" in missing.err
    monkeypatch.setenv("SIGSTORE_ID_TOKEN", sigstore_stack.email_token("release@acme.example"))
    assert run(*gate).code == 0
    claimed = statement_of(artifact.with_name(names(artifact)[0])).predicate["claimed"]
    assert claimed["platform"] == "gitlab"


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("caUrls", "the certificate authority"),
        ("rekorTlogUrls", "the transparency log"),
        ("tsaUrls", "the timestamp authority"),
    ],
)
def test_what_is_down_is_named_and_nothing_stays(
    run: Run, project: Path, artifact: Path, token: Path, config: Config, service: str, name: str
) -> None:
    gate = ("gate", project, "--artifact", artifact, "--keyless", "--identity-token", token, "--trust-config")
    assert run(*gate, config()).code == 0
    ended = run(*gate, config(**{service: closed_url()}))
    assert (ended.code, bundles_in(artifact.parent)) == (4, [])
    assert f"{name} (http://127.0.0.1:" in ended.err
    assert "nothing was written" in ended.err


def test_a_log_that_hangs_is_named(
    run: Run, project: Path, artifact: Path, token: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "SECONDS", 1.0)
    with stub(body=b" " * 60, delay=0.2) as slow:
        trust_config = config(rekorTlogUrls=slow.url)
        gate = ("gate", project, "--artifact", artifact, "--keyless", "--identity-token", token)
        ended = run(*gate, "--trust-config", trust_config)
    assert (ended.code, bundles_in(artifact.parent)) == (4, [])
    assert "the transparency log" in ended.err
    assert "did not answer within 1 s" in ended.err


def test_an_expired_token_is_sent_to_nobody(
    run: Run, project: Path, artifact: Path, token: Path, config: Config, sigstore_stack: SigstoreStack
) -> None:
    before = ("gate", project, "--artifact", artifact, "--keyless", "--identity-token", token)
    assert run(*before, "--trust-config", config()).code == 0
    token.write_text(sigstore_stack.email_token("release@acme.example", lifetime=-1))
    with stub() as authority:
        gate = ("gate", project, "--artifact", artifact, "--keyless", "--identity-token", token)
        ended = run(*gate, "--trust-config", config(caUrls=authority.url))
        assert authority.asked == []
    assert (ended.code, bundles_in(artifact.parent)) == (2, names(artifact)), "what was signed before stays"
    assert "has expired" in ended.err
    assert "get a new token" in ended.err


def test_what_our_own_verification_refuses_is_not_written(
    run: Run, project: Path, artifact: Path, token: Path, config: Config
) -> None:
    """The root says that the timestamp authority was in use until last year; sigstore itself does not mind."""
    file = config()
    value = json.loads(file.read_bytes())
    value["trustedRoot"]["timestampAuthorities"][0]["validFor"]["start"] = "2020-01-01T00:00:00Z"
    value["trustedRoot"]["timestampAuthorities"][0]["validFor"]["end"] = "2021-01-01T00:00:00Z"
    file.write_text(json.dumps(value))
    gate = ("gate", project, "--artifact", artifact, "--keyless", "--identity-token", token)
    ended = run(*gate, "--trust-config", file)
    assert (ended.code, bundles_in(artifact.parent)) == (5, [])
    assert "what was signed does not verify: the timestamp authority was not in use" in ended.err


def test_services_that_die_or_stop_between_two_releases(tmp_path: Path, project: Path, artifact: Path) -> None:
    """In a network of its own, for these services are killed."""
    script = ("-m", "tests.cli.signing.outage", tmp_path / "stack", project, artifact)
    environment = os.environ | {"GITHUB_ACTIONS": "", "GITLAB_CI": ""}
    done = subprocess.run(
        [*isolated(), sys.executable, *script], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    steps = json.loads(done.stdout.splitlines()[-1])
    assert [(step["name"], step["code"], step["bundles"]) for step in steps] == [
        ("all run", 0, 4),
        ("posix stopped", 4, 0),
        ("posix continues", 0, 4),
        ("timestamp-server killed", 4, 0),
        ("fulcio killed", 4, 0),
    ], done.stdout
    _, log, _, stamps, authority = (step["err"] for step in steps)
    assert "the transparency log" in log
    assert "the timestamp authority" in stamps
    assert "the certificate authority" in authority


def test_more_statements_and_what_else_went_into_a_model(
    run: Run, project: Path, artifact: Path, token: Path, tmp_path: Path, sigstore_stack: SigstoreStack
) -> None:
    materials = tmp_path / "materials.toml"
    digest = "ab" * 32
    materials.write_text(
        f'version = 1\n[[material]]\nname = "base-model"\nkind = "model"\ndigest = {{ sha256 = "{digest}" }}\n'
    )
    gate = ("gate", project, "--artifact", artifact, "--keyless", "--identity-token", token)
    options = ("--trust-config", sigstore_stack.trust_config, "--materials", materials, "--also", "test-result")
    ended = run(*gate, *options)
    assert (ended.code, ended.err.count("signed: ")) == (0, 5), ended.err
    provenance = statement_of(artifact.with_name("app.tar.gz.provenance.sigstore.json"))
    *_, model = provenance.predicate["buildDefinition"]["resolvedDependencies"]
    assert model == {"name": "base-model", "digest": {"sha256": digest}, "annotations": {"kind": "model"}}
    tests = statement_of(artifact.with_name("app.tar.gz.test-result.sigstore.json"))
    assert tests.predicate["result"] == "PASSED"
    summary = statement_of(artifact.with_name("app.tar.gz.vsa.sigstore.json"))
    assert "app.tar.gz.test-result.sigstore.json" in [one["uri"] for one in summary.predicate["inputAttestations"]]
    unknown = run(*gate, *options, "--also", "vulnerabilities")
    assert (unknown.code, len(bundles_in(artifact.parent))) == (2, 5)
    assert "no advisories of a known age were looked at" in unknown.err
