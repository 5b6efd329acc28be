from __future__ import annotations

import datetime
import json
import os
from pathlib import Path

import pytest

from gatekeeper.attest.identity_tokens import (
    ambient_token,
    read_token,
    token_from_file,
    token_from_github,
    token_from_variable,
)
from gatekeeper.errors import GatekeeperError, UsageError
from gatekeeper.model.json import Json
from tests.attest.samples import NOW, SIGNATURE, token
from tests.services.stub import closed_url, stub

MINUTE = datetime.timedelta(minutes=1)


def test_a_token_is_valid_between_its_times() -> None:
    read = read_token(token(), "a test")
    assert read.issuer == "https://issuer.example"
    read.check(NOW)
    with pytest.raises(UsageError, match=r"has expired: it is valid from 2025-11-01T11:59:00.*clock here says") as late:
        read.check(NOW + 4 * MINUTE)
    assert "get a new token" in late.value.hint
    with pytest.raises(UsageError, match="is not valid yet") as early:
        read.check(NOW - 2 * MINUTE)
    assert "clock" in early.value.hint


def test_a_token_stands_in_no_representation() -> None:
    assert SIGNATURE not in repr(read_token(token(), "a test"))


@pytest.mark.parametrize("audience", ["sigstore", ["other", "sigstore"]])
def test_audiences_that_fit(audience: Json) -> None:
    read_token(token(aud=audience), "a test")


@pytest.mark.parametrize("audience", ["sigstore.example", ["other"], None, 5, {"sigstore": 1}])
def test_a_token_for_somebody_else_is_refused(audience: Json) -> None:
    with pytest.raises(UsageError, match="is not for sigstore"):
        read_token(token(aud=audience), "a test")


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "a.b",
        "a.b.c.d",
        "a..c",
        f"a.!!!.{SIGNATURE}",
        token(b"no json"),
        token(b"[1]"),
        token(b'{"iss": "a", "iss": "b"}'),
        token(b"\xff"),
        token(exp=None),
        token(exp="tomorrow"),
        token(exp=1e300),
        token(exp=True),
        token(iat=None),
        token(iss=None),
        token(sub=""),
        token(b"[" * 20_000),
        "a" * 100_000 + ".b.c",
    ],
)
def test_what_is_no_token_is_refused_without_quoting_it(raw: str) -> None:
    with pytest.raises(UsageError, match="cannot be read") as caught:
        read_token(raw, "a test")
    assert SIGNATURE not in str(caught.value)
    assert len(caught.value.message) < 300


def test_a_token_from_a_file_may_end_with_a_line_end(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(token() + "\r\n")
    assert token_from_file(file).raw == token()
    with pytest.raises(UsageError, match="No such file"):
        token_from_file(tmp_path / "missing")
    file.write_bytes(b"\xff\x00" * 100_000)
    with pytest.raises(UsageError, match="cannot be read"):
        token_from_file(file)


def test_a_token_may_come_from_a_pipe_that_a_shell_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    try:
        os.write(writing, token().encode() + b"\n")
        monkeypatch.setattr("gatekeeper.attest.identity_tokens._PIPE_SECONDS", 0.1)
        with pytest.raises(UsageError, match=f"/dev/fd/{reading} cannot be read: did not end within"):
            token_from_file(Path(f"/dev/fd/{reading}"))
        os.write(writing, token().encode())
    finally:
        os.close(writing)
    assert token_from_file(Path(f"/dev/fd/{reading}")).raw == token()
    os.close(reading)


def test_a_pipe_that_somebody_else_named_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "token")
    with pytest.raises(UsageError, match="is no regular file"):
        token_from_file(tmp_path / "token")


def test_a_token_from_a_named_variable() -> None:
    assert token_from_variable("MY_TOKEN", {"MY_TOKEN": token()}).source == "the variable MY_TOKEN"
    with pytest.raises(UsageError, match="MY_TOKEN holds no identity token"):
        token_from_variable("MY_TOKEN", {})


def test_github_is_asked_for_sigstores_audience() -> None:
    with stub(body=json.dumps({"value": token(), "count": 1}).encode()) as server:
        environment = {
            "GITHUB_ACTIONS": "true",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{server.url}/token?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "runner-secret",
        }
        assert ambient_token(environment).raw == token()
        [(path, headers, _)] = server.asked
    assert path == "/token?api-version=2.0&audience=sigstore"
    assert headers["Authorization"] == "Bearer runner-secret"


def test_github_without_the_permission() -> None:
    with pytest.raises(UsageError, match="may not ask") as caught:
        ambient_token({"GITHUB_ACTIONS": "true"})
    assert "id-token: write" in caught.value.hint


def test_github_does_not_answer_or_answers_without_a_token() -> None:
    environment = {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "runner-secret"}
    with pytest.raises(GatekeeperError, match="did not answer"):
        token_from_github(environment | {"ACTIONS_ID_TOKEN_REQUEST_URL": closed_url() + "/?secret=1"})
    for body in (b"{}", b"[]", b'{"value": 5}', b"nothing"):
        with stub(body=body) as server, pytest.raises(GatekeeperError, match="answered with no token") as caught:
            token_from_github(environment | {"ACTIONS_ID_TOKEN_REQUEST_URL": server.url + "/?secret=1"})
        assert "secret" not in caught.value.message


def test_gitlab_gives_it_in_a_variable() -> None:
    assert ambient_token({"GITLAB_CI": "true", "SIGSTORE_ID_TOKEN": token()}).raw == token()
    with pytest.raises(UsageError) as caught:
        ambient_token({"GITLAB_CI": "true"})
    assert "id_tokens: {SIGSTORE_ID_TOKEN: {aud: sigstore}}" in caught.value.hint


def test_nowhere_is_a_token() -> None:
    with pytest.raises(UsageError, match="there is no identity token") as caught:
        ambient_token({})
    assert "--identity-token FILE" in caught.value.hint
