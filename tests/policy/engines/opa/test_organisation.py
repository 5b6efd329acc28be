"""The organisation's OPA server: what is asked of it, and what of its answers is believed."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import ipaddress
import json
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gatekeeper.errors import EngineFailure, SettingsError
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.settings import OpaServerSettings, Settings
from gatekeeper.policy.bundle import KINDS, Bundle
from gatekeeper.policy.engines.base import Program
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.engines.opa.client import parse
from gatekeeper.policy.engines.opa.layout import of_bundle
from gatekeeper.policy.engines.opa.layout import write as write_bundle
from gatekeeper.policy.engines.opa.organisation import OrganisationEngine, provenance, read_token
from gatekeeper.policy.engines.opa.program import OpaProgram
from gatekeeper.policy.loading import load
from gatekeeper.workers import Limits, Pool, serve
from tests.policy.engines.opa.servers import Reply, as_json, http_server, listener, unused_port
from tests.policy.engines.opa.test_faults import set_traps
from tests.policy.evidence_samples import PLAIN
from tests.policy.writing import BODY, POD, rule, write

SETTINGS = jsonable.plain(Settings())
TOKEN = "right-token"
SERVED: JsonObject = {"provenance": {"version": "1.22.0", "bundles": {"main": {"revision": "r7"}}}}
EVIDENCE: Json = {"kubernetes": [POD]}


@pytest.fixture
def token(tmp_path: Path) -> str:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    return str(tmp_path / "token")


@pytest.fixture
def bundle(pool: Pool, tmp_path: Path) -> Bundle:
    """One rule, ACME-001 in acme.names."""
    return load(pool, shipped=write(tmp_path / "rego", {"a.rego": rule(BODY)}))


def engine(port: int, token: str = "", *, output: int = 1 << 24, **settings: object) -> OrganisationEngine:
    configured = OpaServerSettings(url=f"http://127.0.0.1:{port}", token_file=token)
    return OrganisationEngine(replace(configured, **settings), Limits(seconds=2, output=output))  # type: ignore[arg-type]  # of many types


@contextlib.contextmanager
def organisation(program: OpaProgram, bundle: Bundle, folder: Path, settings: Json = SETTINGS) -> Iterator[int]:
    """A real OPA that serves the bundle and asks for the token; gives its port."""
    write_bundle(of_bundle(bundle, settings), folder / "served")
    manifest = folder / "served" / ".manifest"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"revision": "r7"}))
    access = folder / "access"
    access.mkdir()
    (access / ".manifest").write_text('{"roots": ["system/authz"]}')
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    text = f'package system.authz\ndefault allow := false\nallow if crypto.sha256(input.identity) == "{digest}"\n'
    (access / "access.rego").write_text(text)
    port = unused_port()
    options = ["--authentication=token", "--authorization=basic", "--skip-version-check", "--log-level=error"]
    command = [program.path, "run", "--server", f"--addr=127.0.0.1:{port}", *options, "-b", "served", "access"]
    with serve(command, folder=folder, environment={}, limits=Limits(memory=None)) as service:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and service.alive:
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False)
                break
            time.sleep(0.02)
        yield port


@pytest.mark.services
def test_the_shipped_library_gives_the_same_findings_there(
    pool: Pool, shipped: Bundle, program: OpaProgram, tmp_path: Path, token: str
) -> None:
    evidence = {kind: [] for kind in KINDS} | {kind: value for kind, value in PLAIN.items() if kind != "version"}
    with organisation(program, shipped, tmp_path) as port:
        theirs = engine(port, token, revision="access=, served=r7")
        assert not theirs.check(shipped)
        found = list(theirs.evaluate(shipped, shipped.rules, evidence, SETTINGS))
    ours = list(EmbeddedEngine(pool).evaluate(shipped, shipped.rules, evidence, SETTINGS))
    assert [result.failure for result in found if result.failure] == []
    assert [sorted(map(jsonable.dumps, result.findings)) for result in found] == [
        sorted(map(jsonable.dumps, result.findings)) for result in ours
    ]
    served = theirs.describe()
    assert (served.revision, served.version) == ("access=, served=r7", program.version)
    assert served.digest.startswith("sha256:")
    assert theirs.version == program.version


@pytest.mark.services
def test_where_one_rule_aborts_the_others_are_asked_by_themselves(
    pool: Pool, program: OpaProgram, tmp_path: Path, token: str
) -> None:
    aborting = "deny contains x if { x := to_number(input.kubernetes[0].kind) }\n"
    files = {
        "a.rego": rule(BODY),
        "b.rego": rule(aborting, identifier="ACME-002", package="acme.aborting"),
    }
    bundle = load(pool, shipped=write(tmp_path / "rego", files))
    with organisation(program, bundle, tmp_path) as port:
        names, aborted = engine(port, token).evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)
    assert len(names.findings) == 1
    assert aborted.failure is not None
    assert "to_number: " in aborted.failure.message
    assert aborted.failure.line == 11


@pytest.mark.services
def test_a_wrong_token(program: OpaProgram, bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("wrong")
    with organisation(program, bundle, tmp_path) as port:
        asked = engine(port, str(tmp_path / "wrong"), accept_unknown_digest=True)
        with pytest.raises(EngineFailure, match="refused the request") as caught:
            asked.evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)
    assert "token" in caught.value.hint
    assert caught.value.exit_code == 4


@pytest.mark.services
def test_settings_that_rules_read_must_be_the_same_there(
    shipped: Bundle, program: OpaProgram, tmp_path: Path, token: str
) -> None:
    evidence = {kind: [] for kind in KINDS} | {kind: value for kind, value in PLAIN.items() if kind != "version"}
    other = SETTINGS | {"residency": {"allowed_regions": ["eu-*"]}}
    with (
        organisation(program, shipped, tmp_path, other) as port,
        pytest.raises(EngineFailure, match=r"has other settings than this run: residency"),
    ):
        engine(port, token).evaluate(shipped, shipped.rules, evidence, SETTINGS)


def answering(result: Json) -> Callable[[str, Json], Reply]:
    return lambda path, body: as_json(SERVED | {"result": result})


FOUND = {"deny": [{"message": "x", "subject": "y", "at": POD["at"]}]}


def test_what_is_sent(bundle: Bundle, token: str) -> None:
    with http_server(answering(FOUND)) as seen:
        (result,) = engine(seen.port, token, revision="r7").evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)
    assert len(result.findings) == 1
    (path,) = seen.paths
    assert path == "/v1/data/acme/names?provenance=true&strict-builtin-errors=true"
    assert seen.headers[0]["Authorization"] == f"Bearer {TOKEN}"
    assert json.loads(seen.bodies[0]) == {"input": {"kubernetes": [POD], "version": 1}}


def test_rules_that_it_does_not_have_are_no_pass(bundle: Bundle) -> None:
    results: list[Json] = [{}, {"other": []}, [], None]
    for result in results:
        with http_server(answering(result)) as seen:
            (found,) = engine(seen.port).evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)
        assert found.failure is not None
        assert "`deny` is undefined" in found.failure.message
    with http_server(lambda path, body: as_json(SERVED)) as seen:
        (found,) = engine(seen.port).evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)
    assert found.failure is not None


def test_a_rule_that_gives_no_set(bundle: Bundle) -> None:
    with http_server(answering({"deny": True})) as seen:
        (found,) = engine(seen.port).evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)
    assert found.failure is not None
    assert "is no set of findings" in found.failure.message


@pytest.mark.parametrize("served", [SERVED, {}, {"provenance": {"revision": "r6"}}])
def test_a_revision_that_nobody_expects(bundle: Bundle, served: JsonObject) -> None:
    with (
        http_server(lambda path, body: as_json(served | {"result": FOUND})) as seen,
        pytest.raises(EngineFailure, match=r"serves the revision (r7|r6|unknown), not r8"),
    ):
        engine(seen.port, revision="r8").evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)


def test_a_revision_that_changes_meanwhile(bundle: Bundle) -> None:
    revisions = iter(["r1", "r2"])

    def reply(path: str, body: Json) -> Reply:
        return as_json({"provenance": {"revision": next(revisions)}, "result": FOUND})

    with http_server(reply) as seen:
        asked = engine(seen.port)
        asked.evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)
        with pytest.raises(EngineFailure, match="changed from r1 to r2"):
            asked.evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)


def test_revisions() -> None:
    bundles = {"b": {"revision": "2"}, "a": {"revision": "1"}}
    assert provenance({"provenance": {"version": "1.2.3", "bundles": bundles}}) == ("a=1, b=2", "1.2.3")
    assert provenance({"provenance": {"revision": "old"}}) == ("old", "")
    assert provenance({"provenance": 3}) == ("", "")


def test_the_digest_is_over_the_texts(bundle: Bundle) -> None:
    policies = [{"id": "b", "raw": "package b"}, {"id": "a", "raw": "package a"}]
    digests = []
    for listed in (policies, policies[::-1], [{"id": "a", "raw": "package changed"}]):
        with http_server(lambda path, body, listed=listed: as_json({"result": listed})) as seen:  # type: ignore[misc]  # bound early
            asked = engine(seen.port)
            assert not asked.check(bundle)
            assert seen.paths == ["/v1/policies"]
        digests.append(asked.describe().digest)
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize(
    "reply", [as_json({}, 401), as_json({}, 403), as_json({}, 404), as_json({"result": [{"id": 1}]})]
)
def test_texts_that_are_not_shown(bundle: Bundle, reply: Reply) -> None:
    with http_server(lambda path, body: reply) as seen:
        (failure,) = engine(seen.port).check(bundle)
        assert "digest unknown" in failure.message
        accepting = engine(seen.port, accept_unknown_digest=True)
        assert not accepting.check(bundle)
        assert accepting.describe().digest == ""


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ((500, b"<html>"), "answered with status 500: and no JSON"),
        (as_json({"message": "boom"}, 500), "answered with status 500: boom"),
        ((200, b"garbage"), "answered with no JSON"),
        ((200, b"[]"), "answered with no JSON object"),
        (as_json({}, 401), "refused the request"),
    ],
)
def test_answers_that_are_none(bundle: Bundle, reply: Reply, said: str) -> None:
    with http_server(lambda path, body: reply) as seen, pytest.raises(EngineFailure, match=said) as caught:
        engine(seen.port).evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)
    assert caught.value.exit_code == 4
    assert "\n" not in caught.value.message


def test_errors_where_texts_are_asked_for(bundle: Bundle, token: str) -> None:
    """They are told as any failure is; what repeats the token does so to nobody."""
    errors = [{"code": "odd", "message": f"no policies for {TOKEN}"}]
    said = as_json({"code": "invalid", "message": f"not for Bearer {TOKEN}", "errors": errors}, 400)
    with http_server(lambda path, body: said) as seen:
        url = f"http://127.0.0.1:{seen.port}"
        [failure] = OrganisationEngine(OpaServerSettings(url=url, token_file=token)).check(bundle)
    assert failure.message == "the organisation's OPA server refused to show policies: not for Bearer ***"
    assert seen.headers[0]["Authorization"] == f"Bearer {TOKEN}"


def test_an_answer_that_is_too_large(bundle: Bundle) -> None:
    with (
        http_server(lambda path, body: (200, b" " * 200_000)) as seen,
        pytest.raises(EngineFailure, match="more than 100000 bytes"),
    ):
        engine(seen.port, output=100_000).evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)


def test_no_answer_at_all(bundle: Bundle) -> None:
    with pytest.raises(EngineFailure, match="did not answer"):
        engine(unused_port()).evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)

    def sleepy(path: str, body: Json) -> Reply:
        time.sleep(4)
        return as_json({})

    with http_server(sleepy) as seen:
        with pytest.raises(EngineFailure, match="did not answer in time"):
            engine(seen.port).evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)
        assert len(seen.paths) == 1  # nothing is tried again


def test_redirects_lead_nowhere(bundle: Bundle, token: str) -> None:
    with listener() as (port, heard):
        for status in (301, 302, 303, 307, 308):
            with http_server(lambda path, body, s=status: (s, b""), location=f"http://127.0.0.1:{port}/") as seen:  # type: ignore[misc]  # bound early
                with pytest.raises(EngineFailure, match="redirects elsewhere"):
                    engine(seen.port, token).evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)
                assert engine(seen.port, token).check(bundle)
        assert heard == []


def test_neither_proxies_nor_netrc_are_used(
    bundle: Bundle, token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listener() as (port, heard), http_server(answering(FOUND)) as seen:
        set_traps(monkeypatch, tmp_path, port)
        (with_token,) = engine(seen.port, token).evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)
        (without,) = engine(seen.port).evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)
        assert with_token.findings == without.findings
        assert [header.get("Authorization") for header in seen.headers] == [f"Bearer {TOKEN}", None]
        assert heard == []


def certificate(folder: Path, name: str) -> tuple[str, str]:
    """A certificate of 127.0.0.1 that signs itself, and its key, as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}.pem").write_bytes(signed.public_bytes(Encoding.PEM))
    (folder / f"{name}.key").write_bytes(private)
    return str(folder / f"{name}.pem"), str(folder / f"{name}.key")


def test_authorities_and_the_clients_certificate(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, server_key = certificate(tmp_path, "server")
    client, client_key = certificate(tmp_path, "client")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(server, server_key)
    tls.load_verify_locations(client)
    tls.verify_mode = ssl.CERT_REQUIRED
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", server)  # what the environment trusts is not trusted
    with http_server(answering(FOUND), tls=tls) as seen:
        settings = OpaServerSettings(
            url=f"https://127.0.0.1:{seen.port}", ca=server, client_certificate=client, client_key=client_key
        )

        def ask(settings: OpaServerSettings) -> int:
            asked = OrganisationEngine(settings, Limits(seconds=5))
            (result,) = asked.evaluate(bundle, bundle.rules, EVIDENCE, SETTINGS)
            return len(result.findings)

        assert ask(settings) == 1
        with pytest.raises(EngineFailure, match="is not trusted"):
            ask(replace(settings, ca=""))
        with pytest.raises(EngineFailure, match="is not trusted"):
            ask(replace(settings, ca=client))
        with pytest.raises(EngineFailure):
            ask(replace(settings, client_certificate="", client_key=""))
        assert len(seen.paths) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "opa.example.com:8181",
        "https://",
        "https://user:word@opa.example.com",
        "https://opa.example.com/prefix",
        "https://opa.example.com?x=1",
        "https://opa.example.com:port",
        "http://opa.example.com:8181",
        "ftp://opa.example.com",
        "https://[::1",
    ],
)
def test_addresses_that_make_no_sense(url: str) -> None:
    with pytest.raises(SettingsError):
        parse(url)


def test_addresses() -> None:
    assert parse("https://opa.example.com:8181/").port == 8181
    assert parse("https://[2001:db8::1]").host == "[2001:db8::1]"
    assert not parse("http://localhost:8181").tls


def test_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPA_TOKEN", " t ")
    assert read_token(OpaServerSettings(token_variable="OPA_TOKEN")) == "t"
    assert read_token(OpaServerSettings()) == ""
    (tmp_path / "two").write_text("a\r\nX-Other: b")
    for wrong in (
        OpaServerSettings(token_variable="NOT_SET_ANYWHERE"),
        OpaServerSettings(token_file=str(tmp_path / "missing")),
        OpaServerSettings(token_file=str(tmp_path / "two")),
        OpaServerSettings(token_file=str(tmp_path / "two"), token_variable="OPA_TOKEN"),
    ):
        with pytest.raises(SettingsError):
            read_token(wrong)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    server = OpaServerSettings(url="https://opa.example.com")
    missing = str(tmp_path / "missing")
    for wrong in (
        replace(server, ca=missing),
        replace(server, client_certificate=missing),
        replace(server, client_key=missing),
    ):
        with pytest.raises(SettingsError):
            OrganisationEngine(wrong)


def test_it_takes_no_programs() -> None:
    with pytest.raises(EngineFailure, match="the policies that it serves"):
        engine(1).session(Program(()))


def test_the_client_is_loaded_only_when_it_is_needed() -> None:
    code = (
        "import sys, gatekeeper.policy.engines.opa.organisation, gatekeeper.policy.engines.opa.engine\n"
        "assert not {'opa_client', 'aiohttp', 'requests'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
