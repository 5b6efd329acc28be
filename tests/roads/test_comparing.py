"""The base of a change: gathered with what is known of unchanged files, it is what a checkout of it would give."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gatekeeper.errors import SettingsError
from gatekeeper.model.settings import Settings
from gatekeeper.roads.comparing import controls_of
from gatekeeper.roads.gathering import Earlier, gather, ignore_rules, open_tree
from gatekeeper.roads.requests import Scanning
from gatekeeper.settings.files import repository_layer
from gatekeeper.workers import Pool
from gatekeeper.workspace.base_tree import BaseTree, find_base
from tests.end_to_end.command import FIXTURES
from tests.workspace.repositories import commit, git, new_repository


@pytest.mark.parametrize("project", ["shop", "shop-rejected"])
def test_reuse_gives_the_same_evidence_as_a_checkout(project: str, tmp_path: Path) -> None:
    root = tmp_path / "r"
    shutil.copytree(FIXTURES / project, root)
    new_repository(root, {})
    git(root, "checkout", "-qb", "change")
    source = (root / "backend" / "shop" / "orders.py").read_text()
    edited = {
        "backend/shop/orders.py": source.replace("    ", "        "),
        "api/openapi.yaml": None,
        "added.tf": 'resource "aws_s3_bucket" "b" {}\n',
        "backend/key.py": 'password = "hunter2-is-not-enough"\n',
    }
    commit(root, edited)
    settings = Settings()
    with Pool() as pool:

        def nothing(stage: str, done: int, total: int) -> None: ...

        head = gather(open_tree(root, settings), settings, Scanning(), pool, nothing)
        tree = BaseTree(find_base(root, "main"), head.tree, ignore_rules(settings))
        assert tree.changed == edited.keys()
        unchanged = frozenset(entry.path for entry in tree.entries) - tree.changed
        reused = gather(tree, settings, Scanning(), pool, nothing, earlier=Earlier(head, unchanged))
        git(root, "checkout", "-q", "main")
        checkout = gather(open_tree(root, settings), settings, Scanning(), pool, nothing)
    for kind, value in checkout.evidence.items():
        found = reused.evidence[kind]
        if kind == "sast":
            assert found["findings"] == value["findings"]
        elif kind == "coverage":
            read = [file for file in found["files"] if file["status"] != "excluded"]
            assert read == [file for file in value["files"] if file["status"] != "excluded"]
        else:
            assert found == value, kind


def test_settings_that_are_broken_in_the_base_are_said_to_be_there(tmp_path: Path) -> None:
    root = new_repository(tmp_path / "r", {"gatekeeper.toml": "[[\n"})
    commit(root, {"gatekeeper.toml": ""})
    with (
        pytest.raises(SettingsError, match=r"^in the base [0-9a-f]{12}: gatekeeper\.toml:1:") as error,
        controls_of(find_base(root, "HEAD~1")) as folder,
    ):
        repository_layer(folder)
    assert "without --base" in error.value.hint
