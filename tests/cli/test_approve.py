"""Somebody lets pass what a gate decided."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from gatekeeper.attest.keys import new_key_pair
from gatekeeper.attest.signers import KeySigner, load_signer
from gatekeeper.cli.passwords import VARIABLE
from gatekeeper.crypto import public_keys
from gatekeeper.formats.predicates import APPROVAL, DECISION, VSA, approval
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement, Subject
from gatekeeper.model.settings import AttestSettings
from gatekeeper.verification.core.bundles import verify_bundle
from gatekeeper.verification.core.trust import Need, Trust
from tests.cli.conftest import Run
from tests.signed import ARTIFACT_BYTES, SBOM, artifact_of, attest
from tests.signed import DECISION as PASSED


@pytest.fixture
def gate(tmp_path: Path) -> KeySigner:
    private, _ = new_key_pair(tmp_path / "gate.key", "p256", lambda: b"secret")
    return load_signer(private, lambda: b"secret")


@pytest.fixture
def ann(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    """Her key; its password stands in the environment."""
    private, _ = new_key_pair(tmp_path / "ann.key", "p256", lambda: b"secret")
    monkeypatch.setenv(VARIABLE, "secret")
    return private


@pytest.fixture
def artifact(tmp_path: Path, gate: KeySigner) -> Path:
    """Gated: its three bundles stand beside it."""
    file = tmp_path / "dist" / "app.tar.gz"
    file.parent.mkdir()
    file.write_bytes(ARTIFACT_BYTES)
    attest(PASSED, SBOM, file, artifact_of(file), gate, AttestSettings(), None)
    return file


def decision_of(artifact: Path) -> Path:
    return artifact.with_name(f"{artifact.name}.decision.sigstore.json")


def test_an_approval_names_the_decision_by_its_digest(run: Run, artifact: Path, ann: Path) -> None:
    ended = run("approve", artifact, "--decision", decision_of(artifact), "--role", "reviewer", "--key", ann)
    assert ended.code == 0, ended.err
    [file] = artifact.parent.glob("app.tar.gz.approval-*.sigstore.json")
    assert str(file) in ended.err
    assert f"  as reviewer: PASS of stage build, policies sha256:{'ab' * 32}" in ended.err
    key = public_keys.load(ann.with_name("ann.key.pub").read_bytes())
    bundle = Bundle.decode(file.read_bytes())
    verify_bundle(bundle, Trust(key=key, log=Need.ABSENT))
    statement = Statement.decode(bundle.envelope.payload)
    assert statement.predicate_type == APPROVAL
    assert [(one.name, one.sha256) for one in statement.subjects] == [("app.tar.gz", artifact_of(artifact).sha256)]
    said = approval.read(statement.predicate)
    assert (said.role, said.verdict, said.stage, said.policies_sha256) == ("reviewer", "PASS", "build", "ab" * 32)
    assert said.decision_sha256 == sha256(decision_of(artifact).read_bytes()).hexdigest()


def test_several_persons_approve_beside_one_another(run: Run, artifact: Path, ann: Path, tmp_path: Path) -> None:
    bob, _ = new_key_pair(tmp_path / "bob.key", "p256", lambda: b"secret")
    for key in (ann, bob):
        arguments = ("approve", f"file:{artifact}", "--decision", decision_of(artifact), "--role", "reviewer")
        assert run(*arguments, "--key", key).code == 0
    assert len(list(artifact.parent.glob("app.tar.gz.approval-*.sigstore.json"))) == 2


def test_what_was_decided_about_many_is_approved_by_one_statement(
    run: Run, artifact: Path, gate: KeySigner, ann: Path, tmp_path: Path
) -> None:
    other = artifact.with_name("lib.tar.gz")
    other.write_bytes(b"another")
    subjects = [Subject(one.name, {"sha256": artifact_of(one).sha256}) for one in (artifact, other)]
    first = Statement.decode(Bundle.decode(decision_of(artifact).read_bytes()).envelope.payload)
    both = tmp_path / "both.json"
    both.write_bytes(gate.sign(Statement(tuple(subjects), DECISION, first.predicate)).encode())
    folder = tmp_path / "approvals"
    arguments = ("approve", artifact, other, "--decision", both, "--role", "reviewer", "--key", ann)
    assert run(*arguments, "--attestations", folder).code == 0
    [file] = folder.iterdir()
    assert len(Statement.decode(Bundle.decode(file.read_bytes()).envelope.payload).subjects) == 2


def test_what_cannot_be_approved(run: Run, artifact: Path, gate: KeySigner, ann: Path, tmp_path: Path) -> None:
    decision = Statement.decode(Bundle.decode(decision_of(artifact).read_bytes()).envelope.payload)
    rejected = json.loads(json.dumps(decision.predicate))
    rejected["decision"]["verdict"] = "FAIL"
    failing = tmp_path / "failing.json"
    failing.write_bytes(gate.sign(Statement(decision.subjects, DECISION, rejected)).encode())
    other = tmp_path / "other.tar.gz"
    other.write_bytes(b"changed after the gate")
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    sbom = artifact.with_name("app.tar.gz.sbom.sigstore.json")
    before = set(tmp_path.rglob("*"))
    for subject, file, role, message in (
        (other, decision_of(artifact), "reviewer", "the decision is not about other.tar.gz sha256:"),
        (artifact, failing, "reviewer", "decided 'FAIL', which nobody can approve"),
        (artifact, sbom, "reviewer", "no decision of a gate"),
        (artifact, broken, "reviewer", "broken.json: "),
        (artifact, tmp_path / "missing", "reviewer", "cannot be read"),
        (tmp_path / "nothing", decision_of(artifact), "reviewer", "nothing"),
        (f"tree:{tmp_path}", decision_of(artifact), "reviewer", ""),
        (artifact, decision_of(artifact), "two\nlines", "a role is a short name"),
        (artifact, decision_of(artifact), " ", "a role is a short name"),
    ):
        ended = run("approve", subject, "--decision", file, "--role", role, "--key", ann)
        assert ended.code == 2, ended.err
        assert message in ended.err
    assert set(tmp_path.rglob("*")) == before


def test_nobody_approves(run: Run, artifact: Path) -> None:
    ended = run("approve", artifact, "--decision", decision_of(artifact), "--role", "reviewer")
    assert (ended.code, "who approves?" in ended.err) == (2, True)


def test_a_slow_lane_needs_two_of_the_board(run: Run, artifact: Path, ann: Path, tmp_path: Path) -> None:
    bob, _ = new_key_pair(tmp_path / "bob.key", "p256", lambda: b"secret")
    trust = ["version = 1"]
    for name in ("gate", "ann", "bob"):
        trust.append(f'[[authority]]\nname = "{name}"\nkey = "{name}.key.pub"')
        who = f'person = "{name}"\nroles = ["board"]'
        trust.append(f'[[signer]]\nname = "{name}"\nauthority = "{name}"\n{who}')
    trust.append(f'[[rule]]\nname = "gated"\nsubject = ["**"]\npredicate = ["{DECISION}"]\nsigners = ["gate"]')
    lane = f'[[rule]]\nname = "lane"\nsubject = ["app*"]\npredicate = ["{APPROVAL}"]\nrole = "board"\nthreshold = 2'
    passed = f'[[rule]]\nname = "passed"\nsubject = ["**"]\npredicate = ["{VSA}"]\nsigners = ["gate"]\n'
    passed += 'verifier = "urn:gatekeeper:verifier"'
    (tmp_path / "trust.toml").write_text("\n".join([*trust, lane, passed]))
    settings = tmp_path / "settings.toml"
    settings.write_text('[[release.lanes]]\nname = "slow"\nsubjects = ["app*"]\nrole = "board"\napprovals = 2\n')
    approve = ("approve", artifact, "--decision", decision_of(artifact), "--role", "board", "--key")
    verify = ("verify", artifact, "--trust", tmp_path / "trust.toml", "--settings", settings)
    # The gate's own approval does not count: it is the author of the decision.
    for key, code in ((tmp_path / "gate.key", 5), (ann, 5), (bob, 0)):
        assert run(*approve, key).code == 0
        ended = run(*verify)
        assert ended.code == code, ended.err
    # The same approvals do not let another decision about the same artifact pass.
    attest(
        PASSED,
        SBOM + b" ",
        artifact,
        artifact_of(artifact),
        load_signer(tmp_path / "gate.key", lambda: b"secret"),
        AttestSettings(verifier_id="urn:gatekeeper:another"),
        None,
    )
    later = run(*verify)
    assert (later.code, "approves of a decision that is not there" in later.err) == (5, True)


def test_the_name_of_the_file_can_be_one_anywhere(run: Run, artifact: Path, ann: Path) -> None:
    odd = artifact.with_name("a\n\x1b[31m:b")
    decision = decision_of(artifact)
    artifact.rename(odd)
    ended = run("approve", odd, "--decision", decision, "--role", "reviewer", "--key", ann)
    assert ended.code == 0, ended.err
    [file] = artifact.parent.glob("a*.approval-*.sigstore.json")
    assert file.name.startswith("a--[31m-b.approval-")
