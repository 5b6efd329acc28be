"""``net.cidr_*``: networks as Go's ``net.ParseCIDR`` reads them.

An IPv6 network or address that is an IPv4 one in disguise (``::ffff:10.0.0.0/104``) counts as that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    summarize_address_range,
)
from typing import TypeAlias

from gatekeeper.model.json import Json
from gatekeeper.policy.engines.builtins.base import BuiltinError, Functions, text

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

MAX_EXPANDED = 1 << 16
MAX_DIGITS = 100
_MAPPED_BITS = 96
_MAPPED = 0xFFFF << 32
_IPV4 = (1 << 32) - 1
_IPV6 = (1 << 128) - 1


def contains(network: Json, inner: Json) -> Json:
    """Whether a network contains an address or a whole network."""
    outer = _network(text(network, 1))
    value = text(inner, 1)
    if (address := address_of(value)) is not None:
        return _unmapped(address) in outer
    try:
        return _within(_network(value), outer)
    except BuiltinError:
        raise BuiltinError(f"not a valid textual representation of an IP address or CIDR: {value}") from None


def contains_matches(networks: Json, inner: Json) -> Json:
    """Pairs of keys of ``networks`` and ``inner`` of which the first contains the second.

    Either is a string, which is its own key, an array, a set or an object of strings or of arrays that begin with one.
    """
    return {
        (outer_key, key)
        for outer_key, outer in _keyed(networks, 1)
        for key, value in _keyed(inner, 2)
        if contains(outer, value)
    }


def intersects(first: Json, second: Json) -> Json:
    """Whether two networks have an address in common."""
    one, other = _network(text(first, 1)), _network(text(second, 1))
    return _within(one, other) or _within(other, one)


def expand(network: Json) -> Json:
    """All addresses of a network, which must not be more than ``MAX_EXPANDED``."""
    parsed = _network(text(network, 1))
    if parsed.num_addresses > MAX_EXPANDED:
        raise BuiltinError(f"{network} has more than {MAX_EXPANDED} addresses: ask net.cidr_contains instead")
    return {str(address) for address in parsed}


def is_valid(network: Json) -> Json:
    """Whether it is a string that names a network."""
    try:
        _network(text(network, 1))
    except BuiltinError:
        return False
    return True


def merge(networks: Json) -> Json:
    """The fewest networks that cover an array or a set of networks; a bare IPv4 address stands for its class."""
    if not isinstance(networks, list | set):
        raise BuiltinError("operand must be an array")
    merged: list[_Range] = []
    for item in sorted((_range(item) for item in networks), key=lambda item: (item.last, item.first), reverse=True):
        if merged and _before(merged[-1].first) <= item.last:
            above = merged.pop()
            merged.append(_Range(min(item.first, above.first), above.last))
        else:
            merged.append(item)
    return {shown for item in merged for shown in item.networks()}


@dataclass(frozen=True, slots=True)
class _Range:
    """Addresses as integers of 128 bits, and the one network that they are, as it was written."""

    first: int
    last: int
    written: str = ""

    def networks(self) -> Iterator[str]:
        if self.written:
            yield self.written
            return
        lowest, highest = _at(self.first), _at(self.last)
        whole = (self.first, self.last) == (0, _IPV6)
        if type(lowest) is not type(highest) or (lowest.version == 6 and self.first >> 120 == 0 and not whole):
            raise BuiltinError("networks across the border of IPv4 within IPv6, or at its beginning, are not merged")
        yield from map(str, summarize_address_range(lowest, highest))


def _range(item: Json) -> _Range:
    if not isinstance(item, str):
        raise BuiltinError("element must be string")
    address = address_of(item)
    if address is None:
        network = _network(item)
        if ":" in item and network.version == 4:
            raise BuiltinError(f"{item}: write an IPv4 network as one")
        return _Range(_number(network[0]), _number(network[-1]), str(network))
    bare = _unmapped(address)
    if bare.version == 6:
        raise BuiltinError("IPv6 invalid: needs prefix length")
    length = 8 if bare.packed[0] < 0x80 else 16 if bare.packed[0] < 0xC0 else 24
    network = IPv4Network((int(bare), length), strict=False)
    return _Range(_number(network[0]), _number(network[-1]), f"{bare}/{length}")


def _number(address: Address) -> int:
    return int(address) + (_MAPPED if address.version == 4 else 0)


def _at(number: int) -> Address:
    return IPv4Address(number - _MAPPED) if _MAPPED <= number <= _MAPPED + _IPV4 else IPv6Address(number)


def _before(number: int) -> int:
    return number if number in (0, _MAPPED) else number - 1


@lru_cache(maxsize=4096)
def _network(written: str) -> Network:
    address, slash, length = written.partition("/")
    parsed = address_of(address)
    if not slash or parsed is None or not (length.isascii() and length.isdigit()) or len(length) > MAX_DIGITS:
        raise BuiltinError(f"invalid CIDR address: {written}")
    bits = int(length)
    if bits > parsed.max_prefixlen:
        raise BuiltinError(f"invalid CIDR address: {written}")
    if isinstance(parsed, IPv4Address):
        return IPv4Network((int(parsed), bits), strict=False)
    mapped = parsed.ipv4_mapped
    if mapped is not None and bits >= _MAPPED_BITS:
        return IPv4Network((int(mapped), bits - _MAPPED_BITS), strict=False)
    return IPv6Network((int(parsed), bits), strict=False)


@lru_cache(maxsize=4096)
def address_of(written: str) -> Address | None:
    """An address without a zone, None for anything else."""
    if "%" in written or "/" in written:
        return None
    try:
        return ip_address(written)
    except ValueError:
        return None


def _unmapped(address: Address) -> Address:
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def _within(inner: Network, outer: Network) -> bool:
    return inner.version == outer.version and inner[0] in outer and inner[-1] in outer


def _keyed(operand: Json, position: int) -> Iterator[tuple[Json, Json]]:
    """Keys and networks of an operand of ``contains_matches``; a number is neither, and gives none."""
    if isinstance(operand, str):
        yield operand, operand
        return
    if isinstance(operand, dict):
        pairs: Iterable[tuple[Json, Json]] = operand.items()
    elif isinstance(operand, list):
        pairs = enumerate(operand)
    elif isinstance(operand, set | frozenset):
        pairs = ((item, item) for item in operand)
    else:
        return
    for key, value in pairs:
        first = value[0] if isinstance(value, list | tuple) and value else value
        if not isinstance(value, str | list | tuple) or first == []:
            raise BuiltinError(f"operand {position}: element must be string or non-empty array")
        yield key, first


FUNCTIONS: Functions = {
    "net.cidr_contains": contains,
    "net.cidr_contains_matches": contains_matches,
    "net.cidr_expand": expand,
    "net.cidr_intersects": intersects,
    "net.cidr_is_valid": is_valid,
    "net.cidr_merge": merge,
    "net.cidr_overlap": contains,
}
