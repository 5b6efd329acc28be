from __future__ import annotations

import pytest

from gatekeeper.collect.lockfiles.pyproject import PyprojectReader
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.packages import Manifest

READER = PyprojectReader()


def read(text: str) -> Manifest:
    (manifest,) = READER.read("pyproject.toml", text.encode())
    return manifest


def test_the_standard_tables() -> None:
    manifest = read(
        """
        [project]
        name = "My_Shop"
        version = "1.2"
        dependencies = ["Flask[async]>=3", "lib @ git+https://u:p@h/lib@v1"]
        optional-dependencies.pg = ["psycopg; os_name == 'posix'"]
        [dependency-groups]
        test = ["pytest==8", { include-group = "lint" }]
        lint = ["ruff"]
        [tool.uv]
        dev-dependencies = ["mypy"]
        """
    )
    assert (manifest.name, manifest.version, manifest.ecosystem) == ("my-shop", "1.2", "PyPI")
    assert [(r.at.keys, r.name, r.constraint, r.development) for r in manifest.requirements] == [
        (("project", "dependencies", 0), "flask", ">=3", False),
        (("project", "dependencies", 1), "lib", "@ git+https://h/lib@v1", False),
        (("project", "optional-dependencies", "pg", 0), "psycopg", "", False),
        (("dependency-groups", "test", 0), "pytest", "==8", True),
        (("dependency-groups", "lint", 0), "ruff", "", True),
        (("tool", "uv", "dev-dependencies", 0), "mypy", "", True),
    ]


def test_poetry() -> None:
    manifest = read(
        """
        [tool.poetry]
        name = "shop"
        [tool.poetry.dependencies]
        python = "^3.11"
        flask = "^3.0"
        lib = { git = "https://u:p@h/lib", tag = "v1" }
        numpy = [{ version = "1", python = "<3.12" }, { version = "2" }]
        [tool.poetry.group.test.dependencies]
        pytest = { version = "*", optional = true }
        """
    )
    assert [(r.name, r.constraint, r.development) for r in manifest.requirements] == [
        ("flask", "^3.0", False),
        ("lib", "@ https://h/lib", False),
        ("numpy", "1", False),
        ("numpy", "2", False),
        ("pytest", "*", True),
    ]
    assert manifest.requirements[3].at.keys == ("tool", "poetry", "dependencies", "numpy", 1)


def test_a_file_that_only_configures_tools_is_no_manifest() -> None:
    assert READER.read("pyproject.toml", b"[tool.ruff]\nline-length = 100\n") == ()


@pytest.mark.parametrize(
    "text",
    [
        "[project",
        "project = 1",
        "[project]\ndependencies = 'flask'",
        "[project]\ndependencies = ['two words']",
        "[project]\ndependencies = [1]",
        "[tool.poetry.dependencies]\nflask = 3",
    ],
)
def test_what_no_installer_takes_is_refused(text: str) -> None:
    with pytest.raises(UnreadableInput):
        read(text)
