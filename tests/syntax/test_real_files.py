"""The parsers on all YAML and JSON files of the corpora: what is read, what is refused, and where things stand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from gatekeeper.errors import UnreadableInput
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.model.place import Key
from gatekeeper.syntax import json, yaml

pytestmark = pytest.mark.corpora


def iac_files(corpora: Path, *folders: str) -> list[Path]:
    rows = [jsonable.loads(line) for line in (corpora / "iac.jsonl").read_bytes().splitlines()]
    names = sorted({row["file"] for row in rows if row["file"].split("/")[1] in folders})
    return [corpora / name for name in names]


def leaves(value: Json, keys: tuple[Key, ...] = ()) -> list[tuple[tuple[Key, ...], Json]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [leaf for key, item in children for leaf in leaves(item, (*keys, key))]
    return found or [(keys, value)]


def test_yaml_and_json_are_read_or_refused_with_a_reason(corpora: Path) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for folder in ("k8s", "dockerCompose", "cicd", "openAPI", "cloudFormation"):
        for path in iac_files(corpora, folder):
            data = path.read_bytes()
            try:
                values = [json.load(data)] if path.suffix == ".json" else yaml.load_all(data)
                counts[folder, "read" if any(value is not None for value in values) else "empty"] += 1
            except UnreadableInput as error:
                assert error.message, path
                assert error.line > 0, path
                counts[folder, "refused"] += 1
    assert counts == {
        ("k8s", "read"): 273,
        ("k8s", "empty"): 1,
        ("dockerCompose", "read"): 52,
        ("cicd", "read"): 18,
        ("openAPI", "read"): 858,
        ("cloudFormation", "read"): 700,
    }


def test_scalars_of_kubernetes_files_are_found_on_the_line_that_holds_them(corpora: Path) -> None:
    checked = 0
    for path in iac_files(corpora, "k8s", "dockerCompose", "cicd"):
        data = path.read_bytes()
        if path.suffix == ".json":
            continue
        try:
            documents = yaml.load_all(data)
        except UnreadableInput:
            continue
        lines = data.decode("utf-8-sig").split("\n")
        wanted = [
            (ordinal, keys, value)
            for ordinal, root in enumerate(documents)
            for keys, value in leaves(root)
            if isinstance(value, str) and value.isidentifier()
        ]
        spans = yaml.find_many(data, [(ordinal, keys) for ordinal, keys, _ in wanted])
        for (_, keys, value), span in zip(wanted, spans, strict=True):
            assert span is not None
            shown = lines[span.line - 1][span.column - 1 : span.end_column - 1]
            last = keys[-1] if keys else ""
            assert value in shown or (isinstance(last, str) and last in shown), (path, keys)
            checked += 1
    assert checked > 1500


@pytest.mark.parametrize(
    ("name", "line", "document", "keys"),
    [
        ("dockerCompose/privileged_containers_enabled/positive1.yaml", 10, 0, ("services", "webapp", "privileged")),
        ("dockerCompose/shared_host_ipc_namespace/positive2.yaml", 13, 0, ("services", "webapp", "ipc")),
        (
            "cicd/github/unpinned_actions_full_length_commit_sha/positive1.yaml",
            12,
            0,
            ("jobs", "test-positive", "steps", 0, "uses"),
        ),
        ("k8s/service_type_is_nodeport/positive.yaml", 6, 0, ("spec", "type")),
        ("k8s/rbac_wildcard_in_rule/positive.yaml", 7, 0, ("rules", 0, "apiGroups", 0)),
        ("k8s/rbac_wildcard_in_rule/positive.yaml", 19, 1, ("rules", 0, "resources")),
    ],
)
def test_places_of_flaws_are_on_the_lines_that_the_corpora_expect(
    corpora: Path, name: str, line: int, document: int, keys: tuple[Key, ...]
) -> None:
    rows = [jsonable.loads(row) for row in (corpora / "iac.jsonl").read_bytes().splitlines()]
    assert line in [flaw["line"] for row in rows if row["file"] == f"iac/{name}" for flaw in row["expected"]]
    span = yaml.find((corpora / "iac" / name).read_bytes(), document, keys)
    assert span is not None
    assert span.line == line
