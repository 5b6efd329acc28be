"""Every way to change one thing in a bundle: each gives the name of the change, its place, and the changed text."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

from gatekeeper.formats.sigstore.bundle import VERSIONS
from gatekeeper.model.json import Json, JsonObject

Place = tuple[str | int, ...]
_DUPLICATE = "\N{SNOWMAN}"
BYTES = {
    "signature",
    "sig",
    "payload",
    "digest",
    "rawBytes",
    "keyId",
    "rootHash",
    "signedTimestamp",
    "signedEntryTimestamp",
    "canonicalizedBody",
}
NUMBERS = {"logIndex", "integratedTime", "treeSize"}
ALGORITHMS = ("SHA2_384", "SHA2_512", "SHA3_256", "MD5", "sha256", "HASH_ALGORITHM_UNSPECIFIED", "SHA2_256 ", "0")
JUNK: tuple[Json, ...] = (None, {}, [], "", 0, True, 1.5, "x")
# Of long values a byte at each of so many places is changed; of timestamps, whose envelopes are not all signed, each.
PLACES = 40


class Change(NamedTuple):
    name: str
    place: str
    text: str


def changes(bundle: JsonObject, other: JsonObject) -> Iterator[Change]:
    """All changes of a bundle; ``other`` is a valid one of the same kind whose parts are put in its place."""
    for place, value in places(bundle):
        for name, changed in _changed(place, value):
            yield Change(name, written(place), json.dumps(changed_at(bundle, place, changed)))
        if place:
            yield Change("removed", written(place), json.dumps(_without(bundle, place)))
            if isinstance(place[-1], str):
                yield from _duplicates(bundle, place, value)
            theirs = at(other, place)
            if theirs is not None and theirs != value:
                yield Change("of another bundle", written(place), json.dumps(changed_at(bundle, place, theirs)))
    for media_type in VERSIONS:
        if media_type != bundle["mediaType"]:
            yield Change(media_type, "mediaType", json.dumps({**bundle, "mediaType": media_type}))


def places(value: Json, place: Place = ()) -> Iterator[tuple[Place, Json]]:
    yield place, value
    inner: list[tuple[str | int, Json]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    for key, one in inner:
        yield from places(one, (*place, key))


def _changed(place: Place, value: Json) -> Iterator[tuple[str, Json]]:
    yield from ((f"is {json.dumps(junk)}", junk) for junk in JUNK if junk != value)
    if isinstance(value, dict):
        yield "an unknown field", {**value, "unknown": "1"}
        yield "an unknown field that is null", {**value, "unknown": None}
    elif isinstance(value, list):
        yield "the first twice", [value[0], *value]
        yield "a thousand", [value[0]] * 1000
        yield "an empty object behind", [*value, {}]
        yield "null behind", [*value, None]
        yield "without the last", value[:-1]
        if len(value) > 1:
            yield "backwards", value[::-1]
    elif isinstance(value, str):
        key = str(place[-2] if isinstance(place[-1], int) else place[-1])
        for name, text in _texts(key, value):
            if text != value:
                yield name, text


def _texts(key: str, value: str) -> Iterator[tuple[str, Json]]:
    yield "a line feed behind", value + "\n"
    yield "a space in front", " " + value
    yield "NUL behind", value + "\0"
    yield "in a list", [value]
    if key in BYTES or key == "hashes":
        yield from _bytes(key, value)
    elif key in NUMBERS:
        yield from _numbers(value)
    elif key == "envelope":
        yield from _checkpoints(value)
    elif key == "algorithm":
        yield from ((f"is {other}", other) for other in ALGORITHMS)
    else:
        yield "another letter", ("A" if value[:1] != "A" else "B") + value[1:]
        yield "one letter more", value + "x"
        yield "other case", value.swapcase()


def _bytes(key: str, value: str) -> Iterator[tuple[str, Json]]:
    raw = base64.b64decode(value)
    step = 1 if key == "signedTimestamp" else max(1, len(raw) // PLACES)
    for index in sorted({*range(0, len(raw), step), len(raw) - 1}):
        yield "a bit", _encoded(raw[:index] + bytes((raw[index] ^ (1 << index % 8),)) + raw[index + 1 :])
    yield "a byte more", _encoded(raw + b"\0")
    yield "a byte more in front", _encoded(b"\0" + raw)
    yield "a byte less", _encoded(raw[:-1])
    yield "twice", _encoded(raw * 2)
    yield "huge", _encoded(raw * 1000)
    yield "with junk", value[:8] + "!" + value[8:]
    yield "with a line feed", value[:8] + "\n" + value[8:]
    yield "with a space", value[:8] + " " + value[8:]
    yield "padding in the middle", value[:4] + "=" + value[4:]
    yield "without padding", value.rstrip("=")
    yield "more padding", value + "=="
    yield "pad bits", _pad_bits(value)
    yield "for URLs", value.replace("+", "-").replace("/", "_")
    yield "hexadecimal", raw.hex()


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _pad_bits(value: str) -> str:
    """Other characters of which only the bits that no byte needs differ."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    text = value.rstrip("=")
    if text == value:
        return value
    return text[:-1] + alphabet[alphabet.index(text[-1]) | 1] + value[len(text) :]


def _numbers(value: str) -> Iterator[tuple[str, Json]]:
    number = int(value)
    yield from (
        ("a zero in front", f"0{value}"),
        ("a plus", f"+{value}"),
        ("a minus", f"-{value}"),
        ("a fraction", f"{value}.0"),
        ("an exponent", f"{value}e0"),
        ("an exponent in place of zeros", "1e3"),
        ("an underscore", f"{value[0]}_{value[1:]}"),
        ("a space behind", f"{value} "),
        ("hexadecimal", hex(number)),
        ("other digits", "".join(chr(0x0660 + int(digit)) for digit in value)),
        ("one more", str(number + 1)),
        ("one less", str(number - 1)),
        ("zero", "0"),
        ("2^63", str(1 << 63)),
        ("2^64 more", str(number + (1 << 64))),
        ("of five thousand digits", "9" * 5000),
        ("a number of JSON", number),
        ("a fraction of JSON", float(number)),
        ("a large number of JSON", 10**400),
    )


def _checkpoints(value: str) -> Iterator[tuple[str, Json]]:
    note, _, signatures = value.partition("\n\n")
    lines = note.split("\n")
    yield "another origin", value.replace(lines[0], "other.example", 1)
    yield "another size", value.replace(f"\n{lines[1]}\n", f"\n{int(lines[1]) + 1}\n", 1)
    yield "a size with a zero in front", value.replace(f"\n{lines[1]}\n", f"\n0{lines[1]}\n", 1)
    yield "another root", value.replace(lines[2], _encoded(b"\0" * 32), 1)
    yield "a line more", f"{note}\nmore\n\n{signatures}"
    yield "without signatures", f"{note}\n\n"
    yield "a blank line more", f"{note}\n\n\n{signatures}"
    yield "without the last line feed", value[:-1]
    yield "carriage returns", value.replace("\n", "\r\n")
    yield "a foreign signature behind", f"{value}— other.example {_encoded(bytes(68))}\n"
    yield "a foreign signature in front", f"{note}\n\n— other.example {_encoded(bytes(68))}\n{signatures}"
    yield "a foreign signature without its letters", f"{value}— other.example !\n"
    yield "a hundred foreign signatures", value + f"— other.example {_encoded(bytes(68))}\n" * 100
    yield "a wrong signature of the log behind", value + _own(signatures)
    yield "only a wrong signature of the log", f"{note}\n\n{_own(signatures)}"
    yield "another name behind the dash", f"{note}\n\n{signatures.replace('— ', '— x', 1)}"
    yield "a hyphen for the dash", f"{note}\n\n{signatures.replace('—', '-')}"


def _own(signatures: str) -> str:
    """The log's signature with its last byte changed."""
    head, _, encoded = signatures.splitlines()[0].rpartition(" ")
    raw = base64.b64decode(encoded)
    return f"{head} {_encoded(raw[:-1] + bytes((raw[-1] ^ 1,)))}\n"


def _duplicates(bundle: JsonObject, place: Place, value: Json) -> Iterator[Change]:
    key = str(place[-1])
    for name, theirs in (("the same key twice", value), ("the key twice, first null", None)):
        changed = _edited(bundle, place, lambda parent: _twice(parent, key, theirs))  # noqa: B023 - called at once
        yield Change(name, written(place), json.dumps(changed).replace(json.dumps(key + _DUPLICATE), json.dumps(key)))


def _twice(parent: Json, key: str, first: Json) -> None:
    assert isinstance(parent, dict)
    items = list(parent.items())
    parent.clear()
    parent[key + _DUPLICATE] = first
    parent.update(items)


def _edited(bundle: JsonObject, place: Place, edit: Callable[[Json], None]) -> JsonObject:
    changed = copy.deepcopy(bundle)
    edit(at(changed, place[:-1]))
    return changed


def changed_at(bundle: JsonObject, place: Place, value: Json) -> Json:
    def put(parent: Json) -> None:
        assert isinstance(parent, dict | list)
        parent[place[-1]] = value  # type: ignore[index] # the key fits the container that it came from

    return _edited(bundle, place, put) if place else value


def _without(bundle: JsonObject, place: Place) -> Json:
    def drop(parent: Json) -> None:
        assert isinstance(parent, dict | list)
        del parent[place[-1]]  # type: ignore[arg-type] # as above

    return _edited(bundle, place, drop)


def at(value: Json, place: Place) -> Json:
    for key in place:
        if isinstance(value, dict):
            value = value.get(str(key))
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return value


def written(place: Place) -> str:
    return ".".join("*" if isinstance(key, int) else key for key in place)


def has(bundle: JsonObject, place: str) -> bool:
    """Whether the bundle has the place, as ``Change`` writes it."""
    return place in {written(one) for one, _ in places(bundle)}
