from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.formats import jsonable
from gatekeeper.model.place import Location, Place, Span
from gatekeeper.workers import Pool
from gatekeeper.workspace.directory import DirectoryTree
from gatekeeper.workspace.locating import locate, locate_file


def one(path: str, text: str | bytes, place: Place, *hidden: Span) -> Location:
    arguments = jsonable.plain({"path": path, "places": [place], "hidden": hidden})
    (location,) = locate_file(arguments, text.encode() if isinstance(text, str) else text)
    return jsonable.decode(Location, location)


MANIFESTS = """\
kind: Secret
data:
  anything: YmFy
  block: |
    YmFy
---
env:
- name: DB_PASSWORD
  value: hunter2
- value: hunter3
  name: API_TOKEN
- name: DB_HOST
  value: db
args: [--password, hunter4]
"""


@pytest.mark.parametrize(
    ("document", "keys", "line", "snippet"),
    [
        (0, ("data", "anything"), 3, "  anything: [masked]"),
        (0, ("data", "block"), 4, "  block: |"),
        (1, ("env", 0, "value"), 9, "  value: [masked]"),
        (1, ("env", 1), 10, "- value: [masked]"),
        (1, ("env", 2, "value"), 13, "  value: db"),
        (1, ("args", 0), 14, "args: [--password, [masked]]"),
    ],
)
def test_snippets_of_yaml_hide_what_only_the_structure_shows(
    document: int, keys: tuple[str | int, ...], line: int, snippet: str
) -> None:
    location = one("a.yaml", MANIFESTS, Place("a.yaml", document, keys))
    assert location.span is not None
    assert (location.span.line, location.snippet) == (line, snippet)


@pytest.mark.parametrize(
    ("path", "text", "keys", "span", "snippet"),
    [
        ("a.json", '{"a": {"b": 1}}', ("a", "b"), Span(1, 8, 1, 14), '{"a": {"b": 1}}'),
        ("uv.lock", '[[package]]\nname = "x"', ("package", 0, "name"), Span(2, 1, 2, 11), 'name = "x"'),
        ("a.toml", "[a]\nb = 1 # c", ("a", "b"), Span(2, 1, 2, 6), "b = 1 # c"),
        (
            "main.tf",
            'variable "db_password" {\n  default = "hunter2"\n}\n',
            ("variable", "db_password", 0, "default"),
            Span(2, 3, 2, 22),
            "  default = [masked]",
        ),
        (
            "main.tf",
            'resource "a" "b" {\n  c = 1\n}\n',
            ("resource", "a", "b", 0, "c"),
            Span(2, 3, 2, 8),
            "  c = 1",
        ),
        ("Dockerfile", "FROM x", ("a",), None, ""),
        ("broken.yaml", "a: [", ("a",), None, ""),
        ("broken.json", "{", ("a",), None, ""),
        ("binary.yaml", "a: \0", ("a",), None, ""),
        ("deep.yaml", "[" * 100_000, (0, 0), None, ""),
    ],
)
def test_places_are_located_in_all_syntaxes(
    path: str, text: str, keys: tuple[str | int, ...], span: Span | None, snippet: str
) -> None:
    assert one(path, text, Place(path, 0, keys)) == Location(path, span, snippet)


def test_a_span_needs_no_parsing() -> None:
    assert one("a.yaml", "a: [\nb", Place("a.yaml", span=Span(2, 1, 2, 2))) == Location("a.yaml", Span(2, 1, 2, 2), "b")


def test_keys_go_deeper_than_a_span_but_not_out_of_it() -> None:
    text, span = "a:\n  b: 1\nc: 2\n", Span(1, 1, 2, 7)
    inside = one("a.yaml", text, Place("a.yaml", 0, ("a", "b"), span))
    outside = one("a.yaml", text, Place("a.yaml", 0, ("c",), span))
    assert (inside.span, outside.span) == (Span(2, 3, 2, 7), span)


def test_known_secrets_are_hidden() -> None:
    location = one("a.py", "x = f('plain')", Place("a.py", span=Span(1, 1, 1, 5)), Span(1, 8, 1, 13))
    assert location.snippet == "x = f('[masked]')"


def test_bytes_that_are_no_text_still_have_a_snippet() -> None:
    assert one("a.py", b"x = '\xff'", Place("a.py", span=Span(1, 1, 1, 2))).snippet == "x = '\ufffd'"


def test_locations_come_in_the_order_of_the_places(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\nb: 2\n")
    (tmp_path / "b.json").write_text('{"c":\n 3}')
    (tmp_path / "c.py").write_text("secret('x')\n")
    places = [
        Place("a.yaml", 0, ("b",)),
        Place("b.json", 0, ("c",)),
        Place("missing.yaml", 0, ("c",)),
        Place("a.yaml", 0, ("a",)),
        Place("c.py", span=Span(1, 1, 1, 3)),
        Place("a.yaml"),
    ]
    with Pool(1) as pool:
        found = locate(DirectoryTree(tmp_path), places, [Place("c.py", span=Span(1, 9, 1, 10))], pool)
    assert [(location.path, location.span and location.span.line, location.snippet) for location in found] == [
        ("a.yaml", 2, "b: 2"),
        ("b.json", 1, '{"c":'),
        ("missing.yaml", None, ""),
        ("a.yaml", 1, "a: 1"),
        ("c.py", 1, "secret('[masked]')"),
        ("a.yaml", None, ""),
    ]
