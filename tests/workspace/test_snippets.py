from __future__ import annotations

from gatekeeper.model.place import Span
from gatekeeper.workspace.snippets import MAX_SNIPPET, Snippets


def test_a_snippet_is_the_first_line_of_its_span() -> None:
    assert Snippets("a\r\n\tb c\r\nd").cut(Span(2, 2, 3, 1)) == "\tb c"


def test_what_cannot_be_printed_is_replaced() -> None:
    assert Snippets("a\x1b[0m\u202eb\u2028c").cut(Span(1, 1, 1, 2)) == "a\ufffd[0m\ufffdb\ufffdc"


def test_a_line_that_does_not_exist_has_no_snippet() -> None:
    assert Snippets("a").cut(Span(9, 1, 9, 2)) == ""


def test_long_lines_are_cut_at_the_span() -> None:
    line = "x" * 1000 + "needle" + "y" * 1_000_000
    snippet = Snippets(line).cut(Span(1, 1001, 1, 1007))
    assert snippet.startswith("needley")
    assert len(snippet) == MAX_SNIPPET


def test_a_secret_that_the_cut_halves_is_still_masked() -> None:
    line = "a" * 180 + " password='" + "s" * 500 + "'"
    assert "sss" not in Snippets(line).cut(Span(1, 1, 1, 2))


def test_hidden_spans_reach_over_lines() -> None:
    snippets = Snippets("ab\ncd\nef", [Span(1, 2, 3, 2)])
    assert [snippets.cut(Span(line, 1, line, 2)) for line in (1, 2, 3)] == ["a[masked]", "[masked]", "[masked]f"]
