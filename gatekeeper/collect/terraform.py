"""Terraform: configurations and files of variables, in the native and in the JSON syntax.

A fact is ``{"path", "syntax": "hcl" | "json", "role": "configuration" | "variables", "body"}``; bodies are described
in ``syntax.hcl.parser``. Tests of Terraform (``.tftest.hcl``), its lock file and its plans are not claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import JsonObject
from gatekeeper.syntax import hcl


def _parse_variables(data: bytes) -> JsonObject:
    body = hcl.parse(data)
    if body["blocks"]:
        raise UnreadableInput("a file of variables holds no blocks", hint="declare variables in a .tf file")
    return body


def _parse_configuration(data: bytes) -> JsonObject:
    body = hcl.parse(data)
    for block in body["blocks"]:
        count = hcl.LABELS.get(block["type"])
        if count is not None and len(block["labels"]) != count:
            line, column = hcl.Source(data).position(block["place"][0])
            message = f"{block['type']} takes {count} labels, not {len(block['labels'])}"
            raise UnreadableInput(message, line=line, column=column, hint='for example: resource "aws_vpc" "main" {')
    return body


_FORMATS: dict[str, tuple[str, str, Callable[[bytes], JsonObject]]] = {
    ".tf": ("hcl", "configuration", _parse_configuration),
    ".tf.json": ("json", "configuration", hcl.parse_json),
    ".tfvars": ("hcl", "variables", _parse_variables),
    ".tfvars.json": ("json", "variables", hcl.parse_json_variables),
}


class TerraformReader:
    """Reader of all four kinds of file."""

    name = "terraform"
    kind = "_terraform"
    version = 1
    max_bytes = hcl.MAX_BYTES

    def claim(self, path: str, head: bytes) -> bool:
        """Whether the name ends like one of Terraform's; Terraform itself passes over hidden files."""
        name = path.rpartition("/")[2]
        return name.endswith(tuple(_FORMATS)) and not name.startswith(".")

    def read(self, path: str, data: bytes) -> Sequence[object]:
        """One fact.

        Raises:
            UnreadableInput: the file is broken.
        """
        syntax, role, parse = next(entry for suffix, entry in _FORMATS.items() if path.endswith(suffix))
        return [{"path": path, "syntax": syntax, "role": role, "body": parse(data)}]
