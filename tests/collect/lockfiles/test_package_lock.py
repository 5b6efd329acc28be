from __future__ import annotations

import json
from typing import Any

import pytest

from gatekeeper.collect.lockfiles.package_lock import PackageLockReader
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.packages import Lockfile, Package

READER = PackageLockReader()
INTEGRITY = "sha1-tSQ9jz7BqjXxNkYFvA0QNuMKtp8="


def read(document: Any) -> Lockfile:
    (lockfile,) = READER.read("package-lock.json", json.dumps(document).encode())
    return lockfile


def installed(packages: dict[str, Any], version: int = 3) -> dict[str, Package]:
    lockfile = read({"lockfileVersion": version, "packages": packages})
    return {str(package.at.keys[1]): package for package in lockfile.packages}


def entry(version: str = "1.0.0", **more: Any) -> dict[str, Any]:
    return {"version": version, "resolved": "https://registry.npmjs.org/a/-/a.tgz", "integrity": INTEGRITY, **more}


def test_an_entry_has_its_place_purl_hashes_and_flags() -> None:
    found = installed({"": {"dependencies": {"@s/a": "^1"}}, "node_modules/@s/a": entry(dev=True)})
    package = found["node_modules/@s/a"]
    assert package.at.keys == ("packages", "node_modules/@s/a")
    assert (package.name, package.version, package.purl) == ("@s/a", "1.0.0", "pkg:npm/%40s/a@1.0.0")
    assert package.hashes == ("sha1:b5243d8f3ec1aa35f1364605bc0d1036e30ab69f",)
    assert (package.direct, package.development) == (True, True)


def test_a_dependency_is_the_nearest_one_upwards() -> None:
    found = installed(
        {
            "": {"dependencies": {"a": "1", "b": "1"}},
            "node_modules/a": entry(dependencies={"b": "2", "c": "1"}),
            "node_modules/a/node_modules/b": entry("2.0.0", dependencies={"c": "1"}),
            "node_modules/b": entry(),
            "node_modules/c": entry(),
        }
    )
    assert found["node_modules/a"].dependencies == ("pkg:npm/b@2.0.0", "pkg:npm/c@1.0.0")
    assert found["node_modules/a/node_modules/b"].dependencies == ("pkg:npm/c@1.0.0",)
    assert {folder: package.direct for folder, package in found.items()} == {
        "node_modules/a": True,
        "node_modules/a/node_modules/b": False,
        "node_modules/b": True,
        "node_modules/c": False,
    }


def test_an_alias_has_its_real_name() -> None:
    found = installed({"": {"dependencies": {"x": "npm:real@1"}}, "node_modules/x": entry(name="real")})
    assert found["node_modules/x"].name == "real"
    assert found["node_modules/x"].direct is True


def test_workspaces_are_listed_once_and_ask_for_packages_themselves() -> None:
    found = installed(
        {
            "": {"workspaces": ["libs/*"], "dependencies": {"ui": "*"}},
            "node_modules/ui": {"resolved": "libs/ui", "link": True},
            "libs/ui": {"version": "0.1.0", "devDependencies": {"a": "1"}},
            "libs/ui/node_modules/b": entry(),
            "node_modules/a": entry(dev=True, dependencies={"ui": "*"}),
        }
    )
    assert set(found) == {"libs/ui", "libs/ui/node_modules/b", "node_modules/a"}
    assert (found["libs/ui"].name, found["libs/ui"].source.type) == ("ui", "path")
    assert found["node_modules/a"].direct is True
    assert found["node_modules/a"].dependencies == ("pkg:npm/ui@0.1.0",)


def test_a_link_out_of_the_tree_is_a_path() -> None:
    found = installed({"": {}, "node_modules/x": {"resolved": "../x", "link": True}})
    assert (found["node_modules/x"].source.type, found["node_modules/x"].source.url) == ("path", "../x")


def test_a_bundled_package_needs_no_hash_of_its_own() -> None:
    lockfile = read(
        {
            "lockfileVersion": 3,
            "packages": {
                "": {},
                "node_modules/npm": entry(),
                "node_modules/npm/node_modules/abbrev": {"version": "1.1.1", "inBundle": True},
            },
        }
    )
    assert lockfile.packages[1].source.url == "node_modules/npm"
    assert lockfile.hashed


def test_a_package_without_integrity_is_not_hashed() -> None:
    packages = {"": {}, "node_modules/a": {"version": "1.0.0", "resolved": "https://registry.npmjs.org/a/-/a.tgz"}}
    assert not read({"lockfileVersion": 2, "packages": packages}).hashed


OLD = {
    "lockfileVersion": 1,
    "dependencies": {
        "a": {
            "version": "1.0.0",
            "integrity": INTEGRITY,
            "requires": {"b": "2", "c": "1"},
            "dependencies": {"b": {"version": "2.0.0", "integrity": INTEGRITY, "requires": {"c": "1"}}},
        },
        "c": {"version": "npm:real@1.0.0", "dev": True, "requires": True},
        "d": {"version": "git+https://u:p@h/d.git#c0ffee", "from": "d"},
        "e": {"version": "1.0.0", "bundled": True},
    },
}


def test_the_oldest_shape_nests() -> None:
    found = {package.at.keys: package for package in read(OLD).packages}
    a, b = found["dependencies", "a"], found["dependencies", "a", "dependencies", "b"]
    assert a.dependencies == ("pkg:npm/b@2.0.0", "pkg:npm/real@1.0.0")
    assert b.dependencies == ("pkg:npm/real@1.0.0",)
    assert (a.direct, b.direct) == (None, False)
    assert found["dependencies", "c"].development is True
    assert found["dependencies", "d"].source.url == "git+https://h/d.git@c0ffee"
    assert found["dependencies", "e"].source.type == "path"


def test_the_new_shape_counts_where_both_are_there() -> None:
    both = {**OLD, "lockfileVersion": 2, "packages": {"": {}, "node_modules/z": entry()}}
    assert [package.name for package in read(both).packages] == ["z"]


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"lockfileVersion": 4, "packages": {}},
        {"lockfileVersion": True},
        {"lockfileVersion": 3},
        {"lockfileVersion": 3, "packages": []},
        {"lockfileVersion": 3, "packages": {"node_modules/a": "1.0"}},
        {"lockfileVersion": 3, "packages": {"node_modules/": {}}},
        {"lockfileVersion": 3, "packages": {"node_modules/a": {"version": 1}}},
        {"lockfileVersion": 3, "packages": {"/".join(["node_modules/a"] * 1000): {}}},
        {"lockfileVersion": 1, "dependencies": {"a": {"version": []}}},
    ],
)
def test_what_is_no_package_lock_is_refused(document: Any) -> None:
    with pytest.raises(UnreadableInput):
        read(document)


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b'{"a": "\\ud800"}'])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableInput):
        READER.read("package-lock.json", data)
