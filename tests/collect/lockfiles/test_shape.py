from __future__ import annotations

import pytest

from gatekeeper.collect.lockfiles import shape
from gatekeeper.errors import UnreadableInput


def test_what_is_missing_is_empty() -> None:
    assert (shape.table(None, "x"), shape.array(None, "x"), shape.text(None, "x")) == ({}, (), "")


def test_another_type_is_refused_by_name() -> None:
    with pytest.raises(UnreadableInput, match=r"^packages\.a: an object is expected, not \[\]$"):
        shape.table([], "packages.a")


def test_names_from_the_file_cannot_break_the_message() -> None:
    with pytest.raises(UnreadableInput) as error:
        shape.name("", "packages.\n\x1b[31m" + "x" * 1000)
    assert error.value.message.isprintable()
    assert len(error.value.message) < 200
