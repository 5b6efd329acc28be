from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.model.place import Span
from gatekeeper.workspace.masking import MASK
from gatekeeper.workspace.snippets import MAX_SNIPPET, Snippets
from tests.tokens import samples, survivors

SAMPLES = samples()


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


def test_a_known_secret_that_ends_inside_a_token_shows_no_tail_of_it() -> None:
    token = "eyJhbGciOiJIUzI1NiJ9." + "eyJpc3MiOiJzaG9wIn0." + "aB3-_" * 60
    line = f'token = strings.Repeat("{token}", 2)'
    start = line.index(token)
    for first, behind in ((start, start + 90), (start + 30, len(line)), (start - 1, start + 10)):
        shown = Snippets(line, [Span(1, first + 1, 1, behind + 1)]).cut(Span(1, 1, 1, 2))
        assert shown.count(MASK) == 1
        assert "aB3" not in shown


@settings(max_examples=200, deadline=None, database=None)
@given(st.data())
def test_no_part_of_a_secret_is_ever_shown(data: st.DataObject) -> None:
    planted = data.draw(st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=3))
    line = "".join(
        data.draw(st.sampled_from(GAPS)) + sample.text + data.draw(st.sampled_from([" ", '"; ', ",", ")"]))
        for sample in planted
    )
    line += data.draw(st.sampled_from(["", " tail" * 100]))
    columns = st.integers(1, len(line) + 1)
    pairs = data.draw(st.lists(st.tuples(columns, columns), max_size=3))
    hidden = [Span(1, min(pair), 1, max(pair)) for pair in pairs]
    snippets = Snippets(line, hidden)
    for column in data.draw(st.lists(columns, min_size=1, max_size=5)):
        shown = snippets.cut(Span(1, column, 1, column + 1))
        assert len(shown) <= MAX_SNIPPET
        assert [run for sample in planted for run in survivors(sample, shown)] == []


GAPS = [" ", ",", 'x = "', "colour: ", "filler " * 40, "filler " * 700, "\u00e9 "]


def test_many_findings_in_one_long_line_take_linear_time() -> None:
    line = 'a="hunter2";' * 100_000
    begin = time.process_time()
    snippets = Snippets(line, [Span(1, column, 1, column + 7) for column in range(4, 60_000, 12)])
    assert all("hunter2" not in snippets.cut(Span(1, column, 1, column + 1))[:50] for column in range(1, 50_000, 12))
    assert time.process_time() - begin < 30
