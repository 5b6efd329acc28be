"""A moment of the fuzzer in each run; ``python -m tests.fuzz.codecs 600`` is a long one."""

from __future__ import annotations

from tests.fuzz.codecs import run


def test_a_moment_of_it() -> None:
    assert run(2, 20261120) == 0
