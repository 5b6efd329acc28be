"""Builtins that the embedded engine lacks, one module a family, each the same as OPA's."""
