"""pyproject.toml: the dependencies of a Python project.

Reads ``[project]`` (PEP 621), ``[dependency-groups]`` (PEP 735), and what Poetry and older uv put into ``[tool]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gatekeeper.collect.lockfiles import addresses, pep508, shape
from gatekeeper.collect.lockfiles.entries import pypi_name
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.packages import Manifest, Requirement
from gatekeeper.model.place import Key, Place
from gatekeeper.syntax import toml


class PyprojectReader:
    """Reads pyproject.toml."""

    name = "pyproject.toml"
    kind = "_manifest"
    version = 1
    max_bytes = 4 << 20

    def claim(self, path: str, head: bytes) -> bool:
        """Files named ``pyproject.toml``."""
        return path.rpartition("/")[2] == "pyproject.toml"

    def read(self, path: str, data: bytes) -> Sequence[Manifest]:
        """The manifest; none where the file only configures tools."""
        document = toml.load(data)
        tool = shape.table(document.get("tool"), "tool")
        project = shape.table(document.get("project"), "project")
        poetry = shape.table(tool.get("poetry"), "tool.poetry")
        uv = shape.table(tool.get("uv"), "tool.uv")
        requirements = [
            *_standard(path, ("project", "dependencies"), project.get("dependencies"), development=False),
            *_groups(path, ("project", "optional-dependencies"), project, development=False),
            *_groups(path, ("dependency-groups",), document, development=True),
            *_standard(path, ("tool", "uv", "dev-dependencies"), uv.get("dev-dependencies"), development=True),
            *_poetry(path, poetry),
        ]
        if not (project or poetry or requirements):
            return ()
        return (
            Manifest(
                at=Place(path),
                format=self.name,
                ecosystem="PyPI",
                name=pypi_name(shape.text(project.get("name") or poetry.get("name"), "name")),
                version=shape.text(project.get("version") or poetry.get("version"), "version"),
                requirements=tuple(requirements),
            ),
        )


def _groups(path: str, keys: tuple[Key, ...], parent: JsonObject, *, development: bool) -> Iterator[Requirement]:
    where = str(keys[-1])
    for group, value in shape.table(parent.get(where), where).items():
        yield from _standard(path, (*keys, group), value, development=development)


def _standard(path: str, keys: tuple[Key, ...], value: Json, *, development: bool) -> Iterator[Requirement]:
    where = ".".join(map(str, keys))
    for number, item in enumerate(shape.array(value, where)):
        if isinstance(item, dict) and "include-group" in item:
            continue  # that group is read by itself
        try:
            specifier = pep508.parse(shape.text(item, where).strip())
        except ValueError as error:
            raise UnreadableInput(f"{where}: {error}") from error
        constraint = f"@ {addresses.public(specifier.address)}" if specifier.address else specifier.constraint
        yield Requirement(Place(path, keys=(*keys, number)), pypi_name(specifier.name), constraint, development)


def _poetry(path: str, poetry: JsonObject) -> Iterator[Requirement]:
    tables: list[tuple[tuple[Key, ...], Json, bool]] = [
        (("tool", "poetry", "dependencies"), poetry.get("dependencies"), False),
        (("tool", "poetry", "dev-dependencies"), poetry.get("dev-dependencies"), True),
    ]
    for group, value in shape.table(poetry.get("group"), "tool.poetry.group").items():
        dependencies = shape.table(value, f"tool.poetry.group.{group}").get("dependencies")
        tables.append((("tool", "poetry", "group", group, "dependencies"), dependencies, True))
    for keys, table, development in tables:
        for name, value in shape.table(table, ".".join(map(str, keys))).items():
            if name.lower() != "python":
                yield from _poetry_requirement(Place(path, keys=(*keys, name)), name, value, development)


def _poetry_requirement(at: Place, name: str, value: Json, development: bool) -> Iterator[Requirement]:
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield Requirement(at.below(number), pypi_name(name), _poetry_constraint(name, item), development)
    else:
        yield Requirement(at, pypi_name(name), _poetry_constraint(name, value), development)


def _poetry_constraint(name: str, value: Json) -> str:
    if not isinstance(value, Mapping):
        return shape.text(value, name)
    for key in ("git", "url", "path", "file"):
        if key in value:
            return f"@ {addresses.public(shape.text(value[key], f'{name}.{key}'))}"
    return shape.text(value.get("version"), f"{name}.version")
