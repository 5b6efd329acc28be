"""A timestamp authority (RFC 3161)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from tests.verification.core import der


@dataclass(frozen=True, slots=True)
class TimestampAuthority:
    """``chain`` begins with the certificate of ``key``."""

    key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...]

    def stamp(
        self,
        signature: bytes,
        time: datetime.datetime,
        *,
        fraction: str = "",
        status: int = 0,
        accuracy: int = 0,
        embedded: Sequence[x509.Certificate] = (),
        signer: x509.Certificate | None = None,
    ) -> bytes:
        """A TimeStampResp over the signature; ``embedded`` stand in it in the given order, ``signer`` is named."""
        imprint = der.tlv(der.SEQUENCE, der.algorithm(der.SHA256), der.tlv(der.OCTETS, sha256(signature).digest()))
        written = f"{time:%Y%m%d%H%M%S}{fraction}Z".encode()
        content = der.tlv(
            der.SEQUENCE,
            der.integer(1),
            der.oid("1.3.6.1.4.1.57264.2"),
            imprint,
            der.integer(0x5EED),
            der.tlv(der.TIME, written),
            der.tlv(der.SEQUENCE, der.integer(accuracy)) if accuracy else b"",
        )
        token = self._signed(content, embedded, signer or self.chain[0])
        return der.tlv(der.SEQUENCE, der.tlv(der.SEQUENCE, der.integer(status)), token)

    def _signed(self, content: bytes, embedded: Sequence[x509.Certificate], signer: x509.Certificate) -> bytes:
        attributes = (
            der.tlv(der.SEQUENCE, der.oid(der.CONTENT_TYPE), der.tlv(der.SET, der.oid(der.TIMESTAMP))),
            der.tlv(
                der.SEQUENCE,
                der.oid(der.MESSAGE_DIGEST),
                der.tlv(der.SET, der.tlv(der.OCTETS, sha256(content).digest())),
            ),
        )
        signature = self.key.sign(der.sorted_set(*attributes), ec.ECDSA(SHA256()))
        info = der.tlv(
            der.SEQUENCE,
            der.integer(1),
            der.tlv(der.SEQUENCE, signer.issuer.public_bytes(), der.integer(signer.serial_number)),
            der.algorithm(der.SHA256),
            der.sorted_set(*attributes, tag=0xA0),
            der.algorithm(der.ECDSA_SHA256),
            der.tlv(der.OCTETS, signature),
        )
        certificates = [one.public_bytes(Encoding.DER) for one in embedded]
        data = der.tlv(
            der.SEQUENCE,
            der.integer(3),
            der.tlv(der.SET, der.algorithm(der.SHA256)),
            der.tlv(der.SEQUENCE, der.oid(der.TIMESTAMP), der.explicit(0, der.tlv(der.OCTETS, content))),
            der.explicit(0, *certificates) if certificates else b"",
            der.tlv(der.SET, info),
        )
        return der.tlv(der.SEQUENCE, der.oid(der.SIGNED_DATA), der.explicit(0, data))
