"""Fingerprints of findings in real sources, read by the real readers."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.collect.compose import ComposeReader
from gatekeeper.collect.dockerfile import DockerfileReader
from gatekeeper.collect.kubernetes import KubernetesReader
from gatekeeper.decide.fingerprints import fingerprint
from gatekeeper.formats import jsonable
from gatekeeper.model.finding import Finding, Severity
from gatekeeper.model.infrastructure import ComposeFile, Dockerfile, KubernetesObject
from gatekeeper.model.json import Json
from gatekeeper.model.place import Place, Span
from tests.analyze.terraform.support import evaluated

NAMES = st.text("abcxyz", min_size=1, max_size=4)
FOLDERS = st.sampled_from(["", "deploy/", "deploy/eu/"])
BLANK = st.integers(0, 4).map(lambda count: "\n" * count)


def found(rule: str, subject: str, at: Place) -> str:
    return fingerprint(Finding(rule, Severity.HIGH, "It is wrong", subject, at))


def of_compose(path: str, services: Json, *, indent: int, flow: bool, before: str) -> Counter[str]:
    """As the rule about images gives them, from services in this layout."""
    text = before + yaml.dump({"services": services}, indent=indent, default_flow_style=flow, sort_keys=False)
    (file,) = ComposeReader().read(path, text.encode())
    assert isinstance(file, ComposeFile)
    return Counter(found("GK-INF-007", one.name, one.at.below("image")) for one in file.services)


@given(
    st.dictionaries(NAMES, NAMES, min_size=1, max_size=4), st.dictionaries(NAMES, NAMES), FOLDERS, BLANK, st.booleans()
)
def test_services_move_are_reformatted_and_renamed(
    images: dict[str, str], others: dict[str, str], folder: str, before: str, flow: bool
) -> None:
    services = {name: {"image": image} for name, image in images.items()}
    unrelated = {f"other-{name}": {"image": image} for name, image in others.items()}
    here = of_compose("compose.yaml", services, indent=2, flow=False, before="")
    there = of_compose(f"{folder}compose.prod.yaml", unrelated | services, indent=4, flow=flow, before=f"# x\n{before}")
    assert here <= there


def of_kubernetes(path: str, text: str) -> Counter[str]:
    names: Counter[str] = Counter()
    for item in KubernetesReader().read(path, text.encode()):
        assert isinstance(item, KubernetesObject)
        for number, container in enumerate(item.manifest["spec"]["containers"]):
            at = item.at.below("spec", "containers", number, "image")
            names[found("GK-INF-007", f"{item.kind}/{item.name}/{container['name']}", at)] += 1
    return names


@given(st.lists(st.lists(NAMES, min_size=1, max_size=3, unique=True), min_size=1, max_size=3), st.randoms())
def test_objects_and_containers_change_places_and_syntax(pods: list[list[str]], chance: object) -> None:
    objects = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"pod-{number}"},
            "spec": {"containers": [{"name": name, "image": "nginx"} for name in containers]},
        }
        for number, containers in enumerate(pods)
    ]
    before = of_kubernetes("pods.yaml", "---\n".join(yaml.dump(one) for one in objects))
    for one in objects:
        one["spec"]["containers"].reverse()  # type: ignore[index]  # JSON
    chance.shuffle(objects)  # type: ignore[attr-defined]  # random.Random
    assert before == of_kubernetes("k8s/all.yaml", "\n---\n# moved\n".join(json.dumps(one) for one in objects))


def of_terraform(files: dict[str, str]) -> Counter[str]:
    return Counter(
        found("GK-INF-002", block["address"], jsonable.decode(Place, block["at"]).below("acl"))
        for block in evaluated(files)["resources"]
    )


@given(st.sets(NAMES, min_size=1, max_size=4), st.sets(NAMES, max_size=3), BLANK, st.booleans())
def test_resources_move_between_lines_files_and_spellings(
    names: set[str], others: set[str], before: str, one_line: bool
) -> None:
    plain = "".join(f'resource "bucket" "{name}" {{\n  acl = "public-read"\n}}\n' for name in sorted(names))
    form = (
        'resource "bucket" "{}" {{ acl = "public-read" }}\n' if one_line else 'resource bucket {} {{\n\tacl="p"\n}}\n'
    )
    moved = before + "".join(f'resource "queue" "{name}" {{}}\n' for name in sorted(others))
    moved += "# a comment\n".join(form.format(name) for name in sorted(names, reverse=True))
    assert of_terraform({"main.tf": plain}) <= of_terraform({"storage.tf": moved})


def of_dockerfile(path: str, lines: list[str]) -> Counter[str]:
    (file,) = DockerfileReader().read(path, "\n".join(lines).encode())
    assert isinstance(file, Dockerfile)
    return Counter(
        [
            found("GK-INF-008", file.at.path, file.at),
            *(
                found("GK-INF-009", pair.name, pair.at)
                for stage in file.stages
                for instruction in stage.instructions
                for pair in instruction.pairs
            ),
        ]
    )


@given(st.lists(NAMES, max_size=4), BLANK, FOLDERS)
def test_instructions_move_and_the_file_is_renamed(names: list[str], before: str, folder: str) -> None:
    pairs = [f"ENV {name}_PASSWORD=x" for name in names]
    here = of_dockerfile("Dockerfile", ["FROM scratch", *pairs])
    moved = ["# syntax=docker/dockerfile:1", before, "FROM scratch", "RUN true", *reversed(pairs)]
    assert here == of_dockerfile(f"{folder}web.Dockerfile", moved)


BASE = Finding("R", Severity.LOW, "m", "s", Place("a.tf", 0, ("x", 3, "y"), Span(9, 1, 9, 2)))


def test_place_message_and_severity_do_not_count() -> None:
    at = Place("b.tf", 1, ("x", 4, "y"), Span(12, 1, 12, 2))
    assert fingerprint(BASE) == fingerprint(Finding("R", Severity.HIGH, "other words", "s", at))


@pytest.mark.parametrize(
    "other",
    [
        dataclasses.replace(BASE, rule="S"),
        dataclasses.replace(BASE, subject="t"),
        dataclasses.replace(BASE, at=Place("a.tf", 0, ("x", 3, "z"))),
    ],
)
def test_rule_subject_and_names_of_keys_count(other: Finding) -> None:
    assert fingerprint(BASE) != fingerprint(other)


def test_an_advisory_counts_its_summary_does_not() -> None:
    def about(message: str) -> str:
        return fingerprint(dataclasses.replace(BASE, message=message))

    assert about("CVE-2026-1234: It leaks. Mended in 2") == about("CVE-2026-1234: It leaks much. Mended in 3")
    assert about("CVE-2026-1234: It leaks") != about("CVE-2026-1235: It leaks")
    assert about("GHSA-59g5-xgcq-4qw3. No version mends it") != about("GHSA-59g5-xgcq-4qw4. No version mends it")


def test_the_message_of_a_foreign_rule_counts_but_for_lines_paths_and_white_space() -> None:
    def of(message: str, path: str = "k8s/a.yaml", subject: str = "") -> str:
        finding = Finding("R", Severity.LOW, message, subject or path, Place(path))
        return fingerprint(finding, foreign=True)

    assert of("k8s/a.yaml:3: web runs as root") == of("b.yaml:14:  web runs\nas root", "b.yaml")
    assert of("web runs as root on line 3") == of("web runs as root on line 30")
    assert of("web runs as root") != of("api runs as root")
    assert of("port 22") != of("port 23")


def test_a_path_is_no_part_of_a_longer_word() -> None:
    def about(subject: str, path: str) -> str:
        return found("R", subject, Place(path))

    assert about("database", "a") == about("database", "b")
    assert about("a/main.tf", "main.tf") != about("a/main.tf", "a/main.tf")


@pytest.mark.parametrize("subject", ["\x00" * 1000, "(" * 5000 + "*" * 5000, " " * 100_000])
def test_hostile_subjects_have_a_fingerprint_too(subject: str) -> None:
    assert len(fingerprint(dataclasses.replace(BASE, subject=subject, at=Place(subject[:500])))) == 32
