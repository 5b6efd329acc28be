"""Compose files: https://github.com/compose-spec/compose-spec/blob/main/spec.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gatekeeper.collect.yaml_files import EXTENSIONS, Documents, file_name, head_text
from gatekeeper.model.infrastructure import ComposeFile, ComposeService
from gatekeeper.model.json import JsonObject
from gatekeeper.model.place import Place

_NAME = re.compile(r"(?:docker-compose.*|compose(?:[._-].*)?)\.ya?ml", re.DOTALL)
_KEY = re.compile(r"^([A-Za-z][\w.-]*+)[ \t]*+:", re.MULTILINE)
_SERVICE = re.compile(r"^[ \t]++(?:image|build)[ \t]*+:", re.MULTILINE)
_TOP = frozenset(("version", "name", "include", "services", "networks", "volumes", "configs", "secrets", "models"))


class ComposeReader:
    """``compose.yaml``, ``docker-compose.*.yml`` and the like, and what looks like them; one fact a file.

    Services are facts as written: ``extends``, ``include`` and overriding files are not followed.
    """

    name = "compose"
    kind = "compose"
    version = 1
    max_bytes = 8 << 20

    def claim(self, path: str, head: bytes) -> bool:
        """By the name of the file, else by its content: services with images or builds, and no key but Compose's."""
        if _NAME.fullmatch(file_name(path)):
            return True
        if b"services" not in head or not path.lower().endswith(EXTENSIONS):
            return False
        text = head_text(head)
        keys = _KEY.findall(text)
        return "services" in keys and _SERVICE.search(text) is not None and all(map(_is_top, keys))

    def read(self, path: str, data: bytes) -> Sequence[object]:
        """The services of all documents, which Compose merges; nothing for an empty file.

        Raises:
            UnreadableInput: it is not YAML, or services are no mappings; the message names the path of keys.
        """
        documents = Documents(path, data)
        services = [
            service
            for at, root in documents.filled
            for service in _services(documents, documents.mapping(root, at), at)
        ]
        return [ComposeFile(documents.filled[0][0], tuple(services))] if documents.filled else []


def _is_top(key: str) -> bool:
    return key in _TOP or key.startswith("x-")


def _services(documents: Documents, root: JsonObject, at: Place) -> Iterator[ComposeService]:
    if "services" in root:
        at = at.below("services")
        definitions = documents.mapping(root["services"], at)
    else:
        definitions = _without_key(documents, root, at)
    for name, definition in definitions.items():
        place = at.below(name)
        yield ComposeService(place, name, documents.mapping(definition, place))


def _without_key(documents: Documents, root: JsonObject, at: Place) -> JsonObject:
    """The services of the first version of the format, in which nothing but services stands at the top."""
    definitions = {key: value for key, value in root.items() if not _is_top(key)}
    for key, value in definitions.items():
        if not (isinstance(value, dict) and value.keys() & {"image", "build", "extends"}):
            raise documents.refusal(at.below(key), f"there are no services, and {key!r:.60} is no key of Compose")
    return definitions
