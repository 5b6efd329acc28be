"""Bundles of what a key signs, which name the key."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import new as new_hash

from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.formats.dsse import Envelope, EnvelopeSignature, pre_authentication_encoding
from gatekeeper.formats.sigstore.bundle import Bundle, MessageSignature
from gatekeeper.formats.sigstore.hashes import PROTOBUF_NAMES
from gatekeeper.formats.statement import PAYLOAD_TYPE, Statement


def signed_statement(statement: Statement, key: PublicKey, sign: Callable[[bytes], bytes]) -> Bundle:
    """The statement in an envelope; ``sign`` makes the signature of bytes with the private key of ``key``."""
    payload = statement.encode()
    signature = EnvelopeSignature(sign(pre_authentication_encoding(PAYLOAD_TYPE, payload)))
    return Bundle(Envelope(PAYLOAD_TYPE, payload, (signature,)), key_hint=public_keys.hint(key))


def signed_file(data: bytes, key: PublicKey, sign: Callable[[bytes], bytes]) -> Bundle:
    """Like ``signed_statement``, of the bytes of a file."""
    name = public_keys.hash_name(key) or "sha256"
    signature = MessageSignature(sign(data), PROTOBUF_NAMES[name], new_hash(name, data).digest())
    return Bundle(signature, key_hint=public_keys.hint(key))
