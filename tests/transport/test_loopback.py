from __future__ import annotations

import pytest

from gatekeeper.transport.loopback import is_loopback


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "192.168.0.1", "localhost.example", "127.0.0.1.example", "2130706433", "::"])
def test_others(host: str) -> None:
    assert not is_loopback(host)
