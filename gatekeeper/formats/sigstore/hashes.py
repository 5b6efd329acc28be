"""The hashes that messages are signed by: their names in protobuf (``sigstore_common.proto``) and in hashlib."""

from __future__ import annotations

HASHLIB_NAMES = {"SHA2_256": "sha256", "SHA2_384": "sha384", "SHA2_512": "sha512"}
PROTOBUF_NAMES = {name: protobuf for protobuf, name in HASHLIB_NAMES.items()}
