"""Lockfiles with known right answers: names and versions, or that the file must be refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from gatekeeper.collect.base import Reader
from gatekeeper.collect.lockfiles.go_mod import GoModReader
from gatekeeper.collect.lockfiles.package_lock import PackageLockReader
from gatekeeper.collect.lockfiles.requirements import RequirementsReader
from gatekeeper.collect.lockfiles.uv_lock import UvLockReader
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.packages import Lockfile

pytestmark = pytest.mark.corpora

READERS: dict[str, Reader] = {
    "golang/gomod": GoModReader(),
    "javascript/packagelockjson": PackageLockReader(),
    "python/requirements": RequirementsReader(),
    "python/uvlock": UvLockReader(),
}
CASES = {"golang/gomod": 7, "javascript/packagelockjson": 13, "python/requirements": 8, "python/uvlock": 4}

# (file, row of that file): what the given answer leaves out or has otherwise, and why ours differs.
DIFFERENCES = {
    ("indirect-packages.mod", 1): "a second answer for the same file, with a filter switched on; the first one holds",
    ("both/package-lock.json", 0): "not about the format: another file beside it is preferred there",
    ("with_versions.txt", 0): "takes the bound of >=, <= for a version; evidence has exact versions only",
    ("env_var.txt", 0): "drops a requirement whose version is a variable; evidence has it without a version",
    ("per_req_options.txt", 0): "drops requirements with a broken constraint or takes it for a version; the same",
}


class Case(NamedTuple):
    format: str
    file: str
    row: int
    refused: bool
    packages: set[tuple[str, str]]


def cases(corpora: Path) -> Iterator[Case]:
    seen: dict[str, int] = {}
    for line in (corpora / "lockfiles.jsonl").read_text().splitlines():
        row = json.loads(line)
        kind = next((kind for kind in READERS if f"language/{kind}/" in row["file"]), None)
        if kind is not None:
            number = seen[row["file"]] = seen.get(row["file"], -1) + 1
            packages = {(normalised(kind, package["name"]), package["version"]) for package in row["packages"]}
            yield Case(kind, row["file"], number, row["error"], packages)


def normalised(kind: str, name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower() if kind.startswith("python/") else name


def read(corpora: Path, case: Case) -> set[tuple[str, str]] | None:
    """Names and versions, None where it is refused."""
    try:
        lockfile = READERS[case.format].read(case.file, (corpora / case.file).read_bytes())[0]
    except UnreadableInput as error:
        assert error.message
        return None
    assert isinstance(lockfile, Lockfile)
    return {(package.name, package.version) for package in lockfile.packages}


def is_known(case: Case) -> bool:
    return any(case.file.endswith(f"/{file}") and case.row == row for file, row in DIFFERENCES)


def test_each_case_is_right_but_for_known_differences(corpora: Path) -> None:
    right = dict.fromkeys(CASES, 0)
    wrong = []
    for case in cases(corpora):
        if read(corpora, case) == (None if case.refused else case.packages):
            right[case.format] += 1
        else:
            wrong.append(case)
    assert [case.file for case in wrong if not is_known(case)] == []
    assert len(wrong) == len(DIFFERENCES)
    assert right == {
        "golang/gomod": 6,
        "javascript/packagelockjson": 12,
        "python/requirements": 5,
        "python/uvlock": 4,
    }


def test_no_package_of_a_known_difference_is_lost(corpora: Path) -> None:
    for case in filter(is_known, cases(corpora)):
        names = {name for name, _ in read(corpora, case) or ()}
        assert {name for name, _ in case.packages} <= names


def test_the_number_of_cases(corpora: Path) -> None:
    formats = [case.format for case in cases(corpora)]
    assert {kind: formats.count(kind) for kind in READERS} == CASES
