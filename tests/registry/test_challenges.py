"""What registries ask for."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.registry.challenges import Challenge, parse


def test_parameters_may_hold_commas_and_escaped_quotes() -> None:
    header = 'Bearer realm="https://a.example/t",service="a,b",scope="repository:x:pull,push",error="say \\"no\\""'

    assert parse([header]) == [
        Challenge(
            "bearer",
            {
                "realm": "https://a.example/t",
                "service": "a,b",
                "scope": "repository:x:pull,push",
                "error": 'say "no"',
            },
        )
    ]


def test_several_challenges_in_one_header_and_in_several() -> None:
    found = parse(['Basic realm="a", BEARER Realm=b', "Negotiate"])

    assert found == [Challenge("basic", {"realm": "a"}), Challenge("bearer", {"realm": "b"}), Challenge("negotiate")]


def test_the_first_of_two_equal_names_counts() -> None:
    assert parse(['Bearer realm="https://a.example", realm="https://evil.example"'])[0].parameters == {
        "realm": "https://a.example"
    }


@given(st.text(alphabet='Bearealm ="\\,\t;:x', max_size=300))
def test_nothing_makes_it_stumble(header: str) -> None:
    parse([header])


def test_long_headers_take_no_longer_than_short_ones() -> None:
    began = time.monotonic()
    for piece in ('a="', 'Bearer a="b",', "\\", " ,\t", 'a="\\"'):
        parse([piece * 1_000_000])
    assert time.monotonic() - began < 2
