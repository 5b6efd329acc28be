from __future__ import annotations

import json
from typing import Any

import pytest

from gatekeeper.collect.lockfiles.package_json import PackageJsonReader
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.packages import Manifest

READER = PackageJsonReader()


def read(document: Any) -> Manifest:
    (manifest,) = READER.read("package.json", json.dumps(document).encode())
    return manifest


def test_what_it_asks_for() -> None:
    manifest = read(
        {
            "name": "@shop/front",
            "version": "1.0.0",
            "dependencies": {"react": "^19", "old": "npm:@s/older@1", "fork": "git+https://u:p@h/fork.git#v1"},
            "devDependencies": {"vite": "~6.0"},
            "peerDependencies": {"host": "*"},
        }
    )
    assert (manifest.name, manifest.version) == ("@shop/front", "1.0.0")
    assert [(r.at.keys, r.constraint, r.development) for r in manifest.requirements] == [
        (("dependencies", "react"), "^19", False),
        (("dependencies", "old"), "npm:@s/older@1", False),
        (("dependencies", "fork"), "git+https://h/fork.git#v1", False),
        (("devDependencies", "vite"), "~6.0", True),
    ]


def test_a_package_of_unity_is_something_else() -> None:
    assert READER.read("package.json", b'{"name": "com.x", "unity": "2019.4", "dependencies": {"com.y": "1"}}') == ()


@pytest.mark.parametrize(
    "document", [[], {"dependencies": ["a"]}, {"dependencies": {"a": 1}}, {"dependencies": {"": "1"}}]
)
def test_what_npm_refuses_is_refused(document: Any) -> None:
    with pytest.raises(UnreadableInput):
        read(document)
