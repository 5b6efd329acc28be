"""Policies that travel: reproducible archives in OPA's bundle format, their signatures, and their verification."""
