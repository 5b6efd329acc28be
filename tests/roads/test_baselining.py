"""Baselines of real folders, written and pruned by real runs of the gate."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

from gatekeeper.errors import SettingsError
from gatekeeper.model.finding import FindingStatus, KnownFinding
from gatekeeper.roads.baselining import Changed, create, file_of, prune, show
from gatekeeper.roads.gating import GateRequest, gate
from gatekeeper.settings.baseline import read_baseline, write_baseline

FIXTURES = Path(__file__).parents[2] / "fixtures"
NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
SERVICE = "services:\n  web:\n    image: nginx\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with two images without a digest and a file that cannot be read."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "compose.yaml").write_text(SERVICE + "  cache:\n    image: redis\n")
    (folder / "compose.broken.yaml").write_text("services: [\n")
    return folder


def silent(stage: str, done: int, total: int) -> None:
    pass


def created(folder: Path) -> Changed:
    return create(GateRequest(folder, NOON), None, silent)


def pruned(folder: Path) -> Changed:
    return prune(GateRequest(folder, NOON), None, silent)


def test_all_that_counts_is_written_but_for_what_could_not_be_read(project: Path) -> None:
    changed = created(project)
    assert (changed.file, changed.total, changed.added, changed.left_out) == (file_of(project), 2, 2, 1)
    assert [(entry.rule, entry.path, entry.subject, entry.count) for entry in show(project)] == [
        ("GK-INF-007", "compose.yaml", "cache", 1),
        ("GK-INF-007", "compose.yaml", "web", 1),
    ]


def test_the_same_folder_gives_the_same_bytes(project: Path) -> None:
    created(project)
    before = file_of(project).read_bytes()
    again = created(project)
    assert (again.added, again.removed) == (0, 0)
    assert file_of(project).read_bytes() == before


def test_the_gate_does_not_count_what_it_holds(project: Path) -> None:
    created(project)
    (project / "compose.yaml").write_text("# moved\n\n" + SERVICE + "  new:\n    image: httpd\n")
    findings = gate(GateRequest(project, NOON)).decision.findings
    statuses = {finding.subject: finding.status for finding in findings}
    assert statuses["web"] is FindingStatus.BASELINE
    assert statuses["new"] is FindingStatus.NEW
    assert statuses["compose.broken.yaml"] is FindingStatus.NEW


def test_what_is_waived_has_another_reason_not_to_count(project: Path) -> None:
    (project / "gatekeeper.waivers.toml").write_text(
        '[[waiver]]\nrule = "GK-INF-007"\nsubject = "web"\nowner = "us"\nreason = "moves"\nexpires = 2027-01-01\n'
    )
    created(project)
    assert [entry.subject for entry in show(project)] == ["cache"]


def test_what_is_mended_is_taken_out_and_nothing_is_added(project: Path) -> None:
    created(project)
    (project / "compose.yaml").rename(project / "compose.prod.yaml")
    (project / "compose.prod.yaml").write_text(SERVICE + "  new:\n    image: httpd\n")
    changed = pruned(project)
    assert (changed.total, changed.removed, changed.unjudged) == (1, 1, 0)
    assert [(entry.path, entry.subject) for entry in show(project)] == [("compose.prod.yaml", "web")]


def test_findings_of_rules_that_did_not_run_stay(project: Path) -> None:
    created(project)
    foreign = KnownFinding("ACME-001", "a.tf", "x", "0" * 32, 3)
    file_of(project).write_bytes(write_baseline([*read_baseline(file_of(project)), foreign]))
    assert pruned(project).unjudged == 3
    assert foreign in show(project)


def test_without_a_baseline_there_is_nothing_to_prune(project: Path) -> None:
    with pytest.raises(SettingsError):
        pruned(project)


def test_a_whole_project_is_moved_reformatted_and_renamed(tmp_path: Path) -> None:
    project = tmp_path / "shop"
    shutil.copytree(FIXTURES / "shop-rejected", project)
    before = created(project)
    (project / "infra").rename(project / "terraform")
    (project / "k8s" / "api.yaml").rename(project / "k8s" / "everything.yaml")
    (project / "backend").rename(project / "server")
    for file in [*project.glob("terraform/*.tf"), *project.glob("k8s/*.yaml"), *project.glob("server/**/*.py")]:
        file.write_text("# moved\n\n\n" + file.read_text())
    (project / "compose.yaml").write_text(SERVICE.replace("web", "more") + (project / "compose.yaml").read_text()[10:])
    after = created(project)
    assert before.total > 20
    assert (after.added, after.removed) == (1, 0)
