"""Credentials from Docker's configuration."""

from __future__ import annotations

import base64
import json
import os
import stat
from pathlib import Path

import pytest

from gatekeeper.errors import GatekeeperError, SettingsError, WorkerFailure
from gatekeeper.registry.credentials import Credential, DockerConfiguration

PAIR = base64.b64encode(b"ann:pa:ss").decode()


def configuration(folder: Path, content: object, **environment: str) -> DockerConfiguration:
    (folder / "config.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return DockerConfiguration.of_user({"DOCKER_CONFIG": str(folder), **environment}, Path("/nowhere"))


def helper(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A credential helper called ``test`` on the path; its standard input is the server."""
    program = folder / "docker-credential-test"
    program.write_text(f"#!/bin/sh\n[ $1 = get ] || exit 9\nread -r server\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize(
    "key", ["ghcr.io", "https://ghcr.io", "https://ghcr.io/", "https://ghcr.io/v2/", "GHCR.io/v1/"]
)
def test_entries_are_found_however_the_host_is_written(tmp_path: Path, key: str) -> None:
    assert configuration(tmp_path, {"auths": {key: {"auth": PAIR}}}).find("ghcr.io") == Credential("ann", "pa:ss")


@pytest.mark.parametrize("key", ["ghcr.io/acme", "https://ghcr.io.evil.example", "ghcr.io:444", "evil.example/ghcr.io"])
def test_entries_for_something_else_are_not(tmp_path: Path, key: str) -> None:
    assert configuration(tmp_path, {"auths": {key: {"auth": PAIR}}}).find("ghcr.io") is None


def test_docker_hub_is_known_by_its_old_name(tmp_path: Path) -> None:
    content = {"auths": {"https://index.docker.io/v1/": {"auth": PAIR}}}

    assert configuration(tmp_path, content).find("docker.io") == Credential("ann", "pa:ss")


def test_names_passwords_and_tokens_may_stand_in_fields_of_their_own(tmp_path: Path) -> None:
    entry = {"username": "ann", "password": "p", "identitytoken": "i", "registrytoken": "r"}

    assert configuration(tmp_path, {"auths": {"a.example": entry}}).find("a.example") == Credential(
        "ann", "p", "i", "r"
    )


def test_no_configuration_is_no_credentials(tmp_path: Path) -> None:
    assert DockerConfiguration.of_user({}, tmp_path).find("ghcr.io") is None


def test_the_home_folder_has_the_configuration_where_no_variable_names_one(tmp_path: Path) -> None:
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text(json.dumps({"auths": {"a.example": {"auth": PAIR}}}))

    assert DockerConfiguration.of_user({}, tmp_path).find("a.example") == Credential("ann", "pa:ss")


@pytest.mark.parametrize("content", [{"credHelpers": {"ghcr.io": "test"}}, {"credsStore": "test"}])
def test_helpers_are_asked_for_the_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: object) -> None:
    helper(tmp_path, monkeypatch, """printf '{"Username":"%s","Secret":"%s"}' "$server" "$WORD" """)
    found = configuration(tmp_path, content, WORD="secret", PATH=os.environ["PATH"]).find("ghcr.io")

    assert found == Credential("ghcr.io", "secret")


def test_a_helper_may_give_an_identity_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helper(tmp_path, monkeypatch, """printf '{"ServerURL":"x","Username":"<token>","Secret":"refresh"}'""")

    found = configuration(tmp_path, {"credsStore": "test"}).find("ghcr.io")

    assert found == Credential(identity_token="refresh")


def test_what_a_helper_does_not_have_the_file_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    helper(tmp_path, monkeypatch, "echo credentials not found in native keychain; exit 1")
    content = {"credsStore": "test", "auths": {"ghcr.io": {"auth": PAIR}}}

    assert configuration(tmp_path, content).find("ghcr.io") == Credential("ann", "pa:ss")


@pytest.mark.parametrize("script", ["echo hunter2; echo hunter2 >&2; exit 1", "echo hunter2", "echo '{\"Secret\": 1}'"])
def test_a_helper_that_fails_is_an_error_without_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    helper(tmp_path, monkeypatch, script)

    with pytest.raises(WorkerFailure) as caught:
        configuration(tmp_path, {"credsStore": "test"}).find("ghcr.io")
    assert "hunter2" not in caught.value.message + caught.value.hint


def test_a_helper_that_is_not_installed_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WorkerFailure, match="docker-credential-not-there"):
        configuration(tmp_path, {"credsStore": "not-there"}).find("ghcr.io")


@pytest.mark.parametrize(
    "content",
    [
        '{"auths": {"ghcr.io": {"auth": "hunter2"}}',
        {"auths": {"ghcr.io": {"auth": "hunter2!"}}},
        {"auths": {"ghcr.io": "hunter2"}},
        {"auths": {"ghcr.io": {"password": ["hunter2"]}}},
        {"auths": ["hunter2"]},
        ["hunter2"],
        {"credsStore": "../../hunter2"},
        {"credsStore": ["hunter2"]},
        {"credHelpers": {"ghcr.io": "/bin/hunter2"}},
    ],
)
def test_a_wrong_file_is_an_error_that_quotes_nothing_of_it(tmp_path: Path, content: object) -> None:
    with pytest.raises(GatekeeperError) as caught:
        configuration(tmp_path, content).find("ghcr.io")
    assert isinstance(caught.value, SettingsError)
    assert "hunter2" not in caught.value.message + caught.value.hint


def test_credentials_do_not_show_their_secrets() -> None:
    assert "hunter2" not in repr(Credential("ann", "hunter2", "hunter2", "hunter2"))


@pytest.mark.parametrize(("environment", "home"), [({"DOCKER_CONFIG": "."}, "/nowhere"), ({"DOCKER_CONFIG": ""}, ".")])
def test_the_working_folder_brings_no_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], home: str
) -> None:
    for folder in (tmp_path, tmp_path / ".docker"):
        folder.mkdir(exist_ok=True)
        (folder / "config.json").write_text(json.dumps({"credsStore": "evil"}))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="working folder"):
        DockerConfiguration.of_user(environment, Path(home)).find("ghcr.io")
