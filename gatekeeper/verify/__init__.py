"""Bundles, trust, expectations."""
