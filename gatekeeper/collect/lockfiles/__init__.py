"""Lockfiles and manifests: one file an ecosystem."""
