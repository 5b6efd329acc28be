"""What conftest itself makes of files, and how its values are compared with ours."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from gatekeeper.conftest.documents import format_named, format_of
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json
from tests.services.tools import program

REFUSED = "(refused)"
_AT_ONCE = 200


def theirs(folder: Path, names: Sequence[str], parser: str | None = None) -> dict[str, Json]:
    """The inputs that conftest makes of files, by name; ``REFUSED`` where it makes none."""
    found: dict[str, Json] = {}
    for start in range(0, len(names), _AT_ONCE):
        _parse(folder, names[start : start + _AT_ONCE], parser, found)
    return found


def _parse(folder: Path, names: Sequence[str], parser: str | None, found: dict[str, Json]) -> None:
    # One broken file spoils all of a call: halves find it.
    options = ["--parser", parser] if parser else []
    done = subprocess.run(
        [program("conftest"), "parse", "--combine=false", *options, *names],
        cwd=folder,
        env={"HOME": str(folder), "TZ": "UTC"},
        capture_output=True,
    )
    if done.returncode == 0:
        values = json.loads(done.stdout)
        found.update(values if len(names) > 1 else {names[0]: values})
    elif len(names) == 1:
        found[names[0]] = REFUSED
    else:
        _parse(folder, names[: len(names) // 2], parser, found)
        _parse(folder, names[len(names) // 2 :], parser, found)


def ours(folder: Path, names: Sequence[str], parser: str | None = None) -> dict[str, Json]:
    """The same, as gatekeeper makes them."""
    found: dict[str, Json] = {}
    for name in names:
        try:
            found[name] = format_named(parser or format_of(name)).parse(name, (folder / name).read_bytes()).value
        except UnreadableInput:
            found[name] = REFUSED
    return found


def differing(folder: Path, names: Sequence[str], parser: str | None = None) -> set[str]:
    """The names of the files that the two do not agree on."""
    found = ours(folder, names, parser)
    # What we refuse, conftest will refuse too: asked one by one, it spoils no call of many.
    expected = theirs(folder, [name for name in names if found[name] != REFUSED], parser)
    for name in names:
        if name not in expected:
            expected |= theirs(folder, [name], parser)
    return {name for name in names if not same(expected[name], found[name])}


def same(one: Json, other: Json) -> bool:
    """Whether two values are the same JSON; numbers are compared as 64 bit floats."""
    if isinstance(one, bool) or isinstance(other, bool) or not isinstance(one, int | float | list | dict):
        return type(one) is type(other) and bool(one == other)
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return isinstance(other, int | float) and float(one) == float(other)


def write(folder: Path, cases: Mapping[str, str | bytes]) -> list[str]:
    """Write cases as files; their names."""
    for name, content in cases.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(cases)
