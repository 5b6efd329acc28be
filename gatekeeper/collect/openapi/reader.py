"""The reader of OpenAPI documents in YAML and JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gatekeeper.collect import kubernetes
from gatekeeper.collect.base import HEAD_BYTES
from gatekeeper.collect.openapi import effective
from gatekeeper.collect.openapi.document import Document, Keys, MalformedError, extensions, text
from gatekeeper.collect.openapi.head import begins_like_openapi, may_be_openapi
from gatekeeper.collect.openapi.messages import Messages
from gatekeeper.collect.openapi.operations import Operations
from gatekeeper.collect.openapi.schemas import Schemas
from gatekeeper.collect.spelling import is_cut
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
        """By a member ``openapi`` of version 3 at the top, or the suspicion of one; Swagger 2.0 is another format."""
        if not path.lower().endswith(_EXTENSIONS):
            return False
        if begins_like_openapi(head):
            return True
        return may_be_openapi(head, cut=is_cut(head)) and not kubernetes.is_sure(path, head)

    def read(self, path: str, data: bytes) -> Sequence[object]:
        """The document, or those of a YAML stream; nothing where a suspicion proves wrong.

        Raises:
            UnreadableInput: it cannot be parsed, or is not what OpenAPI says; the message names the JSON pointer.
        """
        is_json = path.lower().endswith(".json")
        head = data[:HEAD_BYTES]
        sure = begins_like_openapi(head) or not may_be_openapi(head, cut=is_cut(head))
        if not sure and not (begins_like_openapi(data) or may_be_openapi(data, cut=False)):
            return _nothing(path, data)
        roots = [json.load(data)] if is_json else yaml.load_all(data)
        if not sure and not any(map(_is_openapi, roots)):
            return _nothing(path, data)
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


def _is_openapi(root: Json) -> bool:
    return isinstance(root, dict) and str(root.get("openapi")).startswith("3.")


def _nothing(path: str, data: bytes) -> Sequence[object]:
    """No fact of a file that was taken for OpenAPI and is not.

    Raises:
        UnreadableInput: it has Kubernetes objects, which nobody else will look for.
    """
    reader = kubernetes.KubernetesReader()
    if reader.claim(path, data) and reader.read(path, data):
        raise UnreadableInput(
            "holds Kubernetes objects, but begins like an OpenAPI document", hint="keep them in a file of their own"
        )
    return ()


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
