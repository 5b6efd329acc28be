from __future__ import annotations

import pytest

from gatekeeper.collect.lockfiles.lines import read_lines
from gatekeeper.errors import UnreadableInput


def test_lines_end_at_lf_and_crlf() -> None:
    assert read_lines(b"a\r\nb\n\nc") == ["a", "b", "", "c"]


def test_utf_16_as_powershell_writes_it() -> None:
    assert read_lines("flask==3.0\r\n".encode("utf-16")) == ["flask==3.0", ""]


@pytest.mark.parametrize("character", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\r"])
def test_a_line_end_for_some_tools_only_is_refused(character: str) -> None:
    with pytest.raises(UnreadableInput) as error:
        read_lines(f"a\n# harmless{character}evil==1.0\n".encode())
    assert (error.value.line, error.value.column) == (2, 11)
    assert f"U+{ord(character):04X}" in error.value.message


@pytest.mark.parametrize("data", [b"\xff\xff", b"a\0b"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableInput):
        read_lines(data)
