"""Redirects and credentials: what is sent where."""

from __future__ import annotations

import base64
import json
import ssl
from urllib.parse import parse_qs, urlsplit

import pytest

from gatekeeper.errors import GatekeeperError, Undecidable
from gatekeeper.formats import oci
from gatekeeper.formats.oci import Descriptor, Manifest
from gatekeeper.registry.client import Client
from gatekeeper.registry.credentials import Credential
from gatekeeper.registry.exchange import Access
from gatekeeper.registry.reference import Reference, Repository
from gatekeeper.transport.wire import Patience
from tests.registry.servers import Asked, Handler, Send, Server, answer, manifest_answer, serving

IMAGE = Manifest(Descriptor.of(oci.EMPTY, b"{}"), ()).encode()
BLOB = b"some bytes"
BLOB_DESCRIPTOR = Descriptor.of("application/octet-stream", BLOB)
BASIC = "Basic " + base64.b64encode(b"ann:hunter2").decode()
Contexts = tuple[ssl.SSLContext, ssl.SSLContext]


class Keys:
    """A keychain with one credential for all; it remembers for whom it was asked."""

    def __init__(self, credential: Credential | None) -> None:
        self.credential = credential
        self.hosts: list[str] = []

    def find(self, host: str) -> Credential | None:
        self.hosts.append(host)
        return self.credential


def demanding(challenge: str, accepted: str) -> Handler:
    """A registry that has an image for those who send the right header."""

    def handler(asked: Asked, send: Send) -> None:
        if asked.headers.get("authorization") == accepted:
            send(manifest_answer(IMAGE))
        else:
            send(answer(401, b"hunter2", WWW_Authenticate=challenge))

    return handler


def realm(asked: Asked, send: Send) -> None:
    send(answer(200, json.dumps({"token": "t0ken"}).encode()))


def pull(server: Server, credential: Credential | None, host: str = "") -> Keys:
    keys = Keys(credential)
    with Client(Access(keys)) as client:
        client.pull(Reference(Repository(host or server.host, "acme/app"), "v1"))
    return keys


def test_basic_credentials_are_sent_when_they_are_asked_for() -> None:
    with serving(demanding('Basic realm="x"', BASIC)) as server:
        keys = pull(server, Credential("ann", "hunter2"))

    assert [one.headers.get("authorization") for one in server.asked] == [None, BASIC]
    assert keys.hosts == [server.host]


def test_nothing_is_looked_up_for_registries_that_ask_for_nothing() -> None:
    with serving(lambda asked, send: send(manifest_answer(IMAGE))) as server:
        assert pull(server, Credential("ann", "hunter2")).hosts == []


def issuing(asked: Asked, send: Send) -> None:
    """A registry that is its own token realm."""
    if asked.path.startswith("/token"):
        realm(asked, send)
    else:
        challenge = f'Bearer realm="http://{asked.headers["host"]}/token",service="s",scope="repository:other:delete"'
        demanding(challenge, "Bearer t0ken")(asked, send)


@pytest.mark.parametrize("credential", [None, Credential("ann", "hunter2")])
def test_tokens_are_got_from_the_realm_for_what_is_needed_only(credential: Credential | None) -> None:
    with serving(issuing) as server:
        pull(server, credential)

    (asked,) = (one for one in server.asked if one.path.startswith("/token"))
    assert parse_qs(urlsplit(asked.path).query) == {"service": ["s"], "scope": ["repository:acme/app:pull"]}
    assert asked.headers.get("authorization") == (BASIC if credential else None)


def test_identity_tokens_are_exchanged() -> None:
    with serving(issuing) as server:
        pull(server, Credential(identity_token="refresh"))

    (asked,) = (one for one in server.asked if one.path.startswith("/token"))
    assert asked.method == "POST"
    assert parse_qs(asked.body.decode())["refresh_token"] == ["refresh"]


@pytest.mark.parametrize("credential", [Credential("ann", "hunter2"), Credential(identity_token="hunter2")])
def test_what_listens_at_another_port_of_this_machine_gets_no_secret(credential: Credential) -> None:
    with serving(realm) as other:
        challenge = f'Bearer realm="http://{other.host}/token"'
        with serving(demanding(challenge, "Bearer t0ken")) as server, pytest.raises(Undecidable, match="token realm"):
            pull(server, credential)
    assert other.asked == []


def test_a_token_is_used_until_it_expires() -> None:
    given: list[str] = []

    def tokens(asked: Asked, send: Send) -> None:
        given.append(f"t{len(given)}")
        send(answer(200, json.dumps({"access_token": given[-1]}).encode()))

    def registry(asked: Asked, send: Send) -> None:
        wanted = "Bearer t1" if len(server.asked) > 4 else "Bearer t0"
        if asked.headers.get("authorization") == wanted:
            send(manifest_answer(IMAGE))
        else:
            send(answer(401, WWW_Authenticate=f'Bearer realm="http://{issuer.host}/"'))

    with serving(tokens) as issuer, serving(registry) as server, Client() as client:
        for _ in range(4):
            client.pull(Reference(Repository(server.host, "acme/app"), "v1"))
    assert given == ["t0", "t1"]


@pytest.mark.parametrize(
    "challenge",
    [
        'Bearer realm="http://evil.example/token"',
        'Bearer realm="http://127.0.0.1.evil.example/token"',
        'Bearer realm="http://ann:x@127.0.0.1/token"',
        'Bearer realm="//127.0.0.1/token"',
        'Bearer realm="file:///etc/passwd"',
        'Bearer realm="https://"',
        'Bearer realm="https://a b\x7f"',
        "Bearer",
        "Negotiate",
        "",
    ],
)
def test_credentials_are_sent_to_no_other_realm(challenge: str) -> None:
    with serving(demanding(challenge, "never")) as server, pytest.raises(Undecidable) as caught:
        pull(server, Credential("ann", "hunter2"))
    assert "hunter2" not in caught.value.message + caught.value.hint
    assert all("authorization" not in one.headers for one in server.asked)


def test_credentials_that_do_not_suffice_are_an_error_that_does_not_show_them() -> None:
    with serving(demanding("Basic", "never")) as server, pytest.raises(Undecidable, match="denies") as caught:
        pull(server, Credential("ann", "hunter2"))
    assert "hunter2" not in caught.value.message + caught.value.hint
    assert len(server.asked) == 2


@pytest.mark.parametrize("token", ['{"token": "a\\r\\nX: y"}', '{"token": 1}', "{}", "hunter2", '{"token": "\\u00e9"}'])
def test_tokens_that_are_none(token: str) -> None:
    with serving(lambda asked, send: send(answer(200, token.encode()))) as issuer:
        challenge = f'Bearer realm="http://{issuer.host}/"'
        with serving(demanding(challenge, "never")) as server, pytest.raises(Undecidable) as caught:
            pull(server, None)
    assert "hunter2" not in caught.value.message


def test_the_realm_does_not_redirect_credentials() -> None:
    def redirecting(asked: Asked, send: Send) -> None:
        if asked.path.startswith("/token"):
            send(answer(307, Location=f"http://{other.host}/"))
        else:
            send(answer(401, WWW_Authenticate=f'Bearer realm="http://{asked.headers["host"]}/token"'))

    with serving(realm) as other, serving(redirecting) as server, pytest.raises(Undecidable, match="gave no token"):
        pull(server, Credential("ann", "hunter2"))
    assert other.asked == []


def test_other_hosts_are_spoken_to_by_https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", _to_loopback(port := []))
    with serving(demanding("Basic", BASIC)) as server:
        port.append(int(server.host.rpartition(":")[2]))
        repository = Repository("registry.example:5000", "acme/app")
        hasty = Access(Keys(Credential("ann", "hunter2")), patience=Patience(connect=0.5))
        with Client(hasty) as client, pytest.raises(Undecidable, match="https://"):
            client.pull(Reference(repository, "v1"))
    assert server.asked == []


def _to_loopback(port: list[int]) -> object:
    import socket

    return lambda *rest, **named: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port[0]))]


def test_blobs_may_be_redirected_to_https_without_credentials(tls: Contexts) -> None:
    def registry(asked: Asked, send: Send) -> None:
        if asked.headers.get("authorization") == BASIC:
            send(answer(307, Location=f"https://{storage.host}/x?signature=hunter2"))
        else:
            send(answer(401, WWW_Authenticate="Basic"))

    with (
        serving(lambda asked, send: send(answer(200, BLOB)), tls[0]) as storage,
        serving(registry, tls[0]) as server,
        Client(Access(Keys(Credential("ann", "hunter2")), tls=tls[1])) as client,
    ):
        assert client.blob(Repository(server.host, "acme/app"), BLOB_DESCRIPTOR) == BLOB
    assert "authorization" not in storage.asked[0].headers


def test_a_redirect_on_the_same_host_keeps_the_credentials(tls: Contexts) -> None:
    def registry(asked: Asked, send: Send) -> None:
        if asked.headers.get("authorization") != BASIC:
            send(answer(401, WWW_Authenticate="Basic"))
        else:
            send(answer(200, BLOB) if asked.path == "/moved" else answer(302, Location="/moved"))

    with serving(registry, tls[0]) as server, Client(Access(Keys(Credential("ann", "hunter2")), tls=tls[1])) as client:
        assert client.blob(Repository(server.host, "acme/app"), BLOB_DESCRIPTOR) == BLOB


def test_a_certificate_that_nobody_trusts(tls: Contexts) -> None:
    with (
        serving(lambda asked, send: send(answer(200, BLOB)), tls[0]) as server,
        Client(Access(tls=ssl.create_default_context())) as client,
        pytest.raises(Undecidable, match="not trusted"),
    ):
        client.blob(Repository(server.host, "acme/app"), BLOB_DESCRIPTOR)


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:9/x?signature=hunter2",
        "http://evil.example/hunter2",
        "https://ann:hunter2@evil.example/",
        "ftp://evil.example/hunter2",
        "file:///hunter2",
        "https://[x",
        "//evil.example/hunter2",
        "/loop?hunter2",
        "",
    ],
)
def test_blobs_are_redirected_nowhere_else(location: str) -> None:
    with (
        serving(lambda asked, send: send(answer(302, Location=location))) as server,
        Client() as client,
        pytest.raises(Undecidable) as caught,
    ):
        client.blob(Repository(server.host, "acme/app"), BLOB_DESCRIPTOR)
    assert "hunter2" not in caught.value.message + caught.value.hint


def test_redirects_in_a_circle_come_to_an_end(tls: Contexts) -> None:
    with (
        serving(lambda asked, send: send(answer(302, Location="/again")), tls[0]) as server,
        Client(Access(tls=tls[1])) as client,
        pytest.raises(Undecidable, match="redirects"),
    ):
        client.blob(Repository(server.host, "acme/app"), BLOB_DESCRIPTOR)
    assert len(server.asked) == 6


def test_manifests_are_not_redirected(tls: Contexts) -> None:
    with (
        serving(lambda asked, send: send(manifest_answer(IMAGE)), tls[0]) as other,
        serving(lambda asked, send: send(answer(307, Location=f"https://{other.host}/")), tls[0]) as server,
        Client(Access(tls=tls[1])) as client,
        pytest.raises(Undecidable, match="redirects"),
    ):
        client.pull(Reference(Repository(server.host, "acme/app"), "v1"))
    assert other.asked == []


def test_the_environment_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda asked, send: send(answer(200))) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://{proxy.host}")
        with serving(lambda asked, send: send(manifest_answer(IMAGE))) as server:
            pull(server, None)
    assert proxy.asked == []


def test_a_host_that_is_none() -> None:
    for host in ("a..example", "registry.example:99999", "a" * 70 + ".example"):
        with Client() as client, pytest.raises(GatekeeperError):
            client.pull(Reference(Repository(host, "acme/app"), "v1"))
