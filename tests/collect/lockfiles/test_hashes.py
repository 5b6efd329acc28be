from __future__ import annotations

import pytest

from gatekeeper.collect.lockfiles import hashes


def test_hex_in_lower_case() -> None:
    assert hashes.from_hex("SHA256:" + "AB" * 32) == "sha256:" + "ab" * 32


@pytest.mark.parametrize("text", ["", "sha256:", "sha256:123", "sha256:" + "z" * 64, "crc32:12345678", "ab" * 32])
def test_what_no_file_can_match_is_no_hash(text: str) -> None:
    assert hashes.from_hex(text) is None


def test_integrity_may_hold_several() -> None:
    assert hashes.from_integrity("sha1-tSQ9jz7BqjXxNkYFvA0QNuMKtp8= sha512-!!! sha1-AAAA") == (
        "sha1:b5243d8f3ec1aa35f1364605bc0d1036e30ab69f",
    )
