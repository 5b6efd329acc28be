"""Tests and snippets of a folder, from files to results."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.model.settings import EngineChoice
from gatekeeper.model.testing import Kind, Run, Status
from gatekeeper.policy.template import create_rule
from gatekeeper.roads.testing import TestRequest, run_tests
from gatekeeper.workspace.shipped import shipped_policies
from tests.policy.writing import rule, write
from tests.services.tools import program

DOCKERFILE = "FROM debian:12\n# gatekeeper: expect\nUSER root\n"
ROOT = """\
deny contains finding if {
	some file in input.dockerfile
	some stage in file.stages
	some instruction in stage.instructions
	instruction.name == "USER"
	instruction.value in data.acme.names
	finding := {"message": "is root", "subject": file.at.path, "at": instruction.at}
}
"""


def run(folder: Path, pattern: str = "") -> Run:
    return run_tests(TestRequest(folder, pattern, EngineChoice.EMBEDDED))


TESTS = "package a_test\n\ntest_a if true\n"


def acme(tmp_path: Path, files: dict[str, str]) -> Path:
    module = rule(ROOT, package="acme.root")
    return write(tmp_path / "policies", {"root/rule.rego": module, "acme/names.json": '["root"]', **files})


def test_a_new_rule_passes_at_once(tmp_path: Path) -> None:
    create_rule("kubernetes/team_label", tmp_path)
    done = run_tests(TestRequest(tmp_path, engine=EngineChoice.EMBEDDED, coverage=True, minimum=100))
    assert done.exit_code == 0, [result for result in done.results if result.status is not Status.PASSED]
    assert [result.kind for result in done.results] == [Kind.REGO] * 3 + [Kind.SNIPPET] * 2


def test_snippets(tmp_path: Path) -> None:
    files = {
        "root/flag/Dockerfile": DOCKERFILE,
        "root/flag/elsewhere.Dockerfile": "# gatekeeper: expect\nFROM debian:12\nUSER root\n",
        "root/flag/harmless.Dockerfile": "FROM debian:12\nUSER app\n",
        "root/pass/Dockerfile": "FROM debian:12\nUSER app\n",
        "root/pass/root.Dockerfile": "FROM debian:12\nUSER root\n",
        "root/pass/notes.txt": "hello",
        "root/pass/broken.Dockerfile": "FORM debian\n",
    }
    done = run(acme(tmp_path, files))
    assert {result.name: (result.status.value, result.message) for result in done.results} == {
        "flag/Dockerfile": ("passed", ""),
        "flag/elsewhere.Dockerfile": (
            "failed",
            "not flagged: elsewhere.Dockerfile:2; flagged besides: elsewhere.Dockerfile:3 (is root)",
        ),
        "flag/harmless.Dockerfile": ("failed", "not flagged"),
        "pass/Dockerfile": ("passed", ""),
        "pass/root.Dockerfile": ("failed", "flagged: root.Dockerfile:2 (is root)"),
        "pass/notes.txt": ("error", _message(done, "pass/notes.txt")),
        "pass/broken.Dockerfile": ("error", _message(done, "pass/broken.Dockerfile")),
    }
    assert "notes.txt is unclaimed" in _message(done, "pass/notes.txt")
    assert "broken.Dockerfile:1 is failed" in _message(done, "pass/broken.Dockerfile")
    assert done.exit_code == 4


def _message(done: Run, name: str) -> str:
    return next(result.message for result in done.results if result.name == name)


def test_a_folder_is_one_tree_and_may_bring_settings(tmp_path: Path) -> None:
    files = {
        "root/pass/one/Dockerfile": "FROM debian:12\nUSER app\n",
        "root/pass/one/legacy/Dockerfile": "FROM debian:12\nUSER root\n",
        "root/pass/one/gatekeeper.toml": '[[paths.exclude]]\nglob = "legacy/**"\nreason = "not ours"\n',
        "root/flag/two/a/Dockerfile": DOCKERFILE,
        "root/flag/two/b/Dockerfile": DOCKERFILE,
    }
    done = run(acme(tmp_path, files))
    assert [(result.name, result.status.value) for result in done.results] == [
        ("flag/two", "passed"),
        ("pass/one", "error"),
    ]
    assert "is left out (not ours)" in done.results[1].message


def test_a_rule_that_aborts_is_an_error(tmp_path: Path) -> None:
    files = {"acme/names.json": '{"root": {}}', "root/flag/Dockerfile": DOCKERFILE}
    folder = acme(tmp_path, files)
    text = (folder / "root" / "rule.rego").read_text()
    (folder / "root" / "rule.rego").write_text(
        text.replace("instruction.value in data.acme.names", "startswith(7, input.x.y)")
    )
    done = run(folder)
    assert done.results[0].status is Status.ERROR


def test_selected_snippets(tmp_path: Path) -> None:
    files = {"root/flag/Dockerfile": DOCKERFILE, "root/pass/Dockerfile": "FROM debian:12\nUSER app\n"}
    assert [result.name for result in run(acme(tmp_path, files), "flag/").results] == ["flag/Dockerfile"]


def test_nothing_to_test(tmp_path: Path) -> None:
    assert run(acme(tmp_path, {})).exit_code == 3


def test_low_coverage(tmp_path: Path) -> None:
    folder = acme(tmp_path, {"root/rule_test.rego": "package acme.root_test\n\ntest_x if true\n"})
    done = run_tests(TestRequest(folder, engine=EngineChoice.EMBEDDED, coverage=True, minimum=1))
    assert (done.exit_code, done.coverage and done.coverage.percent) == (1, 0)


@pytest.mark.parametrize("domain", ["infrastructure", "pipeline", "api", "dependencies"])
def test_shipped_snippets(domain: str) -> None:
    folder = shipped_policies() / "rego" / "gatekeeper" / "rules" / domain
    done = run(folder, "^GK-")
    assert [result for result in done.results if result.status is not Status.PASSED] == []
    assert len(done.results) >= 2


@pytest.mark.services
def test_the_opa_that_the_settings_name_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mock of a function needs OPA; there is none on PATH."""
    folder = write(
        tmp_path / "policies",
        {
            "a.rego": "package a\n\nlarge(x) if x > 5\n\nok if large(input.size)\n",
            "a_test.rego": "package a_test\n\ntest_ok if data.a.ok with data.a.large as true with input.size as 1\n",
        },
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = write(tmp_path, {"settings.toml": f'[policy]\nopa = "{program("opa")}"\n'}) / "settings.toml"
    without = run_tests(TestRequest(folder))
    assert [result.status for result in without.results] == [Status.ERROR]
    done = run_tests(TestRequest(folder, organisation=settings))
    assert [(result.status, result.engine) for result in done.results] == [(Status.PASSED, "opa")]


def test_snippets_without_a_rule_are_no_success(tmp_path: Path) -> None:
    done = run(acme(tmp_path, {"lost/lost_test.rego": TESTS, "lost/flag/a.yaml": "kind: Pod\n"}))
    (orphan,) = (result for result in done.results if result.path.endswith("lost/flag"))
    assert (orphan.status, done.exit_code) == (Status.ERROR, 4)


def test_tests_that_are_all_skipped_are_nothing(tmp_path: Path) -> None:
    done = run(acme(tmp_path, {"acme/a_test.rego": "package a_test\n\ntodo_test_a if false\n"}))
    assert (done.count(Status.SKIPPED), done.exit_code) == (1, 3)


def test_no_bodies_are_no_coverage(tmp_path: Path) -> None:
    folder = acme(tmp_path, {"acme/a_test.rego": TESTS})
    assert run_tests(TestRequest(folder, engine=EngineChoice.EMBEDDED, coverage=True)).exit_code == 0
    assert run_tests(TestRequest(folder, engine=EngineChoice.EMBEDDED, coverage=True, minimum=1)).exit_code == 1


def test_a_test_cannot_print_itself_coverage(tmp_path: Path) -> None:
    prints = "".join(f'\tprint("\\u001e{text}")\n' for text in ("body 0", "body x", "case ["))
    text = f"package a_test\n\ntest_a if {{\n{prints}}}\n"
    folder = acme(tmp_path, {"acme/a.rego": "package a\n\np if input.x\n", "acme/a_test.rego": text})
    done = run_tests(TestRequest(folder, engine=EngineChoice.EMBEDDED, coverage=True, minimum=1))
    assert done.coverage is not None
    assert (done.coverage.percent, done.exit_code) == (0, 1)
