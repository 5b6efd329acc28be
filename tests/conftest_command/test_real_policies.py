"""conftest's own examples and acceptance cases, and trivy-checks' Kubernetes policies on its own snippets."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.conftest_command import differential
from tests.services import tools

pytestmark = pytest.mark.services

# What gatekeeper does not read or do: one clear error.
_UNREAD = (
    ".edn",
    ".vcl",
    ".cue",
    ".jsonnet",
    "hocon",
    "hcl1/gke.tf --combine",
    "Jenkinsfile",
    "proto-file-dirs",
    "--update",
)
_RUN = re.compile(r"^\s*run \S*(?:conftest|CONFTEST)\"? (.*)", re.MULTILINE)
_STDIN = re.compile(r"< (\S+)")
_STUB = """package stub

new(msg, cause) := {"msg": msg, "startline": object.get(cause, "startline", 0)} if is_object(cause)

new(msg, cause) := {"msg": msg, "cause": cause} if not is_object(cause)
"""


@pytest.fixture(scope="module", autouse=True)
def _ended() -> Iterator[None]:
    yield
    differential.end()


def _commands() -> Iterator[tuple[Path, str]]:
    """Every command of conftest's acceptance cases that tests something, and its folder."""
    root = tools.project("conftest-examples")
    for file in (root / "acceptance.bats", *sorted(root.glob("*/*/*.bats"))):
        for block in file.read_text().split("\n@test ")[1:]:
            folder = re.search(r"^\s*cd ([\w/.]+)$", block, re.MULTILINE)
            for match in _RUN.finditer(block):
                words = match[1].split()
                if "test" in words and "$" not in match[1]:
                    yield (file.parent / folder[1] if folder else file.parent), match[1]


def test_conftests_acceptance_cases() -> None:
    differences, tried = [], 0
    for folder, line in _commands():
        if any(word in line for word in _UNREAD):
            continue
        stdin = _STDIN.search(line)
        args = shlex.split(line[: stdin.start()] if stdin else line)
        args.remove("test")
        data = (folder / stdin[1]).read_bytes() if stdin else b""
        for flag in ("-o", "--output"):
            if flag in args:
                del args[args.index(flag) : args.index(flag) + 2]
        expected = differential.conftest(folder, args, stdin=data)
        found = differential.gatekeeper(folder, args, stdin=data)
        tried += 1
        if (expected.code, expected.findings) != (found.code, found.findings):
            differences.append((line, expected, found))
    assert not differences
    assert tried > 60


@pytest.fixture(scope="module")
def kubernetes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """trivy-checks' Kubernetes policies, its own function replaced, and the snippets that it judges them by."""
    source, folder = tools.project("trivy-checks"), tmp_path_factory.mktemp("kubernetes")
    for part in ("checks/kubernetes/**/*.rego", "lib/kubernetes/*.rego", "lib/cloud/metadata.rego"):
        for file in sorted(source.glob(part)):
            if file.name.startswith("service_with_externalip"):
                continue  # it does not compile without the data that trivy adds
            target = folder / "policy" / file.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(file.read_text().replace("result.new(", "data.stub.new("))
    (folder / "policy" / "stub.rego").write_text(_STUB)
    (folder / "snippets").mkdir()
    for file in sorted((source / "checks/kubernetes").rglob("*.yaml"))[::2]:
        snippets = yaml.safe_load(file.read_text()).get("kubernetes") or {}
        for kind in ("good", "bad"):
            for number, snippet in enumerate(snippets.get(kind) or ()):
                (folder / "snippets" / f"{file.stem}-{kind}-{number}.yaml").write_text(snippet)
    return folder


def test_trivys_kubernetes_policies(kubernetes: Path) -> None:
    started = time.monotonic()
    expected = differential.conftest(kubernetes, ["snippets", "--all-namespaces"])
    between = time.monotonic()
    found = differential.gatekeeper(kubernetes, ["snippets", "--all-namespaces"])
    ended = time.monotonic()
    print(f"conftest {between - started:.2f} s, gatekeeper {ended - between:.2f} s")
    assert expected.findings is not None, expected.stderr
    assert sum(expected.findings.values()) > 1000
    assert found.code == expected.code
    assert found.findings == expected.findings


def test_trivys_example_of_a_plan() -> None:
    folder = tools.project("trivy-checks") / "examples" / "terraform-plan"
    args = ["tfplan.json", "-p", "asg_capacity.rego", "--all-namespaces"]
    expected = differential.conftest(folder, args)
    found = differential.gatekeeper(folder, args)
    assert (found.code, found.findings) == (expected.code, expected.findings)
