"""Networks: the same answers as OPA gives, also to what is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.model.json import Json
from tests.policy.engines.builtins.asking import REFUSED, call, embedded, in_opa, reason

V4 = [
    *("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/16", "10.1.2.3", "192.168.0.0/24", "192.168.1.0/24", "192.168.0.0/23"),
    *("0.0.0.0/0", "010.0.0.0/8", "10.0.0.0/08", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "10.0.0.0", "", "x"),
    *("10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0.0/+8", " 10.0.0.0/8", "255.255.255.255/32", "255.255.255.254/31"),
    *("10.0.0.0/٣", "10.0.0.0/0000000000000000008", "10.0.0.0/" + "9" * 30, "240.0.0.1", "127.0.0.1", "1.2.3.4/30"),
]
V6 = ["fd00::/8", "fd00::1", "2001:db8::/32", "2001:db8::/33", "2001:db8:8000::/33", "fe80::1%eth0", "fe80::/64"]
DISGUISED = [
    *("::/0", "::1/128", "::1", "::ffff:10.0.0.0/104", "::ffff:10.0.0.1", "::ffff:0:0/96", "::ffff:0:0/95", "::/80"),
    *("fe80::1%eth0/64", "1:2:3:4:5:6:7::/64", "1:2:3:4:5:6:7::", "::1:2:3:4:5:6:7", "1::2::3", "::1.2.3.4"),
    *("::1.2.3.04", "1:2:3:4:5:6:1.2.3.4/128", "::/129"),
]
OTHER: list[Json] = [1, None, ["10.0.0.0/8"], {}]
ALL = [*V4, *V6, *DISGUISED, *OTHER]
OPERANDS: list[Json] = [
    *("10.0.0.0/8", ["10.0.0.0/8", "10.1.0.0/16"], {"$set": ["10.0.0.0/8", "1.1.1.1/32"]}, [["10.0.0.0/8", 1]]),
    *({"a": "10.0.0.0/8", "b": ["10.2.0.0/16", "q"]}, [[]], [1], {"$set": []}, [], {}, 1, None, "x", ["x"]),
    *(["10.1.2.3"], {"$set": ["10.1.2.3"]}, [[1]], {"a": {"$set": ["x"]}}, [["10.0.0.0/8"], "10.3.0.0/16"]),
]
pytestmark = pytest.mark.services


@pytest.mark.parametrize("name", ["net.cidr_contains", "net.cidr_intersects", "net.cidr_overlap"])
def test_two_networks(opa: Path, name: str) -> None:
    calls = [call(name, first, second) for first in ALL for second in ALL]
    assert embedded(calls) == in_opa(opa, calls)


def test_what_a_network_is(opa: Path) -> None:
    calls = [call("net.cidr_is_valid", value) for value in [*ALL, {"$set": ["x"]}]]
    assert embedded(calls) == in_opa(opa, calls)


def test_addresses_of_a_network(opa: Path) -> None:
    small = ("10.0.0.0/24", "10.0.0.7/29", "::1/120", "::ffff:1.2.3.4/125", "fd00::1:0/126", "255.255.255.254/31")
    calls = [call("net.cidr_expand", value) for value in [*small, "10.0.0.0", "x", *OTHER]]
    assert embedded(calls) == in_opa(opa, calls)


def test_a_network_that_is_too_large_to_be_listed() -> None:
    calls = [call("net.cidr_expand", network) for network in ("0.0.0.0/0", "10.0.0.0/15", "::/64")]
    assert embedded(calls) == [REFUSED] * 3
    assert "more than 65536 addresses" in reason(calls[0])


def test_matches(opa: Path) -> None:
    calls = [call("net.cidr_contains_matches", first, second) for first in OPERANDS for second in OPERANDS]
    assert embedded(calls) == in_opa(opa, calls)


def test_merged_networks(opa: Path) -> None:
    values = [*V4, *V6, "ff00::/8"]
    calls = [call("net.cidr_merge", [first, second]) for first in values for second in values]
    calls += [call("net.cidr_merge", value) for value in [[], {"$set": []}, [1], [[]], *OTHER, "10.0.0.0/8"]]
    assert embedded(calls) == in_opa(opa, calls)


@settings(max_examples=4)
@given(
    st.lists(
        st.lists(
            st.builds(
                lambda number, bits: f"10.{number >> 8 & 3}.{number & 255}.{number & 192}/{bits}",
                st.integers(0, 1023),
                st.integers(14, 32),
            )
            | st.builds(lambda number, bits: f"fd00:{number:x}::/{bits}", st.integers(0, 7), st.integers(8, 40)),
            max_size=12,
        ),
        min_size=30,
        max_size=60,
    )
)
def test_any_networks_merged(opa: Path, networks: list[list[str]]) -> None:
    calls = [call("net.cidr_merge", {"$set": items}) for items in networks]
    assert embedded(calls) == in_opa(opa, calls)


def test_disguised_networks_are_not_merged() -> None:
    """On these OPA crashes, or writes addresses that are none."""
    calls = [call("net.cidr_merge", ["::ffff:10.0.0.0/104"]), call("net.cidr_merge", ["::2/128", "::3/128"])]
    assert embedded(calls) == [REFUSED] * 2
