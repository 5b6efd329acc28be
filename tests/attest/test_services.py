from __future__ import annotations

import time

import pytest

from gatekeeper.attest.services import MAX_ANSWER, Service, ask
from gatekeeper.errors import GatekeeperError, UsageError
from tests.services.stub import closed_url, stub

SECRET = "header.payload.signature"


def refusal(url: str, seconds: float = 5) -> GatekeeperError:
    with pytest.raises(GatekeeperError) as caught:
        ask(Service("the log", url), "/entries", body=b"{}", token=SECRET, seconds=seconds)
    assert SECRET not in caught.value.message + caught.value.hint
    assert "the log (http://127.0.0.1:" in caught.value.message
    assert "nothing was written" in caught.value.hint
    return caught.value


def test_what_is_asked_and_answered() -> None:
    with stub(body=b'{"ok": true}') as server:
        assert ask(Service("the log", server.url), "/entries", body=b"{}", token=SECRET, seconds=5) == b'{"ok": true}'
        [(path, headers, body)] = server.asked
    assert (path, headers["Authorization"], body) == ("/entries", f"Bearer {SECRET}", b"{}")


def test_nobody_listens() -> None:
    assert "did not answer" in refusal(closed_url()).message


def test_a_redirection_is_not_followed() -> None:
    with stub() as elsewhere, stub(307, headers={"Location": elsewhere.url}) as server:
        assert "redirects elsewhere" in refusal(server.url).message
        assert elsewhere.asked == []


def test_a_refusal_tells_what_the_service_said_on_one_line_and_without_the_secret() -> None:
    with stub(400, b'{"message": "no\\nthis is wrong: %s\\u001b[31m"}' % SECRET.encode()) as server:
        assert refusal(server.url).message.endswith("refused (status 400): no this is wrong: *** [31m")


@pytest.mark.parametrize("part", [slice(0, 12), slice(-12, None), slice(3, 15)])
def test_a_part_of_the_secret_is_not_told_either(part: slice) -> None:
    secret = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl"
    said = b'{"message": "bad token >%s<"}' % secret[part].encode()
    with stub(400, said) as server, pytest.raises(GatekeeperError) as caught:
        ask(Service("the log", server.url), "/x", body=b"{}", token=secret, seconds=5)
    assert caught.value.message.endswith("bad token >***<")


def test_credentials_of_an_address_are_not_told() -> None:
    with stub(400, b'{"message": "who is hunter2hunter2, YW5uOmh1bnRlcjJodW50ZXIy?"}') as server:
        url = server.url.replace("://", "://ann:hunter2hunter2@")
        with pytest.raises(GatekeeperError) as caught:
            ask(Service("the log", url), "/x", body=b"{}", seconds=5)
    assert caught.value.message.endswith("who is ***, ***?")


def test_a_refusal_without_json_is_told_by_its_status_only() -> None:
    with stub(503, b"<html>down for maintenance</html>", {"Content-Type": "text/html"}) as server:
        error = refusal(server.url)
    assert error.message.endswith("refused (status 503)")
    assert "later" in error.hint


def test_a_batch_that_another_client_left_is_no_mistake_of_ours() -> None:
    with stub(499, b'{"message": "add entry: await: context canceled"}') as server:
        assert "sign later" in refusal(server.url).hint


def test_an_answer_is_bounded_in_size() -> None:
    with stub(body=b" " * (MAX_ANSWER + 1)) as server:
        assert f"more than {MAX_ANSWER} bytes" in refusal(server.url).message


def test_an_answer_that_trickles_in_is_bounded_in_time() -> None:
    with stub(body=b" " * 100, delay=0.1) as server:
        start = time.monotonic()
        assert "did not answer within 1 s" in refusal(server.url, seconds=1).message
        assert time.monotonic() - start < 3


def test_headers_that_trickle_in_are_bounded_in_time() -> None:
    with stub(headers={f"X-{number}": "a" for number in range(50)}, header_delay=0.1) as server:
        start = time.monotonic()
        assert "did not answer within 1 s" in refusal(server.url, seconds=1).message
        assert time.monotonic() - start < 2


def test_the_proxy_of_the_environment_is_asked_but_not_for_what_is_on_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", proxy := closed_url())
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(GatekeeperError, match="Connection refused"):
        ask(Service("the log", "https://log.example"), "/entries", body=b"{}", seconds=5)
    with stub(body=b"{}") as server:
        assert ask(Service("the log", server.url), "/entries", body=b"{}", seconds=5) == b"{}"


def test_compressed_answers_are_not_asked_for_nor_unpacked() -> None:
    with stub(body=b"\x1f\x8b\x08\x00bomb", headers={"Content-Encoding": "gzip"}) as server:
        assert ask(Service("the log", server.url), "", body=None, seconds=5) == b"\x1f\x8b\x08\x00bomb"


@pytest.mark.parametrize("url", ["http://sigstore.example", "ftp://127.0.0.1", "sigstore.example", "http://[::1", ""])
def test_addresses_that_are_not_asked(url: str) -> None:
    with pytest.raises(UsageError):
        Service("the log", url)


def test_credentials_of_an_address_are_not_shown() -> None:
    assert str(Service("the log", "https://user:secret@log.example/a?key=1")) == "the log (https://log.example/a)"
