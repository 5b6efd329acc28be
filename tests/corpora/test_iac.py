"""Infrastructure files of all kinds go through the collector: each is read, refused with its place, or not ours."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from gatekeeper.collect.collecting import Collected, collect
from gatekeeper.model.coverage import CoveredFile, Status
from gatekeeper.workers import Pool
from gatekeeper.workspace.directory import DirectoryTree

pytestmark = pytest.mark.corpora

READERS = {
    "CICD": "workflow",
    "DockerCompose": "compose",
    "Dockerfile": "dockerfile",
    "Kubernetes": "kubernetes",
    "OpenAPI": "openapi",
    "Terraform": "terraform",
}
READ = {"CICD": 18, "DockerCompose": 52, "Dockerfile": 95, "Kubernetes": 271, "OpenAPI": 525, "Terraform": 1148}

# What no reader claims, and how such a file is known.
NOT_OURS = {
    "empty": re.compile(r"\A\s*+\Z"),
    "Swagger 2.0, the format before OpenAPI": re.compile(
        r"""^[ ]{0,4}["']?swagger["']?\s*:\s*["']2\.0["']""", re.MULTILINE
    ),
    "configuration of a network plugin, no object": re.compile(r'\A\{\s*"name"[^{}]*"cniVersion"'),
    "certificate": re.compile(r"\A-----BEGIN CERTIFICATE-----"),
    "tasks of Ansible": re.compile(r"\A- name: [^\n]*\n  community\.aws\."),
    "Terraform's JSON under a name that Terraform does not read": re.compile(r'\A\{\s*"//": \{\s*"metadata": \{'),
}
UNCLAIMED = {
    ("Kubernetes", "configuration of a network plugin, no object"): 2,
    ("Kubernetes", "empty"): 1,
    ("OpenAPI", "Swagger 2.0, the format before OpenAPI"): 280,
    ("Terraform", "Terraform's JSON under a name that Terraform does not read"): 2,
    ("Terraform", "certificate"): 4,
    ("Terraform", "tasks of Ansible"): 2,
}

# Why files are refused.
REFUSALS = {
    "a reference leads nowhere": re.compile(r"\A/\S+/\$ref leads to \S+, which does not exist\Z"),
    "not the shape of the format": re.compile(r"\A/\S+ must be an? \w+, not an? \w+\Z"),
}
REFUSED = {
    ("OpenAPI", "a reference leads nowhere"): 46,
    ("OpenAPI", "not the shape of the format"): 7,
}


class Case(NamedTuple):
    platform: str
    path: str
    file: CoveredFile


@pytest.fixture(scope="module")
def root(corpora: Path) -> Path:
    return corpora / "iac"


@pytest.fixture(scope="module")
def collected(root: Path) -> Collected:
    with Pool() as pool:
        return collect(DirectoryTree(root), pool)


@pytest.fixture(scope="module")
def cases(corpora: Path, collected: Collected) -> list[Case]:
    """What became of each file of the platforms that have a reader."""
    files = {file.path: file for file in collected.files}
    rows = map(json.loads, (corpora / "iac.jsonl").read_text().splitlines())
    paths = [(row["platform"], row["file"].removeprefix("iac/")) for row in rows if row["platform"] in READERS]
    return [Case(platform, path, files[path]) for platform, path in paths]


def of_status(cases: list[Case], status: Status) -> Iterator[Case]:
    return (case for case in cases if case.file.status is status)


def kind_of(text: str, kinds: dict[str, re.Pattern[str]]) -> str:
    """The first kind whose pattern is found, else the beginning of the text."""
    return next((kind for kind, pattern in kinds.items() if pattern.search(text)), text[:200])


def test_every_file_is_read_unclaimed_or_refused(cases: list[Case]) -> None:
    statuses = {case.file.status for case in cases}
    assert statuses == {Status.READ, Status.UNCLAIMED, Status.FAILED}
    assert len(cases) == sum(READ.values()) + sum(UNCLAIMED.values()) + sum(REFUSED.values())


def test_the_right_reader_reads_each_file(cases: list[Case]) -> None:
    read = Counter((case.platform, case.file.kind) for case in of_status(cases, Status.READ))
    assert read == {(platform, READERS[platform]): count for platform, count in READ.items()}


def test_every_file_that_is_read_gives_facts(cases: list[Case], collected: Collected) -> None:
    """All have content; a reader that takes a file for an empty one would hide its flaws."""
    told = {
        fact["at"]["path"] if "at" in fact else fact["path"] for facts in collected.facts.values() for fact in facts
    }
    assert [case.path for case in of_status(cases, Status.READ) if case.path not in told] == []


def test_what_is_not_claimed_is_of_no_format_that_is_read(cases: list[Case], root: Path) -> None:
    unclaimed = [(case.platform, (root / case.path).read_text()) for case in of_status(cases, Status.UNCLAIMED)]
    assert Counter((platform, kind_of(text, NOT_OURS)) for platform, text in unclaimed) == UNCLAIMED


def test_what_is_refused_says_why(cases: list[Case]) -> None:
    """Also that no worker crashed: what a crash leaves is none of these reasons."""
    refused = of_status(cases, Status.FAILED)
    assert Counter((case.platform, kind_of(case.file.reason, REFUSALS)) for case in refused) == REFUSED


def test_what_is_refused_says_where(cases: list[Case], root: Path) -> None:
    """The line holds the last key of the path that the message names, or the reference itself."""
    for case in of_status(cases, Status.FAILED):
        line = (root / case.path).read_text().splitlines()[case.file.line - 1]
        pointer = case.file.reason.partition(" ")[0]
        target = re.search(r"leads to (\S+),", case.file.reason)
        wanted = target[1] if target else pointer.rpartition("/")[2].replace("~1", "/")
        assert case.file.line > 0 and case.file.column > 0, case
        assert wanted in line, case
