from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.collect.lockfiles import addresses

SECRET = "s3cr3t"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("https://pypi.org/simple", "https://pypi.org/simple"),
        (f"https://user:{SECRET}@host:8443/simple/", "https://host:8443/simple/"),
        (f"https://{SECRET}@host/x?token={SECRET}#{SECRET}", "https://host/x"),
        (f"https://user:a@{SECRET}@host/x", "https://host/x"),
        (f"https://user:a/{SECRET}@host/x", "https://host/x"),
        (f"git+ssh://git:{SECRET}@host:org/repo.git", "git+ssh://host:org/repo.git"),
        (f"user:{SECRET}@host:org/repo.git", "host:org/repo.git"),
        ("https://[::1]:80/x", "https://[::1]:80/x"),
        ("../wheels", "../wheels"),
        ("node_modules/@scope/name", "node_modules/@scope/name"),
    ],
)
def test_credentials_are_dropped(address: str, public: str) -> None:
    assert addresses.public(address) == public


@given(st.text(alphabet="abc:/@?#[]1", max_size=30))
def test_no_password_survives(noise: str) -> None:
    assert SECRET not in addresses.public(f"https://user:{SECRET}@host/{noise.replace('@', '')}")


@pytest.mark.parametrize(
    ("address", "ref", "result"),
    [
        ("https://github.com/o/r", "v1", "git+https://github.com/o/r@v1"),
        ("git+ssh://git@github.com/o/r.git", "", "git+ssh://github.com/o/r.git"),
        ("git@github.com:o/r.git", "main", "git+ssh://github.com/o/r.git@main"),
    ],
)
def test_git_addresses_have_one_form(address: str, ref: str, result: str) -> None:
    assert addresses.git(address, ref) == result


def test_only_a_whole_commit_counts_as_one() -> None:
    assert addresses.names_commit("git+https://host/r@" + "a1" * 20)
    assert not addresses.names_commit("git+https://host/r@abc1234")
    assert not addresses.names_commit("git+https://host/r@main")
