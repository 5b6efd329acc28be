from __future__ import annotations

from gatekeeper.formats.attestations.reading import read
from tests.formats.attestations.samples import chain, encoded, pypi_attestation

SIGNER, _, _ = chain()


def test_the_attestations_of_all_publishers_are_numbered() -> None:
    one, two = pypi_attestation(SIGNER), pypi_attestation(SIGNER, version="1")
    groups = [{"publisher": {}, "attestations": [one, two]}, {"publisher": {}, "attestations": [one]}]
    found = read("x", encoded({"version": 1, "attestation_bundles": groups}))
    assert [attestation.name for attestation in found] == ["x:1", "x:2", "x:3"]
    assert found[0].sha256 == found[2].sha256 != found[1].sha256


def test_the_publisher_is_no_part_of_an_attestation() -> None:
    digests = set()
    for publisher in ({"kind": "GitHub", "repository": "acme/app"}, {"kind": "Google"}, None):
        group = {"publisher": publisher, "attestations": [pypi_attestation(SIGNER)]}
        digests.add(read("x", encoded({"version": 1, "attestation_bundles": [group]}))[0].sha256)
    assert len(digests) == 1
