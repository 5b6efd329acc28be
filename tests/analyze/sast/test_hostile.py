"""What a repository may bring to hide a flaw, or to run something: none of it matters."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.analyze.base import Analysis, Context
from gatekeeper.analyze.sast import SastAnalyzer
from gatekeeper.model.code import Sast
from gatekeeper.workers import Pool
from gatekeeper.workspace.directory import DirectoryTree
from gatekeeper.workspace.ignore import IgnoreRules
from gatekeeper.workspace.shipped import shipped_policies

FLAW = """import flask


def find(cursor):
    name = flask.request.args["name"]
    cursor.execute("SELECT * FROM t WHERE name = '" + name + "'")
"""
SQL = "gatekeeper.python.sql-injection"
MARKING = "open({mark!r}, 'w').close()\n"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1) as pool:
        yield pool


def analyze(folder: Path, pool: Pool, rules: Path | None = None) -> Analysis:
    tree = DirectoryTree(folder, IgnoreRules())
    return SastAnalyzer().analyze(Context(tree, {}, pool, rules or shipped_policies() / "semgrep"))


def found(analysis: Analysis) -> list[tuple[str, str]]:
    assert isinstance(analysis.value, Sast)
    assert not analysis.failures
    return [(finding.at.path, finding.check) for finding in analysis.value.findings]


def gaps(analysis: Analysis) -> list[str]:
    return [gap.path for gap in analysis.gaps]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".semgrepignore", "*\n"),
        (".gitignore", "*\n"),
        (".semgrep.yml", "rules: []\n"),
        (".semgrep/settings.yml", "rules: []\n"),
    ],
)
def test_a_configuration_in_the_tree_hides_nothing(name: str, text: str, tmp_path: Path, pool: Pool) -> None:
    (tmp_path / "app.py").write_text(FLAW)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    assert found(analyze(tmp_path, pool)) == [("app.py", SQL)]


@pytest.mark.parametrize("comment", ["# nosemgrep", "# nosem: " + SQL, "# nosec B608"])
@pytest.mark.parametrize("above", [True, False])
def test_a_suppression_is_reported_and_not_obeyed(comment: str, above: bool, tmp_path: Path, pool: Pool) -> None:
    *start, last = FLAW.splitlines()
    lines = [*start, f"    {comment}", last] if above else [*start, f"{last}  {comment}"]
    (tmp_path / "app.py").write_text("\n".join(lines) + "\n")
    analysis = analyze(tmp_path, pool)
    assert found(analysis) == [("app.py", SQL)]
    assert isinstance(analysis.value, Sast)
    assert analysis.value.findings[0].suppression == comment


@pytest.mark.parametrize("name", ["sitecustomize.py", "usercustomize.py", "semgrep.py", "pip.py", "json.py"])
def test_no_module_of_the_tree_is_imported(
    name: str, tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark, folder = tmp_path / "mark", tmp_path / "code"
    folder.mkdir()
    (folder / name).write_text(MARKING.format(mark=str(mark)))
    (folder / "app.py").write_text(FLAW)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    assert found(analyze(folder, pool)) == [("app.py", SQL)]
    assert not mark.exists()


def test_no_program_of_the_tree_is_run(tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    mark, folder = tmp_path / "mark", tmp_path / "code"
    folder.mkdir()
    (folder / "app.py").write_text(FLAW)
    for name in ("semgrep", "semgrep-core", "git"):
        (folder / name).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    assert found(analyze(folder, pool)) == [("app.py", SQL)]
    assert not mark.exists()


def test_the_file_system_monitor_of_the_repository_is_not_run(tmp_path: Path, pool: Pool) -> None:
    mark, folder = tmp_path / "mark", tmp_path / "code"
    folder.mkdir()
    git = shutil.which("git")
    assert git is not None
    subprocess.run([git, "init", "--quiet", str(folder)], check=True)
    with (folder / ".git" / "config").open("a") as config:
        config.write(f'[core]\n\tfsmonitor = "touch {mark}; false"\n')
    (folder / "app.py").write_text(FLAW)
    assert found(analyze(folder, pool)) == [("app.py", SQL)]
    assert not mark.exists()


@pytest.mark.parametrize("name", ["app.min.py", "tests/app.py", "-app.py", "a b.py", "we\nird.py", "quote'\".py"])
def test_no_name_hides_a_flaw(name: str, tmp_path: Path, pool: Pool) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(FLAW)
    assert found(analyze(tmp_path, pool)) == [(name.replace("\n", "\\n"), SQL)]


def test_a_minified_file_that_is_taken_back_is_scanned(tmp_path: Path, pool: Pool) -> None:
    (tmp_path / "app.min.js").write_text('app.get("/", (req, res) => { db.query("SELECT " + req.query.q) })\n')
    tree = DirectoryTree(tmp_path, IgnoreRules(includes=("*.min.js",)))
    analysis = SastAnalyzer().analyze(Context(tree, {}, pool, shipped_policies() / "semgrep"))
    assert found(analysis) == [("app.min.js", "gatekeeper.javascript.sql-injection")]


def test_code_behind_a_lone_carriage_return_is_no_comment(tmp_path: Path, pool: Pool) -> None:
    (tmp_path / "app.py").write_bytes(FLAW.replace("    cursor", "    # harmless\r    cursor").encode())
    assert found(analyze(tmp_path, pool)) == [("app.py", SQL)]


def test_code_in_an_encoding_that_the_scanner_does_not_read_is_a_gap(tmp_path: Path, pool: Pool) -> None:
    (tmp_path / "app.py").write_text("# coding: utf-7\n# x+AAo-eval(input())\n")
    (tmp_path / "app.ts").write_bytes(b"\xff\xfe" + b"e\0v\0a\0l\0")
    analysis = analyze(tmp_path, pool)
    assert gaps(analysis) == ["app.py", "app.ts"]
    assert found(analysis) == []


def test_code_that_cannot_be_parsed_is_a_gap(tmp_path: Path, pool: Pool) -> None:
    (tmp_path / "app.py").write_text("}{)(%% \n" + FLAW)
    assert gaps(analyze(tmp_path, pool)) == ["app.py"]


def test_a_program_that_is_too_large_is_a_gap(tmp_path: Path, pool: Pool) -> None:
    (tmp_path / "app.py").write_bytes(b"#" * (5 << 20))
    assert gaps(analyze(tmp_path, pool)) == ["app.py"]


@pytest.mark.parametrize("middle", [b"\0", b"\xff\xfe\xfd"])
def test_bytes_that_are_no_text_hide_nothing(middle: bytes, tmp_path: Path, pool: Pool) -> None:
    (tmp_path / "app.py").write_bytes(b"# " + middle + b"\n" + FLAW.encode())
    assert found(analyze(tmp_path, pool)) == [("app.py", SQL)]


def test_nothing_is_started_without_programs(tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("started")

    monkeypatch.setattr("gatekeeper.analyze.sast.scanner.run", refuse)
    (tmp_path / "README.md").write_text("nothing here\n")
    assert analyze(tmp_path, pool) == Analysis(Sast())


def test_rules_that_semgrep_refuses_are_a_failure(tmp_path: Path, pool: Pool) -> None:
    code, rules = tmp_path / "code", tmp_path / "rules"
    code.mkdir()
    rules.mkdir()
    (code / "app.py").write_text(FLAW)
    (rules / "broken.yaml").write_text(
        "rules:\n  - id: broken\n    languages: [python]\n    severity: ERROR\n    message: m\n    pattern: '((('\n"
        "    metadata: {category: injection, remediation: r, severity: high, cwe: []}\n"
    )
    analysis = analyze(code, pool, rules)
    assert [failure.component for failure in analysis.failures] == ["scanner"]


def test_no_rules_are_a_failure(tmp_path: Path, pool: Pool) -> None:
    (tmp_path / "app.py").write_text(FLAW)
    (tmp_path / "none").mkdir()
    analysis = analyze(tmp_path, pool, tmp_path / "none")
    assert [failure.component for failure in analysis.failures] == ["scanner"]


def test_columns_count_code_points(tmp_path: Path, pool: Pool) -> None:
    text = FLAW.replace("    cursor.execute", '    "é😀"; cursor.execute')
    (tmp_path / "app.py").write_text(text)
    analysis = analyze(tmp_path, pool)
    assert isinstance(analysis.value, Sast)
    span = analysis.value.findings[0].at.span
    assert span is not None
    assert text.splitlines()[span.line - 1][span.column - 1 :].startswith('"SELECT')
