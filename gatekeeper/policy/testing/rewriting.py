"""Modules rewritten so that an engine that knows nothing of ``opa test`` can be asked for each test by itself.

Line numbers stay what they were. Regorus takes two rules of one name as alternatives, so

- each further test of a name gets a name of its own (``opa test`` does the same, and calls it ``test_ok#01``);
- a partial object ``test_cases[key] := value if { ... }`` becomes a set of ``[[key], value]``, so that no key hides
  another; as soon as its variables are known, the keys are printed behind a mark: a case that was printed and gave no
  value has failed;
- a test that the engine cannot be given is blanked out.

For coverage, each body gets a last statement that prints a mark: what was printed has succeeded. That needs no support
of the engine, and so means the same in both; but where a test names a package, Regorus evaluates rules of it that the
test does not ask for, and those that hold on its input count there.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.policy.testing.reading import Body, Test

# What a policy prints, or what it was given to print, cannot pass for a mark that is another one in each run.
MARK = f"\x1e{secrets.token_hex(8)} "
_CASE, _BODY = "case ", "body "


@dataclass(frozen=True, slots=True)
class Edit:
    """``text`` in place of the bytes from ``start`` to ``end``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed: by people, cases by their keys, bodies by their numbers."""

    lines: tuple[str, ...]
    cases: tuple[tuple[Json, ...], ...]
    bodies: frozenset[int]


def rewrite(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits; of two at one place the first comes first."""
    payload = text.encode()
    parts, done = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        parts += [payload[done : edit.start], edit.text.encode()]
        done = edit.end
    return b"".join((*parts, payload[done:])).decode()


def rename(test: Test, suffix: str) -> Edit:
    """Give a test whose value is wanted a name of its own."""
    return Edit(test.name_end, test.name_end, suffix)


def separate_cases(test: Test, body: Body, text: str, suffix: str) -> list[Edit]:
    """Make a set of a partial object, and have it tell its cases."""
    payload = text.encode()
    given = f" contains [{test.keys}, {test.value}] "
    given += "\n" * (payload[test.keys_start : test.head_end].count(b"\n") - given.count("\n"))
    told = _print(_CASE, f"json.marshal({test.keys})")
    edits = [rename(test, suffix), Edit(test.keys_start, test.head_end, given)]
    if test.told_at >= 0:
        return [*edits, Edit(test.told_at, test.told_at, f"{told}; ")]
    return [*edits, *_append(body, told)]


def blank(start: int, end: int, text: str) -> Edit:
    """Leave nothing but the lines."""
    return Edit(start, end, "\n" * text.encode()[start:end].count(b"\n"))


def mark(body: Body, number: int) -> list[Edit]:
    """Have a body tell that it succeeded."""
    return _append(body, _print(_BODY, str(number)))


def _print(kind: str, value: str) -> str:
    return f"print({jsonable.dumps(MARK + kind).decode()}, {value})"


def _append(body: Body, statement: str) -> list[Edit]:
    if body.braces:
        return [Edit(body.end, body.end, f"; {statement}")]
    return [Edit(body.start, body.start, "{ "), Edit(body.end, body.end, f"; {statement} }}")]


def read_prints(prints: Sequence[str]) -> Printed:
    """Sort what was printed. In the embedded engine ``file:line: `` stands in front, and a file may have any name."""
    lines: list[str] = []
    cases: dict[tuple[Json, ...], None] = {}
    bodies: set[int] = set()
    for line in prints:
        _, marked, text = line.partition(MARK)
        if not marked:
            lines.append(line)
        elif text.startswith(_BODY):
            bodies.add(int(text.removeprefix(_BODY)))
        else:
            keys = text.removeprefix(_CASE).strip()
            if keys.startswith("["):  # the keys of a case may be undefined
                cases[tuple(map(key_text, jsonable.loads(keys)))] = None
    return Printed(tuple(lines), tuple(cases), frozenset(bodies))


def key_text(key: Json) -> str:
    """A key as JSON shows it in an object."""
    return key if isinstance(key, str) else jsonable.dumps(key).decode()
