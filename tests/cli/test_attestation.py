"""``gatekeeper attestation show``: claims for a person, and nothing that a terminal obeys."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.errors import UnreadableInput
from gatekeeper.formats import base64
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.reading import read
from gatekeeper.report.attestation import as_json, as_text
from gatekeeper.roads.showing import show
from tests.cli.conftest import Run
from tests.formats.attestations.samples import bundle, chain, encoded, envelope, payload, pem, pypi_attestation

SIGNER, AUTHORITY, ROOT = chain()
NASTY = "a\nNOT VERIFIED: no\r\x1b[2J\u202e::error::##[command]"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "app.sigstore.json"


def test_the_first_line_says_that_nothing_was_verified(run: Run, file: Path) -> None:
    file.write_bytes(encoded(bundle(chain=(SIGNER,))))
    ended = run("attestation", "show", file)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "NOT VERIFIED: this is what app.sigstore.json claims; no signature, time or digest was checked",
        "",
        "app.sigstore.json",
        "  format:       Sigstore bundle v0.3",
        f"  sha256:       {sha256(file.read_bytes()).hexdigest()}",
        f"  signed:       sha256:{sha256(base64.decode(payload())).hexdigest()}, what bundle in [[revoke]] takes",
        r"  signer:       https://example.com/\x1b[31mrobot",
        "  issuer:       not named",
        "  valid:        2026-01-01T00:00:00Z to 2026-01-01T00:10:00Z",
        "  log entry:    7 of log 0001020304050607 (dsse 0.0.1), 2023-11-14T22:13:20Z, with promise",
        "  statement:    https://in-toto.io/Statement/v1",
        f"  subject:      app.tar.gz sha256:{'ab' * 32}",
        "  predicate:    https://example.com/predicate",
        "  fields:       answer",
    ]


def test_a_program_gets_everything(run: Run, file: Path) -> None:
    subjects = [{"name": f"file-{number}", "digest": {"sha256": "ab" * 32}} for number in range(30)]
    file.write_bytes(encoded(envelope(payload=payload(subject=subjects))))
    document = json.loads(run("attestation", "show", file, "--output", "json").out)
    assert (document["version"], document["verified"], document["file"]) == (1, False, file.name)
    (attestation,) = document["attestations"]
    assert attestation["signers"] == [{"key": "a key"}]
    assert len(attestation["content"]["subjects"]) == 30
    text = run("attestation", "show", file).out
    assert "and 20 more; --output json lists all" in text
    assert "file-10" not in text


def test_a_certificate_without_a_time_is_pointed_at(run: Run, file: Path) -> None:
    signature = {"sig": base64.encode(b"x"), "cert": pem(SIGNER)}
    file.write_bytes(encoded(envelope(signatures=[signature])))
    assert "  time:         none: a certificate counts only with a log entry" in run("attestation", "show", file).out


def test_predicates_that_are_known_are_told(run: Run, file: Path) -> None:
    predicate = {
        "buildDefinition": {
            "buildType": "https://example.com/type",
            "externalParameters": {"source": {"uri": "git+https://example.com/app@refs/tags/v1"}, "inputs": {}},
            "resolvedDependencies": [{"uri": f"pkg:a/{number}"} for number in range(12)],
        },
        "runDetails": {"builder": {"id": "https://example.com/builder"}},
    }
    vsa = {
        "verifier": {"id": "https://example.com/verifier"},
        "resourceUri": "pkg:a/b",
        "policy": {"uri": "https://example.com/policy", "digest": {"sha256": "ab" * 32}},
        "verificationResult": "FAILED",
        "verifiedLevels": ["SLSA_BUILD_LEVEL_3"],
    }
    kinds = {"https://slsa.dev/provenance/v1": predicate, "https://slsa.dev/verification_summary/v1": vsa}
    lines = [encoded(envelope(payload=payload(predicateType=kind, predicate=kinds[kind]))) for kind in kinds]
    file.write_bytes(b"\n".join(lines))
    out = run("attestation", "show", file).out
    for line in (
        "  builder:      https://example.com/builder",
        "  source:       https://example.com/app refs/tags/v1",
        "  parameters:   source, inputs",
        "  depends on:   pkg:a/9",
        "  depends on:   and 2 more; --output json lists all",
        "  result:       FAILED",
        f"  policy:       https://example.com/policy sha256:{'ab' * 32}",
        "  levels:       SLSA_BUILD_LEVEL_3",
    ):
        assert f"{line}\n" in out


@pytest.mark.parametrize(
    "document",
    [
        envelope(payloadType=NASTY),
        envelope(payload=base64.encode(b"no JSON")),
        envelope(payload=payload(_type=NASTY)),
        envelope(payload=payload(predicateType=NASTY, predicate={NASTY: NASTY})),
        envelope(payload=payload(subject=[{"name": NASTY, "uri": NASTY, "digest": {NASTY: "ab"}}])),
        envelope(signatures=[{"sig": "AAAA", "keyid": NASTY, "cert": NASTY}]),
        envelope(payload=payload(predicateType="https://slsa.dev/provenance/v1", predicate={"x": 10**400})),
        bundle(chain=(b"no certificate",)),
        bundle(key=True, verificationMaterial={"publicKey": {"hint": NASTY}}),
        pypi_attestation(b"no certificate"),
    ],
    ids=range(10),
)
def test_hostile_texts_never_reach_the_terminal(run: Run, file: Path, document: object) -> None:
    file.write_bytes(encoded(document))
    for output in ("text", "json"):
        ended = run("attestation", "show", file, "--output", output)
        assert ended.code == 0
        assert not set(ended.out) & set("\x1b\r\u202e")
        assert not [line for line in ended.out.splitlines()[1:] if line.startswith("NOT VERIFIED")]


def test_what_cannot_be_read_is_one_message(run: Run, file: Path) -> None:
    file.write_bytes(b"[" * 100_000)
    ended = run("attestation", "show", file)
    assert (ended.code, ended.out) == (4, "")
    assert "nests deeper than 64" in ended.err
    assert "docs/attestations.md" in ended.err
    assert run("attestation", "show", file.with_name("absent")).code == 2


def test_many_attestations_are_cut_off_for_a_person(run: Run, file: Path) -> None:
    file.write_bytes(b"\n".join([encoded(envelope())] * 60))
    assert run("attestation", "show", file).out.endswith("\n... and 10 more attestations; --output json lists all\n")
    assert len(json.loads(run("attestation", "show", file, "--output", "json").out)["attestations"]) == 60


@cache
def real(folder: Path) -> list[bytes]:
    """Bundles with certificates, keys, timestamps, proofs, and PyPI's documents."""
    files = [*sorted(folder.glob("pypi/*.attestation")), *sorted(folder.glob("bundle-verify/*/bundle.sigstore.json"))]
    return [data for file in files if is_json(data := file.read_bytes())]


@pytest.mark.corpora
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_changed_files_are_shown_or_refused(corpora: Path, tmp_path: Path, data: st.DataObject) -> None:
    files = real(corpora / "attestations")
    raw = bytearray(files[data.draw(st.integers(0, len(files) - 1))])
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=4))
    file = tmp_path / "changed"
    file.write_bytes(raw)
    try:
        found = show(file)
    except UnreadableInput as error:
        assert error.message
    else:
        check_shown(found)


@pytest.mark.corpora
@given(data=st.data())
def test_changed_parts_are_shown_or_refused(corpora: Path, data: st.DataObject) -> None:
    """Bytes inside the base64 of certificates, payloads and timestamps, which a changed file rarely reaches."""
    files = real(corpora / "attestations")
    document = json.loads(files[data.draw(st.integers(0, len(files) - 1))])
    places = [place for place in texts(document) if is_base64(place[0][place[1]])]
    holder, key = places[data.draw(st.integers(0, len(places) - 1))]
    raw = bytearray(base64.decode(holder[key]))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    holder[key] = base64.encode(bytes(raw))
    try:
        found = read("changed", encoded(document))
    except ValueError as error:
        assert str(error)
    else:
        check_shown(found)


def check_shown(found: list[Attestation]) -> None:
    assert json.loads(as_json("changed", found))["verified"] is False
    assert all(line.isprintable() for line in as_text("changed", found).splitlines())


def is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


def is_base64(text: str) -> bool:
    try:
        return len(base64.decode(text)) > 50
    except ValueError:
        return False


def texts(value: object) -> list[tuple[dict[str, str], str]]:
    """All texts of a document: the object that holds each, and its key there."""
    found = []
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            found += [(one, key) for key, text in one.items() if isinstance(text, str)]
            stack += one.values()
        elif isinstance(one, list):
            stack += one
    return found
