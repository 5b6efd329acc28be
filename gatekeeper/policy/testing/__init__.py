"""Tests of policies: Rego tests, snippets of real source files, coverage."""
