"""The proxy that the environment names for an address."""

from __future__ import annotations

from urllib.request import getproxies, proxy_bypass

import httpx

from gatekeeper.transport.wire import Broken


def proxy_for(url: httpx.URL) -> httpx.URL | None:
    """By ``HTTPS_PROXY``, ``HTTP_PROXY`` and ``ALL_PROXY`` but for what ``NO_PROXY`` excepts, else the system's.

    Raises:
        Broken: it is none that can be spoken to.
    """
    proxies = getproxies()
    named = proxies.get(url.scheme) or proxies.get("all")
    if not named or proxy_bypass(url.host):
        return None
    try:
        proxy = httpx.URL(named if "://" in named else f"http://{named}")
    except httpx.InvalidURL:
        proxy = httpx.URL("")
    if proxy.scheme not in ("http", "https") or not proxy.host:
        raise Broken(f"the proxy for {url.scheme} that the environment names is no http://HOST:PORT")
    return proxy
