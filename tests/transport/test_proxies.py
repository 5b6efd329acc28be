from __future__ import annotations

import httpx
import pytest

from gatekeeper.transport.proxies import proxy_for
from gatekeeper.transport.wire import Broken

LOG = httpx.URL("https://log.example/entries")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_there_is_none() -> None:
    assert proxy_for(LOG) is None


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("value", ["http://proxy.example:3128", "proxy.example:3128"])
def test_the_environment_names_one(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    assert proxy_for(LOG) == httpx.URL("http://proxy.example:3128")


def test_hosts_are_excepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", ".example")
    assert proxy_for(LOG) is None
    assert proxy_for(httpx.URL("https://log.example.org/")) is not None


@pytest.mark.parametrize("value", ["socks5://user:secret@proxy.example", "http://", "http://[::1"])
def test_what_is_no_proxy_is_said_without_its_password(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    with pytest.raises(Broken) as caught:
        proxy_for(LOG)
    assert "secret" not in str(caught.value)
