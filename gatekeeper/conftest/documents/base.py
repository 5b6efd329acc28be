"""What a format is, and which one conftest takes for a file."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import cast

from gatekeeper.errors import GatekeeperError, UnreadableInput, UsageError
from gatekeeper.model.json import Json


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as policies see it.

    ``value`` is conftest's ``input``; where it is an array, conftest evaluates each element by itself. ``lines`` are
    the first lines (from 1) of the elements of such an array, in their order, or that of the only value; an element
    without a line of its own has that of the file's first content.
    """

    value: Json
    lines: tuple[int, ...] = (1,)

    def line(self, index: int = 0) -> int:
        """First line of the element ``index``, or of the only value."""
        return self.lines[index] if index < len(self.lines) else self.lines[0]


@dataclass(frozen=True, slots=True)
class Format:
    """One of conftest's formats. ``name`` is what ``--parser`` calls it, ``module`` what reads it ("": nothing)."""

    name: str
    module: str = ""

    def parse(self, path: str, data: bytes) -> Parsed:
        """Read a file. Meant for a worker process: time is linear in the input, memory is not bounded here.

        Raises:
            UnreadableInput: conftest refuses it too, or gatekeeper does not read this format.
        """
        if not self.module:
            raise UnreadableInput(
                f"gatekeeper does not read {self.name} files",
                path=path,
                hint="convert it to JSON or YAML, or name it in --ignore and check it with conftest itself",
            )
        try:
            # A worker reads one or two formats: the others' modules are never loaded.
            module = importlib.import_module(f"gatekeeper.conftest.documents.{self.module}")
            return cast(Parsed, module.parse(path, data))
        except RecursionError:
            raise UnreadableInput("nests too deeply", path=path) from None
        except UnreadableInput as error:
            error.path = error.path or path
            raise


FORMATS = (
    Format("codeowners", "codeowners"),
    Format("cue"),
    Format("cyclonedx", "cyclonedx"),
    Format("dockerfile", "dockerfile"),
    Format("dotenv", "dotenv"),
    Format("edn"),
    Format("groovy"),
    Format("hcl1"),
    Format("hcl2", "hcl2"),
    Format("hocon"),
    Format("ignore", "ignore_files"),
    Format("ini", "ini"),
    Format("json", "json"),
    Format("jsonc", "jsonc"),
    Format("jsonnet"),
    Format("nginx"),
    Format("properties", "properties"),
    Format("spdx", "spdx"),
    Format("textproto"),
    Format("toml", "toml"),
    Format("vcl"),
    Format("xml", "xml"),
    Format("yaml", "yaml"),
)
_BY_NAME = {format_.name: format_ for format_ in FORMATS}
_BY_EXTENSION = {
    "dockerfile": "dockerfile",
    "yml": "yaml",
    "yaml": "yaml",
    "hcl": "hcl2",
    "tf": "hcl2",
    "tfvars": "hcl2",
    "gitignore": "ignore",
    "dockerignore": "ignore",
    "env": "dotenv",
    "textproto": "textproto",
    "textpb": "textproto",
}


def format_named(name: str) -> Format:
    """The format that ``--parser`` calls ``name``.

    Raises:
        UsageError: there is none.
    """
    if (found := _BY_NAME.get(name)) is None:
        raise UsageError(f"unknown parser: {name}", hint=f"parsers are {', '.join(sorted(_BY_NAME))}")
    return found


def format_of(path: str) -> str:
    """The name of the format that conftest takes for a path; ``-`` is YAML. Upper and lower case are the same.

    Raises:
        UnreadableInput: conftest knows none.
    """
    name = path.rpartition("/")[2].lower()
    extension = name.rpartition(".")[2] if "." in name else ""
    if path == "-":
        return "yaml"
    if name == "dockerfile" or name.startswith("dockerfile."):
        return "dockerfile"
    known = _BY_EXTENSION.get(extension)
    if known in ("dockerfile", "yaml", "hcl2", "ignore"):
        return known
    if name == ".env" or name.startswith(".env.") or known == "dotenv":
        return "dotenv"
    if name == "nginx.conf":
        return "nginx"
    if name == "jenkinsfile" or name.startswith("jenkinsfile."):
        return "groovy"
    if known is not None:
        return known
    if name == "codeowners":
        return "codeowners"
    if extension in _BY_NAME:
        return extension
    raise UnreadableInput(
        f"unknown parser: {extension}" if extension else "its name tells no format",
        path=path,
        hint="name its format with --parser, or leave it out with --ignore",
    )


def is_supported(path: str) -> bool:
    """Whether conftest takes a file of that name out of a folder."""
    try:
        format_of(path)
    except GatekeeperError:
        return False
    return True
