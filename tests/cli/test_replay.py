from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run


def test_a_decision_is_kept_and_replayed(run: Run, tmp_path: Path) -> None:
    project, record, evidence = tmp_path / "project", tmp_path / "decision.json", tmp_path / "evidence.json"
    project.mkdir()
    (project / "compose.yaml").write_text("services:\n  web:\n    image: nginx\n")
    assert run("gate", project, "--output", f"decision={record}", "--at", "2026-11-21").code == 1
    evidence.write_text(run("collect", project).out)

    same = run("replay", record, "--evidence", evidence)
    assert (same.code, same.err) == (0, "")
    assert same.out.startswith("REPLAYED: FAIL of 2026-11-21T00:00:00Z: the same bytes in regorus ")

    evidence.write_text(evidence.read_text().replace('"image": "nginx"', '"image": "httpd"'))
    other = run("replay", record, "--evidence", evidence)
    assert other.code == 5
    assert "- digest of the evidence compose: sha256:" in other.out
    assert other.out.splitlines()[-1].startswith("DIFFERENT: FAIL of 2026-11-21T00:00:00Z is now FAIL in regorus")

    record.write_text("{}")
    refused = run("replay", record, "--evidence", evidence)
    assert refused.code == 4
    assert "is no decision record" in refused.err
