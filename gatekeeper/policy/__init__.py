"""Bundles, metadata, engines: Rego judges the evidence."""
