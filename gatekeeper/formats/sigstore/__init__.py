"""Sigstore's documents (sigstore/protobuf-specs), read strictly."""
