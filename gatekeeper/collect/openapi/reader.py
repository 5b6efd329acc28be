"""The reader of OpenAPI documents in YAML and JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gatekeeper.collect.openapi import effective
from gatekeeper.collect.openapi.document import Document, Keys, MalformedError, extensions, text
from gatekeeper.collect.openapi.head import begins_like_openapi
from gatekeeper.collect.openapi.messages import Messages
from gatekeeper.collect.openapi.operations import Operations
from gatekeeper.collect.openapi.schemas import Schemas
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.api import OpenApiDocument
from gatekeeper.model.json import Json
from gatekeeper.syntax import json, yaml
from gatekeeper.syntax.text import collector_paused

_VERSION = re.compile(r"3\.[012](\.[0-9A-Za-z.+-]*)?")
_EXTENSIONS = (".yaml", ".yml", ".json")


class OpenApiReader:
    """OpenAPI 3.0, 3.1 and 3.2 (spec.openapis.org), one fact a document.

    Sloppy documents are read as far as they say something; refused is what would make the facts wrong: an operation
    that is no object, a security requirement that is none, a reference to nowhere.
    """

    name = "openapi"
    kind = "openapi"
    version = 2
    max_bytes = 32 << 20

    def claim(self, path: str, head: bytes) -> bool:
        """By a member ``openapi`` of version 3 at the top; Swagger 2.0 is another format."""
        return path.lower().endswith(_EXTENSIONS) and begins_like_openapi(head)

    def read(self, path: str, data: bytes) -> Sequence[object]:
        """The document, or those of a YAML stream.

        Raises:
            UnreadableInput: it cannot be parsed, or is not what OpenAPI says; the message names the JSON pointer.
        """
        is_json = path.lower().endswith(".json")
        roots = [json.load(data)] if is_json else yaml.load_all(data)
        facts = []
        with collector_paused():
            for ordinal, root in enumerate(roots):
                if root is None and len(roots) > 1:
                    continue
                try:
                    facts.append(_read(Document(path, ordinal, root)))
                except MalformedError as error:
                    line, column = _position(data, ordinal, error.keys, is_json=is_json)
                    raise UnreadableInput(error.message, line=line, column=column) from None
        if not facts:
            raise UnreadableInput("holds no document", line=1)
        return facts


def _read(document: Document) -> OpenApiDocument:
    root = document.mapping(document.root)
    version = _version(root.get("openapi"))
    schemas = Schemas(document)
    operations = Operations(document, Messages(document, schemas))
    found = tuple(operations.read())
    schemas.explore([node for _, node in document.entries(document.root, "components", "schemas")])
    return OpenApiDocument(
        at=document.place(()),
        version=version,
        title=text(document.mapping(document.root.child("info")).get("title")) if "info" in root else "",
        servers=operations.servers,
        security_schemes=effective.schemes(document),
        operations=found,
        schemas=schemas.found,
        reaches=schemas.reaches,
        extensions=extensions(root),
        external_references=tuple(sorted(document.external)),
    )


def _version(value: Json) -> str:
    version = str(value) if isinstance(value, str | float) else ""  # YAML reads 3.0 as a number
    if not _VERSION.fullmatch(version):
        said = "there is no openapi" if value is None else f"openapi is {value!r:.20}"
        raise MalformedError(("openapi",), f"{said}; the versions 3.0, 3.1 and 3.2 can be read")
    return version


def _position(data: bytes, ordinal: int, keys: Keys, *, is_json: bool) -> tuple[int, int]:
    span = json.find_many(data, [keys])[0] if is_json else yaml.find_many(data, [(ordinal, keys)])[0]
    return (span.line, span.column) if span else (0, 0)
