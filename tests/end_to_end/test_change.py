"""`gate --base`: only what a change brings, and nothing that exempts itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gatekeeper.model.json import Json
from tests.end_to_end.command import FIXTURES, gate_json, gatekeeper
from tests.workspace.repositories import commit, git, new_repository

OPEN_DATABASE = 'resource "aws_db_instance" "{name}" {{\n  storage_encrypted = false\n}}\n'
ROOT_IMAGE = "FROM python:3.12\nUSER root\n"
WAIVER = """\
[[waiver]]
rule = "GK-INF-003"
path = "*.tf"
owner = "the author"
reason = "because I say so"
expires = 2099-01-01
"""

POLICY = """\
package acme.names

deny contains "never" if {
	some file in input.coverage.files
	file.path == "nowhere"
}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The branch main has a flaw of its own; the branch change starts there."""
    root = new_repository(tmp_path / "r", {"old.tf": OPEN_DATABASE.format(name="old"), "app.py": "x = 1\n"})
    git(root, "checkout", "-qb", "change")
    return root


def statuses(decision: Json) -> set[tuple[str, str, str]]:
    return {(finding["rule"], finding["at"]["path"], finding["status"]) for finding in decision["findings"]}


def test_only_what_the_change_brings_counts(repository: Path) -> None:
    commit(repository, {"new.tf": OPEN_DATABASE.format(name="new")})
    _, decision = gate_json(repository, "--base", "main")
    assert statuses(decision) >= {("GK-INF-003", "new.tf", "new"), ("GK-INF-003", "old.tf", "baseline")}
    assert decision["decision"]["verdict"] == "FAIL"
    assert decision["source"]["base"] == git(repository, "rev-parse", "main")


def test_a_change_that_brings_nothing_passes(repository: Path) -> None:
    commit(repository, {"app.py": "x = 2\n"})
    assert gatekeeper("gate", repository).exit_code == 1
    ran = gatekeeper("gate", repository, "--base", "main")
    assert ran.exit_code == 0
    assert "there before: 1 finding" in ran.stdout


def test_a_renamed_and_reformatted_file_brings_nothing(repository: Path) -> None:
    text = "# a new comment\n\n" + OPEN_DATABASE.format(name="old").replace(" = ", "   =   ")
    commit(repository, {"old.tf": None, "infra/moved.tf": text})
    assert gatekeeper("gate", repository, "--base", "main").exit_code == 0


def test_a_second_flaw_of_the_same_kind_is_new(repository: Path) -> None:
    commit(repository, {"infra/again.tf": OPEN_DATABASE.format(name="old")})
    _, decision = gate_json(repository, "--base", "main")
    assert ("GK-INF-003", "infra/again.tf", "new") in statuses(decision)
    assert ("GK-INF-003", "old.tf", "baseline") in statuses(decision)


@pytest.mark.parametrize(
    ("files", "control"),
    [
        ({"gatekeeper.waivers.toml": WAIVER}, "waivers"),
        ({"gatekeeper.toml": '[rules.GK-INF-003]\noff = true\nreason = "mine"\n'}, "settings"),
        ({"gatekeeper.toml": '[gate]\nfail_on = "critical"\n'}, "settings"),
        ({"gatekeeper.toml": '[[paths.exclude]]\nglob = "*.tf"\nreason = "mine"\n'}, "settings"),
        ({"pyproject.toml": '[tool.gatekeeper.gate]\nfail_on = "critical"\n'}, "settings"),
    ],
)
def test_what_would_exempt_the_change_does_not_count_and_is_shown(
    repository: Path, files: dict[str, str | None], control: str
) -> None:
    commit(repository, {"new.tf": OPEN_DATABASE.format(name="new"), **files})
    _, decision = gate_json(repository, "--base", "main")
    assert ("GK-INF-003", "new.tf", "new") in statuses(decision)
    assert decision["decision"]["verdict"] == "FAIL"
    shown = [finding for finding in decision["findings"] if finding["rule"] == "GK-GATE-003"]
    assert [(finding["subject"], finding["at"]["path"]) for finding in shown] == [(control, next(iter(files)))]


def test_a_baseline_that_the_change_brings_does_not_count(repository: Path) -> None:
    commit(repository, {"new.tf": OPEN_DATABASE.format(name="new")})
    assert gatekeeper("baseline", "create", repository).exit_code == 0
    commit(repository, {})
    assert gatekeeper("gate", repository).exit_code == 0
    _, decision = gate_json(repository, "--base", "main")
    assert ("GK-INF-003", "new.tf", "new") in statuses(decision)
    assert "baseline" in {finding["subject"] for finding in decision["findings"] if finding["rule"] == "GK-GATE-003"}


def test_the_waivers_of_the_base_count(tmp_path: Path) -> None:
    root = new_repository(tmp_path / "r", {"app.py": "x = 1\n", "gatekeeper.waivers.toml": WAIVER})
    git(root, "checkout", "-qb", "change")
    commit(root, {"new.tf": OPEN_DATABASE.format(name="new"), "gatekeeper.waivers.toml": None})
    _, decision = gate_json(root, "--base", "main")
    assert ("GK-INF-003", "new.tf", "waived") in statuses(decision)
    assert [f["message"] for f in decision["findings"] if f["rule"] == "GK-GATE-003"] == [
        "This change edits the gate's own waivers: 1 less"
    ]


def test_what_cannot_be_read_is_never_excused(repository: Path) -> None:
    git(repository, "checkout", "-q", "main")
    commit(repository, {"broken.tf": 'resource "a" "b" {'})
    git(repository, "checkout", "-qb", "later")
    commit(repository, {"app.py": "x = 3\n"})
    assert gatekeeper("gate", repository, "--base", "main").exit_code == 4


def test_what_is_signed_is_judged_as_a_whole(repository: Path) -> None:
    ran = gatekeeper("gate", repository, "--base", "main", "--stage", "build")
    assert ran.exit_code == 2
    assert "judged as a whole" in ran.stderr


def test_a_shallow_clone(repository: Path, tmp_path: Path) -> None:
    commit(repository, {"app.py": "x = 2\n"})
    git(tmp_path, "clone", "-q", "--depth=1", "--no-single-branch", f"file://{repository}", "clone")
    ran = gatekeeper("gate", tmp_path / "clone", "--base", "origin/main")
    assert ran.exit_code == 4
    assert "fetch-depth: 0" in ran.stderr


@pytest.mark.parametrize("ref", ["nowhere", "--output=x"])
def test_a_base_that_is_none(repository: Path, ref: str) -> None:
    ran = gatekeeper("gate", repository, f"--base={ref}")
    assert ran.exit_code == 4
    assert "no such commit" in ran.stderr


def test_outside_of_git(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("")
    ran = gatekeeper("gate", tmp_path, "--base", "main")
    assert ran.exit_code == 2
    assert "no git repository" in ran.stderr


def test_settings_that_are_links_in_the_base(repository: Path) -> None:
    (repository / "gatekeeper.toml").symlink_to("/etc/passwd")
    commit(repository, {})
    (repository / "gatekeeper.toml").unlink()
    commit(repository, {})
    ran = gatekeeper("gate", repository, "--base", "HEAD~1")
    assert ran.exit_code == 2
    assert "gatekeeper.toml of the base: must be a regular file" in ran.stderr


def test_a_copy_of_a_real_project(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    shutil.copytree(FIXTURES / "shop-rejected", root)
    new_repository(root, {})
    git(root, "checkout", "-qb", "change")
    commit(
        root, {"backend/shop/extra.py": "import yaml\n\n\ndef load(text):\n    return yaml.load(text, yaml.Loader)\n"}
    )
    _, decision = gate_json(root, "--base", "main")
    new = {path for _, path, status in statuses(decision) if status == "new"}
    assert new <= {"backend/shop/extra.py"}


def test_the_decision_about_a_change_is_replayed(repository: Path, tmp_path: Path) -> None:
    commit(repository, {"new.tf": OPEN_DATABASE.format(name="new")})
    record, evidence = tmp_path / "decision.json", tmp_path / "evidence.json"
    kept = ("--output", f"decision={record}", "--output", f"evidence={evidence}")
    assert gatekeeper("gate", repository, "--base", "main", *kept).exit_code == 1
    replayed = gatekeeper("replay", record, "--evidence", evidence)
    assert (replayed.exit_code, replayed.stderr) == (0, "")
    assert "the same bytes" in replayed.stdout


def test_an_unset_variable_is_no_base(repository: Path) -> None:
    ran = gatekeeper("gate", repository, "--base", "")
    assert ran.exit_code == 2
    assert "names no commit" in ran.stderr


def test_policies_that_the_change_edits_are_shown(tmp_path: Path) -> None:
    root = new_repository(tmp_path / "r", {"app.py": "x = 1\n", "rules/acme.rego": POLICY})
    git(root, "checkout", "-qb", "change")
    commit(root, {"rules/acme.rego": POLICY.replace("never", "no more")})
    _, decision = gate_json(root, "--base", "main", "--policies", root / "rules", "--engine", "embedded")
    (finding,) = [finding for finding in decision["findings"] if finding["rule"] == "GK-GATE-003"]
    assert finding["message"].startswith("This change edits the gate's own policies: 1 file of rules")
