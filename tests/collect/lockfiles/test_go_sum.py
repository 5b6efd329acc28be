from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.collect.lockfiles.go_sum import GoSumReader
from gatekeeper.errors import UnreadableInput

READER = GoSumReader()
SUM = "h1:xYumKxu0hQz+Nb0UXvCIZCUpKLd4MkZCB3CxpRwjWqg="


def test_hashes_of_modules_and_of_their_go_mod() -> None:
    (fact,) = READER.read("api/go.sum", f"a.b/c v1.0.0 {SUM}\na.b/c v1.0.0/go.mod {SUM}\n\n".encode())
    assert fact == {"path": "api/go.sum", "modules": {"a.b/c v1.0.0": SUM}, "manifests": {"a.b/c v1.0.0": SUM}}


@pytest.mark.parametrize("line", ["a v1", "a v1 md5:123", "a v1 h1:??", f"a v1 {SUM} more"])
def test_what_is_no_go_sum_is_refused(line: str) -> None:
    with pytest.raises(UnreadableInput) as error:
        READER.read("go.sum", f"a v1 {SUM}\n{line}\n".encode())
    assert error.value.line == 2


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        READER.read("go.sum", text.encode("utf-8", "surrogatepass"))
    except UnreadableInput as error:
        assert error.message
