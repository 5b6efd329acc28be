"""Fields of JSON objects that follow protobuf's JSON mapping, in their one canonical spelling.

An absent number is 0 and an absent text is "" (protobuf drops defaults), and ``null`` is absent; unknown fields, other
spellings of numbers and of base64 are refused, for two readers could see two things in them. So are the spellings that
protobuf's own parsers take besides the one that they write (``media_type``, int64 as a number, enums by number, base64
for URLs): no program that signs writes them, and readers without protobuf pass over what they do not know.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from json import JSONDecodeError
from typing import TypeVar

from gatekeeper.formats import base64, limits, strict_json
from gatekeeper.model.json import Json

T = TypeVar("T")
_INTEGER = re.compile(r"(0|[1-9][0-9]{0,18})\Z")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z\Z", re.ASCII)
MAX_INT64 = (1 << 63) - 1
# What costs memory is not the text but the values in it. The largest bundle that the other limits allow has 5,000.
MAX_VALUES = 50_000
MAX_DEPTH = 32


def parse(data: bytes) -> Json:
    """JSON of a document of such fields.

    Raises:
        ValueError: it is no strict JSON, or larger or deeper than any such document.
    """
    limits.check_json(data, values=MAX_VALUES, depth=MAX_DEPTH)
    try:
        return strict_json.loads(data)
    except JSONDecodeError as error:
        if error.msg == "Extra data":
            raise  # some say what follows
        where = f": {error}" if error.pos else ""
        raise ValueError(f"no JSON{where}" if data.strip() else "an empty file") from None


class Fields:
    """The fields of one object; each may be taken once, and ``done`` refuses what is left."""

    def __init__(self, value: Json, where: str) -> None:
        if not isinstance(value, dict):
            raise ValueError(f"{where}: an object is expected")
        self._left = dict(value)
        self._known: set[str] = set()
        self.where = where

    def __contains__(self, name: str) -> bool:
        self._known.add(name)
        return self._left.get(name) is not None

    def done(self) -> None:
        """Raises ValueError: a field was not taken."""
        for name, value in self._left.items():
            if value is None and name in self._known:
                continue
            raise ValueError(f"{self.where}: unknown field {name!r:.60}")

    def place(self, name: str) -> str:
        """The path of a field, for messages."""
        return f"{self.where}.{name}"

    def text(self, name: str) -> str:
        """A text; "" where absent."""
        return self._take(name, str, "a text") if name in self else ""

    def bytes(self, name: str) -> bytes:
        """Bytes in base64; empty where absent."""
        text = self.text(name)
        try:
            return base64.decode(text)
        except ValueError as error:
            raise ValueError(f"{self.place(name)}: {error}") from None

    def integer(self, name: str) -> int:
        """An int64 that is not negative, written as a text of decimal digits; 0 where absent."""
        if name not in self:
            return 0
        text = self.text(name)
        if not _INTEGER.match(text) or int(text) > MAX_INT64:
            raise ValueError(f"{self.place(name)}: {text!r:.40} is no number between 0 and 2^63-1 in decimal digits")
        return int(text)

    def time(self, name: str) -> datetime.datetime | None:
        """A time of RFC 3339 in UTC; None where absent. What is finer than a microsecond is cut off."""
        text = self.text(name)
        if not text:
            return None
        match = _TIME.match(text)
        try:
            if match is None:
                raise ValueError
            micros = int((match[2] or "").ljust(6, "0")[:6])
            return datetime.datetime.fromisoformat(match[1] + "+00:00").replace(microsecond=micros)
        except ValueError:
            raise ValueError(f"{self.place(name)}: {text!r:.40} is no time like 2026-01-31T12:00:00Z") from None

    def object(self, name: str) -> Fields | None:
        """The fields of an object inside; None where absent."""
        return Fields(self._left.pop(name), self.place(name)) if name in self else None

    def required(self, name: str) -> Fields:
        """The fields of an object that must be there."""
        inner = self.object(name)
        if inner is None:
            raise ValueError(f"{self.where}: {name} is missing")
        return inner

    def array(self, name: str, read: Callable[[Fields], T], limit: int) -> tuple[T, ...]:
        """What ``read`` makes of each object of an array; empty where absent."""
        if name not in self:
            return ()
        values: list[Json] = self._take(name, list, "an array")
        if len(values) > limit:
            raise ValueError(f"{self.place(name)}: {len(values)} items, more than {limit}")
        result = []
        for index, value in enumerate(values):
            item = Fields(value, f"{self.place(name)}[{index}]")
            result.append(read(item))
            item.done()
        return tuple(result)

    def texts(self, name: str, limit: int) -> tuple[str, ...]:
        """An array of texts; empty where absent."""
        if name not in self:
            return ()
        values: list[Json] = self._take(name, list, "an array")
        if len(values) > limit or not all(isinstance(value, str) for value in values):
            raise ValueError(f"{self.place(name)}: at most {limit} texts are expected")
        return tuple(values)

    def ignore(self, *names: str) -> None:
        """Fields that are known and that nothing depends on."""
        for name in names:
            self._left.pop(name, None)

    def _take(self, name: str, kind: type, what: str) -> Json:
        value = self._left.pop(name)
        if not isinstance(value, kind):
            raise ValueError(f"{self.place(name)}: {what} is expected")
        return value
