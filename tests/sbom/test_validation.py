from __future__ import annotations

import socket

import pytest

from gatekeeper.errors import UnreadableInput
from tests.sbom import validation

MINIMAL = b'{"bomFormat": "CycloneDX", "specVersion": "1.6"}'


def test_a_valid_document_passes_without_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    validation._validator.cache_clear()
    validation.validate(MINIMAL)


def test_the_schemas_that_it_refers_to_are_used() -> None:
    component = b'{"type": "library", "name": "a", "licenses": [{"license": {"id": "%s"}}]}'
    licensed = MINIMAL.replace(b"}", b', "components": [' + component + b"]}")
    validation.validate(licensed % b"MIT")
    with pytest.raises(UnreadableInput, match="components/0/licenses"):
        validation.validate(licensed % b"No-Such-Licence")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"{", "is not valid JSON"),
        (b"[]", "the document"),
        (MINIMAL.replace(b"}", b', "components": [{"type": "thing", "name": "a"}]}'), "components/0/type"),
        (MINIMAL.replace(b"}", b', "serialNumber": "1"}'), "serialNumber"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(document: bytes, message: str) -> None:
    with pytest.raises(UnreadableInput, match=message):
        validation.validate(document)
