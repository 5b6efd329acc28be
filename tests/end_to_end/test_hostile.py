"""Repositories that are empty, broken or hostile: no code runs, nothing hangs or crashes, and none of them passes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.command import gate_json, gatekeeper, write

GOOD = {"ok.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"}


def test_an_empty_repository_is_nothing_to_judge(tmp_path: Path) -> None:
    ran = gatekeeper("gate", tmp_path)
    assert ran.exit_code == 3
    assert "nothing to judge" in ran.stderr
    assert gatekeeper("gate", tmp_path, "--allow-empty").exit_code == 0
    assert gatekeeper("gate", tmp_path, "--exit-zero").exit_code == 0


def test_a_repository_of_prose_is_nothing_to_judge(tmp_path: Path) -> None:
    assert gatekeeper("gate", write(tmp_path, {"README.md": "# Hello"})).exit_code == 3


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(12)
)

BROKEN: dict[str, dict[str, str | bytes]] = {
    "yaml": {"k8s/bad.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n"},
    "hcl": {"main.tf": 'resource "a" "b" {\n  x = \n}\n'},
    "lockfile": {"uv.lock": "version = 1\n[[package]\n"},
    "npm": {"package-lock.json": '{"lockfileVersion": 3, "packages": '},
    "openapi": {"openapi.yaml": "openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths: [1, 2]\n"},
    "dockerfile": {"Dockerfile": b"FROM scratch\nRUN echo \x00 evil\nUSER 1\n"},
    "latin-1 terraform": {"main.tf": b'# caf\xe9\nresource "a" "b" {}\n'},
    "yaml bomb": {"k8s/bomb.yaml": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n{BOMB}"},
    "deep yaml": {"k8s/deep.yaml": "apiVersion: v1\nkind: ConfigMap\ndata: " + "[" * 100_000},
    "deep json": {"openapi.json": '{"openapi": "3.0.0", "paths": ' + "[" * 100_000},
    "deep terraform": {"main.tf": "locals { x = " + "(" * 100_000 + "1" + ")" * 100_000 + " }"},
    "deep toml": {"uv.lock": "version = 1\nx = " + "[" * 100_000},
    "cyclic yaml": {"k8s/cycle.yaml": "apiVersion: v1\nkind: ConfigMap\ndata: &a [*a]\n"},
    "duplicate keys": {"k8s/twice.yaml": "apiVersion: v1\nkind: Pod\nkind: ConfigMap\n"},
    "surrogates": {"openapi.json": b'{"openapi": "3.0.0", "info": {"title": "\\ud800"}, "paths": {"/a": {"get": 3}}}'},
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_cannot_be_read_is_an_error_with_its_place(tmp_path: Path, case: str) -> None:
    exit_code, decision = gate_json(write(tmp_path, GOOD | BROKEN[case]))
    [path] = BROKEN[case]
    unreadable = [finding for finding in decision["findings"] if finding["rule"] == "GK-GATE-001"]
    assert [finding["location"]["path"] for finding in unreadable] == [path]
    assert exit_code == 4
    assert decision["decision"]["verdict"] == "ERROR"
    assert unreadable[0]["message"]


def test_numbers_of_any_size_are_harmless(tmp_path: Path) -> None:
    numbers = (
        f"apiVersion: v1\nkind: ConfigMap\ndata: {{a: {'9' * 5000}, b: 1e999, c: {'9' * 25}, d: -.inf, e: .nan}}\n"
    )
    exit_code, _ = gate_json(write(tmp_path, {"k8s/numbers.yaml": numbers}))
    assert exit_code == 0


def test_a_broken_file_can_be_waived_by_path(tmp_path: Path) -> None:
    waiver = (
        '[[waiver]]\nrule = "GK-GATE-001"\npath = "k8s/bad.yaml"\nowner = "the team"\n'
        'reason = "broken on purpose: a test of the parser"\nexpires = 2030-01-01\n'
    )
    write(tmp_path, GOOD | BROKEN["yaml"] | {"gatekeeper.waivers.toml": waiver})
    exit_code, decision = gate_json(tmp_path, "--at", "2026-11-21")
    assert exit_code == 0
    assert [finding["status"] for finding in decision["findings"]] == ["waived"]


def test_cyclic_references_are_harmless(tmp_path: Path) -> None:
    document = """
openapi: 3.1.0
info: {title: a, version: "1"}
security: [{token: []}]
paths:
  /a:
    get:
      responses:
        "200": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/A"}}}}
components:
  securitySchemes: {token: {type: http, scheme: bearer}}
  schemas:
    A: {$ref: "#/components/schemas/B"}
    B: {allOf: [{$ref: "#/components/schemas/A"}, {properties: {next: {$ref: "#/components/schemas/B"}}}]}
"""
    exit_code, decision = gate_json(write(tmp_path, {"openapi.yaml": document}))
    assert "GK-GATE-001" not in {finding["rule"] for finding in decision["findings"]}
    assert exit_code in (0, 1)


def test_a_line_of_200_megabytes_is_refused_and_not_loaded(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    with (tmp_path / "main.tf").open("wb") as file:
        for _ in range(200):
            file.write(b"x" * (1 << 20))
    exit_code, decision = gate_json(tmp_path)
    assert exit_code == 4
    assert any("larger than" in finding["message"] for finding in decision["findings"])


def test_a_large_file_that_nobody_claims_is_a_gap(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    with (tmp_path / "data.txt").open("wb") as file:
        for _ in range(40):
            file.write(b"y" * (1 << 20))
    _, decision = gate_json(tmp_path)
    assert any(gap["path"] == "data.txt" for gap in decision["coverage"]["gaps"])


def test_links_out_of_the_tree_are_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.tf": 'provider "aws" { secret_key = "AKIAQ3EGUSLVNT7XDWR2" }'})
    tree = write(tmp_path / "tree", GOOD)
    (tree / "main.tf").symlink_to(outside / "secret.tf")
    (tree / "folder").symlink_to(outside)
    _, decision = gate_json(tree)
    excluded = {file["path"]: file["reason"] for file in decision["coverage"]["files"] if file["status"] == "excluded"}
    assert excluded == {"folder": "link that leaves the tree", "main.tf": "link that leaves the tree"}


def test_names_with_newlines_and_escapes_stay_names(tmp_path: Path) -> None:
    evil = "k8s/\x1b[2Jx\n::error::owned.yaml"
    write(tmp_path, {evil: "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n"})
    ran = gatekeeper("gate", tmp_path)
    assert ran.exit_code == 4
    assert "\x1b" not in ran.stdout
    assert not any(line.strip().startswith("::") for line in ran.stdout.splitlines())


def test_nothing_of_the_repository_runs(tmp_path: Path) -> None:
    mark, tree = tmp_path / "mark", tmp_path / "tree"
    touch = f"open({str(mark)!r}, 'w').close()\n"
    modules = (
        "pip",
        "sitecustomize",
        "usercustomize",
        "semgrep",
        "yaml",
        "orjson",
        "gatekeeper",
        "detect_secrets",
        "json",
    )
    write(tree, GOOD | {f"{name}.py": touch for name in modules})
    write(
        tree,
        {"setup.py": touch, "conftest.py": touch, "app.py": "print('hello')\n", "requirements.txt": "flask==3.0.0\n"},
    )
    write(
        tree,
        {
            "pip/__main__.py": touch,
            "bin/git": f"#!/bin/sh\ntouch {mark}\n",
            "bin/semgrep": f"#!/bin/sh\ntouch {mark}\n",
        },
    )
    for name in ("git", "semgrep"):
        (tree / "bin" / name).chmod(0o755)
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    for key in ("core.fsmonitor", "core.hooksPath", "filter.evil.clean", "filter.evil.smudge", "core.sshCommand"):
        subprocess.run(["git", "config", key, f"touch {mark}"], cwd=tree, check=True)
    write(tree, {".gitattributes": "* filter=evil\n", ".semgrep.yml": "rules: []\n"})
    path = f"{tree / 'bin'}{os.pathsep}{os.environ['PATH']}"
    for folder in (tree, tmp_path):
        ran = gatekeeper("gate", tree, folder=folder, PATH=path, PYTHONPATH="")
        assert ran.exit_code in (0, 1), ran.stdout + ran.stderr
        assert not mark.exists()


FLAW = "import os\nfrom flask import request\n\n\ndef run():\n    os.system(request.args['command'])%s\n"


@pytest.mark.parametrize(
    "hiding",
    [{}, {".semgrepignore": "*.py\n"}, {".gitignore": "*.py\n"}, {"app.py": FLAW % "  # nosemgrep"}],
    ids=["plain", ".semgrepignore", ".gitignore", "nosemgrep"],
)
def test_a_flaw_cannot_be_hidden_from_the_scanner(tmp_path: Path, hiding: dict[str, str | bytes]) -> None:
    exit_code, decision = gate_json(write(tmp_path, {"app.py": FLAW % "", **hiding}))
    assert exit_code == 1
    assert ("GK-SAST-001", 6) in {(f["rule"], f["location"]["span"]["line"]) for f in decision["findings"]}


SWITCHES_OFF = """
[gate]
fail_on = "critical"
[paths]
exclude = [{glob = "**", reason = "nothing to see"}]
[rules.GK-INF-005]
off = true
reason = "privileged is fine"
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: evil}
spec: {containers: [{name: a, image: "a:1", securityContext: {privileged: true, runAsNonRoot: true}}]}
"""
WAIVED = """
[[waiver]]
rule = "*"
path = "**"
owner = "nobody"
reason = "none"
expires = 2099-01-01
"""


def test_a_repository_does_not_wave_itself_through_where_the_organisation_locks(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "pod.yaml": POD,
        "gatekeeper.toml": SWITCHES_OFF,
        "gatekeeper.waivers.toml": WAIVED,
    }
    tree = write(tmp_path / "tree", files)
    organisation = tmp_path / "organisation.toml"
    organisation.write_text('[organisation]\nlock = ["*"]\n')
    exit_code, decision = gate_json(tree, "--settings", organisation)
    assert exit_code == 1
    assert "GK-INF-005" in {finding["rule"] for finding in decision["findings"] if finding["effect"] == "fail"}
    assert any("which the organisation locks" in note for note in decision["notes"])


def test_settings_of_the_repository_are_said_where_they_count(tmp_path: Path) -> None:
    tree = write(tmp_path, {"pod.yaml": POD, "gatekeeper.toml": '[rules.GK-INF-005]\noff = true\nreason = "x"\n'})
    _, decision = gate_json(tree)
    assert "GK-INF-005" not in decision["policies"]["rules"]
    assert any("the inspected repository itself set rules.GK-INF-005" in note for note in decision["notes"])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('[gate]\nfial_on = "low"\n', "did you mean gate.fail_on?"),
        ("[gate\n", "not valid TOML"),
        ("\x00", "holds a NUL character"),
    ],
)
def test_bad_settings_are_usage_errors(tmp_path: Path, settings: str, message: str) -> None:
    ran = gatekeeper("gate", write(tmp_path, GOOD | {"gatekeeper.toml": settings}))
    assert ran.exit_code == 2
    assert message in ran.stderr
