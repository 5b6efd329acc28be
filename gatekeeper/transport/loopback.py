"""Which hosts are this very machine: only they may be spoken to without encryption, and without a proxy."""

from __future__ import annotations

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether a host (``localhost``, ``127.0.0.1``, ``::1``; no port, no brackets) is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
