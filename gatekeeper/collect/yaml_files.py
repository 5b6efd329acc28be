"""What the readers of YAML files share: their heads as text, their documents, and refusals that name the place."""

from __future__ import annotations

import codecs

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Key, Place
from gatekeeper.syntax import json, yaml

EXTENSIONS = (".yaml", ".yml")
_UTF_16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def file_name(path: str) -> str:
    """The last part of a path, in lower case."""
    return path.rpartition("/")[2].lower()


def head_text(head: bytes) -> str:
    """The first bytes of a file as text, whatever they are: what is cut or broken is replaced."""
    encoding = next((name for bom, name in _UTF_16 if head.startswith(bom)), "utf-8")
    return head.decode(encoding, "replace").lstrip("\ufeff")


class Documents:
    """The documents of a YAML stream, or of a file named .json, by their ordinals; None for an empty one.

    Raises:
        UnreadableInput: it is not the YAML or JSON that can be read.
    """

    def __init__(self, path: str, data: bytes) -> None:
        self._data = data
        self._is_json = path.lower().endswith(".json")
        self.roots: list[Json] = [json.load(data)] if self._is_json else yaml.load_all(data)
        self.filled = [(Place(path, ordinal), root) for ordinal, root in enumerate(self.roots) if root is not None]

    def mapping(self, value: Json, at: Place) -> JsonObject:
        """``value``, which stands at ``at``, as a mapping; nothing at all counts as an empty one.

        Raises:
            UnreadableInput: it is something else.
        """
        if value is not None and not isinstance(value, dict):
            raise self.refusal(at, f"{dotted(at.keys)} must be a mapping, not {_described(value)}")
        return value or {}

    def items(self, value: Json, at: Place) -> list[Json]:
        """``value`` as a list; nothing at all counts as an empty one.

        Raises:
            UnreadableInput: it is something else.
        """
        if value is not None and not isinstance(value, list):
            raise self.refusal(at, f"{dotted(at.keys)} must be a list, not {_described(value)}")
        return value or []

    def text(self, value: Json, at: Place) -> str:
        """``value`` as a string, which numbers and booleans become; nothing at all counts as an empty one.

        Raises:
            UnreadableInput: it is a collection.
        """
        if isinstance(value, dict | list):
            raise self.refusal(at, f"{dotted(at.keys)} must be a string, not {_described(value)}")
        if isinstance(value, bool):
            return str(value).lower()
        return "" if value is None else str(value)

    def refusal(self, at: Place, message: str) -> UnreadableInput:
        """The error to be raised about what stands at ``at``."""
        if self._is_json:
            span = json.find_many(self._data, [at.keys])[0]
        else:
            span = yaml.find(self._data, at.document, at.keys)
        return UnreadableInput(message, line=span.line if span else 0, column=span.column if span else 0)


def dotted(keys: tuple[Key, ...]) -> str:
    """A path of keys as people write it, e.g. ``jobs.build.steps[0]``."""
    path = "".join([f"[{key}]" if isinstance(key, int) else f".{key:.80}" for key in keys])
    return path.removeprefix(".") or "the document"


def _described(value: Json) -> str:
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return f"{value:.40}" if isinstance(value, str) and value else f"{value!r:.40}"
