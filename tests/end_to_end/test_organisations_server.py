"""The gate, with policies that a real OPA server of the organisation evaluates."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gatekeeper.model.json import Json
from gatekeeper.workers import Limits, serve
from tests.end_to_end.command import Ran, gatekeeper, write
from tests.policy.engines.opa.servers import as_json, http_server, unused_port
from tests.policy.engines.opa.test_organisation import certificate
from tests.services.tools import program

pytestmark = pytest.mark.services

TOKEN = "right-token"
DENY = """\
package acme.images

deny contains finding if {
	some object in input.kubernetes
	some container in object.manifest.spec.containers
	endswith(container.image, ":latest")
	finding := {"msg": sprintf("%v has no fixed version", [container.image]), "subject": container.image}
}
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - {name: web, image: "registry.example.com/web:latest"}
"""
ACCESS = f"""\
package system.authz

default allow := false

allow if crypto.sha256(input.identity) == "{hashlib.sha256(TOKEN.encode()).hexdigest()}"
"""
NOT_THE_TEXTS = ACCESS.replace("allow if ", 'allow if {\n\tinput.path[1] != "policies"\n\t') + "}\n"
CERTIFIED = 'package system.authz\n\ndefault allow := false\n\nallow if startswith(input.identity, "CN=")\n'
REVISION = "access=, served=7"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path / "tree", {"pod.yaml": POD})
    write(tmp_path / "acme", {"images.rego": DENY})
    write(tmp_path, {"token": f"{TOKEN}\n", "wrong": "another-token\n"})
    return tmp_path


@contextmanager
def served(folder: Path, *options: str, access: str = ACCESS) -> Iterator[int]:
    """A real server of the policies, which asks for the token unless the options say otherwise; gives its port."""
    shutil.copytree(folder / "acme", folder / "served")
    write(folder / "access", {"access.rego": access, ".manifest": '{"roots": ["system/authz"]}'})
    write(folder / "served", {".manifest": '{"roots": ["acme"], "revision": "7"}'})
    port = unused_port()
    plain = ["--authorization=basic", "--skip-version-check", "--log-level=error"]
    command = [str(program("opa")), "run", "--server", f"--addr=127.0.0.1:{port}", "--authentication=token", *plain]
    command += options  # of one that is given twice the last counts
    with serve([*command, "-b", "served", "access"], folder=folder, environment={}, limits=Limits(memory=None)) as opa:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and opa.alive and not _listens(port):
            time.sleep(0.02)
        yield port
    shutil.rmtree(folder / "served")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def gate(folder: Path, url: str, *more: str, **settings: Json) -> Ran:
    server = {"url": url, "token_file": str(folder / "token")} | settings
    lines = [f"{key} = {json.dumps(value)}" for key, value in server.items()]
    write(folder, {"settings.toml": "\n".join(["[policy.server]", *lines, ""])})
    options: list[str | Path] = [
        "--settings",
        folder / "settings.toml",
        "--policies",
        folder / "acme",
        "--output",
        "json",
        *more,
    ]
    return gatekeeper("gate", folder / "tree", *options)


def failures(ran: Ran) -> list[str]:
    assert ran.exit_code == 4, ran.stdout + ran.stderr
    document = ran.json()
    assert document["decision"]["verdict"] == "ERROR"
    assert all(failure["hint"] for failure in document["failures"])
    return [failure["message"] for failure in document["failures"]]


def messages(ran: Ran) -> list[str]:
    assert ran.exit_code == 1, ran.stdout + ran.stderr
    return [finding["message"] for finding in ran.json()["findings"] if finding["rule"] == "acme.images.deny"]


def test_the_right_token_another_and_none(project: Path) -> None:
    with served(project) as port:
        ran = gate(project, f"http://127.0.0.1:{port}", revision=REVISION)
        assert messages(ran) == ["registry.example.com/web:latest has no fixed version"]
        (used,) = (one for one in ran.json()["policies"]["engines"] if one["served"])
        assert (used["name"], used["rules"], used["revision"]) == ("opa", ["acme.images.deny"], REVISION)
        assert used["digest"].startswith("sha256:")
        token_file = str(project / "wrong")
        wrong = gate(project, f"http://127.0.0.1:{port}", token_file=token_file)
        assert failures(wrong) == ["the organisation's OPA server does not show its policies: digest unknown"]
        assert wrong.json()["failures"][0]["hint"].startswith("see whether the token is right")
        wrong = gate(project, f"http://127.0.0.1:{port}", token_file=token_file, accept_unknown_digest=True)
        assert failures(wrong) == ["the organisation's OPA server refused the request (status 401)"]
        other = gate(project, f"http://127.0.0.1:{port}", revision="8")
        assert failures(other) == [f"the organisation's OPA server serves the revision {REVISION}, not 8"]


def test_policies_that_the_token_may_not_read(project: Path) -> None:
    with served(project, access=NOT_THE_TEXTS) as port:
        url = f"http://127.0.0.1:{port}"
        (message,) = failures(gate(project, url))
        assert "digest unknown" in message
        assert len(messages(gate(project, url, accept_unknown_digest=True))) == 1


def test_tls_with_an_authority_of_ones_own_and_a_clients_certificate(project: Path) -> None:
    server, server_key = certificate(project, "server")
    client, client_key = certificate(project, "client")
    tls = [f"--tls-cert-file={server}", f"--tls-private-key-file={server_key}"]
    with served(project, *tls) as port:
        assert len(messages(gate(project, f"https://127.0.0.1:{port}", ca=server))) == 1
        (message,) = failures(gate(project, f"https://127.0.0.1:{port}"))
        assert message.startswith("the organisation's OPA server is not trusted: ")
    mutual = [*tls, f"--tls-ca-cert-file={client}", "--authentication=tls"]
    with served(project, *mutual, access=CERTIFIED) as port:
        url, own = f"https://127.0.0.1:{port}", {"client_certificate": client, "client_key": client_key}
        assert len(messages(gate(project, url, ca=server, **own))) == 1
        (message,) = failures(gate(project, url, ca=server))
        assert message.startswith("the organisation's OPA server ")


def test_a_server_that_redirects(project: Path) -> None:
    with http_server(lambda path, body: as_json({}, 307), location="https://elsewhere.example.com/") as seen:
        (message,) = failures(gate(project, f"http://127.0.0.1:{seen.port}"))
        assert message == "the organisation's OPA server redirects elsewhere"
        assert len(seen.paths) == 1
