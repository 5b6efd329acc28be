from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.collect.lockfiles.go_syntax import Directive, directives
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.place import Span


def test_directives_and_blocks() -> None:
    text = 'module "m" // mine\n\nrequire (\n\ta v1 // indirect\n)\nretract [v1, v2]\nexclude ()\n'
    assert list(directives(text.split("\n"))) == [
        Directive("module", ("m",), "mine", Span(1, 1, 1, 11)),
        Directive("require", ("a", "v1"), "indirect", Span(4, 2, 4, 6)),
        Directive("retract", ("[", "v1", ",", "v2", "]"), "", Span(6, 1, 6, 17)),
    ]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("require (\na v1\n", 1, 1),
        ("require ( a v1 )\n", 1, 1),
        ('module "m\n', 1, 8),
        ("a\x01\u00a0b", 1, 3),
    ],
)
def test_what_go_refuses_is_refused(text: str, line: int, column: int) -> None:
    with pytest.raises(UnreadableInput) as error:
        list(directives(text.split("\n")))
    assert (error.value.line, error.value.column) == (line, column)


@given(st.lists(st.text(alphabet='ab()[],"`\\/= >\tv1.', max_size=20), max_size=6))
def test_any_lines_are_read_or_refused(lines: list[str]) -> None:
    try:
        for directive in directives(lines):
            assert directive.span.column <= directive.span.end_column
    except UnreadableInput as error:
        assert 1 <= error.line <= len(lines)
