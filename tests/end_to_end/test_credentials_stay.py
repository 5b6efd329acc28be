"""Credentials of registries, OPA servers and key services stay where they are, though those repeat what they are sent.

What is looked at: what is printed, every file that is written, the command lines of all processes, and the environments
of those that gatekeeper starts.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gatekeeper.attest.keys import new_key_pair
from gatekeeper.cli.passwords import VARIABLE
from tests.cli.signing.conftest import artifact, bundles_in, project
from tests.cli.signing.test_secrets import Seen, home, watched
from tests.end_to_end.command import write
from tests.end_to_end.repeating import SECRET, Repeat, nothing_of
from tests.registry.servers import Asked, Send, Server, answer, serving

__all__ = ["artifact", "home", "project"]

IMAGE = "acme/app@sha256:" + "ab" * 32
ENTRIES = (
    {"auth": base64.b64encode(f"ann:{SECRET}".encode()).decode()},
    {"username": "ann", "password": SECRET},
    {"identitytoken": SECRET},
    {"registrytoken": SECRET},
)
BASIC, BEARER = 'Basic realm="registry"', 'Bearer realm="TOKENS",service="registry"'
POLICY = (
    'package acme.images\n\ndeny contains {"msg": "no", "subject": "x"} if input.dockerfile[_].stages[_].image == "y"\n'
)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    private, _ = new_key_pair(tmp_path / "release.key", "p256", lambda: b"password-of-the-key")
    return private


@contextmanager
def registry(challenge: str, repeat: Repeat, realm: Repeat | None = None) -> Iterator[Server]:
    """Wants credentials, and repeats them; its realm (``TOKENS`` in the challenge) repeats, or gives a token."""

    def handle(asked: Asked, send: Send) -> None:
        if asked.path.startswith("/token"):
            given = json.dumps({"token": SECRET}).encode()
            realm(asked, send) if realm else send(answer(200, given, Content_Type="application/json"))
        elif "authorization" not in asked.headers:
            tokens = f"http://{asked.headers['host']}/token"
            send(answer(401, WWW_Authenticate=challenge.replace("TOKENS", tokens)))
        else:
            repeat(asked, send)

    with serving(handle) as server:
        yield server


def verified(home: Path, key: Path, host: str, environment: dict[str, str]) -> Seen:
    subject = ("verify", f"oci://{host}/{IMAGE}", "--key", f"{key}.pub")
    return watched(home, environment, *subject, "--output", "json", "--explain")


def of_docker(folder: Path, content: object) -> dict[str, str]:
    write(folder, {"config.json": json.dumps(content)})
    return {"DOCKER_CONFIG": str(folder), "GATEKEEPER_DEBUG": "1"}


@pytest.mark.parametrize("challenge", [BASIC, BEARER])
@pytest.mark.parametrize("entry", ENTRIES, ids=["auth", "password", "identity token", "registry token"])
def test_a_registry_that_repeats(home: Path, key: Path, tmp_path: Path, challenge: str, entry: dict[str, str]) -> None:
    for status in (200, 302, 401, 500):
        with registry(challenge, Repeat(status)) as server:
            seen = verified(home, key, server.host, of_docker(tmp_path / "docker", {"auths": {server.host: entry}}))
        assert seen.code in (2, 4, 5), seen.printed
        refused = "identitytoken" in entry and challenge == BASIC
        assert refused or any(SECRET in str(one) or ENTRIES[0]["auth"] in str(one) for one in server.asked)
        nothing_of(SECRET, seen, home)


@pytest.mark.parametrize("entry", ENTRIES[1:3], ids=["password", "identity token"])
@pytest.mark.parametrize("status", [200, 302, 400, 401, 500])
def test_a_realm_that_repeats(home: Path, key: Path, tmp_path: Path, entry: dict[str, str], status: int) -> None:
    with registry(BEARER, Repeat(404), Repeat(status)) as server:
        seen = verified(home, key, server.host, of_docker(tmp_path / "docker", {"auths": {server.host: entry}}))
    assert seen.code == 4, seen.printed
    assert any(one.path.startswith("/token") for one in server.asked)
    nothing_of(SECRET, seen, home)


@pytest.mark.parametrize(
    "script",
    [
        """printf '{"Username":"ann","Secret":"%s"}' SECRET""",
        """printf '{"Username":"<token>","Secret":"%s"}' SECRET""",
        "echo SECRET; echo SECRET >&2; exit 1",
        "echo SECRET; echo SECRET >&2",
        """printf '{"Username":"ann","Secret":["%s"]}' SECRET""",
    ],
    ids=["password", "token", "failure", "no JSON", "no text"],
)
def test_a_credential_helper(home: Path, key: Path, tmp_path: Path, script: str) -> None:
    programs = write(
        tmp_path / "bin", {"docker-credential-test": f"#!/bin/sh\nsleep 0.2\n{script.replace('SECRET', SECRET)}\n"}
    )
    (programs / "docker-credential-test").chmod(0o755)
    path = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    with registry(BEARER, Repeat(400), Repeat(500)) as server:
        environment = of_docker(tmp_path / "docker", {"credsStore": "test"}) | path
        seen = verified(home, key, server.host, environment)
    assert seen.code == 4, seen.printed
    assert b"docker-credential-test\0get" in seen.shown
    nothing_of(SECRET, seen, home)


def test_a_wrong_configuration_of_docker(home: Path, key: Path, tmp_path: Path) -> None:
    with registry(BASIC, Repeat(404)) as server:
        entry = {server.host: {"auth": SECRET}}
        for content in (SECRET, [SECRET], {"auths": {server.host: SECRET}}, {"auths": entry}):
            seen = verified(home, key, server.host, of_docker(tmp_path / "docker", content))
            assert seen.code in (2, 4), seen.printed
            nothing_of(SECRET, seen, home)


@pytest.mark.parametrize("where", ["token_file", "token_variable"])
def test_an_opa_server_that_repeats(home: Path, project: Path, tmp_path: Path, where: str) -> None:
    write(tmp_path, {"token": SECRET, "acme/images.rego": POLICY})
    named = tmp_path / "token" if where == "token_file" else "OPA_TOKEN"
    outputs = ("json", "sarif", "text", "decision", "evidence")
    reports = [word for name in outputs for word in ("--output", f"{name}={home / name}")]
    for repeat in (Repeat(200), Repeat(400), Repeat(401), Repeat(500), Repeat(400, "text/plain")):
        with serving(repeat) as server:
            lines = [f'url = "http://{server.host}"', f'{where} = "{named}"', "accept_unknown_digest = true"]
            settings = write(tmp_path, {"settings.toml": "\n".join(["[policy.server]", *lines, ""])}) / "settings.toml"
            environment = {"OPA_TOKEN": SECRET, "GATEKEEPER_DEBUG": "1"}
            gate = ("gate", project, "--settings", settings, "--policies", tmp_path / "acme", *reports)
            seen = watched(home, environment, *gate)
        assert any(SECRET in one.headers["authorization"] for one in server.asked)
        assert seen.code in (0, 4), seen.printed
        assert {path.name for path in home.iterdir()} >= set(outputs)
        nothing_of(SECRET, seen, home)


def test_an_opa_server_whose_policies_repeat(home: Path, project: Path, tmp_path: Path) -> None:
    """A finding stands in every report."""

    def handle(asked: Asked, send: Send) -> None:
        found = [{"msg": f"I got {asked.headers['authorization']}", "subject": asked.headers["authorization"]}]
        result = [] if asked.path.endswith("/policies") else {"deny": found, "images": {"deny": found}}
        send(answer(200, json.dumps({"result": result}).encode(), Content_Type="application/json"))

    write(tmp_path, {"acme/images.rego": POLICY})
    outputs = [word for name in ("json", "sarif") for word in ("--output", f"{name}={home / name}")]
    with serving(handle) as server:
        lines = [f'url = "http://{server.host}"', 'token_variable = "OPA_TOKEN"', "accept_unknown_digest = true"]
        settings = write(tmp_path, {"settings.toml": "\n".join(["[policy.server]", *lines, ""])}) / "settings.toml"
        gate = ("gate", project, "--settings", settings, "--policies", tmp_path / "acme", *outputs)
        seen = watched(home, {"OPA_TOKEN": SECRET}, *gate)
    assert (seen.code, "I got Bearer ***" in (home / "json").read_text()) == (1, True), seen.printed
    nothing_of(SECRET, seen, home)


ADDRESSED = "7f3a-of-an-address-e88c"
SERVICES = {
    "VAULT_TOKEN": SECRET,
    "VAULT_ADDR": "https://vault.acme.example",
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_SESSION_TOKEN": SECRET,
    "AZURE_CLIENT_SECRET": SECRET,
    "GOOGLE_APPLICATION_CREDENTIALS": SECRET,
    "GITHUB_TOKEN": SECRET,
    "CI_JOB_TOKEN": SECRET,
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": SECRET,
    "OPA_TOKEN": SECRET,
}


@pytest.mark.parametrize(
    "uri", ["hv:release", f"hv:https://ann:{ADDRESSED}@vault", "awskms:release", "azurekms:release"]
)
def test_services_that_keep_keys(home: Path, project: Path, artifact: Path, key: Path, uri: str) -> None:
    """Their libraries are extras that are not installed here: how they answer is not tested."""
    gate = ("gate", project, "--artifact", artifact, "--public-key", f"{key}.pub", "--key")
    seen = watched(home, SERVICES | {"GATEKEEPER_DEBUG": "1"}, *gate, uri)
    assert seen.code == 2, seen.printed
    nothing_of(SECRET, seen, home)
    # Whoever writes a password into an argument shows it there, and nowhere else.
    nothing_of(ADDRESSED, Seen(seen.code, seen.printed, b""), home)


def test_what_else_the_environment_holds(home: Path, project: Path, artifact: Path, key: Path) -> None:
    """No process below gets it, and nothing that is signed repeats it, neither in a job of GitHub nor of GitLab."""
    gate = ("gate", project, "--artifact", artifact, "--key", key, "--output", f"json={home / 'json'}")
    for job in ({"GITHUB_ACTIONS": "true", "GITHUB_SHA": "ab" * 20}, {"GITLAB_CI": "true", "CI_COMMIT_SHA": "ab" * 20}):
        seen = watched(home, SERVICES | job | {VARIABLE: "password-of-the-key"}, *gate)
        assert (seen.code, len(bundles_in(artifact.parent))) == (0, 3), seen.printed
        nothing_of(SECRET, seen, home, artifact.parent)
        nothing_of("password-of-the-key", seen, home, artifact.parent)
        for bundle in artifact.parent.glob("*.sigstore.json"):
            signed = json.loads(bundle.read_bytes())["dsseEnvelope"]["payload"]
            assert SECRET.encode() not in base64.b64decode(signed)
