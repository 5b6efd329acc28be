"""Trusted roots."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable

import pytest

from gatekeeper.formats.sigstore.trusted_root import MAX_ITEMS, MEDIA_TYPES, TrustedRoot, Window
from gatekeeper.model.json import JsonObject

START = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
WINDOW = {"start": "2025-01-01T00:00:00Z"}
LOG = {
    "baseUrl": "https://log.example",
    "hashAlgorithm": "SHA2_256",
    "publicKey": {"rawBytes": "AAAA", "keyDetails": "PKIX_ED25519", "validFor": WINDOW},
    "logId": {"keyId": "AQID"},
}
AUTHORITY = {"uri": "https://ca.example", "certChain": {"certificates": [{"rawBytes": "AAAA"}]}, "validFor": WINDOW}


def root(**fields: object) -> bytes:
    return json.dumps({"mediaType": MEDIA_TYPES[0], **fields}).encode()


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_all_versions(media_type: str) -> None:
    known = TrustedRoot.decode(root(mediaType=media_type, tlogs=[LOG], timestampAuthorities=[AUTHORITY]))
    assert [(log.base_url, log.log_id, log.window) for log in known.logs] == [
        ("https://log.example", b"\1\2\3", Window(START))
    ]
    assert known.newest == START


def test_the_id_of_a_key_in_checkpoints() -> None:
    (log,) = TrustedRoot.decode(root(tlogs=[{**LOG, "checkpointKeyId": {"keyId": "BAUG"}}])).logs
    assert log.checkpoint_key_id == b"\4\5\6"


def test_several_roots_in_one_file() -> None:
    with pytest.raises(ValueError, match="keep each in a file of its own"):
        TrustedRoot.decode(b"{}\n{}\n")


def test_an_empty_root_knows_nobody() -> None:
    assert TrustedRoot.decode(root()).newest is None


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_both_ends_belong_to_a_window(offset: int) -> None:
    one = datetime.timedelta(microseconds=offset)
    assert (START + one in Window(START)) == (offset >= 0)
    assert (START + one in Window(START - datetime.timedelta(days=1), START)) == (offset <= 0)


def edited(edit: Callable[[JsonObject], object]) -> bytes:
    value = json.loads(root(tlogs=[LOG], certificateAuthorities=[AUTHORITY]))
    edit(value)
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda value: value.pop("mediaType"), "no trusted root"),
        (lambda value: value.update(mediaType="application/vnd.dev.sigstore.bundle.v0.3+json"), "no trusted root"),
        (lambda value: value.update(unknown=1), "unknown field"),
        (lambda value: value["tlogs"][0]["publicKey"].pop("validFor"), "validFor is missing"),
        (lambda value: value["tlogs"][0]["publicKey"].update(validFor={}), "start is missing"),
        (lambda value: value["tlogs"][0]["publicKey"].pop("rawBytes"), "a key and an id"),
        (lambda value: value["tlogs"][0].pop("logId"), "a key and an id"),
        (lambda value: value["tlogs"][0].update(hashAlgorithm="SHA2_512"), "SHA2_256 is expected"),
        (lambda value: value["certificateAuthorities"][0].pop("validFor"), "validFor is missing"),
        (lambda value: value["certificateAuthorities"][0]["certChain"].update(certificates=[]), "has certificates"),
        (lambda value: value.update(tlogs=[LOG] * (MAX_ITEMS + 1)), "257 items"),
    ],
)
def test_roots_that_are_refused(edit: Callable[[JsonObject], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TrustedRoot.decode(edited(edit))
