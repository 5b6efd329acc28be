"""Readers: bytes of one file in, facts out."""
