"""Typed access to the fields of a predicate.

Unknown fields are passed over, as in-toto's parsing rules demand; a known field of another type is an error.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import TypeVar

from gatekeeper.model.json import Json, JsonObject

T = TypeVar("T")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Descriptor:
    """Something that a predicate names (in-toto's ResourceDescriptor): what is absent is "" or empty."""

    uri: str = ""
    name: str = ""
    digests: dict[str, str] = field(default_factory=dict)


class Claims:
    """The fields of one object of a predicate; absent and null are the same."""

    def __init__(self, value: Json, where: str = "predicate") -> None:
        if not isinstance(value, dict):
            raise ValueError(f"{where}: an object is expected")
        self._value = value
        self.where = where

    def text(self, name: str) -> str:
        """A text; "" where absent."""
        return self._of(name, str, "a text", "")

    def required(self, name: str) -> str:
        """A text that must be there and say something."""
        text = self.text(name)
        if not text:
            raise ValueError(f"{self.where}.{name} is missing")
        return text

    def time(self, name: str) -> datetime.datetime | None:
        """A time of RFC 3339, with its zone; None where absent. What is finer than a microsecond is cut off."""
        text = self.text(name)
        if not text:
            return None
        try:
            if not _TIME.match(text):
                raise ValueError
            return datetime.datetime.fromisoformat(text.upper())
        except ValueError:
            raise ValueError(f"{self.where}.{name}: {text!r:.40} is no time of RFC 3339") from None

    def object(self, name: str) -> JsonObject:
        """A plain object; empty where absent."""
        return self._of(name, dict, "an object", {})

    def inner(self, name: str) -> Claims:
        """The fields of an object; none where absent."""
        return Claims(self.object(name), f"{self.where}.{name}")

    def raw(self, name: str) -> Json:
        """Whatever is there."""
        return self._value.get(name)

    def array(self, name: str) -> list[Json]:
        """An array; empty where absent."""
        return self._of(name, list, "an array", [])

    def texts(self, name: str) -> tuple[str, ...]:
        """An array of texts; empty where absent."""
        values = self.array(name)
        if not all(isinstance(value, str) for value in values):
            raise ValueError(f"{self.where}.{name}: an array of texts is expected")
        return tuple(values)

    def digests(self, name: str) -> dict[str, str]:
        """A set of digests by their algorithms; empty where absent."""
        values = self.object(name)
        if not all(isinstance(value, str) for value in values.values()):
            raise ValueError(f"{self.where}.{name}: texts by algorithm are expected")
        return values

    def descriptors(self, name: str) -> tuple[Descriptor, ...]:
        """An array of descriptors; empty where absent."""
        found = [Claims(value, f"{self.where}.{name}[{index}]") for index, value in enumerate(self.array(name))]
        return tuple(one.descriptor() for one in found)

    def descriptor(self) -> Descriptor:
        """This object as a descriptor."""
        return Descriptor(self.text("uri"), self.text("name"), self.digests("digest"))

    def _of(self, name: str, kind: type[T], what: str, absent: T) -> T:
        value = self._value.get(name)
        if value is None:
            return absent
        if not isinstance(value, kind):
            raise ValueError(f"{self.where}.{name}: {what} is expected")
        return value
