from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from gatekeeper.model.decision import Artifact, Source
from gatekeeper.model.packages import Lockfile, Package, Packages, PackageSource
from gatekeeper.model.place import Place
from gatekeeper.sbom import cyclonedx
from tests.sbom import validation

SOURCE = Source("sha256:" + "1" * 64, commit="c0ffee", repository="https://host/team/shop.git")
WHEEL = Artifact("shop-1.0-py3-none-any.whl", "a" * 64, 1000)
SECOND = Artifact("app.tar", "d" * 64, 1)


def package(name: str, *needs: str, direct: bool | None = False, **more: Any) -> Package:
    result = Package(
        at=Place("uv.lock", keys=("package", 0)),
        name=name,
        version="1.0",
        ecosystem="PyPI",
        purl=f"pkg:pypi/{name}@1.0",
        direct=direct,
        development=False,
        hashes=("sha256:" + "b" * 64,),
        source=PackageSource("registry", "https://pypi.org/simple"),
        dependencies=tuple(f"pkg:pypi/{need}@1.0" for need in needs),
    )
    return replace(result, **more)


def lockfile(path: str, *packages: Package) -> Lockfile:
    return Lockfile(Place(path), "uv.lock", "PyPI", hashed=True, pinned=True, packages=packages)


def build(*lockfiles: Lockfile, artifacts: tuple[Artifact, ...] = (WHEEL,), timestamp: str | None = None) -> Any:
    data = cyclonedx.build(Packages(lockfiles), artifacts=artifacts, source=SOURCE, timestamp=timestamp)
    validation.validate(data)
    return json.loads(data)


def graph(document: Any) -> dict[str, list[str]]:
    return {node["ref"]: node["dependsOn"] for node in document["dependencies"]}


def test_a_component_has_name_version_purl_hashes_and_lockfile() -> None:
    (component,) = build(lockfile("uv.lock", package("flask")))["components"]
    assert component == {
        "type": "library",
        "bom-ref": "pkg:pypi/flask@1.0",
        "name": "flask",
        "version": "1.0",
        "purl": "pkg:pypi/flask@1.0",
        "hashes": [{"alg": "SHA-256", "content": "b" * 64}],
        "properties": [{"name": "gatekeeper:lockfile", "value": "uv.lock"}],
    }


def test_a_package_of_two_lockfiles_is_one_component() -> None:
    document = build(
        lockfile("b/uv.lock", package("flask", development=True)),
        lockfile("a/uv.lock", package("flask", hashes=("sha512:" + "c" * 128,)), package("ruff", development=True)),
    )
    flask, ruff = document["components"]
    assert [item["value"] for item in flask["properties"]] == ["a/uv.lock", "b/uv.lock"]
    assert [item["alg"] for item in flask["hashes"]] == ["SHA-256", "SHA-512"]
    assert "scope" not in flask
    assert ruff["scope"] == "optional"


def test_hashes_of_go_modules_are_no_hashes_of_files() -> None:
    (component,) = build(lockfile("go.mod", package("m", hashes=("h1:abc=",))))["components"]
    assert "hashes" not in component
    assert {"name": "gatekeeper:go-sum", "value": "h1:abc="} in component["properties"]


def test_the_graph_starts_at_the_main_component() -> None:
    document = build(
        lockfile("uv.lock", package("flask", "click", "absent", direct=True), package("click"), package("left")),
        lockfile("requirements.txt", package("a", "b", direct=None), package("b", direct=None)),
    )
    assert graph(document) == {
        document["metadata"]["component"]["bom-ref"]: ["pkg:pypi/a@1.0", "pkg:pypi/flask@1.0"],
        "pkg:pypi/a@1.0": ["pkg:pypi/b@1.0"],
        "pkg:pypi/b@1.0": [],
        "pkg:pypi/click@1.0": [],
        "pkg:pypi/flask@1.0": ["pkg:pypi/click@1.0"],
        "pkg:pypi/left@1.0": [],
    }


def test_one_artifact_is_the_main_component() -> None:
    main = build()["metadata"]["component"]
    assert (main["type"], main["name"]) == ("file", WHEEL.name)
    assert main["hashes"] == [{"alg": "SHA-256", "content": WHEEL.sha256}]


def test_without_an_artifact_or_with_several_the_tree_is() -> None:
    main = build(artifacts=())["metadata"]["component"]
    assert (main["type"], main["name"], main["version"]) == ("application", "shop", "c0ffee")
    several = build(artifacts=(WHEEL, SECOND, WHEEL))["metadata"]["component"]
    assert [item["name"] for item in several["components"]] == ["app.tar", WHEEL.name]


def test_the_time_comes_from_the_caller_only() -> None:
    assert "timestamp" not in build()["metadata"]
    assert build(timestamp="2026-01-01T00:00:00Z")["metadata"]["timestamp"] == "2026-01-01T00:00:00Z"


def test_the_same_input_in_any_order_gives_the_same_bytes() -> None:
    first = lockfile("a", package("x", "y"), package("y"))
    second = lockfile("b", replace(package("x"), name="X"))
    one, other = Packages((first, second)), Packages((second, replace(first, packages=first.packages[::-1])))

    def bytes_of(packages: Packages) -> bytes:
        return cyclonedx.build(packages, artifacts=[WHEEL], source=SOURCE, timestamp=None)

    assert bytes_of(one) == bytes_of(other)
    assert json.loads(bytes_of(one))["serialNumber"] != json.loads(bytes_of(Packages((first,))))["serialNumber"]


def test_the_validator_of_cyclonedx_python_lib_agrees() -> None:
    everything = lockfile(
        "go.mod", package("a", "b", direct=True), package("b", development=True, version="", hashes=("h1:abc=",))
    )
    data = cyclonedx.build(
        Packages((everything,)), artifacts=[WHEEL, SECOND], source=SOURCE, timestamp="2026-01-01T00:00:00Z"
    )
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(data.decode()) is None
