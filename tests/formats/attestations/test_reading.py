"""Formats are told apart by what is in them, and nothing that is read costs more than it should."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.formats.attestations import reading
from gatekeeper.formats.attestations.reading import read
from tests.formats.attestations.samples import bundle, chain, encoded, envelope, pypi_attestation

SIGNER, AUTHORITY, ROOT = chain()
BUNDLE = bundle(chain=(SIGNER,))
DOCUMENTS = {
    "Sigstore bundle v0.3": BUNDLE,
    "Sigstore bundle v0.1": bundle(chain=(SIGNER, AUTHORITY), version="0.1"),
    "DSSE envelope": envelope(),
    "PyPI attestation (PEP 740)": pypi_attestation(SIGNER),
    "PyPI provenance (PEP 740)": {
        "version": 1,
        "attestation_bundles": [{"publisher": {"kind": "GitHub"}, "attestations": [pypi_attestation(SIGNER)]}],
    },
    "npm attestation, Sigstore bundle v0.3": {"attestations": [{"predicateType": "x", "bundle": BUNDLE}]},
    "GitHub attestation, Sigstore bundle v0.3": {"attestations": [{"bundle": BUNDLE, "repository_id": 1}]},
}


@pytest.mark.parametrize("expected", DOCUMENTS)
def test_a_format_is_recognised_by_content(expected: str) -> None:
    (found,) = read("any name", encoded(DOCUMENTS[expected]))
    assert (found.format, found.name) == (expected, "any name")


@pytest.mark.parametrize("indent", [None, 2])
def test_a_document_may_span_lines(indent: int | None) -> None:
    data = json.dumps(envelope(), indent=indent).encode() + b"\n"
    (found,) = read("x", data)
    assert found.sha256 == sha256(data).hexdigest()


def test_each_line_may_be_a_document() -> None:
    lines = [encoded(document) for document in DOCUMENTS.values()]
    found = read("x.jsonl", b"\n".join([lines[0], b"", *lines[1:]]) + b"\r\n")
    assert [one.format for one in found] == list(DOCUMENTS)
    assert [one.name for one in found] == ["x.jsonl:1", *(f"x.jsonl:{number}" for number in range(3, 9))]
    assert found[0].sha256 == sha256(lines[0]).hexdigest()


def test_several_in_one_document_are_numbered() -> None:
    members = [{"bundle": BUNDLE}, {"bundle": bundle(key=True)}]
    assert [one.name for one in read("x", encoded({"attestations": members}))] == ["x:1", "x:2"]
    both = encoded({"attestations": members}) + b"\n" + encoded(BUNDLE)
    assert [one.name for one in read("x", both)] == ["x:1:1", "x:1:2", "x:2"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "no JSON in UTF-8: Expecting value"),
        (b"\xff", "no JSON in UTF-8"),
        (b"[]", "an object is expected"),
        (b"{}", "no known format"),
        (b'{"image_summary": {}, "provenance_summary": {}}', "'image_summary', 'provenance_summary'"),
        (b'{"payload": "", "payload": "", "signatures": []}', "duplicate key"),
        (encoded(envelope(signatures=[])), "signatures are expected"),
        (encoded(envelope(payload="e31=")), "canonical"),
        (encoded(BUNDLE) + b"\n" + b"{}", "line 2: no known format"),
        (encoded({"attestations": []}), "an array of objects"),
        (encoded({"attestations": [{"bundle": BUNDLE}, {"bundle": {}}]}), "attestation 2"),
        (encoded({"attestations": [{"bundle": None, "bundle_url": "https://x"}]}), "gh attestation download"),
        (encoded({"attestations": [{"bundle": []}]}), "holds no bundle"),
        (encoded(pypi_attestation(SIGNER, version=2)), "version 2"),
        (encoded(pypi_attestation(SIGNER, version=True)), "version True"),
        (encoded(pypi_attestation(SIGNER, version=1.0)), "version 1.0"),
        (encoded(pypi_attestation(b"")), "certificate"),
        (encoded(pypi_attestation(SIGNER, more=1)), "exactly version, verification_material, envelope"),
        (encoded({"version": 1, "attestation_bundles": [{"attestations": {}}]}), "an array of objects"),
        (encoded({"version": 1, "attestation_bundles": [{"attestations": [{"x": 10**30}]}]}), "version None"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read("x", data)


def test_limits_hold_before_anything_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    line = encoded(envelope()) + b"\n"
    with pytest.raises(ValueError, match="nests deeper than 64"):
        read("x", b"[" * 100_000)
    with pytest.raises(ValueError, match="more than 1000000 values"):
        read("x", b"[" + b"0," * 1_000_001 + b"0]")
    with pytest.raises(ValueError, match="more than 10000 lines"):
        read("x", line + b"\n" * 10_001 + line)
    monkeypatch.setattr(reading, "MAX_BYTES", len(line))
    assert len(read("x", line)) == 1
    with pytest.raises(ValueError, match="larger than"):
        read("x", line + b" ")


def test_brackets_in_texts_nest_nothing() -> None:
    keyed = envelope(signatures=[{"sig": "AAAA", "keyid": '[{"\\' * 1_000}])
    (found,) = read("x", encoded(keyed))
    assert found.format == "DSSE envelope"


def test_too_many_attestations_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ATTESTATIONS", 3)
    member = {"bundle": BUNDLE}
    assert len(read("x", encoded({"attestations": [member] * 3}))) == 3
    with pytest.raises(ValueError, match="more than 3 attestations"):
        read("x", encoded({"attestations": [member] * 4}))
    twice = encoded({"attestations": [member] * 2})
    with pytest.raises(ValueError, match="more than 3 attestations"):
        read("x", twice + b"\n" + encoded({"attestations": [member, {"bundle": bundle(key=True)}]}))


@given(st.sampled_from(list(DOCUMENTS.values())), st.data())
def test_a_changed_byte_is_read_or_refused(document: object, data: st.DataObject) -> None:
    raw = bytearray(encoded(document))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert read("x", bytes(raw))
    except ValueError as error:
        assert str(error)


@pytest.mark.corpora
def test_bundles_of_the_corpus_are_recognised(corpora: Path) -> None:
    files = sorted((corpora / "attestations" / "bundle-verify").glob("*/bundle.sigstore.json"))
    read_well = {}
    for file in files:
        try:
            (read_well[file.parent.name],) = read(file.name, file.read_bytes())
        except ValueError:
            assert file.parent.name.endswith("_fail")
    assert len(files) == 70
    assert {one.format[:17] for one in read_well.values()} == {"Sigstore bundle v"}


def test_each_line_is_read_for_itself() -> None:
    lines = [b'{"x":', encoded(BUNDLE), encoded(envelope()), b"", encoded(BUNDLE), b"{}"]
    contents = reading.read_all("x", b"\n".join(lines))
    assert [one.name for one in contents.attestations] == ["x:2", "x:3"]
    assert [one.name for one in contents.unread] == ["x:1", "x:6"]
    assert contents.repeated == 1


def test_one_document_that_cannot_be_read_is_told_as_one() -> None:
    legible = json.dumps({"payload": [{}], "signatures": [{"sig": ""}]}, indent=1).replace("\n }", "\n").encode()
    assert [one.name for one in reading.read_all("x", legible).unread] == ["x"]


@pytest.mark.parametrize("document", [name for name in DOCUMENTS if name.startswith(("npm", "GitHub", "PyPI prov"))])
def test_documents_of_several_hold_nothing_beside_them(document: str) -> None:
    with pytest.raises(ValueError, match="unknown field 'postinstall' beside the attestations"):
        read("x", encoded({**DOCUMENTS[document], "postinstall": "evil"}))


def test_many_lines_of_no_document_are_not_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    monkeypatch.setattr(reading, "_object", asked.append)
    with pytest.raises(ValueError, match="no JSON"):
        read("x.json", b"[\n" + b"{}\n" * 20_000)
    assert len(asked) == 1
