from __future__ import annotations

from gatekeeper.formats import base64
from gatekeeper.formats.attestations.reading import read
from gatekeeper.formats.dsse import Envelope
from tests.formats.attestations.samples import chain, encoded, envelope, pem

SIGNER, _, _ = chain()


def test_an_envelope_alone_may_have_several_signatures() -> None:
    signatures = [{"sig": base64.encode(name.encode()), "keyid": name} for name in ("one", "two")]
    (found,) = read("x", encoded(envelope(signatures=signatures)))
    assert isinstance(found.content, Envelope)
    assert [one.key_id for one in found.content.signatures] == ["one", "two"]
    assert found.format == "DSSE envelope"


def test_slsa_github_generator_puts_a_certificate_beside_the_signature() -> None:
    signature = {"sig": base64.encode(b"x"), "keyid": "", "cert": pem(SIGNER)}
    (found,) = read("x.intoto.jsonl", encoded(envelope(signatures=[signature])))
    assert found.format == "DSSE envelope with certificate"
    assert isinstance(found.content, Envelope)
    assert found.content.signatures[0].certificate == pem(SIGNER)
