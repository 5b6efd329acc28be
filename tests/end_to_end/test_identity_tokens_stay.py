"""Identity tokens, and what a job asks for them with, stay where they are, though services repeat what they get."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.signing.conftest import Config, artifact, bundles_in, config, project
from tests.cli.signing.test_secrets import Seen, home, watched
from tests.end_to_end.repeating import SECRET, Repeat, nothing_of
from tests.registry.servers import answer, serving
from tests.services.sigstore import SigstoreStack
from tests.workspace.repositories import head

pytestmark = pytest.mark.services
__all__ = ["artifact", "config", "home", "project"]

QUERY = "and-of-the-address-60d2c7"
SOURCES = ("file", "variable", "GitLab", "GitHub")


def gate(home: Path, project: Path, artifact: Path, trust: Path, environment: dict[str, str], *options: object) -> Seen:
    outputs = [word for name in ("json", "decision", "sarif") for word in ("--output", f"{name}={home / name}")]
    keyless = ("--keyless", "--trust-config", trust, *options)
    return watched(home, environment, "gate", project, "--artifact", artifact, *keyless, *outputs)


def of_github(issuer: str) -> dict[str, str]:
    return {
        "GITHUB_ACTIONS": "true",
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"http://{issuer}/token?job={QUERY}",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": SECRET,
    }


@pytest.mark.parametrize("source", SOURCES)
def test_an_identity_token(
    home: Path,
    project: Path,
    artifact: Path,
    config: Config,
    sigstore_stack: SigstoreStack,
    tmp_path: Path,
    source: str,
) -> None:
    token = sigstore_stack.github_token(commit=head(project))
    (tmp_path / "token").write_text(f"{token}\n")
    given = json.dumps({"value": token, "count": 1}).encode()
    issuing = serving(lambda _, send: send(answer(200, given, Content_Type="application/json")))
    with issuing as issuer, serving(Repeat(400)) as json_, serving(Repeat(500, "text/plain")) as text:
        environment, options = {
            "file": ({}, ("--identity-token", tmp_path / "token")),
            "variable": ({"MY_TOKEN": token}, ("--identity-token", "env:MY_TOKEN")),
            "GitLab": ({"GITLAB_CI": "true", "SIGSTORE_ID_TOKEN": token}, ()),
            "GitHub": (of_github(issuer.host), ()),
        }[source]
        environment = environment | {"GATEKEEPER_DEBUG": "1"}
        for authority, code in (("", 0), (f"http://{json_.host}", 4), (f"http://{text.host}", 4)):
            trust = config(caUrls=authority) if authority else config()
            seen = gate(home, project, artifact, trust, environment, *options)
            assert (seen.code, len(bundles_in(artifact.parent))) == (code, 0 if code else 4), seen.printed
            for secret in (token, token.rpartition(".")[2], SECRET, QUERY):
                nothing_of(secret, seen, home, artifact.parent)
        for server in (json_, text):
            assert any(token.encode() in one.body or token in str(one.headers) for one in server.asked)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 500])
def test_an_issuer_that_repeats(home: Path, project: Path, artifact: Path, config: Config, status: int) -> None:
    for media_type in ("application/json", "text/plain"):
        with serving(Repeat(status, media_type)) as issuer:
            environment = of_github(issuer.host) | {"GATEKEEPER_DEBUG": "1"}
            seen = gate(home, project, artifact, config(), environment)
        assert [one.headers["authorization"] for one in issuer.asked][:1] == [f"Bearer {SECRET}"]
        assert (seen.code, bundles_in(artifact.parent)) == (4, []), seen.printed
        for secret in (SECRET, QUERY):
            nothing_of(secret, seen, home, artifact.parent)


def test_what_is_no_token(home: Path, project: Path, artifact: Path, config: Config, tmp_path: Path) -> None:
    """It may be one all the same, with something in front of it."""
    (tmp_path / "token").write_text(f"Bearer {SECRET}")
    for environment, options in (
        ({}, ("--identity-token", tmp_path / "token")),
        ({"MY_TOKEN": f"{SECRET}.{SECRET}.{SECRET}"}, ("--identity-token", "env:MY_TOKEN")),
        ({"SIGSTORE_ID_TOKEN": SECRET}, ()),
    ):
        seen = gate(home, project, artifact, config(), environment | {"GATEKEEPER_DEBUG": "1"}, *options)
        assert seen.code == 2, seen.printed
        nothing_of(SECRET, seen, home, artifact.parent)
    given = json.dumps({"value": SECRET}).encode()
    with serving(lambda _, send: send(answer(200, given, Content_Type="application/json"))) as issuer:
        seen = gate(home, project, artifact, config(), of_github(issuer.host))
    assert seen.code == 2, seen.printed
    nothing_of(SECRET, seen, home, artifact.parent)
