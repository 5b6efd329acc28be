from __future__ import annotations

import gc

import pytest

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.place import Span
from gatekeeper.syntax.text import Lines, collector_paused, decode, finite


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_utf_8_and_utf_16_are_text(encoding: str) -> None:
    assert decode("é 😀".encode(encoding)) == "é 😀"


def test_bytes_that_are_no_text_are_refused_with_their_place() -> None:
    with pytest.raises(UnreadableInput, match="is not valid UTF-8") as refusal:
        decode(b"a: 1\n\xc3\xa9\xff")
    assert (refusal.value.line, refusal.value.column) == (2, 2)


def test_nul_characters_are_refused_with_their_place() -> None:
    with pytest.raises(UnreadableInput, match="NUL") as refusal:
        decode(b"a: 1\nb\0")
    assert (refusal.value.line, refusal.value.column) == (2, 2)


def test_lines_end_at_lf_and_crlf_only() -> None:
    text = "a\u2028\x85\x0cb\r\nc\n\rd"
    lines = Lines(text)
    assert lines.position(text.index("b")) == (1, 5)
    assert lines.position(text.index("c")) == (2, 1)
    assert lines.position(text.index("d")) == (3, 2)
    assert lines.end_of_line(0) == text.index("\r")


def test_the_first_line_of_a_range_has_no_white_space_at_its_end() -> None:
    assert Lines("ab  \ncd").first_line(0, 7) == Span(1, 1, 1, 3)


def test_numbers_beyond_json_stay_text() -> None:
    assert finite(1 << 64, "x") == float(1 << 64)
    assert finite(10**400, "1e400") == "1e400"
    assert finite(float("nan"), ".nan") == ".nan"


def test_the_collector_is_on_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="x"), collector_paused():
        assert not gc.isenabled()
        raise ValueError("x")
    assert gc.isenabled()
