"""What an attestation may be about: one kind of subject a file."""
