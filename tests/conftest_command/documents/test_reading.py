from __future__ import annotations

from collections.abc import Iterator

import pytest

from gatekeeper.conftest.documents import documents
from gatekeeper.errors import UnreadableInput, UsageError
from gatekeeper.workers import Limits, Pool


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2, Limits(seconds=20)) as started:
        yield started


def test_files_are_read_in_workers_and_come_in_their_order(pool: Pool) -> None:
    files = [("a.yaml", b"x: yes\n"), ("b.json", b"[1.0]"), ("c.env", b"A=1\n"), ("Dockerfile", b"FROM a\n")]
    found = documents(pool, files)
    assert [document.path for document in found] == ["a.yaml", "b.json", "c.env", "Dockerfile"]
    command = {"Cmd": "from", "SubCmd": "", "JSON": False, "Flags": [], "Value": ["a"], "Stage": 0}
    assert [document.unwrap().value for document in found] == [{"x": True}, [1], {"A": "1"}, [[command]]]


def test_a_file_that_cannot_be_read_spoils_no_other(pool: Pool) -> None:
    broken, unknown, good = documents(pool, [("a.yaml", b"x: [\n"), ("b.md", b"x"), ("c.yaml", b"x: 1\n")])
    assert isinstance(broken.error, UnreadableInput)
    assert (broken.error.path, broken.error.line) == ("a.yaml", 2)
    assert "unknown parser: md" in str(unknown.error)
    assert good.unwrap().value == {"x": 1}
    with pytest.raises(UnreadableInput):
        broken.unwrap()


def test_one_parser_for_all_files(pool: Pool) -> None:
    found = documents(pool, [("a.txt", b"[s]\nx = 1\n"), ("b", b"")], "ini")
    assert [document.unwrap().value for document in found] == [{"s": {"x": 1}}, {}]
    with pytest.raises(UsageError):
        documents(pool, [("a.txt", b"")], "txt")


def test_bombs_end_in_errors(pool: Pool) -> None:
    aliases = "a0: &a0 [x, x]\n" + "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(40))
    entities = '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>'
    references = "".join(f"k{n}=${{k{n + 1}}}${{k{n + 1}}}\n" for n in range(60)) + "k60=${k0}\n"
    files = [
        ("aliases.yaml", aliases.encode()),
        ("entities.xml", entities.encode()),
        ("references.properties", references.encode()),
        *((f"deep.{name}", b"[" * 100_000) for name in ("yaml", "json", "jsonc", "toml", "tf", "ini")),
        ("deep.xml", b"<a>" * 100_000),
    ]
    for document in documents(pool, files):
        assert isinstance(document.error, UnreadableInput), document.path


@pytest.mark.parametrize(
    ("path", "data", "lines"),
    [
        ("a.yaml", b"# c\n\na: 1\n", (3,)),
        ("a.yaml", b"a: 1\n---\n\nb: 2\n---\n# nothing\n", (1, 4, 6)),
        ("a.yaml", b"- a\n-\n  b: 1\n", (1, 3)),
        ("a.json", b'\n[\n {"a": 1},\n {"b": 2}\n]', (3, 4)),
        ("a.json", b'\n{"a": 1}', (2,)),
        ("main.tf", b"# c\n\nlocals {}\n", (3,)),
        ("Dockerfile", b"# c\nFROM a\n", (2,)),
        ("a.toml", b"# c\n\na = 1\n", (3,)),
        ("a.xml", b"<?xml version='1.0'?>\n<a/>\n", (2,)),
        ("CODEOWNERS", b"# c\n* @a\n", (2,)),
    ],
)
def test_first_lines_of_documents(pool: Pool, path: str, data: bytes, lines: tuple[int, ...]) -> None:
    parsed = documents(pool, [(path, data)])[0].unwrap()
    assert parsed.lines == lines
    assert [parsed.line(index) for index in range(len(lines))] == list(lines)
    assert parsed.line(99) == lines[0]
