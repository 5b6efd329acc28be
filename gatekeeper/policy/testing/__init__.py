"""Tests of policies: Rego's own with OPA's conventions, snippets of source files, and what they cover."""
