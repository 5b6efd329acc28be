from __future__ import annotations

import pytest

from gatekeeper.analyze.sast.disguises import foreign_encoding, with_known_line_ends


@pytest.mark.parametrize(
    "first",
    [b"# coding: utf-7", b"# -*- coding: rot13 -*-", b"#!/usr/bin/python\r# vim: set fileencoding=shift_jis :"],
)
def test_an_encoding_that_hides_code_is_named(first: bytes) -> None:
    assert "declares the encoding" in foreign_encoding(first + b"\nx = 1\n", python=True)


@pytest.mark.parametrize("first", [b"# coding: utf-8", b"\xef\xbb\xbf# coding: utf8", b"# coding: latin-1", b"x = 1"])
def test_an_encoding_in_which_ascii_stays_ascii_is_read(first: bytes) -> None:
    assert foreign_encoding(first + b"\n", python=True) == ""


def test_a_declaration_counts_on_the_first_two_lines_only() -> None:
    assert foreign_encoding(b"\n\n# coding: utf-7\n", python=True) == ""


def test_javascript_has_no_declarations() -> None:
    assert foreign_encoding(b"# coding: utf-7\n", python=False) == ""


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_named_in_every_language(encoding: str) -> None:
    data = "\ufeffeval(x)".encode(encoding)
    assert foreign_encoding(data, python=False) == foreign_encoding(data, python=True) == "is encoded in UTF-16"


def test_only_a_lone_carriage_return_becomes_a_line_end_and_no_byte_moves() -> None:
    assert with_known_line_ends(b"# a\reval(x)\r\n\r\r\n") == b"# a\neval(x)\r\n\n\r\n"
